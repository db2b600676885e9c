package sampling

import (
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// Frequencies that are no row of a table.
const (
	EventDriven = "event-driven" // whenever something happens; sized by how often it did
	Automated   = "automated"    // sized by scenarios, not by occurrences
	Continuous  = "continuous"   // says nothing of who acts: refused, with the choice to make
)

// Risk is how much rests on the control and how likely it is to fail.
type Risk string

// The risks.
const (
	Low      Risk = "low"
	Moderate Risk = "moderate"
	High     Risk = "high"
)

// weak is the population up to which a size from a table is said to be too
// small for statistics.
const weak = 250

// Row is the sizes for controls of one frequency. Where a firm uses one size,
// Low and High are the same.
type Row struct {
	Frequency string `json:"frequency" yaml:"frequency"`
	PerYear   int64  `json:"per_year" yaml:"per_year"` // occurrences in a year, by which event-driven controls find their row
	Low       int64  `json:"low" yaml:"low"`
	High      int64  `json:"high" yaml:"high"`
}

// Table is a firm's sizes by frequency, rows by PerYear, increasing. No standard
// prescribes such a table: it is the firm's policy, and a firm changes it.
type Table struct {
	Name  string `json:"name" yaml:"name"`
	Small int64  `json:"small" yaml:"small"` // an event-driven control with no more occurrences has all of them tested
	Rows  []Row  `json:"rows" yaml:"rows"`
}

// Defaults is the table that comes with Tickmark: ranges, by risk.
func Defaults() Table {
	return Table{Name: "tickmark-defaults", Small: 4, Rows: []Row{
		{"annual", 1, 1, 1},
		{"semiannual", 2, 1, 2},
		{"quarterly", 4, 2, 2},
		{"monthly", 12, 2, 5},
		{"weekly", 52, 5, 15},
		{"daily", 250, 20, 40},
		{"many-times-a-day", 251, 25, 60},
	}}
}

// Published is a variant of one size a row, as CPA firms have published it. It
// has no row for semiannual controls.
func Published() Table {
	return Table{Name: "published-variant", Small: 4, Rows: []Row{
		{"annual", 1, 1, 1},
		{"quarterly", 4, 2, 2},
		{"monthly", 12, 3, 3},
		{"weekly", 52, 5, 5},
		{"daily", 250, 25, 25},
		{"many-times-a-day", 251, 25, 25},
	}}
}

// Valid says what is wrong with a table, or nil.
func (t Table) Valid() error {
	if len(t.Rows) == 0 || t.Name == "" {
		return fmt.Errorf("size table %q: a table needs a name and at least one row", t.Name)
	}
	seen, before := map[string]bool{}, int64(0)
	for i, r := range t.Rows {
		switch {
		case r.Frequency == "" || seen[r.Frequency] || r.Frequency == EventDriven || r.Frequency == Automated || r.Frequency == Continuous:
			return fmt.Errorf("size table %s: row %d: frequency %q: each row needs one of its own, and %s, %s and %s have no row",
				t.Name, i+1, r.Frequency, EventDriven, Automated, Continuous)
		case r.PerYear <= before || r.PerYear > 1_000_000_000:
			return fmt.Errorf("size table %s: row %s: %d a year: rows stand in the order of their occurrences, from 1 to a billion", t.Name, r.Frequency, r.PerYear)
		case r.Low < 1 || r.High < r.Low:
			return fmt.Errorf("size table %s: row %s: sizes %d to %d: the low one is at least 1, the high one not below it", t.Name, r.Frequency, r.Low, r.High)
		}
		seen[r.Frequency], before = true, r.PerYear
	}
	return nil
}

// Size is how many items to test, and why.
type Size struct {
	N           int64    `json:"n"`
	Population  int64    `json:"population"` // occurrences in the period, or scenarios
	Frequency   string   `json:"frequency"`
	Risk        Risk     `json:"risk"`
	Table       string   `json:"table"`
	Row         string   `json:"row,omitempty"`
	Judgmental  bool     `json:"judgmental"`  // it rests on judgment, not on statistics
	Occurrences bool     `json:"occurrences"` // false: nothing calls for a test of operation
	Why         []string `json:"why"`
}

func (s *Size) say(format string, args ...any) { s.Why = append(s.Why, fmt.Sprintf(format, args...)) }

// Size says how many items of a control's count occurrences in the period to
// test. Of an automated control, count is its scenarios.
func (t Table) Size(frequency string, count int64, risk Risk) (Size, error) {
	if err := t.Valid(); err != nil {
		return Size{}, err
	}
	if risk != Low && risk != Moderate && risk != High {
		return Size{}, fmt.Errorf("size: risk %q is not known: use %s, %s or %s", string(risk), Low, Moderate, High)
	}
	if count < 0 {
		return Size{}, fmt.Errorf("size: %d occurrences: count them again", count)
	}
	if err := t.known(frequency); err != nil {
		return Size{}, err
	}
	s := Size{Population: count, Frequency: frequency, Risk: risk, Table: t.Name, Judgmental: true, Occurrences: count > 0}
	switch {
	case count == 0:
		s.nothing()
	case frequency == Automated:
		s.automated()
	case frequency == EventDriven && count <= t.Small:
		s.N = count
		s.say("%s: no more than %d, so all are tested", audit.Plural(count, "occurrence"), t.Small)
	default:
		s.from(t.row(&s), risk)
	}
	return s, nil
}

// frequencies are those that a table need not have a row for: without one they
// are sized by their count.
var frequencies = []string{EventDriven, Automated, "annual", "semiannual", "quarterly", "monthly", "biweekly", "weekly", "daily", "many-times-a-day", "per-payroll"}

func (t Table) known(frequency string) error {
	if frequency == Continuous {
		return fmt.Errorf("size: a continuous control is %s, sized by its scenarios, or many-times-a-day, sized by its occurrences: say which", Automated)
	}
	own := slices.ContainsFunc(t.Rows, func(r Row) bool { return r.Frequency == frequency })
	if !own && !slices.Contains(frequencies, frequency) {
		return fmt.Errorf("size: frequency %q is not known: use %s, or give table %s a row for it", frequency, strings.Join(frequencies, ", "), t.Name)
	}
	return nil
}

func (s *Size) nothing() {
	if s.Frequency == Automated {
		s.say("no scenario is named: list what the control is to do, then test each once")
		return
	}
	s.say("the control had no occasion in the period: show that the population is empty, and say so; its operation is not tested, and that is not a good result")
	if s.Frequency == "annual" || s.Frequency == "semiannual" {
		s.say("a control that is %s may not fall in the period: make sure that it was not due", s.Frequency)
	}
}

func (s *Size) automated() {
	s.N = s.Population
	s.say("one test for each of %s: what a machine does once it does again, as long as nobody changes it", audit.Plural(s.Population, "scenario"))
	s.say("this holds only if the IT general controls over its changes and access were effective throughout the period: cite their tests")
}

// row finds the row for s: its own, or the one nearest to its count.
func (t Table) row(s *Size) Row {
	near := t.nearest(s.Population)
	i := slices.IndexFunc(t.Rows, func(r Row) bool { return r.Frequency == s.Frequency })
	switch {
	case i < 0 && s.Frequency == EventDriven:
		s.say("%s: nearest to %s, %d a year", audit.Plural(s.Population, "occurrence"), near.Frequency, near.PerYear)
		return near
	case i < 0:
		s.say("the table has no row for %s: %s are nearest to %s", s.Frequency, audit.Plural(s.Population, "occurrence"), near.Frequency)
		return near
	case s.Population > 2*t.Rows[i].PerYear && near.PerYear > t.Rows[i].PerYear:
		s.say("%s are more than %s means, %d a year: the nearest row, %s, is used", audit.Plural(s.Population, "occurrence"), s.Frequency, t.Rows[i].PerYear, near.Frequency)
		return near
	}
	if own := t.Rows[i]; s.Population < own.PerYear {
		s.say("%s in the period instead of %d a year: the population is smaller, the confidence that is wanted is not", audit.Plural(s.Population, "occurrence"), own.PerYear)
	}
	return t.Rows[i]
}

// nearest is the row nearest to a count, as a ratio: between two rows the one
// above is taken from the geometric mean on.
func (t Table) nearest(count int64) Row {
	for i, r := range t.Rows[:len(t.Rows)-1] {
		above := t.Rows[i+1]
		// count < √(r × above), without a root and without overflow
		if count <= r.PerYear || count < above.PerYear && count*count < r.PerYear*above.PerYear {
			return r
		}
	}
	return t.Rows[len(t.Rows)-1]
}

// from takes the size of a row for the risk, and no more than there is.
func (s *Size) from(r Row, risk Risk) {
	s.Row, s.N = r.Frequency, r.High
	switch {
	case r.Low == r.High:
		s.say("row %s: %d", r.Frequency, r.High)
	case risk == Low:
		s.N = r.Low
		s.say("row %s: %d to %d, the low end at low risk", r.Frequency, r.Low, r.High)
	case risk == Moderate:
		s.N = r.Low + (r.High-r.Low+1)/2
		s.say("row %s: %d to %d, the middle at moderate risk", r.Frequency, r.Low, r.High)
	default:
		s.say("row %s: %d to %d, the high end at high risk", r.Frequency, r.Low, r.High)
	}
	if s.N >= s.Population {
		s.N = s.Population
		s.say("no more than the %s of the population: all are tested", audit.Count(s.Population))
		return
	}
	if s.Population < r.PerYear && s.Population <= 4 {
		s.say("firms usually test all of so few")
	}
	if s.Population <= weak {
		s.say("this size rests on judgment and is not a statistical sample: of %s the tests of %d cannot limit the rate of deviations narrowly",
			audit.Plural(s.Population, "item"), s.N)
		return
	}
	s.say("this size is the firm's policy and rests on judgment: what it shows is the upper limit of the rate of deviations after the test")
}
