package query

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"tickmark/internal/audit"
)

// fewerRows flags more items than one pass keeps at hand.
const fewerRows = inline + 5000

// manyPayments is a population that can be cut by its due date, its instant and
// its number of attempts.
func manyPayments(t *testing.T) Table {
	t.Helper()
	in, err := engine().Ingest(t.Context(), t.TempDir(), Intake{Format: "csv", Schema: payments, Window: audit.Period{From: "2025-01-01", To: "2025-12-31"}, Files: []Source{{Path: many(t, fewerRows), Name: "many.csv"}}})
	if err != nil {
		t.Fatal(err)
	}
	return Table{Name: "payments", Path: in.Population, Rows: in.Rows, Digest: digest(t, in.Population)}
}

// The result of the parts is that of the whole, to the last byte of the list of
// exceptions: counts add, and rows without a value are a part like any other.
func TestPartsAddUpToTheWhole(t *testing.T) {
	table := manyPayments(t)
	repeated := `SELECT payment_id AS item, count(*) OVER (PARTITION BY due, attempts) % 2 = 0 AS passed, payee AS reason, amount, due FROM payments`
	for _, c := range []struct {
		name, sql string
		entire    bool
		by        Partition
	}{
		{"month of a date", repeated, true, Partition{"month", "due", "date"}},
		{"year of an instant", released, true, Partition{"year", "paid_at", "timestamp"}},
		{"month of an instant, some items", released + " WHERE amount > 1.50", false, Partition{"month", "paid_at", "timestamp"}},
		{"a number", repeated, true, Partition{"value", "attempts", "integer"}},
		{"an amount of many values", released, true, Partition{"value", "amount", "decimal(12,2)"}},
		{"a text", released, true, Partition{"value", "currency", "text"}},
		{"true or false", released, true, Partition{"value", "released", "boolean"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			task := Task{SQL: c.sql, Tested: "payments", Key: payments.Key, Entire: c.entire, Tables: []Table{table}}
			whole, err := engine().Perform(t.Context(), t.TempDir(), task)
			if err != nil {
				t.Fatal(err)
			}
			e := engine()
			e.Split, task.Partition = 1, &c.by
			parts, err := e.Perform(t.Context(), t.TempDir(), task)
			if err != nil {
				t.Fatal(err)
			}
			if parts.Tested != whole.Tested || parts.Exceptions != whole.Exceptions || parts.Population != whole.Population || parts.Population != fewerRows {
				t.Errorf("parts %+v, whole %+v", parts, whole)
			}
			if whole.Exceptions == 0 || digest(t, parts.Detail) != digest(t, whole.Detail) {
				t.Errorf("the lists of %d exceptions differ", whole.Exceptions)
			}
		})
	}
}

// A part that loses or multiplies rows is as little believed as a whole.
func TestPartsThatCannotBeBelieved(t *testing.T) {
	table := manyPayments(t)
	for name, c := range map[string]struct{ sql, want string }{
		"lost rows in one month":   {released + " WHERE due IS NULL OR due <> DATE '2025-03-05'", "the part 2025-03-01: the procedure says it tests every row"},
		"items of another month":   {"SELECT coalesce((SELECT max(payment_id) FROM payments), '') AS item, true AS passed, '' AS reason FROM payments", "not exactly those"},
		"the part without a value": {released + " WHERE due IS NOT NULL", "the part without a value: the procedure says it tests every row"},
	} {
		t.Run(name, func(t *testing.T) {
			e := engine()
			e.Split = 1
			task := Task{SQL: c.sql, Tested: "payments", Key: payments.Key, Entire: true, Tables: []Table{table}, Partition: &Partition{"month", "due", "date"}}
			if _, err := e.Perform(t.Context(), t.TempDir(), task); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// interrupted is stopped when it has finished some of its parts.
func interrupted(t *testing.T, e Engine, task Task) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	e.Tell = func(p Progress) {
		if p.Rows > p.Of/3 {
			stop()
		}
	}
	if _, err := e.Perform(ctx, t.TempDir(), task); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want that it was stopped", err)
	}
}

// What an interrupted performance finished is not performed again, unless it was
// changed since; the result is that of one that was not interrupted.
func TestAnInterruptedPerformanceGoesOn(t *testing.T) {
	table := manyPayments(t)
	task := Task{SQL: released, Tested: "payments", Key: payments.Key, Entire: true, Tables: []Table{table}, Partition: &Partition{"month", "due", "date"}}
	e := engine()
	e.Split, e.Threads, e.Partial = 1, 1, filepath.Join(t.TempDir(), "partial")
	interrupted(t, e, task)
	found, err := filepath.Glob(filepath.Join(e.Partial, "*", "*.json"))
	if err != nil || len(found) == 0 || len(found) > 10 {
		t.Fatalf("%d finished parts wait, %v", len(found), err)
	}
	broken := strings.TrimSuffix(found[0], "json") + "parquet"
	if err := os.WriteFile(broken, []byte("another list"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := map[string]os.FileInfo{}
	for _, f := range found {
		before[f], _ = os.Stat(f)
	}
	var told atomic.Int64
	e.Tell = func(Progress) { told.Add(1) }
	got, err := e.Perform(t.Context(), t.TempDir(), task)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range found {
		after, err := os.Stat(f)
		if again := err != nil || !os.SameFile(before[f], after); again != (i == 0) {
			t.Errorf("part %s: performed again %v, want %v (its list was changed)", filepath.Base(f), again, i == 0)
		}
	}
	whole, err := engine().Perform(t.Context(), t.TempDir(), task)
	if err != nil || digest(t, whole.Detail) != digest(t, got.Detail) || whole.Tested != got.Tested || told.Load() == 0 {
		t.Errorf("whole %+v, in two goes %+v, %v", whole, got, err)
	}
	if err := got.Forget(); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(e.Partial, "*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// Finished parts are those of this text, these bytes and these values.
func TestFinishedPartsAreOfThisTestAlone(t *testing.T) {
	base := Task{SQL: released, Tested: "payments", Tables: []Table{{Name: "payments", Path: "/a", Digest: "aa", Rows: 9}}, Parameters: []Value{{"limit", "integer", "1"}}, Partition: &Partition{"month", "due", "date"}}
	names := map[string]string{}
	for name, change := range map[string]func(*Task){
		"the same":        func(*Task) {},
		"another text":    func(x *Task) { x.SQL += " " },
		"other bytes":     func(x *Task) { x.Tables = []Table{{Name: "payments", Path: "/a", Digest: "bb", Rows: 9}} },
		"another value":   func(x *Task) { x.Parameters = []Value{{"limit", "integer", "2"}} },
		"cut differently": func(x *Task) { x.Partition = &Partition{"year", "due", "date"} },
	} {
		x := base
		change(&x)
		p := parts{Engine: Engine{Partial: t.TempDir()}, task: x}
		dir, err := p.waiting()
		if err != nil {
			t.Fatal(err)
		}
		if other, taken := names[filepath.Base(dir)]; taken {
			t.Errorf("%s shares finished parts with %s", name, other)
		}
		names[filepath.Base(dir)] = name
	}
}
