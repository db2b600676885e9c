package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/coverage"
	"tickmark/internal/program"
	"tickmark/internal/stage/scope"
)

// OwnFrameworks are those that the organization loaded.
func (a *App) OwnFrameworks(ctx context.Context, p audit.Person) ([]program.Framework, error) {
	t, err := a.tenant(ctx, p)
	if err != nil {
		return nil, err
	}
	return t.Frameworks(ctx)
}

// Applicability is the statement of applicability of a framework: each
// requirement with a person's decision, and how far controls carry what it is
// tied to.
type Applicability struct {
	View      coverage.FrameworkView `json:"view"`
	Lines     []ApplicabilityLine    `json:"requirements"`
	Decided   int                    `json:"decided"`
	Excluded  int                    `json:"excluded"`
	NotProven []string               `json:"mapping_does_not_prove"`
	AsOf      string                 `json:"as_of"`
}

// ApplicabilityLine is one requirement of it.
type ApplicabilityLine struct {
	coverage.Requirement
	Text     string                 `json:"text,omitempty"`
	Decision *program.Applicability `json:"decision,omitempty"`
}

// StateApplicability lays out a framework's requirements for an engagement.
func (a *App) StateApplicability(ctx context.Context, p audit.Person, engagement, framework string) (Applicability, error) {
	o, err := a.openFor(ctx, p, engagement)
	if err != nil {
		return Applicability{}, err
	}
	f, mappings, texts, err := a.anyFramework(ctx, o, framework)
	if err != nil {
		return Applicability{}, err
	}
	g, err := a.Gaps(ctx, GapsAsked{Engagement: o.engagement.Code})
	if err != nil {
		return Applicability{}, err
	}
	decisions, err := o.tenant.Applicabilities(ctx)
	if err != nil {
		return Applicability{}, err
	}
	out := Applicability{View: coverage.ThroughCriteria(g.Analysis, []coverage.Framework{f}, mappings)[0], NotProven: coverage.NotProven, AsOf: g.Analysis.AsOf.UTC().Format("2006-01-02 15:04 UTC")}
	if strings.HasPrefix(framework, scope.OwnPrefix) {
		last := len(out.NotProven) - 1
		out.NotProven = append(slices.Clone(out.NotProven[:last]), ownMapping)
	}
	for _, r := range out.View.Requirements {
		line := ApplicabilityLine{Requirement: r, Text: texts[r.ID]}
		for i := range decisions {
			if decisions[i].Framework == framework && decisions[i].Requirement == r.ID {
				line.Decision = &decisions[i]
				out.Decided++
				if !decisions[i].Applies {
					out.Excluded++
				}
			}
		}
		out.Lines = append(out.Lines, line)
	}
	return out, nil
}

// anyFramework is one of the catalog's, or one that the organization loaded.
func (a *App) anyFramework(ctx context.Context, o opened, code string) (coverage.Framework, []audit.Mapping, map[string]string, error) {
	if f, ok := a.Catalog.Framework(code); ok {
		return throughCriteria(f), a.Catalog.Mappings, nil, nil
	}
	all, err := o.tenant.Frameworks(ctx)
	if err != nil {
		return coverage.Framework{}, nil, nil, err
	}
	for _, x := range all {
		if x.Code != code {
			continue
		}
		f, texts := ownFramework(x)
		return f, x.Mappings, texts, nil
	}
	var known []string
	for _, f := range a.Catalog.Frameworks {
		known = append(known, f.ID)
	}
	for _, x := range all {
		known = append(known, x.Code)
	}
	return coverage.Framework{}, nil, nil, fmt.Errorf("there is no framework %q; there are %s", code, strings.Join(known, ", "))
}

// DecideApplicability records whether a requirement applies.
func (a *App) DecideApplicability(ctx context.Context, p audit.Person, x program.Applicability) (program.Applicability, bool, error) {
	o, err := a.openAll(ctx, p)
	if err != nil {
		return x, false, err
	}
	f, _, _, err := a.anyFramework(ctx, o, x.Framework)
	if err != nil {
		return x, false, err
	}
	return scope.Frameworks{Records: o.tenant, Catalog: a.Catalog}.Decide(ctx, x, slices.Clone(f.Requirements))
}
