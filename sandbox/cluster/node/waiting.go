package node

import (
	"context"
	"time"
)

// sleep waits, and tells false at once when ctx ends first.
func sleep(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// insist calls attempt every second until it succeeds, and tells false when
// ctx ends first. It reports a failure when its text is new, and then after 2,
// 4, 8 … tries: a recorder grants an object 25 events, and those that tell
// that the pod has started come last.
func insist(ctx context.Context, attempt func() error, report func(error)) bool {
	last := ""
	for try, next := 1, 1; ; try++ {
		err := attempt()
		if err == nil {
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		if err.Error() != last {
			last, next = err.Error(), try
		}
		if try >= next {
			report(err)
			next = try * 2
		}
		if !sleep(ctx, time.Second) {
			return false
		}
	}
}

// backOff is a pause that doubles from 1 s to 30 s. A kubelet's goes from 10 s
// to 5 min; a try-out world should not keep anybody waiting that long.
type backOff struct{ last time.Duration }

const longestBackOff = 30 * time.Second

func (b *backOff) next() time.Duration {
	b.last = min(max(b.last*2, time.Second), longestBackOff)
	return b.last
}

func (b *backOff) reset() { b.last = 0 }
