package app

import (
	"context"

	"tickmark/internal/audit"
	"tickmark/internal/engine/trail"
	"tickmark/internal/method/coverage"
	"tickmark/internal/pipeline"
)

// Status is where an organization's programme stands, each number with of how
// many and as of when.
type Status struct {
	Organization audit.Tenant       `json:"organization"`
	Populations  []audit.Population `json:"populations"`
	Engagements  []EngagementStatus `json:"engagements"`
	Reports      []audit.Report     `json:"reports"`
	Records      int64              `json:"records"`
	Root         string             `json:"root"`
	Key          string             `json:"key"`
}

// EngagementStatus is where one engagement stands.
type EngagementStatus struct {
	Engagement  audit.Engagement   `json:"engagement"`
	Coverage    coverage.Counts    `json:"coverage"`
	Results     []audit.Result     `json:"results"`
	Conclusions []audit.Conclusion `json:"conclusions"`
}

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
	if s.Populations, err = t.Populations(ctx); err != nil {
		return s, err
	}
	if s.Reports, err = t.Reports(ctx); err != nil {
		return s, err
	}
	for _, e := range f.Engagements {
		one := EngagementStatus{Engagement: e}
		if one.Results, err = t.Results(ctx, e.Code); err != nil {
			return s, err
		}
		if one.Conclusions, err = t.Conclusions(ctx, e.Code); err != nil {
			return s, err
		}
		one.Coverage = coverage.Count(coverage.Matrix(pipeline.Scope(a.Catalog, f, e)), pipeline.Tested(one.Conclusions))
		s.Engagements = append(s.Engagements, one)
	}
	return s, a.history(ctx, t, &s)
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
