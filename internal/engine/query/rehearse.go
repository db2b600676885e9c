package query

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// Rehearsal is a procedure with small examples to try it on. Its task names no
// files: each example brings the rows of its populations.
type Rehearsal struct {
	Task     Task
	Schemas  []audit.Schema // of all populations that the procedure reads
	Examples []Example
}

// Example is given rows, by population, and the values of the parameters.
type Example struct {
	Given      map[string][]audit.Values
	Parameters []Value
}

// Rehearsed is what one example gave, or why it could not be tried.
type Rehearsed struct {
	Performed
	Flagged []audit.ExceptionRow
	Error   string
}

// Rehearse tries all examples in one confined child, each in a DuckDB of its own.
func (e Engine) Rehearse(ctx context.Context, dir string, r Rehearsal) ([]Rehearsed, error) {
	var out []Rehearsed
	err := e.call(ctx, job{Dir: dir, Rehearse: &r}, &out)
	return out, err
}

func rehearse(j job) ([]Rehearsed, error) {
	if _, err := j.fence(); err != nil {
		return nil, err
	}
	out := make([]Rehearsed, 0, len(j.Rehearse.Examples))
	for n, x := range j.Rehearse.Examples {
		got, err := j.example(n, x)
		if err != nil {
			got.Error = err.Error()
		}
		out = append(out, got)
	}
	return out, nil
}

func (j job) example(n int, x Example) (Rehearsed, error) {
	d, err := j.open()
	if err != nil {
		return Rehearsed{}, err
	}
	defer d.db.Close()
	task := j.Rehearse.Task
	task.Parameters, task.Tables = x.Parameters, nil
	for _, s := range j.Rehearse.Schemas {
		if err := d.fill(s, x.Given[s.Name]); err != nil {
			return Rehearsed{}, err
		}
		task.Tables = append(task.Tables, Table{Name: s.Name})
	}
	if err := d.exec("SET enable_external_access=false", "SET lock_configuration=true"); err != nil {
		return Rehearsed{}, err
	}
	r := run{duck: d, task: task, detail: filepath.Join(j.Dir, fmt.Sprintf("example-%d.ndjson", n))}
	p, err := r.all()
	if err != nil || p.Detail == "" {
		return Rehearsed{Performed: p}, err
	}
	rows, err := Exceptions(p.Detail)
	return Rehearsed{Performed: p, Flagged: rows}, err
}

// fill makes a population from given rows. An absent column is null; a text
// that is not of its column's type is an error that names the row.
func (d *duck) fill(s audit.Schema, rows []audit.Values) error {
	var columns, values []string
	for _, c := range s.Columns {
		columns = append(columns, ident(c.Name)+" "+sqlType(c.Type))
		if c.Type == "timestamp" {
			values = append(values, "CAST(? AS TIMESTAMPTZ) AT TIME ZONE 'UTC'")
		} else {
			values = append(values, "CAST(? AS "+sqlType(c.Type)+")")
		}
	}
	if err := d.exec("CREATE TABLE " + ident(s.Name) + " (" + strings.Join(columns, ", ") + ")"); err != nil {
		return err
	}
	insert := "INSERT INTO " + ident(s.Name) + " SELECT " + strings.Join(values, ", ")
	for i, row := range rows {
		args := make([]any, len(s.Columns))
		for k, c := range s.Columns {
			if text, ok := row[c.Name]; ok {
				args[k] = text
			}
		}
		if _, err := d.db.Exec(insert, args...); err != nil {
			return fmt.Errorf("row %d of %s: %w", i+1, s.Name, plain(err))
		}
	}
	return nil
}

// Exceptions reads a file that Performed.Detail names.
func Exceptions(path string) ([]audit.ExceptionRow, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var rows []audit.ExceptionRow
	for lines := json.NewDecoder(bufio.NewReader(f)); ; {
		var row audit.ExceptionRow
		if err := lines.Decode(&row); errors.Is(err, io.EOF) {
			return slices.Clip(rows), nil
		} else if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
}
