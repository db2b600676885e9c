// Package elements is the checklist of a SOC report: every element that a
// report of a kind and type has, who writes it, when it applies, and which ones
// are missing. It stands with the pure decisions. It does not know how a report
// is laid out, or where its records are; whoever lays it out says what he wrote.
package elements

import (
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// SOC3 is the report for everybody that is drawn from a SOC 2 examination.
const SOC3 audit.Kind = "soc3"

// Element is one thing that a report says.
type Element struct {
	ID      string     `json:"id"`      // I.scope.system
	Section string     `json:"section"` // I to V
	By      audit.Side `json:"by"`      // who writes it
	Text    string     `json:"text"`
	Do      string     `json:"do"` // when it is missing

	in   string // reports that have it, such as "11 12 21 22 30"
	when func(Facts) bool
}

// Facts say which elements apply, and which the report has.
type Facts struct {
	Modified    bool // the opinion on some subject is not unmodified
	Contradicts bool // the assertion says without exception what the opinion modifies
	CUECs       bool // controls of user entities are assumed
	CarveOut    bool // a subservice organization is left out
	Inclusive   bool // one is part of the description
	CSOCs       bool // controls of one that is left out are assumed
	Plus        bool // additional criteria are examined: a SOC 2+
	Unserved    bool // a criterion of the chosen categories has no control
	Changed     bool // a control was worded otherwise in the period
	NoOccasion  bool // no occasion arose for any control of some objective, criterion or commitment
	Rested      bool // some control did not operate: no occasion arose for it
	Deviations  bool // some were recorded
	Answered    bool // management answered some of them

	Written []string // ids of the elements that the report has
}

// Of lists the elements that a report of a kind and type has when the facts are so.
func Of(kind audit.Kind, typ int, f Facts) ([]Element, error) {
	mark := map[audit.Kind]string{audit.SOC1: "1", audit.SOC2: "2", SOC3: "3"}[kind]
	switch {
	case mark == "":
		return nil, fmt.Errorf("there is no report of kind %q: use %s, %s or %s", kind, audit.SOC1, audit.SOC2, SOC3)
	case typ != 1 && typ != 2:
		return nil, fmt.Errorf("there is no type %d: use 1 or 2", typ)
	case kind == SOC3 && typ != 2:
		return nil, fmt.Errorf("a SOC 3 is drawn from a SOC 2 Type 2 examination, and this one is of Type %d", typ)
	}
	mark = fmt.Sprintf("%s%d", mark, typ)
	var out []Element
	for _, e := range all {
		if strings.Contains(e.in, mark) && (e.when == nil || e.when(f)) {
			out = append(out, e)
		}
	}
	return out, nil
}

// Missing lists the elements that a report of a kind and type should have and
// has not. While one is missing, the report is not issued.
func Missing(kind audit.Kind, typ int, f Facts) ([]Element, error) {
	list, err := Of(kind, typ, f)
	return slices.DeleteFunc(list, func(e Element) bool { return slices.Contains(f.Written, e.ID) }), err
}
