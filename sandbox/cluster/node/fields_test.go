package node

import "testing"

func TestFieldValue(t *testing.T) {
	for path, want := range map[string]string{
		"metadata.name":          "sync-1",
		"metadata.namespace":     "shop",
		"metadata.uid":           "u-1",
		"metadata.labels['app']": "worker",
		"metadata.labels['batch.kubernetes.io/controller-uid']": "u-0",
		"metadata.labels['absent']":                             "",
		"metadata.annotations['supercargo.dev/request']":        `{"type":"Sync"}`,
		"metadata.labels":                                       "app=\"worker\"\nbatch.kubernetes.io/controller-uid=\"u-0\"",
		"metadata.annotations":                                  `supercargo.dev/request="{\"type\":\"Sync\"}"`,
		"spec.nodeName":                                         "process",
		"spec.serviceAccountName":                               "supercargo-worker",
		"status.podIP":                                          "127.0.0.1",
	} {
		if got, err := fieldValue(testPod(), path); err != nil || got != want {
			t.Errorf("%s is %q (%v), want %q", path, got, err, want)
		}
	}
}
