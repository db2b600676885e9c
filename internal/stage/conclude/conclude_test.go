package conclude

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/query"
	"tickmark/internal/engine/vault"
	"tickmark/internal/stage/stagetest"
)

// TestMain lets this test binary be the engine's confined child.
func TestMain(m *testing.M) { stagetest.Confined(m, query.Worker) }

// examined is a store and a vault with one result that flags P-3 and P-7.
func examined(t *testing.T) (asked func(side audit.Side) Stage) {
	t.Helper()
	room := stagetest.Open(t, audit.Person{Name: "Lead", Side: audit.Management}, stagetest.Still(time.Date(2026, 1, 20, 15, 0, 0, 0, time.UTC)))
	asked = func(side audit.Side) Stage {
		return Stage{Records: room.As(audit.Person{Name: "R. Okafor", Side: side}), Lists: lists(t, room.Vault)}
	}
	detail := flagged(t, room.Vault, "P-3", "P-7")
	r := audit.Result{
		Engagement: "soc1-2025", Procedure: "payments-duplicate", Version: 1, SQL: audit.DigestOf(nil),
		Status: audit.HasExceptions, Tested: 9, Exceptions: 2, Population: 9, Entire: true, Detail: detail,
	}
	_, _, err := room.As(audit.Person{Name: "tickmark", Side: audit.Automation}).AddResult(t.Context(), r, nil)
	room.Must(err)
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

// A list of exceptions that does not hold as many as the result counts is
// refused, and so is what is no list, or has other bytes than were recorded.
func TestListsAreCheckedBeforeTheyAreBelieved(t *testing.T) {
	v, err := vault.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	none, err := v.Put(t.Context(), []byte("PAR1 but not really PAR1"))
	if err != nil {
		t.Fatal(err)
	}
	altered := flagged(t, v, "P-8")
	path, err := v.Path(t.Context(), altered)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("another list"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, d := range map[string]audit.Digest{
		"exceptions of payments-duplicate: the file lists 1, the result counts 2": flagged(t, v, "P-3"),
		"exceptions of payments-duplicate: the list of exceptions cannot be read": none,
		"evidence was altered after it was recorded":                              altered,
	} {
		results := []audit.Result{{Procedure: "clean"}, {Procedure: "payments-duplicate", Exceptions: 2, Detail: d}}
		err = lists(t, v).Each(t.Context(), results, func(int, audit.ExceptionRow) error { return nil })
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// The rows of many results come from few children, each with its own result.
func TestEachExceptionKnowsItsResult(t *testing.T) {
	v, err := vault.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	results := []audit.Result{
		{Procedure: "a", Exceptions: 2, Detail: flagged(t, v, "P-1", "P-2")},
		{Procedure: "clean"},
		{Procedure: "b", Exceptions: 1, Detail: flagged(t, v, "Q-1")},
	}
	var got []string
	err = lists(t, v).Each(t.Context(), results, func(i int, x audit.ExceptionRow) error {
		got = append(got, results[i].Procedure+" "+x.Item+" "+x.Reason+" "+x.Columns["amount"])
		return nil
	})
	if want := []string{"a P-1 it repeats another 1.50", "a P-2 it repeats another 1.50", "b Q-1 it repeats another 1.50"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
	page, err := lists(t, v).Page(t.Context(), results[0], 1, 10)
	if err != nil || len(page) != 1 || page[0].Item != "P-2" {
		t.Errorf("the page from the second on: %v, %v", page, err)
	}
}

func lists(t *testing.T, v *vault.Vault) Lists {
	return Lists{Files: v, Query: query.Engine{Exe: []string{"/proc/self/exe", "worker"}, MemoryMB: 512}, Scratch: t.TempDir()}
}

// flagged is a list of exceptions as the engine writes it, in the vault.
func flagged(t *testing.T, v *vault.Vault, items ...string) audit.Digest {
	t.Helper()
	rows := "item,amount\n"
	for _, item := range items {
		rows += item + ",1.50\n"
	}
	dir, engine := t.TempDir(), lists(t, v).Query
	text, file := filepath.Join(dir, "p.csv"), filepath.Join(dir, "p.parquet")
	if err := os.WriteFile(text, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	schema := audit.Schema{Name: "payments", Key: []string{"item"}, Columns: []audit.Column{{Name: "item", Type: "text"}, {Name: "amount", Type: "decimal(12,2)"}}}
	if err := engine.Convert(t.Context(), dir, query.Convert{CSV: text, Out: file, Schema: schema}); err != nil {
		t.Fatal(err)
	}
	got, err := engine.Perform(t.Context(), dir, query.Task{
		SQL: "SELECT item, false AS passed, 'it repeats another' AS reason, amount FROM payments", Tested: "payments", Key: schema.Key, Entire: true,
		Tables: []query.Table{{Name: "payments", Path: file}},
	})
	if err != nil {
		t.Fatal(err)
	}
	d, _, err := v.PutFile(t.Context(), got.Detail)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Duplicates and matters of timing are no deviations of their own; what made up
// for a deviation was itself tested, and found to operate.
func TestDispositionsAreSound(t *testing.T) {
	ctx := context.Background()
	s := examined(t)(audit.Auditor)
	other := audit.Control{Code: "RV-02"} // without any test
	if _, err := s.Conclude(ctx, "soc1-2025", []audit.Control{control, other}); err != nil {
		t.Fatal(err)
	}
	with := func(j audit.Judgment, change func(*audit.Disposition)) audit.Disposition {
		d := judged("P-3", j)
		change(&d)
		return d
	}
	for _, tt := range []struct {
		name string
		d    audit.Disposition
		says string // a part of the refusal; "" when it is taken
	}{
		{"a duplicate of another exception", with(audit.IsDuplicate, func(d *audit.Disposition) { d.Of = "P-7" }), ""},
		{"timing", with(audit.IsTiming, func(*audit.Disposition) {}), ""},
		{"a duplicate of nothing", with(audit.IsDuplicate, func(*audit.Disposition) {}), "name, in `of`, another item"},
		{"a duplicate of itself", with(audit.IsDuplicate, func(d *audit.Disposition) { d.Of = "P-3" }), "another item"},
		{"a deviation of another", with(audit.IsDeviation, func(d *audit.Disposition) { d.Of = "P-7" }), "only a duplicate"},
		{"without a reason", with(audit.IsTiming, func(d *audit.Disposition) { d.Reason = " " }), "say why"},
		{"nothing to compensate", with(audit.IsTiming, func(d *audit.Disposition) { d.Compensating = "RV-02" }), "nothing to compensate"},
		{"compensated by what was not tested", with(audit.IsDeviation, func(d *audit.Disposition) { d.Compensating = "RV-02" }), `"no test recorded"`},
		{"compensated by itself", with(audit.IsDeviation, func(d *audit.Disposition) { d.Compensating = "PY-01" }), "can make up for nothing"},
		{"compensated by what is not in scope", with(audit.IsDeviation, func(d *audit.Disposition) { d.Compensating = "XX-99" }), "not in scope"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := s.Judge(ctx, []audit.Disposition{tt.d})
			if tt.says == "" && err != nil || tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says)) {
				t.Errorf("%v; want %q", err, tt.says)
			}
		})
	}
	if c := concluded(t, s); c.Deviations != 0 || c.Pending != 1 {
		t.Errorf("%d deviations, %d pending", c.Deviations, c.Pending)
	}
}

// A deviation counts as compensated only while the control that made up for it
// is itself shown to operate.
func TestCompensated(t *testing.T) {
	d := judged("P-3", audit.IsDeviation)
	d.Compensating = "RV-02"
	for outcome, want := range map[audit.Outcome]int64{audit.OutcomeClean: 1, audit.OutcomeCleared: 1, audit.OutcomeDeviations: 0, audit.OutcomeNothing: 0} {
		got := compensated([]audit.Disposition{d}, []audit.Conclusion{{Control: "RV-02", Outcome: outcome}})
		if got["payments-duplicate"] != want {
			t.Errorf("%s: %d, want %d", outcome, got["payments-duplicate"], want)
		}
	}
}

func TestAssign(t *testing.T) {
	as := examined(t)
	whole := audit.Assignment{Engagement: "soc1-2025", Procedure: "payments-duplicate", To: "T. Renn", By: "R. Vale"}
	one, strange := whole, whole
	one.Item, strange.Item = "P-7", "P-99"
	if n, err := as(audit.Management).Assign(context.Background(), []audit.Assignment{whole, one}); err != nil || n != 2 {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := as(audit.Management).Assign(context.Background(), []audit.Assignment{strange}); err == nil {
		t.Error("an item that was not flagged was assigned")
	}
}
