package node

import (
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// initialStatus is where a container starts from: waiting, or, when a node
// before this one already ran it, what that node reported last.
//
// A container reported as running has lost its process with that node, and
// its exit code with it. It counts as failed, in the words a kubelet has for
// a container it cannot find; the restart policy decides what comes next.
func initialStatus(pod *v1.Pod, container *v1.Container, init bool, reported []v1.ContainerStatus, now metav1.Time) v1.ContainerStatus {
	status := v1.ContainerStatus{Name: container.Name, Image: container.Image, ImageID: container.Image, Started: new(bool)}
	for _, old := range reported {
		if old.Name != container.Name {
			continue
		}
		status.RestartCount = old.RestartCount
		status.LastTerminationState = old.LastTerminationState
		status.State.Terminated = old.State.Terminated
		status.ContainerID = old.ContainerID
		if running := old.State.Running; running != nil {
			status.State.Terminated = &v1.ContainerStateTerminated{
				ExitCode:    137,
				Reason:      "ContainerStatusUnknown",
				Message:     "The node was restarted and could not find the container's process",
				StartedAt:   running.StartedAt,
				FinishedAt:  now,
				ContainerID: old.ContainerID,
			}
		}
	}
	if ended := status.State.Terminated; ended != nil {
		status.Ready = init && !isSidecar(container) && ended.ExitCode == 0
		return status
	}
	status.State.Waiting = &v1.ContainerStateWaiting{Reason: "ContainerCreating"}
	if len(pod.Spec.InitContainers) > 0 {
		status.State.Waiting.Reason = "PodInitializing"
	}
	return status
}
