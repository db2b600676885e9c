// Package exposure owns how large a risk is, before and after the controls that
// stand against it, and when the register has to be looked at again. It stands
// among the methods: ratings and what tests found go in, figures with their terms
// come out. It does not know where a register is kept or who answers for a risk.
package exposure

import (
	"cmp"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/program"
)

// One is the whole in parts per million.
const One = 1_000_000

// most is the most by which controls together can reduce a risk.
const most = 950_000

// weights are how much of a risk a control of each tie can take at most.
var weights = map[program.Tie]int64{program.Direct: 900_000, program.Partial: 500_000, program.Supporting: 200_000}

// Standing is what the records say of a control: whether it is designed, and how
// many of the items that were tested are neither deviations nor pending.
type Standing struct {
	Control     string
	Designed    bool
	Good        int64
	Tested      int64
	Deviations  int64
	Compensated int64
	Pending     int64
	Record      string // the conclusion
}

// Worse is the standing that shows less: of two that were tested the one with the
// lower rate, else the one that was tested.
func Worse(a, b Standing) Standing {
	switch {
	case a.Tested == 0:
		return b
	case b.Tested == 0 || a.Good*b.Tested <= b.Good*a.Tested:
		return a
	}
	return b
}

// Rate measures a risk on a day. Inherent is likelihood times impact. Each
// control takes design × operating rate × weight; what was never tested takes
// nothing; of controls in one group the best counts; together they take 0.95 at
// most, and never below 1.
func Rate(r program.Risk, ties []program.RiskControl, standings map[string]Standing, appetite int, on audit.Date) program.Rated {
	out := program.Rated{Risk: r.Code, Likelihood: r.Likelihood, Impact: r.Impact, Inherent: r.Score(), Terms: []program.Reduces{}}
	for _, t := range ties {
		if t.Risk == r.Code && t.From <= on && (t.To == "" || t.To >= on) {
			out.Terms = append(out.Terms, term(t, standings[t.Control]))
		}
	}
	slices.SortFunc(out.Terms, func(a, b program.Reduces) int { return cmp.Compare(a.Control, b.Control) })
	choose(out.Terms)
	left := int64(One)
	for _, t := range out.Terms {
		if t.Counts {
			left = (left*(One-t.PPM) + One - 1) / One // rounded up: the reduction is never too high
		}
	}
	out.Reduced = min(One-left, most)
	out.Residual = max(100, int((int64(out.Inherent)*100*(One-out.Reduced)+One-1)/One))
	out.Above = out.Residual >= appetite*100
	return out
}

func term(t program.RiskControl, s Standing) program.Reduces {
	out := program.Reduces{Control: t.Control, Designed: s.Designed, Good: s.Good, Tested: s.Tested, Tie: t.Tie, Group: t.Group, Record: s.Record}
	if s.Designed && s.Tested > 0 {
		out.PPM = share(weights[t.Tie], s.Good, s.Tested)
	}
	return out
}

// share is whole·part/of, rounded down, for figures of any size.
func share(whole, part, of int64) int64 {
	for part > 1<<40 {
		part, of = part>>1, of>>1
	}
	return whole * part / max(1, of)
}

// choose marks which terms count: all without a group, and of a group the best.
func choose(terms []program.Reduces) {
	best := map[string]int{}
	for i, t := range terms {
		if t.Group == "" {
			terms[i].Counts = true
			continue
		}
		if j, ok := best[t.Group]; !ok || terms[j].PPM < t.PPM {
			best[t.Group] = i
		}
	}
	for _, i := range best {
		terms[i].Counts = true
	}
}

// Likelihood is the residual likelihood from 1 to 5, rounded up: controls are
// taken to make a risk less likely, and its impact no smaller.
func Likelihood(r program.Rated) int {
	of := max(1, r.Impact) * 100
	return min(5, max(1, (r.Residual+of-1)/of))
}

// Accepted reports whether a risk, by the digest of its record, is borne on a day.
func Accepted(code string, record audit.Digest, all []program.Acceptance, on audit.Date) bool {
	return slices.ContainsFunc(all, func(x program.Acceptance) bool {
		return x.Risk == code && x.Digest == record && x.On <= on && on <= x.Until
	})
}

// Assumptions are what every residual figure rests on.
var Assumptions = []string{
	"a control that was never tested takes nothing off a risk, however well it is designed",
	"the weights of the ties are Tickmark's: direct 0.90, partial 0.50, supporting 0.20; all controls together take 0.95 at most",
	"controls without a group are taken to fail independently of one another",
	"where several engagements tested a control, the lowest rate counts",
}
