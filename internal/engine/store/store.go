// Package store keeps an organization's records, every version of them, and
// the trail that says who recorded what, in SQLite or PostgreSQL. It stands
// with the engines: records come in as nouns of package audit and an
// authority.Grant is the only way to them. It does not know what the records
// mean, where the bytes they name are kept, or how a trail is signed.
//
// One write is one transaction and one sentence that an auditor would say. It
// appends a leaf to the trail for each record it adds; what is there already
// is neither written nor appended again.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/uptrace/bun"

	"tickmark/internal/method/authority"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Config says where the records are and what time it is.
type Config struct {
	URL string           // sqlite:///absolute/path/tickmark.db or postgres://user@host/database
	Now func() time.Time // nil means the system's clock
}

// DB is an open store. It is safe for concurrent use. It has no tenant's
// records itself: Read and Tenant return the handles that do.
type DB struct {
	file    string  // SQLite: the database file
	writer  *bun.DB // SQLite: one connection; PostgreSQL: the same pool as readers
	readers *bun.DB
	now     func() time.Time
}

// Open connects to a store and brings its schema up to date.
func Open(ctx context.Context, c Config) (*DB, error) {
	db, err := connect(ctx, c.URL)
	if err != nil {
		return nil, err
	}
	db.now = c.Now
	if db.now == nil {
		db.now = time.Now
	}
	if err := db.migrate(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// Close ends all connections.
func (db *DB) Close() error {
	if db.readers == db.writer {
		return db.writer.Close()
	}
	// The writer last: the last connection to a SQLite file folds its log in.
	return errors.Join(db.readers.Close(), db.writer.Close())
}

// Read returns the records of the grant's organization. It cannot write.
func (db *DB) Read(g authority.Grant) *Reader { return &Reader{db: db, grant: g} }

// Tenant returns the records of the grant's organization, to read and to add
// to. Every write requires the duty it belongs to.
func (db *DB) Tenant(g authority.Grant) *Tenant { return &Tenant{Reader: db.Read(g)} }

func (db *DB) migrate(ctx context.Context) (err error) {
	if db.file != "" {
		done, err := alone(ctx, db.file)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, done()) }()
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	dialect, options, err := migrator(db.writer)
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(dialect, db.writer.DB, files, options...)
	if err != nil {
		return fmt.Errorf("reading the migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bringing the store's schema up to date: %w", err)
	}
	return db.indexAll(ctx)
}

// clock is the time as records hold it: UTC, in whole microseconds.
func (db *DB) clock() time.Time { return db.now().UTC().Truncate(time.Microsecond) }

// reading runs do in a transaction that cannot write.
func (db *DB) reading(ctx context.Context, do func(context.Context, bun.Tx) error) error {
	return db.readers.RunInTx(ctx, &sql.TxOptions{ReadOnly: true}, do)
}

// writing runs do in a transaction, which is kept if do returns nil.
func (db *DB) writing(ctx context.Context, do func(context.Context, bun.Tx) error) error {
	return classify(db.writer.RunInTx(ctx, nil, do))
}
