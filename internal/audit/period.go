package audit

import (
	"fmt"
	"time"
)

// Date is a calendar day without a time zone, written "2025-12-31".
type Date string

// Valid says why d is no calendar day, or nil.
func (d Date) Valid() error {
	if _, err := time.Parse(time.DateOnly, string(d)); err != nil {
		return fmt.Errorf("%q is not a calendar day such as 2025-12-31", string(d))
	}
	return nil
}

// Days counts the days from d to other; negative when other is earlier.
func (d Date) Days(other Date) int {
	a, _ := time.Parse(time.DateOnly, string(d))
	b, _ := time.Parse(time.DateOnly, string(other))
	return int(b.Sub(a).Hours() / 24)
}

// Add is the day n days later, or earlier when n is negative.
func (d Date) Add(n int) Date {
	t, _ := time.Parse(time.DateOnly, string(d))
	return Date(t.AddDate(0, 0, n).Format(time.DateOnly))
}

// Period is an interval of calendar days, both ends included.
type Period struct {
	From Date `json:"from" yaml:"from"`
	To   Date `json:"to" yaml:"to"`
}

// Valid says why p is not a period, or nil.
func (p Period) Valid() error {
	if err := p.From.Valid(); err != nil {
		return fmt.Errorf("period from: %w", err)
	}
	if err := p.To.Valid(); err != nil {
		return fmt.Errorf("period to: %w", err)
	}
	if p.To < p.From {
		return fmt.Errorf("period ends on %s, before it begins on %s", p.To, p.From)
	}
	return nil
}

// Days is the length of the period, both ends counted.
func (p Period) Days() int { return p.From.Days(p.To) + 1 }

// Covers reports whether all of q lies within p.
func (p Period) Covers(q Period) bool { return p.From <= q.From && q.To <= p.To }

// Instants returns the half-open interval [start, end) of instants that the
// period means in the named time zone: from 00:00 of the first day to 00:00 of
// the day after the last.
func (p Period) Instants(timezone string) (start, end time.Time, err error) {
	loc, err := time.LoadLocation(timezone)
	if err != nil {
		return start, end, fmt.Errorf("time zone %q: %w", timezone, err)
	}
	if err := p.Valid(); err != nil {
		return start, end, err
	}
	start, _ = time.ParseInLocation(time.DateOnly, string(p.From), loc)
	last, _ := time.ParseInLocation(time.DateOnly, string(p.To), loc)
	return start.UTC(), last.AddDate(0, 0, 1).UTC(), nil
}
