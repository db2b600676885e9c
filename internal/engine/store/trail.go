package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"tickmark/internal/audit"
)

// TrailSize is the number of leaves in the organization's trail.
func (r *Reader) TrailSize(ctx context.Context) (int64, error) {
	var size int64
	err := r.read(ctx, func(tx *sql.Tx) (err error) {
		size, err = trailSize(ctx, tx, r.grant.Org())
		return err
	})
	return size, err
}

// TrailLeaves returns the leaves from (included) to to (excluded), each the
// canonical form of an audit.Event. All of them are there, or it is an error.
func (r *Reader) TrailLeaves(ctx context.Context, from, to int64) ([][]byte, error) {
	var leaves [][]byte
	err := r.read(ctx, func(tx *sql.Tx) error {
		return each(ctx, tx, func(rows *sql.Rows) error {
			var data string
			err := rows.Scan(&data)
			leaves = append(leaves, []byte(data))
			return err
		}, `SELECT data FROM trail_leaf WHERE seq < $3 AND seq >= $2 AND org_id = $1 ORDER BY seq`,
			string(r.grant.Org()), from, to)
	})
	if err != nil {
		return nil, fmt.Errorf("reading leaves %d to %d: %w", from, to, err)
	}
	if from < 0 || to < from || int64(len(leaves)) != to-from {
		return nil, fmt.Errorf("leaves %d to %d of the trail are %w", from, to, ErrNotFound)
	}
	return leaves, nil
}

// TrailHashes returns the stored hashes of the trail's tree at the given
// indexes, in that order, as tlog.StoredHashIndex numbers them.
func (r *Reader) TrailHashes(ctx context.Context, indexes []int64) ([]tlog.Hash, error) {
	found := map[int64]tlog.Hash{}
	err := r.read(ctx, func(tx *sql.Tx) error {
		return readNodes(ctx, tx, r.grant.Org(), indexes, found)
	})
	if err != nil {
		return nil, err
	}
	return pick(indexes, found)
}

// Records hands every record ever written to yield, in the order of the trail,
// with the canonical bytes that its leaf's digest is of. It stops at the first
// error that yield returns, and returns it.
func (r *Reader) Records(ctx context.Context, yield func(kind, subject string, digest audit.Digest, body []byte) error) error {
	return r.read(ctx, func(tx *sql.Tx) error {
		return each(ctx, tx, func(rows *sql.Rows) error {
			var kind, subject, digest, body string
			if err := rows.Scan(&kind, &subject, &digest, &body); err != nil {
				return err
			}
			return yield(kind, subject, audit.Digest(digest), []byte(body))
		}, `SELECT kind, subject, digest, body FROM record WHERE org_id = $1 ORDER BY seq`, string(r.grant.Org()))
	})
}

func trailSize(ctx context.Context, tx *sql.Tx, org audit.ID) (int64, error) {
	var size int64
	err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(seq) + 1, 0) FROM trail_leaf WHERE org_id = $1`, string(org)).Scan(&size)
	if err != nil {
		return 0, fmt.Errorf("reading the trail's size: %w", err)
	}
	return size, nil
}

// readNodes adds the stored hashes at indexes to found.
func readNodes(ctx context.Context, tx *sql.Tx, org audit.ID, indexes []int64, found map[int64]tlog.Hash) error {
	for chunk := range slices.Chunk(indexes, perStatement) {
		args := []any{string(org)}
		for _, x := range chunk {
			args = append(args, x)
		}
		err := each(ctx, tx, func(rows *sql.Rows) error {
			var index int64
			var text string
			if err := rows.Scan(&index, &text); err != nil {
				return err
			}
			h, err := tlog.ParseHash(text)
			found[index] = h
			return err
		}, `SELECT idx, hash FROM trail_node WHERE org_id = $1 AND idx IN (`+placeholders(2, len(chunk))+`)`, args...)
		if err != nil {
			return fmt.Errorf("reading the trail's hashes: %w", err)
		}
	}
	return nil
}

// pick returns the hashes at indexes, in that order.
func pick(indexes []int64, found map[int64]tlog.Hash) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		h, ok := found[x]
		if !ok {
			return nil, fmt.Errorf("hash %d of the trail is %w", x, ErrNotFound)
		}
		hashes[i] = h
	}
	return hashes, nil
}
