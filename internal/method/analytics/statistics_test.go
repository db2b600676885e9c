package analytics

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The sizes of attribute samples are where the binomial tail crosses one less
// the confidence: k or fewer deviations in n items at the tolerable rate.
func TestBinomialTailGivesTheSampleSizes(t *testing.T) {
	rates := []float64{0.05, 0.06, 0.07, 0.08, 0.09, 0.10, 0.15, 0.20}
	for _, c := range []struct {
		confidence float64
		k          int64
		sizes      []int64
	}{
		{0.90, 0, []int64{45, 38, 32, 28, 25, 22, 15, 11}},
		{0.90, 1, []int64{77, 64, 55, 48, 42, 38, 25, 18}},
		{0.90, 2, []int64{105, 88, 75, 65, 58, 52, 34, 25}},
		{0.95, 0, []int64{59, 49, 42, 36, 32, 29, 19, 14}},
		{0.95, 1, []int64{93, 78, 66, 58, 51, 46, 30, 22}},
	} {
		for i, rate := range rates {
			n := int64(1)
			for 1-binomialTail(c.k+1, n, rate) > 1-c.confidence {
				n++
			}
			if n != c.sizes[i] {
				t.Errorf("confidence %v, %d deviations, rate %v: %d items, want %d", c.confidence, c.k, rate, n, c.sizes[i])
			}
		}
	}
}

// The upper limits of the deviation rate, in percent, from the same tail.
func TestBinomialTailGivesTheUpperLimits(t *testing.T) {
	for _, c := range []struct {
		n, k       int64
		confidence float64
		limit      float64
	}{
		{20, 0, 0.90, 10.9}, {20, 1, 0.90, 18.1}, {20, 2, 0.90, 24.5}, {25, 0, 0.95, 11.3}, {25, 1, 0.95, 17.6}, {25, 2, 0.95, 23.1},
		{40, 1, 0.90, 9.4}, {60, 0, 0.90, 3.8}, {60, 1, 0.90, 6.3}, {60, 2, 0.90, 8.6}, {60, 2, 0.95, 10.1},
	} {
		low, high := 0.0, 1.0
		for range 60 {
			if p := (low + high) / 2; binomialTail(c.k+1, c.n, p) < c.confidence {
				low = p
			} else {
				high = p
			}
		}
		if got := math.Round(1000*low) / 10; math.Abs(got-c.limit) > 0.0501 {
			t.Errorf("%d of %d at %v: %v %%, want %v %%", c.k, c.n, c.confidence, got, c.limit)
		}
	}
}

func TestBinomialTailOfManyTrials(t *testing.T) {
	for _, c := range []struct {
		k, n    int64
		p, want float64
	}{
		{0, 10, 0.5, 1}, {11, 10, 0.5, 0}, {1, 10, 0, 0}, {10, 10, 1, 1}, {10, 10, 0.5, 1.0 / 1024}, {5, 10, 0.5, 638.0 / 1024},
		{5_000_000, 10_000_000, 0.5, 0.500126}, // half, and half of the middle term
	} {
		if got := binomialTail(c.k, c.n, c.p); math.Abs(got-c.want) > 1e-6 {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestCriticalValues(t *testing.T) {
	for _, c := range []struct {
		x       float64
		degrees int
		want    float64
	}{{15.507, 8, 0.05}, {20.090, 8, 0.01}, {112.022, 89, 0.05}, {122.942, 89, 0.01}, {3.841, 1, 0.05}, {0, 8, 1}} {
		if got := chiSquareTail(c.x, c.degrees); math.Abs(got-c.want) > 2e-5 {
			t.Errorf("chi-square %v of %d degrees: %v, want %v", c.x, c.degrees, got, c.want)
		}
	}
	if got := normalTwoSided(1.959964); math.Abs(got-0.05) > 1e-6 {
		t.Errorf("1.96: %v", got)
	}
}

// The fifteen comparisons with which Benjamini and Hochberg (1995) showed their
// procedure: four are rejected at five percent.
func TestAdjusted(t *testing.T) {
	ps := []float64{0.0459, 0.0001, 0.0004, 0.3240, 0.0019, 0.0095, 0.0201, 0.4262, 0.0278, 0.0298, 0.0344, 0.5719, 0.6528, 0.7590, 1.0000}
	rejected := 0
	for i, a := range Adjusted(ps) {
		if a <= 0.05 {
			rejected++
		}
		if a <= 0.05 != (ps[i] <= 0.0095) {
			t.Errorf("p %v is adjusted to %v", ps[i], a)
		}
	}
	if rejected != 4 {
		t.Errorf("%d rejected, want 4", rejected)
	}
}

func TestAdjustedNeverMakesALikelierOneRarer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ps := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 40).Draw(t, "p")
		adjusted := Adjusted(ps)
		for i := range ps {
			if adjusted[i] < ps[i] || adjusted[i] > 1 {
				t.Fatalf("%v becomes %v", ps[i], adjusted[i])
			}
			for j := range ps {
				if ps[i] < ps[j] && adjusted[i] > adjusted[j] {
					t.Fatalf("%v < %v, but %v > %v", ps[i], ps[j], adjusted[i], adjusted[j])
				}
			}
		}
	})
}
