package identity

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// The databases differ in this file only.

// readerConns and postgresConns bound the connections of one process.
const (
	readerConns   = 4
	postgresConns = 8
)

// tables are the pools of one database: with SQLite one connection that writes
// and some that cannot, with PostgreSQL twice the same.
type tables struct {
	writer  *bun.DB
	readers *bun.DB
}

func connect(rawURL string) (t tables, file string, err error) {
	scheme, _, _ := strings.Cut(rawURL, ":")
	switch scheme {
	case "sqlite":
		return connectSQLite(rawURL)
	case "postgres", "postgresql":
		t, err = connectPostgres(rawURL)
		return t, "", err
	}
	return t, "", fmt.Errorf("the database's URL begins with %q; it is sqlite:///path/tickmark.db or postgres://user@host/database", scheme)
}

func connectSQLite(rawURL string) (tables, string, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return tables{}, "", fmt.Errorf("the database's URL: %w", err)
	}
	if u.Host != "" || !filepath.IsAbs(u.Path) || u.RawQuery != "" {
		return tables{}, "", fmt.Errorf("the database's URL is %s; write sqlite:// and an absolute path", rawURL)
	}
	if err := ownFile(u.Path); err != nil {
		return tables{}, "", err
	}
	// FULL: a session that was ended, or a code that was used, stays so after
	// a power loss.
	dsn := "file:" + (&url.URL{Path: u.Path}).EscapedPath() +
		"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_txlock=immediate"
	writer, err := sql.Open("sqlite", dsn)
	if err != nil {
		return tables{}, "", fmt.Errorf("opening %s: %w", u.Path, err)
	}
	writer.SetMaxOpenConns(1)
	readers, err := sql.Open("sqlite", dsn+"&_pragma=query_only(1)")
	if err != nil {
		return tables{}, "", errors.Join(fmt.Errorf("opening %s: %w", u.Path, err), writer.Close())
	}
	readers.SetMaxOpenConns(readerConns)
	return tables{bun.NewDB(writer, sqlitedialect.New()), bun.NewDB(readers, sqlitedialect.New())}, u.Path, nil
}

// ownFile makes a database file that only its owner can read, if there is none.
func ownFile(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("file of the database: %w", err)
	}
	return f.Close()
}

func connectPostgres(rawURL string) (tables, error) {
	c, err := pgx.ParseConfig(rawURL)
	if err != nil {
		return tables{}, fmt.Errorf("the database's URL: %w", err)
	}
	// bun writes values into the statement, quoted as these settings read them
	// whatever the server or the URL says.
	c.DefaultQueryExecMode = pgx.QueryExecModeExec
	c.RuntimeParams["standard_conforming_strings"] = "on"
	c.RuntimeParams["client_encoding"] = "UTF8"
	pool := bun.NewDB(stdlib.OpenDB(*c), pgdialect.New())
	pool.SetMaxOpenConns(postgresConns)
	return tables{pool, pool}, nil
}

func (t tables) close() error {
	if t.readers == t.writer {
		return t.writer.Close()
	}
	return errors.Join(t.readers.Close(), t.writer.Close())
}

func (t tables) migrate(ctx context.Context, file string) (err error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	kind := goose.DialectSQLite3
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithTableName("identity_schema")}
	if t.writer.Dialect().Name() == dialect.PG {
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
		if err != nil {
			return fmt.Errorf("migration lock: %w", err)
		}
		kind, options = goose.DialectPostgres, append(options, goose.WithSessionLocker(locker))
	} else {
		done, err := alone(ctx, file)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, done()) }()
	}
	p, err := goose.NewProvider(kind, t.writer.DB, files, options...)
	if err != nil {
		return fmt.Errorf("reading the migrations of identity: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bringing the tables of identity up to date: %w", err)
	}
	return nil
}

// alone waits until no other process migrates the SQLite file. The lock is an
// empty database beside it, the same that the store takes.
func alone(ctx context.Context, file string) (done func() error, err error) {
	guard, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file + ".lock"}).EscapedPath()+"?_pragma=busy_timeout(60000)&_txlock=exclusive")
	if err != nil {
		return nil, fmt.Errorf("migration lock: %w", err)
	}
	tx, err := guard.BeginTx(ctx, nil)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("waiting for another process to migrate %s: %w", file, err), guard.Close())
	}
	return func() error { return errors.Join(tx.Rollback(), guard.Close()) }, nil
}

// classify wraps a driver's error for a name that is taken in ErrTaken, and
// returns any other error as it is.
func classify(err error) error {
	var lite *sqlite.Error
	var pg *pgconn.PgError
	taken := errors.As(err, &pg) && pg.Code == "23505" ||
		errors.As(err, &lite) && (lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
	if taken {
		return fmt.Errorf("%w: %w", ErrTaken, err)
	}
	return err
}

// reading runs do in a transaction that cannot write.
func (t tables) reading(ctx context.Context, do func(context.Context, bun.Tx) error) error {
	return t.readers.RunInTx(ctx, &sql.TxOptions{ReadOnly: true}, do)
}

// writing runs do in a transaction, which is kept if do returns nil.
func (t tables) writing(ctx context.Context, do func(context.Context, bun.Tx) error) error {
	return classify(t.writer.RunInTx(ctx, nil, do))
}
