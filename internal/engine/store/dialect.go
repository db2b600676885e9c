package store

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

	"tickmark/internal/audit"
)

// onPostgres tells the databases apart where bun does not: all of that is in
// this file, but for the lock by which a writer claims an organization's trail.
func onPostgres(db bun.IDB) bool { return db.Dialect().Name() == dialect.PG }

// readerConns and postgresConns bound the connections of one process.
const (
	readerConns   = 4
	postgresConns = 16
)

// connect opens the pools that a URL names; nothing is read or written yet.
func connect(ctx context.Context, rawURL string) (*DB, error) {
	scheme, _, _ := strings.Cut(rawURL, ":")
	switch scheme {
	case "sqlite":
		return connectSQLite(rawURL)
	case "postgres", "postgresql":
		return connectPostgres(ctx, rawURL)
	}
	return nil, fmt.Errorf("store URL begins with %q; it is sqlite:///path/tickmark.db or postgres://user@host/database", scheme)
}

func connectSQLite(rawURL string) (*DB, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, fmt.Errorf("store URL: %w", err)
	}
	if u.Host != "" || !filepath.IsAbs(u.Path) || u.RawQuery != "" {
		return nil, fmt.Errorf("store URL %s: write sqlite:// and an absolute path, such as sqlite:///var/lib/tickmark/tickmark.db", rawURL)
	}
	if err := ownFile(u.Path); err != nil {
		return nil, err
	}
	// FULL, not NORMAL: a committed leaf of the trail survives a power loss.
	// Immediate: a transaction that reads and then writes never fails for
	// having begun as a reader.
	pragmas := "_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=foreign_keys(1)&_txlock=immediate"
	dsn := "file:" + (&url.URL{Path: u.Path}).EscapedPath() + "?" + pragmas
	writer, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", u.Path, err)
	}
	writer.SetMaxOpenConns(1)
	readers, err := sql.Open("sqlite", dsn+"&_pragma=query_only(1)")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", u.Path, err), writer.Close())
	}
	readers.SetMaxOpenConns(readerConns)
	return &DB{
		file:   u.Path,
		writer: bun.NewDB(writer, sqlitedialect.New()), readers: bun.NewDB(readers, sqlitedialect.New()),
	}, nil
}

// ownFile makes the database file, and its folder, readable by its owner only.
// It never opens a database that is there: closing it again would drop the
// locks that this process holds on it.
func ownFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("folder of the store: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "new-") // mode 0600
	if err != nil {
		return fmt.Errorf("file of the store: %w", err)
	}
	err = errors.Join(f.Close(), os.Link(f.Name(), path), os.Remove(f.Name()))
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("file of the store: %w", err)
	}
	return nil
}

// alone waits until no other process migrates the SQLite file, whose own lock
// is held only for one migration at a time. The lock is an empty database
// beside it, free again when its holder ends in whatever way. The empty file
// stays: removing it would part those who wait from those who come.
func alone(ctx context.Context, file string) (done func() error, err error) {
	lock, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file + ".lock"}).EscapedPath()+
		"?_pragma=busy_timeout(60000)&_txlock=exclusive")
	if err != nil {
		return nil, fmt.Errorf("migration lock: %w", err)
	}
	tx, err := lock.BeginTx(ctx, nil)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("waiting for another process to migrate %s: %w", file, err), lock.Close())
	}
	return func() error { return errors.Join(tx.Rollback(), lock.Close()) }, nil
}

func connectPostgres(ctx context.Context, rawURL string) (*DB, error) {
	c, err := pgx.ParseConfig(rawURL)
	if err != nil {
		return nil, fmt.Errorf("store URL: %w", err)
	}
	// bun writes values into the statement, so that few are ever sent twice:
	// preparing them would only fill both ends. It quotes them as these
	// settings read them, whatever the server or the URL says.
	c.DefaultQueryExecMode = pgx.QueryExecModeExec
	c.RuntimeParams["standard_conforming_strings"] = "on"
	c.RuntimeParams["client_encoding"] = "UTF8"
	pool := bun.NewDB(stdlib.OpenDB(*c), pgdialect.New())
	pool.SetMaxOpenConns(postgresConns)
	if err := ordinaryRole(ctx, pool); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return &DB{writer: pool, readers: pool}, nil
}

// ordinaryRole refuses a role before which the tenant wall does not stand.
func ordinaryRole(ctx context.Context, pool *bun.DB) error {
	var role string
	var bypasses bool
	err := pool.QueryRowContext(ctx,
		`SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user`).Scan(&role, &bypasses)
	if err != nil {
		return fmt.Errorf("asking PostgreSQL who we are: %w", err)
	}
	if bypasses {
		return fmt.Errorf("role %q bypasses row-level security, which separates tenants; "+
			"connect as an ordinary role that owns the database", role)
	}
	return nil
}

// migrator is how goose migrates: its dialect, which files to leave out, and a
// lock, so that processes which start together do not migrate together.
func migrator(db *bun.DB) (goose.Dialect, []goose.ProviderOption, error) {
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if !onPostgres(db) {
		others := []string{"00002_wall.postgres.sql", "00003_search.postgres.sql"}
		return goose.DialectSQLite3, append(options, goose.WithExcludeNames(others)), nil
	}
	options = append(options, goose.WithExcludeNames([]string{"00003_search.sqlite.sql"}))
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
	if err != nil {
		return "", nil, fmt.Errorf("migration lock: %w", err)
	}
	return goose.DialectPostgres, append(options, goose.WithSessionLocker(locker)), nil
}

// enter opens the tenant wall for one organization, until the transaction ends.
func enter(ctx context.Context, tx bun.Tx, org audit.ID) error {
	return set(ctx, tx, "tickmark.org", string(org))
}

// administer opens the list of organizations, and nothing else.
func administer(ctx context.Context, tx bun.Tx) error {
	return set(ctx, tx, "tickmark.administer", "on")
}

func set(ctx context.Context, tx bun.Tx, name, value string) error {
	if !onPostgres(tx) {
		return nil
	}
	if _, err := tx.NewRaw("SELECT set_config(?, ?, true)", name, value).Exec(ctx); err != nil {
		return fmt.Errorf("setting %s: %w", name, err)
	}
	return nil
}

// clause is a piece of a statement with what stands in its places.
type clause struct {
	text string
	args []any
}

// searchIn is where rows of the index, called s, are found by the beginnings of
// words, and by what weight they are in order. Words hold no sign that either
// database reads as another thing.
func searchIn(db bun.IDB, question []string) (from string, match, weight clause) {
	if onPostgres(db) {
		asked := "'" + strings.Join(question, "':* & '") + "':*"
		return "search AS s", clause{"s.said @@ ?::tsquery", []any{asked}},
			clause{"ts_rank(s.titled, ?::tsquery) * 8 + ts_rank(s.said, ?::tsquery, 1) DESC", []any{asked, asked}}
	}
	asked := `"` + strings.Join(question, `"* "`) + `"*`
	return "search_words JOIN search AS s ON s.id = search_words.rowid",
		clause{"search_words MATCH ?", []any{asked}}, clause{"bm25(search_words, 8.0, 1.0)", nil}
}

// classify wraps a driver's error for a broken constraint in the sentinel that
// means it, and returns any other error as it is.
func classify(err error) error {
	var lite *sqlite.Error
	var pg *pgconn.PgError
	code := ""
	switch {
	case errors.As(err, &pg):
		code = pg.Code
	case errors.As(err, &lite):
		code = liteCodes[lite.Code()]
	}
	switch code {
	case uniqueViolation:
		return fmt.Errorf("%w: %w", ErrConflict, err)
	case foreignKeyViolation:
		return fmt.Errorf("what the record refers to is %w: %w", ErrNotFound, err)
	}
	return err
}

// The SQLSTATEs that PostgreSQL uses, and SQLite's words for them.
const (
	uniqueViolation     = "23505"
	foreignKeyViolation = "23503"
)

var liteCodes = map[int]string{
	sqlite3.SQLITE_CONSTRAINT_UNIQUE:     uniqueViolation,
	sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: uniqueViolation,
	sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: foreignKeyViolation,
}
