package node

import (
	"context"
	"time"

	authentication "k8s.io/api/authentication/v1"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// shelf is what pods refer to, without a server.
type shelf struct {
	configMaps map[string]*v1.ConfigMap
	secrets    map[string]*v1.Secret
}

func (s shelf) configMap(_ context.Context, _, name string) (*v1.ConfigMap, error) {
	if found := s.configMaps[name]; found != nil {
		return found, nil
	}
	return nil, notFound{"configmap", name}
}

func (s shelf) secret(_ context.Context, _, name string) (*v1.Secret, error) {
	if found := s.secrets[name]; found != nil {
		return found, nil
	}
	return nil, notFound{"secret", name}
}

func (shelf) token(_ context.Context, _ *v1.Pod, audience string, seconds *int64) (*authentication.TokenRequestStatus, error) {
	return &authentication.TokenRequestStatus{
		Token:               "token for " + audience,
		ExpirationTimestamp: metav1.NewTime(time.Now().Add(time.Duration(*seconds) * time.Second)),
	}, nil
}

func testShelf() shelf {
	return shelf{
		configMaps: map[string]*v1.ConfigMap{"plan": {Data: map[string]string{"plan.json": "{}", "LEVEL": "high"}}},
		secrets:    map[string]*v1.Secret{"ledger": {Data: map[string][]byte{"url": []byte("postgres://")}}},
	}
}

func testPod() *v1.Pod {
	return &v1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: "sync-1", Namespace: "shop", UID: "u-1", Generation: 3,
			Labels:      map[string]string{"app": "worker", "batch.kubernetes.io/controller-uid": "u-0"},
			Annotations: map[string]string{"supercargo.dev/request": `{"type":"Sync"}`},
		},
		Spec: v1.PodSpec{
			NodeName: "process", ServiceAccountName: "supercargo-worker", RestartPolicy: v1.RestartPolicyNever,
			Containers: []v1.Container{{Name: "main", Image: "supercargo:dev"}},
		},
	}
}

func ref[T any](value T) *T { return &value }
