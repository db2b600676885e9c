package exposure

import (
	"fmt"
	"slices"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/program"
)

// Register is what a register holds on a day.
type Register struct {
	Policy      program.RiskPolicy
	Risks       []program.Risk
	Acceptances []program.Acceptance
	Records     map[string]audit.Digest // of the risks, by code
	Assessments []program.Assessment
	Triggers    []program.Trigger
}

// Notice is something that is due, late or missing in the register.
type Notice struct {
	About string     `json:"about"` // code of a risk, an assessment or a trigger
	Says  string     `json:"says"`
	Due   audit.Date `json:"due,omitempty"`
	Late  bool       `json:"late"`
}

// Notices are what the register owes on a day: the next assessment, events that
// nobody assessed, risks without a decision or treatment, acceptances that end.
func (r Register) Notices(on audit.Date) []Notice {
	out := r.cadence(on)
	for _, t := range r.Triggers {
		if t.Reassessed == "" && (len(r.Policy.Triggers) == 0 || slices.Contains(r.Policy.Triggers, t.What)) {
			out = append(out, Notice{t.Code, fmt.Sprintf("%s of %s: the risks were not assessed again", t.What, t.Occurred), t.Occurred, true})
		}
	}
	for _, x := range r.Risks {
		if x.Closed == "" {
			out = append(out, r.owed(x, on)...)
		}
	}
	return out
}

// cadence is the next assessment of each scope, and what waits for approval.
func (r Register) cadence(on audit.Date) []Notice {
	var out []Notice
	last := map[string]program.Assessment{}
	var scopes []string
	for _, a := range r.Assessments {
		if a.Approver == "" {
			out = append(out, Notice{a.Code, "assessed by " + a.Performer + ", and approved by nobody", a.Completed, false})
		}
		if _, ok := last[a.Scope]; !ok {
			scopes = append(scopes, a.Scope)
		}
		if a.Completed >= last[a.Scope].Completed {
			last[a.Scope] = a
		}
	}
	slices.Sort(scopes)
	for _, s := range scopes {
		due := after(last[s].Completed, r.Policy.Months)
		out = append(out, Notice{last[s].Code, "the risks of " + s + " are assessed again", due, due < on})
	}
	if len(scopes) == 0 {
		out = append(out, Notice{"register", "the risks were never assessed as a whole", on, true})
	}
	return out
}

func (r Register) owed(x program.Risk, on audit.Date) []Notice {
	var out []Notice
	add := func(says string, due audit.Date) { out = append(out, Notice{x.Code, says, due, due < on}) }
	high := x.Score() >= r.Policy.Appetite
	switch {
	case x.Treatment == program.Undecided && high:
		add("its treatment is decided", x.Identified.Add(r.Policy.DecideDays))
	case x.Treatment == program.AcceptIt && !Accepted(x.Code, r.Records[x.Code], r.Acceptances, on):
		add("it is accepted by nobody, or the acceptance ended or was of an earlier rating", on.Add(-1))
	case x.Treatment != program.Undecided && x.Treatment != program.AcceptIt && x.Treated == "" && x.TreatBy != "":
		add("its treatment is in place", x.TreatBy)
	}
	for _, a := range r.Acceptances {
		if a.Risk == x.Code && a.Digest == r.Records[x.Code] && a.Until >= on && a.Until <= on.Add(30) {
			add("its acceptance ends", a.Until)
		}
	}
	return out
}

// after is the day n months after another.
func after(d audit.Date, n int) audit.Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return d
	}
	return audit.Date(t.AddDate(0, n, 0).Format(time.DateOnly))
}
