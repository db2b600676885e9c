package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/surface/web"
)

func (e *env) serveCommand() *cobra.Command {
	var addr string
	c := &cobra.Command{
		Use: "serve", Short: "Serve probes over HTTP", Args: args(cobra.NoArgs),
		Long:    "Answers /healthz. The workbench comes with a later version.",
		Example: "  tickmark --dir demo serve --addr 127.0.0.1:8080",
	}
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "address to listen on")
	c.RunE = func(c *cobra.Command, _ []string) error {
		return e.with(c.Context(), func(a *app.App) error {
			var socket net.ListenConfig
			l, err := socket.Listen(c.Context(), "tcp", addr)
			if err != nil {
				return fmt.Errorf("listen on %s: %w", addr, err)
			}
			e.printf("Listening on http://%s\n", l.Addr())
			return serve(c.Context(), l, web.Handler{Health: a.Health})
		})
	}
	return c
}

// serve answers until ctx ends, then lets open requests finish.
func serve(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	done := make(chan error, 1)
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		done <- s.Shutdown(grace)
	}()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-done
}

func (e *env) warmCommand() *cobra.Command {
	return &cobra.Command{
		Use: "warm", Short: "Prepare the PDF compiler, once for this machine", Args: args(cobra.NoArgs),
		Long:    "Translates the PDF compiler for this machine and keeps the result (in TICKMARK_CACHE or the user's cache folder), so that no report waits for it. `make build` does it.",
		Example: "  tickmark warm",
		RunE: func(c *cobra.Command, _ []string) error {
			config, err := e.config()
			if err != nil {
				return err
			}
			return config.Paper().Warm(c.Context())
		},
	}
}
