package app

import (
	"context"
	"os"
	"path/filepath"

	"tickmark/internal/audit"
	"tickmark/internal/method/evaluation"
	"tickmark/internal/stage/review"
)

// SignOff puts the caller's name under a paper or a conclusion as it stands.
// seen is the digest, or its beginning, of what he looked at.
func (a *App) SignOff(ctx context.Context, p audit.Person, engagement, subject string, as audit.SignAs, seen audit.Digest) (audit.SignOff, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return audit.SignOff{}, err
	}
	return s.Sign(ctx, code, subject, as, seen)
}

// SignOffs puts the caller's name under several papers or conclusions, or under
// none; of no subject, under every paper that wants it and that he may sign. seen
// is the digest of the batch, as ToSign shows it.
func (a *App) SignOffs(ctx context.Context, p audit.Person, engagement string, subjects []string, as audit.SignAs, seen audit.Digest) (review.Batch, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return review.Batch{}, err
	}
	return s.SignAll(ctx, code, subjects, as, seen)
}

// ToSign is what SignOffs would sign.
func (a *App) ToSign(ctx context.Context, p audit.Person, engagement string, subjects []string, as audit.SignAs) (review.Batch, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return review.Batch{}, err
	}
	return s.ToSign(ctx, code, subjects, as)
}

// Withdraw takes the caller's own name back.
func (a *App) Withdraw(ctx context.Context, p audit.Person, engagement, subject string, as audit.SignAs, why string) (audit.SignOff, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return audit.SignOff{}, err
	}
	return s.Withdraw(ctx, code, subject, as, why)
}

// RaiseNote asks a question about something of the auditor's file.
func (a *App) RaiseNote(ctx context.Context, p audit.Person, n audit.Note) (audit.Note, error) {
	s, code, err := a.reviewing(ctx, p, n.Engagement)
	if err != nil {
		return n, err
	}
	n.Engagement = code
	return s.Raise(ctx, n)
}

// AnswerNote answers a review note.
func (a *App) AnswerNote(ctx context.Context, p audit.Person, engagement, note, answer string) (audit.Note, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return audit.Note{}, err
	}
	return s.Answer(ctx, code, note, answer)
}

// ClearNote settles a review note.
func (a *App) ClearNote(ctx context.Context, p audit.Person, engagement, note string) (audit.Note, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return audit.Note{}, err
	}
	return s.Clear(ctx, code, note)
}

// Notes lists the review notes of an engagement.
func (a *App) Notes(ctx context.Context, p audit.Person, engagement string) ([]audit.Note, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return nil, err
	}
	return s.Papers.Notes(ctx, code)
}

// RecordDeviations records the deviations that files hold, all of them or none.
func (a *App) RecordDeviations(ctx context.Context, p audit.Person, engagement string, files []string) ([]audit.Deviation, error) {
	all, err := readAll(files, review.ReadDeviations)
	if err != nil {
		return nil, err
	}
	return a.AddDeviations(ctx, p, engagement, all)
}

// AddDeviations records deviations.
func (a *App) AddDeviations(ctx context.Context, p audit.Person, engagement string, all []audit.Deviation) ([]audit.Deviation, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return nil, err
	}
	return s.Find(ctx, code, all)
}

// Deviations lists the deviations of an engagement. They are facts that both
// sides see.
func (a *App) Deviations(ctx context.Context, p audit.Person, engagement string) ([]audit.Deviation, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return nil, err
	}
	return s.Judgments.Deviations(ctx, code)
}

// RecordConclusions records the conclusions that files hold, all of them or none.
func (a *App) RecordConclusions(ctx context.Context, p audit.Person, engagement string, files []string) ([]audit.AuditorConclusion, error) {
	all, err := readAll(files, review.ReadConclusions)
	if err != nil {
		return nil, err
	}
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return nil, err
	}
	return s.ConcludeAll(ctx, code, all)
}

// AuditorConclude records what a person of the auditor concludes.
func (a *App) AuditorConclude(ctx context.Context, p audit.Person, c audit.AuditorConclusion) (audit.AuditorConclusion, error) {
	s, code, err := a.reviewing(ctx, p, c.Engagement)
	if err != nil {
		return c, err
	}
	c.Engagement = code
	return s.Conclude(ctx, c)
}

// AuditorConclusions lists the conclusions with what speaks against each by now.
func (a *App) AuditorConclusions(ctx context.Context, p audit.Person, engagement string) ([]review.Concluded, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return nil, err
	}
	return s.Conclusions(ctx, code)
}

// Basis is what there is to conclude on for a control.
func (a *App) Basis(ctx context.Context, p audit.Person, engagement, control string) (review.Basis, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return review.Basis{}, err
	}
	return s.Basis(ctx, code, control)
}

// ProposeOpinion says which opinion the conclusions call for. It is no opinion.
func (a *App) ProposeOpinion(ctx context.Context, p audit.Person, engagement string) (evaluation.Proposal, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return evaluation.Proposal{}, err
	}
	return s.Propose(ctx, code)
}

// DraftOpinion records the draft that a file holds.
func (a *App) DraftOpinion(ctx context.Context, p audit.Person, engagement, file string) (audit.Opinion, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return audit.Opinion{}, err
	}
	o, err := review.ReadOpinion(filepath.Base(file), text)
	if err != nil {
		return o, err
	}
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return o, err
	}
	o.Engagement = code
	return s.Draft(ctx, o)
}

// Opinion is the draft of the opinion with the names under it.
func (a *App) Opinion(ctx context.Context, p audit.Person, engagement string) (audit.Opinion, []review.Signed, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return audit.Opinion{}, nil, err
	}
	return s.Opinion(ctx, code)
}

// SignOpinion puts a partner's name under the draft that he looked at.
func (a *App) SignOpinion(ctx context.Context, p audit.Person, engagement string, seen audit.Digest) (audit.SignOff, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return audit.SignOff{}, err
	}
	return s.SignOpinion(ctx, code, seen)
}

// Concur puts the quality reviewer's name under the draft.
func (a *App) Concur(ctx context.Context, p audit.Person, engagement string, seen audit.Digest) (audit.SignOff, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return audit.SignOff{}, err
	}
	return s.Concur(ctx, code, seen)
}

// AuditorIssues is the summary of what was found and of what is not finished.
func (a *App) AuditorIssues(ctx context.Context, p audit.Person, engagement string) (review.Issues, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return review.Issues{}, err
	}
	return s.Issues(ctx, code)
}
