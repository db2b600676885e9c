// Package report assembles a SOC 1 or SOC 2 draft report from the records. It
// is the last stage but one, and the only writer of reports. Every figure in a
// draft comes from a record; the opinion, the assertion's signature and the
// conclusion on each control are left to the people whose they are.
package report

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/method/coverage"
)

// records is all that report may see of the store.
type records interface {
	Scope(ctx context.Context, kinds ...audit.ScopeKind) ([]audit.ScopeItem, error)
	Populations(ctx context.Context) ([]audit.Population, error)
	Results(ctx context.Context, engagement string) ([]audit.Result, error)
	Dispositions(ctx context.Context, engagement string) ([]audit.Disposition, error)
	Conclusions(ctx context.Context, engagement string) ([]audit.Conclusion, error)
	AddReport(ctx context.Context, r audit.Report) (audit.Report, bool, error)
}

// files is where exceptions are read from and drafts are kept.
type files interface {
	Open(ctx context.Context, d audit.Digest) (io.ReadCloser, error)
	Put(ctx context.Context, b []byte) (audit.Digest, error)
}

// exceptions reads the exceptions of a result, one at a time.
type exceptions func(ctx context.Context, results []audit.Result, visit func(result int, x audit.ExceptionRow) error) error

// Stage drafts reports.
type Stage struct {
	Records    records
	Files      files
	Catalog    *catalog.Catalog
	Paper      paper.Renderer
	Exceptions exceptions
}

// Draft assembles, renders and records the draft report of an engagement.
func (s Stage) Draft(ctx context.Context, engagement string) (audit.Report, []byte, error) {
	b, err := s.book(ctx, engagement)
	if err != nil {
		return audit.Report{}, nil, err
	}
	doc, err := Compose(b)
	if err != nil {
		return audit.Report{}, nil, err
	}
	source, err := doc.Source()
	if err != nil {
		return audit.Report{}, nil, err
	}
	pdf, pages, err := s.Paper.PDF(ctx, doc)
	if err != nil {
		return audit.Report{}, nil, fmt.Errorf("draft report %s: %w", engagement, err)
	}
	r := audit.Report{Engagement: engagement, Title: doc.Title, Draft: true, Source: audit.DigestOf(source), Pages: pages}
	if r.PDF, err = s.Files.Put(ctx, pdf); err != nil {
		return r, nil, err
	}
	r, _, err = s.Records.AddReport(ctx, r)
	return r, pdf, err
}

// Book is everything a report is assembled from.
type Book struct {
	workspace.Folder
	Engagement  audit.Engagement
	Rows        []coverage.Row // criteria or objectives with their controls
	Criteria    []audit.Criterion
	Procedures  map[string]audit.Procedure
	Populations []audit.Population
	Results     map[string]audit.Result // by procedure
	Conclusions map[string]audit.Conclusion
	Findings    map[string]Findings // by procedure
	AsOf        time.Time           // of the latest record
}

// Findings are the exceptions of one result as a report shows them: all are
// counted, and every deviation is listed.
type Findings struct {
	Deviations int64
	Cleared    int64
	Listed     []Finding // every deviation, and of the others the first, in the order of items
	More       int64     // others left out of the page, never of the record
}

// Finding is one exception and what became of it.
type Finding struct {
	audit.ExceptionRow
	Disposition *audit.Disposition
}

// shown is how many exceptions that are not deviations a report lists of one result.
const shown = 100

func (s Stage) book(ctx context.Context, engagement string) (Book, error) {
	items, err := s.Records.Scope(ctx)
	if err != nil {
		return Book{}, err
	}
	b := Book{Results: map[string]audit.Result{}, Conclusions: map[string]audit.Conclusion{}, Findings: map[string]Findings{}}
	if b.Folder, err = workspace.FromItems(items); err != nil {
		return b, err
	}
	if b.Engagement, err = engaged(b.Engagements, engagement); err != nil {
		return b, err
	}
	if b.Procedures, err = s.Catalog.With(b.Texts()); err != nil {
		return b, err
	}
	b.Criteria = s.Catalog.InCategory(b.Engagement.Categories...)
	scope := coverage.Scope{Engagement: b.Engagement, Criteria: b.Criteria, Objectives: b.Objectives, Controls: b.Controls}
	b.Rows = coverage.Matrix(scope)
	return b, s.fill(ctx, &b, coverage.InScope(scope))
}

func engaged(all []audit.Engagement, code string) (audit.Engagement, error) {
	var codes []string
	for _, e := range all {
		if e.Code == code {
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

// findings are the exceptions of results, by procedure, with what became of them.
func (s Stage) findings(ctx context.Context, results []audit.Result, judged []audit.Disposition) (map[string]Findings, error) {
	type item struct{ procedure, item string }
	by := map[item]*audit.Disposition{}
	for i, d := range judged {
		by[item{d.Procedure, d.Item}] = &judged[i]
	}
	all := make([]Findings, len(results))
	err := s.Exceptions(ctx, results, func(i int, x audit.ExceptionRow) error {
		all[i].add(Finding{x, by[item{results[i].Procedure, x.Item}]})
		return nil
	})
	found := map[string]Findings{}
	for i, r := range results {
		found[r.Procedure] = all[i]
	}
	return found, err
}

func (f *Findings) add(x Finding) {
	deviation := x.Disposition != nil && x.Disposition.Judgment == audit.IsDeviation
	switch {
	case deviation:
		f.Deviations++
	case x.Disposition != nil:
		f.Cleared++
	}
	if deviation || int64(len(f.Listed))-f.Deviations < shown {
		f.Listed = append(f.Listed, x)
	} else {
		f.More++
	}
}
