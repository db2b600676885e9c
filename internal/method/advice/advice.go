// Package advice owns which SOC report an organization needs, of which type
// and with which categories, what to ask of a vendor, and how long and how
// much it takes to get there. It stands among the methods: answers go in,
// advice with its reasons comes out, and a date is always given, never looked
// up. It does not know who asks, keeps no record of a decision, and issues
// nothing: only an independent licensed CPA firm issues a report.
package advice

import (
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// Report is the kind of a report that can be advised.
type Report string

// The reports.
const (
	SOC1 Report = "soc1"
	SOC2 Report = "soc2"
	SOC3 Report = "soc3"
)

// Name writes "SOC 2".
func (r Report) Name() string { return "SOC " + strings.TrimPrefix(string(r), "soc") }

// Type is at what the controls are looked at: a date, a period, or a date
// first and a period afterwards.
type Type string

// The types. A SOC 3 has none of its own: it rests on a SOC 2 Type 2.
const (
	NoType    Type = ""
	Type1     Type = "type1"
	Type2     Type = "type2"
	Type1Then Type = "type1-then-type2"
)

// Name writes "Type 1, then Type 2".
func (t Type) Name() string {
	return map[Type]string{Type1: "Type 1", Type2: "Type 2", Type1Then: "Type 1, then Type 2"}[t]
}

// Reason is why something is advised: a stable code, a sentence, and the
// answers that it rests on, as "question=value".
type Reason struct {
	Code      string   `json:"code"`
	Text      string   `json:"text"`
	Cites     []string `json:"cites,omitempty"`
	Prefilled bool     `json:"rests_on_prefilled,omitempty"` // an answer among them was not confirmed by a person
}

// Recommended is one report that is advised, with everything about it.
type Recommended struct {
	Report     Report       `json:"report"`
	Why        []Reason     `json:"why"`
	Type       Type         `json:"type,omitempty"`
	WhyType    []Reason     `json:"why_type,omitempty"`
	Categories []InCategory `json:"categories,omitempty"`
	Plus       []Addition   `json:"plus,omitempty"` // what makes a SOC 2 a SOC 2+
	Not        []Reason     `json:"does_not_give"`
}

// InCategory is a trust services category that is to be in scope.
type InCategory struct {
	Category audit.Category `json:"category"`
	Why      []Reason       `json:"why"`
}

// Addition is what a SOC 2+ examines besides.
type Addition struct {
	Framework string   `json:"framework"`
	Pattern   Pattern  `json:"pattern"`
	Why       []Reason `json:"why"`
	Watch     string   `json:"watch"`
}

// Pattern is one of the two ways in which a SOC 2 examination is extended.
type Pattern string

// The patterns of SOC 2+.
const (
	MoreCriteria Pattern = "additional criteria"
	MoreSubject  Pattern = "additional subject matter"
)

// Advice is what the answers lead to. No reports means none yet; NoneYet says why.
type Advice struct {
	Outcome     string        `json:"outcome"` // in one line
	Reports     []Recommended `json:"reports"`
	NoneYet     []Reason      `json:"none_yet,omitempty"`
	Consider    []Reason      `json:"consider,omitempty"`
	Warnings    []Reason      `json:"warnings,omitempty"`
	Provisional bool          `json:"provisional"` // it rests on answers that a profile prefilled and nobody confirmed
	Prefilled   []string      `json:"prefilled,omitempty"`
	Open        []Open        `json:"open_questions,omitempty"`
	Flips       []Flip        `json:"what_would_change_it"`
	Tried       int           `json:"single_changes_tried"`
}

// Recommends finds a report in the advice.
func (a Advice) Recommends(r Report) (Recommended, bool) {
	i := slices.IndexFunc(a.Reports, func(x Recommended) bool { return x.Report == r })
	if i < 0 {
		return Recommended{}, false
	}
	return a.Reports[i], true
}

// Advise says which report the answers of a service organization call for.
// Today is the day from which a deadline counts; without it, a deadline is
// passed over, which is said. Answers that Check refuses give no advice.
func Advise(answers Answers, today audit.Date) (Advice, error) {
	if err := Check(Questions(), answers); err != nil {
		return Advice{}, err
	}
	f := facts{answers: answers, today: today}
	a := f.decide()
	a.Warnings = append(a.Warnings, f.warnings(a)...)
	a.mark(f)
	if a.Reports == nil {
		a.Reports = []Recommended{}
	}
	a.Flips, a.Open, a.Tried = f.flips(a.Outcome)
	if len(a.NoneYet) > 0 && a.NoneYet[0].Code == nothingDecides {
		a.Open = f.undecided(a.Open)
	}
	return a, nil
}

// decide is the advice without what it takes many decisions to know.
func (f facts) decide() Advice {
	var a Advice
	if a.NoneYet = f.fired(noneRules); len(a.NoneYet) == 0 {
		a.Reports = f.reports()
	}
	if len(a.Reports) == 0 && len(a.NoneYet) == 0 {
		a.NoneYet = []Reason{f.nothing()}
	}
	a.Consider = f.consider(a)
	a.Outcome = outcome(a.Reports)
	return a
}

func (f facts) reports() []Recommended {
	var all []Recommended
	if why := f.fired(soc1Rules); len(why) > 0 && len(f.fired(soc1Bars)) == 0 {
		all = append(all, f.recommended(SOC1, why))
	}
	if why := f.fired(soc2Rules); len(why) > 0 {
		two := f.recommended(SOC2, why)
		two.Categories, two.Plus = f.categories(), f.additions()
		all = append(all, two)
	}
	if why := f.fired(soc3Rules); len(why) > 0 {
		all = append(all, Recommended{Report: SOC3, Why: why, Not: f.fired(notGiven[SOC3])})
	}
	return all
}

func (f facts) recommended(r Report, why []Reason) Recommended {
	t, whyType := f.kind(r)
	return Recommended{Report: r, Why: why, Type: t, WhyType: whyType, Not: append(f.fired(notGiven[r]), f.fired(notType[t])...)}
}

const nothingDecides = "nothing-decides"

func (f facts) nothing() Reason {
	return Reason{Code: nothingDecides, Cites: f.cited(),
		Text: "Nothing that was answered calls for a report. Either too little is known, see the open questions, or nobody needs one."}
}

// outcome writes the reports in one line. Two advices with the same line
// differ in nothing that has to be decided.
func outcome(all []Recommended) string {
	if len(all) == 0 {
		return "None yet"
	}
	var parts []string
	for _, r := range all {
		text := r.Report.Name()
		if len(r.Plus) > 0 {
			text += "+"
		}
		if r.Type != NoType {
			text += " " + r.Type.Name()
		}
		if inside := append(categoryNames(r.Categories), additionNames(r.Plus)...); len(inside) > 0 {
			text += " (" + strings.Join(inside, ", ") + ")"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// mark says which reasons rest on what nobody confirmed.
func (a *Advice) mark(f facts) {
	for _, q := range Questions() {
		if f.answers[q.ID].Profile != "" {
			a.Prefilled = append(a.Prefilled, q.ID)
		}
	}
	for i := range a.Reports {
		r := &a.Reports[i]
		a.Provisional = f.marked(r.Why) || a.Provisional
		a.Provisional = f.marked(r.WhyType) || a.Provisional
		for _, c := range r.Categories {
			a.Provisional = f.marked(c.Why) || a.Provisional
		}
		for _, p := range r.Plus {
			a.Provisional = f.marked(p.Why) || a.Provisional
		}
		f.marked(r.Not)
	}
	a.Provisional = f.marked(a.NoneYet) || a.Provisional
	f.marked(a.Consider)
	f.marked(a.Warnings)
}

func (f facts) marked(all []Reason) bool {
	some := false
	for i := range all {
		all[i].Prefilled = slices.ContainsFunc(all[i].Cites, func(c string) bool {
			id, _, _ := strings.Cut(c, "=")
			return f.answers[id].Profile != ""
		})
		some = some || all[i].Prefilled
	}
	return some
}
