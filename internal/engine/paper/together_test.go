package paper

import (
	"fmt"
	"strings"
	"testing"
)

// What stays together is on one page, wherever it would have fallen; what is
// longer than a page is printed all the same.
func TestTogether(t *testing.T) {
	d := Document{Title: "Kept", Date: "2026-01-31"}
	for n := range 12 {
		lines := make([]string, 28+n)
		for k := range lines {
			lines[k] = "A line."
		}
		d.Sections = append(d.Sections, Section{Title: fmt.Sprintf("Section %d", n), Blocks: append(Paras(lines...),
			Block{Kind: Together, Blocks: []Block{Para(fmt.Sprintf("Last words %02d.", n)), {Kind: Rule}, Para("Name."), Para(fmt.Sprintf("Place %02d.", n))}})})
	}
	many := make([]string, 120)
	for k := range many {
		many[k] = fmt.Sprintf("Signer %03d.", k)
	}
	d.Sections = append(d.Sections, Section{Title: "Long", Blocks: []Block{{Kind: Together, Blocks: Paras(many...)}}})
	pdf, _ := render(t, d)
	text := poppler(t, pdf, "pdftotext", "-raw")
	pages := strings.Split(text, "\f")
	broken := 0
	for n := range 12 {
		for _, p := range pages {
			last, place := strings.Contains(p, fmt.Sprintf("Last words %02d.", n)), strings.Contains(p, fmt.Sprintf("Place %02d.", n))
			if last != place {
				t.Errorf("section %d: the last words and the place stand on two pages", n)
			}
			if last && strings.Count(p, "A line.") < 20 {
				broken++ // it went to a page of its own, and did not stand below the lines
			}
		}
	}
	if broken == 0 {
		t.Error("none of them came near the foot of a page: the test shows nothing")
	}
	for _, m := range many {
		if !strings.Contains(text, m) {
			t.Fatalf("%s is on no page", m)
		}
	}
	body := wordParts(t, word(t, d))["word/document.xml"]
	if n, want := strings.Count(body, "<w:keepNext/>"), 12*3+119; n != want {
		t.Errorf("%d paragraphs are kept with the next, want %d", n, want)
	}
	h, err := d.HTML()
	if err != nil {
		t.Fatal(err)
	}
	if page := string(h.Page()); strings.Count(page, `<div class="together">`) != 13 || !strings.Contains(page, ".together{break-inside:avoid}") {
		t.Error("the page in HTML does not keep them together")
	}
}
