package demo

import (
	"fmt"
	"time"

	"tickmark/internal/audit"
)

const (
	zone      = "America/New_York"
	year      = 2025
	takenAt   = "2026-01-06T09:30:00-05:00" // when the evidence was handed over
	observed  = "2025-12-31T18:00:00-05:00" // when states were looked at
	runsAYear = 26
)

var period = audit.Period{From: "2025-01-01", To: "2025-12-31"}

// calendar knows the days of the year and its payroll runs.
type calendar struct {
	loc  *time.Location
	runs [runsAYear]run
}

// run is one biweekly payroll run.
type run struct {
	from, to, pay time.Time // days
	released      time.Time // instant at which its payments went to the bank
	// the same as text, ready to be written
	fromText, toText, payText, releasedText, againText string
}

func newCalendar() (calendar, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return calendar{}, fmt.Errorf("time zone of the sample organization: %w", err)
	}
	c := calendar{loc: loc}
	for n := range c.runs {
		pay := c.day(year, 1, 10).AddDate(0, 0, 14*n)
		r := run{from: pay.AddDate(0, 0, -19), to: pay.AddDate(0, 0, -6), pay: pay}
		r.released = c.at(pay.AddDate(0, 0, -2), 16, 0)
		r.fromText, r.toText, r.payText = dayText(r.from), dayText(r.to), dayText(r.pay)
		r.releasedText = instantText(r.released)
		r.againText = instantText(r.nextDay(c))
		c.runs[n] = r
	}
	return c, nil
}

// nextDay is when payments are released that could not go with the run.
func (r run) nextDay(c calendar) time.Time { return c.at(r.pay.AddDate(0, 0, -1), 11, 30) }

func (c calendar) day(y, m, d int) time.Time {
	return time.Date(y, time.Month(m), d, 0, 0, 0, 0, c.loc)
}

// at is a time of a day.
func (c calendar) at(day time.Time, hour, minute int) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, c.loc)
}

// working is a day from the first to the last given, moved to the Friday before
// when it would be on a weekend.
func (c calendar) working(d *dice, first, last time.Time) time.Time {
	days := int(last.Sub(first).Hours()/24 + 0.5)
	day := first.AddDate(0, 0, d.IntN(days+1))
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.AddDate(0, 0, -1)
	}
	return day
}

func dayText(t time.Time) string { return t.Format(time.DateOnly) }

// instantText writes an instant with its offset; the zero time is empty.
func instantText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

func dateText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return dayText(t)
}
