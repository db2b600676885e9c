package store

import (
	"context"
	"fmt"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

// mayIssue says why a report cannot be issued: only a partner's name under the
// opinion as it stands makes one.
func (a *appender) mayIssue(ctx context.Context, r audit.Report) error {
	if r.Draft {
		return nil
	}
	series, err := seriesName(audit.KindOpinion, []string{r.Engagement})
	if err != nil {
		return err
	}
	opinion, err := a.find(ctx, audit.KindOpinion, "series", series)
	if err != nil {
		return fmt.Errorf("a report is not issued without an opinion: %w", err)
	}
	signs, err := newestWhere[audit.SignOff](ctx, a, audit.KindSignOff, r.Engagement)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(signs, func(s audit.SignOff) bool {
		return s.Subject == "opinion" && s.As == audit.AsPartner && s.Withdrawn == "" && s.Digest == opinion.Digest
	}) {
		return fmt.Errorf("%w: no partner has signed the opinion of %s as it stands, so that no report is issued", authority.ErrRefused, r.Engagement)
	}
	return nil
}
