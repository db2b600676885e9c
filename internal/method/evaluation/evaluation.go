// Package evaluation judges what recorded tests amount to: for one control, for
// the population behind a sample, and for the form that an opinion would take. It
// stands with the pure decisions: no clock, no files, no context. It does not
// form the auditor's conclusion or opinion; it says what the records say.
package evaluation

import "tickmark/internal/audit"

// Tested is one result with what people made of its exceptions.
type Tested struct {
	Result     audit.Result
	Deviations int64 // exceptions judged to be deviations
	Cleared    int64 // exceptions judged not to be
}

// Pending counts the exceptions that nobody has judged.
func (t Tested) Pending() int64 { return t.Result.Exceptions - t.Deviations - t.Cleared }

// Conclude says what the tests of one control amount to. What is worse, or
// less known, comes first: a test that could not be performed hides whatever it
// would have found, and one that evaluated nothing supports nothing.
func Conclude(tests []Tested) audit.Conclusion {
	var c audit.Conclusion
	failed, nothing := false, false
	for _, t := range tests {
		c.Results = append(c.Results, t.Result.ID)
		c.Tested += t.Result.Tested
		c.Exceptions += t.Result.Exceptions
		c.Deviations += t.Deviations
		c.Pending += t.Pending()
		failed = failed || t.Result.Status == audit.Failed
		nothing = nothing || t.Result.Status == audit.NothingTested
	}
	c.Outcome = outcome(c, failed, nothing)
	return c
}

func outcome(c audit.Conclusion, failed, nothing bool) audit.Outcome {
	switch {
	case len(c.Results) == 0:
		return audit.OutcomeUntested
	case failed:
		return audit.OutcomeFailed
	case c.Pending > 0:
		return audit.OutcomePending
	case c.Deviations > 0:
		return audit.OutcomeDeviations
	case nothing:
		return audit.OutcomeNothing
	case c.Exceptions > 0:
		return audit.OutcomeCleared
	}
	return audit.OutcomeClean
}
