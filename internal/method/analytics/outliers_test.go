package analytics

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

func values(texts ...string) (rows []columns) {
	for _, v := range texts {
		rows = append(rows, columns{"value": v})
	}
	return rows
}

// normal are n values at the quantiles of a normal distribution of mean 100 and
// standard deviation 10.
func normal(n int) (rows []columns) {
	for i := range n {
		z := math.Sqrt2 * math.Erfinv(2*(float64(i)+0.5)/float64(n)-1)
		rows = append(rows, columns{"value": digits(100+10*z, 2)})
	}
	return rows
}

func TestRobustZ(t *testing.T) {
	// Median 5, absolute deviations 0 0 1 1 2 2 3 3 4 95 and so MAD 2: 0.6745*95/2.
	s := look(t, audit.RobustZ, nil, values("1", "2", "3", "4", "5", "5", "6", "7", "8", "100"))
	if diff := cmp.Diff("r00009: 100 is 32.0 robust standard deviations from the median 5.00", reason(s)); diff != "" {
		t.Error(diff)
	}
	// More than half are equal, so the mean absolute deviation, 10, is the measure: 95/(10*1.2533).
	s = look(t, audit.RobustZ, nil, values("5", "5", "5", "5", "5", "5", "5", "5", "10", "100"))
	if diff := cmp.Diff("r00009: 100 is 7.6 robust standard deviations from the median 5.00", reason(s)); diff != "" {
		t.Error(diff)
	}
}

func TestPlainZ(t *testing.T) {
	s := look(t, audit.ZScore, nil, append(normal(100), columns{"value": "150.00"}))
	if got := items(s); len(got) != 1 || got[0] != "r00100" {
		t.Error(reason(s), s.Refused)
	}
}

func TestQuartiles(t *testing.T) {
	// Quartiles 3.75 and 9.25 of 1 to 12: the fences are -4.5 and 17.5.
	twelve := values("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12")
	if s := look(t, audit.Quartiles, nil, twelve); len(s.Leads) != 0 || s.Refused != "" {
		t.Error(reason(s), s.Refused)
	}
	s := look(t, audit.Quartiles, nil, append(twelve, columns{"value": "-40"}))
	if want := "r00012: -40 is outside -6.00 to 18.00"; reason(s) != want {
		t.Error(reason(s))
	}
}

func TestRelativeSizeFactor(t *testing.T) {
	rows := []columns{
		{"grp": "V-1", "value": "100"}, {"grp": "V-1", "value": "110"}, {"grp": "V-1", "value": "1100.00"}, // ten times exactly
		{"grp": "V-2", "value": "100"}, {"grp": "V-2", "value": "110"}, {"grp": "V-2", "value": "1100.01"},
		{"grp": "V-3", "value": "1"}, {"grp": "V-3", "value": "1000"}, // two values only
	}
	s := look(t, audit.RelativeSizeFactor, nil, rows)
	if want := "r00005: 1100.01 is 10.0 times the next largest value 110 of V-2"; reason(s) != want || s.Statistics["groups_left_out"] != "1" {
		t.Error(reason(s), s.Statistics)
	}
}

func TestOutlierGuards(t *testing.T) {
	var skewed, equal []columns
	for i := range 40 {
		skewed = append(skewed, columns{"value": fmt.Sprint(i * i * i)})
		equal = append(equal, columns{"value": "7"})
	}
	for _, c := range []struct {
		name      string
		technique audit.Technique
		rows      []columns
		want      string
	}{
		{"29 for z", audit.ZScore, normal(29), "29 of values are too few: it takes at least 30"},
		{"30 for z", audit.ZScore, normal(30), ""},
		{"skewed for z", audit.ZScore, skewed, "the values are not near normal"},
		{"equal for z", audit.ZScore, equal, "half of the values or more are equal"},
		{"9 for robust z", audit.RobustZ, normal(9), "9 of values are too few: it takes at least 10"},
		{"equal for robust z", audit.RobustZ, equal, "all values are equal"},
		{"11 for quartiles", audit.Quartiles, normal(11), "11 of values are too few: it takes at least 12"},
		{"equal for quartiles", audit.Quartiles, equal, "the quartiles do not differ"},
		{"no group", audit.RelativeSizeFactor, []columns{{"grp": "a", "value": "1"}, {"grp": "b", "value": "2"}}, "none of 2 groups can be compared within itself"},
	} {
		s := look(t, c.technique, nil, c.rows)
		if !strings.Contains(s.Refused, c.want) || (c.want == "") != (s.Refused == "") {
			t.Errorf("%s: %q", c.name, s.Refused)
		}
	}
	// Fewer than a technique can bear cannot be asked for.
	if s := look(t, audit.RobustZ, Settings{"least": "2"}, normal(9)); s.Refused == "" {
		t.Error("nine values were compared")
	}
}

// What a technique makes of a value does not depend on where its row stands.
func TestOutliersDoNotDependOnTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		technique := rapid.SampledFrom([]audit.Technique{audit.RobustZ, audit.Quartiles, audit.RelativeSizeFactor}).Draw(t, "technique")
		numbers := rapid.SliceOfNDistinct(rapid.IntRange(1, 100_000), 12, 60, func(x int) int { return x }).Draw(t, "numbers")
		var rows []columns
		for i, n := range numbers {
			rows = append(rows, columns{"item": fmt.Sprint("i", n), "value": fmt.Sprint(n), "grp": fmt.Sprint(i % 2)})
		}
		turned := rapid.Permutation(rows).Draw(t, "turned")
		a, b := look(t, technique, nil, rows), look(t, technique, nil, turned)
		if diff := cmp.Diff(a, b); diff != "" {
			t.Fatal(diff)
		}
	})
}
