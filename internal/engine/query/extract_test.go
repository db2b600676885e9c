package query

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/catalog"
	"tickmark/internal/audit"
)

func extractSQL(t *testing.T, sql string, needs ...string) (Extracted, string, error) {
	t.Helper()
	x := Extraction{SQL: sql, Tables: []Table{{Name: "payments", Path: fivePayments(t)}}, Needs: needs, Parameters: []Value{{"unused", "text", ""}, {"least", "decimal", "20"}}}
	got, err := engine().Extract(context.Background(), t.TempDir(), x)
	if err != nil {
		return got, "", err
	}
	b, err := os.ReadFile(got.File)
	return got, string(b), err
}

func TestExtractLeavesExactTextsOrderedByItem(t *testing.T) {
	got, text, err := extractSQL(t, `SELECT payee AS text, 'no. ' || payment_id AS Item, amount AS value, paid_at AS at, due, 'a "quoted" \ 'AS x_q
		FROM payments WHERE amount >= $least::DECIMAL(12,2) ORDER BY amount DESC;`, "value", "at", "x_*", "grp?")
	want := `{"text":"Bob","item":"no. P2","value":"20.00","at":"2025-01-03 10:00:00","x_q":"a \"quoted\" \\ "}
{"text":"Cyd","item":"no. P3","value":"30.00","at":"2025-01-04 10:00:00","x_q":"a \"quoted\" \\ "}
{"text":"Dan","item":"no. P4","value":"40.00","at":"2025-01-05 10:00:00","x_q":"a \"quoted\" \\ "}
{"text":"Eve","item":"no. P5","value":"50.00","at":"2025-01-06 10:00:00","x_q":"a \"quoted\" \\ "}
`
	if diff := cmp.Diff(want, text); diff != "" || err != nil || got.Rows != 4 {
		t.Fatalf("%+v %v\n%s", got, err, diff)
	}
	var items []string
	err = Rows(got.File, func(item string, columns map[string]string) (bool, error) {
		items = append(items, item+" "+columns["value"])
		return len(items) < 2, nil
	})
	if diff := cmp.Diff([]string{"no. P2 20.00", "no. P3 30.00"}, items); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestExtractRefuses(t *testing.T) {
	for name, c := range map[string]struct{ sql, want string }{
		"no item":          {"SELECT payment_id, amount AS value FROM payments", `must return the column item`},
		"item is a number": {"SELECT 1 AS item, amount AS value FROM payments", `it is "INTEGER"`},
		"no value":         {"SELECT payment_id AS item FROM payments", `no column "value", which its method needs`},
		"item twice":       {"SELECT 'x' AS item, amount AS value FROM payments", `item "x" more than once`},
		"item is null":     {"SELECT CASE WHEN amount > 30 THEN payment_id END AS item, amount AS value FROM payments", "a row without an item"},
		"inexact":          {"SELECT payment_id AS item, amount AS value, levenshtein(payee, 'x') AS d, jaccard(payee, 'x') AS j FROM payments", `column "j" is DOUBLE`},
		"a file":           {"SELECT filename AS item, 1 AS value FROM read_csv('/etc/passwd')", "refused"},
		"two statements":   {"SELECT payment_id AS item, amount AS value FROM payments; SELECT 1", "2 statements"},
		"chance":           {"SELECT payment_id AS item, random() AS value FROM payments", "function random is not allowed"},
		"not a SELECT":     {"COPY payments TO '/tmp/x'", "write exactly one SELECT"},
	} {
		_, _, err := extractSQL(t, c.sql, "value")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %q", name, err, c.want)
		}
	}
}

// Every shipped analytic reads its populations and returns what its method
// needs, here from populations without a row.
func TestShippedAnalyticsReturnWhatTheirMethodsNeed(t *testing.T) {
	known, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	dir, empty := t.TempDir(), map[string]string{}
	for _, a := range known.Analytics {
		x := Extraction{SQL: a.SQL, Needs: audit.Techniques[a.Method], Parameters: []Value{
			{"period_start", "timestamp", "2025-01-01 05:00:00"}, {"period_end", "timestamp", "2026-01-01 05:00:00"}, {"period_from", "date", "2025-01-01"},
			{"period_to", "date", "2025-12-31"}, {"as_of", "date", "2025-12-31"}, {"timezone", "text", "America/New_York"},
		}}
		for _, p := range a.Parameters {
			x.Parameters = append(x.Parameters, Value{p.Name, p.Type, p.Default})
		}
		for _, name := range a.Populations {
			if empty[name] == "" {
				empty[name] = nobody(t, dir, known.Populations[name])
			}
			x.Tables = append(x.Tables, Table{Name: name, Path: empty[name]})
		}
		if got, err := engine().Extract(context.Background(), t.TempDir(), x); err != nil || got.Rows != 0 {
			t.Errorf("%s: %+v %v", a.ID, got, err)
		}
	}
}

// nobody is a population without a row.
func nobody(t *testing.T, dir string, s audit.Schema) string {
	t.Helper()
	var names []string
	for _, c := range s.Columns {
		names = append(names, c.Name)
	}
	csv, out := dir+"/"+s.Name+".csv", dir+"/"+s.Name+".parquet"
	if err := os.WriteFile(csv, []byte(strings.Join(names, ",")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := engine().Convert(context.Background(), dir, Convert{CSV: csv, Out: out, Schema: s}); err != nil {
		t.Fatal(err)
	}
	return out
}
