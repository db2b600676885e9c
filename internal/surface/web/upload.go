package web

import (
	"bufio"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/query"
	"tickmark/internal/surface/web/page"
)

// drop is a file that somebody brought and that nothing is kept of yet: it lies
// in a scratch folder until it is kept, thrown away or too old.
type drop struct {
	id      string
	person  audit.Person
	file    string
	done    func()
	until   time.Time
	dataset audit.Dataset
	columns []string // of the file
}

// mostDrops is how many files wait at a time, and dropAge how long each.
const (
	mostDrops = 20
	dropAge   = time.Hour
)

// drops are the files that wait, the newest last.
type drops struct {
	mu  sync.Mutex
	all []*drop
}

// put keeps a file waiting, and lets go of what is too old or too much.
func (d *drops) put(x *drop, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all = append(d.all, x)
	d.all = slices.DeleteFunc(d.all, func(old *drop) bool {
		if old != x && (now.After(old.until) || len(d.all) > mostDrops) {
			old.done()
			return true
		}
		return false
	})
}

// of is the person's file of that id.
func (d *drops) of(c *call, now time.Time) *drop {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, x := range d.all {
		if x.id == c.r.PathValue("drop") && x.person.Name == c.person.Name && x.person.Side == c.person.Side && now.Before(x.until) {
			return x
		}
	}
	return nil
}

// away lets go of a file.
func (d *drops) away(x *drop) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all = slices.DeleteFunc(d.all, func(y *drop) bool { return y == x })
	x.done()
}

// bring is the page to which a file is brought.
func (b *bench) bring(c *call) error {
	l := page.Listing{Lead: "Drop a file here. Its columns are mapped and what would be rejected is shown before anything of it is kept.", Fault: c.fault}
	var err error
	if l.Frame, err = b.frame(c, "Bring a file", "populations", page.Link{Text: "Populations", Href: "/populations"}); err != nil {
		return err
	}
	l.Table.Empty = page.Empty{Title: "CSV and NDJSON, up to " + maxUploadText, Text: "Workbooks, Parquet and larger files come by the command line, which keeps them in the same way.", Command: "tickmark import FILE --population NAME"}
	names := slices.Sorted(maps.Keys(b.Catalog.Populations))
	l.Acts = c.offered(page.Act{
		Title: "The file and what it is", Action: "/import", Files: true, Button: "Look at it",
		Fields: []page.Field{
			{Name: "file", Label: "File", Kind: page.FileField, Needed: true},
			{Name: "population", Label: "Population", Kind: page.ChoiceField, Choices: words(names...)},
			{Name: "source", Label: "System that it is from", Needed: true}, {Name: "query", Label: "Query, report or request that made it", Needed: true, Wide: true},
			{Name: "from", Label: "First day that it covers", Kind: page.DayField, Needed: true}, {Name: "to", Label: "Last day", Kind: page.DayField, Needed: true},
			{Name: "coverage", Label: "It holds", Kind: page.ChoiceField, Choices: []page.Word{{Value: string(audit.Full), Text: "everything of the window"}, {Value: string(audit.FailuresOnly), Text: "failures only"}, {Value: string(audit.Partial), Text: "a sample"}}},
			{Name: "taken_at", Label: "When it was taken", Value: b.Now().UTC().Format(time.RFC3339), Needed: true},
		},
	})
	return b.show(c, l.Write())
}

// receiveDrop takes a file in, and keeps nothing of it.
func (b *bench) receiveDrop(c *call) error {
	dir, done, err := confine.Scratch(b.Scratch)
	if err != nil {
		return err
	}
	x, err := b.taken(c, dir)
	if err != nil {
		done()
		return b.acted(c, "", "", err, b.bring)
	}
	x.done = done
	b.drops.put(x, b.Now())
	http.Redirect(c.w, c.r, path("import", x.id), http.StatusSeeOther)
	return nil
}

func (b *bench) taken(c *call, dir string) (*drop, error) {
	file, err := receive(c.r, dir)
	if err != nil {
		return nil, err
	}
	f := c.r.PostForm
	x := &drop{id: newToken()[:20], person: c.person, file: file, until: b.Now().Add(dropAge)}
	x.dataset = audit.Dataset{
		Population: f.Get("population"), Source: strings.TrimSpace(f.Get("source")), Query: strings.TrimSpace(f.Get("query")), Coverage: audit.Coverage(f.Get("coverage")), TakenAt: f.Get("taken_at"),
		Window: audit.Period{From: audit.Date(f.Get("from")), To: audit.Date(f.Get("to"))}, Columns: map[string]string{},
	}
	schema, known := b.Catalog.Populations[x.dataset.Population]
	if file == "" || !known {
		return nil, errors.New("choose a file and a population")
	}
	if x.dataset.Format = strings.TrimPrefix(strings.ToLower(filepath.Ext(file)), "."); x.dataset.Format == "jsonl" {
		x.dataset.Format = "ndjson"
	}
	if x.columns, err = columnsIn(file, x.dataset.Format); err != nil {
		return nil, err
	}
	described, err := c.scope(c.r.Context())
	if err != nil {
		return nil, err
	}
	x.dataset.Code = x.dataset.Population
	for _, d := range described.Datasets {
		if d.Population == x.dataset.Population {
			x.dataset.Code = d.Code
		}
	}
	for _, k := range schema.Columns {
		x.dataset.Columns[k.Name] = likeliest(k.Name, x.columns)
	}
	return x, nil
}

// columnsIn are the names of a file's columns, from its first line.
func columnsIn(file, format string) ([]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := bufio.NewReader(io.LimitReader(f, 1<<20))
	switch format {
	case "csv":
		if mark, err := in.Peek(3); err == nil && string(mark) == "\xef\xbb\xbf" {
			_, _ = in.Discard(3) // the peek has it
		}
		names, err := csv.NewReader(in).Read()
		if err != nil {
			return nil, fmt.Errorf("%s has no line of column names: %w", filepath.Base(file), err)
		}
		return names, nil
	case "ndjson":
		var first map[string]json.RawMessage
		if err := json.NewDecoder(in).Decode(&first); err != nil {
			return nil, fmt.Errorf("%s does not begin with an object: %w", filepath.Base(file), err)
		}
		return slices.Sorted(maps.Keys(first)), nil
	}
	return nil, fmt.Errorf("%s is neither .csv nor .ndjson", filepath.Base(file))
}

// likeliest is the column of the file that is called as a canonical one is, but
// for capitals, blanks and hyphens.
func likeliest(name string, columns []string) string {
	plain := func(s string) string {
		return strings.Map(func(r rune) rune {
			if strings.ContainsRune(" _-.", r) {
				return -1
			}
			return r
		}, strings.ToLower(s))
	}
	for _, c := range columns {
		if plain(c) == plain(name) {
			return c
		}
	}
	return ""
}

// mapping is the page on which columns are mapped, with what would come of it.
func (b *bench) mapping(c *call) error {
	x := b.drops.of(c, b.Now())
	if x == nil {
		return errNoPage
	}
	got, sections, err := b.rehearse(c.r.Context(), x)
	d := page.Dropped{Outcome: page.Verdict{Tone: page.Bad, Status: "It cannot be read like this.", Reason: ""}}
	if err != nil {
		d.Outcome.Reason = err.Error()
	} else {
		d.Outcome = rehearsed(got)
	}
	d.Fault, d.Sections, d.May = c.fault, sections, err == nil && got.Rows > 0
	schema := b.Catalog.Populations[x.dataset.Population]
	if d.Frame, err = b.frame(c, filepath.Base(x.file)+" as "+x.dataset.Population, "populations", page.Link{Text: "Bring a file", Href: "/import"}); err != nil {
		return err
	}
	d.Lead = "Nothing of it is kept yet. A row of " + x.dataset.Population + " is " + schema.Grain + "."
	a := page.Act{Title: "Its columns", Action: path("import", x.id), Button: "Map them like this", Minor: true, Note: "The key is " + strings.Join(schema.Key, ", ") + "."}
	for _, k := range schema.Columns {
		choices := []page.Word{{Text: "not in the file"}}
		for _, name := range x.columns {
			choices = append(choices, page.Word{Value: name, Text: name})
		}
		a.Fields = append(a.Fields, page.Field{Name: "column-" + k.Name, Label: k.Name + " (" + k.Type + ")", Kind: page.ChoiceField, Choices: choices, Value: x.dataset.Columns[k.Name]})
	}
	d.Acts = []page.Act{a}
	d.Keep, d.Away = path("import", x.id, "keep"), path("import", x.id, "away")
	return b.show(c, d.Write())
}

func rehearsed(got query.Ingested) page.Verdict {
	v := page.Verdict{Tone: page.Good, Status: audit.Count(got.Rows) + " of " + audit.Plural(got.Received, "row") + " would be kept."}
	if got.Rejected > 0 {
		v.Tone, v.Reason = page.Warn, audit.Plural(got.Rejected, "row")+" would be rejected, kept with the reason and counted."
	}
	if len(got.Ignored) > 0 {
		v.Reason = strings.TrimSpace(v.Reason + " Not of the population, and left out: " + strings.Join(got.Ignored, ", ") + ".")
	}
	return v
}

// renamed are the columns that the file calls otherwise.
func (x *drop) renamed() map[string]string {
	out := map[string]string{}
	for name, in := range x.dataset.Columns {
		if in != "" && in != name {
			out[name] = in
		}
	}
	return out
}

// rehearse reads the file as it would be read, in a folder that goes away.
func (b *bench) rehearse(ctx context.Context, x *drop) (query.Ingested, []page.Section, error) {
	dir, done, err := confine.Scratch(b.Scratch)
	if err != nil {
		return query.Ingested{}, nil, err
	}
	defer done()
	got, err := b.Query.Ingest(ctx, dir, query.Intake{
		Schema: b.Catalog.Populations[x.dataset.Population], Format: x.dataset.Format, Columns: x.renamed(), Window: x.dataset.Window, Timezone: x.dataset.Timezone,
		Files: []query.Source{{Path: x.file, Name: filepath.Base(x.file)}},
	})
	if err != nil {
		return got, nil, err
	}
	facts := known(fact("First", said(got.First)), fact("Last", said(got.Last)), fact("Outside the window", audit.Plural(got.Outside, "row")))
	for _, name := range slices.Sorted(maps.Keys(got.Totals)) {
		facts = append(facts, fact("Total of "+name, got.Totals[name]))
	}
	t, err := rejectTable(got)
	return got, []page.Section{{Title: "What would be rejected", Table: &t}, {Title: "What would be kept", Facts: facts}}, err
}

// shownRejects is how many rejects a preview shows.
const shownRejects = 50

func rejectTable(got query.Ingested) (page.Table, error) {
	t := page.Table{
		Caption: "Rows that would be rejected, the first of them", Columns: []page.Column{{Name: "Row", Num: true}, {Name: "Why", Wide: true}, {Name: "As it stands in the file", Wide: true}},
		Empty: page.Empty{Title: "No row would be rejected", Text: "All " + audit.Count(got.Received) + " that the file holds can be read exactly."},
	}
	if got.Rejects == "" {
		return t, nil
	}
	f, err := os.Open(got.Rejects)
	if err != nil {
		return t, err
	}
	defer f.Close()
	for in := json.NewDecoder(f); len(t.Rows) < shownRejects; {
		var r query.Reject
		if err := in.Decode(&r); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return t, err
		}
		t.Rows = append(t.Rows, page.Row{{Text: audit.Count(cmp.Or(r.Line, r.Record))}, {Text: r.Reason}, {Text: cmp.Or(r.Raw, "nothing"), Mono: true}})
	}
	t.Pager = page.Pager{From: min(1, int64(len(t.Rows))), To: int64(len(t.Rows)), Of: got.Rejected, Noun: "reject"}
	return t, nil
}

// remap takes another mapping and shows what would come of it.
func (b *bench) remap(c *call) error {
	x := b.drops.of(c, b.Now())
	if x == nil {
		return errNoPage
	}
	columns := map[string]string{}
	for _, k := range b.Catalog.Populations[x.dataset.Population].Columns {
		if name := c.r.PostFormValue("column-" + k.Name); slices.Contains(x.columns, name) {
			columns[k.Name] = name
		}
	}
	b.drops.mu.Lock()
	x.dataset.Columns = columns
	b.drops.mu.Unlock()
	http.Redirect(c.w, c.r, path("import", x.id), http.StatusSeeOther)
	return nil
}

// keepDrop records the file and its population, as the command line would.
func (b *bench) keepDrop(c *call) error {
	x := b.drops.of(c, b.Now())
	if x == nil {
		return errNoPage
	}
	d := x.dataset
	d.Columns = x.renamed()
	made, err := b.Work.Keep(c.r.Context(), c.person, d, x.file)
	if err == nil {
		b.drops.away(x)
	}
	return b.acted(c, path("populations", string(made.ID)), "kept", err, b.mapping)
}

// throwAway lets go of a file of which nothing is kept.
func (b *bench) throwAway(c *call) error {
	x := b.drops.of(c, b.Now())
	if x == nil {
		return errNoPage
	}
	b.drops.away(x)
	http.Redirect(c.w, c.r, "/import", http.StatusSeeOther)
	return nil
}
