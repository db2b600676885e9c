package sampling

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSampleSizes(t *testing.T) {
	tolerable := []int64{500, 600, 700, 800, 900, 1000, 1500, 2000}
	for _, c := range []struct {
		confidence, deviations int64
		want                   [8]int64
	}{
		{9000, 0, [8]int64{45, 38, 32, 28, 25, 22, 15, 11}},
		{9000, 1, [8]int64{77, 64, 55, 48, 42, 38, 25, 18}},
		{9000, 2, [8]int64{105, 88, 75, 65, 58, 52, 34, 25}},
		{9500, 0, [8]int64{59, 49, 42, 36, 32, 29, 19, 14}},
		{9500, 1, [8]int64{93, 78, 66, 58, 51, 46, 30, 22}},
	} {
		for i, rate := range tolerable {
			if got, err := (Attribute{c.confidence}).Size(c.deviations, rate); err != nil || got != c.want[i] {
				t.Errorf("confidence %d, %d deviations, tolerable %d: %d, %v; want %d", c.confidence, c.deviations, rate, got, err, c.want[i])
			}
		}
	}
}

// Without deviations the search agrees with the closed form.
func TestSizeWithoutDeviations(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c, rate := rapid.Int64Range(5000, 9999).Draw(rt, "confidence"), rapid.Int64Range(1, 9999).Draw(rt, "tolerable")
		exact := math.Log(float64(10_000-c)/10_000) / math.Log1p(-float64(rate)/10_000)
		if math.Abs(exact-math.Round(exact)) < 1e-9 {
			return // a tie, which logarithms do not settle; see TestTies
		}
		if got, err := (Attribute{c}).Size(0, rate); err != nil || got != int64(math.Ceil(exact)) {
			rt.Fatalf("%d, %v; want ⌈%f⌉", got, err, exact)
		}
	})
}

// Parts per million, from another program that computes with whole fractions;
// to one decimal they are the published table.
func TestUpperLimits(t *testing.T) {
	for _, c := range []struct {
		n, confidence int64
		want          [3]int64
	}{
		{20, 9000, [3]int64{108750, 180961, 244766}}, // 10.9 / 18.1 / 24.5 %
		{25, 9000, [3]int64{87990, 146868, 199136}},  // 8.8 / 14.7 / 19.9
		{40, 9000, [3]int64{55940, 93798, 127629}},   // 5.6 / 9.4 / 12.8
		{60, 9000, [3]int64{37650, 63288, 86279}},    // 3.8 / 6.3 / 8.6
		{20, 9500, [3]int64{139109, 216107, 282619}}, // 13.9 / 21.6 / 28.3
		{25, 9500, [3]int64{112929, 176121, 231040}}, // 11.3 / 17.6 / 23.1
		{40, 9500, [3]int64{72158, 113189, 149152}},  // 7.2 / 11.3 / 14.9
		{60, 9500, [3]int64{48703, 76640, 101236}},   // 4.9 / 7.7 / 10.1
	} {
		for k, want := range c.want {
			if got, err := (Attribute{c.confidence}).Upper(c.n, int64(k)); err != nil || got != want {
				t.Errorf("n %d, k %d, confidence %d: %d, %v; want %d", c.n, k, c.confidence, got, err, want)
			}
		}
	}
	if got, err := (Attribute{9000}).Upper(7, 7); err != nil || got != 1_000_000 {
		t.Errorf("all deviate: %d, %v", got, err)
	}
}

func TestFiniteLimits(t *testing.T) {
	for _, c := range []struct{ population, n, k, at90, at95 int64 }{
		{250, 25, 0, 20, 26},
		{52, 5, 0, 18, 22},
		{12, 2, 0, 7, 8},
		{250, 25, 1, 35, 42},
		{250, 40, 2, 30, 35},
		{4, 2, 0, 2, 2},
		{4, 2, 2, 4, 4},
		{1000, 45, 0, 48, 62},
		{40, 40, 0, 0, 0}, // all tested: what was found is all there is
		{40, 40, 3, 3, 3},
		{1, 1, 1, 1, 1},
	} {
		a, errA := Attribute{9000}.UpperFinite(c.population, c.n, c.k)
		b, errB := Attribute{9500}.UpperFinite(c.population, c.n, c.k)
		if errA != nil || errB != nil || a != c.at90 || b != c.at95 {
			t.Errorf("%+v: %d, %d (%v, %v)", c, a, b, errA, errB)
		}
	}
}

// Where the probability is exactly 1-c, logarithms would decide by their last
// bit; whole numbers do.
func TestTies(t *testing.T) {
	half := Attribute{5000}
	if got, _ := half.Upper(1, 0); got != 500_000 { // 1-p = 1/2
		t.Errorf("binomial: %d", got)
	}
	if got, _ := (Attribute{7500}).Upper(2, 0); got != 500_000 { // (1-p)² = 1/4
		t.Errorf("binomial of two: %d", got)
	}
	if got, _ := half.Size(0, 5000); got != 1 {
		t.Errorf("size: %d", got)
	}
	if got, _ := (Attribute{9900}).Size(0, 9000); got != 2 { // 0.1² = 0.01
		t.Errorf("size of two: %d", got)
	}
	if got, _ := half.UpperFinite(2, 1, 0); got != 0 { // of D = 1, P(X ≤ 0) = 1/2 is not above 1/2
		t.Errorf("finite: %d", got)
	}
}

// ratio compares part/whole with 1-c: negative when below.
func ratio(part, whole *big.Int, confidence int64) int {
	return new(big.Int).Mul(part, big.NewInt(10_000)).Cmp(new(big.Int).Mul(whole, big.NewInt(10_000-confidence)))
}

// The limit is where the distribution, computed in whole numbers, crosses 1-c,
// and it grows with the deviations and falls with the sample.
func TestUpperLimitBrackets(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.Int64Range(1, 150).Draw(rt, "n")
		k := rapid.Int64Range(0, n-1).Draw(rt, "k")
		c := rapid.SampledFrom([]int64{5000, 8000, 9000, 9500, 9900, 9999}).Draw(rt, "confidence")
		a := Attribute{c}
		u, err := a.Upper(n, k)
		if err != nil {
			rt.Fatal(err)
		}
		at := func(ppm int64) int { p, w := exactBinomial(k, n, ppm); return ratio(p, w, c) }
		if u < million && at(u) > 0 || u > 0 && at(u-1) <= 0 {
			rt.Fatalf("limit %d: at it %d, before it %d", u, at(u), at(u-1))
		}
		if more, _ := a.Upper(n, k+1); more < u {
			rt.Fatalf("one deviation more: %d below %d", more, u)
		}
		if longer, _ := a.Upper(n+1, k); longer > u {
			rt.Fatalf("one item more: %d above %d", longer, u)
		}
		if rate := u * n; rate < k*million {
			rt.Fatalf("limit %d is below the rate of %d of %d", u, k, n)
		}
	})
}

// ways counts the samples of n with at most k of d deviations among them.
func ways(population, d, n, k int64) *big.Int {
	sum := new(big.Int)
	for i := range min(k, n, d) + 1 {
		both := new(big.Int).Binomial(d, i)
		sum.Add(sum, both.Mul(both, new(big.Int).Binomial(population-d, n-i)))
	}
	return sum
}

func TestFiniteLimitBrackets(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		population := rapid.Int64Range(1, 300).Draw(rt, "N")
		n := rapid.Int64Range(1, population).Draw(rt, "n")
		k := rapid.Int64Range(0, n).Draw(rt, "k")
		c := rapid.SampledFrom([]int64{5000, 9000, 9500, 9999}).Draw(rt, "confidence")
		a := Attribute{c}
		d, err := a.UpperFinite(population, n, k)
		if err != nil {
			rt.Fatal(err)
		}
		at := func(d int64) int { return ratio(ways(population, d, n, k), new(big.Int).Binomial(population, n), c) }
		if d < k || d > population-n+k {
			rt.Fatalf("%d is not possible: %d of %d tested deviate, of %d", d, k, n, population)
		}
		if at(d) <= 0 || d < population-n+k && at(d+1) > 0 {
			rt.Fatalf("limit %d: at it %d, after it %d", d, at(d), at(d+1))
		}
		if n < population {
			if longer, _ := a.UpperFinite(population, n+1, k); longer > d {
				rt.Fatalf("one item more: %d above %d", longer, d)
			}
		}
		if k < n {
			if more, _ := a.UpperFinite(population, n, k+1); more < d {
				rt.Fatalf("one deviation more: %d below %d", more, d)
			}
		}
	})
}

// A large population limits the rate as an endless one does.
func TestFiniteLimitApproachesTheBinomial(t *testing.T) {
	a := Attribute{9000}
	const population = 10_000_000_000
	for _, c := range []struct{ n, k int64 }{{25, 0}, {60, 2}, {5000, 40}} {
		u, errU := a.Upper(c.n, c.k)
		d, errD := a.UpperFinite(population, c.n, c.k)
		if errU != nil || errD != nil || math.Abs(float64(d)/population-float64(u)/million) > 3e-6 {
			t.Errorf("%+v: %d of %d against %d ppm (%v, %v)", c, d, int64(population), u, errU, errD)
		}
	}
}

func TestStatisticsThatAreRefused(t *testing.T) {
	a := Attribute{9000}
	for _, c := range []struct {
		name, want string
		ask        func() (int64, error)
	}{
		{"confidence below one half", "give 5000", func() (int64, error) { return Attribute{90}.Upper(25, 0) }},
		{"certainty", "give 5000", func() (int64, error) { return Attribute{10_000}.Size(0, 500) }},
		{"no tolerable rate", "tolerable rate", func() (int64, error) { return a.Size(0, 0) }},
		{"everything tolerable", "tolerable rate", func() (int64, error) { return a.Size(0, 10_000) }},
		{"fewer than no deviations", "expected deviations", func() (int64, error) { return a.Size(-1, 500) }},
		{"no item", "no item was tested", func() (int64, error) { return a.Upper(0, 0) }},
		{"more deviations than items", "count again", func() (int64, error) { return a.Upper(5, 6) }},
		{"more tested than there are", "count again", func() (int64, error) { return a.UpperFinite(5, 6, 0) }},
		{"no sample of people", "whole population", func() (int64, error) { return a.Upper(1_000_001, 0) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := c.ask(); err == nil || got != 0 || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%d, %v; want %q", got, err, c.want)
			}
		})
	}
}
