package node

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	authentication "k8s.io/api/authentication/v1"
	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestMount(t *testing.T) {
	root := t.TempDir()
	all := volumes{from: testShelf(), claims: filepath.Join(root, "claims"), dir: filepath.Join(root, "volumes")}
	spec := v1.Volume{Name: "v", VolumeSource: v1.VolumeSource{Projected: &v1.ProjectedVolumeSource{Sources: []v1.VolumeProjection{
		{ConfigMap: &v1.ConfigMapProjection{
			LocalObjectReference: v1.LocalObjectReference{Name: "plan"},
			Items:                []v1.KeyToPath{{Key: "plan.json", Path: "deep/plan.json"}},
		}},
		{Secret: &v1.SecretProjection{LocalObjectReference: v1.LocalObjectReference{Name: "ledger"}}},
		{DownwardAPI: &v1.DownwardAPIProjection{Items: []v1.DownwardAPIVolumeFile{
			{Path: "uid", FieldRef: &v1.ObjectFieldSelector{FieldPath: "metadata.uid"}},
		}}},
		{ServiceAccountToken: &v1.ServiceAccountTokenProjection{Audience: "api", ExpirationSeconds: ref(int64(1000)), Path: "token"}},
	}}}}
	for range 2 { // again: a restarted node finds the files there
		made, err := all.mount(context.Background(), testPod(), spec)
		if err != nil {
			t.Fatal(err)
		}
		if left := time.Until(made.refreshAt); left < 790*time.Second || left > 800*time.Second {
			t.Errorf("the token is renewed in %v, want 800 s", left)
		}
	}
	for path, want := range map[string]string{"deep/plan.json": "{}", "url": "postgres://", "uid": "u-1", "token": "token for api"} {
		data, err := os.ReadFile(filepath.Join(root, "volumes/v", path))
		if err != nil || string(data) != want {
			t.Errorf("%s holds %q (%v), want %q", path, data, err, want)
		}
	}
	for path, want := range map[string]os.FileMode{"volumes/v": 0o700, "volumes/v/deep": 0o700, "volumes/v/url": 0o600, "volumes/v/token": 0o600} {
		if info, err := os.Stat(filepath.Join(root, path)); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode(), want)
		}
	}
}

func TestMountThatMustWait(t *testing.T) {
	secret := func(name, key string, optional bool) v1.VolumeSource {
		return v1.VolumeSource{Secret: &v1.SecretVolumeSource{
			SecretName: name, Items: []v1.KeyToPath{{Key: key, Path: "p"}}, Optional: &optional,
		}}
	}
	all := volumes{from: testShelf(), dir: t.TempDir()}
	for _, test := range []struct {
		source v1.VolumeSource
		want   string
	}{
		{secret("absent", "k", false), `secret "absent" not found`},
		{secret("ledger", "k", false), "references non-existent secret key: k"},
		{secret("absent", "k", true), ""},
		{secret("ledger", "k", true), ""},
		{v1.VolumeSource{HostPath: &v1.HostPathVolumeSource{}}, "this kind of volume is not supported by the process node"},
	} {
		got := ""
		if _, err := all.mount(context.Background(), testPod(), v1.Volume{Name: "v", VolumeSource: test.source}); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

func TestFileMode(t *testing.T) {
	for _, test := range []struct {
		standard, own *int32
		atMost, want  os.FileMode
	}{
		{nil, nil, 0o600, 0o600},
		{ref(int32(0o644)), nil, 0o700, 0o600},
		{ref(int32(0o644)), ref(int32(0o755)), 0o700, 0o700},
		{ref(int32(0o755)), nil, 0o600, 0o600},
		{ref(int32(0o400)), nil, 0o600, 0o400},
		{ref(int32(0o040)), nil, 0o600, 0o400},
	} {
		if got := fileMode(test.standard, test.own, test.atMost); got != test.want {
			t.Errorf("got %o, want %o", got, test.want)
		}
	}
}

// mint makes a new token at each request, with a life of a second.
type mint struct {
	shelf
	made *atomic.Int32
}

func (m mint) token(context.Context, *v1.Pod, string, *int64) (*authentication.TokenRequestStatus, error) {
	return &authentication.TokenRequestStatus{
		Token:               fmt.Sprint(m.made.Add(1)),
		ExpirationTimestamp: metav1.NewTime(time.Now().Add(time.Second)),
	}, nil
}

func TestTokensAreRenewed(t *testing.T) {
	object := testPod()
	object.Spec.Volumes = []v1.Volume{{Name: "v", VolumeSource: v1.VolumeSource{Projected: &v1.ProjectedVolumeSource{
		Sources: []v1.VolumeProjection{{ServiceAccountToken: &v1.ServiceAccountTokenProjection{Path: "token"}}},
	}}}}
	p := newPod(host{ctx: t.Context(), log: slog.New(slog.DiscardHandler), settings: settings{dataDir: t.TempDir()}, objects: mint{made: new(atomic.Int32)}}, object)
	made, err := p.volumes.mount(t.Context(), object, object.Spec.Volumes[0])
	if err != nil {
		t.Fatal(err)
	}
	p.mounted["v"] = made
	go p.renewTokens(p.ctx)
	for range 200 {
		time.Sleep(20 * time.Millisecond)
		if data, _ := os.ReadFile(filepath.Join(made.dir, "token")); string(data) == "2" {
			p.cancel()
			return
		}
	}
	t.Error("the token is the first one still")
}
