package bench

import (
	"context"
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite" // the driver named sqlite

	"tickmark/catalog"
	"tickmark/internal/audit"
)

func sqliteFile(o order) string { return filepath.Join(o.Dir, "sqlite", o.Case+".db") }

// openSQLite sets what a careful person sets for one reader on one machine.
func openSQLite(o order, more ...string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+sqliteFile(o))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	for _, s := range append(more, "PRAGMA cache_size=-2097152", "PRAGMA mmap_size=4294967296", "PRAGMA threads=2") {
		if _, err := db.Exec(s); err != nil {
			return nil, err
		}
	}
	return db, nil
}

func sqliteType(t string) string {
	if t == "boolean" || t == "integer" || strings.HasPrefix(t, "decimal") {
		return "INTEGER"
	}
	return "TEXT"
}

// sqliteLoad makes the file: rows by a prepared statement, then indexes, then
// statistics.
func sqliteLoad(o order) (answer, error) {
	var a answer
	c, err := comparing(o.Case)
	if err != nil {
		return a, err
	}
	known, err := catalog.Load()
	if err != nil {
		return a, err
	}
	if err := os.MkdirAll(filepath.Dir(sqliteFile(o)), 0o700); err != nil {
		return a, err
	}
	ctx, stop := context.WithTimeout(context.Background(), 3*o.Limit)
	defer stop()
	begin := time.Now()
	db, err := openSQLite(o, "PRAGMA page_size=8192", "PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", "PRAGMA locking_mode=EXCLUSIVE")
	if err != nil {
		return a, err
	}
	for _, t := range c.tables {
		if err = fillSQLite(ctx, db, t, known.Populations[t.name], csvFile(o.Dir, t.name)); err != nil {
			return a.late(ctx, fmt.Errorf("%s: %w", t.name, err))
		}
	}
	if err := finish(ctx, c, func(s string) error { _, err := db.ExecContext(ctx, s); return err }); err != nil {
		return a.late(ctx, err)
	}
	if err := db.Close(); err != nil {
		return a, err
	}
	a.spent(begin)
	info, err := os.Stat(sqliteFile(o))
	if err == nil {
		a.Disk = info.Size()
	}
	return a, err
}

// late turns an error into "slow" when the time was up.
func (a answer) late(ctx context.Context, err error) (answer, error) {
	if err != nil && ctx.Err() != nil {
		a.Slow = true
		return a, nil //nolint:nilerr // that the time was up is the answer
	}
	return a, err
}

// finish makes indexes and statistics, in this order.
func finish(_ context.Context, c comparison, exec func(string) error) error {
	for i, on := range c.indexes {
		if err := exec(fmt.Sprintf("CREATE INDEX by_%d ON %s", i, on)); err != nil {
			return err
		}
	}
	return exec("ANALYZE")
}

func fillSQLite(ctx context.Context, db *sql.DB, t table, s audit.Schema, path string) (err error) {
	if _, err := db.ExecContext(ctx, t.create(s, "TABLE", sqliteType)); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = tx.Rollback()
		}
	}()
	names := strings.Fields(t.columns)
	insert, err := tx.PrepareContext(ctx, "INSERT INTO "+t.name+" VALUES (?"+strings.Repeat(", ?", len(names)-1)+")")
	if err != nil {
		return err
	}
	if err := insertAll(ctx, insert, csv.NewReader(f), names, s); err != nil {
		return err
	}
	return tx.Commit()
}

func insertAll(ctx context.Context, insert *sql.Stmt, r *csv.Reader, names []string, s audit.Schema) error {
	r.ReuseRecord = true
	kinds := make([]string, len(names))
	for i, name := range names {
		kinds[i] = columnType(s, name)
	}
	if _, err := r.Read(); err != nil { // the header
		return err
	}
	args := make([]any, len(names))
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for i, text := range record {
			if args[i], err = stored(text, kinds[i]); err != nil {
				return err
			}
		}
		if _, err := insert.ExecContext(ctx, args...); err != nil {
			return err
		}
	}
}

// stored is a value as SQLite keeps it: exact numbers as whole ones.
func stored(text, kind string) (any, error) {
	switch {
	case text == "":
		return nil, nil
	case kind == "boolean":
		return text == "true", nil
	case kind == "integer" || strings.HasPrefix(kind, "decimal"):
		return strconv.ParseInt(strings.Replace(text, ".", "", 1), 10, 64)
	}
	return text, nil
}

func sqliteQuery(o order) (answer, error) {
	var a answer
	db, err := openSQLite(o)
	if err != nil {
		return a, err
	}
	defer db.Close()
	return databaseQuery(o, db, "sqlite")
}

// databaseQuery asks for the flagged items in order, and for the number of all.
func databaseQuery(o order, db *sql.DB, side string) (answer, error) {
	var a answer
	c, err := comparing(o.Case)
	if err != nil {
		return a, err
	}
	text, err := c.text(side)
	if err != nil {
		return a, err
	}
	ctx, stop := context.WithTimeout(context.Background(), o.Limit)
	defer stop()
	begin := time.Now()
	if err := db.QueryRowContext(ctx, c.tested).Scan(&a.Tested); err != nil {
		return a.late(ctx, err)
	}
	rows, err := db.QueryContext(ctx, "SELECT item FROM ("+text+") AS verdicts WHERE NOT passed ORDER BY item")
	if err != nil {
		return a.late(ctx, err)
	}
	err = a.items(rows)
	a.spent(begin)
	return a.late(ctx, err)
}

func postgresType(t string) string {
	if strings.HasPrefix(t, "decimal") {
		return "numeric" + strings.TrimPrefix(t, "decimal")
	}
	if t == "integer" {
		return "bigint"
	}
	return t
}

// postgresLoad makes unlogged tables, copies into them, then indexes, then
// statistics.
func postgresLoad(o order) (answer, error) {
	var a answer
	c, err := comparing(o.Case)
	if err != nil {
		return a, err
	}
	known, err := catalog.Load()
	if err != nil {
		return a, err
	}
	ctx, stop := context.WithTimeout(context.Background(), 3*o.Limit)
	defer stop()
	begin := time.Now()
	conn, err := pgx.Connect(ctx, o.Server)
	if err != nil {
		return a, err
	}
	defer conn.Close(context.Background())
	for _, t := range c.tables {
		if err := fillPostgres(ctx, conn, t, known.Populations[t.name], csvFile(o.Dir, t.name)); err != nil {
			return a.late(ctx, fmt.Errorf("%s: %w", t.name, err))
		}
	}
	if err := finish(ctx, c, func(s string) error { _, err := conn.Exec(ctx, s); return err }); err != nil {
		return a.late(ctx, err)
	}
	a.spent(begin)
	err = conn.QueryRow(ctx, "SELECT pg_database_size(current_database())").Scan(&a.Disk)
	return a, err
}

func fillPostgres(ctx context.Context, conn *pgx.Conn, t table, s audit.Schema, path string) error {
	if _, err := conn.Exec(ctx, t.create(s, "UNLOGGED TABLE", postgresType)); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = conn.PgConn().CopyFrom(ctx, f, "COPY "+t.name+" FROM STDIN (FORMAT csv, HEADER)")
	return err
}

func postgresQuery(o order) (answer, error) {
	db, err := sql.Open("pgx", o.Server)
	if err != nil {
		return answer{}, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	return databaseQuery(o, db, "postgres")
}
