package audit

import "time"

// KindCopy is the kind of record that says who was given a copy of a report.
const KindCopy = "copy"

// Copy is one numbered copy of an issued report for one person. The number
// stands on its pages; the same person is given the same copy again.
type Copy struct {
	Engagement string    `json:"engagement"`
	Kind       Kind      `json:"kind,omitempty"`   // of the report, when it is another than the engagement's
	Report     ID        `json:"report"`           // as it was issued
	To         string    `json:"to"`               // the person
	Entity     string    `json:"entity,omitempty"` // for which the person asks
	Number     int       `json:"number"`           // from 1, in each engagement
	By         string    `json:"by"`               // who gave it, or took it for himself
	At         time.Time `json:"at"`
}
