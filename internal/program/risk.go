package program

import (
	"time"

	"tickmark/internal/audit"
)

// Treatment is what was decided to do about a risk.
type Treatment string

// The treatments, by the words of the population risks.
const (
	Mitigate  Treatment = "mitigate"
	Transfer  Treatment = "transfer"
	Avoid     Treatment = "avoid"
	AcceptIt  Treatment = "accept"
	Undecided Treatment = ""
)

// Treatments are all of them that can be decided.
var Treatments = []Treatment{Mitigate, Transfer, Avoid, AcceptIt}

// TriggerKinds are the events that call for the risks to be assessed again, by
// the words of the population change_triggers.
var TriggerKinds = []string{"new-service", "new-vendor", "new-technology", "acquisition", "reorganization", "leadership", "law", "incident", "other"}

// RiskPolicy is what the organization set for its register.
type RiskPolicy struct {
	Appetite   int       `json:"appetite"`    // lowest product of likelihood and impact that must be treated, 1 to 25
	Months     int       `json:"months"`      // after which the risks are assessed again
	DecideDays int       `json:"decide_days"` // within which the treatment of a risk is decided
	Triggers   []string  `json:"triggers"`    // kinds of events after which they are assessed again
	By         string    `json:"by"`
	At         time.Time `json:"at"`
}

// Risk is one risk of the register, rated as if no control stood against it.
type Risk struct {
	Code        string     `json:"code" yaml:"code"`
	Title       string     `json:"title" yaml:"title"` // what could happen
	Cause       string     `json:"cause,omitempty" yaml:"cause"`
	Fraud       bool       `json:"fraud,omitempty" yaml:"fraud"`
	Scheme      string     `json:"scheme,omitempty" yaml:"scheme"` // of fraud: who could do it, how, and how he would hide it
	Owner       string     `json:"owner" yaml:"owner"`
	Identified  audit.Date `json:"identified_on" yaml:"identified_on"`
	Likelihood  int        `json:"likelihood" yaml:"likelihood"` // inherent, 1 to 5
	Impact      int        `json:"impact" yaml:"impact"`         // inherent, 1 to 5
	Treatment   Treatment  `json:"treatment,omitempty" yaml:"treatment"`
	Decided     audit.Date `json:"decided_on,omitempty" yaml:"decided_on"`
	TreatBy     audit.Date `json:"treat_by,omitempty" yaml:"treat_by"`
	Treated     audit.Date `json:"treated_on,omitempty" yaml:"treated_on"`
	Serves      []string   `json:"serves,omitempty" yaml:"serves"`           // criteria and objectives that it threatens
	Commitments []string   `json:"commitments,omitempty" yaml:"commitments"` // codes
	Closed      audit.Date `json:"closed_on,omitempty" yaml:"closed_on"`
	By          string     `json:"by" yaml:"-"`
	At          time.Time  `json:"at" yaml:"-"`
}

// Score is the product of the inherent ratings.
func (r Risk) Score() int { return r.Likelihood * r.Impact }

// Tie is how much a control bears on a risk.
type Tie string

// The ties, strongest first.
const (
	Direct     Tie = "direct"
	Partial    Tie = "partial"
	Supporting Tie = "supporting"
)

// Ties are all of them.
var Ties = []Tie{Direct, Partial, Supporting}

// RiskControl is one control that is to reduce one risk. Of controls that fail
// together only the best counts: they have the same Group.
type RiskControl struct {
	Risk    string     `json:"risk"`
	Control string     `json:"control"`
	Tie     Tie        `json:"tie"`
	Group   string     `json:"group,omitempty"`
	From    audit.Date `json:"from"`
	To      audit.Date `json:"until,omitempty"` // last day on which it stands against the risk
	By      string     `json:"by"`
	At      time.Time  `json:"at"`
}

// Acceptance is a person's word that a risk is borne as it is, until a day.
type Acceptance struct {
	Risk   string       `json:"risk"`
	Digest audit.Digest `json:"digest"` // of the risk's record as it was accepted
	Until  audit.Date   `json:"until"`
	Reason string       `json:"reason"`
	On     audit.Date   `json:"on"`
	By     string       `json:"by"`
	At     time.Time    `json:"at"`
}

// Assessment is one review of the register. It is complete when another person
// approved it.
type Assessment struct {
	Code      string     `json:"code"`
	Scope     string     `json:"scope"` // what was assessed: the whole organization, one service
	Completed audit.Date `json:"completed_on"`
	Fraud     bool       `json:"fraud_considered"`
	Changes   bool       `json:"changes_considered"`
	Note      string     `json:"note"` // what was looked at, and what came of it
	Performer string     `json:"performed_by"`
	Approver  string     `json:"approved_by,omitempty"`
	Approved  audit.Date `json:"approved_on,omitempty"`
	By        string     `json:"by"`
	At        time.Time  `json:"at"`
}

// Trigger is an event that calls for the risks to be assessed again.
type Trigger struct {
	Code       string     `json:"code"`
	What       string     `json:"what"` // one of TriggerKinds
	Title      string     `json:"title"`
	Occurred   audit.Date `json:"occurred_on"`
	Sponsor    string     `json:"sponsor,omitempty"`
	Reassessed audit.Date `json:"reassessed_on,omitempty"`
	Reassessor string     `json:"reassessed_by,omitempty"`
	By         string     `json:"by"`
	At         time.Time  `json:"at"`
}

// Snapshot is how the register stood at an instant, with the records that carry
// each figure, so that figures of different days can be set side by side.
type Snapshot struct {
	On       audit.Date `json:"on"`
	Appetite int        `json:"appetite"`
	Risks    []Rated    `json:"risks"`
	By       string     `json:"by"`
	At       time.Time  `json:"at"`
}

// Rated is one risk with its residual score.
type Rated struct {
	Risk       string    `json:"risk"`
	Likelihood int       `json:"likelihood"`
	Impact     int       `json:"impact"`
	Inherent   int       `json:"inherent"`
	Reduced    int64     `json:"reduced_ppm"`        // by what share the controls reduce it
	Residual   int       `json:"residual_hundredth"` // score times 100, rounded up
	Terms      []Reduces `json:"terms"`
	Accepted   bool      `json:"accepted,omitempty"`
	Above      bool      `json:"above_appetite"`
}

// Reduces is what one control takes off a risk.
type Reduces struct {
	Control  string `json:"control"`
	Designed bool   `json:"designed"`
	Good     int64  `json:"good"` // of Tested: neither deviations nor pending
	Tested   int64  `json:"tested"`
	Tie      Tie    `json:"tie"`
	Group    string `json:"group,omitempty"`
	PPM      int64  `json:"ppm"`
	Record   string `json:"record,omitempty"` // the conclusion behind the rate
	Counts   bool   `json:"counts"`           // not outdone by another of its group
}
