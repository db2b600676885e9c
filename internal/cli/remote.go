package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tickmark/internal/surface/api"
)

// remote is a server that commands speak to instead of a folder.
type remote struct {
	server, tokenFile string
	client            *http.Client
}

// overServer lets commands speak to a server: those that can do so print the
// same, and the others say that they need a folder.
func (e *env) overServer(root *cobra.Command) {
	r := &remote{client: &http.Client{
		Timeout:       5 * time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // the token goes nowhere else
	}}
	root.PersistentFlags().StringVar(&r.server, "server", os.Getenv("TICKMARK_SERVER"), "speak to this server, such as https://soc.example.com, instead of a folder")
	root.PersistentFlags().StringVar(&r.tokenFile, "token-file", os.Getenv("TICKMARK_TOKEN_FILE"), "file of the API token for --server")
	e.redirect(root, r)
}

func (e *env) redirect(c *cobra.Command, r *remote) {
	for _, sub := range c.Commands() {
		e.redirect(sub, r)
	}
	here := c.RunE
	if here == nil || !c.HasParent() || c.HasSubCommands() && c.Name() != "status" {
		return
	}
	_, name, _ := strings.Cut(c.CommandPath(), " ")
	there := e.remotes()[name]
	c.RunE = func(c *cobra.Command, list []string) error {
		switch {
		case r.server == "":
			return here(c, list)
		case there == nil:
			return usage{fmt.Errorf("%s works on a folder: it does not speak to a server", c.CommandPath())}
		}
		return there(c, r, list)
	}
}

// address is where the API is: never in the clear, but on this machine.
func (r *remote) address(path string) (string, error) {
	u, err := url.Parse(r.server)
	if err != nil || u.Host == "" || u.Path != "" && u.Path != "/" {
		return "", usage{errors.New("--server is scheme and host, such as https://soc.example.com")}
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback())) {
		return "", usage{errors.New("--server would carry the token in the clear: use https, or http on this machine")}
	}
	return u.Scheme + "://" + u.Host + path, nil
}

func (r *remote) token() (string, error) {
	if r.tokenFile == "" {
		return "", usage{errors.New("say with --token-file where the API token is")}
	}
	text, err := os.ReadFile(r.tokenFile)
	if err != nil {
		return "", fmt.Errorf("the API token: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

// ask asks the server. A write is repeated under the same key when no answer
// came, and is done once.
func (r *remote) ask(ctx context.Context, method, path string, body any) (*http.Response, error) {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return nil, err
		}
	}
	key := rand.Text()
	answer, err := r.once(ctx, method, path, text, key)
	if err != nil && ctx.Err() == nil && !errors.As(err, &usage{}) {
		answer, err = r.once(ctx, method, path, text, key)
	}
	if err != nil {
		return nil, fmt.Errorf("ask the server: %w", err)
	}
	if answer.StatusCode < http.StatusMultipleChoices {
		return answer, nil
	}
	defer answer.Body.Close()
	var p struct{ Title, Detail string }
	if err := json.NewDecoder(io.LimitReader(answer.Body, 1<<20)).Decode(&p); err != nil || p.Title == "" {
		return nil, fmt.Errorf("%s answers with %s, and not as Tickmark does", r.server, answer.Status)
	}
	return nil, fmt.Errorf("the server refuses (%d %s): %s", answer.StatusCode, p.Title, p.Detail)
}

func (r *remote) once(ctx context.Context, method, path string, body []byte, key string) (*http.Response, error) {
	at, err := r.address(path)
	if err != nil {
		return nil, err
	}
	token, err := r.token()
	if err != nil {
		return nil, err
	}
	q, err := http.NewRequestWithContext(ctx, method, at, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	q.Header.Set("Authorization", "Bearer "+token)
	if method == http.MethodPost {
		q.Header.Set("Content-Type", "application/json")
		q.Header.Set("Idempotency-Key", key)
	} else {
		q.Header.Set("Accept", "application/json")
	}
	return r.client.Do(q)
}

// get reads one thing.
func (r *remote) get(ctx context.Context, path string, into any) error {
	answer, err := r.ask(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	return json.NewDecoder(answer.Body).Decode(into)
}

// post does one thing.
func (r *remote) post(ctx context.Context, path string, body, into any) error {
	answer, err := r.ask(ctx, http.MethodPost, path, body)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	return json.NewDecoder(answer.Body).Decode(into)
}

// all reads a list, page after page, to its end.
func all[T any](ctx context.Context, r *remote, path string) ([]T, error) {
	rows, cursor := []T{}, ""
	for {
		var p api.Page[T]
		if err := r.get(ctx, path+"?"+url.Values{"limit": {"1000"}, "cursor": {cursor}}.Encode(), &p); err != nil {
			return nil, err
		}
		rows, cursor = append(rows, p.Items...), p.Next
		if cursor == "" {
			return rows, nil
		}
	}
}

// below is a path of the API; each name is escaped.
func below(names ...string) string {
	path := api.Prefix
	for _, n := range names {
		path += "/" + url.PathEscape(n)
	}
	return path
}
