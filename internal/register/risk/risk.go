// Package risk keeps management's risk register: risks with their ratings, the
// controls that stand against them, acceptances, assessments, events that call
// for one, and snapshots of how it all stood. It stands beside the stages, and is
// the only writer of these records. It does not test anything: it publishes
// itself as populations, and procedures test those like any others.
package risk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/exposure"
	"tickmark/internal/program"
)

// reader is what the register sees of the records that it keeps.
type reader interface {
	RiskPolicies(ctx context.Context) ([]program.RiskPolicy, error)
	Risks(ctx context.Context) ([]program.Risk, error)
	RiskControls(ctx context.Context) ([]program.RiskControl, error)
	Acceptances(ctx context.Context) ([]program.Acceptance, error)
	Assessments(ctx context.Context) ([]program.Assessment, error)
	Triggers(ctx context.Context) ([]program.Trigger, error)
	DigestOf(ctx context.Context, kind string, series ...string) (audit.Digest, int64, error)
}

// writer is what the register adds to the records.
type writer interface {
	AddRiskPolicy(ctx context.Context, x program.RiskPolicy) (program.RiskPolicy, bool, error)
	AddRisk(ctx context.Context, x program.Risk) (program.Risk, bool, error)
	AddRiskControl(ctx context.Context, x program.RiskControl) (program.RiskControl, bool, error)
	AddAcceptance(ctx context.Context, x program.Acceptance) (program.Acceptance, bool, error)
	AddAssessment(ctx context.Context, x program.Assessment) (program.Assessment, bool, error)
	AddTrigger(ctx context.Context, x program.Trigger) (program.Trigger, bool, error)
	AddSnapshot(ctx context.Context, x program.Snapshot) (program.Snapshot, bool, error)
}

// Known are the names that the organization's description gives.
type Known struct {
	Controls    []string
	Commitments []string
	Serves      []string // criteria and objectives
}

// Register keeps the risks.
type Register struct {
	Records reader
	Writes  writer
	Known   Known
	Today   audit.Date
	Me      string // who acts
}

// Usual is the policy of a register for which nobody set one.
var Usual = program.RiskPolicy{Appetite: 12, Months: 12, DecideDays: 30, Triggers: program.TriggerKinds}

// SetPolicy records appetite, cadence and triggers.
func (r Register) SetPolicy(ctx context.Context, p program.RiskPolicy) (program.RiskPolicy, bool, error) {
	switch {
	case p.Appetite < 1 || p.Appetite > 25:
		return p, false, fmt.Errorf("the appetite is a product of likelihood and impact, 1 to 25, not %d", p.Appetite)
	case p.Months < 1 || p.Months > 36:
		return p, false, fmt.Errorf("the risks are assessed again after 1 to 36 months, not %d", p.Months)
	case p.DecideDays < 1:
		return p, false, fmt.Errorf("a treatment is decided within at least 1 day, not %d", p.DecideDays)
	}
	for _, t := range p.Triggers {
		if !program.Known(t, program.TriggerKinds) {
			return p, false, fmt.Errorf("%q is no kind of event; kinds are %s", t, strings.Join(program.TriggerKinds, ", "))
		}
	}
	return r.Writes.AddRiskPolicy(ctx, p)
}

// Policy is the one that is set, or the usual one.
func (r Register) Policy(ctx context.Context) (program.RiskPolicy, error) {
	all, err := r.Records.RiskPolicies(ctx)
	if err != nil || len(all) == 0 {
		return Usual, err
	}
	return all[0], nil
}

// Find is the newest version of a risk.
func (r Register) Find(ctx context.Context, code string) (program.Risk, bool, error) {
	all, err := r.Records.Risks(ctx)
	for _, x := range all {
		if x.Code == code {
			return x, true, nil
		}
	}
	return program.Risk{}, false, err
}

// Add records a risk, or a new version of it.
func (r Register) Add(ctx context.Context, x program.Risk) (program.Risk, bool, error) {
	if x.Identified == "" {
		x.Identified = r.Today
	}
	if err := r.sound(x); err != nil {
		return x, false, fmt.Errorf("risk %s: %w", x.Code, err)
	}
	return r.Writes.AddRisk(ctx, x)
}

func (r Register) sound(x program.Risk) error {
	var faults []error
	need := func(ok bool, format string, args ...any) {
		if !ok {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	need(strings.TrimSpace(x.Code) != "", "it has no code")
	need(strings.TrimSpace(x.Title) != "", "say what could happen: a title")
	need(strings.TrimSpace(x.Owner) != "", "say who answers for it: an owner")
	need(x.Likelihood >= 1 && x.Likelihood <= 5, "its inherent likelihood is 1 to 5, not %d", x.Likelihood)
	need(x.Impact >= 1 && x.Impact <= 5, "its inherent impact is 1 to 5, not %d", x.Impact)
	need(x.Treatment == program.Undecided || program.Known(x.Treatment, program.Treatments), "%q is no treatment; treatments are %v", x.Treatment, program.Treatments)
	need((x.Treatment == program.Undecided) == (x.Decided == ""), "a treatment has the day on which it was decided, and no treatment has none")
	need(!x.Fraud || strings.TrimSpace(x.Scheme) != "", "a risk of fraud names the scheme: who could do it, how, and how he would hide it")
	for _, d := range []audit.Date{x.Identified, x.Decided, x.TreatBy, x.Treated, x.Closed} {
		if d != "" {
			need(d.Valid() == nil, "%q is no day such as 2026-09-30", d)
		}
	}
	for _, c := range x.Commitments {
		need(slices.Contains(r.Known.Commitments, c), "there is no commitment %q", c)
	}
	for _, c := range x.Serves {
		need(slices.Contains(r.Known.Serves, c), "there is no criterion or objective %q", c)
	}
	return errors.Join(faults...)
}

// Tie records that a control stands against a risk, from a day on or until one.
func (r Register) Tie(ctx context.Context, x program.RiskControl) (program.RiskControl, bool, error) {
	if x.From == "" {
		x.From = r.Today
	}
	switch {
	case !slices.Contains(r.Known.Controls, x.Control):
		return x, false, fmt.Errorf("there is no control %q", x.Control)
	case !program.Known(x.Tie, program.Ties):
		return x, false, fmt.Errorf("%q is no tie; ties are %v", x.Tie, program.Ties)
	case x.To != "" && x.To < x.From:
		return x, false, fmt.Errorf("the control stood against the risk from %s and cannot have ended on %s", x.From, x.To)
	}
	return r.Writes.AddRiskControl(ctx, x)
}

// Accept records that whoever acts bears a risk as it stands, until a day.
func (r Register) Accept(ctx context.Context, code string, until audit.Date, reason string) (program.Acceptance, bool, error) {
	x := program.Acceptance{Risk: code, Until: until, Reason: reason, On: r.Today}
	switch {
	case strings.TrimSpace(reason) == "":
		return x, false, errors.New("say why the risk is borne: an acceptance without a reason is not recorded")
	case until.Valid() != nil:
		return x, false, fmt.Errorf("an acceptance ends on a day: %w", until.Valid())
	case until <= r.Today:
		return x, false, fmt.Errorf("the acceptance would end on %s, and today is %s", until, r.Today)
	}
	risk, found, err := r.Find(ctx, code)
	if err != nil {
		return x, false, err
	}
	if !found {
		return x, false, fmt.Errorf("there is no risk %q", code)
	}
	if risk.Treatment != program.AcceptIt {
		return x, false, fmt.Errorf("the treatment of %s is %q: decide to accept it first (`tickmark risk add %s --treatment accept`)", code, risk.Treatment, code)
	}
	if x.Digest, _, err = r.Records.DigestOf(ctx, program.KindRisk, code); err != nil {
		return x, false, err
	}
	return r.Writes.AddAcceptance(ctx, x)
}

// Review records an assessment that whoever acts performed.
func (r Register) Review(ctx context.Context, x program.Assessment) (program.Assessment, bool, error) {
	if x.Completed == "" {
		x.Completed = r.Today
	}
	x.Performer, x.Approver, x.Approved = r.Me, "", ""
	switch {
	case strings.TrimSpace(x.Code) == "" || strings.TrimSpace(x.Scope) == "":
		return x, false, errors.New("an assessment has a code and a scope: what was assessed")
	case strings.TrimSpace(x.Note) == "":
		return x, false, errors.New("say what was looked at and what came of it: a note")
	case x.Completed.Valid() != nil || x.Completed > r.Today:
		return x, false, fmt.Errorf("an assessment was completed on a day up to today, %s, not %q", r.Today, x.Completed)
	}
	return r.Writes.AddAssessment(ctx, x)
}

// Approve records that whoever acts approves an assessment that another performed.
func (r Register) Approve(ctx context.Context, code string) (program.Assessment, bool, error) {
	all, err := r.Records.Assessments(ctx)
	if err != nil {
		return program.Assessment{}, false, err
	}
	for _, x := range all {
		if x.Code == code {
			x.Approver, x.Approved = r.Me, r.Today
			return r.Writes.AddAssessment(ctx, x)
		}
	}
	return program.Assessment{}, false, fmt.Errorf("there is no assessment %q", code)
}

// Note records an event that calls for an assessment, or that one followed it.
func (r Register) Note(ctx context.Context, x program.Trigger) (program.Trigger, bool, error) {
	switch {
	case strings.TrimSpace(x.Code) == "" || strings.TrimSpace(x.Title) == "":
		return x, false, errors.New("an event has a code and a title")
	case !program.Known(x.What, program.TriggerKinds):
		return x, false, fmt.Errorf("%q is no kind of event; kinds are %s", x.What, strings.Join(program.TriggerKinds, ", "))
	case x.Occurred.Valid() != nil:
		return x, false, fmt.Errorf("an event occurred on a day: %w", x.Occurred.Valid())
	case x.Reassessed != "" && x.Reassessed < x.Occurred:
		return x, false, fmt.Errorf("the risks were assessed again on %s, before the event of %s", x.Reassessed, x.Occurred)
	case x.Reassessed != "":
		x.Reassessor = r.Me
	}
	return r.Writes.AddTrigger(ctx, x)
}

// Snapshot records how every open risk is rated now.
func (r Register) Snapshot(ctx context.Context, standings map[string]exposure.Standing) (program.Snapshot, bool, error) {
	s, err := r.State(ctx, standings)
	if err != nil {
		return program.Snapshot{}, false, err
	}
	return r.Writes.AddSnapshot(ctx, program.Snapshot{On: r.Today, Appetite: s.Policy.Appetite, Risks: s.Rated})
}
