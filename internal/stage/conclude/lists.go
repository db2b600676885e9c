package conclude

import (
	"context"
	"errors"
	"fmt"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/bundle"
	"tickmark/internal/engine/query"
)

// files is where the lists of exceptions are.
type files interface {
	Path(ctx context.Context, d audit.Digest) (string, error)
}

// Lists reads the exceptions of results: Parquet in the vault, which only a
// confined child opens.
type Lists struct {
	Files   files
	Query   query.Engine
	Scratch string // parent of the jobs' folders
}

// Each reads the exceptions of results, one at a time, in the order of the
// results and of their items. It checks the bytes first, and that each list
// holds as many as its result counts.
func (l Lists) Each(ctx context.Context, results []audit.Result, visit func(result int, x audit.ExceptionRow) error) error {
	var paths []string
	var of []int
	for i, r := range results {
		if r.Detail == "" {
			continue
		}
		path, err := l.path(ctx, r)
		if err != nil {
			return err
		}
		paths, of = append(paths, path), append(of, i)
	}
	if len(paths) == 0 {
		return nil
	}
	read := make([]int64, len(results))
	err := l.within(func(dir string) error {
		return l.Query.EachRow(ctx, dir, paths, func(file int, x audit.ExceptionRow) error {
			read[of[file]]++
			return visit(of[file], x)
		})
	})
	if bad := (query.NoList{}); errors.As(err, &bad) {
		return fmt.Errorf("exceptions of %s: %w", results[of[bad.File]].Procedure, err)
	}
	if err != nil {
		return fmt.Errorf("exceptions: %w", err)
	}
	for _, i := range of {
		if read[i] != results[i].Exceptions {
			return fmt.Errorf("exceptions of %s: the file lists %d, the result counts %d", results[i].Procedure, read[i], results[i].Exceptions)
		}
	}
	return nil
}

// Page reads up to n exceptions of a result, beginning after the first so many.
func (l Lists) Page(ctx context.Context, r audit.Result, from, n int64) ([]audit.ExceptionRow, error) {
	if r.Detail == "" {
		return nil, nil
	}
	path, err := l.path(ctx, r)
	if err != nil {
		return nil, err
	}
	var rows []audit.ExceptionRow
	err = l.within(func(dir string) error {
		rows, err = l.Query.Rows(ctx, dir, path, from, n)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("exceptions of %s: %w", r.Procedure, err)
	}
	return rows, nil
}

// path is where a result's exceptions are, if they still are its own bytes.
func (l Lists) path(ctx context.Context, r audit.Result) (string, error) {
	path, err := l.Files.Path(ctx, r.Detail)
	if err != nil {
		return "", fmt.Errorf("exceptions of %s: %w", r.Procedure, err)
	}
	got, _, err := bundle.DigestFile(path)
	if err == nil && got != r.Detail {
		err = query.ErrAltered
	}
	if err != nil {
		return "", fmt.Errorf("exceptions of %s: %w", r.Procedure, err)
	}
	return path, nil
}

func (l Lists) within(do func(dir string) error) error {
	dir, done, err := confine.Scratch(l.Scratch)
	if err != nil {
		return err
	}
	defer done()
	return do(dir)
}
