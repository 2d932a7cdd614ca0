package node

import (
	"fmt"
	"log/slog"

	vklog "github.com/virtual-kubelet/virtual-kubelet/log"
)

// quiet passes on only errors that have a cause: the rest of what
// virtual-kubelet says is its inner life, and its "Force deleting pod in
// running state" is not true here, see deletion.go.
type quiet struct {
	to    *slog.Logger
	cause error
}

func quietLogger(to *slog.Logger) vklog.Logger { return quiet{to: to} }

func (quiet) Debug(...any)          {}
func (quiet) Debugf(string, ...any) {}
func (quiet) Info(...any)           {}
func (quiet) Infof(string, ...any)  {}
func (quiet) Warn(...any)           {}
func (quiet) Warnf(string, ...any)  {}

func (q quiet) Error(args ...any) {
	for _, arg := range args {
		if err, ok := arg.(error); ok {
			q.cause = err
		}
	}
	if q.cause != nil {
		q.to.Error(fmt.Sprint(args...), "error", q.cause)
	}
}

func (q quiet) Errorf(format string, args ...any) { q.Error(fmt.Sprintf(format, args...)) }
func (q quiet) Fatal(args ...any)                 { q.Error(args...) }
func (q quiet) Fatalf(format string, args ...any) { q.Errorf(format, args...) }

func (q quiet) WithField(string, any) vklog.Logger   { return q }
func (q quiet) WithFields(vklog.Fields) vklog.Logger { return q }
func (q quiet) WithError(err error) vklog.Logger     { return quiet{q.to, err} }
