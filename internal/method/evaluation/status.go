package evaluation

import (
	"time"

	"tickmark/internal/audit"
)

// ControlStatus is how a control stands for management, derived from records;
// what its operation amounts to is the auditor's to conclude.
type ControlStatus string

// The statuses, those that come first outweighing those after them.
const (
	OutOfScope      ControlStatus = "out of scope"
	NotDesigned     ControlStatus = "not designed"     // nobody tests it: no procedure is named
	Disabled        ControlStatus = "tests disabled"   // every procedure that tests it rests
	Failing         ControlStatus = "failing"          // an open deviation
	Pending         ControlStatus = "pending"          // exceptions that nobody judged yet
	EvidenceMissing ControlStatus = "evidence missing" // a test could not be performed
	Stale           ControlStatus = "stale"            // the newest evidence is older than it may be
	NoOccurrence    ControlStatus = "no occurrence"    // the population is proven to be empty
	Operating       ControlStatus = "operating"
)

// Facts are what a status follows from.
type Facts struct {
	InScope    bool
	Procedures int           // that the control names
	Off        int           // of them, those that are switched off
	Outcome    audit.Outcome // of the newest conclusion; "" when there is none
	Newest     time.Time     // of the evidence that was read; zero when not known
	MaxAge     time.Duration // that the evidence may have; zero when nobody says
}

// StatusAt derives the status of a control at an instant, with its reason.
func StatusAt(f Facts, now time.Time) (ControlStatus, string) {
	switch {
	case !f.InScope:
		return OutOfScope, "no objective or criterion of the engagement rests on it"
	case f.Procedures == 0:
		return NotDesigned, "no procedure tests it"
	case f.Off == f.Procedures:
		return Disabled, "every procedure that tests it is switched off"
	case f.Outcome == audit.OutcomeDeviations:
		return Failing, string(f.Outcome)
	case f.Outcome == audit.OutcomePending:
		return Pending, string(f.Outcome)
	case f.Outcome == audit.OutcomeFailed || f.Outcome == audit.OutcomeUntested || f.Outcome == "":
		return EvidenceMissing, missing(f.Outcome)
	case f.MaxAge > 0 && !f.Newest.IsZero() && now.Sub(f.Newest) > f.MaxAge:
		return Stale, "the newest evidence is of " + f.Newest.UTC().Format(time.DateTime) + " UTC"
	case f.Outcome == audit.OutcomeNothing:
		return NoOccurrence, "no item of the population calls for the control"
	}
	return Operating, string(f.Outcome)
}

func missing(o audit.Outcome) string {
	if o == "" {
		return "no test was performed yet"
	}
	return string(o)
}

// Interval is a time during which a control had one outcome.
type Interval struct {
	Outcome    audit.Outcome `json:"outcome"`
	From       time.Time     `json:"from"`
	To         time.Time     `json:"to,omitzero"` // zero while it lasts
	Tested     int64         `json:"tested"`
	Exceptions int64         `json:"exceptions"`
	Deviations int64         `json:"deviations"`
}

// Intervals turns the history of conclusions on one control, in its order, into
// times that follow one another without a gap. Figures are those of the last
// conclusion of the interval.
func Intervals(history []audit.Conclusion) []Interval {
	var out []Interval
	for _, c := range history {
		if n := len(out); n > 0 && out[n-1].Outcome == c.Outcome {
			out[n-1].Tested, out[n-1].Exceptions, out[n-1].Deviations = c.Tested, c.Exceptions, c.Deviations
			continue
		} else if n > 0 {
			out[n-1].To = c.At
		}
		out = append(out, Interval{Outcome: c.Outcome, From: c.At, Tested: c.Tested, Exceptions: c.Exceptions, Deviations: c.Deviations})
	}
	return out
}
