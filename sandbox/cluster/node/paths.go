package node

import "strings"

// pathMap tells where the absolute paths a container speaks of really are.
type pathMap struct {
	prefixes map[string]string // a mount path, or a path of the image
	files    map[string]string // matched as a whole: the termination message
}

func newPathMap() pathMap {
	return pathMap{prefixes: map[string]string{}, files: map[string]string{}}
}

func (m pathMap) addPrefix(from, to string) {
	from = strings.TrimRight(from, "/")
	if from == "" {
		return // a mapping of "/" would reach into every absolute path
	}
	m.prefixes[from] = to
}

// rewrite replaces the longest known prefix that ends at a path boundary.
// A value that does not begin with one is returned as it is.
func (m pathMap) rewrite(value string) string {
	if file, known := m.files[value]; known {
		return file
	}
	longest := ""
	for from := range m.prefixes {
		if len(from) > len(longest) && (value == from || strings.HasPrefix(value, from+"/")) {
			longest = from
		}
	}
	if longest == "" {
		return value
	}
	return m.prefixes[longest] + value[len(longest):]
}
