package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/surface/web"
)

const serveLong = `Opens the workbench: pages for the compliance lead, the control owner, the auditor and the manager.
Prints a sign-in link for one person, named by --as and --side. The link works once and for an hour; the session that it opens
lasts twelve hours. Without a session only /healthz, the assets and the sign-in page are answered.
Pages are served in the clear unless --cert and --key are given: put a proxy with TLS before it, or listen on this machine only.`

// served is what the flags of serve say.
type served struct {
	addr, cert, key, url string
}

func (e *env) serveCommand() *cobra.Command {
	var s served
	c := &cobra.Command{
		Use: "serve", Short: "Open the workbench in a browser", Long: serveLong, Args: args(cobra.NoArgs),
		Example: "  tickmark --dir demo serve --addr 127.0.0.1:8080\n  tickmark --dir demo --as \"Ines Okafor\" serve --side auditor",
	}
	c.Flags().StringVar(&s.addr, "addr", "127.0.0.1:8080", "address to listen on")
	c.Flags().StringVar(&e.side, "side", "management", "for whom the person of the sign-in link works: management or auditor")
	c.Flags().StringVar(&s.cert, "cert", "", "file of the TLS certificate, in PEM")
	c.Flags().StringVar(&s.key, "key", "", "file of its private key, in PEM")
	c.Flags().StringVar(&s.url, "url", "", "how people reach the server, such as https://soc.example.com; the address when not given")
	c.MarkFlagsRequiredTogether("cert", "key")
	c.RunE = func(c *cobra.Command, _ []string) error {
		return e.with(c.Context(), func(a *app.App) error { return e.serve(c.Context(), a, s) })
	}
	return c
}

func (e *env) serve(ctx context.Context, a *app.App, s served) error {
	p, err := e.person()
	if err != nil {
		return err
	}
	secure := s.cert != "" || strings.HasPrefix(s.url, "https://")
	door := a.Door(secure)
	h, err := web.New(a.Workbench(door, slog.New(slog.NewTextHandler(e.errs, nil))))
	if h == nil {
		return err
	}
	if err != nil {
		fmt.Fprintf(e.errs, "tickmark: %v\n", err)
	}
	var socket net.ListenConfig
	l, err := socket.Listen(ctx, "tcp", s.addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", s.addr, err)
	}
	if s.url == "" {
		s.url = "http://" + l.Addr().String()
		if s.cert != "" {
			s.url = "https://" + l.Addr().String()
		}
	}
	e.printf("Listening on %s\n", s.url)
	e.printf("Sign in as %s (%s), once, within an hour:\n  %s\n", p.Name, p.Side, web.Link(s.url, door.Invite(p)))
	return s.until(ctx, l, h)
}

// until answers until ctx ends, then lets open requests finish.
func (v served) until(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	done := make(chan error, 1)
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		done <- s.Shutdown(grace)
	}()
	var err error
	if v.cert != "" {
		err = s.ServeTLS(l, v.cert, v.key)
	} else {
		err = s.Serve(l)
	}
	if !errors.Is(err, http.ErrServerClosed) {
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
