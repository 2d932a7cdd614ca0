package node

import (
	"context"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// container runs one container of a pod, again and again as its policy says.
type container struct {
	pod    *pod
	spec   v1.Container
	init   bool
	policy v1.RestartPolicy

	status   v1.ContainerStatus // guarded by pod.mu
	passed   chan struct{}      // closed when those after this init container may start
	passOnce sync.Once
}

func newContainer(p *pod, spec v1.Container, init bool, reported []v1.ContainerStatus) *container {
	return &container{
		pod: p, spec: spec, init: init, policy: restartPolicy(p.object(), &spec, init),
		status: initialStatus(p.object(), &spec, init, reported, metav1.Now()),
		passed: make(chan struct{}),
	}
}

// restartPolicy is the pod's, but that an init container which has succeeded
// is done. A container may have its own; restartPolicyRules are not supported.
func restartPolicy(pod *v1.Pod, spec *v1.Container, init bool) v1.RestartPolicy {
	if spec.RestartPolicy != nil {
		return v1.RestartPolicy(*spec.RestartPolicy)
	}
	if init && pod.Spec.RestartPolicy == v1.RestartPolicyAlways {
		return v1.RestartPolicyOnFailure
	}
	return pod.Spec.RestartPolicy
}

func restarts(policy v1.RestartPolicy, exitCode int32) bool {
	return policy == v1.RestartPolicyAlways || (policy == v1.RestartPolicyOnFailure && exitCode != 0)
}

// settledAfter is how long a container must have run for its next failure to
// count as a first one.
const settledAfter = 2 * longestBackOff

// supervise returns when the container will not run again: its policy says so,
// or ctx has ended. Its process is gone by then.
func (c *container) supervise(ctx context.Context) {
	var pause backOff
	for ctx.Err() == nil {
		if last := c.terminated(); last != nil {
			if !restarts(c.policy, last.ExitCode) {
				return
			}
			if last.FinishedAt.Sub(last.StartedAt.Time) > settledAfter {
				pause.reset()
			}
			c.crashLoop(pause.next(), last)
			if !sleep(ctx, pause.last) {
				break
			}
		}
		image, found := c.findImage(ctx)
		if !found {
			break
		}
		command, prepared := c.prepare(ctx, image)
		if !prepared {
			break
		}
		c.run(ctx, command)
	}
	c.settle()
}

func (c *container) terminated() *v1.ContainerStateTerminated {
	c.pod.mu.Lock()
	defer c.pod.mu.Unlock()
	return c.status.State.Terminated
}

// run starts one process and returns when it has ended, of itself or because
// ctx has, or a liveness probe wants it to.
func (c *container) run(ctx context.Context, command command) {
	process, err := startProcess(command)
	if err != nil {
		c.tell(v1.EventTypeWarning, "Failed", "Error: %v", err)
		c.ended(v1.ContainerStateTerminated{
			ExitCode: 128, Reason: "StartError", Message: err.Error(), StartedAt: metav1.Now(), FinishedAt: metav1.Now(),
		})
		return
	}
	c.running(process)
	c.tell(v1.EventTypeNormal, "Started", "Container started")

	probes, stopProbes := context.WithCancel(ctx)
	defer stopProbes()
	unhealthy := c.probe(probes)
	select {
	case <-process.ended:
	case <-ctx.Done():
		c.tell(v1.EventTypeNormal, "Killing", "Stopping container %s", c.spec.Name)
		c.stop(process, c.pod.grace())
	case failed := <-unhealthy:
		c.tell(v1.EventTypeNormal, "Killing", "Container %s failed %s probe, will be restarted", c.spec.Name, failed.kind)
		c.stop(process, failed.grace)
	}
	<-process.ended

	end := v1.ContainerStateTerminated{
		ExitCode: int32(process.exitCode), Reason: "Completed", ContainerID: containerID(process),
		StartedAt: metav1.NewTime(process.started), FinishedAt: metav1.NewTime(process.endedAt),
	}
	if end.ExitCode != 0 {
		end.Reason = "Error"
	}
	end.Message = terminationMessage(c.terminationFile(), c.logFile(), c.spec.TerminationMessagePolicy, end.ExitCode != 0)
	c.ended(end)
}

// stop asks the process to end and, when its time is over, makes it. A
// deletion of the pod may set another time while we wait.
func (c *container) stop(process *process, grace time.Duration) {
	process.signal(syscall.SIGTERM)
	end := time.Now().Add(grace)
	for {
		select {
		case <-process.ended:
			return
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(c.pod.killTime(end)) {
			process.signal(syscall.SIGKILL)
		}
	}
}

// findImage waits until the node knows the image.
func (c *container) findImage(ctx context.Context) (image, bool) {
	var pause backOff
	for {
		found, err := c.pod.images.find(c.spec.Image)
		if err == nil {
			c.tell(v1.EventTypeNormal, "Pulled", "Container image %q already present on machine", c.spec.Image)
			return found, true
		}
		c.waiting("ErrImagePull", err.Error())
		c.tell(v1.EventTypeWarning, "Failed", "Failed to pull image %q: %v", c.spec.Image, err)
		c.tell(v1.EventTypeWarning, "Failed", "Error: ErrImagePull")
		if !sleep(ctx, time.Second) {
			return image{}, false
		}
		c.waiting("ImagePullBackOff", fmt.Sprintf("Back-off pulling image %q: ErrImagePull: %v", c.spec.Image, err))
		c.tell(v1.EventTypeNormal, "BackOff", "Back-off pulling image %q", c.spec.Image)
		c.tell(v1.EventTypeWarning, "Failed", "Error: ImagePullBackOff")
		if !sleep(ctx, pause.next()) {
			return image{}, false
		}
	}
}

// prepare waits until all that the environment refers to is there.
func (c *container) prepare(ctx context.Context, image image) (command, bool) {
	var made command
	attempt := func() (err error) {
		made, err = c.command(ctx, image)
		return err
	}
	ok := insist(ctx, attempt, func(err error) {
		c.waiting("CreateContainerConfigError", err.Error())
		c.tell(v1.EventTypeWarning, "Failed", "Error: %v", err)
	})
	if !ok {
		return command{}, false
	}
	// The log of the run before stays readable, the message must not.
	_ = os.Rename(c.logFile(), c.previousLogFile())
	if err := os.WriteFile(c.terminationFile(), nil, 0o600); err != nil {
		c.pod.log.Warn("no termination message", "container", c.spec.Name, "error", err)
	}
	return made, true
}

func containerID(p *process) string { return fmt.Sprintf("process://%d", p.pid) }
