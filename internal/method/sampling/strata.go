package sampling

import (
	"cmp"
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"tickmark/internal/audit"
)

// strata checks that the strata are parts of the population and all of it.
func (p Plan) strata() error {
	if len(p.Strata) == 0 {
		return errors.New("draw: a stratified selection without strata: name them with their counts")
	}
	if p.Allocation != Proportional && p.Allocation != Fixed {
		return fmt.Errorf("draw: allocation %q is not known: use %s or %s", string(p.Allocation), Proportional, Fixed)
	}
	var left, chosen = p.Items, int64(0)
	seen := map[string]bool{}
	for _, s := range p.Strata {
		switch {
		case s.Name == "" || seen[s.Name]:
			return fmt.Errorf("draw: stratum %q: each needs a name of its own", s.Name)
		case s.Items < 0 || s.Items > left:
			return fmt.Errorf("draw: stratum %q holds %d items: the strata hold more than the population's %d, or fewer than none", s.Name, s.Items, p.Items)
		case p.Allocation == Fixed && s.Size < 0 || p.Allocation == Proportional && s.Size != 0:
			return fmt.Errorf("draw: stratum %q has size %d: sizes, of 0 or more, belong to a fixed allocation alone", s.Name, s.Size)
		}
		seen[s.Name], left = true, left-s.Items
		chosen += min(s.Size, s.Items)
	}
	if left != 0 {
		return fmt.Errorf("draw: %d of the %d items are in no stratum: every item belongs to one", left, p.Items)
	}
	if p.Allocation == Fixed && chosen == 0 {
		return errors.New("draw: no stratum gives an item: give sizes to strata that have items")
	}
	return p.few(chosen)
}

// sizes is how many items each stratum gives.
func (p Plan) sizes() map[string]int64 {
	out := map[string]int64{}
	if p.Allocation == Proportional {
		return p.proportional()
	}
	for _, s := range p.Strata {
		out[s.Name] = min(s.Size, s.Items)
	}
	return out
}

// proportional gives each stratum the whole part of size × its items ÷ all
// items, and one more to those with the largest remainders until the size is
// reached; of equal remainders the stratum whose name sorts first.
func (p Plan) proportional() map[string]int64 {
	type share struct {
		name string
		rest uint64
	}
	size, out, shares := min(p.Size, p.Items), map[string]int64{}, []share{}
	left := size
	for _, s := range p.Strata {
		hi, lo := bits.Mul64(uint64(size), uint64(s.Items))
		whole, rest := bits.Div64(hi, lo, uint64(p.Items)) // size ≤ Items, so the quotient fits
		out[s.Name], left = int64(whole), left-int64(whole)
		shares = append(shares, share{s.Name, rest})
	}
	slices.SortFunc(shares, func(a, b share) int {
		return cmp.Or(cmp.Compare(b.rest, a.rest), cmp.Compare(a.name, b.name))
	})
	for _, s := range shares[:left] {
		out[s.name]++
	}
	return out
}

func (s *Selection) stratified() {
	s.Projects = true
	sizes := s.Plan.sizes()
	if s.Plan.Allocation == Proportional && s.Plan.Size >= s.Plan.Items {
		s.note("the size of %s is not below the population's %s: every item was taken", audit.Count(s.Plan.Size), audit.Count(s.Plan.Items))
	}
	for _, h := range s.Plan.Strata {
		n := sizes[h.Name]
		s.Chosen = append(s.Chosen, take(s.Plan, h.Name, h.Items, n)...)
		switch {
		case h.Size > h.Items:
			s.note("stratum %q: the size of %s is above its %s: every one was taken", h.Name, audit.Count(h.Size), audit.Plural(h.Items, "item"))
		case n == 0:
			s.note("stratum %q: none of its %s was drawn, so the sample says nothing of it", h.Name, audit.Plural(h.Items, "item"))
		}
	}
	if s.Plan.Allocation == Fixed {
		s.note("sizes were set for each stratum: findings are projected stratum by stratum, not over the whole")
	}
}
