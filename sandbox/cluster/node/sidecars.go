package node

import (
	"context"
	"sync"
)

// sidecars are init containers that run beside the others and end after them.
type sidecars struct {
	cancel  context.CancelFunc
	running sync.WaitGroup
}

// startSidecars starts each one when those before it in the list are done, as
// Kubernetes orders them, and does not wait for it.
func (p *pod) startSidecars() *sidecars {
	ctx, cancel := context.WithCancel(context.WithoutCancel(p.ctx))
	s := &sidecars{cancel: cancel}
	for i, init := range p.inits {
		if !isSidecar(&init.spec) {
			continue
		}
		before := p.inits[:i]
		s.running.Go(func() {
			for _, earlier := range before {
				select {
				case <-earlier.passed:
				case <-p.ctx.Done():
					return
				}
			}
			init.supervise(ctx)
		})
	}
	return s
}

func (s *sidecars) stop() {
	s.cancel()
	s.running.Wait()
}
