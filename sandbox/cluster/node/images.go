package node

import (
	"encoding/json"
	"fmt"
	"os"
)

// image is what an image reference stands for on this node. Everything in it
// is real: no path in it is rewritten.
type image struct {
	Entrypoint []string          `json:"entrypoint"`
	Paths      map[string]string `json:"paths"`
	Env        map[string]string `json:"env"`
}

// imageTable is a file {"images": {"<reference>": image}}. It is read at every
// look-up, so that an image added later ends an ImagePullBackOff.
type imageTable string

func (t imageTable) find(reference string) (image, error) {
	var table struct {
		Images map[string]image `json:"images"`
	}
	data, err := os.ReadFile(string(t))
	if err != nil {
		return image{}, fmt.Errorf("read the image table: %w", err)
	}
	if err := json.Unmarshal(data, &table); err != nil {
		return image{}, fmt.Errorf("read the image table %s: %w", t, err)
	}
	found, known := table.Images[reference]
	if !known {
		return image{}, fmt.Errorf("image %q is not in the table of this node (%s)", reference, t)
	}
	return found, nil
}
