package node

import (
	"bytes"
	"io"
	"os"
	"strings"

	v1 "k8s.io/api/core/v1"
)

// A kubelet's limits: the message, and what stands in for it from the log.
const (
	longestMessage    = 4096
	longestLogExcerpt = 2048
	mostLogLines      = 80
)

// terminationMessage is what the container wrote for whoever asks why it
// ended; the end of its log when it failed without a word and says so.
func terminationMessage(path, log string, policy v1.TerminationMessagePolicy, failed bool) string {
	message := firstBytes(path, longestMessage)
	if len(message) == 0 && failed && policy == v1.TerminationMessageFallbackToLogsOnError {
		message = lastLines(lastBytes(log, longestLogExcerpt), mostLogLines)
	}
	return strings.ToValidUTF8(string(message), "�")
}

func firstBytes(path string, most int64) []byte {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	data, _ := io.ReadAll(io.LimitReader(file, most))
	return data
}

func lastBytes(path string, most int64) []byte {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	if size, err := file.Seek(0, io.SeekEnd); err == nil {
		_, _ = file.Seek(max(0, size-most), io.SeekStart)
	}
	data, _ := io.ReadAll(io.LimitReader(file, most))
	return data
}

// lastLines cuts data to its last lines; a line that is not ended counts.
func lastLines(data []byte, most int) []byte {
	end := len(bytes.TrimSuffix(data, []byte("\n")))
	for i, lines := end-1, 1; i >= 0; i-- {
		if data[i] != '\n' {
			continue
		}
		if lines == most {
			return data[i+1:]
		}
		lines++
	}
	return data
}
