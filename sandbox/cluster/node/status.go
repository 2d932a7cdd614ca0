package node

import (
	"fmt"
	"slices"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// loopback is the address of the node and of every pod on it.
const loopback = "127.0.0.1"

// podState is what a status is made of.
type podState struct {
	pod      *v1.Pod
	start    metav1.Time
	mounted  bool // all volumes are there
	terminal bool // no container runs or will run again
	failure  failure
	inits    []v1.ContainerStatus // in the order of the spec
	mains    []v1.ContainerStatus
}

// failure is why the node ended a pod of itself.
type failure struct{ reason, message string }

// podStatus is the status a kubelet would report. It starts from what the API
// server has, so that fields and conditions of others (PodScheduled,
// DisruptionTarget) stay.
func podStatus(current v1.PodStatus, state podState, now metav1.Time) v1.PodStatus {
	status := *current.DeepCopy()
	status.ObservedGeneration = state.pod.Generation
	status.StartTime = &state.start
	status.HostIP, status.HostIPs = loopback, []v1.HostIP{{IP: loopback}}
	status.PodIP, status.PodIPs = loopback, []v1.PodIP{{IP: loopback}}
	status.InitContainerStatuses = state.inits
	status.ContainerStatuses = state.mains
	status.Phase = phase(state)
	if state.failure.reason != "" {
		status.Reason, status.Message = state.failure.reason, state.failure.message
	}
	for _, condition := range conditions(state, status) {
		condition.ObservedGeneration = state.pod.Generation
		setCondition(&status, condition, now)
	}
	return status
}

func phase(state podState) v1.PodPhase {
	if state.terminal {
		if state.failure.reason == "" && allSucceeded(state.mains) {
			return v1.PodSucceeded
		}
		return v1.PodFailed
	}
	for i, init := range state.inits {
		if isSidecar(&state.pod.Spec.InitContainers[i]) {
			continue
		}
		if t := init.State.Terminated; t == nil || t.ExitCode != 0 {
			return v1.PodPending
		}
	}
	for _, main := range state.mains {
		if main.State.Waiting != nil && main.LastTerminationState.Terminated == nil {
			return v1.PodPending
		}
	}
	return v1.PodRunning
}

func allSucceeded(statuses []v1.ContainerStatus) bool {
	for _, status := range statuses {
		if t := status.State.Terminated; t == nil || t.ExitCode != 0 {
			return false
		}
	}
	return true
}

// isSidecar tells an init container that goes on running beside the others.
func isSidecar(container *v1.Container) bool {
	return container.RestartPolicy != nil && *container.RestartPolicy == v1.ContainerRestartPolicyAlways
}

// conditions are those a kubelet owns.
func conditions(state podState, status v1.PodStatus) []v1.PodCondition {
	ready := readyCondition(state, status.Phase)
	containersReady := ready
	containersReady.Type = v1.ContainersReady
	return []v1.PodCondition{
		{Type: v1.PodReadyToStartContainers, Status: boolStatus(state.mounted && !state.terminal)},
		initializedCondition(state, status.Phase),
		containersReady,
		gated(ready, state.pod, status),
	}
}

func initializedCondition(state podState, phase v1.PodPhase) v1.PodCondition {
	condition := v1.PodCondition{Type: v1.PodInitialized, Status: v1.ConditionTrue}
	if phase == v1.PodSucceeded {
		condition.Reason = "PodCompleted"
		return condition
	}
	var incomplete []string
	for i, init := range state.inits {
		done := init.Ready
		if isSidecar(&state.pod.Spec.InitContainers[i]) {
			done = init.Started != nil && *init.Started
		}
		if !done {
			incomplete = append(incomplete, init.Name)
		}
	}
	mainStarted := slices.ContainsFunc(state.mains, func(s v1.ContainerStatus) bool {
		return s.State.Running != nil || s.State.Terminated != nil || s.LastTerminationState.Terminated != nil
	})
	if len(incomplete) > 0 && !mainStarted {
		condition.Status = v1.ConditionFalse
		condition.Reason = "ContainersNotInitialized"
		condition.Message = fmt.Sprintf("containers with incomplete status: %s", incomplete)
	}
	return condition
}

func readyCondition(state podState, phase v1.PodPhase) v1.PodCondition {
	condition := v1.PodCondition{Type: v1.PodReady, Status: v1.ConditionFalse}
	switch phase {
	case v1.PodSucceeded:
		condition.Reason = "PodCompleted"
		return condition
	case v1.PodFailed:
		condition.Reason = "PodFailed"
		return condition
	}
	var unready []string
	for i, init := range state.inits {
		if isSidecar(&state.pod.Spec.InitContainers[i]) && !init.Ready {
			unready = append(unready, init.Name)
		}
	}
	for _, main := range state.mains {
		if !main.Ready {
			unready = append(unready, main.Name)
		}
	}
	if len(unready) > 0 {
		condition.Reason = "ContainersNotReady"
		condition.Message = fmt.Sprintf("containers with unready status: %s", unready)
		return condition
	}
	condition.Status = v1.ConditionTrue
	return condition
}

// gated holds readiness back until the pod's readiness gates are true.
func gated(ready v1.PodCondition, pod *v1.Pod, status v1.PodStatus) v1.PodCondition {
	for _, gate := range pod.Spec.ReadinessGates {
		open := slices.ContainsFunc(status.Conditions, func(c v1.PodCondition) bool {
			return c.Type == gate.ConditionType && c.Status == v1.ConditionTrue
		})
		if !open && ready.Status == v1.ConditionTrue {
			ready.Status, ready.Reason = v1.ConditionFalse, "ReadinessGatesNotReady"
			ready.Message = fmt.Sprintf("readiness gate %q is not true", gate.ConditionType)
		}
	}
	return ready
}

func boolStatus(value bool) v1.ConditionStatus {
	if value {
		return v1.ConditionTrue
	}
	return v1.ConditionFalse
}

// setCondition replaces a condition and keeps the time of its last change.
func setCondition(status *v1.PodStatus, condition v1.PodCondition, now metav1.Time) {
	condition.LastTransitionTime = now
	for i, old := range status.Conditions {
		if old.Type != condition.Type {
			continue
		}
		if old.Status == condition.Status {
			condition.LastTransitionTime = old.LastTransitionTime
		}
		status.Conditions[i] = condition
		return
	}
	status.Conditions = append(status.Conditions, condition)
}
