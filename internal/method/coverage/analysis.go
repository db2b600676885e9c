package coverage

import (
	"slices"
	"time"

	"tickmark/internal/audit"
)

// Analysis is how far the records of an engagement carry every criterion or
// objective as of an instant, and what is missing.
type Analysis struct {
	Engagement string         `json:"engagement"`
	Kind       audit.Kind     `json:"kind"`
	Type       int            `json:"type"`
	AsOf       time.Time      `json:"as_of"`
	Rows       []RowState     `json:"rows"`
	Controls   []ControlState `json:"controls"`
	Gaps       []Gap          `json:"gaps"`
	RowTally   Tally          `json:"rows_at_each_level"`
	Tally      Tally          `json:"controls_at_each_level"`
	Readiness  Readiness      `json:"readiness"`
}

// RowState is how far the records carry one criterion or objective.
type RowState struct {
	Code     string    `json:"code"`
	Text     string    `json:"text"`
	Group    string    `json:"group"`
	Level    Level     `json:"level"`
	Controls []string  `json:"controls"`
	Reached  []Reached `json:"reached"`
	Proof    Proof     `json:"proof"`
	Gaps     []string  `json:"gaps"`
}

// Reached are the controls of a row that reach a level, and the records behind.
type Reached struct {
	Level    Level    `json:"level"`
	Controls []string `json:"controls"`
	Records  []string `json:"records"`
}

// Proof is what populations say of a row.
type Proof struct {
	Read    []string `json:"read"`              // by performed tests of its controls
	Idle    []string `json:"idle,omitempty"`    // procedures whose populations all stand, and that none of its controls names
	Known   int      `json:"known"`             // procedures that speak to it at all
	Nothing bool     `json:"nothing,omitempty"` // no procedure speaks to it: no population proves it, only people's inspection does
}

// Analyze measures the records against every criterion or objective.
func Analyze(f Facts) Analysis {
	out := Analysis{
		Engagement: f.Engagement.Code, Kind: f.Engagement.Kind, Type: f.Engagement.Type, AsOf: f.AsOf,
		Rows: []RowState{}, Controls: []ControlState{}, Gaps: []Gap{},
	}
	held := map[string][]audit.Population{}
	for _, p := range f.Populations {
		held[p.Name] = append(held[p.Name], p)
	}
	rows, closes := Matrix(f.Scope), f.remedies(held)
	states := map[string]ControlState{}
	for _, c := range InScope(f.Scope) {
		s := f.state(c, held)
		states[c.Code] = s
		out.Controls = append(out.Controls, s)
		out.Tally.count(s.Level)
		out.Gaps = append(out.Gaps, f.gaps(s, alone(c.Code, rows), closes)...)
	}
	var figures []RowReadiness
	for _, r := range rows {
		if r.Gap() {
			out.Gaps = append(out.Gaps, f.uncontrolled(r, closes.unserved(r.Code)))
		} else if g, ok := oneKind(r); ok {
			out.Gaps = append(out.Gaps, g)
		}
		mine := statesOf(r, states)
		out.Rows = append(out.Rows, rowState(r, mine, closes))
		out.RowTally.count(out.Rows[len(out.Rows)-1].Level)
		figures = append(figures, rowReadiness(r.Code, mine))
	}
	slices.SortFunc(out.Gaps, bySeverity)
	out.name()
	out.Readiness = f.readiness(figures, out.Gaps)
	return out
}

// alone reports whether a row has no control but this one.
func alone(code string, rows []Row) bool {
	return slices.ContainsFunc(rows, func(r Row) bool { return len(r.Controls) == 1 && r.Controls[0].Code == code })
}

func statesOf(r Row, states map[string]ControlState) []ControlState {
	var out []ControlState
	for _, c := range r.Controls {
		out = append(out, states[c.Code])
	}
	return out
}

func rowState(r Row, controls []ControlState, closes remedies) RowState {
	out := RowState{Code: r.Code, Text: r.Text, Group: r.Group, Controls: []string{}, Reached: []Reached{}, Gaps: []string{}}
	for _, c := range controls {
		out.Controls = append(out.Controls, c.Code)
		out.Level = max(out.Level, c.Level)
	}
	for _, l := range Levels {
		reached := Reached{Level: l, Controls: []string{}, Records: []string{}}
		for _, c := range controls {
			if c.Level >= l {
				reached.Controls = append(reached.Controls, c.Code)
				reached.Records = append(reached.Records, c.behind(l)...)
			}
		}
		if len(reached.Controls) > 0 {
			slices.Sort(reached.Records)
			reached.Records = slices.Compact(reached.Records)
			out.Reached = append(out.Reached, reached)
		}
	}
	out.Proof = proof(r.Code, controls, closes)
	return out
}

func (s ControlState) behind(l Level) []string {
	for _, b := range s.Behind {
		if b.Level == l {
			return b.Records
		}
	}
	return nil
}

// proof says what populations show of a row, and what would if it were asked.
func proof(row string, controls []ControlState, closes remedies) Proof {
	out := Proof{Read: []string{}}
	named := map[string]bool{}
	for _, c := range controls {
		for _, t := range c.Tests {
			named[t.Procedure] = true
			if t.Tested > 0 {
				out.Read = append(out.Read, t.Read...)
			}
		}
	}
	slices.Sort(out.Read)
	out.Read = slices.Compact(out.Read)
	speaking := closes.speak(row)
	out.Known = len(speaking)
	for _, id := range speaking {
		if !named[id] && closes.missing(id) == 0 {
			out.Idle = append(out.Idle, id)
		}
	}
	out.Nothing = out.Known == 0 && len(named) == 0
	return out
}

// name writes into each row the codes of its gaps.
func (a *Analysis) name() {
	at := map[string]int{}
	for i, r := range a.Rows {
		at[r.Code] = i
	}
	for _, g := range a.Gaps {
		for _, code := range g.Rows {
			if i, ok := at[code]; ok {
				a.Rows[i].Gaps = append(a.Rows[i].Gaps, g.Code)
			}
		}
	}
}
