package node

import "testing"

func TestRewrite(t *testing.T) {
	paths := newPathMap()
	paths.addPrefix("/app", "/src/dist")
	paths.addPrefix("/supercargo/plan/", "/pods/1/plan")
	paths.addPrefix("/supercargo", "/pods/1/all")
	paths.addPrefix("/", "/never")
	paths.files["/dev/termination-log"] = "/pods/1/main.termination"

	for value, want := range map[string]string{
		"/app":                       "/src/dist",
		"/app/main.js":               "/src/dist/main.js",
		"/application":               "/application",
		"/supercargo/plan/plan.json": "/pods/1/plan/plan.json",
		"/supercargo/planning":       "/pods/1/all/planning",
		"/dev/termination-log":       "/pods/1/main.termination",
		"/dev/termination-log.1":     "/dev/termination-log.1",
		"--plan=/supercargo/plan":    "--plan=/supercargo/plan",
		"/etc/hosts":                 "/etc/hosts",
		"":                           "",
	} {
		if got := paths.rewrite(value); got != want {
			t.Errorf("%q became %q, want %q", value, got, want)
		}
	}
}
