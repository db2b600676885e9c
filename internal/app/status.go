package app

import (
	"context"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/trail"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/method/coverage"
	"tickmark/internal/pipeline"
	"tickmark/internal/surface/api"
)

// Status is where an organization's programme stands, each number with of how
// many and as of when.
type Status = api.Status

// EngagementStatus is where one engagement stands.
type EngagementStatus = api.EngagementStatus

// Status reads where everything stands.
func (a *App) Status(ctx context.Context) (Status, error) {
	var s Status
	f, t, err := a.described(ctx)
	if err != nil {
		return s, err
	}
	if s.Organization, err = a.organization(ctx); err != nil {
		return s, err
	}
	if s.Populations, err = standing(ctx, t, f); err != nil {
		return s, err
	}
	if s.Reports, err = t.Reports(ctx); err != nil {
		return s, err
	}
	for _, e := range f.Engagements {
		one, err := engaged(ctx, t, pipeline.Scope(a.Catalog, f, e))
		if err != nil {
			return s, err
		}
		s.Engagements = append(s.Engagements, one)
	}
	return s, a.history(ctx, t, &s)
}

// standing are the populations of the datasets and connections that are
// described now.
func standing(ctx context.Context, t *store.Tenant, f workspace.Folder) ([]audit.Population, error) {
	all, err := t.Populations(ctx)
	return slices.DeleteFunc(all, func(p audit.Population) bool {
		if p.Connection != "" {
			return !slices.ContainsFunc(f.Connections, func(c audit.Connection) bool { return c.Code == p.Connection })
		}
		return !slices.ContainsFunc(f.Datasets, func(d audit.Dataset) bool { return d.Code == p.Dataset })
	}), err
}

// engaged is where an engagement stands, as to the controls that are in scope now.
func engaged(ctx context.Context, t *store.Tenant, s coverage.Scope) (EngagementStatus, error) {
	one := EngagementStatus{Engagement: s.Engagement}
	controls := coverage.InScope(s)
	var err error
	if one.Results, err = t.Results(ctx, s.Engagement.Code); err != nil {
		return one, err
	}
	if one.Conclusions, err = t.Conclusions(ctx, s.Engagement.Code); err != nil {
		return one, err
	}
	one.Results = slices.DeleteFunc(one.Results, func(r audit.Result) bool {
		return !slices.ContainsFunc(controls, func(c audit.Control) bool { return slices.Contains(c.Procedures, r.Procedure) })
	})
	one.Conclusions = slices.DeleteFunc(one.Conclusions, func(x audit.Conclusion) bool {
		return !slices.ContainsFunc(controls, func(c audit.Control) bool { return c.Code == x.Control })
	})
	one.Coverage = coverage.Count(coverage.Matrix(s), pipeline.Tested(one.Conclusions))
	return one, nil
}

func (a *App) history(ctx context.Context, l trail.Log, s *Status) error {
	var err error
	if s.Records, err = l.TrailSize(ctx); err != nil {
		return err
	}
	root, err := trail.Root(ctx, l, s.Records)
	if err != nil {
		return err
	}
	s.Root = root.String()
	_, s.Key, err = a.keys(s.Organization.ID)
	return err
}
