package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
)

// financeDice is the first of the dice that finance throws, one for each
// subject, so that no subject hangs on how often another threw.
const financeDice = 1 << 40

// wideFinance gives other people's books: claims, loans, funds, prices, ledgers.
func (g *wide) wideFinance() {
	for n, subject := range []func(*dice){
		g.claims, g.loans, g.funds, g.prices, g.books, g.charges, g.revenue, g.settlements, g.quality,
	} {
		subject(newDice().of(g.Seed, diceWide, financeDice+n))
	}
	for _, c := range financeControls {
		g.control(c)
	}
}

// team are the ids of those of a department who were there all year.
func (g *wide) team(department string) []string {
	var ids []string
	for _, p := range g.staff {
		if p.department == department && p.stable {
			ids = append(ids, p.id)
		}
	}
	return ids
}

// pair draws two different people.
func pair(d *dice, ids []string) (string, string) {
	n := d.IntN(len(ids))
	return ids[n], ids[(n+1+d.IntN(len(ids)-1))%len(ids)]
}

// date is a day of the year of the sample.
func (g *wide) date(month, day int) time.Time { return g.calendar.day(year, month, day) }

// moment is a time of a day, as text in UTC.
func (g *wide) moment(day time.Time, hour, minute int) string {
	return g.calendar.at(day, hour, minute).UTC().Format(time.RFC3339)
}

// opens reports whether a day is neither of a weekend nor a holiday; all
// calendars of Meridian have the same holidays.
func (g *wide) opens(day time.Time) bool {
	if day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		return false
	}
	return !slices.ContainsFunc(g.rows["holidays"], func(row audit.Values) bool { return row["day"] == dayText(day) })
}

// later is the nth open day after a day.
func (g *wide) later(day time.Time, n int) time.Time {
	for n > 0 {
		day = day.AddDate(0, 0, 1)
		if g.opens(day) {
			n--
		}
	}
	return day
}

// openDay is a day, or the next open one.
func (g *wide) openDay(day time.Time) time.Time { return g.later(day.AddDate(0, 0, -1), 1) }

// fundUnits is a number of units of a fund, with six decimals.
type fundUnits int64

func (n fundUnits) String() string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%06d", sign, n/1_000_000, n%1_000_000)
}

// times is what a number of units costs at a price, to the cent.
func (n fundUnits) times(price tenThousandths) cents {
	return cents(rounded(int64(n)*int64(price), 100_000_000))
}

// quality gives the checks of the quality of personal data.
func (g *wide) quality(d *dice) {
	g.from("data_quality_checks", "Data quality service", "Every run of every rule from 2025-01-01 to 2025-12-31, failed runs included")
	rules := []string{
		"employees|home address is deliverable", "employees|social security number has a valid form",
		"plan members|date of birth is present", "fund holders|tax residence confirmed within three years",
	}
	over, empty := d.between(1, 5), d.between(6, 10)
	for month := range 12 {
		for n, text := range rules {
			dataset, rule, _ := strings.Cut(text, "|")
			code := id("DQ-", int64(month*len(rules)+n+1), 4)
			records := 900 + 400*n + 11*month
			failed := d.IntN(records / 130)
			switch {
			case n == 0 && month == over:
				failed = records*17/1000 + 1
				g.plant("data-quality-tolerance", code, "%d of %d home addresses were undeliverable and the load was released", failed, records)
			case n == 2 && month == empty:
				records, failed = 0, 0
				g.plant("data-quality-tolerance", code, "the rule ran over an empty table and looked at no member")
			}
			g.row("data_quality_checks", audit.Values{
				"check_id": code, "dataset": dataset, "rule": rule, "run_at": g.moment(g.date(month+1, 2), 5, 10+n),
				"records": fmt.Sprint(records), "failed": fmt.Sprint(failed),
			})
		}
	}
}
