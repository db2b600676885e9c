package paper

import (
	"strings"
	"testing"
)

// What changed is underlined or struck through, on all kinds of pages.
func TestChangesAreMarked(t *testing.T) {
	d := oneSection(Block{Kind: Paragraph, Spans: []Span{{Text: "Access is reviewed every "}, {Text: "quarter", Change: Deleted}, {Text: "month", Change: Inserted, Bold: true}, {Text: "."}}})
	h, err := d.HTML()
	if err != nil {
		t.Fatal(err)
	}
	if page := string(h.Page()); !strings.Contains(page, "<del>quarter</del><strong><ins>month</ins></strong>") {
		t.Error("the page in HTML does not mark them")
	}
	body := wordParts(t, word(t, d))["word/document.xml"]
	for _, want := range []string{`<w:strike/><w:color w:val="8C1D18"/></w:rPr><w:t xml:space="preserve">quarter`, `<w:b/><w:color w:val="1B365D"/><w:u w:val="single"/></w:rPr><w:t xml:space="preserve">month`} {
		if !strings.Contains(body, want) {
			t.Errorf("the document for Word has no %s", want)
		}
	}
	marked, _ := render(t, d)
	for k := range d.Sections[0].Blocks[0].Spans {
		d.Sections[0].Blocks[0].Spans[k].Change = ""
	}
	plainly, _ := render(t, d)
	if got := squeeze(poppler(t, marked, "pdftotext")); !strings.Contains(got, "everyquartermonth.") || got != squeeze(poppler(t, plainly, "pdftotext")) {
		t.Errorf("the marks change the text: %s", got)
	}
	if string(marked) == string(plainly) {
		t.Error("the pages do not mark them")
	}
	d.Sections[0].Blocks[0].Spans[0].Change = "moved"
	if err := d.Check(); err == nil || !strings.Contains(err.Error(), `unknown change "moved"`) {
		t.Error(err)
	}
}
