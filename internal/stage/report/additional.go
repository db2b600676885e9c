package report

import (
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/method/coverage"
	"tickmark/internal/method/elements"
)

// additional resolves the additional criteria of an engagement.
func (s Stage) additional(scope coverage.Scope) []coverage.AdditionalSet {
	var known []coverage.Framework
	for _, f := range s.Catalog.Frameworks {
		known = append(known, coverage.Framework{ID: f.ID, Title: f.Title})
	}
	return coverage.AdditionalSets(scope, known, s.Catalog.Mappings)
}

// plus are the sets to which the opinion extends. A SOC 3 has none.
func (b Book) plus() []coverage.AdditionalSet {
	if b.soc1() || b.soc3() {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(b.Additional), func(a coverage.AdditionalSet) bool { return a.Informational })
}

// measures are all rows to which the opinion extends: criteria or objectives,
// and additional criteria.
func (b Book) measures() []coverage.Row {
	rows := slices.Clone(b.Rows)
	for _, a := range b.plus() {
		rows = append(rows, a.Rows...)
	}
	return rows
}

func (b Book) plusTitles() []string {
	var out []string
	for _, a := range b.plus() {
		out = append(out, a.Title)
	}
	return out
}

// added is a set of additional criteria as the letter names it.
type added struct {
	Title word
	Count int
	IDs   []word
}

func (b Book) added() []added {
	var out []added
	for _, a := range b.plus() {
		x := added{Title: word(a.Title), Count: len(a.Rows)}
		for _, r := range a.Rows {
			x.IDs = append(x.IDs, word(r.Code))
		}
		out = append(out, x)
	}
	return out
}

// additionalTests is the part of Section IV that lays the additional criteria
// beside the controls and what their tests came to. The tests stand once, where
// each control stands in full.
func (b Book) additionalTests() []paper.Block {
	var blocks []paper.Block
	served := true
	for i, a := range b.plus() {
		blocks = append(blocks, paper.Title(1, "Additional criteria — "+a.Title))
		if i == 0 { // said once, so that every later heading stands with its table
			blocks = append(blocks, paper.Para("The requirements are named by the ids of their publisher; the words are management’s or Tickmark’s, and not the publisher’s. Management names the controls with which it meets each of them. Each control, its tests and their results stand in full under the trust services criterion that is referred to."))
		}
		blocks = append(blocks, b.additionalTable(a, b.type2()))
		served = served && !slices.ContainsFunc(a.Rows, func(r coverage.Row) bool { return r.Gap() || r.Text == "" })
	}
	b.mark(served, elements.PlusTests)
	return blocks
}

func (b Book) additionalTable(a coverage.AdditionalSet, results bool) paper.Block {
	t := paper.Table{Columns: []paper.Column{{Title: "Requirement", Width: 20}, {Title: "What it asks, in other words", Width: 40}, {Title: "Controls", Width: 40}}}
	if results {
		t.Columns = []paper.Column{{Title: "Requirement", Width: 17}, {Title: "What it asks, in other words", Width: 25}, {Title: "Control", Width: 20}, {Title: "Tests and results", Width: 38}}
	}
	for _, r := range a.Rows {
		t.Rows = append(t.Rows, b.additionalRow(r, results)...)
	}
	return table(t)
}

// additionalRow is a requirement with one row for each of its controls.
func (b Book) additionalRow(r coverage.Row, results bool) []paper.Row {
	id, text := paper.Cell{Spans: paper.Bold(r.Code), Rowspan: max(1, len(r.Controls))}, paper.Cell{Spans: paper.Text(r.Text), Rowspan: max(1, len(r.Controls))}
	if r.Text == "" {
		text = paper.Cell{Spans: paper.Text("[in management’s words]"), Tone: paper.Attention, Rowspan: text.Rowspan}
	}
	if r.Gap() {
		gap := paper.Cell{Spans: paper.Text("No control in scope is named for this."), Tone: paper.Attention}
		if results {
			gap.Colspan = 2
		}
		return []paper.Row{{Cells: []paper.Cell{id, text, gap}}}
	}
	var rows []paper.Row
	for i, c := range r.Controls {
		cells := []paper.Cell{{Spans: []paper.Span{{Text: c.Code, Ref: b.label(c)}, {Text: "  " + c.Title}}}}
		if results {
			cells = append(cells, b.briefly(c))
		}
		if i == 0 {
			cells = append([]paper.Cell{id, text}, cells...)
		}
		rows = append(rows, paper.Row{Cells: cells})
	}
	return rows
}

// briefly is what the tests of a control came to, in a line: whose they are, how
// many of how many, and the deviations.
func (b Book) briefly(c audit.Control) paper.Cell {
	var lines []string
	tone := paper.Plain
	for _, p := range b.papers(c.Code) {
		cell := b.found(p)
		var parts []string
		for _, x := range cell.Blocks {
			parts = append(parts, plain(x.Spans))
		}
		lines = append(lines, strings.Join(parts, " "))
		if cell.Tone == paper.Attention {
			tone = paper.Attention
		}
	}
	if len(lines) == 0 && slices.Contains(b.Step.NotConcluded, c.Code) {
		return paper.Cell{Spans: paper.Text("The service auditor did not conclude on this control."), Tone: paper.Attention}
	}
	if len(lines) == 0 {
		tone = paper.Muted
		for _, id := range c.Procedures {
			if r, ok := b.Results[id]; ok {
				lines = append(lines, "Management’s monitoring: "+Words(r, b.Findings[id]))
			}
		}
	}
	if len(lines) == 0 {
		lines, tone = []string{"No test recorded."}, paper.Attention
	}
	return paper.Cell{Blocks: paper.Paras(lines...), Tone: tone}
}

// informational is the part of Section V that lays other frameworks beside the
// controls, to which no opinion extends.
func (b Book) informational() []paper.Block {
	if b.soc1() || b.soc3() {
		return nil
	}
	var blocks []paper.Block
	for _, a := range b.Additional {
		if a.Informational {
			blocks = append(blocks, paper.Title(1, "Controls beside another framework — "+a.Title+" (unaudited)"),
				paper.Para(fmt.Sprintf("Management names the controls that bear on %s by id. Nobody examined whether they meet them, and this is no statement that they do.", audit.Plural(int64(len(a.Rows)), "requirement"))),
				b.additionalTable(a, false))
		}
	}
	return blocks
}

// assertsPlus reports whether the assertion names every additional set.
func (b Book) assertsPlus(x audit.Statement) bool {
	return !slices.ContainsFunc(b.plus(), func(a coverage.AdditionalSet) bool {
		return !strings.Contains(x.Text, a.Title) && !strings.Contains(x.Text, a.Set)
	})
}
