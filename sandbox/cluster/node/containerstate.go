package node

import (
	"fmt"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// change edits the container's status and has the pod's reported.
func (c *container) change(edit func(*v1.ContainerStatus)) {
	c.pod.mu.Lock()
	edit(&c.status)
	c.pod.mu.Unlock()
	c.pod.touch()
}

// waiting says why the container does not run. The end of an earlier run moves
// to lastState.
func (c *container) waiting(reason, message string) {
	c.change(func(s *v1.ContainerStatus) {
		if s.State.Terminated != nil {
			s.LastTerminationState = v1.ContainerState{Terminated: s.State.Terminated}
		}
		s.State = v1.ContainerState{Waiting: &v1.ContainerStateWaiting{Reason: reason, Message: message}}
	})
}

func (c *container) crashLoop(pause time.Duration, last *v1.ContainerStateTerminated) {
	pod := c.pod.object()
	name := fmt.Sprintf("%s_%s(%s)", pod.Name, pod.Namespace, pod.UID)
	c.waiting("CrashLoopBackOff", fmt.Sprintf("back-off %s restarting failed container=%s pod=%s", pause, c.spec.Name, name))
	c.pod.log.Info("restart", "container", c.spec.Name, "exit", last.ExitCode, "after", pause)
	c.tell(v1.EventTypeWarning, "BackOff", "Back-off restarting failed container %s in pod %s", c.spec.Name, name)
}

func (c *container) running(process *process) {
	c.change(func(s *v1.ContainerStatus) {
		if s.State.Terminated != nil {
			s.LastTerminationState = v1.ContainerState{Terminated: s.State.Terminated}
		}
		if s.LastTerminationState.Terminated != nil {
			s.RestartCount++
		}
		s.State = v1.ContainerState{Running: &v1.ContainerStateRunning{StartedAt: metav1.NewTime(process.started)}}
		s.ContainerID = containerID(process)
		s.Started = new(bool)
	})
}

// begun says that the container has started, as its start-up probe sees it.
func (c *container) begun() {
	c.change(func(s *v1.ContainerStatus) {
		started := s.State.Running != nil
		s.Started = &started
	})
	if isSidecar(&c.spec) {
		c.pass()
	}
}

// pass lets the init containers after this one, and at last the pod's own
// containers, start.
func (c *container) pass() { c.passOnce.Do(func() { close(c.passed) }) }

func (c *container) ready(ready bool) {
	c.change(func(s *v1.ContainerStatus) { s.Ready = ready && s.State.Running != nil })
}

// ended reports how a run ended. A finished init container counts as ready.
func (c *container) ended(end v1.ContainerStateTerminated) {
	c.change(func(s *v1.ContainerStatus) {
		if s.State.Waiting != nil && s.LastTerminationState.Terminated != nil {
			s.RestartCount++ // it could not even be started again
		}
		s.State = v1.ContainerState{Terminated: &end}
		s.Started = new(bool)
		s.Ready = c.init && !isSidecar(&c.spec) && end.ExitCode == 0
	})
}

// settle is for a pod that is over: a container that waits for its next run
// shows how the last one ended.
func (c *container) settle() {
	c.change(func(s *v1.ContainerStatus) {
		if s.State.Waiting != nil && s.LastTerminationState.Terminated != nil {
			s.State, s.LastTerminationState = s.LastTerminationState, v1.ContainerState{}
		}
	})
}
