package analytics

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"tickmark/internal/audit"
)

// numbered is a row that carries a number of a series.
type numbered struct {
	number int64
	item   string
}

// gaps gathers the numbers of each series. A void document uses up its number,
// so voids belong among the rows.
type gaps struct {
	series map[string][]numbered
	n      int
	sparse float64
	repeat float64
}

func newGaps(s settings) (func(Row) error, func() Seen) {
	g := &gaps{series: map[string][]numbered{}, sparse: s.fraction("sparse", 0.5), repeat: s.fraction("repeated", 0.1)}
	return g.add, g.done
}

func (g *gaps) add(r Row) error {
	if stop := tooMany(g.n); stop != nil {
		return stop
	}
	v, err := r.need("value")
	if err != nil {
		return err
	}
	number, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		return fmt.Errorf("column value is %q; expected a whole number", v)
	}
	g.n++
	series := r.Columns["grp"]
	g.series[series] = append(g.series[series], numbered{number, r.Item})
	return nil
}

// run is what one series shows.
type run struct {
	missing, again int64
	leads          []audit.Lead
	refused        string
}

func (g *gaps) done() Seen {
	var all run
	looked, left, why := int64(0), int64(0), ""
	for _, name := range slices.Sorted(maps.Keys(g.series)) {
		one := g.walk(name, g.series[name])
		if one.refused != "" {
			left++
			why = one.refused
			continue
		}
		looked++
		all.missing += one.missing
		all.again += one.again
		all.leads = append(all.leads, one.leads...)
	}
	if looked == 0 {
		return Seen{Refused: why}
	}
	return Seen{Leads: all.leads, Statistics: map[string]string{
		"numbers": count(int64(g.n)), "series": count(looked), "series_left_out": count(left),
		"missing": count(all.missing), "repeated": count(all.again),
	}}
}

// walk goes through one series from its lowest number to its highest.
func (g *gaps) walk(name string, numbers []numbered) run {
	slices.SortStableFunc(numbers, func(a, b numbered) int {
		switch {
		case a.number < b.number:
			return -1
		case a.number > b.number:
			return 1
		}
		return 0
	})
	var r run
	for i := 1; i < len(numbers); i++ {
		last, now := numbers[i-1], numbers[i]
		switch {
		case now.number == last.number:
			r.again++
			r.leads = append(r.leads, audit.Lead{Item: now.item, Reason: fmt.Sprintf("number %d%s was used before, by %s", now.number, of(name), last.item),
				Score: "1", Columns: map[string]string{"grp": name, "value": count(now.number)}})
		case now.number-last.number > 1:
			r.missing += now.number - last.number - 1
			r.leads = append(r.leads, missing(name, last, now))
		}
	}
	r.refused = g.suits(name, numbers, r)
	return r
}

func missing(name string, last, now numbered) audit.Lead {
	from, to := last.number+1, now.number-1
	which := fmt.Sprintf("%d", from)
	verb := "number " + which + of(name) + " is missing"
	if to > from {
		which = fmt.Sprintf("%d to %d", from, to)
		verb = "numbers " + which + of(name) + " are missing"
	}
	return audit.Lead{Item: "missing " + which + of(name), Reason: fmt.Sprintf("%s, between %s and %s", verb, last.item, now.item),
		Score: count(to - from + 1), Columns: map[string]string{"grp": name, "before": last.item, "after": now.item}}
}

// suits says why the numbers are no sequence.
func (g *gaps) suits(name string, numbers []numbered, r run) string {
	n := int64(len(numbers))
	if stop := atLeast("numbers"+of(name), n, 10); stop != nil {
		return stop.Reason
	}
	if float64(r.missing) > g.sparse*float64(r.missing+n-r.again) {
		return fmt.Sprintf("%s of the numbers%s between the lowest and the highest are missing: they are not given out one after another",
			share(float64(r.missing)/float64(r.missing+n-r.again)), of(name))
	}
	if float64(r.again) > g.repeat*float64(n) {
		return fmt.Sprintf("%s of the numbers%s are repeated: the series was restarted; give each run of it a name of its own in grp",
			share(float64(r.again)/float64(n)), of(name))
	}
	return ""
}
