package app

import (
	"context"
	"fmt"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/query"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/evaluation"
	"tickmark/internal/stage/conclude"
	"tickmark/internal/surface/api"
)

// Exception is one flagged item with what people said of it.
type Exception = api.Exception

// Flagged is a standing result with what people said of its exceptions.
type Flagged struct {
	Result       audit.Result
	List         audit.Exceptions // what stands in the records: the first, and all by reason
	dispositions map[string]audit.Disposition
	assignments  map[string]audit.Assignment
}

// Flagged finds the standing result of a procedure.
func (a *App) Flagged(ctx context.Context, engagement, procedure string) (Flagged, error) {
	_, t, err := a.described(ctx)
	if err != nil {
		return Flagged{}, err
	}
	return flaggedIn(ctx, t, engagement, procedure)
}

// flaggedIn finds it among what the handle's person sees.
func flaggedIn(ctx context.Context, t *store.Tenant, engagement, procedure string) (f Flagged, err error) {
	f = Flagged{dispositions: map[string]audit.Disposition{}, assignments: map[string]audit.Assignment{}}
	if f.Result, err = resultOf(ctx, t, engagement, procedure); err != nil {
		return f, err
	}
	lists, err := t.Exceptions(ctx, engagement)
	if err != nil {
		return f, err
	}
	for _, x := range lists {
		if x.Procedure == procedure && x.Result == f.Result.ID {
			f.List = x
		}
	}
	judged, err := t.Dispositions(ctx, engagement)
	if err != nil {
		return f, err
	}
	for _, d := range judged {
		if d.Procedure == procedure {
			f.dispositions[d.Item] = d
		}
	}
	assigned, err := t.Assignments(ctx, engagement)
	for _, x := range assigned {
		if x.Procedure == procedure {
			f.assignments[x.Item] = x
		}
	}
	return f, err
}

func resultOf(ctx context.Context, t *store.Tenant, engagement, procedure string) (audit.Result, error) {
	results, err := t.Results(ctx, engagement)
	if err != nil {
		return audit.Result{}, err
	}
	i := slices.IndexFunc(results, func(r audit.Result) bool { return r.Procedure == procedure })
	if i < 0 {
		return audit.Result{}, fmt.Errorf("procedure %q was not performed for %q", procedure, engagement)
	}
	return results[i], nil
}

// With is an exception with what people said of it.
func (f Flagged) With(x audit.ExceptionRow) Exception {
	out := Exception{ExceptionRow: x, Group: evaluation.Group(x)}
	if d, ok := f.dispositions[x.Item]; ok {
		out.Disposition = &d
	}
	if a, ok := f.assignments[x.Item]; ok {
		out.Assigned = &a
	} else if a, ok := f.assignments[""]; ok {
		out.Assigned = &a
	}
	return out
}

// EachFlagged reads all exceptions of a result, none left out. Those that stand
// in the records need no other reading when they are all there are.
func (a *App) EachFlagged(ctx context.Context, f Flagged, visit func(Exception) error) error {
	if f.List.Total == f.Result.Exceptions && int64(len(f.List.Rows)) == f.List.Total {
		for _, x := range f.List.Rows {
			if err := visit(f.With(x)); err != nil {
				return err
			}
		}
		return nil
	}
	return a.EachException(ctx, f.Result, func(x audit.ExceptionRow) error { return visit(f.With(x)) })
}

// Trend is one performance of a procedure among those before it.
type Trend struct {
	At         string       `json:"at"`
	Result     audit.ID     `json:"result"`
	Status     audit.Status `json:"status"`
	Tested     int64        `json:"tested"`
	Exceptions int64        `json:"exceptions"`
	New        int64        `json:"new"`  // flagged now and not the time before
	Gone       int64        `json:"gone"` // flagged the time before and not now
}

// Trend says how the exceptions of a procedure came and went, run after run.
// An exception is the same one when its item is.
func (a *App) Trend(ctx context.Context, engagement, procedure string) ([]Trend, error) {
	_, t, err := a.described(ctx)
	if err != nil {
		return nil, err
	}
	history, err := t.ResultHistory(ctx, engagement)
	if err != nil {
		return nil, err
	}
	var out []Trend
	var before audit.Result
	for _, r := range history {
		if r.Procedure != procedure {
			continue
		}
		x := Trend{At: r.At.Format("2006-01-02T15:04:05Z"), Result: r.ID, Status: r.Status, Tested: r.Tested, Exceptions: r.Exceptions}
		if x.New, x.Gone, err = a.between(ctx, before, r); err != nil {
			return nil, err
		}
		out, before = append(out, x), r
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("procedure %q was never performed for %q", procedure, engagement)
	}
	return out, nil
}

// between counts the exceptions that one result has and the other has not.
func (a *App) between(ctx context.Context, before, after audit.Result) (added, gone int64, err error) {
	switch {
	case before.Detail == after.Detail:
		return 0, 0, nil
	case before.Detail == "":
		return after.Exceptions, 0, nil
	case after.Detail == "":
		return 0, before.Exceptions, nil
	}
	dir, done, err := confine.Scratch(a.state("scratch"))
	if err != nil {
		return 0, 0, err
	}
	defer done()
	pair := query.Pair{Key: []string{"item"}}
	if pair.Before, err = a.vault.Path(ctx, before.Detail); err != nil {
		return 0, 0, err
	}
	if pair.After, err = a.vault.Path(ctx, after.Detail); err != nil {
		return 0, 0, err
	}
	d, err := a.Query().Compare(ctx, dir, pair)
	return d.Added, d.Removed, err
}

// Assign says who looks into exceptions of a procedure: some, or all.
func (a *App) Assign(ctx context.Context, p audit.Person, all []audit.Assignment) (int, error) {
	t, err := a.tenant(ctx, p)
	if err != nil {
		return 0, err
	}
	return conclude.Stage{Records: t, Lists: a.lists()}.Assign(ctx, all)
}

// Dispose records dispositions of exceptions and concludes again with them.
func (a *App) Dispose(ctx context.Context, p audit.Person, all []audit.Disposition) (int, error) {
	t, err := a.tenant(ctx, p)
	if err != nil {
		return 0, err
	}
	for i := range all {
		if all[i].By == "" {
			all[i].By = p.Name
		}
		if all[i].On == "" {
			all[i].On = audit.Date(a.clock().UTC().Format("2006-01-02"))
		}
	}
	n, err := conclude.Stage{Records: t, Lists: a.lists()}.Judge(ctx, all)
	if err != nil {
		return n, err
	}
	return n, a.concludeAgain(ctx, all)
}

// concludeAgain writes down what the tests amount to after new judgments.
func (a *App) concludeAgain(ctx context.Context, all []audit.Disposition) error {
	run, err := a.pipeline(ctx)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, d := range all {
		if seen[d.Engagement] {
			continue
		}
		seen[d.Engagement] = true
		if err := run.ConcludeOnly(ctx, d.Engagement); err != nil {
			return err
		}
	}
	return nil
}
