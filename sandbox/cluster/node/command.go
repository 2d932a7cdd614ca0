package node

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"

	v1 "k8s.io/api/core/v1"
)

// serviceAccountMount is where programs look for their token. A process sees
// the machine's file system, so it is told the real place instead.
const (
	serviceAccountMount    = "/var/run/secrets/kubernetes.io/serviceaccount"
	serviceAccountVariable = "SUPERCARGO_SERVICE_ACCOUNT"
)

const standardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// command is the container as a process: what the image and the pod say, with
// the container's paths rewritten to the real ones. What the image table says
// is real already.
func (c *container) command(ctx context.Context, image image) (command, error) {
	pod := c.pod.object()
	given := map[string]string{
		"KUBERNETES_SERVICE_HOST": c.pod.settings.apiserverHost,
		"KUBERNETES_SERVICE_PORT": c.pod.settings.apiserverPort,
	}
	declared, err := declaredEnvironment(ctx, c.pod.objects, pod, &c.spec, given)
	if err != nil {
		return command{}, err
	}
	paths, err := c.paths(image, declared)
	if err != nil {
		return command{}, err
	}

	env := map[string]string{"PATH": standardPath, "HOSTNAME": hostname(pod)}
	if account, mounted := paths.prefixes[serviceAccountMount]; mounted {
		env[serviceAccountVariable] = account
	}
	if temporary, mounted := paths.prefixes["/tmp"]; mounted {
		env["TMPDIR"] = temporary
	}
	maps.Copy(env, image.Env)
	for name, value := range declared {
		env[name] = paths.rewrite(value)
	}

	argv := image.Entrypoint
	if len(c.spec.Command) > 0 {
		argv = nil
	}
	for _, list := range [][]string{c.spec.Command, c.spec.Args} {
		for _, argument := range list {
			argv = append(argv[:len(argv):len(argv)], paths.rewrite(expand(argument, declared)))
		}
	}
	if len(argv) == 0 {
		return command{}, fmt.Errorf("no command specified")
	}

	dir := filepath.Join(c.pod.dir, "work", c.spec.Name)
	if c.spec.WorkingDir != "" {
		dir = paths.rewrite(c.spec.WorkingDir)
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return command{}, err
	}
	return command{argv: argv, env: env, dir: dir, log: c.logFile(), pid: c.pidFile()}, nil
}

// paths maps the container's mounts, its termination message and the image's
// own paths. A mount inside another is reached by its own path, not through
// the outer one.
func (c *container) paths(image image, env map[string]string) (pathMap, error) {
	paths := newPathMap()
	for from, to := range image.Paths {
		paths.addPrefix(from, to)
	}
	for _, mount := range c.spec.VolumeMounts {
		made, exists := c.pod.mounted[mount.Name]
		if !exists {
			return paths, fmt.Errorf("no volume %q for mount %s", mount.Name, mount.MountPath)
		}
		real := filepath.Join(made.dir, mount.SubPath, expand(mount.SubPathExpr, env))
		if _, err := os.Stat(real); os.IsNotExist(err) {
			if err := os.MkdirAll(real, 0o700); err != nil {
				return paths, err
			}
		}
		paths.addPrefix(mount.MountPath, real)
	}
	if path := c.spec.TerminationMessagePath; path != "" {
		paths.files[path] = c.terminationFile()
	}
	return paths, nil
}

func hostname(pod *v1.Pod) string {
	name := pod.Name
	if pod.Spec.Hostname != "" {
		name = pod.Spec.Hostname
	}
	return name[:min(len(name), 63)]
}

// A container's name is a DNS label, so these never meet those of another.
func (c *container) logFile() string { return filepath.Join(c.pod.dir, c.spec.Name+".log") }
func (c *container) previousLogFile() string {
	return filepath.Join(c.pod.dir, c.spec.Name+".previous.log")
}
func (c *container) pidFile() string { return filepath.Join(c.pod.dir, c.spec.Name+".pid") }
func (c *container) terminationFile() string {
	return filepath.Join(c.pod.dir, c.spec.Name+".termination")
}
