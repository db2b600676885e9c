package paper

import (
	"fmt"
	"iter"
)

// texts walks over every text that is printed or kept, and says where it stands.
func (d Document) texts() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		w := walker{text: yield}
		w.head(d)
		w.sections(d.Sections)
	}
}

// runs walks over every run of spans, footnotes included, and says where it
// stands.
func (d Document) runs() iter.Seq2[string, []Span] {
	return func(yield func(string, []Span) bool) {
		w := walker{run: yield}
		w.sections(d.Sections)
	}
}

// walker visits texts or runs until the visitor has seen enough.
type walker struct {
	text func(where, text string) bool
	run  func(where string, spans []Span) bool
	done bool
}

func (w *walker) each(where string, texts ...string) {
	for _, t := range texts {
		if w.text != nil && !w.done && t != "" {
			w.done = !w.text(where, t)
		}
	}
}

func (w *walker) head(d Document) {
	w.each("document", append([]string{d.Title, d.Subtitle, d.Author, d.Subject,
		d.Header, d.Footer, d.Watermark}, d.Keywords...)...)
	if d.Copy != nil {
		w.each("copy", d.Copy.Recipient)
	}
	c := d.Cover
	if c == nil {
		return
	}
	w.each("cover", append([]string{c.Organization, c.Kicker, c.Title, c.Badge, c.Notice},
		c.Lines...)...)
	for _, f := range c.Facts {
		w.each("cover", f.Label, f.Value)
	}
}

func (w *walker) sections(sections []Section) {
	for _, s := range sections {
		where := fmt.Sprintf("section %q", s.Title)
		w.each(where, s.Title)
		w.blocks(where, s.Blocks)
	}
}

func (w *walker) spans(where string, spans []Span) {
	if w.run != nil && !w.done && len(spans) > 0 {
		w.done = !w.run(where, spans)
	}
	for _, s := range spans {
		w.each(where, s.Text)
		if s.Footnote != nil {
			w.spans(fmt.Sprintf("%s, footnote at %q", where, s.Text), s.Footnote.Spans)
		}
	}
}

func (w *walker) blocks(where string, blocks []Block) {
	for _, b := range blocks {
		w.each(where, b.Label, b.Text)
		w.spans(where, b.Spans)
		w.blocks(where, b.Blocks)
		for _, i := range b.Items {
			w.spans(where, i.Term)
			w.blocks(where, i.Blocks)
		}
		if b.Table != nil {
			w.table(where, b.Table)
		}
		if b.Figure != nil {
			at := fmt.Sprintf("%s, figure %q", where, b.Figure.Caption)
			w.each(at, b.Figure.Caption, b.Figure.Alt)
			w.each(at, b.Figure.texts()...)
		}
	}
}

func (w *walker) table(where string, t *Table) {
	w.each(where, t.Caption)
	for _, c := range t.Columns {
		w.each(where, c.Title)
	}
	for n, r := range t.Head {
		w.row(fmt.Sprintf("%s, table %q, header row %d", where, t.name(), n+1), r)
	}
	for n, r := range t.Rows {
		w.row(fmt.Sprintf("%s, table %q, row %d", where, t.name(), n+1), r)
	}
}

func (w *walker) row(where string, r Row) {
	for _, c := range r.Cells {
		w.spans(where, c.Spans)
		w.blocks(where, c.Blocks)
	}
}
