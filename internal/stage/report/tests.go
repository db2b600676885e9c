package report

import (
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/method/coverage"
)

// tests is Section IV.
func (b Book) tests() []paper.Block {
	var blocks []paper.Block
	if b.type2() {
		blocks = append(blocks,
			paper.Title(1, "How the tests were performed"),
			paper.Para("Each test below is a text in SQL, performed on a whole population and not on a selection. It returns one verdict for each item. An item that the test flags is an exception. A person judges whether an exception is a deviation, that is a failure of the control as described; every deviation is listed. “Entire population of N” is said only where the population was proven complete for the period; where it was not, the reason stands beside the result."),
			paper.Para("A test shows the attribute it looks at and no more. Its limits stand in the list of tests at the end of this section."))
	}
	done := map[string]string{}
	for _, group := range groups(b.Rows) {
		blocks = append(blocks, paper.Title(1, heading(group[0].Group)), b.group(group, done))
	}
	if b.type2() {
		blocks = append(blocks, b.exceptions()...)
		blocks = append(blocks, b.procedures()...)
		blocks = append(blocks, b.evidence()...)
	}
	return blocks
}

// heading names a group: an area of objectives as it is, a series of criteria
// by what it is about.
func heading(group string) string {
	about := map[string]string{
		"CC1": "Control environment", "CC2": "Information and communication", "CC3": "Risk assessment", "CC4": "Monitoring",
		"CC5": "Control activities", "CC6": "Logical and physical access", "CC7": "System operations", "CC8": "Change management",
		"CC9": "Risk mitigation", "A1": "Availability", "C1": "Confidentiality", "PI1": "Processing integrity", "P1": "Privacy: notice",
		"P2": "Privacy: choice and consent", "P3": "Privacy: collection", "P4": "Privacy: use, retention and disposal", "P5": "Privacy: access",
		"P6": "Privacy: disclosure and notification", "P7": "Privacy: quality", "P8": "Privacy: monitoring and enforcement",
	}[group]
	if about == "" {
		return sentence(group)
	}
	return group + " — " + about
}

// groups splits rows where their group changes.
func groups(rows []coverage.Row) [][]coverage.Row {
	var out [][]coverage.Row
	for i, r := range rows {
		if i == 0 || rows[i-1].Group != r.Group {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], r)
	}
	return out
}

// group is the table of the criteria or objectives of one group.
func (b Book) group(rows []coverage.Row, done map[string]string) paper.Block {
	t := paper.Table{Columns: []paper.Column{{Title: "No.", Width: 11}, {Title: "Control", Width: 37}}}
	if b.type2() {
		t.Columns = append(t.Columns, paper.Column{Title: "Test", Width: 26}, paper.Column{Title: "Result", Width: 26})
	}
	for _, r := range rows {
		t.Rows = append(t.Rows, b.row(r, len(t.Columns), done)...)
	}
	return table(t)
}

// row is one criterion or objective with its controls. A control that was shown
// before is referred to, not repeated: one test serves many criteria.
func (b Book) row(r coverage.Row, columns int, done map[string]string) []paper.Row {
	head := paper.Cell{Spans: []paper.Span{{Text: r.Code + "  ", Bold: true}, {Text: r.Text}}, Colspan: columns, Tone: paper.Head}
	rows := []paper.Row{{Cells: []paper.Cell{head}}}
	for _, c := range r.Controls {
		if at, before := done[c.Code]; before {
			see := paper.Cell{Spans: paper.Text(c.Title + ": see " + at), Colspan: columns - 1, Tone: paper.Muted}
			rows = append(rows, paper.Row{Cells: []paper.Cell{paper.TextCell(c.Code), see}})
			continue
		}
		done[c.Code] = r.Code
		rows = append(rows, b.control(c)...)
	}
	if r.Gap() {
		gap := paper.Cell{Spans: paper.Text("No control serves this yet."), Colspan: columns, Tone: paper.Attention}
		rows = append(rows, paper.Row{Cells: []paper.Cell{gap}})
	}
	return rows
}

func (b Book) control(c audit.Control) []paper.Row {
	first := []paper.Cell{paper.TextCell(c.Code), {Spans: []paper.Span{{Text: c.Title + ". ", Bold: true}, {Text: c.Text}}}}
	if !b.type2() {
		return []paper.Row{{Cells: first}}
	}
	if len(c.Procedures) == 0 {
		return []paper.Row{{Cells: append(first, paper.Cell{Spans: paper.Text("No test recorded."), Colspan: 2, Tone: paper.Muted})}}
	}
	var rows []paper.Row
	for i, id := range c.Procedures {
		cells := []paper.Cell{paper.TextCell(b.test(id)), b.result(id)}
		if i == 0 {
			first[0].Rowspan, first[1].Rowspan = len(c.Procedures), len(c.Procedures)
			cells = append(first, cells...)
		}
		rows = append(rows, paper.Row{Cells: cells})
	}
	return rows
}

func (b Book) test(id string) string {
	p, ok := b.Procedures[id]
	if !ok {
		return id
	}
	return sentence(string(p.Nature)) + ". " + p.Purpose
}

func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func (b Book) result(id string) paper.Cell {
	r, ok := b.Results[id]
	if !ok {
		return paper.Cell{Spans: paper.Text("Not performed."), Tone: paper.Attention}
	}
	c := paper.Cell{Spans: paper.Text(Words(r, b.Findings[id]))}
	if r.Status != audit.NoExceptions {
		c.Tone = paper.Attention
	}
	return c
}

// Words says what a result amounts to, with of how many, and never more than
// it supports.
func Words(r audit.Result, f Findings) string {
	switch r.Status {
	case audit.Failed:
		return "The test could not be performed: " + r.Why + "."
	case audit.NothingTested:
		return fmt.Sprintf("Nothing was tested: none of the %s calls for this test. The circumstances did not occur in the data, and nothing is said of the control’s operation.", audit.Plural(r.Population, "row"))
	}
	text := extent(r) + " " + found(r, f)
	if !r.Entire && r.Why != "" {
		text += " This is not said of the entire population: " + r.Why + "."
	}
	return text
}

func extent(r audit.Result) string {
	switch {
	case r.Entire && r.Tested == r.Population:
		return fmt.Sprintf("Entire population of %s tested.", audit.Count(r.Tested))
	case r.Entire && r.Tested == 1:
		return fmt.Sprintf("The 1 item that calls for this test, in the entire population of %s.", audit.Count(r.Population))
	case r.Entire:
		return fmt.Sprintf("All %s that call for this test, in the entire population of %s.", audit.Plural(r.Tested, "item"), audit.Count(r.Population))
	}
	return audit.Plural(r.Tested, "item") + " tested."
}

func found(r audit.Result, f Findings) string {
	if r.Exceptions == 0 {
		return "No exceptions noted."
	}
	parts := []string{audit.Plural(f.Deviations, "deviation")}
	if f.Cleared > 0 {
		parts = append(parts, audit.Count(f.Cleared)+" judged not to be")
	}
	if waiting := r.Exceptions - f.Deviations - f.Cleared; waiting > 0 {
		parts = append(parts, audit.Count(waiting)+" awaiting disposition")
	}
	return fmt.Sprintf("%s: %s.", sentence(audit.Plural(r.Exceptions, "exception")), enumerate(parts))
}

// exceptions lists every exception, deviations first in the eye.
func (b Book) exceptions() []paper.Block {
	t := paper.Table{Columns: []paper.Column{{Title: "Item", Width: 20}, {Title: "What the test found", Width: 40}, {Title: "Disposition", Width: 40}}}
	for _, id := range b.performed() {
		f := b.Findings[id]
		if len(f.Listed) == 0 {
			continue
		}
		head := paper.Cell{Spans: paper.Bold(b.Procedures[id].Title), Colspan: 3, Tone: paper.Head}
		t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{head}})
		for _, x := range f.Listed {
			t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{paper.TextCell(x.Item), paper.TextCell(x.Reason), disposed(x)}})
		}
		if f.More > 0 {
			rest := fmt.Sprintf("%s more, none of them judged a deviation: the whole list is exceptions/%s.parquet in the bundle.", audit.Count(f.More), b.Results[id].Detail)
			t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{{Spans: paper.Text(rest), Colspan: 3, Tone: paper.Attention}}})
		}
	}
	head := paper.Title(1, "Exceptions and deviations")
	if len(t.Rows) == 0 {
		return []paper.Block{head, paper.Para("No test flagged an item.")}
	}
	return []paper.Block{head, table(t)}
}

func disposed(x Finding) paper.Cell {
	d := x.Disposition
	if d == nil {
		return paper.Cell{Spans: paper.Text("Awaits disposition."), Tone: paper.Attention}
	}
	word := "Not a deviation. "
	tone := paper.Plain
	if d.Judgment == audit.IsDeviation {
		word, tone = "Deviation. ", paper.Attention
	}
	return paper.Cell{Spans: []paper.Span{{Text: word, Bold: true}, {Text: fmt.Sprintf("%s (%s, %s)", d.Reason, d.By, day(d.On))}}, Tone: tone}
}

// performed lists the procedures with a result, by id.
func (b Book) performed() []string {
	var ids []string
	for id := range b.Results {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// procedures lists the tests with what they do not show.
func (b Book) procedures() []paper.Block {
	t := paper.Table{Columns: []paper.Column{{Title: "Test", Width: 30}, {Title: "Its limits", Width: 50}, {Title: "Text (SHA-256)", Width: 20}}}
	for _, id := range b.performed() {
		p, r := b.Procedures[id], b.Results[id]
		t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{
			paper.TextCell(fmt.Sprintf("%s (%s, version %d)", p.Title, id, r.Version)), paper.TextCell(p.Limits), code(r.SQL.Short()),
		}})
	}
	return []paper.Block{paper.Title(1, "Tests performed and their limits"), table(t)}
}

func code(s string) paper.Cell { return paper.Cell{Spans: []paper.Span{{Text: s, Code: true}}} }

// evidence lists the populations: where they are from, and what proves that
// they are all there.
func (b Book) evidence() []paper.Block {
	used := map[string]bool{}
	for _, r := range b.Results {
		for _, in := range r.Inputs {
			used[in.Name] = true
		}
	}
	t := paper.Table{Columns: []paper.Column{
		{Title: "Population and source", Width: 30}, {Title: "Rows", Width: 12, Align: paper.End}, {Title: "Rejected", Width: 11, Align: paper.End},
		{Title: "Window", Width: 22}, {Title: "Completeness", Width: 25},
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

// other is Section V.
func (b Book) other() []paper.Block {
	return []paper.Block{
		{Kind: paper.Note, Label: "Unaudited", Blocks: paper.Paras("This section is not part of the description and was not examined.")},
		paper.Para("Management has recorded no further information."),
		paper.Title(1, "How to verify this draft"),
		paper.Para("The bundle that belongs to this draft holds the populations, the texts of the tests and the history of every record. The command “tickmark verify” performs every test again from it, offline, and compares the results byte for byte."),
	}
}
