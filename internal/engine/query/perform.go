package query

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// Table is a population under the name by which a procedure reads it.
type Table struct {
	Name string
	Path string // Parquet
}

// Task is one performance of one procedure.
type Task struct {
	SQL        string
	Tables     []Table
	Parameters []Value
	Tested     string   // the population whose items are tested
	Key        []string // its key
	Entire     bool     // every row of it must be an item, exactly once
}

// Value is a parameter's value as exact text with its canonical type.
type Value struct {
	Name string
	Type string
	Text string
}

// Performed is what a performance counted.
type Performed struct {
	Tested     int64
	Exceptions int64
	Population int64  // rows of the tested population
	Detail     string // file of exceptions in the job's folder, NDJSON ordered by item; "" when none
	Fence      string // how the child was confined
}

// inline is how many exceptions one pass over the population can keep at hand;
// above it the flagged rows are gathered in a second pass.
const inline = 20_000

func perform(j job) (Performed, error) {
	var p Performed
	var files []string
	for _, t := range j.Perform.Tables {
		files = append(files, t.Path)
	}
	fence, err := j.fence(files...)
	if err != nil {
		return p, err
	}
	d, err := j.open()
	if err != nil {
		return p, err
	}
	if err := d.lock(j.Perform.Tables); err != nil {
		return p, err
	}
	r := run{duck: d, task: *j.Perform, detail: filepath.Join(j.Dir, "exceptions.ndjson")}
	p, err = r.all()
	p.Fence = fence
	return p, err
}

// run is one performance inside the child.
type run struct {
	*duck
	task   Task
	detail string
	source string // what to select the tested rows from
	args   []any
	cols   []string // the procedure's columns, lower case, in its order
}

func (r *run) all() (Performed, error) {
	var p Performed
	if err := newGate(r.task.Tables).check(r.duck, r.task.SQL); err != nil {
		return p, err
	}
	var err error
	if r.args, err = bind(r.task.Parameters); err != nil {
		return p, err
	}
	r.source = "(" + strings.TrimRight(strings.TrimSpace(r.task.SQL), "; \n\t") + "\n)"
	if err := r.shape(); err != nil {
		return p, err
	}
	if err := r.gather(); err != nil {
		return p, err
	}
	if p, err = r.count(); err != nil {
		return p, err
	}
	return p, r.list(&p)
}

// bind turns the parameters' texts into named arguments. The SQL casts them.
func bind(values []Value) ([]any, error) {
	var args []any
	for _, v := range values {
		if v.Type == "text" || v.Text != "" {
			args = append(args, sql.Named(v.Name, v.Text))
			continue
		}
		return nil, fmt.Errorf("parameter %s has no value; its type is %s", v.Name, v.Type)
	}
	return args, nil
}

// shape refuses a procedure that does not return item, passed and reason, or
// returns a column that has no exact text.
func (r *run) shape() error {
	types := map[string]string{}
	rows, err := r.db.Query("DESCRIBE SELECT * FROM "+r.source+" AS t", r.args...)
	if err != nil {
		return plain(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, kind string
		var null, key, def, extra *string
		if err := rows.Scan(&name, &kind, &null, &key, &def, &extra); err != nil {
			return plain(err)
		}
		if _, twice := types[strings.ToLower(name)]; twice {
			return fmt.Errorf("the procedure returns two columns named %q", name)
		}
		types[strings.ToLower(name)] = kind
		r.cols = append(r.cols, strings.ToLower(name))
	}
	return errors.Join(plain(rows.Err()), wellShaped(types))
}

func wellShaped(types map[string]string) error {
	var errs []error
	for _, want := range [][2]string{{"item", "VARCHAR"}, {"passed", "BOOLEAN"}, {"reason", "VARCHAR"}} {
		if got, ok := types[want[0]]; !ok {
			errs = append(errs, fmt.Errorf("the procedure returns no column %q (%s)", want[0], want[1]))
		} else if got != want[1] {
			errs = append(errs, fmt.Errorf("column %q is %s; it must be %s", want[0], got, want[1]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(types)) {
		if !exactText(types[name]) {
			errs = append(errs, fmt.Errorf("column %q is %s, which has no exact text: cast it to DECIMAL, VARCHAR or TIMESTAMP", name, types[name]))
		}
	}
	return errors.Join(errs...)
}

func exactText(kind string) bool {
	exact := []string{"VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UINTEGER", "UBIGINT"}
	return slices.Contains(exact, kind) || strings.HasPrefix(kind, "DECIMAL(")
}

// gather materializes the tested rows when they are a part of the population,
// so that the checks on them are exact. When every row is an item, one pass
// over the whole population is enough and nothing is copied.
func (r *run) gather() error {
	if r.task.Entire {
		return nil
	}
	_, err := r.db.Exec("CREATE TEMP TABLE tested AS SELECT * FROM "+r.source+" AS t", r.args...)
	r.source, r.args = "tested", nil
	return plain(err)
}

// count makes the one pass: how many items, how many flagged, and the first
// flagged rows themselves.
func (r *run) count() (Performed, error) {
	var p Performed
	fingerprint := "0::HUGEINT"
	if r.task.Entire {
		fingerprint = "coalesce(sum(hash(item)::HUGEINT), 0)"
	}
	pass := fmt.Sprintf(`CREATE TEMP TABLE head AS SELECT count(*) AS tested,
		count(*) FILTER (WHERE NOT passed) AS flagged,
		count(*) FILTER (WHERE passed IS NULL OR item IS NULL) AS blank,
		%s AS fingerprint,
		arg_min(t, item, %d) FILTER (WHERE NOT passed) AS rows
		FROM %s AS t`, fingerprint, inline, r.source)
	if _, err := r.db.Exec(pass, r.args...); err != nil {
		return p, plain(err)
	}
	var blank int64
	if err := r.row("SELECT tested, flagged, blank FROM head", nil, &p.Tested, &p.Exceptions, &blank); err != nil {
		return p, err
	}
	if blank > 0 {
		return p, fmt.Errorf("the procedure returned %d of %d rows without an item or without a verdict: passed must be true or false", blank, p.Tested)
	}
	if err := r.row("SELECT count(*) FROM "+ident(r.task.Tested), nil, &p.Population); err != nil {
		return p, err
	}
	return p, r.eachOnce(p)
}

// eachOnce proves that the items are rows of the population, none twice: by the
// sum of their hashes when every row is an item, and by looking when only some are.
func (r *run) eachOnce(p Performed) error {
	key := keyText(r.task.Key)
	if r.task.Entire {
		var same bool
		q := fmt.Sprintf("SELECT fingerprint = (SELECT coalesce(sum(hash(%s)::HUGEINT), 0) FROM %s) FROM head", key, ident(r.task.Tested))
		if err := r.row(q, nil, &same); err != nil {
			return err
		}
		if !same || p.Tested != p.Population {
			return fmt.Errorf("the procedure says it tests every row of %s (%d), but its %d items are not exactly those: a join lost or multiplied rows", r.task.Tested, p.Population, p.Tested)
		}
		return nil
	}
	var twice, strange int64
	q := fmt.Sprintf("SELECT count(*) - count(DISTINCT item), count(*) FILTER (WHERE item NOT IN (SELECT %s FROM %s)) FROM tested", key, ident(r.task.Tested))
	if err := r.row(q, nil, &twice, &strange); err != nil {
		return err
	}
	if twice > 0 {
		return fmt.Errorf("the procedure returned %d items more than once: a join multiplied rows", twice)
	}
	if strange > 0 {
		return fmt.Errorf("the procedure returned %d items that are no rows of %s: item must be its key (%s)", strange, r.task.Tested, strings.Join(r.task.Key, "|"))
	}
	return nil
}

// list writes the flagged rows as NDJSON, ordered by item.
func (r *run) list(p *Performed) error {
	if p.Exceptions == 0 {
		return nil
	}
	from := "(SELECT unnest(rows) AS t FROM head)"
	if p.Exceptions > inline {
		from = "(SELECT t FROM " + r.source + " AS t WHERE NOT passed)"
	}
	var fields []string
	for _, c := range r.cols {
		fields = append(fields, fmt.Sprintf("CAST(t.%s AS VARCHAR) AS %s", ident(c), ident(c)))
	}
	query := fmt.Sprintf("SELECT %s FROM %s AS x ORDER BY t.item", strings.Join(fields, ", "), from)
	written, err := r.write(query, p.Exceptions > inline)
	if err != nil {
		return err
	}
	if written != p.Exceptions {
		return fmt.Errorf("%d exceptions were counted and %d written: the result is refused", p.Exceptions, written)
	}
	p.Detail = r.detail
	return nil
}

func (r *run) write(query string, again bool) (int64, error) {
	f, err := os.Create(r.detail)
	if err != nil {
		return 0, fmt.Errorf("write exceptions: %w", err)
	}
	defer f.Close()
	out := bufio.NewWriter(f)
	var args []any
	if again {
		args = r.args
	}
	var n int64
	err = r.texts(context.Background(), query, args, func(cols []string, values []*string) error {
		line, err := audit.Canonical(exception(cols, values))
		if err != nil {
			return err
		}
		n++
		_, err = out.Write(line)
		return err
	})
	return n, errors.Join(err, out.Flush(), f.Close())
}

// exception sorts a row's columns into the shape in which it is kept. The
// verdict itself is left out: every row of the file is flagged.
func exception(cols []string, values []*string) audit.ExceptionRow {
	row := audit.ExceptionRow{Columns: map[string]string{}}
	for i, c := range cols {
		switch {
		case values[i] == nil || c == "passed":
		case c == "item":
			row.Item = *values[i]
		case c == "reason":
			row.Reason = *values[i]
		default:
			row.Columns[c] = *values[i]
		}
	}
	return row
}
