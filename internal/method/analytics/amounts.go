package analytics

import (
	"fmt"
	"maps"
	"slices"

	"tickmark/internal/audit"
)

// groupLimit is how many groups are counted side by side.
const groupLimit = 1_000_000

// tally counts hits among trials.
type tally struct{ hits, trials int64 }

// round counts round amounts by group. It holds counts only.
type round struct {
	unit    decimal
	groups  map[string]*tally
	all     tally
	least   int64
	base, q float64
}

func newRound(s settings) (func(Row) error, func() Seen) {
	r := &round{
		unit: s.decimal("unit", "1000"), groups: map[string]*tally{},
		least: s.whole("least", 20), base: s.fraction("base_rate", 0.01), q: s.fraction("q", 0.05),
	}
	return r.add, r.done
}

// decimal reads an exact decimal above zero, or takes the default.
func (s settings) decimal(name, otherwise string) decimal {
	text, ok := s.given[name]
	if !ok {
		text = otherwise
	}
	d, err := parseDecimal(text)
	if err == nil && d.units.Sign() > 0 {
		return d
	}
	s.fault(name, "an exact decimal number above zero")
	d, _ = parseDecimal("1")
	return d
}

func (r *round) add(row Row) error {
	v, err := row.amount()
	if err != nil {
		return err
	}
	t := r.groups[row.Columns["grp"]]
	if t == nil {
		if len(r.groups) == groupLimit {
			return refuse("more than %s groups: choose a coarser grp in the SQL", audit.Count(groupLimit))
		}
		t = &tally{}
		r.groups[row.Columns["grp"]] = t
	}
	t.trials++
	r.all.trials++
	if v.multipleOf(r.unit) {
		t.hits++
		r.all.hits++
	}
	return nil
}

// done compares each group with the rate of all of them together or, where
// there is one group only, with the base rate that was set.
func (r *round) done() Seen {
	if stop := atLeast("amounts", r.all.trials, 300); stop != nil {
		return Seen{Refused: stop.Reason}
	}
	base, origin := float64(r.all.hits)/float64(r.all.trials), "all amounts"
	if len(r.groups) == 1 {
		base, origin = r.base, "setting"
	}
	var names []string
	var ps []float64
	for _, name := range slices.Sorted(maps.Keys(r.groups)) {
		if t := r.groups[name]; t.trials >= r.least {
			names = append(names, name)
			ps = append(ps, binomialTail(t.hits, t.trials, base))
		}
	}
	if len(names) == 0 {
		return Seen{Refused: fmt.Sprintf("no group has %s amounts or more", audit.Count(r.least))}
	}
	return Seen{Leads: r.leads(names, ps, base), Statistics: map[string]string{
		"amounts": count(r.all.trials), "round": count(r.all.hits), "unit": r.unit.String(), "base_rate": text(base), "base_rate_from": origin,
		"groups": count(int64(len(r.groups))), "groups_compared": count(int64(len(names))), "q": text(r.q),
	}}
}

func (r *round) leads(names []string, ps []float64, base float64) []audit.Lead {
	var leads []audit.Lead
	for i, adjusted := range Adjusted(ps) {
		t := r.groups[names[i]]
		if adjusted > r.q || t.hits < 3 {
			continue
		}
		item := names[i]
		if item == "" {
			item = "all amounts"
		}
		leads = append(leads, audit.Lead{
			Item: item,
			Reason: fmt.Sprintf("%s of %s amounts%s are multiples of %s (%s), where %s is usual (%s)", audit.Count(t.hits), audit.Count(t.trials),
				of(names[i]), r.unit, share(float64(t.hits)/float64(t.trials)), share(base), p(adjusted)),
			Score: digits(adjusted, 6), Columns: map[string]string{"round": count(t.hits), "amounts": count(t.trials)},
		})
	}
	return leads
}

// bands count a group's amounts just below a limit and on both sides of that:
// three ranges of the same width.
type bands struct {
	lower, below, above int64
	items               []member
}

// below looks at [0.95 L, L) against [0.90 L, 0.95 L) and [L, 1.05 L).
type below struct {
	limit, low, mid, high decimal
	groups                map[string]*bands
	n, held               int64
	least                 int64
	q                     float64
}

func newBelow(s settings) (func(Row) error, func() Seen) {
	if _, ok := s.given["limit"]; !ok {
		*s.faults = append(*s.faults, "parameter limit is missing: the amount from which another approval is needed")
	}
	l := s.decimal("limit", "1")
	b := &below{limit: l, groups: map[string]*bands{}, least: s.whole("least", 20), q: s.fraction("q", 0.05)}
	for part, into := range map[string]*decimal{"0.90": &b.low, "0.95": &b.mid, "1.05": &b.high} {
		d, _ := parseDecimal(part)
		*into = l.times(d)
	}
	return b.add, b.done
}

func (b *below) add(r Row) error {
	v, err := r.amount()
	if err != nil {
		return err
	}
	b.n++
	if v.compare(b.low) < 0 || v.compare(b.high) >= 0 {
		return nil
	}
	g := b.groups[r.Columns["grp"]]
	if g == nil {
		g = &bands{}
		b.groups[r.Columns["grp"]] = g
	}
	switch {
	case v.compare(b.mid) < 0:
		g.lower++
	case v.compare(b.limit) >= 0:
		g.above++
	default:
		if b.held++; b.held > maxLeads {
			return refuse("more than %s amounts just below the limit: it is not a limit here", audit.Count(maxLeads))
		}
		g.below++
		g.items = append(g.items, member{item: r.Item, text: r.Columns["value"]})
	}
	return nil
}

// chance is how probable so many amounts just below the limit are, if they were
// no more frequent there than in the range below, nor than in both neighbours
// together. Both must speak: where amounts end before the limit, the upper
// neighbour is empty for no reason of the limit.
func (g *bands) chance() float64 {
	alone := binomialTail(g.below, g.below+g.lower, 0.5)
	return max(alone, binomialTail(g.below, g.below+g.lower+g.above, 1.0/3))
}

// done asks of each group whether the range just below the limit holds more
// than chance explains.
func (b *below) done() Seen {
	var names []string
	var ps []float64
	var all bands
	for _, name := range slices.Sorted(maps.Keys(b.groups)) {
		g := b.groups[name]
		all.lower, all.below, all.above = all.lower+g.lower, all.below+g.below, all.above+g.above
		if n := g.lower + g.below + g.above; n >= b.least {
			names = append(names, name)
			ps = append(ps, g.chance())
		}
	}
	if len(names) == 0 {
		return Seen{Refused: fmt.Sprintf("fewer than %s amounts lie between 90 and 105 %% of the limit %s: nothing to compare with", audit.Count(b.least), b.limit)}
	}
	var leads []audit.Lead
	for i, adjusted := range Adjusted(ps) {
		if adjusted <= b.q {
			leads = append(leads, b.leads(names[i], adjusted)...)
		}
	}
	return Seen{Leads: leads, Statistics: map[string]string{
		"amounts": count(b.n), "limit": b.limit.String(), "from_90_to_95_percent": count(all.lower), "from_95_to_100_percent": count(all.below),
		"from_100_to_105_percent": count(all.above), "share_just_below": text(float64(all.below) / float64(b.n)),
		"groups_compared": count(int64(len(names))), "q": text(b.q),
	}}
}

func (b *below) leads(group string, adjusted float64) []audit.Lead {
	g := b.groups[group]
	var leads []audit.Lead
	for _, m := range g.items {
		leads = append(leads, lead(m, group, adjusted, fmt.Sprintf("%s is just below the limit %s, as are %s%s: %s lie below that range and %s from the limit on (%s)",
			m.text, b.limit, audit.Count(g.below), of(group), audit.Count(g.lower), audit.Count(g.above), p(adjusted))))
	}
	return leads
}
