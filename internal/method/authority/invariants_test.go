package authority

import (
	"errors"
	"strings"
	"testing"

	"tickmark/internal/audit"
)

var auditors = []audit.Role{audit.AuditorStaff, audit.AuditorManager, audit.AuditorPartner, audit.QualityReviewer}

// tries is one attempt against an invariant, and the policy that must stop it.
type try struct {
	name   string
	grant  Grant
	duty   Duty
	in     In
	policy string
}

func at(engagement string) In { return In{Engagement: engagement, Today: "2026-02-01"} }

func what(w string) In { in := at("soc1"); in.What = w; return in }

func with(t *testing.T, role audit.Role, change func(*Standing)) Grant {
	t.Helper()
	s := recordedAs(role)
	change(&s)
	g, err := Admit(audit.Person{Name: "Ada", Side: role.Side(), Role: role}, "org_1", s)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func declares(d audit.Declaration) func(*Standing) {
	d.Engagement, d.Name = "soc1", "Ada"
	return func(s *Standing) { s.Declarations = []audit.Declaration{d} }
}

func member(m audit.Member) func(*Standing) {
	return func(s *Standing) { s.Members = append(s.Members, m) }
}

func released(on audit.Date) func(*Standing) {
	return func(s *Standing) {
		s.Steps = []audit.Step{{Engagement: "soc1", Phase: audit.Issued, Released: on}}
	}
}

func TestInvariantsHold(t *testing.T) {
	other := audit.Engagement{Code: "soc2", Period: audit.Period{From: "2025-07-01", To: "2026-06-30"}}
	later := audit.Engagement{Code: "later", Period: audit.Period{From: "2027-01-01", To: "2027-12-31"}}
	twoSides := func(e audit.Engagement) func(*Standing) {
		return func(s *Standing) {
			s.Engagements = append(s.Engagements, e)
			s.Members = append(s.Members, audit.Member{Engagement: e.Code, Name: " ada", Role: audit.ControlOwner})
		}
	}
	none := func(*Standing) {}
	var tries []try
	for _, r := range auditors { // 3: the auditor cannot edit controls, evidence, risks or answers
		for _, d := range []Duty{DutyDescribe, DutyCollect, DutyRespond, DutyDelegate, DutyPeople, DutyRisk, DutyProgram, DutyDistribute} {
			tries = append(tries, try{"auditor edits", working(t, r), d, at("soc1"), "auditor-never-edits"})
		}
		tries = append(tries, try{"auditor states", working(t, r), DutyState, what("assertion"), ""})
	}
	for _, r := range []audit.Role{audit.ManagementAdmin, audit.ControlOwner, audit.Employee, audit.InternalAudit, audit.UserEntity, audit.UserAuditor} {
		for _, d := range []Duty{DutyTest, DutySignOff, DutyNote, DutySample, DutyRelease, DutyJudge, DutyFind, DutyOpine, DutySign, DutyConcur, DutyAccept, DutyRequest} {
			tries = append(tries, try{"not an auditor", working(t, r), d, at("soc1"), "wall-auditor-writes"})
		}
	}
	for _, d := range []Duty{DutyDescribe, DutyJudge, DutySignOff, DutySign, DutyConcur, DutyOpine, DutyFind, DutyTest, DutyState, DutyUndersign, DutyAttest, DutyDeclare, DutyRespond} {
		tries = append(tries, try{"automation", working(t, audit.Machine), d, at("soc1"), "automation-never-judges"})
	}
	for _, d := range []Duty{DutyTest, DutySignOff, DutySample, DutyFind, DutyOpine, DutySign, DutyAccept, DutyRequest, DutyJudge} {
		tries = append(tries, try{"quality reviewer", working(t, audit.QualityReviewer), d, at("soc1"), "quality-reviewer-never-prepares"})
	}
	tries = append(tries,
		try{"same period", with(t, audit.AuditorManager, twoSides(other)), DutyTest, at("soc1"), "both-sides"},
		try{"the other side of it", with(t, audit.ControlOwner, member(audit.Member{Engagement: "soc1", Name: "ADA", Role: audit.AuditorStaff})), DutyDescribe, In{About: []string{"AC-01"}}, "both-sides"},
		try{"left, but was there", with(t, audit.AuditorManager, member(audit.Member{Engagement: "soc1", Name: "Ada", Role: audit.ControlOwner, Left: true})), DutyTest, at("soc1"), "both-sides"},
		try{"another period", with(t, audit.AuditorManager, twoSides(later)), DutyTest, at("soc1"), "+"},
		try{"management at his word as an auditor", mustAdmit(t, audit.Person{Name: "Mara", Side: audit.Auditor}, Standing{
			Engagements: []audit.Engagement{later}, Members: []audit.Member{{Name: "Mara", Role: audit.ManagementAdmin}},
		}), DutyStaff, at("later"), "both-sides"},
		try{"management of one period, an auditor of another, at his word in an engagement of the first", mustAdmit(t, audit.Person{Name: "Ada", Side: audit.Auditor}, Standing{
			Engagements: []audit.Engagement{recordedAs(audit.ControlOwner).Engagements[0], other, later},
			Members:     []audit.Member{{Engagement: "soc1", Name: "Ada", Role: audit.ControlOwner}, {Engagement: "later", Name: "Ada", Role: audit.AuditorManager}},
		}), DutyJudge, at("soc2"), "both-sides"},
		try{"not of this engagement", with(t, audit.AuditorManager, func(s *Standing) {
			s.Engagements = append(s.Engagements, later)
			s.Members = append(s.Members, audit.Member{Engagement: "later", Name: "Bo", Role: audit.AuditorPartner})
		}), DutyTest, at("later"), "members-only"},
		try{"left the team", with(t, audit.AuditorManager, func(s *Standing) { s.Members[0].Left = true }), DutyTest, at("soc1"), "members-only"},
		try{"prior design, not ended", with(t, audit.AuditorStaff, declares(audit.Declaration{Independent: true, Prior: audit.PriorDesign})), DutyTest, at("soc1"), "prior-work"},
		try{"prior operation, eleven months ago", with(t, audit.AuditorStaff, declares(audit.Declaration{Independent: true, Prior: audit.PriorOperate, Ended: "2025-03-01"})), DutyTest, at("soc1"), "prior-work"},
		try{"prior decision, of a firm that is not recorded", with(t, audit.AuditorStaff, func(s *Standing) {
			declares(audit.Declaration{Independent: true, Prior: audit.PriorDecision, Ended: "2020-01-01"})(s)
			s.Firms = nil
		}), DutyTest, at("soc1"), "prior-work"},
		try{"cooled off", with(t, audit.AuditorStaff, declares(audit.Declaration{Independent: true, Prior: audit.PriorOperate, Ended: "2025-02-01"})), DutyTest, at("soc1"), "+"},
		try{"advice is allowed", with(t, audit.AuditorStaff, declares(audit.Declaration{Independent: true, Prior: audit.PriorAdvice})), DutyTest, at("soc1"), "+"},
		try{"not independent", with(t, audit.AuditorPartner, declares(audit.Declaration{Prior: audit.NoPriorWork})), DutySign, at("soc1"), "not-independent"},
		try{"who is not may correct it", with(t, audit.AuditorPartner, declares(audit.Declaration{Prior: audit.NoPriorWork})), DutyDeclare, at("soc1"), "+"},
		try{"a partner of a licensed firm", working(t, audit.AuditorPartner), DutySign, at("soc1"), "+"},
		try{"no license", with(t, audit.AuditorPartner, func(s *Standing) { s.Firms[0].License = " " }), DutySign, at("soc1"), "unlicensed-firm"},
		try{"a license that ran out", with(t, audit.AuditorPartner, func(s *Standing) { s.Firms[0].Licensed.To = "2025-12-31" }), DutySign, at("soc1"), "unlicensed-firm"},
		try{"no firm", with(t, audit.AuditorPartner, func(s *Standing) { s.Firms = nil }), DutySign, at("soc1"), "unlicensed-firm"},
		try{"a manager signs", working(t, audit.AuditorManager), DutySign, at("soc1"), ""},
		try{"the sixtieth day", with(t, audit.AuditorStaff, released("2025-12-03")), DutyTest, at("soc1"), "+"},
		try{"the day after", with(t, audit.AuditorStaff, released("2025-12-02")), DutyTest, at("soc1"), "locked-file"},
		try{"locked, on an unknown day", with(t, audit.AuditorStaff, released("2025-12-02")), DutyTest, In{Engagement: "soc1"}, "locked-file"},
		try{"management answers late", with(t, audit.ManagementAdmin, released("2025-12-02")), DutyRespond, at("soc1"), "locked-file"},
		try{"an addition", with(t, audit.AuditorStaff, released("2025-12-02")), DutyAppend, at("soc1"), "+"},
		try{"a hold", with(t, audit.AuditorManager, released("2025-12-02")), DutyHold, at("soc1"), "+"},
		try{"the archive", with(t, audit.AuditorManager, released("2025-12-02")), DutyAdvance, what("archived"), "+"},
		try{"a step back", with(t, audit.AuditorManager, released("2025-12-02")), DutyAdvance, what("completion"), "locked-file-only-archives"},
		try{"a user entity of another's", working(t, audit.UserEntity), DutyAttest, In{Engagement: "soc1", About: []string{"theirs"}}, ""},
		try{"fieldwork at one's word", mustAdmit(t, audit.Person{Name: "Ada", Side: audit.Auditor, Role: audit.AuditorPartner}, Standing{}), DutyTest, at("soc1"), "members-do-fieldwork"},
		try{"a statement under the letter's name", with(t, audit.AuditorPartner, none), DutyState, In{Engagement: "soc1", What: "assertion", About: []string{"engagement-letter"}}, "auditor-never-states"},
	)
	for _, x := range tries {
		policy, err := x.grant.RequireIn(x.duty, x.in)
		switch {
		case x.policy == "+":
			if err != nil || policy == "" {
				t.Errorf("%s: %s is refused: %v", x.name, x.duty, err)
			}
		case !errors.Is(err, ErrRefused):
			t.Errorf("%s: %s may %s, by %q", x.name, x.grant.Role(x.in.Engagement), x.duty, policy)
		case x.policy != "" && policy != x.policy && policy != "wall-auditor-writes":
			t.Errorf("%s: %s is refused by %q, want %q", x.name, x.duty, policy, x.policy)
		case x.policy != "" && !strings.Contains(err.Error(), policy):
			t.Errorf("%s: the refusal %q does not name its policy", x.name, err)
		}
	}
}

func mustAdmit(t *testing.T, p audit.Person, s Standing) Grant {
	t.Helper()
	g, err := Admit(p, "org_1", s)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestNobodyIsAppointedToBothSides(t *testing.T) {
	g := working(t, audit.AuditorManager) // Ada, of soc1; Mara is management's
	for _, c := range []struct {
		m    audit.Member
		free bool
	}{
		{audit.Member{Engagement: "soc1", Name: "mara", Role: audit.AuditorStaff}, false},
		{audit.Member{Name: "Ada", Role: audit.ControlOwner}, false},
		{audit.Member{Engagement: "soc1", Name: "Ada ", Role: audit.InternalAudit}, false},
		{audit.Member{Engagement: "soc1", Name: "Ada", Role: audit.AuditorPartner}, true},
		{audit.Member{Name: "Bo", Role: audit.ControlOwner}, true},
		{audit.Member{Engagement: "soc1", Name: "Ada", Role: audit.UserEntity}, true},
	} {
		if err := g.Appoint(c.m); (err == nil) != c.free || err != nil && !errors.Is(err, ErrRefused) {
			t.Errorf("%+v: %v", c.m, err)
		}
	}
}

func TestTheAuditorsFileIsSeenByAuditorsOnly(t *testing.T) {
	for _, role := range audit.Roles {
		g := working(t, role)
		for _, kind := range []string{"workpaper", "sign-off", "note", "auditor-conclusion", "intake", "declaration", "addition", "hold"} {
			in := In{Engagement: "soc1", About: []string{"AC-01", "person/Ada"}, Published: true, Today: "2026-02-01"}
			if got := g.See(kind, in); got.Allowed != (role.Side() == audit.Auditor) {
				t.Errorf("%s sees %s: %t by %q", role, kind, got.Allowed, got.Policy)
			}
			if all, some := g.Sees(kind); (all || len(some) > 0) != (role.Side() == audit.Auditor) {
				t.Errorf("%s sees %s in %v, all %t", role, kind, some, all)
			}
		}
	}
}

func TestTheDraftOfTheOpinionIsSeenFromCompletion(t *testing.T) {
	for _, phase := range append([]audit.Phase{""}, audit.Phases...) {
		g := with(t, audit.ManagementAdmin, func(s *Standing) { s.Steps[0].Phase = phase })
		want := phase == audit.Completion || phase == audit.Issued || phase == audit.Archived
		if got := g.See(audit.KindOpinion, at("soc1")).Allowed; got != want {
			t.Errorf("in phase %q management sees the draft: %t", phase, got)
		}
		if all, some := g.Sees(audit.KindOpinion); all || (len(some) == 1) != want {
			t.Errorf("in phase %q: all %t, %v", phase, all, some)
		}
	}
}
