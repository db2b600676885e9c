package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
)

// Change is one paragraph, item or row of a table that is not as it was.
type Change struct {
	Where string `json:"where"`         // section and heading
	Was   string `json:"was,omitempty"` // "" of what is new
	Is    string `json:"is,omitempty"`  // "" of what is gone
}

// Comparison is a report as it would be written now beside the one before.
type Comparison struct {
	Previous audit.Report `json:"previous"`
	Changes  []Change     `json:"changes"`
}

// Compare lays the report as it would be written now beside the newest that was
// recorded. It records nothing.
func (s Stage) Compare(ctx context.Context, o Order) (Comparison, error) {
	b, err := s.book(ctx, o)
	if err != nil {
		return Comparison{}, err
	}
	before, err := s.previous(ctx, b)
	if err != nil {
		return Comparison{}, err
	}
	old, err := s.document(ctx, before.Source)
	if err != nil {
		return Comparison{}, fmt.Errorf("the draft of %s was recorded without its document, which is needed to compare; draft it again: %w", before.At.Format("2006-01-02 15:04 UTC"), err)
	}
	b.Final = !before.Draft && b.Filed.Opinion != nil
	now, _, err := compose(b)
	return Comparison{Previous: before, Changes: Diff(old, now)}, err
}

// CompareWith lays the report as it would be written now beside the newest of
// another engagement, as last year's. Days of the two periods are the same to it.
func (s Stage) CompareWith(ctx context.Context, o Order, other string) (Comparison, error) {
	b, err := s.book(ctx, o)
	if err != nil {
		return Comparison{}, err
	}
	last, _, err := s.frame(ctx, Order{Engagement: other, Kind: o.Kind})
	if err != nil {
		return Comparison{}, err
	}
	if last.Engagement.Code == b.Engagement.Code || last.Kind != b.Kind {
		return Comparison{}, fmt.Errorf("%s is a report of kind %s and %s one of kind %s: name another engagement of the same kind", b.Engagement.Code, b.Kind, last.Engagement.Code, last.Kind)
	}
	before, err := s.previous(ctx, last)
	if err != nil {
		return Comparison{}, err
	}
	old, err := s.document(ctx, before.Source)
	if err != nil {
		return Comparison{}, fmt.Errorf("the report of %s was recorded without its document: %w", other, err)
	}
	b.Final = !before.Draft && b.Filed.Opinion != nil
	now, _, err := compose(b)
	if err != nil {
		return Comparison{}, err
	}
	return Comparison{Previous: before, Changes: differ(moved(units(old), last.Engagement.Period, b.Engagement.Period), units(now))}, nil
}

// moved are units of a report with the days of its period written as another's.
func moved(list []unit, from, to audit.Period) []unit {
	r := strings.NewReplacer(day(from.From), day(to.From), day(from.To), day(to.To), string(from.From), string(to.From), string(from.To), string(to.To))
	for i := range list {
		list[i].text = r.Replace(list[i].text)
	}
	return list
}

// previous is the report of the same kind that was recorded last.
func (s Stage) previous(ctx context.Context, b Book) (audit.Report, error) {
	all, err := s.recorded(ctx, b)
	if err != nil {
		return audit.Report{}, err
	}
	if len(all) == 0 {
		return audit.Report{}, fmt.Errorf("no draft of the %s report of %s is recorded: `tickmark report %s` records one", b.kind(), b.Engagement.Code, b.Engagement.Code)
	}
	return all[len(all)-1], nil
}

// Diff compares two documents section by section, paragraph by paragraph and row
// by row, in the order of the newer one.
func Diff(old, now paper.Document) []Change { return differ(units(old), units(now)) }

func differ(was, is []unit) []Change {
	changes := []Change{}
	var titles []string
	for _, list := range [][]unit{is, was} {
		for _, u := range list {
			if !slices.Contains(titles, u.section) {
				titles = append(titles, u.section)
			}
		}
	}
	for _, t := range titles {
		of := func(list []unit) []unit {
			return slices.DeleteFunc(slices.Clone(list), func(u unit) bool { return u.section != t })
		}
		changes = append(changes, diff(of(was), of(is))...)
	}
	return changes
}

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

// widest is how many pairs of units a section is compared by; a larger one is
// compared by what is in one and not in the other.
const widest = 16 << 20

// diff pairs what is gone with what took its place.
func diff(was, is []unit) []Change {
	for len(was) > 0 && len(is) > 0 && was[0].text == is[0].text {
		was, is = was[1:], is[1:]
	}
	if len(was)*len(is) > widest {
		return unordered(was, is)
	}
	common := longest(was, is)
	var out []Change
	var gone, come []unit
	flush := func() {
		for i := range max(len(gone), len(come)) {
			var c Change
			if i < len(gone) {
				c.Where, c.Was = gone[i].where, gone[i].text
			}
			if i < len(come) {
				c.Where, c.Is = come[i].where, come[i].text
			}
			out = append(out, c)
		}
		gone, come = nil, nil
	}
	for i, j := 0, 0; i < len(was) || j < len(is); {
		switch {
		case i < len(was) && j < len(is) && was[i].text == is[j].text:
			flush()
			i, j = i+1, j+1
		case j == len(is) || i < len(was) && common[i+1][j] >= common[i][j+1]:
			gone, i = append(gone, was[i]), i+1
		default:
			come, j = append(come, is[j]), j+1
		}
	}
	flush()
	return out
}

// longest is the length of the longest common run of units from each pair on.
func longest(was, is []unit) [][]int32 {
	table := make([][]int32, len(was)+1)
	for i := range table {
		table[i] = make([]int32, len(is)+1)
	}
	for i := len(was) - 1; i >= 0; i-- {
		for j := len(is) - 1; j >= 0; j-- {
			if was[i].text == is[j].text {
				table[i][j] = table[i+1][j+1] + 1
			} else {
				table[i][j] = max(table[i+1][j], table[i][j+1])
			}
		}
	}
	return table
}

func unordered(was, is []unit) []Change {
	count := map[string]int{}
	for _, u := range is {
		count[u.text]++
	}
	var out []Change
	for _, u := range was {
		if count[u.text]--; count[u.text] < 0 {
			out = append(out, Change{Where: u.where, Was: u.text})
		}
	}
	for _, u := range is {
		if count[u.text] > 0 {
			count[u.text]--
			out = append(out, Change{Where: u.where, Is: u.text})
		}
	}
	return out
}
