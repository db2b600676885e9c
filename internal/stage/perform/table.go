package perform

import (
	"slices"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/query"
)

// table is an input as the engine reads it: all rows of a file, those of a
// snapshot with its instant, or those of some days of a window. Days begin and
// end in the engagement's time zone.
func table(in audit.Input, s audit.Schema, timezone string) (query.Table, error) {
	t := query.Table{Name: in.Name, Rows: in.Rows, Digest: in.File, Key: s.Key}
	if in.Observed != "" {
		t.Observe = query.Observe{Column: s.Observed, Type: columnType(s, s.Observed), At: in.Observed}
	}
	if in.Only == (audit.Period{}) {
		return t, nil
	}
	t.Within = query.Within{Column: s.Time, Type: columnType(s, s.Time), From: string(in.Only.From), To: string(in.Only.To.Add(1))}
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
