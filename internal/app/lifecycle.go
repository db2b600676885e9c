package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/method/coverage"
	"tickmark/internal/method/lifecycle"
	"tickmark/internal/pipeline"
	"tickmark/internal/stage/advance"
	"tickmark/internal/stage/engage"
	"tickmark/internal/surface/api"
)

// advance is the stage that takes the engagement from phase to phase.
func (a *App) advance(o opened) (advance.Stage, error) {
	terms := o.engagement
	terms.Parameters = nil // how tests are set is no term of the engagement
	text, err := audit.Canonical(terms)
	if err != nil {
		return advance.Stage{}, err
	}
	s := advance.Subject{
		Engagement: o.engagement, Terms: audit.DigestOf(text), Engagements: o.folder.Engagements,
		Described: strings.TrimSpace(o.folder.System.Description) != "",
	}
	for _, c := range coverage.InScope(pipeline.Scope(a.Catalog, o.folder, o.engagement)) {
		s.Controls = append(s.Controls, c.Code)
	}
	t := o.tenant
	return advance.Stage{Course: t, Parties: t, Words: t, File: t, Files: a.vault, Subject: s, Today: o.today}, nil
}

func (a *App) advancing(ctx context.Context, p audit.Person, engagement string) (opened, advance.Stage, error) {
	o, err := a.openFor(ctx, p, engagement)
	if err != nil {
		return o, advance.Stage{}, err
	}
	s, err := a.advance(o)
	return o, s, err
}

// Standing is where one engagement stands.
type Standing = api.Standing

// Engagements lists all engagements with where they stand.
func (a *App) Engagements(ctx context.Context, p audit.Person) ([]Standing, error) {
	all, err := a.openAll(ctx, p)
	if err != nil {
		return nil, err
	}
	var list []Standing
	for _, e := range all.folder.Engagements {
		one, err := a.Engagement(ctx, p, e.Code)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

// Engagement says where one engagement stands, and what stands against its
// next phase.
func (a *App) Engagement(ctx context.Context, p audit.Person, engagement string) (Standing, error) {
	o, s, err := a.advancing(ctx, p, engagement)
	if err != nil {
		return Standing{}, err
	}
	one := Standing{Engagement: o.engagement}
	if one.Gates, err = s.Gates(ctx, p); err != nil {
		return one, err
	}
	one.Calendar, err = s.Calendar(ctx)
	return one, err
}

// Shown is all that `engagement show` shows of one engagement.
type Shown struct {
	Standing
	Team       []engage.Seat          `json:"team"`
	Steps      []audit.Step           `json:"steps"`
	Comparison []lifecycle.Comparison `json:"comparison,omitempty"` // of assertion and opinion
	Additions  []audit.Addition       `json:"additions,omitempty"`
}

// ShowEngagement says where one engagement stands, how it came there, who works
// on it, and what assertion and opinion say side by side.
func (a *App) ShowEngagement(ctx context.Context, p audit.Person, engagement string) (Shown, error) {
	var shown Shown
	one, err := a.Engagement(ctx, p, engagement)
	if err != nil {
		return shown, err
	}
	shown.Standing = one
	o, err := a.openFor(ctx, p, one.Engagement.Code)
	if err != nil {
		return shown, err
	}
	if shown.Team, err = o.engage().Team(ctx, o.engagement.Code); err != nil {
		return shown, err
	}
	if shown.Steps, err = o.tenant.StepHistory(ctx, o.engagement.Code); err != nil {
		return shown, err
	}
	if shown.Additions, err = unseen(o.tenant.Additions(ctx, o.engagement.Code)); err != nil {
		return shown, err
	}
	shown.Comparison, err = compared(ctx, o)
	return shown, err
}

// unseen makes a list that the caller may not see an empty one.
func unseen[T any](list []T, err error) ([]T, error) {
	if errors.Is(err, authority.ErrRefused) {
		return nil, nil
	}
	return list, err
}

// compared lays the assertion beside the opinion, once both are there to see.
func compared(ctx context.Context, o opened) ([]lifecycle.Comparison, error) {
	said, err := unseen(o.tenant.Statements(ctx, o.engagement.Code))
	if err != nil {
		return nil, err
	}
	opinions, err := unseen(o.tenant.Opinions(ctx, o.engagement.Code))
	if err != nil || len(opinions) == 0 {
		return nil, err
	}
	for _, s := range said {
		if s.Kind == audit.Assertion {
			return lifecycle.Compare(o.engagement, s, opinions[0]), nil
		}
	}
	return nil, nil
}

// Advance takes an engagement to another phase. To the archive, file names the
// bundle that was written of it, when it is plain.
func (a *App) Advance(ctx context.Context, p audit.Person, engagement string, to advance.To, file string) (audit.Step, error) {
	return a.Archive(ctx, p, engagement, to, Archive{File: file})
}

// Archive is Advance with the firm's key to the file.
func (a *App) Archive(ctx context.Context, p audit.Person, engagement string, to advance.To, x Archive) (step audit.Step, err error) {
	o, err := a.openFor(ctx, p, engagement)
	if err != nil {
		return step, err
	}
	if x.File != "" {
		if to.Bundle, to.Holds, to.Recipient, err = a.archived(ctx, x); err != nil {
			return step, fmt.Errorf("%s: %w", x.File, err)
		}
	}
	err = o.tenant.Decide(ctx, func(ctx context.Context) error { // what is described is read anew
		_, s, err := a.advancing(ctx, p, engagement)
		if err == nil {
			step, err = s.Advance(ctx, to)
		}
		return err
	})
	return step, err
}

// Released records the day on which the report was released.
func (a *App) Released(ctx context.Context, p audit.Person, engagement string, on audit.Date) (lifecycle.Calendar, error) {
	_, s, err := a.advancing(ctx, p, engagement)
	if err != nil {
		return lifecycle.Calendar{}, err
	}
	if _, err := s.Release(ctx, on); err != nil {
		return lifecycle.Calendar{}, err
	}
	return s.Calendar(ctx)
}

// Hold puts an engagement's file under legal hold, or ends one.
func (a *App) Hold(ctx context.Context, p audit.Person, engagement string, on bool, reason string) (audit.Hold, error) {
	_, s, err := a.advancing(ctx, p, engagement)
	if err != nil {
		return audit.Hold{}, err
	}
	return s.Hold(ctx, on, reason)
}

// AddToFile adds to the locked file of an engagement.
func (a *App) AddToFile(ctx context.Context, p audit.Person, engagement string, x audit.Addition, path string) (audit.Addition, error) {
	_, s, err := a.advancing(ctx, p, engagement)
	if err != nil {
		return x, err
	}
	return s.Add(ctx, p.Name, x, filepath.Base(path), path)
}
