package store

import (
	"context"
	"database/sql"

	"tickmark/internal/audit"
)

// Raw is the pool behind the first wall, for tests that try to go around it.
func (db *DB) Raw() *sql.DB { return db.writer }

// RawReaders is the pool that readers use.
func (db *DB) RawReaders() *sql.DB { return db.readers }

// Enter opens the second wall for org.
func (db *DB) Enter(ctx context.Context, tx *sql.Tx, org audit.ID) error {
	return db.dialect.enter(ctx, tx, org)
}

// Classify is classify.
var Classify = classify
