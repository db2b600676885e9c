package paper

import (
	"errors"
	"strings"
	"testing"
)

func TestCheckRefuses(t *testing.T) {
	deep := Para("x")
	for range 12 {
		deep = Block{Kind: List, Items: []Item{{Blocks: []Block{deep}}}}
	}
	table := func(rows ...Row) Block {
		return Block{Kind: TableBlock, Table: &Table{Caption: "T", Columns: []Column{{Title: "A"}, {Title: "B"}}, Rows: rows}}
	}
	cases := []struct {
		name  string
		block Block
		want  string
	}{
		{"a rune without a glyph", Para("signed by 田中 on Monday"), `"田" (U+7530) in "signed by 田中 on Monday"`},
		{"an emoji in a cell", table(Cells("fine", "done 🎉")), `table "T", row 1: no embedded font can show "🎉" (U+1F389)`},
		{"a control character", Para("a\x00b"), "U+0000"},
		{"the renderer's own mark", Para("a" + seam + "b"), "U+FDD0"},
		{"bytes that are not text", Para("a\xffb"), "is not UTF-8"},
		{"an unknown kind", Block{Kind: "picture"}, `unknown kind "picture"`},
		{"a heading without level", Block{Kind: Heading, Spans: Text("x")}, "level 0"},
		{"a field that is not printed", Block{Kind: Paragraph, Text: "lost"}, "would not print its text"},
		{"a script link", Block{Kind: Paragraph, Spans: []Span{{Text: "x", Link: "javascript:alert(1)"}}}, "is not http"},
		{"a mark of direction that no font has", Para("a \u061c b"), "U+061C"},
		{"lists without end", deep, "nested more than"},
		{"a short row", table(Cells("only one")), `row 1 leaves column "B" empty`},
		{"a long row", table(Cells("1", "2", "3")), "row 1 has more cells"},
		{"a cell below the table", table(Row{[]Cell{{Rowspan: 2}, {Rowspan: 2}}}), "below the last row"},
		{"meeting cells", table(Row{[]Cell{TextCell("a"), {Rowspan: 2}}}, Row{[]Cell{{Colspan: 2}}}), "row 2 has more cells"},
		{"spans beside blocks", table(Row{[]Cell{{Spans: Text("a"), Blocks: Paras("b")}, {}}}), "spans and blocks"},
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

func TestCheckRefusesHeadOfDocument(t *testing.T) {
	for want, d := range map[string]Document{
		"no title":    {},
		"YYYY-MM-DD":  {Title: "x", Date: "14 November"},
		"of the form": {Title: "x", Lang: "English"},
		"U+30EC":      {Title: "x", Cover: &Cover{Organization: "レ"}},
	} {
		if err := d.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error that says %s", err, want)
		}
	}
}

func TestCheckAccepts(t *testing.T) {
	letters := "Łódź, Αθήνα, Київ, naïve café, “quotes” – dashes — … € £ ½ × ≤ ≥ ✓? no: • § ® ™"
	letters = strings.ReplaceAll(letters, "✓? no: ", "")
	if err := oneSection(Para(letters), Para("soft\u00adhyphen\ttab\r\nline")).Check(); err != nil {
		t.Error(err)
	}
	if err := sample().Check(); err != nil {
		t.Error(err)
	}
}
