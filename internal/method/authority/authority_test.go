package authority

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"tickmark/internal/audit"
)

// What each side may do as long as nobody is recorded.
func TestBeforeAnybodyIsRecorded(t *testing.T) {
	for duty, may := range map[Duty][]audit.Side{
		DutyRead:     {audit.Management, audit.Auditor, audit.Automation},
		DutyDescribe: {audit.Management},
		DutyCollect:  {audit.Management, audit.Automation},
		DutyPerform:  {audit.Management, audit.Auditor, audit.Automation},
		DutyJudge:    {audit.Auditor},
		DutyConclude: {audit.Management, audit.Auditor, audit.Automation},
		DutyReport:   {audit.Management, audit.Auditor, audit.Automation},
		DutyFirm:     {audit.Auditor},
		DutyStaff:    {audit.Auditor},
		DutyDeclare:  {audit.Auditor},
		DutyPeople:   {audit.Management},
		DutyRespond:  {audit.Management},
		DutyTest:     nil,
		DutySign:     nil,
		DutyAttest:   nil,
	} {
		for _, side := range sides {
			g := mustAdmit(t, audit.Person{Name: "Ada", Side: side}, Standing{})
			if err := g.Require(duty); (err == nil) != slices.Contains(may, side) || err != nil && !errors.Is(err, ErrRefused) {
				t.Errorf("%s, %s: %v", side, duty, err)
			}
		}
	}
}

func TestARoleIsRecordedOrTakenAtItsWord(t *testing.T) {
	s := recordedAs(audit.AuditorStaff)
	s.Engagements = append(s.Engagements, audit.Engagement{Code: "new"})
	for _, c := range []struct {
		person     audit.Person
		engagement string
		want       audit.Role
	}{
		{audit.Person{Name: "Ada", Side: audit.Auditor, Role: audit.AuditorPartner}, "soc1", audit.AuditorStaff},
		{audit.Person{Name: "Bo", Side: audit.Auditor, Role: audit.AuditorPartner}, "soc1", ""},
		{audit.Person{Name: "Bo", Side: audit.Auditor, Role: audit.AuditorPartner}, "new", audit.AuditorPartner},
		{audit.Person{Name: "Bo", Side: audit.Auditor}, "new", audit.AuditorStaff},
		{audit.Person{Name: "Mara", Side: audit.Management}, "soc1", audit.ManagementAdmin},
		{audit.Person{Name: "Bo", Side: audit.Management}, "soc1", ""},
		{audit.Person{Name: "Bo", Side: audit.Users}, "new", ""},
		{audit.Person{Name: "nightly", Side: audit.Automation}, "soc1", audit.Machine},
	} {
		if got := mustAdmit(t, c.person, s).Role(c.engagement); got != c.want {
			t.Errorf("%+v in %s is %q, want %q", c.person, c.engagement, got, c.want)
		}
	}
}

func TestRefusalSaysWhoWhichSideWhichDutyAndWhoMay(t *testing.T) {
	for _, c := range []struct {
		side audit.Side
		duty Duty
		want []string
	}{
		{audit.Management, DutyJudge, []string{"Ada Lovelace", "judge", "auditor", "wall-auditor-writes"}},
		{audit.Auditor, DutyCollect, []string{"Ada Lovelace", "collect", "management's", "auditor-never-edits"}},
		{audit.Automation, DutyState, []string{"Ada Lovelace", "state", "machine", "automation-never-judges"}},
	} {
		got := mustAdmit(t, audit.Person{Name: "Ada Lovelace", Side: c.side}, Standing{}).Require(c.duty).Error()
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("refusal %q does not say %q", got, want)
			}
		}
	}
	got := working(t, audit.AuditorStaff).Require(DutyAdvance).Error()
	if !strings.Contains(got, "auditor-staff") || !strings.Contains(got, "auditor-manager or auditor-partner may") {
		t.Errorf("refusal %q does not say who may", got)
	}
}

func TestNobodyGetsInUnnamed(t *testing.T) {
	for name, c := range map[string]struct {
		person audit.Person
		org    audit.ID
	}{
		"no organization":        {audit.Person{Name: "Ada", Side: audit.Auditor}, ""},
		"no name":                {audit.Person{Side: audit.Auditor}, "org_1"},
		"blank name":             {audit.Person{Name: " \t", Side: audit.Auditor}, "org_1"},
		"no side":                {audit.Person{Name: "Ada"}, "org_1"},
		"unknown side":           {audit.Person{Name: "Ada", Side: "Auditor"}, "org_1"},
		"a role of another side": {audit.Person{Name: "Ada", Side: audit.Auditor, Role: audit.ManagementAdmin}, "org_1"},
		"an unknown role":        {audit.Person{Name: "Ada", Side: audit.Auditor, Role: "boss"}, "org_1"},
	} {
		t.Run(name, func(t *testing.T) {
			g, err := Admit(c.person, c.org, Standing{})
			if !errors.Is(err, ErrRefused) {
				t.Errorf("Admit: %v", err)
			}
			if g != (Grant{}) {
				t.Errorf("a refused person holds a grant: %v", g)
			}
		})
	}
}

func TestZeroGrantIsRefusedEverything(t *testing.T) {
	for _, d := range []Duty{DutyRead, DutyDescribe, DutySign} {
		if err := (Grant{}).Require(d); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", d, err)
		}
		if _, err := (Grant{}).RequireIn(d, In{}); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", d, err)
		}
		if x := (Grant{}).Again(recordedAs(audit.AuditorStaff)).Decide(d, In{}); x.Allowed {
			t.Errorf("%s: %+v", d, x)
		}
	}
	if (Grant{}).See(audit.KindScope, In{}).Allowed || (Grant{}).Role("soc1") != "" {
		t.Error("the zero grant sees or is somebody")
	}
	if all, some := (Grant{}).Sees(audit.KindFirm); all || len(some) > 0 {
		t.Errorf("the zero grant sees %v, all %t", some, all)
	}
}

func TestUnknownDutyIsRefused(t *testing.T) {
	g := mustAdmit(t, audit.Person{Name: "Ada", Side: audit.Auditor}, Standing{})
	for _, d := range []Duty{"", "signs", "Read", see} {
		if err := g.Require(d); !errors.Is(err, ErrRefused) {
			t.Errorf("duty %q: %v", d, err)
		}
	}
	if g.Org() != "org_1" || g.Person().Name != "Ada" {
		t.Errorf("grant is for %s, %s", g.Org(), g.Person().Name)
	}
}
