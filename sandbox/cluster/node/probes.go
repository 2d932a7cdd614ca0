package node

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// unhealthy is a container that must be restarted, and the time it gets.
type unhealthy struct {
	kind  string
	grace time.Duration
}

// probe watches a running container until ctx ends: it says when it has
// started and when it is ready. The answer comes if it is to be restarted.
func (c *container) probe(ctx context.Context) <-chan unhealthy {
	failed := make(chan unhealthy, 1)
	fail := func(kind string, probe *v1.Probe) {
		grace := c.pod.grace()
		if probe.TerminationGracePeriodSeconds != nil {
			grace = time.Duration(*probe.TerminationGracePeriodSeconds) * time.Second
		}
		select {
		case failed <- unhealthy{kind, grace}:
		default:
		}
	}
	afterStart := func() {
		c.begun()
		if probe := c.spec.LivenessProbe; probe != nil {
			go c.watch(ctx, "liveness", probe, func(good bool) bool {
				if !good {
					fail("liveness", probe)
				}
				return good
			})
		}
		if probe := c.spec.ReadinessProbe; probe != nil {
			go c.watch(ctx, "readiness", probe, func(good bool) bool { c.ready(good); return true })
		} else {
			c.ready(true)
		}
	}
	if probe := c.spec.StartupProbe; probe != nil {
		go c.watch(ctx, "startup", probe, func(good bool) bool {
			if good {
				afterStart()
			} else {
				fail("startup", probe)
			}
			return false
		})
	} else {
		afterStart()
	}
	return failed
}

// watch probes until ctx ends or verdict says to stop. verdict is asked when
// enough answers in a row agree, and again only when the verdict changes.
func (c *container) watch(ctx context.Context, kind string, probe *v1.Probe, verdict func(good bool) bool) {
	if !sleep(ctx, time.Duration(probe.InitialDelaySeconds)*time.Second) {
		return
	}
	streak := streak{successes: probe.SuccessThreshold, failures: probe.FailureThreshold}
	for {
		warning, err := c.probeOnce(ctx, probe)
		if ctx.Err() != nil {
			return
		}
		if warning != "" {
			c.tell(v1.EventTypeWarning, "ProbeWarning", "%s probe warning: %s", title(kind), warning)
			verdict(true)
			return
		}
		if err != nil {
			c.tell(v1.EventTypeWarning, "Unhealthy", "%s probe failed: %v", title(kind), err)
		}
		if good, changed := streak.add(err == nil); changed && !verdict(good) {
			return
		}
		if !sleep(ctx, time.Duration(max(probe.PeriodSeconds, 1))*time.Second) {
			return
		}
	}
}

// streak turns single answers into a verdict.
type streak struct {
	successes, failures int32 // answers in a row that make a verdict
	run                 int32
	last, good, decided bool
}

func (s *streak) add(good bool) (verdict, changed bool) {
	if good != s.last {
		s.last, s.run = good, 0
	}
	s.run++
	needed := max(s.failures, 1)
	if good {
		needed = max(s.successes, 1)
	}
	changed = s.run >= needed && (!s.decided || s.good != good)
	if changed {
		s.good, s.decided = good, true
	}
	return good, changed
}

// probeOnce asks once. A warning means that this node cannot ask in this way.
func (c *container) probeOnce(ctx context.Context, probe *v1.Probe) (warning string, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(max(probe.TimeoutSeconds, 1))*time.Second)
	defer cancel()
	switch {
	case probe.HTTPGet != nil:
		return "", c.get(ctx, probe.HTTPGet)
	case probe.TCPSocket != nil:
		address, err := c.address(probe.TCPSocket.Host, probe.TCPSocket.Port)
		if err != nil {
			return "", err
		}
		connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err != nil {
			return "", err
		}
		return "", connection.Close()
	}
	return "the process node has only httpGet and tcpSocket probes; this one counts as a success", nil
}

// probeTransport opens a connection per probe, asks no proxy, and trusts any
// certificate, as a kubelet's probes do.
var probeTransport = &http.Transport{
	DisableKeepAlives: true,
	TLSClientConfig:   &tls.Config{InsecureSkipVerify: true},
}

func (c *container) get(ctx context.Context, action *v1.HTTPGetAction) error {
	address, err := c.address(action.Host, action.Port)
	if err != nil {
		return err
	}
	scheme := strings.ToLower(string(action.Scheme))
	if scheme == "" {
		scheme = "http"
	}
	url := fmt.Sprintf("%s://%s/%s", scheme, address, strings.TrimPrefix(action.Path, "/"))
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	request.Header.Set("User-Agent", "kube-probe/process")
	for _, header := range action.HTTPHeaders {
		if strings.EqualFold(header.Name, "Host") {
			request.Host = header.Value
		}
		request.Header.Set(header.Name, header.Value)
	}
	answer, err := (&http.Client{Transport: probeTransport}).Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode < 200 || answer.StatusCode >= 400 {
		return fmt.Errorf("HTTP probe failed with statuscode: %d", answer.StatusCode)
	}
	return nil
}

// address is where the container listens. All pods share the machine's
// loopback address, so the port must be one nobody else listens on.
func (c *container) address(host string, port intstr.IntOrString) (string, error) {
	if host == "" {
		host = loopback
	}
	number := port.IntValue()
	if port.Type == intstr.String {
		for _, declared := range c.spec.Ports {
			if declared.Name == port.StrVal {
				number = int(declared.ContainerPort)
			}
		}
	}
	if number <= 0 {
		return "", fmt.Errorf("couldn't find port: %s", port.String())
	}
	return net.JoinHostPort(host, strconv.Itoa(number)), nil
}

func title(kind string) string { return strings.ToUpper(kind[:1]) + kind[1:] }
