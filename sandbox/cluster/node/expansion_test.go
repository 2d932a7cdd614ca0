package node

import "testing"

func TestExpand(t *testing.T) {
	variables := map[string]string{"A": "1", "EMPTY": "", "NESTED": "$(A)"}
	for text, want := range map[string]string{
		"":              "",
		"plain":         "plain",
		"$(A)":          "1",
		"x$(A)y$(A)":    "x1y1",
		"$(EMPTY)":      "",
		"$(UNKNOWN)":    "$(UNKNOWN)",
		"$$(A)":         "$(A)",
		"$$$(A)":        "$1",
		"$$$$(A)":       "$$(A)",
		"$(NESTED)":     "$(A)",
		"$A":            "$A",
		"costs 5$":      "costs 5$",
		"open $(A":      "open $(A",
		"$(UNKNOWN)$(A": "$(UNKNOWN)$(A",
	} {
		if got := expand(text, variables); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
