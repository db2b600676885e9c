package collect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/connector"
	"tickmark/internal/engine/query"
)

// Order is a collection to be made.
type Order struct {
	Source     audit.Source
	Connection audit.Connection
	Window     audit.Period
	Secret     func(name string) (string, error)
	Reseal     func(name, old, value string) error // keeps a secret that the source put in the place of another
	Progress   func(request string, pages, records int64)
	Upload     map[string][]byte // files by name, for a source of files, in place of the folder that it names
}

// Gathered is what became of one run of a connection.
type Gathered struct {
	Collection  audit.Collection   `json:"collection"`
	Populations []audit.Population `json:"populations"`
	Ignored     []string           `json:"ignored,omitempty"`
}

// Connection makes one collection: it asks the source, keeps every page, maps
// the pages to populations and records all of it together. What the source did
// not give in full is recorded as incomplete, with the reason; the error is for
// when nothing can be recorded.
func (s Stage) Connection(ctx context.Context, o Order) (Gathered, error) {
	g := gathering{Stage: s, order: o}
	var err error
	if g.settings, err = connector.Settings(o.Source, o.Connection.Settings); err != nil {
		return Gathered{}, fmt.Errorf("connection %s: %w", o.Connection.Code, err)
	}
	g.started = s.Now().UTC().Truncate(time.Second)
	if g.got, err = connector.Collect(ctx, g.job()); err != nil {
		return Gathered{}, fmt.Errorf("connection %s: %w", o.Connection.Code, err)
	}
	if err := g.describe(ctx); err != nil {
		return Gathered{}, err
	}
	for _, m := range o.Source.Populations {
		if err := g.population(ctx, m); err != nil {
			return Gathered{}, fmt.Errorf("connection %s, population %s: %w", o.Connection.Code, m.Population, err)
		}
	}
	g.close()
	g.out.Collection, g.out.Populations, err = s.Records.AddCollection(ctx, g.collection, g.made)
	return g.out, err
}

// gathering is one run under way.
type gathering struct {
	Stage
	order      Order
	settings   map[string]string
	started    time.Time
	got        connector.Collected
	collection audit.Collection
	made       []audit.Population
	why        []string
	out        Gathered
}

func (g *gathering) job() connector.Job {
	return connector.Job{
		Source: g.order.Source, Settings: g.settings, Secret: g.order.Secret, Reseal: g.order.Reseal, Window: g.order.Window, Timezone: zone(g.order.Connection),
		Keep: g.Files.Put, Read: g.read, Now: g.Now, Progress: g.order.Progress, Upload: g.order.Upload,
	}
}

func zone(c audit.Connection) string {
	if c.Timezone == "" {
		return "UTC"
	}
	return c.Timezone
}

func (g *gathering) read(ctx context.Context, d audit.Digest) ([]byte, error) {
	r, err := g.Files.Open(ctx, d)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// describe keeps the list of pages and says what the run was.
func (g *gathering) describe(ctx context.Context) error {
	text, err := audit.Canonical(g.order.Source)
	if err != nil {
		return err
	}
	var pages bytes.Buffer
	for _, p := range g.got.Pages {
		line, err := audit.Canonical(p)
		if err != nil {
			return err
		}
		pages.Write(line)
	}
	list, err := g.Files.Put(ctx, pages.Bytes())
	if err != nil {
		return err
	}
	digest, err := g.Files.Put(ctx, text)
	o := g.order
	g.collection = audit.Collection{
		Connection: o.Connection.Code, Source: o.Source.ID, Version: o.Source.Version, Text: digest, Collector: g.Collector,
		Account: o.Connection.Account, Settings: g.settings, Window: o.Window, Timezone: zone(o.Connection),
		Started: g.started.Format(time.RFC3339), Requests: g.got.Requests, Pages: list,
	}
	if g.got.Why != "" {
		g.why = append(g.why, g.got.Why)
	}
	return err
}

// population maps the pages to one population. Pages that are not what they
// should be make the collection incomplete.
func (g *gathering) population(ctx context.Context, m audit.SourcePopulation) error {
	if failed := g.failed(m); failed != "" {
		g.why = append(g.why, fmt.Sprintf("no population %s was made, for its rows would be wrong without request %s", m.Population, failed))
		return nil
	}
	dir, done, err := confine.Scratch(g.Scratch)
	if err != nil {
		return err
	}
	defer done()
	in, err := g.intake(ctx, dir, m)
	if err != nil {
		return err
	}
	got, err := g.Query.Ingest(ctx, dir, in)
	var unreadable *query.Unreadable
	if err != nil && !errors.As(err, &unreadable) {
		return err
	}
	for _, problem := range got.Problems {
		g.why = append(g.why, problem.Page+": "+problem.What)
	}
	g.out.Ignored = append(g.out.Ignored, got.Ignored...)
	p, err := g.populationOf(m, in.Schema, got)
	if err != nil {
		return err
	}
	if p.File, _, err = g.Files.PutFile(ctx, got.Population); err != nil {
		return err
	}
	if got.Rejects != "" {
		if p.Rejects, _, err = g.Files.PutFile(ctx, got.Rejects); err != nil {
			return err
		}
	}
	p.Changes, err = g.changes(ctx, dir, p, in.Schema)
	g.made = append(g.made, p)
	return err
}

// unobserved stands in the files of states for the instant of the snapshot, so
// that a state that did not change is the same file; it is read into every row.
const unobserved = "1970-01-01T00:00:00Z"

// failed names a request that failed and that a mapping reads together with
// others: what is missing there would be taken for an answer. Of a single request
// some rows are right rows, though not all.
func (g *gathering) failed(m audit.SourcePopulation) string {
	read, failed := 0, ""
	for _, q := range g.got.Requests {
		if !mentions(m.SQL, q.Name) {
			continue
		}
		read++
		if q.Why != "" {
			failed = q.Name
		}
	}
	if read < 2 {
		return ""
	}
	return failed
}

// mentions reports whether a word stands in SQL.
func mentions(sql, word string) bool {
	return slices.Contains(strings.FieldsFunc(strings.ToLower(sql), func(r rune) bool {
		return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), strings.ToLower(word))
}

// intake is the recorded pages as the tables that the mapping reads.
func (g *gathering) intake(ctx context.Context, dir string, m audit.SourcePopulation) (query.Intake, error) {
	schema, ok := g.Catalog.Populations[m.Population]
	if !ok {
		return query.Intake{}, fmt.Errorf("the catalog has no such population")
	}
	mapped := query.Mapped{SQL: m.SQL, Parameters: g.parameters(), Observed: unobserved}
	for _, q := range g.order.Source.Requests {
		t := query.PageTable{Name: q.Name, Format: connector.FormatOf(q), Records: q.Records, Optional: q.Optional}
		for _, p := range g.got.Pages {
			if p.Request != q.Name || slices.Contains(q.Absent, p.Status) || p.Status >= 400 {
				continue
			}
			path, err := g.page(ctx, p)
			if err == nil {
				path, err = PrepareFile(dir, q.Prepare, path, g.settings)
			}
			if err != nil {
				return query.Intake{}, err
			}
			t.Pages = append(t.Pages, query.PageFile{Path: path, Name: fmt.Sprintf("%s, page %d", q.Name, p.Number), Number: p.Number, Each: p.Each})
		}
		mapped.Tables = append(mapped.Tables, t)
	}
	return query.Intake{Schema: schema, Format: "pages", Mapping: &mapped, Window: g.order.Window, Timezone: zone(g.order.Connection)}, nil
}

func (g *gathering) page(ctx context.Context, p audit.PageProof) (string, error) {
	if err := g.Files.Check(ctx, p.Digest); err != nil {
		return "", fmt.Errorf("%s, page %d: %w", p.Request, p.Number, err)
	}
	return g.Files.Path(ctx, p.Digest)
}

// parameters are what a mapping may name besides the pages.
func (g *gathering) parameters() []query.Value {
	values := []query.Value{
		{Name: "observed_at", Type: "text", Text: g.started.Format(time.RFC3339)},
		{Name: "window_from", Type: "text", Text: string(g.order.Window.From)},
		{Name: "window_to", Type: "text", Text: string(g.order.Window.To)},
		{Name: "account", Type: "text", Text: g.order.Connection.Account},
	}
	for _, s := range g.order.Source.Settings {
		values = append(values, query.Value{Name: s.Name, Type: "text", Text: g.settings[s.Name]})
	}
	return values
}

func (g *gathering) populationOf(m audit.SourcePopulation, schema audit.Schema, got query.Ingested) (audit.Population, error) {
	version, err := query.SchemaDigest(schema)
	c := g.collection
	p := audit.Population{
		Name: m.Population, Source: c.Source + " of " + c.Account, Query: asked(c.Requests), Window: c.Window, Coverage: coverage(m, g.order.Connection),
		TakenAt: c.Started, Schema: version, Described: c.Text, Received: got.Received, Rows: got.Rows, Rejected: got.Rejected, Totals: got.Totals,
		First: got.First, Last: got.Last, OutOfTime: got.Outside, GapDays: got.GapDays, GapFrom: got.GapFrom,
		Connection: c.Connection, Records: got.Read, Deduplicated: got.Deduplicated, Agrees: stated(m, c.Requests, got),
	}
	if schema.Observed != "" && got.Unobserved {
		p.Observed, p.First, p.Last, p.OutOfTime, p.GapDays, p.GapFrom = c.Started, c.Started, c.Started, 0, 0, ""
	}
	return p, err
}

func coverage(m audit.SourcePopulation, c audit.Connection) audit.Coverage {
	if c.Coverage != "" {
		return c.Coverage
	}
	return m.Coverage
}

func asked(requests []audit.Asked) string {
	var texts []string
	for _, q := range requests {
		texts = append(texts, q.Text)
	}
	return strings.Join(texts, "\n")
}

// stated compares with the source's own total, where it gives one.
func stated(m audit.SourcePopulation, requests []audit.Asked, got query.Ingested) string {
	for _, q := range requests {
		if m.Total == "" || q.Name != m.Total || q.Total == "" {
			continue
		}
		if q.Total == fmt.Sprint(got.Received-got.Deduplicated) {
			return "yes"
		}
		return fmt.Sprintf("the source counts %s, %d were received", q.Total, got.Received-got.Deduplicated)
	}
	for _, q := range requests {
		if q.Total != "" && q.Total == fmt.Sprint(q.Records) {
			return "yes"
		}
	}
	return audit.NotStated
}

// changes compares a population of state with the one before.
func (g *gathering) changes(ctx context.Context, dir string, p audit.Population, schema audit.Schema) (*audit.Change, error) {
	before, ok, err := g.before(ctx, p)
	if err != nil || !ok || schema.Time != "" {
		return nil, err
	}
	c := &audit.Change{Since: before.ID}
	if before.File == p.File {
		return c, nil
	}
	pair := query.Pair{Key: schema.Key, Ignore: schema.Observed}
	if pair.Before, err = g.Files.Path(ctx, before.File); err != nil {
		return nil, err
	}
	if pair.After, err = g.Files.Path(ctx, p.File); err != nil {
		return nil, err
	}
	d, err := g.Query.Compare(ctx, dir, pair)
	c.Added, c.Removed, c.Changed = d.Added, d.Removed, d.Changed
	return c, err
}

// before is the newest complete population of the same name and connection.
func (g *gathering) before(ctx context.Context, p audit.Population) (audit.Population, bool, error) {
	all, err := g.Records.Populations(ctx)
	for _, old := range slices.Backward(all) {
		if old.Connection == p.Connection && old.Name == p.Name && old.Incomplete == "" && old.Schema == p.Schema {
			return old, true, err
		}
	}
	return audit.Population{}, false, err
}

// close says whether everything is there, in the collection and in each of its
// populations.
func (g *gathering) close() {
	slices.Sort(g.why)
	why := strings.Join(slices.Compact(g.why), "; ")
	g.collection.Complete, g.collection.Why = why == "", why
	g.collection.Ended = g.Now().UTC().Format(time.RFC3339)
	for i := range g.made {
		g.made[i].Incomplete = why
	}
}
