package advance

import (
	"context"
	"errors"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/method/lifecycle"
)

// parties is who takes part.
type parties interface {
	Firms(ctx context.Context) ([]audit.Firm, error)
	Members(ctx context.Context, engagement string) ([]audit.Member, error)
	Declarations(ctx context.Context, engagement string) ([]audit.Declaration, error)
}

// words is what goes between the two sides.
type words interface {
	Statements(ctx context.Context, engagement string) ([]audit.Statement, error)
	Signatures(ctx context.Context, engagement string) ([]audit.Signature, error)
	Requests(ctx context.Context, engagement string) ([]audit.InformationRequest, error)
	Responses(ctx context.Context, engagement string) ([]audit.Response, error)
	DigestOf(ctx context.Context, kind string, series ...string) (audit.Digest, int64, error)
	Newest(ctx context.Context, engagement string) (kind string, position int64, err error)
}

// file is the auditor's file, which management does not see.
type file interface {
	Workpapers(ctx context.Context, engagement string) ([]audit.Workpaper, error)
	SignOffs(ctx context.Context, engagement string) ([]audit.SignOff, error)
	Notes(ctx context.Context, engagement string) ([]audit.Note, error)
	AuditorConclusions(ctx context.Context, engagement string) ([]audit.AuditorConclusion, error)
	Opinions(ctx context.Context, engagement string) ([]audit.Opinion, error)
}

// Facts reads all that the gates look at; for management, without the auditor's
// file, whose gates it is not shown.
func (s Stage) Facts(ctx context.Context, side audit.Side) (lifecycle.Facts, error) {
	x := s.Subject
	f := lifecycle.Facts{
		Today: s.Today, Engagement: x.Engagement, Engagements: x.Engagements, Terms: x.Terms, Controls: x.Controls, Described: x.Described,
	}
	reads := []func(context.Context, *lifecycle.Facts) error{s.who, s.said, s.asked, s.opined}
	if side == audit.Auditor {
		reads = append(reads, s.filed)
	}
	for _, read := range reads {
		if err := read(ctx, &f); err != nil {
			return f, err
		}
	}
	return f, nil
}

func (s Stage) who(ctx context.Context, f *lifecycle.Facts) (err error) {
	if f.Step, err = s.step(ctx); err != nil {
		return err
	}
	if f.Firms, err = s.Parties.Firms(ctx); err != nil {
		return err
	}
	f.Members, err = s.Parties.Members(ctx, "")
	return err
}

// said reads the statements that are of nothing in particular: those that the
// gates ask for.
func (s Stage) said(ctx context.Context, f *lifecycle.Facts) error {
	all, err := s.Words.Statements(ctx, f.Engagement.Code)
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.Code != "" {
			continue
		}
		digest, _, err := s.Words.DigestOf(ctx, audit.KindStatement, x.Engagement, string(x.Kind), x.Code)
		if err != nil {
			return err
		}
		f.Words = append(f.Words, lifecycle.Word{Statement: x, Digest: digest})
	}
	f.Signed, err = s.Words.Signatures(ctx, f.Engagement.Code)
	return err
}

func (s Stage) asked(ctx context.Context, f *lifecycle.Facts) error {
	requests, err := s.Words.Requests(ctx, f.Engagement.Code)
	if err != nil {
		return err
	}
	responses, err := s.Words.Responses(ctx, f.Engagement.Code)
	for _, r := range requests {
		one := lifecycle.Request{Code: r.Code, State: r.State}
		for _, a := range responses {
			one.Answered = one.Answered || a.Request == r.Code && a.Number > r.Seen
		}
		f.Requests = append(f.Requests, one)
	}
	return err
}

// opined reads the opinion, of which management sees a draft only late: until
// then it stands for management as if there were none.
func (s Stage) opined(ctx context.Context, f *lifecycle.Facts) error {
	all, err := s.File.Opinions(ctx, f.Engagement.Code)
	if errors.Is(err, authority.ErrRefused) {
		return nil
	}
	if err != nil || len(all) == 0 {
		return err
	}
	f.Opinion = all[0]
	f.Opined, _, err = s.Words.DigestOf(ctx, audit.KindOpinion, f.Engagement.Code)
	return err
}

func (s Stage) filed(ctx context.Context, f *lifecycle.Facts) (err error) {
	if f.Declarations, err = s.Parties.Declarations(ctx, f.Engagement.Code); err != nil {
		return err
	}
	papers, err := s.File.Workpapers(ctx, f.Engagement.Code)
	if err != nil {
		return err
	}
	for _, p := range papers {
		digest, _, err := s.Words.DigestOf(ctx, audit.KindWorkpaper, p.Engagement, p.Code)
		if err != nil {
			return err
		}
		f.Papers = append(f.Papers, lifecycle.Paper{Workpaper: p, Digest: digest})
	}
	if f.SignOffs, err = s.File.SignOffs(ctx, f.Engagement.Code); err != nil {
		return err
	}
	if f.Notes, err = s.File.Notes(ctx, f.Engagement.Code); err != nil {
		return err
	}
	f.Conclusions, err = s.File.AuditorConclusions(ctx, f.Engagement.Code)
	return err
}
