package report

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
)

// placed is a word on a page, in points from its upper left corner.
type placed struct {
	X0   float64 `xml:"xMin,attr"`
	Y0   float64 `xml:"yMin,attr"`
	X1   float64 `xml:"xMax,attr"`
	Y1   float64 `xml:"yMax,attr"`
	Text string  `xml:",chardata"`
}

// printing is a report as it lies on a table: its document, its bytes, and every
// word with its place.
type printing struct {
	doc   paper.Document
	pdf   []byte
	pages [][]placed
}

// The text of a page stands between its header and its footer.
const (
	top, bottom = 28 * 72 / 25.4, 792 - 25*72/25.4
	left, right = 25 * 72 / 25.4, 612 - 25*72/25.4
)

// issuedAs is the report as it would be issued with an opinion: without marks of a draft.
func (r *room) issuedAs(o Order, subjects []audit.SubjectOpinion) paper.Document {
	r.Helper()
	r.opines(o.Engagement, subjects...)
	b, err := r.stage(staff).book(r.ctx, o)
	r.Must(err)
	b.Final = true
	d, err := Compose(b)
	r.Must(err)
	return d
}

func (r *room) print(name string, d paper.Document) printing {
	r.Helper()
	pdf, _, err := r.stage(staff).Paper.PDF(r.ctx, d)
	r.Must(err)
	file := filepath.Join(r.TempDir(), "report.pdf")
	if dir := os.Getenv("TICKMARK_SAMPLES"); dir != "" { // to be looked at
		file = filepath.Join(dir, name+".pdf")
	}
	r.Must(os.WriteFile(file, pdf, 0o600))
	out, err := exec.Command("pdftotext", "-bbox", file, "-").Output()
	r.Must(err)
	var boxes struct {
		Pages []struct {
			Words []placed `xml:"word"`
		} `xml:"body>doc>page"`
	}
	r.Must(xml.Unmarshal(out, &boxes))
	p := printing{doc: d, pdf: pdf}
	for _, x := range boxes.Pages {
		p.pages = append(p.pages, x.Words)
	}
	return p
}

// check holds the pages against the document, and against what a page is.
func (p printing) check(t *testing.T) {
	t.Helper()
	p.checkText(t)
	p.checkPlaces(t)
	p.checkHeadings(t)
	p.checkTags(t)
}

// letters are a text without what typesetting adds or takes away.
func letters(s string) string {
	return strings.NewReplacer("-", "", "\u00ad", "", "‐", "").Replace(strings.Join(strings.Fields(s), ""))
}

// checkText looks for every paragraph, item, row and heading in what the pages say.
func (p printing) checkText(t *testing.T) {
	t.Helper()
	var all strings.Builder
	for _, words := range p.pages {
		for _, w := range words {
			all.WriteString(letters(w.Text))
		}
	}
	n, got := 0, all.String()
	for _, u := range units(p.doc) {
		for _, word := range strings.Fields(strings.ReplaceAll(u.text, " | ", " ")) {
			if n++; !strings.Contains(got, letters(strings.TrimSuffix(word, ":"))) {
				t.Errorf("%q of %q is on no page", word, u.text)
			}
		}
	}
	if n < 700 {
		t.Errorf("looked for %d words only", n)
	}
}

// checkPlaces: no word lies over another or outside of the text's margins.
func (p printing) checkPlaces(t *testing.T) {
	t.Helper()
	for n, words := range p.pages {
		for i, w := range words {
			if n > 0 && (w.X0 < left-2 || w.X1 > right+5 || w.Y1 > 792-14*72/25.4) {
				t.Errorf("page %d: %q stands at %.0f to %.0f, %.0f down", n+1, w.Text, w.X0, w.X1, w.Y1)
			}
			for _, v := range words[i+1:] {
				wide, high := math.Min(w.X1, v.X1)-math.Max(w.X0, v.X0), math.Min(w.Y1, v.Y1)-math.Max(w.Y0, v.Y0)
				if wide > 1 && high > 0.45*math.Min(w.Y1-w.Y0, v.Y1-v.Y0) {
					t.Errorf("page %d: %q lies over %q", n+1, w.Text, v.Text)
				}
			}
		}
	}
}

var destination = regexp.MustCompile(`(?m)^(\d+) 0 obj\s*\[(\d+) 0 R /XYZ ([0-9.]+) ([0-9.]+)`)

// checkHeadings: every heading is in the outline, and has something below it on
// its page.
func (p printing) checkHeadings(t *testing.T) {
	t.Helper()
	pages, err := paper.HeadingPages(p.pdf)
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, s := range p.doc.Sections {
		titles = append(titles, s.Title)
		for _, b := range s.Blocks {
			if b.Kind == paper.Heading {
				titles = append(titles, plain(b.Spans))
			}
		}
	}
	if p.doc.Contents {
		titles = append([]string{"Contents"}, titles...)
	}
	marks := regexp.MustCompile(`/Title [^\n]+\n\s*/Dest (\d+) 0 R`).FindAllSubmatch(p.pdf, -1)
	if len(pages) != len(marks) || len(titles)-len(marks) > 1 || len(marks) < 12 {
		t.Fatalf("%d bookmarks of %d headings", len(marks), len(titles))
	}
	heights := map[string]float64{}
	for _, m := range destination.FindAllSubmatch(p.pdf, -1) {
		y, err := strconv.ParseFloat(string(m[4]), 64)
		if err != nil {
			t.Fatal(err)
		}
		heights[string(m[1])] = 792 - y
	}
	titles = titles[len(titles)-len(marks):]
	for n := pages[slices.Index(titles, p.doc.Sections[0].Title)]; n <= len(p.pages); n++ {
		if words := len(p.pages[n-1]); words < 30 { // some of them are the header and the footer
			t.Errorf("page %d holds %d words: something was left alone on it", n, words)
		}
	}
	for i, m := range marks {
		from, known := heights[string(m[1])]
		if !known || from < top-12 || from > bottom {
			t.Fatalf("the heading %q stands %.0f points down on page %d", titles[i], from, pages[i])
		}
		below := 0
		for _, w := range p.pages[pages[i]-1] {
			if w.Y0 > from-2 && w.Y1 < bottom+2 && w.Y0 > top-2 {
				below++
			}
		}
		if words := len(strings.Fields(titles[i])); below < words+3 {
			t.Errorf("page %d: below the heading %q stand %d words", pages[i], titles[i], below-words)
		}
	}
}

// checkTags: the file is tagged, names its language and title, and every
// reference is a link.
func (p printing) checkTags(t *testing.T) {
	t.Helper()
	for _, want := range []string{"/StructTreeRoot", "/MarkInfo", "/Lang", "/S /TH", "/S /H1", "/S /H2", "/S /TD", "/S /TOC"} {
		if !bytes.Contains(p.pdf, []byte(want)) && !bytes.Contains(p.pdf, []byte(strings.ReplaceAll(want, "/S /", "/S/"))) {
			t.Errorf("the file has no %s", want)
		}
	}
	source, err := p.doc.Source()
	if err != nil {
		t.Fatal(err)
	}
	refs, links := bytes.Count(source, []byte(`"ref":`)), bytes.Count(p.pdf, []byte("/Subtype /Link"))
	if links < refs+len(p.doc.Sections) {
		t.Errorf("%d links of %d references and %d sections of the contents", links, refs, len(p.doc.Sections))
	}
	if figures, alts := bytes.Count(source, []byte(`"alt":`)), bytes.Count(p.pdf, []byte("/Alt ")); alts < figures {
		t.Errorf("%d alternative texts of %d figures", alts, figures)
	}
}

// formed are the subjects of an opinion of a form, for a type.
func formed(form audit.Form, typ int, codes ...string) []audit.SubjectOpinion {
	if form == audit.Unmodified {
		return unmodified()[:1+typ]
	}
	on := audit.OfOperation
	if typ == 1 {
		on = audit.OfDesign
	}
	matter := "The rule that asks for the approval of a second engineer was switched off from March to May 2025.\n\nNine of forty changes that were tested were deployed without approval in that time."
	return with(on, audit.SubjectOpinion{Form: form, Affected: codes, Basis: matter})[:1+typ]
}

// kinds are the reports that Tickmark writes.
var kinds = []struct {
	name  string
	order Order
	typ   int
	codes []string
}{
	{"soc1-type1", Order{Engagement: "soc1-t1"}, 1, []string{"CO-04"}},
	{"soc1-type2", Order{Engagement: "soc1-t2"}, 2, []string{"CO-04"}},
	{"soc2-type1", Order{Engagement: "soc2-t1"}, 1, []string{"SC-01", "CC8.1"}},
	{"soc2-type2", Order{Engagement: "soc2-t2"}, 2, []string{"SC-01", "CC8.1"}},
	{"soc2-plus", Order{Engagement: "soc2-plus"}, 2, []string{"164.312(b)", "CC8.1"}},
	{"soc3", Order{Engagement: "soc2-t2", Kind: "soc3"}, 2, []string{"SC-01", "CC8.1"}},
}

// told records what all of the kinds are made from.
func told(t *testing.T) *room {
	t.Helper()
	r := open(t)
	for _, e := range []string{"soc1-t1", "soc1-t2", "soc2-t1", "soc2-t2", "soc2-plus"} {
		r.team(e)
		if !strings.HasSuffix(e, "t1") {
			r.fieldwork(e)
		}
		r.says(e, map[string]string{"description": "yes", "design": "yes", "operation": "except"})
	}
	return r
}

// Section I of every kind in every form, word by word; and one of them on its pages.
func TestEveryKindInEveryForm(t *testing.T) {
	r := told(t)
	for _, k := range kinds {
		for _, form := range []audit.Form{audit.Unmodified, audit.Qualified, audit.Adverse, audit.Disclaimer} {
			name := fmt.Sprintf("%s-%s", k.name, form)
			t.Run(name, func(t *testing.T) {
				d := r.issuedAs(k.order, formed(form, k.typ, k.codes...))
				if err := d.Check(); err != nil {
					t.Fatal(err)
				}
				var lines []string
				for _, u := range units(d) {
					if strings.HasPrefix(u.section, "Section I ") {
						lines = append(lines, digests.ReplaceAllString(u.where+": "+u.text, "(digest)"))
					}
				}
				golden(t, filepath.Join("testdata", "opinions", name+".txt"), lines)
				if name == "soc1-type2-qualified" {
					r.print(name, d).check(t)
				}
			})
		}
	}
}

// Before anything is tested, a draft says from when the description is, and has
// no list of tests.
func TestADraftOfADescriptionOnly(t *testing.T) {
	r := open(t)
	text := r.composed(owner, Order{Engagement: "soc2-t2"})
	mustSay(t, text, []string{"Records as of: 1 February 2026", "No test recorded."}, []string{"0001", "Tests on whole populations and their limits", "No test flagged an item."})
}
