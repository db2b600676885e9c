package app

import (
	"context"

	"tickmark/internal/audit"
	"tickmark/internal/method/advice"
	"tickmark/internal/method/lifecycle"
	"tickmark/internal/program"
	"tickmark/internal/register/oversight"
	"tickmark/internal/register/risk"
	"tickmark/internal/register/task"
	"tickmark/internal/surface/api"
	"tickmark/internal/surface/web"
)

// ready is management's programme as pages and programs reach it: each answer is
// refused to whoever does not see all that it is worked out from.
type ready struct{ all programs }

var (
	_ web.Ready     = ready{}
	_ api.Programme = ready{}
)

// Risks is the register as it stands now.
func (r ready) Risks(ctx context.Context, p audit.Person) (risk.State, error) {
	if err := r.all.all(ctx, p, ""); err != nil {
		return risk.State{}, err
	}
	return r.all.Risks(ctx, p)
}

// RiskSnapshots are all snapshots, by day.
func (r ready) RiskSnapshots(ctx context.Context, p audit.Person) ([]program.Snapshot, error) {
	if err := r.all.all(ctx, p, ""); err != nil {
		return nil, err
	}
	return r.all.RiskSnapshots(ctx, p)
}

// Planned is the way to the report, with the tasks of each engagement.
func (r ready) Planned(ctx context.Context, p audit.Person) (web.Planned, error) {
	if err := r.all.all(ctx, p, ""); err != nil {
		return web.Planned{}, err
	}
	c, err := r.all.Calendar(ctx, p, func(*advice.Route) {})
	return web.Planned{Decision: c.Decision, Signed: c.Signed, Plans: c.Plans, Tasks: c.Tasks}, err
}

// Scoped is how far the scope of an engagement has grown.
func (r ready) Scoped(ctx context.Context, p audit.Person, engagement string) (web.Scoped, error) {
	if err := r.all.all(ctx, p, engagement); err != nil {
		return web.Scoped{}, err
	}
	c, err := r.all.CheckScope(ctx, p, engagement)
	if err != nil {
		return web.Scoped{}, err
	}
	f, _, err := r.all.described(ctx)
	return web.Scoped{Engagement: engagement, Parts: c.Parts, Beside: c.Beside, Approval: c.Approval, Since: c.Since, Exclusions: f.System.Exclusions}, err
}

// Overseen is the register of oversight as it stands now.
func (r ready) Overseen(ctx context.Context, p audit.Person, window audit.Period) (oversight.State, error) {
	if err := r.all.all(ctx, p, ""); err != nil {
		return oversight.State{}, err
	}
	return r.all.Overseen(ctx, p, window)
}

// Tasks are what is to be done in an engagement.
func (r ready) Tasks(ctx context.Context, p audit.Person, engagement string) ([]task.State, error) {
	if err := r.all.all(ctx, p, engagement); err != nil {
		return nil, err
	}
	plan, err := r.all.TaskPlan(ctx, p, engagement)
	if err != nil {
		return nil, err
	}
	return plan.State(ctx)
}

// WayToReport is the way to the report by the recorded decision.
func (r ready) WayToReport(ctx context.Context, p audit.Person) (api.Way, error) {
	x, err := r.Planned(ctx, p)
	return api.Way{Today: lifecycle.DayOf(r.all.clock(), "UTC"), Decision: x.Decision, Signed: x.Signed, Plans: x.Plans}, err
}

// ScopeGrown is how far the scope of an engagement has grown.
func (r ready) ScopeGrown(ctx context.Context, p audit.Person, engagement string) (api.Grown, error) {
	x, err := r.Scoped(ctx, p, engagement)
	return api.Grown{Parts: x.Parts, Beside: x.Beside, Exclusions: append([]audit.Exclusion{}, x.Exclusions...), Approval: x.Approval, Since: x.Since}, err
}
