package pipeline

import (
	"fmt"
	"time"

	"github.com/adhocore/gronx"

	"tickmark/internal/audit"
)

// Days are the days of a window on which a connection's schedule calls, in its
// time zone, with the first instant of each: those after a moment, and not after
// now.
func Days(c audit.Connection, window audit.Period, after, now time.Time) (days []audit.Date, first []time.Time, err error) {
	if c.Schedule == "" {
		return nil, nil, nil
	}
	from, err := time.Parse(time.DateOnly, string(window.From))
	if err != nil {
		return nil, nil, fmt.Errorf("the window of the schedule of %s: %w", c.Code, err)
	}
	at, err := located(c, from)
	if err != nil {
		return nil, nil, err
	}
	at = time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, at.Location())
	if at.Before(after) {
		at = after.In(at.Location())
	}
	for at, err = gronx.NextTickAfter(c.Schedule, at, true); err == nil && !at.After(now); at, err = gronx.NextTickAfter(c.Schedule, at, true) {
		day := audit.Date(at.Format(time.DateOnly))
		if day > window.To {
			return days, first, nil
		}
		days, first = append(days, day), append(first, at.UTC())
		at = time.Date(at.Year(), at.Month(), at.Day()+1, 0, 0, 0, 0, at.Location())
	}
	if err != nil {
		return nil, nil, fmt.Errorf("connection %s: schedule %q: %w", c.Code, c.Schedule, err)
	}
	return days, first, nil
}
