package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/identity"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/method/authority"
	"tickmark/internal/method/coverage"
	"tickmark/internal/pipeline"
	"tickmark/internal/stage/request"
	"tickmark/internal/stage/sample"
	"tickmark/internal/surface/api"
	"tickmark/internal/surface/mcp"
)

// API is what programs with a token reach.
func (a *App) API(d *identity.Desk, log *slog.Logger) (http.Handler, error) {
	p := programs{a}
	return api.New(api.Server{
		Callers: tokens{accounts{a, d}}, Answers: d, Records: p, Overview: p, Programme: ready{p}, Testing: p, Requests: p, Papers: a, Draws: p, Proposals: d, Now: a.clock, Log: log,
	})
}

// tokens are callers that come with a token.
type tokens struct{ accounts }

// Bearer is whose token a request carries, in the role that the records give.
func (t tokens) Bearer(r *http.Request, scope identity.Scope) (api.Caller, error) {
	c, p, err := t.called(r, scope)
	if err == nil && c.Token == "" {
		err = identity.ErrNobody
	}
	return api.Caller{Person: p, Account: c.Account.ID, Token: c.Token, Org: c.Org, From: t.desk.From(r)}, err
}

// From is where a request came from.
func (t tokens) From(r *http.Request) identity.From { return t.desk.From(r) }

// programs is the Tickmark as programs reach it: what the command line does as
// the operator is done here as the token's person.
type programs struct{ *App }

var (
	_ api.Callers  = tokens{}
	_ api.Records  = programs{}
	_ api.Overview = programs{}
	_ api.Testing  = programs{}
	_ api.Requests = programs{}
	_ api.Papers   = programs{}
	_ api.Draws    = programs{}
)

// all refuses whoever does not see all that a machine sees of what a summary of
// an engagement rests on, or of all of them if it is "".
func (a programs) all(ctx context.Context, p audit.Person, engagement string) error {
	mine, err := a.Reader(ctx, p)
	if err != nil {
		return err
	}
	whole, err := a.Reader(ctx, machine())
	if err != nil {
		return err
	}
	for _, list := range []func(context.Context, *store.Reader, string) ([]string, error){namesOfScope, namesOfPopulations, namesOfResults, namesOfConclusions} {
		seen, err := list(ctx, mine, engagement)
		if err != nil {
			return err
		}
		there, err := list(ctx, whole, engagement)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(there, func(name string) bool { return !slices.Contains(seen, name) }) {
			return fmt.Errorf("%w: this is worked out from more records than %s sees; a part would read like the whole", authority.ErrRefused, p.Name)
		}
	}
	return nil
}

func namesOfScope(ctx context.Context, r *store.Reader, _ string) (names []string, err error) {
	all, err := r.Scope(ctx)
	for _, x := range all {
		names = append(names, string(x.Kind)+"/"+x.Code)
	}
	return names, err
}

func namesOfPopulations(ctx context.Context, r *store.Reader, _ string) (names []string, err error) {
	all, err := r.Populations(ctx)
	for _, x := range all {
		names = append(names, string(x.ID))
	}
	return names, err
}

func namesOfResults(ctx context.Context, r *store.Reader, engagement string) (names []string, err error) {
	all, err := r.Results(ctx, engagement)
	for _, x := range all {
		names = append(names, string(x.ID))
	}
	return names, err
}

func namesOfConclusions(ctx context.Context, r *store.Reader, engagement string) (names []string, err error) {
	all, err := r.Conclusions(ctx, engagement)
	for _, x := range all {
		names = append(names, string(x.ID))
	}
	return names, err
}

// Status says where everything stands.
func (a programs) Status(ctx context.Context, p audit.Person) (Status, error) {
	if err := a.all(ctx, p, ""); err != nil {
		return Status{}, err
	}
	return a.App.Status(ctx)
}

// Procedures are the catalog's, and the organization's own as far as the person
// sees them, by id.
func (a programs) Procedures(ctx context.Context, p audit.Person) ([]audit.Procedure, error) {
	r, err := a.Reader(ctx, p)
	if err != nil {
		return nil, err
	}
	items, err := r.Scope(ctx, audit.ScopeProcedure)
	if err != nil {
		return nil, err
	}
	f, err := workspace.FromItems(items)
	if err != nil {
		return nil, err
	}
	all, err := a.Catalog.With(f.Texts())
	var out []audit.Procedure
	for _, id := range slices.Sorted(maps.Keys(all)) {
		out = append(out, all[id])
	}
	return out, err
}

// Criteria lists each criterion or objective of an engagement with its controls.
func (a programs) Criteria(ctx context.Context, p audit.Person, engagement string) ([]api.Served, error) {
	if err := a.all(ctx, p, engagement); err != nil {
		return nil, err
	}
	o, err := a.openFor(ctx, p, engagement)
	if err != nil {
		return nil, err
	}
	concluded, err := o.tenant.Conclusions(ctx, o.engagement.Code)
	if err != nil {
		return nil, err
	}
	tested := pipeline.Tested(concluded)
	var out []api.Served
	for _, row := range coverage.Matrix(pipeline.Scope(a.Catalog, o.folder, o.engagement)) {
		x := api.Served{Code: row.Code, Text: row.Text, Group: row.Group, Controls: []string{}, Tested: []string{}}
		for _, c := range row.Controls {
			x.Controls = append(x.Controls, c.Code)
			if tested(c.Code) {
				x.Tested = append(x.Tested, c.Code)
			}
		}
		out = append(out, x)
	}
	return out, nil
}

// Controls says how every control of an engagement stands and stood.
func (a programs) Controls(ctx context.Context, p audit.Person, engagement string) ([]ControlHistory, error) {
	if err := a.all(ctx, p, engagement); err != nil {
		return nil, err
	}
	return a.ControlHistories(ctx, engagement)
}

// Populations says what was collected when.
func (a programs) Populations(ctx context.Context, p audit.Person, engagement string) (PopulationHistory, error) {
	if err := a.all(ctx, p, engagement); err != nil {
		return PopulationHistory{}, err
	}
	all, err := a.PopulationHistories(ctx, engagement)
	if err != nil {
		return PopulationHistory{}, err
	}
	return all[0], nil
}

// Gaps measures an engagement as it stands.
func (a programs) Gaps(ctx context.Context, p audit.Person, engagement string) (Gaps, error) {
	if err := a.all(ctx, p, engagement); err != nil {
		return Gaps{}, err
	}
	return a.App.Gaps(ctx, GapsAsked{Engagement: engagement})
}

// Flagged finds the standing result of a procedure among those that the person
// sees, with what was said of its exceptions.
func (a programs) Flagged(ctx context.Context, p audit.Person, engagement, procedure string) (api.Flagged, error) {
	t, err := a.tenant(ctx, p)
	if err != nil {
		return api.Flagged{}, err
	}
	f, err := flaggedIn(ctx, t, engagement, procedure)
	if err != nil {
		return api.Flagged{}, err
	}
	return api.Flagged{Result: f.Result, Each: func(visit func(Exception) error) error { return a.EachFlagged(ctx, f, visit) }}, nil
}

// Perform performs the tests of an engagement whose inputs changed. A machine
// records what they find; the person who may have them performed only asks.
func (a programs) Perform(ctx context.Context, p audit.Person, engagement string, again bool) (pipeline.Outcome, error) {
	if err := a.all(ctx, p, engagement); err != nil {
		return pipeline.Outcome{}, err
	}
	return a.Run(ctx, pipeline.Options{Engagements: []string{engagement}, Again: again}, nil)
}

// Collect puts a collection into the queue.
func (a programs) Collect(ctx context.Context, p audit.Person, connection string) (bool, error) {
	r, err := a.Reader(ctx, p)
	if err != nil {
		return false, err
	}
	seen, err := r.Scope(ctx, audit.ScopeConnection)
	if err != nil {
		return false, err
	}
	if !slices.ContainsFunc(seen, func(i audit.ScopeItem) bool { return i.Code == connection }) {
		return false, fmt.Errorf("the connection is %w", store.ErrNotFound)
	}
	return a.Enqueue(ctx, connection, audit.Period{}, "")
}

// Answer answers a request, with a file if there is one.
func (a programs) Answer(ctx context.Context, p audit.Person, engagement string, x request.Answer, f *api.File) (audit.Response, error) {
	if f == nil {
		return a.Respond(ctx, p, engagement, x)
	}
	if f.Name == "" || f.Name != filepath.Base(f.Name) || f.Name == "." || f.Name == ".." {
		return audit.Response{}, errors.New("a file has a name without folders")
	}
	dir, done, err := confine.Scratch(a.state("scratch"))
	if err != nil {
		return audit.Response{}, err
	}
	defer done()
	x.File = filepath.Join(dir, f.Name)
	if err := os.WriteFile(x.File, f.Body, 0o600); err != nil {
		return audit.Response{}, err
	}
	return a.Respond(ctx, p, engagement, x)
}

// Draw draws from an accepted population.
func (a programs) Draw(ctx context.Context, p audit.Person, engagement string, o sample.Order) (audit.Sample, error) {

	return a.DrawSample(ctx, p, engagement, o, nil, nil)
}

// Front is the workbench with what programs reach beside it.
func (a *App) Front(d *identity.Desk, workbench http.Handler, log *slog.Logger) (http.Handler, error) {
	programs, err := a.API(d, log)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/api/", programs)
	mux.Handle("/mcp", Assistants(mcp.Within{Handler: programs}, log).Handler())
	mux.Handle("/", workbench)
	return mux, nil
}

// IssueToken makes an API token for an account of this organization, by the
// operator.
func (a *App) IssueToken(ctx context.Context, d *identity.Desk, account string, t identity.Token, by identity.Event) (text string, made identity.Token, err error) {
	org, err := a.organization(ctx)
	if err != nil {
		return "", made, err
	}
	t.Org = org.ID
	return d.IssueToken(ctx, account, t, by)
}

// AddAccount makes an account for somebody whom the records know by name, by the
// operator: it works by API tokens, until a reset link gives it another way in.
func (a *App) AddAccount(ctx context.Context, d *identity.Desk, email, name string, by identity.Event) (identity.Account, error) {
	org, err := a.organization(ctx)
	if err != nil {
		return identity.Account{}, err
	}
	known, err := a.db.Standing(ctx, org.ID)
	if err != nil {
		return identity.Account{}, err
	}
	if recordedRole(known.Members, name) == "" {
		return identity.Account{}, fmt.Errorf("the records give nobody named %q a role: give one first, with `tickmark people add` or `tickmark team add`", name)
	}
	return d.Provision(ctx, identity.Profile{Name: name, Email: email}, org.ID, by)
}
