package trail

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// ProveInclusion proves that leaf index is in the tree of the first size leaves.
func ProveInclusion(ctx context.Context, l Log, size, index int64) (tlog.RecordProof, error) {
	if err := within(ctx, l, size); err != nil {
		return nil, err
	}
	if index < 0 || index >= size {
		return nil, fmt.Errorf("leaf %d is not among the first %d leaves", index, size)
	}
	p, err := tlog.ProveRecord(size, index, hashes(ctx, l))
	if err != nil {
		return nil, fmt.Errorf("proof that leaf %d is in the first %d: %w", index, size, err)
	}
	return p, nil
}

// CheckInclusion returns nil if p proves that leaf, byte for byte, is leaf
// index of the tree with this size and root.
func CheckInclusion(p tlog.RecordProof, size int64, root tlog.Hash, index int64, leaf []byte) error {
	if err := tlog.CheckRecord(p, size, root, index, tlog.RecordHash(leaf)); err != nil {
		return fmt.Errorf("leaf %d is not proven to be in the trail of %d leaves: %w", index, size, err)
	}
	return nil
}

// ProveConsistency proves that the tree of the first size leaves extends that
// of the first old leaves.
func ProveConsistency(ctx context.Context, l Log, size, old int64) (tlog.TreeProof, error) {
	if err := within(ctx, l, size); err != nil {
		return nil, err
	}
	if old < 0 || old > size {
		return nil, fmt.Errorf("a trail of %d leaves cannot extend one of %d", size, old)
	}
	if old == 0 {
		return tlog.TreeProof{}, nil // every trail extends the empty one
	}
	p, err := tlog.ProveTree(size, old, hashes(ctx, l))
	if err != nil {
		return nil, fmt.Errorf("proof that %d leaves extend %d: %w", size, old, err)
	}
	return p, nil
}

// CheckConsistency returns nil if p proves that the tree with this size and
// root begins with the tree of old leaves and root oldRoot: nothing that was
// there has been changed, removed or reordered.
func CheckConsistency(p tlog.TreeProof, size int64, root tlog.Hash, old int64, oldRoot tlog.Hash) error {
	if old == 0 {
		return checkFromEmpty(p, size, root, oldRoot)
	}
	if err := tlog.CheckTree(p, size, root, old, oldRoot); err != nil {
		return fmt.Errorf("the trail of %d leaves is not proven to extend that of %d: %w", size, old, err)
	}
	return nil
}

func checkFromEmpty(p tlog.TreeProof, size int64, root, oldRoot tlog.Hash) error {
	empty, err := tlog.TreeHash(0, nil)
	if err != nil {
		return err
	}
	if oldRoot != empty || len(p) != 0 || size < 0 || (size == 0 && root != empty) {
		return fmt.Errorf("the trail of %d leaves is not proven to extend the empty trail", size)
	}
	return nil
}
