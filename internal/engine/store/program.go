package store

import (
	"context"
	"fmt"
	"time"

	"tickmark/internal/method/authority"
	"tickmark/internal/program"
)

// AddAdvice records which report management decided on.
func (t *Tenant) AddAdvice(ctx context.Context, x program.Advice) (program.Advice, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[program.Advice]{
		duty: authority.DutyProgram, kind: program.KindAdvice, verb: "decided", series: []string{x.Code}, says: x,
		set: func(x *program.Advice, s stamp) error { signed(&x.By, &x.At, s); return nil },
	}.record(ctx, t)
}

// Advices returns the newest decisions, by code.
func (r *Reader) Advices(ctx context.Context) ([]program.Advice, error) {
	all, err := current[program.Advice](ctx, r, program.KindAdvice)
	sortBy(all, func(x program.Advice) []string { return []string{x.Code} })
	return all, err
}

// AddAdviceSign records a name under the newest version of a decision: that of a
// person who wrote no version of it.
func (t *Tenant) AddAdviceSign(ctx context.Context, x program.AdviceSign) (program.AdviceSign, bool, error) {
	x.By, x.At = t.grant.Person().Name, time.Time{}
	return deed[program.AdviceSign]{
		duty: authority.DutyProgram, kind: program.KindAdviceSign, verb: "signed", series: []string{x.Code, x.By}, says: x,
		set: func(x *program.AdviceSign, s stamp) error { x.At = s.at; return nil },
		check: func(ctx context.Context, a *appender) error {
			if err := a.isNewest(ctx, x.Digest, program.KindAdvice, x.Code); err != nil {
				return err
			}
			return a.another(ctx, x.By, program.KindAdvice, x.Code)
		},
	}.record(ctx, t)
}

// another refuses a person who wrote a version of what he is to look at.
func (a *appender) another(ctx context.Context, by, kind string, series ...string) error {
	authors, err := a.authors(ctx, kind, series)
	for _, author := range authors {
		if authority.SameName(author, by) {
			return fmt.Errorf("%w: %s wrote a version of %s %v: another person signs it", authority.ErrRefused, by, kind, series)
		}
	}
	return err
}

// AdviceSigns returns the newest signature of each person under each decision,
// by code and person.
func (r *Reader) AdviceSigns(ctx context.Context) ([]program.AdviceSign, error) {
	all, err := current[program.AdviceSign](ctx, r, program.KindAdviceSign)
	sortBy(all, func(x program.AdviceSign) []string { return []string{x.Code, x.By} })
	return all, err
}

// AddApproval records that a person approves the scope of an engagement in the
// versions that are named.
func (t *Tenant) AddApproval(ctx context.Context, x program.Approval) (program.Approval, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[program.Approval]{
		duty: authority.DutyProgram, kind: program.KindApproval, verb: "approved", where: here(x.Engagement),
		series: []string{x.Engagement}, says: x,
		set: func(x *program.Approval, s stamp) error { signed(&x.By, &x.At, s); return nil },
	}.record(ctx, t)
}

// Approvals returns the newest approval of each scope, by engagement.
func (r *Reader) Approvals(ctx context.Context) ([]program.Approval, error) {
	all, err := current[program.Approval](ctx, r, program.KindApproval)
	sortBy(all, func(x program.Approval) []string { return []string{x.Engagement} })
	return all, err
}

// AddSuggestion records what a person made of a suggested control.
func (t *Tenant) AddSuggestion(ctx context.Context, x program.Suggestion) (program.Suggestion, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[program.Suggestion]{
		duty: authority.DutyProgram, kind: program.KindSuggestion, verb: string(x.Answer), series: []string{x.Template}, says: x,
		set: func(x *program.Suggestion, s stamp) error { signed(&x.By, &x.At, s); return nil },
	}.record(ctx, t)
}

// Suggestions returns the newest answer to each suggestion, by template.
func (r *Reader) Suggestions(ctx context.Context) ([]program.Suggestion, error) {
	all, err := current[program.Suggestion](ctx, r, program.KindSuggestion)
	sortBy(all, func(x program.Suggestion) []string { return []string{x.Template} })
	return all, err
}

// AddFramework records a framework that the organization loaded for itself.
func (t *Tenant) AddFramework(ctx context.Context, x program.Framework) (program.Framework, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[program.Framework]{
		duty: authority.DutyProgram, kind: program.KindFramework, verb: "loaded", series: []string{x.Code}, says: x,
		set: func(x *program.Framework, s stamp) error { signed(&x.By, &x.At, s); return nil },
	}.record(ctx, t)
}

// Frameworks returns those that the organization loaded, by code.
func (r *Reader) Frameworks(ctx context.Context) ([]program.Framework, error) {
	all, err := current[program.Framework](ctx, r, program.KindFramework)
	sortBy(all, func(x program.Framework) []string { return []string{x.Code} })
	return all, err
}

// AddApplicability records whether a requirement applies.
func (t *Tenant) AddApplicability(ctx context.Context, x program.Applicability) (program.Applicability, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[program.Applicability]{
		duty: authority.DutyProgram, kind: program.KindApplicability, verb: "decided", series: []string{x.Framework, x.Requirement}, says: x,
		set: func(x *program.Applicability, s stamp) error { signed(&x.By, &x.At, s); return nil },
	}.record(ctx, t)
}

// Applicabilities returns the newest decisions on requirements, by framework and
// requirement.
func (r *Reader) Applicabilities(ctx context.Context) ([]program.Applicability, error) {
	all, err := current[program.Applicability](ctx, r, program.KindApplicability)
	sortBy(all, func(x program.Applicability) []string { return []string{x.Framework, x.Requirement} })
	return all, err
}
