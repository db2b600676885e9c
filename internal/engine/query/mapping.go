package query

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"tickmark/internal/audit"
)

// Mapped is recorded pages with the SQL that makes rows of a population from
// them. Its columns are the population's; __page and __n, where it selects
// them, place a rejected row.
type Mapped struct {
	SQL        string // one SELECT over the tables
	Tables     []PageTable
	Parameters []Value // the connection's settings, observed_at, window_from, window_to, account
	Observed   string  // written where the mapping does not say when a row was observed; observed_at when empty
}

// The functions that only a mapping may call, besides those of a procedure: they
// take JSON apart and read the times and encodings of other systems.
//
//go:embed mapping_functions.txt
var mappingFunctions string

// The columns of a mapping that are no columns of a population.
const (
	pageColumn   = "__page"
	numberColumn = "__n"
)

// mapped checks the SQL, reads all pages and gives what is to be selected from.
func (in *intake) mapped(out *Ingested) (part, error) {
	m := in.Mapping
	if m == nil {
		return part{}, errors.New("format pages comes without a mapping")
	}
	in.names = m.pageNames()
	if err := in.exec("SET enable_external_file_cache=false"); err != nil { // what is read is read once
		return part{}, err
	}
	paths := []string{in.population(1), in.population(2), in.population(3)}
	for i := range m.Tables {
		paths = append(paths, in.linesPath(i, false), in.linesPath(i, true))
	}
	if err := in.shut(paths); err != nil {
		return part{}, err
	}
	if err := in.allowed(m); err != nil {
		return part{}, fmt.Errorf("mapping refused: %w", err)
	}
	var err error
	if in.args, err = bind(m.Parameters); err != nil {
		return part{}, err
	}
	if quick, err := in.readAhead(m.SQL); err == nil {
		if p, err := in.tables(quick, out); err == nil {
			return p, nil
		}
	}
	return in.tables(ahead{sql: m.SQL, whole: true}, out)
}

// allowed refuses what a mapping may not say.
func (in *intake) allowed(m *Mapped) error {
	g := gate{functions: append(strings.Fields(allowed), strings.Fields(mappingFunctions)...), tables: in.tableNames(), parameters: names(m.Parameters)}
	if err := g.check(in.duck, m.SQL); err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "procedure refused: "))
	}
	return in.apart(m.SQL)
}

// linesPath is where the rows of a table of pages wait, read ahead or whole: a
// file that DuckDB has looked at is not written again.
func (in *intake) linesPath(n int, ahead bool) string {
	return filepath.Join(in.Dir, fmt.Sprintf("pages-%d-%t.parquet", n, ahead))
}

// tables reads the pages and gives the rows that the mapping makes of them.
func (in *intake) tables(a ahead, out *Ingested) (part, error) {
	out.Read, out.Records, out.Problems = 0, map[string]int64{}, nil
	for i, t := range in.Mapping.Tables {
		if err := in.pages(t, in.linesPath(i, len(a.paths) > 0), a, out); err != nil {
			return part{}, fmt.Errorf("request %s: %w", t.Name, err)
		}
	}
	return in.selection(a.sql, out)
}

// pages makes a table of the pages of one request.
func (in *intake) pages(t PageTable, path string, a ahead, out *Ingested) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	p := &pages{PageTable: t, file: f, whole: a.whole, values: a.values(), names: []string{"each"}}
	fields := []string{"page", "n", `CAST("each" AS JSON) AS "each"`}
	if a.whole {
		p.names, fields = append(p.names, recordColumn), append(fields, "CAST(record AS JSON) AS record")
	}
	for i := range a.paths {
		p.names, fields = append(p.names, a.column(i)), append(fields, a.column(i))
	}
	problems, err := p.read()
	if err != nil {
		return err
	}
	*p = pages{total: p.total}
	debug.FreeOSMemory() // DuckDB needs it now
	out.Problems = append(out.Problems, problems...)
	out.Records[t.Name] = p.total
	out.Read += p.total
	return in.exec(fmt.Sprintf("CREATE OR REPLACE VIEW %s AS SELECT %s FROM read_parquet(%s)", ident(t.Name), join(fields), quote(path)))
}

// selection is the mapping's rows with every column as exact text.
func (in *intake) selection(mapping string, out *Ingested) (part, error) {
	p := part{name: "mapping", line: nowhere, page: nowhere, number: nowhere, columns: map[string]string{}}
	query := "(" + strings.TrimRight(strings.TrimSpace(mapping), "; \n\t") + "\n)"
	columns, err := in.describe(query)
	if err != nil {
		return p, fmt.Errorf("mapping: %w", err)
	}
	var fields []string
	for _, c := range columns {
		text, err := exactly(c)
		if err != nil {
			return p, fmt.Errorf("mapping: %w", err)
		}
		fields = append(fields, text+" AS "+ident(c.Name))
		if err := in.place(&p, c.Name); err != nil {
			return p, err
		}
	}
	if err := in.observed(&p, out); err != nil {
		return p, err
	}
	p.from = "(SELECT " + strings.Join(fields, ", ") + " FROM " + query + " AS m)"
	return p, in.mappedAll(p)
}

// describe lists the columns of a query with DuckDB's types.
func (in *intake) describe(query string) ([]audit.Column, error) {
	rows, err := in.db.Query("DESCRIBE SELECT * FROM "+query+" AS m", in.args...)
	if err != nil {
		return nil, plain(err)
	}
	defer rows.Close()
	var columns []audit.Column
	for rows.Next() {
		var name, kind string
		var null, key, def, extra *string
		if err := rows.Scan(&name, &kind, &null, &key, &def, &extra); err != nil {
			return nil, plain(err)
		}
		columns = append(columns, audit.Column{Name: strings.ToLower(name), Type: kind})
	}
	return columns, plain(rows.Err())
}

// exactly is SQL for the exact text of a column, whose type is DuckDB's. A time
// without an offset is taken as UTC, as DuckDB's functions of epochs give it.
func exactly(c audit.Column) (string, error) {
	name := "m." + ident(c.Name)
	switch {
	case c.Type == "JSON":
		return name + " ->> '$'", nil
	case c.Type == "TIMESTAMP", c.Type == "TIMESTAMP WITH TIME ZONE", c.Type == "TIMESTAMP_S", c.Type == "TIMESTAMP_MS":
		return "strftime(CAST(" + name + " AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%fZ')", nil
	case exactText(c.Type):
		return "CAST(" + name + " AS VARCHAR)", nil
	case c.Type == "DOUBLE" || c.Type == "FLOAT":
		return "", fmt.Errorf("column %q is %s, which is inexact: take the number as text or as DECIMAL", c.Name, c.Type)
	}
	return "", fmt.Errorf("column %q is %s, which has no exact text: cast it to VARCHAR or take it apart", c.Name, c.Type)
}

// place says what a column of the mapping is for.
func (in *intake) place(p *part, name string) error {
	var known []string
	for _, c := range in.Schema.Columns {
		known = append(known, c.Name)
		if strings.EqualFold(c.Name, name) {
			p.columns[c.Name] = "f." + ident(name)
			return nil
		}
	}
	switch name {
	case pageColumn:
		p.page = "TRY_CAST(f.__page AS BIGINT)"
	case numberColumn:
		p.number = "TRY_CAST(f.__n AS BIGINT)"
	default:
		return fmt.Errorf("mapping: column %q is none of %s, which has %s, and __page and __n to say where a row is from", name, in.Schema.Name, strings.Join(known, ", "))
	}
	return nil
}

// observed fills the column that says when a row was observed with the time of
// the collection, when the mapping does not.
func (in *intake) observed(p *part, out *Ingested) error {
	name := in.Schema.Observed
	if name == "" || p.columns[name] != "" {
		return nil
	}
	out.Unobserved = true
	if in.Mapping.Observed != "" {
		p.columns[name] = quote(in.Mapping.Observed)
		return nil
	}
	for _, v := range in.Mapping.Parameters {
		if v.Name == "observed_at" {
			p.columns[name] = quote(v.Text)
			return nil
		}
	}
	return fmt.Errorf("mapping: it gives no column %s, and there is no parameter observed_at to take it from", name)
}

// mappedAll wants every required column.
func (in *intake) mappedAll(p part) error {
	var lack []string
	for _, c := range in.Schema.Columns {
		if c.Required && p.columns[c.Name] == "" {
			lack = append(lack, c.Name)
		}
	}
	if len(lack) > 0 {
		return fmt.Errorf("mapping: it gives no column %s, which %s requires", strings.Join(lack, ", "), in.Schema.Name)
	}
	return nil
}

// dedupe keeps one of the rows that are equal in every column, the one that
// stood first, and counts the others.
func (in *intake) dedupe(out *Ingested) error {
	p := in.parts[0]
	var fields []string
	for _, c := range sortedNames(p.columns) {
		fields = append(fields, p.columns[c]+" AS "+ident(c))
		p.columns[c] = "f." + ident(c)
	}
	columns := strings.Join(idents(sortedNames(p.columns)), ", ")
	_, err := in.db.Exec(fmt.Sprintf(`CREATE TEMP TABLE __mapped AS SELECT * EXCLUDE (__copy) FROM (
		SELECT *, row_number() OVER (PARTITION BY %s ORDER BY __page, __n) AS __copy FROM (
		SELECT %s, %s AS __page, %s AS __n FROM %s AS f)) WHERE __copy = 1`, columns, strings.Join(fields, ", "), p.page, p.number, p.from), in.args...)
	if err != nil {
		return plain(err)
	}
	p.from, p.page, p.number, in.args = "__mapped", "f.__page", "f.__n", nil
	in.parts[0] = p
	var distinct int64
	err = in.row("SELECT count(*) FROM __mapped", nil, &distinct)
	out.Deduplicated = out.Received - distinct
	return err
}

func (m *Mapped) paths() []string {
	var paths []string
	for _, t := range m.Tables {
		for _, f := range t.Pages {
			paths = append(paths, f.Path)
		}
	}
	return paths
}

// pageNames are the pages' names by their number; where pages of several
// requests have the same number, all their names.
func (m *Mapped) pageNames() map[int64]string {
	names := map[int64]string{}
	for _, t := range m.Tables {
		for _, f := range t.Pages {
			if names[f.Number] != "" {
				names[f.Number] += " or "
			}
			names[f.Number] += f.Name
		}
	}
	return names
}
