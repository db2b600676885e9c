package sampling

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSize(t *testing.T) {
	for _, c := range []struct {
		name, frequency string
		table           Table
		count           int64
		risk            Risk
		want            int64
		row, says       string
	}{
		{"annual", "annual", Defaults(), 1, High, 1, "annual", "all are tested"},
		{"annual, not in the window", "annual", Defaults(), 0, High, 0, "", "may not fall in the period"},
		{"nothing happened", "event-driven", Defaults(), 0, Low, 0, "", "show that the population is empty"},
		{"semiannual, low risk", "semiannual", Defaults(), 2, Low, 1, "semiannual", "low end"},
		{"semiannual", "semiannual", Defaults(), 2, High, 2, "semiannual", "all are tested"},
		{"quarterly", "quarterly", Defaults(), 4, Low, 2, "quarterly", "not a statistical sample"},
		{"monthly, low", "monthly", Defaults(), 12, Low, 2, "monthly", "not a statistical sample"},
		{"monthly, moderate", "monthly", Defaults(), 12, Moderate, 4, "monthly", "middle"},
		{"monthly, high", "monthly", Defaults(), 12, High, 5, "monthly", "high end"},
		{"monthly in three months", "monthly", Defaults(), 3, Low, 2, "monthly", "the confidence that is wanted is not"},
		{"monthly in three months, high", "monthly", Defaults(), 3, High, 3, "monthly", "all are tested"},
		{"weekly", "weekly", Defaults(), 52, Low, 5, "weekly", "judgment"},
		{"weekly, high", "weekly", Defaults(), 52, High, 15, "weekly", "judgment"},
		{"daily", "daily", Defaults(), 250, Low, 20, "daily", "not a statistical sample"},
		{"daily, every day of the year", "daily", Defaults(), 365, High, 40, "daily", "firm's policy"},
		{"many times a day", "many-times-a-day", Defaults(), 90_000, High, 60, "many-times-a-day", "firm's policy"},
		{"monthly, in each of 40 branches", "monthly", Defaults(), 480, High, 60, "many-times-a-day", "are more than monthly means"},
		{"event-driven, few", "event-driven", Defaults(), 4, Low, 4, "", "all are tested"},
		{"event-driven, five", "event-driven", Defaults(), 5, Low, 2, "quarterly", "nearest to quarterly"},
		{"event-driven, 24: below the mean of 12 and 52", "event-driven", Defaults(), 24, High, 5, "monthly", "nearest to monthly"},
		{"event-driven, 25", "event-driven", Defaults(), 25, High, 15, "weekly", "nearest to weekly"},
		{"event-driven, 250", "event-driven", Defaults(), 250, High, 40, "daily", "nearest to daily"},
		{"event-driven, 251", "event-driven", Defaults(), 251, High, 60, "many-times-a-day", "nearest to many-times-a-day"},
		{"each payroll", "per-payroll", Defaults(), 26, High, 15, "weekly", "no row for per-payroll"},
		{"automated", "automated", Defaults(), 3, High, 3, "", "IT general controls"},
		{"automated, no scenario", "automated", Defaults(), 0, Low, 0, "", "list what the control is to do"},
		{"published: monthly", "monthly", Published(), 12, High, 3, "monthly", "row monthly: 3"},
		{"published: weekly", "weekly", Published(), 52, Low, 5, "weekly", "row weekly: 5"},
		{"published: daily", "daily", Published(), 250, High, 25, "daily", "row daily: 25"},
		{"published: many", "many-times-a-day", Published(), 1000, Low, 25, "many-times-a-day", "row many"},
		{"published: quarterly", "quarterly", Published(), 4, Low, 2, "quarterly", "row quarterly: 2"},
		{"published: semiannual has no row", "semiannual", Published(), 2, Low, 2, "quarterly", "no row for semiannual"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := c.table.Size(c.frequency, c.count, c.risk)
			if err != nil {
				t.Fatal(err)
			}
			if s.N != c.want || s.Row != c.row || !strings.Contains(strings.Join(s.Why, "\n"), c.says) {
				t.Errorf("%d by row %q, want %d by %q saying %q:\n%q", s.N, s.Row, c.want, c.row, c.says, s.Why)
			}
			if !s.Judgmental || s.Occurrences != (c.count > 0) || s.Table != c.table.Name {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestSizeNeverExceedsThePopulation(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		table := rapid.SampledFrom([]Table{Defaults(), Published()}).Draw(rt, "table")
		count := rapid.Int64Range(0, 1000).Draw(rt, "count")
		frequency := rapid.SampledFrom(frequencies).Draw(rt, "frequency")
		before := int64(0)
		for _, risk := range []Risk{Low, Moderate, High} {
			s, err := table.Size(frequency, count, risk)
			if err != nil {
				rt.Fatal(err)
			}
			if s.N > count || s.N < before || s.N == 0 != (count == 0) || len(s.Why) == 0 {
				rt.Fatalf("%s: %+v after %d", risk, s, before)
			}
			before = s.N
		}
	})
}

func TestAFirmChangesItsTable(t *testing.T) {
	own := Defaults()
	own.Rows[3].High = 12
	own.Rows = append(own.Rows, Row{"every-trade", 1_000_000, 80, 120})
	if s, err := own.Size("every-trade", 1_500_000, High); err != nil || s.N != 120 {
		t.Errorf("%+v, %v", s, err)
	}
	if s, err := own.Size("monthly", 12, High); err != nil || s.N != 12 {
		t.Errorf("%+v, %v", s, err)
	}
	if got := Defaults().Rows[3].High; got != 5 {
		t.Errorf("the shipped table changed with it: %d", got)
	}
}

func TestTablesAndRequestsThatAreRefused(t *testing.T) {
	for _, c := range []struct {
		name, want, frequency string
		count                 int64
		risk                  Risk
		change                func(*Table)
	}{
		{"continuous", "say which", "continuous", 5, Low, nil},
		{"unknown frequency", "is not known", "fortnightly", 5, Low, nil},
		{"unknown risk", "risk", "monthly", 5, "medium", nil},
		{"negative", "count them again", "monthly", -1, Low, nil},
		{"no row", "at least one row", "monthly", 5, Low, func(t *Table) { t.Rows = nil }},
		{"two rows of one frequency", "one of its own", "monthly", 5, Low, func(t *Table) { t.Rows[1].Frequency = "annual" }},
		{"a row for events", "one of its own", "monthly", 5, Low, func(t *Table) { t.Rows[1].Frequency = EventDriven }},
		{"order", "in the order", "monthly", 5, Low, func(t *Table) { t.Rows[1].PerYear = 1 }},
		{"high below low", "not below it", "monthly", 5, Low, func(t *Table) { t.Rows[3].High = 1 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			table := Defaults()
			if c.change != nil {
				c.change(&table)
			}
			if _, err := table.Size(c.frequency, c.count, c.risk); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
