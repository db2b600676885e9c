package query

import (
	"context"
	"fmt"
	"path/filepath"
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
	Parted  string // how the sum of its partitions differs from the whole; "" when it does not, or none is declared
}

// Rehearse tries all examples in one confined child, each in a DuckDB of its own.
func (e Engine) Rehearse(ctx context.Context, dir string, r Rehearsal) ([]Rehearsed, error) {
	var out []Rehearsed
	if err := e.call(ctx, job{Dir: dir, Rehearse: &r}, &out); err != nil {
		return nil, err
	}
	var files []string
	var of []int
	for i := range out {
		out[i].Flagged = nil
		if out[i].Exceptions > 0 && out[i].Error == "" {
			file, err := ordinary(exampleDetail(dir, i))
			if err != nil {
				return nil, err
			}
			files, of = append(files, file), append(of, i)
		}
	}
	err := e.EachRow(ctx, dir, files, func(file int, x audit.ExceptionRow) error {
		out[of[file]].Flagged = append(out[of[file]].Flagged, x)
		return nil
	})
	return out, err
}

func exampleDetail(dir string, n int) string {
	return filepath.Join(dir, fmt.Sprintf("example-%d.parquet", n))
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
		if err := d.keyed(s); err != nil {
			return Rehearsed{}, err
		}
		task.Tables = append(task.Tables, Table{Name: s.Name, Rows: int64(len(x.Given[s.Name]))})
	}
	if err := d.exec("SET enable_external_access=false", "SET lock_configuration=true"); err != nil {
		return Rehearsed{}, err
	}
	r := run{duck: d, task: task, detail: exampleDetail(j.Dir, n)}
	p, err := r.all()
	if err != nil || task.Partition == nil {
		return Rehearsed{Performed: p}, err
	}
	differs, err := d.parted(task, p, exampleDetail(j.Dir, n))
	return Rehearsed{Performed: p, Parted: differs}, err
}

// parted performs an example once more, partition by partition, and says how
// the sum differs from the whole.
func (d *duck) parted(t Task, whole Performed, detail string) (string, error) {
	cuts, err := d.cut(t)
	if err != nil {
		return "", err
	}
	if err := d.exec("ALTER TABLE " + ident(t.Tested) + " RENAME TO __whole"); err != nil {
		return "", err
	}
	var all Performed
	var files []string
	for i, s := range cuts {
		got, err := d.part(t, s, fmt.Sprintf("%s.part-%d", detail, i))
		if err != nil {
			return fmt.Sprintf("the partition %s alone: %v", s.name(), err), nil
		}
		all.Tested += got.Tested
		all.Exceptions += got.Exceptions
		if got.Detail != "" {
			files = append(files, quote(got.Detail))
		}
	}
	if all.Tested != whole.Tested || all.Exceptions != whole.Exceptions {
		return fmt.Sprintf("partition by partition it tests %d and flags %d; on all rows at once it tests %d and flags %d", all.Tested, all.Exceptions, whole.Tested, whole.Exceptions), nil
	}
	if len(files) == 0 {
		return "", nil
	}
	var other int64
	err = d.row(fmt.Sprintf("SELECT count(*) FROM (SELECT * FROM read_parquet([%s]) EXCEPT ALL SELECT * FROM read_parquet(%s))", join(files), quote(detail)), nil, &other)
	if err != nil || other == 0 {
		return "", err
	}
	return fmt.Sprintf("partition by partition, %d of %d exceptions are others than on all rows at once", other, all.Exceptions), nil
}

// part performs an example on the rows of one partition.
func (d *duck) part(t Task, s slice, detail string) (Performed, error) {
	where, err := t.Partition.where(s)
	if err != nil {
		return Performed{}, err
	}
	err = d.exec(
		"DROP TABLE IF EXISTS head", "DROP TABLE IF EXISTS tested", "DROP TABLE IF EXISTS flagged",
		fmt.Sprintf("CREATE OR REPLACE VIEW %s AS SELECT * FROM __whole WHERE %s", ident(t.Tested), where))
	if err != nil {
		return Performed{}, err
	}
	t.Part = &s
	r := run{duck: d, task: t, detail: detail}
	return r.all()
}

// TwiceKeyed is what is said of given rows that share a key.
const TwiceKeyed = "stands on more than one row"

// keyed refuses rows that share a key, as reading a file into a population does.
func (d *duck) keyed(s audit.Schema) error {
	var twice int64
	q := fmt.Sprintf("SELECT count(%[1]s) - count(DISTINCT %[1]s) FROM %[2]s", keyText(s.Key), ident(s.Name))
	if err := d.row(q, nil, &twice); err != nil || twice == 0 {
		return err
	}
	return fmt.Errorf("%s: the key (%s) %s: which is right cannot be told", s.Name, strings.Join(s.Key, ", "), TwiceKeyed)
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
