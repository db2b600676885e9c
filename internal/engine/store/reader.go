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

// Person is who reads, in the role that he claimed.
func (r *Reader) Person() audit.Person { return r.grant.Person() }

// current returns the newest record of each series, in the named parts or in
// all, of those that the reader may see.
func current[T any](ctx context.Context, r *Reader, kind string, parts ...string) ([]T, error) {
	return list[T](ctx, r, kind, parts, func(tx bun.Tx, parts []string) *bun.SelectQuery {
		return newest(tx, r.grant.Org(), kind, "part", parts)
	})
}

// history returns every version of the records of a kind in a part, or in all if
// it is "", oldest first, of those that the reader may see.
func history[T any](ctx context.Context, r *Reader, kind, part string) ([]T, error) {
	return list[T](ctx, r, kind, only(part), func(tx bun.Tx, parts []string) *bun.SelectQuery {
		q := tx.NewSelect().Model((*record)(nil)).Where("org_id = ?", r.grant.Org()).Where("kind = ?", kind)
		if len(parts) > 0 {
			q.Where("part IN ?", bun.Tuple(parts))
		}
		return q
	})
}

// list runs a query over the parts that the reader may see, and leaves out the
// records among them that he may not.
func list[T any](ctx context.Context, r *Reader, kind string, parts []string, query func(bun.Tx, []string) *bun.SelectQuery) ([]T, error) {
	if err := plainText("what a list is narrowed by", strings.Join(parts, "/")); err != nil {
		return nil, err
	}
	var all []T
	err := r.look(ctx, kind, func(ctx context.Context, tx bun.Tx, s *sight) error {
		parts, nothing, err := s.narrow(kind, parts)
		if err != nil || nothing {
			return err
		}
		var rows []record
		if err := query(tx, parts).Column("kind", "part", "body").Order("seq").Scan(ctx, &rows); err != nil {
			return err
		}
		all, err = visible[T](s, rows)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading records of kind %s: %w", kind, err)
	}
	return all, nil
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

// ResultOf returns the newest result of one procedure in an engagement; none when
// there is none, or the reader may not see it.
func (r *Reader) ResultOf(ctx context.Context, engagement, procedure string) ([]audit.Result, error) {
	name, err := seriesName(audit.KindResult, []string{engagement, procedure})
	if err != nil {
		return nil, err
	}
	return list[audit.Result](ctx, r, audit.KindResult, only(engagement), func(tx bun.Tx, _ []string) *bun.SelectQuery {
		return newest(tx, r.grant.Org(), audit.KindResult, "series", []string{name})
	})
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

// Reports returns the newest report of each engagement and kind, by both.
func (r *Reader) Reports(ctx context.Context) ([]audit.Report, error) {
	all, err := current[audit.Report](ctx, r, audit.KindReport)
	sortBy(all, func(x audit.Report) []string { return []string{x.Engagement, string(x.Kind)} })
	return all, err
}
