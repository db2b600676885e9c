package paper

import (
	"fmt"
	"strings"
)

// chart is a drawing as the program makes them: shapes, a pattern for grey
// paper, words.
const chart = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 120" role="img">
<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M0 6 L6 0" stroke="#1b365d" stroke-width="1"/></pattern></defs>
<g fill="#1b365d"><rect x="20" y="40" width="60" height="60"/><rect x="120" y="70" width="60" height="30" fill="url(#hatch)" stroke="#1b365d"/><rect x="220" y="20" width="60" height="80"/></g>
<line x1="10" y1="100" x2="390" y2="100" stroke="#55606e"/>
<text x="50" y="114" font-size="10" text-anchor="middle">January</text><text x="150" y="114" font-size="10" text-anchor="middle">February</text><text x="250" y="114" font-size="10" text-anchor="middle">March</text>
</svg>`

// everything is a document with every node that the tree has.
func everything() Document {
	d := sample()
	d.Copy = &Copy{Recipient: "Zöe & Søn <Bank> AG", Number: 7}
	d.Watermark = "Draft"
	d.Sections = append([]Section{{ID: "first", Title: "Every node", Numbered: true, Blocks: everyBlock()}}, d.Sections...)
	d.Sections = append(d.Sections, Section{ID: "annex", Title: "Annex without a number", Blocks: []Block{
		Title(1, "A heading of the annex"), Para("The annex ends the document."),
	}})
	return d
}

func everyBlock() []Block {
	ref := func(label, words string) Span { return Span{Ref: label, Text: words} }
	return []Block{
		{Kind: Heading, ID: "refs", Level: 1, Spans: Text("Cross-references")},
		{Kind: Paragraph, Spans: []Span{
			{Text: "Read "}, See("first"), {Text: ", "}, See("skipped"), {Text: ", "}, See("annex"), {Text: ", "}, See("wide"), {Text: ", "},
			See("months"), {Text: " and control "}, See("AC-11"), {Text: "; or "}, ref("refs", "come back here"), {Text: ". "},
			Noted("A figure needs its base", "The base is the population, as of the last day of the period."), {Text: ", and "},
			{Text: "a note may hold a reference", Footnote: &Footnote{Spans: []Span{{Text: "As in "}, See("months"), {Text: ", and at "}, {Text: "the site", Link: "https://larkspur.example/a?b=1&c=2"}, {Text: "."}}}},
			{Text: "."}}},
		{Kind: Heading, ID: "skipped", Level: 3, Spans: Text("A heading that skipped a level")},
		Letters("the description presents the system;", "the controls were suitably designed; and", "they operated effectively."),
		{Kind: Lettered, Start: 25, Items: []Item{{Blocks: []Block{Para("twenty-fifth"), Para("second paragraph of the item")}}, {Blocks: []Block{Para("last"), Letters("inner one", "inner two")}}}},
		{Kind: FigureBlock, ID: "months", Figure: &Figure{SVG: chart, Caption: "Exceptions by month", Alt: "Three columns: six in January, three in February, eight in March.", Width: 80}},
		{Kind: TableBlock, ID: "wide", Table: mergedTable()},
		{Kind: TableBlock, Table: &Table{Columns: []Column{{}, {}}, Rows: []Row{Cells("no header", "and no caption")}}},
		{Kind: FigureBlock, Figure: &Figure{SVG: chart, Caption: "The same, small", Alt: "The same three columns.", Width: 40}},
	}
}

// mergedTable has header rows of two levels, merged cells in both directions, and
// blocks, a footnote and a table in cells.
func mergedTable() *Table {
	t := &Table{
		Caption: "Merged cells", Head: []Row{{[]Cell{TextCell("What"), {Colspan: 2, Spans: Text("Both halves of the year")}, TextCell("Result")}}},
		Columns: []Column{{Title: "Control", Width: 12}, {Title: "First half", Width: 26}, {Title: "Second half", Width: 26}, {Title: "Tested", Width: 12, Align: End}},
		Rows: []Row{
			{[]Cell{{Colspan: 4, Tone: Head, Spans: Text("CC6 Access")}}},
			{[]Cell{{ID: "AC-11", Rowspan: 2, Spans: Text("AC-11")}, {Colspan: 2, Spans: []Span{Noted("No exceptions in either half.", "Two halves of six months each.")}}, TextCell("25")}},
			{[]Cell{{Blocks: []Block{Para("Inspected:"), Bullets("tickets", "logs")}}, {Tone: Muted, Spans: Text("Not performed.")}, TextCell("1")}},
			{[]Cell{TextCell("AC-12"), {Rowspan: 2, Colspan: 2, Tone: Attention, Spans: Text("Deviation in both.")}, TextCell("3")}},
			{[]Cell{TextCell("AC-13"), {Blocks: []Block{{Kind: TableBlock, Table: &Table{Columns: []Column{{Title: "inner"}}, Rows: []Row{Cells("cell")}}}}}}},
		},
	}
	for n := range 60 {
		t.Rows = append(t.Rows, Cells(fmt.Sprintf("AC-%d", 100+n), "first half row", "second half row", fmt.Sprint(n)))
	}
	return t
}

// printed are the texts of the document that every writer shows on its pages.
func printed(d Document) map[string]string {
	hidden := []string{d.Title, d.Subject}
	if d.Cover == nil {
		hidden = hidden[1:]
	}
	out := map[string]string{}
	for where, text := range d.texts() {
		out[text] = where
	}
	for _, h := range append(hidden, d.Keywords...) {
		delete(out, h)
	}
	for text, where := range out {
		if strings.Contains(where, ", figure ") && strings.HasSuffix(text, ".") || where == "copy" {
			delete(out, text) // an alternative text is not shown; the recipient stands in a sentence
		}
	}
	return out
}
