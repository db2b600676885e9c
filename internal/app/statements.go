package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/method/coverage"
	"tickmark/internal/pipeline"
	"tickmark/internal/stage/declare"
)

// declaring is the stage that records what is said in writing, with the facts
// that drafts are made from. The opinion is not among them.
func (a *App) declaring(ctx context.Context, p audit.Person, engagement string) (declare.Stage, error) {
	o, err := a.openFor(ctx, p, engagement)
	if err != nil {
		return declare.Stage{}, err
	}
	scope := pipeline.Scope(a.Catalog, o.folder, o.engagement)
	f := declare.Facts{
		Organization: o.folder.Organization, System: o.folder.System, Engagement: o.engagement, Firm: o.engagement.Auditor,
		Controls: coverage.InScope(scope), CUECs: o.folder.CUECs, Subservices: o.folder.Subservices,
	}
	for _, set := range coverage.AdditionalSets(scope, a.frameworks(), nil) {
		if !set.Informational {
			f.Additional = append(f.Additional, set.Title)
		}
	}
	for _, r := range coverage.Matrix(scope) {
		f.Codes = append(f.Codes, r.Code)
	}
	if f.Deviations, err = o.tenant.Deviations(ctx, o.engagement.Code); err != nil && !errors.Is(err, authority.ErrRefused) {
		return declare.Stage{}, err
	}
	if f.Outcomes, err = o.tenant.Conclusions(ctx, o.engagement.Code); err != nil && !errors.Is(err, authority.ErrRefused) {
		return declare.Stage{}, err
	}
	return declare.Stage{Records: o.tenant, Facts: f, Today: o.today}, nil
}

// DraftStatement writes a statement to edit.
func (a *App) DraftStatement(ctx context.Context, p audit.Person, engagement string, kind audit.StatementKind, code string, dated audit.Date) (string, error) {
	s, err := a.declaring(ctx, p, engagement)
	if err != nil {
		return "", err
	}
	s.Facts.Dated = dated
	return declare.Draft(kind, code, s.Facts)
}

// RecordStatement records the statement of a kind that a file holds.
func (a *App) RecordStatement(ctx context.Context, p audit.Person, engagement string, kind audit.StatementKind, path string) (audit.Statement, bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return audit.Statement{}, false, err
	}
	defer f.Close()
	x, err := declare.Read(filepath.Base(path), f)
	if err != nil {
		return x, false, err
	}
	if x.Kind != kind {
		return x, false, fmt.Errorf("%s holds the %s, and not the %s", filepath.Base(path), x.Kind, kind)
	}
	s, err := a.declaring(ctx, p, engagement)
	if err != nil {
		return x, false, err
	}
	return s.Record(ctx, x)
}

// SignStatement puts the caller's name under the newest version.
func (a *App) SignStatement(ctx context.Context, p audit.Person, engagement string, kind audit.StatementKind, code, title string, seen audit.Digest) (audit.Signature, bool, error) {
	s, err := a.declaring(ctx, p, engagement)
	if err != nil {
		return audit.Signature{}, false, err
	}
	return s.Sign(ctx, kind, code, title, seen)
}

// Statements lists what was said in writing, and who signed it.
func (a *App) Statements(ctx context.Context, p audit.Person, engagement string) ([]declare.Said, error) {
	s, err := a.declaring(ctx, p, engagement)
	if err != nil {
		return nil, err
	}
	return s.List(ctx)
}

// Certificate says who signed a statement, when, and where in the history that
// stands.
func (a *App) Certificate(ctx context.Context, p audit.Person, engagement string, kind audit.StatementKind, code string) (declare.Certificate, error) {
	s, err := a.declaring(ctx, p, engagement)
	if err != nil {
		return declare.Certificate{}, err
	}
	return s.Certify(ctx, kind, code)
}

// Attest records a user entity's word on a control that it must operate.
func (a *App) Attest(ctx context.Context, p audit.Person, x audit.Attestation) (audit.Attestation, bool, error) {
	s, err := a.declaring(ctx, p, x.Engagement)
	if err != nil {
		return x, false, err
	}
	return s.Attest(ctx, x)
}

// Attestations lists what user entities said of the controls that they operate.
func (a *App) Attestations(ctx context.Context, p audit.Person, engagement string) ([]audit.Attestation, error) {
	s, err := a.declaring(ctx, p, engagement)
	if err != nil {
		return nil, err
	}
	return s.Attestations(ctx)
}
