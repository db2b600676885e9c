package report

import (
	"strings"

	"tickmark/internal/engine/paper"
)

// unit is the smallest part of a document that is compared.
type unit struct{ section, where, text string }

func units(d paper.Document) []unit {
	out := []unit{{"Cover", "Cover", d.Title}}
	if d.Cover != nil {
		for _, f := range d.Cover.Facts {
			out = append(out, unit{"Cover", "Cover", f.Label + ": " + f.Value})
		}
		out = append(out, unit{"Cover", "Cover", d.Cover.Notice})
	}
	for _, s := range d.Sections {
		w := walker{section: s.Title, where: s.Title}
		w.blocks(s.Blocks)
		out = append(out, w.out...)
	}
	return out
}

// walker collects the units of a section.
type walker struct {
	section, where string
	out            []unit
}

func (w *walker) add(text string) {
	if text = strings.Join(strings.Fields(text), " "); text != "" {
		w.out = append(w.out, unit{w.section, w.where, text})
	}
}

func (w *walker) blocks(list []paper.Block) {
	for _, b := range list {
		if b.Kind == paper.Heading {
			w.where = w.section + " › " + plain(b.Spans)
		}
		w.add(b.Label + " " + plain(b.Spans) + b.Text)
		w.blocks(b.Blocks)
		for _, i := range b.Items {
			w.add(plain(i.Term))
			w.blocks(i.Blocks)
		}
		if b.Table != nil {
			var titles []string
			for _, c := range b.Table.Columns {
				titles = append(titles, c.Title)
			}
			w.add(b.Table.Caption + " " + strings.Join(titles, " | "))
			w.rows(b.Table.Rows)
		}
		if b.Figure != nil {
			w.add(b.Figure.Caption + ": " + b.Figure.Alt)
		}
	}
}

// rows adds the rows of a table. One that belongs to a cell above it, such as a
// control's number, says to which.
func (w *walker) rows(rows []paper.Row) {
	where, of, left := w.where, "", 0
	for _, r := range rows {
		w.where = where
		switch {
		case left > 0:
			w.where, left = where+" › "+of, left-1
		case len(r.Cells) > 0 && r.Cells[0].Rowspan > 1:
			of, left = plain(r.Cells[0].Spans), r.Cells[0].Rowspan-1
		}
		w.add(rowText(r))
	}
	w.where = where
}

func rowText(r paper.Row) string {
	var cells []string
	for _, c := range r.Cells {
		text := plain(c.Spans)
		for _, b := range c.Blocks {
			text += " " + plain(b.Spans)
		}
		cells = append(cells, strings.TrimSpace(text))
	}
	return strings.Join(cells, " | ")
}

func plain(spans []paper.Span) string {
	var out strings.Builder
	for _, s := range spans {
		out.WriteString(s.Text)
	}
	return out.String()
}
