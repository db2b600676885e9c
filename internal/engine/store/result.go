package store

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

// AddResult records the performance of a procedure with the list of its
// exceptions, if it has any, in one transaction. If the newest result of the
// procedure in the engagement is the same in everything but ID and At, that one
// is returned with false.
func (t *Tenant) AddResult(ctx context.Context, r audit.Result, list *audit.Exceptions) (audit.Result, bool, error) {
	e := resultEntry(r)
	added := 0
	err := t.writing(ctx, authority.DutyPerform, func(ctx context.Context, tx bun.Tx) error {
		a, err := newAppender(ctx, tx, t.grant, t.db.clock())
		if err != nil {
			return err
		}
		if added, err = a.add(ctx, authority.DutyPerform, []entry{e}); err != nil {
			return err
		}
		if r, err = standing[audit.Result](a, e.kind, e.series); err != nil {
			return err
		}
		if list != nil && added > 0 {
			if _, err := a.add(ctx, authority.DutyPerform, []entry{listEntry(r, *list)}); err != nil {
				return err
			}
		}
		return a.flush(ctx)
	})
	if err != nil {
		return r, false, fmt.Errorf("nothing was recorded: %w", err)
	}
	return r, added > 0, nil
}

func resultEntry(r audit.Result) entry {
	r.ID, r.At = "", time.Time{}
	return entry{
		kind: audit.KindResult, verb: "performed", part: r.Engagement,
		series: []string{r.Engagement, r.Procedure}, says: r, where: here(r.Engagement),
		seal: func(s stamp) (string, any, error) {
			r.ID, r.At = s.id("res"), s.at
			return string(r.ID), r, nil
		},
	}
}

// listEntry is the list of a result: the first of its exceptions and all of
// them by reason.
func listEntry(r audit.Result, x audit.Exceptions) entry {
	x.Engagement, x.Procedure, x.Result, x.At = r.Engagement, r.Procedure, r.ID, time.Time{}
	return entry{
		kind: audit.KindExceptions, verb: "listed", part: r.Engagement,
		series: []string{"exceptions", r.Engagement, r.Procedure}, says: x, where: here(r.Engagement),
		seal: func(s stamp) (string, any, error) {
			x.At = s.at
			return "exceptions of " + string(r.ID), x, nil
		},
	}
}

// Exceptions returns the newest list of each procedure in an engagement, by
// procedure. A procedure whose newest result has none may still have an older one.
func (r *Reader) Exceptions(ctx context.Context, engagement string) ([]audit.Exceptions, error) {
	all, err := current[audit.Exceptions](ctx, r, audit.KindExceptions, only(engagement)...)
	sortBy(all, func(x audit.Exceptions) []string { return []string{x.Engagement, x.Procedure} })
	return all, err
}

// AddAssignments says who looks into exceptions and counts those that are new.
func (t *Tenant) AddAssignments(ctx context.Context, all []audit.Assignment) (int, error) {
	entries := make([]entry, len(all))
	for i, x := range all {
		x.By, x.At = "", time.Time{}
		item := x.Item
		if item == "" {
			item = "*" // all of the procedure
		}
		entries[i] = entry{
			kind: audit.KindAssignment, verb: "assigned", part: x.Engagement,
			series: []string{x.Engagement, x.Procedure, item}, says: x,
			where: here(x.Engagement),
			seal: func(s stamp) (string, any, error) {
				signed(&x.By, &x.At, s)
				return fmt.Sprintf("%s@%d", s.series, s.version), x, nil
			},
		}
	}
	_, changed, err := t.add(ctx, authority.DutyDescribe, entries)
	return changed, err
}

// Assignments returns who looks into what in an engagement, by procedure and item.
func (r *Reader) Assignments(ctx context.Context, engagement string) ([]audit.Assignment, error) {
	all, err := current[audit.Assignment](ctx, r, audit.KindAssignment, only(engagement)...)
	sortBy(all, func(x audit.Assignment) []string { return []string{x.Engagement, x.Procedure, x.Item} })
	return all, err
}
