package cli

import (
	"io"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/engine/identity"
)

const mcpLong = `Speaks the Model Context Protocol over standard input and output: the reads of the API as tools, as the person of --as and --side sees
them, or, with --server and --token-file, as the token's person. It cannot sign, conclude or judge; what it proposes waits until
that person accepts it.`

func (e *env) mcpCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "mcp", Short: "Let an assistant read the records, and propose", Long: mcpLong, Args: args(cobra.NoArgs),
		Example: "  tickmark --dir demo --as \"Ines Okafor\" --side auditor mcp\n  tickmark --server https://soc.example.com --token-file token mcp",
	}
	c.RunE = func(c *cobra.Command, _ []string) error {
		p, err := e.person()
		if err != nil {
			return err
		}
		return e.with(c.Context(), func(a *app.App) error {
			d, err := a.Desk(c.Context(), identity.Config{Origin: "http://localhost:8080"})
			if err != nil {
				return err
			}
			defer d.Close()
			s, err := a.Assistant(c.Context(), d, p, slog.New(slog.NewTextHandler(e.errs, nil)))
			if err != nil {
				return err
			}
			return s.Serve(c.Context(), io.NopCloser(c.InOrStdin()), unclosed{e.out})
		})
	}
	return c
}

// remoteMCP is the same over a server.
func (e *env) remoteMCP(c *cobra.Command, r *remote, _ []string) error {
	s := app.Assistants(far{r}, slog.New(slog.NewTextHandler(e.errs, nil)))
	return s.Serve(c.Context(), io.NopCloser(c.InOrStdin()), unclosed{e.out})
}

// unclosed is a writer that somebody else closes.
type unclosed struct{ io.Writer }

// Close does nothing.
func (unclosed) Close() error { return nil }

// far asks a server with the token.
type far struct{ *remote }

// RoundTrip asks it.
func (f far) RoundTrip(q *http.Request) (*http.Response, error) {
	at, err := f.address(q.URL.RequestURI())
	if err != nil {
		return nil, err
	}
	token, err := f.token()
	if err != nil {
		return nil, err
	}
	q = q.Clone(q.Context())
	if q.URL, err = url.Parse(at); err != nil {
		return nil, err
	}
	q.Host, q.RequestURI = "", ""
	q.Header.Set("Authorization", "Bearer "+token)
	return f.client.Do(q)
}
