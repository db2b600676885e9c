package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

// capacities are the duties in which the auditor's file is signed.
var capacities = map[audit.SignAs]authority.Duty{
	audit.AsPreparer: authority.DutySignOff,
	audit.AsReviewer: authority.DutySignOff,
	audit.AsPartner:  authority.DutySign,
	audit.AsQuality:  authority.DutyConcur,
}

// AddSignOff records a name under a digest of the auditor's file, which must be
// of the newest version of what is signed. Nobody reviews what he prepared.
func (t *Tenant) AddSignOff(ctx context.Context, x audit.SignOff) (audit.SignOff, bool, error) {
	duty, known := capacities[x.As]
	if !known {
		return x, false, fmt.Errorf("%q is no capacity in which the auditor's file is signed: it is preparer, reviewer, partner or quality-reviewer", x.As)
	}
	x.By, x.At = t.grant.Person().Name, time.Time{}
	return deed[audit.SignOff]{
		duty: duty, kind: audit.KindSignOff, verb: "signed off", secret: "sig", where: kindOf(x.Engagement, x.As),
		series: []string{x.Engagement, x.Subject, string(x.As), x.By}, says: x,
		set:   func(x *audit.SignOff, s stamp) error { x.At = s.at; return nil },
		check: func(ctx context.Context, a *appender) error { return a.maySign(ctx, x) },
	}.record(ctx, t)
}

// SignOffs returns the newest of each person's sign-offs on each subject, by
// engagement, subject, capacity and person.
func (r *Reader) SignOffs(ctx context.Context, engagement string) ([]audit.SignOff, error) {
	all, err := current[audit.SignOff](ctx, r, audit.KindSignOff, only(engagement)...)
	sortBy(all, func(x audit.SignOff) []string { return []string{x.Engagement, x.Subject, string(x.As), x.By} })
	return all, err
}

// maySign says why x cannot be signed, as the records of this transaction are.
func (a *appender) maySign(ctx context.Context, x audit.SignOff) error {
	kind, series, err := signable(x)
	if err != nil {
		return err
	}
	if x.Withdrawn != "" {
		_, err := newestIn[audit.SignOff](ctx, a, audit.KindSignOff, x.Engagement, x.Subject, string(x.As), x.By)
		return err
	}
	if err := a.isNewest(ctx, x.Digest, kind, series...); err != nil {
		return err
	}
	if err := a.notBoth(ctx, x, kind, series); err != nil {
		return err
	}
	if x.As == audit.AsPartner && kind == audit.KindOpinion {
		return a.opinionReady(ctx, x.Engagement)
	}
	return nil
}

// signable is the series of what a sign-off is on.
func signable(x audit.SignOff) (kind string, series []string, err error) {
	what, rest, _ := strings.Cut(x.Subject, "/")
	level, code, _ := strings.Cut(rest, "/")
	switch {
	case what == "workpaper" && rest != "":
		return audit.KindWorkpaper, []string{x.Engagement, rest}, nil
	case what == "conclusion" && code != "":
		return audit.KindConcluded, []string{x.Engagement, level, code}, nil
	case x.Subject == "opinion":
		return audit.KindOpinion, []string{x.Engagement}, nil
	}
	return "", nil, fmt.Errorf("%q cannot be signed: it is workpaper/CODE, conclusion/LEVEL/CODE or opinion", x.Subject)
}

// notBoth keeps preparers and reviewers of one subject apart. Whoever wrote a
// version of it, or signed it as preparer, prepared it.
func (a *appender) notBoth(ctx context.Context, x audit.SignOff, kind string, series []string) error {
	signs, err := newestWhere[audit.SignOff](ctx, a, audit.KindSignOff, x.Engagement)
	if err != nil {
		return err
	}
	other := map[audit.SignAs]audit.SignAs{audit.AsPreparer: audit.AsReviewer, audit.AsReviewer: audit.AsPreparer, audit.AsQuality: audit.AsPreparer}[x.As]
	for _, s := range signs {
		if s.Subject == x.Subject && s.As == other && authority.SameName(s.By, x.By) {
			return fmt.Errorf("%w: %s signed %s as %s and cannot sign it as %s", authority.ErrRefused, x.By, x.Subject, s.As, x.As)
		}
	}
	if x.As != audit.AsReviewer && x.As != audit.AsQuality {
		return nil
	}
	authors, err := a.authors(ctx, kind, series)
	for _, by := range authors {
		if authority.SameName(by, x.By) {
			return fmt.Errorf("%w: %s wrote a version of %s and cannot review it", authority.ErrRefused, x.By, x.Subject)
		}
	}
	return err
}

// reviewed refuses papers that no preparer, or no reviewer, signed as they stand.
func (a *appender) reviewed(ctx context.Context, engagement string, codes []string) error {
	if len(codes) == 0 {
		return nil
	}
	signs, err := newestWhere[audit.SignOff](ctx, a, audit.KindSignOff, engagement)
	if err != nil {
		return err
	}
	for _, code := range codes {
		name, err := seriesName(audit.KindWorkpaper, []string{engagement, code})
		if err != nil {
			return err
		}
		paper, err := a.find(ctx, audit.KindWorkpaper, "series", name)
		if err != nil {
			return err
		}
		for _, as := range []audit.SignAs{audit.AsPreparer, audit.AsReviewer} {
			if !slices.ContainsFunc(signs, func(s audit.SignOff) bool {
				return s.Subject == "workpaper/"+code && s.As == as && s.Withdrawn == "" && s.Digest == paper.Digest
			}) {
				return fmt.Errorf("%w: no %s signed workpaper %s as it stands, so that nothing is concluded on it", authority.ErrRefused, as, code)
			}
		}
	}
	return nil
}

// opinionReady says what a partner's signature still waits for: notes that are
// not cleared, an assertion or representations that are not signed or are dated
// after the report.
func (a *appender) opinionReady(ctx context.Context, engagement string) error {
	notes, err := newestWhere[audit.Note](ctx, a, audit.KindNote, engagement)
	if err != nil {
		return err
	}
	for _, n := range notes {
		if !n.Cleared {
			return fmt.Errorf("%w: review note %s is not cleared, so that the opinion cannot be signed", authority.ErrRefused, n.Code)
		}
	}
	opinion, err := newestIn[audit.Opinion](ctx, a, audit.KindOpinion, engagement)
	if err != nil {
		return err
	}
	for _, kind := range []audit.StatementKind{audit.Assertion, audit.Representation} {
		if err := a.statementReady(ctx, engagement, kind, opinion.ReportDate); err != nil {
			return err
		}
	}
	return nil
}

func (a *appender) statementReady(ctx context.Context, engagement string, kind audit.StatementKind, report audit.Date) error {
	series, err := seriesName(audit.KindStatement, filled([]string{engagement, string(kind), ""}))
	if err != nil {
		return err
	}
	row, err := a.find(ctx, audit.KindStatement, "series", series)
	if err != nil {
		return fmt.Errorf("the opinion cannot be signed before management's %s is: %w", kind, err)
	}
	said, err := decode[audit.Statement](row.Body)
	if err != nil {
		return err
	}
	signs, err := newestWhere[audit.Signature](ctx, a, audit.KindSignature, engagement)
	if err != nil {
		return err
	}
	signed := false
	for _, s := range signs {
		signed = signed || s.Kind == kind && s.Digest == row.Digest
	}
	switch {
	case !signed:
		return fmt.Errorf("%w: management has not signed its %s, so that the opinion cannot be signed", authority.ErrRefused, kind)
	case said.Dated == "" || said.Dated > report:
		return fmt.Errorf("%w: the %s is dated %q, after the report of %s", authority.ErrRefused, kind, said.Dated, report)
	}
	return nil
}
