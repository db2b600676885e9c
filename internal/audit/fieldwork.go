package audit

import "time"

// InformationRequest is one item of the request list (PBC): what the auditor asks of
// management. Each version is kept; the newest counts.
type InformationRequest struct {
	Engagement string       `json:"engagement"`
	Code       string       `json:"code"`
	Title      string       `json:"title"`
	Text       string       `json:"text"`
	Wants      RequestWants `json:"wants"`
	Population string       `json:"population,omitempty"` // canonical name of the one that is wanted
	Controls   []string     `json:"controls,omitempty"`
	Due        Date         `json:"due,omitempty"`
	State      RequestState `json:"state"`
	Reason     string       `json:"reason,omitempty"` // why returned, reopened or withdrawn
	Seen       int          `json:"seen,omitempty"`   // number of the newest response when the state was set; a later one answers it
	By         string       `json:"by"`
	At         time.Time    `json:"at"`
}

// RequestWants is what an answer consists of.
type RequestWants string

// What a request can want.
const (
	WantsPopulation RequestWants = "population"
	WantsDocument   RequestWants = "document"
	WantsAnswer     RequestWants = "answer"
)

// RequestState is what the auditor said last of a request. That it was answered
// follows from a response that is newer.
type RequestState string

// The states.
const (
	RequestOpen      RequestState = "open"
	RequestReturned  RequestState = "returned"
	RequestReopened  RequestState = "reopened"
	RequestClosed    RequestState = "closed"
	RequestWithdrawn RequestState = "withdrawn"
)

// Delegation says who on management's side answers a request.
type Delegation struct {
	Engagement string    `json:"engagement"`
	Request    string    `json:"request"`
	To         string    `json:"to"`
	Due        Date      `json:"due,omitempty"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
}

// Response is an answer to a request: a population, a file in the vault with
// where it comes from, or words.
type Response struct {
	Engagement string    `json:"engagement"`
	Request    string    `json:"request"`
	Number     int       `json:"number"` // 1 for the first of its request
	Population ID        `json:"population,omitempty"`
	File       File      `json:"file,omitzero"`
	Source     string    `json:"source,omitempty"` // of a file: the system, the query or the person it is from
	TakenAt    string    `json:"taken_at,omitempty"`
	Text       string    `json:"text,omitempty"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
}

// Comment is a remark on something that both sides see.
type Comment struct {
	Engagement string    `json:"engagement"`
	Subject    string    `json:"subject"` // request/R-1, exception/procedure/item, control/CHG-01
	Number     int       `json:"number"`
	Text       string    `json:"text"`
	By         string    `json:"by"`
	Side       Side      `json:"side"`
	At         time.Time `json:"at"`
}

// Intake is the auditor's evaluation of a population as information produced
// by the entity (domain §6.3), and whether it may be tested or sampled.
type Intake struct {
	Engagement string      `json:"engagement"`
	Name       string      `json:"name"`       // canonical name of the population
	Population ID          `json:"population"` // as collected
	File       Digest      `json:"file"`       // of its Parquet
	Rows       int64       `json:"rows"`
	Checks     []IPECheck  `json:"checks"`
	Decision   IPEDecision `json:"decision"`
	Reasons    []string    `json:"reasons,omitempty"` // why returned, or why accepted in spite of an answer
	By         string      `json:"by"`
	At         time.Time   `json:"at"`
}

// IPECheck is one line of the intake checklist with the auditor's own answer.
type IPECheck struct {
	ID     string `json:"id"`
	Answer string `json:"answer"`           // yes, no, n/a
	Basis  string `json:"basis"`            // what was looked at
	Reason string `json:"reason,omitempty"` // of a no that does not prevent acceptance, or of n/a
}

// IPEDecision is what the auditor made of a population.
type IPEDecision string

// The decisions.
const (
	Accepted IPEDecision = "accepted"
	Returned IPEDecision = "returned"
)

// SampleMethod is how items are chosen.
type SampleMethod string

// The methods.
const (
	AllItems     SampleMethod = "all"
	RandomItems  SampleMethod = "random"
	Stratified   SampleMethod = "stratified"
	MonetaryUnit SampleMethod = "monetary-unit"
	Targeted     SampleMethod = "targeted"
)

// Sample is one draw, with all it takes to draw the same again.
type Sample struct {
	ID         ID            `json:"id"`
	Engagement string        `json:"engagement"`
	Control    string        `json:"control"`
	Name       string        `json:"name"` // canonical name of the population
	Population ID            `json:"population"`
	File       Digest        `json:"file"` // of its Parquet, rows ordered by key
	Rows       int64         `json:"rows"`
	Method     SampleMethod  `json:"method"`
	Basis      string        `json:"basis"` // why that many
	Size       int           `json:"size"`
	Seed       string        `json:"seed,omitempty"` // hexadecimal
	Algorithm  string        `json:"algorithm"`
	Draw       int           `json:"draw"`             // 1 for the first of its control and population
	Why        string        `json:"why,omitempty"`    // of a second draw
	Amends     ID            `json:"amends,omitempty"` // the draw of which items were replaced here
	By         string        `json:"by"`
	Key        []string      `json:"key"`                // columns that name an item
	Amount     string        `json:"amount,omitempty"`   // column of a monetary-unit draw
	Total      int64         `json:"total,omitempty"`    // of its positive amounts, in minor units
	Interval   int64         `json:"interval,omitempty"` // of it, in minor units
	Start      int64         `json:"start,omitempty"`    // of it: the first point
	StratumBy  string        `json:"stratum_by,omitempty"`
	Allocation string        `json:"allocation,omitempty"` // over the strata
	Strata     []Stratum     `json:"strata,omitempty"`
	Items      []SampledItem `json:"items"`
	Apart      []SampledItem `json:"apart,omitempty"`    // of a monetary-unit draw: zero and negative amounts, which had no chance
	Replaced   []SampledItem `json:"replaced,omitempty"` // taken out, in that order, each with its reason
	Judgmental bool          `json:"judgmental"`         // no statistical statement rests on it
	Says       []string      `json:"says"`               // what a reader must know of it
	At         time.Time     `json:"at"`
}

// Stratum is a part of the population that is sampled by itself.
type Stratum struct {
	Name string `json:"name"`
	Rows int64  `json:"rows"`
	Size int    `json:"size"`
}

// SampledItem is one chosen item. Position counts from 0 in the order of the
// population's key.
type SampledItem struct {
	Item     string `json:"item"`
	Position int64  `json:"position"`
	Stratum  string `json:"stratum,omitempty"`
	Amount   string `json:"amount,omitempty"` // minor units
	Replaces string `json:"replaces,omitempty"`
	Reason   string `json:"reason,omitempty"`
}

// Release lets management see a sample.
type Release struct {
	Engagement string    `json:"engagement"`
	Sample     ID        `json:"sample"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
}

// PaperKind is what a workpaper is about.
type PaperKind string

// The kinds of workpapers.
const (
	WalkthroughPaper PaperKind = "walkthrough" // design and implementation: one instance
	OperatingPaper   PaperKind = "operating"   // a sample, attribute by attribute
	PopulationPaper  PaperKind = "population"  // every item, re-run by the auditor
	RollforwardPaper PaperKind = "rollforward" // from an interim date to the period's end
	ZeroPaper        PaperKind = "no-occurrence"
	GeneralPaper     PaperKind = "general"
)

// Workpaper is one version of a paper of the auditor's file. What is signed is
// the digest of a version.
type Workpaper struct {
	Engagement string          `json:"engagement" yaml:"-"`
	Code       string          `json:"code" yaml:"code"`
	Kind       PaperKind       `json:"kind" yaml:"kind"`
	Title      string          `json:"title" yaml:"title"`
	Control    string          `json:"control,omitempty" yaml:"control,omitempty"`
	Wording    Digest          `json:"wording,omitempty" yaml:"-"`  // of the control's text that was tested
	Dates      Period          `json:"dates,omitzero" yaml:"dates"` // for which it speaks
	Purpose    string          `json:"purpose" yaml:"purpose"`
	Steps      []PaperStep     `json:"steps" yaml:"steps"`
	Attributes []Attribute     `json:"attributes,omitempty" yaml:"attributes,omitempty"`
	Sample     ID              `json:"sample,omitempty" yaml:"sample,omitempty"`
	Selection  string          `json:"selection,omitempty" yaml:"selection,omitempty"`   // of a test without a draw: how often it was performed, and why these
	Result     ID              `json:"result,omitempty" yaml:"result,omitempty"`         // of a whole population
	Population ID              `json:"population,omitempty" yaml:"population,omitempty"` // of no occurrence: the one that is empty
	Rerun      *Rerun          `json:"rerun,omitempty" yaml:"-"`
	Items      []TestedItem    `json:"items,omitempty" yaml:"items,omitempty"`
	Narrative  string          `json:"narrative,omitempty" yaml:"narrative,omitempty"`
	Evidence   []PaperEvidence `json:"evidence,omitempty" yaml:"evidence,omitempty"`
	References []string        `json:"references,omitempty" yaml:"references,omitempty"` // codes of other papers
	Conclusion string          `json:"conclusion,omitempty" yaml:"conclusion,omitempty"` // in the preparer's words
	By         string          `json:"by" yaml:"-"`
	At         time.Time       `json:"at" yaml:"-"`
}

// PaperStep is one procedure that was performed.
type PaperStep struct {
	Nature Nature `json:"nature" yaml:"nature"` // inquiry, observation, inspection, reperformance
	Text   string `json:"text" yaml:"text"`
	With   string `json:"with,omitempty" yaml:"with,omitempty"` // of an inquiry or observation: who
	On     Date   `json:"on,omitempty" yaml:"on,omitempty"`
}

// Attribute is one thing that each item is tested for.
type Attribute struct {
	Code string `json:"code" yaml:"code"`
	Text string `json:"text" yaml:"text"`
}

// TestedItem is one row of the grid: a tickmark for each attribute.
type TestedItem struct {
	Item     string            `json:"item" yaml:"item"`
	Marks    map[string]string `json:"marks" yaml:"marks"`                     // attribute -> tickmark of the firm's legend
	Notes    map[string]string `json:"notes,omitempty" yaml:"notes,omitempty"` // attribute -> why
	Evidence []PaperEvidence   `json:"evidence,omitempty" yaml:"evidence,omitempty"`
}

// PaperEvidence is what was looked at, by digest, and the days that it shows.
type PaperEvidence struct {
	Name    string `json:"name" yaml:"name"`
	Digest  Digest `json:"digest" yaml:"digest"`
	Dates   Period `json:"dates,omitzero" yaml:"dates,omitempty"`
	Context bool   `json:"context_only,omitempty" yaml:"context_only,omitempty"` // it supports nothing by itself
}

// Rerun is the auditor's own performance of a procedure whose result management
// or the machine had: independent, and with the same list of exceptions or not.
type Rerun struct {
	Result     ID     `json:"result"` // the one that was performed before
	SQL        Digest `json:"sql"`
	Engine     string `json:"engine"`
	Tested     int64  `json:"tested"`
	Exceptions int64  `json:"exceptions"`
	Detail     Digest `json:"detail,omitempty"`
	Agrees     bool   `json:"agrees"`
	By         string `json:"by"`
}
