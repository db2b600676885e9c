package review

import (
	"context"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/method/coverage"
	"tickmark/internal/method/evaluation"
)

// Propose says which opinion the recorded conclusions call for, and why. It is
// never recorded: an opinion is what a person writes and a partner signs.
func (s Stage) Propose(ctx context.Context, engagement string) (evaluation.Proposal, error) {
	f, err := s.open(ctx, engagement)
	if err != nil {
		return evaluation.Proposal{}, err
	}
	return f.propose()
}

func (f file) propose() (evaluation.Proposal, error) {
	e := evaluation.Examined{Kind: f.engagement.Kind, Type: f.engagement.Type}
	if c, ok := f.concluded(audit.OnDescription, string(audit.OnDescription)); ok {
		e.Description = judgedBy(c)
		e.Description.Material, e.Description.Limited = c.Design == audit.Misstated, c.Design == audit.NotShown
		e.Description.Pervasive = c.Pervasive
	}
	on := audit.OnCriterion
	if f.engagement.Kind == audit.SOC1 {
		on = audit.OnObjective
	}
	for _, row := range f.rows {
		a := evaluation.Aim{Code: row.Code}
		if on == audit.OnCriterion {
			a.Affects = []string{row.Code}
		}
		var controls []string
		for _, c := range row.Controls {
			controls = append(controls, c.Code)
		}
		e.Aims = append(e.Aims, f.aim(a, on, controls))
	}
	for _, c := range f.conclusions {
		if c.On == audit.OnCommitment {
			e.Aims = append(e.Aims, f.aim(evaluation.Aim{Code: c.Code, Affects: f.serves(c.Rests)}, c.On, c.Rests))
		}
	}
	return evaluation.Propose(e)
}

// aim fills in what was concluded on an aim and on its controls.
func (f file) aim(a evaluation.Aim, on audit.ConclusionOn, controls []string) evaluation.Aim {
	for _, code := range controls {
		a.Controls = append(a.Controls, f.fact(code))
	}
	c, ok := f.concluded(on, a.Code)
	if !ok {
		return a
	}
	a.Design = judgedBy(c)
	a.Design.Material = c.Design == audit.NotSuitable
	a.Design.Pervasive = c.Pervasive && a.Design.Material
	if f.engagement.Type == 2 {
		a.Operation = judgedBy(c)
		a.Operation.Material, a.Operation.Limited = c.Operation == audit.NotEffective, c.Operation == audit.NotTested
		a.Operation.Pervasive = c.Pervasive && (a.Operation.Material || a.Operation.Limited)
	}
	return a
}

// fact is what was concluded on one control.
func (f file) fact(code string) evaluation.ControlFact {
	c, ok := f.concluded(audit.OnControl, code)
	if !ok {
		return evaluation.ControlFact{Code: code}
	}
	return evaluation.ControlFact{Code: code, DesignFails: c.Design == audit.NotSuitable, Operation: c.Operation, Cites: cites(c)}
}

// judgedBy is a conclusion as a judgment of nothing material yet.
func judgedBy(c audit.AuditorConclusion) evaluation.Judged {
	return evaluation.Judged{By: c.By, Why: c.Reason, Cites: cites(c)}
}

// cites names what a conclusion rests on.
func cites(c audit.AuditorConclusion) []audit.ID {
	var out []audit.ID
	for _, code := range slices.Concat(c.Workpapers, c.Deviations, c.Rests) {
		out = append(out, audit.ID(code))
	}
	return out
}

// serves are the criteria that controls serve.
func (f file) serves(controls []string) []string {
	var out []string
	for _, row := range f.rows {
		if slices.ContainsFunc(row.Controls, func(c audit.Control) bool { return slices.Contains(controls, c.Code) }) {
			out = append(out, row.Code)
		}
	}
	return out
}

// aims are what has to be concluded on before an opinion is signed: all controls
// but those that the auditor named as not concluded, what they serve, and the
// description.
func (f file) aims() []string {
	var out []string
	for _, c := range f.controls {
		if !slices.Contains(f.step.NotConcluded, c.Code) {
			out = append(out, "conclusion/control/"+c.Code)
		}
	}
	on := audit.OnCriterion
	if f.engagement.Kind == audit.SOC1 {
		on = audit.OnObjective
	}
	for _, row := range slices.DeleteFunc(slices.Clone(f.rows), coverage.Row.Gap) {
		out = append(out, "conclusion/"+string(on)+"/"+row.Code)
	}
	return append(out, "conclusion/description/description")
}
