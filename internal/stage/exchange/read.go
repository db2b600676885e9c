package exchange

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// Sheet is one sheet of a workbook that was read back.
type Sheet struct {
	Name   string
	Header []string
	Lines  []Line
}

// Line is one row of a sheet, with its number there.
type Line struct {
	Number string
	Cells  []string
}

// ReadSheet reads a sheet as the engine left it: CSV, with the row of the sheet
// in the first column.
func ReadSheet(name string, in io.Reader) (Sheet, error) {
	s := Sheet{Name: name}
	r := csv.NewReader(in)
	r.FieldsPerRecord = -1
	header, err := r.Read()
	if err != nil {
		return s, fmt.Errorf("sheet %q has no header: %w", name, err)
	}
	s.Header = header[1:]
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		if err != nil {
			return s, fmt.Errorf("sheet %q: %w", name, err)
		}
		s.Lines = append(s.Lines, Line{cells[0], cells[1:]})
	}
}

// Change is one cell, or one row, that an import records.
type Change struct {
	Place  string `json:"place"` // Controls!C5
	Row    string `json:"row"`   // what tells it apart
	Column string `json:"column,omitempty"`
	Was    string `json:"was,omitempty"`
	Is     string `json:"is,omitempty"`
	New    bool   `json:"new,omitempty"` // the whole row is
}

// Unread is a cell, a row or a sheet that is not taken over, and why.
type Unread struct {
	Place string `json:"place"`
	Why   string `json:"why"`
}

// Difference is what a workbook says other than the records.
type Difference struct {
	Rows    int      `json:"rows"` // that were read
	Changes []Change `json:"changes"`
	Unread  []Unread `json:"unread"`           // while there is any, nothing is recorded
	Ignored []Unread `json:"ignored"`          // cells that are for reading only, and say something else
	Absent  []string `json:"absent,omitempty"` // rows that the file does not have: they stay
}

// Summary counts it for people.
func (d Difference) Summary() string {
	return fmt.Sprintf("%s read: %s, %s that cannot be read, %s for reading only that differ, %s not in the file, which stay",
		audit.Plural(int64(d.Rows), "row"), audit.Plural(int64(len(d.Changes)), "change"), audit.Plural(int64(len(d.Unread)), "place"),
		audit.Plural(int64(len(d.Ignored)), "cell"), audit.Plural(int64(len(d.Absent)), "row"))
}

// comparison goes through one sheet.
type comparison struct {
	table
	file Sheet
	out  *Difference
	at   []int // of each of the table's columns, that of the file, or -1
}

// compare says what a sheet says other than a table, and gives the table as it
// would be. Cells that cannot be read leave what stands.
func compare(t table, file Sheet, out *Difference) table {
	c := comparison{table: t, file: file, out: out}
	if !c.header() {
		return t
	}
	merged := t
	merged.rows = slices.Clone(t.rows)
	known, seen := t.byKey(), map[string]string{}
	for _, line := range file.Lines {
		row, ok := c.row(line)
		if !ok {
			continue
		}
		id := t.exact(row)
		if first, twice := seen[id]; twice {
			c.unread(line, -1, "row %s is there already, in row %s of the sheet", t.key(row), first)
			continue
		}
		seen[id] = line.Number
		out.Rows++
		if i, ok := known[id]; ok {
			merged.rows[i] = c.change(line, t.rows[i], row)
		} else if c.addition(line, row) {
			merged.rows = append(merged.rows, row)
		}
	}
	for _, row := range t.rows {
		if seen[t.exact(row)] == "" {
			out.Absent = append(out.Absent, t.name+": "+t.key(row))
		}
	}
	return merged
}

// header finds the columns; it refuses what would be lost or cannot be told apart.
func (c *comparison) header() bool {
	before := len(c.out.Unread)
	for i, h := range c.file.Header {
		known := slices.ContainsFunc(c.columns, func(x column) bool { return x.name == h })
		switch {
		case h == "" || !known:
			c.out.Unread = append(c.out.Unread, Unread{c.name + "!" + letters(i), fmt.Sprintf("column %q is not known", h)})
		case slices.Index(c.file.Header, h) != i:
			c.out.Unread = append(c.out.Unread, Unread{c.name + "!" + letters(i), fmt.Sprintf("column %q stands there twice", h)})
		}
	}
	c.at = nil
	for _, x := range c.columns {
		i := slices.Index(c.file.Header, x.name)
		if i < 0 && x.use != derived {
			c.out.Unread = append(c.out.Unread, Unread{c.name, fmt.Sprintf("column %q is missing: leave its cells as they are instead", x.name)})
		}
		c.at = append(c.at, i)
	}
	return len(c.out.Unread) == before
}

// row is a line in the table's own columns.
func (c *comparison) row(line Line) ([]string, bool) {
	if len(line.Cells) > len(c.file.Header) {
		c.unread(line, -1, "it has more cells than there are columns")
		return nil, false
	}
	row := make([]string, len(c.columns))
	for i, x := range c.columns {
		if at := c.at[i]; at >= 0 && at < len(line.Cells) {
			row[i] = line.Cells[at]
		}
		if x.use == key && strings.TrimSpace(row[i]) == "" {
			c.unread(line, i, "it is empty, and tells rows apart")
			return nil, false
		}
	}
	return row, true
}

// change compares a row with the one that stands, cell by cell.
func (c *comparison) change(line Line, stands, row []string) []string {
	merged := slices.Clone(stands)
	var changes []Change
	for i, x := range c.columns {
		switch {
		case c.at[i] < 0 || x.equal(stands[i], row[i]):
		case x.use == derived:
			c.out.Ignored = append(c.out.Ignored, Unread{c.place(line, i), fmt.Sprintf("%s of %s is for reading only: the file says %s, the records %s", x.name, c.key(stands), shortened(row[i]), shortened(stands[i]))})
		case c.invalid(line, i, row[i]):
		default:
			changes = append(changes, Change{Place: c.place(line, i), Row: c.key(stands), Column: x.name, Was: stands[i], Is: row[i]})
			merged[i] = row[i]
		}
	}
	if len(changes) == 0 || c.apart(line, merged) {
		return stands
	}
	c.out.Changes = append(c.out.Changes, changes...)
	return merged
}

// addition checks a row that the records do not have.
func (c *comparison) addition(line Line, row []string) bool {
	if !c.grows {
		c.unread(line, -1, "there is no %s among the records, and this sheet adds none", c.key(row))
		return false
	}
	bad := false
	for i, x := range c.columns {
		switch {
		case x.use != derived:
			bad = c.invalid(line, i, row[i]) || bad
		case row[i] != "":
			c.out.Ignored = append(c.out.Ignored, Unread{c.place(line, i), fmt.Sprintf("%s of the new row %s is for reading only", x.name, c.key(row))})
		}
	}
	if bad || c.apart(line, row) {
		return false
	}
	c.out.Changes = append(c.out.Changes, Change{Place: c.name + "!" + line.Number, Row: c.key(row), New: true})
	return true
}

func (c *comparison) invalid(line Line, i int, cell string) bool {
	if c.columns[i].valid == nil {
		return false
	}
	err := c.columns[i].valid(cell)
	if err != nil {
		c.unread(line, i, "%s: %s", c.columns[i].name, err)
	}
	return err != nil
}

// apart reports whether a row's cells cannot stand together.
func (c *comparison) apart(line Line, row []string) bool {
	if c.whole == nil {
		return false
	}
	err := c.whole(row)
	if err != nil {
		c.unread(line, -1, "%s", err)
	}
	return err != nil
}

func (x column) equal(a, b string) bool {
	if x.same != nil {
		return x.same(a, b)
	}
	return a == b
}

func (c *comparison) unread(line Line, column int, format string, args ...any) {
	place := c.name + "!" + line.Number
	if column >= 0 {
		place = c.place(line, column)
	}
	c.out.Unread = append(c.out.Unread, Unread{place, fmt.Sprintf(format, args...)})
}

// place is the address of a cell: Controls!C5.
func (c *comparison) place(line Line, column int) string {
	at := c.at[column]
	if at < 0 {
		return c.name + "!" + line.Number
	}
	return c.name + "!" + letters(at) + line.Number
}

// letters name a column as workbooks do: A, Z, AA.
func letters(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return letters(i/26-1) + string(rune('A'+i%26))
}

// shortened is a text for a line of a list, and shows that it was cut.
func shortened(s string) string {
	if r := []rune(s); len(r) > 40 {
		return fmt.Sprintf("%q…", string(r[:40]))
	}
	return fmt.Sprintf("%q", s)
}
