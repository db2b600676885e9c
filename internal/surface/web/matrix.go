package web

import (
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/coverage"
	"tickmark/internal/surface/web/page"
)

var nothingDescribed = page.Empty{
	Title:   "Nothing is described yet",
	Text:    "Management describes its system, its controls and its engagements in a folder of text files. Write one, and apply it.",
	Command: "tickmark init myorg\ntickmark --dir myorg apply",
}

// matrix is the controls in scope against what the engagement is measured by.
func (b *bench) matrix(c *call) error {
	p, links, err := b.chosen(c)
	if err != nil {
		return err
	}
	m := page.Matrix{Switch: links, Empty: nothingDescribed}
	if m.Frame, err = b.frame(c, "Programme", "programme"); err != nil {
		return err
	}
	if p == nil {
		return b.show(c, m.Write())
	}
	one, many := rowsNoun(p.Engagement)
	m.Lead = "Which control serves which " + one + ", over " + period(p.Period) + ". A " + one + " in red has no control."
	m.Figures = p.figures()[:2]
	m.Groups, m.Heads = heads(p)
	controls, err := b.inScope(c, p)
	if err != nil {
		return err
	}
	from, to, pager := window(c, int64(len(controls)), "control")
	m.Pager = pager
	for _, x := range controls[from:to] {
		m.Rows = append(m.Rows, matrixRow(p, x))
	}
	m.Empty.Title, m.Empty.Text = "No control serves any of the "+many, "Name in each control the "+many+" that it serves, and apply the folder again."
	return b.show(c, m.Write())
}

func (b *bench) inScope(c *call, p *programme) ([]audit.Control, error) {
	f, err := c.scope(c.r.Context())
	return slices.DeleteFunc(slices.Clone(f.Controls), func(x audit.Control) bool { return !p.scope[x.Code] }), err
}

func heads(p *programme) (groups []page.ColumnGroup, out []page.MatrixHead) {
	for i, r := range p.rows {
		if n := len(groups); n > 0 && groups[n-1].Name == r.Group {
			groups[n-1].Span++
		} else {
			groups = append(groups, page.ColumnGroup{Name: r.Group, Span: 1})
		}
		out = append(out, page.MatrixHead{
			Code: r.Code, Text: r.Text, Href: address(path("criteria", r.Code), "engagement", p.Code), Controls: len(r.Controls),
			Last: i == len(p.rows)-1 || p.rows[i+1].Group != r.Group,
		})
	}
	return groups, out
}

func matrixRow(p *programme, x audit.Control) page.MatrixRow {
	s := p.standings[x.Code]
	row := page.MatrixRow{
		Code: x.Code, Title: x.Title, Href: controlHref(p, x.Code), Word: string(s.status), Tone: s.tone(), Serves: make([]bool, len(p.rows)),
	}
	mine := x.Criteria
	if p.Kind == audit.SOC1 {
		mine = x.Objectives
	}
	for i, r := range p.rows {
		row.Serves[i] = slices.Contains(mine, r.Code)
	}
	return row
}

func controlHref(p *programme, code string) string {
	return address(path("controls", code), "engagement", p.Code)
}

// criterion is a criterion or a control objective.
func (b *bench) criterion(c *call) error {
	code := c.r.PathValue("code")
	p, links, err := b.chosen(c)
	if err != nil {
		return err
	}
	if c.r.URL.Query().Get("engagement") == "" {
		if p, err = b.measuredBy(c, p, code); err != nil {
			return err
		}
	}
	i := -1
	if p != nil {
		i = slices.IndexFunc(p.rows, func(r coverage.Row) bool { return r.Code == code })
	}
	if i < 0 {
		return errNoPage
	}
	one, _ := rowsNoun(p.Engagement)
	x := page.Criterion{Kind: strings.ToUpper(one[:1]) + one[1:], Text: p.rows[i].Text}
	if x.Frame, err = b.frame(c, code, "programme", page.Link{Text: "Programme", Href: address("/programme", "engagement", p.Code)}); err != nil {
		return err
	}
	_ = links // another engagement is measured by other things
	x.Facts = b.criterionFacts(p, p.rows[i])
	x.Controls = controlTable(p, p.rows[i].Controls, code)
	x.Mappings = b.mappings(code)
	return b.show(c, x.Write())
}

// measuredBy is the engagement, the given one if it can be, that a criterion or
// an objective belongs to.
func (b *bench) measuredBy(c *call, p *programme, code string) (*programme, error) {
	f, err := c.scope(c.r.Context())
	if err != nil {
		return nil, err
	}
	has := func(p *programme) bool {
		return p != nil && slices.ContainsFunc(p.rows, func(r coverage.Row) bool { return r.Code == code })
	}
	for _, e := range f.Engagements {
		if has(p) {
			return p, nil
		}
		if p, err = b.programme(c.r.Context(), c.view, e.Code); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (b *bench) criterionFacts(p *programme, r coverage.Row) []page.Fact {
	facts := []page.Fact{
		{Name: "Engagement", Value: page.Cell{Text: title(p.Engagement) + ", " + period(p.Period), Href: path("engagements", p.Code)}},
		{Name: "Belongs to", Value: page.Cell{Text: r.Group}},
	}
	if x, ok := b.Catalog.Criterion(r.Code); ok {
		facts = append(facts,
			page.Fact{Name: "Category", Value: page.Cell{Text: string(x.Category)}},
			page.Fact{Name: "What could test it", Value: page.Cell{Text: x.Test}},
			page.Fact{Name: "Controls often seen", Value: page.Cell{Text: strings.Join(x.Controls, "; ")}})
	}
	return facts
}

func controlTable(p *programme, all []audit.Control, of string) page.Table {
	t := page.Table{
		Caption: "Controls that serve " + of,
		Columns: []page.Column{{Name: "Control"}, {Name: "Title", Wide: true}, {Name: "Stands"}, {Name: "Owner"}, {Name: "Tested", Num: true}, {Name: "Exceptions", Num: true}},
		Empty:   page.Empty{Title: "No control serves it", Text: "Describe a control that does, or name this code in one that is described, and apply the folder again.", Command: "tickmark --dir DIR apply"},
		Pager:   page.Pager{From: 1, To: int64(len(all)), Of: int64(len(all)), Noun: "control"},
	}
	for _, x := range all {
		t.Rows = append(t.Rows, controlRow(p, x))
	}
	return t
}

func controlRow(p *programme, x audit.Control) page.Row {
	s := p.standings[x.Code]
	return page.Row{
		{Text: x.Code, Href: controlHref(p, x.Code), Mono: true}, {Text: x.Title}, {Text: string(s.status), Tone: s.tone()}, {Text: x.Owner},
		{Text: audit.Count(s.last.Tested)}, exceptionCount(s.last.Exceptions),
	}
}

// exceptionCount leaves a zero quiet.
func exceptionCount(n int64) page.Cell {
	if n == 0 {
		return page.Cell{Text: "0"}
	}
	return page.Cell{Text: audit.Count(n), Tone: page.Bad}
}

func (b *bench) mappings(code string) page.Table {
	t := page.Table{
		Caption: "How requirements of other frameworks stand to " + code + ", as sets. Meeting one is never inferred from meeting the other.",
		Columns: []page.Column{{Name: "Framework"}, {Name: "Requirement"}, {Name: "Relation"}, {Name: "Why", Wide: true}},
	}
	for _, m := range b.Catalog.Mappings {
		if m.From != code {
			continue
		}
		f, _ := b.Catalog.Framework(m.Framework)
		t.Rows = append(t.Rows, page.Row{{Text: f.Title}, {Text: m.To, Mono: true}, {Text: string(m.Relation)}, {Text: m.Rationale}})
	}
	n := int64(len(t.Rows))
	t.Pager = page.Pager{From: 1, To: n, Of: n, Noun: "mapping"}
	return t
}

// engagements are all examinations.
func (b *bench) engagements(c *call) error {
	f, err := c.scope(c.r.Context())
	if err != nil {
		return err
	}
	l := page.Listing{Lead: "Each is one examination: which report, over what, for when, by whom."}
	if l.Frame, err = b.frame(c, "Engagements", "engagements"); err != nil {
		return err
	}
	l.Table = page.Table{
		Caption: "Engagements as described",
		Columns: []page.Column{{Name: "Engagement"}, {Name: "Report"}, {Name: "Period"}, {Name: "Service auditor", Wide: true}, {Name: "Controls", Num: true}, {Name: "Covered", Num: true}, {Name: "Tested", Num: true}},
		Empty:   nothingDescribed,
	}
	for _, e := range f.Engagements {
		row := page.Row{{Text: e.Code, Href: path("engagements", e.Code), Mono: true}, {Text: title(e)}, {Text: period(e.Period), Note: b.when(e)}, {Text: e.Auditor}, {}, {}, {}}
		p, err := b.programme(c.r.Context(), c.view, e.Code)
		if unlessHidden(err) != nil {
			return err
		}
		if err == nil { // who does not see how the controls stand sees that there is an engagement
			_, many := rowsNoun(e)
			row[4].Text = strconv.Itoa(len(p.scope))
			row[5] = page.Cell{Text: strconv.Itoa(p.counts.Mapped) + " of " + strconv.Itoa(p.counts.Rows), Note: many}
			row[6] = page.Cell{Text: strconv.Itoa(p.counts.Tested) + " of " + strconv.Itoa(p.counts.Rows), Note: many}
		}
		l.Table.Rows = append(l.Table.Rows, row)
	}
	n := int64(len(l.Table.Rows))
	l.Table.Pager = page.Pager{From: 1, To: n, Of: n, Noun: "engagement"}
	return b.show(c, l.Write())
}
