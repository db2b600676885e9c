package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"tickmark/internal/audit"
	"tickmark/internal/engine/query"
	"tickmark/internal/stage/conclude"
)

// EachReject reads the rows of a population's source that could not be taken,
// until visit returns false.
func (a *App) EachReject(ctx context.Context, p audit.Population, visit func(query.Reject) bool) error {
	if p.Rejects == "" {
		return nil
	}
	r, err := a.vault.Open(ctx, p.Rejects)
	if err != nil {
		return fmt.Errorf("rejected rows of %s: %w", p.Name, err)
	}
	defer r.Close()
	for lines := json.NewDecoder(r); ; {
		var row query.Reject
		if err := lines.Decode(&row); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("rejected rows of %s: %w", p.Name, err)
		}
		if !visit(row) {
			return nil
		}
	}
}

// lists reads exceptions.
func (a *App) lists() conclude.Lists {
	return conclude.Lists{Files: a.vault, Query: a.Query(), Scratch: a.state("scratch")}
}

// EachException reads the exceptions of a result.
func (a *App) EachException(ctx context.Context, r audit.Result, visit func(audit.ExceptionRow) error) error {
	return a.lists().Each(ctx, []audit.Result{r}, func(_ int, x audit.ExceptionRow) error { return visit(x) })
}

// Exceptions reads a page of the exceptions of a result: up to n, after the
// first so many.
func (a *App) Exceptions(ctx context.Context, r audit.Result, from, n int64) ([]audit.ExceptionRow, error) {
	return a.lists().Page(ctx, r, from, n)
}
