package node

import (
	"context"
	"fmt"

	authentication "k8s.io/api/authentication/v1"
	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// objects reads what pods refer to. What does not exist is a notFound error
// with a kubelet's words, since these end up in events people search for.
type objects interface {
	configMap(ctx context.Context, namespace, name string) (*v1.ConfigMap, error)
	secret(ctx context.Context, namespace, name string) (*v1.Secret, error)
	token(ctx context.Context, pod *v1.Pod, audience string, seconds *int64) (*authentication.TokenRequestStatus, error)
}

type notFound struct{ kind, name string }

func (e notFound) Error() string { return fmt.Sprintf("%s %q not found", e.kind, e.name) }

// server reads from the API server and not from a cache: a pod started right
// after its Secret was made must find it.
type server struct{ client kubernetes.Interface }

func (s server) configMap(ctx context.Context, namespace, name string) (*v1.ConfigMap, error) {
	found, err := s.client.CoreV1().ConfigMaps(namespace).Get(ctx, name, metav1.GetOptions{})
	if errors.IsNotFound(err) {
		return nil, notFound{"configmap", name}
	}
	return found, err
}

func (s server) secret(ctx context.Context, namespace, name string) (*v1.Secret, error) {
	found, err := s.client.CoreV1().Secrets(namespace).Get(ctx, name, metav1.GetOptions{})
	if errors.IsNotFound(err) {
		return nil, notFound{"secret", name}
	}
	return found, err
}

// token asks for a service account token bound to the pod: it ends with it.
func (s server) token(ctx context.Context, pod *v1.Pod, audience string, seconds *int64) (*authentication.TokenRequestStatus, error) {
	request := &authentication.TokenRequest{Spec: authentication.TokenRequestSpec{
		ExpirationSeconds: seconds,
		BoundObjectRef:    &authentication.BoundObjectReference{APIVersion: "v1", Kind: "Pod", Name: pod.Name, UID: pod.UID},
	}}
	if audience != "" {
		request.Spec.Audiences = []string{audience}
	}
	account := pod.Spec.ServiceAccountName
	if account == "" {
		account = "default"
	}
	answer, err := s.client.CoreV1().ServiceAccounts(pod.Namespace).CreateToken(ctx, account, request, metav1.CreateOptions{})
	if err != nil {
		return nil, fmt.Errorf("failed to fetch token: %w", err)
	}
	return &answer.Status, nil
}

// forgive turns "not found" of an optional reference into nothing.
func forgive(err error, optional *bool) error {
	if _, missing := err.(notFound); missing && optional != nil && *optional {
		return nil
	}
	return err
}
