package store

import (
	"context"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

// AddAnalysis records the run of an analytic. If the newest analysis by the
// analytic in the engagement is the same in everything but ID and At, that one
// is returned with false.
func (t *Tenant) AddAnalysis(ctx context.Context, a audit.Analysis) (audit.Analysis, bool, error) {
	a.ID, a.At = "", time.Time{}
	return addOne[audit.Analysis](ctx, t, authority.DutyPerform, entry{
		kind: audit.KindAnalysis, verb: "analyzed", part: a.Engagement,
		series: []string{a.Engagement, a.Analytic}, says: a, where: here(a.Engagement),
		seal: func(s stamp) (string, any, error) {
			a.ID, a.At = s.id("ana"), s.at
			return string(a.ID), a, nil
		},
	})
}

// Analyses returns the newest analysis by each analytic in an engagement, or in
// all engagements if it is "", by engagement and analytic.
func (r *Reader) Analyses(ctx context.Context, engagement string) ([]audit.Analysis, error) {
	all, err := current[audit.Analysis](ctx, r, audit.KindAnalysis, only(engagement)...)
	sortBy(all, func(a audit.Analysis) []string { return []string{a.Engagement, a.Analytic} })
	return all, err
}
