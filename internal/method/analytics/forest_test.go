package analytics

import (
	"fmt"
	"strings"
	"testing"

	"tickmark/internal/audit"
)

// The published first numbers of splitmix64 for the seed 1234567.
func TestRandomIsSplitmix64(t *testing.T) {
	r := Random{1234567}
	for i, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821} {
		if got := r.Next(); got != want {
			t.Errorf("number %d: %d, want %d", i, got, want)
		}
	}
}

func TestAveragePath(t *testing.T) {
	for n, want := range map[int]string{1: "0.000000", 2: "1.000000", 3: "1.207392", 10: "3.748880", 100: "8.364671", 256: "10.244771"} {
		if got := text(AveragePath(n)); got != want {
			t.Errorf("c(%d) = %s, want %s", n, got, want)
		}
	}
}

// crowd are rows that lie together, with one that is far in two measures.
func crowd(n int) []columns {
	r := Random{3}
	near := func(middle, spread int) string { // bell-shaped, so that no corner is as strange
		sum := 0
		for range 6 {
			sum += r.below(2*spread) - spread
		}
		return fmt.Sprint(middle + sum)
	}
	var rows []columns
	for range n {
		rows = append(rows, columns{"x_gross": near(3000, 100), "x_hours": near(80, 4), "x_tax": near(400, 20)})
	}
	rows[n/2]["x_hours"], rows[n/2]["x_gross"] = "900", "4000"
	return rows
}

func TestIsolationForestSetsTheStrangerApart(t *testing.T) {
	s := look(t, audit.IsolationForest, Settings{"threshold": "0.67"}, crowd(600))
	if got := items(s); len(got) != 1 || got[0] != "r00300" {
		t.Fatalf("%v %v", reason(s), s.Statistics)
	}
	if l := s.Leads[0]; !strings.HasPrefix(l.Reason, "set apart from the others by ") || l.Columns["x_hours"] != "900" {
		t.Errorf("%+v", l)
	}
	if s.Statistics["trees"] != "100" || s.Statistics["subsample"] != "256" || s.Statistics["seed"] != "20260101" {
		t.Errorf("%v", s.Statistics)
	}
	other := look(t, audit.IsolationForest, Settings{"threshold": "0.67", "seed": "8"}, crowd(600))
	if got := items(other); len(got) != 1 || other.Statistics["highest_score"] == s.Statistics["highest_score"] {
		t.Errorf("another seed grows another forest, which sees the same stranger: %v %v", reason(other), other.Statistics)
	}
}

func TestIsolationForestGuards(t *testing.T) {
	var same []columns
	for range 200 {
		same = append(same, columns{"x_a": "1"})
	}
	if s := look(t, audit.IsolationForest, nil, crowd(99)); s.Refused != "99 of rows are too few: it takes at least 100" {
		t.Error(s.Refused)
	}
	if s := look(t, audit.IsolationForest, nil, same); s.Refused != "no measure varies" {
		t.Error(s.Refused)
	}
}
