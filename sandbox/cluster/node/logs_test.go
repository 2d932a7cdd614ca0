package node

import (
	"strings"
	"testing"
)

func TestTailOffset(t *testing.T) {
	long := strings.Repeat("0123456789\n", 20000)
	for _, test := range []struct {
		text  string
		lines int
		want  string
	}{
		{"", 1, ""},
		{"a\nb\nc\n", 1, "c\n"},
		{"a\nb\nc\n", 2, "b\nc\n"},
		{"a\nb\nc\n", 9, "a\nb\nc\n"},
		{"a\nb\nc", 1, "c"},
		{"a\n\n", 1, "\n"},
		{long, 10000, long[len(long)/2:]},
	} {
		offset, err := tailOffset(strings.NewReader(test.text), int64(len(test.text)), test.lines)
		if err != nil || test.text[offset:] != test.want {
			t.Errorf("%d lines of %.10q begin at %d (%v)", test.lines, test.text, offset, err)
		}
	}
}
