// Package perform performs procedures over whole populations and records the
// results: how many items were tested, which were flagged, from which bytes, by
// which text. It is the third stage, and the only writer of results and of
// the lists of their exceptions. It does not judge an exception.
package perform

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/query"
	"tickmark/internal/method/assembly"
)

// records is all that perform may see of the store.
type records interface {
	Results(ctx context.Context, engagement string) ([]audit.Result, error)
	ResultOf(ctx context.Context, engagement, procedure string) ([]audit.Result, error)
	AddResult(ctx context.Context, r audit.Result, list *audit.Exceptions) (audit.Result, bool, error)
}

// files is where populations are read from, and texts and exceptions are kept.
type files interface {
	Path(ctx context.Context, d audit.Digest) (string, error)
	Put(ctx context.Context, b []byte) (audit.Digest, error)
	PutFile(ctx context.Context, path string) (audit.Digest, int64, error)
}

// Stage performs.
type Stage struct {
	Records records
	Files   files
	Catalog *catalog.Catalog
	Query   query.Engine
	Scratch string // parent of the jobs' folders
	Made    *Ahead // performances to take instead of making them; nil for none
}

// Engine names, in a result, what made it: another engine, or another form of
// the list of exceptions, and the test is performed again.
const Engine = query.Version + ", lists in Parquet"

// Performed is what became of one procedure.
type Performed struct {
	Result audit.Result `json:"result"`
	New    bool         `json:"new"`             // false: the same test of the same bytes stands already
	Fence  string       `json:"fence,omitempty"` // how the child was confined, when it ran
}

// Procedure performs one procedure for an engagement on the populations that
// stand. The same text over the same bytes with the same parameters is performed
// once, unless again is set. What goes wrong inside the test is a result, too: it
// could not be performed.
func (s Stage) Procedure(ctx context.Context, e audit.Engagement, p audit.Procedure, have []audit.Population, again bool) (Performed, error) {
	r, err := Plan(e, p, s.Catalog.Populations, have)
	if err != nil {
		return Performed{}, err
	}
	if !again {
		if old, ok, err := s.standing(ctx, r); err != nil || ok {
			return Performed{Result: old}, err
		}
	}
	var got prepared
	if r.Status != audit.Failed {
		if r, got, err = s.perform(ctx, r, p, s.keep); err != nil {
			return Performed{}, err
		}
	}
	if _, err := s.Files.Put(ctx, []byte(p.SQL)); err != nil {
		return Performed{}, err
	}
	list := got.list
	if list != nil {
		list.Detail = r.Detail
	} else if list, err = s.list(ctx, r); err != nil {
		return Performed{}, err
	}
	r, added, err := s.Records.AddResult(ctx, r, list)
	if err == nil {
		err = got.Forget()
	}
	return Performed{Result: r, New: added, Fence: got.Fence}, err
}

// standing finds a result of the same test, if it was performed.
func (s Stage) standing(ctx context.Context, r audit.Result) (audit.Result, bool, error) {
	results, err := s.Records.ResultOf(ctx, r.Engagement, r.Procedure)
	if err != nil {
		return r, false, err
	}
	if i := stands(r, results); i >= 0 {
		return results[i], true, nil
	}
	return r, false, nil
}

// keep puts the exceptions where they stay.
func (s Stage) keep(ctx context.Context, path string) (audit.Digest, error) {
	d, _, err := s.Files.PutFile(ctx, path)
	return d, err
}

// OnTheSpot performs a procedure and shows the result with its exceptions, one
// at a time, recording nothing.
func (s Stage) OnTheSpot(ctx context.Context, e audit.Engagement, p audit.Procedure, have []audit.Population,
	show func(r audit.Result, each func(visit func(audit.ExceptionRow) error) error) error,
) error {
	r, err := Plan(e, p, s.Catalog.Populations, have)
	if err != nil {
		return err
	}
	none := func(func(audit.ExceptionRow) error) error { return nil }
	if r.Status == audit.Failed {
		return show(r, none)
	}
	dir, done, err := confine.Scratch(s.Scratch)
	if err != nil {
		return err
	}
	defer done()
	detail := filepath.Join(dir, "found.parquet")
	r, got, err := s.perform(ctx, r, p, func(_ context.Context, path string) (audit.Digest, error) { return "", os.Rename(path, detail) })
	if err != nil {
		return err
	}
	if got.Detail == "" {
		return show(r, none)
	}
	return show(r, func(visit func(audit.ExceptionRow) error) error {
		return s.Query.EachRow(ctx, dir, []string{detail}, func(_ int, x audit.ExceptionRow) error { return visit(x) })
	})
}

// perform runs the test in a folder of its own. The populations are digested
// when it has ended: they must still be the bytes that were collected.
func (s Stage) perform(ctx context.Context, r audit.Result, p audit.Procedure,
	keep func(context.Context, string) (audit.Digest, error),
) (audit.Result, prepared, error) {
	dir, done, err := confine.Scratch(s.Scratch)
	if err != nil {
		return r, prepared{}, err
	}
	defer done()
	got, made := s.Made.take(r)
	if !made {
		got.Performed, got.Err = Run(ctx, s.Query, dir, p, s.Catalog.Populations, r.Parameters, func(i audit.Input) (string, error) {
			return s.Files.Path(ctx, i.File)
		}, r.Inputs)
	}
	err = got.Err
	if ctx.Err() != nil {
		return r, got, ctx.Err()
	}
	if errors.Is(err, query.ErrAltered) {
		return r, got, err
	}
	if err != nil {
		r.Status, r.Why = audit.Failed, err.Error()
		return r, got, nil
	}
	r = Counted(r, got.Performed)
	if got.Detail != "" {
		r.Detail, err = keep(ctx, got.Detail)
	}
	return r, got, err
}

// Plan is the result before the test is performed: what it will read, with
// which parameters, and what will keep it from speaking for every item. A
// population that was never collected makes it fail here.
func Plan(e audit.Engagement, p audit.Procedure, schemas map[string]audit.Schema, have []audit.Population) (audit.Result, error) {
	parameters, err := Parameters(e, p)
	if err != nil {
		return audit.Result{}, err
	}
	start, end, err := e.Period.Instants(e.Timezone)
	if err != nil {
		return audit.Result{}, err
	}
	r := audit.Result{Engagement: e.Code, Procedure: p.ID, Version: p.Version, SQL: audit.DigestOf([]byte(p.SQL)), Engine: Engine, Parameters: parameters}
	var reasons []string
	for _, name := range p.Populations {
		made := assembly.Make(assembly.Need{Schema: schemas[name], Period: e.Period, Start: start, End: end}, have)
		if len(made.Pieces) == 0 {
			r.Status = audit.Failed
			reasons = append(reasons, fmt.Sprintf("population %s was not collected", name))
			continue
		}
		for _, limit := range made.Limits {
			reasons = append(reasons, fmt.Sprintf("population %s: %s", name, limit))
		}
		for _, piece := range made.Pieces {
			r.Inputs = append(r.Inputs, piece.Input(name))
			if x := piece.Population; p.Entire && name == p.Tests && piece.Only == (audit.Period{}) && beyond(x, parameters) {
				reasons = append(reasons, fmt.Sprintf("population %s: its rows, from %s to %s, are not all of the period, and all were tested", name, x.First, x.Last))
			}
		}
	}
	r.Why = strings.Join(reasons, "; ")
	return r, nil
}

// beyond reports whether a population has rows outside the period. A test of
// every row then speaks of more than the engagement.
func beyond(p audit.Population, parameters map[string]string) bool {
	if p.First == "" {
		return false
	}
	if len(p.First) == len(time.DateOnly) {
		return p.First < parameters["period_from"] || p.Last > parameters["period_to"]
	}
	return p.First < parameters["period_start"] || p.Last >= parameters["period_end"]
}

// Counted fills a planned result with what a performance counted.
func Counted(r audit.Result, got query.Performed) audit.Result {
	r.Tested, r.Exceptions, r.Population = got.Tested, got.Exceptions, got.Population
	switch {
	case r.Tested == 0:
		r.Status = audit.NothingTested
	case r.Exceptions > 0:
		r.Status = audit.HasExceptions
	default:
		r.Status = audit.NoExceptions
	}
	r.Entire = r.Tested > 0 && r.Why == ""
	return r
}

// Run performs a procedure on populations, wherever their files are: in the
// vault, or in a bundle on a stranger's machine.
func Run(ctx context.Context, engine query.Engine, dir string, p audit.Procedure, schemas map[string]audit.Schema, parameters map[string]string,
	path func(audit.Input) (string, error), inputs []audit.Input,
) (query.Performed, error) {
	t, err := asked(p, schemas, parameters, path, inputs)
	if err != nil {
		return query.Performed{}, err
	}
	return engine.Perform(ctx, dir, t)
}

// asked is a procedure over inputs as the engine is asked to perform it.
func asked(p audit.Procedure, schemas map[string]audit.Schema, parameters map[string]string,
	path func(audit.Input) (string, error), inputs []audit.Input,
) (query.Task, error) {
	t := task(p, schemas[p.Tests])
	t.Parameters = values(p, parameters)
	for _, in := range inputs {
		file, err := path(in)
		if err != nil {
			return query.Task{}, fmt.Errorf("population %s: %w", in.Name, err)
		}
		piece, err := query.TableOf(in, schemas[in.Name], parameters["timezone"], file)
		if err != nil {
			return query.Task{}, fmt.Errorf("population %s: %w", in.Name, err)
		}
		t.Tables = append(t.Tables, piece)
	}
	return t, nil
}

// task is what a procedure asks of the engine, without populations and values.
func task(p audit.Procedure, tested audit.Schema) query.Task {
	t := query.Task{SQL: p.SQL, Tested: p.Tests, Key: tested.Key, Entire: p.Entire}
	if p.Partition == nil {
		return t
	}
	for _, c := range tested.Columns {
		if c.Name == p.Partition.Column {
			t.Partition = &query.Partition{By: p.Partition.By, Column: c.Name, Type: c.Type}
		}
	}
	return t
}

// built are the parameters that every procedure has.
var built = []audit.Parameter{
	{Name: "period_start", Type: "timestamp"}, {Name: "period_end", Type: "timestamp"},
	{Name: "period_from", Type: "date"}, {Name: "period_to", Type: "date"}, {Name: "as_of", Type: "date"},
	{Name: "timezone", Type: "text"},
}

// Parameters are the values with which a procedure is performed: the
// engagement's period in its time zone, the procedure's defaults, and what the
// engagement sets instead ("procedure.parameter": value).
func Parameters(e audit.Engagement, p audit.Procedure) (map[string]string, error) {
	start, end, err := e.Period.Instants(e.Timezone)
	if err != nil {
		return nil, fmt.Errorf("engagement %s: %w", e.Code, err)
	}
	m := map[string]string{
		"period_start": instant(start), "period_end": instant(end),
		"period_from": string(e.Period.From), "period_to": string(e.Period.To), "as_of": string(e.Period.To), "timezone": e.Timezone,
	}
	for _, q := range p.Parameters {
		m[q.Name] = q.Default
		if v, ok := e.Parameters[p.ID+"."+q.Name]; ok {
			m[q.Name] = v
		}
	}
	return m, nil
}

func instant(t time.Time) string { return t.Format("2006-01-02 15:04:05") }

func values(p audit.Procedure, parameters map[string]string) []query.Value {
	var out []query.Value
	for _, q := range append(slices.Clone(built), p.Parameters...) {
		out = append(out, query.Value{Name: q.Name, Type: q.Type, Text: parameters[q.Name]})
	}
	return out
}
