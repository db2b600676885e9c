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

// Write runs one statement as a write of the organization.
func (db *DB) Write(ctx context.Context, org audit.ID, query string, args ...any) error {
	return db.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := enter(ctx, tx, org); err != nil {
			return err
		}
		_, err := tx.NewRaw(query, args...).Exec(ctx)
		return err
	})
}
