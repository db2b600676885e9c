package paper

import (
	"fmt"
	"strings"
)

// Measures of the page, in twentieths of a point: a letter page with the margins
// of the PDF.
const (
	wordWidth   = 9406
	listIndent  = 430
	listHanging = 330
	maxHeading  = 7
	white       = "FFFFFF"
)

// wordWriter writes the body of one document, and gathers the parts beside it.
type wordWriter struct {
	out       strings.Builder
	notes     strings.Builder
	doc       *Document
	outline   []outlineEntry
	pages     []int // of the outline; may be empty
	labels    map[string]labelled
	count     counters
	headings  int // written so far
	bookmarks int
	links     wordLinks
	noteLinks wordLinks
	lists     []wordList
	media     []string
}

// wordList is one ordered list of the document.
type wordList struct{ abstract, level, start int }

// flow is where a block stands: what it inherits from the blocks around it.
type flow struct {
	indent   int
	width    int
	lists    int    // lists around it
	ordered  int    // ordered ones among them
	marker   string // numbering of the next paragraph, which opens an item
	inTable  bool
	keep     bool // with the next
	align    Align
	look     look
	numbered bool
}

func (w *wordWriter) body() {
	w.front()
	if w.doc.Contents {
		w.contents()
	}
	for k, s := range w.doc.Sections {
		w.count.section(s.Numbered)
		w.heading(Text(s.Title), s.ID, k == 0 && !w.doc.Contents)
		w.blocks(s.Blocks, flow{width: wordWidth, numbered: s.Numbered})
	}
	w.out.WriteString(section("rId6", "rId8"))
}

func section(header, footer string) string {
	return fmt.Sprintf(`<w:sectPr><w:headerReference w:type="default" r:id="%s"/><w:footerReference w:type="default" r:id="%s"/><w:type w:val="nextPage"/>`+
		`<w:pgSz w:w="12240" w:h="15840"/><w:pgMar w:top="1588" w:right="1417" w:bottom="1417" w:left="1417" w:header="760" w:footer="560" w:gutter="0"/></w:sectPr>`, header, footer)
}

// line is a paragraph of a style, with properties that must come in Word's order.
func (w *wordWriter) line(style, properties, inner string) {
	fmt.Fprintf(&w.out, `<w:p><w:pPr><w:pStyle w:val="%s"/>%s</w:pPr>%s</w:p>`, style, properties, inner)
}

// front is the cover with a section of its own, or the title alone.
func (w *wordWriter) front() {
	d, c := w.doc, w.doc.Cover
	const rule = `<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="6" w:color="1B365D"/></w:pBdr>`
	if c == nil {
		w.line("Title", "", run(d.Title, ""))
		w.line("Subtitle", rule+`<w:spacing w:after="480"/>`, run(d.Subtitle, ""))
		return
	}
	title := c.Title
	if title == "" {
		title = d.Title
	}
	badge := ""
	if c.Badge != "" {
		badge = "<w:r><w:tab/></w:r>" + run(c.Badge, `<w:b/><w:color w:val="8C1D18"/>`)
	}
	w.line("CoverText", rule+`<w:spacing w:after="2000"/>`, run(c.Organization, "<w:b/>")+badge)
	w.optional("CoverText", `<w:spacing w:after="240"/>`, c.Kicker, "<w:b/>"+slate)
	w.line("Title", "", run(title, ""))
	w.optional("Subtitle", "", d.Subtitle, "")
	for _, s := range c.Lines {
		w.optional("CoverText", "", s, slate)
	}
	for k, f := range c.Facts {
		before := ""
		if k == 0 {
			before = `<w:pBdr><w:top ` + strings.Replace(hairLine, `space="0"`, `space="12"`, 1) + `/></w:pBdr><w:spacing w:before="1400"/>`
		}
		w.line("CoverFact", before, run(f.Label, slate)+"<w:r><w:tab/></w:r>"+run(f.Value, ""))
	}
	w.out.WriteString("<w:p><w:pPr>" + section("rId5", "rId7") + "</w:pPr></w:p>")
}

func (w *wordWriter) optional(style, properties, text, runProperties string) {
	if text != "" {
		w.line(style, properties, run(text, runProperties))
	}
}

// contents is a table of contents that Word updates.
func (w *wordWriter) contents() {
	w.out.WriteString(`<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent>`)
	w.line("TOCHeading", "", run("Contents", ""))
	begin := `<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \o &quot;1-3&quot; \h \z \u </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>`
	for _, e := range w.outline {
		if e.level > contentsDepth {
			continue
		}
		page := ""
		if len(w.pages) > 0 {
			page = fmt.Sprint(w.pages[e.n-1])
		}
		w.line(fmt.Sprintf("TOC%d", e.level), "", begin+fmt.Sprintf(`<w:hyperlink w:anchor="%s" w:history="1">%s<w:r><w:tab/></w:r>%s</w:hyperlink>`,
			tocName(e.n), run(strings.ReplaceAll(e.words(), "\n", " "), ""), wordField("PAGEREF "+tocName(e.n)+` \h`, page, "")))
		begin = ""
	}
	if begin == "" {
		w.line("TableEnd", "", `<w:r><w:fldChar w:fldCharType="end"/></w:r>`)
	}
	w.out.WriteString("</w:sdtContent></w:sdt>")
}

func tocName(n int) string { return fmt.Sprintf("_Toc%08d", n) }

// heading writes the next heading of the outline. Its number is Word's own.
func (w *wordWriter) heading(spans []Span, id string, stays bool) {
	e := w.outline[w.headings]
	w.headings++
	properties := ""
	if stays {
		properties = `<w:pageBreakBefore w:val="0"/>`
	}
	if e.number == "" {
		properties += `<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>`
	}
	inner := w.named(id, w.runs(spans, look{}, &w.links))
	w.line(fmt.Sprintf("Heading%d", min(e.level, maxHeading)), properties, w.bookmark(tocName(e.n), inner))
}

func (w *wordWriter) blocks(blocks []Block, f flow) {
	for _, b := range blocks {
		w.block(b, f)
		f.marker = ""
	}
}

func (w *wordWriter) block(b Block, f flow) {
	switch b.Kind {
	case Heading:
		w.count.heading(b.Level, f.numbered)
		w.heading(b.Spans, b.ID, false)
		return
	case Paragraph:
		w.paragraph(f.style(), w.runs(b.Spans, f.look, &w.links), f)
		return
	}
	if f.marker != "" { // an item that does not begin with a paragraph
		w.paragraph(f.style(), "", f)
		f.marker = ""
	}
	switch b.Kind {
	case List, Ordered, Lettered:
		w.list(b, f)
	case Definition:
		w.definitions(b, f)
	case TableBlock:
		w.table(b, f)
	case FigureBlock:
		w.figure(b, f)
	case Note:
		w.note(b, f)
	case Quote:
		w.panel(`w:val="single" w:sz="12" w:space="0" w:color="CFD6DE"`, "auto", f, func(f flow) { w.blocks(b.Blocks, f) })
	case Together:
		w.together(b.Blocks, f)
	case Code:
		w.paragraph("Code", run(strings.ReplaceAll(b.Text, "\t", "    "), ""), f)
	case Rule:
		keep := ""
		if f.keep {
			keep = "<w:keepNext/>"
		}
		w.line("TableEnd", keep+`<w:pBdr><w:bottom `+hairLine+`/></w:pBdr>`, "")
	}
}

// together keeps every block but the last with the next.
func (w *wordWriter) together(blocks []Block, f flow) {
	for k := range blocks {
		f.keep = k < len(blocks)-1
		w.blocks(blocks[k:k+1], f)
	}
}

func (f flow) style() string {
	switch {
	case f.inTable && f.lists > 0:
		return "TableList"
	case f.inTable:
		return "TableText"
	case f.lists > 0:
		return "ListText"
	}
	return "BodyText"
}

// paragraph writes its properties in the order that Word's schema wants.
func (w *wordWriter) paragraph(style, inner string, f flow) {
	var p strings.Builder
	if f.keep {
		p.WriteString("<w:keepNext/>")
	}
	p.WriteString(f.marker)
	switch {
	case f.marker != "":
		fmt.Fprintf(&p, `<w:ind w:left="%d" w:hanging="%d"/>`, f.indent, listHanging)
	case f.indent > 0:
		fmt.Fprintf(&p, `<w:ind w:left="%d"/>`, f.indent)
	}
	if f.align != Start {
		side := map[Align]string{End: "right", Center: "center"}[f.align]
		fmt.Fprintf(&p, `<w:jc w:val="%s"/>`, side)
	}
	w.line(style, p.String(), inner)
}

func (w *wordWriter) list(b Block, f flow) {
	id := bulletList
	if b.Kind != List {
		abstract := decimalNumbers + f.ordered%3
		if b.Kind == Lettered {
			abstract = parenthesized
		}
		w.lists = append(w.lists, wordList{abstract, f.lists, max(b.Start, 1)})
		id = firstList + len(w.lists) - 1
		f.ordered++
	}
	f.marker = fmt.Sprintf(`<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>`, f.lists, id)
	f.lists++
	f.indent, f.width = f.indent+listIndent, f.width-listIndent
	for _, i := range b.Items {
		if len(i.Blocks) == 0 {
			w.paragraph(f.style(), "", f)
		}
		w.blocks(i.Blocks, f)
	}
}

func (w *wordWriter) definitions(b Block, f flow) {
	inner := f
	inner.indent, inner.width = f.indent+340, f.width-340
	for _, i := range b.Items {
		term := f
		term.keep = true
		w.paragraph("Term", w.runs(i.Term, look{bold: true, color: f.look.color}, &w.links), term)
		w.blocks(i.Blocks, inner)
	}
}

func (w *wordWriter) note(b Block, f flow) {
	color, fill := "1B365D", "EEF2F6"
	if b.Tone == Attention {
		color, fill = "8C1D18", "FBEEEC"
	}
	label := b.Label
	if label == "" {
		label = noteLabel(b.Tone)
	}
	w.panel(fmt.Sprintf(`w:val="single" w:sz="24" w:space="0" w:color="%s"`, color), fill, f, func(f flow) {
		head := f
		head.keep = true
		w.paragraph("NoteLabel", run(label, `<w:color w:val="`+color+`"/>`), head)
		w.blocks(b.Blocks, f)
	})
}

// panel sets blocks apart by a line on their left. It is a table of one cell:
// Word would draw a paragraph's own border at the indent of each paragraph.
func (w *wordWriter) panel(line, fill string, f flow, inside func(flow)) {
	width := max(f.width, leastWidth)
	w.gap()
	fmt.Fprintf(&w.out, `<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/><w:tblInd w:w="%d" w:type="dxa"/><w:tblBorders><w:left %s/></w:tblBorders><w:tblLayout w:type="fixed"/>`+
		`<w:tblCellMar><w:top w:w="90" w:type="dxa"/><w:left w:w="200" w:type="dxa"/><w:bottom w:w="20" w:type="dxa"/><w:right w:w="160" w:type="dxa"/></w:tblCellMar></w:tblPr>`+
		`<w:tblGrid><w:gridCol w:w="%d"/></w:tblGrid><w:tr><w:trPr></w:trPr><w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:shd w:val="clear" w:color="auto" w:fill="%s"/></w:tcPr>`,
		width, f.indent, line, width, width, fill)
	before := w.out.Len()
	inside(flow{width: width - 360, inTable: f.inTable, look: f.look, numbered: f.numbered})
	if w.out.Len() == before { // a cell must hold a paragraph
		w.paragraph(f.style(), "", flow{})
	}
	w.out.WriteString("</w:tc></w:tr></w:tbl>")
	w.gap()
}

// gap keeps what stands in a table apart from what follows, once.
func (w *wordWriter) gap() {
	const small = `<w:p><w:pPr><w:pStyle w:val="TableEnd"/></w:pPr></w:p>`
	if !strings.HasSuffix(w.out.String(), small) {
		w.out.WriteString(small)
	}
}
