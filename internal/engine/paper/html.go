package paper

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"strings"
)

//go:embed templates/document.css
var stylesheet string

// HTML is a document as one page for a browser: no script, no style in an
// element, nothing that is loaded from elsewhere. Body and Style are apart so
// that a server can keep a strict content policy; every id begins with "to-".
type HTML struct {
	Title string
	Lang  string
	Body  string // an article element
	Style string // the same for every document
}

// Page is the whole file. Its policy forbids everything but its own style.
func (h HTML) Page() string {
	digest := sha256.Sum256([]byte(h.Style))
	return fmt.Sprintf(`<!DOCTYPE html>
<html lang="%s">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%s</title>
<style>%s</style>
</head>
<body>
%s</body>
</html>
`, escape(h.Lang), base64.StdEncoding.EncodeToString(digest[:]), escape(h.Title), h.Style, h.Body)
}

// HTML writes the document as a page for a browser.
func (d Document) HTML() (HTML, error) {
	if err := d.checkReadable(); err != nil {
		return HTML{}, err
	}
	own, err := d.own()
	if err != nil {
		return HTML{}, err
	}
	w := webWriter{doc: own, outline: outlineOf(own)}
	w.article()
	return HTML{Title: d.Title, Lang: d.language(), Body: w.out.String(), Style: stylesheet + widths()}, nil
}

// widths are the classes by which columns and figures get their share: a style
// in the element would need a policy that allows any.
func widths() string {
	var out strings.Builder
	for n := 1; n <= 100; n++ {
		fmt.Fprintf(&out, ".paper .w%d{width:%d%%}\n", n, n)
	}
	return out.String()
}

// webWriter writes one document.
type webWriter struct {
	out      strings.Builder
	doc      *Document
	outline  []outlineEntry
	headings int // written so far
	count    counters
	figures  int
	notes    []Footnote // of this section, not yet written
}

func (w *webWriter) f(format string, args ...any) { fmt.Fprintf(&w.out, format, args...) }

func (w *webWriter) article() {
	d := w.doc
	w.f("<article class=\"paper\" lang=\"%s\">\n", escape(d.language()))
	for _, line := range d.marks() {
		w.f("<p class=\"watermark\">%s</p>\n", escape(line))
	}
	w.front()
	if d.Contents {
		w.contents()
	}
	for _, s := range d.Sections {
		w.section(s)
	}
	w.f("<footer>")
	w.lines("p", "", d.Footer)
	if d.Copy != nil {
		w.lines("p", "", d.Copy.String())
	}
	w.f("</footer>\n</article>\n")
}

// front is the cover, or the title if there is none.
func (w *webWriter) front() {
	d := w.doc
	c := d.Cover
	if c == nil {
		c = &Cover{}
	}
	title := c.Title
	if title == "" {
		title = d.Title
	}
	w.f("<header>\n")
	w.lines("p", "running", d.Header)
	w.lines("p", "organization", c.Organization)
	w.lines("p", "badge", c.Badge)
	w.lines("p", "kicker", c.Kicker)
	w.lines("h1", "", title)
	w.lines("p", "subtitle", d.Subtitle)
	for _, s := range c.Lines {
		w.lines("p", "line", s)
	}
	if len(c.Facts) > 0 {
		w.f("<dl class=\"facts\">\n")
		for _, f := range c.Facts {
			w.f("<div><dt>%s</dt><dd>%s</dd></div>\n", broken(f.Label), broken(f.Value))
		}
		w.f("</dl>\n")
	}
	w.lines("p", "notice", c.Notice)
	w.f("</header>\n")
}

// lines is an element of plain text, or nothing if there is no text.
func (w *webWriter) lines(tag, class, text string) {
	if text == "" {
		return
	}
	if class != "" {
		class = ` class="` + class + `"`
	}
	w.f("<%s%s>%s</%s>\n", tag, class, broken(text), tag)
}

// broken is escaped text with its line breaks.
func broken(s string) string { return strings.ReplaceAll(escape(newlines(s)), "\n", "<br>") }

func (w *webWriter) contents() {
	w.f("<nav aria-labelledby=\"to--contents\">\n<h2 id=\"to--contents\">Contents</h2>\n<ul class=\"contents\">\n")
	for _, e := range w.outline {
		if e.level <= contentsDepth {
			w.f("<li class=\"level%d\"><a href=\"#%s\">%s</a></li>\n", e.level, escape(e.webID()), broken(e.words()))
		}
	}
	w.f("</ul>\n</nav>\n")
}

func (w *webWriter) section(s Section) {
	w.f("<section>\n")
	w.count.section(s.Numbered)
	w.heading(Text(s.Title))
	w.blocks(s.Blocks, s.Numbered)
	w.endnotes()
	w.f("</section>\n")
}

// heading writes the next heading of the outline.
func (w *webWriter) heading(spans []Span) {
	e := w.outline[w.headings]
	w.headings++
	tag, role := fmt.Sprintf("h%d", e.level+1), ""
	if e.level > 5 {
		tag, role = "div", fmt.Sprintf(` role="heading" aria-level="%d" class="heading"`, e.level+1)
	}
	number := ""
	if e.number != "" {
		number = `<span class="number">` + e.number + "</span> "
	}
	w.f("<%s id=\"%s\"%s>%s", tag, escape(e.webID()), role, number)
	w.spans(spans)
	w.f("</%s>\n", tag)
}

// endnotes are the footnotes of a section: a page for a browser has no foot.
func (w *webWriter) endnotes() {
	if len(w.notes) == 0 {
		return
	}
	first := w.count.footnotes - len(w.notes) + 1
	w.f("<section class=\"notes\" role=\"doc-endnotes\" aria-label=\"Notes\">\n<ol start=\"%d\">\n", first)
	for k, note := range w.notes {
		n := first + k
		w.f("<li id=\"to--note-%d\">", n)
		w.spans(note.Spans)
		w.f(" <a href=\"#to--mark-%d\" role=\"doc-backlink\" aria-label=\"Back to the text of note %d\">↩</a></li>\n", n, n)
	}
	w.f("</ol>\n</section>\n")
	w.notes = nil
}

func (w *webWriter) spans(spans []Span) {
	for _, s := range spans {
		w.span(s)
	}
}

func (w *webWriter) span(s Span) {
	open, end := "", ""
	wrap := func(tag, attributes string) {
		open, end = open+"<"+tag+attributes+">", "</"+tag+">"+end
	}
	if s.Link != "" {
		wrap("a", ` href="`+escape(s.Link)+`" rel="noopener noreferrer"`)
	}
	if s.Ref != "" {
		wrap("a", ` href="#to-`+escape(s.Ref)+`"`)
	}
	if s.Bold {
		wrap("strong", "")
	}
	if s.Italic {
		wrap("em", "")
	}
	if s.Code {
		wrap("code", "")
	}
	if tag := map[Change]string{Inserted: "ins", Deleted: "del"}[s.Change]; tag != "" {
		wrap(tag, "")
	}
	if s.Text != "" {
		w.out.WriteString(open + broken(s.Text) + end)
	}
	if s.Footnote != nil {
		n := w.count.footnote()
		w.notes = append(w.notes, *s.Footnote)
		w.f("<sup><a id=\"to--mark-%d\" href=\"#to--note-%d\" role=\"doc-noteref\" aria-label=\"Note %d\">%d</a></sup>", n, n, n, n)
	}
}
