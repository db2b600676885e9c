package lifecycle

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

func TestCompareShowsBothAndChangesNeither(t *testing.T) {
	e := audit.Engagement{Type: 2}
	opinion := func(form audit.Form) audit.Opinion {
		return audit.Opinion{Subjects: []audit.SubjectOpinion{{Subject: audit.OfOperation, Form: form, Affected: []string{"CO-4"}}}}
	}
	for _, c := range []struct {
		says   string
		form   audit.Form
		agrees bool
		want   string
	}{
		{SaysYes, audit.Unmodified, true, "they agree"},
		{SaysExcept, audit.Qualified, true, "they agree"},
		{SaysNo, audit.Adverse, true, "they agree"},
		{SaysYes, audit.Qualified, false, "should reconsider its assertion"},
		{SaysYes, audit.Adverse, false, "should reconsider its assertion"},
		{SaysExcept, audit.Unmodified, false, "differ"},
		{SaysNo, audit.Qualified, false, "differ"},
		{SaysYes, audit.Disclaimer, false, "gives no opinion"},
		{SaysYes, "", false, "there is no opinion on it"},
		{"", audit.Unmodified, false, "the assertion says nothing of it"},
	} {
		a := audit.Statement{Answers: map[string]string{"operation": c.says}}
		all := Compare(e, a, opinion(c.form))
		got := all[2]
		if got.Agrees != c.agrees || got.Assertion != c.says || got.Opinion != c.form || !strings.Contains(got.Says, c.want) || got.Affected[0] != "CO-4" {
			t.Errorf("%q and %q: %+v", c.says, c.form, got)
		}
	}
	if n := len(Compare(audit.Engagement{Type: 1}, audit.Statement{}, audit.Opinion{})); n != 2 {
		t.Errorf("a Type 1 report has %d subjects", n)
	}
}

func TestDates(t *testing.T) {
	f := examined()
	f.Step = audit.Step{Phase: audit.Issued, ReportDate: "2026-02-18", Released: "2026-02-28"}
	for _, c := range []struct {
		today  audit.Date
		left   int
		locked bool
	}{{"2026-03-01", 59, false}, {"2026-04-29", 0, false}, {"2026-04-30", -1, true}} {
		f.Today = c.today
		got := f.Dates(audit.Hold{})
		if got.AssembleBy != "2026-04-29" || got.Locks != "2026-04-30" || got.RetainUntil != "2033-02-28" || got.DaysLeft != c.left || got.Locked != c.locked || got.Held {
			t.Errorf("on %s: %+v", c.today, got)
		}
	}
	if got := f.Dates(audit.Hold{On: true, Reason: "a subpoena"}); !got.Held || got.Why != "a subpoena" {
		t.Errorf("under a hold: %+v", got)
	}
	f.Step.Phase, f.Today = audit.Archived, "2026-03-01"
	if !f.Locked() {
		t.Error("an archived file is not locked")
	}
	f.Step = audit.Step{Phase: audit.Completion}
	if got := f.Dates(audit.Hold{}); got.Locks != "" || got.AssembleBy != "" || got.Locked {
		t.Errorf("before the release: %+v", got)
	}
}

func TestWhoSpeaksForManagement(t *testing.T) {
	f := examined()
	for _, c := range []struct {
		p    audit.Person
		want bool
	}{
		{audit.Person{Name: "D. Chen", Side: audit.Management}, true},
		{audit.Person{Name: "T. Renn", Side: audit.Management}, false},
		{audit.Person{Name: "Somebody", Side: audit.Management}, false},
		{audit.Person{Name: "D. Chen", Side: audit.Auditor}, false},
	} {
		if got := f.Speaks(c.p); got != c.want {
			t.Errorf("%+v: %v", c.p, got)
		}
	}
	f.Members = nil
	if !f.Speaks(audit.Person{Name: "Somebody", Side: audit.Management}) || f.Speaks(audit.Person{Name: "Somebody", Side: audit.Management, Role: audit.ControlOwner}) {
		t.Error("before anybody is recorded")
	}
}

func TestStandingSignatures(t *testing.T) {
	w := word(audit.Assertion, "new", "2026-02-15")
	old, now := signature(audit.Assertion, "old", audit.ManagementAdmin), signature(audit.Assertion, "new", audit.ManagementAdmin)
	other := signature(audit.Representation, "new", audit.ManagementAdmin)
	of := now
	of.Code = "D-1"
	standing, fallen := Standing(w, []audit.Signature{old, other, of, now})
	if diff := cmp.Diff([][]audit.Signature{{now}, {old}}, [][]audit.Signature{standing, fallen}); diff != "" {
		t.Error(diff)
	}
}
