package perform

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/query"
)

// Ahead are performances that were made together, ahead of being recorded. A
// stage that has them takes each the first time it is asked for the same test;
// nothing else about a performance changes.
type Ahead struct {
	got  map[string]prepared
	done func()
}

// prepared is one performance with the exceptions as they will be listed.
type prepared struct {
	query.Attempt
	list *audit.Exceptions
}

// Done removes what was not taken.
func (a *Ahead) Done() {
	if a != nil {
		a.done()
	}
}

// take hands over what was made for a planned result, once.
func (a *Ahead) take(r audit.Result) (prepared, bool) {
	if a == nil {
		return prepared{}, false
	}
	key, err := audit.Canonical(r)
	got, ok := a.got[string(key)]
	delete(a.got, string(key))
	return got, ok && err == nil
}

// Ahead performs those of the procedures that are small, that the program
// brought with it and whose results do not stand. They share children. A text of
// the organization's own never shares one: it may be anybody's.
func (s Stage) Ahead(ctx context.Context, e audit.Engagement, procedures []audit.Procedure, have []audit.Population, again bool) (*Ahead, error) {
	dir, done, err := confine.Scratch(s.Scratch)
	if err != nil {
		return nil, err
	}
	a := &Ahead{got: map[string]prepared{}, done: done}
	if err := s.ahead(ctx, dir, a, e, procedures, have, again); err != nil {
		done()
		return nil, err
	}
	return a, nil
}

func (s Stage) ahead(ctx context.Context, dir string, a *Ahead, e audit.Engagement, procedures []audit.Procedure, have []audit.Population, again bool) error {
	stand, err := s.Records.Results(ctx, e.Code)
	if err != nil {
		return err
	}
	var keys []string
	var tasks []query.Task
	for _, p := range procedures {
		r, err := Plan(e, p, s.Catalog.Populations, have)
		if err != nil || r.Status == audit.Failed || s.Catalog.Procedures[p.ID].SQL != p.SQL || (!again && stands(r, stand) >= 0) {
			continue // with an error, it is performed by itself and says so
		}
		t, err := s.task(ctx, p, r)
		if err != nil || !t.Small() {
			continue
		}
		key, err := audit.Canonical(r)
		if err != nil {
			return err
		}
		keys, tasks = append(keys, string(key)), append(tasks, t)
	}
	if len(tasks) < 2 {
		return nil
	}
	got := s.Query.PerformAll(ctx, dir, tasks)
	lists, err := s.lists(ctx, dir, got)
	if err != nil {
		return err
	}
	for i, key := range keys {
		a.got[key] = prepared{got[i], lists[i]}
	}
	return ctx.Err()
}

// stands says which of the results is of the same test, and -1 when none is.
func stands(r audit.Result, results []audit.Result) int {
	return slices.IndexFunc(results, func(old audit.Result) bool {
		same := old.Procedure == r.Procedure && old.SQL == r.SQL && old.Engine == r.Engine && slices.Equal(old.Inputs, r.Inputs) && maps.Equal(old.Parameters, r.Parameters) && old.Why == r.Why
		return same && old.Status != audit.Failed
	})
}

// task is what a planned result asks of the engine.
func (s Stage) task(ctx context.Context, p audit.Procedure, r audit.Result) (query.Task, error) {
	return asked(p, s.Catalog.Populations, r.Parameters, func(i audit.Input) (string, error) { return s.Files.Path(ctx, i.File) }, r.Inputs)
}

// lists reads the exceptions of all attempts.
func (s Stage) lists(ctx context.Context, dir string, got []query.Attempt) ([]*audit.Exceptions, error) {
	lists, of := make([]*audit.Exceptions, len(got)), make([]*gathering, len(got))
	for i, x := range got {
		if x.Err == nil && x.Detail != "" {
			of[i] = newGathering()
			lists[i] = of[i].out
		}
	}
	own := filepath.Join(dir, "lists")
	if err := os.Mkdir(own, 0o700); err != nil {
		return nil, err
	}
	err := s.Query.EachFlagged(ctx, own, got, func(attempt int, x audit.ExceptionRow) error { of[attempt].add(x); return nil })
	for _, g := range of {
		if g != nil {
			g.end()
		}
	}
	return lists, err
}
