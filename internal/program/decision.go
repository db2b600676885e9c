package program

import (
	"time"

	"tickmark/internal/audit"
)

// Advice is what management decided on which report to have, beside what the
// questionnaire advised. It counts once another person has signed it.
type Advice struct {
	Code      string              `json:"code"`            // what is decided on; report unless named otherwise
	Buyer     bool                `json:"buyer,omitempty"` // it is what to ask of a vendor, and no report of one's own
	Adviser   string              `json:"adviser"`         // who was consulted, inside or outside
	Advised   string              `json:"advised"`         // the outcome of the questionnaire, in one line
	Decided   string              `json:"decided"`         // in one line; as advised unless it departs
	Rationale string              `json:"rationale"`
	Answers   map[string][]string `json:"answers"`
	Digest    audit.Digest        `json:"digest"` // of the canonical form of Answers
	Profile   string              `json:"profile,omitempty"`
	Counted   audit.Date          `json:"counted_from"` // day from which deadlines counted
	By        string              `json:"by"`
	At        time.Time           `json:"at"`
}

// AdviceSign is another person's name under a decision as it stands.
type AdviceSign struct {
	Code   string       `json:"code"`
	Digest audit.Digest `json:"digest"` // of the decision's record
	Title  string       `json:"title"`  // of the person: Chief Executive Officer
	By     string       `json:"by"`
	At     time.Time    `json:"at"`
}

// Approval is a person's word that the scope, in the versions that are named, is
// the one to be examined. It falls when one of them changes.
type Approval struct {
	Engagement string    `json:"engagement"`
	Items      []Version `json:"items"`
	Note       string    `json:"note,omitempty"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
}

// Version is one version of one described thing.
type Version struct {
	Item   string       `json:"item"` // system/system@3
	Digest audit.Digest `json:"digest"`
}

// Answer is what a person made of a suggestion.
type Answer string

// The answers.
const (
	Accepted Answer = "accepted"
	Refused  Answer = "refused"
)

// Suggestion is a suggested control and a person's answer to it. Nothing that is
// suggested becomes a control by itself.
type Suggestion struct {
	Template string       `json:"template"` // id in the catalog
	Digest   audit.Digest `json:"digest"`   // of the template as it was seen
	Answer   Answer       `json:"answer"`
	Code     string       `json:"code,omitempty"` // of the control that it became
	Reason   string       `json:"reason,omitempty"`
	By       string       `json:"by"`
	At       time.Time    `json:"at"`
}

// Framework is another body of requirements that the organization loaded for
// itself, by ids, with its own mapping to criteria.
type Framework struct {
	Code         string          `json:"code"` // own: and a name, so that it is never one of the catalog's
	Title        string          `json:"title"`
	Version      string          `json:"version,omitempty"`
	License      string          `json:"license"` // by what right its ids and texts are kept here
	Requirements []Requirement   `json:"requirements"`
	Mappings     []audit.Mapping `json:"mappings"`
	Source       audit.Digest    `json:"source"` // of the file that was read
	File         string          `json:"file"`
	By           string          `json:"by"`
	At           time.Time       `json:"at"`
}

// Requirement is one requirement of a framework that was loaded.
type Requirement struct {
	ID   string `json:"id"`
	Text string `json:"text,omitempty"`
}

// Applicability is a person's word on whether a requirement of a framework
// applies to the organization, and why.
type Applicability struct {
	Framework   string    `json:"framework"`
	Requirement string    `json:"requirement"`
	Applies     bool      `json:"applies"`
	Reason      string    `json:"reason"`
	By          string    `json:"by"`
	At          time.Time `json:"at"`
}
