package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/engine/agenda"
	"tickmark/internal/method/advice"
	"tickmark/internal/method/coverage"
	"tickmark/internal/program"
	"tickmark/internal/register/task"
	"tickmark/internal/stage/scope"
)

// TaskPlan opens the plan of an engagement for a person, with the gaps as the
// records stand.
func (a *App) TaskPlan(ctx context.Context, p audit.Person, engagement string) (task.Plan, error) {
	o, err := a.openFor(ctx, p, engagement)
	if err != nil {
		return task.Plan{}, err
	}
	now, err := a.recorded(ctx, o.engagement.Code, "")
	if err != nil {
		return task.Plan{}, err
	}
	facts, err := a.facts(now)
	if err != nil {
		return task.Plan{}, err
	}
	return task.Plan{
		Records: o.tenant, Engagement: o.engagement.Code, Analysis: coverage.Analyze(facts), Results: facts.Results,
		Judgments: unclean(now), Today: o.today,
	}, nil
}

// unclean is what the conclusions have against the newest result of each
// procedure. Exceptions on which nothing was concluded wait for judgment.
func unclean(r recorded) map[string]task.Unclean {
	out := map[string]task.Unclean{}
	for _, x := range r.results {
		u, concluded := task.Unclean{}, false
		for _, c := range r.conclusions {
			if slices.Contains(c.Results, x.ID) {
				concluded = true
				u.Deviations, u.Pending = max(u.Deviations, c.Deviations), max(u.Pending, c.Pending)
			}
		}
		if !concluded {
			u.Pending = x.Exceptions
		}
		out[x.Procedure] = u
	}
	return out
}

// TaskTerms are what new tasks get when nothing else is said: planning figures
// of Tickmark.
func TaskTerms() task.Terms {
	return task.Terms{
		Within: map[coverage.Severity]int{coverage.High: 30, coverage.Medium: 60, coverage.Low: 90},
		Hours: map[coverage.Kind]int{
			coverage.NoControl: 16, coverage.NotDesigned: 8, coverage.NotImplemented: 24, coverage.Failing: 24, coverage.Pending: 4, coverage.EvidenceMissing: 8,
			coverage.TestsOff: 2, coverage.Stale: 4, coverage.NoOccurrence: 2, coverage.NotThroughout: 8, coverage.OneKind: 8, coverage.NoOwner: 1,
		},
	}
}

// WritePlans writes plans as a calendar.
func WritePlans(w io.Writer, soonest bool, plans []advice.Plan) error {
	if len(plans) == 0 {
		return errors.New("there is no plan to write")
	}
	return agenda.Write(w, plans[0].Route.Today, entries(advice.Events(soonest, plans)))
}

func entries(events []advice.Event) []agenda.Entry {
	var out []agenda.Entry
	for _, e := range events {
		out = append(out, agenda.Entry(e))
	}
	return out
}

// Calendar is the way to the report from a day: the phases to each report that
// was decided on, and the days of the open tasks.
type Calendar struct {
	Today    audit.Date              `json:"today"`
	Decision *program.Advice         `json:"decision,omitempty"`
	Signed   bool                    `json:"signed"`
	Plans    []advice.Plan           `json:"plans"`
	Tasks    map[string][]task.State `json:"tasks"` // by engagement
	RACI     []advice.Duty           `json:"raci"`
}

// Calendar plans from today by the answers of the recorded decision.
func (a *App) Calendar(ctx context.Context, p audit.Person, change func(*advice.Route)) (Calendar, error) {
	o, err := a.openAll(ctx, p)
	if err != nil {
		return Calendar{}, err
	}
	c := Calendar{Today: o.today, Plans: []advice.Plan{}, Tasks: map[string][]task.State{}, RACI: advice.RACI()}
	if err := a.decidedPlans(ctx, o, &c, change); err != nil {
		return c, err
	}
	for _, e := range o.folder.Engagements {
		plan, err := a.TaskPlan(ctx, p, e.Code)
		if err != nil {
			return c, err
		}
		if c.Tasks[e.Code], err = plan.State(ctx); err != nil {
			return c, err
		}
	}
	return c, nil
}

func (a *App) decidedPlans(ctx context.Context, o opened, c *Calendar, change func(*advice.Route)) error {
	all, err := scope.Decisions{Records: o.tenant}.All(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(d scope.Decided) bool { return d.Decision.Code == scope.DecisionCode })
	if i < 0 {
		return nil
	}
	c.Decision, c.Signed = &all[i].Decision, len(all[i].Signed) > 0
	answers := advice.Answers{}
	for id, values := range c.Decision.Answers {
		answers[id] = advice.Said(values...)
	}
	advised, err := advice.Advise(answers, c.Today)
	if err == nil {
		c.Plans, err = PlanAdvice(advised, answers, c.Today, change)
	}
	return err
}

// WriteCalendar writes the phases and the open tasks as an iCalendar file.
func (c Calendar) WriteCalendar(w io.Writer, soonest bool) error {
	all := entries(advice.Events(soonest, c.Plans))
	for _, code := range slices.Sorted(maps.Keys(c.Tasks)) {
		for _, s := range c.Tasks[code] {
			if s.Stands == task.Done || s.Task.Due == "" {
				continue
			}
			all = append(all, agenda.Entry{
				Key: code + "\x00" + s.Task.Code, Title: code + " " + s.Task.Code + ": " + s.Task.Title, Days: audit.Period{From: s.Task.Due, To: s.Task.Due},
				Text: fmt.Sprintf("Owner: %s. Effort: %d hours. Gap: %s.", s.Task.Owner, s.Task.Hours, s.Task.Gap),
			})
		}
	}
	if len(all) == 0 {
		return errors.New("there is nothing to write: no decision is recorded (`tickmark advise record`), and no task has a day (`tickmark plan build`)")
	}
	return agenda.Write(w, c.Today, all)
}
