package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/connector"
	"tickmark/internal/engine/secret"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/stage/collect"
)

// Version names this program in the collections that it makes.
const Version = "Tickmark 0.2"

// Gather makes one collection over a connection. An empty window means the day
// before now, or for a source of states the day of now, in its time zone.
func (a *App) Gather(ctx context.Context, code string, window audit.Period, progress func(request string, pages, records int64)) (collect.Gathered, error) {
	f, t, err := a.described(ctx)
	if err != nil {
		return collect.Gathered{}, err
	}
	o, err := a.order(ctx, f, t, code, window)
	if err != nil {
		return collect.Gathered{}, err
	}
	o.Progress = progress
	return a.collecting(t).Connection(ctx, o)
}

// order finds the connection and its source, and what it may ask for.
func (a *App) order(ctx context.Context, f workspace.Folder, t *store.Tenant, code string, window audit.Period) (collect.Order, error) {
	c, err := connectionOf(f, code)
	if err != nil {
		return collect.Order{}, err
	}
	sources, err := a.Catalog.WithSources(f.SourceTexts())
	if err != nil {
		return collect.Order{}, err
	}
	s, ok := sources[c.Source]
	if !ok {
		return collect.Order{}, fmt.Errorf("connection %s: there is no source %q; `tickmark source list` shows them", code, c.Source)
	}
	if window == (audit.Period{}) {
		if window, err = a.due(ctx, t, c, s); err != nil {
			return collect.Order{}, err
		}
	}
	box, err := a.secrets(ctx)
	if err != nil {
		return collect.Order{}, err
	}
	get := func(name string) (string, error) {
		v, err := box.Get(code, name)
		return v.Reveal(), err
	}
	reseal := func(name, old, value string) error {
		return box.Replace(code, name, secret.New(old), secret.New(value))
	}
	return collect.Order{Source: s, Connection: c, Window: window, Secret: get, Reseal: reseal}, window.Valid()
}

func connectionOf(f workspace.Folder, code string) (audit.Connection, error) {
	var codes []string
	for _, c := range f.Connections {
		if c.Code == code {
			return c, nil
		}
		codes = append(codes, c.Code)
	}
	if len(codes) == 0 {
		return audit.Connection{}, fmt.Errorf("there is no connection %q, nor any other: describe one in connections.yaml and apply it", code)
	}
	return audit.Connection{}, fmt.Errorf("there is no connection %q; there is %s", code, strings.Join(codes, ", "))
}

// due is the window of a collection that nobody gave one: the days since the
// last complete collection, up to yesterday; of a state, today.
func (a *App) due(ctx context.Context, t *store.Tenant, c audit.Connection, s audit.Source) (audit.Period, error) {
	today, err := a.today(c)
	if err != nil || !windowed(s) {
		return audit.Period{From: today, To: today}, err
	}
	from, yesterday := today.Add(-1), today.Add(-1)
	runs, err := t.Collections(ctx, c.Code)
	if last := lastComplete(runs); last != "" && last < yesterday {
		from = last.Add(1)
	}
	return audit.Period{From: from, To: yesterday}, err
}

func lastComplete(runs []audit.Collection) audit.Date {
	var last audit.Date
	for _, run := range runs {
		if run.Complete && run.Window.To > last {
			last = run.Window.To
		}
	}
	return last
}

func (a *App) today(c audit.Connection) (audit.Date, error) {
	zone := c.Timezone
	if zone == "" {
		zone = "UTC"
	}
	loc, err := time.LoadLocation(zone)
	return audit.Date(a.clock().In(loc).Format(time.DateOnly)), err
}

// windowed reports whether a source asks for what happened within days; one
// that does not tells how things are.
func windowed(s audit.Source) bool {
	for _, q := range s.Requests {
		for _, text := range []string{q.URL, q.Body, q.Query, strings.Join(q.Command, " ")} {
			if strings.Contains(text, "{window.") {
				return true
			}
		}
	}
	return false
}

func (c Config) clock() time.Time {
	if c.Now != nil {
		return c.Now()
	}
	return time.Now()
}

func (a *App) collecting(t *store.Tenant) collect.Stage {
	return collect.Stage{
		Records: t, Files: a.vault, Catalog: a.Catalog, Query: a.Query(), Sheet: a.Sheet(), Scratch: a.state("scratch"),
		Now: a.clock, Collector: Version,
	}
}

// secrets are the sealed credentials of this organization's connections.
func (a *App) secrets(ctx context.Context) (secret.Box, error) {
	org, err := a.organization(ctx)
	return secret.Box{Dir: a.state(), Organization: org.ID, Key: a.SecretKey}, err
}

// SetSecret seals a credential of a connection. It is never shown again.
func (a *App) SetSecret(ctx context.Context, code, name, value string) error {
	f, _, err := a.described(ctx)
	if err != nil {
		return err
	}
	c, err := connectionOf(f, code)
	if err != nil {
		return err
	}
	sources, err := a.Catalog.WithSources(f.SourceTexts())
	if err != nil {
		return err
	}
	var names []string
	for _, s := range sources[c.Source].Secrets {
		names = append(names, s.Name)
	}
	if !slices.Contains(names, name) {
		return fmt.Errorf("source %s has no secret %q; it has %s", c.Source, name, strings.Join(names, ", "))
	}
	box, err := a.secrets(ctx)
	if err != nil {
		return err
	}
	return box.Set(code, name, secret.New(value))
}

// SecretState says which secrets a connection needs and whether each is set.
type SecretState struct {
	Connection string `json:"connection"`
	Name       string `json:"name"`
	Meaning    string `json:"meaning"`
	Set        bool   `json:"set"`
}

// Secrets lists the secrets of all connections, and never a value.
func (a *App) Secrets(ctx context.Context) ([]SecretState, error) {
	f, _, err := a.described(ctx)
	if err != nil {
		return nil, err
	}
	sources, err := a.Catalog.WithSources(f.SourceTexts())
	if err != nil {
		return nil, err
	}
	box, err := a.secrets(ctx)
	if err != nil {
		return nil, err
	}
	var out []SecretState
	for _, c := range f.Connections {
		have, err := box.Names(c.Code)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		for _, s := range sources[c.Source].Secrets {
			out = append(out, SecretState{c.Code, s.Name, s.Meaning, slices.Contains(have, s.Name)})
		}
	}
	return out, nil
}

// RemoveSecret forgets a credential.
func (a *App) RemoveSecret(ctx context.Context, code, name string) error {
	box, err := a.secrets(ctx)
	if err != nil {
		return err
	}
	return box.Remove(code, name)
}

// RotateSecrets seals all credentials anew under a new key.
func (a *App) RotateSecrets(ctx context.Context) error {
	box, err := a.secrets(ctx)
	if err != nil {
		return err
	}
	return box.Rotate()
}

// CheckConnection asks the source which permissions the secret has, and holds
// them against those that the source needs.
func (a *App) CheckConnection(ctx context.Context, code string) (connector.Permissions, error) {
	f, t, err := a.described(ctx)
	if err != nil {
		return connector.Permissions{}, err
	}
	o, err := a.order(ctx, f, t, code, audit.Period{})
	if err != nil {
		return connector.Permissions{}, err
	}
	settings, err := connector.Settings(o.Source, o.Connection.Settings)
	if err != nil {
		return connector.Permissions{}, err
	}
	forget := func(context.Context, []byte) (audit.Digest, error) { return "", errors.New("a check keeps nothing") }
	return connector.Check(ctx, connector.Job{Source: o.Source, Settings: settings, Secret: o.Secret, Reseal: o.Reseal, Window: o.Window, Keep: forget, Now: a.clock})
}

// Collections are the runs of a connection, or of all if it is "".
func (a *App) Collections(ctx context.Context, code string) ([]audit.Collection, error) {
	_, t, err := a.described(ctx)
	if err != nil {
		return nil, err
	}
	return t.Collections(ctx, code)
}
