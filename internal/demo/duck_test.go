package demo

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"

	"tickmark/internal/audit"
)

// duck is an in-process DuckDB. The product runs procedures in a confined
// child; here the files and the SQL are our own.
type duck struct {
	*testing.T
	db *sql.DB
}

func newDuck(t *testing.T) duck {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	d := duck{t, db}
	d.exec("SET TimeZone='UTC'")
	return d
}

func (d duck) exec(statement string) {
	d.Helper()
	if _, err := d.db.Exec(statement); err != nil {
		d.Fatalf("%v\n%s", err, statement)
	}
}

// tested is what one performance of a procedure gave.
type tested struct {
	items      int64
	exceptions []string
	reasons    map[string]string
}

// perform runs a procedure over the views or tables that d holds.
func (d duck) perform(p audit.Procedure, period audit.Period, zone string, values map[string]string) tested {
	d.Helper()
	_, text, _ := strings.Cut(p.SQL, "*/")
	rows, err := d.db.Query("SELECT item, passed, reason FROM ("+text+"\n) ORDER BY item", d.arguments(p, period, zone, values)...)
	if err != nil {
		d.Fatalf("%s: %v", p.ID, err)
	}
	defer rows.Close()
	got := tested{reasons: map[string]string{}}
	for rows.Next() {
		var item, reason string
		var passed bool
		if err := rows.Scan(&item, &passed, &reason); err != nil {
			d.Fatalf("%s: %v", p.ID, err)
		}
		if passed != (reason == "") {
			d.Errorf("%s: item %s passed is %t and its reason is %q", p.ID, item, passed, reason)
		}
		got.items++
		if !passed {
			got.exceptions = append(got.exceptions, item)
			got.reasons[item] = reason
		}
	}
	if err := rows.Err(); err != nil {
		d.Fatalf("%s: %v", p.ID, err)
	}
	return got
}

// arguments are the parameters that the text names, as exact text.
func (d duck) arguments(p audit.Procedure, period audit.Period, zone string, values map[string]string) []any {
	d.Helper()
	start, end, err := period.Instants(zone)
	if err != nil {
		d.Fatal(err)
	}
	all := map[string]string{
		"period_start": start.Format(time.RFC3339), "period_end": end.Format(time.RFC3339),
		"period_from": string(period.From), "period_to": string(period.To), "as_of": string(period.To), "timezone": zone,
	}
	for _, q := range p.Parameters {
		all[q.Name] = q.Default
		if v, ok := values[q.Name]; ok {
			all[q.Name] = v
		}
	}
	var args []any
	for name, value := range all {
		if strings.Contains(p.SQL, "$"+name+"::") {
			args = append(args, sql.Named(name, value))
		}
	}
	return args
}

var duckTypes = map[string]string{
	"text": "VARCHAR", "boolean": "BOOLEAN", "integer": "BIGINT", "date": "DATE", "timestamp": "TIMESTAMP",
}

// cast reads a column's exact text. An instant is told in UTC.
func cast(c audit.Column, text string) string {
	switch c.Type {
	case "timestamp":
		return fmt.Sprintf("timezone('UTC', CAST(%s AS TIMESTAMPTZ))", text)
	case "text", "boolean", "integer", "date":
		return fmt.Sprintf("CAST(%s AS %s)", text, duckTypes[c.Type])
	}
	return fmt.Sprintf("CAST(%s AS %s)", text, c.Type)
}

// table creates a population of given rows.
func (d duck) table(s audit.Schema, rows []audit.Values) {
	d.Helper()
	var columns []string
	for _, c := range s.Columns {
		columns = append(columns, cast(c, "NULL")+` AS "`+c.Name+`"`)
	}
	d.exec("CREATE TABLE " + s.Name + " AS SELECT " + strings.Join(columns, ", ") + " WHERE false")
	for _, row := range rows {
		var values []string
		for _, c := range s.Columns {
			text, given := row[c.Name]
			if !given {
				values = append(values, "NULL")
				continue
			}
			if len(c.Values) > 0 && !slices.Contains(c.Values, text) {
				d.Errorf("%s.%s: %q is none of %v", s.Name, c.Name, text, c.Values)
			}
			values = append(values, cast(c, "'"+strings.ReplaceAll(text, "'", "''")+"'"))
		}
		d.exec("INSERT INTO " + s.Name + " VALUES (" + strings.Join(values, ", ") + ")")
	}
}
