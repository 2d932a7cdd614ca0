package node

import "testing"

func TestStreak(t *testing.T) {
	// One letter per answer, and upper case where it makes a new verdict.
	for answers, want := range map[string]string{
		"ffff":      "ffFf",
		"sfffs":     "SffFS",
		"ffsfff":    "ffSffF",
		"ssss":      "Ssss",
		"fffsfffss": "ffFSffFSs",
	} {
		streak := streak{successes: 1, failures: 3}
		got := ""
		for _, answer := range answers {
			good, changed := streak.add(answer == 's')
			letter := map[bool]string{true: "s", false: "f"}[good]
			if changed {
				letter = map[bool]string{true: "S", false: "F"}[good]
			}
			got += letter
		}
		if got != want {
			t.Errorf("%s gives %s, want %s", answers, got, want)
		}
	}
}
