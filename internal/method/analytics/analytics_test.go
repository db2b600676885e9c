package analytics

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

// columns is a row without its item.
type columns = map[string]string

// look runs a technique over rows, whose items are r00000, r00001 and so on
// unless the row names one.
func look(t interface {
	Helper()
	Fatal(...any)
}, technique audit.Technique, s Settings, rows []columns,
) Seen {
	t.Helper()
	l, err := New(technique, s)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		item := fmt.Sprintf("r%05d", i)
		if r["item"] != "" {
			item = r["item"]
		}
		more, err := l.Add(Row{Item: item, Columns: r})
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			break
		}
	}
	return l.Done()
}

func items(s Seen) []string {
	var out []string
	for _, l := range s.Leads {
		out = append(out, l.Item)
	}
	return out
}

func reason(s Seen) string {
	var out []string
	for _, l := range s.Leads {
		out = append(out, l.Item+": "+l.Reason)
	}
	return strings.Join(out, "\n")
}

func TestEveryTechniqueIsBuilt(t *testing.T) {
	if diff := cmp.Diff(slices.Sorted(maps.Keys(audit.Techniques)), slices.Sorted(maps.Keys(builders))); diff != "" {
		t.Error(diff)
	}
}

// Nothing to look at is no clean bill: every technique says so.
func TestNothingIsRefused(t *testing.T) {
	for _, name := range Names() {
		s := look(t, audit.Technique(name), Settings{"timezone": "UTC", "limit": "1", "as_of": "2025-01-01"}, nil)
		if s.Refused != "there are no rows to look at" || s.Statistics != nil {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestSettingsThatCannotBeRead(t *testing.T) {
	for _, c := range []struct {
		technique audit.Technique
		settings  Settings
		want      string
	}{
		{"tarot", nil, `there is no technique "tarot"; it is one of ageing, below-limit, benford-first`},
		{audit.RobustZ, Settings{"threshold": "-1"}, `technique robust-z: parameter threshold is "-1"; expected a number above zero`},
		{audit.RobustZ, Settings{"least": "ten"}, `parameter least is "ten"; expected a whole number above zero`},
		{audit.RoundAmounts, Settings{"unit": "0", "q": "1"}, `parameter unit is "0"; expected an exact decimal number above zero; parameter q is "1"; expected a number above zero and below one`},
		{audit.BelowLimit, nil, `parameter limit is missing`},
		{audit.OffHours, Settings{"timezone": "Mars/Olympus"}, `parameter timezone is "Mars/Olympus"; expected the name of a time zone`},
		{audit.OffHours, Settings{"timezone": "UTC", "opens": "7"}, `parameter opens is "7"; expected a time of day such as 07:00`},
		{audit.Ageing, Settings{"as_of": "soon"}, `parameter as_of is "soon"; expected a date`},
	} {
		_, err := New(c.technique, c.settings)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %v: %v; want %s", c.technique, c.settings, err, c.want)
		}
	}
}

func TestRowsOfAnotherShapeAreErrors(t *testing.T) {
	settings := Settings{"timezone": "UTC", "limit": "1", "as_of": "2025-01-01"}
	for _, c := range []struct {
		technique audit.Technique
		row       columns
		want      string
	}{
		{audit.BenfordFirst, columns{}, `item "x": column value is absent`},
		{audit.BenfordFirst, columns{"value": "1e3"}, `"1e3" is not an exact decimal number`},
		{audit.RobustZ, columns{"value": "NaN"}, `"NaN" is not an exact decimal number`},
		{audit.RoundAmounts, columns{"value": "1,000"}, `"1,000" is not an exact decimal number`},
		{audit.SequenceGaps, columns{"value": "A7"}, `column value is "A7"; expected a whole number`},
		{audit.OffHours, columns{"at": "noon"}, `column at is "noon"; expected a date or an instant`},
		{audit.DriftEWMA, columns{"at": "2025-01-01", "value": "3", "n": "2"}, `3 of 2 is no rate`},
		{audit.IsolationForest, columns{"gross": "1"}, `0 measures; expected 1 to 16 columns with names that begin with x_`},
	} {
		l, err := New(c.technique, settings)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.Add(Row{"x", c.row}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want %s", c.technique, err, c.want)
		}
	}
}

func TestExactDecimals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		units, scale := rapid.Int64().Draw(t, "units"), rapid.IntRange(0, 6).Draw(t, "scale")
		s := fmt.Sprint(units)
		if scale > 0 {
			sign, digits := "", s
			if units < 0 {
				sign, digits = "-", s[1:]
			}
			digits = strings.Repeat("0", max(0, scale+1-len(digits))) + digits
			s = sign + digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
		}
		d, err := parseDecimal(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.String(); got != s && d.units.Sign() != 0 {
			t.Fatalf("%s comes back as %s", s, got)
		}
		var sum total
		sum.add(d)
		sum.add(decimal{d.at(scale + 2), scale + 2}) // the same number, written longer
		twice, _ := parseDecimal("2")
		if sum.sum.compare(d.times(twice)) != 0 {
			t.Fatalf("%s twice is %s", s, sum.String())
		}
	})
}

// Whatever the rows, the same rows give the same answer.
func TestSameRowsSameAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		technique := audit.Technique(rapid.SampledFrom(Names()).Draw(t, "technique"))
		n := rapid.IntRange(0, 400).Draw(t, "rows")
		r := Random{uint64(rapid.IntRange(1, 1000).Draw(t, "seed"))}
		var rows []columns
		for i := range n {
			at := fmt.Sprintf("2025-%02d-%02d 1%d:00:00", 1+r.below(12), 1+r.below(28), r.below(10))
			rows = append(rows, columns{
				"value": fmt.Sprint(1 + r.below(40)), "n": "40", "grp": fmt.Sprint("g", i%3), "text": fmt.Sprint("text ", r.below(9)), "at": at,
				"x_a": fmt.Sprint(r.below(99)), "x_b": fmt.Sprint(r.below(9)),
			})
		}
		settings := Settings{"timezone": "Europe/Berlin", "limit": "30", "as_of": "2025-12-31"}
		if diff := cmp.Diff(look(t, technique, settings, rows), look(t, technique, settings, rows)); diff != "" {
			t.Fatal(diff)
		}
	})
}
