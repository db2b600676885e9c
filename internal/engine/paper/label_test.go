package paper

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNumbersOfHeadings(t *testing.T) {
	d := Document{Title: "x", Sections: []Section{
		{Title: "Before", Blocks: []Block{Title(1, "no number")}},
		{Title: "One", Numbered: true, Blocks: []Block{Title(1, "a"), Title(2, "b"), Title(2, "c"), Title(5, "skips two"), Title(1, "d"), Title(2, "e")}},
		{Title: "Two", Numbered: true, Blocks: []Block{Title(3, "skips, at the start"), Title(3, "then goes deeper")}},
	}}
	own, err := d.own()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range outlineOf(own) {
		got = append(got, strings.Repeat(".", e.level-1)+e.words())
	}
	want := []string{"Before", ".no number", "1  One", ".1.1  a", "..1.1.1  b", "..1.1.2  c", "...1.1.2.1  skips two", ".1.2  d", "..1.2.1  e",
		"2  Two", ".2.1  skips, at the start", "..2.1.1  then goes deeper"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if d.Sections[1].Blocks[3].Level != 5 {
		t.Error("the caller's document was changed")
	}
}

func TestReferencesShowWhatTheirPlaceIsCalled(t *testing.T) {
	own, err := everything().own()
	if err != nil {
		t.Fatal(err)
	}
	got := plain(own.Sections[0].Blocks[1].Spans)
	want := "Read Section 1, Section 1.1.1, Annex without a number, Table 1, Figure 1 and control AC-11; or come back here."
	if !strings.HasPrefix(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestCheckRefusesNewNodes(t *testing.T) {
	para := func(spans ...Span) Block { return Block{Kind: Paragraph, Spans: spans} }
	cell := func(c Cell) Block {
		return Block{Kind: TableBlock, ID: "bare", Table: &Table{Columns: []Column{{Title: "A"}}, Rows: []Row{{[]Cell{c}}}}}
	}
	figure := func(f Figure) Block { return Block{Kind: FigureBlock, Figure: &f} }
	deepNote := Span{Text: "a", Footnote: &Footnote{Spans: []Span{Noted("b", "c")}}}
	cases := []struct {
		name  string
		block Block
		want  string
	}{
		{"a missing label", para(Span{Text: "as in "}, See("nowhere")), `section "Only": "as in " refers to label "nowhere", which is on no place`},
		{"a missing label in a cell", cell(Cell{Spans: []Span{See("gone")}}), `table "A", row 1: "" refers to label "gone"`},
		{"a missing label in a footnote", para(Span{Text: "x", Footnote: &Footnote{Spans: []Span{See("gone")}}}), `footnote at "x": "" refers to label "gone"`},
		{"a label on nothing that has a number", Block{Kind: Quote, Blocks: []Block{para(See("bare")), cell(Cell{})}}, `label "bare" is on something without a number`},
		{"a label twice", Block{Kind: Quote, Blocks: []Block{cell(Cell{}), cell(Cell{})}}, `label "bare" is on two places`},
		{"a label of other signs", cell(Cell{ID: "a b"}), `label "a b" is not made of letters`},
		{"a label where none is printed", Block{Kind: Paragraph, ID: "p"}, "would not print its id"},
		{"a span that leads to two places", para(Span{Text: "x", Link: "https://a.example", Ref: "b"}), "it can do one"},
		{"an address that is not one", para(Span{Text: "x", Link: "https://a b\x7f%zz"}), "is not http"},
		{"an empty footnote", para(Noted("a", " ")), `the footnote at "a" is empty`},
		{"a footnote in a footnote", para(deepNote), `the footnote at "a" holds another`},
		{"a footnote in a heading", Block{Kind: Heading, Level: 1, Spans: []Span{Noted("a", "b")}}, "stands in a heading"},
		{"a footnote in a repeated row", cell(Cell{Tone: Head, Spans: []Span{Noted("a", "b")}}), `row 1: the footnote at "a" stands in a header`},
		{"a short header row", Block{Kind: TableBlock, Table: &Table{Head: []Row{Cells("1")}, Columns: []Column{{}, {}}}}, `header row 1 leaves column`},
		{"a 27th letter", Block{Kind: Lettered, Start: 26, Items: []Item{{}, {}}}, "letters end at 26"},
		{"a figure without words", figure(Figure{SVG: chart, Caption: "Months"}), `figure "Months" has no alternative text`},
		{"a figure without caption", figure(Figure{SVG: chart, Alt: "x"}), "a figure has no caption"},
		{"a figure that is too wide", figure(Figure{SVG: chart, Caption: "Months", Alt: "x", Width: 101}), "101 percent"},
		{"no figure in a figure block", Block{Kind: FigureBlock}, "a figure do not go together"},
		{"a glyph that is missing in a footnote", para(Noted("a", "田中")), `section "Only", footnote at "a": no embedded font can show "田"`},
		{"a glyph that is missing in a drawing", figure(Figure{SVG: strings.Replace(chart, "January", "1月", 1), Caption: "Months", Alt: "x"}), `figure "Months": no embedded font can show "月"`},
		{"a glyph that is missing in a header row", Block{Kind: TableBlock, Table: &Table{Head: []Row{Cells("محمد")}, Columns: []Column{{Title: "A"}}}}, `table "A", header row 1: no embedded font can show`},
		{"a glyph that is missing in a caption", figure(Figure{SVG: chart, Caption: "月", Alt: "x"}), `no embedded font can show "月"`},
		{"a text without end", Para(strings.Repeat("word ", 1_000_000)), "text of 5000000 bytes is longer than"},
		{"a turn of direction", Para("paid \u202eDSU 001"), "character U+202E cannot be printed"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := oneSection(c.block).Check()
			if !errors.Is(err, ErrDocument) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v\nwant an error that says %s", err, c.want)
			}
		})
	}
}

func TestACopyNeedsItsRecipient(t *testing.T) {
	for _, c := range []Copy{{Number: 1}, {Recipient: "Bank", Number: 0}} {
		d := oneSection(Para("x"))
		d.Copy = &c
		if err := d.Check(); err == nil || !strings.Contains(err.Error(), "needs a number from 1 and a recipient") {
			t.Errorf("%+v: got %v", c, err)
		}
	}
	d := oneSection(Para("x"))
	d.Copy = &Copy{Recipient: "田中銀行", Number: 1}
	if err := d.Check(); err == nil || !strings.Contains(err.Error(), `copy: no embedded font can show "田"`) {
		t.Errorf("got %v", err)
	}
}
