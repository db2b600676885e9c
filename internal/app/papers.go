package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/bundle"
	"tickmark/internal/engine/query"
	"tickmark/internal/method/grid"
	"tickmark/internal/stage/perform"
	"tickmark/internal/stage/review"
)

// reviewing is the stage of the auditor's file of an engagement, for a person.
func (a *App) reviewing(ctx context.Context, p audit.Person, engagement string) (review.Stage, string, error) {
	o, err := a.openFor(ctx, p, engagement)
	if err != nil {
		return review.Stage{}, "", err
	}
	t := o.tenant
	s := review.Stage{Papers: t, Judgments: t, Facts: t, Parties: t, Files: a.vault, Catalog: a.Catalog, Exceptions: a.lists().Each, Who: p}
	return s, o.engagement.Code, nil
}

// NewWorkpaper is a paper as a file to fill in. Nothing is recorded.
func (a *App) NewWorkpaper(ctx context.Context, p audit.Person, engagement string, b review.Blank) (audit.Workpaper, string, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return audit.Workpaper{}, "", err
	}
	w, err := s.New(ctx, code, b)
	if err != nil {
		return w, "", err
	}
	text, err := s.Form(ctx, code, w)
	return w, text, err
}

// WorkpaperForm is the newest version of a paper as a file to edit.
func (a *App) WorkpaperForm(ctx context.Context, p audit.Person, engagement, paper string) (string, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return "", err
	}
	x, err := s.Paper(ctx, code, paper)
	if err != nil {
		return "", err
	}
	return s.Form(ctx, code, x.Paper)
}

// RecordWorkpaper records a version of the paper that a file holds. Files of
// evidence that it names are put into the vault and linked by their digests.
func (a *App) RecordWorkpaper(ctx context.Context, p audit.Person, engagement, file string, evidence []string) (audit.Workpaper, bool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return audit.Workpaper{}, false, err
	}
	w, err := review.ReadWorkpaper(filepath.Base(file), text)
	if err != nil {
		return w, false, err
	}
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return w, false, err
	}
	w.Engagement = code
	for _, path := range evidence {
		d, _, err := a.vault.PutFile(ctx, path)
		if err != nil {
			return w, false, fmt.Errorf("evidence %s: %w", path, err)
		}
		if !link(&w, filepath.Base(path), d) {
			return w, false, fmt.Errorf("evidence %s: %s names no evidence %q without a digest: write it there, with the days that it shows", path, filepath.Base(file), filepath.Base(path))
		}
	}
	return s.Record(ctx, w)
}

// link gives the evidence of a name its digest, wherever the paper names it.
func link(w *audit.Workpaper, name string, d audit.Digest) bool {
	lists := [][]audit.PaperEvidence{w.Evidence}
	for _, item := range w.Items {
		lists = append(lists, item.Evidence)
	}
	linked := false
	for _, list := range lists {
		for i := range list {
			if list[i].Name == name && (list[i].Digest == "" || list[i].Digest == d) {
				list[i].Digest, linked = d, true
			}
		}
	}
	return linked
}

// MarkWorkpaper sets marks in a paper's grid. A file of evidence goes into the
// vault and beside every item that is marked.
func (a *App) MarkWorkpaper(ctx context.Context, p audit.Person, engagement, paper string, marks []review.Marking, evidence []audit.PaperEvidence) (audit.Workpaper, bool, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return audit.Workpaper{}, false, err
	}
	for _, e := range evidence {
		d, _, err := a.vault.PutFile(ctx, e.Name)
		if err != nil {
			return audit.Workpaper{}, false, fmt.Errorf("evidence %s: %w", e.Name, err)
		}
		e.Name, e.Digest = filepath.Base(e.Name), d
		for i := range marks {
			marks[i].Evidence = append(slices.Clone(marks[i].Evidence), e)
		}
	}
	return s.Mark(ctx, code, paper, marks)
}

// Workpapers lists the papers of an engagement, or of one control.
func (a *App) Workpapers(ctx context.Context, p audit.Person, engagement, control string) ([]review.PaperState, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return nil, err
	}
	return s.PapersOf(ctx, code, control)
}

// Workpaper is one paper with its figures and the names under it.
func (a *App) Workpaper(ctx context.Context, p audit.Person, engagement, paper string) (review.PaperState, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return review.PaperState{}, err
	}
	return s.Paper(ctx, code, paper)
}

// WorkpaperVersions lists the versions of a paper, the first one first.
func (a *App) WorkpaperVersions(ctx context.Context, p audit.Person, engagement, paper string) ([]review.Version, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return nil, err
	}
	return s.History(ctx, code, paper)
}

// Uncovered says for which controls, wordings and days there is no paper.
func (a *App) Uncovered(ctx context.Context, p audit.Person, engagement string) ([]grid.Gap, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return nil, err
	}
	return s.Coverage(ctx, code)
}

// Rerun performs the procedure of a population paper again, from the recorded
// text over the recorded bytes, and records beside the paper whether the same
// came out. No result of management is recorded.
func (a *App) Rerun(ctx context.Context, p audit.Person, engagement, paper string, progress func(query.Progress)) (audit.Workpaper, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return audit.Workpaper{}, err
	}
	w, r, err := s.ToRerun(ctx, code, paper)
	if err != nil {
		return w, err
	}
	again, err := a.performAgain(ctx, r, progress)
	if err != nil {
		return w, fmt.Errorf("procedure %s cannot be performed again: %w", r.Procedure, err)
	}
	return s.Rerun(ctx, code, paper, again)
}

// performAgain is what a result's own text gives over its own inputs, now.
func (a *App) performAgain(ctx context.Context, r audit.Result, progress func(query.Progress)) (audit.Result, error) {
	text, err := a.vault.Bytes(ctx, r.SQL)
	if err != nil {
		return r, err
	}
	p, err := catalog.ParseProcedure(r.Procedure+".sql", text)
	if err != nil {
		return r, err
	}
	dir, done, err := confine.Scratch(a.state("scratch"))
	if err != nil {
		return r, err
	}
	defer done()
	engine := a.Query()
	engine.Tell = progress
	got, err := perform.Run(ctx, engine, dir, p, a.Catalog.Populations, r.Parameters, func(i audit.Input) (string, error) { return a.vault.Path(ctx, i.File) }, r.Inputs)
	if err != nil {
		return r, err
	}
	again := audit.Result{Engagement: r.Engagement, Procedure: r.Procedure, Version: p.Version, SQL: audit.DigestOf(text), Engine: perform.Engine, Inputs: r.Inputs, Parameters: r.Parameters, Why: r.Why}
	again = perform.Counted(again, got)
	if got.Detail != "" {
		again.Detail, _, err = bundle.DigestFile(got.Detail)
	}
	return again, err
}
