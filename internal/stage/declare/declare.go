// Package declare records what management says in writing, and the engagement
// letter, each version of it, and who signed which: with name, role, title, time
// and digest. It stands beside the stages of the pipeline, and is the only
// writer of statements, signatures and attestations. It never reads the opinion,
// and prefills no answer.
package declare

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/lifecycle"
)

// records is all that declare may see of the store.
type records interface {
	Statements(ctx context.Context, engagement string) ([]audit.Statement, error)
	AddStatement(ctx context.Context, s audit.Statement) (audit.Statement, bool, error)
	Signatures(ctx context.Context, engagement string) ([]audit.Signature, error)
	AddSignature(ctx context.Context, s audit.Signature) (audit.Signature, bool, error)
	Attestations(ctx context.Context, engagement string) ([]audit.Attestation, error)
	AddAttestation(ctx context.Context, a audit.Attestation) (audit.Attestation, bool, error)
	DigestOf(ctx context.Context, kind string, series ...string) (audit.Digest, int64, error)
}

// Stage declares.
type Stage struct {
	Records records
	Facts   Facts
	Today   audit.Date
}

// Record keeps a version of a statement. The questions that it answers are
// written under its text, so that a signature is under them as well.
func (s Stage) Record(ctx context.Context, x audit.Statement) (audit.Statement, bool, error) {
	x.Engagement = s.Facts.Engagement.Code
	if err := known(x.Kind); err != nil {
		return x, false, err
	}
	sh := sheet{Facts: s.Facts}
	list, err := Questions(x.Kind, s.Facts.Engagement)
	if err != nil {
		return x, false, err
	}
	if err := errors.Join(sh.of(x.Kind, x.Code), s.dated(x), answered(list, x.Answers), once(list, x.Text), s.bridged(x)); err != nil {
		return x, false, fmt.Errorf("the %s is not recorded: %w", x.Kind, err)
	}
	x.Text = strings.TrimRight(x.Text, "\n") + "\n" + spoken(list, x.Answers)
	return s.Records.AddStatement(ctx, x)
}

func (s Stage) dated(x audit.Statement) error {
	switch err := x.Dated.Valid(); {
	case x.Dated == "":
		return errors.New("it bears no date: write it after dated")
	case err != nil:
		return err
	case x.Dated > s.Today:
		return fmt.Errorf("it is dated %s, which has not come", x.Dated)
	}
	return nil
}

// Sign puts the caller's name under the newest version of a statement, when seen,
// a digest or its beginning, says that he looked at that one. The records know in which role, and refuse who may not: management-admin signs
// for management, and a partner the engagement letter for the firm.
func (s Stage) Sign(ctx context.Context, kind audit.StatementKind, code, title string, seen audit.Digest) (audit.Signature, bool, error) {
	if strings.TrimSpace(title) == "" {
		return audit.Signature{}, false, errors.New(`say with --title as what you sign, such as "Chief Financial Officer"`)
	}
	one, err := s.find(ctx, kind, code)
	if err != nil {
		return audit.Signature{}, false, err
	}
	switch {
	case len(seen) < len(one.Digest.Short()):
		return audit.Signature{}, false, fmt.Errorf("the %s is not signed: say what you looked at: as it stands (`tickmark statement show %s`), it is signed with --digest %s", kind, kind, one.Digest.Short())
	case !strings.HasPrefix(string(one.Digest), string(seen)):
		return audit.Signature{}, false, fmt.Errorf("the %s is not signed: what you saw, %s, is not what stands, %s: look at it again", kind, seen.Short(), one.Digest.Short())
	}
	return s.Records.AddSignature(ctx, audit.Signature{
		Engagement: one.Engagement, Kind: kind, Code: code, Digest: one.Digest, Title: strings.TrimSpace(title),
	})
}

// Said is the newest version of a statement with who signed it.
type Said struct {
	audit.Statement
	Digest   audit.Digest      `json:"digest"`
	Position int64             `json:"position"`         // in the trail
	Signed   []audit.Signature `json:"signed,omitempty"` // as it stands
	Fallen   []audit.Signature `json:"fallen,omitempty"` // under an earlier version
}

// List is every statement, in the order in which they are needed.
func (s Stage) List(ctx context.Context) ([]Said, error) {
	all, err := s.Records.Statements(ctx, s.Facts.Engagement.Code)
	if err != nil {
		return nil, err
	}
	signed, err := s.Records.Signatures(ctx, s.Facts.Engagement.Code)
	if err != nil {
		return nil, err
	}
	var list []Said
	for _, x := range all {
		one := Said{Statement: x}
		if one.Digest, one.Position, err = s.Records.DigestOf(ctx, audit.KindStatement, x.Engagement, string(x.Kind), x.Code); err != nil {
			return nil, err
		}
		one.Signed, one.Fallen = lifecycle.Standing(lifecycle.Word{Statement: x, Digest: one.Digest}, signed)
		list = append(list, one)
	}
	slices.SortStableFunc(list, func(a, b Said) int { return slices.Index(Kinds, a.Kind) - slices.Index(Kinds, b.Kind) })
	return list, nil
}

func (s Stage) find(ctx context.Context, kind audit.StatementKind, code string) (Said, error) {
	if err := known(kind); err != nil {
		return Said{}, err
	}
	all, err := s.List(ctx)
	if err != nil {
		return Said{}, err
	}
	for _, x := range all {
		if x.Kind == kind && x.Code == code {
			return x, nil
		}
	}
	return Said{}, fmt.Errorf("no %s%s that you may see is recorded in %s: `tickmark statement draft %s` writes one to edit", kind, to(code), s.Facts.Engagement.Code, kind)
}

func to(code string) string {
	if code == "" {
		return ""
	}
	return " of " + code
}

// Certificate is the page that says who signed what, when, and where in the
// history that stands.
type Certificate struct {
	Organization string `json:"organization"`
	Said
	Lines []CertificateLine `json:"lines"`
}

// CertificateLine is one signature with its place in the trail.
type CertificateLine struct {
	audit.Signature
	Stands   bool         `json:"stands"`
	Record   audit.Digest `json:"record"` // of the signature itself
	Position int64        `json:"position"`
}

// Certify collects the signatures under a statement, those that stand first.
func (s Stage) Certify(ctx context.Context, kind audit.StatementKind, code string) (Certificate, error) {
	one, err := s.find(ctx, kind, code)
	c := Certificate{Organization: s.Facts.Organization.LegalName, Said: one}
	if err != nil {
		return c, err
	}
	for _, x := range slices.Concat(one.Signed, one.Fallen) {
		line := CertificateLine{Signature: x, Stands: x.Digest == one.Digest}
		if line.Record, line.Position, err = s.Records.DigestOf(ctx, audit.KindSignature, x.Engagement, string(x.Kind), x.Code, x.By); err != nil {
			return c, err
		}
		c.Lines = append(c.Lines, line)
	}
	return c, nil
}

// Attest records a user entity's word on a control that it must operate.
func (s Stage) Attest(ctx context.Context, a audit.Attestation) (audit.Attestation, bool, error) {
	a.Engagement = s.Facts.Engagement.Code
	relevant := s.Facts.relevant().CUECs
	if !slices.ContainsFunc(relevant, func(c audit.CUEC) bool { return c.Code == a.CUEC }) {
		return a, false, fmt.Errorf("%q is no control of user entities in %s; there are %s", a.CUEC, a.Engagement, codes(relevant, func(c audit.CUEC) string { return c.Code }))
	}
	if strings.TrimSpace(a.Entity) == "" {
		return a, false, errors.New("say with --entity for which user entity")
	}
	return s.Records.AddAttestation(ctx, a)
}

// Attestations lists what user entities said.
func (s Stage) Attestations(ctx context.Context) ([]audit.Attestation, error) {
	return s.Records.Attestations(ctx, s.Facts.Engagement.Code)
}
