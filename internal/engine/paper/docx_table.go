package paper

import (
	"fmt"
	"slices"
)

const (
	cellMargin  = 170 // both sides
	leastWidth  = 720 // of what stands deep in other things
	figureWide  = 5972760
	emuPerWidth = figureWide / 100 // of a percent of the text's width
)

// figure is a drawing with its caption. The same SVG stands in the place of the
// picture and of the extension that Word reads.
func (w *wordWriter) figure(b Block, f flow) {
	d, err := readDrawing(b.Figure.SVG)
	if err != nil {
		return // refused before the writer began
	}
	w.media = append(w.media, xmlHead+d.write("", fmt.Sprintf(` width="%g" height="%g"`, d.width, d.height), ""))
	n := len(w.media)
	wide := b.Figure.share(d) * emuPerWidth * max(f.width, leastWidth) / wordWidth
	high := int(float64(wide) * d.height / d.width)
	alt, id := escape(b.Figure.Alt), mediaID(n-1)
	size := fmt.Sprintf(`cx="%d" cy="%d"`, wide, high)
	f.keep = true
	w.paragraph("Figure", fmt.Sprintf(`<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent %s/><wp:docPr id="%d" name="Figure %d" descr="%s"/>`+
		`<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="%d" name="Figure %d" descr="%s"/><pic:cNvPicPr/></pic:nvPicPr>`+
		`<pic:blipFill><a:blip r:embed="%s"><a:extLst><a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}"><asvg:svgBlip r:embed="%s"/></a:ext></a:extLst></a:blip><a:stretch><a:fillRect/></a:stretch></pic:blipFill>`+
		`<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext %s/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`,
		size, n, n, alt, n, n, alt, id, id, size), f)
	f.keep = false
	w.caption(b.ID, w.count.figure(), "Figure", w.count.figures, b.Figure.Caption, f)
}

// caption counts with a field, so that a figure that Word moves is renumbered.
func (w *wordWriter) caption(id, name, series string, n int, text string, f flow) {
	f.align = Start
	strong := "<w:b/>" + navy
	label := run(series+" ", strong) + wordField("SEQ "+series+` \* ARABIC`, fmt.Sprint(n), strong)
	if name == "" {
		label = ""
	}
	w.paragraph("Caption", w.named(id, label)+run("   "+text, ""), f)
}

func (w *wordWriter) table(b Block, f flow) {
	t := b.Table
	places, err := t.grid(t.Rows, func(place) error { return nil })
	if err != nil {
		return // refused before the writer began
	}
	head, err := t.grid(t.Head, func(place) error { return nil })
	if err != nil {
		return
	}
	t.fitWidths(places)
	if t.Caption != "" {
		over := f
		over.keep = true
		w.caption(b.ID, w.count.table(), "Table", w.count.tables, t.Caption, over)
	} else if b.ID != "" {
		over := f
		over.keep = true
		w.paragraph("TableEnd", w.named(b.ID, ""), over)
	}
	if len(t.Rows) == 0 && !t.hasHead() {
		return // Word refuses a table without rows
	}
	g := wordGrid{t: t, columns: t.shares(max(f.width, leastWidth)), flow: f}
	w.openTable(g)
	if t.hasHead() {
		w.headRows(g, squares(head, len(t.Head)))
	}
	heights := t.heights(places)
	for k, across := range squares(places, len(t.Rows)) {
		keep := t.Rows[k].opens(len(t.Columns)) || reachesOn(across, k, heights)
		w.row(g, across, k, rowStyle{keep: keep, whole: heights[k] <= keptLines})
	}
	w.out.WriteString("</w:tbl>")
	w.gap() // two tables that touch would become one
}

// wordGrid is a table with the widths of its columns.
type wordGrid struct {
	t       *Table
	columns []int
	flow    flow
}

type rowStyle struct {
	head  bool // repeated on every page
	keep  bool // with the next row
	whole bool // not across pages
}

// shares divides a width among the columns.
func (t *Table) shares(width int) []int {
	total := 0
	for _, c := range t.Columns {
		total += c.Width
	}
	out := make([]int, len(t.Columns))
	left := width
	for k, c := range t.Columns {
		out[k] = width * c.Width / total
		left -= out[k]
	}
	out[len(out)-1] += left
	return out
}

func (w *wordWriter) openTable(g wordGrid) {
	width := 0
	for _, c := range g.columns {
		width += c
	}
	fmt.Fprintf(&w.out, `<w:tbl><w:tblPr><w:tblStyle w:val="ReportTable"/><w:tblW w:w="%d" w:type="dxa"/><w:tblInd w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>`,
		width, g.flow.indent)
	if g.t.Caption != "" {
		fmt.Fprintf(&w.out, `<w:tblCaption w:val="%s"/>`, escape(g.t.Caption))
	}
	w.out.WriteString("</w:tblPr><w:tblGrid>")
	for _, c := range g.columns {
		fmt.Fprintf(&w.out, `<w:gridCol w:w="%d"/>`, c)
	}
	w.out.WriteString("</w:tblGrid>")
}

// headRows writes the header rows, the columns' titles last.
func (w *wordWriter) headRows(g wordGrid, rows [][]place) {
	style := rowStyle{head: true, keep: true, whole: true}
	for k, across := range rows {
		w.row(g, across, k, style)
	}
	titles := make([]Cell, len(g.columns))
	over := make([]place, len(titles))
	for k, c := range g.t.Columns {
		titles[k] = TextCell(c.Title)
		over[k] = place{&titles[k], 0, k}
	}
	w.row(g, over, 0, style)
}

// row writes what a row passes: the cells that begin in it, and the rest of those
// that reach into it from above.
func (w *wordWriter) row(g wordGrid, across []place, row int, style rowStyle) {
	w.out.WriteString("<w:tr><w:trPr>")
	if style.whole {
		w.out.WriteString("<w:cantSplit/>")
	}
	if style.head {
		w.out.WriteString("<w:tblHeader/>")
	}
	w.out.WriteString("</w:trPr>")
	for _, p := range across {
		w.cell(g, p, p.row == row, style)
	}
	w.out.WriteString("</w:tr>")
}

// reachesOn says whether a cell of the row goes on in the next, and the rows that
// it spans are so few that a page can hold them together.
func reachesOn(across []place, row int, heights []int) bool {
	return slices.ContainsFunc(across, func(p place) bool {
		_, rows := p.cell.size()
		lines := 0
		for _, h := range heights[p.row : p.row+rows] {
			lines += h
		}
		return p.row+rows > row+1 && lines <= keptGroup
	})
}

// squares are the cells that each row passes, left to right.
func squares(places []place, rows int) [][]place {
	out := make([][]place, rows)
	for _, p := range places {
		_, height := p.cell.size()
		for r := p.row; r < p.row+height; r++ {
			out[r] = append(out[r], p)
		}
	}
	for _, across := range out {
		slices.SortFunc(across, func(a, b place) int { return a.column - b.column })
	}
	return out
}

func (w *wordWriter) cell(g wordGrid, p place, begins bool, style rowStyle) {
	columns, rows := p.cell.size()
	width := 0
	for _, c := range g.columns[p.column : p.column+columns] {
		width += c
	}
	fmt.Fprintf(&w.out, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, width)
	if columns > 1 {
		fmt.Fprintf(&w.out, `<w:gridSpan w:val="%d"/>`, columns)
	}
	if rows > 1 && begins {
		w.out.WriteString(`<w:vMerge w:val="restart"/>`)
	} else if rows > 1 {
		w.out.WriteString("<w:vMerge/>")
	}
	fill, l := cellLook(p.cell.Tone, style.head)
	if fill != "" {
		fmt.Fprintf(&w.out, `<w:shd w:val="clear" w:color="auto" w:fill="%s"/>`, fill)
	}
	w.out.WriteString("</w:tcPr>")
	f := flow{width: width - cellMargin, inTable: true, keep: style.keep, look: l, align: g.t.Columns[p.column].Align, numbered: g.flow.numbered}
	if style.head && columns > 1 {
		f.align = Center
	}
	if begins {
		w.cellBlocks(p.cell, f)
	} else {
		w.paragraph("TableText", "", f)
	}
	w.out.WriteString("</w:tc>")
}

// cellBlocks writes what is in a cell, which must end with a paragraph.
func (w *wordWriter) cellBlocks(c *Cell, f flow) {
	if len(c.Blocks) == 0 {
		w.paragraph("TableText", w.named(c.ID, w.runs(c.Spans, f.look, &w.links)), f)
		return
	}
	if c.ID != "" {
		w.paragraph("TableEnd", w.named(c.ID, ""), f)
	}
	before := w.out.Len()
	w.blocks(c.Blocks, f)
	if w.out.Len() == before { // such as a list without items
		w.paragraph("TableText", "", f)
	}
}

func cellLook(t Tone, head bool) (fill string, l look) {
	switch {
	case head:
		return "1B365D", look{true, white}
	case t == Head:
		return "EEF2F6", look{true, "1B365D"}
	case t == Attention:
		return "FBEEEC", look{color: "8C1D18"}
	case t == Muted:
		return "", look{color: "55606E"}
	}
	return "", look{}
}
