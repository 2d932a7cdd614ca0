package node

import (
	"context"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	corev1 "k8s.io/client-go/kubernetes/typed/core/v1"
)

// deletions stands between virtual-kubelet and the API server. virtual-kubelet
// deletes a pod's object when the grace period is over, and at once when no
// container is reported as running: with an init container at work, say.
// Here an object goes when the pod's processes have gone, and not before.
type deletions struct {
	corev1.PodsGetter
	provider *provider
}

func (d deletions) Pods(namespace string) corev1.PodInterface {
	return podDeletions{d.PodsGetter.Pods(namespace), d.provider}
}

type podDeletions struct {
	corev1.PodInterface
	provider *provider
}

func (d podDeletions) Delete(ctx context.Context, name string, options metav1.DeleteOptions) error {
	if options.Preconditions != nil && options.Preconditions.UID != nil {
		if known := d.provider.known(*options.Preconditions.UID); known != nil {
			return d.provider.DeletePod(ctx, known)
		}
	}
	return d.PodInterface.Delete(ctx, name, options)
}

// known is the newest object of a pod that is on this node.
func (p *provider) known(uid types.UID) *v1.Pod {
	p.mu.Lock()
	defer p.mu.Unlock()
	found := p.pods[uid]
	if found == nil {
		return nil
	}
	object := found.object()
	if current, err := p.lister.Pods(object.Namespace).Get(object.Name); err == nil && current.UID == uid {
		return current
	}
	return object
}
