// Package coverage says which criteria or control objectives of an engagement
// are met by which controls, what tests them, and where nothing does. It stands
// with the pure decisions. It does not know whether a control operated.
package coverage

import (
	"slices"

	"tickmark/internal/audit"
)

// Row is one criterion or control objective with the controls that serve it.
type Row struct {
	Code     string
	Text     string
	Group    string // area of an objective, or series of a criterion
	Controls []audit.Control
}

// Gap reports whether no control serves the row.
func (r Row) Gap() bool { return len(r.Controls) == 0 }

// Scope is what an engagement is measured against.
type Scope struct {
	Engagement audit.Engagement
	Criteria   []audit.Criterion // of the engagement's categories, for a SOC 2
	Objectives []audit.Objective // for a SOC 1
	Controls   []audit.Control
}

// Matrix lists every criterion, or every objective, in the order given.
func Matrix(s Scope) []Row {
	var rows []Row
	if s.Engagement.Kind == audit.SOC1 {
		by := serving(s.Controls, objectivesOf)
		for _, o := range s.Objectives {
			rows = append(rows, Row{o.Code, o.Text, o.Area, by[o.Code]})
		}
		return rows
	}
	by := serving(s.Controls, criteriaOf)
	for _, c := range s.Criteria {
		rows = append(rows, Row{c.ID, c.Summary, series(c.ID), by[c.ID]})
	}
	return rows
}

func objectivesOf(c audit.Control) []string { return c.Objectives }
func criteriaOf(c audit.Control) []string   { return c.Criteria }

// serving are the controls by what they serve, each once, in their order.
func serving(controls []audit.Control, codes func(audit.Control) []string) map[string][]audit.Control {
	by := map[string][]audit.Control{}
	for _, c := range controls {
		for i, code := range codes(c) {
			if !slices.Contains(codes(c)[:i], code) {
				by[code] = append(by[code], c)
			}
		}
	}
	return by
}

// series is the part of a criterion's id before the point: "CC6" of "CC6.1".
func series(id string) string {
	for i := range id {
		if id[i] == '.' {
			return id[:i]
		}
	}
	return id
}

// InScope lists the controls that serve any row, once each, in their order.
func InScope(s Scope) []audit.Control {
	asked, codes := map[string]bool{}, criteriaOf
	if s.Engagement.Kind == audit.SOC1 {
		codes = objectivesOf
		for _, o := range s.Objectives {
			asked[o.Code] = true
		}
	} else {
		for _, c := range s.Criteria {
			asked[c.ID] = true
		}
	}
	serves := func(code string) bool { return asked[code] }
	return slices.DeleteFunc(slices.Clone(s.Controls), func(c audit.Control) bool { return !slices.ContainsFunc(codes(c), serves) })
}

// Counts separates what is written down from what was tested: mapped is not
// operating, and operating is not tested.
type Counts struct {
	Rows   int // criteria or objectives
	Mapped int // with at least one control
	Tested int // with at least one control that has a test behind it
}

// Count counts rows; tested says whether a control has a test behind it.
func Count(rows []Row, tested func(control string) bool) Counts {
	n := Counts{Rows: len(rows)}
	for _, r := range rows {
		if !r.Gap() {
			n.Mapped++
		}
		if slices.ContainsFunc(r.Controls, func(c audit.Control) bool { return tested(c.Code) }) {
			n.Tested++
		}
	}
	return n
}
