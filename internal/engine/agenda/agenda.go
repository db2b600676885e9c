// Package agenda writes days with titles as an iCalendar file, as calendars read
// it (RFC 5545). It stands with the engines and hides the library that knows the
// format. It does not know what the days are of.
package agenda

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"tickmark/internal/audit"
)

// Entry is a run of whole days. Entries of one key move when their days change,
// and are never added twice.
type Entry struct {
	Key   string // from which its identifier follows
	Title string
	Text  string
	Days  audit.Period
}

// Write writes the entries, stamped with a day. The same entries have the same bytes.
func Write(w io.Writer, stamp audit.Date, entries []Entry) error {
	at, err := time.Parse(time.DateOnly, string(stamp))
	if err != nil {
		return fmt.Errorf("the day of a calendar: %w", err)
	}
	cal := ics.NewCalendar()
	cal.SetProductId("-//Tickmark//Plan//EN")
	cal.SetCalscale("GREGORIAN")
	for _, e := range entries {
		if err := add(cal, at, e); err != nil {
			return fmt.Errorf("%s: %w", e.Title, err)
		}
	}
	return cal.SerializeTo(w, ics.WithNewLineWindows)
}

func add(cal *ics.Calendar, stamp time.Time, e Entry) error {
	from, err := time.Parse(time.DateOnly, string(e.Days.From))
	if err != nil {
		return err
	}
	to, err := time.Parse(time.DateOnly, string(e.Days.To))
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(e.Key))
	event := cal.AddEvent(hex.EncodeToString(sum[:12]) + "@plan.tickmark")
	event.SetDtStampTime(stamp)
	event.SetAllDayStartAt(from)
	event.SetAllDayEndAt(to.AddDate(0, 0, 1)) // the first day after
	event.SetSummary(plain(e.Title))
	event.SetDescription(plain(e.Text))
	event.SetTimeTransparency(ics.TransparencyTransparent)
	return nil
}

// plain is text without what no line of a calendar can hold.
func plain(text string) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(text, "\uFFFD"))
}
