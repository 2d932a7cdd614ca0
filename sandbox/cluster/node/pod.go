package node

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// pod is one pod on this node, from its arrival to the removal of its object.
// It knows no other pod.
type pod struct {
	host
	dir     string
	log     *slog.Logger
	volumes volumes
	start   metav1.Time
	inits   []*container
	mains   []*container
	mounted map[string]volume // by name; written once, before any container runs

	spec atomic.Pointer[v1.Pod] // the newest object we were told of

	ctx     context.Context // ends when the pod is to stop
	cancel  context.CancelFunc
	touched chan struct{} // there is something to report
	over    chan struct{} // closed when no container runs or will run again
	told    chan struct{} // closed when the last status is at the API server
	removal sync.Once

	mu       sync.Mutex // guards the fields below and the containers' statuses
	isReady  bool       // volumes are mounted
	terminal bool
	failure  failure
	killAt   time.Time // when processes are killed; zero while it is not stopping
}

func newPod(host host, object *v1.Pod) *pod {
	p := &pod{
		host:    host,
		dir:     podDir(host.settings.podsDir(), object),
		log:     host.log.With("pod", object.Namespace+"/"+object.Name),
		start:   metav1.Now(),
		mounted: map[string]volume{},
		touched: make(chan struct{}, 1),
		over:    make(chan struct{}),
		told:    make(chan struct{}),
	}
	p.spec.Store(object)
	p.volumes = volumes{from: host.objects, claims: host.settings.claimsDir(), dir: filepath.Join(p.dir, "volumes")}
	p.ctx, p.cancel = context.WithCancel(host.ctx)
	if started := object.Status.StartTime; started != nil {
		p.start = *started // a node before this one began it
	}
	for _, spec := range object.Spec.InitContainers {
		p.inits = append(p.inits, newContainer(p, spec, true, object.Status.InitContainerStatuses))
	}
	for _, spec := range object.Spec.Containers {
		p.mains = append(p.mains, newContainer(p, spec, false, object.Status.ContainerStatuses))
	}
	return p
}

// podDir is private to the pod. The uid is in it: a name is used again.
func podDir(root string, pod *v1.Pod) string {
	return filepath.Join(root, pod.Namespace+"_"+pod.Name+"_"+string(pod.UID))
}

func (p *pod) object() *v1.Pod { return p.spec.Load() }

// run goes through the pod's life: volumes, init containers, containers.
func (p *pod) run() {
	go p.report()
	go p.watchDeadline()
	p.touch()
	if p.mount() {
		go p.renewTokens(p.ctx)
		sidecars := p.startSidecars()
		if p.initialise() {
			superviseAll(p.ctx, p.mains)
		}
		sidecars.stop()
	}
	p.cancel()
	for _, container := range append(p.inits, p.mains...) {
		container.settle()
	}
	p.mu.Lock()
	p.terminal = true
	p.mu.Unlock()
	p.log.Info("over")
	close(p.over)
}

// mount waits until every volume is there.
func (p *pod) mount() bool {
	if p.ctx.Err() != nil {
		return false
	}
	for _, spec := range p.object().Spec.Volumes {
		attempt := func() error {
			made, err := p.volumes.mount(p.ctx, p.object(), spec)
			p.mounted[spec.Name] = made
			return err
		}
		report := func(err error) {
			p.tell(v1.EventTypeWarning, "FailedMount", "MountVolume.SetUp failed for volume %q : %v", spec.Name, err)
		}
		if !insist(p.ctx, attempt, report) {
			return false
		}
	}
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		p.stop(0, failure{"NodeError", err.Error()})
	}
	p.mu.Lock()
	p.isReady = true
	p.mu.Unlock()
	return p.ctx.Err() == nil
}

// initialise runs the init containers one after the other; a sidecar among
// them has only to have started. It tells whether all went well.
func (p *pod) initialise() bool {
	for _, init := range p.inits {
		if isSidecar(&init.spec) {
			select {
			case <-init.passed:
			case <-p.ctx.Done():
				return false
			}
			continue
		}
		init.supervise(p.ctx)
		if end := init.terminated(); end == nil || end.ExitCode != 0 {
			return false
		}
		init.pass()
	}
	return p.ctx.Err() == nil
}

func superviseAll(ctx context.Context, containers []*container) {
	var running sync.WaitGroup
	for _, container := range containers {
		running.Go(func() { container.supervise(ctx) })
	}
	running.Wait()
}

// watchDeadline ends the pod when activeDeadlineSeconds have passed; they may
// be set or changed while it runs.
func (p *pod) watchDeadline() {
	for sleep(p.ctx, 500*time.Millisecond) {
		seconds := p.object().Spec.ActiveDeadlineSeconds
		if seconds == nil || time.Since(p.start.Time) < time.Duration(*seconds)*time.Second {
			continue
		}
		why := failure{"DeadlineExceeded", "Pod was active on the node longer than the specified deadline"}
		p.tell(v1.EventTypeNormal, why.reason, "%s", why.message)
		p.stop(p.grace(), why)
		return
	}
}

// stop ends the pod's containers within the grace period. It may be called
// again: the earlier end counts, and the first failure.
func (p *pod) stop(grace time.Duration, why failure) {
	p.mu.Lock()
	end := time.Now().Add(grace)
	if p.killAt.IsZero() || end.Before(p.killAt) {
		p.killAt = end
	}
	if p.failure.reason == "" && !p.terminal {
		p.failure = why
	}
	p.mu.Unlock()
	p.cancel()
}

// grace is the time a container gets to end in order, unless told otherwise.
func (p *pod) grace() time.Duration {
	if seconds := p.object().Spec.TerminationGracePeriodSeconds; seconds != nil {
		return time.Duration(*seconds) * time.Second
	}
	return 30 * time.Second
}

// killTime is when a process that should end by itself is killed.
func (p *pod) killTime(standard time.Time) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.killAt.IsZero() {
		return standard
	}
	return p.killAt
}
