package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/uptrace/bun"
	"golang.org/x/mod/sumdb/tlog"

	"tickmark/internal/audit"
)

// TrailSize is the number of leaves in the organization's trail.
func (r *Reader) TrailSize(ctx context.Context) (int64, error) {
	var size int64
	err := r.read(ctx, func(ctx context.Context, tx bun.Tx, _ *sight) (err error) {
		size, err = trailSize(ctx, tx, r.grant.Org())
		return err
	})
	return size, err
}

// TrailLeaves returns the leaves from (included) to to (excluded), each the
// canonical form of an audit.Event. All of them are there, or it is an error.
func (r *Reader) TrailLeaves(ctx context.Context, from, to int64) ([][]byte, error) {
	var leaves [][]byte
	err := r.look(ctx, kindTrail, func(ctx context.Context, tx bun.Tx, _ *sight) error {
		return tx.NewSelect().Model((*trailLeaf)(nil)).Column("data").
			Where("org_id = ?", r.grant.Org()).Where("seq >= ?", from).Where("seq < ?", to).
			Order("seq").Scan(ctx, &leaves)
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
	err := r.read(ctx, func(ctx context.Context, tx bun.Tx, _ *sight) error {
		return readNodes(ctx, tx, r.grant.Org(), indexes, found)
	})
	if err != nil {
		return nil, err
	}
	return pick(indexes, found)
}

// kindTrail is what authority decides the leaves as. Both sides see them; no
// leaf of the auditor's file says of what it is.
const kindTrail = "trail"

// Records hands every record to yield, in the order of the trail, with the
// canonical bytes that its leaf's digest is of; with none when the reader may
// not see it. It stops at the first error that yield returns, and returns it.
func (r *Reader) Records(ctx context.Context, yield func(kind, subject string, digest audit.Digest, body []byte) error) error {
	return r.eachRecord(ctx, func(x record, seen bool) error {
		if !seen {
			return yield(x.Kind, x.Subject, x.Digest, nil)
		}
		return yield(x.Kind, x.Subject, x.Digest, []byte(x.Body))
	})
}

// Withheld counts the records, by kind, that the reader may not see.
func (r *Reader) Withheld(ctx context.Context) (map[string]int64, error) {
	out := map[string]int64{}
	err := r.eachRecord(ctx, func(x record, seen bool) error {
		if !seen {
			out[x.Kind]++
		}
		return nil
	})
	return out, err
}

// Newest is the record of an engagement that was recorded last: its kind, and
// its place in the trail.
func (r *Reader) Newest(ctx context.Context, engagement string) (kind string, position int64, err error) {
	var last record
	err = r.look(ctx, kindTrail, func(ctx context.Context, tx bun.Tx, _ *sight) error {
		err := tx.NewSelect().Model((*record)(nil)).Column("kind", "seq").Where("org_id = ?", r.grant.Org()).
			Where("part = ?", engagement).Where("kind IN ?", bun.Tuple(perEngagement)).Order("seq DESC").Limit(1).Scan(ctx, &last)
		if errors.Is(err, sql.ErrNoRows) {
			err = fmt.Errorf("a record of engagement %s is %w", engagement, ErrNotFound)
		}
		return err
	})
	return last.Kind, last.Seq, err
}

func (r *Reader) eachRecord(ctx context.Context, do func(record, bool) error) error {
	return r.look(ctx, kindTrail, func(ctx context.Context, tx bun.Tx, s *sight) (err error) {
		if s.released, err = released(ctx, tx, r.grant.Org()); err != nil {
			return err
		}
		rows, err := tx.NewSelect().Model((*record)(nil)).Column("kind", "part", "subject", "digest", "body").
			Where("org_id = ?", r.grant.Org()).Order("seq").Rows(ctx)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }() // Err, below, says what went wrong
		for rows.Next() {
			var x record
			if err := r.db.readers.ScanRow(ctx, rows, &x); err != nil {
				return err
			}
			seen, err := s.sees(x)
			if err != nil {
				return err
			}
			if err := do(x, seen); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}

func trailSize(ctx context.Context, tx bun.Tx, org audit.ID) (int64, error) {
	var size int64
	err := tx.NewSelect().Model((*trailLeaf)(nil)).ColumnExpr("COALESCE(MAX(seq) + 1, 0)").
		Where("org_id = ?", org).Scan(ctx, &size)
	if err != nil {
		return 0, fmt.Errorf("reading the trail's size: %w", err)
	}
	return size, nil
}

// readNodes adds the stored hashes at indexes to found.
func readNodes(ctx context.Context, tx bun.Tx, org audit.ID, indexes []int64, found map[int64]tlog.Hash) error {
	if len(indexes) == 0 {
		return nil
	}
	var nodes []trailNode
	err := tx.NewSelect().Model(&nodes).Where("org_id = ?", org).Where("idx IN ?", bun.Tuple(indexes)).Scan(ctx)
	if err != nil {
		return fmt.Errorf("reading the trail's hashes: %w", err)
	}
	for _, n := range nodes {
		if found[n.Idx], err = tlog.ParseHash(n.Hash); err != nil {
			return fmt.Errorf("hash %d of the trail: %w", n.Idx, err)
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
