package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"tickmark/internal/audit"
)

// The tables. Bodies and leaves are text and never of bun's type json, which
// would write them in other bytes.
type (
	organization struct {
		bun.BaseModel `bun:"table:organization"`
		ID            audit.ID
		Name          string
		CreatedAt     int64 // UTC, in microseconds
		Body          string
	}
	trailLeaf struct {
		bun.BaseModel `bun:"table:trail_leaf"`
		OrgID         audit.ID
		Seq           int64
		Data          string
	}
	trailNode struct {
		bun.BaseModel `bun:"table:trail_node"`
		OrgID         audit.ID
		Idx           int64
		Hash          string
	}
	record struct {
		bun.BaseModel `bun:"table:record"`
		OrgID         audit.ID
		Seq           int64
		Kind          string
		Subject       string
		Series        string
		Version       int64
		Part          string
		Fingerprint   audit.Digest
		Digest        audit.Digest
		Body          string
	}
)

// perStatement is how many rows one statement carries: as bun writes values
// into its text, a statement is as long as what it inserts.
const perStatement = 500

func insert[T any](ctx context.Context, tx bun.Tx, rows []T) error {
	for chunk := range slices.Chunk(rows, perStatement) {
		if _, err := tx.NewInsert().Model(&chunk).Exec(ctx); err != nil {
			return fmt.Errorf("writing %d rows: %w", len(chunk), err)
		}
	}
	return nil
}

// newest selects the records of a kind that no later version of their series
// has replaced: all of them, or those whose column, the same in all versions of
// a series, is among some values.
func newest(tx bun.Tx, org audit.ID, kind, column string, among []string) *bun.SelectQuery {
	aged := tx.NewSelect().Model((*record)(nil)).ColumnExpr("*").
		ColumnExpr("ROW_NUMBER() OVER (PARTITION BY series ORDER BY version DESC) AS age").
		Where("org_id = ?", org).Where("kind = ?", kind)
	if len(among) > 0 {
		aged.Where("? IN ?", bun.Ident(column), bun.Tuple(among))
	}
	return tx.NewSelect().TableExpr("(?) AS aged", aged).Where("age = 1")
}

func decode[T any](body string) (T, error) {
	var v T
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		return v, fmt.Errorf("a stored %T cannot be read: %w", v, err)
	}
	return v, nil
}

func decodeAll[T any](bodies []string) ([]T, error) {
	var all []T
	for _, b := range bodies {
		v, err := decode[T](b)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}
