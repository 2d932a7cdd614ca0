package node

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// noted names a process beyond doubt: a pid is used again, a pid with its
// start time is not, within one boot of the machine.
type noted struct {
	Pid   int    `json:"pid"`
	Start string `json:"start"` // /proc/<pid>/stat, field 22
	Boot  string `json:"boot"`
}

// noteProcess writes down a process that has just been started, so that the
// next node finds it when this one is killed.
func noteProcess(path string, pid int) error {
	start, err := startTime(pid)
	if err != nil {
		return nil // it has ended already
	}
	data, err := json.Marshal(noted{pid, start, bootID()})
	if err != nil {
		return err
	}
	return os.WriteFile(path, data, 0o600)
}

// alive tells whether the process is still there, and is still the same.
func (n noted) alive() bool {
	start, err := startTime(n.Pid)
	return err == nil && n.Pid > 1 && start == n.Start && n.Boot == bootID()
}

// orphanGrace is what the processes of a killed node get to end in order.
const orphanGrace = 3 * time.Second

// killOrphans ends the processes of a node that was killed. Their pods are
// reported when the API server shows them, see restore.go.
func killOrphans(podsDir string, log *slog.Logger) error {
	paths, err := filepath.Glob(filepath.Join(podsDir, "*", "*.pid"))
	if err != nil {
		return err
	}
	var orphans []noted
	for _, path := range paths {
		var orphan noted
		data, err := os.ReadFile(path)
		if err == nil && json.Unmarshal(data, &orphan) == nil && orphan.alive() {
			log.Info("stop a process of the node before", "pid", orphan.Pid, "file", path)
			orphans = append(orphans, orphan)
		}
	}
	signalOrphans(orphans, syscall.SIGTERM)
	for deadline := time.Now().Add(orphanGrace); anyAlive(orphans) && time.Now().Before(deadline); {
		time.Sleep(20 * time.Millisecond)
	}
	signalOrphans(orphans, syscall.SIGKILL)
	for _, path := range paths {
		if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}

func signalOrphans(orphans []noted, signal syscall.Signal) {
	for _, orphan := range orphans {
		if orphan.alive() {
			_ = syscall.Kill(-orphan.Pid, signal)
		}
	}
}

func anyAlive(orphans []noted) bool {
	for _, orphan := range orphans {
		if orphan.alive() {
			return true
		}
	}
	return false
}

func startTime(pid int) (string, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", err
	}
	return startTimeOf(string(data))
}

// startTimeOf reads field 22. The second field is the program's name in
// brackets, which may hold blanks and brackets itself: count from the last.
// A zombie (field 3) has ended, even where nobody waits for it.
func startTimeOf(stat string) (string, error) {
	fields := strings.Fields(stat[strings.LastIndex(stat, ")")+1:])
	if len(fields) < 20 || fields[0] == "Z" {
		return "", fmt.Errorf("not a running process: %q", stat)
	}
	return fields[19], nil
}

func bootID() string {
	data, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(data))
}

// lockDirectory keeps a second node out of the directory: it would take the
// first one's children for orphans. The lock ends with the process.
func lockDirectory(dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, fmt.Errorf("%s is used by another process node: %w", dir, err)
	}
	return func() { lock.Close() }, nil
}
