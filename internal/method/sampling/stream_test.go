package sampling

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

const exampleSeed = "Larkspur 2025, drawn 3 February 2026"

// example is the digest of the population of docs/sampling.md: 250 keys.
func example() audit.Digest {
	var keys strings.Builder
	for i := range 250 {
		fmt.Fprintf(&keys, "INV-%04d\n", i+1)
	}
	return audit.DigestOf([]byte(keys.String()))
}

// The words were computed by another program, in Python, from the specification.
func TestWordsOfTheStream(t *testing.T) {
	for _, c := range []struct {
		seed, stratum string
		want          []uint64
	}{
		{exampleSeed, "", []uint64{0x636b0956b2ec5542, 0x4363d3c34d186a24, 0xaeb2b33b265a9c8, 0x9991dbbb20f57654, 0xf5b6e079e47abb10}},
		{"a seed", "Köln", []uint64{0x229fdbe679b9a4ed, 0x5b4167d86134ce0c, 0x99bf97c127457d01, 0x2926e9b717e39a6c, 0xa683477bb291b984}},
	} {
		s := newStream(c.seed, example(), c.stratum)
		var got []uint64
		for range c.want {
			got = append(got, s.next())
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("seed %q, stratum %q (-want +got):\n%s", c.seed, c.stratum, diff)
		}
	}
}

// Of numbers below 3×2⁶¹ a quarter of all words is thrown away: two of the first
// eight here. The numbers are the other program's.
func TestWordsAboveTheBoundAreThrownAway(t *testing.T) {
	s := newStream("a seed", example(), "")
	var got []int64
	for range 6 {
		got = append(got, s.below(3<<61+1))
	}
	want := []int64{6319094898576647872, 4960651210296024750, 3113670052564937478, 6384013991410553266, 3652748440090026775, 1323648626598153054}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s.words != 8 {
		t.Errorf("%d words were used, want 8", s.words)
	}
}

// again draws by the text of the specification, with a whole list and long
// integers, and shares nothing with the code under test.
func again(seed, digest, stratum string, items, n int) []int64 {
	list := make([]int64, items)
	for i := range list {
		list[i] = int64(i)
	}
	var head bytes.Buffer
	number := func(v int) []byte { return new(big.Int).SetInt64(int64(v)).FillBytes(make([]byte, 8)) }
	for _, f := range []string{"tickmark sampling", "tickmark-draw/1", seed, digest, stratum} {
		head.Write(number(len(f)))
		head.WriteString(f)
	}
	var words []*big.Int
	for block := 0; len(words) < 4*n+64; block++ {
		sum := sha256.Sum256(append(bytes.Clone(head.Bytes()), number(block)...))
		for at := 0; at < 32; at += 8 {
			words = append(words, new(big.Int).SetBytes(sum[at:at+8]))
		}
	}
	all := new(big.Int).Lsh(big.NewInt(1), 64)
	for i := range n {
		m := big.NewInt(int64(items - i))
		bound := new(big.Int).Sub(all, new(big.Int).Mod(all, m))
		for words[0].Cmp(bound) >= 0 {
			words = words[1:]
		}
		j := i + int(new(big.Int).Mod(words[0], m).Int64())
		words = words[1:]
		list[i], list[j] = list[j], list[i]
	}
	return list[:n]
}

func TestAnIndependentProgramDrawsTheSame(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		items := rapid.IntRange(1, 400).Draw(rt, "items")
		n := rapid.IntRange(1, items).Draw(rt, "n")
		seed, stratum := rapid.String().Draw(rt, "seed"), rapid.String().Draw(rt, "stratum")
		digest := audit.DigestOf([]byte(rapid.String().Draw(rt, "population")))
		var got []int64
		for _, i := range take(Plan{Seed: seed, Population: digest}, stratum, int64(items), int64(n)) {
			got = append(got, i.Position)
		}
		if diff := cmp.Diff(again(seed, string(digest), stratum, items, n), got); diff != "" {
			rt.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// Seed, digest and stratum are told apart even where their letters run together.
func TestFieldsDoNotRunTogether(t *testing.T) {
	a, b := newStream("ab", "", "c"), newStream("a", "b", "c")
	c, d := newStream("a", "", "bc"), newStream("abc", "", "")
	seen := map[uint64]bool{a.next(): true, b.next(): true, c.next(): true, d.next(): true}
	if len(seen) != 4 {
		t.Errorf("%d different first words of 4 streams", len(seen))
	}
}

// chi is Pearson's statistic of counts that should be equal.
func chi(counts []int64) float64 {
	total := int64(0)
	for _, c := range counts {
		total += c
	}
	expected, sum := float64(total)/float64(len(counts)), 0.0
	for _, c := range counts {
		sum += (float64(c) - expected) * (float64(c) - expected) / expected
	}
	return sum
}

// With 1000 draws of 5 of 20 each position is expected 250 times, and each of
// the 190 pairs 1000 × 20 ÷ 380 times. Above the 99.9% points of chi-square a
// bias would be likely; the seeds are fixed, so that the figures never change.
func TestDrawsAreUniform(t *testing.T) {
	single, first, pairs := make([]int64, 20), make([]int64, 20), map[[2]int64]int64{}
	for i := range 1000 {
		s, err := Draw(Plan{Algorithm: Algorithm, Method: Random, Seed: fmt.Sprint("uniform ", i), Population: example(), Items: 20, Size: 5})
		if err != nil {
			t.Fatal(err)
		}
		for a, x := range s.Chosen {
			single[x.Position]++
			if x.Order == 1 {
				first[x.Position]++
			}
			for _, y := range s.Chosen[a+1:] {
				pairs[[2]int64{x.Position, y.Position}]++
			}
		}
	}
	var together []int64
	for a := range int64(20) {
		for b := a + 1; b < 20; b++ {
			together = append(together, pairs[[2]int64{a, b}])
		}
	}
	for _, c := range []struct {
		name   string
		counts []int64
		limit  float64 // 99.9% point for one degree less than there are counts
	}{{"all places", single, 43.82}, {"first place", first, 43.82}, {"pairs", together, 254.6}} {
		if got := chi(c.counts); got > c.limit {
			t.Errorf("%s: chi-square %.1f is above %.1f: %v", c.name, got, c.limit, c.counts)
		}
	}
}
