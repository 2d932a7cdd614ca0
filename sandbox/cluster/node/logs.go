package node

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/virtual-kubelet/virtual-kubelet/errdefs"
	"github.com/virtual-kubelet/virtual-kubelet/node/api"
)

// GetContainerLogs reads a container's log from the disk, so that it is there
// for pods of an earlier node too.
//
// The processes write their files themselves, so no line has a time: since
// and sinceTime leave out only a log that has not grown since then, and
// timestamps are not added. The log is not rotated.
func (p *provider) GetContainerLogs(ctx context.Context, namespace, podName, containerName string, opts api.ContainerLogOpts) (io.ReadCloser, error) {
	object, err := p.lister.Pods(namespace).Get(podName)
	if err != nil {
		return nil, errdefs.NotFoundf("no pod %s/%s here", namespace, podName)
	}
	if _, err := containerNamed(object, containerName); err != nil {
		return nil, errdefs.AsNotFound(err)
	}
	path := filepath.Join(podDir(p.settings.podsDir(), object), containerName+".log")
	if opts.Previous {
		path = filepath.Join(podDir(p.settings.podsDir(), object), containerName+".previous.log")
	}
	file, err := os.Open(path)
	if os.IsNotExist(err) {
		return nil, errdefs.NotFoundf("container %q of pod %s/%s has no such log", containerName, namespace, podName)
	}
	if err != nil {
		return nil, err
	}
	if err := skip(file, opts); err != nil {
		file.Close()
		return nil, err
	}
	log := &logReader{file: file}
	if opts.Follow && !opts.Previous {
		log.follow = func() bool {
			return ctx.Err() == nil && p.isRunning(namespace, podName, containerName) && samePlace(file, path)
		}
	}
	if opts.LimitBytes > 0 {
		return struct {
			io.Reader
			io.Closer
		}{io.LimitReader(log, int64(opts.LimitBytes)), log}, nil
	}
	return log, nil
}

// skip leaves out what the caller does not want to see.
func skip(file *os.File, opts api.ContainerLogOpts) error {
	since := opts.SinceTime
	if opts.SinceSeconds > 0 {
		since = time.Now().Add(-time.Duration(opts.SinceSeconds) * time.Second)
	}
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if info.ModTime().Before(since) {
		_, err := file.Seek(0, io.SeekEnd)
		return err
	}
	if opts.Tail > 0 {
		offset, err := tailOffset(file, info.Size(), opts.Tail)
		if err != nil {
			return err
		}
		_, err = file.Seek(offset, io.SeekStart)
		return err
	}
	return nil
}

// tailOffset is where the last lines begin. It reads from the end in blocks.
func tailOffset(file io.ReaderAt, size int64, lines int) (int64, error) {
	const block = 64 << 10
	buffer := make([]byte, block)
	for end, seen := size, 0; end > 0; {
		begin := max(0, end-block)
		part := buffer[:end-begin]
		if _, err := file.ReadAt(part, begin); err != nil && err != io.EOF {
			return 0, err
		}
		for i := len(part) - 1; i >= 0; i-- {
			// The newline that ends the file ends its last line; it is not one more.
			if part[i] != '\n' || begin+int64(i) == size-1 {
				continue
			}
			if seen++; seen == lines {
				return begin + int64(i) + 1, nil
			}
		}
		end = begin
	}
	return 0, nil
}

// logReader reads to the end of the file, and on while follow says so.
type logReader struct {
	file   *os.File
	follow func() bool
}

func (r *logReader) Read(p []byte) (int, error) {
	for {
		going := r.follow != nil && r.follow() // asked first: what came until then is read below
		n, err := r.file.Read(p)
		if n > 0 || err != io.EOF || !going {
			return n, err
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func (r *logReader) Close() error { return r.file.Close() }

// isRunning tells whether the container's log may still grow.
func (p *provider) isRunning(namespace, podName, containerName string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, known := range p.pods {
		object := known.object()
		if object.Namespace != namespace || object.Name != podName {
			continue
		}
		state := known.state()
		for _, status := range append(state.inits, state.mains...) {
			if status.Name == containerName && status.State.Running != nil {
				return true
			}
		}
	}
	return false
}

// samePlace is false when a restart has moved the file away.
func samePlace(file *os.File, path string) bool {
	opened, err := file.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(opened, there)
}
