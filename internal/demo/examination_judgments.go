package demo

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// late are the judgments that stood open when the dispositions were first
// applied, by procedure.
var late = map[string][]view{
	factorMissing: {
		{audit.IsDeviation, "Enrolment had lapsed after a change of telephone and sign-in with the password alone was possible until it was renewed in January 2026."},
		{audit.IsNotDeviation, "Inspected the configuration of the identity provider: the account is bound to a hardware key, which the export does not count as a second factor. Sign-in without the key is refused."},
		{audit.IsDeviation, "Enrolment waited for a device that was on order, and the identity provider let the account be used with the password alone until it came."},
	},
	paidTwice: {
		{audit.IsDeviation, "The instruction was released a second time after a time-out of the bank connection. The employee repaid it in the following month; the check for duplicates did not stop it."},
		{audit.IsDeviation, "A correction file of the client held the employee a second time. The check compares the number of the file and did not see it; the payment was recovered in January 2026."},
	},
}

// performs reports whether a control in scope names a procedure.
func (f *file) performs(procedure string) bool {
	return slices.ContainsFunc(f.controls, func(c audit.Control) bool { return slices.Contains(c.Procedures, procedure) })
}

// first is what the senior judged at first, if he did.
func (f *file) first(e Planted) (view, bool) {
	o := opinions[e.Procedure]
	if len(o.views) == 0 || !slices.Contains(o.engagements, f.engagement.Code) {
		return view{}, false
	}
	v := o.views[min(e.nth, len(o.views)-1)]
	return v, v.reason != ""
}

// finally is what the senior judged in the end.
func (f *file) finally(e Planted) view {
	if v, judged := f.first(e); judged {
		return v
	}
	return late[e.Procedure][min(e.nth, len(late[e.Procedure])-1)]
}

// writeLateDispositions writes the judgments of what stood open, as a folder to
// be applied.
func (f *file) writeLateDispositions() error {
	var list []audit.Disposition
	for _, e := range f.plan.list {
		if _, judged := f.first(e); judged || !f.performs(e.Procedure) || len(late[e.Procedure]) == 0 {
			continue
		}
		v := f.finally(e)
		list = append(list, audit.Disposition{
			Engagement: f.engagement.Code, Procedure: e.Procedure, Item: e.Item, Judgment: v.judgment, Reason: v.reason, By: senior, On: "2026-02-16",
		})
	}
	return f.put(list, "judgments", "dispositions.yaml")
}

// deviations are those of the engagement, with their codes.
func (f *file) deviations() []audit.Deviation {
	var out []audit.Deviation
	for _, x := range f.findings {
		if !slices.ContainsFunc(f.controls, func(c audit.Control) bool { return c.Code == x.Control }) {
			continue
		}
		d := audit.Deviation{
			Code: fmt.Sprintf("D-%d", len(out)+1), Control: x.Control, Procedure: x.Procedure,
			Nature: x.Nature, Cause: x.Cause, Extent: x.Extent, Effect: x.Effect, Compensating: x.Compensating, Precise: x.Precise,
		}
		if x.Paper != "" {
			d.Workpaper = x.Paper + "-T1"
		}
		for _, e := range f.plan.list {
			if e.Procedure == x.Procedure && f.finally(e).judgment == audit.IsDeviation {
				d.Items = append(d.Items, e.Item)
			}
		}
		for _, t := range f.tests {
			for _, name := range t.Items {
				if t.Control == x.Paper && t.Flagged[name] != nil {
					d.Items = append(d.Items, name)
				}
			}
		}
		if len(d.Items) > 0 {
			out = append(out, d)
		}
	}
	return out
}

// writeDeviations writes them in two files: those that another control made up
// for are recorded when that one is concluded on.
func (f *file) writeDeviations() error {
	alone, compensated := f.deviations(), f.deviations()
	alone = slices.DeleteFunc(alone, func(d audit.Deviation) bool { return d.Compensating != "" })
	compensated = slices.DeleteFunc(compensated, func(d audit.Deviation) bool { return d.Compensating == "" })
	if err := f.put(alone, "deviations.yaml"); err != nil {
		return err
	}
	return f.put(compensated, "deviations-compensated.yaml")
}

// concluded is the conclusion on a control.
func (f *file) concluded(c audit.Control) audit.AuditorConclusion {
	x := audit.AuditorConclusion{On: audit.OnControl, Code: c.Code, Design: audit.Suitable, Operation: audit.Effective, Workpapers: f.papers[c.Code]}
	for _, d := range f.deviations() {
		if d.Control == c.Code {
			x.Deviations = append(x.Deviations, d.Code)
		}
	}
	if v, ok := f.judged.Controls[c.Code]; ok {
		x.Operation, x.Reason = v.Operation, v.Reason
		return x
	}
	var found []string
	for _, p := range c.Procedures {
		found = append(found, f.results[p].Found)
	}
	for _, t := range f.tests {
		if t.Control == c.Code {
			found = append(found, t.Found)
		}
	}
	x.Reason = strings.Join(found, " ")
	return x
}

// writeConclusions writes those on controls in two files, of which the second
// waits for what is compensated, and those on what the controls are for.
func (f *file) writeConclusions() error {
	var first, second []audit.AuditorConclusion
	waits := map[string]bool{}
	for _, d := range f.deviations() {
		waits[d.Control] = waits[d.Control] || d.Compensating != ""
	}
	for _, c := range f.controls {
		if x := f.concluded(c); waits[c.Code] {
			second = append(second, x)
		} else {
			first = append(first, x)
		}
	}
	second = append(second, f.aims()...)
	second = append(second, audit.AuditorConclusion{
		On: audit.OnDescription, Code: "description", Design: audit.Presented, Workpapers: []string{"G-1", "G-2"},
		Reason: "The description agrees with the system as it was walked through, says what changed in the period and names what is carved out.",
	})
	if err := f.put(first, "conclusions-controls.yaml"); err != nil {
		return err
	}
	return f.put(second, "conclusions-aims.yaml")
}

// aims are the conclusions on objectives or criteria, and on commitments.
func (f *file) aims() []audit.AuditorConclusion {
	var out []audit.AuditorConclusion
	for _, row := range f.rows {
		x := audit.AuditorConclusion{On: audit.OnCriterion, Code: row.Code, Design: audit.Suitable}
		var titles []string
		worst := audit.DidNotOperate
		order := []audit.Operation{audit.DidNotOperate, audit.Effective, audit.EffectiveExcept, audit.NotEffective}
		for _, c := range row.Controls {
			now := f.concluded(c).Operation
			x.Rests = append(x.Rests, c.Code)
			titles = append(titles, fmt.Sprintf("%s (%s): %s", c.Code, strings.ToLower(c.Title), now))
			worst = order[max(slices.Index(order, worst), slices.Index(order, now))]
		}
		x.Operation, x.Reason = worst, strings.Join(titles, "; ")+"."
		if v, ok := f.judged.Objectives[row.Code]; ok && f.engagement.Kind == audit.SOC1 {
			x.On, x.Operation, x.Reason = audit.OnObjective, v.Operation, v.Reason
		}
		out = append(out, x)
	}
	if f.engagement.Kind == audit.SOC2 {
		for _, code := range slices.Sorted(maps.Keys(f.judged.Commitments)) {
			v := f.judged.Commitments[code]
			out = append(out, audit.AuditorConclusion{On: audit.OnCommitment, Code: code, Design: audit.Suitable, Operation: v.Operation, Rests: v.Rests, Reason: v.Reason})
		}
	}
	return out
}

// writeOpinion writes the draft: the description and the design unmodified, the
// operation qualified for what was not met.
func (f *file) writeOpinion() error {
	var affected, basis []string
	for _, x := range f.aims() {
		if x.Operation == audit.NotEffective {
			affected = append(affected, x.Code)
		}
	}
	for _, c := range f.controls {
		if x := f.concluded(c); x.Operation == audit.NotEffective {
			basis = append(basis, fmt.Sprintf("%s, %s: %s", c.Code, strings.ToLower(c.Title), x.Reason))
		}
	}
	slices.Sort(affected)
	return f.put(audit.Opinion{
		Subjects: []audit.SubjectOpinion{
			{Subject: audit.OfDescription, Form: audit.Unmodified},
			{Subject: audit.OfDesign, Form: audit.Unmodified},
			{Subject: audit.OfOperation, Form: audit.Qualified, Affected: affected, Basis: strings.Join(basis, "\n")},
		},
		ReportDate: reportDay, City: "Albany", Firm: auditFirm,
	}, "opinion.yaml")
}
