package authority

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
)

// Standing is what the records say of people and engagements. The zero value
// says that nothing is recorded yet.
type Standing struct {
	Engagements  []audit.Engagement
	Firms        []audit.Firm
	Members      []audit.Member // those who left among them
	Declarations []audit.Declaration
	Steps        []audit.Step // the newest of each engagement
}

// sides are those on which a person can work.
var sides = []audit.Side{audit.Management, audit.Auditor, audit.Automation, audit.Users}

func rolesOf(s audit.Side) []audit.Role {
	return slices.DeleteFunc(slices.Clone(audit.Roles), func(r audit.Role) bool { return r.Side() != s })
}

// SameName reports whether two names are of one person: letters' case and
// spaces around do not make another.
func SameName(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}

// Role is the role in which the person acts in an engagement: the one that is
// recorded, or, where nobody of his side is recorded, the one he comes as. ""
// is no role: somebody is recorded there, and not he. Outside any engagement it
// is his role in the organization, or the first that he has in an engagement.
func (g Grant) Role(engagement string) audit.Role {
	if roles := g.roles(engagement); len(roles) > 0 {
		return roles[0]
	}
	return ""
}

// roles are all roles in which the person acts there. He has one in an
// engagement; in the organization as a whole he has those of his engagements.
func (g Grant) roles(engagement string) []audit.Role {
	if g.known == nil {
		return nil
	}
	if g.person.Side == audit.Automation {
		return []audit.Role{audit.Machine}
	}
	if m, ok := g.member(engagement); ok {
		return []audit.Role{m.Role}
	}
	if engagement == "" {
		if all := g.rolesAnywhere(); len(all) > 0 {
			return all
		}
	}
	if !g.recorded(engagement) {
		return g.claimed()
	}
	return nil
}

// rolesAnywhere are those that the person has in engagements.
func (g Grant) rolesAnywhere() []audit.Role {
	var all []audit.Role
	for _, e := range g.engagements() {
		for _, r := range g.roles(e) {
			if !slices.Contains(all, r) {
				all = append(all, r)
			}
		}
	}
	return all
}

// claimed is the role that is taken at the person's word.
func (g Grant) claimed() []audit.Role {
	role := g.person.Role
	switch {
	case g.person.Side == audit.Users:
		return nil // a client's people are recorded, or are nobody
	case role == "" && g.person.Side == audit.Auditor:
		role = audit.AuditorStaff
	case role == "":
		role = audit.ManagementAdmin
	}
	return []audit.Role{role}
}

// member is the person's membership on his side: in the engagement, or, of
// management, in the organization.
func (g Grant) member(engagement string) (audit.Member, bool) {
	var found audit.Member
	for _, m := range g.known.Members {
		if m.Left || m.Name != g.person.Name || m.Role.Side() != g.person.Side {
			continue
		}
		if m.Engagement == engagement {
			return m, true
		}
		if m.Engagement == "" && g.person.Side == audit.Management {
			found = m
		}
	}
	return found, found.Name != ""
}

// recorded reports whether anybody of the person's side has ever been recorded:
// an auditor in that engagement, or in all there are; management anywhere.
func (g Grant) recorded(engagement string) bool {
	if engagement == "" && g.person.Side == audit.Auditor {
		for _, e := range g.engagements() {
			if !g.recorded(e) {
				return false
			}
		}
		return len(g.engagements()) > 0
	}
	return slices.ContainsFunc(g.known.Members, func(m audit.Member) bool {
		return m.Role.Side() == g.person.Side && (m.Engagement == engagement || g.person.Side == audit.Management)
	})
}

// assigned are the codes that are the person's in an engagement, with those
// that are his in the whole organization.
func (g Grant) assigned(engagement string) []string {
	if g.known == nil {
		return nil
	}
	var codes []string
	for _, m := range g.known.Members {
		if !m.Left && m.Name == g.person.Name && m.Role.Side() == g.person.Side &&
			(m.Engagement == "" || engagement == "" || m.Engagement == engagement) {
			codes = append(codes, m.Assigned...)
			if g.person.Side == audit.Users && m.Entity != "" {
				codes = append(codes, m.Entity)
			}
		}
	}
	return codes
}

// engagements are the codes of all engagements that the records know of.
func (g Grant) engagements() []string {
	if g.known == nil {
		return nil
	}
	return g.known.codes()
}

func (s Standing) codes() []string {
	var codes []string
	for _, e := range s.Engagements {
		codes = append(codes, e.Code)
	}
	for _, m := range s.Members {
		codes = append(codes, m.Engagement)
	}
	slices.Sort(codes)
	return slices.DeleteFunc(slices.Compact(codes), func(c string) bool { return c == "" })
}

// places are where the person may have something to do: nowhere in particular,
// and every engagement.
func (g Grant) places() []string { return append([]string{""}, g.engagements()...) }

// step is the newest step of an engagement.
func (s Standing) step(engagement string) audit.Step {
	for _, x := range s.Steps {
		if x.Engagement == engagement {
			return x
		}
	}
	return audit.Step{}
}

// locked reports whether the auditor's file of an engagement is locked: it is
// archived, or the days for assembling it have passed. On an unknown day they
// have, once it is released.
func (g Grant) locked(in In) bool {
	step := g.known.step(in.Engagement)
	day := step.Locks()
	return step.Phase == audit.Archived || day != "" && (in.Today == "" || in.Today >= day)
}

// released reports whether the report of an engagement is out; of the
// organization as a whole, that of any engagement in which the person has a role.
func (g Grant) released(engagement string, today audit.Date) bool {
	for _, x := range g.known.Steps {
		if x.Released == "" || today != "" && today < x.Released {
			continue
		}
		if x.Engagement == engagement || engagement == "" && len(g.roles(x.Engagement)) > 0 {
			return true
		}
	}
	return false
}

// led reports whether a manager or a partner is recorded in an engagement.
func (s Standing) led(engagement string) bool {
	return slices.ContainsFunc(s.Members, func(m audit.Member) bool {
		return !m.Left && m.Engagement == engagement && (m.Role == audit.AuditorManager || m.Role == audit.AuditorPartner)
	})
}

func (g Grant) recordedAnywhere() bool {
	return slices.ContainsFunc(g.known.Members, func(m audit.Member) bool {
		return !m.Left && m.Name == g.person.Name && m.Role.Side() == g.person.Side
	})
}

// firm is the person's firm in an engagement.
func (g Grant) firm(engagement string) (audit.Firm, bool) {
	m, _ := g.member(engagement)
	for _, f := range g.known.Firms {
		if f.Code == m.Firm {
			return f, true
		}
	}
	return audit.Firm{}, false
}

// licensed reports whether the person's firm has a license in force.
func (g Grant) licensed(in In, undated bool) bool {
	f, ok := g.firm(in.Engagement)
	if !ok || strings.TrimSpace(f.License) == "" {
		return false
	}
	l := f.Licensed
	return undated || l == audit.Period{} || l.From <= in.Today && in.Today <= l.To
}

// declared says whether the person's own declaration keeps him from the
// engagement: work for the organization that has not cooled off, or a conflict.
func (g Grant) declared(in In, undated bool) (prior, dependent bool) {
	for _, d := range g.known.Declarations {
		if d.Name != g.person.Name || d.Engagement != in.Engagement {
			continue
		}
		switch d.Prior {
		case audit.NoPriorWork, audit.PriorAdvice, "":
		default:
			f, known := g.firm(in.Engagement)
			prior = d.Ended == "" || !undated && (!known || in.Today < months(d.Ended, f.CoolingOff))
		}
		return prior, !d.Independent
	}
	return false, false
}

// months is the day n months after another; of a day that the month has not,
// the first of the next.
func months(d audit.Date, n int) audit.Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return "9999-12-31" // nobody knows, so it has not run
	}
	return audit.Date(t.AddDate(0, n, 0).Format(time.DateOnly))
}

// BothSides reports whether records name a person on management's side and on
// the auditor's for one period: that of the engagement, or, of "", that of any
// engagement from which he has not parted for good.
func (s Standing) BothSides(name, engagement string) bool {
	if engagement == "" {
		return slices.ContainsFunc(s.codes(), func(e string) bool {
			return !s.parted(name, e) && s.BothSides(name, e)
		})
	}
	var management, auditor bool
	for _, m := range s.Members {
		if !SameName(m.Name, name) || !s.during(m, engagement) {
			continue
		}
		management = management || m.Role.Side() == audit.Management
		auditor = auditor || m.Role.Side() == audit.Auditor
	}
	return management && auditor
}

// bothSides is BothSides, with a role at the person's word among those recorded:
// that he is recorded in another engagement does not make it less.
func (g Grant) bothSides(engagement string) bool {
	s := *g.known
	if _, recorded := g.member(engagement); !recorded && !(engagement == "" && g.recordedAnywhere()) {
		for _, r := range g.roles(engagement) {
			s.Members = append(slices.Clone(s.Members), audit.Member{Engagement: engagement, Name: g.person.Name, Role: r})
		}
	}
	return s.BothSides(g.person.Name, engagement)
}

// parted reports whether the person left an engagement whose report is out.
func (s Standing) parted(name, engagement string) bool {
	return s.step(engagement).Released != "" && slices.ContainsFunc(s.Members, func(m audit.Member) bool {
		return SameName(m.Name, name) && m.Engagement == engagement && m.Left
	})
}

// during reports whether a membership is, or was, of an engagement's period. One
// in the organization is of all periods, until the person leaves.
func (s Standing) during(m audit.Member, engagement string) bool {
	here := s.period(engagement)
	if m.Engagement == "" {
		return !m.Left || here.From == "" || audit.Date(m.At.UTC().Format(time.DateOnly)) >= here.From
	}
	there := s.period(m.Engagement)
	return m.Engagement == engagement || here.From == "" || there.From == "" || here.From <= there.To && there.From <= here.To
}

func (s Standing) period(engagement string) audit.Period {
	for _, e := range s.Engagements {
		if e.Code == engagement {
			return e.Period
		}
	}
	return audit.Period{}
}

// Appoint says why a person cannot be recorded with a role, or nil: nobody is
// recorded on both sides of one client and period, or twice in one place.
func (g Grant) Appoint(m audit.Member) error {
	for _, x := range g.known.Members {
		if x.Engagement == m.Engagement && x.Name != m.Name && SameName(x.Name, m.Name) {
			return fmt.Errorf("%w: %q is recorded there as %q: write the name the same way", ErrRefused, m.Name, x.Name)
		}
	}
	if m.Left {
		return nil
	}
	s := *g.known
	s.Members = slices.DeleteFunc(slices.Clone(s.Members), func(x audit.Member) bool {
		return x.Engagement == m.Engagement && x.Name == m.Name && x.Role.Side() == m.Role.Side()
	})
	s.Members = append(s.Members, m)
	for _, e := range s.codes() {
		if (m.Engagement == "" || m.Engagement == e) && s.BothSides(m.Name, e) {
			return fmt.Errorf("%w: %s would be on management's side and on the auditor's for the period of %s (policy both-sides)", ErrRefused, m.Name, e)
		}
	}
	return nil
}

// MayChange says why the person cannot change what a firm decides, or nil: once
// anybody of the firm is recorded, only its own people do.
func (g Grant) MayChange(firm string) error {
	has := false
	for _, m := range g.known.Members {
		if m.Firm != firm || m.Left || m.Role.Side() != audit.Auditor {
			continue
		}
		if m.Name == g.person.Name && g.person.Side == audit.Auditor {
			return nil
		}
		has = true
	}
	if has {
		return fmt.Errorf("%w: people of firm %s are recorded, and %s is not one of them", ErrRefused, firm, g.person.Name)
	}
	return nil
}
