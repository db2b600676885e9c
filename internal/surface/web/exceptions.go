package web

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/evaluation"
	"tickmark/internal/surface/web/page"
)

// flaggedList is the results that have exceptions.
func (b *bench) flaggedList(c *call) error {
	p, links, err := b.chosen(c)
	if err != nil {
		return err
	}
	l := page.Listing{Lead: "Items that a test flagged. Each is judged by the auditor: a failure of the control as described, or not.", Switch: links}
	if l.Frame, err = b.frame(c, "Exceptions", "exceptions"); err != nil {
		return err
	}
	l.Table = page.Table{
		Caption: "Results with exceptions",
		Columns: []page.Column{{Name: "Procedure"}, {Name: "Title", Wide: true}, {Name: "Tested", Num: true}, {Name: "Exceptions", Num: true}, {Name: "Open", Num: true}, {Name: "Deviations", Num: true}, {Name: "Kinds of reason", Num: true}, {Name: "Performed (UTC)"}},
		Empty:   page.Empty{Title: "No test flagged anything", Text: "Nothing is to be judged. What was tested, of how many, stands with each procedure.", Link: page.Link{Text: "Procedures", Href: "/procedures"}},
	}
	if p == nil {
		return b.show(c, l.Write())
	}
	all, err := b.flaggedIn(c.r.Context(), c.view, p.Code)
	if err != nil {
		return err
	}
	tests, err := c.tests(c.r.Context())
	if err != nil {
		return err
	}
	onlyOpen := c.r.URL.Query().Get("state") == stateOpen
	counts := map[string]int64{}
	for _, x := range all {
		if x.result.Exceptions == 0 {
			continue
		}
		if x.open > 0 {
			counts[stateOpen]++
		} else {
			counts["judged"]++
		}
		if state := c.r.URL.Query().Get("state"); onlyOpen && x.open == 0 || state == "judged" && x.open > 0 {
			continue
		}
		l.Table.Rows = append(l.Table.Rows, flaggedRow(x, tests[x.result.Procedure]))
	}
	l.Filters = []page.Filter{{Name: "State", Choices: choices(c, "state", "all", counts, nil)}}
	n := int64(len(l.Table.Rows))
	l.Table.Pager = page.Pager{From: 1, To: n, Of: n, Noun: "result"}
	return b.show(c, l.Write())
}

func flaggedRow(x flagged, test audit.Procedure) page.Row {
	var deviations int64
	for _, d := range x.judged {
		if d.Judgment == audit.IsDeviation {
			deviations++
		}
	}
	r := x.result
	open := page.Cell{Text: audit.Count(x.open)}
	if x.open > 0 {
		open = page.Cell{Text: audit.Count(x.open), Tone: page.Warn, Href: address(path("exceptions", r.Engagement, r.Procedure), "state", stateOpen)}
	}
	return page.Row{
		{Text: r.Procedure, Href: path("exceptions", r.Engagement, r.Procedure), Mono: true}, {Text: test.Title}, {Text: audit.Count(r.Tested)},
		{Text: audit.Count(r.Exceptions)}, open, {Text: audit.Count(deviations)}, {Text: strconv.Itoa(len(x.list.Groups))}, {Text: brief(r.At)},
	}
}

// asked is which exceptions a request wants to see.
type asked struct{ state, group string }

func askedFor(c *call) asked {
	return asked{c.r.FormValue("state"), c.r.FormValue("group")}
}

func (a asked) wants(x *flagged, row audit.ExceptionRow) bool {
	return (a.state == "" || a.state == x.state(row.Item)) && (a.group == "" || a.group == evaluation.Group(row))
}

// resultOf is the result that a request names.
func (b *bench) resultOf(c *call) (*flagged, error) {
	all, err := b.flaggedIn(c.r.Context(), c.view, c.r.PathValue("engagement"))
	for i := range all {
		if all[i].result.Procedure == c.r.PathValue("procedure") {
			return &all[i], nil
		}
	}
	if err == nil {
		err = errNoPage
	}
	return nil, err
}

// explorer shows the exceptions of one result, and lets the auditor judge them.
func (b *bench) explorer(c *call) error {
	x, err := b.resultOf(c)
	if err != nil {
		return err
	}
	p, err := b.explore(c, x)
	if err != nil {
		return err
	}
	if n := number(c.r.URL.Query().Get("done"), 0); n > 0 {
		p.Done = audit.Plural(n, "judgment") + " recorded, and the controls concluded again."
	}
	return b.show(c, p.Write())
}

func (b *bench) explore(c *call, x *flagged) (page.Exceptions, error) {
	ctx, r, want := c.r.Context(), x.result, askedFor(c)
	tests, err := c.tests(ctx)
	if err != nil {
		return page.Exceptions{}, err
	}
	p := page.Exceptions{Lead: tests[r.Procedure].Title, Action: path("exceptions", r.Engagement, r.Procedure), Hidden: map[string]string{"state": want.state, "group": want.group}}
	if p.Frame, err = b.frame(c, "Exceptions of "+r.Procedure, "exceptions", page.Link{Text: "Exceptions", Href: address("/exceptions", "engagement", r.Engagement)}); err != nil {
		return p, err
	}
	p.May = c.may(ctx, judge) == nil
	if !p.May {
		p.Why = "The service auditor judges exceptions. What management says of one belongs into its response."
	}
	states, groups := map[string]int64{}, map[string]int64{}
	err = x.each(ctx, b.Lists, func(row audit.ExceptionRow) error {
		state, group := x.state(row.Item), evaluation.Group(row)
		if want.group == "" || want.group == group {
			states[state]++
		}
		if want.state == "" || want.state == state {
			groups[group]++
		}
		if want.wants(x, row) {
			p.Match++
		}
		return nil
	})
	if err != nil {
		return p, err
	}
	p.Filters = []page.Filter{{Name: "State", Choices: choices(c, "state", "all", states, stateTone)}, {Name: "Reason", Choices: choices(c, "group", "all", groups, nil)}}
	p.Figures, p.Facts = exceptionFigures(x), resultFacts(r)
	p.Controls, err = b.compensating(c, r)
	if err != nil {
		return p, err
	}
	p.Table, err = b.exceptionTable(c, x, want, p.Match, p.May)
	return p, err
}

func stateTone(s string) page.Tone {
	switch audit.Judgment(s) {
	case audit.IsDeviation:
		return page.Bad
	case stateOpen:
		return page.Warn
	}
	return page.Good
}

func exceptionFigures(x *flagged) []page.Figure {
	r := x.result
	href := path("exceptions", r.Engagement, r.Procedure)
	return []page.Figure{
		{Value: audit.Count(r.Exceptions), Of: "of " + audit.Count(r.Tested) + " tested", Label: "exceptions", Href: href, Share: -1},
		{Value: audit.Count(x.open), Of: "of " + audit.Count(r.Exceptions), Label: "await judgment", Href: address(href, "state", stateOpen), Share: -1},
		{Value: audit.Count(r.Tested), Of: "of " + audit.Count(r.Population), Label: "items tested", Share: -1},
	}
}

func resultFacts(r audit.Result) []page.Fact {
	facts := []page.Fact{
		{Name: "Result", Value: page.Cell{Text: string(r.ID), Mono: true}},
		{Name: "Procedure", Value: page.Cell{Text: r.Procedure + ", version " + strconv.Itoa(r.Version), Href: path("procedures", r.Procedure)}},
		{Name: "Text of the test", Value: page.Cell{Text: "SHA-256 " + string(r.SQL), Mono: true}},
		{Name: "Performed", Value: page.Cell{Text: instant(r.At) + ", by " + r.Engine}},
	}
	if r.Why != "" {
		facts = append(facts, page.Fact{Name: "Why not all", Value: page.Cell{Text: r.Why}})
	}
	for _, in := range r.Inputs {
		facts = append(facts, page.Fact{Name: "Read", Value: page.Cell{Text: in.Name + ", " + audit.Plural(in.Rows, "row"), Note: "SHA-256 " + string(in.File)}})
	}
	return facts
}

// compensating are the controls in scope, any of which may have made up for a
// deviation.
func (b *bench) compensating(c *call, r audit.Result) ([]string, error) {
	p, err := b.programme(c.r.Context(), c.view, r.Engagement)
	if err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(p.scope)), nil
}

func (b *bench) exceptionTable(c *call, x *flagged, want asked, of int64, may bool) (page.Table, error) {
	from, to, pager := window(c, of, "exception")
	pager.Export = address(path("exceptions", x.result.Engagement, x.result.Procedure, "csv"), "state", want.state, "group", want.group)
	t := page.Table{
		Caption: "Exceptions by item", Pager: pager,
		Empty: page.Empty{Title: "No exception is like that", Text: "Take a filter away.", Link: page.Link{Text: "All exceptions of this test", Href: path("exceptions", x.result.Engagement, x.result.Procedure)}},
	}
	var rows []audit.ExceptionRow
	n := int64(0)
	err := x.each(c.r.Context(), b.Lists, func(row audit.ExceptionRow) error {
		if want.wants(x, row) {
			if n >= from && n < to {
				rows = append(rows, row)
			}
			n++
		}
		return nil
	})
	if may {
		t.Columns = append(t.Columns, page.Column{})
	}
	own := columnsOf(rows)
	t.Columns = append(t.Columns, page.Column{Name: "Item"}, page.Column{Name: "Reason", Wide: true}, page.Column{Name: "Judged"})
	for _, name := range own {
		t.Columns = append(t.Columns, page.Column{Name: name})
	}
	for _, row := range rows {
		t.Rows = append(t.Rows, exceptionRow(x, row, own, may))
	}
	return t, err
}

func columnsOf(rows []audit.ExceptionRow) []string {
	seen := map[string]bool{}
	for _, r := range rows {
		for name := range r.Columns {
			seen[name] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

func exceptionRow(x *flagged, row audit.ExceptionRow, own []string, may bool) page.Row {
	var cells page.Row
	if may {
		cells = append(cells, page.Cell{Pick: row.Item, Label: "Choose " + row.Item})
	}
	state := x.state(row.Item)
	judged := page.Cell{Text: state, Tone: stateTone(state)}
	if d, ok := x.judged[row.Item]; ok {
		judged.Note = d.Reason + " (" + d.Whose() + ", " + day(string(d.On)) + ")"
	} else if a, ok := x.assigned[row.Item]; ok {
		judged.Note = "with " + a.To
	} else if a, ok := x.assigned[""]; ok {
		judged.Note = "with " + a.To
	}
	cells = append(cells, page.Cell{Text: row.Item, Mono: true}, page.Cell{Text: row.Reason}, judged)
	for _, name := range own {
		cells = append(cells, page.Cell{Text: row.Columns[name]})
	}
	return cells
}

// dispose records the auditor's judgment of the chosen exceptions, or of all
// that the filter leaves.
func (b *bench) dispose(c *call) error {
	if err := c.r.ParseForm(); err != nil {
		return problem{http.StatusBadRequest, "This form could not be read", err.Error()}
	}
	x, err := b.resultOf(c)
	if err != nil {
		return err
	}
	items := c.r.PostForm["item"]
	if c.r.PostFormValue("which") == "match" {
		if items, err = b.matching(c, x); err != nil {
			return err
		}
	}
	all := make([]audit.Disposition, len(items))
	for i, item := range items {
		all[i] = audit.Disposition{
			Engagement: x.result.Engagement, Procedure: x.result.Procedure, Item: item, Judgment: audit.Judgment(c.r.PostFormValue("judgment")),
			Reason: strings.TrimSpace(c.r.PostFormValue("reason")), Of: c.r.PostFormValue("of"), Compensating: c.r.PostFormValue("compensating"),
		}
	}
	n := 0
	fault := "Choose at least one exception."
	if len(all) > 0 {
		if n, err = b.Work.Dispose(c.r.Context(), c.person, all); err == nil {
			done := address(path("exceptions", x.result.Engagement, x.result.Procedure), "state", c.r.PostFormValue("state"), "group", c.r.PostFormValue("group"), "done", strconv.Itoa(n))
			http.Redirect(c.w, c.r, done, http.StatusSeeOther)
			return nil
		}
		fault = err.Error()
	}
	p, err := b.explore(c, x)
	if err != nil {
		return err
	}
	p.Fault, p.Reason, p.Judgment = fault, c.r.PostFormValue("reason"), c.r.PostFormValue("judgment")
	b.write(c.w, c.r, http.StatusUnprocessableEntity, p.Write())
	return nil
}

func (b *bench) matching(c *call, x *flagged) ([]string, error) {
	want := askedFor(c)
	var items []string
	err := x.each(c.r.Context(), b.Lists, func(row audit.ExceptionRow) error {
		if want.wants(x, row) {
			items = append(items, row.Item)
		}
		return nil
	})
	return items, err
}
