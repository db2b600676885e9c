package paper

import (
	"errors"
	"fmt"
	"slices"
)

// maxColumns is more than a page can show legibly.
const maxColumns = 24

// name is what an error calls the table.
func (t *Table) name() string {
	if t.Caption != "" || len(t.Columns) == 0 {
		return t.Caption
	}
	return t.Columns[0].Title
}

// check says whether the cells fill the columns exactly.
func (t *Table) check(depth int) error {
	if n := len(t.Columns); n == 0 || n > maxColumns {
		return fmt.Errorf("table %q has %d columns, not 1 to %d", t.name(), n, maxColumns)
	}
	for _, c := range t.Columns {
		if c.Width < 0 || !slices.Contains(sides, c.Align) {
			return fmt.Errorf("table %q: column %q has width %d and alignment %q",
				t.name(), c.Title, c.Width, c.Align)
		}
	}
	check := func(p place) error { return p.cell.check(depth) }
	checkHead := func(p place) error { return errors.Join(check(p), p.cell.checkRepeated()) }
	if _, err := t.grid(t.Head, checkHead); err != nil {
		return fmt.Errorf("table %q: header %w", t.name(), err)
	}
	if _, err := t.grid(t.Rows, check); err != nil {
		return fmt.Errorf("table %q: %w", t.name(), err)
	}
	return nil
}

func (c *Cell) check(depth int) error {
	switch {
	case c.Colspan < 0 || c.Rowspan < 0:
		return fmt.Errorf("a cell spans %d columns and %d rows", c.Colspan, c.Rowspan)
	case len(c.Spans) > 0 && len(c.Blocks) > 0:
		return errors.New("a cell has spans and blocks; put the spans into a paragraph")
	case !slices.Contains(tones, c.Tone):
		return fmt.Errorf("unknown tone %q", c.Tone)
	}
	if c.Tone == Head {
		if err := c.checkRepeated(); err != nil {
			return err
		}
	}
	return errors.Join(checkSpans(c.Spans), checkBlocks(c.Blocks, depth))
}

// checkRepeated refuses in a header what must stand on one page only.
func (c *Cell) checkRepeated() error {
	var err error
	w := walker{run: func(_ string, spans []Span) bool {
		for _, s := range spans {
			if s.Footnote != nil {
				err = fmt.Errorf("the footnote at %q stands in a header, which every page repeats", s.Text)
			}
		}
		return err == nil
	}}
	w.spans("", c.Spans)
	w.blocks("", c.Blocks)
	return err
}

func (c *Cell) size() (columns, rows int) { return max(c.Colspan, 1), max(c.Rowspan, 1) }

// place is where a cell stands.
type place struct {
	cell        *Cell
	row, column int
}

// grid finds the place of every cell of the rows, and fails if a row is too short
// or too long or if two cells meet.
func (t *Table) grid(rows []Row, visit func(place) error) ([]place, error) {
	var places []place
	taken := make([]int, len(t.Columns)) // how many more rows each column is spoken for
	for r := range rows {
		column := 0
		for c := range rows[r].Cells {
			cell := &rows[r].Cells[c]
			for column < len(taken) && taken[column] > 0 {
				column++
			}
			width, height := cell.size()
			if column+width > len(taken) || slices.Max(taken[column:column+width]) > 0 {
				return nil, fmt.Errorf("row %d has more cells than there are columns (%d)", r+1, len(taken))
			}
			for k := range width {
				taken[column+k] = height
			}
			p := place{cell, r, column}
			if err := visit(p); err != nil {
				return nil, fmt.Errorf("row %d: %w", r+1, err)
			}
			places = append(places, p)
			column += width
		}
		for k := range taken {
			if taken[k]--; taken[k] < 0 {
				return nil, fmt.Errorf("row %d leaves column %q empty", r+1, t.Columns[k].Title)
			}
		}
	}
	if slices.Max(taken) > 0 {
		return nil, errors.New("a cell reaches below the last row")
	}
	return places, nil
}

// hasHead says whether any header row would show something.
func (t *Table) hasHead() bool {
	return len(t.Head) > 0 || slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Title != "" })
}

// opens says whether the row opens a group of rows: head cells, all columns wide.
func (r Row) opens(columns int) bool {
	wide := 0
	for _, c := range r.Cells {
		width, height := c.size()
		if c.Tone != Head || height > 1 {
			return false
		}
		wide += width
	}
	return wide == columns
}
