package lifecycle

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
)

func againstScope(f Facts) []string {
	var against []string
	if !f.Described {
		against = append(against, "the system has no description")
	}
	if len(f.Controls) == 0 {
		against = append(against, "no control is in scope")
	}
	return against
}

// open names the controls in scope that nobody named as not concluded and that
// have not what is asked.
func (f Facts) open(what string, has func(control string) bool) []string {
	var codes []string
	for _, c := range f.Controls {
		if !slices.Contains(f.Step.NotConcluded, c) && !has(c) {
			codes = append(codes, c)
		}
	}
	if len(codes) == 0 {
		return nil
	}
	slices.Sort(codes)
	return []string{fmt.Sprintf("%s: %s", what, strings.Join(codes, ", "))}
}

func againstWalkthroughs(f Facts) []string {
	return f.open("not walked through", func(control string) bool {
		return f.concluded(control) || slices.ContainsFunc(f.Papers, func(p Paper) bool {
			return p.Kind == audit.WalkthroughPaper && p.Control == control
		})
	})
}

func againstConclusions(f Facts) []string { return f.open("without a conclusion", f.concluded) }

func (f Facts) concluded(control string) bool {
	return slices.ContainsFunc(f.Conclusions, func(c audit.AuditorConclusion) bool {
		return c.On == audit.OnControl && c.Code == control
	})
}

func againstPeriod(f Facts) []string {
	if f.Today <= f.Engagement.Period.To {
		return []string{fmt.Sprintf("it ends on %s, and today is %s", f.Engagement.Period.To, f.Today)}
	}
	return nil
}

// signed are the people whose sign-offs of a subject stand at a digest.
func (f Facts) signed(subject string, as audit.SignAs, digest audit.Digest) []audit.SignOff {
	var stand []audit.SignOff
	for _, s := range f.SignOffs {
		if s.Subject == subject && s.As == as && s.Withdrawn == "" && s.Digest == digest {
			stand = append(stand, s)
		}
	}
	return stand
}

func againstPapers(f Facts) []string {
	var against []string
	for _, p := range f.Papers {
		prepared := f.signed("workpaper/"+p.Code, audit.AsPreparer, p.Digest)
		reviewed := f.signed("workpaper/"+p.Code, audit.AsReviewer, p.Digest)
		switch {
		case len(prepared) == 0:
			against = append(against, p.Code+" is not signed by its preparer as it stands")
		case len(reviewed) == 0:
			against = append(against, p.Code+" is not signed by a reviewer as it stands")
		case !apart(prepared, reviewed):
			against = append(against, fmt.Sprintf("%s was reviewed by %s, who prepared it", p.Code, reviewed[0].By))
		}
	}
	return against
}

// apart reports whether somebody reviewed who did not prepare.
func apart(prepared, reviewed []audit.SignOff) bool {
	return slices.ContainsFunc(reviewed, func(r audit.SignOff) bool {
		return !slices.ContainsFunc(prepared, func(p audit.SignOff) bool { return same(p.By, r.By) })
	})
}

func againstNotes(f Facts) []string {
	var against []string
	for _, n := range f.Notes {
		switch {
		case n.Cleared:
		case n.Answer != "":
			against = append(against, fmt.Sprintf("%s on %s is answered, and %s has not cleared it", n.Code, n.Subject, n.By))
		default:
			against = append(against, fmt.Sprintf("%s on %s is not answered", n.Code, n.Subject))
		}
	}
	return against
}

func againstRequests(f Facts) []string {
	var against []string
	for _, r := range f.Requests {
		switch {
		case r.State == audit.RequestClosed, r.State == audit.RequestWithdrawn:
		case r.Answered:
			against = append(against, r.Code+" is answered, and the auditor has not closed it")
		default:
			against = append(against, fmt.Sprintf("%s is %s", r.Code, r.State))
		}
	}
	return against
}

func againstOpinion(f Facts) []string {
	if f.Opined == "" {
		return []string{"there is no opinion"}
	}
	firm, known := f.firm(f.Opinion.Firm)
	if !known {
		return []string{fmt.Sprintf("the opinion is of firm %q, which is not recorded", f.Opinion.Firm)}
	}
	if why := unlicensed(firm, f.Opinion.ReportDate); why != "" {
		return []string{why}
	}
	for _, s := range f.signed("opinion", audit.AsPartner, f.Opined) {
		if slices.ContainsFunc(f.Team(), func(m audit.Member) bool {
			return m.Name == s.By && m.Role == audit.AuditorPartner && m.Firm == f.Opinion.Firm
		}) {
			return nil
		}
	}
	return []string{"no partner of " + firm.Code + " signed the opinion as it stands"}
}

func againstQualityReview(f Facts) []string {
	if f.Opined == "" {
		return []string{"there is no opinion"}
	}
	for _, s := range f.signed("opinion", audit.AsQuality, f.Opined) {
		if f.holds(s.By, audit.QualityReviewer) {
			return nil
		}
	}
	return []string{"no quality reviewer concurred with the opinion as it stands"}
}

func againstReportDate(f Facts) []string {
	date := f.Opinion.ReportDate
	if date.Valid() != nil {
		return []string{"there is no report date"}
	}
	var against []string
	if date <= f.Engagement.Period.To {
		against = append(against, fmt.Sprintf("the report date, %s, is not after the period's end, %s", date, f.Engagement.Period.To))
	}
	if date > f.Today {
		against = append(against, fmt.Sprintf("the report date, %s, has not come", date))
	}
	for _, p := range f.Papers {
		if last := f.evidence(p); last > date {
			against = append(against, fmt.Sprintf("%s rests on what was done on %s, after the report date, %s", p.Code, last, date))
		}
	}
	return against
}

// evidence is the last day of the work behind a paper: of its newest version,
// of its steps, and of the sign-offs under it.
func (f Facts) evidence(p Paper) audit.Date {
	last := f.day(p.At)
	for _, s := range p.Steps {
		last = max(last, s.On)
	}
	for _, s := range f.SignOffs {
		if s.Subject == "workpaper/"+p.Code && s.Digest == p.Digest && s.Withdrawn == "" {
			last = max(last, f.day(s.At))
		}
	}
	return last
}

// day is the calendar day of an instant where the engagement is.
func (f Facts) day(t time.Time) audit.Date { return DayOf(t, f.Engagement.Timezone) }

// DayOf is the calendar day of an instant in a time zone; in UTC when the zone
// is not known.
func DayOf(t time.Time, timezone string) audit.Date {
	zone, err := time.LoadLocation(timezone)
	if err != nil {
		zone = time.UTC
	}
	return audit.Date(t.In(zone).Format(time.DateOnly))
}

func againstReleased(f Facts) []string {
	if f.Step.Released == "" {
		return []string{"it was not released"}
	}
	return nil
}

func againstBundle(f Facts) []string {
	if !f.Bundle.Valid() {
		return []string{"no archive was named"}
	}
	return nil
}
