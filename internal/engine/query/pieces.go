package query

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
)

// Observe is an instant that is read into every row of a snapshot, whose file
// does not hold it.
type Observe struct {
	Column string
	Type   string // canonical
	At     string // RFC 3339, UTC
}

// Within narrows a table to what happened from one instant, or day, until before
// another.
type Within struct {
	Column   string
	Type     string // canonical: date or timestamp
	From, To string
}

// TableOf is an input as the engine reads it: all rows of a file, those of a
// snapshot with its instant, or those of some days of a window. Days begin and
// end in the time zone of the engagement.
func TableOf(in audit.Input, s audit.Schema, timezone, path string) (Table, error) {
	t := Table{Name: in.Name, Path: path, Rows: in.Rows, Digest: in.File, Key: s.Key}
	if in.Observed != "" {
		t.Observe = Observe{Column: s.Observed, Type: columnType(s, s.Observed), At: in.Observed}
	}
	if in.Only == (audit.Period{}) {
		return t, nil
	}
	t.Within = Within{Column: s.Time, Type: columnType(s, s.Time), From: string(in.Only.From), To: string(in.Only.To.Add(1))}
	if t.Within.Type == "date" {
		return t, nil
	}
	start, end, err := in.Only.Instants(timezone)
	t.Within.From, t.Within.To = start.Format(time.DateTime), end.Format(time.DateTime)
	return t, err
}

func columnType(s audit.Schema, name string) string {
	i := slices.IndexFunc(s.Columns, func(c audit.Column) bool { return c.Name == name })
	if i < 0 {
		return ""
	}
	return s.Columns[i].Type
}

// view is the SQL of a population that is made of one or several files.
func view(pieces []Table) string {
	var selects []string
	for _, t := range pieces {
		selects = append(selects, t.selection())
	}
	return fmt.Sprintf("CREATE TEMP VIEW %s AS %s", ident(pieces[0].Name), strings.Join(selects, " UNION ALL BY NAME "))
}

func (t Table) selection() string {
	columns := "*"
	if o := t.Observe; o.Column != "" {
		columns = fmt.Sprintf("* REPLACE (%s AS %s)", o.value(), ident(o.Column))
	}
	text := fmt.Sprintf("SELECT %s FROM read_parquet(%s)", columns, quote(t.Path))
	var where []string
	if w := t.Within; w.Column != "" {
		where = append(where, fmt.Sprintf("%[1]s >= CAST(%[2]s AS %[4]s) AND %[1]s < CAST(%[3]s AS %[4]s)", ident(w.Column), quote(w.From), quote(w.To), sqlType(w.Type)))
	}
	if t.where != "" {
		where = append(where, "("+t.where+")")
	}
	if len(where) > 0 {
		text += " WHERE " + strings.Join(where, " AND ")
	}
	return text
}

func (o Observe) value() string {
	if o.Type == "date" {
		return "CAST(" + quote(o.At[:min(len(o.At), 10)]) + " AS DATE)"
	}
	return "CAST(CAST(" + quote(o.At) + " AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS TIMESTAMP)"
}

// gathered groups the pieces of each population, in the order of the first.
func gathered(tables []Table) [][]Table {
	var out [][]Table
	for _, t := range tables {
		i := slices.IndexFunc(out, func(g []Table) bool { return g[0].Name == t.Name })
		if i < 0 {
			out = append(out, []Table{t})
			continue
		}
		out[i] = append(out[i], t)
	}
	return out
}

// distinct refuses a population that has one key in two of its pieces: which row
// is right cannot be told, and a join would multiply rows.
func (d *duck) distinct(pieces []Table) error {
	key := pieces[0].Key
	if len(pieces) < 2 || len(key) == 0 {
		return nil
	}
	var twice int64
	q := fmt.Sprintf("SELECT count(*) - count(DISTINCT %s) FROM %s", keyText(key), ident(pieces[0].Name))
	if err := d.row(q, nil, &twice); err != nil {
		return err
	}
	if twice > 0 {
		return fmt.Errorf("population %s is made of %d pieces, and %s by its key (%s) in more than one of them: sources must not give the same row twice",
			pieces[0].Name, len(pieces), stands(twice), strings.Join(key, ", "))
	}
	return nil
}

func stands(n int64) string {
	if n == 1 {
		return "1 row stands"
	}
	return audit.Count(n) + " rows stand"
}

// tested is the table of the tested population, with the rows of all its pieces.
func (t Task) tested() Table {
	out := Table{}
	for _, x := range t.Tables {
		if x.Name == t.Tested {
			rows := out.Rows + x.Rows
			out, out.Rows = x, rows
		}
	}
	return out
}

// pieces counts those that the tested population is made of. A window that is
// read in part is a piece of another, as to its rows.
func (t Task) pieces() int {
	n := 0
	for _, x := range t.Tables {
		if x.Name == t.Tested {
			n++
			if x.Within.Column != "" {
				n++
			}
		}
	}
	return n
}
