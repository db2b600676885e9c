package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

// Reader reads one organization's records. It has no write methods.
type Reader struct {
	db    *DB
	grant authority.Grant
}

// read runs do within the grant's organization.
func (r *Reader) read(ctx context.Context, do func(context.Context, bun.Tx) error) error {
	if err := r.grant.Require(authority.DutyRead); err != nil {
		return err
	}
	return r.db.reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := enter(ctx, tx, r.grant.Org()); err != nil {
			return err
		}
		return do(ctx, tx)
	})
}

// current returns the newest record of each series, in the named parts or in all.
func current[T any](ctx context.Context, r *Reader, kind string, parts ...string) ([]T, error) {
	if err := plainText("what a list is narrowed by", strings.Join(parts, "/")); err != nil {
		return nil, err
	}
	var bodies []string
	err := r.read(ctx, func(ctx context.Context, tx bun.Tx) error {
		return newest(tx, r.grant.Org(), kind, "part", parts).Column("body").Order("seq").Scan(ctx, &bodies)
	})
	if err != nil {
		return nil, fmt.Errorf("reading records of kind %s: %w", kind, err)
	}
	return decodeAll[T](bodies)
}

// only narrows a list to an engagement; "" means all of them.
func only(engagement string) []string {
	if engagement == "" {
		return nil
	}
	return []string{engagement}
}

// Populations returns the newest population of each dataset, and every one that
// a connection collected, by name, dataset, connection and time.
func (r *Reader) Populations(ctx context.Context) ([]audit.Population, error) {
	all, err := current[audit.Population](ctx, r, audit.KindPopulation)
	sortBy(all, func(p audit.Population) []string { return []string{p.Name, p.Dataset, p.Connection, p.TakenAt} })
	return all, err
}

// Results returns the newest result of each procedure in an engagement, or in
// all engagements if it is "", by engagement and procedure.
func (r *Reader) Results(ctx context.Context, engagement string) ([]audit.Result, error) {
	all, err := current[audit.Result](ctx, r, audit.KindResult, only(engagement)...)
	sortBy(all, func(x audit.Result) []string { return []string{x.Engagement, x.Procedure} })
	return all, err
}

// Dispositions returns the newest judgment of each exception in an
// engagement, or in all if it is "", by engagement, procedure and item.
func (r *Reader) Dispositions(ctx context.Context, engagement string) ([]audit.Disposition, error) {
	all, err := current[audit.Disposition](ctx, r, audit.KindDisposition, only(engagement)...)
	sortBy(all, func(d audit.Disposition) []string { return []string{d.Engagement, d.Procedure, d.Item} })
	return all, err
}

// Conclusions returns the newest conclusion on each control in an engagement,
// or in all if it is "", by engagement and control.
func (r *Reader) Conclusions(ctx context.Context, engagement string) ([]audit.Conclusion, error) {
	all, err := current[audit.Conclusion](ctx, r, audit.KindConclusion, only(engagement)...)
	sortBy(all, func(c audit.Conclusion) []string { return []string{c.Engagement, c.Control} })
	return all, err
}

// Reports returns the newest report of each engagement, by engagement.
func (r *Reader) Reports(ctx context.Context) ([]audit.Report, error) {
	all, err := current[audit.Report](ctx, r, audit.KindReport)
	sortBy(all, func(x audit.Report) []string { return []string{x.Engagement} })
	return all, err
}

// history returns every version of the records of a kind in a part, oldest first.
func history[T any](ctx context.Context, r *Reader, kind, part string) ([]T, error) {
	if err := keyText("what a history is narrowed by", part); err != nil {
		return nil, err
	}
	var bodies []string
	err := r.read(ctx, func(ctx context.Context, tx bun.Tx) error {
		return tx.NewSelect().Model((*record)(nil)).Column("body").
			Where("org_id = ?", r.grant.Org()).Where("kind = ?", kind).Where("part = ?", part).Order("seq").Scan(ctx, &bodies)
	})
	if err != nil {
		return nil, fmt.Errorf("reading the history of kind %s: %w", kind, err)
	}
	return decodeAll[T](bodies)
}
