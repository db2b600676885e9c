package analytics

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"tickmark/internal/audit"
)

// holds is how many rows a technique keeps that must see them all at once.
const holds = 2_000_000

func tooMany(n int) *Refusal {
	if n < holds {
		return nil
	}
	return refuse("more than %s rows: this technique must hold them all; narrow the rows in the SQL", audit.Count(holds))
}

// member is a value of a group.
type member struct {
	item, text string
	value      float64
}

// outliers gathers values by group and applies a rule to each.
type outliers struct {
	rule   rule
	groups map[string][]member
	n      int
	limit  float64
	least  int64
}

// rule says which values of a group stand out. It returns why it does not apply
// to the group, or "".
type rule struct {
	least int64
	limit float64
	apply func(o *outliers, group string, members []member) ([]audit.Lead, string)
}

var (
	plainZ     = rule{30, 3, (*outliers).plainZ}
	robustZ    = rule{10, 3.5, (*outliers).robustZ}
	tukey      = rule{12, 1.5, (*outliers).tukey}
	sizeFactor = rule{3, 10, (*outliers).sizeFactor}
)

func newOutliers(s settings, r rule) (func(Row) error, func() Seen) {
	o := &outliers{
		rule: r, groups: map[string][]member{},
		limit: s.number("threshold", r.limit), least: max(s.whole("least", r.least), r.least),
	}
	return o.add, o.done
}

func (o *outliers) add(r Row) error {
	if stop := tooMany(o.n); stop != nil {
		return stop
	}
	v, err := r.value()
	if err != nil {
		return err
	}
	o.n++
	group := r.Columns["grp"]
	o.groups[group] = append(o.groups[group], member{r.Item, r.Columns["value"], v})
	return nil
}

func (o *outliers) done() Seen {
	var leads []audit.Lead
	var why string
	looked, left := int64(0), int64(0)
	for _, group := range slices.Sorted(maps.Keys(o.groups)) {
		members := o.groups[group]
		reason := ""
		if stop := atLeast("values", int64(len(members)), o.least); stop != nil {
			reason = stop.Reason
		}
		if reason == "" {
			var found []audit.Lead
			if found, reason = o.rule.apply(o, group, members); reason == "" {
				leads = append(leads, found...)
				looked += int64(len(members))
				continue
			}
		}
		left++
		why = reason
	}
	if looked == 0 {
		return Seen{Refused: o.none(why)}
	}
	return Seen{Leads: leads, Statistics: map[string]string{
		"values": count(int64(o.n)), "values_compared": count(looked), "groups": count(int64(len(o.groups))),
		"groups_left_out": count(left), "threshold": text(o.limit), "least": count(o.least),
	}}
}

func (o *outliers) none(why string) string {
	if len(o.groups) == 1 {
		return why
	}
	return fmt.Sprintf("none of %s groups can be compared within itself; of the last one: %s", audit.Count(int64(len(o.groups))), why)
}

func sortedValues(members []member) []float64 {
	values := make([]float64, len(members))
	for i, m := range members {
		values[i] = m.value
	}
	slices.Sort(values)
	return values
}

// of names a group in a reason.
func of(group string) string {
	if group == "" {
		return ""
	}
	return " of " + group
}

func lead(m member, group string, score float64, reason string) audit.Lead {
	columns := map[string]string{"value": m.text}
	if group != "" {
		columns["grp"] = group
	}
	return audit.Lead{Item: m.item, Reason: reason, Score: digits(score, 3), Columns: columns}
}

func (o *outliers) plainZ(group string, members []member) ([]audit.Lead, string) {
	values := sortedValues(members)
	if why := nearNormal(values); why != "" {
		return nil, why
	}
	m := mean(values)
	s := deviation(values, m)
	return o.beyond(group, members, func(v float64) float64 { return (v - m) / s }, "standard deviations from the mean "+digits(m, 2)), ""
}

// nearNormal looks at the middle of the values, which outliers do not move: its
// two halves are about equal, and its tails are neither cut nor long.
func nearNormal(sorted []float64) string {
	q1, q2, q3 := quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)
	if q3 == q1 {
		return "half of the values or more are equal: they are not near normal"
	}
	skew := (q3 + q1 - 2*q2) / (q3 - q1)
	tails := (quantile(sorted, 0.975) - quantile(sorted, 0.025)) / (q3 - q1)
	if math.Abs(skew) > 0.2 || tails < 2.2 || tails > 4.5 {
		return fmt.Sprintf("the values are not near normal (quartile skewness %s, expected -0.2 to 0.2; tail weight %s, expected 2.2 to 4.5): use robust-z",
			digits(skew, 2), digits(tails, 2))
	}
	return ""
}

func (o *outliers) robustZ(group string, members []member) ([]audit.Lead, string) {
	center, unit := robust(sortedValues(members))
	if unit == 0 {
		return nil, "all values are equal"
	}
	return o.beyond(group, members, func(v float64) float64 { return (v - center) / unit }, "robust standard deviations from the median "+digits(center, 2)), ""
}

// robust is the median and the unit in which robust z counts: the median
// absolute deviation over 0.6745 or, where more than half of the values are
// equal, the mean absolute deviation times the square root of half of pi.
func robust(sorted []float64) (center, unit float64) {
	center = quantile(sorted, 0.5)
	apart := distances(sorted, center)
	if mad := quantile(apart, 0.5); mad > 0 {
		return center, mad / 0.6745
	}
	return center, mean(apart) * 1.2533141373155
}

func (o *outliers) beyond(group string, members []member, z func(float64) float64, what string) []audit.Lead {
	var leads []audit.Lead
	for _, m := range members {
		if s := z(m.value); math.Abs(s) > o.limit {
			leads = append(leads, lead(m, group, s, fmt.Sprintf("%s is %s %s%s", m.text, digits(s, 1), what, of(group))))
		}
	}
	return leads
}

func (o *outliers) tukey(group string, members []member) ([]audit.Lead, string) {
	values := sortedValues(members)
	q1, q3 := quantile(values, 0.25), quantile(values, 0.75)
	if q1 == q3 {
		return nil, "half of the values or more are equal: the quartiles do not differ"
	}
	low, high := q1-float64(o.limit*(q3-q1)), q3+float64(o.limit*(q3-q1))
	var leads []audit.Lead
	for _, m := range members {
		if m.value < low || m.value > high {
			past := max(low-m.value, m.value-high) / (q3 - q1)
			leads = append(leads, lead(m, group, past, fmt.Sprintf("%s is outside %s to %s%s", m.text, digits(low, 2), digits(high, 2), of(group))))
		}
	}
	return leads, ""
}

// sizeFactor compares the largest value of a group with the second largest.
func (o *outliers) sizeFactor(group string, members []member) ([]audit.Lead, string) {
	ordered := slices.Clone(members)
	slices.SortStableFunc(ordered, func(a, b member) int {
		switch {
		case a.value > b.value:
			return -1
		case a.value < b.value:
			return 1
		}
		return 0
	})
	if ordered[1].value <= 0 {
		return nil, "fewer than two values are above zero"
	}
	factor := ordered[0].value / ordered[1].value
	if factor <= o.limit {
		return nil, ""
	}
	return []audit.Lead{lead(ordered[0], group, factor, fmt.Sprintf("%s is %s times the next largest value %s%s",
		ordered[0].text, digits(factor, 1), ordered[1].text, of(group)))}, ""
}

func sortedInts[V any](m map[int]V) []int { return slices.Sorted(maps.Keys(m)) }
