package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/bundle"
	"tickmark/internal/engine/trail"
	"tickmark/internal/method/authority"
	"tickmark/internal/method/coverage"
	"tickmark/internal/method/lifecycle"
	"tickmark/internal/pipeline"
	"tickmark/internal/stage/advance"
	"tickmark/internal/stage/engage"
	"tickmark/internal/stage/publish"
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
type Standing struct {
	Engagement audit.Engagement   `json:"engagement"`
	Calendar   lifecycle.Calendar `json:"calendar"`
	Gates      advance.View       `json:"gates"`
}

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
	said, err := o.tenant.Statements(ctx, o.engagement.Code)
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
// bundle that was written of it.
func (a *App) Advance(ctx context.Context, p audit.Person, engagement string, to advance.To, file string) (audit.Step, error) {
	o, s, err := a.advancing(ctx, p, engagement)
	if err != nil {
		return audit.Step{}, err
	}
	if file != "" {
		if to.Bundle, err = a.archived(ctx, o, file); err != nil {
			return audit.Step{}, fmt.Errorf("%s: %w", file, err)
		}
	}
	return s.Advance(ctx, to)
}

// archived checks that a file is a whole bundle of this organization, with the
// auditor's file in it, that holds the newest step of the engagement, and returns its digest.
func (a *App) archived(ctx context.Context, o opened, file string) (audit.Digest, error) {
	org, err := a.organization(ctx)
	if err != nil {
		return "", err
	}
	dir, done, err := confine.Scratch(a.state("scratch"))
	if err != nil {
		return "", err
	}
	defer done()
	m, faults := bundle.Unpack(file, dir)
	switch {
	case len(faults) > 0:
		return "", fmt.Errorf("this is no whole bundle: %w", errors.Join(faults...))
	case m.Side != audit.Auditor:
		return "", fmt.Errorf("this is the bundle of the side of %s, which the auditor's file is not in: write the archive with --side auditor", m.Side)
	}
	checkpoint, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(publish.CheckpointName)))
	if err != nil {
		return "", err
	}
	_, key, err := a.keys(org.ID)
	if err != nil {
		return "", err
	}
	_, size, _, err := trail.Open(checkpoint, key)
	if err != nil {
		return "", fmt.Errorf("its checkpoint is not of this organization: %w", err)
	}
	_, position, err := o.tenant.DigestOf(ctx, audit.KindStep, o.engagement.Code)
	if err != nil {
		return "", err
	}
	if position >= size {
		return "", fmt.Errorf("it holds the first %s of the history, and the newest step of %s is number %s: write it anew", audit.Plural(size, "record"), o.engagement.Code, audit.Count(position+1))
	}
	digest, _, err := bundle.DigestFile(file)
	return digest, err
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
