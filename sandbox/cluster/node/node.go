package node

import (
	"net"
	"net/http"
	"runtime"
	"strconv"
	"time"

	vknode "github.com/virtual-kubelet/virtual-kubelet/node"
	"github.com/virtual-kubelet/virtual-kubelet/node/nodeutil"
	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/record"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/component-base/version"
)

const (
	// workers handle arrivals and deletions of pods; none of them ever waits
	// for a process.
	workers = 16

	// streamTimeout is how long a forwarded port may be idle: a kubelet's four
	// hours. virtual-kubelet mixes up idle and creation, so both are set.
	streamTimeout = 4 * time.Hour
)

// newNode joins the Node object, the kubelet API and the provider.
func newNode(settings settings, provider *provider) (*nodeutil.Node, error) {
	mux := http.NewServeMux()
	return nodeutil.NewNode(settings.nodeName,
		func(config nodeutil.ProviderConfig) (nodeutil.Provider, vknode.NodeProvider, error) {
			provider.lister = config.Pods
			return provider, nil, nil
		},
		func(config *nodeutil.NodeConfig) error {
			port, err := portOf(settings.listen)
			if err != nil {
				return err
			}
			config.Client = provider.client
			config.NodeSpec = nodeObject(settings.nodeName, port)
			config.HTTPListenAddr = settings.listen
			config.Handler = mux
			config.NumWorkers = workers
			config.StreamIdleTimeout, config.StreamCreationTimeout = streamTimeout, streamTimeout
			config.SkipDownwardAPIResolution = true // environment.go does it, with a kubelet's messages
			config.EventRecorder = &record.FakeRecorder{}
			return nil
		},
		nodeutil.WithTLSConfig(
			nodeutil.WithKeyPairFromPath(settings.tlsCertFile, settings.tlsPrivateKeyFile),
			nodeutil.WithCAFromPath(settings.clientCAFile),
		),
		nodeutil.AttachProviderRoutes(mux),
		nodeutil.WithPodControllerConfigOverrides(func(config *vknode.PodControllerConfig) error {
			config.PodClient = deletions{config.PodClient, provider}
			config.SyncPodsFromKubernetesRateLimiter = promptly()
			config.DeletePodsFromKubernetesRateLimiter = promptly()
			return nil
		}),
	)
}

// promptly retries a pod that failed ever later, without the standard limit of
// ten pods a second in all.
func promptly() workqueue.TypedRateLimiter[any] {
	return workqueue.NewTypedItemExponentialFailureRateLimiter[any](5*time.Millisecond, 5*time.Second)
}

// nodeObject has no taint: pods come here without a toleration.
func nodeObject(name string, port int32) v1.Node {
	condition := func(kind v1.NodeConditionType, status v1.ConditionStatus) v1.NodeCondition {
		return v1.NodeCondition{Type: kind, Status: status, Reason: "ProcessNode", LastTransitionTime: metav1.Now()}
	}
	return v1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name: name,
			Labels: map[string]string{
				v1.LabelHostname:   name,
				v1.LabelOSStable:   runtime.GOOS,
				v1.LabelArchStable: runtime.GOARCH,
				"type":             "virtual-kubelet",
			},
		},
		Status: v1.NodeStatus{
			Capacity:    capacity(),
			Allocatable: capacity(),
			Conditions: []v1.NodeCondition{
				condition(v1.NodeReady, v1.ConditionFalse), // nodeutil makes it true
				condition(v1.NodeMemoryPressure, v1.ConditionFalse),
				condition(v1.NodeDiskPressure, v1.ConditionFalse),
				condition(v1.NodePIDPressure, v1.ConditionFalse),
				condition(v1.NodeNetworkUnavailable, v1.ConditionFalse),
			},
			Addresses: []v1.NodeAddress{
				{Type: v1.NodeInternalIP, Address: loopback},
				{Type: v1.NodeHostName, Address: name},
			},
			DaemonEndpoints: v1.NodeDaemonEndpoints{KubeletEndpoint: v1.DaemonEndpoint{Port: port}},
			NodeInfo: v1.NodeSystemInfo{
				KubeletVersion:          version.Get().GitVersion,
				ContainerRuntimeVersion: "process://1",
				OperatingSystem:         runtime.GOOS,
				Architecture:            runtime.GOARCH,
			},
		},
	}
}

// capacity is what the node claims to have. Nothing is measured or enforced.
func capacity() v1.ResourceList {
	return v1.ResourceList{
		v1.ResourceCPU:              resource.MustParse("64"),
		v1.ResourceMemory:           resource.MustParse("256Gi"),
		v1.ResourcePods:             resource.MustParse("500"),
		v1.ResourceEphemeralStorage: resource.MustParse("1Ti"),
	}
}

func portOf(address string) (int32, error) {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return 0, err
	}
	number, err := strconv.ParseInt(port, 10, 32)
	return int32(number), err
}
