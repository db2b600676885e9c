package analytics

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

func TestLevenshtein(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"kitten", "sitting", 3}, {"saturday", "sunday", 3}, {"rosettacode", "raisethysword", 8}, {"", "abc", 3}, {"flaw", "lawn", 2},
		{"intention", "execution", 5}, {"gumbo", "gambol", 2}, {"Größe", "Grösse", 2}, {"same", "same", 0},
	} {
		if got, back := Levenshtein(c.a, c.b), Levenshtein(c.b, c.a); got != c.want || back != c.want {
			t.Errorf("%s, %s: %d and %d, want %d", c.a, c.b, got, back, c.want)
		}
	}
}

func TestLevenshteinIsADistance(t *testing.T) {
	word := rapid.StringOfN(rapid.RuneFrom([]rune("abü")), 0, 8, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := word.Draw(t, "a"), word.Draw(t, "b"), word.Draw(t, "c")
		if (Levenshtein(a, b) == 0) != (a == b) || Levenshtein(a, c) > Levenshtein(a, b)+Levenshtein(b, c) {
			t.Fatal(a, b, c)
		}
	})
}

func TestSimilarity(t *testing.T) {
	for _, c := range []struct {
		a, b, want string
	}{{"INV-00417", "INV 00417", "0.889"}, {"INV-004171", "INV 004171", "0.900"}, {"ACME  Ltd", "acme ltd", "1.000"}, {"", "", "1.000"}, {"a", "", "0.000"}} {
		if got := digits(Similarity(c.a, c.b), 3); got != c.want {
			t.Errorf("%q, %q: %s", c.a, c.b, got)
		}
	}
}

func invoice(item, number, value, at string) columns {
	return columns{"item": item, "grp": "V-1", "text": number, "value": value, "at": at}
}

func TestDuplicates(t *testing.T) {
	rows := []columns{
		invoice("a", "INV-004171", "120.00", "2025-03-01"),
		invoice("b", "INV 004171", "120.0", "2025-03-04"),                                      // like a, three days on
		invoice("c", "INV-004172", "120.00", "2025-03-08"),                                     // like b, four days on
		invoice("d", "INV-009999", "120.01", "2025-03-01"),                                     // another amount
		invoice("e", "INV-005000", "77.00", "2025-04-01"),                                      // taken back by f, so that g stands alone
		invoice("f", "INV-005000", "-77.00", "2025-04-02"),                                     //
		invoice("g", "INV-005000", "77.00", "2025-04-03"),                                      //
		invoice("h", "INV-006000", "5.00", "2025-05-01"),                                       //
		invoice("i", "INV-006000", "5.00", "2025-05-01"),                                       // equal to h
		{"item": "j", "grp": "V-2", "text": "INV-006000", "value": "5.00", "at": "2025-05-01"}, // another vendor
	}
	fuzzy := look(t, audit.DuplicatesFuzzy, nil, rows)
	if diff := cmp.Diff([]string{"b", "i"}, items(fuzzy)); diff != "" {
		t.Errorf("%s\n%s", diff, reason(fuzzy))
	}
	if want := `b: repeats a: the same amount 120 and "INV 004171" is like "INV-004171" (90.00 %), 3 days apart`; !strings.Contains(reason(fuzzy), want) {
		t.Error(reason(fuzzy))
	}
	if diff := cmp.Diff([]string{"i"}, items(look(t, audit.DuplicatesExact, nil, rows))); diff != "" {
		t.Error(diff)
	}
	if got := fuzzy.Statistics["reversals_left_out"]; got != "2" {
		t.Error(got)
	}
}

// A fee that everybody pays every day is no repetition: comparing all of it is refused.
func TestRecurringAmountsAreRefused(t *testing.T) {
	l := &repeats{days: 3, least: 0.9, budget: 1000}
	for i := range 200 {
		if err := l.add(Row{fmt.Sprint(i), invoice("", fmt.Sprint("text ", i), "9.99", "2025-01-01")}); err != nil {
			t.Fatal(err)
		}
	}
	if s := l.fuzzy(); !strings.HasPrefix(s.Refused, "more than 1,000 pairs of rows of one amount within 3 days: these are recurring amounts") {
		t.Error(s.Refused)
	}
}

func TestSequence(t *testing.T) {
	var rows []columns
	for _, n := range []int{1, 2, 3, 5, 6, 6, 7, 8, 12, 13, 14, 15} {
		rows = append(rows, columns{"grp": "INV", "value": fmt.Sprint(n)})
	}
	s := look(t, audit.SequenceGaps, nil, rows)
	want := "missing 4 of INV: number 4 of INV is missing, between r00002 and r00003\n" +
		"missing 9 to 11 of INV: numbers 9 to 11 of INV are missing, between r00007 and r00008\n" +
		"r00005: number 6 of INV was used before, by r00004"
	if diff := cmp.Diff(want, reason(s)); diff != "" || s.Statistics["missing"] != "4" || s.Statistics["repeated"] != "1" {
		t.Errorf("%s %v", diff, s.Statistics)
	}
}

func TestSequenceGuards(t *testing.T) {
	series := func(numbers ...int) (rows []columns) {
		for _, n := range numbers {
			rows = append(rows, columns{"value": fmt.Sprint(n)})
		}
		return rows
	}
	for _, c := range []struct {
		name string
		rows []columns
		want string
	}{
		{"too few", series(1, 2, 3), "3 of numbers are too few: it takes at least 10"},
		{"no sequence", series(1, 100, 200, 300, 400, 500, 600, 700, 800, 900), "are not given out one after another"},
		{"restarted", series(1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6), "the series was restarted"},
	} {
		if s := look(t, audit.SequenceGaps, nil, c.rows); !strings.Contains(s.Refused, c.want) {
			t.Errorf("%s: %q", c.name, s.Refused)
		}
	}
}

// What is taken out of the middle of a sequence is missing, and nothing else.
func TestSequenceFindsWhatWasTakenOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(30, 200).Draw(t, "n")
		out := rapid.SliceOfNDistinct(rapid.IntRange(2, n-1), 0, 10, func(x int) int { return x }).Draw(t, "out")
		var rows []columns
		for i := 1; i <= n; i++ {
			if !slices.Contains(out, i) {
				rows = append(rows, columns{"value": fmt.Sprint(i)})
			}
		}
		s := look(t, audit.SequenceGaps, nil, rows)
		if s.Refused != "" || s.Statistics["missing"] != fmt.Sprint(len(out)) || s.Statistics["repeated"] != "0" {
			t.Fatalf("%v: %s %v", out, s.Refused, s.Statistics)
		}
	})
}

func TestRoundAmounts(t *testing.T) {
	var rows []columns
	for i := range 400 {
		value := fmt.Sprintf("%d.%02d", 100+i, i%97)
		if i%50 == 0 {
			value = "2000.00"
		}
		rows = append(rows, columns{"grp": fmt.Sprint("clerk ", i%4), "value": value})
	}
	for range 30 { // one clerk's amounts are round
		rows = append(rows, columns{"grp": "clerk 9", "value": "-3000"})
	}
	s := look(t, audit.RoundAmounts, nil, rows)
	if diff := cmp.Diff([]string{"clerk 9"}, items(s)); diff != "" || s.Statistics["round"] != "38" || s.Statistics["base_rate"] != text(38.0/430) {
		t.Errorf("%s %v", diff, s.Statistics)
	}
	if want := "clerk 9: 30 of 30 amounts of clerk 9 are multiples of 1000 (100.00 %), where 8.84 % is usual (p below 0.0001)"; reason(s) != want {
		t.Error(reason(s))
	}
	if s := look(t, audit.RoundAmounts, nil, rows[:299]); s.Refused != "299 of amounts are too few: it takes at least 300" {
		t.Error(s.Refused)
	}
}

func TestBelowLimit(t *testing.T) {
	amounts := func(lower, below, above int) (rows []columns) {
		for i := range lower {
			rows = append(rows, columns{"value": fmt.Sprint(9000 + i)})
		}
		for i := range below {
			rows = append(rows, columns{"value": fmt.Sprintf("%d.99", 9999-i)})
		}
		for i := range above {
			rows = append(rows, columns{"value": fmt.Sprint(10000 + i)})
		}
		return rows
	}
	for _, c := range []struct {
		name                string
		lower, below, above int
		leads               int
		refused             string
	}{
		{"as many everywhere", 20, 20, 20, 0, ""},
		{"crowded below the limit", 10, 40, 5, 40, ""},
		{"the amounts end before the limit", 13, 15, 0, 0, ""},
		{"too few near the limit", 6, 7, 6, 0, "fewer than 20 amounts lie between 90 and 105 % of the limit 10000"},
	} {
		s := look(t, audit.BelowLimit, Settings{"limit": "10000"}, amounts(c.lower, c.below, c.above))
		if len(s.Leads) != c.leads || !strings.HasPrefix(s.Refused, c.refused) || (c.refused == "") != (s.Refused == "") {
			t.Errorf("%s: %d leads, refused %q", c.name, len(s.Leads), s.Refused)
		}
	}
	// The edges: 0.90 L and 0.95 L begin a range, L itself is no longer below it.
	s := look(t, audit.BelowLimit, Settings{"limit": "100", "least": "1"}, []columns{{"value": "89.99"}, {"value": "90"}, {"value": "95.00"}, {"value": "99.99"}, {"value": "100.00"}, {"value": "105"}})
	got := s.Statistics["from_90_to_95_percent"] + " " + s.Statistics["from_95_to_100_percent"] + " " + s.Statistics["from_100_to_105_percent"]
	if got != "1 2 1" {
		t.Error(got)
	}
}

func TestOffHours(t *testing.T) {
	rows := slices.Repeat([]columns{{"at": "2025-06-04 15:00:00"}}, 60) // a Wednesday morning in New York
	for item, r := range map[string]columns{
		"night":    {"at": "2025-06-05 03:30:00"},                     // 23:30 of the day before
		"saturday": {"at": "2025-06-07 14:00:00.5"},                   //
		"edge":     {"at": "2025-06-05 00:00:00"},                     // 20:00 exactly, when it closes
		"open":     {"at": "2025-06-05 11:00:00"},                     // 07:00 exactly, when it opens
		"holiday":  {"at": "2025-07-04 15:00:00", "holiday": "true"},  //
		"working":  {"at": "2025-07-03 15:00:00", "holiday": "false"}, //
		"friday":   {"at": "2025-06-07 01:00:00"},                     // Saturday in UTC, Friday 21:00 in New York
		"winter":   {"at": "2025-12-03 11:30:00"},                     // 06:30: the clocks have changed
		"date":     {"at": "2025-06-08"},                              // a Sunday
	} {
		rows = append(rows, columns{"item": item, "at": r["at"], "holiday": r["holiday"]})
	}
	s := look(t, audit.OffHours, Settings{"timezone": "America/New_York"}, rows)
	want := `date: on a weekend, Sunday 2025-06-08
edge: at 20:00, outside 07:00 to 20:00, on Wednesday 2025-06-04
friday: at 21:00, outside 07:00 to 20:00, on Friday 2025-06-06
holiday: on a holiday, Friday 2025-07-04
night: at 23:30, outside 07:00 to 20:00, on Wednesday 2025-06-04
saturday: on a weekend, Saturday 2025-06-07
winter: at 06:30, outside 07:00 to 20:00, on Wednesday 2025-12-03`
	if diff := cmp.Diff(want, reason(s)); diff != "" || s.Statistics["outside_hours"] != "4" || s.Statistics["on_days_off"] != "3" {
		t.Errorf("%s %v", diff, s.Statistics)
	}
}

func TestOffHoursGuards(t *testing.T) {
	few := slices.Repeat([]columns{{"at": "2025-06-04 15:00:00"}}, 49)
	if s := look(t, audit.OffHours, Settings{"timezone": "UTC"}, few); s.Refused != "49 of events are too few: it takes at least 50" {
		t.Error(s.Refused)
	}
	batch := append(few, slices.Repeat([]columns{{"at": "2025-06-04 02:00:00"}}, 20)...)
	if s := look(t, audit.OffHours, Settings{"timezone": "UTC"}, batch); !strings.Contains(s.Refused, "20 of 69 events are outside working hours (28.99 %): that is ordinary here") {
		t.Error(s.Refused)
	}
}

func TestAgeing(t *testing.T) {
	var rows []columns
	for _, at := range []string{"2025-12-31", "2025-12-01", "2025-11-30", "2025-11-01", "2025-10-31", "2025-10-02", "2025-10-01", "2024-02-29", "2026-01-01"} {
		rows = append(rows, columns{"item": at, "at": at, "value": "-0.10"})
	}
	s := look(t, audit.Ageing, Settings{"as_of": "2025-12-31"}, rows)
	for name, want := range map[string]string{
		"items_0_to_30": "2", "items_31_to_60": "2", "items_61_to_90": "2", "items_over_90": "2", "after_as_of": "1", "sum_over_90": "-0.20", "items": "9",
	} {
		if got := s.Statistics[name]; got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if want := "2024-02-29: open since 2024-02-29: 671 days\n2025-10-01: open since 2025-10-01: 91 days"; reason(s) != want {
		t.Error(reason(s))
	}
}
