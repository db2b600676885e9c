package analytics

import (
	"fmt"
	"strings"
	"testing"

	"tickmark/internal/audit"
)

// shifted are thirty measurements of which the last ten have moved up by one
// standard deviation, from a textbook on control charts (Montgomery, chapter 9).
var shifted = []float64{
	9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40, 10.08,
	9.37, 10.62, 10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52,
}

func TestCUSUMOfTheTextbook(t *testing.T) {
	var z []float64
	for _, x := range shifted {
		z = append(z, x-10)
	}
	up, down := CUSUM(z, 0.5)
	for at, want := range map[int]string{1: "0.00 0.05", 2: "0.00 1.56", 5: "2.82 0.00", 7: "0.04 1.46", 27: "3.35 0.00", 28: "4.47 0.00", 29: "5.28 0.00", 30: "5.30 0.00"} {
		if got := digits(up[at-1], 2) + " " + digits(down[at-1], 2); got != want {
			t.Errorf("period %d: %s, want %s", at, got, want)
		}
	}
}

func TestEWMAOfTheTextbook(t *testing.T) {
	var z []float64
	for _, x := range shifted {
		z = append(z, x-10)
	}
	value, limit := EWMA(z, 0.1, 2.7)
	for at, want := range map[int]string{1: "9.94500 0.2700", 2: "9.74950 0.3632", 5: "10.12528 0.4999", 29: "10.64682 0.6187"} {
		if got := digits(10+value[at-1], 5) + " " + digits(limit[at-1], 4); got != want {
			t.Errorf("period %d: %s, want %s", at, got, want)
		}
	}
	for i := range z {
		if above := value[i] > limit[i]; above != (i >= 28) {
			t.Errorf("period %d: %v against %v", i+1, value[i], limit[i])
		}
	}
}

// weeks are periods with so many failures among a hundred runs.
func weeks(failures ...int) []columns {
	var rows []columns
	for i, f := range failures {
		rows = append(rows, columns{"item": fmt.Sprintf("week %02d", i+1), "at": fmt.Sprintf("2025-%02d-%02d", 1+i/4, 1+7*(i%4)), "value": fmt.Sprint(f), "n": "100"})
	}
	return rows
}

func TestDriftOfARate(t *testing.T) {
	steady := []int{5, 4, 6, 5, 5, 6, 4, 5, 5, 5}
	worse := append(steady[:10:10], 9, 10, 9, 11, 10)
	for _, technique := range []audit.Technique{audit.DriftEWMA, audit.DriftCUSUM} {
		s := look(t, technique, Settings{"baseline": "10"}, weeks(append(steady[:10:10], steady[:5]...)...))
		if s.Refused != "" || len(s.Leads) != 0 || s.Statistics["baseline_center"] != "0.050000" {
			t.Errorf("%s of steady weeks: %+v", technique, s)
		}
		s = look(t, technique, Settings{"baseline": "10"}, weeks(worse...))
		if got := items(s); len(got) == 0 || got[0] < "week 12" || got[len(got)-1] != "week 15" {
			t.Errorf("%s: %s", technique, reason(s))
		}
		if !strings.Contains(reason(s), "above what the first 10 periods make usual") {
			t.Error(reason(s))
		}
	}
}

func TestDriftGuards(t *testing.T) {
	for _, c := range []struct {
		name string
		rows []columns
		want string
	}{
		{"fourteen weeks", weeks(5, 4, 6, 5, 5, 6, 4, 5, 5, 5, 5, 5, 5, 5), "14 of periods are too few: it takes at least 15, of which the first 10 are the measure of the rest"},
		{"never a failure before", weeks(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0), "the first 10 periods do not vary"},
	} {
		if s := look(t, audit.DriftEWMA, Settings{"baseline": "10"}, c.rows); s.Refused != c.want && !strings.HasPrefix(s.Refused, c.want) {
			t.Errorf("%s: %q", c.name, s.Refused)
		}
	}
}
