package lifecycle

import "tickmark/internal/audit"

// Calendar is the dates of one engagement. Period end, report date and release
// are three different days.
type Calendar struct {
	Period      audit.Period `json:"period"`
	Phase       audit.Phase  `json:"phase"`
	ReportDate  audit.Date   `json:"report_date,omitempty"`
	Released    audit.Date   `json:"released,omitempty"`
	AssembleBy  audit.Date   `json:"assemble_by,omitempty"`  // the last day on which the file may still be assembled
	DaysLeft    int          `json:"days_left,omitempty"`    // until then; negative when it has passed
	Locks       audit.Date   `json:"locks,omitempty"`        // the first day on which it is locked
	Locked      bool         `json:"locked"`                 // today
	RetainUntil audit.Date   `json:"retain_until,omitempty"` // by the firm's policy, counted from the release
	Held        bool         `json:"held"`                   // a legal hold keeps it beyond that
	Why         string       `json:"why,omitempty"`          // of the hold
}

// Dates computes the calendar. A hold overrides the end of retention.
func (f Facts) Dates(hold audit.Hold) Calendar {
	c := Calendar{Period: f.Engagement.Period, Phase: f.Phase(), ReportDate: f.Step.ReportDate, Released: f.Step.Released}
	if c.Held = hold.On; c.Held {
		c.Why = hold.Reason
	}
	if c.Released == "" {
		return c
	}
	c.AssembleBy, c.Locks = c.Released.Add(audit.AssemblyDays), f.Step.Locks()
	c.DaysLeft = f.Today.Days(c.AssembleBy)
	c.Locked = f.Locked()
	if years := f.Firm().RetentionYears; years > 0 {
		c.RetainUntil = months(c.Released, 12*years)
	}
	return c
}

// Locked reports whether only additions may still be made to the file: it was
// archived, or the days for assembling it have passed.
func (f Facts) Locked() bool {
	locks := f.Step.Locks()
	return f.Step.Phase == audit.Archived || locks != "" && f.Today >= locks
}
