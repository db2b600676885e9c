package paper

import (
	"fmt"
	"slices"
)

func (w *webWriter) blocks(blocks []Block, numbered bool) {
	for _, b := range blocks {
		w.block(b, numbered)
	}
}

func (w *webWriter) block(b Block, numbered bool) {
	switch b.Kind {
	case Heading:
		w.count.heading(b.Level, numbered)
		w.heading(b.Spans)
	case Paragraph:
		w.f("<p>")
		w.spans(b.Spans)
		w.f("</p>\n")
	case List, Ordered, Lettered:
		w.list(b, numbered)
	case Definition:
		w.definitions(b, numbered)
	case TableBlock:
		w.table(b, numbered)
	case FigureBlock:
		w.figure(b)
	case Note:
		w.note(b, numbered)
	case Quote:
		w.f("<blockquote>\n")
		w.blocks(b.Blocks, numbered)
		w.f("</blockquote>\n")
	case Together:
		w.f("<div class=\"together\">\n")
		w.blocks(b.Blocks, numbered)
		w.f("</div>\n")
	case Code:
		w.f("<pre><code>%s</code></pre>\n", escape(newlines(b.Text)))
	case Rule:
		w.f("<hr>\n")
	}
}

func (w *webWriter) list(b Block, numbered bool) {
	tag, attributes := "ul", ""
	if b.Kind != List {
		tag = "ol"
	}
	if b.Kind == Lettered {
		attributes = ` class="lettered" type="a"`
	}
	if b.Start > 1 {
		attributes += fmt.Sprintf(` start="%d"`, b.Start)
	}
	w.f("<%s%s>\n", tag, attributes)
	for _, i := range b.Items {
		w.f("<li>")
		w.blocks(i.Blocks, numbered)
		w.f("</li>\n")
	}
	w.f("</%s>\n", tag)
}

func (w *webWriter) definitions(b Block, numbered bool) {
	w.f("<dl>\n")
	for _, i := range b.Items {
		w.f("<dt>")
		w.spans(i.Term)
		w.f("</dt>\n<dd>")
		w.blocks(i.Blocks, numbered)
		w.f("</dd>\n")
	}
	w.f("</dl>\n")
}

func (w *webWriter) note(b Block, numbered bool) {
	label := b.Label
	if label == "" {
		label = noteLabel(b.Tone)
	}
	w.f("<div class=\"note %s\" role=\"note\">\n<p class=\"label\">%s</p>\n", b.Tone, broken(label))
	w.blocks(b.Blocks, numbered)
	w.f("</div>\n")
}

func webName(id string) string {
	if id == "" {
		return ""
	}
	return ` id="to-` + escape(id) + `"`
}

// figure stands in the page itself, with its words for who cannot see it.
func (w *webWriter) figure(b Block) {
	f := b.Figure
	d, err := readDrawing(f.SVG)
	if err != nil {
		return // refused before the writer began
	}
	w.figures++
	name := fmt.Sprintf("to--figure-%d", w.figures)
	said := fmt.Sprintf(` role="img" aria-labelledby="%s-title %s-desc" class="w%d"`, name, name, f.share(d))
	head := fmt.Sprintf(`<title id="%s-title">%s</title><desc id="%s-desc">%s</desc>`,
		name, escape(f.Caption), name, escape(f.Alt))
	w.f("<figure%s>\n%s\n", webName(b.ID), d.write(name+"-", said, head))
	w.f("<figcaption><strong>%s</strong> %s</figcaption>\n</figure>\n", w.count.figure(), broken(f.Caption))
}

func (w *webWriter) table(b Block, numbered bool) {
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
	w.f("<div class=\"wide\"><table%s>\n", webName(b.ID))
	if t.Caption != "" {
		w.f("<caption><strong>%s</strong> %s</caption>\n", w.count.table(), broken(t.Caption))
	}
	total := 0
	for _, c := range t.Columns {
		total += c.Width
	}
	w.f("<colgroup>")
	for _, c := range t.Columns {
		w.f("<col class=\"w%d\">", max(c.Width*100/total, 1))
	}
	w.f("</colgroup>\n")
	if t.hasHead() {
		w.tableHead(t, head, numbered)
	}
	w.f("<tbody>\n")
	for k, across := range squares(places, len(t.Rows)) {
		r := t.Rows[k]
		if r.opens(len(t.Columns)) && k > 0 {
			w.f("</tbody>\n<tbody>\n")
		}
		w.row(t, across, k, numbered)
	}
	w.f("</tbody>\n</table></div>\n")
}

func (w *webWriter) tableHead(t *Table, head []place, numbered bool) {
	w.f("<thead>\n")
	for k, across := range squares(head, len(t.Head)) {
		w.f("<tr>")
		for _, p := range across {
			attributes := ` scope="col"` + webClass(string(t.Columns[p.column].Align))
			if p.cell.Colspan > 1 {
				attributes = ` scope="colgroup"`
			}
			if p.row == k {
				w.cell("th", attributes, *p.cell, numbered)
			}
		}
		w.f("</tr>\n")
	}
	w.f("<tr>")
	for _, c := range t.Columns {
		w.f("<th scope=\"col\"%s>%s</th>", webClass(string(c.Align)), broken(c.Title))
	}
	w.f("</tr>\n</thead>\n")
}

func (w *webWriter) row(t *Table, across []place, row int, numbered bool) {
	opens := t.Rows[row].opens(len(t.Columns))
	w.f("<tr>")
	for _, p := range across {
		if p.row != row {
			continue // it reaches into this row from above
		}
		tag, attributes := "td", webClass(string(p.cell.Tone), string(t.Columns[p.column].Align))
		if opens {
			tag, attributes = "th", ` scope="rowgroup" class="head"`
		}
		w.cell(tag, attributes, *p.cell, numbered)
	}
	w.f("</tr>\n")
}

func (w *webWriter) cell(tag, attributes string, c Cell, numbered bool) {
	w.f("<%s%s%s", tag, webName(c.ID), attributes)
	if c.Colspan > 1 {
		w.f(" colspan=\"%d\"", c.Colspan)
	}
	if c.Rowspan > 1 {
		w.f(" rowspan=\"%d\"", c.Rowspan)
	}
	w.f(">")
	w.spans(c.Spans)
	w.blocks(c.Blocks, numbered)
	w.f("</%s>", tag)
}

func webClass(names ...string) string {
	names = slices.DeleteFunc(names, func(s string) bool { return s == "" })
	switch len(names) {
	case 0:
		return ""
	case 1:
		return ` class="` + names[0] + `"`
	}
	return ` class="` + names[0] + " " + names[1] + `"`
}
