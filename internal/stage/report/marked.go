package report

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
)

// Marked is the report as it would be written now, with what changed since the
// newest that was recorded, or since another engagement's, marked in it. It
// records nothing.
func (s Stage) Marked(ctx context.Context, o Order, other string) (paper.Document, Comparison, error) {
	x, err := s.beside(ctx, o)
	if other != "" {
		x, err = s.besideOther(ctx, o, other)
	}
	if err != nil {
		return paper.Document{}, Comparison{}, err
	}
	c := x.comparison()
	return x.marked(c), c, nil
}

func (x two) marked(c Comparison) paper.Document {
	d := x.now
	d.Watermark, d.Subject = "CHANGES", d.Subject+", with changes marked"
	sections := []paper.Section{{Title: "What changed", Blocks: summary(c)}}
	there := map[string]bool{"Cover": true}
	left := map[string][]pair{}
	var order []string
	for _, list := range paired(x.was, units(x.now)) {
		title := ""
		for _, p := range list {
			if p.is != nil {
				title = p.is.section
			} else if title == "" {
				title = p.was.section
			}
		}
		left[title], order = list, append(order, title)
	}
	for _, s := range d.Sections {
		m := marker{left: left[s.Title]}
		s.Blocks = append(m.blocks(s.Blocks), m.rest()...)
		sections, there[s.Title] = append(sections, s), true
	}
	for _, title := range order {
		if !there[title] {
			m := marker{left: left[title]}
			sections = append(sections, paper.Section{Title: title + " (gone)", Blocks: m.rest()})
		}
	}
	d.Sections = sections
	return d
}

// summary says beside what the report stands, how marks are read, and where how
// much changed. What stands on the cover is told here.
func summary(c Comparison) []paper.Block {
	words := fmt.Sprintf("This is the report as it would be written now. It stands beside the one that was recorded on %s: %s. What is new is underlined; what is gone is struck through. Rows of tables that are gone stand before what follows the table.",
		c.Previous.At.UTC().Format("2 January 2006, 15:04 UTC"), audit.Plural(int64(len(c.Changes)), "change"))
	blocks := []paper.Block{paper.Para(words)}
	t := paper.Table{Columns: []paper.Column{{Title: "Where", Width: 85}, {Title: "Changes", Width: 15, Align: paper.End}}}
	count := map[string]int64{}
	for _, x := range c.Changes {
		if count[x.Where]++; count[x.Where] == 1 {
			t.Rows = append(t.Rows, paper.Cells(x.Where, ""))
		}
		if x.Where == "Cover" {
			m := marker{gone: []string{x.Was}}
			blocks = append(append(blocks, m.flush()...), paper.Block{Kind: paper.Paragraph, Spans: changed(paper.Text(x.Is), paper.Inserted)})
		}
	}
	for i, r := range t.Rows {
		t.Rows[i].Cells[1] = paper.TextCell(audit.Count(count[plain(r.Cells[0].Spans)]))
	}
	if len(t.Rows) > 0 {
		blocks = append(blocks, table(t))
	}
	return blocks
}

// marker goes through the blocks of a section in the order in which its units
// were taken, and marks those that are not as they were.
type marker struct {
	left []pair
	gone []string // not yet written
}

// next is what the next unit was, and whether it is still so.
func (m *marker) next(text string) (was string, same bool) {
	if strings.TrimSpace(text) == "" {
		return "", true
	}
	for len(m.left) > 0 && m.left[0].is == nil {
		m.gone, m.left = append(m.gone, m.left[0].was.text), m.left[1:]
	}
	if len(m.left) == 0 {
		return "", true
	}
	p := m.left[0]
	if m.left = m.left[1:]; p.was == nil {
		return "", false
	}
	return p.was.text, p.same()
}

// flush are the paragraphs that are gone and were not written yet.
func (m *marker) flush() []paper.Block {
	var out []paper.Block
	for _, g := range m.gone {
		if strings.TrimSpace(g) != "" {
			out = append(out, paper.Block{Kind: paper.Paragraph, Spans: changed(paper.Text(g), paper.Deleted)})
		}
	}
	m.gone = nil
	return out
}

// rest are all that are gone at the end of a section.
func (m *marker) rest() []paper.Block {
	for _, p := range m.left {
		if p.was != nil {
			m.gone = append(m.gone, p.was.text)
		}
	}
	m.left = nil
	return m.flush()
}

func (m *marker) blocks(list []paper.Block) []paper.Block {
	var out []paper.Block
	for _, b := range list {
		was, same := m.next(b.Label + " " + plain(b.Spans) + b.Text)
		if !same && b.Kind == paper.Paragraph && was != "" && !leads(b.Spans) {
			out = append(out, m.flush()...)
			b.Spans = revised(was, b.Spans)
		} else if !same {
			m.gone = append(m.gone, was)
			b.Spans = changed(b.Spans, paper.Inserted)
		}
		out = append(out, m.flush()...)
		b.Blocks = m.blocks(b.Blocks)
		for i := range b.Items {
			if was, same := m.next(plain(b.Items[i].Term)); !same {
				b.Items[i].Term = revised(was, b.Items[i].Term)
			}
			b.Items[i].Blocks = m.blocks(b.Items[i].Blocks)
		}
		if b.Table != nil {
			m.table(b.Table)
		}
		if b.Figure != nil {
			if was, same := m.next(b.Figure.Caption + ": " + b.Figure.Alt); !same {
				m.gone = append(m.gone, was)
			}
		}
		out = append(out, b)
	}
	return out
}

func (m *marker) table(t *paper.Table) {
	var titles []string
	for _, c := range t.Columns {
		titles = append(titles, c.Title)
	}
	if was, same := m.next(t.Caption + " " + strings.Join(titles, " | ")); !same {
		m.gone = append(m.gone, was)
	}
	for _, r := range t.Rows {
		was, same := m.next(rowText(r))
		if same {
			continue
		}
		parts := strings.Split(was, " | ")
		if len(parts) != len(r.Cells) || was == "" {
			m.gone, parts = append(m.gone, was), make([]string, len(r.Cells))
		}
		for i := range r.Cells {
			mark(&r.Cells[i], parts[i])
		}
	}
}

// mark marks a cell that was another.
func mark(c *paper.Cell, was string) {
	if strings.Join(strings.Fields(rowText(paper.Row{Cells: []paper.Cell{*c}})), " ") == was {
		return
	}
	if len(c.Blocks) == 0 {
		c.Spans = revised(was, c.Spans)
		return
	}
	for i := range c.Blocks {
		c.Blocks[i].Spans = changed(c.Blocks[i].Spans, paper.Inserted)
	}
	m := marker{gone: []string{was}}
	c.Blocks = append(m.flush(), c.Blocks...)
}

// leads reports whether spans lead elsewhere, which words alone would lose.
func leads(spans []paper.Span) bool {
	for _, s := range spans {
		if s.Link != "" || s.Ref != "" || s.Footnote != nil {
			return true
		}
	}
	return false
}

func changed(spans []paper.Span, c paper.Change) []paper.Span {
	out := make([]paper.Span, len(spans))
	for i, s := range spans {
		s.Change = c
		out[i] = s
	}
	return out
}

// longestWords is how many pairs of words two texts are compared by; longer ones
// are marked whole.
const longestWords = 4 << 20

// revised is a text with the words that are new and those that are gone marked.
func revised(was string, is []paper.Span) []paper.Span {
	var now []paper.Span // a word each, with the space after it
	for _, s := range is {
		for _, w := range split(s.Text) {
			s.Text = w
			now = append(now, s)
		}
	}
	old := split(was)
	if was == "" || leads(is) || len(old)*len(now) > longestWords {
		return append(changed(paper.Text(was), paper.Deleted), changed(is, paper.Inserted)...)
	}
	a, b := make([]unit, len(old)), make([]unit, len(now))
	for i, w := range old {
		a[i].text = strings.TrimSpace(w)
	}
	for i, s := range now {
		b[i].text = strings.TrimSpace(s.Text)
	}
	common := longest(a, b)
	var out []paper.Span
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i].text == b[j].text:
			out = add(out, now[j])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			out, i = add(out, paper.Span{Text: strings.TrimSpace(old[i]) + " ", Change: paper.Deleted}), i+1
		default:
			now[j].Change = paper.Inserted
			out, j = add(out, now[j]), j+1
		}
	}
	return out
}

// add puts a span behind others, into the last where it looks the same.
func add(out []paper.Span, s paper.Span) []paper.Span {
	if n := len(out) - 1; n >= 0 {
		last := out[n]
		if last.Text = s.Text; last == s {
			out[n].Text += s.Text
			return out
		}
	}
	return append(out, s)
}

// split are the words of a text, each with what is no letter after it until the next.
func split(s string) []string {
	var out []string
	from, space := 0, false
	for i, r := range s {
		if space && !unicode.IsSpace(r) && i > from {
			out, from = append(out, s[from:i]), i
		}
		space = unicode.IsSpace(r)
	}
	if from < len(s) {
		out = append(out, s[from:])
	}
	return out
}
