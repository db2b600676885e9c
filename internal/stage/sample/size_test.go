package sample

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
	"tickmark/internal/method/sampling"
)

func TestSizes(t *testing.T) {
	own, err := TableOf(audit.Firm{Name: "Birch LLP", Sizes: []audit.SizeRow{{Frequency: "daily", Low: 30, High: 30}, {Frequency: "monthly", Low: 4, High: 4}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name       string
		ask        Ask
		size       int64
		judgmental bool
		basis      string
	}{
		{"by Tickmark's table", Ask{Frequency: "daily", Count: 250, Risk: sampling.Low, Table: sampling.Defaults()}, 20, true, "table tickmark-defaults, daily at low risk: row daily: 20 to 40"},
		{"by the firm's table", Ask{Frequency: "daily", Count: 250, Risk: sampling.Low, Table: own}, 30, true, "table of Birch LLP, daily at low risk"},
		{"by statistics", Ask{Count: 5000, Confidence: 9000, Tolerable: 1000}, 22, false, "attribute statistics: 90% confidence, 10% tolerable rate, 0 deviations expected: 22 items"},
		{"with a deviation expected", Ask{Count: 5000, Confidence: 9500, Tolerable: 500, Expected: 1}, 93, false, "95% confidence, 5% tolerable rate, 1 deviation expected"},
		{"of a small population", Ask{Count: 12, Confidence: 9000, Tolerable: 1000}, 12, false, "22 items"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := SizeOf(c.ask)
			if err != nil || got.Size != c.size || got.Judgmental != c.judgmental || !strings.Contains(got.Basis, c.basis) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

// The limits of 25 items of 250 at 90%, from published tables.
func TestASizeShowsItsLimits(t *testing.T) {
	got, err := SizeOf(Ask{Frequency: "daily", Count: 250, Risk: sampling.High, Table: sampling.Published()})
	if err != nil {
		t.Fatal(err)
	}
	want := []Limit{{0, 87989, 20}, {1, 146866, 0}, {2, 199135, 0}}
	for i, l := range got.Limits {
		if l.Deviations != want[i].Deviations || (l.Rate+500)/1000 != (want[i].Rate+500)/1000 || i == 0 && l.Items != 20 {
			t.Errorf("%+v, want %+v", l, want[i])
		}
	}
	if len(got.Limits) != 3 {
		t.Error(got.Limits)
	}
}

func TestAFirmsTableThatCannotServe(t *testing.T) {
	for want, rows := range map[string][]audit.SizeRow{
		`a row for "hourly", which is no frequency`: {{Frequency: "hourly", Low: 1, High: 2}},
		"sizes 3 to 2": {{Frequency: "daily", Low: 3, High: 2}},
	} {
		if _, err := TableOf(audit.Firm{Name: "Birch LLP", Sizes: rows}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestPoints(t *testing.T) {
	for text, want := range map[string]int64{"90": 9000, "95%": 9500, "7.5": 750, "0.25": 25, "100": 10000} {
		if got, err := Points(text); err != nil || got != want {
			t.Errorf("%s: %d, %v", text, got, err)
		}
		if n, _ := Points(text); Percent(n) != strings.TrimSuffix(text, "%")+"%" {
			t.Errorf("%s is written %s", text, Percent(n))
		}
	}
	for _, text := range []string{"", "ninety", "7.505", "-1", "101", ".5", "1.x"} {
		if got, err := Points(text); err == nil {
			t.Errorf("%q: %d", text, got)
		}
	}
	if diff := cmp.Diff("7.25%", Percent(725)); diff != "" {
		t.Error(diff)
	}
}
