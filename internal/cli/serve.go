package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/engine/identity"
	"tickmark/internal/surface/web"
)

const serveLong = `Opens the workbench: pages for the compliance lead, the control owner, the auditor and the manager.
People sign in with a passkey, a password and a code, or at an OpenID provider. While nobody can, a start prints a link that makes
the first account; everybody else is invited, from the page People or with ` + "`tickmark account invite`" + `. Without a session only /healthz,
the assets and the pages of the sign-in are answered.

Passwords are not taken in the clear: give --cert and --key, or put a proxy with TLS before it and say with --url how people reach
it. On this machine alone, http://localhost will do.

An OpenID provider: --oidc-issuer and --oidc-client, with its secret in TICKMARK_OIDC_SECRET. Tell it the address that is printed.

--person-link is for a look at a demo: it prints a link that lets in one person, named by --as and --side, and takes no accounts.`

// served is what the flags of serve say.
type served struct {
	addr, cert, key, url string
	proxies              []string
	provider             identity.Provider
	personLink           bool
}

func (e *env) serveCommand() *cobra.Command {
	var s served
	c := &cobra.Command{
		Use: "serve", Short: "Open the workbench in a browser", Long: serveLong, Args: args(cobra.NoArgs),
		Example: "  tickmark --dir demo serve --addr 127.0.0.1:8080\n  tickmark serve --addr :8080 --url https://soc.example.com --proxy 10.0.0.0/8\n  tickmark --dir demo --as \"Ines Okafor\" --side auditor serve --person-link",
	}
	f := c.Flags()
	f.StringVar(&s.addr, "addr", "127.0.0.1:8080", "address to listen on")
	f.StringVar(&s.cert, "cert", "", "file of the TLS certificate, in PEM")
	f.StringVar(&s.key, "key", "", "file of its private key, in PEM")
	f.StringVar(&s.url, "url", os.Getenv("TICKMARK_URL"), "how people reach the server, such as https://soc.example.com; the address when not given")
	f.StringSliceVar(&s.proxies, "proxy", nil, "networks of the proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8")
	f.StringVar(&s.provider.Issuer, "oidc-issuer", os.Getenv("TICKMARK_OIDC_ISSUER"), "OpenID provider at which people sign in, such as https://login.example.com")
	f.StringVar(&s.provider.ClientID, "oidc-client", os.Getenv("TICKMARK_OIDC_CLIENT"), "what this server is called there; its secret is in TICKMARK_OIDC_SECRET")
	f.StringVar(&s.provider.Name, "oidc-name", fromEnv("TICKMARK_OIDC_NAME", "sso"), "what the provider is called here: small letters, digits and hyphens")
	f.StringSliceVar(&s.provider.Domains, "oidc-domains", nil, "domains whose verified addresses get an account without an invitation, and no role")
	f.BoolVar(&s.personLink, "person-link", false, "print a link that lets in the person of --as and --side, instead of accounts")
	c.MarkFlagsRequiredTogether("cert", "key")
	c.MarkFlagsRequiredTogether("oidc-issuer", "oidc-client")
	c.RunE = func(c *cobra.Command, _ []string) error {
		return e.with(c.Context(), func(a *app.App) error { return e.serve(c.Context(), a, s) })
	}
	return c
}

func (e *env) serve(ctx context.Context, a *app.App, s served) error {
	var socket net.ListenConfig
	l, err := socket.Listen(ctx, "tcp", s.addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", s.addr, err)
	}
	defer l.Close()
	if s.url, err = s.reached(l.Addr()); err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(e.errs, nil))
	if s.personLink {
		return e.serveLink(ctx, a, s, l, log)
	}
	c, err := s.identity(log)
	if err != nil {
		return err
	}
	desk, err := a.Desk(ctx, c)
	if err != nil {
		return err
	}
	defer desk.Close()
	h, plain := web.New(a.WorkbenchAt(desk, log))
	if h == nil {
		return plain
	}
	if h, err = a.Front(desk, h, log); err != nil {
		return err
	}
	e.listening(s, plain)
	if err := e.setUp(ctx, desk); err != nil {
		return err
	}
	go sweep(ctx, desk, log)
	return s.until(ctx, l, h)
}

// serveLink serves whoever holds a link, without accounts.
func (e *env) serveLink(ctx context.Context, a *app.App, s served, l net.Listener, log *slog.Logger) error {
	p, err := e.person()
	if err != nil {
		return err
	}
	door := a.Door(strings.HasPrefix(s.url, "https://"))
	h, err := web.New(a.Workbench(door, log))
	if h == nil {
		return err
	}
	e.listening(s, err)
	e.printf("Sign in as %s (%s), once, within an hour:\n  %s\n", p.Name, p.Side, web.Link(s.url, door.Invite(p)))
	return s.until(ctx, l, h)
}

func (e *env) listening(s served, plain error) {
	if plain != nil {
		fmt.Fprintf(e.errs, "tickmark: %v\n", plain)
	}
	e.printf("Listening on %s\n", s.url)
	if s.provider.Issuer != "" && !s.personLink {
		e.printf("The provider %s sends people back to %s%s\n", s.provider.Name, s.url, s.provider.Callback())
	}
}

// setUp prints the link of the first account, as long as nobody can sign in.
func (e *env) setUp(ctx context.Context, desk *identity.Desk) error {
	secret, err := desk.SetUp(ctx)
	if errors.Is(err, identity.ErrSetUp) {
		return nil
	}
	if err != nil {
		return err
	}
	e.printf("Nobody has an account yet. Make the first one, within a day:\n  %s\n", web.JoinLink(desk.Origin, secret))
	return nil
}

// sweep forgets what has ended, every hour.
func sweep(ctx context.Context, desk *identity.Desk, log *slog.Logger) {
	for tick := time.NewTicker(time.Hour); ; {
		if err := desk.Sweep(ctx); err != nil && ctx.Err() == nil {
			log.Error("sweeping accounts", "error", err)
		}
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
	}
}

// reached is how people reach the server. Passkeys need a name, so that this
// machine is called localhost.
func (s served) reached(at net.Addr) (string, error) {
	if s.url != "" {
		return strings.TrimRight(s.url, "/"), nil
	}
	scheme := "http://"
	if s.cert != "" {
		scheme = "https://"
	}
	where, err := netip.ParseAddrPort(at.String())
	switch {
	case err != nil:
		return "", fmt.Errorf("the address %s: %w", at, err)
	case where.Addr().Unmap().IsUnspecified():
		return "", usage{fmt.Errorf("%s is every address of this machine: say with --url how people reach the server, such as https://soc.example.com", at)}
	case where.Addr().Unmap().IsLoopback():
		return fmt.Sprintf("%slocalhost:%d", scheme, where.Port()), nil
	}
	return scheme + where.String(), nil
}

// identity is what the flags say of the desk.
func (s served) identity(log *slog.Logger) (identity.Config, error) {
	c := identity.Config{Origin: s.url, Log: log}
	for _, text := range s.proxies {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return c, usage{fmt.Errorf("--proxy is a network, such as 10.0.0.0/8: %w", err)}
		}
		c.Proxies = append(c.Proxies, p)
	}
	if s.provider.Issuer == "" {
		return c, nil
	}
	s.provider.Secret = os.Getenv("TICKMARK_OIDC_SECRET")
	if len(s.provider.Domains) == 0 {
		s.provider.Domains = strings.FieldsFunc(os.Getenv("TICKMARK_OIDC_DOMAINS"), func(r rune) bool { return r == ',' || r == ' ' })
	}
	c.Providers = []identity.Provider{s.provider}
	return c, nil
}

// until answers until ctx ends, then lets open requests finish.
func (s served) until(ctx context.Context, l net.Listener, h http.Handler) error {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	done := make(chan error, 1)
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		done <- server.Shutdown(grace)
	}()
	var err error
	if s.cert != "" {
		err = server.ServeTLS(l, s.cert, s.key)
	} else {
		err = server.Serve(l)
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
