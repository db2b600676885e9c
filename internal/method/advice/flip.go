package advice

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/audit"
)

// Flip is one answer that, were it another, would change the advice.
type Flip struct {
	Question string `json:"question"`
	Change   string `json:"change"`  // what would be different, in ids
	Outcome  string `json:"outcome"` // the advice then
}

// Open is a question without an answer, of which some answer would change the
// advice: by itself, or, as long as nothing is decided, together with another.
type Open struct {
	Question string   `json:"question"`
	Ask      string   `json:"ask"`
	Outcomes []string `json:"could_lead_to"`    // each once, in the order of the choices
	Answers  int      `json:"answers_changing"` // how many answers would change the advice
}

// change is one other answer to one question.
type change struct {
	text   string
	values []string // none means open
}

// flips gives every single answer another value, decides again, and keeps what
// differs. Nothing here is written by hand: the same rules decide.
func (f facts) flips(outcome string) ([]Flip, []Open, int) {
	out := []Flip{}
	var open []Open
	tried := 0
	for _, q := range Questions() {
		given := f.answers[q.ID].Values
		matters := Open{Question: q.ID, Ask: q.Ask}
		for _, c := range f.changes(q, given) {
			tried++
			then := f.but(q.ID, c.values).decide().Outcome
			switch {
			case then == outcome:
			case len(given) > 0:
				out = append(out, Flip{q.ID, c.text, then})
			default:
				matters.add(then)
			}
		}
		if len(matters.Outcomes) > 0 {
			open = append(open, matters)
		}
	}
	return out, open, tried
}

func (o *Open) add(outcome string) {
	o.Answers++
	if !slices.Contains(o.Outcomes, outcome) {
		o.Outcomes = append(o.Outcomes, outcome)
	}
}

// undecided adds to the open questions those that decide only together with
// others. They are read off the rules.
func (f facts) undecided(open []Open) []Open {
	var out []Open
	for _, q := range Questions() {
		i := slices.IndexFunc(open, func(o Open) bool { return o.Question == q.ID })
		switch {
		case i >= 0:
			out = append(out, open[i])
		case len(f.answers[q.ID].Values) == 0 && decides(q.ID):
			out = append(out, Open{Question: q.ID, Ask: q.Ask, Outcomes: []string{}})
		}
	}
	return out
}

func decides(ask string) bool {
	return slices.ContainsFunc(slices.Concat(soc1Rules, soc2Rules, soc3Rules), func(r rule) bool {
		return slices.ContainsFunc(r.when, func(c cond) bool { return c.ask == ask })
	})
}

// but are the facts with one answer changed.
func (f facts) but(id string, values []string) facts {
	other := maps.Clone(f.answers)
	if other == nil {
		other = Answers{}
	}
	delete(other, id)
	if len(values) > 0 {
		other[id] = Answer{Values: values}
	}
	return facts{answers: other, today: f.today}
}

// changes are the single changes of one answer that are tried.
func (f facts) changes(q Question, given []string) []change {
	switch q.Kind {
	case Many:
		return toggles(q, given)
	case Whole:
		return thresholds(given, "0", "1", "2", strconv.Itoa(ShortPeriod(SOC2)), strconv.Itoa(ShortPeriod(SOC1)), "12")
	case Day:
		if f.today == "" {
			return nil
		}
		return thresholds(given, days(f.today, 1, 3, 6, 9, 12)...)
	}
	return thresholds(given, q.ids()...)
}

func days(today audit.Date, months ...int) []string {
	var out []string
	for _, n := range months {
		out = append(out, string(addMonths(today, n)))
	}
	return out
}

// thresholds replaces the answer by each value, and takes it away.
func thresholds(given []string, values ...string) []change {
	var out []change
	for _, v := range values {
		if !slices.Contains(given, v) {
			out = append(out, change{v, []string{v}})
		}
	}
	if len(given) > 0 {
		out = append(out, change{"open", nil})
	}
	return out
}

// toggles adds each choice that was not made, and takes away each that was.
func toggles(q Question, given []string) []change {
	var out []change
	for _, v := range q.ids() {
		switch {
		case slices.Contains(given, v):
			left := slices.DeleteFunc(slices.Clone(given), func(x string) bool { return x == v })
			out = append(out, change{"without " + v, left})
		case slices.Contains(alone, v):
			out = append(out, change{"only " + v, []string{v}})
		default:
			both := slices.DeleteFunc(slices.Clone(given), func(x string) bool { return slices.Contains(alone, x) })
			out = append(out, change{"also " + v, append(both, v)})
		}
	}
	return out
}

// ByOutcome gathers flips that lead to the same advice, in the order in which
// the advices first appear: "question: change" lines by outcome.
func ByOutcome(all []Flip) []Gathered {
	var out []Gathered
	for _, f := range all {
		i := slices.IndexFunc(out, func(g Gathered) bool { return g.Outcome == f.Outcome })
		if i < 0 {
			out, i = append(out, Gathered{Outcome: f.Outcome}), len(out)
		}
		out[i].add(f)
	}
	return out
}

// Gathered are the single changes that lead to one other advice.
type Gathered struct {
	Outcome string
	Changes []string // "asked-why: without icfr, only not-said"
}

func (g *Gathered) add(f Flip) {
	if n := len(g.Changes); n > 0 && strings.HasPrefix(g.Changes[n-1], f.Question+": ") {
		g.Changes[n-1] += ", " + f.Change
		return
	}
	g.Changes = append(g.Changes, f.Question+": "+f.Change)
}
