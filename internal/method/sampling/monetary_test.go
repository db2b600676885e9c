package sampling

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func amounts(seed string, size int64, amounts []int64) (Selection, error) {
	p := plan(func(p *Plan) { p.Method, p.Seed, p.Items, p.Size = MonetaryUnit, seed, int64(len(amounts)), size })
	for _, a := range amounts {
		p.Total += max(0, a)
	}
	m, err := p.Monetary()
	if err != nil {
		return Selection{}, err
	}
	for i, a := range amounts {
		if err := m.Add(fmt.Sprintf("INV-%04d", i+1), a); err != nil {
			return Selection{}, err
		}
	}
	return m.Done()
}

// Ten of 1,000,000 units: interval 100,000; another program has the start at
// 25,111. Points fall at 25,111, 125,111, 225,111, …, 925,111.
func TestMonetaryUnits(t *testing.T) {
	s, err := amounts("a seed", 10, []int64{25_110, 1, 0, 99_999, 1, -500, 350_000, 524_889})
	if err != nil {
		t.Fatal(err)
	}
	want := []Item{
		{Position: 1, Order: 1, Item: "INV-0002", Amount: 1, Hits: 1}, // unit 25,111 alone
		{Position: 4, Order: 2, Item: "INV-0005", Amount: 1, Hits: 1}, // unit 125,111 alone
		{Position: 6, Order: 3, Item: "INV-0007", Amount: 350_000, Hits: 3, Certain: true},
		{Position: 7, Order: 4, Item: "INV-0008", Amount: 524_889, Hits: 5, Certain: true},
	}
	if diff := cmp.Diff(want, s.Chosen); diff != "" || s.Interval != 100_000 || s.Start != 25_111 {
		t.Errorf("interval %d, start %d (-want +got):\n%s", s.Interval, s.Start, diff)
	}
	apart := []Item{{Position: 2, Item: "INV-0003"}, {Position: 5, Item: "INV-0006", Amount: -500}}
	if diff := cmp.Diff(apart, s.Apart); diff != "" {
		t.Errorf("apart (-want +got):\n%s", diff)
	}
	notes := strings.Join(s.Notes, "\n")
	for _, say := range []string{"2 items at or above the interval of 100000", "1 item with a negative amount and 1 with none", "4 items were chosen for a planned size of 10"} {
		if !strings.Contains(notes, say) {
			t.Errorf("notes do not say %q:\n%s", say, notes)
		}
	}
}

// Every point, counted one by one, is in exactly the item that holds its unit.
func TestEveryPointHitsItsItem(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		list := rapid.SliceOfN(rapid.Int64Range(-20, 400), 1, 30).Draw(rt, "amounts")
		if slices.Max(list) < 1 {
			return
		}
		s, err := amounts(rapid.StringN(1, 9, -1).Draw(rt, "seed"), rapid.Int64Range(1, 40).Draw(rt, "size"), list)
		if err != nil {
			rt.Fatal(err)
		}
		hits, unit := map[int64]int64{}, int64(0)
		for i, a := range list {
			for range max(0, a) {
				if unit++; unit >= s.Start && (unit-s.Start)%s.Interval == 0 {
					hits[int64(i)]++
				}
			}
		}
		got := map[int64]int64{}
		for _, c := range s.Chosen {
			got[c.Position] = c.Hits
			if c.Certain != (c.Amount >= s.Interval) || c.Amount != list[c.Position] {
				rt.Fatalf("%+v, interval %d", c, s.Interval)
			}
		}
		if diff := cmp.Diff(hits, got); diff != "" {
			rt.Fatalf("(-want +got):\n%s", diff)
		}
		for i, a := range list {
			if a >= s.Interval && got[int64(i)] == 0 {
				rt.Fatalf("item %d of %d is above the interval of %d and was not chosen", i, a, s.Interval)
			}
			apart := slices.ContainsFunc(s.Apart, func(x Item) bool { return x.Position == int64(i) })
			if apart != (a <= 0) {
				rt.Fatalf("item %d of %d: listed apart %t", i, a, apart)
			}
		}
	})
}

func TestMonetaryRefusesAnotherPopulation(t *testing.T) {
	for _, c := range []struct {
		name, want string
		amounts    []int64
	}{
		{"an item more", "one more than", []int64{50, 30, 0, 20}},
		{"an item less", "2 items were added", []int64{50, 50}},
		{"a larger total", "exceed the stated total", []int64{50, 30, 21}},
		{"a smaller total", "not to the stated total of 100", []int64{50, 30, 19}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := plan(func(p *Plan) { p.Method, p.Items, p.Size, p.Total = MonetaryUnit, 3, 2, 100 }).Monetary()
			if err != nil {
				t.Fatal(err)
			}
			for i, a := range c.amounts {
				if err = m.Add(fmt.Sprint(i), a); err != nil {
					break
				}
			}
			if err == nil {
				_, err = m.Done()
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestASelectionOfAmountsIsComparedWithItsRepetition(t *testing.T) {
	list := []int64{500, 20, -3, 90, 700}
	a, errA := amounts("a seed", 3, list)
	b, errB := amounts("a seed", 3, list)
	if errA != nil || errB != nil || Agree(a, b) != nil {
		t.Fatal(errA, errB, Agree(a, b))
	}
	b.Apart = nil
	if err := Agree(a, b); err == nil || !strings.Contains(err.Error(), "listed apart") {
		t.Errorf("got %v", err)
	}
}
