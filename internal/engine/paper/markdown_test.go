package paper

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMarkdown(t *testing.T) {
	item := func(blocks ...Block) Item { return Item{Blocks: blocks} }
	cases := []struct {
		name, src string
		want      []Block
	}{
		{"headings", "# One\n## Two", []Block{Title(1, "One"), Title(2, "Two")}},
		{"styles", "a **b *c*** `d\\e`", []Block{{Kind: Paragraph, Spans: []Span{
			{Text: "a "}, {Text: "b ", Bold: true}, {Text: "c", Bold: true, Italic: true}, {Text: " "}, {Text: `d\e`, Code: true}}}}},
		{"line breaks", "a\nb  \nc", []Block{Para("a b\nc")}},
		{"escapes", `\*a\* &amp; &#169; \&amp; C:\dir`, []Block{Para(`*a* & © &amp; C:\dir`)}},
		{"links", "[site](https://a.example) <b@c.example>", []Block{{Kind: Paragraph, Spans: []Span{
			{Text: "site", Link: "https://a.example"}, {Text: " "}, {Text: "b@c.example", Link: "mailto:b@c.example"}}}}},
		{"a link that is not followed", "[x](javascript:alert)", []Block{Para("x (javascript:alert)")}},
		{"an image", "![plan](plan.png)", []Block{Para("plan [plan.png]")}},
		{"inline html", "a <b>bold</b> <script>x</script>", []Block{Para("a <b>bold</b> <script>x</script>")}},
		{"an html block", "<div>\n<b>x</b>\n</div>", []Block{Para("<div>\n<b>x</b>\n</div>")}},
		{"an html comment", "<!-- a\n\nb -->", []Block{Para("<!-- a\n\nb -->")}},
		{"code", "```sql\nSELECT 1\n  FROM t\n```", []Block{{Kind: Code, Text: "SELECT 1\n  FROM t"}}},
		{"quote and rule", "> said\n\n---", []Block{{Kind: Quote, Blocks: Paras("said")}, {Kind: Rule}}},
		{"nested list", "- a\n  1. b\n  2. c\n- d", []Block{{Kind: List, Items: []Item{
			item(Para("a"), Block{Kind: Ordered, Items: []Item{item(Para("b")), item(Para("c"))}}), item(Para("d"))}}}},
		{"list start", "3. c", []Block{{Kind: Ordered, Start: 3, Items: []Item{item(Para("c"))}}}},
		{"footnotes", "Paid[^1] late[^two].\n\n[^1]: To *us*.\n\n[^two]: One.\n\n    Two.", []Block{{Kind: Paragraph, Spans: []Span{
			{Text: "Paid", Footnote: &Footnote{Spans: []Span{{Text: "To "}, {Text: "us", Italic: true}, {Text: "."}}}},
			{Text: " late", Footnote: &Footnote{Spans: Text("One.\nTwo.")}}, {Text: "."}}}}},
		{"labels and references", "# Scope {#scope}\n\nSee [](#scope) or [there](#scope).", []Block{
			{Kind: Heading, ID: "scope", Level: 1, Spans: Text("Scope")},
			{Kind: Paragraph, Spans: []Span{{Text: "See "}, See("scope"), {Text: " or "}, {Text: "there", Ref: "scope"}, {Text: "."}}}}},
		{"braces that are no label", "# Set {a, b}", []Block{Title(1, "Set {a, b}")}},
		{"table", "|A|B|\n|:-|-:|\n|a|**1**|\n|b||", []Block{{Kind: TableBlock, Table: &Table{
			Columns: []Column{{Title: "A"}, {Title: "B", Align: End}},
			Rows:    []Row{{[]Cell{TextCell("a"), {Spans: Bold("1")}}}, {[]Cell{TextCell("b"), {}}}}}}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := Markdown(c.src)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if err := oneSection(got...).Check(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestMarkdownRefusesEndlessNesting(t *testing.T) {
	if _, err := Markdown(strings.Repeat("> ", 40) + "deep"); err == nil {
		t.Error("40 quotes in each other were accepted")
	}
}

func TestMarkdownRefusesWhatItWouldNotPrint(t *testing.T) {
	for src, want := range map[string]string{
		"text\n\n[^a]: lost\n\n[^b]: too":       "nothing refers to footnote [^a], [^b]",
		"text[^a]\n\n[^a]: - a list":            "footnote [^a]: it holds a list",
		"text[^a]\n\n[^a]: b[^b]\n\n[^b]: deep": "footnote [^a]: it holds another footnote",
		"# Title {.wide}":                       `heading "Title" has an attribute "class"`,
	} {
		if _, err := Markdown(src); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want an error that says %s", src, err, want)
		}
	}
	blocks, err := Markdown("see [it](#nowhere)")
	if err != nil {
		t.Fatal(err)
	}
	if err := oneSection(blocks...).Check(); err == nil || !strings.Contains(err.Error(), `"see it" refers to label "nowhere"`) {
		t.Errorf("got %v", err)
	}
}

func TestMarkdownOnThePage(t *testing.T) {
	blocks, err := Markdown("- outer\n  - inner\n\n| Key | Value |\n|--|--:|\n| alpha | 12 |\n\n<i>as written</i>")
	if err != nil {
		t.Fatal(err)
	}
	pdf, _ := render(t, oneSection(blocks...))
	got := poppler(t, pdf, "pdftotext", "-layout")
	for _, want := range []string{"outer", "inner", "Key", "alpha", "12", "<i>as written</i>"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not on the page:\n%s", want, got)
		}
	}
}
