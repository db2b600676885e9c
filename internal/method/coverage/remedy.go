package coverage

import (
	"cmp"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// Remedy is one thing that would close a gap: something to do, and, where it is
// a test, which procedure over which populations. Nothing closes a gap but the
// records that it leaves.
type Remedy struct {
	Do        string `json:"do"`
	Procedure string `json:"procedure,omitempty"`
	Needs     []Need `json:"needs,omitempty"`
}

// Need is a population that a procedure reads.
type Need struct {
	Population string   `json:"population"`
	Held       bool     `json:"held"`              // it stands among the records
	Sources    []string `json:"sources,omitempty"` // of the catalog, that give it
}

// remedies knows which procedures speak to a row.
type remedies struct {
	facts    Facts
	held     map[string][]audit.Population
	speaking map[string][]string // criterion or objective template -> procedures, those first whose populations stand
}

func (f Facts) remedies(held map[string][]audit.Population) remedies {
	r := remedies{facts: f, held: held, speaking: map[string][]string{}}
	for id, p := range f.Procedures {
		to := p.Criteria
		if f.Engagement.Kind == audit.SOC1 {
			to = p.Objectives
		}
		for _, code := range to {
			r.speaking[code] = append(r.speaking[code], id)
		}
	}
	for _, all := range r.speaking {
		slices.SortFunc(all, func(a, b string) int {
			return cmp.Or(cmp.Compare(r.missing(a), r.missing(b)), cmp.Compare(a, b))
		})
	}
	return r
}

func (r remedies) missing(procedure string) int {
	n := 0
	for _, p := range r.facts.Procedures[procedure].Populations {
		if len(r.held[p]) == 0 {
			n++
		}
	}
	return n
}

// speak are the procedures that speak to a row.
func (r remedies) speak(row string) []string {
	if r.facts.Engagement.Kind != audit.SOC1 {
		return r.speaking[row]
	}
	for _, o := range r.facts.Objectives {
		if o.Code == row {
			return r.speaking[o.Template]
		}
	}
	return nil
}

func (r remedies) needs(procedure string) []Need {
	var out []Need
	for _, p := range r.facts.Procedures[procedure].Populations {
		n := Need{Population: p, Held: len(r.held[p]) > 0}
		if !n.Held {
			n.Sources = r.facts.Sources[p]
		}
		out = append(out, n)
	}
	return out
}

func (r remedies) tests(do string, procedures []string) []Remedy {
	var out []Remedy
	for _, id := range procedures {
		out = append(out, Remedy{Do: do, Procedure: id, Needs: r.needs(id)})
	}
	return out
}

// candidates are the procedures that would test a control of a row.
func (r remedies) candidates(rows []string) []Remedy {
	var ids []string
	for _, row := range rows {
		for _, id := range r.speak(row) {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	slices.SortStableFunc(ids, func(a, b string) int { return cmp.Compare(r.missing(a), r.missing(b)) })
	return r.tests("name in the control a procedure that tests what it does, and run it", ids)
}

// unserved is what closes the gap of a row without a control.
func (r remedies) unserved(row string) []Remedy {
	out := []Remedy{{Do: "describe a control that serves it, with an owner, or record why it is not relevant"}}
	return append(out, r.candidates([]string{row})...)
}

// of is what closes a gap of a control.
func (r remedies) of(k Kind, s ControlState) []Remedy {
	switch k {
	case NotDesigned:
		return r.design(s)
	case NoOwner:
		return []Remedy{{Do: "record who answers for it"}}
	case Failing:
		return r.tests("correct the cause, let the control operate, collect again, and perform again: the newest result must be without a deviation", by(k, s))
	case Pending:
		return r.tests("judge each exception, with a reason; a deviation asks for a correction and another performance", by(k, s))
	case TestsOff:
		return r.tests("switch on, with a reason, and run", s.off)
	case NoOccurrence:
		return []Remedy{{Do: "nothing can: no item called for it; show that the population is complete, and report it as such"}}
	}
	return r.tests("collect what is missing or old, and run", by(k, s))
}

// by are the procedures in which a gap shows: those with exceptions, those that
// did not evaluate every item of complete populations, or, where the records do
// not tell them apart, all.
func by(k Kind, s ControlState) []string {
	var out []string
	for _, t := range s.Tests {
		unfinished := t.Off || t.Result == "" || !t.Entire || t.Tested == 0
		if excepted := k == Failing || k == Pending; excepted && t.Exceptions > 0 || !excepted && k != Stale && unfinished {
			out = append(out, t.Procedure)
		}
	}
	if len(out) == 0 {
		return procedures(s)
	}
	return out
}

func (r remedies) design(s ControlState) []Remedy {
	var out []Remedy
	if lacks := slices.DeleteFunc(slices.Clone(s.lacks), func(l string) bool { return strings.HasPrefix(l, "a procedure") }); len(lacks) > 0 {
		out = append(out, Remedy{Do: "say in its text " + strings.Join(lacks, ", ")})
	}
	if len(s.Tests) > 0 {
		return out
	}
	all := r.candidates(s.Rows)
	if len(all) == 0 {
		all = []Remedy{{Do: "no procedure of the catalog speaks to it: write one, or plan an inspection by a person"}}
	}
	return append(out, all...)
}
