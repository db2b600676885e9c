package web

import (
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/pipeline"
	"tickmark/internal/surface/web/page"
)

var nothingCollected = page.Empty{
	Title:   "Nothing is collected yet",
	Text:    "Evidence comes from files that the folder’s manifest names, or from source systems that a connection asks. Name some, then run.",
	Command: "tickmark --dir DIR run",
}

// completeness is whether a population can support “N of N”.
func completeness(p audit.Population) page.Cell {
	if why := p.Complete(); why != "" {
		return page.Cell{Text: "not complete", Tone: page.Warn, Note: why}
	}
	if p.Agrees == audit.NotStated {
		return page.Cell{Text: "complete as far as stated", Tone: page.Quiet, Note: "its source gave no totals"}
	}
	return page.Cell{Text: "complete", Tone: page.Good, Note: "agrees with the source’s totals"}
}

func (b *bench) populations(c *call) error {
	all, err := c.evidence(c.r.Context())
	if err != nil {
		return err
	}
	l := page.Listing{Lead: "What was collected: whole populations with what proves that they are all there."}
	if l.Frame, err = b.frame(c, "Populations", "populations"); err != nil {
		return err
	}
	if c.holds(authority.DutyCollect) {
		l.Downloads = []page.Link{{Text: "Bring a file", Href: "/import", Page: true}}
	}
	q, wanted := c.r.URL.Query().Get("q"), c.r.URL.Query().Get("complete")
	l.Search = &page.Search{Action: "/populations", Value: q, Hint: "Name, source or dataset", Keep: keep(c, "complete")}
	counts, collected := map[string]int64{}, map[string]int64{}
	for _, p := range all {
		collected[p.Name+"\x00"+p.Dataset+"\x00"+p.Connection]++
	}
	var found []audit.Population
	for _, p := range newestOf(all) {
		if !matches(q, p.Name, p.Source, p.Dataset, p.Connection) {
			continue
		}
		is := "yes"
		if p.Complete() != "" {
			is = "no"
		}
		if counts[is]++; wanted == "" || wanted == is {
			found = append(found, p)
		}
	}
	l.Filters = []page.Filter{{Name: "Complete", Choices: choices(c, "complete", "all", counts, nil)}}
	from, to, pager := window(c, int64(len(found)), "population")
	l.Table = page.Table{
		Caption: "The newest of each population and source", Pager: pager, Empty: nothingCollected,
		Columns: []page.Column{{Name: "Population"}, {Name: "From", Wide: true}, {Name: "Window"}, {Name: "Rows", Num: true}, {Name: "Rejected", Num: true}, {Name: "Completeness"}, {Name: "Collected", Num: true}, {Name: "Taken (UTC)"}},
	}
	for _, p := range found[from:to] {
		l.Table.Rows = append(l.Table.Rows, page.Row{
			{Text: p.Name, Href: path("populations", string(p.ID)), Mono: true}, {Text: p.Source}, {Text: speaksOf(p)},
			{Text: audit.Count(p.Rows), Href: path("populations", string(p.ID), "rows")}, rejectCount(p), completeness(p),
			{Text: times(collected[p.Name+"\x00"+p.Dataset+"\x00"+p.Connection])}, {Text: briefly(p.TakenAt)},
		})
	}
	return b.show(c, l.Write())
}

func times(n int64) string {
	if n == 1 {
		return "once"
	}
	return audit.Count(n) + " times"
}

// speaksOf is the days that a population speaks of.
func speaksOf(p audit.Population) string {
	if p.Observed != "" {
		return "as of " + said(p.Observed)
	}
	return period(p.Window)
}

func rejectCount(p audit.Population) page.Cell {
	if p.Rejected == 0 {
		return page.Cell{Text: "0"}
	}
	return page.Cell{Text: audit.Count(p.Rejected), Href: path("populations", string(p.ID), "rejects"), Tone: page.Warn}
}

// populationOf is the population that a request names, with its siblings: those
// of the same name and source, the newest first.
func (b *bench) populationOf(c *call) (audit.Population, []audit.Population, error) {
	all, err := c.evidence(c.r.Context())
	if err != nil {
		return audit.Population{}, nil, err
	}
	i := slices.IndexFunc(all, func(p audit.Population) bool { return string(p.ID) == c.r.PathValue("id") })
	if i < 0 {
		return audit.Population{}, nil, errNoPage
	}
	p := all[i]
	same := slices.DeleteFunc(slices.Clone(all), func(x audit.Population) bool {
		return x.Name != p.Name || x.Dataset != p.Dataset || x.Connection != p.Connection
	})
	slices.Reverse(same)
	return p, same, nil
}

func (b *bench) population(c *call) error {
	p, same, err := b.populationOf(c)
	if err != nil {
		return err
	}
	schema := b.Catalog.Populations[p.Name]
	whole := completeness(p)
	x := page.Population{Done: recorded[c.r.URL.Query().Get("done")], Grain: schema.Grain, Tone: whole.Tone, Status: strings.ToUpper(whole.Text[:1]) + whole.Text[1:] + ": " + whole.Note, RowsHref: path("populations", string(p.ID), "rows") + "?size=20"}
	if x.Frame, err = b.frame(c, p.Name, "populations", page.Link{Text: "Populations", Href: "/populations"}); err != nil {
		return err
	}
	if p.Rejected > 0 {
		x.Rejects = page.Link{Text: audit.Plural(p.Rejected, "rejected row"), Href: path("populations", string(p.ID), "rejects")}
	}
	x.Figures = populationFigures(p)
	x.Facts = provenance(p)
	x.Totals, x.Columns = totalTable(p, schema), columnTable(schema)
	if x.Tests, err = b.readers(c, p.Name); err != nil {
		return err
	}
	from, to, pager := window(c, int64(len(same)), "collection")
	x.Others = collectedTable(same[from:to], pager)
	f, err := c.scope(c.r.Context())
	if err != nil {
		return err
	}
	if len(f.Engagements) > 0 {
		e, _, err := b.chosen(c)
		if err != nil {
			return err
		}
		if x.Life, err = b.life(c, e, nil, []string{p.Name}); err != nil {
			return err
		}
	}
	return b.show(c, x.Write())
}

func populationFigures(p audit.Population) []page.Figure {
	gap := audit.Plural(p.GapDays, "day")
	if p.Observed != "" {
		gap = "a snapshot"
	}
	return []page.Figure{
		{Value: audit.Count(p.Rows), Of: "of " + audit.Count(p.Received) + " received", Label: "rows kept", Href: path("populations", string(p.ID), "rows"), Share: -1},
		{Value: audit.Count(p.Rejected), Of: "of " + audit.Count(p.Received) + " received", Label: "rows rejected", Href: path("populations", string(p.ID), "rejects"), Share: -1},
		{Value: audit.Count(p.OutOfTime), Of: "of " + audit.Count(p.Rows), Label: "rows outside the window", Share: -1},
		{Value: gap, Label: "longest time without a row", Share: -1},
	}
}

func provenance(p audit.Population) []page.Fact {
	facts := []page.Fact{
		{Name: "Source", Value: page.Cell{Text: p.Source}},
		{Name: "Asked by", Value: page.Cell{Text: p.Query, Mono: true}},
		{Name: "Window", Value: page.Cell{Text: speaksOf(p)}},
		{Name: "Coverage", Value: page.Cell{Text: string(p.Coverage)}},
		{Name: "Taken", Value: page.Cell{Text: said(p.TakenAt)}},
		{Name: "Recorded", Value: page.Cell{Text: instant(p.At)}},
	}
	if p.First != "" {
		facts = append(facts, page.Fact{Name: "First and last row", Value: page.Cell{Text: p.First + " to " + p.Last}})
	}
	if p.Connection != "" {
		facts = append(facts, page.Fact{Name: "Connection", Value: page.Cell{Text: p.Connection, Href: address("/collections", "connection", p.Connection)}})
	}
	for _, f := range p.Raw {
		facts = append(facts, page.Fact{Name: "File as received", Value: page.Cell{Text: f.Name, Note: audit.Count(f.Size) + " bytes, SHA-256 " + string(f.Digest)}})
	}
	return append(facts, page.Fact{Name: "Rows as kept", Value: page.Cell{Text: "Parquet, SHA-256 " + string(p.File), Mono: true}})
}

func totalTable(p audit.Population, s audit.Schema) page.Table {
	t := page.Table{
		Caption: "Sums of the kept rows; the source’s own totals: " + p.Agrees,
		Columns: []page.Column{{Name: "Column", Wide: true}, {Name: "Sum", Num: true}},
		Empty:   page.Empty{Title: "No control totals", Text: "A " + s.Title + " population has no column whose sum means something. Its rows are counted."},
	}
	for _, name := range s.Totals {
		if sum, ok := p.Totals[name]; ok {
			t.Rows = append(t.Rows, page.Row{{Text: name, Mono: true}, {Text: sum}})
		}
	}
	return t
}

func columnTable(s audit.Schema) page.Table {
	t := page.Table{Caption: "What a row holds; its key is " + strings.Join(s.Key, ", "), Columns: []page.Column{{Name: "Column"}, {Name: "Type"}, {Name: "Required"}, {Name: "Meaning", Wide: true}}}
	for _, c := range s.Columns {
		required := "may be absent"
		if c.Required {
			required = "required"
		}
		t.Rows = append(t.Rows, page.Row{{Text: c.Name, Mono: true}, {Text: c.Type, Mono: true}, {Text: required}, {Text: c.Meaning, Note: strings.Join(c.Values, ", ")}})
	}
	n := int64(len(t.Rows))
	t.Pager = page.Pager{From: 1, To: n, Of: n, Noun: "column"}
	return t
}

func collectedTable(all []audit.Population, pager page.Pager) page.Table {
	t := page.Table{
		Caption: "Every collection of it, the newest first", Pager: pager,
		Columns: []page.Column{{Name: "Taken (UTC)"}, {Name: "Window"}, {Name: "Rows", Num: true}, {Name: "Added", Num: true}, {Name: "Removed", Num: true}, {Name: "Changed", Num: true}, {Name: "Completeness", Wide: true}},
	}
	for _, p := range all {
		row := page.Row{{Text: briefly(p.TakenAt), Href: path("populations", string(p.ID))}, {Text: speaksOf(p)}, {Text: audit.Count(p.Rows)}, {}, {}, {}, completeness(p)}
		if ch := p.Changes; ch != nil {
			row[3].Text, row[4].Text, row[5].Text = audit.Count(ch.Added), audit.Count(ch.Removed), audit.Count(ch.Changed)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// collections are the runs of connections.
func (b *bench) collections(c *call) error {
	runs, err := c.runs(c.r.Context())
	if err != nil {
		return err
	}
	l := page.Listing{Lead: "Each is one run of one connection: what was asked, what came, and why it is or is not all there."}
	if l.Frame, err = b.frame(c, "Collections", "collections"); err != nil {
		return err
	}
	wanted := c.r.URL.Query().Get("connection")
	counts := map[string]int64{}
	var found []audit.Collection
	for _, r := range runs {
		if counts[r.Connection]++; wanted == "" || wanted == r.Connection {
			found = append(found, r)
		}
	}
	slices.SortStableFunc(found, func(x, y audit.Collection) int { return strings.Compare(y.Started, x.Started) })
	if len(counts) > 0 {
		l.Filters = []page.Filter{{Name: "Connection", Choices: choices(c, "connection", "all", counts, nil)}}
	}
	from, to, pager := window(c, int64(len(found)), "collection")
	l.Table = page.Table{
		Caption: "Collections, the newest first", Pager: pager,
		Columns: []page.Column{{Name: "Started (UTC)"}, {Name: "Connection"}, {Name: "Window"}, {Name: "Requests", Num: true}, {Name: "Pages", Num: true}, {Name: "Records", Num: true}, {Name: "Is it all there?", Wide: true}},
		Empty:   page.Empty{Title: "No connection collected anything yet", Text: "Describe a connection to a source system in connections.yaml, give it its secret, and collect.", Command: "tickmark --dir DIR collect CONNECTION"},
	}
	for _, r := range found[from:to] {
		l.Table.Rows = append(l.Table.Rows, collectionRow(r))
	}
	return b.show(c, l.Write())
}

func collectionRow(r audit.Collection) page.Row {
	var pages, records int64
	for _, a := range r.Requests {
		pages, records = pages+a.Pages, records+a.Records
	}
	state := page.Cell{Text: "complete", Tone: page.Good}
	if !r.Complete {
		state = page.Cell{Text: "incomplete", Tone: page.Warn, Note: r.Why}
	}
	return page.Row{
		{Text: briefly(r.Started)}, {Text: r.Connection, Href: address("/collections", "connection", r.Connection), Mono: true}, {Text: period(r.Window)},
		{Text: strconv.Itoa(len(r.Requests))}, {Text: audit.Count(pages)}, {Text: audit.Count(records)}, state,
	}
}

// connections are the accounts at source systems, and whether they still answer.
func (b *bench) connections(c *call) error {
	all, err := b.health(c.r.Context(), c.view)
	if err != nil {
		return err
	}
	l := page.Listing{Lead: "Accounts at source systems, when each is asked, and since when it says nothing."}
	if l.Frame, err = b.frame(c, "Connections", "connections"); err != nil {
		return err
	}
	from, to, pager := window(c, int64(len(all)), "connection")
	l.Table = page.Table{
		Caption: "Connections as described", Pager: pager,
		Columns: []page.Column{{Name: "Connection"}, {Name: "Source"}, {Name: "Account", Wide: true}, {Name: "Schedule"}, {Name: "Health"}, {Name: "Collections", Num: true}, {Name: "Last complete (UTC)"}, {Name: "Next (UTC)"}},
		Empty:   page.Empty{Title: "No connection is described", Text: "Files in the folder are enough to begin with. A connection asks a source system by itself, on a schedule, and proves what came.", Command: "tickmark source list"},
	}
	for _, h := range all[from:to] {
		next := ""
		if at, err := pipeline.Next(h.Connection, b.Now()); err == nil && !at.IsZero() && !h.off && !h.Paused {
			next = brief(at)
		}
		l.Table.Rows = append(l.Table.Rows, page.Row{
			{Text: h.Code, Href: address("/collections", "connection", h.Code), Mono: true}, {Text: h.Source}, {Text: h.Account}, {Text: h.Schedule, Mono: true},
			h.says(), {Text: strconv.Itoa(len(h.runs))}, {Text: briefly(h.quiet.Since)}, {Text: next},
		})
	}
	return b.show(c, l.Write())
}

func (h health) says() page.Cell {
	switch {
	case h.off:
		return page.Cell{Text: "switched off", Tone: page.Off}
	case h.Paused:
		return page.Cell{Text: "paused", Tone: page.Off}
	case h.silent:
		return page.Cell{Text: "silent", Tone: page.Bad, Note: "at most " + audit.Plural(h.quiet.Hours, "hour") + " are allowed"}
	case len(h.runs) == 0:
		return page.Cell{Text: "never collected", Tone: page.Quiet}
	case !h.runs[len(h.runs)-1].Complete:
		return page.Cell{Text: "last one incomplete", Tone: page.Warn}
	}
	return page.Cell{Text: "answers", Tone: page.Good}
}
