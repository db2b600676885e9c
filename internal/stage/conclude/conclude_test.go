package conclude

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/vault"
	"tickmark/internal/method/authority"
)

// examined is a store and a vault with one result that flags P-3 and P-7.
func examined(t *testing.T) (asked func(side audit.Side) Stage) {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	at := time.Date(2026, 1, 20, 15, 0, 0, 0, time.UTC)
	db, err := store.Open(ctx, store.Config{URL: "sqlite://" + filepath.Join(dir, "tickmark.db"), Now: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(filepath.Join(dir, "vault"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close(); v.Close() })
	org, err := db.CreateOrganization(ctx, audit.Person{Name: "Lead", Side: audit.Management}, audit.Organization{Name: "Larkspur Billing", LegalName: "Larkspur Billing, Inc."})
	if err != nil {
		t.Fatal(err)
	}
	asked = func(side audit.Side) Stage {
		g, err := authority.Admit(audit.Person{Name: "R. Okafor", Side: side}, org.ID)
		if err != nil {
			t.Fatal(err)
		}
		return Stage{Records: db.Tenant(g), Files: v}
	}
	detail, err := v.Put(ctx, []byte(`{"item":"P-3","reason":"repeats P-2"}`+"\n"+`{"item":"P-7","reason":"repeats P-6"}`+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	g, err := authority.Admit(audit.Person{Name: "tickmark", Side: audit.Automation}, org.ID)
	if err != nil {
		t.Fatal(err)
	}
	r := audit.Result{
		Engagement: "soc1-2025", Procedure: "payments-duplicate", Version: 1, SQL: audit.DigestOf(nil),
		Status: audit.HasExceptions, Tested: 9, Exceptions: 2, Population: 9, Entire: true, Detail: detail,
	}
	if _, _, err := db.Tenant(g).AddResult(ctx, r); err != nil {
		t.Fatal(err)
	}
	return asked
}

func judged(item string, j audit.Judgment) audit.Disposition {
	return audit.Disposition{Engagement: "soc1-2025", Procedure: "payments-duplicate", Item: item, Judgment: j, Reason: "Looked at it.", By: "R. Okafor", On: "2026-02-11"}
}

var control = audit.Control{Code: "PY-01", Procedures: []string{"payments-duplicate"}}

// concluded is what the tests of the control amount to now.
func concluded(t *testing.T, s Stage) audit.Conclusion {
	t.Helper()
	list, err := s.Conclude(context.Background(), "soc1-2025", []audit.Control{control})
	if err != nil {
		t.Fatal(err)
	}
	return list[0]
}

func TestConclusionsFollowJudgments(t *testing.T) {
	s := examined(t)(audit.Auditor)
	for _, step := range []struct {
		judge                        []audit.Disposition
		want                         audit.Outcome
		exceptions, deviations, open int64
	}{
		{nil, audit.OutcomePending, 2, 0, 2},
		{[]audit.Disposition{judged("P-3", audit.IsNotDeviation)}, audit.OutcomePending, 2, 0, 1},
		{[]audit.Disposition{judged("P-7", audit.IsNotDeviation)}, audit.OutcomeCleared, 2, 0, 0},
		{[]audit.Disposition{judged("P-7", audit.IsDeviation)}, audit.OutcomeDeviations, 2, 1, 0},
	} {
		if _, err := s.Judge(context.Background(), step.judge); err != nil {
			t.Fatal(err)
		}
		c := concluded(t, s)
		if c.Outcome != step.want || c.Exceptions != step.exceptions || c.Deviations != step.deviations || c.Pending != step.open {
			t.Errorf("after %v: %s, %d exceptions, %d deviations, %d pending; want %v", step.judge, c.Outcome, c.Exceptions, c.Deviations, c.Pending, step)
		}
	}
}

// A judgment must be of something that was flagged, by somebody who may judge;
// all of them stand or none does.
func TestJudgeRefuses(t *testing.T) {
	elsewhere := judged("P-3", audit.IsDeviation)
	elsewhere.Engagement = "soc2-2025"
	other := judged("P-3", audit.IsDeviation)
	other.Procedure = "access-leaver-active"
	for _, c := range []struct {
		name string
		side audit.Side
		list []audit.Disposition
		want string
	}{
		{"an item that was not flagged", audit.Auditor, []audit.Disposition{judged("P-3", audit.IsDeviation), judged("P-4", audit.IsDeviation)},
			`disposition 2: procedure payments-duplicate flagged no item "P-4" in soc1-2025: run the procedures first, or correct the item`},
		{"another engagement", audit.Auditor, []audit.Disposition{elsewhere}, `flagged no item "P-3" in soc2-2025`},
		{"another procedure", audit.Auditor, []audit.Disposition{other}, `procedure access-leaver-active flagged no item "P-3"`},
		{"management", audit.Management, []audit.Disposition{judged("P-3", audit.IsDeviation)}, "R. Okafor works for management, which may not judge; auditor may"},
		{"the machine", audit.Automation, []audit.Disposition{judged("P-3", audit.IsDeviation)}, "works for automation, which may not judge"},
	} {
		t.Run(c.name, func(t *testing.T) {
			asked := examined(t)
			n, err := asked(c.side).Judge(context.Background(), c.list)
			if err == nil || !strings.Contains(err.Error(), c.want) || n != 0 {
				t.Fatalf("%d recorded, %v; want %q", n, err, c.want)
			}
			if left := concluded(t, asked(audit.Automation)); left.Pending != 2 {
				t.Errorf("%d exceptions await disposition after a refusal; want 2", left.Pending)
			}
		})
	}
}

// A list of exceptions that does not hold as many as the result counts is refused.
func TestEachExceptionCounts(t *testing.T) {
	v, err := vault.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	for text, want := range map[string]string{
		`{"item":"P-3"}` + "\n": "exceptions of payments-duplicate: the file lists 1, the result counts 2",
		`{"item":`:              "exceptions of payments-duplicate: unexpected EOF",
	} {
		d, err := v.Put(context.Background(), []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		r := audit.Result{Procedure: "payments-duplicate", Exceptions: 2, Detail: d}
		err = EachException(context.Background(), v, r, func(audit.ExceptionRow) error { return nil })
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}
