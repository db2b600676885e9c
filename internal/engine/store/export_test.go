package store

import (
	"context"

	"github.com/uptrace/bun"

	"tickmark/internal/audit"
)

// Raw is the pool behind the first wall, for tests that try to go around it.
func (db *DB) Raw() *bun.DB { return db.writer }

// RawReaders is the pool that readers use.
func (db *DB) RawReaders() *bun.DB { return db.readers }

// Enter opens the second wall for org.
func (db *DB) Enter(ctx context.Context, tx bun.Tx, org audit.ID) error {
	return enter(ctx, tx, org)
}

// Classify is classify.
var Classify = classify
