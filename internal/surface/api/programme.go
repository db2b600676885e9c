package api

import (
	"context"

	"tickmark/internal/audit"
	"tickmark/internal/method/advice"
	"tickmark/internal/method/coverage"
	"tickmark/internal/program"
	"tickmark/internal/register/oversight"
	"tickmark/internal/register/risk"
	"tickmark/internal/register/task"
)

// Programme is what is worked out of management's programme. Whoever does not
// see all that it rests on is refused.
type Programme interface {
	Risks(ctx context.Context, p audit.Person) (risk.State, error)
	RiskSnapshots(ctx context.Context, p audit.Person) ([]program.Snapshot, error)
	Tasks(ctx context.Context, p audit.Person, engagement string) ([]task.State, error)
	WayToReport(ctx context.Context, p audit.Person) (Way, error)
	ScopeGrown(ctx context.Context, p audit.Person, engagement string) (Grown, error)
	Overseen(ctx context.Context, p audit.Person, window audit.Period) (oversight.State, error)
}

// Way is the way to the report from a day, by the recorded decision.
type Way struct {
	Today    audit.Date      `json:"today"`
	Decision *program.Advice `json:"decision,omitempty"`
	Signed   bool            `json:"signed" doc:"Another person than its author signed the decision as it stands."`
	Plans    []advice.Plan   `json:"plans" nullable:"false"`
}

// Grown is how far the scope of an engagement has grown.
type Grown struct {
	Parts      []coverage.Part   `json:"parts" nullable:"false" doc:"DC1-DC9, or what AT-C 320 asks."`
	Beside     []coverage.Part   `json:"beside" nullable:"false" doc:"Whether the parts agree with each other."`
	Exclusions []audit.Exclusion `json:"exclusions" nullable:"false"`
	Approval   *program.Approval `json:"approval,omitempty"`
	Since      []string          `json:"changed_since_approval" nullable:"false"`
}

// Risk is a risk with what remains of it; what is closed is not rated.
type Risk struct {
	program.Risk
	Rated *program.Rated `json:"rated,omitempty"`
}

func keyRisk(x Risk) []string { return []string{x.Code} }

func listRisks(c *call, _ inPaging) ([]Risk, error) {
	s, err := c.s.Programme.Risks(c.ctx(), c.Person)
	var out []Risk
	for _, r := range s.Risks {
		x := Risk{Risk: r}
		for i := range s.Rated {
			if s.Rated[i].Risk == r.Code {
				x.Rated = &s.Rated[i]
			}
		}
		out = append(out, x)
	}
	return out, err
}

func keySnapshot(x program.Snapshot) []string { return []string{string(x.On)} }

func listSnapshots(c *call, _ inPaging) ([]program.Snapshot, error) {
	return c.s.Programme.RiskSnapshots(c.ctx(), c.Person)
}

func keyTask(x task.State) []string { return []string{x.Task.Code} }

func listTasks(c *call, in inEngagementPaging) ([]task.State, error) {
	return c.s.Programme.Tasks(c.ctx(), c.Person, in.Engagement)
}

func readWay(c *call, _ nothing) (Way, error) {
	return c.s.Programme.WayToReport(c.ctx(), c.Person)
}

func readGrown(c *call, in OfEngagement) (Grown, error) {
	return c.s.Programme.ScopeGrown(c.ctx(), c.Person, in.Engagement)
}

func readOversight(c *call, _ nothing) (oversight.State, error) {
	return c.s.Programme.Overseen(c.ctx(), c.Person, audit.Period{})
}
