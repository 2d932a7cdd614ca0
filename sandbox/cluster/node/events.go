package node

import (
	"fmt"
	"log/slog"

	v1 "k8s.io/api/core/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	corev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/record"
)

// events tells the API server what happens to pods, as component "kubelet":
// programs that look for a reason look there.
type events struct {
	record.EventRecorder
	broadcaster record.EventBroadcaster
}

func newEvents(client kubernetes.Interface, nodeName string) events {
	broadcaster := record.NewBroadcaster()
	broadcaster.StartRecordingToSink(&corev1.EventSinkImpl{Interface: client.CoreV1().Events("")})
	source := v1.EventSource{Component: "kubelet", Host: nodeName}
	return events{broadcaster.NewRecorder(scheme.Scheme, source), broadcaster}
}

// tell makes an event about the pod.
func (p *pod) tell(kind, reason, format string, args ...any) {
	p.events.Eventf(p.reference(""), kind, reason, format, args...)
	if kind == v1.EventTypeWarning {
		p.log.Warn(fmt.Sprintf(format, args...), "reason", reason)
	}
}

// tell makes an event about the container.
func (c *container) tell(kind, reason, format string, args ...any) {
	list := "containers"
	if c.init {
		list = "initContainers"
	}
	field := fmt.Sprintf("spec.%s{%s}", list, c.spec.Name)
	c.pod.events.Eventf(c.pod.reference(field), kind, reason, format, args...)
	level := slog.LevelInfo
	if kind == v1.EventTypeWarning {
		level = slog.LevelWarn
	}
	c.pod.log.Log(c.pod.ctx, level, fmt.Sprintf(format, args...), "reason", reason, "container", c.spec.Name)
}

func (p *pod) reference(field string) *v1.ObjectReference {
	object := p.object()
	return &v1.ObjectReference{
		APIVersion: "v1", Kind: "Pod", Namespace: object.Namespace, Name: object.Name, UID: object.UID,
		ResourceVersion: object.ResourceVersion, FieldPath: field,
	}
}
