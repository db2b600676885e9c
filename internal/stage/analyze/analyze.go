// Package analyze looks through whole populations for what is unusual and
// records what it saw: which analytic, over which bytes, with which statistics,
// and the leads. It is a stage beside perform, and the only writer of analyses.
// It tests no control, flags no exception and judges no lead.
package analyze

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/query"
	"tickmark/internal/method/analytics"
	"tickmark/internal/method/assembly"
)

// records is all that analyze may see of the store.
type records interface {
	Analyses(ctx context.Context, engagement string) ([]audit.Analysis, error)
	AddAnalysis(ctx context.Context, a audit.Analysis) (audit.Analysis, bool, error)
}

// files is where populations are read from, and texts and leads are kept.
type files interface {
	Path(ctx context.Context, d audit.Digest) (string, error)
	Check(ctx context.Context, d audit.Digest) error
	Put(ctx context.Context, b []byte) (audit.Digest, error)
	PutFile(ctx context.Context, path string) (audit.Digest, int64, error)
}

// Stage analyzes.
type Stage struct {
	Records records
	Files   files
	Query   query.Engine
	Schemas map[string]audit.Schema        // canonical populations, by name
	Scratch string                         // parent of the jobs' folders
	Tell    func(what string, n, of int64) // hears how many rows were looked at; nil to hear nothing
}

// Analyzed is what became of one analytic.
type Analyzed struct {
	Analysis audit.Analysis `json:"analysis"`
	New      bool           `json:"new"` // false: the same look at the same bytes stands already
}

// Engine names what gave an analysis, so that it can be had again.
const Engine = query.Version + ", " + analytics.Version

// every is after how many rows it tells how far it is.
const every = 100_000

// Analytic runs one analytic for an engagement on the populations that stand.
// The same text over the same bytes with the same parameters is run once,
// unless again is set. What cannot be run is an analysis, too: refused, with why.
func (s Stage) Analytic(ctx context.Context, e audit.Engagement, a audit.Analytic, have []audit.Population, again bool) (Analyzed, error) {
	x, err := plan(e, a, s.Schemas, have)
	if err != nil {
		return Analyzed{}, err
	}
	if !again {
		if old, ok, err := s.standing(ctx, x); err != nil || ok {
			return Analyzed{Analysis: old}, err
		}
	}
	if x.Refused == "" {
		if x, err = s.run(ctx, x, a); err != nil {
			return Analyzed{}, err
		}
	}
	if _, err := s.Files.Put(ctx, []byte(a.SQL)); err != nil {
		return Analyzed{}, err
	}
	x, added, err := s.Records.AddAnalysis(ctx, x)
	return Analyzed{x, added}, err
}

// standing finds an analysis by the same analytic of the same bytes.
func (s Stage) standing(ctx context.Context, x audit.Analysis) (audit.Analysis, bool, error) {
	all, err := s.Records.Analyses(ctx, x.Engagement)
	i := slices.IndexFunc(all, func(old audit.Analysis) bool {
		return old.Analytic == x.Analytic && old.SQL == x.SQL && old.Engine == x.Engine && old.Why == x.Why &&
			slices.Equal(old.Inputs, x.Inputs) && maps.Equal(old.Parameters, x.Parameters) && !strings.HasPrefix(old.Refused, cannot)
	})
	if err != nil || i < 0 {
		return x, false, err
	}
	return all[i], true, nil
}

// cannot begins the refusal of what failed, which is tried again next time.
const cannot = "could not be run: "

// plan is the analysis before it is run: what it will read, with which
// parameters, and what keeps the populations from speaking for the period.
func plan(e audit.Engagement, a audit.Analytic, schemas map[string]audit.Schema, have []audit.Population) (audit.Analysis, error) {
	x := audit.Analysis{
		Engagement: e.Code, Analytic: a.ID, Version: a.Version, Method: a.Method, Tests: a.Tests, SQL: audit.DigestOf([]byte(a.SQL)), Engine: Engine,
	}
	var err error
	if x.Parameters, err = parameters(e, a); err != nil {
		return x, err
	}
	start, end, err := e.Period.Instants(e.Timezone)
	if err != nil {
		return x, err
	}
	var missing, limits []string
	for _, name := range a.Populations {
		made := assembly.Make(assembly.Need{Schema: schemas[name], Period: e.Period, Start: start, End: end}, have)
		if len(made.Pieces) == 0 {
			missing = append(missing, "population "+name+" was not collected")
		}
		for _, piece := range made.Pieces {
			x.Inputs = append(x.Inputs, piece.Input(name))
			if name == a.Tests {
				x.Population += piece.Population.Rows
			}
		}
		for _, limit := range made.Limits {
			limits = append(limits, "population "+name+": "+limit)
		}
	}
	x.Why = strings.Join(limits, "; ")
	if len(missing) > 0 {
		x.Refused = cannot + strings.Join(missing, "; ")
	}
	return x, nil
}

// given are the parameters that every analytic has: those of every procedure.
var given = []audit.Parameter{
	{Name: "period_start", Type: "timestamp"}, {Name: "period_end", Type: "timestamp"},
	{Name: "period_from", Type: "date"}, {Name: "period_to", Type: "date"}, {Name: "as_of", Type: "date"},
	{Name: "timezone", Type: "text"},
}

// parameters are the engagement's period in its time zone, the analytic's
// defaults, and what the engagement sets instead ("analytic.parameter": value).
func parameters(e audit.Engagement, a audit.Analytic) (map[string]string, error) {
	start, end, err := e.Period.Instants(e.Timezone)
	if err != nil {
		return nil, fmt.Errorf("engagement %s: %w", e.Code, err)
	}
	m := map[string]string{
		"period_start": start.Format(time.DateTime), "period_end": end.Format(time.DateTime),
		"period_from": string(e.Period.From), "period_to": string(e.Period.To), "as_of": string(e.Period.To), "timezone": e.Timezone,
	}
	for _, p := range a.Parameters {
		m[p.Name] = p.Default
		if v, ok := e.Parameters[a.ID+"."+p.Name]; ok {
			m[p.Name] = v
		}
	}
	return m, nil
}

// run looks through the rows in a folder of its own and checks, meanwhile, that
// the populations still are the bytes that were collected.
func (s Stage) run(ctx context.Context, x audit.Analysis, a audit.Analytic) (audit.Analysis, error) {
	dir, done, err := confine.Scratch(s.Scratch)
	if err != nil {
		return x, err
	}
	defer done()
	checked := make(chan error, 1)
	go func() { checked <- s.check(ctx, x.Inputs) }()
	seen, rows, err := s.look(ctx, dir, x, a)
	if altered := <-checked; altered != nil {
		return x, altered
	}
	if ctx.Err() != nil {
		return x, ctx.Err()
	}
	x.Evaluated = rows
	if err != nil {
		x.Refused = cannot + strings.ReplaceAll(err.Error(), "\n", "; ")
		return x, nil
	}
	x.Refused, x.Statistics, x.Leads = seen.Refused, seen.Statistics, int64(len(seen.Leads))
	if x.Leads == 0 {
		return x, nil
	}
	file := filepath.Join(dir, "leads.ndjson")
	if err := query.LeadsFile(file, seen.Leads); err != nil {
		return x, err
	}
	x.Detail, _, err = s.Files.PutFile(ctx, file)
	return x, err
}

func (s Stage) check(ctx context.Context, inputs []audit.Input) error {
	var errs []error
	for _, in := range inputs {
		if err := s.Files.Check(ctx, in.File); err != nil {
			errs = append(errs, fmt.Errorf("population %s: %w", in.Name, err))
		}
	}
	return errors.Join(errs...)
}

// look extracts the rows in a confined child and looks at them one at a time,
// so that memory holds no more of them than the technique must.
func (s Stage) look(ctx context.Context, dir string, x audit.Analysis, a audit.Analytic) (analytics.Seen, int64, error) {
	var none analytics.Seen
	look, err := analytics.New(a.Method, analytics.Settings(x.Parameters))
	if err != nil {
		return none, 0, err
	}
	got, err := s.extract(ctx, dir, x, a)
	if err != nil {
		return none, 0, err
	}
	err = query.Rows(got.File, func(item string, columns map[string]string) (bool, error) {
		if n := look.Rows(); n%every == 0 && s.Tell != nil {
			s.Tell(a.ID, n, got.Rows)
		}
		if err := ctx.Err(); err != nil {
			return false, err
		}
		return look.Add(analytics.Row{Item: item, Columns: columns})
	})
	if err != nil {
		return none, got.Rows, err
	}
	return look.Done(), got.Rows, nil
}

func (s Stage) extract(ctx context.Context, dir string, x audit.Analysis, a audit.Analytic) (query.Extracted, error) {
	task := query.Extraction{SQL: a.SQL, Needs: audit.Techniques[a.Method]}
	for _, p := range slices.Concat(given, a.Parameters) {
		task.Parameters = append(task.Parameters, query.Value{Name: p.Name, Type: p.Type, Text: x.Parameters[p.Name]})
	}
	for _, in := range x.Inputs {
		file, err := s.Files.Path(ctx, in.File)
		if err != nil {
			return query.Extracted{}, fmt.Errorf("population %s: %w", in.Name, err)
		}
		table, err := query.TableOf(in, s.Schemas[in.Name], x.Parameters["timezone"], file)
		if err != nil {
			return query.Extracted{}, fmt.Errorf("population %s: %w", in.Name, err)
		}
		task.Tables = append(task.Tables, table)
	}
	return s.Query.Extract(ctx, dir, task)
}
