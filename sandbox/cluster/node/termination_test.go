package node

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "k8s.io/api/core/v1"
)

func TestTerminationMessage(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	said, silent := write("said", strings.Repeat("x", 5000)), write("silent", "")
	log := write("log", strings.Repeat("line\n", 100))
	const fallback = v1.TerminationMessageFallbackToLogsOnError

	for _, test := range []struct {
		path   string
		policy v1.TerminationMessagePolicy
		failed bool
		want   string
	}{
		{said, fallback, true, strings.Repeat("x", 4096)},
		{silent, fallback, true, strings.Repeat("line\n", 80)},
		{silent, fallback, false, ""},
		{silent, v1.TerminationMessageReadFile, true, ""},
		{filepath.Join(dir, "absent"), v1.TerminationMessageReadFile, true, ""},
	} {
		if got := terminationMessage(test.path, log, test.policy, test.failed); got != test.want {
			t.Errorf("%+v: got %d bytes %.20q", test, len(got), got)
		}
	}
}
