package report

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/method/authority"
	"tickmark/internal/method/coverage"
	"tickmark/internal/method/elements"
)

// Book is everything a report is assembled from.
type Book struct {
	workspace.Folder
	Kind        audit.Kind // of the report: the engagement's, or elements.SOC3
	Engagement  audit.Engagement
	Rows        []coverage.Row // criteria or objectives with their controls
	Additional  []coverage.AdditionalSet
	Criteria    []audit.Criterion
	Procedures  map[string]audit.Procedure
	Populations []audit.Population
	Results     map[string]audit.Result // by procedure
	Conclusions map[string]audit.Conclusion
	Findings    map[string]Findings // by procedure
	AsOf        time.Time           // of the latest record
	Filed       Filed
	Said        Said
	Step        audit.Step
	Final       bool // issued, and no draft

	wrote map[string]bool // elements
}

// Filed is what the auditor recorded, as far as the reader may see it.
type Filed struct {
	Seen       bool // the workpapers may be seen
	Papers     []audit.Workpaper
	Samples    []audit.Sample
	Deviations []audit.Deviation
	Concluded  []audit.AuditorConclusion
	Opinion    *audit.Opinion
	Signs      []audit.SignOff
	Firm       audit.Firm // zero when it is not recorded
}

// Said is what was said in writing.
type Said struct {
	Statements []audit.Statement
	Signatures []audit.Signature
}

func (s Stage) book(ctx context.Context, o Order) (Book, error) {
	b, scope, err := s.frame(ctx, o)
	if err != nil {
		return b, err
	}
	return b, errors.Join(s.fill(ctx, &b, coverage.InScope(scope)), s.filed(ctx, &b), s.said(ctx, &b))
}

// frame is what is described, without what was tested, filed or said.
func (s Stage) frame(ctx context.Context, o Order) (Book, coverage.Scope, error) {
	var scope coverage.Scope
	items, err := s.Records.Scope(ctx)
	if err != nil {
		return Book{}, scope, err
	}
	b := Book{Results: map[string]audit.Result{}, Conclusions: map[string]audit.Conclusion{}, Findings: map[string]Findings{}}
	if b.Folder, err = workspace.FromItems(items); err != nil {
		return b, scope, err
	}
	if b.Engagement, err = engaged(b.Engagements, o.Engagement); err != nil {
		return b, scope, err
	}
	if b.Kind, err = kindOf(b.Engagement, o.Kind); err != nil {
		return b, scope, err
	}
	if b.Procedures, err = s.Catalog.With(b.Texts()); err != nil {
		return b, scope, err
	}
	for _, x := range items {
		b.AsOf = later(b.AsOf, x.At)
	}
	b.Criteria = s.Catalog.InCategory(b.Engagement.Categories...)
	scope = coverage.Scope{Engagement: b.Engagement, Criteria: b.Criteria, Objectives: b.Objectives, Controls: b.Controls}
	b.Rows, b.Additional = coverage.Matrix(scope), s.additional(scope)
	return b, scope, nil
}

// kindOf is the kind of the report: the engagement's own unless a SOC 3 is wanted.
func kindOf(e audit.Engagement, wanted audit.Kind) (audit.Kind, error) {
	switch {
	case wanted == "" || wanted == e.Kind:
		return e.Kind, nil
	case wanted != elements.SOC3:
		return "", fmt.Errorf("%s is an engagement for a %s report: --kind is %s, or %s of a SOC 2 Type 2", e.Code, e.Kind, e.Kind, elements.SOC3)
	case e.Kind != audit.SOC2 || e.Type != 2:
		return "", fmt.Errorf("a SOC 3 is drawn from a SOC 2 Type 2 examination, and %s is a %s Type %d", e.Code, e.Kind, e.Type)
	}
	return elements.SOC3, nil
}

func engaged(all []audit.Engagement, code string) (audit.Engagement, error) {
	var codes []string
	for _, e := range all {
		if e.Code == code || code == "" && len(all) == 1 {
			return e, nil
		}
		codes = append(codes, e.Code)
	}
	return audit.Engagement{}, fmt.Errorf("there is no engagement %q; there is %s", code, strings.Join(codes, ", "))
}

// fill reads what was recorded for the engagement on its controls. What was
// recorded on controls and datasets that were retired since stays in the history.
func (s Stage) fill(ctx context.Context, b *Book, controls []audit.Control) error {
	code := b.Engagement.Code
	results, err := s.Records.Results(ctx, code)
	if err != nil {
		return err
	}
	judged, err := s.Records.Dispositions(ctx, code)
	if err != nil {
		return err
	}
	var counted []audit.Result
	for _, r := range results {
		if !slices.ContainsFunc(controls, func(c audit.Control) bool { return slices.Contains(c.Procedures, r.Procedure) }) {
			continue
		}
		b.Results[r.Procedure] = r
		b.AsOf = later(b.AsOf, r.At)
		counted = append(counted, r)
	}
	if b.Findings, err = s.findings(ctx, counted, judged); err != nil {
		return err
	}
	conclusions, err := s.Records.Conclusions(ctx, code)
	if err != nil {
		return err
	}
	for _, c := range conclusions {
		if !slices.ContainsFunc(controls, func(x audit.Control) bool { return x.Code == c.Control }) {
			continue
		}
		b.Conclusions[c.Control] = c
		b.AsOf = later(b.AsOf, c.At)
	}
	return s.populations(ctx, b)
}

func (s Stage) populations(ctx context.Context, b *Book) error {
	populations, err := s.Records.Populations(ctx)
	for _, p := range populations {
		if p.Connection != "" && b.read(p) || slices.ContainsFunc(b.Datasets, func(d audit.Dataset) bool { return d.Code == p.Dataset }) {
			b.Populations = append(b.Populations, p)
			b.AsOf = later(b.AsOf, p.At)
		}
	}
	return err
}

// read reports whether a result was made from what a connection collected.
func (b *Book) read(p audit.Population) bool {
	for _, r := range b.Results {
		for _, in := range r.Inputs {
			if in.File == p.File && in.Window == p.Window && (in.Observed == "" || in.Observed == p.Observed) {
				return true
			}
		}
	}
	return false
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// unseen makes a list that the reader may not see an empty one.
func unseen[T any](list []T, err error) ([]T, error) {
	if errors.Is(err, authority.ErrRefused) {
		return nil, nil
	}
	return list, err
}

// filed reads the auditor's file, as far as the reader may see it.
func (s Stage) filed(ctx context.Context, b *Book) (err error) {
	code, f := b.Engagement.Code, &b.Filed
	f.Papers, err = s.File.Workpapers(ctx, code)
	f.Seen = err == nil
	if _, err = unseen(f.Papers, err); err != nil {
		return err
	}
	if f.Samples, err = unseen(s.File.Samples(ctx, code)); err != nil {
		return err
	}
	if f.Deviations, err = unseen(s.File.Deviations(ctx, code)); err != nil {
		return err
	}
	if f.Concluded, err = unseen(s.File.AuditorConclusions(ctx, code)); err != nil {
		return err
	}
	if f.Signs, err = unseen(s.File.SignOffs(ctx, code)); err != nil {
		return err
	}
	opinions, err := unseen(s.File.Opinions(ctx, code))
	if len(opinions) > 0 {
		f.Opinion = &opinions[0]
		b.AsOf = later(b.AsOf, f.Opinion.At)
	}
	for _, p := range f.Papers {
		b.AsOf = later(b.AsOf, p.At)
	}
	for _, d := range f.Deviations {
		b.AsOf = later(b.AsOf, d.At)
	}
	return err
}

// said reads what was said in writing, who the firm is, and where the
// engagement stands.
func (s Stage) said(ctx context.Context, b *Book) (err error) {
	code := b.Engagement.Code
	if b.Said.Statements, err = unseen(s.Words.Statements(ctx, code)); err != nil {
		return err
	}
	if b.Said.Signatures, err = unseen(s.Words.Signatures(ctx, code)); err != nil {
		return err
	}
	for _, x := range b.Said.Statements {
		if x.Kind == audit.Assertion || x.Kind == audit.ManagementAnswer {
			b.AsOf = later(b.AsOf, x.At)
		}
	}
	steps, err := unseen(s.Words.Steps(ctx))
	if i := slices.IndexFunc(steps, func(x audit.Step) bool { return x.Engagement == code }); i >= 0 {
		b.Step = steps[i]
	}
	if err != nil {
		return err
	}
	firms, err := s.Words.Firms(ctx)
	for _, f := range firms {
		if o := b.Filed.Opinion; o != nil && o.Firm == f.Code || o == nil && (f.Name == b.Engagement.Auditor || f.Code == b.Engagement.Auditor) {
			b.Filed.Firm = f
		}
	}
	return err
}

// reached reports whether the engagement has come to a phase, or beyond it.
func (b Book) reached(p audit.Phase) bool {
	return slices.Index(audit.Phases, b.Step.Phase) >= slices.Index(audit.Phases, p)
}
