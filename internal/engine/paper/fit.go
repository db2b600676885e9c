package paper

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fitting prepares a document for the template: words too long for a line may
// break, columns get widths, and long rows may cross pages. Nothing that a
// reader sees is added or taken away.

// seam marks where the template may break a word. It is no character at all in
// Unicode, so no document can hold it: no font shows it.
const seam = "\uFDD0"

const (
	longWord  = 12  // runes, from which a word with digits or marks may break
	longRun   = 24  // runes, from which any word may break
	piece     = 8   // runes between seams where a word has no marks
	keptLines = 20  // a row estimated longer than this may cross pages
	keptGroup = 28  // rows that one cell spans, if estimated longer, are cut apart
	lineRunes = 104 // of table text on a full line, with some to spare
)

// fit changes the document in place: it must be the renderer's own copy.
func fit(d *Document) {
	d.Lang = d.language()
	d.Watermark = strings.Join(d.marks(), "\n")
	if d.Copy != nil {
		d.Footer = strings.TrimPrefix(d.Footer+"\n"+d.Copy.String(), "\n")
	}
	if d.Cover != nil && d.Cover.Title == "" {
		d.Cover.Title = d.Title
	}
	for k := range d.Sections {
		fitBlocks(d.Sections[k].Blocks)
	}
}

func fitBlocks(blocks []Block) {
	for k := range blocks {
		b := &blocks[k]
		b.Text = seams(strings.ReplaceAll(newlines(b.Text), "\t", "    "))
		fitSpans(b.Spans)
		fitBlocks(b.Blocks)
		for n := range b.Items {
			fitSpans(b.Items[n].Term)
			fitBlocks(b.Items[n].Blocks)
		}
		if b.Kind == Note && b.Label == "" {
			b.Label = noteLabel(b.Tone)
		}
		if b.Table != nil {
			b.Table.fit()
		}
		if b.Figure != nil {
			b.Figure.fit()
		}
	}
}

// fit gives the compiler the drawing in its one form, and a size that fits.
func (f *Figure) fit() {
	if d, err := readDrawing(f.SVG); err == nil { // Check refuses any other
		f.SVG, f.Width = d.write("", "", ""), f.share(d)
	}
}

// noteLabel says a note's tone as a word, for who cannot see its color.
func noteLabel(t Tone) string {
	if t == Attention {
		return "Attention"
	}
	return "Note"
}

func fitSpans(spans []Span) {
	for k, s := range spans {
		text := newlines(s.Text)
		if !s.Code {
			text = strings.ReplaceAll(text, "\t", " ")
		}
		spans[k].Text = seams(text)
		if s.Footnote != nil {
			fitSpans(s.Footnote.Spans)
		}
	}
}

func newlines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// seams puts a seam wherever a long word may break.
func seams(text string) string {
	if utf8.RuneCountInString(text) <= longWord {
		return text
	}
	var out strings.Builder
	word := 0
	for k, r := range text {
		if unicode.IsSpace(r) {
			out.WriteString(sew(text[word:k]))
			out.WriteRune(r)
			word = k + utf8.RuneLen(r)
		}
	}
	out.WriteString(sew(text[word:]))
	return out.String()
}

// sew puts seams into one word: after its marks, and at regular places in what
// is still long. A word of letters is left to the hyphenation.
func sew(word string) string {
	n := utf8.RuneCountInString(word)
	lettersOnly := strings.IndexFunc(word, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
	if n <= longWord || lettersOnly && n <= longRun {
		return word
	}
	var out strings.Builder
	run := 0
	limit := runLimit(word)
	for k, r := range word {
		out.WriteRune(r)
		run++
		rest := len(word) - k - utf8.RuneLen(r)
		if run < limit && !strings.ContainsRune("/_-.,:;@=&?|+", r) {
			continue
		}
		if rest > 2 {
			out.WriteString(seam)
		}
		run = 0
	}
	return out.String()
}

// runLimit is the distance of seams in a stretch without marks: words between
// marks stay whole unless one of them is itself too long.
func runLimit(word string) int {
	for _, run := range strings.FieldsFunc(word, func(r rune) bool {
		return strings.ContainsRune("/_-.,:;@=&?|+", r)
	}) {
		if utf8.RuneCountInString(run) > longRun || strings.ContainsAny(run, "0123456789") &&
			utf8.RuneCountInString(run) > longWord {
			return piece
		}
	}
	return longRun
}

// fit gives a table its widths and says which rows may cross pages. A cell that
// spans more rows than surely fit on a page is cut into one cell for each row:
// the compiler would lose text where it has to break such a cell itself.
func (t *Table) fit() {
	places, err := t.grid(t.Rows, func(place) error { return nil })
	if err != nil {
		return // Check refuses such a table; the compiler would too
	}
	t.fitWidths(places)
	t.fitHead()
	heights := t.heights(places)
	for k := len(places) - 1; k >= 0; k-- { // backwards: a cut adds cells to later rows
		p := places[k]
		_, rows := p.cell.size()
		sum := 0
		for _, h := range heights[p.row : p.row+rows] {
			sum += h
		}
		if rows > 1 && (p.cell.Split || max(sum, p.lines(t)) > keptGroup) {
			t.cut(p, kept(p, heights[p.row:p.row+rows], p.lines(t)))
		}
	}
	if places, err = t.grid(t.Rows, func(place) error { return nil }); err != nil {
		return
	}
	t.fitRows(places, t.heights(places))
}

// fitHead prepares the header rows' texts; they never cross pages.
func (t *Table) fitHead() {
	for _, r := range t.Head {
		for _, c := range r.Cells {
			fitSpans(c.Spans)
			fitBlocks(c.Blocks)
		}
	}
}

// kept is how many rows a cell that is cut still spans: as many as surely stay on
// one page, so that what opens a group is not left behind at the foot of another.
func kept(p place, heights []int, lines int) int {
	if p.cell.Split || lines > keptGroup {
		return 1
	}
	n, sum := 0, 0
	for _, h := range heights {
		if sum += h; sum > keptGroup {
			break
		}
		n++
	}
	return max(n, 1)
}

// cut makes a cell that spans rows a cell of the first of them, with empty cells
// in the rows below.
func (t *Table) cut(p place, keep int) {
	columns, rows := p.cell.size()
	places, _ := t.grid(t.Rows, func(place) error { return nil })
	for r := p.row + keep; r < p.row+rows; r++ {
		at := 0
		for _, q := range places {
			if q.row == r && q.column < p.column {
				at++
			}
		}
		t.Rows[r].Cells = slices.Insert(t.Rows[r].Cells, at, Cell{Colspan: columns, Tone: p.cell.Tone})
	}
	p.cell.Rowspan = keep
}

// fitRows lets long rows cross pages, and the words in them break.
func (t *Table) fitRows(places []place, heights []int) {
	for r, h := range heights {
		split := h > keptLines
		for _, c := range t.Rows[r].Cells {
			split = split || c.Split
		}
		heights[r] = int(bit(split))
	}
	for _, p := range places {
		_, rows := p.cell.size()
		p.cell.Split = rows == 1 && heights[p.row] == 1
		fitSpans(p.cell.Spans)
		fitBlocks(p.cell.Blocks)
		for k, s := range p.cell.Spans {
			p.cell.Spans[k].Text = hyphens(s.Text, p.width(t))
		}
	}
}

// hyphens lets a word of letters break that is wider than its cell. The hyphen
// is a soft one: it shows where the word does break and nowhere else.
func hyphens(text string, width int) string {
	words := strings.Split(text, " ")
	for k, w := range words {
		letters := []rune(w)
		if len(letters) <= width || strings.ContainsAny(w, seam+"\n") {
			continue
		}
		var parts []string
		for part := range slices.Chunk(letters, max(width-1, 3)) {
			parts = append(parts, string(part))
		}
		words[k] = strings.Join(parts, "\u00ad")
	}
	return strings.Join(words, " ")
}

// heights estimates every row by the cells that stand in it alone.
func (t *Table) heights(places []place) []int {
	heights := make([]int, len(t.Rows))
	for _, p := range places {
		if _, rows := p.cell.size(); rows == 1 {
			heights[p.row] = max(heights[p.row], p.lines(t))
		}
	}
	return heights
}

// fitWidths shares the page among columns that have no widths, by what is in
// them: at least a word, at most what a reader would want.
func (t *Table) fitWidths(places []place) {
	const least, most = 8, 44
	given := false
	for _, c := range t.Columns {
		given = given || c.Width > 0
	}
	for k := range t.Columns {
		c := &t.Columns[k]
		if given {
			c.Width = max(c.Width, 1)
		} else {
			c.Width = min(max(utf8.RuneCountInString(c.Title)+2, least), most)
		}
	}
	if given {
		return
	}
	for _, p := range places {
		if columns, _ := p.cell.size(); columns == 1 {
			c := &t.Columns[p.column]
			c.Width = max(c.Width, min(p.cell.runes(), most))
		}
	}
}

func (c *Cell) runes() int {
	n := spanRunes(c.Spans)
	for _, b := range c.Blocks {
		n += spanRunes(b.Spans) + utf8.RuneCountInString(b.Text)
	}
	return n
}

func spanRunes(spans []Span) int {
	n := 0
	for _, s := range spans {
		n += utf8.RuneCountInString(s.Text)
	}
	return n
}

// width estimates how many letters fit on a line of the cell.
func (p place) width(t *Table) int {
	columns, _ := p.cell.size()
	share, total := 0, 0
	for _, c := range t.Columns {
		total += c.Width
	}
	for _, c := range t.Columns[p.column : p.column+columns] {
		share += c.Width
	}
	return max(lineRunes*share/max(total, 1)-2, 3)
}

// lines estimates the height of a cell, generously.
func (p place) lines(t *Table) int {
	width := p.width(t)
	return textLines(p.cell.Spans, width) + blockLines(p.cell.Blocks, width)
}

func blockLines(blocks []Block, width int) int {
	n := 0
	for _, b := range blocks {
		n += 1 + textLines(b.Spans, width) + textLines(Text(b.Text), width) + blockLines(b.Blocks, width)
		for _, i := range b.Items {
			n += textLines(i.Term, width) + blockLines(i.Blocks, max(width-4, 3))
		}
		if b.Table != nil {
			n += keptGroup * len(b.Table.Rows) // a table in a cell may always cross pages
		}
	}
	return n
}

func textLines(spans []Span, width int) int {
	n := spanRunes(spans)/width + 1
	for _, s := range spans {
		n += strings.Count(s.Text, "\n")
	}
	return n
}
