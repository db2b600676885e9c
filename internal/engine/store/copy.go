package store

import (
	"context"
	"fmt"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

// AddCopy gives a person a numbered copy of a report that is issued and
// released. Users take one for themselves, management gives one to whom it
// names. Whoever has one is given the same number again.
func (t *Tenant) AddCopy(ctx context.Context, x audit.Copy) (audit.Copy, bool, error) {
	duty := authority.DutyDistribute
	if p := t.grant.Person(); p.Side == audit.Users {
		duty, x.To, x.Entity = authority.DutyAsk, p.Name, t.grant.Entity(x.Engagement)
	}
	x.Number, x.By, x.At = 0, "", time.Time{}
	number := 0
	return deed[audit.Copy]{
		duty: duty, kind: audit.KindCopy, verb: "given", where: here(x.Engagement, x.Entity),
		series: []string{x.Engagement, string(x.Kind), x.To}, says: x,
		set: func(x *audit.Copy, s stamp) error {
			x.Number = number
			signed(&x.By, &x.At, s)
			return nil
		},
		check: func(ctx context.Context, a *appender) (err error) {
			number, err = a.copyNumber(ctx, x)
			return err
		},
	}.record(ctx, t)
}

// copyNumber is the number of a person's next copy, or why none is given.
func (a *appender) copyNumber(ctx context.Context, x audit.Copy) (int, error) {
	series := reportSeries(audit.Report{Engagement: x.Engagement, Kind: x.Kind})
	r, err := newestIn[audit.Report](ctx, a, audit.KindReport, series...)
	switch {
	case err != nil:
		return 0, err
	case r.Draft || r.ID != x.Report:
		return 0, fmt.Errorf("%w: a copy is given of the report that was issued of %s, and of no other", authority.ErrRefused, x.Engagement)
	case !a.grant.Released(x.Engagement, dateOf(a.at)):
		return 0, fmt.Errorf("%w: the report of %s is not released: `tickmark engagement release`", authority.ErrRefused, x.Engagement)
	}
	given, err := newestWhere[audit.Copy](ctx, a, audit.KindCopy, x.Engagement)
	next := 1
	for _, c := range given {
		if next = max(next, c.Number+1); c.To == x.To && c.Kind == x.Kind {
			return c.Number, err
		}
	}
	return next, err
}

// Copies returns who was given a copy, by engagement, kind of report and person.
func (r *Reader) Copies(ctx context.Context, engagement string) ([]audit.Copy, error) {
	all, err := current[audit.Copy](ctx, r, audit.KindCopy, only(engagement)...)
	sortBy(all, func(x audit.Copy) []string { return []string{x.Engagement, string(x.Kind), x.To} })
	return all, err
}
