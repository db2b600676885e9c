package sampling

import (
	"fmt"
	"math"

	"tickmark/internal/audit"
)

// Monetary draws a monetary-unit selection: every minor unit of the positive
// amounts is as likely as any other, and the item to which a chosen unit belongs
// is taken. Items are added one by one in the order of the population; memory
// grows with what is chosen or listed apart.
//
// The interval is the total of the positive amounts divided by the size, rounded
// down, at least 1. The start is 1 + below(interval) of the stream without a
// stratum. Units are numbered from 1 through the positive amounts; the units
// start, start + interval, start + 2×interval, … are chosen. An item at or above
// the interval is sure to be hit: it is taken once, however many hits it has.
type Monetary struct {
	s   Selection
	sum int64 // positive amounts so far
	at  int64 // next point
	n   int64 // items so far
}

// monetary checks what a monetary-unit selection needs.
func (p Plan) monetary() error {
	if p.Total < 1 {
		return fmt.Errorf("draw: the positive amounts add up to %d: a monetary-unit selection needs their total, in minor units", p.Total)
	}
	if p.Total > math.MaxInt64/2 {
		return fmt.Errorf("draw: a total of %d minor units is too large: split the population", p.Total)
	}
	return nil
}

// Monetary begins a selection by a plan of that method.
func (p Plan) Monetary() (*Monetary, error) {
	if p.Method != MonetaryUnit {
		return nil, fmt.Errorf("draw: method %s chooses no monetary units: use Draw", p.Method)
	}
	if err := p.Valid(); err != nil {
		return nil, err
	}
	interval := max(1, p.Total/p.Size)
	start := 1 + newStream(p.Seed, p.Population, "").below(interval)
	m := &Monetary{s: Selection{Plan: p, Projects: true, Interval: interval, Start: start}, at: start}
	return m, nil
}

// Add looks at the next item, with its amount in minor units.
func (m *Monetary) Add(item string, amount int64) error {
	if m.n >= m.s.Plan.Items {
		return fmt.Errorf("draw: item %q is one more than the population's %s", item, audit.Count(m.s.Plan.Items))
	}
	found := Item{Position: m.n, Item: item, Amount: amount}
	m.n++
	if amount <= 0 {
		m.s.Apart = append(m.s.Apart, found)
		return nil
	}
	if amount > m.s.Plan.Total-m.sum {
		return fmt.Errorf("draw: with item %q the positive amounts exceed the stated total of %d: find out which is right", item, m.s.Plan.Total)
	}
	m.sum += amount
	if m.at > m.sum {
		return nil
	}
	found.Hits = 1 + (m.sum-m.at)/m.s.Interval
	m.at += found.Hits * m.s.Interval
	found.Order, found.Certain = int64(len(m.s.Chosen))+1, amount >= m.s.Interval
	m.s.Chosen = append(m.s.Chosen, found)
	if len(m.s.Chosen) > Most {
		return m.s.Plan.few(int64(len(m.s.Chosen)))
	}
	return nil
}

// Done ends the selection. It refuses a population other than the planned one.
func (m *Monetary) Done() (Selection, error) {
	p := m.s.Plan
	if m.n != p.Items {
		return Selection{}, fmt.Errorf("draw: %s were added, the population has %s", audit.Plural(m.n, "item"), audit.Count(p.Items))
	}
	if m.sum != p.Total {
		return Selection{}, fmt.Errorf("draw: the positive amounts add up to %d, not to the stated total of %d", m.sum, p.Total)
	}
	s := m.s
	s.Entire = int64(len(s.Chosen)) == p.Items
	s.tell()
	return s, nil
}

// tell notes what is particular to the items of a monetary-unit selection.
func (s *Selection) tell() {
	var certain, zero, negative int64
	for _, i := range s.Chosen {
		if i.Certain {
			certain++
		}
	}
	for _, i := range s.Apart {
		if i.Amount == 0 {
			zero++
		} else {
			negative++
		}
	}
	if certain > 0 {
		s.note("%s at or above the interval of %d: each was sure to be chosen, and is taken once", audit.Plural(certain, "item"), s.Interval)
	}
	if zero+negative > 0 {
		s.note("%s with a negative amount and %s with none had no chance to be chosen: they are listed apart and need a test of their own",
			audit.Plural(negative, "item"), audit.Count(zero))
	}
	if n := int64(len(s.Chosen)); n != s.Plan.Size {
		s.note("%s were chosen for a planned size of %s: items hit more than once are taken once, and the interval is rounded down", audit.Plural(n, "item"), audit.Count(s.Plan.Size))
	}
	s.note("large amounts were likelier to be chosen: limits on a rate of items do not hold for this selection")
}
