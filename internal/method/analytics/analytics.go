// Package analytics looks for what is unusual in rows: digits, repetitions,
// gaps, outliers, drift. It stands with the pure decisions and gives the same
// answer to the same rows in the same order: no clock, no files, and a random
// generator of its own. It does not know where rows come from, and what it
// yields are leads for a person, never findings.
package analytics

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/audit"
)

// Version changes when the same rows may give another answer. It stands in the
// record of every analysis.
const Version = "analytics 1"

// maxLeads is how many leads anybody could look at. An analytic that yields
// more has looked for something ordinary, and is refused.
const maxLeads = 100_000

// Row is one row as the SQL of an analytic returned it: exact texts by column.
// An absent column is null.
type Row struct {
	Item    string
	Columns map[string]string
}

// Settings are the values of an analytic's parameters, by name.
type Settings map[string]string

// Seen is what came of an analytic: a refusal, or statistics and leads.
type Seen struct {
	Refused    string // which guard was not met, and what it takes
	Statistics map[string]string
	Leads      []audit.Lead // ordered by item
}

// Look takes rows one at a time, in the order of their items. Add returns an
// error that is no refusal only for a row that does not have the shape that the
// technique needs.
type Look struct {
	add  func(Row) error
	done func() Seen
	rows int64
	stop string // why it refuses; "" while it does not
}

// Refusal is a guard that was not met.
type Refusal struct{ Reason string }

func (r *Refusal) Error() string { return r.Reason }

func refuse(format string, args ...any) *Refusal { return &Refusal{fmt.Sprintf(format, args...)} }

// builders is the table of techniques: each reads its settings and returns what
// takes rows and what says what was seen.
var builders = map[audit.Technique]func(settings) (func(Row) error, func() Seen){
	audit.BenfordFirst:       func(s settings) (func(Row) error, func() Seen) { return newBenford(s, 1).parts() },
	audit.BenfordFirstTwo:    func(s settings) (func(Row) error, func() Seen) { return newBenford(s, 2).parts() },
	audit.DuplicatesExact:    newExact,
	audit.DuplicatesFuzzy:    newFuzzy,
	audit.SequenceGaps:       newGaps,
	audit.RoundAmounts:       newRound,
	audit.OffHours:           newHours,
	audit.BelowLimit:         newBelow,
	audit.ZScore:             func(s settings) (func(Row) error, func() Seen) { return newOutliers(s, plainZ) },
	audit.RobustZ:            func(s settings) (func(Row) error, func() Seen) { return newOutliers(s, robustZ) },
	audit.Quartiles:          func(s settings) (func(Row) error, func() Seen) { return newOutliers(s, tukey) },
	audit.RelativeSizeFactor: func(s settings) (func(Row) error, func() Seen) { return newOutliers(s, sizeFactor) },
	audit.IsolationForest:    newForest,
	audit.DriftEWMA:          func(s settings) (func(Row) error, func() Seen) { return newDrift(s, byEWMA) },
	audit.DriftCUSUM:         func(s settings) (func(Row) error, func() Seen) { return newDrift(s, byCUSUM) },
	audit.Ageing:             newAgeing,
}

// New begins a look at rows by a technique. It refuses a technique that does
// not exist and settings that cannot be read.
func New(t audit.Technique, given Settings) (*Look, error) {
	build, ok := builders[t]
	if !ok {
		return nil, fmt.Errorf("there is no technique %q; it is one of %s", t, strings.Join(Names(), ", "))
	}
	var faults []string
	add, done := build(settings{given, &faults})
	if len(faults) > 0 {
		return nil, fmt.Errorf("technique %s: %s", t, strings.Join(faults, "; "))
	}
	return &Look{add: add, done: done}, nil
}

// Names lists the techniques.
func Names() []string {
	var names []string
	for _, t := range slices.Sorted(maps.Keys(builders)) {
		names = append(names, string(t))
	}
	return names
}

// Add looks at one row. After a refusal the rest need not be looked at: more
// tells whether it wants more rows.
func (l *Look) Add(r Row) (more bool, err error) {
	l.rows++
	if l.stop != "" {
		return false, nil
	}
	err = l.add(r)
	var refusal *Refusal
	if errors.As(err, &refusal) {
		l.stop = refusal.Reason
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("item %q: %w", r.Item, err)
	}
	return true, nil
}

// Rows is how many rows were added.
func (l *Look) Rows() int64 { return l.rows }

// Done says what was seen in all rows.
func (l *Look) Done() Seen {
	if l.stop != "" {
		return Seen{Refused: l.stop}
	}
	if l.rows == 0 {
		return Seen{Refused: "there are no rows to look at"}
	}
	seen := l.done()
	if seen.Refused == "" && len(seen.Leads) > maxLeads {
		return Seen{Refused: fmt.Sprintf("more than %s leads, which nobody can look at: narrow the rows or move the threshold", audit.Count(maxLeads))}
	}
	slices.SortStableFunc(seen.Leads, func(a, b audit.Lead) int { return strings.Compare(a.Item, b.Item) })
	return seen
}

// settings reads values and gathers what is wrong with them.
type settings struct {
	given  Settings
	faults *[]string
}

func (s settings) fault(name, want string) {
	*s.faults = append(*s.faults, fmt.Sprintf("parameter %s is %q; expected %s", name, s.given[name], want))
}

// number reads a number above zero, or takes the default.
func (s settings) number(name string, otherwise float64) float64 {
	text, ok := s.given[name]
	if !ok {
		return otherwise
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || !(f > 0) || f > 1e18 {
		s.fault(name, "a number above zero")
	}
	return f
}

// whole reads a whole number above zero, or takes the default.
func (s settings) whole(name string, otherwise int64) int64 {
	text, ok := s.given[name]
	if !ok {
		return otherwise
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 {
		s.fault(name, "a whole number above zero")
	}
	return n
}

// fraction reads a number above zero and below one, or takes the default.
func (s settings) fraction(name string, otherwise float64) float64 {
	f := s.number(name, otherwise)
	if f >= 1 {
		s.fault(name, "a number above zero and below one")
	}
	return f
}

// text writes a statistic with six digits after the point, and no minus before zero.
func text(f float64) string { return digits(f, 6) }

func digits(f float64, n int) string {
	s := strconv.FormatFloat(f, 'f', n, 64)
	if strings.Trim(s, "-0.") == "" {
		return strings.TrimPrefix(s, "-")
	}
	return s
}

func count(n int64) string { return strconv.FormatInt(n, 10) }

// share writes a fraction as a percentage for people.
func share(f float64) string { return digits(100*f, 2) + " %" }

// p writes a probability for people.
func p(f float64) string {
	if f < 0.0001 {
		return "p below 0.0001"
	}
	return "p " + digits(f, 4)
}

func atLeast(what string, n, want int64) *Refusal {
	if n >= want {
		return nil
	}
	return refuse("%s of %s are too few: it takes at least %s", audit.Count(n), what, audit.Count(want))
}
