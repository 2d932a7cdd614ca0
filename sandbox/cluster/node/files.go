package node

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"

	v1 "k8s.io/api/core/v1"
)

// file is a file of a volume; path is relative and may hold slashes.
type file struct {
	path string
	data []byte
	mode os.FileMode
}

// write puts the file in place in one step: a reader sees the old or the new
// content, never a part.
func (f file) write(dir string) error {
	path := filepath.Join(dir, f.path)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	temporary := path + ".new"
	// A file that is left of a killed node may be read-only.
	if err := os.Remove(temporary); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := os.WriteFile(temporary, f.data, f.mode); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}

func configMapFiles(ctx context.Context, from objects, namespace, name string, items []v1.KeyToPath, optional *bool, mode *int32) ([]file, error) {
	found, err := from.configMap(ctx, namespace, name)
	if err != nil {
		return nil, forgive(err, optional)
	}
	data := maps.Clone(found.BinaryData)
	if data == nil {
		data = map[string][]byte{}
	}
	for key, value := range found.Data {
		data[key] = []byte(value)
	}
	return keyFiles(data, items, optional, mode, 0o700, "configmap references non-existent config key: %s")
}

func secretFiles(ctx context.Context, from objects, namespace, name string, items []v1.KeyToPath, optional *bool, mode *int32) ([]file, error) {
	found, err := from.secret(ctx, namespace, name)
	if err != nil {
		return nil, forgive(err, optional)
	}
	return keyFiles(found.Data, items, optional, mode, 0o600, "references non-existent secret key: %s")
}

// keyFiles selects the keys of an object that become files: all, or the items.
func keyFiles(data map[string][]byte, items []v1.KeyToPath, optional *bool, mode *int32, atMost os.FileMode, missing string) ([]file, error) {
	var files []file
	if len(items) == 0 {
		for key, value := range data {
			files = append(files, file{key, value, fileMode(mode, nil, atMost)})
		}
		return files, nil
	}
	for _, item := range items {
		value, set := data[item.Key]
		if set {
			files = append(files, file{item.Path, value, fileMode(mode, item.Mode, atMost)})
		} else if optional == nil || !*optional {
			return nil, fmt.Errorf(missing, item.Key)
		}
	}
	return files, nil
}

func fieldFiles(pod *v1.Pod, items []v1.DownwardAPIVolumeFile, mode *int32) ([]file, error) {
	var files []file
	for _, item := range items {
		value, err := volumeField(pod, item)
		if err != nil {
			return nil, err
		}
		files = append(files, file{item.Path, []byte(value), fileMode(mode, item.Mode, 0o700)})
	}
	return files, nil
}

func volumeField(pod *v1.Pod, item v1.DownwardAPIVolumeFile) (string, error) {
	if item.FieldRef != nil {
		return fieldValue(pod, item.FieldRef.FieldPath)
	}
	container, err := containerNamed(pod, item.ResourceFieldRef.ContainerName)
	if err != nil {
		return "", err
	}
	return resourceValue(container, item.ResourceFieldRef)
}

// fileMode is the mode asked for, less what is not the owner's: container and
// node are the same user here, and nobody else is to read a volume.
func fileMode(standard, own *int32, atMost os.FileMode) os.FileMode {
	mode := os.FileMode(0o600)
	if standard != nil {
		mode = os.FileMode(*standard)
	}
	if own != nil {
		mode = os.FileMode(*own)
	}
	return (mode & atMost) | 0o400
}
