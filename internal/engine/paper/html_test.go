package paper

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func web(t *testing.T, d Document) HTML {
	t.Helper()
	h, err := d.HTML()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// words reads HTML or XML strictly, but for elements that HTML does not close,
// and gives its text with a line break for each br.
func words(t interface{ Fatalf(string, ...any) }, source string) string {
	in := xml.NewDecoder(strings.NewReader(source))
	in.AutoClose, in.Entity = xml.HTMLAutoClose, xml.HTMLEntity
	in.Strict = false
	var out strings.Builder
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			return out.String()
		}
		if err != nil {
			t.Fatalf("%v", err)
		}
		switch token := token.(type) {
		case xml.CharData:
			out.Write(token)
		case xml.StartElement:
			if token.Name.Local == "br" {
				out.WriteString("\n")
			}
			if token.Name.Local == "tab" {
				out.WriteString("\t")
			}
		}
	}
}

func TestEveryTextIsOnTheWebPage(t *testing.T) {
	h := web(t, everything())
	got := words(t, h.Body)
	texts := printed(everything())
	for text, where := range texts {
		if !strings.Contains(got, text) {
			t.Errorf("%s: %q is not on the page", where, text)
		}
	}
	if len(texts) < 150 || !strings.Contains(got, "Copy 7, for Zöe & Søn <Bank> AG") {
		t.Errorf("looked for %d texts; or the recipient is missing", len(texts))
	}
	if again := web(t, everything()); again != h {
		t.Error("one document gave two pages")
	}
}

var (
	ids  = regexp.MustCompile(` id="([^"]*)"`)
	uses = regexp.MustCompile(`(?:href="#|url\(#|aria-labelledby=")([^")]+)`)
	tags = regexp.MustCompile(`<(/?)h([1-6])[ >]`)
)

func TestTheWebPageIsWhole(t *testing.T) {
	h := web(t, everything())
	known := map[string]bool{}
	for _, m := range ids.FindAllStringSubmatch(h.Body, -1) {
		if known[m[1]] || !strings.HasPrefix(m[1], "to-") {
			t.Errorf("id %q is there twice, or is not ours", m[1])
		}
		known[m[1]] = true
	}
	n := 0
	for _, m := range uses.FindAllStringSubmatch(h.Body, -1) {
		for _, id := range strings.Fields(m[1]) {
			if n++; !known[id] {
				t.Errorf("something leads to %q, which is nowhere", id)
			}
		}
	}
	if n < 30 {
		t.Errorf("looked at %d uses of ids only", n)
	}
	level := 0
	for _, m := range tags.FindAllStringSubmatch(h.Body, -1) {
		if next := int(m[2][0] - '0'); m[1] == "" {
			if next > level+1 {
				t.Errorf("a heading of level %d follows one of level %d", next, level)
			}
			level = next
		}
	}
}

func TestTheWebPageRunsAndLoadsNothing(t *testing.T) {
	page := web(t, everything()).Page()
	body := page[strings.Index(page, "<body>"):]
	for _, forbidden := range []string{"<script", "<style", " style=", "javascript:", " src=", "<link", "<iframe", " onclick", "@import", "http-equiv"} {
		if strings.Contains(body, forbidden) {
			t.Errorf("the page holds %s", forbidden)
		}
	}
	for _, m := range regexp.MustCompile(`https?://[^"'< ]+`).FindAllString(web(t, oneSection(everyBlock()[5])).Page(), -1) {
		if m != svgSpace {
			t.Errorf("a page without links names %s", m)
		}
	}
}

func TestTheWebPageHasItsMarks(t *testing.T) {
	body := web(t, everything()).Body
	for _, want := range []string{
		`<caption><strong>Table 1</strong> Merged cells</caption>`, `<th scope="colgroup" colspan="2">Both halves of the year</th>`,
		`<th scope="col" class="end">Tested</th>`, `<th scope="rowgroup" class="head" colspan="4">CC6 Access</th>`,
		`<td id="to-AC-11" rowspan="2">AC-11</td>`, `<a href="#to-AC-11">AC-11</a>`,
		`<sup><a id="to--mark-2" href="#to--note-2" role="doc-noteref" aria-label="Note 2">2</a></sup>`,
		`<li id="to--note-2">As in <a href="#to-months">Figure 1</a>, and at <a href="https://larkspur.example/a?b=1&amp;c=2"`,
		`<a href="#to--mark-2" role="doc-backlink"`, `<ol class="lettered" type="a" start="25">`,
		`<title id="to--figure-1-title">Exceptions by month</title><desc id="to--figure-1-desc">Three columns: six in January`,
		`<h4 id="to-skipped"><span class="number">1.1.1</span> A heading that skipped a level</h4>`,
		`<td class="attention" colspan="2" rowspan="2">Deviation in both.</td>`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not hold %s", want)
		}
	}
}

func TestATextIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.Rune().Filter(func(r rune) bool { return !steers(r) })).Draw(t, "text")
		d := oneSection(Para(text), Block{Kind: Code, Text: text})
		h, err := d.HTML()
		if err != nil {
			t.Fatalf("%v", err)
		}
		want := newlines(text)
		if got := words(t, h.Body); strings.Count(got, want) < 2 {
			t.Errorf("%q became %q", text, got)
		}
		file, err := d.DOCX(nil)
		if err != nil {
			t.Fatalf("%v", err)
		}
		if got := words(t, wordParts(t, file)["word/document.xml"]); !strings.Contains(got, want) {
			t.Errorf("%q became %q", text, got)
		}
	})
}
