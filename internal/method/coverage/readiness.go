package coverage

import (
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// One is the whole in parts per million, in which strengths are counted so that
// one state of the records has one figure.
const One = 1_000_000

// What the figures are held against.
const (
	direct   = 900_000 // weight of a control for what it names; no weaker tie is recorded today
	capped   = 500_000 // most that a row may reach while a key control of it is not designed or fails
	enough   = 850_000 // of all rows together
	enoughOf = 600_000 // of each row
)

// Strength is what one control adds, term by term: d·(0.3 + 0.3·m + 0.4·o), and
// for a Type 1, which asks nothing of operation, d·(0.5 + 0.5·m).
type Strength struct {
	Control     string `json:"control"`
	Designed    bool   `json:"designed"`    // d
	Implemented bool   `json:"implemented"` // m
	Good        int64  `json:"good"`        // of o: items tested that are neither deviations nor pending
	Tested      int64  `json:"tested"`
	Performed   int    `json:"performed"` // of o: procedures that evaluated items, of those that the control names
	Named       int    `json:"named"`
	PPM         int64  `json:"ppm"`
}

func strength(kind int, s ControlState, c audit.Conclusion) Strength {
	out := Strength{Control: s.Code, Designed: s.Level >= Designed, Implemented: s.Level >= Implemented, Named: len(s.Tests)}
	if unproven := s.Trouble == EvidenceMissing || s.Trouble == TestsOff || s.Trouble == Stale; !unproven {
		for _, t := range s.Tests {
			if t.Tested > 0 && !t.Off {
				out.Performed++
			}
		}
		out.Tested, out.Good = c.Tested, max(0, c.Tested-c.Deviations-c.Pending)
	}
	design, done, operation := int64(300_000), int64(300_000), int64(400_000)
	if kind == 1 {
		design, done, operation = 500_000, 500_000, 0
	}
	if out.Designed {
		out.PPM = design
	}
	if out.Implemented {
		out.PPM += done
		if out.Tested > 0 && out.Named > 0 {
			out.PPM += share(share(operation, out.Good, out.Tested), int64(out.Performed), int64(out.Named))
		}
	}
	return out
}

// share is whole·part/of, rounded down, for figures of any size.
func share(whole, part, of int64) int64 {
	for part > 1<<40 {
		part, of = part>>1, of>>1
	}
	return whole * part / max(1, of)
}

// RowReadiness is the figure of one criterion or objective with its terms:
// 1 − Π(1 − w·s), and why it was capped.
type RowReadiness struct {
	Row    string     `json:"row"`
	Terms  []Strength `json:"terms"`
	Weight int64      `json:"weight_ppm"`
	Capped string     `json:"capped,omitempty"`
	PPM    int64      `json:"ppm"`
}

func rowReadiness(row string, controls []ControlState) RowReadiness {
	out := RowReadiness{Row: row, Weight: direct, Terms: []Strength{}}
	left := int64(One)
	for _, c := range controls {
		out.Terms = append(out.Terms, c.Strength)
		left = (left*(One-direct*c.Strength.PPM/One) + One - 1) / One // rounded up: the figure is never too high
		if c.Key && (c.Level < Designed || c.Trouble == Failing) && out.Capped == "" {
			out.Capped = fmt.Sprintf("key control %s: %s", c.Code, c.weakness())
		}
	}
	out.PPM = One - left
	if out.Capped != "" {
		out.PPM = min(out.PPM, capped)
	}
	return out
}

func (s ControlState) weakness() string {
	if s.Level < Designed {
		return "its design lacks " + strings.Join(s.lacks, ", ")
	}
	return s.Reason
}

// Condition is one thing that readiness asks, and what keeps it from holding.
type Condition struct {
	Asks    string   `json:"asks"`
	Holds   bool     `json:"holds"`
	Found   string   `json:"found"`
	Against []string `json:"against,omitempty"` // rows, gaps or records
}

// Readiness is management's planning figure. It never stands in a report, and
// never alone: the conditions say what it hides.
type Readiness struct {
	PPM         int64          `json:"ppm"`
	Ready       bool           `json:"ready"` // every condition holds
	Conditions  []Condition    `json:"conditions"`
	Rows        []RowReadiness `json:"rows"`
	Assumptions []string       `json:"assumptions"`
}

func (f Facts) readiness(rows []RowReadiness, gaps []Gap) Readiness {
	r := Readiness{Rows: rows, Assumptions: f.assumptions()}
	var sum int64
	var weak, blockers []string
	for _, row := range rows {
		sum += row.PPM
		if row.PPM < enoughOf {
			weak = append(weak, row.Row)
		}
	}
	if len(rows) > 0 {
		r.PPM = sum / int64(len(rows))
	}
	for _, g := range gaps {
		if g.Severity == High {
			blockers = append(blockers, g.Code)
		}
	}
	r.Conditions = []Condition{
		{"the mean of all " + f.noun() + " is at least " + Figure(enough), len(rows) > 0 && r.PPM >= enough, Figure(r.PPM) + " over " + f.count(len(rows)), nil},
		{"each is at least " + Figure(enoughOf), len(weak) == 0, fmt.Sprintf("%d of %d below", len(weak), len(rows)), weak},
		{"no blocker: no gap of high severity", len(blockers) == 0, audit.Plural(int64(len(blockers)), "blocker"), blockers},
		f.complementary(), f.registers(),
	}
	r.Ready = !slices.ContainsFunc(r.Conditions, func(c Condition) bool { return !c.Holds })
	return r
}

func (f Facts) assumptions() []string {
	out := []string{
		"every control counts as direct (weight 0.90) for what it names: no weaker tie is recorded",
		"every one of the " + f.noun() + " weighs the same, and none is left out as not relevant: neither is recorded",
		"occurrences that were due are those that a procedure tested; lateness takes nothing off, because nothing records how late evidence may be",
	}
	if f.Engagement.Type == 1 {
		out[2] = "a Type 1 asks nothing of operation: design and implementation weigh half each"
	}
	return out
}

func (f Facts) count(n int) string {
	if n != 1 {
		return fmt.Sprintf("%d %s", n, f.noun())
	}
	if f.Engagement.Kind == audit.SOC1 {
		return "1 objective"
	}
	return "1 criterion"
}

func (f Facts) noun() string {
	if f.Engagement.Kind == audit.SOC1 {
		return "objectives"
	}
	return "criteria"
}

// Figure writes parts per million as 0.00 to 1.00, rounded down.
func Figure(ppm int64) string { return fmt.Sprintf("%d.%02d", ppm/One, ppm%One/10_000) }
