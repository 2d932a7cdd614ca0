package node

import (
	"context"
	"maps"
	"testing"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

func TestDeclaredEnvironment(t *testing.T) {
	inSecret := func(name, key string, optional bool) *v1.EnvVarSource {
		return &v1.EnvVarSource{SecretKeyRef: &v1.SecretKeySelector{
			LocalObjectReference: v1.LocalObjectReference{Name: name}, Key: key, Optional: &optional,
		}}
	}
	limit := func(name, divisor string) *v1.EnvVarSource {
		return &v1.EnvVarSource{ResourceFieldRef: &v1.ResourceFieldSelector{Resource: name, Divisor: resource.MustParse(divisor)}}
	}
	container := &v1.Container{
		EnvFrom: []v1.EnvFromSource{
			{Prefix: "PLAN_", ConfigMapRef: &v1.ConfigMapEnvSource{LocalObjectReference: v1.LocalObjectReference{Name: "plan"}}},
			{SecretRef: &v1.SecretEnvSource{LocalObjectReference: v1.LocalObjectReference{Name: "absent"}, Optional: ref(true)}},
		},
		Env: []v1.EnvVar{
			{Name: "URL", ValueFrom: inSecret("ledger", "url", false)},
			{Name: "ABSENT", ValueFrom: inSecret("ledger", "absent", true)},
			{Name: "BOTH", Value: "$(URL)$(PLAN_LEVEL) at $(HOST), not $(LATER)"},
			{Name: "LATER", Value: "x"},
			{Name: "POD", ValueFrom: &v1.EnvVarSource{FieldRef: &v1.ObjectFieldSelector{FieldPath: "metadata.name"}}},
			{Name: "MEMORY", ValueFrom: limit("limits.memory", "1Mi")},
			{Name: "CPU", ValueFrom: limit("limits.cpu", "1")},
			{Name: "ASKED", ValueFrom: limit("requests.cpu", "1m")},
			{Name: "EMPTY"},
		},
		Resources: v1.ResourceRequirements{
			Limits:   v1.ResourceList{v1.ResourceMemory: resource.MustParse("256Mi"), v1.ResourceCPU: resource.MustParse("1500m")},
			Requests: v1.ResourceList{v1.ResourceCPU: resource.MustParse("250m")},
		},
	}
	got, err := declaredEnvironment(context.Background(), testShelf(), testPod(), container, map[string]string{"HOST": "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"HOST": "127.0.0.1", "PLAN_LEVEL": "high", "PLAN_plan.json": "{}", "URL": "postgres://",
		"BOTH": "postgres://high at 127.0.0.1, not $(LATER)", "LATER": "x", "POD": "sync-1",
		"MEMORY": "256", "CPU": "2", "ASKED": "250", "EMPTY": "",
	}
	if !maps.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestEnvironmentThatIsMissing(t *testing.T) {
	of := func(source *v1.EnvVarSource) string {
		container := &v1.Container{Env: []v1.EnvVar{{Name: "X", ValueFrom: source}}}
		_, err := declaredEnvironment(context.Background(), testShelf(), testPod(), container, map[string]string{})
		if err == nil {
			return ""
		}
		return err.Error()
	}
	name := func(name string) v1.LocalObjectReference { return v1.LocalObjectReference{Name: name} }
	for want, source := range map[string]*v1.EnvVarSource{
		`secret "absent" not found`:                  {SecretKeyRef: &v1.SecretKeySelector{LocalObjectReference: name("absent"), Key: "k"}},
		"couldn't find key k in Secret shop/ledger":  {SecretKeyRef: &v1.SecretKeySelector{LocalObjectReference: name("ledger"), Key: "k"}},
		"couldn't find key k in ConfigMap shop/plan": {ConfigMapKeyRef: &v1.ConfigMapKeySelector{LocalObjectReference: name("plan"), Key: "k"}},
		"unsupported fieldPath: spec.priority":       {FieldRef: &v1.ObjectFieldSelector{FieldPath: "spec.priority"}},
	} {
		if got := of(source); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
