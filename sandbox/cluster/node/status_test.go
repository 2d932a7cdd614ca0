package node

import (
	"testing"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func waitingStatus(name string) v1.ContainerStatus {
	return v1.ContainerStatus{Name: name, State: v1.ContainerState{Waiting: &v1.ContainerStateWaiting{Reason: "ContainerCreating"}}}
}

func runningStatus(name string, ready bool) v1.ContainerStatus {
	return v1.ContainerStatus{Name: name, Ready: ready, State: v1.ContainerState{Running: &v1.ContainerStateRunning{}}}
}

func endedStatus(name string, exitCode int32) v1.ContainerStatus {
	return v1.ContainerStatus{
		Name: name, Ready: exitCode == 0,
		State: v1.ContainerState{Terminated: &v1.ContainerStateTerminated{ExitCode: exitCode}},
	}
}

func crashedStatus(name string) v1.ContainerStatus {
	status := waitingStatus(name)
	status.LastTerminationState = endedStatus(name, 1).State
	return status
}

func TestPhase(t *testing.T) {
	list := func(statuses ...v1.ContainerStatus) []v1.ContainerStatus { return statuses }
	for name, test := range map[string]struct {
		state podState
		want  v1.PodPhase
	}{
		"new":             {podState{mains: list(waitingStatus("a"))}, v1.PodPending},
		"running":         {podState{mains: list(runningStatus("a", false))}, v1.PodRunning},
		"one of two":      {podState{mains: list(runningStatus("a", true), waitingStatus("b"))}, v1.PodPending},
		"one has ended":   {podState{mains: list(runningStatus("a", true), endedStatus("b", 1))}, v1.PodRunning},
		"crash loop":      {podState{mains: list(crashedStatus("a"))}, v1.PodRunning},
		"succeeded":       {podState{terminal: true, mains: list(endedStatus("a", 0))}, v1.PodSucceeded},
		"failed":          {podState{terminal: true, mains: list(endedStatus("a", 0), endedStatus("b", 20))}, v1.PodFailed},
		"never started":   {podState{terminal: true, mains: list(waitingStatus("a"))}, v1.PodFailed},
		"deadline":        {podState{terminal: true, failure: failure{"DeadlineExceeded", ""}, mains: list(endedStatus("a", 0))}, v1.PodFailed},
		"initialising":    {podState{inits: list(runningStatus("i", false)), mains: list(waitingStatus("a"))}, v1.PodPending},
		"init has failed": {podState{terminal: true, inits: list(endedStatus("i", 1)), mains: list(waitingStatus("a"))}, v1.PodFailed},
		"initialised":     {podState{inits: list(endedStatus("i", 0)), mains: list(runningStatus("a", true))}, v1.PodRunning},
	} {
		test.state.pod = testPod()
		for _, init := range test.state.inits {
			test.state.pod.Spec.InitContainers = append(test.state.pod.Spec.InitContainers, v1.Container{Name: init.Name})
		}
		if got := phase(test.state); got != test.want {
			t.Errorf("%s: phase %s, want %s", name, got, test.want)
		}
	}
}

func TestPodStatusKeepsWhatOthersWrote(t *testing.T) {
	before, now := metav1.NewTime(time.Unix(1000, 0)), metav1.NewTime(time.Unix(2000, 0))
	current := v1.PodStatus{QOSClass: v1.PodQOSBurstable, Conditions: []v1.PodCondition{
		{Type: v1.PodScheduled, Status: v1.ConditionTrue, LastTransitionTime: before},
		{Type: v1.DisruptionTarget, Status: v1.ConditionTrue, LastTransitionTime: before},
		{Type: v1.PodInitialized, Status: v1.ConditionTrue, LastTransitionTime: before},
		{Type: v1.PodReady, Status: v1.ConditionFalse, LastTransitionTime: before},
	}}
	state := podState{pod: testPod(), start: before, mounted: true, mains: []v1.ContainerStatus{runningStatus("main", true)}}
	status := podStatus(current, state, now)

	if status.QOSClass != v1.PodQOSBurstable || status.PodIP != "127.0.0.1" || status.Phase != v1.PodRunning {
		t.Errorf("got %+v", status)
	}
	want := map[v1.PodConditionType]metav1.Time{
		v1.PodScheduled: before, v1.DisruptionTarget: before, v1.PodInitialized: before,
		v1.PodReady: now, v1.ContainersReady: now, v1.PodReadyToStartContainers: now,
	}
	for _, condition := range status.Conditions {
		changed, known := want[condition.Type]
		if !known || condition.Status != v1.ConditionTrue || condition.LastTransitionTime != changed {
			t.Errorf("got %+v", condition)
		}
		delete(want, condition.Type)
	}
	if len(want) > 0 {
		t.Errorf("no condition %v", want)
	}
}

func TestReadyCondition(t *testing.T) {
	state := podState{pod: testPod(), mains: []v1.ContainerStatus{runningStatus("a", true), runningStatus("b", false)}}
	got := readyCondition(state, v1.PodRunning)
	if got.Status != v1.ConditionFalse || got.Reason != "ContainersNotReady" || got.Message != "containers with unready status: [b]" {
		t.Errorf("got %+v", got)
	}
}
