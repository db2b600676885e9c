package authority

import (
	"errors"
	"strings"
	"testing"

	"tickmark/internal/audit"
)

// The matrix as an auditor would read it: one row a duty, one column a side.
var matrix = []struct {
	duty                            Duty
	management, auditor, automation bool
}{
	{DutyRead, true, true, true},
	{DutyDescribe, true, false, false},
	{DutyCollect, true, false, true},
	{DutyPerform, true, true, true},
	{DutyJudge, false, true, false},
	{DutyConclude, true, true, true},
	{DutyReport, true, true, true},
}

func TestEveryCellOfTheMatrix(t *testing.T) {
	for _, row := range matrix {
		cells := map[audit.Side]bool{
			audit.Management: row.management,
			audit.Auditor:    row.auditor,
			audit.Automation: row.automation,
		}
		for side, allowed := range cells {
			g, err := Admit(audit.Person{Name: "Ada", Side: side}, "org_1")
			if err != nil {
				t.Fatal(err)
			}
			err = g.Require(row.duty)
			if allowed && err != nil {
				t.Errorf("%s, %s: %v", side, row.duty, err)
			}
			if !allowed && !errors.Is(err, ErrRefused) {
				t.Errorf("%s, %s: allowed", side, row.duty)
			}
		}
	}
	if len(matrix) != len(holders) {
		t.Errorf("the test knows %d duties, the package %d", len(matrix), len(holders))
	}
}

func TestRefusalSaysWhoWhichSideWhichDutyAndWhoMay(t *testing.T) {
	g, err := Admit(audit.Person{Name: "Ada Lovelace", Side: audit.Management}, "org_1")
	if err != nil {
		t.Fatal(err)
	}
	got := g.Require(DutyJudge).Error()
	for _, want := range []string{"Ada Lovelace", "management", "judge", "auditor may"} {
		if !strings.Contains(got, want) {
			t.Errorf("refusal %q does not say %q", got, want)
		}
	}
	g, err = Admit(audit.Person{Name: "nightly", Side: audit.Auditor}, "org_1")
	if err != nil {
		t.Fatal(err)
	}
	if got := g.Require(DutyCollect).Error(); !strings.Contains(got, "management or automation may") {
		t.Errorf("refusal %q does not say which sides may collect", got)
	}
}

func TestNobodyGetsInUnnamed(t *testing.T) {
	for name, c := range map[string]struct {
		person audit.Person
		org    audit.ID
	}{
		"no organization": {audit.Person{Name: "Ada", Side: audit.Auditor}, ""},
		"no name":         {audit.Person{Side: audit.Auditor}, "org_1"},
		"blank name":      {audit.Person{Name: " \t", Side: audit.Auditor}, "org_1"},
		"no side":         {audit.Person{Name: "Ada"}, "org_1"},
		"unknown side":    {audit.Person{Name: "Ada", Side: "Auditor"}, "org_1"},
	} {
		t.Run(name, func(t *testing.T) {
			g, err := Admit(c.person, c.org)
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
	for _, row := range matrix {
		if err := (Grant{}).Require(row.duty); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", row.duty, err)
		}
	}
}

func TestUnknownDutyIsRefused(t *testing.T) {
	g, err := Admit(audit.Person{Name: "Ada", Side: audit.Auditor}, "org_1")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []Duty{"", "sign", "Read"} {
		if err := g.Require(d); !errors.Is(err, ErrRefused) {
			t.Errorf("duty %q: %v", d, err)
		}
	}
	if g.Org() != "org_1" || g.Person().Name != "Ada" {
		t.Errorf("grant is for %s, %s", g.Org(), g.Person().Name)
	}
}
