package review

import (
	"context"
	"fmt"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/method/evaluation"
	"tickmark/internal/method/grid"
	"tickmark/internal/method/sampling"
)

// confidence of the limits that are shown, in basis points.
const confidence = 9000

// PaperState is a paper with its figures and the names under it.
type PaperState struct {
	Paper  audit.Workpaper     `json:"workpaper"`
	Digest audit.Digest        `json:"digest"`
	Counts grid.Counts         `json:"counts"`
	Lacks  []string            `json:"lacks,omitempty"`
	Signed []Signed            `json:"signed"`
	Wants  []string            `json:"wants,omitempty"` // names that are not under it
	Limit  *evaluation.Limited `json:"limit,omitempty"`
}

// PapersOf lists the papers of an engagement, or those of one control.
func (s Stage) PapersOf(ctx context.Context, engagement, control string) ([]PaperState, error) {
	f, err := s.open(ctx, engagement)
	if err != nil {
		return nil, err
	}
	var out []PaperState
	for _, p := range f.papers {
		if control != "" && p.Control != control {
			continue
		}
		x, err := s.state(ctx, f, p)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// Paper is one paper with its figures and the names under it.
func (s Stage) Paper(ctx context.Context, engagement, code string) (PaperState, error) {
	f, err := s.open(ctx, engagement)
	if err != nil {
		return PaperState{}, err
	}
	p, ok := f.paper(code)
	if !ok {
		return PaperState{}, fmt.Errorf("there is no workpaper %q; see `tickmark workpaper list`", code)
	}
	return s.state(ctx, f, p)
}

func (s Stage) state(ctx context.Context, f file, p audit.Workpaper) (PaperState, error) {
	out := PaperState{Paper: p, Lacks: s.unfinished(ctx, f, p.Code), Wants: f.unsigned(paperSubject(p.Code)), Signed: []Signed{}}
	signed, err := f.signed(paperSubject(p.Code))
	if err != nil {
		return out, err
	}
	out.Signed = append(out.Signed, signed...)
	if legend, err := f.legend(); err == nil {
		out.Counts = grid.Count(p, legend)
	}
	if out.Digest, err = digest(p); err != nil {
		return out, err
	}
	out.Limit, err = f.limit(p)
	return out, err
}

// limit is what the tests of a paper say of its population.
func (f file) limit(p audit.Workpaper) (*evaluation.Limited, error) {
	var s evaluation.Sample
	if drawn, ok := f.sample(p.Sample); ok {
		s = evaluation.Sample{
			Population: drawn.Rows, Tested: int64(len(p.Items)), Deviations: int64(len(f.flagged(p))),
			Random: drawn.Method == audit.RandomItems || drawn.Method == audit.AllItems, Table: drawn.Judgmental,
		}
	} else if r, ok := named(f.results, string(p.Result), func(r audit.Result) string { return string(r.ID) }); ok {
		if f.unsettled(r) {
			return nil, nil // nobody knows yet how many of the exceptions are deviations
		}
		s = evaluation.Sample{Population: r.Tested, Tested: r.Tested, Random: true}
		for _, d := range f.deviations {
			if d.Procedure == r.Procedure && d.Control == p.Control {
				s.Deviations += int64(len(d.Items))
			}
		}
	}
	if s.Population == 0 || s.Tested == 0 {
		return nil, nil
	}
	l, err := evaluation.Limit(s, sampling.Attribute{Confidence: confidence})
	return &l, err
}

// unsettled reports whether exceptions of a result were not judged yet, or were
// judged deviations and stand in none that is recorded.
func (f file) unsettled(r audit.Result) bool {
	var judged int64
	open := false
	for _, d := range f.dispositions {
		if d.Procedure != r.Procedure {
			continue
		}
		judged++
		open = open || d.Judgment == audit.IsDeviation && !slices.ContainsFunc(f.deviations, func(x audit.Deviation) bool {
			return x.Procedure == d.Procedure && slices.Contains(x.Items, d.Item)
		})
	}
	return open || judged < r.Exceptions
}

// Basis is what there is to conclude on for a control. It proposes nothing.
type Basis struct {
	Control    audit.Control     `json:"control"`
	Wordings   []grid.Wording    `json:"wordings"`
	Papers     []PaperState      `json:"papers"`
	Results    []Tested          `json:"results"`
	Deviations []audit.Deviation `json:"deviations"`
	Missing    []Missing         `json:"missing_deviations"`
	Gaps       []grid.Gap        `json:"gaps"`
	Concluded  *Concluded        `json:"concluded,omitempty"`
}

// Tested is a standing result with what people made of its exceptions.
type Tested struct {
	Procedure  string `json:"procedure"`
	Tested     int64  `json:"tested"`
	Exceptions int64  `json:"exceptions"`
	Deviations int64  `json:"deviations"`
	Pending    int64  `json:"pending"`
}

// Concluded is a conclusion with what speaks against it by now.
type Concluded struct {
	Conclusion audit.AuditorConclusion `json:"conclusion"`
	Signed     []Signed                `json:"signed"`
	Against    []string                `json:"against,omitempty"`
}

// Basis lists what a conclusion on a control would rest on.
func (s Stage) Basis(ctx context.Context, engagement, code string) (Basis, error) {
	f, err := s.open(ctx, engagement)
	if err != nil {
		return Basis{}, err
	}
	c, ok := f.control(code)
	if !ok {
		return Basis{}, fmt.Errorf("control %q is not in scope of %s", code, engagement)
	}
	judged, err := s.judged(ctx, f)
	if err != nil {
		return Basis{}, err
	}
	b := Basis{
		Control: c, Wordings: grid.Wordings(c, f.engagement.Period), Missing: f.missing(c, judged),
		Gaps: grid.Uncovered(c, f.engagement.Period, f.papers, f.engagement.Type == 2),
	}
	for _, p := range f.papers {
		if p.Control == code {
			x, err := s.state(ctx, f, p)
			if err != nil {
				return b, err
			}
			b.Papers = append(b.Papers, x)
		}
	}
	for _, procedure := range c.Procedures {
		if r, ok := named(f.results, procedure, func(r audit.Result) string { return r.Procedure }); ok {
			n := judged[procedure]
			b.Results = append(b.Results, Tested{Procedure: procedure, Tested: r.Tested, Exceptions: r.Exceptions, Deviations: int64(len(n.deviations)), Pending: n.open})
		}
	}
	for _, d := range f.deviations {
		if d.Control == code {
			b.Deviations = append(b.Deviations, d)
		}
	}
	if x, ok := f.concluded(audit.OnControl, code); ok {
		now, err := s.concludedNow(ctx, f, x, judged)
		b.Concluded = &now
		return b, err
	}
	return b, nil
}

// concludedNow is a conclusion with all that speaks against it by now.
func (s Stage) concludedNow(ctx context.Context, f file, c audit.AuditorConclusion, judged map[string]items) (Concluded, error) {
	out := Concluded{Conclusion: c, Signed: []Signed{}, Against: s.against(ctx, f, c, judged)}
	for _, subject := range f.stale(c) {
		out.Against = append(out.Against, subject+" changed since it was concluded on: conclude again")
	}
	signed, err := f.signed(conclusionSubject(c))
	if err != nil {
		return out, err
	}
	out.Signed = append(out.Signed, signed...)
	if len(out.Against) > 0 {
		return out, nil
	}
	late, err := s.order(ctx, f, c)
	out.Against = append(out.Against, late...)
	return out, err
}

// Conclusions lists the conclusions of an engagement with what speaks against
// each by now.
func (s Stage) Conclusions(ctx context.Context, engagement string) ([]Concluded, error) {
	f, err := s.open(ctx, engagement)
	if err != nil {
		return nil, err
	}
	judged, err := s.judged(ctx, f)
	if err != nil {
		return nil, err
	}
	var out []Concluded
	for _, c := range f.conclusions {
		x, err := s.concludedNow(ctx, f, c, judged)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// Coverage says for which controls, wordings and days there is no paper.
func (s Stage) Coverage(ctx context.Context, engagement string) ([]grid.Gap, error) {
	f, err := s.open(ctx, engagement)
	if err != nil {
		return nil, err
	}
	return f.gaps(), nil
}

func (f file) gaps() []grid.Gap {
	var out []grid.Gap
	for _, c := range f.controls {
		out = append(out, grid.Uncovered(c, f.engagement.Period, f.papers, f.engagement.Type == 2)...)
	}
	return out
}
