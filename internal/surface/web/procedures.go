package web

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/surface/web/page"
)

// procedures are the tests of the catalog and of the organization.
func (b *bench) procedures(c *call) error {
	go func() { _, _ = b.cases.get(shippedCases) }() // whoever looks at one next finds them read; a failure is that page's
	tests, err := c.tests(c.r.Context())
	if err != nil {
		return err
	}
	results, err := c.tested(c.r.Context())
	if err != nil {
		return err
	}
	newest := map[string]audit.Result{}
	for _, r := range results {
		if r.At.After(newest[r.Procedure].At) {
			newest[r.Procedure] = r
		}
	}
	l := page.Listing{Lead: "Tests of controls, each one text of SQL that gives every item of a population its verdict."}
	if l.Frame, err = b.frame(c, "Procedures", "procedures"); err != nil {
		return err
	}
	q, wanted := c.r.URL.Query().Get("q"), c.r.URL.Query().Get("last")
	l.Search = &page.Search{Action: "/procedures", Value: q, Hint: "Id, title, population or criterion", Keep: keep(c, "last")}
	counts := map[string]int64{}
	var found []audit.Procedure
	for _, id := range slices.Sorted(maps.Keys(tests)) {
		x := tests[id]
		if !matches(q, x.ID, x.Title, x.Purpose, strings.Join(x.Populations, " "), strings.Join(x.Criteria, " ")) {
			continue
		}
		last := lastWord(newest[id])
		if counts[last]++; wanted == "" || wanted == last {
			found = append(found, x)
		}
	}
	l.Filters = []page.Filter{{Name: "Last result", Choices: choices(c, "last", "all", counts, func(s string) page.Tone { return resultTone(audit.Status(s)) })}}
	slices.SortStableFunc(found, func(x, y audit.Procedure) int { return performedFirst(newest[x.ID], newest[y.ID]) })
	return b.procedureTable(c, l, found, newest)
}

func lastWord(r audit.Result) string { return cmp.Or(string(r.Status), "not performed") }

// performedFirst puts what was performed before what was not.
func performedFirst(x, y audit.Result) int {
	if x.At.IsZero() != y.At.IsZero() {
		if x.At.IsZero() {
			return 1
		}
		return -1
	}
	return 0
}

func (b *bench) procedureTable(c *call, l page.Listing, found []audit.Procedure, newest map[string]audit.Result) error {
	from, to, pager := window(c, int64(len(found)), "procedure")
	l.Table = page.Table{
		Caption: "Procedures, those that were performed first", Pager: pager,
		Columns: []page.Column{{Name: "Procedure"}, {Name: "Title", Wide: true}, {Name: "Tests"}, {Name: "Nature"}, {Name: "Last result"}, {Name: "Tested", Num: true}, {Name: "Exceptions", Num: true}, {Name: "Performed (UTC)"}},
		Empty:   page.Empty{Title: "No procedure is like that", Text: "Take a filter away, or write one of your own: one SELECT with its purpose and its cases.", Link: page.Link{Text: "All procedures", Href: "/procedures"}},
	}
	for _, x := range found[from:to] {
		r := newest[x.ID]
		row := page.Row{
			{Text: x.ID, Href: path("procedures", x.ID), Mono: true}, {Text: x.Title}, {Text: x.Tests, Mono: true}, {Text: string(x.Nature)},
			{Text: lastWord(r), Tone: resultTone(r.Status)}, {}, {}, {},
		}
		if !r.At.IsZero() {
			row[5].Text, row[6], row[7].Text = audit.Count(r.Tested), explorerLink(r), brief(r.At)
		}
		l.Table.Rows = append(l.Table.Rows, row)
	}
	return b.show(c, l.Write())
}

// readers are the procedures that read a population.
func (b *bench) readers(c *call, population string) (page.Table, error) {
	tests, err := c.tests(c.r.Context())
	t := page.Table{
		Caption: "Procedures that read " + population,
		Columns: []page.Column{{Name: "Procedure"}, {Name: "Title", Wide: true}, {Name: "Tests its items"}},
		Empty:   page.Empty{Title: "No procedure reads it", Text: "Write one of your own over it: one SELECT with its purpose and its cases."},
	}
	for _, id := range slices.Sorted(maps.Keys(tests)) {
		x := tests[id]
		if !slices.Contains(x.Populations, population) {
			continue
		}
		items := "no"
		if x.Tests == population {
			items = "yes"
		}
		t.Rows = append(t.Rows, page.Row{{Text: id, Href: path("procedures", id), Mono: true}, {Text: x.Title}, {Text: items}})
	}
	n := int64(len(t.Rows))
	t.Pager = page.Pager{From: 1, To: n, Of: n, Noun: "procedure"}
	return t, err
}

func (b *bench) procedure(c *call) error {
	tests, err := c.tests(c.r.Context())
	if err != nil {
		return err
	}
	x, ok := tests[c.r.PathValue("id")]
	if !ok {
		return errNoPage
	}
	p := page.Procedure{ID: x.ID, Purpose: x.Purpose, Limits: x.Limits, Facts: procedureFacts(x)}
	header, sql := headed(x.SQL)
	p.Header, p.SQL = header, page.Highlight(sql)
	if p.Frame, err = b.frame(c, x.Title, "procedures", page.Link{Text: "Procedures", Href: "/procedures"}); err != nil {
		return err
	}
	if p.Results, err = b.resultsOf(c, x.ID); err != nil {
		return err
	}
	if p.Inputs, err = b.inputs(c, x); err != nil {
		return err
	}
	p.Params = page.Table{Caption: "Parameters", Columns: []page.Column{{Name: "Name"}, {Name: "Type"}, {Name: "Default", Num: true}, {Name: "Meaning", Wide: true}}}
	for _, q := range x.Parameters {
		p.Params.Rows = append(p.Params.Rows, page.Row{{Text: "$" + q.Name, Mono: true}, {Text: q.Type}, {Text: q.Default}, {Text: q.Meaning}})
	}
	if p.Controls, err = b.testedControls(c, x.ID); err != nil {
		return err
	}
	if err := b.ownCases(c, x.ID, &p); err != nil {
		return err
	}
	f, err := c.scope(c.r.Context())
	if err != nil {
		return err
	}
	p.Acts, p.Done = b.performActs(c, x.ID, f.Folder), recorded[c.r.URL.Query().Get("done")]
	return b.show(c, p.Write())
}

// headed parts a procedure's file into its header and its SQL.
func headed(text string) (header, sql string) {
	text = strings.TrimSpace(text)
	if inside, ok := strings.CutPrefix(text, "/*"); ok {
		if header, sql, ok = strings.Cut(inside, "*/"); ok {
			return strings.TrimSpace(header), strings.TrimSpace(sql)
		}
	}
	return "", text
}

func procedureFacts(x audit.Procedure) []page.Fact {
	facts := []page.Fact{
		{Name: "Nature", Value: page.Cell{Text: string(x.Nature)}}, {Name: "Version", Value: page.Cell{Text: strconv.Itoa(x.Version)}},
		{Name: "Tests the items of", Value: page.Cell{Text: x.Tests, Mono: true}},
	}
	if len(x.Criteria) > 0 {
		facts = append(facts, page.Fact{Name: "Speaks to criteria", Value: page.Cell{Text: strings.Join(x.Criteria, ", ")}})
	}
	if len(x.Objectives) > 0 {
		facts = append(facts, page.Fact{Name: "Speaks to objectives", Value: page.Cell{Text: strings.Join(x.Objectives, ", ")}})
	}
	return facts
}

func (b *bench) resultsOf(c *call, id string) (page.Table, error) {
	t := page.Table{
		Caption: "The newest result in each engagement",
		Columns: []page.Column{{Name: "Engagement"}, {Name: "Result"}, {Name: "Tested", Num: true}, {Name: "Of", Num: true}, {Name: "Exceptions", Num: true}, {Name: "Open", Num: true}, {Name: "Why not all", Wide: true}, {Name: "Performed (UTC)"}},
		Empty:   page.Empty{Title: "It was not performed yet", Text: "Name it in a control that is in scope of an engagement, and run.", Command: "tickmark --dir DIR run"},
	}
	all, err := b.flaggedIn(c.r.Context(), c.view, "")
	for _, x := range all {
		r := x.result
		if r.Procedure == id {
			t.Rows = append(t.Rows, page.Row{
				{Text: r.Engagement, Href: path("engagements", r.Engagement), Mono: true}, {Text: string(r.Status), Tone: resultTone(r.Status)},
				{Text: audit.Count(r.Tested)}, {Text: audit.Count(r.Population)}, explorerLink(r), {Text: audit.Count(x.open)}, {Text: r.Why}, {Text: brief(r.At)},
			})
		}
	}
	return t, err
}

func (b *bench) inputs(c *call, x audit.Procedure) (page.Table, error) {
	t := page.Table{Caption: "Populations that it reads", Columns: []page.Column{{Name: "Population"}, {Name: "A row is", Wide: true}, {Name: "Collected"}, {Name: "Rows", Num: true}}}
	have, err := c.evidence(c.r.Context())
	newest := newestOf(have)
	for _, name := range x.Populations {
		found := false
		for _, p := range newest {
			if p.Name == name {
				found = true
				t.Rows = append(t.Rows, page.Row{{Text: name, Href: path("populations", string(p.ID)), Mono: true}, {Text: b.Catalog.Populations[name].Grain}, completeness(p), {Text: audit.Count(p.Rows)}})
			}
		}
		if !found {
			t.Rows = append(t.Rows, page.Row{{Text: name, Mono: true}, {Text: b.Catalog.Populations[name].Grain}, {Text: "not collected", Tone: page.Quiet}, {}})
		}
	}
	return t, err
}

func (b *bench) testedControls(c *call, id string) (page.Table, error) {
	t := page.Table{
		Caption: "Controls that name " + id, Columns: []page.Column{{Name: "Control"}, {Name: "Title", Wide: true}, {Name: "Owner"}},
		Empty: page.Empty{Title: "No control names it", Text: "Add its id to the procedures of a control that it tests, and apply the folder."},
	}
	f, err := c.scope(c.r.Context())
	for _, x := range f.Controls {
		if slices.Contains(x.Procedures, id) {
			t.Rows = append(t.Rows, page.Row{{Text: x.Code, Href: path("controls", x.Code), Mono: true}, {Text: x.Title}, {Text: x.Owner}})
		}
	}
	return t, err
}

// ownCases are a procedure's cases: the catalog's are read when somebody looks
// at the first of them.
func (b *bench) ownCases(c *call, id string, p *page.Procedure) error {
	f, err := c.scope(c.r.Context())
	if err != nil {
		return err
	}
	p.CaseNote = "It has no cases."
	var cases []audit.Case
	for _, own := range f.Procedures {
		if own.Name == id && own.Cases != "" {
			if cases, err = catalog.ParseCases(own.Name+".cases.yaml", []byte(own.Cases)); err != nil {
				return err
			}
		}
	}
	if _, shipped := b.Catalog.Procedures[id]; shipped {
		all, err := b.cases.get(shippedCases)
		if err != nil {
			return err
		}
		cases = all[id]
	}
	for _, x := range cases {
		p.Cases = append(p.Cases, page.Case{
			Name: x.Name, Shows: strings.Join(x.Shows, ", "),
			Says: audit.Count(x.Tested) + " tested, " + audit.Plural(int64(len(x.Exceptions)), "exception") + " expected",
		})
	}
	return nil
}

func shippedCases() (map[string][]audit.Case, error) {
	c, err := catalog.LoadWithCases()
	if err != nil {
		return nil, err
	}
	all := map[string][]audit.Case{}
	for id, p := range c.Procedures {
		all[id] = p.Cases
	}
	return all, nil
}
