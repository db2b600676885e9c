package advice

import (
	"fmt"
	"slices"

	"tickmark/internal/audit"
)

// span is how long something takes: months, weeks and days, added in this order.
type span struct{ months, weeks, days int }

func (s span) after(d audit.Date) audit.Date { return addMonths(d, s.months).Add(7*s.weeks + s.days) }

func (s span) String() string {
	switch {
	case s.months > 0:
		return audit.Plural(int64(s.months), "month")
	case s.weeks > 0:
		return audit.Plural(int64(s.weeks), "week")
	}
	return audit.Plural(int64(s.days), "day")
}

// phase is one step from a decision to a report, with the range of time that
// it usually takes. It begins when all that it waits for has ended.
type phase struct {
	id, title    string
	low, high    span
	after        []string // phases that have to end before
	beside       string   // a phase that has only to begin before
	output, gate string
}

func (p phase) takes() string {
	if p.low == p.high {
		return p.low.String()
	}
	if p.low.months > 0 == (p.high.months > 0) {
		n := max(p.low.months, p.low.weeks)
		return fmt.Sprintf("%d-%s", n, p.high)
	}
	return p.low.String() + " to " + p.high.String()
}

func weeks(n int) span  { return span{weeks: n} }
func months(n int) span { return span{months: n} }

// preparation is what comes before anything can be examined for the first time.
var preparation = []phase{
	{id: "decide", title: "Decide on report, readers' needs", low: weeks(1), high: weeks(3), output: "decision", gate: "the sponsor approves"},
	{id: "scope", title: "Scope, commitments, subservice", low: weeks(1), high: weeks(3), after: []string{"decide"}, output: "scope, first version", gate: "every component has an owner"},
	{id: "risk", title: "Assess risks, state objectives", low: weeks(2), high: weeks(4), after: []string{"scope"}, output: "risk register", gate: "every objective or criterion has a risk"},
	{id: "gaps", title: "Assess gaps", low: weeks(2), high: weeks(6), after: []string{"risk"}, output: "gaps", gate: "each has a severity and an owner"},
	{id: "remediate", title: "Remediate, document, train", low: months(1), high: months(6), after: []string{"gaps"}, output: "controls in operation", gate: "what blocks is closed"},
	{id: "auditor", title: "Choose and engage the auditor", low: weeks(2), high: weeks(6), after: []string{"scope"}, output: "engagement letter", gate: "independence is confirmed"},
}

// again is what comes before a period that follows another.
var again = []phase{
	{id: "scope", title: "Review scope, commitments, risks", low: weeks(1), high: weeks(3), output: "scope, next version", gate: "changes have owners"},
	{id: "auditor", title: "Sign the engagement letter", low: weeks(1), high: weeks(3), output: "engagement letter", gate: "independence is confirmed"},
}

var typeOne = phase{id: "type1", title: "Type 1: fieldwork", low: weeks(3), high: weeks(6), after: []string{"gaps", "remediate", "auditor"},
	output: "design and implementation examined", gate: "every control was seen in place"}

var typeOneReport = phase{id: "type1-report", title: "Type 1: draft, representations", low: weeks(2), high: weeks(5), after: []string{"type1"},
	output: "Type 1 report", gate: "the firm's partner signs"}

func observation(n int) phase {
	return phase{id: "period", title: "Observation period", low: months(n), high: months(n), after: []string{"gaps", "remediate"}, beside: "type1",
		output: "evidence of operation", gate: "collections are looked at every week"}
}

// examination is what follows a period.
var examination = []phase{
	{id: "planning", title: "Planning and walkthroughs", low: weeks(1), high: weeks(3), after: []string{"gaps", "auditor"}, beside: "period", output: "walkthroughs", gate: "design is concluded on"},
	{id: "fieldwork", title: "Final fieldwork", low: weeks(4), high: weeks(8), after: []string{"period", "planning"}, output: "tests", gate: "all requests are closed"},
	{id: "draft", title: "Draft, responses, representations", low: weeks(2), high: weeks(5), after: []string{"fieldwork"}, output: "final report", gate: "partner and quality reviewer sign"},
}

// phases are the steps of a plan, in an order in which each follows what it
// waits for. Where all controls are said to operate, nothing is remediated.
func (r Route) phases() []phase {
	var out []phase
	switch {
	case r.PriorEnd != "":
		out = slices.Clone(again)
	case r.Since != "":
		out = slices.DeleteFunc(slices.Clone(preparation), func(p phase) bool { return p.id == "remediate" })
	default:
		out = slices.Clone(preparation)
	}
	if r.Type != Type2 {
		out = append(out, typeOne, typeOneReport)
	}
	if r.Type != Type1 {
		out = append(append(out, observation(r.Months)), examination...)
	}
	return out
}
