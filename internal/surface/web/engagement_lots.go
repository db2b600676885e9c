package web

import (
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/method/sampling"
	"tickmark/internal/stage/advance"
	"tickmark/internal/stage/sample"
	"tickmark/internal/surface/web/page"
)

// intakeOf is the population of an address with its checklist.
func (b *bench) intakeOf(c *call) (audit.Engagement, sample.Evaluated, error) {
	e, err := b.engaged(c)
	if err != nil {
		return e, sample.Evaluated{}, err
	}
	all, err := b.Engaged.File.Intakes(c.r.Context(), c.person, e.Code)
	if err != nil {
		return e, sample.Evaluated{}, err
	}
	i := slices.IndexFunc(all, func(x sample.Evaluated) bool { return string(x.Population.ID) == c.r.PathValue("id") })
	if i < 0 {
		return e, sample.Evaluated{}, errNoPage
	}
	return e, all[i], nil
}

// intakeActs are the checklist as a form, with the answers that were given.
func (b *bench) intakeActs(c *call, e audit.Engagement, x sample.Evaluated) []page.Act {
	if !c.holds(authority.DutyAccept) {
		return nil
	}
	a := page.Act{
		Title: "Evaluate it", Note: "Answer each question and say what you looked at. A population is accepted when every question is answered.",
		Action: of(e, "intake", string(x.Population.ID)), Button: "Record the decision",
	}
	for _, q := range x.Asked {
		f := page.Field{Name: "answer-" + q.ID, Label: q.ID + ": answer", Kind: page.ChoiceField, Choices: []page.Word{{Text: "not answered"}, {Value: "yes", Text: "yes"}, {Value: "no", Text: "no"}, {Value: "n/a", Text: "n/a"}}}
		looked := page.Field{Name: "basis-" + q.ID, Label: "Looked at for “" + q.ID + "”", Hint: q.Fact, Wide: true}
		if q.Answer != nil {
			f.Value, looked.Value = q.Answer.Answer, q.Answer.Basis
		}
		a.Fields = append(a.Fields, f, looked, page.Field{Name: "reason-" + q.ID, Label: "Why, of a no or n/a"})
	}
	a.Fields = append(a.Fields,
		page.Field{Name: "decision", Label: "Decision", Kind: page.ChoiceField, Choices: words(audit.Accepted, audit.Returned)},
		page.Field{Name: "reason", Label: "Reason; needed when it is returned", Kind: page.AreaField})
	return c.offered(a)
}

// decide records the auditor's decision on a population.
func (b *bench) decide(c *call) error {
	e, x, err := b.intakeOf(c)
	if err != nil {
		return err
	}
	f := c.r.PostFormValue
	var checks []audit.IPECheck
	for _, q := range x.Asked {
		if answer := f("answer-" + q.ID); answer != "" {
			checks = append(checks, audit.IPECheck{ID: q.ID, Answer: answer, Basis: strings.TrimSpace(f("basis-" + q.ID)), Reason: strings.TrimSpace(f("reason-" + q.ID))})
		}
	}
	var reasons []string
	if r := strings.TrimSpace(f("reason")); r != "" {
		reasons = []string{r}
	}
	decision, done := audit.IPEDecision(f("decision")), "accepted"
	if decision != audit.Accepted {
		decision, done = audit.Returned, "sent-back"
	}
	_, err = b.Engaged.Lots.DecidePopulation(c.r.Context(), c.person, e.Code, x.Population.Name, decision, checks, reasons)
	return b.acted(c, of(e, "intake", string(x.Population.ID)), done, err, b.intake)
}

// drawActs let the auditor draw from a population that was accepted.
func (b *bench) drawActs(c *call, e audit.Engagement) ([]page.Act, error) {
	if !c.holds(authority.DutySample) {
		return nil, nil
	}
	all, err := b.Engaged.File.Intakes(c.r.Context(), c.person, e.Code)
	if err != nil {
		return nil, unlessHidden(err)
	}
	var accepted []page.Word
	for _, x := range all {
		if x.Intake != nil && x.Intake.Decision == audit.Accepted {
			accepted = append(accepted, page.Word{Value: x.Population.Name, Text: x.Population.Name + ", " + audit.Plural(x.Population.Rows, "row")})
		}
	}
	f, err := c.scope(c.r.Context())
	if err != nil || len(accepted) == 0 {
		return nil, err
	}
	var controls []page.Word
	for _, x := range f.Controls {
		controls = append(controls, page.Word{Value: x.Code, Text: x.Code + " " + x.Title})
	}
	return c.offered(page.Act{
		Title: "Draw a sample", Note: "The size is by the firm’s table for the control’s frequency and the risk, unless you name one. Every draw is kept, and anybody can draw it again.",
		Action: of(e, "samples"), Button: "Draw",
		Fields: []page.Field{
			{Name: "control", Label: "Control", Kind: page.ChoiceField, Choices: controls}, {Name: "population", Label: "Accepted population", Kind: page.ChoiceField, Choices: accepted},
			{Name: "risk", Label: "Risk", Kind: page.ChoiceField, Choices: words(sampling.Low, sampling.Moderate, sampling.High), Value: string(sampling.Moderate)},
			{Name: "size", Label: "Items, if not by the table", Kind: page.NumberField}, {Name: "basis", Label: "Why that many", Wide: true},
			{Name: "why", Label: "Why another draw, if there is one", Wide: true},
		},
	}), nil
}

func (b *bench) draw(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	f := c.r.PostFormValue
	o := sample.Order{Control: f("control"), Population: f("population"), Method: audit.RandomItems, Size: number(f("size"), 0), Basis: strings.TrimSpace(f("basis")), Why: strings.TrimSpace(f("why"))}
	x, err := b.Engaged.Lots.DrawByTable(c.r.Context(), c.person, e.Code, o, sampling.Risk(f("risk")))
	return b.acted(c, of(e, "samples", string(x.ID)), "drawn", err, b.samples)
}

// releaseActs let management see a draw.
func (b *bench) releaseActs(c *call, e audit.Engagement, x sample.Listed) []page.Act {
	if x.Released != nil || !c.holds(authority.DutyRelease) {
		return nil
	}
	return []page.Act{{Title: "Let management see it", Note: "Management then sees the items, and can bring the evidence for them. This cannot be taken back.", Action: of(e, "samples", string(x.ID), "release"), Button: "Release"}}
}

func (b *bench) release(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	id := audit.ID(c.r.PathValue("id"))
	_, err = b.Engaged.Lots.ReleaseSample(c.r.Context(), c.person, e.Code, id)
	return b.acted(c, of(e, "samples", string(id)), "released", err, b.sample)
}

// courseActs let the auditor take the engagement into its next phase. The
// archive wants a file, and is reached from the command line.
func (b *bench) courseActs(c *call, e audit.Engagement, next audit.Phase) []page.Act {
	if next == "" || next == audit.Archived || !c.holds(authority.DutyAdvance) {
		return nil
	}
	return c.offered(page.Act{
		Title: "Go on to " + phase(next), Note: "The gates above decide; what stands against it is said, and then nothing is recorded.", Action: of(e, "advance"),
		Hidden: map[string]string{"phase": string(next)}, Button: "Go on to " + phase(next), Minor: true,
		Fields: []page.Field{
			{Name: "not_concluded", Label: "Controls without a conclusion, by commas"}, {Name: "reason", Label: "Why not", Wide: true},
		},
	})
}

func (b *bench) advance(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	f := c.r.PostFormValue
	_, err = b.Engaged.Lots.Advance(c.r.Context(), c.person, e.Code, advance.To{Phase: audit.Phase(f("phase")), Reason: strings.TrimSpace(f("reason")), NotConcluded: codes(f("not_concluded"))}, "")
	return b.acted(c, of(e), "advanced", err, b.engagement)
}
