package bench

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/bundle"
	"tickmark/internal/stage/perform"
)

// order is what a side is told.
type order struct {
	Side    string
	Case    string
	Dir     string // where the populations are
	Rows    int64
	Limit   time.Duration // for a query of a database; its loading may take three times as long
	Server  string        // of PostgreSQL
	Columns bool          // for the databases: write the files that they load
}

// answer is what a side found, and what it took without the start of its
// process.
type answer struct {
	Tested     int64
	Exceptions int64
	Items      string // digest of the flagged items, in order
	Wall       time.Duration
	CPU        time.Duration // of this process and its children
	PeakKB     int64         // of this process, and of its largest child
	Disk       int64         // bytes that loading left
	Slow       bool          // the limit was reached, and nothing was found
	Tables     map[string]int64
}

// sides are the processes that a comparison is made of.
var sides = map[string]func(order) (answer, error){
	"generate":      generate,
	"organization":  populate,
	"rules":         rules,
	"tickmark":      tickmark,
	"duckdb":        func(o order) (answer, error) { return bare(o, true) },
	"duckdb-count":  func(o order) (answer, error) { return bare(o, false) },
	"sqlite-load":   sqliteLoad,
	"sqlite":        sqliteQuery,
	"postgres-load": postgresLoad,
	"postgres":      postgresQuery,
}

// flagged gathers items that come in order.
type flagged struct {
	n   int64
	sum []byte
}

func (f *flagged) add(item string) {
	h := sha256.Sum256(append(f.sum, item...))
	f.n, f.sum = f.n+1, h[:]
}

func (a *answer) found(f flagged) { a.Exceptions, a.Items = f.n, hex.EncodeToString(f.sum) }

// spent fills in what a side used since begin.
func (a *answer) spent(begin time.Time) {
	a.Wall = time.Since(begin)
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if syscall.Getrusage(who, &u) == nil {
			a.CPU += time.Duration(u.Utime.Nano() + u.Stime.Nano())
			a.PeakKB = max(a.PeakKB, u.Maxrss)
		}
	}
}

// tickmark performs the procedure as the perform stage does: in its confined
// child, with the exceptions listed and every input digested.
func tickmark(o order) (answer, error) {
	var a answer
	c, err := comparing(o.Case)
	if err != nil {
		return a, err
	}
	known, err := catalog.Load()
	if err != nil {
		return a, err
	}
	p := known.Procedures[c.procedure]
	parameters, err := perform.Parameters(engagement, p)
	if err != nil {
		return a, err
	}
	inputs, err := recorded(o.Dir, c)
	if err != nil {
		return a, err
	}
	dir, err := os.MkdirTemp(o.Dir, "job-")
	if err != nil {
		return a, err
	}
	defer os.RemoveAll(dir)
	e := engine()
	e.MemoryMB = memoryMB()
	before := answer{}
	before.spent(time.Now()) // reading the catalog is not the test
	begin := time.Now()
	got, err := perform.Run(context.Background(), e, dir, p, known.Populations, parameters,
		func(in audit.Input) (string, error) { return parquet(o.Dir, in.Name), nil }, inputs)
	if err != nil {
		return a, err
	}
	a.spent(begin)
	a.CPU -= before.CPU
	a.Tested = got.Tested
	var f flagged
	if got.Detail != "" {
		err = e.EachRow(context.Background(), dir, []string{got.Detail}, func(_ int, x audit.ExceptionRow) error { f.add(x.Item); return nil })
	}
	a.found(f)
	return a, err
}

// recorded are the inputs as their records would name them.
func recorded(dir string, c comparison) ([]audit.Input, error) {
	var inputs []audit.Input
	for _, t := range c.tables {
		digest, rows := strings.TrimSpace(contents(parquet(dir, t.name)+".digest")), int64(0)
		if _, err := fmt.Sscan(contents(parquet(dir, t.name)+".rows"), &rows); err != nil {
			return nil, err
		}
		inputs = append(inputs, audit.Input{Name: t.name, File: audit.Digest(digest), Rows: rows})
	}
	return inputs, nil
}

// bare is DuckDB by itself: no fence, no gate, no checks, no digests.
func bare(o order, keep bool) (answer, error) {
	var a answer
	c, err := comparing(o.Case)
	if err != nil {
		return a, err
	}
	known, err := catalog.Load()
	if err != nil {
		return a, err
	}
	db, err := duck(o.Dir)
	if err != nil {
		return a, err
	}
	for _, t := range c.tables {
		if _, err := db.Exec(fmt.Sprintf("CREATE VIEW %s AS SELECT * FROM read_parquet('%s')", t.name, parquet(o.Dir, t.name))); err != nil {
			return a, err
		}
	}
	p := known.Procedures[c.procedure]
	parameters, err := perform.Parameters(engagement, p)
	if err != nil {
		return a, err
	}
	before := answer{}
	before.spent(time.Now())
	begin := time.Now()
	err = a.asked(db, p.SQL, parameters, keep)
	a.spent(begin)
	a.CPU -= before.CPU
	return a, err
}

// asked counts; with keep, it takes the rows first and then reads the
// exceptions in order, as a person with DuckDB would.
func (a *answer) asked(db *sql.DB, text string, parameters map[string]string, keep bool) error {
	var args []any
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		args = append(args, sql.Named(name, parameters[name]))
	}
	from := "(" + text + "\n)"
	if keep {
		if _, err := db.Exec("CREATE TEMP TABLE result AS SELECT * FROM "+from, args...); err != nil {
			return err
		}
		from, args = "result", nil
	}
	err := db.QueryRow("SELECT count(*), count(*) FILTER (WHERE NOT passed) FROM "+from, args...).Scan(&a.Tested, &a.Exceptions)
	if err != nil || !keep {
		return err
	}
	rows, err := db.Query("SELECT item FROM result WHERE NOT passed ORDER BY item")
	if err != nil {
		return err
	}
	return a.items(rows)
}

// items reads the flagged items to their end.
func (a *answer) items(rows *sql.Rows) error {
	defer rows.Close()
	var f flagged
	for rows.Next() {
		var item string
		if err := rows.Scan(&item); err != nil {
			return err
		}
		f.add(item)
	}
	a.found(f)
	return rows.Err()
}

// duck opens DuckDB with the limits that Tickmark has.
func duck(dir string) (*sql.DB, error) {
	c, err := duckdb.NewConnector("", nil)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(c)
	db.SetMaxOpenConns(1)
	for _, s := range []string{
		fmt.Sprintf("SET memory_limit='%dMB'", memoryMB()), fmt.Sprintf("SET threads=%d", runtime.NumCPU()), "SET TimeZone='UTC'",
		"SET temp_directory='" + dir + "/spill'", "SET max_temp_directory_size='200GB'",
	} {
		if _, err := db.Exec(s); err != nil {
			return nil, err
		}
	}
	return db, nil
}

// generate writes the populations, and with Columns the files for the
// databases.
func generate(o order) (answer, error) {
	a := answer{Tables: map[string]int64{}}
	c, err := comparing(o.Case)
	if err != nil {
		return a, err
	}
	text, err := c.text("generate")
	if err != nil {
		return a, err
	}
	db, err := duck(o.Dir)
	if err != nil {
		return a, err
	}
	begin := time.Now()
	for _, s := range []string{
		fmt.Sprintf("SET VARIABLE n = %d::BIGINT", o.Rows),
		"CREATE MACRO dollars(c) AS (c::DECIMAL(16,0) * 0.01::DECIMAL(3,2))::DECIMAL(18,2)", text,
	} {
		if _, err := db.Exec(s); err != nil {
			return a, err
		}
	}
	for _, t := range c.tables {
		if a.Tables[t.name], err = t.write(db, o); err != nil {
			return a, fmt.Errorf("%s: %w", t.name, err)
		}
	}
	a.spent(begin)
	return a, nil
}

func (t table) write(db *sql.DB, o order) (int64, error) {
	out := parquet(o.Dir, t.name)
	done, err := db.Exec(fmt.Sprintf("COPY (SELECT * FROM made_%s) TO '%s' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)", t.name, out))
	if err != nil {
		return 0, err
	}
	rows, err := done.RowsAffected()
	if err != nil {
		return 0, err
	}
	digest, _, err := bundle.DigestFile(out)
	if err != nil {
		return 0, err
	}
	err = errors.Join(os.WriteFile(out+".digest", []byte(digest), 0o600), os.WriteFile(out+".rows", fmt.Append(nil, rows), 0o600))
	if err != nil || !o.Columns {
		return rows, err
	}
	_, err = db.Exec(fmt.Sprintf("COPY (SELECT %s FROM read_parquet('%s')) TO '%s' (FORMAT csv, HEADER)", strings.Join(strings.Fields(t.columns), ", "), out, csvFile(o.Dir, t.name)))
	return rows, err
}
