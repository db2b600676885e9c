package app

import (
	"context"
	"fmt"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/method/assembly"
	"tickmark/internal/method/coverage"
	"tickmark/internal/method/evaluation"
	"tickmark/internal/pipeline"
	"tickmark/internal/surface/api"
)

// PopulationHistory is what was collected of each population over the period
// of an engagement.
type PopulationHistory = api.PopulationHistory

// PopulationHistories says for each engagement, or for one, what was collected
// when: snapshots, the longest gap, outages.
func (a *App) PopulationHistories(ctx context.Context, engagement string) ([]PopulationHistory, error) {
	f, t, err := a.described(ctx)
	if err != nil {
		return nil, err
	}
	all, err := t.Populations(ctx)
	if err != nil {
		return nil, err
	}
	var out []PopulationHistory
	for _, e := range f.Engagements {
		if engagement != "" && e.Code != engagement {
			continue
		}
		start, end, err := e.Period.Instants(e.Timezone)
		if err != nil {
			return nil, err
		}
		out = append(out, PopulationHistory{Engagement: e.Code, Period: e.Period, Timezone: e.Timezone, Lines: assembly.Timelines(a.Catalog.Populations, all, e.Period, start, end)})
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("there is no engagement %q", engagement)
	}
	return out, nil
}

// ControlHistory is how a control stands and stood.
type ControlHistory = api.ControlHistory

// ControlHistories says how every control of an engagement stands now, and how
// it stood since it was tested first.
func (a *App) ControlHistories(ctx context.Context, engagement string) ([]ControlHistory, error) {
	f, t, err := a.described(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(f.Engagements, func(e audit.Engagement) bool { return e.Code == engagement })
	if i < 0 {
		return nil, fmt.Errorf("there is no engagement %q", engagement)
	}
	history, err := t.ConclusionHistory(ctx, engagement)
	if err != nil {
		return nil, err
	}
	resting, err := off(ctx, t, audit.SwitchProcedure)
	if err != nil {
		return nil, err
	}
	in := map[string]bool{}
	for _, c := range coverage.InScope(pipeline.Scope(a.Catalog, f, f.Engagements[i])) {
		in[c.Code] = true
	}
	var out []ControlHistory
	for _, c := range f.Controls {
		out = append(out, a.controlHistory(engagement, c, in[c.Code], history, resting))
	}
	return out, nil
}

func (a *App) controlHistory(engagement string, c audit.Control, in bool, history []audit.Conclusion, resting map[string]audit.Switch) ControlHistory {
	now := a.clock().UTC()
	h := ControlHistory{Engagement: engagement, Control: c, AsOf: now.Format("2006-01-02 15:04 UTC"), Intervals: []evaluation.Interval{}}
	var mine []audit.Conclusion
	for _, x := range history {
		if x.Control == c.Code {
			mine = append(mine, x)
		}
	}
	facts := evaluation.Facts{InScope: in, Procedures: len(c.Procedures)}
	for _, p := range c.Procedures {
		if s := resting[p]; s.Off {
			facts.Off++
			h.Off = append(h.Off, s)
		}
	}
	if n := len(mine); n > 0 {
		facts.Outcome = mine[n-1].Outcome
		h.Intervals = evaluation.Intervals(mine)
	}
	h.Status, h.Reason = evaluation.StatusAt(facts, now)
	return h
}
