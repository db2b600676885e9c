package sampling

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

func plan(change func(*Plan)) Plan {
	p := Plan{Algorithm: Algorithm, Method: Random, Seed: exampleSeed, Population: example(), Items: 250, Size: 8}
	if change != nil {
		change(&p)
	}
	return p
}

func draw(t *testing.T, p Plan) Selection {
	t.Helper()
	s, err := Draw(p)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func positions(items []Item) []int64 {
	out := []int64{}
	for _, i := range items {
		out = append(out, i.Position)
	}
	return out
}

// The example of docs/sampling.md, digest, draw and reserve, as the page has it.
func TestTheExampleOfTheDocument(t *testing.T) {
	text, err := os.ReadFile("../../../docs/sampling.md")
	if err != nil {
		t.Fatal(err)
	}
	drawn := take(plan(nil), "", 250, 8)
	reserve, err := Reserve(plan(nil), "", 2)
	if err != nil {
		t.Fatal(err)
	}
	keys := []string{}
	for _, i := range draw(t, plan(nil)).Chosen {
		keys = append(keys, fmt.Sprintf("INV-%04d", i.Position+1))
	}
	list := func(items []Item) string {
		return strings.Trim(strings.ReplaceAll(fmt.Sprint(positions(items)), " ", ", "), "[]")
	}
	for _, want := range []string{exampleSeed, string(example()), list(drawn), list(draw(t, plan(nil)).Chosen), list(reserve), strings.Join(keys, ", ")} {
		if !strings.Contains(string(text), want) {
			t.Errorf("docs/sampling.md does not show %q", want)
		}
	}
}

func TestDrawsByFixedVectors(t *testing.T) {
	for _, c := range []struct {
		name, seed, stratum string
		items, n            int64
		want                []int64 // in the order of the draw, from another program
	}{
		{"the example", exampleSeed, "", 250, 8, []int64{66, 78, 210, 45, 174, 235, 98, 121}},
		{"all seven", "a seed", "", 7, 7, []int64{5, 6, 2, 0, 1, 4, 3}},
		{"of a stratum", "a seed", "north", 1000, 6, []int64{582, 711, 104, 98, 880, 837}},
		{"of a population that no list could hold", "a seed", "", 1<<62 + 1, 4, []int64{4013251889362953919, 348965191868636847, 3113670052564937480, 4078170982196859322}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := Plan{Seed: c.seed, Population: example()}
			if diff := cmp.Diff(c.want, positions(take(p, c.stratum, c.items, c.n))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDrawIsASubsetAndRepeats(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := plan(func(p *Plan) {
			p.Seed = rapid.StringN(1, 20, 40).Draw(rt, "seed")
			p.Items = rapid.Int64Range(1, 2000).Draw(rt, "items")
			p.Size = rapid.Int64Range(1, 2500).Draw(rt, "size")
		})
		s, err := Draw(p)
		if err != nil {
			rt.Fatal(err)
		}
		orders := map[int64]bool{}
		for i, x := range s.Chosen {
			if x.Position < 0 || x.Position >= p.Items || i > 0 && s.Chosen[i-1].Position >= x.Position {
				rt.Fatalf("%v is not increasing within 0 to %d", positions(s.Chosen), p.Items-1)
			}
			orders[x.Order] = true
		}
		if n := min(p.Size, p.Items); int64(len(s.Chosen)) != n || int64(len(orders)) != n || s.Entire != (n == p.Items) {
			rt.Fatalf("%d chosen in %d places, entire %t; want %d", len(s.Chosen), len(orders), s.Entire, n)
		}
		if err := Redraw(s, p.Population, p.Items); err != nil {
			rt.Fatal(err)
		}
	})
}

// Of a million items no two of these draws of twenty are alike by chance.
func TestAnotherSeedOrDigestDrawsOthers(t *testing.T) {
	large := func(p *Plan) { p.Items, p.Size = 1_000_000, 20 }
	base := positions(draw(t, plan(large)).Chosen)
	for name, change := range map[string]func(*Plan){
		"seed":       func(p *Plan) { large(p); p.Seed += "." },
		"population": func(p *Plan) { large(p); p.Population = audit.DigestOf([]byte("one byte more")) },
	} {
		if cmp.Equal(base, positions(draw(t, plan(change)).Chosen)) {
			t.Errorf("another %s draws the same", name)
		}
	}
}

func TestReserveContinuesTheDraw(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		items := rapid.Int64Range(2, 500).Draw(rt, "items")
		n := rapid.Int64Range(1, items-1).Draw(rt, "n")
		k := rapid.Int64Range(1, items-n).Draw(rt, "k")
		p := plan(func(p *Plan) { p.Items, p.Size = items, n })
		reserve, err := Reserve(p, "", k)
		if err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(take(p, "", items, n+k)[n:], reserve); diff != "" {
			rt.Fatalf("(-want +got):\n%s", diff)
		}
		if _, err := Reserve(p, "", items-n+1); err == nil {
			rt.Fatal("a reserve larger than what remains was given")
		}
	})
}

func TestTheReserveOfAStratum(t *testing.T) {
	p := plan(stratified(Proportional))
	got, err := Reserve(p, "north", 2)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(take(p, "north", 150, 7)[5:], got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := Reserve(p, "west", 1); err == nil {
		t.Error("a reserve of a stratum that is not")
	}
}

func stratified(a Allocation) func(*Plan) {
	return func(p *Plan) {
		p.Method, p.Allocation = Stratified, a
		if a == Fixed {
			p.Size = 0
		}
		p.Strata = []Stratum{{Name: "north", Items: 150}, {Name: "south", Items: 99}, {Name: "east", Items: 1}}
	}
}

func TestStratified(t *testing.T) {
	fixed := func(sizes ...int64) func(*Plan) {
		return func(p *Plan) {
			stratified(Fixed)(p)
			for i, n := range sizes {
				p.Strata[i].Size = n
			}
		}
	}
	for _, c := range []struct {
		name  string
		plan  Plan
		want  map[string]int64
		notes int
	}{
		// 8×150/250 = 4.8, 8×99/250 = 3.168, 8×1/250 = 0.032
		{"proportional, largest remainder", plan(stratified(Proportional)), map[string]int64{"north": 5, "south": 3}, 1},
		{"proportional, all", plan(func(p *Plan) { stratified(Proportional)(p); p.Size = 300 }), map[string]int64{"north": 150, "south": 99, "east": 1}, 1},
		{"fixed", plan(fixed(2, 3, 1)), map[string]int64{"north": 2, "south": 3, "east": 1}, 1},
		{"fixed, more than there is", plan(fixed(2, 0, 5)), map[string]int64{"north": 2, "east": 1}, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, got := draw(t, c.plan), map[string]int64{}
			for _, i := range s.Chosen {
				got[i.Stratum]++
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(s.Notes) != c.notes || !s.Projects {
				t.Errorf("projects %t, notes %q; want %d", s.Projects, s.Notes, c.notes)
			}
		})
	}
}

func TestTiesGoToTheNameThatSortsFirst(t *testing.T) {
	p := plan(func(p *Plan) {
		p.Method, p.Allocation, p.Items, p.Size = Stratified, Proportional, 30, 2
		p.Strata = []Stratum{{Name: "c", Items: 10}, {Name: "b", Items: 10}, {Name: "a", Items: 10}}
	})
	if diff := cmp.Diff(map[string]int64{"a": 1, "b": 1, "c": 0}, p.sizes()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Shares add up to the size, never exceed their stratum, and differ from the
// exact quota by less than one item, also where products exceed 64 bits.
func TestProportionalSharesAreFair(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := Plan{Allocation: Proportional}
		for i, n := range rapid.SliceOfN(rapid.Int64Range(0, 1<<40), 1, 6).Draw(rt, "items") {
			p.Strata = append(p.Strata, Stratum{Name: fmt.Sprint(i), Items: n})
			p.Items += n
		}
		if p.Items == 0 {
			return
		}
		p.Size = rapid.Int64Range(1, p.Items).Draw(rt, "size")
		sum, sizes := int64(0), p.sizes()
		for _, s := range p.Strata {
			n := sizes[s.Name]
			sum += n
			quota := float64(p.Size) / float64(p.Items) * float64(s.Items)
			if n > s.Items || float64(n) < quota-1.01-quota*1e-12 || float64(n) > quota+1.01+quota*1e-12 {
				rt.Fatalf("stratum of %d has %d, quota %f", s.Items, n, quota)
			}
		}
		if sum != p.Size {
			rt.Fatalf("%d given of %d", sum, p.Size)
		}
	})
}

func TestAllAndTargeted(t *testing.T) {
	all := draw(t, plan(func(p *Plan) { p.Method, p.Seed, p.Items, p.Size = All, "", 3, 0 }))
	if diff := cmp.Diff([]int64{0, 1, 2}, positions(all.Chosen)); diff != "" || !all.Entire || all.Projects {
		t.Errorf("entire %t, projects %t (-want +got):\n%s", all.Entire, all.Projects, diff)
	}
	named := draw(t, plan(func(p *Plan) {
		p.Method, p.Seed, p.Size = Targeted, "", 0
		p.Targets = []Target{{Position: 9, Reason: "largest"}, {Position: 4, Reason: "by the owner himself"}}
	}))
	want := []Item{{Position: 4, Order: 2, Reason: "by the owner himself"}, {Position: 9, Order: 1, Reason: "largest"}}
	if diff := cmp.Diff(want, named.Chosen); diff != "" || named.Projects {
		t.Errorf("projects %t (-want +got):\n%s", named.Projects, diff)
	}
	if !strings.Contains(strings.Join(named.Notes, " "), "not projected") {
		t.Errorf("notes %q", named.Notes)
	}
}

func target(targets ...Target) func(*Plan) {
	return func(p *Plan) { p.Method, p.Seed, p.Size, p.Targets = Targeted, "", 0, targets }
}

func TestPlansThatAreRefused(t *testing.T) {
	for _, c := range []struct {
		name, want string
		change     func(*Plan)
	}{
		{"another algorithm", "is not known", func(p *Plan) { p.Algorithm = "tickmark-draw/2" }},
		{"no digest", "no digest", func(p *Plan) { p.Population = "abc" }},
		{"no item", "no item", func(p *Plan) { p.Items = 0 }},
		{"fewer than none", "count it again", func(p *Plan) { p.Items = -1 }},
		{"no seed", "needs a seed", func(p *Plan) { p.Seed = "" }},
		{"no size", "give a size", func(p *Plan) { p.Size = 0 }},
		{"too many", "test the whole population", func(p *Plan) { p.Items, p.Size = 5_000_000, 1_000_001 }},
		{"all of too many", "test the whole population", func(p *Plan) { p.Method, p.Seed, p.Size, p.Items = All, "", 0, 5_000_000 }},
		{"another method", `"haphazard" is not known`, func(p *Plan) { p.Method = "haphazard" }},
		{"amounts by Draw", "use Monetary", func(p *Plan) { p.Method, p.Total = MonetaryUnit, 1000 }},
		{"no total", "their total", func(p *Plan) { p.Method = MonetaryUnit }},
		{"a seed for all", "a seed does not belong", func(p *Plan) { p.Method, p.Size = All, 0 }},
		{"a size for all", "a size of the whole", func(p *Plan) { p.Method, p.Seed = All, "" }},
		{"strata of a random draw", "a stratum or", func(p *Plan) { stratified(Proportional)(p); p.Method = Random }},
		{"a total of a random draw", "a total does not", func(p *Plan) { p.Total = 5 }},
		{"a target of a random draw", "a target does not", func(p *Plan) { p.Targets = []Target{{1, "x"}} }},
		{"no strata", "without strata", func(p *Plan) { stratified(Fixed)(p); p.Strata = nil }},
		{"no allocation", "allocation", func(p *Plan) { stratified("")(p) }},
		{"one name twice", "a name of its own", func(p *Plan) { stratified(Proportional)(p); p.Strata[1].Name = "north" }},
		{"items in no stratum", "in no stratum", func(p *Plan) { stratified(Proportional)(p); p.Items = 251 }},
		{"more in strata", "more than the population", func(p *Plan) { stratified(Proportional)(p); p.Items = 249 }},
		{"nothing from any", "no stratum gives", func(p *Plan) { stratified(Fixed)(p) }},
		{"no target", "names no item", target()},
		{"target outside", "not in the population", target(Target{250, "x"})},
		{"target twice", "named twice", target(Target{1, "x"}, Target{1, "y"})},
		{"target without reason", "no reason", target(Target{1, ""})},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Draw(plan(c.change)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestRedrawRefuses(t *testing.T) {
	for _, c := range []struct {
		name, want string
		population audit.Digest
		items      int64
		change     func(*Selection)
	}{
		{"a population changed by one byte", "find that file", audit.DigestOf([]byte("x")), 250, nil},
		{"one item more", "251 items", example(), 251, nil},
		{"a position changed", "item 3 of those chosen", example(), 250, func(s *Selection) { s.Chosen[2].Position++ }},
		{"an item left out", "7 items were recorded", example(), 250, func(s *Selection) { s.Chosen = s.Chosen[:7] }},
		{"another seed", "item 1 of those chosen", example(), 250, func(s *Selection) { s.Plan.Seed = "x" }},
		{"said to be entire", "entire true", example(), 250, func(s *Selection) { s.Entire = true }},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := draw(t, plan(nil))
			if c.change != nil {
				c.change(&s)
			}
			if err := Redraw(s, c.population, c.items); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestReplace(t *testing.T) {
	for _, c := range []struct {
		why                Why
		allowed, deviation bool
	}{
		{Voided, true, false}, {NotApplicable, true, false}, {OutOfScope, true, false},
		{CannotBeFound, false, true}, {NotProvided, false, false}, {Unsuitable, false, false},
	} {
		got, err := Replace(Replacement{Why: c.why, Text: "seen in the register"})
		if err != nil || got.Allowed != c.allowed || got.Deviation != c.deviation || got.Reason == "" {
			t.Errorf("%s: %+v, %v", c.why, got, err)
		}
		if _, err := Replace(Replacement{Why: c.why}); err == nil {
			t.Errorf("%s without a word of text was ruled on", c.why)
		}
	}
	if _, err := Replace(Replacement{Why: "other", Text: "because"}); err == nil {
		t.Error("an unknown kind of reason was ruled on")
	}
}
