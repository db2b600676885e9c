package web

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/query"
	"tickmark/internal/surface/web/page"
)

// rowsPage is a page of a population's rows, as exact texts.
type rowsPage struct {
	columns []string
	rows    []map[string]*string
}

// mostPages is how many pages of rows are kept: a population never changes.
const mostPages = 100

// rows shows a page of a population's rows, in the order of their key.
func (b *bench) rows(c *call) error {
	p, _, err := b.populationOf(c)
	if err != nil {
		return err
	}
	from, to, pager := window(c, p.Rows, "row")
	x := page.Rows{Lead: "As kept, in the order of the key. An absent value is empty.", Table: page.Table{
		Caption: "Rows of " + p.Name + ", taken " + said(p.TakenAt), Pager: pager,
		Empty: page.Empty{Title: "No row was kept", Text: "The source handed over nothing that could be kept; what it handed over and was rejected is listed with its reasons.", Link: page.Link{Text: "Rejected rows", Href: path("populations", string(p.ID), "rejects")}},
	}}
	if to > from {
		got, err := b.readRows(c.r.Context(), p, from, to-from)
		if err != nil {
			return err
		}
		x.Table.Columns, x.Table.Rows = b.rowCells(p, got)
	}
	if c.r.URL.Query().Get("part") != "" {
		x.Table.Pager = page.Pager{From: from + 1, To: to, Of: p.Rows, Noun: "row"}
		b.write(c.w, c.r, 200, x.Part())
		return nil
	}
	if x.Frame, err = b.frame(c, "Rows of "+p.Name, "populations", page.Link{Text: "Populations", Href: "/populations"}, page.Link{Text: p.Name, Href: path("populations", string(p.ID))}); err != nil {
		return err
	}
	return b.show(c, x.Write())
}

func (b *bench) rowCells(p audit.Population, got rowsPage) (columns []page.Column, rows []page.Row) {
	schema := b.Catalog.Populations[p.Name]
	for _, name := range got.columns {
		i := slices.IndexFunc(schema.Columns, func(c audit.Column) bool { return c.Name == name })
		columns = append(columns, page.Column{Name: name, Num: i >= 0 && (schema.Columns[i].Type == "integer" || strings.HasPrefix(schema.Columns[i].Type, "decimal"))})
	}
	for _, r := range got.rows {
		row := make(page.Row, len(got.columns))
		for i, name := range got.columns {
			if v := r[name]; v != nil {
				row[i].Text = *v
			}
		}
		rows = append(rows, row)
	}
	return columns, rows
}

// readRows has a confined child read some rows.
func (b *bench) readRows(ctx context.Context, p audit.Population, from, n int64) (rowsPage, error) {
	key := fmt.Sprintf("%s %s %d %d", p.File, p.Observed, from, n)
	b.mu.Lock()
	got, ok := b.pages[key]
	b.mu.Unlock()
	if ok {
		return got, nil
	}
	dir, done, err := confine.Scratch(b.Scratch)
	if err != nil {
		return got, err
	}
	defer done()
	if got, err = b.extract(ctx, dir, p, from, n); err != nil {
		return got, fmt.Errorf("rows of %s: %w", p.Name, err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.pages) >= mostPages {
		clear(b.pages)
	}
	b.pages[key] = got
	return got, nil
}

func (b *bench) extract(ctx context.Context, dir string, p audit.Population, from, n int64) (rowsPage, error) {
	schema := b.Catalog.Populations[p.Name]
	file, err := b.Files.Path(ctx, p.File)
	if err != nil {
		return rowsPage{}, err
	}
	in := audit.Input{Name: p.Name, File: p.File, Rows: p.Rows, Coverage: p.Coverage, Window: p.Window, Observed: p.Observed}
	table, err := query.TableOf(in, schema, "UTC", file)
	if err != nil {
		return rowsPage{}, err
	}
	sql, columns := rowsSQL(schema, from, n)
	got, err := b.Query.Extract(ctx, dir, query.Extraction{SQL: sql, Tables: []query.Table{table}})
	if err != nil {
		return rowsPage{}, err
	}
	rows, err := readLines(got.File, columns)
	return rowsPage{columns, rows}, err
}

// rowsSQL takes some rows by the order of their key. Each is named by its place,
// in figures of one length, so that they come back in that order.
func rowsSQL(s audit.Schema, from, n int64) (string, []string) {
	var names, quoted, key []string
	for _, c := range s.Columns {
		names = append(names, c.Name)
		quoted = append(quoted, `t."`+c.Name+`" AS "c_`+c.Name+`"`)
	}
	for _, k := range s.Key {
		key = append(key, `"`+k+`"`)
	}
	order := strings.Join(key, ", ")
	return fmt.Sprintf(`SELECT lpad(CAST(t.place AS VARCHAR), 12, '0') AS item, %s
FROM (SELECT *, row_number() OVER (ORDER BY %s) AS place FROM %s) AS t
WHERE t.place > %d AND t.place <= %d`, strings.Join(quoted, ", "), order, s.Name, from, from+n), names
}

// readLines reads what the child left: one object a line. A child that was taken
// over could have left a link of that name, which is not followed.
func readLines(name string, columns []string) ([]map[string]*string, error) {
	info, err := os.Lstat(name)
	if err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(err, fmt.Errorf("%s is no ordinary file", name))
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []map[string]*string
	for lines := json.NewDecoder(bufio.NewReader(f)); ; {
		var in map[string]*string
		if err := lines.Decode(&in); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		row := map[string]*string{}
		for _, c := range columns {
			row[c] = in[strings.ToLower("c_"+c)]
		}
		out = append(out, row)
	}
}

// rejects lists the rows of a population's source that could not be taken.
func (b *bench) rejects(c *call) error {
	p, _, err := b.populationOf(c)
	if err != nil {
		return err
	}
	from, to, pager := window(c, p.Rejected, "rejected row")
	x := page.Rows{Lead: "What the source handed over and could not be kept, with the reason, as it was received."}
	if x.Frame, err = b.frame(c, "Rejected rows of "+p.Name, "populations", page.Link{Text: "Populations", Href: "/populations"}, page.Link{Text: p.Name, Href: path("populations", string(p.ID))}); err != nil {
		return err
	}
	x.Table = page.Table{
		Caption: "Rejected rows of " + p.Name, Pager: pager,
		Columns: []page.Column{{Name: "File"}, {Name: "Line", Num: true}, {Name: "Reason", Wide: true}, {Name: "As received"}},
		Empty:   page.Empty{Title: "No row was rejected", Text: "All " + audit.Plural(p.Received, "row") + " that the source handed over were kept."},
	}
	if p.Rejects != "" {
		if x.Table.Rows, err = b.rejectRows(c.r.Context(), p, from, to); err != nil {
			return err
		}
	}
	return b.show(c, x.Write())
}

func (b *bench) rejectRows(ctx context.Context, p audit.Population, from, to int64) ([]page.Row, error) {
	r, err := b.Files.Open(ctx, p.Rejects)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var out []page.Row
	lines := json.NewDecoder(bufio.NewReader(r))
	for n := int64(0); n < to; n++ {
		var x query.Reject
		if err := lines.Decode(&x); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		if n >= from {
			out = append(out, page.Row{{Text: x.File}, {Text: audit.Count(max(x.Line, x.Record))}, {Text: x.Reason}, {Text: x.Raw, Mono: true}})
		}
	}
	return out, nil
}
