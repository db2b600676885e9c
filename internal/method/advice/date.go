package advice

import (
	"time"

	"tickmark/internal/audit"
)

// addMonths is the same day n months later, or the last day of that month when
// it is shorter: a month after January 31 is the last of February.
func addMonths(d audit.Date, n int) audit.Date {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return d
	}
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return audit.Date(first.AddDate(0, 0, min(t.Day(), last)-1).Format(time.DateOnly))
}

// firstOfMonth is d, or the first of the next month when d is not a first.
func firstOfMonth(d audit.Date) audit.Date {
	if len(d) == 10 && d[8:] == "01" {
		return d
	}
	return addMonths(d[:8]+"01", 1)
}

// period is n whole months from a day: from 1 October, twelve of them end on
// 30 September.
func period(from audit.Date, months int) audit.Period {
	return audit.Period{From: from, To: addMonths(from, months).Add(-1)}
}

// yearEnd is the last day of the named month, on or after a day.
func yearEnd(month string, notBefore audit.Date) (audit.Date, bool) {
	for m, c := range monthChoices {
		if c.ID != month {
			continue
		}
		t, err := time.Parse(time.DateOnly, string(notBefore))
		if err != nil {
			return "", false
		}
		for year := t.Year(); ; year++ {
			last := time.Date(year, time.Month(m+2), 0, 0, 0, 0, 0, time.UTC)
			if end := audit.Date(last.Format(time.DateOnly)); end >= notBefore {
				return end, true
			}
		}
	}
	return "", false
}

// overlap counts the days that two periods share.
func overlap(a, b audit.Period) int {
	from, to := max(a.From, b.From), min(a.To, b.To)
	if to < from {
		return 0
	}
	return from.Days(to) + 1
}

// overThreeMonths reports whether the days after one day, up to another, are
// more than three months: what custom lets a bridge letter span.
func overThreeMonths(after, to audit.Date) bool { return period(after.Add(1), 3).To < to }
