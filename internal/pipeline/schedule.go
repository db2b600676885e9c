package pipeline

import (
	"fmt"
	"hash/fnv"
	"time"

	"github.com/adhocore/gronx"

	"tickmark/internal/audit"
)

// Slot is the last instant, not after now, at which a connection's schedule
// calls for a collection; zero when it has none.
func Slot(c audit.Connection, now time.Time) (time.Time, error) {
	if c.Schedule == "" {
		return time.Time{}, nil
	}
	local, err := located(c, now)
	if err != nil {
		return time.Time{}, err
	}
	at, err := gronx.PrevTickBefore(c.Schedule, local, true)
	if err != nil {
		return time.Time{}, fmt.Errorf("connection %s: schedule %q: %w", c.Code, c.Schedule, err)
	}
	return at.UTC(), nil
}

// Next is the first instant after now at which a schedule calls.
func Next(c audit.Connection, now time.Time) (time.Time, error) {
	local, err := located(c, now)
	if err != nil || c.Schedule == "" {
		return time.Time{}, err
	}
	at, err := gronx.NextTickAfter(c.Schedule, local, false)
	return at.UTC(), err
}

func located(c audit.Connection, now time.Time) (time.Time, error) {
	zone := c.Timezone
	if zone == "" {
		zone = "UTC"
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return now, fmt.Errorf("connection %s: time zone %q: %w", c.Code, zone, err)
	}
	return now.In(loc), nil
}

// step is how far apart a schedule's instants lie at now.
func step(c audit.Connection, now time.Time) (time.Duration, error) {
	first, err := Next(c, now)
	if err != nil {
		return 0, err
	}
	second, err := Next(c, first)
	return second.Sub(first), err
}

// Jitter is how long after its slot a collection begins, so that a thousand
// organizations do not ask one provider in the same second: always the same for
// one connection, at most a tenth of the schedule's step and ten minutes.
func Jitter(org audit.ID, c audit.Connection, now time.Time) (time.Duration, error) {
	every, err := step(c, now)
	if err != nil {
		return 0, err
	}
	most := min(every/10, 10*time.Minute) / time.Second
	if most < 1 {
		return 0, nil
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(string(org) + "\x00" + c.Code)) // writing to a hash cannot fail
	return time.Duration(h.Sum64()%uint64(most)) * time.Second, nil
}

// Silence is how long a connection may give nothing complete before it is
// called silent; zero when nobody expects anything of it.
func Silence(c audit.Connection, now time.Time) (time.Duration, error) {
	if c.Silence > 0 {
		return time.Duration(c.Silence) * time.Hour, nil
	}
	if c.Schedule == "" {
		return 0, nil
	}
	every, err := step(c, now)
	return 2 * every, err
}

// Quiet is a connection that has been silent for longer than it may.
type Quiet struct {
	Connection string `json:"connection"`
	Since      string `json:"since"` // the last complete collection; "" when there was none
	Hours      int64  `json:"allowed_hours"`
}

// Silent reports whether a connection has been silent too long, given its
// collections in the order of their start and the instant it was described.
func Silent(c audit.Connection, runs []audit.Collection, described, now time.Time) (Quiet, bool, error) {
	allowed, err := Silence(c, now)
	if err != nil || allowed == 0 || c.Paused {
		return Quiet{}, false, err
	}
	q := Quiet{Connection: c.Code, Hours: int64(allowed / time.Hour)}
	last := described
	for _, run := range runs {
		if !run.Complete {
			continue
		}
		at, err := time.Parse(time.RFC3339, run.Ended)
		if err != nil {
			return q, false, fmt.Errorf("collection %s ended %q: %w", run.ID, run.Ended, err)
		}
		q.Since, last = run.Ended, at
	}
	return q, now.Sub(last) > allowed, nil
}

// Pieces cuts a window into days, weeks or months, for filling in what was
// never collected without asking for a year at once.
func Pieces(window audit.Period, step string) ([]audit.Period, error) {
	if step == "" {
		return []audit.Period{window}, window.Valid()
	}
	if err := window.Valid(); err != nil {
		return nil, err
	}
	var out []audit.Period
	for from := window.From; from <= window.To; {
		to, err := lastOf(from, step)
		if err != nil {
			return nil, err
		}
		out = append(out, audit.Period{From: from, To: min(to, window.To)})
		from = to.Add(1)
	}
	return out, nil
}

func lastOf(d audit.Date, step string) (audit.Date, error) {
	switch step {
	case "day":
		return d, nil
	case "week":
		return d.Add(6), nil
	case "month":
		t, err := time.Parse(time.DateOnly, string(d))
		return audit.Date(time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)), err
	}
	return d, fmt.Errorf("step %q is none of day, week, month", step)
}
