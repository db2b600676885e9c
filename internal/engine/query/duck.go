package query

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"strings"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"tickmark/internal/confine"
)

// Worker serves one job. The program calls it when it is started as
// "worker query".
func Worker(in io.Reader, out io.Writer) error {
	return confine.ServeTelling(in, out, func(j job, tell func(any)) (any, error) {
		switch {
		case j.Perform != nil:
			return perform(j, tell)
		case j.Batch != nil:
			return performAll(j)
		case j.Slice != nil:
			return cut(j)
		case j.Merge != nil:
			return merge(j)
		case j.List != nil:
			return list(j)
		case j.Ingest != nil:
			return ingest(j)
		case j.Convert != nil:
			return convert(j)
		case j.Compare != nil:
			return compare(j)
		case j.Rehearse != nil:
			return rehearse(j)
		case j.Extract != nil:
			return extract(j)
		case j.Look != nil:
			return look(j, tell)
		}
		return nil, fmt.Errorf("the job names no task")
	})
}

// fence applies the limits of stack: the address space must be loose, for
// DuckDB maps much more than it uses.
func (j job) fence(files ...string) (string, error) {
	return confine.Limits{
		AddressMB: 4*j.MemoryMB + 4096,
		ReadOnly:  files,
		ReadWrite: []string{j.Dir},
	}.Apply()
}

// open starts an in-memory DuckDB within the job's limits. Settings that a
// later statement could loosen are locked by lock.
func (j job) open() (*duck, error) {
	c, err := duckdb.NewConnector("", nil)
	if err != nil {
		return nil, fmt.Errorf("start DuckDB: %w", err)
	}
	db := sql.OpenDB(c)
	db.SetMaxOpenConns(1)
	d := &duck{db: db, of: c}
	return d, d.exec(
		fmt.Sprintf("SET memory_limit='%dMB'", j.MemoryMB),
		fmt.Sprintf("SET threads=%d", j.Threads),
		"SET temp_directory="+quote(j.Dir),
		"SET max_temp_directory_size='200GB'",
		"SET preserve_insertion_order=true",
		"SET parquet_metadata_cache=true",
		"SET autoinstall_known_extensions=false",
		"SET autoload_known_extensions=false",
		"SET GLOBAL TimeZone='UTC'",
	)
}

// duck is one DuckDB connection inside the child.
type duck struct {
	db *sql.DB
	of driver.Connector
}

// again is another connection to the same DuckDB: its settings and doors are the
// same, its tables are its own. The DuckDB stays when it is closed.
func (d *duck) again() *duck {
	db := sql.OpenDB(struct{ driver.Connector }{d.of})
	db.SetMaxOpenConns(1)
	return &duck{db: db, of: d.of}
}

func (d *duck) exec(statements ...string) error {
	for _, s := range statements {
		if _, err := d.db.Exec(s); err != nil {
			return plain(err)
		}
	}
	return nil
}

func (d *duck) row(statement string, args []any, into ...any) error {
	return plain(d.db.QueryRow(statement, args...).Scan(into...))
}

// lock gives the instance its tables, shuts every door and throws the key away.
func (d *duck) lock(tables []Table) error {
	var paths []string
	for _, t := range tables {
		paths = append(paths, t.Path)
	}
	if err := d.show(tables); err != nil {
		return err
	}
	return d.shut(paths)
}

// show gives the connection its tables.
func (d *duck) show(tables []Table) error {
	for _, pieces := range gathered(tables) {
		if err := d.exec(view(pieces)); err != nil {
			return fmt.Errorf("population %s: %w", pieces[0].Name, err)
		}
		if err := d.distinct(pieces); err != nil {
			return err
		}
	}
	return nil
}

// shut leaves the instance these files, and its temporary folder, for good.
func (d *duck) shut(paths []string) error {
	var quoted []string
	for _, p := range paths {
		quoted = append(quoted, quote(p))
	}
	return d.exec("SET allowed_paths=["+strings.Join(quoted, ",")+"]", "SET enable_external_access=false", "SET lock_configuration=true")
}

// texts runs a query whose columns are all text and hands over row by row;
// absent values are nil.
func (d *duck) texts(ctx context.Context, statement string, args []any, row func(cols []string, values []*string) error) error {
	rows, err := d.db.QueryContext(ctx, statement, args...)
	if err != nil {
		return plain(err)
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		return plain(err)
	}
	for rows.Next() {
		values, into := make([]*string, len(cols)), make([]any, len(cols))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return plain(err)
		}
		if err := row(cols, values); err != nil {
			return err
		}
	}
	return plain(rows.Err())
}

// plain strips what DuckDB says to its developers.
func plain(err error) error {
	if err == nil {
		return nil
	}
	text, _, _ := strings.Cut(err.Error(), "\n\nStack Trace")
	if strings.Contains(text, "Out of Memory") || strings.Contains(text, "bad_alloc") || strings.Contains(text, "failed to allocate") {
		text = "memory limit reached: " + text
	}
	return fmt.Errorf("%s", strings.TrimSpace(text))
}

func ident(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
