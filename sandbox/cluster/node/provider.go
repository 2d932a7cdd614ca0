package node

import (
	"context"
	"log/slog"
	"sync"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/virtual-kubelet/virtual-kubelet/errdefs"
	"github.com/virtual-kubelet/virtual-kubelet/node/api"
	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	listers "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/clientcmd"
	statsv1alpha1 "k8s.io/kubelet/pkg/apis/stats/v1alpha1"
)

// host is what all pods of the node share.
type host struct {
	settings settings
	log      *slog.Logger
	ctx      context.Context // ends when the node closes: nothing is reported after
	client   kubernetes.Interface
	objects  objects
	images   imageTable
	events   events
}

// provider is the node as virtual-kubelet calls it: it says which pods there
// are to be. Every call returns at once; pods go their own way.
type provider struct {
	host
	cancel context.CancelFunc
	lister listers.PodLister // set before virtual-kubelet runs

	mu   sync.Mutex
	pods map[types.UID]*pod
}

func newProvider(settings settings, log *slog.Logger) (*provider, error) {
	config, err := clientcmd.BuildConfigFromFlags("", settings.kubeconfig)
	if err != nil {
		return nil, err
	}
	// The defaults of 5 and 10 would make a dozen pods wait for one another.
	config.QPS, config.Burst = 200, 400
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &provider{
		host: host{
			settings: settings, log: log, ctx: ctx, client: client, objects: server{client},
			images: imageTable(settings.images), events: newEvents(client, settings.nodeName),
		},
		cancel: cancel,
		pods:   map[types.UID]*pod{},
	}, nil
}

// CreatePod never fails: a pod that cannot start yet waits and says why, and
// an error would make virtual-kubelet call it Failed.
func (p *provider) CreatePod(_ context.Context, object *v1.Pod) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, other := range p.pods {
		// Deleted by force and made again under the same name.
		if old := other.object(); old.Namespace == object.Namespace && old.Name == object.Name && old.UID != object.UID {
			p.endLocked(other, forcedGrace)
		}
	}
	if p.pods[object.UID] == nil {
		added := newPod(p.host, object)
		p.pods[object.UID] = added
		go added.run()
	}
	return nil
}

// UpdatePod takes over labels, annotations and deadline. A new image counts
// from the next restart, if at all.
func (p *provider) UpdatePod(_ context.Context, object *v1.Pod) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if known := p.pods[object.UID]; known != nil {
		known.spec.Store(object)
	}
	return nil
}

// forcedGrace is what the processes of a pod get whose object is gone already.
const forcedGrace = 2 * time.Second

// DeletePod stops the pod within its grace period and then takes its object
// off the API server. A pod of a node before this one, which does not run any
// more, is told its end first: a Job waits for that.
func (p *provider) DeletePod(_ context.Context, object *v1.Pod) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.pods[object.UID]
	if known == nil {
		if hasEnded(object) || object.DeletionTimestamp == nil {
			return errdefs.NotFoundf("no pod %s/%s here", object.Namespace, object.Name)
		}
		known = newPod(p.host, object)
		known.stop(0, failure{}) // before it runs: nothing is to be started
		p.pods[object.UID] = known
		go known.run()
	}
	grace := forcedGrace
	if object.DeletionTimestamp != nil && object.DeletionGracePeriodSeconds != nil {
		known.spec.Store(object)
		grace = time.Duration(*object.DeletionGracePeriodSeconds) * time.Second
	}
	p.endLocked(known, grace)
	return nil
}

func (p *provider) endLocked(known *pod, grace time.Duration) {
	known.stop(grace, failure{})
	uid := known.object().UID
	known.remove(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.pods, uid)
	})
}

// GetPod finds the pod that has the name now; one that had it before and is
// still ending is another.
func (p *provider) GetPod(_ context.Context, namespace, name string) (*v1.Pod, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	current, err := p.lister.Pods(namespace).Get(name)
	for uid, known := range p.pods {
		object := known.object()
		if object.Namespace == namespace && object.Name == name && (err != nil || current.UID == uid) {
			return object.DeepCopy(), nil
		}
	}
	return nil, errdefs.NotFoundf("no pod %s/%s here", namespace, name)
}

// GetPodStatus is not used: pods report themselves.
func (p *provider) GetPodStatus(ctx context.Context, namespace, name string) (*v1.PodStatus, error) {
	found, err := p.GetPod(ctx, namespace, name)
	if err != nil {
		return nil, err
	}
	return &found.Status, nil
}

func (p *provider) GetPods(context.Context) ([]*v1.Pod, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []*v1.Pod
	for _, known := range p.pods {
		all = append(all, known.object().DeepCopy())
	}
	return all, nil
}

// NotifyPods keeps virtual-kubelet from asking for statuses: pods report
// themselves, see report.go.
func (p *provider) NotifyPods(context.Context, func(*v1.Pod)) {}

func (p *provider) RunInContainer(context.Context, string, string, string, []string, api.AttachIO) error {
	return errdefs.InvalidInput("the process node has no exec: a container is a process of the machine, look at it there")
}

func (p *provider) AttachToContainer(context.Context, string, string, string, api.AttachIO) error {
	return errdefs.InvalidInput("the process node has no attach; kubectl logs -f shows what the process writes")
}

func (p *provider) GetStatsSummary(context.Context) (*statsv1alpha1.Summary, error) {
	return &statsv1alpha1.Summary{Node: statsv1alpha1.NodeStats{NodeName: p.settings.nodeName}}, nil
}

func (p *provider) GetMetricsResource(context.Context) ([]*dto.MetricFamily, error) { return nil, nil }
