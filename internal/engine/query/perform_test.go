package query

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
)

// fivePayments is a population of five rows in a Parquet file of its own.
func fivePayments(t *testing.T) string {
	t.Helper()
	got, rejects, err := ingestText(t, Intake{Format: "csv"}, "p.csv", header+
		"P1,Ann,10.00,2025-01-02T10:00:00Z,,,true,\n"+
		"P2,Bob,20.00,2025-01-03T10:00:00Z,,,true,\n"+
		"P3,Cyd,30.00,2025-01-04T10:00:00Z,,,false,\n"+
		"P4,Dan,40.00,2025-01-05T10:00:00Z,,,false,\n"+
		"P5,Eve,50.00,2025-01-06T10:00:00Z,,,true,\n")
	if err != nil || got.Rows != 5 {
		t.Fatalf("%v %s", err, rejects)
	}
	return got.Population
}

func performSQL(t *testing.T, e Engine, sql string, entire bool, values ...Value) (Performed, string, error) {
	t.Helper()
	task := Task{SQL: sql, Tables: []Table{{Name: "payments", Path: fivePayments(t)}}, Tested: "payments", Key: []string{"payment_id"}, Entire: entire, Parameters: values}
	got, err := e.Perform(context.Background(), t.TempDir(), task)
	detail := ""
	if got.Detail != "" {
		for _, x := range rowsOf(t, got.Detail) {
			line, err := audit.Canonical(x)
			if err != nil {
				t.Fatal(err)
			}
			detail += string(line)
		}
	}
	return got, detail, err
}

// rowsOf reads a whole file of exceptions.
func rowsOf(t *testing.T, file string) []audit.ExceptionRow {
	t.Helper()
	var rows []audit.ExceptionRow
	err := engine().EachRow(t.Context(), t.TempDir(), []string{file}, func(_ int, x audit.ExceptionRow) error {
		rows = append(rows, x)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

const released = `SELECT payment_id AS item, released AS passed,
	CASE WHEN released THEN '' ELSE 'not released' END AS reason, amount, CAST(paid_at AS DATE) AS day FROM payments`

func TestEveryItemOfThePopulation(t *testing.T) {
	got, detail, err := performSQL(t, engine(), released, true)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"item":"P3","reason":"not released","columns":{"amount":"30.00","day":"2025-01-04"}}
{"item":"P4","reason":"not released","columns":{"amount":"40.00","day":"2025-01-05"}}
`
	if diff := cmp.Diff(want, detail); diff != "" {
		t.Error(diff)
	}
	if got.Tested != 5 || got.Exceptions != 2 || got.Population != 5 {
		t.Errorf("%+v", got)
	}
}

func TestSomeItemsWithParameters(t *testing.T) {
	sql := `SELECT payment_id AS item, amount < $limit::DECIMAL(12,2) AS passed, '' AS reason FROM payments
		WHERE paid_at >= $period_start::TIMESTAMP AND paid_at < $period_end::TIMESTAMP;`
	got, detail, err := performSQL(t, engine(), sql, false,
		Value{"limit", "decimal", "30"}, Value{"period_start", "timestamp", "2025-01-03 00:00:00"},
		Value{"period_end", "timestamp", "2025-01-05 00:00:00"}, Value{"unused", "text", ""})
	if err != nil || got.Tested != 2 || got.Exceptions != 1 || !strings.Contains(detail, `"P3"`) {
		t.Fatalf("%+v %s %v", got, detail, err)
	}
}

// What SQL writes in its own way is parsed as a function with a schema.
func TestOrdinarySQL(t *testing.T) {
	sql := `SELECT payment_id AS item, list_contains(['P1', 'P2'], payment_id) AS passed, trim(payee) AS reason,
		CASE WHEN amount BETWEEN 1 AND 20 THEN upper(substring(payee, 1, 1)) END AS initial, extract(year FROM paid_at) AS year FROM payments`
	got, _, err := performSQL(t, engine(), sql, true)
	if err != nil || got.Exceptions != 3 {
		t.Fatalf("%+v %v", got, err)
	}
}

func TestNothingTestedIsSaid(t *testing.T) {
	got, _, err := performSQL(t, engine(), released+" WHERE false", false)
	if err != nil || got.Tested != 0 || got.Population != 5 {
		t.Fatalf("%+v %v", got, err)
	}
}

// A procedure that miscounts, mislabels or says nothing is refused.
func TestProceduresThatCannotBeBelieved(t *testing.T) {
	for _, c := range []struct {
		name, sql, want string
		entire          bool
	}{
		{"lost rows", released + " WHERE payment_id <> 'P5'", "a join lost or multiplied rows", true},
		{"multiplied rows", released + ", range(2)", "a join lost or multiplied rows", true},
		{"lost one, doubled another", released + " WHERE payment_id <> 'P5' UNION ALL SELECT 'P1', true, '', 1.00, DATE '2025-01-01'", "are not exactly those", true},
		{"twice among some", released + ", range(2) WHERE payment_id = 'P1'", "more than once", false},
		{"strange items", "SELECT payee AS item, true AS passed, '' AS reason FROM payments", "no rows of payments", false},
		{"no verdict", "SELECT payment_id AS item, NULL::BOOLEAN AS passed, '' AS reason FROM payments", "5 of 5 rows without an item or without a verdict", true},
		{"no item column", "SELECT true AS passed, '' AS reason FROM payments", `no column "item"`, true},
		{"verdict as text", "SELECT payment_id AS item, 'yes' AS passed, '' AS reason FROM payments", `column "passed" is VARCHAR; it must be BOOLEAN`, true},
		{"floating point", "SELECT payment_id AS item, true AS passed, '' AS reason, 1e0 AS share FROM payments", `column "share" is DOUBLE, which has no exact text`, true},
		{"unknown column", "SELECT nothing AS item, true AS passed, '' AS reason FROM payments", "nothing", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, _, err := performSQL(t, engine(), c.sql, c.entire); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
		})
	}
}

// Text from a stranger: it may read its populations and compute, nothing else.
func TestHostileSQL(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret.csv")
	if err := os.WriteFile(outside, []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	wrap := func(from string) string { return "SELECT 'P1' AS item, true AS passed, '' AS reason FROM " + from }
	for _, c := range []struct{ name, sql, want string }{
		{"writes", "COPY payments TO '" + outside + "'", "refused"},
		{"attaches", "ATTACH '" + outside + "' AS x", "refused"},
		{"creates", "CREATE TABLE x AS SELECT 1", "refused"},
		{"drops", "DROP VIEW payments", "refused"},
		{"changes settings", "SET lock_configuration=false", "refused"},
		{"two statements", released + "; DROP VIEW payments", "refused"},
		{"closes the bracket", "SELECT 1) UNION ALL (SELECT 2", "refused"},
		{"nothing", " -- a remark", "refused"},
		{"reads a file", wrap("read_csv('" + outside + "')"), "function read_csv is not allowed"},
		{"reads a file by name", wrap("'" + outside + "'"), "none of its populations"},
		{"lists files", wrap("glob('/*')"), "not allowed"},
		{"reads text", "SELECT (SELECT content FROM read_text('/etc/passwd')) AS item", "not allowed"},
		{"reads settings", wrap("duckdb_settings()"), "not allowed"},
		{"reads the catalog", wrap("information_schema.tables"), "none of its populations"},
		{"the clock", "SELECT CAST(now() AS VARCHAR) AS item, true AS passed, '' AS reason FROM payments", "function now is not allowed"},
		{"the clock as keyword", "SELECT CAST(current_timestamp AS VARCHAR) AS item, true AS passed, '' AS reason FROM payments", "not allowed"},
		{"chance", "SELECT payment_id AS item, random() < 0.5 AS passed, '' AS reason FROM payments", "function random is not allowed"},
		{"chance by sampling", wrap("payments USING SAMPLE 1"), "refused"},
		{"variables", "SELECT getvariable('x') AS item, true AS passed, '' AS reason", "not allowed"},
		{"describes", "SELECT * FROM (DESCRIBE payments)", "refused"},
		{"order of rows", "SELECT string_agg(payment_id, ',') AS item, true AS passed, '' AS reason FROM payments", "string_agg(… ORDER BY …)"},
		{"order of rows in a window", "SELECT payment_id AS item, row_number() OVER () > 0 AS passed, '' AS reason FROM payments", "OVER (… ORDER BY …)"},
		{"a list in a window", "SELECT payment_id AS item, true AS passed, string_agg(payee, ',') OVER () AS reason FROM payments", "OVER (… ORDER BY …)"},
		{"some rows", "SELECT payment_id AS item, true AS passed, '' AS reason FROM payments LIMIT 2", "write ORDER BY before it"},
		{"division", "SELECT payment_id AS item, amount / 3 > 1 AS passed, '' AS reason FROM payments", "the operator / gives floating point"},
		{"one of equals", "SELECT arg_max(payment_id, released) AS item, true AS passed, '' AS reason FROM payments", "function arg_max is not allowed"},
		{"floating-point cast", "SELECT payment_id AS item, sum(amount::DOUBLE) > 1 AS passed, '' AS reason FROM payments GROUP BY ALL", "casts to DOUBLE"},
		{"averages", "SELECT payment_id AS item, avg(amount) > 1 AS passed, '' AS reason FROM payments GROUP BY ALL", "function avg is not allowed"},
		{"runs SQL from text", wrap("query('SELECT 1')"), "not allowed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := performSQL(t, engine(), c.sql, false)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
		})
	}
	if b, _ := os.ReadFile(outside); string(b) != "a\n1\n" {
		t.Fatalf("the file outside was written: %q", b)
	}
}

func TestEndlessAndGreedySQLIsStopped(t *testing.T) {
	short := engine()
	short.Timeout = 2 * time.Second
	loop := `WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n > 0) SELECT CAST(max(n) AS VARCHAR) AS item, true AS passed, '' AS reason FROM r`
	if _, _, err := performSQL(t, short, loop, false); !errors.Is(err, confine.ErrTimeout) {
		t.Errorf("a loop without end: %v", err)
	}
	small := engine()
	small.MemoryMB = 256
	for _, greedy := range []string{"repeat('abc', 1400000000)", "CAST(len(list_sort(range(2000000000))) AS VARCHAR)"} {
		sql := "SELECT " + greedy + " AS item, true AS passed, '' AS reason FROM payments"
		if _, _, err := performSQL(t, small, sql, false); err == nil || !strings.Contains(err.Error(), "memory limit") {
			t.Errorf("%s: %v", greedy, err)
		}
	}
}

// Even if DuckDB let it through, the child could not write its evidence.
func TestTheChildCannotTouchItsEvidence(t *testing.T) {
	path := fivePayments(t)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := engine().Convert(context.Background(), t.TempDir(), Convert{CSV: path, Out: path, Schema: payments}); err == nil {
		t.Error("a file outside the job's folder was written")
	}
	after, _ := os.ReadFile(path)
	if audit.DigestOf(before) != audit.DigestOf(after) {
		t.Fatal("evidence changed")
	}
}

// More exceptions than one pass keeps at hand are still all listed, in order.
func TestNoExceptionIsLeftOut(t *testing.T) {
	var text strings.Builder
	text.WriteString(header)
	for i := range inline + 2500 {
		text.WriteString("P" + string(rune('a'+i%26)) + strings.Repeat("x", i%7) + "-" + strconv.Itoa(i) + ",A,1.00,2025-01-02T10:00:00Z,,,false,\n")
	}
	in, _, err := ingestText(t, Intake{Format: "csv"}, "p.csv", text.String())
	if err != nil {
		t.Fatal(err)
	}
	task := Task{SQL: released, Tables: []Table{{Name: "payments", Path: in.Population}}, Tested: "payments", Key: []string{"payment_id"}, Entire: true}
	got, err := engine().Perform(context.Background(), t.TempDir(), task)
	if err != nil {
		t.Fatal(err)
	}
	rows := rowsOf(t, got.Detail)
	if int64(len(rows)) != got.Exceptions || len(rows) != inline+2500 {
		t.Fatalf("%d rows for %d exceptions", len(rows), got.Exceptions)
	}
	if !slices.IsSortedFunc(rows, func(a, b audit.ExceptionRow) int { return strings.Compare(a.Item, b.Item) }) {
		t.Error("they are not ordered by item")
	}
}
