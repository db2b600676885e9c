package analytics

import (
	"fmt"

	"tickmark/internal/audit"
)

// buckets are the ages in days at which the next bucket begins.
var buckets = []struct {
	name string
	last int64
}{{"0_to_30", 30}, {"31_to_60", 60}, {"61_to_90", 90}, {"over_90", 1 << 40}}

// ageing sorts open items by how long they have been open.
type ageing struct {
	today, days int64
	n, later    int64
	counts      [4]int64
	sums        [4]total
	valued      bool
	leads       []audit.Lead
}

func newAgeing(s settings) (func(Row) error, func() Seen) {
	a := &ageing{days: s.whole("days", 90)}
	var err error
	if a.today, err = day(s.given["as_of"]); err != nil {
		s.fault("as_of", "a date")
	}
	return a.add, a.done
}

func (a *ageing) add(r Row) error {
	at, err := r.need("at")
	if err != nil {
		return err
	}
	since, err := day(at)
	if err != nil {
		return err
	}
	a.n++
	age := a.today - since
	if age < 0 {
		a.later++
		return nil
	}
	i := 0
	for age > buckets[i].last {
		i++
	}
	a.counts[i]++
	if v, ok := r.Columns["value"]; ok {
		d, err := parseDecimal(v)
		if err != nil {
			return err
		}
		a.valued = true
		a.sums[i].add(d)
	}
	if age > a.days {
		return a.old(r, at, age)
	}
	return nil
}

func (a *ageing) old(r Row, at string, age int64) error {
	if len(a.leads) == maxLeads {
		return refuse("more than %s items are older than %s: narrow the rows", audit.Count(maxLeads), audit.Plural(a.days, "day"))
	}
	a.leads = append(a.leads, audit.Lead{Item: r.Item, Reason: fmt.Sprintf("open since %s: %s", at[:10], audit.Plural(age, "day")),
		Score: count(age), Columns: r.Columns})
	return nil
}

func (a *ageing) done() Seen {
	s := map[string]string{"items": count(a.n), "after_as_of": count(a.later), "days": count(a.days)}
	for i, b := range buckets {
		s["items_"+b.name] = count(a.counts[i])
		if a.valued {
			s["sum_"+b.name] = a.sums[i].String()
		}
	}
	return Seen{Leads: a.leads, Statistics: s}
}
