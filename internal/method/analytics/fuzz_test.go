package analytics

import (
	"math"
	"math/big"
	"testing"
)

// A decimal is the number that its text writes, to the last digit, or no decimal.
func FuzzDecimal(f *testing.F) {
	for _, seed := range []string{"-1234.50", "0", "-0.00", "007", "1.", ".5", "1e5", "1/2", "+1", "0x1", "", "-", "--1", "1.2.3", "99999999999999999999999999999999999999.99", "\u0661"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := parseDecimal(text)
		if err != nil {
			return
		}
		want, ok := new(big.Rat).SetString(text)
		got, is := new(big.Rat).SetString(d.String())
		if !ok || !is || want.Cmp(got) != 0 {
			t.Fatalf("%q became %s", text, d)
		}
		if again, err := parseDecimal(d.String()); err != nil || again.compare(d) != 0 || again.String() != d.String() {
			t.Errorf("%q became %s, and that %s: %v", text, d, again, err)
		}
		if x, err := float(text); err != nil || math.IsNaN(x) {
			t.Errorf("%q is the number %v, %v", text, x, err)
		}
	})
}
