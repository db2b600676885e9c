package lifecycle

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
)

func againstTerms(f Facts) []string {
	switch {
	case f.Engagement.Code == "":
		return []string{"no engagement of this code is described"}
	case f.Step.Terms != "" && f.Step.Terms != f.Terms:
		return []string{fmt.Sprintf("engagement %s is described otherwise than it was accepted: %s then, %s now", f.Engagement.Code, f.Step.Terms.Short(), f.Terms.Short())}
	}
	return nil
}

// Team is the auditor's people of the engagement who have not left it, by name.
func (f Facts) Team() []audit.Member {
	var team []audit.Member
	for _, m := range f.Members {
		if m.Engagement == f.Engagement.Code && m.Role.Side() == audit.Auditor && !m.Left {
			team = append(team, m)
		}
	}
	slices.SortFunc(team, func(a, b audit.Member) int { return strings.Compare(a.Name, b.Name) })
	return team
}

// holds reports whether a person is on the team in a role.
func (f Facts) holds(name string, role audit.Role) bool {
	return slices.ContainsFunc(f.Team(), func(m audit.Member) bool { return m.Name == name && m.Role == role })
}

func againstPeople(f Facts) []string {
	if slices.ContainsFunc(f.Members, f.admin) {
		return nil
	}
	return []string{"no management-admin is recorded"}
}

func (f Facts) admin(m audit.Member) bool {
	return m.Role == audit.ManagementAdmin && !m.Left && (m.Engagement == "" || m.Engagement == f.Engagement.Code)
}

// Speaks reports whether a person speaks for management: as management-admin,
// or, as long as nobody of management is recorded, by coming as one.
func (f Facts) Speaks(p audit.Person) bool {
	if p.Side != audit.Management {
		return false
	}
	recorded := slices.ContainsFunc(f.Members, func(m audit.Member) bool { return m.Role.Side() == audit.Management })
	if !recorded {
		return p.Role == "" || p.Role == audit.ManagementAdmin
	}
	return slices.ContainsFunc(f.Members, func(m audit.Member) bool { return f.admin(m) && m.Name == p.Name })
}

func againstTeam(f Facts) []string {
	has := map[audit.Role]bool{}
	for _, m := range f.Team() {
		has[m.Role] = true
	}
	var against []string
	if !has[audit.AuditorPartner] {
		against = append(against, "no auditor-partner is on the team")
	}
	if !has[audit.AuditorStaff] && !has[audit.AuditorManager] {
		against = append(against, "no auditor-staff or auditor-manager is on the team")
	}
	if !has[audit.QualityReviewer] {
		against = append(against, "no quality-reviewer is named")
	}
	return against
}

func againstIndependence(f Facts) []string {
	var against []string
	for _, m := range f.Team() {
		if why := f.dependent(m); why != "" {
			against = append(against, m.Name+": "+why)
		}
	}
	return against
}

// dependent says why a member of the team may not take part, or "".
func (f Facts) dependent(m audit.Member) string {
	i := slices.IndexFunc(f.Declarations, func(d audit.Declaration) bool {
		return d.Engagement == m.Engagement && d.Name == m.Name
	})
	if i < 0 {
		return "has declared nothing"
	}
	firm, _ := f.firm(m.Firm)
	return Dependent(f.Declarations[i], firm, f.Today)
}

// Dependent says why a person may not take part as long as this declaration is
// the newest, or "". After work that takes part in management's decisions, the
// firm's cooling-off runs from the day on which it ended; advice and conflicts
// need safeguards.
func Dependent(d audit.Declaration, firm audit.Firm, today audit.Date) string {
	switch {
	case !d.Independent:
		return "declared not to be independent"
	case d.Conflicts != "" && d.Safeguards == "":
		return "declared a conflict without safeguards"
	case d.Prior == audit.PriorAdvice && d.Safeguards == "":
		return "declared earlier readiness advice without safeguards"
	case d.Prior != audit.PriorDesign && d.Prior != audit.PriorOperate && d.Prior != audit.PriorDecision:
		return ""
	case d.Ended == "":
		return fmt.Sprintf("declared prior work (%s) that has not ended", d.Prior)
	case today < months(d.Ended, firm.CoolingOff):
		return fmt.Sprintf("declared prior work (%s) until %s; the firm's cooling-off of %s ends on %s", d.Prior, d.Ended, audit.Plural(int64(firm.CoolingOff), "month"), months(d.Ended, firm.CoolingOff))
	}
	return ""
}

// months is the day n months after d.
func months(d audit.Date, n int) audit.Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return "9999-12-31" // a day that nobody can read has not come
	}
	return audit.Date(t.AddDate(0, n, 0).Format(time.DateOnly))
}

// againstSides finds people of the team who are, or in the period were, on
// management's side: of the organization, or of an engagement whose period
// overlaps. Names are compared as people read them.
func againstSides(f Facts) []string {
	var against []string
	for _, m := range f.Team() {
		for _, o := range f.Members {
			if o.Role.Side() == audit.Management && same(m.Name, o.Name) && f.together(o) {
				against = append(against, fmt.Sprintf("%s is %s here and %s%s", m.Name, m.Role, o.Role, of(o)))
			}
		}
	}
	return against
}

func of(m audit.Member) string {
	if m.Engagement == "" {
		return " of the organization"
	}
	return " in " + m.Engagement
}

func same(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b)) }

// together reports whether what a member does, or did until leaving, falls into
// the engagement's period.
func (f Facts) together(o audit.Member) bool {
	if o.Left && f.day(o.At) < f.Engagement.Period.From {
		return false
	}
	if o.Engagement == "" || o.Engagement == f.Engagement.Code {
		return true
	}
	return slices.ContainsFunc(f.Engagements, func(e audit.Engagement) bool {
		return e.Code == o.Engagement && e.Period.From <= f.Engagement.Period.To && f.Engagement.Period.From <= e.Period.To
	})
}

func againstQualityReviewer(f Facts) []string {
	var against []string
	for _, m := range f.Team() {
		if m.Role != audit.QualityReviewer {
			continue
		}
		for _, s := range f.SignOffs {
			if same(s.By, m.Name) && s.Withdrawn == "" && (s.As == audit.AsPreparer || s.As == audit.AsReviewer) {
				against = append(against, fmt.Sprintf("%s signed %s as %s", m.Name, s.Subject, s.As))
			}
		}
		for _, p := range f.Papers {
			if same(p.By, m.Name) {
				against = append(against, m.Name+" wrote "+p.Code)
			}
		}
	}
	return against
}

func (f Facts) firm(code string) (audit.Firm, bool) {
	i := slices.IndexFunc(f.Firms, func(x audit.Firm) bool { return x.Code == code })
	if i < 0 {
		return audit.Firm{}, false
	}
	return f.Firms[i], true
}

// Firm is the one that the team works for; that of its partner when the team
// does not agree.
func (f Facts) Firm() audit.Firm {
	var found audit.Firm
	for _, m := range f.Team() {
		if x, ok := f.firm(m.Firm); ok && (found.Code == "" || m.Role == audit.AuditorPartner) {
			found = x
		}
	}
	return found
}

func againstLicense(f Facts) []string {
	var against []string
	codes := map[string]bool{}
	for _, m := range f.Team() {
		if _, ok := f.firm(m.Firm); !ok {
			against = append(against, fmt.Sprintf("%s is of firm %q, which is not recorded", m.Name, m.Firm))
			continue
		}
		codes[m.Firm] = true
	}
	if len(codes) > 1 {
		against = append(against, "the team is of more than one firm")
	}
	if len(codes) == 0 && len(against) == 0 {
		against = append(against, "no firm is recorded")
	}
	for code := range codes {
		firm, _ := f.firm(code)
		if why := unlicensed(firm, f.Today); why != "" {
			against = append(against, why)
		}
	}
	return against
}

// unlicensed says why a firm may not report on a day, or "".
func unlicensed(x audit.Firm, on audit.Date) string {
	switch {
	case x.License == "":
		return fmt.Sprintf("firm %s has no license", x.Code)
	case on < x.Licensed.From || on > x.Licensed.To:
		return fmt.Sprintf("the license of firm %s is in force from %s to %s, not on %s", x.Code, x.Licensed.From, x.Licensed.To, on)
	}
	return ""
}
