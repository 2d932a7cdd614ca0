package node

import (
	"errors"
	"flag"
	"fmt"
	"net/url"
	"path/filepath"
)

// settings are the flags of process-node.
type settings struct {
	kubeconfig string
	nodeName   string
	dataDir    string
	images     string
	listen     string

	tlsCertFile       string
	tlsPrivateKeyFile string
	clientCAFile      string

	// Host and port pods are told in KUBERNETES_SERVICE_HOST and _PORT: there
	// is no Service address on a machine without kube-proxy.
	apiserverHost string
	apiserverPort string
}

func (s settings) podsDir() string   { return filepath.Join(s.dataDir, "pods") }
func (s settings) claimsDir() string { return filepath.Join(s.dataDir, "claims") }

func parseSettings(args []string) (settings, error) {
	var s settings
	var apiserver string
	flags := flag.NewFlagSet("process-node", flag.ContinueOnError)
	flags.StringVar(&s.kubeconfig, "kubeconfig", "", "how to reach the API server; needs the rights of system:masters")
	flags.StringVar(&s.nodeName, "node-name", "process", "name of the Node object")
	flags.StringVar(&s.dataDir, "data-dir", "", "private directory for pods and claims; one node per directory")
	flags.StringVar(&s.images, "images", "", "JSON table telling which command an image stands for")
	flags.StringVar(&s.listen, "listen", "", "address of the kubelet API, 127.0.0.1:PORT")
	flags.StringVar(&s.tlsCertFile, "tls-cert-file", "", "certificate of the kubelet API")
	flags.StringVar(&s.tlsPrivateKeyFile, "tls-private-key-file", "", "its key")
	flags.StringVar(&s.clientCAFile, "client-ca-file", "", "who may call the kubelet API: holders of certificates signed by this CA")
	flags.StringVar(&apiserver, "apiserver-url", "", "address of the API server as pods reach it, https://HOST:PORT")
	if err := flags.Parse(args); err != nil {
		return s, err
	}

	var missing error
	flags.VisitAll(func(f *flag.Flag) {
		if f.Value.String() == "" {
			missing = errors.Join(missing, fmt.Errorf("--%s is missing", f.Name))
		}
	})
	if missing != nil {
		return s, missing
	}
	address, err := url.Parse(apiserver)
	if err != nil || address.Port() == "" {
		return s, fmt.Errorf("--apiserver-url %q is not https://HOST:PORT", apiserver)
	}
	s.apiserverHost, s.apiserverPort = address.Hostname(), address.Port()
	// Children run in directories of their own, so every path must be absolute.
	s.dataDir, err = filepath.Abs(s.dataDir)
	return s, err
}
