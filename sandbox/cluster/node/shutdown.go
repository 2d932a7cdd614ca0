package node

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/labels"
)

// shutdownGrace is what children get when the node is told to end.
const shutdownGrace = 5 * time.Second

// close stops all children and returns when they are gone. It reports nothing:
// to the API server the node is away, and the next one tells what became of
// its pods.
func (p *provider) close() {
	p.cancel()
	p.mu.Lock()
	defer p.mu.Unlock()
	var running sync.WaitGroup
	for _, pod := range p.pods {
		pod.stop(shutdownGrace, failure{})
		running.Go(func() { <-pod.over })
	}
	running.Wait()
}

// sweepDirectories removes, now and each minute, what is left on the disk of
// pods that neither the API server nor this node knows.
func (p *provider) sweepDirectories(ctx context.Context) {
	for {
		if err := p.sweepOnce(); err != nil {
			p.log.Warn("directories not swept", "error", err)
		}
		if !sleep(ctx, time.Minute) {
			return
		}
	}
}

func (p *provider) sweepOnce() error {
	entries, err := os.ReadDir(p.settings.podsDir())
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	objects, err := p.lister.List(labels.Everything())
	if err != nil {
		return err
	}
	keep := map[string]bool{}
	for _, object := range objects {
		keep[filepath.Base(podDir("", object))] = true
	}
	for _, pod := range p.pods {
		keep[filepath.Base(pod.dir)] = true
	}
	for _, entry := range entries {
		if !keep[entry.Name()] {
			removeDirectory(filepath.Join(p.settings.podsDir(), entry.Name()), p.log)
		}
	}
	return nil
}

func removeDirectory(dir string, log *slog.Logger) {
	if err := os.RemoveAll(dir); err != nil {
		log.Warn("directory not removed", "dir", dir, "error", err)
	}
}
