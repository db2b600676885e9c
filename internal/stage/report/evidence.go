package report

import (
	"fmt"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
)

// evidence lists the populations: where they are from, and what proves that
// they are all there.
func (b Book) evidence() []paper.Block {
	used := map[string]bool{}
	for _, id := range b.performed() {
		for _, in := range b.Results[id].Inputs {
			used[in.Name] = true
		}
	}
	for _, c := range b.inScope() {
		for _, p := range b.papers(c.Code) {
			if s, ok := b.sample(p.Sample); ok {
				used[s.Name] = true
			}
		}
	}
	t := paper.Table{Columns: []paper.Column{
		{Title: "Population and source", Width: 25}, {Title: "Rows", Width: 10, Align: paper.End}, {Title: "Rejected", Width: 10, Align: paper.End},
		{Title: "Window", Width: 15}, {Title: "Completeness", Width: 40},
	}}
	for i, p := range b.Populations {
		if p.Connection == "" && !used[p.Name] {
			continue
		}
		if i > 0 && together(p, b.Populations[i-1]) {
			continue // told with the first of them
		}
		p, words := b.series(i)
		t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{
			{Spans: []paper.Span{{Text: p.Name, Bold: true}, {Text: "\n" + p.Source}}},
			paper.TextCell(audit.Count(p.Rows)), paper.TextCell(audit.Count(p.Rejected)),
			paper.TextCell(string(p.Window.From) + " to " + string(p.Window.To)), paper.TextCell(words),
		}})
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return []paper.Block{
		paper.Title(1, "Information used in the tests"),
		paper.Para("Each population was taken from its source by the query recorded with it, typed exactly, counted and digested. Rows that could not be read were kept, with the reason, and are counted here."),
		table(t),
	}
}

// together reports whether two populations are snapshots, or windows, that one
// connection collected of one thing.
func together(a, b audit.Population) bool {
	return a.Connection != "" && a.Connection == b.Connection && a.Name == b.Name
}

// series is the population at i with all that the same connection collected of it
// after: the rows of the newest, the window of all, what was rejected in any.
func (b Book) series(i int) (audit.Population, string) {
	first := b.Populations[i]
	last, n, rejected := first, int64(1), first.Rejected
	var short []string
	for _, p := range b.Populations[i+1:] {
		if !together(p, first) {
			break
		}
		last, n, rejected = p, n+1, rejected+p.Rejected
	}
	for _, p := range b.Populations[i : i+int(n)] {
		if p.Incomplete != "" {
			short = append(short, p.TakenAt)
		}
	}
	words := completeness(last)
	if n > 1 {
		words = fmt.Sprintf("%s collections over %s from %s to %s, each a part of what was tested; of the last: ", audit.Count(n), first.Connection, first.TakenAt, last.TakenAt) + words
	}
	if len(short) > 0 {
		words += " Incomplete: " + strings.Join(short, ", ") + "."
	}
	last.Window.From, last.Rejected = min(first.Window.From, last.Window.From), rejected
	return last, words
}

func completeness(p audit.Population) string {
	words := []string{"Coverage " + string(p.Coverage)}
	switch p.Agrees {
	case "yes":
		words = append(words, "agrees with the source’s own totals")
	case audit.NotStated:
		words = append(words, "the source stated no totals")
	default:
		words = append(words, "differs from the source: "+p.Agrees)
	}
	if p.OutOfTime > 0 {
		words = append(words, audit.Plural(p.OutOfTime, "row")+" outside the window")
	}
	if p.GapDays > 0 {
		words = append(words, fmt.Sprintf("longest time without a row %s, from %s", audit.Plural(p.GapDays, "day"), p.GapFrom))
	}
	return strings.Join(words, "; ") + "."
}
