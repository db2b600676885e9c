// Package wording reads how a control is worded: who does what, when, in which
// system, leaving which evidence, and which passages nobody could test. It stands
// with the pure decisions and looks at English words, not at meaning. It does not
// know whether the control exists: what it finds are reasons to read again.
package wording

import (
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// Rule is what a wording is held against.
type Rule string

// The rules.
const (
	Vague       Rule = "vague"        // a word that two testers would read differently
	Untestable  Rule = "untestable"   // an aim or a state of mind: nothing that happened could show it
	Compound    Rule = "two controls" // two rhythms, or a second act that is tacked on
	Rhythm      Rule = "rhythm"       // the text and the field frequency say different things
	NoPerformer Rule = "no performer"
	NoWhat      Rule = "no act"
	NoTime      Rule = "no time"
	NoSystem    Rule = "no system"
	NoEvidence  Rule = "no evidence"
	NoOwner     Rule = "no owner"
	SelfReview  Rule = "same person" // who performs also reviews
)

// Fault is one passage of a control's wording, or one thing that it lacks.
type Fault struct {
	Control string `json:"control"`
	Rule    Rule   `json:"rule"`
	Passage string `json:"passage,omitempty"` // as it stands in the text; "" for what is missing
	At      int    `json:"at,omitempty"`      // byte of the text where the passage begins
	Says    string `json:"says"`
}

// Known are names that the organization itself gives to systems and people.
type Known struct {
	Systems []string
	People  []string
}

// Parts are the five things that a control says, each as the passage that says
// it, and "" where nothing does.
type Parts struct {
	Who      string `json:"who"`
	What     string `json:"what"`
	When     string `json:"when"`
	System   string `json:"system"`
	Evidence string `json:"evidence"`
}

// Read finds the five parts of a control.
func Read(c audit.Control, known Known) Parts {
	return read(c, split(c.Text), known)
}

func read(c audit.Control, t text, known Known) Parts {
	system := t.first(systems)
	if system == "" {
		system = t.name(known.Systems)
	}
	p := Parts{System: system, When: t.when(c.Frequency), Evidence: t.first(evidence), Who: t.who(c, known)}
	if p.Who == "" && c.Automation == "automated" {
		p.Who = system
	}
	if len(t.words) > 2 && !strings.EqualFold(strings.TrimSpace(c.Text), strings.TrimSpace(c.Title)) {
		p.What = strings.TrimSpace(t.source)
	}
	return p
}

// Lacks are the parts that a control is without, as far as anything recorded
// goes: an owner answers for who, the field frequency for when, and a procedure
// for the system and the evidence, whose populations it reads.
func Lacks(c audit.Control, known Known) []string {
	return lacks(c, Read(c, known))
}

func lacks(c audit.Control, p Parts) []string {
	var out []string
	for _, need := range []struct {
		has  bool
		lack string
	}{
		{p.Who != "" || strings.TrimSpace(c.Owner) != "", "who performs it"},
		{p.What != "", "what is done"},
		{p.When != "", "when it is done"},
		{p.System != "" || c.Automation == "manual" || len(c.Procedures) > 0, "in which system"},
		{p.Evidence != "" || len(c.Procedures) > 0, "what is left as evidence"},
	} {
		if !need.has {
			out = append(out, need.lack)
		}
	}
	return out
}

// Lint lists what is wrong with the wording of a control, in the order of the
// text, what is missing last.
func Lint(c audit.Control, known Known) []Fault {
	t := split(c.Text)
	out := t.all(c.Code, Vague, vague, "say how many, by when, or who decides: two people would read this differently")
	out = append(out, t.all(c.Code, Untestable, untestable, "an aim leaves no evidence: say what is done so that it holds")...)
	out = append(out, t.compound(c)...)
	out = append(out, t.selfReview(c)...)
	slices.SortStableFunc(out, func(a, b Fault) int { return a.At - b.At })
	return append(out, missing(c, t, known)...)
}

func missing(c audit.Control, t text, known Known) []Fault {
	p := read(c, t, known)
	var out []Fault
	add := func(lacks bool, r Rule, passage, says string) {
		if lacks {
			out = append(out, Fault{Control: c.Code, Rule: r, Passage: passage, At: t.offset(passage), Says: says})
		}
	}
	add(strings.TrimSpace(c.Owner) == "", NoOwner, "", "no owner is recorded: nobody answers for it")
	add(p.What == "", NoWhat, "", "the text does not say what is done")
	if p.What == "" {
		return out
	}
	add(p.Who == "", NoPerformer, t.first(nobody), "name the function that performs it, or the system if it is automated")
	add(p.When == "", NoTime, "", "it is "+c.Frequency+", and the text names no event or time that calls for it")
	add(p.System == "" && c.Automation != "manual", NoSystem, "", "it is "+c.Automation+", and the text names no system")
	add(p.Evidence == "" && len(c.Procedures) == 0, NoEvidence, "", "say what is left behind each time, and where: nothing in the text is kept, and no procedure reads a population of it")
	return out
}
