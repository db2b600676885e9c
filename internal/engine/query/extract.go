package query

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// Extraction is one SELECT whose rows are wanted themselves.
type Extraction struct {
	SQL        string
	Tables     []Table
	Parameters []Value
	Needs      []string // columns, besides item, that must be there; "x?" may be, "x_*" stands for one or more
}

// Extracted is what an extraction left.
type Extracted struct {
	Rows  int64
	File  string // in the job's folder: NDJSON of exact texts, one object a row, ordered by item
	Fence string
}

// Extract runs a SELECT through the same gate as a procedure and leaves its
// rows in dir. Each row names a different item.
func (e Engine) Extract(ctx context.Context, dir string, x Extraction) (Extracted, error) {
	var got Extracted
	err := e.call(ctx, job{Dir: dir, Extract: &x}, &got)
	return got, err
}

func extract(j job) (Extracted, error) {
	x := *j.Extract
	got := Extracted{File: filepath.Join(j.Dir, "rows.ndjson")}
	var files []string
	for _, t := range x.Tables {
		files = append(files, t.Path)
	}
	fence, err := j.fence(files...)
	if err != nil {
		return got, err
	}
	got.Fence = fence
	d, err := j.open()
	if err != nil {
		return got, err
	}
	if err := d.lock(x.Tables); err != nil {
		return got, err
	}
	if err := newGate(x.Tables, x.Parameters).check(d, x.SQL); err != nil {
		return got, err
	}
	query, args, err := d.ordered(x)
	if err != nil {
		return got, err
	}
	got.Rows, err = d.leave(got.File, query, args)
	return got, err
}

// ordered is the query that gives the rows of x as text, ordered by item.
func (d *duck) ordered(x Extraction) (string, []any, error) {
	args, err := bind(x.Parameters)
	if err != nil {
		return "", nil, err
	}
	source := "(" + strings.TrimRight(strings.TrimSpace(x.SQL), "; \n\t") + "\n)"
	names, types, err := d.columns(source, args)
	if err != nil {
		return "", nil, err
	}
	if err := extractable(types, x.Needs); err != nil {
		return "", nil, err
	}
	var fields []string
	for _, n := range names {
		fields = append(fields, fmt.Sprintf("CAST(t.%s AS VARCHAR) AS %s", ident(n), ident(n)))
	}
	return fmt.Sprintf("SELECT %s FROM %s AS t ORDER BY t.item", strings.Join(fields, ", "), source), args, nil
}

// columns describes what a source returns: names in their order, and types.
func (d *duck) columns(source string, args []any) (names []string, types map[string]string, err error) {
	rows, err := d.db.Query("DESCRIBE SELECT * FROM "+source+" AS t", args...)
	if err != nil {
		return nil, nil, plain(err)
	}
	defer rows.Close()
	types = map[string]string{}
	for rows.Next() {
		var name, kind string
		var null, key, def, extra *string
		if err := rows.Scan(&name, &kind, &null, &key, &def, &extra); err != nil {
			return nil, nil, plain(err)
		}
		name = strings.ToLower(name)
		if types[name] != "" {
			return nil, nil, fmt.Errorf("the SQL returns two columns named %q", name)
		}
		types[name] = kind
		names = append(names, name)
	}
	return names, types, plain(rows.Err())
}

// extractable refuses columns that are not there or have no exact text.
func extractable(types map[string]string, needs []string) error {
	var errs []error
	if types["item"] != "VARCHAR" {
		errs = append(errs, fmt.Errorf("the SQL must return the column item, as VARCHAR; it is %q", types["item"]))
	}
	for _, need := range needs {
		if strings.HasSuffix(need, "?") || hasColumn(types, need) {
			continue
		}
		errs = append(errs, fmt.Errorf("the SQL returns no column %q, which its method needs", need))
	}
	for _, name := range slices.Sorted(maps.Keys(types)) {
		if !exactText(types[name]) {
			errs = append(errs, fmt.Errorf("column %q is %s, which has no exact text: cast it to DECIMAL, VARCHAR or TIMESTAMP", name, types[name]))
		}
	}
	return errors.Join(errs...)
}

func hasColumn(types map[string]string, need string) bool {
	beginning, many := strings.CutSuffix(need, "*")
	for name := range types {
		if name == need || many && strings.HasPrefix(name, beginning) {
			return true
		}
	}
	return false
}

// leave writes the rows as they come. As they come ordered, an item that is
// there twice follows itself.
func (d *duck) leave(file, query string, args []any) (int64, error) {
	f, err := os.Create(file)
	if err != nil {
		return 0, fmt.Errorf("write rows: %w", err)
	}
	defer f.Close()
	out := bufio.NewWriterSize(f, 1<<20)
	var n int64
	var last *string
	var line []byte
	err = d.texts(context.Background(), query, args, func(cols []string, values []*string) error {
		item := values[slices.Index(cols, "item")]
		if item == nil {
			return errors.New("the SQL returned a row without an item")
		}
		if last != nil && *last == *item {
			return fmt.Errorf("the SQL returned item %q more than once: a join multiplied rows, or item is no key", *item)
		}
		last = item
		n++
		var err error
		if line, err = appendRow(line[:0], cols, values); err == nil {
			_, err = out.Write(line)
		}
		return err
	})
	return n, errors.Join(err, out.Flush(), f.Close())
}

// appendRow writes a row as one object, its columns in the SQL's order; an
// absent value has no key.
func appendRow(line []byte, cols []string, values []*string) ([]byte, error) {
	line = append(line, '{')
	for i, v := range values {
		if v == nil {
			continue
		}
		for _, s := range []string{cols[i], *v} {
			b, err := json.Marshal(s)
			if err != nil {
				return line, err
			}
			line = append(append(line, b...), ':')
		}
		line[len(line)-1] = ','
	}
	line[len(line)-1] = '}' // item is never absent
	return append(line, '\n'), nil
}

// Rows reads what an extraction left, one row at a time, so that there may be
// any number of them. It stops without an error when visit returns false.
func Rows(file string, visit func(item string, columns map[string]string) (bool, error)) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := json.NewDecoder(bufio.NewReaderSize(f, 1<<20))
	for {
		columns := map[string]string{}
		err := lines.Decode(&columns)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("extracted rows: %w", err)
		}
		item := columns["item"]
		delete(columns, "item")
		if more, err := visit(item, columns); err != nil || !more {
			return err
		}
	}
}

// LeadsFile writes leads as they are kept: NDJSON in their order.
func LeadsFile(file string, leads []audit.Lead) error {
	f, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("write leads: %w", err)
	}
	defer f.Close()
	out := bufio.NewWriter(f)
	for _, l := range leads {
		line, err := audit.Canonical(l)
		if err == nil {
			_, err = out.Write(line)
		}
		if err != nil {
			return fmt.Errorf("write leads: %w", err)
		}
	}
	return errors.Join(out.Flush(), f.Close())
}
