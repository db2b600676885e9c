package advice

import (
	"slices"
	"strconv"

	"tickmark/internal/audit"
)

// rule is one line of the method: when all conditions hold, its sentence is
// so. What it rests on is what its conditions found.
type rule struct {
	code string
	when []cond
	text string
}

// cond is one thing that must be so of one answer.
type cond struct {
	ask    string
	mode   mode
	values []string
	n      int
}

type mode int

const (
	answered mode = iota // with one of the values
	without              // not with one of the values; unanswered will do
	beyond               // unanswered, or with something besides the values
	empty                // unanswered
	least                // a number, n or more
	under                // a number, less than n
)

func is(ask string, values ...string) cond      { return cond{ask: ask, mode: answered, values: values} }
func lacks(ask string, values ...string) cond   { return cond{ask: ask, mode: without, values: values} }
func notOnly(ask string, values ...string) cond { return cond{ask: ask, mode: beyond, values: values} }
func unsaid(ask string) cond                    { return cond{ask: ask, mode: empty} }
func atLeast(ask string, n int) cond            { return cond{ask: ask, mode: least, n: n} }
func below(ask string, n int) cond              { return cond{ask: ask, mode: under, n: n} }

// facts are the answers as the rules read them.
type facts struct {
	answers Answers
	today   audit.Date
}

// found reports whether a condition holds, and the answers that show it.
func (f facts) found(c cond) ([]string, bool) {
	got := f.answers[c.ask].Values
	switch c.mode {
	case answered:
		cites := f.those(c)
		return cites, len(cites) > 0
	case without:
		return nil, len(f.those(c)) == 0
	case beyond:
		return nil, len(got) == 0 || len(f.those(c)) < len(got)
	case empty:
		return nil, len(got) == 0
	}
	n, ok := f.number(c.ask)
	if !ok || (c.mode == least) != (n >= c.n) {
		return nil, false
	}
	return []string{c.ask + "=" + got[0]}, true
}

// those are the values of an answer that a condition names.
func (f facts) those(c cond) []string {
	var cites []string
	for _, v := range f.answers[c.ask].Values {
		if slices.Contains(c.values, v) {
			cites = append(cites, c.ask+"="+v)
		}
	}
	return cites
}

func (f facts) number(ask string) (int, bool) {
	got := f.answers[ask].Values
	if len(got) != 1 {
		return 0, false
	}
	n, err := strconv.Atoi(got[0])
	return n, err == nil
}

func (f facts) holds(r rule) (Reason, bool) {
	out := Reason{Code: r.code, Text: r.text}
	for _, c := range r.when {
		cites, ok := f.found(c)
		if !ok {
			return Reason{}, false
		}
		out.Cites = append(out.Cites, cites...)
	}
	return out, true
}

// fired are the reasons of all rules that hold, in the order of the rules.
func (f facts) fired(all []rule) []Reason {
	var out []Reason
	for _, r := range all {
		if why, ok := f.holds(r); ok {
			out = append(out, why)
		}
	}
	return out
}

// cited is everything that was answered, in the order of the questions.
func (f facts) cited() []string {
	var out []string
	for _, q := range Questions() {
		for _, v := range f.answers[q.ID].Values {
			out = append(out, q.ID+"="+v)
		}
	}
	return out
}

// monthsLeft counts whole months from today to the deadline.
func (f facts) monthsLeft() (int, bool) {
	got := f.answers["deadline"].Values
	if len(got) != 1 || f.today == "" {
		return 0, false
	}
	return wholeMonths(f.today, audit.Date(got[0])), true
}
