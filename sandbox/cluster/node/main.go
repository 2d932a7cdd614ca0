// Package node is a Kubernetes node without a container runtime: it runs each
// container as a child process of this program.
package node

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	vklog "github.com/virtual-kubelet/virtual-kubelet/log"
)

// Main runs the node until SIGTERM or SIGINT and returns the exit code:
// 0 after a signal, 2 for wrong flags, 1 for anything else.
func Main(args []string) int {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{ReplaceAttr: shortTime}))
	vklog.L = quietLogger(log)

	settings, err := parseSettings(args)
	if err != nil {
		log.Error(err.Error())
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ctx, settings, log); err != nil && ctx.Err() == nil {
		log.Error("node ended", "error", err)
		return 1
	}
	return 0
}

func run(ctx context.Context, settings settings, log *slog.Logger) error {
	unlock, err := lockDirectory(settings.dataDir)
	if err != nil {
		return err
	}
	defer unlock()
	if err := killOrphans(settings.podsDir(), log); err != nil {
		return err
	}

	provider, err := newProvider(settings, log)
	if err != nil {
		return err
	}
	defer provider.close()
	node, err := newNode(settings, provider)
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- node.Run(ctx) }()
	if err := node.WaitReady(ctx, time.Minute); err != nil {
		return err
	}
	log.Info("node ready", "node", settings.nodeName, "api", settings.listen)
	go provider.sweepDirectories(ctx)
	return <-failed
}

// shortTime leaves the date and the fractions out of a log line.
func shortTime(_ []string, attr slog.Attr) slog.Attr {
	if attr.Key == slog.TimeKey {
		attr.Value = slog.StringValue(attr.Value.Time().Format(time.TimeOnly))
	}
	return attr
}
