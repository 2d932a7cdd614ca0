package node

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"time"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/errors"
)

// volume is one volume of a pod as it lies on the disk.
type volume struct {
	dir       string
	refreshAt time.Time // when a token in it is to be replaced; zero for never
}

// volumes makes a pod's volumes private directories below dir.
type volumes struct {
	from   objects
	claims string
	dir    string
}

// mount makes or renews one volume. Doing it again is harmless: files are
// replaced one by one, and nothing else is touched.
//
// Only tokens are renewed in a running pod. ConfigMaps, Secrets and fields of
// the pod stay as they were at its start, which a program has to expect of a
// kubelet too (subPath, immutable, the minute it may take).
func (v volumes) mount(ctx context.Context, pod *v1.Pod, spec v1.Volume) (volume, error) {
	made := volume{dir: filepath.Join(v.dir, spec.Name)}
	if claim := spec.PersistentVolumeClaim; claim != nil {
		made.dir = filepath.Join(v.claims, pod.Namespace, claim.ClaimName)
	}
	var files []file
	var err error
	switch {
	case spec.EmptyDir != nil, spec.PersistentVolumeClaim != nil:
		// a directory is all there is to it
	case spec.ConfigMap != nil:
		ref := spec.ConfigMap
		files, err = configMapFiles(ctx, v.from, pod.Namespace, ref.Name, ref.Items, ref.Optional, ref.DefaultMode)
	case spec.Secret != nil:
		ref := spec.Secret
		files, err = secretFiles(ctx, v.from, pod.Namespace, ref.SecretName, ref.Items, ref.Optional, ref.DefaultMode)
	case spec.DownwardAPI != nil:
		files, err = fieldFiles(pod, spec.DownwardAPI.Items, spec.DownwardAPI.DefaultMode)
	case spec.Projected != nil:
		files, made.refreshAt, err = v.projected(ctx, pod, spec.Projected)
	default:
		err = fmt.Errorf("this kind of volume is not supported by the process node")
	}
	if err != nil {
		return made, err
	}
	if err := os.MkdirAll(made.dir, 0o700); err != nil {
		return made, err
	}
	for _, file := range files {
		if err := file.write(made.dir); err != nil {
			return made, err
		}
	}
	return made, nil
}

// projected gathers the files of all sources, and all their errors.
func (v volumes) projected(ctx context.Context, pod *v1.Pod, spec *v1.ProjectedVolumeSource) ([]file, time.Time, error) {
	var all []file
	var refreshAt time.Time
	var failures []error
	for _, source := range spec.Sources {
		var files []file
		var err error
		switch {
		case source.ConfigMap != nil:
			ref := source.ConfigMap
			files, err = configMapFiles(ctx, v.from, pod.Namespace, ref.Name, ref.Items, ref.Optional, spec.DefaultMode)
		case source.Secret != nil:
			ref := source.Secret
			files, err = secretFiles(ctx, v.from, pod.Namespace, ref.Name, ref.Items, ref.Optional, spec.DefaultMode)
		case source.DownwardAPI != nil:
			files, err = fieldFiles(pod, source.DownwardAPI.Items, spec.DefaultMode)
		case source.ServiceAccountToken != nil:
			var renewal time.Time
			files, renewal, err = v.token(ctx, pod, source.ServiceAccountToken)
			if refreshAt.IsZero() || renewal.Before(refreshAt) {
				refreshAt = renewal
			}
		default:
			err = fmt.Errorf("this kind of projected source is not supported by the process node")
		}
		if err != nil {
			failures = append(failures, err)
			continue
		}
		all = append(all, files...)
	}
	return all, refreshAt, errors.NewAggregate(failures)
}

// token asks for a token and says when it has lived 80 % of its life, which is
// when a kubelet replaces it.
func (v volumes) token(ctx context.Context, pod *v1.Pod, spec *v1.ServiceAccountTokenProjection) ([]file, time.Time, error) {
	asked := time.Now()
	token, err := v.from.token(ctx, pod, spec.Audience, spec.ExpirationSeconds)
	if err != nil {
		return nil, time.Time{}, err
	}
	life := token.ExpirationTimestamp.Sub(asked)
	return []file{{path: spec.Path, data: []byte(token.Token), mode: 0o600}}, asked.Add(life * 8 / 10), nil
}

// tokenRetry is the pause after a failed renewal: a fifth of a token's life is
// left by then, two minutes of the shortest one.
const tokenRetry = 10 * time.Second

// renewTokens keeps the tokens of a running pod fresh until ctx ends.
func (p *pod) renewTokens(ctx context.Context) {
	mounted := maps.Clone(p.mounted)
	for {
		var due time.Time
		for _, made := range mounted {
			if !made.refreshAt.IsZero() && (due.IsZero() || made.refreshAt.Before(due)) {
				due = made.refreshAt
			}
		}
		if due.IsZero() || !sleep(ctx, time.Until(due)) {
			return
		}
		for _, spec := range p.object().Spec.Volumes {
			made := mounted[spec.Name]
			if made.refreshAt.IsZero() || made.refreshAt.After(time.Now()) {
				continue
			}
			renewed, err := p.volumes.mount(ctx, p.object(), spec)
			if err != nil {
				p.log.Warn("token not renewed", "volume", spec.Name, "error", err)
				renewed = made
				renewed.refreshAt = time.Now().Add(tokenRetry)
			}
			mounted[spec.Name] = renewed
		}
	}
}
