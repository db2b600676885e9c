package program

import (
	"time"

	"tickmark/internal/audit"
)

// OwnerQuestion asks the owner of a control whether it operated as it is worded
// throughout a period.
type OwnerQuestion struct {
	Control string       `json:"control"`
	Period  audit.Period `json:"period"`
	Owner   string       `json:"owner"`
	Asked   audit.Date   `json:"asked_on"`
	Due     audit.Date   `json:"due_on"` // last day on which an answer is in time
	By      string       `json:"by"`
	At      time.Time    `json:"at"`
}

// OwnerAnswer is whether a control owner gave his word or refused it.
type OwnerAnswer string

// The answers of control owners.
const (
	WordGiven   OwnerAnswer = "given"
	WordRefused OwnerAnswer = "refused"
)

// OwnerAttestation is a control owner's own word on his control. It is no test:
// it says what the owner knew on a day.
type OwnerAttestation struct {
	Control string       `json:"control"`
	Period  audit.Period `json:"period"`
	Digest  audit.Digest `json:"digest"` // of the control's record as it was worded then
	Answer  OwnerAnswer  `json:"answer"`
	Says    string       `json:"says"` // what he looked at, what he knows of failures; why he refuses
	On      audit.Date   `json:"on"`
	By      string       `json:"by"`
	At      time.Time    `json:"at"`
}

// Meeting is one meeting of the board or one of its committees, or one review by
// management. Its minutes are complete when another person approved them.
type Meeting struct {
	Code        string       `json:"code"`
	Body        string       `json:"body"`
	Management  bool         `json:"management,omitempty"` // it is a review by management, and no meeting of the board
	Planned     audit.Date   `json:"planned_on"`
	Held        audit.Date   `json:"held_on,omitempty"`
	Members     int          `json:"members,omitempty"` // of the body on that day
	Present     int          `json:"present,omitempty"`
	Independent int          `json:"independent,omitempty"` // of those present
	Topics      []string     `json:"topics,omitempty"`      // of the minutes, as short tags
	Decided     string       `json:"decided,omitempty"`
	Minutes     audit.Digest `json:"minutes,omitempty"` // of the file
	File        string       `json:"file,omitempty"`
	Writer      string       `json:"written_by,omitempty"`
	Approver    string       `json:"approved_by,omitempty"`
	Approved    audit.Date   `json:"approved_on,omitempty"`
	By          string       `json:"by"`
	At          time.Time    `json:"at"`
}

// Pack is what the members of a body were given before a meeting: one document
// with figures that lead to records.
type Pack struct {
	Meeting string       `json:"meeting"`
	AsOf    audit.Date   `json:"as_of"`
	Sent    audit.Date   `json:"sent_on"`
	Holds   []string     `json:"holds"` // its parts, as short tags
	Digest  audit.Digest `json:"digest"`
	File    string       `json:"file"`
	By      string       `json:"by"`
	At      time.Time    `json:"at"`
}

// Table is a register, or a part of it, as a canonical population.
type Table struct {
	Population string
	Columns    []string
	Rows       [][]string
}
