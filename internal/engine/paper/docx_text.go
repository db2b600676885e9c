package paper

import (
	"fmt"
	"net/url"
	"strings"
)

// look is how a run is set, beside what its span says.
type look struct {
	bold  bool
	color string
}

// wordLinks are the addresses that a part leads to.
type wordLinks []string

func (l *wordLinks) add(link string) string {
	*l = append(*l, link)
	return fmt.Sprintf("rIdLink%d", len(*l))
}

func (l wordLinks) entries() []string {
	out := make([]string, len(l))
	for k, link := range l {
		if u, err := url.Parse(link); err == nil { // Word refuses a file with an address that is not one
			link = u.String()
		}
		out[k] = fmt.Sprintf(`<Relationship Id="rIdLink%d" Type="%s/hyperlink" Target="%s" TargetMode="External"/>`, k+1, officeRels, escape(link))
	}
	return out
}

// run is text with its properties, in which line breaks and tabs are elements.
func run(text, properties string) string {
	if text == "" {
		return ""
	}
	if properties != "" {
		properties = "<w:rPr>" + properties + "</w:rPr>"
	}
	inner := strings.NewReplacer("\n", `</w:t><w:br/><w:t xml:space="preserve">`, "\t", `</w:t><w:tab/><w:t xml:space="preserve">`).
		Replace(escape(newlines(text)))
	return "<w:r>" + properties + `<w:t xml:space="preserve">` + inner + "</w:t></w:r>"
}

// wordField is a field of Word with the result that it shows until it is updated.
func wordField(code, shown, properties string) string {
	if properties != "" {
		properties = "<w:rPr>" + properties + "</w:rPr>"
	}
	char := func(kind string) string {
		return "<w:r>" + properties + `<w:fldChar w:fldCharType="` + kind + `"/></w:r>`
	}
	return char("begin") + "<w:r>" + properties + `<w:instrText xml:space="preserve"> ` + escape(code) + " </w:instrText></w:r>" +
		char("separate") + run(shown, strings.TrimSuffix(strings.TrimPrefix(properties, "<w:rPr>"), "</w:rPr>")) + char("end")
}

func (w *wordWriter) runs(spans []Span, l look, links *wordLinks) string {
	var out strings.Builder
	for _, s := range spans {
		properties := s.properties(l)
		switch {
		case s.Link != "":
			fmt.Fprintf(&out, `<w:hyperlink r:id="%s" w:history="1">%s</w:hyperlink>`, links.add(s.Link), run(s.Text, properties))
		case s.Ref != "":
			out.WriteString(w.reference(s, properties))
		default:
			out.WriteString(run(s.Text, properties))
		}
		if s.Footnote != nil {
			out.WriteString(w.footnote(*s.Footnote))
		}
	}
	return out.String()
}

func (s Span) properties(l look) string {
	out := ""
	switch {
	case s.Link != "" || s.Ref != "":
		out = `<w:rStyle w:val="Hyperlink"/>`
		if s.Code {
			out += wordMono
		}
	case s.Code:
		out = `<w:rStyle w:val="CodeText"/>`
	}
	if s.Bold || l.bold {
		out += "<w:b/>"
	}
	if s.Italic {
		out += "<w:i/>"
	}
	switch {
	case s.Change == Deleted:
		return out + `<w:strike/><w:color w:val="8C1D18"/>`
	case s.Change == Inserted:
		return out + `<w:color w:val="1B365D"/><w:u w:val="single"/>`
	}
	if l.color != "" && (s.Link == "" && s.Ref == "" || l.color == white) {
		out += `<w:color w:val="` + l.color + `"/>`
	}
	return out
}

// reference is a field where a number can change, so that Word keeps it true.
func (w *wordWriter) reference(s Span, properties string) string {
	at := w.labels[s.Ref]
	name := refName(at.n)
	number, numbered := strings.CutPrefix(s.Text, "Section ")
	switch {
	case s.Text != at.name || at.kind == "":
	case at.kind != Heading:
		return wordField("REF "+name+` \h`, s.Text, properties)
	case numbered:
		return run("Section ", properties) + wordField("REF "+name+` \r \h`, number, properties)
	}
	return fmt.Sprintf(`<w:hyperlink w:anchor="%s" w:history="1">%s</w:hyperlink>`, name, run(s.Text, properties))
}

func refName(n int) string { return fmt.Sprintf("_Ref%08d", n) }

// bookmark puts a name around what is written.
func (w *wordWriter) bookmark(name, inner string) string {
	w.bookmarks++
	return fmt.Sprintf(`<w:bookmarkStart w:id="%d" w:name="%s"/>%s<w:bookmarkEnd w:id="%d"/>`, w.bookmarks, name, inner, w.bookmarks)
}

// named puts the bookmark of a label around what is written.
func (w *wordWriter) named(id, inner string) string {
	if id == "" {
		return inner
	}
	return w.bookmark(refName(w.labels[id].n), inner)
}

const firstNote = 2 // the separators come before

func (w *wordWriter) footnote(n Footnote) string {
	id := w.count.footnote() + firstNote - 1
	const mark = `<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>`
	fmt.Fprintf(&w.notes, `<w:footnote w:id="%d"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr><w:r>%s<w:footnoteRef/></w:r>%s%s</w:p></w:footnote>`,
		id, mark, run(" ", ""), w.runs(n.Spans, look{}, &w.noteLinks))
	return fmt.Sprintf(`<w:r>%s<w:footnoteReference w:id="%d"/></w:r>`, mark, id)
}

func (w *wordWriter) footnotes() string {
	return xmlHead + "<w:footnotes" + wordSpaces + ">" +
		`<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>` +
		`<w:footnote w:type="continuationSeparator" w:id="1"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>` +
		w.notes.String() + "</w:footnotes>"
}

// watermark is a drawing behind the text, which stands in the header.
func (w *wordWriter) watermark(n int) string {
	text := strings.Join(w.doc.marks(), "  ·  ")
	if text == "" {
		return ""
	}
	letters := len([]rune(text))
	wide := min(500, 60*letters)
	high := max(8*wide/(5*letters), 8)
	return fmt.Sprintf(`<w:r><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e"><v:path textpathok="t"/><v:textpath on="t" fitshape="t"/></v:shapetype>`+
		`<v:shape id="watermark%d" o:spid="_x0000_s%d" type="#_x0000_t136" alt="Watermark" style="position:absolute;margin-left:0;margin-top:0;width:%dpt;height:%dpt;rotation:315;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin" fillcolor="#1b365d" stroked="f">`+
		`<v:fill opacity=".07"/><v:textpath style="font-family:&quot;Arial&quot;;font-size:1pt;font-weight:bold" string="%s"/></v:shape></w:pict></w:r>`,
		n, 2048+n, wide, high, escape(strings.ReplaceAll(text, "\n", " ")))
}

func (w *wordWriter) coverHeader() string {
	return xmlHead + "<w:hdr" + wordSpaces + "><w:p>" + w.watermark(1) + "</w:p></w:hdr>"
}

// coverFooter holds the cover's small print, which stands at the foot however
// long the title is.
func (w *wordWriter) coverFooter() string {
	notice := ""
	if c := w.doc.Cover; c != nil {
		notice = run(c.Notice, "")
	}
	return xmlHead + "<w:ftr" + wordSpaces + `><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>` + notice + "</w:p></w:ftr>"
}

func (w *wordWriter) header() string {
	left := w.doc.Header
	if left == "" {
		left = w.doc.Title
	}
	return xmlHead + "<w:hdr" + wordSpaces + `><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>` + w.watermark(2) + run(left, "") +
		"<w:r><w:tab/></w:r>" + wordField(`STYLEREF "heading 1"`, "", "") + "</w:p></w:hdr>"
}

func (w *wordWriter) footer() string {
	copied := ""
	if w.doc.Copy != nil {
		copied = `<w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>` + run(w.doc.Copy.String(), "<w:b/>") + "</w:p>"
	}
	return xmlHead + "<w:ftr" + wordSpaces + `><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>` + run(w.doc.Footer, "") + "<w:r><w:tab/></w:r>" +
		run("Page ", "") + wordField("PAGE", "1", "") + run(" of ", "") + wordField("NUMPAGES", "1", "") + "</w:p>" + copied + "</w:ftr>"
}
