package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/paper"
)

// Change is one paragraph, item or row of a table that is not as it was.
type Change struct {
	Where string `json:"where"`         // section and heading
	Was   string `json:"was,omitempty"` // "" of what is new
	Is    string `json:"is,omitempty"`  // "" of what is gone
}

// Comparison is a report as it would be written now beside the one before.
type Comparison struct {
	Previous audit.Report `json:"previous"`
	Changes  []Change     `json:"changes"`
}

// Compare lays the report as it would be written now beside the newest that was
// recorded. It records nothing.
func (s Stage) Compare(ctx context.Context, o Order) (Comparison, error) {
	x, err := s.beside(ctx, o)
	return x.comparison(), err
}

// CompareWith lays the report as it would be written now beside the newest of
// another engagement, as last year's. Days of the two periods are the same to it.
func (s Stage) CompareWith(ctx context.Context, o Order, other string) (Comparison, error) {
	x, err := s.besideOther(ctx, o, other)
	return x.comparison(), err
}

// two are a report as it would be written now and the units of the one before.
type two struct {
	before audit.Report
	was    []unit
	now    paper.Document
}

func (x two) comparison() Comparison {
	return Comparison{Previous: x.before, Changes: differ(x.was, units(x.now))}
}

func (s Stage) beside(ctx context.Context, o Order) (two, error) {
	b, err := s.book(ctx, o)
	if err != nil {
		return two{}, err
	}
	before, err := s.previous(ctx, b)
	if err != nil {
		return two{}, err
	}
	old, err := s.document(ctx, before.Source)
	if err != nil {
		return two{}, fmt.Errorf("the draft of %s was recorded without its document, which is needed to compare; draft it again: %w", before.At.Format("2006-01-02 15:04 UTC"), err)
	}
	b.Final = !before.Draft && b.Filed.Opinion != nil
	now, _, err := compose(b)
	return two{before, units(old), now}, err
}

func (s Stage) besideOther(ctx context.Context, o Order, other string) (two, error) {
	b, err := s.book(ctx, o)
	if err != nil {
		return two{}, err
	}
	last, _, err := s.frame(ctx, Order{Engagement: other, Kind: o.Kind})
	if err != nil {
		return two{}, err
	}
	if last.Engagement.Code == b.Engagement.Code || last.Kind != b.Kind {
		return two{}, fmt.Errorf("%s is a report of kind %s and %s one of kind %s: name another engagement of the same kind", b.Engagement.Code, b.Kind, last.Engagement.Code, last.Kind)
	}
	before, err := s.previous(ctx, last)
	if err != nil {
		return two{}, err
	}
	old, err := s.document(ctx, before.Source)
	if err != nil {
		return two{}, fmt.Errorf("the report of %s was recorded without its document: %w", other, err)
	}
	b.Final = !before.Draft && b.Filed.Opinion != nil
	now, _, err := compose(b)
	return two{before, moved(units(old), last.Engagement.Period, b.Engagement.Period), now}, err
}

// moved are units of a report with the days of its period written as another's.
func moved(list []unit, from, to audit.Period) []unit {
	r := strings.NewReplacer(day(from.From), day(to.From), day(from.To), day(to.To), string(from.From), string(to.From), string(from.To), string(to.To))
	for i := range list {
		list[i].text = r.Replace(list[i].text)
	}
	return list
}

// previous is the report of the same kind that was recorded last.
func (s Stage) previous(ctx context.Context, b Book) (audit.Report, error) {
	all, err := s.recorded(ctx, b)
	if err != nil {
		return audit.Report{}, err
	}
	if len(all) == 0 {
		return audit.Report{}, fmt.Errorf("no draft of the %s report of %s is recorded: `tickmark report %s` records one", b.kind(), b.Engagement.Code, b.Engagement.Code)
	}
	return all[len(all)-1], nil
}

// Diff compares two documents section by section, paragraph by paragraph and row
// by row, in the order of the newer one.
func Diff(old, now paper.Document) []Change { return differ(units(old), units(now)) }

func differ(was, is []unit) []Change {
	changes := []Change{}
	for _, section := range paired(was, is) {
		for _, p := range section {
			if p.same() {
				continue
			}
			var c Change
			if p.was != nil {
				c.Where, c.Was = p.was.where, p.was.text
			}
			if p.is != nil {
				c.Where, c.Is = p.is.where, p.is.text
			}
			changes = append(changes, c)
		}
	}
	return changes
}

// pair is a unit as it was and as it is; nil is one that is new, or gone.
type pair struct{ was, is *unit }

func (p pair) same() bool { return p.was != nil && p.is != nil && p.was.text == p.is.text }

// paired are the pairs of each section: those that are there now, in their order,
// and then those that are gone.
func paired(was, is []unit) [][]pair {
	var titles []string
	for _, list := range [][]unit{is, was} {
		for _, u := range list {
			if !slices.Contains(titles, u.section) {
				titles = append(titles, u.section)
			}
		}
	}
	var out [][]pair
	for _, t := range titles {
		of := func(list []unit) []unit {
			return slices.DeleteFunc(slices.Clone(list), func(u unit) bool { return u.section != t })
		}
		out = append(out, pairs(of(was), of(is)))
	}
	return out
}

// widest is how many pairs of units a section is compared by; a larger one is
// compared by what is in one and not in the other.
const widest = 16 << 20

// pairs lays what was beside what is; what is gone stands beside what took its place.
func pairs(was, is []unit) []pair {
	var out []pair
	for len(was) > 0 && len(is) > 0 && was[0].text == is[0].text {
		out = append(out, pair{&was[0], &is[0]})
		was, is = was[1:], is[1:]
	}
	if len(was)*len(is) > widest {
		return append(out, unordered(was, is)...)
	}
	common := longest(was, is)
	var gone, come []*unit
	flush := func() {
		for i := range max(len(gone), len(come)) {
			var p pair
			if i < len(gone) {
				p.was = gone[i]
			}
			if i < len(come) {
				p.is = come[i]
			}
			out = append(out, p)
		}
		gone, come = nil, nil
	}
	for i, j := 0, 0; i < len(was) || j < len(is); {
		switch {
		case i < len(was) && j < len(is) && was[i].text == is[j].text:
			flush()
			out = append(out, pair{&was[i], &is[j]})
			i, j = i+1, j+1
		case j == len(is) || i < len(was) && common[i+1][j] >= common[i][j+1]:
			gone, i = append(gone, &was[i]), i+1
		default:
			come, j = append(come, &is[j]), j+1
		}
	}
	flush()
	return out
}

// longest is the length of the longest common run of units from each pair on.
func longest(was, is []unit) [][]int32 {
	table := make([][]int32, len(was)+1)
	for i := range table {
		table[i] = make([]int32, len(is)+1)
	}
	for i := len(was) - 1; i >= 0; i-- {
		for j := len(is) - 1; j >= 0; j-- {
			if was[i].text == is[j].text {
				table[i][j] = table[i+1][j+1] + 1
			} else {
				table[i][j] = max(table[i+1][j], table[i][j+1])
			}
		}
	}
	return table
}

// unordered pairs what stands in both, wherever it stands.
func unordered(was, is []unit) []pair {
	count := map[string]int{}
	for _, u := range is {
		count[u.text]++
	}
	var out []pair
	kept := map[string][]*unit{}
	for i, u := range was {
		if count[u.text]--; count[u.text] < 0 {
			out = append(out, pair{was: &was[i]})
		} else {
			kept[u.text] = append(kept[u.text], &was[i])
		}
	}
	for i, u := range is {
		p := pair{is: &is[i]}
		if k := kept[u.text]; len(k) > 0 {
			p.was, kept[u.text] = k[0], k[1:]
		}
		out = append(out, p)
	}
	return out
}
