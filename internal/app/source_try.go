package app

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/connector"
)

// SourceTried is what became of one recorded case of a source.
type SourceTried struct {
	Case        string           `json:"case"`
	Pages       int              `json:"pages"`
	Populations map[string]int64 `json:"populations"`      // rows by population
	Faults      []string         `json:"faults,omitempty"` // where it differs from what the case expects
}

// TrySource collects each recorded case of a source from a server on this
// machine, or from its recorded files, turns the pages into populations in the
// confined engine, and says where they differ from what the case expects. It
// needs no state folder.
func (c Config) TrySource(ctx context.Context, known *catalog.Catalog, k KnownSource) ([]SourceTried, error) {
	var all []SourceTried
	for _, sc := range k.Cases {
		t := &trial{config: c, known: known, source: k, sc: sc}
		if err := t.run(ctx); err != nil {
			return all, fmt.Errorf("case %q: %w", sc.Name, err)
		}
		all = append(all, t.result)
	}
	return all, nil
}

// trial is one case under way.
type trial struct {
	config Config
	known  *catalog.Catalog
	source KnownSource
	sc     catalog.SourceCase
	before func(http.Handler) http.Handler // stands before the server; nil for nothing
	dir    string
	at     time.Time
	set    map[string]string // settings, complete
	pages  []audit.PageProof
	result SourceTried
}

func (t *trial) run(ctx context.Context) error {
	dir, done, err := confine.Scratch("")
	if err != nil {
		return err
	}
	defer done()
	t.dir, t.result = dir, SourceTried{Case: t.sc.Name, Populations: map[string]int64{}}
	if err := t.gather(ctx); err != nil {
		return err
	}
	for _, want := range t.sc.Expect {
		if err := t.population(ctx, want); err != nil {
			return fmt.Errorf("population %s: %w", want.Population, err)
		}
	}
	return nil
}

// gather collects the pages of the case, or takes its files.
func (t *trial) gather(ctx context.Context) error {
	at, err := time.Parse(time.RFC3339, t.sc.ObservedAt)
	if err != nil {
		return err
	}
	t.at = at.UTC()
	from := t.collect
	if len(t.sc.Pages) > 0 {
		from = t.take
	}
	err = from(ctx)
	t.result.Pages = len(t.pages)
	return err
}

func (t *trial) fault(format string, args ...any) {
	t.result.Faults = append(t.result.Faults, fmt.Sprintf(format, args...))
}

// collect asks the local server as it would ask the provider.
func (t *trial) collect(ctx context.Context) error {
	server, err := serveCase(ctx, t.source, t.sc, t.before)
	if err != nil {
		return err
	}
	given := map[string]string{}
	for name := range bases(t.source.Source) {
		given[name] = server.url
	}
	for name, value := range t.sc.Settings {
		given[name] = server.here(value)
	}
	if t.set, err = connector.Settings(t.source.Source, given); err != nil {
		server.verdict()
		return err
	}
	got, err := connector.Collect(ctx, t.job())
	faults := server.verdict()
	if err != nil {
		return errors.Join(err, errors.New(strings.Join(faults, "; ")))
	}
	t.result.Faults, t.pages = faults, got.Pages
	t.completeness(got)
	return nil
}

func (t *trial) job() connector.Job {
	return connector.Job{
		Source: t.source.Source, Settings: t.set, Secret: t.secret, Window: t.sc.Window, Timezone: t.sc.Timezone,
		Keep: t.keep, Read: t.read,
		Now:   func() time.Time { return t.at },
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
}

func (t *trial) completeness(got connector.Collected) {
	switch {
	case t.sc.Complete && got.Why != "":
		t.fault("the collection is incomplete: %s; the case expects it complete", got.Why)
	case !t.sc.Complete && got.Why == "":
		t.fault("the collection is complete; the case expects it incomplete: %s", t.sc.Why)
	case !t.sc.Complete && !strings.Contains(got.Why, t.sc.Why):
		t.fault("the collection is incomplete: %s; the case expects: %s", got.Why, t.sc.Why)
	}
}

// bases are the settings with which an address begins: where the server stands
// in for the provider.
func bases(s audit.Source) map[string]bool {
	urls := []string{}
	for _, r := range s.Requests {
		urls = append(urls, r.URL)
	}
	if s.Auth != nil {
		urls = append(urls, s.Auth.TokenURL)
	}
	found := map[string]bool{}
	for _, u := range urls {
		if rest, ok := strings.CutPrefix(u, "{settings."); ok {
			name, _, _ := strings.Cut(rest, "}")
			found[name] = true
		}
	}
	return found
}

// secret gives any secret a value that opens nothing.
func (t *trial) secret(name string) (string, error) {
	if a := t.source.Auth; a == nil || a.Kind != "jwt" || a.Secret != name {
		return "not-a-secret-" + name, nil
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), err
}

func (t *trial) path(d audit.Digest) string {
	return filepath.Join(t.dir, "page-"+strings.ReplaceAll(string(d), ":", "-"))
}

func (t *trial) keep(_ context.Context, page []byte) (audit.Digest, error) {
	d := audit.DigestOf(page)
	return d, os.WriteFile(t.path(d), page, 0o600)
}

func (t *trial) read(_ context.Context, d audit.Digest) ([]byte, error) {
	return os.ReadFile(t.path(d))
}

// take uses recorded files as pages, without a transport.
func (t *trial) take(ctx context.Context) error {
	var err error
	if t.set, err = connector.Settings(t.source.Source, t.sc.Settings); err != nil {
		return err
	}
	for _, r := range t.source.Requests {
		for i, file := range t.sc.Pages[r.Name] {
			body, err := fs.ReadFile(t.source.Recorded, path.Join(t.source.ID, file))
			if err != nil {
				return err
			}
			d, err := t.keep(ctx, body)
			if err != nil {
				return err
			}
			t.pages = append(t.pages, audit.PageProof{Request: r.Name, Number: int64(i + 1), Text: file, Digest: d, Size: int64(len(body))})
		}
	}
	return nil
}
