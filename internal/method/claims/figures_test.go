package claims

import (
	"strings"
	"testing"

	"tickmark/internal/audit"
)

func TestFigures(t *testing.T) {
	some := Known{Counts: [][2]int64{{25, 60}, {2, 25}, {23, 25}, {25, 25}}, Deviations: 2, Whole: true}
	clean := Known{Counts: [][2]int64{{2442, 2442}, {0, 2442}}, Whole: true}
	for _, c := range []struct {
		text string
		k    Known
		want string // words and why of the only claim; "" of none
	}{
		{"Two leavers: 2 of 25 were late.", some, ""},
		{"In 23 of 25 the account was disabled in time.", some, ""},
		{"25 of 25 tickets were closed in time.", some, "25 of 25: no record holds this count; they hold 25 of 60, 2 of 25, 23 of 25, 25 of 25"},
		{"All were looked at, 25 of 25 tickets were tested.", some, ""},
		{"We drew 25 of 70.", some, "25 of 70"},
		{"There were no deviations.", some, "no deviations: the records hold 2 deviations"},
		{"There were no deviations besides those listed.", some, ""},
		{"It ran without\nany exception.", some, "without any exception"},
		{"2,442 out of 2,442 payments agree, without exception.", clean, ""},
		{"2,441 of 2,442 payments agree.", clean, "no record holds this count"},
		{"1 of January and 3 of the four.", clean, ""},
		{"5 of 6 offices.", Known{Whole: true}, "they hold none"},
		{"5 of 6 offices.", Known{}, ""},
	} {
		got := Figures(c.text, c.k)
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.Contains(got[0].Words+": "+got[0].Why, c.want)) {
			t.Errorf("%q: %+v, want %q", c.text, got, c.want)
		}
	}
}

func TestPeriods(t *testing.T) {
	p := audit.Period{From: "2025-01-01", To: "2025-12-31"}
	for _, c := range []struct{ text, want string }{
		{"During the period 1 January 2025 to 31 December 2025 nothing changed.", ""},
		{"In the period from January 1, 2024 to December 31, 2024 nothing changed.", "January 1, 2024 to December 31, 2024"},
		{"The examination covers 2024-10-01 through 2025-09-30.", "2024-10-01 through 2025-09-30"},
		{"In the first half of the period, 2025-01-01 to 2025-06-30, peers approved.", ""},
		{"The lease runs from 1 May 2020 to 30 April 2030.", ""},
	} {
		got := Periods(c.text, p)
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || got[0].Words != c.want) {
			t.Errorf("%q: %+v, want %q", c.text, got, c.want)
		}
	}
}
