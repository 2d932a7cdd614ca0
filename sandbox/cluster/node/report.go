package node

import (
	"context"
	"time"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// touch asks for a report. Touches while one is on its way become one more.
func (p *pod) touch() {
	select {
	case p.touched <- struct{}{}:
	default:
	}
}

// report keeps the pod's status at the API server up to date until the pod is
// over, and tries the last one until it has arrived or nobody asks for it.
//
// virtual-kubelet has a way of its own for this (NotifyPods). It writes whole
// pods from its cache, which takes back what others have put into the status
// or the finalizers meanwhile, such as the condition DisruptionTarget.
func (p *pod) report() {
	for {
		select {
		case <-p.touched:
			p.reportUntilDone()
		case <-p.over:
			p.reportUntilDone()
			close(p.told)
			return
		case <-p.host.ctx.Done():
			return
		}
	}
}

func (p *pod) reportUntilDone() {
	for pause := 100 * time.Millisecond; ; pause = min(pause*2, 2*time.Second) {
		err := p.reportOnce(p.host.ctx)
		if err == nil {
			return
		}
		if !errors.IsConflict(err) {
			p.log.Warn("status not written", "error", err)
		}
		if !sleep(p.host.ctx, pause) {
			return
		}
	}
}

// reportOnce writes the status unless it is there already. An object that is
// gone, is another's, or has ended needs none: an end is final.
func (p *pod) reportOnce(ctx context.Context) error {
	object := p.object()
	pods := p.client.CoreV1().Pods(object.Namespace)
	current, err := pods.Get(ctx, object.Name, metav1.GetOptions{})
	if errors.IsNotFound(err) || (err == nil && current.UID != object.UID) {
		return nil
	}
	if err != nil {
		return err
	}
	if hasEnded(current) {
		return nil
	}
	status := podStatus(current.Status, p.state(), metav1.Now())
	if equality.Semantic.DeepEqual(current.Status, status) {
		return nil
	}
	current.Status = status
	_, err = pods.UpdateStatus(ctx, current, metav1.UpdateOptions{})
	if errors.IsNotFound(err) {
		return nil
	}
	return err
}

// state is a copy that nobody changes any more.
func (p *pod) state() podState {
	p.mu.Lock()
	defer p.mu.Unlock()
	state := podState{pod: p.object(), start: p.start, mounted: p.isReady, terminal: p.terminal, failure: p.failure}
	for _, container := range p.inits {
		state.inits = append(state.inits, *container.status.DeepCopy())
	}
	for _, container := range p.mains {
		state.mains = append(state.mains, *container.status.DeepCopy())
	}
	return state
}

// remove takes the object off the API server once the pod is over and its last
// status has been seen there, and the directory off the disk. The API server
// waits for this of every pod it was asked to delete.
func (p *pod) remove(forget func()) {
	p.removal.Do(func() {
		go func() {
			select {
			case <-p.told:
			case <-p.host.ctx.Done():
				return
			}
			insist(p.host.ctx, p.deleteObject, func(err error) { p.log.Warn("pod not removed", "error", err) })
			removeDirectory(p.dir, p.log)
			forget()
		}()
	})
}

func (p *pod) deleteObject() error {
	object := p.object()
	options := metav1.NewDeleteOptions(0)
	options.Preconditions = metav1.NewUIDPreconditions(string(object.UID))
	err := p.client.CoreV1().Pods(object.Namespace).Delete(p.host.ctx, object.Name, *options)
	// A conflict says that the name belongs to another pod now.
	if errors.IsNotFound(err) || errors.IsConflict(err) {
		return nil
	}
	return err
}

func hasEnded(pod *v1.Pod) bool {
	return pod.Status.Phase == v1.PodSucceeded || pod.Status.Phase == v1.PodFailed
}
