package node

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// command is everything a process gets. It inherits nothing from the node.
type command struct {
	argv []string
	env  map[string]string
	dir  string
	log  string // stdout and stderr, appended
	pid  string // where the process is noted for the next node, see orphans.go
}

// process is a running or ended child with a session of its own, so that the
// processes it starts can be stopped with it, and a Ctrl-C meant for the node
// does not reach it.
type process struct {
	pid     int
	started time.Time
	ended   chan struct{} // closed when the fields below are set

	exitCode int // 128 + n after signal n
	endedAt  time.Time

	mu     sync.Mutex
	reaped bool // the pid may belong to somebody else from now on
}

func startProcess(c command) (*process, error) {
	program, err := lookPath(c.argv[0], c.env["PATH"], c.dir)
	if err != nil {
		return nil, err
	}
	log, err := os.OpenFile(c.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	// A file, not a pipe: the child can go on writing when the node is killed.
	defer log.Close()

	child := exec.Cmd{
		Path: program, Args: c.argv, Dir: c.dir, Env: []string{}, Stdout: log, Stderr: log,
		SysProcAttr: &syscall.SysProcAttr{Setsid: true},
	}
	for name, value := range c.env {
		child.Env = append(child.Env, name+"="+value)
	}
	if err := child.Start(); err != nil {
		return nil, err
	}
	p := &process{pid: child.Process.Pid, started: time.Now(), ended: make(chan struct{})}
	if err := noteProcess(c.pid, p.pid); err != nil {
		p.signal(syscall.SIGKILL)
		_ = child.Wait()
		return nil, err
	}
	go p.reap(&child, c.pid)
	return p, nil
}

// signal reaches the whole process group, and nobody once it has ended.
func (p *process) signal(signal syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.reaped {
		_ = syscall.Kill(-p.pid, signal)
	}
}

// reap waits for the end. What the process leaves behind in its group is
// killed, as a container's processes are, while the zombie still holds the
// pid: after that the number could be another's.
func (p *process) reap(child *exec.Cmd, pidFile string) {
	for unix.Waitid(unix.P_PID, p.pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
	}
	p.mu.Lock()
	_ = syscall.Kill(-p.pid, syscall.SIGKILL)
	_ = child.Wait()
	p.reaped = true
	p.mu.Unlock()

	_ = os.Remove(pidFile)
	p.endedAt = time.Now()
	p.exitCode = child.ProcessState.ExitCode()
	if status, ok := child.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		p.exitCode = 128 + int(status.Signal())
	}
	close(p.ended)
}

// lookPath finds a program by the container's PATH, not the node's.
func lookPath(name, path, dir string) (string, error) {
	if strings.Contains(name, "/") {
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		return name, nil
	}
	for _, dir := range filepath.SplitList(path) {
		candidate := filepath.Join(dir, name)
		if info, err := os.Stat(candidate); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return candidate, nil
		}
	}
	return "", fmt.Errorf("exec: %q: executable file not found in $PATH", name)
}
