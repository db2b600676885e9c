package sample

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// Question is one line of the intake checklist: what the auditor evaluates
// before a population is sampled or tested.
type Question struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	fact func(audit.Population) string
}

// questions is the checklist. Beside each stands what is recorded, never an
// answer: that is the auditor's own.
var questions = []Question{
	{"source", "Is the population from the system of record of the events that the control acts on?", func(p audit.Population) string { return p.Source }},
	{"query", "Was the query, report or request read, and does it select what is meant and leave out nothing?", func(p audit.Population) string { return p.Query }},
	{"parameters", "Are the parameters and filters those of the period, the entities and the systems in scope?", func(p audit.Population) string {
		return fmt.Sprintf("window %s to %s, coverage %s", p.Window.From, p.Window.To, p.Coverage)
	}},
	{"run-time", "Was it taken after the end of what it covers, so that late entries are in it?", func(p audit.Population) string {
		return "taken " + or(p.TakenAt, "at a time that is not stated")
	}},
	{"runner", "Is it known who took it, and could this person not have changed the data on the way?", func(p audit.Population) string {
		if p.Connection != "" {
			return "taken by connection " + p.Connection + ", collection " + string(p.Collection)
		}
		return "handed over as dataset " + p.Dataset + "; the records do not say who ran the query"
	}},
	{"timezone", "Is the time zone of its times known, and are the edges of the period drawn in it?", func(p audit.Population) string {
		return "times are kept in UTC; first " + or(p.First, "not known") + ", last " + or(p.Last, "not known")
	}},
	{"row-count", "Does the number of rows agree with what the source showed when it was taken?", func(p audit.Population) string {
		text := fmt.Sprintf("%s received, %s kept, %s rejected", audit.Count(p.Received), audit.Count(p.Rows), audit.Count(p.Rejected))
		if p.Deduplicated > 0 {
			text += ", " + audit.Plural(p.Deduplicated, "repeated row") + " taken once"
		}
		return text
	}},
	{"reconciled", "Was it reconciled to a total that does not come from the same extract, such as a ledger or a bank?", reconciled},
	{"gaps", "Were gaps in sequence and in time looked for, and are they explained?", func(p audit.Population) string {
		if p.GapFrom == "" {
			return "no gap in time is recorded"
		}
		return fmt.Sprintf("the longest time without a row is %s, from %s", audit.Plural(p.GapDays, "day"), p.GapFrom)
	}},
	{"edges", "Were the first and the last days of the period looked at, so that nothing is cut off at either?", func(p audit.Population) string {
		return fmt.Sprintf("window %s to %s; first row %s, last row %s; %s outside", p.Window.From, p.Window.To, or(p.First, "none"), or(p.Last, "none"), audit.Plural(p.OutOfTime, "row"))
	}},
	{"list-to-source", "Were items of the list traced to the source and found there as listed (accuracy)?", nothing},
	{"source-to-list", "Were items chosen in the source traced to the list and found on it (completeness)?", nothing},
	{"trigger", "Does it hold every event that calls for the control (all leavers), not only what the control put out (all closed tickets)?", func(p audit.Population) string {
		return "population " + p.Name
	}},
}

func reconciled(p audit.Population) string {
	text := "totals of the source: " + or(p.Agrees, audit.NotStated)
	if p.Agrees == "yes" {
		text = "rows and totals agree with those that came with the extract; whether these are independent is not recorded"
	}
	for _, name := range sortedNames(p.Totals) {
		text += fmt.Sprintf("; %s %s", name, p.Totals[name])
	}
	return text
}

func nothing(audit.Population) string { return "nothing is recorded of this" }

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// Asked is a question with what the records say, and the auditor's answer.
type Asked struct {
	Question
	Fact   string          `json:"recorded"`
	Answer *audit.IPECheck `json:"answer,omitempty"`
}

// Evaluated is a population with its checklist and what the auditor decided.
type Evaluated struct {
	Population audit.Population `json:"population"`
	Limits     string           `json:"limits,omitempty"` // why it cannot support "N of N", or ""
	Intake     *audit.Intake    `json:"intake,omitempty"` // of these very bytes
	Earlier    *audit.Intake    `json:"earlier,omitempty"`
	Asked      []Asked          `json:"checklist"`
}

// Standing is how the auditor's decision on a population reads.
func (e Evaluated) Standing() string {
	switch {
	case e.Intake != nil:
		return string(e.Intake.Decision)
	case e.Earlier != nil:
		return "to be evaluated again: collected anew since it was " + string(e.Earlier.Decision)
	}
	return "not evaluated"
}

// Evaluations are the populations with what the auditor decided of each.
func (s Stage) Evaluations(ctx context.Context) ([]Evaluated, error) {
	all, err := s.Records.Populations(ctx)
	if err != nil {
		return nil, err
	}
	intakes, err := s.Records.Intakes(ctx, s.Engagement)
	if err != nil {
		return nil, err
	}
	out := make([]Evaluated, 0, len(all))
	for _, p := range all {
		out = append(out, evaluated(p, intakes))
	}
	return out, nil
}

// evaluated finds the decision on the bytes of a population: one on other bytes
// is an earlier one and lets nothing be drawn.
func evaluated(p audit.Population, intakes []audit.Intake) Evaluated {
	e := Evaluated{Population: p, Limits: p.Complete()}
	for i, x := range intakes {
		switch {
		case x.Name != p.Name:
		case x.File == p.File && x.Rows == p.Rows && x.Population == p.ID:
			e.Intake = newer(e.Intake, &intakes[i])
		default:
			e.Earlier = newer(e.Earlier, &intakes[i])
		}
	}
	for _, q := range questions {
		a := Asked{Question: q, Fact: q.fact(p)}
		if e.Intake != nil {
			if i := slices.IndexFunc(e.Intake.Checks, func(c audit.IPECheck) bool { return c.ID == q.ID }); i >= 0 {
				a.Answer = &e.Intake.Checks[i]
			}
		}
		e.Asked = append(e.Asked, a)
	}
	return e
}

func newer(a, b *audit.Intake) *audit.Intake {
	if a == nil || !b.At.Before(a.At) {
		return b
	}
	return a
}

// Evaluate finds one population, by its ID or by its name where only one has it.
func (s Stage) Evaluate(ctx context.Context, named string) (Evaluated, error) {
	all, err := s.Evaluations(ctx)
	if err != nil {
		return Evaluated{}, err
	}
	var mine []Evaluated
	var list []string
	for _, e := range all {
		if string(e.Population.ID) == named || e.Population.Name == named {
			mine = append(mine, e)
			list = append(list, fmt.Sprintf("%s (%s to %s, %s)", e.Population.ID, e.Population.Window.From, e.Population.Window.To, audit.Plural(e.Population.Rows, "row")))
		}
	}
	switch len(mine) {
	case 0:
		return Evaluated{}, fmt.Errorf("no population %q was collected: `tickmark intake list` shows those that were", named)
	case 1:
		return mine[0], nil
	}
	return Evaluated{}, fmt.Errorf("%d populations are named %s: name one by its ID: %s", len(mine), named, strings.Join(list, ", "))
}

// Accept records that the auditor found a population fit to be tested or
// sampled. Every question is answered, by him.
func (s Stage) Accept(ctx context.Context, named string, checks []audit.IPECheck, reasons []string) (audit.Intake, error) {
	checks, err := answers(checks)
	if err != nil {
		return audit.Intake{}, err
	}
	var missing []string
	for _, q := range questions {
		if !slices.ContainsFunc(checks, func(c audit.IPECheck) bool { return c.ID == q.ID }) {
			missing = append(missing, q.ID)
		}
	}
	if len(missing) > 0 {
		return audit.Intake{}, fmt.Errorf("%s not answered: %s: accept a population when every question is, or return it", audit.Plural(int64(len(missing)), "question"), strings.Join(missing, ", "))
	}
	return s.decide(ctx, named, audit.Intake{Checks: checks, Decision: audit.Accepted, Reasons: reasons})
}

// Return records that a population has to come again, and why.
func (s Stage) Return(ctx context.Context, named string, checks []audit.IPECheck, reasons []string) (audit.Intake, error) {
	checks, err := answers(checks)
	if err != nil {
		return audit.Intake{}, err
	}
	if !slices.ContainsFunc(reasons, func(r string) bool { return strings.TrimSpace(r) != "" }) {
		return audit.Intake{}, errors.New("say why the population is returned, so that it can come right")
	}
	return s.decide(ctx, named, audit.Intake{Checks: checks, Decision: audit.Returned, Reasons: reasons})
}

func (s Stage) decide(ctx context.Context, named string, x audit.Intake) (audit.Intake, error) {
	err := s.Records.Decide(ctx, func(ctx context.Context) (err error) {
		x, err = s.evaluated(ctx, named, x)
		return err
	})
	return x, err
}

func (s Stage) evaluated(ctx context.Context, named string, x audit.Intake) (audit.Intake, error) {
	e, err := s.Evaluate(ctx, named)
	if err != nil {
		return x, err
	}
	x.Engagement, x.Name, x.Population, x.File, x.Rows = s.Engagement, e.Population.Name, e.Population.ID, e.Population.File, e.Population.Rows
	x, _, err = s.Records.AddIntake(ctx, x)
	return x, err
}

// answers checks what the auditor answered and puts it in the order of the list.
func answers(given []audit.IPECheck) ([]audit.IPECheck, error) {
	var errs []error
	out := make([]audit.IPECheck, 0, len(given))
	for _, q := range questions {
		for _, c := range given {
			if c.ID == q.ID {
				out = append(out, c)
			}
		}
	}
	seen := map[string]bool{}
	for _, c := range given {
		switch {
		case !slices.ContainsFunc(questions, func(q Question) bool { return q.ID == c.ID }):
			errs = append(errs, fmt.Errorf("question %q is none of the checklist: `tickmark intake show` lists them", c.ID))
		case seen[c.ID]:
			errs = append(errs, fmt.Errorf("question %s is answered twice", c.ID))
		case c.Answer != "yes" && c.Answer != "no" && c.Answer != "n/a":
			errs = append(errs, fmt.Errorf("question %s: the answer is yes, no or n/a, not %q", c.ID, c.Answer))
		case strings.TrimSpace(c.Basis) == "":
			errs = append(errs, fmt.Errorf("question %s: say under basis what was looked at", c.ID))
		case c.Answer != "yes" && strings.TrimSpace(c.Reason) == "":
			errs = append(errs, fmt.Errorf("question %s is answered %s: give the reason", c.ID, c.Answer))
		}
		seen[c.ID] = true
	}
	return out, errors.Join(errs...)
}
