package advice

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Assumption is one figure of the cost model. It is a labelled guess with a
// range, which whoever knows better replaces. Figures are exact decimals.
type Assumption struct {
	ID     string `json:"id"`
	Label  string `json:"label"`
	Unit   string `json:"unit"`
	Low    string `json:"low"`
	High   string `json:"high"`
	Basis  string `json:"basis"`
	Edited bool   `json:"edited,omitempty"`
}

// Range replaces the figures of an assumption.
type Range struct {
	Low  string `json:"low" yaml:"low"`
	High string `json:"high" yaml:"high"`
}

// Examined is one examination to be paid for.
type Examined struct {
	Report     Report `json:"report"`
	Type       Type   `json:"type"`
	Categories int    `json:"categories"` // of a SOC 2; counts as one elsewhere
	Additions  int    `json:"additions"`  // frameworks of a SOC 2+
}

// Extent is how much there is to examine.
type Extent struct {
	Examined   []Examined `json:"examined"`
	SOC3       bool       `json:"soc3"`
	Firm       string     `json:"firm"`       // boutique, large
	Size       string     `json:"size"`       // small, medium, large
	Complexity string     `json:"complexity"` // low, medium, high
	Locations  int        `json:"locations"`
	Inclusive  int        `json:"inclusive_subservice"`
	Readiness  bool       `json:"external_readiness"`
}

// Estimate is what an extent costs in the first year, from low to high.
type Estimate struct {
	Extent      Extent       `json:"extent"`
	Currency    string       `json:"currency"`
	Lines       []CostLine   `json:"lines"`
	Low         string       `json:"low"`
	High        string       `json:"high"`
	Assumptions []Assumption `json:"assumptions"` // those that were used
	Note        string       `json:"note"`
}

// CostLine is one line of an estimate, with how it was computed.
type CostLine struct {
	What string `json:"what"`
	How  string `json:"how"`
	Low  string `json:"low"`
	High string `json:"high"`
}

const (
	public = "ranges told in public guides; fees vary widely"
	guess  = "Tickmark's default; no source"
)

// Assumptions are the defaults of the cost model.
func Assumptions() []Assumption { return slices.Clone(assumptions) }

var assumptions = []Assumption{
	{ID: "base-type1-boutique", Label: "Type 1, one category, specialized firm", Unit: "USD", Low: "15000", High: "40000", Basis: public},
	{ID: "base-type2-boutique", Label: "Type 2, one category, specialized firm", Unit: "USD", Low: "25000", High: "75000", Basis: public},
	{ID: "base-type1-large", Label: "Type 1, one category, large firm", Unit: "USD", Low: "45000", High: "107000", Basis: "scaled as Type 2; no source"},
	{ID: "base-type2-large", Label: "Type 2, one category, large firm", Unit: "USD", Low: "75000", High: "200000", Basis: public},
	{ID: "category", Label: "each further category adds this share", Unit: "of the base", Low: "0.15", High: "0.15", Basis: guess},
	{ID: "addition", Label: "each framework of a SOC 2+", Unit: "USD", Low: "5000", High: "20000", Basis: guess},
	{ID: "soc3", Label: "SOC 3 on the same work", Unit: "USD", Low: "3000", High: "10000", Basis: guess},
	{ID: "size-small", Label: "up to 50 people", Unit: "factor", Low: "1", High: "1", Basis: guess},
	{ID: "size-medium", Label: "51 to 500 people", Unit: "factor", Low: "1.1", High: "1.3", Basis: guess},
	{ID: "size-large", Label: "more than 500 people", Unit: "factor", Low: "1.4", High: "2", Basis: guess},
	{ID: "location", Label: "each further location adds this share", Unit: "of the fee", Low: "0.03", High: "0.08", Basis: guess},
	{ID: "complexity-low", Label: "one product, one cloud", Unit: "factor", Low: "0.9", High: "1", Basis: guess},
	{ID: "complexity-medium", Label: "several products or platforms", Unit: "factor", Low: "1", High: "1.2", Basis: guess},
	{ID: "complexity-high", Label: "old and new systems, many interfaces", Unit: "factor", Low: "1.2", High: "1.6", Basis: guess},
	{ID: "inclusive", Label: "each subservice organization included", Unit: "USD", Low: "5000", High: "15000", Basis: guess},
	{ID: "readiness", Label: "readiness assessment by others", Unit: "USD", Low: "5000", High: "25000", Basis: public},
	{ID: "tooling", Label: "tools, a year", Unit: "USD", Low: "0", High: "30000", Basis: guess},
	{ID: "hours", Label: "hours of own people, a first examination", Unit: "hours", Low: "300", High: "900", Basis: guess},
	{ID: "rate", Label: "cost of an hour", Unit: "USD", Low: "60", High: "120", Basis: guess},
}

// EditAssumptions replaces figures by id. Unknown ids, figures that are no
// exact decimals, and ranges upside down are refused.
func EditAssumptions(all []Assumption, edits map[string]Range) ([]Assumption, error) {
	out := slices.Clone(all)
	var faults []error
	known := map[string]bool{}
	for i := range out {
		known[out[i].ID] = true
		edit, ok := edits[out[i].ID]
		if !ok {
			continue
		}
		low, err1 := decimal(edit.Low)
		high, err2 := decimal(edit.High)
		if err := errors.Join(err1, err2); err != nil {
			faults = append(faults, fmt.Errorf("assumption %s: %w", out[i].ID, err))
			continue
		}
		if low.Cmp(high) > 0 {
			faults = append(faults, fmt.Errorf("assumption %s: low %s is more than high %s", out[i].ID, edit.Low, edit.High))
		}
		out[i].Low, out[i].High, out[i].Edited, out[i].Basis = edit.Low, edit.High, true, "given by you"
	}
	for id := range edits {
		if !known[id] {
			faults = append(faults, fmt.Errorf("there is no assumption %q; expected one of %s", id, strings.Join(ids(all), ", ")))
		}
	}
	slices.SortFunc(faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return out, errors.Join(faults...)
}

func ids(all []Assumption) []string {
	var out []string
	for _, a := range all {
		out = append(out, a.ID)
	}
	return out
}

var decimals = regexp.MustCompile(`^[0-9]{1,12}(\.[0-9]{1,6})?$`)

func decimal(text string) (*big.Rat, error) {
	if !decimals.MatchString(text) {
		return nil, fmt.Errorf("%q is not a decimal such as 25000 or 1.15", text)
	}
	r, _ := new(big.Rat).SetString(text)
	return r, nil
}

// model computes with one end of every range.
type model struct {
	all  map[string]Assumption
	used map[string]bool
}

// both are the two ends of an amount.
type both [2]*big.Rat

func (m model) figure(id string) both {
	a := m.all[id]
	m.used[id] = true
	low, err1 := decimal(a.Low)
	high, err2 := decimal(a.High)
	if err1 != nil || err2 != nil {
		return whole(0)
	}
	return both{low, high}
}

func whole(n int) both { return both{big.NewRat(int64(n), 1), big.NewRat(int64(n), 1)} }

func (b both) times(c both) both {
	return both{new(big.Rat).Mul(b[0], c[0]), new(big.Rat).Mul(b[1], c[1])}
}

func (b both) plus(c both) both {
	return both{new(big.Rat).Add(b[0], c[0]), new(big.Rat).Add(b[1], c[1])}
}

// Cost estimates an extent with assumptions. Every line is computed exactly
// and rounded to cents once; the total is the sum of the rounded lines.
func Cost(x Extent, all []Assumption) (Estimate, error) {
	if err := x.check(); err != nil {
		return Estimate{}, err
	}
	m := model{all: map[string]Assumption{}, used: map[string]bool{}}
	for _, a := range all {
		m.all[a.ID] = a
	}
	e := Estimate{Extent: x, Currency: "USD",
		Note: "A planning range of the first year. An offer of an audit firm is the only figure that counts. A second examination on the same controls is often cheaper than the sum shown."}
	total := whole(0)
	for _, l := range m.lines(x) {
		low, high := l.amount[0].FloatString(2), l.amount[1].FloatString(2)
		e.Lines = append(e.Lines, CostLine{l.what, l.how, low, high})
		rounded, _ := new(big.Rat).SetString(low)
		roundedHigh, _ := new(big.Rat).SetString(high)
		total = total.plus(both{rounded, roundedHigh})
	}
	e.Low, e.High = total[0].FloatString(2), total[1].FloatString(2)
	for _, a := range all {
		if m.used[a.ID] {
			e.Assumptions = append(e.Assumptions, a)
		}
	}
	return e, nil
}

type costLine struct {
	what, how string
	amount    both
}

func (m model) lines(x Extent) []costLine {
	var out []costLine
	for _, e := range x.Examined {
		out = append(out, m.fees(x, e)...)
		if e.Additions > 0 {
			out = append(out, costLine{"Additions of the SOC 2+", strconv.Itoa(e.Additions) + " x addition", m.figure("addition").times(whole(e.Additions))})
		}
	}
	if x.SOC3 {
		out = append(out, costLine{"SOC 3", "soc3", m.figure("soc3")})
	}
	if x.Inclusive > 0 {
		out = append(out, costLine{"Subservice organizations included", strconv.Itoa(x.Inclusive) + " x inclusive", m.figure("inclusive").times(whole(x.Inclusive))})
	}
	if x.Readiness {
		out = append(out, costLine{"Readiness assessment", "readiness", m.figure("readiness")})
	}
	return append(out, costLine{"Tools", "tooling", m.figure("tooling")},
		costLine{"Own people", "hours x rate x examinations", m.figure("hours").times(m.figure("rate")).times(whole(len(x.Examined)))})
}

// fees are base x (1 + category x further categories) x size x locations x complexity.
func (m model) fees(x Extent, e Examined) []costLine {
	more := max(0, e.Categories-1)
	factor := whole(1).plus(m.figure("category").times(whole(more))).times(m.figure("size-" + x.Size)).
		times(whole(1).plus(m.figure("location").times(whole(x.Locations - 1)))).times(m.figure("complexity-" + x.Complexity))
	var out []costLine
	for _, t := range map[Type][]string{Type1: {"type1"}, Type2: {"type2"}, Type1Then: {"type1", "type2"}}[e.Type] {
		base := "base-" + t + "-" + x.Firm
		how := fmt.Sprintf("%s x (1 + %d x category) x size-%s x (1 + %d x location) x complexity-%s", base, more, x.Size, x.Locations-1, x.Complexity)
		out = append(out, costLine{"Fee, " + e.Report.Name() + " " + Type(t).Name(), how, m.figure(base).times(factor)})
	}
	return out
}

func (x Extent) check() error {
	var faults []error
	among := func(name, got string, allowed ...string) {
		if !slices.Contains(allowed, got) {
			faults = append(faults, fmt.Errorf("%s is %s, not %q", name, strings.Join(allowed, ", "), got))
		}
	}
	among("firm", x.Firm, "boutique", "large")
	among("size", x.Size, "small", "medium", "large")
	among("complexity", x.Complexity, "low", "medium", "high")
	if x.Locations < 1 || x.Locations > 1000 {
		faults = append(faults, fmt.Errorf("%d locations; expected 1 to 1000", x.Locations))
	}
	if x.Inclusive < 0 || x.Inclusive > 1000 {
		faults = append(faults, fmt.Errorf("%d subservice organizations included; expected 0 to 1000", x.Inclusive))
	}
	if len(x.Examined) == 0 {
		faults = append(faults, errors.New("no examination is advised: there is nothing to estimate"))
	}
	return errors.Join(faults...)
}
