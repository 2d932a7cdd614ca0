package node

import (
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func start(t *testing.T, dir string, script string) *process {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	p, err := startProcess(command{
		argv: []string{"sh", "-c", script}, env: map[string]string{"PATH": "/usr/bin:/bin", "A": "1"},
		dir: dir, log: filepath.Join(dir, "main.log"), pid: filepath.Join(dir, "main.pid"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func waitFor(t *testing.T, p *process) {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(10 * time.Second):
		t.Fatal("the process does not end")
	}
}

func TestProcess(t *testing.T) {
	t.Setenv("NODE_SECRET", "x")
	dir := t.TempDir()
	p := start(t, dir, "env; pwd; exit 20")
	waitFor(t, p)
	log, _ := os.ReadFile(filepath.Join(dir, "main.log"))
	if p.exitCode != 20 || !strings.Contains(string(log), "A=1\n") || strings.Contains(string(log), "NODE_SECRET") {
		t.Errorf("exit %d, log:\n%s", p.exitCode, log)
	}
	if _, err := os.Stat(filepath.Join(dir, "main.pid")); !os.IsNotExist(err) {
		t.Error("an ended process is still noted")
	}
}

func TestSignalReachesTheGroup(t *testing.T) {
	dir := t.TempDir()
	p := start(t, dir, "sleep 60 & echo $! > child; wait")
	child := childOf(t, dir)
	p.signal(syscall.SIGTERM)
	waitFor(t, p)
	if p.exitCode != 128+15 {
		t.Errorf("exit %d, want 143", p.exitCode)
	}
	if _, err := startTime(child); err == nil {
		t.Error("the child outlived its parent")
	}
}

func TestOrphans(t *testing.T) {
	root := t.TempDir()
	lost, spared := filepath.Join(root, "lost"), filepath.Join(root, "spared")
	orphan := start(t, lost, "sleep 60")
	other := start(t, spared, "sleep 60")
	// The note of the second names its pid, and a start time that is not its own.
	if err := os.WriteFile(filepath.Join(spared, "main.pid"),
		[]byte(`{"pid":`+strconv.Itoa(other.pid)+`,"start":"1","boot":"`+bootID()+`"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := killOrphans(root, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	waitFor(t, orphan)
	if _, err := startTime(other.pid); err != nil {
		t.Error("a process was killed that is not the one noted")
	}
	other.signal(syscall.SIGKILL)
	waitFor(t, other)
}

func TestStartTimeOf(t *testing.T) {
	fields := " 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 999 21"
	if got, err := startTimeOf("7 (odd ) name) S" + fields); err != nil || got != "999" {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := startTimeOf("7 (sh) Z" + fields); err == nil {
		t.Errorf("a zombie counts as running: %q", got)
	}
}

// childOf waits for the pid a test script has written.
func childOf(t *testing.T, dir string) int {
	t.Helper()
	for range 500 {
		data, _ := os.ReadFile(filepath.Join(dir, "child"))
		if pid, err := strconv.Atoi(strings.TrimSpace(string(data))); err == nil {
			return pid
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("no child")
	return 0
}
