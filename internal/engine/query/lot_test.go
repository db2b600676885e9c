package query

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

// invoices is a population of five rows in the order of their key.
func invoices(t *testing.T) Lot {
	t.Helper()
	return lotOf(t, "number,region,amount\nI-1,west,10.50\nI-2,east,-0.05\nI-3,west,1234.00\nI-4,,0.00\nI-5,east,7.25\n")
}

func lotOf(t *testing.T, text string) Lot {
	t.Helper()
	dir := t.TempDir()
	csv, out := filepath.Join(dir, "rows.csv"), filepath.Join(dir, "rows.parquet")
	if err := os.WriteFile(csv, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	schema := audit.Schema{Name: "invoices", Key: []string{"number"}, Columns: []audit.Column{
		{Name: "number", Type: "text"}, {Name: "region", Type: "text"}, {Name: "amount", Type: "decimal(12,2)"},
	}}
	if err := engine().Convert(t.Context(), dir, Convert{CSV: csv, Out: out, Schema: schema}); err != nil {
		t.Fatal(err)
	}
	return Lot{File: out, Key: schema.Key}
}

func TestALotIsCounted(t *testing.T) {
	l := invoices(t)
	l.Stratum, l.Amount = "region", "amount"
	got, err := engine().Count(t.Context(), t.TempDir(), l)
	want := Counted{Rows: 5, Parts: []Part{{NoValue, 1}, {"east", 2}, {"west", 2}}, Total: 125175}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestAmountsComeInOrderAndExactly(t *testing.T) {
	l := invoices(t)
	l.Amount = "amount"
	var got []int64
	err := engine().EachAmount(t.Context(), t.TempDir(), l, func(n int64) error { got = append(got, n); return nil })
	if diff := cmp.Diff([]int64{1050, -5, 123400, 0, 725}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestRowsAreFoundByPlaceAndByItem(t *testing.T) {
	l := invoices(t)
	whole, err := engine().At(t.Context(), t.TempDir(), l, []Place{{Position: 4}, {Position: 0}})
	if diff := cmp.Diff([]Found{{Position: 4, Item: "I-5"}, {Position: 0, Item: "I-1"}}, whole); diff != "" || err != nil {
		t.Error(diff, err)
	}
	l.Stratum, l.Amount = "region", "amount"
	parts, err := engine().At(t.Context(), t.TempDir(), l, []Place{{Stratum: "west", Position: 1}, {Stratum: "east", Position: 0}, {Stratum: NoValue}})
	want := []Found{
		{Position: 2, Item: "I-3", Stratum: "west", Amount: "123400"}, {Position: 1, Item: "I-2", Stratum: "east", Amount: "-5"},
		{Position: 3, Item: "I-4", Stratum: NoValue, Amount: "0"},
	}
	if diff := cmp.Diff(want, parts); diff != "" || err != nil {
		t.Error(diff, err)
	}
	named, err := engine().Named(t.Context(), t.TempDir(), l, []string{"I-5", "nobody", "I-2", `"; DROP`})
	if diff := cmp.Diff([]Found{{4, "I-5", "east", "725"}, {1, "I-2", "east", "-5"}}, named); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

// Places beyond a population give no row; the caller counts.
func TestALotHasNothingBeyondItsEnd(t *testing.T) {
	got, err := engine().At(t.Context(), t.TempDir(), invoices(t), []Place{{Position: 5}})
	if err != nil || len(got) != 0 {
		t.Error(got, err)
	}
}

func TestALotRefusesColumnsThatCannotServe(t *testing.T) {
	many := "number,region,amount\n"
	for i := range mostStrata + 1 {
		many += fmt.Sprintf("I-%04d,r%d,1.00\n", i, i)
	}
	for _, c := range []struct {
		name string
		lot  Lot
		want string
	}{
		{"no such column", with(invoices(t), "branch", ""), `no column "branch"; it has number, region, amount`},
		{"no number", with(invoices(t), "", "region"), `column "region" is VARCHAR: amounts are exact numbers`},
		{"too many strata", with(lotOf(t, many), "region", ""), `column "region" has more than 1000 values`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := engine().Count(t.Context(), t.TempDir(), c.lot); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

func with(l Lot, stratum, amount string) Lot {
	l.Stratum, l.Amount = stratum, amount
	return l
}
