package advice

import (
	"fmt"
	"slices"

	"tickmark/internal/audit"
)

// ShortPeriod is the length of a period, in months, below which readers are
// used to ask why. It is a custom, no rule of a standard: Tickmark warns and
// never refuses.
func ShortPeriod(r Report) int {
	if r == SOC1 {
		return 6
	}
	return 3
}

// reporting is how many months after the end of a period its report is
// reckoned with: fieldwork, drafting, review.
const reporting = 3

var notPublic = []cond{lacks("public-use", "report", "logo"), lacks("asked-by", "public"), lacks("asked-for", "soc3")}

// kind decides the type of one report: the first of these that holds.
func (f facts) kind(r Report) (Type, []Reason) {
	for _, t := range f.kindRules(r) {
		if why, ok := f.holds(t.rule); ok {
			return t.leads, []Reason{why}
		}
	}
	return Type2, nil
}

type typeRule struct {
	leads Type
	rule
}

func (f facts) kindRules(r Report) []typeRule {
	low := ShortPeriod(r)
	young := below("months-operating", low)
	rules := []typeRule{
		{Type2, rule{"renewal", []cond{is("prior-reports", string(r)+"-type2")},
			"There is a Type 2 report already. The next period begins on the day after the last one ended, so that there is no hole."}},
		{Type2, rule{"after-type1", []cond{is("prior-reports", string(r)+"-type1")},
			"There is a Type 1 report already. The next step is the period over which the controls are shown to operate."}},
		{Type1, rule{"type1-enough", append([]cond{is("type-wanted", "type1"), lacks("asked-by", "client-auditor"), lacks("asked-why", "icfr"), lacks("internal-audit", "icfr")}, notPublic...),
			"Readers say that a Type 1 is enough, and none of them audits financial statements."}},
		{Type1Then, rule{"type1-now", []cond{young, is("type-wanted", "type1")},
			"Readers take a Type 1 for now, and the controls are young. A Type 1 says nothing about operation, which auditors and public readers need: the Type 2 follows."}},
	}
	if why, ok := f.reachable(r); ok {
		rules = append(rules, typeRule{Type2, rule{"time-enough", []cond{young, is("deadline", f.answers["deadline"].Values...)}, why}})
	}
	return append(rules,
		typeRule{Type1Then, rule{"young-controls", []cond{young},
			fmt.Sprintf("The controls have operated for less than %d months. A Type 1 shows that they are designed and in place; the Type 2 follows when a period is over.", low)}},
		typeRule{Type2, rule{"operated", []cond{atLeast("months-operating", low)},
			fmt.Sprintf("The controls have operated for %d months or more with evidence of it, so that a period can lie behind. A Type 1 before it would cost time and money and tell readers less.", low)}},
		typeRule{Type2, rule{"aim", []cond{unsaid("months-operating")},
			"Type 2 is what readers can rely on for operation. Whether a Type 1 must come first depends on how long the controls have operated, which is open."}},
	)
}

// reachable says that young controls can still have a period, and its report,
// before the deadline, even if every phase takes as long as it may.
func (f facts) reachable(r Report) (string, bool) {
	deadline, low := f.date("deadline"), ShortPeriod(r)
	operated, said := f.number("months-operating")
	if deadline == "" || f.today == "" || !said || operated >= low {
		return "", false
	}
	route := f.answers.Route(Recommended{Report: r, Type: Type2}, f.today)
	route.Months = low
	p, err := Make(route)
	if err != nil || p.Latest.Release > deadline {
		return "", false
	}
	return fmt.Sprintf("The controls are young, but there is time: a Type 2 over %d months can be there on %s even at the latest, before the deadline. A Type 1 is not needed on the way.", low, p.Latest.Release), true
}

// deadlineWarnings are what counting to the deadline shows.
func (f facts) deadlineWarnings(a Advice) []Reason {
	got := f.answers["deadline"].Values
	left, known := f.monthsLeft()
	if len(got) == 0 || len(a.Reports) == 0 {
		return nil
	}
	cite := []string{"deadline=" + got[0]}
	if !known {
		return []Reason{{Code: "deadline-not-weighed", Cites: cite, Text: "The deadline was not weighed: today was not given."}}
	}
	first := a.Reports[0].Type
	switch {
	case left < 2:
		return []Reason{{Code: "deadline-near", Cites: cite, Text: "The deadline is less than two months away. Even a Type 1, from a signed engagement letter on, takes about that long. Tell the readers now what they will have, and when."}}
	case left < reporting && first == Type2:
		return []Reason{{Code: "deadline-tight", Cites: cite, Text: "Fieldwork and report alone take about three months after the period has ended. The deadline will hardly be met."}}
	}
	return nil
}

func wholeMonths(from, to audit.Date) int {
	n := 0
	for from < to && addMonths(from, n+1) <= to && n < 1200 {
		n++
	}
	return n
}

// consider are the thoughts that fit the advice.
func (f facts) consider(a Advice) []Reason {
	out := f.fired(considerRules)
	_, one := a.Recommends(SOC1)
	_, two := a.Recommends(SOC2)
	if one {
		out = drop(out, "soc1-later", "hosted-books-later")
	}
	if !one || !two {
		out = drop(out, "one-programme")
	}
	if two {
		return append(drop(out, "soc2-later"), f.fired(considerCategories)...)
	}
	return out
}

func drop(all []Reason, codes ...string) []Reason {
	return slices.DeleteFunc(all, func(r Reason) bool { return slices.Contains(codes, r.Code) })
}
