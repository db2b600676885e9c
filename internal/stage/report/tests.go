package report

import (
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/method/coverage"
	"tickmark/internal/method/elements"
	"tickmark/internal/method/grid"
)

// tests is Section IV.
func (b Book) tests() []paper.Block {
	var blocks []paper.Block
	if b.type2() {
		blocks = append(blocks, b.how()...)
	}
	done := map[string]string{}
	for _, group := range groups(b.Rows) {
		blocks = append(blocks, paper.Title(1, heading(group[0].Group)), b.group(group, done))
	}
	blocks = append(blocks, b.additionalTests()...)
	b.mark(len(done) > 0, elements.Controls)
	if b.type2() {
		b.tested()
		blocks = append(blocks, b.deviations()...)
		blocks = append(blocks, b.exceptions()...)
		blocks = append(blocks, b.procedures()...)
		blocks = append(blocks, b.evidence()...)
	}
	return blocks
}

// how says whose the tests are, and how they were performed.
func (b Book) how() []paper.Block {
	blocks := []paper.Block{paper.Title(1, "How the tests were performed")}
	if b.audited() {
		blocks = append(blocks, paper.Paras(
			"The controls are management’s; the tests and their results are the service auditor’s. The nature of a test is inquiry, observation, inspection or reperformance; inquiry is never the only one. “Sample of n of N” says how many of how many items were tested; “entire population of N” that all were, and that the population was proven complete.",
			"“No exceptions noted” says that no item that was tested departed from the control as described. Where one did, the number tested and the number and nature of deviations stand beside the test, whatever they mean for the opinion.",
		)...)
		if !b.monitored() {
			return blocks
		}
	} else {
		blocks = append(blocks, paper.Block{Kind: paper.Note, Tone: paper.Attention, Label: "Management’s monitoring", Blocks: paper.Paras(b.whose())})
	}
	return append(blocks,
		paper.Para("Each test on a whole population, and not on a selection, is a text in SQL. It returns one verdict for each item. An item that the test flags is an exception. A person judges whether an exception is a deviation, that is a failure of the control as described; every deviation is listed. “Entire population of N” is said only where the population was proven complete for the period; where it was not, the reason stands beside the result."),
		paper.Para("Such a test shows the attribute it looks at and no more. Its limits stand in the list of tests at the end of this section."))
}

// whose says why the tests shown are no tests of the auditor.
func (b Book) whose() string {
	words := "The tests in this section are management’s own monitoring. They are no tests of the service auditor, who decides whether to rely on them and performs them again before."
	if !b.Filed.Seen {
		return words + " The tests of the service auditor stand in the auditor’s own draft."
	}
	return words + " The service auditor has recorded no test yet."
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
	t := paper.Table{Columns: []paper.Column{{Title: "No.", Width: 9}, {Title: "Control", Width: 91}}}
	if b.type2() {
		whose := "the service auditor"
		if !b.audited() {
			whose = "management’s monitoring"
		}
		t.Columns = []paper.Column{t.Columns[0], {Title: "Control, and below it the test of " + whose, Width: 55}, {Title: "Result", Width: 36}}
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
			see := paper.Cell{Spans: []paper.Span{{Text: c.Title + ": see "}, {Text: at, Ref: b.label(c)}}, Colspan: columns - 1, Tone: paper.Muted}
			rows = append(rows, paper.Row{Cells: []paper.Cell{paper.TextCell(c.Code), see}})
			continue
		}
		done[c.Code] = r.Code
		rows = append(rows, b.control(c)...)
	}
	if r.Gap() {
		gap := paper.Cell{Spans: paper.Text(b.gap(r)), Colspan: columns, Tone: paper.Attention}
		rows = append(rows, paper.Row{Cells: []paper.Cell{gap}})
	}
	return rows
}

// gap says of a row without a control what the description says of it.
func (b Book) gap(r coverage.Row) string {
	if !b.soc1() && strings.Contains(b.System.Description, r.Code) {
		return "No control serves this. The description, in Section III, says why."
	}
	return "No control serves this yet."
}

// label is that of the place where a control is shown in full.
func (b Book) label(c audit.Control) string {
	n := slices.IndexFunc(b.inScope(), func(x audit.Control) bool { return x.Code == c.Code })
	return fmt.Sprintf("tm.control-%d", n+1)
}

// control is a control with its tests: each wording that was in force as wide as
// the page, and below it a row for each of its tests.
func (b Book) control(c audit.Control) []paper.Row {
	number := paper.Cell{ID: b.label(c), Spans: paper.Text(c.Code)}
	wordings := b.wordings(c)
	if !b.type2() || len(wordings) == 0 {
		wordings = []grid.Wording{{Text: c.Text, Digest: audit.DigestOf([]byte(c.Text))}}
	}
	var rows []paper.Row
	for i, w := range wordings {
		text := paper.Cell{Spans: []paper.Span{{Text: c.Title + ". ", Bold: true}, {Text: w.Text}}}
		if len(wordings) > 1 {
			text.Spans = append([]paper.Span{{Text: days(w.Dates) + "\n", Italic: true}}, text.Spans...)
		}
		if !b.type2() {
			return []paper.Row{{Cells: []paper.Cell{number, text}}}
		}
		text.Colspan = 2
		rows = append(rows, paper.Row{Cells: []paper.Cell{text}})
		rows = append(rows, b.testsOf(c, w, i == 0)...)
	}
	number.Rowspan = len(rows)
	rows[0].Cells = append([]paper.Cell{number}, rows[0].Cells...)
	return rows
}

// testsOf are the tests of one wording with their results: the auditor's; where
// he recorded none, those of management's monitoring, which say so.
func (b Book) testsOf(c audit.Control, w grid.Wording, first bool) []paper.Row {
	none := func(text string, tone paper.Tone) []paper.Row {
		return []paper.Row{{Cells: []paper.Cell{{Spans: paper.Text(text), Colspan: 2, Tone: tone}}}}
	}
	papers := b.papers(c.Code)
	var rows []paper.Row
	for _, p := range papers {
		if p.Wording == w.Digest || p.Wording == "" {
			rows = append(rows, paper.Row{Cells: []paper.Cell{b.steps(p), b.found(p)}})
		}
	}
	switch {
	case len(rows) > 0:
		return rows
	case slices.Contains(b.Step.NotConcluded, c.Code):
		return none("The service auditor did not conclude on this control.", paper.Attention)
	case len(papers) > 0:
		return none("No test of this wording is recorded.", paper.Attention)
	case !first && len(c.Procedures) > 0:
		return none("See the test above, which is of the whole period.", paper.Muted)
	case len(c.Procedures) == 0 && b.audited():
		return none("The service auditor has recorded no test.", paper.Attention)
	case len(c.Procedures) == 0:
		return none("No test recorded.", paper.Muted)
	}
	for _, id := range c.Procedures {
		test := paper.Cell{Spans: paper.Text(b.test(id))}
		if b.audited() {
			test.Spans = append([]paper.Span{{Text: "Management’s monitoring, no test of the service auditor. ", Italic: true}}, test.Spans...)
		}
		rows = append(rows, paper.Row{Cells: []paper.Cell{test, b.result(id)}})
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
	if len(b.performed()) == 0 {
		return nil
	}
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
	if b.audited() {
		head = paper.Title(1, "Exceptions of tests on whole populations")
	}
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
	return paper.Cell{Spans: []paper.Span{{Text: word, Bold: true}, {Text: fmt.Sprintf("%s (%s, %s)", d.Reason, d.Whose(), day(d.On))}}, Tone: tone}
}

// performed lists the procedures whose results are shown, by id.
func (b Book) performed() []string {
	var ids []string
	for id := range b.Results {
		if b.shows(id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// procedures lists the tests with what they do not show.
func (b Book) procedures() []paper.Block {
	if len(b.performed()) == 0 {
		return nil
	}
	t := paper.Table{Columns: []paper.Column{{Title: "Test", Width: 30}, {Title: "Its limits", Width: 50}, {Title: "Text (SHA-256)", Width: 20}}}
	for _, id := range b.performed() {
		p, r := b.Procedures[id], b.Results[id]
		t.Rows = append(t.Rows, paper.Row{Cells: []paper.Cell{
			paper.TextCell(fmt.Sprintf("%s (%s, version %d)", p.Title, id, r.Version)), paper.TextCell(p.Limits), code(r.SQL.Short()),
		}})
	}
	return []paper.Block{paper.Title(1, "Tests on whole populations and their limits"), table(t)}
}

func code(s string) paper.Cell { return paper.Cell{Spans: []paper.Span{{Text: s, Code: true}}} }
