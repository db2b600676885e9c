package task

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
	"tickmark/internal/method/coverage"
	"tickmark/internal/program"
)

// kept is a plan over a real store, with a gap that a procedure found.
func kept(t *testing.T) (Plan, *store.Tenant) {
	t.Helper()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	db, err := store.Open(t.Context(), store.Config{URL: "sqlite://" + t.TempDir() + "/t.db", Now: func() time.Time { now = now.Add(time.Second); return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	me := audit.Person{Name: "Rae", Side: audit.Management}
	org, err := db.CreateOrganization(t.Context(), me, audit.Organization{Name: "Harborlight"})
	if err != nil {
		t.Fatal(err)
	}
	g, err := authority.Admit(me, org.ID, authority.Standing{})
	if err != nil {
		t.Fatal(err)
	}
	tenant := db.Tenant(g)
	p := Plan{Records: tenant, Engagement: "soc2", Today: "2026-03-02", Results: map[string]audit.Result{}, Judgments: map[string]Unclean{}}
	p.Analysis.Gaps = []coverage.Gap{
		{Code: "no-control/CC1.1", Kind: coverage.NoControl, Severity: coverage.High, Rows: []string{"CC1.1"}},
		{Code: "failing/GOV-01", Kind: coverage.Failing, Severity: coverage.High, Control: "GOV-01", Procedures: []string{"board-meeting-held"}, Cause: "two meetings were not held"},
		{Code: "no-owner/GOV-01", Kind: coverage.NoOwner, Severity: coverage.Medium, Control: "GOV-01"},
	}
	p.ran(t, tenant, 2)
	return p, tenant
}

// ran performs the procedure, with so many exceptions.
func (p Plan) ran(t *testing.T, to *store.Tenant, exceptions int64) {
	t.Helper()
	r := audit.Result{Engagement: "soc2", Procedure: "board-meeting-held", Tested: 4, Exceptions: exceptions, Status: audit.NoExceptions}
	if exceptions > 0 {
		r.Status = audit.HasExceptions
	}
	got, _, err := to.AddResult(t.Context(), r, nil)
	if err != nil {
		t.Fatal(err)
	}
	p.Results["board-meeting-held"] = got
}

func TestATaskIsClosedByItsProof(t *testing.T) {
	p, to := kept(t)
	terms := Terms{Within: map[coverage.Severity]int{coverage.High: 30}, Hours: map[coverage.Kind]int{coverage.Failing: 24}, Owner: "Rae"}
	built, err := p.Build(t.Context(), terms)
	if err != nil || len(built.Added) != 3 {
		t.Fatalf("%+v, %v", built, err)
	}
	if again, err := p.Build(t.Context(), terms); err != nil || len(again.Added) != 0 || again.Kept != 3 {
		t.Errorf("built again: %+v, %v", again, err)
	}
	refused := func(when, why string) {
		t.Helper()
		if _, _, err := p.Close(t.Context(), "T-002", "the meetings were held"); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", when, err)
		}
	}
	refused("nothing was run again", "is the result that was seen then")
	p.ran(t, to, 1)
	p.Judgments["board-meeting-held"] = Unclean{Pending: 1}
	refused("an exception waits", "nobody has judged")
	p.Judgments["board-meeting-held"] = Unclean{Deviations: 1}
	refused("an exception is a deviation", "that are deviations")
	p.ran(t, to, 0)
	p.Judgments = nil
	refused("the gap is there", "the gap failing/GOV-01 is there")
	p.Analysis.Gaps = p.Analysis.Gaps[:1]
	closed, added, err := p.Close(t.Context(), "T-002", "the meetings were held")
	if err != nil || !added || len(closed.Proof) != 1 || closed.Proof[0].ID != p.Results["board-meeting-held"].ID {
		t.Fatalf("%+v, %v", closed, err)
	}
	if _, _, err := p.Close(t.Context(), "T-003", ""); err == nil {
		t.Error("closed without a note")
	}
	p.Analysis.Gaps = append(p.Analysis.Gaps, coverage.Gap{Code: "failing/GOV-01", Kind: coverage.Failing, Severity: coverage.High, Control: "GOV-01"})
	if diff := cmp.Diff(map[string]Stands{"T-001": Open, "T-002": Reopened, "T-003": Gone}, standing(t, p)); diff != "" {
		t.Errorf("the gap is back: %s", diff)
	}
}

func standing(t *testing.T, p Plan) map[string]Stands {
	t.Helper()
	all, err := p.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]Stands{}
	for _, s := range all {
		out[s.Task.Code] = s.Stands
	}
	return out
}

func TestOrderAndCriticalPath(t *testing.T) {
	p, _ := kept(t)
	p.Analysis.Gaps = nil
	for _, x := range []program.Task{
		{Code: "A", Title: "a", Hours: 12, Due: "2026-03-03"}, {Code: "B", Title: "b", Hours: 30, After: []string{"A"}, Due: "2026-03-01"},
		{Code: "C", Title: "c", Hours: 6},
	} {
		if _, _, err := p.Set(t.Context(), x); err != nil {
			t.Fatal(err)
		}
	}
	all, err := p.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range all {
		got = append(got, strings.Join([]string{s.Task.Code, string(s.Stands), string(s.Start), string(s.Needs), map[bool]string{true: "critical"}[s.Holding], map[bool]string{true: "late"}[s.Late]}, " "))
	}
	// 2 March 2026 is a Monday; B begins on Wednesday and takes five days of work.
	if diff := cmp.Diff([]string{"A open 2026-03-02 2026-03-03 critical ", "B waits 2026-03-04 2026-03-10 critical late", "C open 2026-03-02 2026-03-02  "}, got); diff != "" {
		t.Error(diff)
	}
	for name, x := range map[string]program.Task{
		"in a circle":      {Code: "A", Title: "a", After: []string{"B"}},
		"no task \"X\"":    {Code: "A", Title: "a", After: []string{"X"}},
		"code and a title": {Code: "A"},
		"not a calendar":   {Code: "A", Title: "a", Due: "soon"},
	} {
		if _, _, err := p.Set(t.Context(), x); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := p.Close(t.Context(), "B", "done"); err == nil || !strings.Contains(err.Error(), "A comes before it") {
		t.Errorf("B before A: %v", err)
	}
}
