package sample

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tickmark/internal/audit"
	"tickmark/internal/method/sampling"
)

func TestOneByteRefusesTheRedraw(t *testing.T) {
	d := accepted(t, 50)
	x := d.drawn(Order{Method: audit.RandomItems, Size: 5})
	path, err := d.Vault.Path(t.Context(), x.File)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(t.TempDir(), "invoices.parquet")
	if err := os.WriteFile(elsewhere, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	// Another machine has the record as JSON and the file, and no store.
	text, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	var carried audit.Sample
	if err := json.Unmarshal(text, &carried); err != nil {
		t.Fatal(err)
	}
	if err := Repeat(t.Context(), engine(), t.TempDir(), carried, elsewhere); err != nil {
		t.Error(err)
	}
	altered := bytes.Clone(whole)
	altered[len(altered)/2] ^= 1
	for _, p := range []string{elsewhere, path} {
		if err := os.Chmod(p, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, altered, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := Repeat(t.Context(), engine(), t.TempDir(), carried, elsewhere); err == nil || !strings.Contains(err.Error(), "it is another file, or was altered") {
		t.Error(err)
	}
	if _, err := d.as(auditor).Redraw(t.Context(), x.ID); err == nil || !strings.Contains(err.Error(), "redraw refused: the population: ") {
		t.Error(err)
	}
	if _, err := d.as(auditor).Draw(t.Context(), order(Order{Method: audit.AllItems, Why: "x"})); err == nil || !strings.Contains(err.Error(), "altered") {
		t.Error(err)
	}
}

// A record in which somebody changed anything that the draw depends on, or what
// came of it, is found out.
func TestAChangedRecordIsFoundOut(t *testing.T) {
	d := accepted(t, 240)
	random := d.drawn(Order{Method: audit.RandomItems, Size: 5})
	money := d.drawn(Order{Method: audit.MonetaryUnit, Size: 10, Amount: "amount", Why: "x"})
	strata := d.drawn(Order{Method: audit.Stratified, Size: 10, By: "region", Why: "y"})
	path, err := d.Vault.Path(t.Context(), random.File)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		of     audit.Sample
		change func(*audit.Sample)
		want   string
	}{
		{"an item", random, func(x *audit.Sample) { x.Items[2].Item, x.Items[2].Position = "I-0000001", 1 }, "NOT identical: 1 of 5 items differ, first number 3: recorded I-0000001"},
		{"the seed", random, func(x *audit.Sample) { x.Seed = "00000000" }, "items differ"},
		{"one item fewer", random, func(x *audit.Sample) { x.Items = x.Items[:4] }, "4 items were recorded, and 5 are drawn again"},
		{"the rows", random, func(x *audit.Sample) { x.Rows = 241 }, "the file holds 240 rows, and 241 were recorded"},
		{"the algorithm", random, func(x *audit.Sample) { x.Algorithm = "tickmark-draw/2" }, "is not known"},
		{"what it says", random, func(x *audit.Sample) { x.Says[len(x.Says)-1] = "all is well" }, "what it says of itself differs"},
		{"a total", money, func(x *audit.Sample) { x.Total++ }, "size, interval, start and total: recorded"},
		{"an amount", money, func(x *audit.Sample) { x.Items[0].Amount = "1" }, "items differ"},
		{"one apart", money, func(x *audit.Sample) { x.Apart = nil }, "0 items listed apart were recorded"},
		{"a stratum", strata, func(x *audit.Sample) { x.Strata[0].Rows-- }, "sizes of strata: recorded"},
		{"a replacement", strata, func(x *audit.Sample) {
			x.Replaced = []audit.SampledItem{{Item: x.Items[0].Item, Stratum: x.Items[0].Stratum, Reason: "voided: x"}}
		}, "items differ"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := c.of
			x.Items, x.Says, x.Strata = slices.Clone(x.Items), slices.Clone(x.Says), slices.Clone(x.Strata)
			c.change(&x)
			if err := Repeat(t.Context(), engine(), t.TempDir(), x, path); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// The same record gives the same items, whatever was drawn.
func TestTheSameRecordGivesTheSameItems(t *testing.T) {
	d, n := accepted(t, 240), 0
	path, err := d.Vault.Path(t.Context(), d.drawn(Order{Method: audit.AllItems}).File)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		if n++; n > 12 {
			return // each starts children
		}
		o := Order{Why: fmt.Sprint("draw ", n), Size: rapid.Int64Range(1, 60).Draw(rt, "size"), Seed: rapid.StringMatching(`([0-9a-f][0-9a-f]){4,20}`).Draw(rt, "seed")}
		switch o.Method = rapid.SampledFrom([]audit.SampleMethod{audit.RandomItems, audit.Stratified, audit.MonetaryUnit, audit.Targeted}).Draw(rt, "method"); o.Method {
		case audit.Stratified:
			o.By = "region"
			if rapid.Bool().Draw(rt, "fixed") {
				o.Size, o.Fixed = 0, map[string]int64{"east": o.Size, "west": 1}
			}
		case audit.MonetaryUnit:
			o.Amount = "amount"
		case audit.Targeted:
			o.Size, o.Seed = 0, ""
			for _, i := range rapid.SliceOfNDistinct(rapid.IntRange(0, 239), 1, 9, rapid.ID[int]).Draw(rt, "items") {
				o.Targets = append(o.Targets, Target{fmt.Sprintf("I-%07d", i), "x"})
			}
		}
		x, err := d.as(auditor).Draw(context.Background(), order(o))
		if err != nil {
			rt.Fatal(err)
		}
		if o.Method == audit.RandomItems || o.Method == audit.Stratified {
			at := rapid.IntRange(0, len(x.Items)-1).Draw(rt, "replaced")
			x, err = d.as(auditor).Replace(context.Background(), x.ID, x.Items[at].Item, sampling.Replacement{Why: sampling.Voided, Text: "x"})
			if err != nil {
				rt.Fatal(err)
			}
		}
		if err := Repeat(context.Background(), engine(), d.TempDir(), x, path); err != nil {
			rt.Fatal(err)
		}
	})
}
