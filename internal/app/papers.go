package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

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

// RecordWorkpapers records versions of the papers that files hold, all of them
// or none; of a folder, every .yaml file in it. Files of evidence that a paper
// names are put into the vault and linked by their digests.
func (a *App) RecordWorkpapers(ctx context.Context, p audit.Person, engagement string, files, evidence []string) ([]review.Recorded, error) {
	all, err := readAll(files, func(name string, text []byte) ([]audit.Workpaper, error) {
		w, err := review.ReadWorkpaper(name, text)
		return []audit.Workpaper{w}, err
	})
	if err != nil {
		return nil, err
	}
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return nil, err
	}
	for _, path := range evidence {
		d, _, err := a.vault.PutFile(ctx, path)
		if err != nil {
			return nil, fmt.Errorf("evidence %s: %w", path, err)
		}
		linked := false
		for i := range all {
			linked = link(&all[i], filepath.Base(path), d) || linked
		}
		if !linked {
			return nil, fmt.Errorf("evidence %s: %s names no evidence %q without a digest: write it there, with the days that it shows", path, strings.Join(files, ", "), filepath.Base(path))
		}
	}
	return s.RecordAll(ctx, code, all)
}

// readAll reads the things that several files hold, and says of all files at
// once what is wrong in them; of a folder, it reads every .yaml file.
func readAll[T any](paths []string, read func(name string, text []byte) ([]T, error)) ([]T, error) {
	var all []T
	var errs []error
	for _, path := range paths {
		files, err := yamlFiles(path)
		errs = append(errs, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err == nil {
				var some []T
				some, err = read(filepath.Base(file), text)
				all = append(all, some...)
			}
			errs = append(errs, err)
		}
	}
	return all, errors.Join(errs...)
}

// yamlFiles is a file, or the .yaml files of a folder by their names.
func yamlFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return []string{path}, err
	}
	files, err := filepath.Glob(filepath.Join(path, "*.yaml"))
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%s holds no .yaml file", path)
	}
	return files, err
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

// MarkRest sets a mark wherever the grid of a paper has none of some attributes.
func (a *App) MarkRest(ctx context.Context, p audit.Person, engagement, paper string, attributes []string, mark, note string) (audit.Workpaper, int, error) {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return audit.Workpaper{}, 0, err
	}
	return s.MarkRest(ctx, code, paper, attributes, mark, note)
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
	return a.rerun(ctx, s, code, paper, progress)
}

// RerunAll does so for every population paper of which it was not done yet, and
// goes on where one does not agree.
func (a *App) RerunAll(ctx context.Context, p audit.Person, engagement string, done func(audit.Workpaper)) error {
	s, code, err := a.reviewing(ctx, p, engagement)
	if err != nil {
		return err
	}
	papers, err := s.Papers.Workpapers(ctx, code)
	if err != nil {
		return err
	}
	for _, w := range papers {
		if w.Kind != audit.PopulationPaper || w.Rerun != nil {
			continue
		}
		if w, err = a.rerun(ctx, s, code, w.Code, nil); err != nil {
			return err
		}
		done(w)
	}
	return nil
}

func (a *App) rerun(ctx context.Context, s review.Stage, code, paper string, progress func(query.Progress)) (audit.Workpaper, error) {
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
