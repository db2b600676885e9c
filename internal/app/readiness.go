package app

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/method/coverage"
	"tickmark/internal/method/evaluation"
	"tickmark/internal/method/wording"
	"tickmark/internal/pipeline"
	"tickmark/internal/surface/api"
)

// GapsAsked is what a gap analysis is asked of.
type GapsAsked struct {
	Engagement string       // the only one when not given
	AsOf       audit.Date   // as the records stood at the end of this day; now when not given
	Since      audit.Date   // and what became of the gaps of that day
	Frameworks []string     // ids; none when not given
	Person     audit.Person // who asks, for frameworks that the organization loaded
}

// Gaps is how far the records of an engagement carry what is asked of it.
type Gaps = api.Gaps

// Gaps measures the records of an engagement against every criterion or
// objective, as they stand or stood.
func (a *App) Gaps(ctx context.Context, ask GapsAsked) (Gaps, error) {
	frameworks, err := a.frameworksAsked(ctx, ask)
	if err != nil {
		return Gaps{}, err
	}
	then, err := a.recorded(ctx, ask.Engagement, ask.AsOf)
	if err != nil {
		return Gaps{}, err
	}
	facts, err := a.facts(then)
	if err != nil {
		return Gaps{}, err
	}
	g := Gaps{
		Organization: then.folder.Organization.Name, Engagement: then.engagement, Analysis: coverage.Analyze(facts),
		Description: coverage.Description(facts, a.Catalog.Description), Wording: []wording.Fault{},
	}
	known := knownTo(then.folder)
	for _, c := range coverage.InScope(facts.Scope) {
		g.Wording = append(g.Wording, wording.Lint(c, known)...)
	}
	if len(frameworks.all) > 0 {
		g.Frameworks = coverage.ThroughCriteria(g.Analysis, frameworks.all, frameworks.mappings)
		g.NotProven = frameworks.notProven()
	}
	if ask.Since != "" {
		err = a.since(ctx, ask, &g)
	}
	return g, err
}

// since compares with how the records stood at the end of an earlier day.
func (a *App) since(ctx context.Context, ask GapsAsked, g *Gaps) error {
	before, err := a.recorded(ctx, g.Engagement.Code, ask.Since)
	if err != nil {
		return err
	}
	if !before.at.Before(g.Analysis.AsOf) {
		return fmt.Errorf("--since %s is not before the records that it is to be compared with, as of %s", ask.Since, g.Analysis.AsOf.Format("2006-01-02 15:04 UTC"))
	}
	facts, err := a.facts(before)
	if err != nil {
		return err
	}
	p := coverage.Compare(coverage.Analyze(facts), g.Analysis)
	g.Progress = &p
	return nil
}

func throughCriteria(f catalog.Framework) coverage.Framework {
	return coverage.Framework{ID: f.ID, Title: f.Title, Version: f.Version, Note: f.Note, Requirements: f.Requirements}
}

// facts lays out the records for the analysis.
func (a *App) facts(r recorded) (coverage.Facts, error) {
	f := coverage.Facts{
		Scope: pipeline.Scope(a.Catalog, r.folder, r.engagement), AsOf: r.at,
		System: r.folder.System, Commitments: r.folder.Commitments, CUECs: r.folder.CUECs, Subservices: r.folder.Subservices,
		Standings: map[string]coverage.Standing{}, Results: map[string]audit.Result{}, Populations: r.populations, Sources: a.giving(),
	}
	var err error
	if f.Procedures, err = a.Catalog.With(r.folder.Texts()); err != nil {
		return f, err
	}
	for _, x := range r.results {
		f.Results[x.Procedure] = x
	}
	conclusions := map[string]audit.Conclusion{}
	for _, x := range r.conclusions {
		conclusions[x.Control] = x
	}
	known := knownTo(r.folder)
	for _, c := range coverage.InScope(f.Scope) {
		f.Standings[c.Code] = standingOf(c, r, conclusions[c.Code], known)
	}
	return f, nil
}

// giving are the sources of the catalog by the populations that they give.
func (a *App) giving() map[string][]string {
	out := map[string][]string{}
	for _, id := range slices.Sorted(maps.Keys(a.Catalog.Sources)) {
		for _, p := range a.Catalog.Sources[id].Populations {
			if !slices.Contains(out[p.Population], id) {
				out[p.Population] = append(out[p.Population], id)
			}
		}
	}
	return out
}

// troubles are what a status of management says in terms of gaps.
var troubles = map[evaluation.ControlStatus]coverage.Kind{
	evaluation.Operating: "", evaluation.NotDesigned: coverage.NotDesigned, evaluation.Disabled: coverage.TestsOff,
	evaluation.Failing: coverage.Failing, evaluation.Pending: coverage.Pending, evaluation.EvidenceMissing: coverage.EvidenceMissing,
	evaluation.Stale: coverage.Stale, evaluation.NoOccurrence: coverage.NoOccurrence,
}

func standingOf(c audit.Control, r recorded, x audit.Conclusion, known wording.Known) coverage.Standing {
	s := coverage.Standing{Record: r.controls[c.Code], Lacks: wording.Lacks(c, known), Conclusion: x}
	facts := evaluation.Facts{InScope: true, Procedures: len(c.Procedures), Outcome: x.Outcome}
	for _, p := range c.Procedures {
		if r.off[p] {
			facts.Off++
			s.Off = append(s.Off, p)
		}
	}
	status, reason := evaluation.StatusAt(facts, r.at)
	s.Trouble, s.Reason = troubles[status], reason
	return s
}

// knownTo are the names that an organization's description gives.
func knownTo(f workspace.Folder) wording.Known {
	var known wording.Known
	for _, c := range f.System.Components {
		switch c.Kind {
		case "software", "infrastructure":
			known.Systems = append(known.Systems, c.Name)
		case "people":
			known.People = append(known.People, c.Name)
		}
	}
	return known
}

// Lint is how the controls are worded, and which criteria and objectives have
// only one kind of control behind them.
type Lint struct {
	Controls []LintedControl `json:"controls"`
	OneKind  []OneKind       `json:"one_kind"`
	Faults   int             `json:"faults"`
}

// LintedControl is a control with what its wording says and lacks.
type LintedControl struct {
	Control audit.Control   `json:"control"`
	Parts   wording.Parts   `json:"parts"`
	Faults  []wording.Fault `json:"faults"`
}

// OneKind is a criterion or an objective of an engagement behind which only
// controls of one kind stand.
type OneKind struct {
	Engagement string `json:"engagement"`
	Row        string `json:"row"`
	Says       string `json:"says"`
}

// LintControls reads the wording of all controls, or of those with the codes.
func (a *App) LintControls(ctx context.Context, codes []string) (Lint, error) {
	out := Lint{Controls: []LintedControl{}, OneKind: []OneKind{}}
	f, _, err := a.described(ctx)
	if err != nil {
		return out, err
	}
	for _, code := range codes {
		if !slices.ContainsFunc(f.Controls, func(c audit.Control) bool { return c.Code == code }) {
			return out, fmt.Errorf("there is no control %q", code)
		}
	}
	known := knownTo(f)
	for _, c := range f.Controls {
		if len(codes) > 0 && !slices.Contains(codes, c.Code) {
			continue
		}
		x := LintedControl{c, wording.Read(c, known), append([]wording.Fault{}, wording.Lint(c, known)...)}
		out.Faults += len(x.Faults)
		out.Controls = append(out.Controls, x)
	}
	if len(codes) > 0 {
		return out, nil
	}
	for _, e := range f.Engagements {
		for _, g := range coverage.OneKinds(coverage.Matrix(pipeline.Scope(a.Catalog, f, e))) {
			out.OneKind = append(out.OneKind, OneKind{e.Code, g.Rows[0], g.Cause})
		}
	}
	return out, nil
}

// endOf is the instant at which a day of the engagement ends.
func endOf(d audit.Date, e audit.Engagement) (time.Time, error) {
	_, end, err := audit.Period{From: d, To: d}.Instants(e.Timezone)
	return end, err
}
