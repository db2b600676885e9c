package exchange

import (
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/sheet"
)

// use is what an import does with a column.
type use int

const (
	derived use = iota // for reading only: an import compares it and writes it nowhere
	key                // tells the rows apart
	written            // an import takes it over
)

// column is one column of a table.
type column struct {
	name  string
	width float64
	use   use
	day   bool
	valid func(string) error // says why a cell cannot stand there; nil when any text can
	same  func(a, b string) bool
}

// table is one sheet of a workbook, as the records have it.
type table struct {
	name    string
	columns []column
	rows    [][]string
	grows   bool                     // an import may add rows
	whole   func(row []string) error // says why a row's cells cannot stand together
}

func (t table) sheet() sheet.Sheet {
	s := sheet.Sheet{Name: t.name, Rows: t.rows}
	for _, c := range t.columns {
		s.Header, s.Widths = append(s.Header, c.name), append(s.Widths, c.width)
	}
	return s
}

// name is what tells a row apart, as text.
func (t table) key(row []string) string {
	var parts []string
	for i, c := range t.columns {
		if c.use == key {
			parts = append(parts, row[i])
		}
	}
	return strings.Join(parts, " / ")
}

// byKey finds rows by all their key cells: no two keys can run together.
func (t table) byKey() map[string]int {
	at := map[string]int{}
	for i, row := range t.rows {
		at[t.exact(row)] = i
	}
	return at
}

func (t table) exact(row []string) string {
	var b strings.Builder
	for i, c := range t.columns {
		if c.use == key {
			fmt.Fprintf(&b, "%d:%s", len(row[i]), row[i])
		}
	}
	return b.String()
}

// days are the columns whose cells a workbook may have made into numbers.
func (t table) days() []string {
	var out []string
	for _, c := range t.columns {
		if c.day {
			out = append(out, c.name)
		}
	}
	return out
}

// list writes codes into a cell; they hold no comma.
func list(codes []string) string { return strings.Join(codes, ", ") }

// codes reads a list out of a cell.
func codes(cell string) []string {
	var out []string
	for c := range strings.FieldsFuncSeq(cell, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		if c = strings.TrimSpace(c); c != "" {
			out = append(out, c)
		}
	}
	return out
}

// each checks every code of a list.
func each(is func(string) bool, what string) func(string) error {
	return func(cell string) error {
		for _, c := range codes(cell) {
			if !is(c) {
				return fmt.Errorf("%q is no %s that is known", c, what)
			}
		}
		return nil
	}
}

// sameList compares lists as lists, whatever stands between their codes.
func sameList(a, b string) bool { return slices.Equal(codes(a), codes(b)) }

// sameSet compares lists whatever their order.
func sameSet(a, b string) bool {
	x, y := codes(a), codes(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

func must(cell string) error {
	if strings.TrimSpace(cell) == "" {
		return fmt.Errorf("it is empty")
	}
	return nil
}

func dayOrNone(cell string) error {
	if cell == "" {
		return nil
	}
	return audit.Date(cell).Valid()
}

func yesOrNone(cell string) error {
	if cell != "" && cell != "yes" {
		return fmt.Errorf("%q is neither yes nor empty", cell)
	}
	return nil
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return ""
}
