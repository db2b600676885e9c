// Package trail makes the history of records tamper-evident: roots, proofs and
// signed checkpoints of a Merkle log in the form of RFC 6962 and C2SP. It
// stands with the engines and works on any log that can hand out its leaves
// and hashes. It does not know where a log is kept or what its leaves say.
package trail

import (
	"context"
	"fmt"
	"iter"

	"golang.org/x/mod/sumdb/tlog"
)

// Log is an append-only list of leaves with the hashes of its Merkle tree, in
// the numbering of tlog.StoredHashIndex. What was once returned for an index
// never changes. TrailLeaves returns exactly the leaves from (included) to to
// (excluded), TrailHashes exactly one hash for each index, or an error.
type Log interface {
	TrailSize(ctx context.Context) (int64, error)
	TrailLeaves(ctx context.Context, from, to int64) ([][]byte, error)
	TrailHashes(ctx context.Context, indexes []int64) ([]tlog.Hash, error)
}

// page is how many leaves are held in memory at a time.
const page = 1000

// Root returns the root hash of the first size leaves, from stored hashes.
func Root(ctx context.Context, l Log, size int64) (tlog.Hash, error) {
	if err := within(ctx, l, size); err != nil {
		return tlog.Hash{}, err
	}
	root, err := tlog.TreeHash(size, hashes(ctx, l))
	if err != nil {
		return tlog.Hash{}, fmt.Errorf("root of the first %d leaves: %w", size, err)
	}
	return root, nil
}

// RootOf computes a root from the leaves alone: a stranger's check, which
// believes no stored hash. It keeps one hash for each level of the tree.
func RootOf(leaves iter.Seq2[[]byte, error]) (tlog.Hash, error) {
	var peaks []tlog.Hash // roots of complete subtrees, largest first
	var n int64
	for leaf, err := range leaves {
		if err != nil {
			return tlog.Hash{}, fmt.Errorf("leaf %d: %w", n, err)
		}
		h := tlog.RecordHash(leaf)
		for k := n; k&1 == 1; k >>= 1 { // each trailing one bit is a subtree that h completes
			h = tlog.NodeHash(peaks[len(peaks)-1], h)
			peaks = peaks[:len(peaks)-1]
		}
		peaks = append(peaks, h)
		n++
	}
	if n == 0 {
		return tlog.TreeHash(0, nil)
	}
	root := peaks[len(peaks)-1]
	for i := len(peaks) - 2; i >= 0; i-- {
		root = tlog.NodeHash(peaks[i], root)
	}
	return root, nil
}

// Leaves walks the leaves from (included) to to (excluded), a page at a time.
func Leaves(ctx context.Context, l Log, from, to int64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for at := from; at < to; at += page {
			got, err := l.TrailLeaves(ctx, at, min(at+page, to))
			if err != nil {
				yield(nil, err)
				return
			}
			for _, leaf := range got {
				if !yield(leaf, nil) {
					return
				}
			}
		}
	}
}

// Each walks leaves that are already in memory.
func Each(leaves [][]byte) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, leaf := range leaves {
			if !yield(leaf, nil) {
				return
			}
		}
	}
}

func hashes(ctx context.Context, l Log) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		return l.TrailHashes(ctx, indexes)
	})
}

// within refuses a size that the log has not reached.
func within(ctx context.Context, l Log, size int64) error {
	have, err := l.TrailSize(ctx)
	if err != nil {
		return fmt.Errorf("size of the trail: %w", err)
	}
	if size < 0 || size > have {
		return fmt.Errorf("the trail has %d leaves, not %d; ask for a size from 0 to %d", have, size, have)
	}
	return nil
}
