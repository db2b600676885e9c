package sample

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/sampling"
)

// Ask is what a size depends on: a control's frequency and risk, by a table, or
// a confidence and a rate, by attribute statistics.
type Ask struct {
	Frequency  string
	Count      int64 // occurrences in the period: rows of the population
	Risk       sampling.Risk
	Table      sampling.Table
	Confidence int64 // basis points; 0 for a size by table
	Tolerable  int64 // basis points
	Expected   int64 // deviations
}

// Sized is how many items to draw, why, and what their tests could show.
type Sized struct {
	Size       int64    `json:"size"`
	Population int64    `json:"population"`
	Basis      string   `json:"basis"`
	Judgmental bool     `json:"judgmental"` // it rests on judgment, not on statistics
	Why        []string `json:"why"`
	Confidence int64    `json:"confidence_basis_points"` // of the limits
	Limits     []Limit  `json:"limits,omitempty"`        // of a random draw
}

// Limit is what a test of the sample would leave room for.
type Limit struct {
	Deviations int64 `json:"deviations"`             // among the items tested
	Rate       int64 `json:"upper_rate_ppm"`         // upper limit, of a large population
	Items      int64 `json:"upper_deviations_items"` // upper limit, of this population
}

// usual is the confidence at which limits are shown when none was asked for.
const usual = 9000

// SizeOf says how many items to draw.
func SizeOf(a Ask) (Sized, error) {
	s := Sized{Population: a.Count, Confidence: cmp.Or(a.Confidence, usual)}
	if a.Confidence > 0 {
		if err := s.statistical(a); err != nil {
			return s, err
		}
		return s, s.limit()
	}
	got, err := a.Table.Size(a.Frequency, a.Count, a.Risk)
	if err != nil {
		return s, err
	}
	s.Size, s.Judgmental, s.Why = got.N, true, got.Why
	s.Basis = fmt.Sprintf("table %s, %s at %s risk: %s", a.Table.Name, a.Frequency, a.Risk, strings.Join(got.Why, "; "))
	return s, s.limit()
}

func (s *Sized) statistical(a Ask) error {
	n, err := sampling.Attribute{Confidence: a.Confidence}.Size(a.Expected, a.Tolerable)
	if err != nil {
		return err
	}
	s.Size = min(n, a.Count)
	s.Basis = fmt.Sprintf("attribute statistics: %s confidence, %s tolerable rate, %s expected: %s",
		Percent(a.Confidence), Percent(a.Tolerable), audit.Plural(a.Expected, "deviation"), audit.Plural(n, "item"))
	s.Why = []string{s.Basis}
	if n >= a.Count {
		s.Why = append(s.Why, fmt.Sprintf("the population has no more than %s: all are tested", audit.Plural(a.Count, "item")))
	}
	if a.Expected > 0 {
		s.Why = append(s.Why, fmt.Sprintf("with more than %s the rate may be above what is tolerable: the size is not raised until it fits", audit.Plural(a.Expected, "deviation")))
	}
	return nil
}

// limit says what up to three deviations would leave room for.
func (s *Sized) limit() error {
	if s.Size < 1 || s.Size >= s.Population {
		return nil
	}
	a := sampling.Attribute{Confidence: s.Confidence}
	for k := range min(3, s.Size) {
		rate, err := a.Upper(s.Size, k)
		if err != nil {
			return err
		}
		items, err := a.UpperFinite(s.Population, s.Size, k)
		if err != nil {
			return err
		}
		s.Limits = append(s.Limits, Limit{Deviations: k, Rate: rate, Items: items})
	}
	return nil
}

// Percent writes basis points as a percentage.
func Percent(n int64) string {
	text := fmt.Sprintf("%d.%02d", n/100, n%100)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + "%"
}

// Points reads a percentage such as 90, 7.5 or 95% as basis points, exactly.
func Points(text string) (int64, error) {
	whole, part, _ := strings.Cut(strings.TrimSuffix(strings.TrimSpace(text), "%"), ".")
	n, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	if err != nil || len(part) > 2 || n < 0 || n > 10_000 || whole == "" {
		return 0, fmt.Errorf("%q is no percentage such as 90 or 7.5", text)
	}
	return n, nil
}

// yearly is how often a control of a frequency acts in a year.
var yearly = map[string]int64{
	"annual": 1, "semiannual": 2, "quarterly": 4, "monthly": 12, "biweekly": 26, "per-payroll": 26, "weekly": 52, "daily": 250, "many-times-a-day": 251,
}

// TableOf is a firm's own table of sizes, or the one that comes with Tickmark
// when the firm recorded none.
func TableOf(f audit.Firm) (sampling.Table, error) {
	if len(f.Sizes) == 0 {
		return sampling.Defaults(), nil
	}
	t := sampling.Table{Name: "of " + cmp.Or(f.Name, f.Code), Small: sampling.Defaults().Small}
	var errs []error
	for _, r := range f.Sizes {
		n, known := yearly[r.Frequency]
		if !known {
			errs = append(errs, fmt.Errorf("the firm's table has a row for %q, which is no frequency: use %s", r.Frequency, strings.Join(sortedNames(yearly), ", ")))
		}
		t.Rows = append(t.Rows, sampling.Row{Frequency: r.Frequency, PerYear: n, Low: int64(r.Low), High: int64(r.High)})
	}
	slices.SortStableFunc(t.Rows, func(a, b sampling.Row) int { return cmp.Compare(a.PerYear, b.PerYear) })
	if err := errors.Join(errs...); err != nil {
		return t, err
	}
	return t, t.Valid()
}
