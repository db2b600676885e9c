package perform

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/query"
	"tickmark/internal/stage/stagetest"
)

// TestMain lets this test binary be the engine's confined child.
func TestMain(m *testing.M) { stagetest.Confined(m, query.Worker) }

const linesSQL = "SELECT line_id AS item, amount < 90 AS passed, 'too much' AS reason, amount FROM lines"

// bench is a stage over a population of 24,000 lines, paid in the months of 2025.
func bench(t *testing.T) (Stage, audit.Procedure, []audit.Population) {
	t.Helper()
	ctx, dir := t.Context(), t.TempDir()
	r := stagetest.Open(t, audit.Person{Name: "Lead", Side: audit.Management}, stagetest.Still(time.Date(2026, 1, 20, 15, 0, 0, 0, time.UTC)))
	engine := query.Engine{Exe: []string{"/proc/self/exe", "worker"}, MemoryMB: 256, Threads: 1, Split: 1, Partial: filepath.Join(dir, "partial")}
	lines := audit.Schema{Name: "lines", Key: []string{"line_id"}, Columns: []audit.Column{
		{Name: "line_id", Type: "text"}, {Name: "amount", Type: "decimal(12,2)"}, {Name: "paid_on", Type: "date"},
	}}
	rows := []string{"line_id,amount,paid_on"}
	for i := range 24_000 {
		rows = append(rows, fmt.Sprintf("L%05d,%d.50,2025-%02d-15", i, i%100, i%12+1))
	}
	text, file := filepath.Join(dir, "lines.csv"), filepath.Join(dir, "lines.parquet")
	if err := os.WriteFile(text, []byte(strings.Join(rows, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := engine.Convert(ctx, dir, query.Convert{CSV: text, Out: file, Schema: lines}); err != nil {
		t.Fatal(err)
	}
	d, _, err := r.Vault.PutFile(ctx, file)
	if err != nil {
		t.Fatal(err)
	}
	s := Stage{Records: r.As(audit.Person{Name: "tickmark", Side: audit.Automation}), Files: r.Vault, Catalog: &catalog.Catalog{Populations: map[string]audit.Schema{"lines": lines}}, Query: engine, Scratch: dir}
	p := audit.Procedure{ID: "lines-large", Version: 1, SQL: linesSQL, Populations: []string{"lines"}, Tests: "lines", Entire: true, Partition: &audit.Partition{By: "month", Column: "paid_on"}}
	return s, p, []audit.Population{{Name: "lines", Dataset: "lines", Window: year, Coverage: audit.Full, Rows: 24_000, Received: 24_000, Agrees: audit.NotStated, File: d}}
}

// A test that is stopped leaves no record. The next one goes on with the parts
// that are missing, and records what one would have that was never stopped.
func TestAStoppedTestLeavesNoRecordAndGoesOn(t *testing.T) {
	s, p, have := bench(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	stopping := s
	stopping.Query.Tell = func(x query.Progress) {
		if x.Rows > x.Of/3 {
			stop()
		}
	}
	if _, err := stopping.Procedure(ctx, engagement, p, have, false); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want that it was stopped", err)
	}
	if none, err := s.Records.Results(t.Context(), engagement.Code); err != nil || len(none) > 0 {
		t.Fatalf("recorded: %v, %v", none, err)
	}
	if waiting, _ := filepath.Glob(filepath.Join(s.Query.Partial, "*", "*.json")); len(waiting) == 0 || len(waiting) == 12 {
		t.Errorf("%d of 12 parts wait to be gone on with", len(waiting))
	}
	got, err := s.Procedure(t.Context(), engagement, p, have, false)
	if err != nil || got.Result.Tested != 24_000 || got.Result.Exceptions != 2400 || !got.Result.Entire {
		t.Fatalf("%+v, %v", got.Result, err)
	}
	if left, _ := filepath.Glob(filepath.Join(s.Query.Partial, "*")); len(left) > 0 {
		t.Errorf("left after the result was recorded: %v", left)
	}
	whole := s
	whole.Query.Split = 0
	again, err := whole.Procedure(t.Context(), engagement, p, have, true)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(again.Result, got.Result, cmp.FilterPath(func(p cmp.Path) bool {
		return slices.Contains([]string{"ID", "At"}, p.Last().String()) || strings.HasSuffix(p.Last().String(), ".ID")
	}, cmp.Ignore())); diff != "" {
		t.Errorf("performed whole (-) and in parts, in two goes (+)\n%s", diff)
	}
}

// What asks for more memory than there is could not be performed, and that is
// its result, with the reason.
func TestATestBeyondItsMemoryCouldNotBePerformed(t *testing.T) {
	s, p, have := bench(t)
	p.SQL = "SELECT line_id AS item, len(list_sort(range(2000000000))) > 0 AS passed, '' AS reason FROM lines"
	p.Partition = nil
	got, err := s.Procedure(t.Context(), engagement, p, have, false)
	if err != nil || got.Result.Status != audit.Failed || !strings.Contains(got.Result.Why, "memory limit") || got.Result.Tested != 0 {
		t.Errorf("%+v, %v", got.Result, err)
	}
}

// A population that is not what was collected is no result: it is named.
func TestAlteredEvidenceIsNoResult(t *testing.T) {
	s, p, have := bench(t)
	path, err := s.Files.Path(t.Context(), have[0].File)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Procedure(t.Context(), engagement, p, have, false); !errors.Is(err, query.ErrAltered) {
		t.Errorf("got %+v, %v", got.Result, err)
	}
}

// A procedure that says it can be cut, and cannot, is found by its own case.
func TestCasesAreTriedInPartsToo(t *testing.T) {
	s, p, _ := bench(t)
	p.SQL = "SELECT line_id AS item, count(*) OVER (PARTITION BY amount) < 2 AS passed, 'repeated' AS reason FROM lines"
	p.Cases = []audit.Case{{
		Name: "one amount in two months", Period: year, Tested: 2, Exceptions: []string{"L1", "L2"},
		Given: map[string][]audit.Values{"lines": {{"line_id": "L1", "amount": "5.00", "paid_on": "2025-01-31"}, {"line_id": "L2", "amount": "5.00"}}},
	}}
	tried, err := Cases(t.Context(), s.Query, t.TempDir(), p, s.Catalog.Populations)
	want := []string{"partition by partition it tests 2 and flags 0; on all rows at once it tests 2 and flags 2: its header declares partitions, but it looks across them"}
	if err != nil || len(tried) == 0 || !slices.Equal(tried[0].Faults, want) {
		t.Errorf("%+v, %v", tried, err)
	}
	p.Partition.By, p.Partition.Column = "value", "amount"
	if tried, err = Cases(t.Context(), s.Query, t.TempDir(), p, s.Catalog.Populations); err != nil || len(tried[0].Faults) > 0 {
		t.Errorf("cut by the amount: %+v, %v", tried, err)
	}
}
