package node

import (
	"testing"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestInitialStatus(t *testing.T) {
	now := metav1.NewTime(time.Unix(2000, 0))
	main := &v1.Container{Name: "main", Image: "supercargo:dev"}
	of := func(reported ...v1.ContainerStatus) v1.ContainerStatus {
		return initialStatus(testPod(), main, false, reported, now)
	}
	if got := of(); got.State.Waiting == nil || got.State.Waiting.Reason != "ContainerCreating" {
		t.Errorf("a new container is %+v", got.State)
	}

	lost := runningStatus("main", true)
	lost.RestartCount, lost.ContainerID = 2, "process://7"
	got := of(endedStatus("other", 0), lost)
	end := got.State.Terminated
	if end == nil || end.ExitCode != 137 || end.Reason != "ContainerStatusUnknown" || end.FinishedAt != now {
		t.Errorf("a lost container is %+v", got.State)
	}
	if got.Ready || got.RestartCount != 2 || end.ContainerID != "process://7" {
		t.Errorf("got %+v", got)
	}

	if got := of(endedStatus("main", 20)); got.State.Terminated == nil || got.State.Terminated.ExitCode != 20 {
		t.Errorf("an ended container is %+v", got.State)
	}
	if got := of(crashedStatus("main")); got.State.Waiting == nil || got.LastTerminationState.Terminated == nil {
		t.Errorf("a crashed container is %+v", got)
	}
}

func TestRestarts(t *testing.T) {
	for policy, want := range map[v1.RestartPolicy][2]bool{ // after 0, after 1
		v1.RestartPolicyAlways:    {true, true},
		v1.RestartPolicyOnFailure: {false, true},
		v1.RestartPolicyNever:     {false, false},
	} {
		if got := [2]bool{restarts(policy, 0), restarts(policy, 1)}; got != want {
			t.Errorf("%s: %v, want %v", policy, got, want)
		}
	}
}
