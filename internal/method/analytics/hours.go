package analytics

import (
	"fmt"
	"time"

	"tickmark/internal/audit"
)

// hours finds what was done outside working hours, in local time.
type hours struct {
	place         *time.Location
	opens, closes string // "07:00"
	ordinary      float64
	n             int64
	nights, days  int64 // outside the hours of a working day; on a day off
	leads         []audit.Lead
}

func newHours(s settings) (func(Row) error, func() Seen) {
	h := &hours{opens: s.clock("opens", "07:00"), closes: s.clock("closes", "20:00"), ordinary: s.fraction("ordinary", 0.25)}
	place, err := time.LoadLocation(s.given["timezone"])
	if err != nil {
		s.fault("timezone", "the name of a time zone")
	}
	h.place = place
	return h.add, h.done
}

// clock reads a time of day such as 07:00, or takes the default.
func (s settings) clock(name, otherwise string) string {
	text, ok := s.given[name]
	if !ok {
		return otherwise
	}
	if _, err := time.Parse("15:04", text); err != nil || len(text) != 5 {
		s.fault(name, "a time of day such as 07:00")
	}
	return text
}

func (h *hours) add(r Row) error {
	at, err := r.need("at")
	if err != nil {
		return err
	}
	why, err := h.off(at, r.Columns["holiday"])
	if err != nil {
		return err
	}
	h.n++
	if why == "" {
		return nil
	}
	if len(h.leads) <= maxLeads { // one more than anybody could look at is enough to refuse
		h.leads = append(h.leads, audit.Lead{Item: r.Item, Reason: why, Score: "1", Columns: without(r.Columns, "holiday")})
	}
	return nil
}

func without(columns map[string]string, name string) map[string]string {
	out := map[string]string{}
	for k, v := range columns {
		if k != name {
			out[k] = v
		}
	}
	return out
}

// off says why an instant is outside working hours, or "". A date without a
// time has no hour. A holiday is named, or true.
func (h *hours) off(at, holiday string) (string, error) {
	local, timed, err := h.local(at)
	if err != nil {
		return "", err
	}
	day := local.Format("Monday 2006-01-02")
	switch hour := local.Format("15:04"); {
	case holiday != "" && holiday != "false":
		h.days++
		return "on a holiday, " + day, nil
	case local.Weekday() == time.Saturday || local.Weekday() == time.Sunday:
		h.days++
		return "on a weekend, " + day, nil
	case timed && !h.open(hour):
		h.nights++
		return fmt.Sprintf("at %s, outside %s to %s, on %s", hour, h.opens, h.closes, day), nil
	}
	return "", nil
}

// open reports whether an hour is within the opening hours, which may go past midnight.
func (h *hours) open(hour string) bool {
	if h.opens <= h.closes {
		return h.opens <= hour && hour < h.closes
	}
	return hour >= h.opens || hour < h.closes
}

// local reads a date, which is local already, or an instant in UTC.
func (h *hours) local(at string) (local time.Time, timed bool, err error) {
	if len(at) == len(time.DateOnly) {
		local, err = time.ParseInLocation(time.DateOnly, at, h.place)
	} else {
		local, err = time.Parse("2006-01-02 15:04:05.999999", at)
		timed = true
	}
	if err != nil {
		return local, timed, fmt.Errorf("column at is %q; expected a date or an instant", at)
	}
	return local.In(h.place), timed, nil
}

func (h *hours) done() Seen {
	if stop := atLeast("events", h.n, 50); stop != nil {
		return Seen{Refused: stop.Reason}
	}
	off := h.nights + h.days
	if part := float64(off) / float64(h.n); part > h.ordinary {
		return Seen{Refused: fmt.Sprintf("%s of %s events are outside working hours (%s): that is ordinary here; leave out what programs do, or set the hours",
			audit.Count(off), audit.Count(h.n), share(part))}
	}
	return Seen{Leads: h.leads, Statistics: map[string]string{
		"events": count(h.n), "outside_hours": count(h.nights), "on_days_off": count(h.days),
		"opens": h.opens, "closes": h.closes, "timezone": h.place.String(),
	}}
}
