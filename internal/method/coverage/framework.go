package coverage

import (
	"slices"

	"tickmark/internal/audit"
)

// Framework is another body of requirements, by ids.
type Framework struct {
	ID           string
	Title        string
	Version      string
	Note         string
	Requirements []string // those that are mapped to
}

// FrameworkView is what an engagement's controls say of another framework, by
// way of criteria. It is a list of places to begin, and no statement of
// compliance.
type FrameworkView struct {
	ID           string        `json:"id"`
	Title        string        `json:"title"`
	Version      string        `json:"version"`
	Note         string        `json:"note,omitempty"`
	Authors      []string      `json:"authors"` // of the mapping: whose judgment it is
	Tally        Tally         `json:"requirements_at_each_level"`
	WeakOnly     int           `json:"weak_only"` // requirements that only loose ties lead to
	Requirements []Requirement `json:"requirements"`
}

// Requirement is one requirement of another framework and the best level that a
// criterion with a tie to it reaches.
type Requirement struct {
	ID    string `json:"id"`
	Level Level  `json:"level"` // of ties that are not loose
	Loose Level  `json:"loose,omitempty"`
	By    []Tie  `json:"by"`
}

// Tie is one edge, and how far the controls behind it are carried.
type Tie struct {
	Criterion string         `json:"criterion"`
	Relation  audit.Relation `json:"relation"` // of the criterion to the requirement, as sets
	Weak      bool           `json:"weak,omitempty"`
	Level     Level          `json:"level"`
	Controls  []string       `json:"controls,omitempty"` // that reach the level
}

// NotProven is what no mapping shows, for whoever prints one.
var NotProven = []string{
	"A tie says that a criterion and a requirement speak of the same thing. It does not say that what meets the one meets the other.",
	"Where the relation is intersects, part of the requirement has no criterion behind it, and nothing here says which part.",
	"Only requirements that a criterion is tied to are counted: the framework has others, and about them nothing is said.",
	"A tested control was tested for the engagement's system and period, against the criterion. The framework may ask for another scope, another period or another kind of test.",
	"The mapping is our own judgment; neither the AICPA nor the framework's publisher made it or agreed to it.",
}

// ThroughCriteria follows the mapping from each requirement to criteria and the
// controls that serve them. A loose tie never raises a requirement's level.
func ThroughCriteria(a Analysis, frameworks []Framework, mappings []audit.Mapping) []FrameworkView {
	level, serving := map[string]Level{}, map[string][]ControlState{}
	for _, c := range a.Controls {
		for _, id := range c.Criteria {
			level[id] = max(level[id], c.Level)
			serving[id] = append(serving[id], c)
		}
	}
	edges := map[string]map[string][]audit.Mapping{}
	for _, m := range mappings {
		if m.Relation == audit.Unrelated {
			continue
		}
		if edges[m.Framework] == nil {
			edges[m.Framework] = map[string][]audit.Mapping{}
		}
		edges[m.Framework][m.To] = append(edges[m.Framework][m.To], m)
	}
	var out []FrameworkView
	for _, f := range frameworks {
		v := FrameworkView{ID: f.ID, Title: f.Title, Version: f.Version, Note: f.Note, Authors: []string{}, Requirements: []Requirement{}}
		for _, id := range f.Requirements {
			v.add(id, edges[f.ID][id], level, serving)
		}
		slices.Sort(v.Authors)
		out = append(out, v)
	}
	return out
}

func (v *FrameworkView) add(id string, edges []audit.Mapping, level map[string]Level, serving map[string][]ControlState) {
	r := Requirement{ID: id, By: []Tie{}}
	firm := false
	for _, m := range edges {
		t := Tie{Criterion: m.From, Relation: m.Relation, Weak: m.Weak, Level: level[m.From]}
		for _, c := range serving[m.From] {
			if c.Level == t.Level {
				t.Controls = append(t.Controls, c.Code)
			}
		}
		if t.Weak {
			r.Loose = max(r.Loose, t.Level)
		} else {
			firm, r.Level = true, max(r.Level, t.Level)
		}
		r.By = append(r.By, t)
		if !slices.Contains(v.Authors, m.Author) {
			v.Authors = append(v.Authors, m.Author)
		}
	}
	if !firm && len(edges) > 0 {
		v.WeakOnly++
	}
	v.Tally.count(r.Level)
	v.Requirements = append(v.Requirements, r)
}
