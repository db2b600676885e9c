package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

// find returns the newest version of the series that has a value in a column.
func (a *appender) find(ctx context.Context, kind, column, value string) (record, error) {
	var found record
	err := newest(a.tx, a.org, kind, column, []string{value}).Column("seq", "part", "digest", "body").Limit(1).Scan(ctx, &found)
	if errors.Is(err, sql.ErrNoRows) {
		return found, fmt.Errorf("%s %s is %w", kind, value, ErrNotFound)
	}
	return found, err
}

// newestIn is the newest version of a series, which must be there.
func newestIn[T any](ctx context.Context, a *appender, kind string, series ...string) (T, error) {
	var none T
	name, err := seriesName(kind, filled(series))
	if err != nil {
		return none, err
	}
	row, err := a.find(ctx, kind, "series", name)
	if err != nil {
		return none, err
	}
	return decode[T](row.Body)
}

// newestWhere are the newest versions of all series of an engagement.
func newestWhere[T any](ctx context.Context, a *appender, kind, engagement string) ([]T, error) {
	var bodies []string
	err := newest(a.tx, a.org, kind, "part", []string{engagement}).Column("body").Order("seq").Scan(ctx, &bodies)
	if err != nil {
		return nil, fmt.Errorf("reading records of kind %s: %w", kind, err)
	}
	return decodeAll[T](bodies)
}

// isNewest refuses a digest that is not of the newest version of a series.
func (a *appender) isNewest(ctx context.Context, d audit.Digest, kind string, series ...string) error {
	name, err := seriesName(kind, filled(series))
	if err != nil {
		return err
	}
	row, err := a.find(ctx, kind, "series", name)
	if err == nil && row.Digest != d {
		err = fmt.Errorf("%w: what is signed is %s, and the newest version of %s %s is %s: look at it again",
			authority.ErrRefused, d.Short(), kind, name, row.Digest.Short())
	}
	return err
}

// allThere refuses codes of an engagement that are not recorded.
func (a *appender) allThere(ctx context.Context, kind, engagement string, codes []string) error {
	for _, code := range codes {
		name, err := seriesName(kind, []string{engagement, code})
		if err != nil {
			return err
		}
		if _, err := a.find(ctx, kind, "series", name); err != nil {
			return err
		}
	}
	return nil
}

// authors are who wrote any version of a series.
func (a *appender) authors(ctx context.Context, kind string, series []string) ([]string, error) {
	name, err := seriesName(kind, filled(series))
	if err != nil {
		return nil, err
	}
	var bodies []string
	err = a.tx.NewSelect().Model((*record)(nil)).Column("body").
		Where("org_id = ?", a.org).Where("kind = ?", kind).Where("series = ?", name).Order("seq").Scan(ctx, &bodies)
	if err != nil {
		return nil, fmt.Errorf("reading who wrote %s %s: %w", kind, name, err)
	}
	all, err := decodeAll[struct {
		By string `json:"by"`
	}](bodies)
	var names []string
	for _, x := range all {
		names = append(names, x.By)
	}
	return names, err
}

// newestOf is the newest record of a series, if the reader may see it.
func (r *Reader) newestOf(ctx context.Context, kind string, series []string) (record, error) {
	name, err := seriesName(kind, filled(series))
	if err != nil {
		return record{}, err
	}
	var found record
	err = r.look(ctx, kind, func(ctx context.Context, tx bun.Tx, s *sight) error {
		var rows []record
		if err := newest(tx, r.grant.Org(), kind, "series", []string{name}).
			Column("kind", "part", "seq", "digest", "body").Scan(ctx, &rows); err != nil {
			return err
		}
		for _, x := range rows {
			seen, err := s.sees(x)
			if err != nil {
				return err
			}
			if seen {
				found = x
			}
		}
		return nil
	})
	if err == nil && found.Body == "" {
		err = fmt.Errorf("%s %s is %w", kind, name, ErrNotFound)
	}
	return found, err
}
