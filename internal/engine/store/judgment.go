package store

import (
	"context"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

// AddDeviation records a failure of a control.
func (t *Tenant) AddDeviation(ctx context.Context, x audit.Deviation) (audit.Deviation, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[audit.Deviation]{
		duty: authority.DutyFind, kind: audit.KindDeviation, verb: "found", where: here(x.Engagement, x.Code, x.Control),
		series: []string{x.Engagement, x.Code}, says: x,
		set: func(x *audit.Deviation, s stamp) error { signed(&x.By, &x.At, s); return nil },
	}.record(ctx, t)
}

// Deviations returns the newest word on each deviation, by engagement and code.
func (r *Reader) Deviations(ctx context.Context, engagement string) ([]audit.Deviation, error) {
	all, err := current[audit.Deviation](ctx, r, audit.KindDeviation, only(engagement)...)
	sortBy(all, func(x audit.Deviation) []string { return []string{x.Engagement, x.Code} })
	return all, err
}

// AddAuditorConclusion records what the auditor concludes. The papers that it
// names must be signed before it as they stand, by a preparer and by a reviewer,
// and the deviations must be there.
func (t *Tenant) AddAuditorConclusion(ctx context.Context, x audit.AuditorConclusion) (audit.AuditorConclusion, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[audit.AuditorConclusion]{
		duty: authority.DutyOpine, kind: audit.KindConcluded, verb: "concluded", secret: "ccl", where: here(x.Engagement, x.Code),
		series: []string{x.Engagement, string(x.On), x.Code}, says: x,
		set: func(x *audit.AuditorConclusion, s stamp) error { signed(&x.By, &x.At, s); return nil },
		check: func(ctx context.Context, a *appender) error {
			if err := a.reviewed(ctx, x.Engagement, x.Workpapers); err != nil {
				return err
			}
			return a.allThere(ctx, audit.KindDeviation, x.Engagement, x.Deviations)
		},
	}.record(ctx, t)
}

// AuditorConclusions returns the newest conclusions, by engagement, level and code.
func (r *Reader) AuditorConclusions(ctx context.Context, engagement string) ([]audit.AuditorConclusion, error) {
	all, err := current[audit.AuditorConclusion](ctx, r, audit.KindConcluded, only(engagement)...)
	sortBy(all, func(x audit.AuditorConclusion) []string { return []string{x.Engagement, string(x.On), x.Code} })
	return all, err
}

// AddOpinion records a draft of the opinion.
func (t *Tenant) AddOpinion(ctx context.Context, x audit.Opinion) (audit.Opinion, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[audit.Opinion]{
		duty: authority.DutyOpine, kind: audit.KindOpinion, verb: "drafted", where: here(x.Engagement),
		series: []string{x.Engagement}, says: x,
		set: func(x *audit.Opinion, s stamp) error { signed(&x.By, &x.At, s); return nil },
	}.record(ctx, t)
}

// Opinions returns the newest draft of each engagement, by engagement.
func (r *Reader) Opinions(ctx context.Context, engagement string) ([]audit.Opinion, error) {
	all, err := current[audit.Opinion](ctx, r, audit.KindOpinion, only(engagement)...)
	sortBy(all, func(x audit.Opinion) []string { return []string{x.Engagement} })
	return all, err
}

// AddStatement records a version of what management says in writing.
func (t *Tenant) AddStatement(ctx context.Context, x audit.Statement) (audit.Statement, bool, error) {
	x.By, x.At = "", time.Time{}
	return deed[audit.Statement]{
		duty: authority.DutyState, kind: audit.KindStatement, verb: "stated", where: kindOf(x.Engagement, x.Kind, x.Code),
		series: []string{x.Engagement, string(x.Kind), x.Code}, says: x,
		set: func(x *audit.Statement, s stamp) error { signed(&x.By, &x.At, s); return nil },
		widen: func(ctx context.Context, a *appender, in *authority.In) error {
			if x.Kind != audit.ManagementAnswer {
				return nil
			}
			of, err := newestIn[audit.Deviation](ctx, a, audit.KindDeviation, x.Engagement, x.Code)
			in.About = append(in.About, of.Control)
			return err
		},
	}.record(ctx, t)
}

// Statements returns the newest statements, by engagement, kind and code.
func (r *Reader) Statements(ctx context.Context, engagement string) ([]audit.Statement, error) {
	all, err := current[audit.Statement](ctx, r, audit.KindStatement, only(engagement)...)
	sortBy(all, func(x audit.Statement) []string { return []string{x.Engagement, string(x.Kind), x.Code} })
	return all, err
}

// AddSignature records a name under the newest version of a statement.
func (t *Tenant) AddSignature(ctx context.Context, x audit.Signature) (audit.Signature, bool, error) {
	x.By, x.Role, x.At = t.grant.Person().Name, "", time.Time{}
	return deed[audit.Signature]{
		duty: authority.DutyUndersign, kind: audit.KindSignature, verb: "signed", where: kindOf(x.Engagement, x.Kind, x.Code),
		series: []string{x.Engagement, string(x.Kind), x.Code, x.By}, says: x,
		set: func(x *audit.Signature, s stamp) error { x.Role, x.At = s.role, s.at; return nil },
		check: func(ctx context.Context, a *appender) error {
			return a.isNewest(ctx, x.Digest, audit.KindStatement, x.Engagement, string(x.Kind), x.Code)
		},
	}.record(ctx, t)
}

// Signatures returns the newest signature of each person under each statement,
// by engagement, kind, code and person.
func (r *Reader) Signatures(ctx context.Context, engagement string) ([]audit.Signature, error) {
	all, err := current[audit.Signature](ctx, r, audit.KindSignature, only(engagement)...)
	sortBy(all, func(x audit.Signature) []string { return []string{x.Engagement, string(x.Kind), x.Code, x.By} })
	return all, err
}

// AddAttestation records a user entity's word on its own control.
func (t *Tenant) AddAttestation(ctx context.Context, x audit.Attestation) (audit.Attestation, bool, error) {
	x.By, x.At = t.grant.Person().Name, time.Time{}
	return deed[audit.Attestation]{
		duty: authority.DutyAttest, kind: audit.KindAttestation, verb: "attested", where: here(x.Engagement, x.Entity),
		series: []string{x.Engagement, x.CUEC, x.Entity}, says: x,
		set: func(x *audit.Attestation, s stamp) error { x.At = s.at; return nil },
	}.record(ctx, t)
}

// Attestations returns the newest attestations, by engagement, control and entity.
func (r *Reader) Attestations(ctx context.Context, engagement string) ([]audit.Attestation, error) {
	all, err := current[audit.Attestation](ctx, r, audit.KindAttestation, only(engagement)...)
	sortBy(all, func(x audit.Attestation) []string { return []string{x.Engagement, x.CUEC, x.Entity} })
	return all, err
}
