package query

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"tickmark/internal/audit"
)

// ErrAltered is returned when a population that was read has other bytes than
// were recorded.
var ErrAltered = errors.New("evidence was altered after it was recorded")

// unaltered digests the files that were read, all at once, and compares.
func unaltered(ctx context.Context, tables []Table) error {
	found := make([]error, len(tables))
	var all sync.WaitGroup
	for i, t := range tables {
		if t.Digest != "" {
			all.Go(func() { found[i] = same(ctx, t) })
		}
	}
	all.Wait()
	return errors.Join(found...)
}

func same(ctx context.Context, t Table) error {
	d, err := digestFile(ctx, t.Path)
	if err != nil {
		return fmt.Errorf("population %s: %w", t.Name, err)
	}
	if d != t.Digest {
		return fmt.Errorf("population %s: %s: %w", t.Name, t.Digest.Short(), ErrAltered)
	}
	return nil
}

func digestFile(ctx context.Context, path string) (audit.Digest, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, stoppable{ctx, f})
	return audit.Digest(hex.EncodeToString(h.Sum(nil))), err
}

// stoppable is a reader that ends when nobody waits for it any more.
type stoppable struct {
	ctx context.Context
	r   io.Reader
}

func (s stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}
