package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

// AddFirm records a CPA firm with what it decides for its engagements. Once its
// bundles are encrypted to a recipient there always is one.
func (t *Tenant) AddFirm(ctx context.Context, f audit.Firm) (audit.Firm, bool, error) {
	f.At = time.Time{}
	return deed[audit.Firm]{
		duty: authority.DutyFirm, kind: audit.KindFirm, verb: "recorded", where: here("", f.Code),
		series: []string{f.Code}, says: f,
		set: func(f *audit.Firm, s stamp) error {
			f.At = s.at
			last, err := before[audit.Firm](s)
			if last.Recipient != "" && f.Recipient == "" {
				return fmt.Errorf("%w: the bundles of %s are encrypted to a recipient, which is replaced and never taken away", authority.ErrRefused, f.Code)
			}
			return err
		},
		check: func(_ context.Context, a *appender) error { return a.grant.MayChange(f.Code) },
	}.record(ctx, t)
}

// Firms returns the firms, by code.
func (r *Reader) Firms(ctx context.Context) ([]audit.Firm, error) {
	all, err := current[audit.Firm](ctx, r, audit.KindFirm)
	sortBy(all, func(f audit.Firm) []string { return []string{f.Code} })
	return all, err
}

// AddMember records a person's role: an auditor's by the engagement's team,
// all others' by management.
func (t *Tenant) AddMember(ctx context.Context, m audit.Member) (audit.Member, bool, error) {
	duty := authority.DutyPeople
	switch side := m.Role.Side(); {
	case side == "" || side == audit.Automation:
		return m, false, fmt.Errorf("%s: %q is no role of a person; roles are %v", m.Name, m.Role, audit.Roles[:len(audit.Roles)-1])
	case side != audit.Management && m.Engagement == "":
		return m, false, fmt.Errorf("%s: a person who is %s has that role in one engagement; name it", m.Name, m.Role)
	case side == audit.Auditor:
		duty = authority.DutyStaff
	}
	m.By, m.At = "", time.Time{}
	return deed[audit.Member]{
		duty: duty, kind: audit.KindMember, verb: "staffed", where: kindOf(m.Engagement, m.Role),
		series: []string{m.Engagement, m.Name}, says: m,
		set: func(m *audit.Member, s stamp) error {
			signed(&m.By, &m.At, s)
			last, err := before[audit.Member](s)
			return errors.Join(err, goesOn(last, *m), outside(last, *m))
		},
		check: func(_ context.Context, a *appender) error { return a.grant.Appoint(m) },
	}.record(ctx, t)
}

// goesOn keeps a membership what it was: whoever leaves was there, and nobody's
// time on one side of the wall is overwritten by a role on another.
func goesOn(last, now audit.Member) error {
	switch was := last.Role.Side(); {
	case was == "" && now.Left:
		return fmt.Errorf("%w: %s has no role there and cannot leave it", authority.ErrRefused, now.Name)
	case was != "" && was != now.Role.Side():
		return fmt.Errorf("%w: %s was %s there, on the side of %s, and that stands: no role on another side replaces it",
			authority.ErrRefused, now.Name, last.Role, was)
	}
	return nil
}

// outside keeps the quality reviewer outside the team, whenever it was.
func outside(last, now audit.Member) error {
	if last.Role.Side() == audit.Auditor && (last.Role == audit.QualityReviewer) != (now.Role == audit.QualityReviewer) {
		return fmt.Errorf("%w: %s was %s of %s: the quality reviewer is outside the engagement team",
			authority.ErrRefused, now.Name, last.Role, now.Engagement)
	}
	return nil
}

// Members returns the people of an engagement, or of all and of the
// organization if it is "", by engagement and name.
func (r *Reader) Members(ctx context.Context, engagement string) ([]audit.Member, error) {
	all, err := current[audit.Member](ctx, r, audit.KindMember, only(engagement)...)
	sortBy(all, func(m audit.Member) []string { return []string{m.Engagement, m.Name} })
	return all, err
}

// AddDeclaration records a person's own statement of independence.
func (t *Tenant) AddDeclaration(ctx context.Context, d audit.Declaration) (audit.Declaration, bool, error) {
	if me := t.grant.Person().Name; d.Name != me {
		return d, false, fmt.Errorf("%w: %s cannot declare for %q: everybody declares for himself", authority.ErrRefused, me, d.Name)
	}
	d.At = time.Time{}
	return deed[audit.Declaration]{
		duty: authority.DutyDeclare, kind: audit.KindDeclaration, verb: "declared", where: here(d.Engagement),
		series: []string{d.Engagement, d.Name}, says: d,
		set: func(d *audit.Declaration, s stamp) error { d.At = s.at; return nil },
	}.record(ctx, t)
}

// Declarations returns the statements of independence, by engagement and name.
func (r *Reader) Declarations(ctx context.Context, engagement string) ([]audit.Declaration, error) {
	all, err := current[audit.Declaration](ctx, r, audit.KindDeclaration, only(engagement)...)
	sortBy(all, func(d audit.Declaration) []string { return []string{d.Engagement, d.Name} })
	return all, err
}

// AddStep records an engagement's arrival in a phase. The dates of the report
// and of its release stand once they are given.
func (t *Tenant) AddStep(ctx context.Context, x audit.Step) (audit.Step, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[audit.Step]{
		duty: authority.DutyAdvance, kind: audit.KindStep, verb: "advanced", where: kindOf(x.Engagement, x.Phase),
		series: []string{x.Engagement}, says: x,
		set: func(x *audit.Step, s stamp) error {
			signed(&x.By, &x.At, s)
			last, err := before[audit.Step](s)
			return errors.Join(err, standsFrom(last, x, s.today()))
		},
	}.record(ctx, t)
}

// standsFrom carries the dates on: a file's lock counts from them.
func standsFrom(last audit.Step, x *audit.Step, today audit.Date) error {
	if last.Phase == audit.Archived {
		return fmt.Errorf("%w: %s is archived, and no step follows; what comes now is an addition or a hold", authority.ErrRefused, x.Engagement)
	}
	for _, d := range []struct {
		what      string
		was, said audit.Date
		to        *audit.Date
	}{
		{"report", last.ReportDate, x.ReportDate, &x.ReportDate},
		{"release", last.Released, x.Released, &x.Released},
	} {
		if d.was != "" && d.said != "" && d.said != d.was {
			return fmt.Errorf("the date of the %s is %s and stands; it cannot become %s", d.what, d.was, d.said)
		}
		if d.was != "" {
			*d.to = d.was
		}
	}
	// A day ahead of UTC is today somewhere.
	if last.Released == "" && x.Released > today.Add(1) {
		return fmt.Errorf("the report is said to be released on %s, and today is %s", x.Released, today)
	}
	return nil
}

// Steps returns where each engagement stands, by engagement.
func (r *Reader) Steps(ctx context.Context) ([]audit.Step, error) {
	all, err := current[audit.Step](ctx, r, audit.KindStep)
	sortBy(all, func(x audit.Step) []string { return []string{x.Engagement} })
	return all, err
}

// StepHistory returns every step of an engagement, in their order.
func (r *Reader) StepHistory(ctx context.Context, engagement string) ([]audit.Step, error) {
	return history[audit.Step](ctx, r, audit.KindStep, engagement)
}

// AddHold keeps a file beyond its retention, or ends that.
func (t *Tenant) AddHold(ctx context.Context, x audit.Hold) (audit.Hold, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[audit.Hold]{
		duty: authority.DutyHold, kind: audit.KindHold, verb: "held", where: here(x.Engagement),
		series: []string{x.Engagement}, says: x,
		set: func(x *audit.Hold, s stamp) error { signed(&x.By, &x.At, s); return nil },
	}.record(ctx, t)
}

// Holds returns the newest hold of each engagement, by engagement.
func (r *Reader) Holds(ctx context.Context) ([]audit.Hold, error) {
	all, err := current[audit.Hold](ctx, r, audit.KindHold)
	sortBy(all, func(x audit.Hold) []string { return []string{x.Engagement} })
	return all, err
}

// AddAddition records what was added to a locked file.
func (t *Tenant) AddAddition(ctx context.Context, x audit.Addition) (audit.Addition, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[audit.Addition]{
		duty: authority.DutyAppend, kind: audit.KindAddition, verb: "added", secret: "add", where: here(x.Engagement),
		series: []string{x.Engagement, x.Code}, says: x,
		set: func(x *audit.Addition, s stamp) error {
			signed(&x.By, &x.At, s)
			if authority.SameName(x.Reviewer, x.By) {
				return fmt.Errorf("%w: %s cannot review his own addition; name another reviewer", authority.ErrRefused, x.By)
			}
			return nil
		},
	}.record(ctx, t)
}

// Additions returns what was added to locked files, by engagement and code.
func (r *Reader) Additions(ctx context.Context, engagement string) ([]audit.Addition, error) {
	all, err := current[audit.Addition](ctx, r, audit.KindAddition, only(engagement)...)
	sortBy(all, func(x audit.Addition) []string { return []string{x.Engagement, x.Code} })
	return all, err
}
