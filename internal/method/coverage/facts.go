package coverage

import (
	"slices"
	"time"

	"tickmark/internal/audit"
)

// Facts are what is recorded for an engagement as of an instant.
type Facts struct {
	Scope
	AsOf        time.Time
	System      audit.System
	Commitments []audit.Commitment
	CUECs       []audit.CUEC
	Subservices []audit.Subservice
	Standings   map[string]Standing        // by control
	Results     map[string]audit.Result    // the newest of each procedure, by procedure
	Procedures  map[string]audit.Procedure // all that are known, by id
	Populations []audit.Population         // that stand
	Sources     map[string][]string        // population -> sources of the catalog that give it
}

// Standing is how a control stands, as other decisions found it.
type Standing struct {
	Record     string           // of its description: control/LA-03@2
	Lacks      []string         // what its wording leaves open
	Trouble    Kind             // what speaks against it; "" when it operates
	Reason     string           // of the status
	Off        []string         // procedures of it that rest
	Conclusion audit.Conclusion // the newest; without an ID when there is none
}

// ControlState is how far the records carry one control.
type ControlState struct {
	Code     string   `json:"code"`
	Title    string   `json:"title"`
	Owner    string   `json:"owner,omitempty"`
	Key      bool     `json:"key,omitempty"`
	Rows     []string `json:"rows"`
	Level    Level    `json:"level"`
	Trouble  Kind     `json:"trouble,omitempty"`
	Reason   string   `json:"reason"`
	Behind   []Behind `json:"behind"`
	Tests    []Test   `json:"tests"`
	Strength Strength `json:"strength"`
	Criteria []string `json:"criteria,omitempty"`
	kind     string   // preventive, detective, corrective
	lacks    []string // of its design
	off      []string // procedures that rest
	found    audit.ID // its conclusion
	foundAt  time.Time
	results  []audit.ID // of all its tests
}

// Behind are the records behind one level.
type Behind struct {
	Level   Level    `json:"level"`
	Records []string `json:"records"`
}

// Test is one procedure of a control and its newest result.
type Test struct {
	Procedure  string       `json:"procedure"`
	Version    int          `json:"version,omitempty"`
	Result     audit.ID     `json:"result,omitempty"` // "" when it was not performed
	Status     audit.Status `json:"status,omitempty"`
	Tested     int64        `json:"tested"`
	Exceptions int64        `json:"exceptions"`
	Entire     bool         `json:"entire"`
	Why        string       `json:"why,omitempty"`
	Off        bool         `json:"switched_off,omitempty"`
	Read       []string     `json:"read,omitempty"` // populations
	At         time.Time    `json:"at,omitzero"`
}

// state says how far the records carry a control.
func (f Facts) state(c audit.Control, held map[string][]audit.Population) ControlState {
	s := f.Standings[c.Code]
	out := ControlState{
		Code: c.Code, Title: c.Title, Owner: c.Owner, Key: c.Key, Trouble: s.Trouble, Reason: s.Reason, Level: Mapped,
		Rows: f.rows(c), Criteria: c.Criteria, Tests: f.tests(c, s), kind: c.Kind, lacks: slices.Clone(s.Lacks), off: s.Off, found: s.Conclusion.ID, foundAt: s.Conclusion.At,
	}
	out.Behind = []Behind{{Mapped, []string{s.Record}}}
	if len(c.Procedures) == 0 {
		out.lacks = append(out.lacks, "a procedure, or any planned test")
	}
	for _, t := range out.Tests {
		if t.Result != "" {
			out.results = append(out.results, t.Result)
		}
	}
	for _, step := range []struct {
		level  Level
		reach  bool
		behind []string
	}{
		{Designed, len(out.lacks) == 0, out.procedures()},
		{Implemented, true, f.occurrences(out.Tests, held)},
		{Operating, s.Trouble == "" && f.Engagement.Type != 1, found(s.Conclusion.ID)},
		{Throughout, out.entire(), out.evaluated()},
	} {
		if !step.reach || len(step.behind) == 0 {
			break
		}
		out.Level = step.level
		out.Behind = append(out.Behind, Behind{step.level, step.behind})
	}
	out.Strength = strength(f.Engagement.Type, out, s.Conclusion)
	return out
}

func (f Facts) rows(c audit.Control) []string {
	if f.Engagement.Kind == audit.SOC1 {
		return c.Objectives
	}
	return c.Criteria
}

func (f Facts) tests(c audit.Control, s Standing) []Test {
	var out []Test
	for _, id := range c.Procedures {
		t := Test{Procedure: id, Version: f.Procedures[id].Version, Off: slices.Contains(s.Off, id)}
		if r, ok := f.Results[id]; ok {
			t.Version, t.Result, t.Status, t.Tested, t.Exceptions = r.Version, r.ID, r.Status, r.Tested, r.Exceptions
			t.Entire, t.Why, t.At = r.Entire, r.Why, r.At
			for _, in := range r.Inputs {
				if !slices.Contains(t.Read, in.Name) {
					t.Read = append(t.Read, in.Name)
				}
			}
		}
		out = append(out, t)
	}
	return out
}

// occurrences are the records that show that the control happened at all: results
// that evaluated items, or populations with rows that a procedure of it tests
// and has not been performed over yet.
func (f Facts) occurrences(tests []Test, held map[string][]audit.Population) []string {
	var out []string
	for _, t := range tests {
		if t.Result != "" {
			if t.Tested > 0 {
				out = append(out, string(t.Result))
			}
			continue
		}
		for _, p := range held[f.Procedures[t.Procedure].Tests] {
			if p.Rows > 0 {
				out = append(out, string(p.ID))
			}
		}
	}
	return out
}

func (s ControlState) procedures() []string {
	var out []string
	for _, t := range s.Tests {
		out = append(out, "procedure "+t.Procedure)
	}
	return out
}

// entire reports whether every procedure that does not rest evaluated every item
// of complete populations.
func (s ControlState) entire() bool {
	for _, t := range s.Tests {
		if t.Off || t.Result == "" || !t.Entire || t.Tested == 0 {
			return false
		}
	}
	return len(s.Tests) > 0
}

func (s ControlState) evaluated() []string {
	var out []string
	for _, t := range s.Tests {
		if t.Tested > 0 {
			out = append(out, string(t.Result))
		}
	}
	return out
}

func found(id audit.ID) []string {
	if id == "" {
		return nil
	}
	return []string{string(id)}
}
