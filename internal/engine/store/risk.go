package store

import (
	"context"
	"fmt"
	"time"

	"tickmark/internal/method/authority"
	"tickmark/internal/program"
)

// AddRiskPolicy records what the organization set for its register.
func (t *Tenant) AddRiskPolicy(ctx context.Context, x program.RiskPolicy) (program.RiskPolicy, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[program.RiskPolicy]{
		duty: authority.DutyRisk, kind: program.KindRiskPolicy, verb: "set", series: []string{"policy"}, says: x,
		set: func(x *program.RiskPolicy, s stamp) error { signed(&x.By, &x.At, s); return nil },
	}.record(ctx, t)
}

// RiskPolicies returns the newest policy, or none.
func (r *Reader) RiskPolicies(ctx context.Context) ([]program.RiskPolicy, error) {
	return current[program.RiskPolicy](ctx, r, program.KindRiskPolicy)
}

// AddRisk records a risk as it is rated and treated.
func (t *Tenant) AddRisk(ctx context.Context, x program.Risk) (program.Risk, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[program.Risk]{
		duty: authority.DutyRisk, kind: program.KindRisk, verb: "assessed", where: here("", x.Code), series: []string{x.Code}, says: x,
		set: func(x *program.Risk, s stamp) error { signed(&x.By, &x.At, s); return nil },
	}.record(ctx, t)
}

// Risks returns the register, by code.
func (r *Reader) Risks(ctx context.Context) ([]program.Risk, error) {
	all, err := current[program.Risk](ctx, r, program.KindRisk)
	sortBy(all, func(x program.Risk) []string { return []string{x.Code} })
	return all, err
}

// AddRiskControl records that a control is to reduce a risk, or no longer is.
func (t *Tenant) AddRiskControl(ctx context.Context, x program.RiskControl) (program.RiskControl, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[program.RiskControl]{
		duty: authority.DutyRisk, kind: program.KindRiskControl, verb: "tied", where: here("", x.Risk), series: []string{x.Risk, x.Control}, says: x,
		set: func(x *program.RiskControl, s stamp) error { signed(&x.By, &x.At, s); return nil },
		check: func(ctx context.Context, a *appender) error {
			_, err := newestIn[program.Risk](ctx, a, program.KindRisk, x.Risk)
			return err
		},
	}.record(ctx, t)
}

// RiskControls returns which controls reduce which risks, by both.
func (r *Reader) RiskControls(ctx context.Context) ([]program.RiskControl, error) {
	all, err := current[program.RiskControl](ctx, r, program.KindRiskControl)
	sortBy(all, func(x program.RiskControl) []string { return []string{x.Risk, x.Control} })
	return all, err
}

// AddAcceptance records that a person bears a risk as it stands: another than
// the one who answers for it.
func (t *Tenant) AddAcceptance(ctx context.Context, x program.Acceptance) (program.Acceptance, bool, error) {
	x.By, x.At = "", time.Time{}
	me := t.grant.Person().Name
	return deed[program.Acceptance]{
		duty: authority.DutyRisk, kind: program.KindAcceptance, verb: "accepted", where: here("", x.Risk), series: []string{x.Risk}, says: x,
		set: func(x *program.Acceptance, s stamp) error { signed(&x.By, &x.At, s); return nil },
		check: func(ctx context.Context, a *appender) error {
			risk, err := newestIn[program.Risk](ctx, a, program.KindRisk, x.Risk)
			if err != nil {
				return err
			}
			if authority.SameName(risk.Owner, me) {
				return fmt.Errorf("%w: %s answers for risk %s: another person accepts it", authority.ErrRefused, me, x.Risk)
			}
			return a.isNewest(ctx, x.Digest, program.KindRisk, x.Risk)
		},
	}.record(ctx, t)
}

// Acceptances returns the newest acceptance of each risk, by risk.
func (r *Reader) Acceptances(ctx context.Context) ([]program.Acceptance, error) {
	all, err := current[program.Acceptance](ctx, r, program.KindAcceptance)
	sortBy(all, func(x program.Acceptance) []string { return []string{x.Risk} })
	return all, err
}

// AddAssessment records a review of the register by the person who performed it,
// or the approval of one by another.
func (t *Tenant) AddAssessment(ctx context.Context, x program.Assessment) (program.Assessment, bool, error) {
	x.By, x.At = "", time.Time{}
	me := t.grant.Person().Name
	return deed[program.Assessment]{
		duty: authority.DutyRisk, kind: program.KindAssessment, verb: "reviewed", series: []string{x.Code}, says: x,
		set: func(x *program.Assessment, s stamp) error {
			signed(&x.By, &x.At, s)
			last, err := before[program.Assessment](s)
			if err == nil && last.Approver != "" {
				err = fmt.Errorf("%w: assessment %s was approved by %s and stands", authority.ErrRefused, x.Code, last.Approver)
			}
			return err
		},
		check: func(context.Context, *appender) error {
			switch {
			case x.Approver == "" && !authority.SameName(x.Performer, me):
				return fmt.Errorf("%w: %s cannot record what %s performed", authority.ErrRefused, me, x.Performer)
			case x.Approver != "" && (!authority.SameName(x.Approver, me) || authority.SameName(x.Performer, me)):
				return fmt.Errorf("%w: assessment %s is approved by another person than %s, who performed it, and by nobody in another's name", authority.ErrRefused, x.Code, x.Performer)
			}
			return nil
		},
	}.record(ctx, t)
}

// Assessments returns the reviews of the register, by code.
func (r *Reader) Assessments(ctx context.Context) ([]program.Assessment, error) {
	all, err := current[program.Assessment](ctx, r, program.KindAssessment)
	sortBy(all, func(x program.Assessment) []string { return []string{x.Code} })
	return all, err
}

// AddTrigger records an event that calls for an assessment.
func (t *Tenant) AddTrigger(ctx context.Context, x program.Trigger) (program.Trigger, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[program.Trigger]{
		duty: authority.DutyRisk, kind: program.KindTrigger, verb: "noted", series: []string{x.Code}, says: x,
		set: func(x *program.Trigger, s stamp) error { signed(&x.By, &x.At, s); return nil },
	}.record(ctx, t)
}

// Triggers returns the events that call for an assessment, by code.
func (r *Reader) Triggers(ctx context.Context) ([]program.Trigger, error) {
	all, err := current[program.Trigger](ctx, r, program.KindTrigger)
	sortBy(all, func(x program.Trigger) []string { return []string{x.Code} })
	return all, err
}

// AddSnapshot records how the register stands on a day.
func (t *Tenant) AddSnapshot(ctx context.Context, x program.Snapshot) (program.Snapshot, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[program.Snapshot]{
		duty: authority.DutyRisk, kind: program.KindSnapshot, verb: "measured", series: []string{string(x.On)}, says: x,
		set: func(x *program.Snapshot, s stamp) error { signed(&x.By, &x.At, s); return nil },
	}.record(ctx, t)
}

// Snapshots returns the newest snapshot of each day, by day.
func (r *Reader) Snapshots(ctx context.Context) ([]program.Snapshot, error) {
	all, err := current[program.Snapshot](ctx, r, program.KindSnapshot)
	sortBy(all, func(x program.Snapshot) []string { return []string{string(x.On)} })
	return all, err
}
