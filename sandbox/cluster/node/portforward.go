package node

import (
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
)

// PortForward connects the stream with a port of the machine: that is where a
// process listens, whichever pod it belongs to.
func (p *provider) PortForward(ctx context.Context, namespace, podName string, port int32, stream io.ReadWriteCloser) error {
	defer stream.Close()
	if _, err := p.GetPod(ctx, namespace, podName); err != nil {
		return err
	}
	connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(loopback, strconv.Itoa(int(port))))
	if err != nil {
		return fmt.Errorf("pod %s/%s: %w", namespace, podName, err)
	}
	defer connection.Close()
	// The caller hanging up ends a server that would wait for ever.
	defer context.AfterFunc(ctx, func() { connection.Close() })()

	go func() {
		_, _ = io.Copy(connection, stream)
		_ = connection.(*net.TCPConn).CloseWrite()
	}()
	_, err = io.Copy(stream, connection)
	if ctx.Err() != nil {
		return nil
	}
	return err
}
