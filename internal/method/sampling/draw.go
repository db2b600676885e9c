package sampling

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"tickmark/internal/audit"
)

// Draw chooses items by the plan. Amounts are not in a plan: for monetary-unit
// selections see Monetary.
func Draw(p Plan) (Selection, error) {
	if err := p.Valid(); err != nil {
		return Selection{}, err
	}
	s := Selection{Plan: p}
	switch p.Method {
	case All:
		s.all()
	case Random:
		s.random()
	case Stratified:
		s.stratified()
	case Targeted:
		s.targeted()
	default:
		return Selection{}, errors.New("draw: a monetary-unit selection looks at every amount: use Monetary, and add the items in the order of their keys")
	}
	s.Entire = int64(len(s.Chosen)) == p.Items
	slices.SortFunc(s.Chosen, func(a, b Item) int {
		return cmp.Or(cmp.Compare(a.Stratum, b.Stratum), cmp.Compare(a.Position, b.Position))
	})
	return s, nil
}

func (s *Selection) all() {
	for i := range s.Plan.Items {
		s.Chosen = append(s.Chosen, Item{Position: i, Order: i + 1})
	}
	s.note("all %s were taken: nothing is sampled, and nothing has to be projected", audit.Plural(s.Plan.Items, "item"))
}

func (s *Selection) random() {
	s.Projects = true
	if s.Plan.Size >= s.Plan.Items {
		s.note("the size of %s is not below the population's %s: every item was taken", audit.Count(s.Plan.Size), audit.Count(s.Plan.Items))
	}
	s.Chosen = take(s.Plan, "", s.Plan.Items, min(s.Plan.Size, s.Plan.Items))
}

func (s *Selection) targeted() {
	for i, t := range s.Plan.Targets {
		s.Chosen = append(s.Chosen, Item{Position: t.Position, Order: int64(i) + 1, Reason: t.Reason})
	}
	s.note("the auditor named these items: what their tests find is not projected to the %s of the population",
		audit.Plural(s.Plan.Items, "item"))
}

// take draws n of the positions 0 to items-1, by the shuffle of Fisher and
// Yates: for i = 0, 1, …, n-1 the places i and i + below(items-i) of the list
// 0, 1, …, items-1 are exchanged, and what then stands at i is drawn. Only places
// that were exchanged are kept, so that memory grows with n alone. A longer draw
// begins with all of a shorter one.
func take(p Plan, stratum string, items, n int64) []Item {
	chance, moved := newStream(p.Seed, p.Population, stratum), map[int64]int64{}
	at := func(place int64) int64 {
		if v, ok := moved[place]; ok {
			return v
		}
		return place
	}
	out := make([]Item, 0, n)
	for i := range n {
		j := i + chance.below(items-i)
		drawn := at(j)
		moved[j] = at(i)
		delete(moved, i)
		out = append(out, Item{Stratum: stratum, Position: drawn, Order: i + 1})
	}
	return out
}

// Reserve continues a random or stratified draw: the next k items of the same
// sequence, in the order in which they replace items that may be replaced. The
// stratum is "" unless the draw was stratified.
func Reserve(p Plan, stratum string, k int64) ([]Item, error) {
	if err := p.Valid(); err != nil {
		return nil, err
	}
	items, size, err := p.part(stratum)
	switch {
	case err != nil:
		return nil, err
	case k < 1:
		return nil, fmt.Errorf("reserve: %d items: ask for at least 1", k)
	case k > items-size:
		return nil, fmt.Errorf("reserve: %s of %s remain, not %s", audit.Count(items-size), audit.Plural(items, "item"), audit.Count(k))
	case size+k > Most:
		return nil, p.few(size + k)
	}
	return take(p, stratum, items, size+k)[size:], nil
}

// part is the count and the sample size of what a reserve is taken from.
func (p Plan) part(stratum string) (items, size int64, err error) {
	switch {
	case p.Method == Random && stratum == "":
		return p.Items, min(p.Size, p.Items), nil
	case p.Method == Stratified:
		sizes := p.sizes()
		for _, s := range p.Strata {
			if s.Name == stratum {
				return s.Items, sizes[s.Name], nil
			}
		}
		return 0, 0, fmt.Errorf("reserve: the plan has no stratum %q", stratum)
	}
	return 0, 0, fmt.Errorf("reserve: a %s selection has no next item in stratum %q: only random and stratified draws go on", p.Method, stratum)
}

// Redraw repeats a recorded draw over a population and says where the two
// differ. A population of another digest or count is refused: it is another one.
// A monetary-unit selection is repeated by Monetary, and compared by Agree.
func Redraw(recorded Selection, population audit.Digest, items int64) error {
	p := recorded.Plan
	if population != p.Population {
		return fmt.Errorf("redraw: the population has digest %s, the draw was made from %s: find that file", population, p.Population)
	}
	if items != p.Items {
		return fmt.Errorf("redraw: the population has %s, the draw was made from %s", audit.Plural(items, "item"), audit.Count(p.Items))
	}
	again, err := Draw(p)
	if err != nil {
		return fmt.Errorf("redraw: %w", err)
	}
	return Agree(recorded, again)
}

// Agree says where a recorded selection and its repetition differ, or nil.
func Agree(recorded, again Selection) error {
	a, errA := audit.Canonical(recorded.Plan)
	b, errB := audit.Canonical(again.Plan)
	switch {
	case errA != nil || errB != nil:
		return errors.Join(errA, errB)
	case string(a) != string(b):
		return errors.New("redraw: the plans differ: compare seed, method, sizes and population")
	}
	if err := sameItems("chosen", recorded.Chosen, again.Chosen); err != nil {
		return err
	}
	if err := sameItems("listed apart", recorded.Apart, again.Apart); err != nil {
		return err
	}
	rest := func(s Selection) string {
		return fmt.Sprintf("entire %t, projects %t, interval %d, start %d, notes %q", s.Entire, s.Projects, s.Interval, s.Start, s.Notes)
	}
	if x, y := rest(recorded), rest(again); x != y {
		return fmt.Errorf("redraw: recorded %s; drawn again %s", x, y)
	}
	return nil
}

func sameItems(what string, recorded, again []Item) error {
	for i := range min(len(recorded), len(again)) {
		if recorded[i] != again[i] {
			return fmt.Errorf("redraw: item %d of those %s was recorded as %+v and is %+v when drawn again", i+1, what, recorded[i], again[i])
		}
	}
	if len(recorded) != len(again) {
		return fmt.Errorf("redraw: %d items were recorded as %s, and %d are when drawn again", len(recorded), what, len(again))
	}
	return nil
}
