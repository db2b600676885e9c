package advice

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"tickmark/internal/audit"
)

// ICS writes plans as one iCalendar text (RFC 5545), as soon or as late as
// their phases usually are: an event of whole days for each phase, and for the
// report, the archive, the next period and the bridge letter. The same plans
// have the same bytes; a plan made on another day moves the same events
// instead of adding others.
func ICS(soonest bool, plans []Plan) string {
	w := &icsWriter{}
	w.line("BEGIN:VCALENDAR")
	w.line("VERSION:2.0")
	w.line("PRODID:-//Tickmark//Plan//EN")
	w.line("CALSCALE:GREGORIAN")
	for _, p := range plans {
		c := p.Latest
		if soonest {
			c = p.Soonest
		}
		w.name, w.stamp = p.Route.Report.Name(), compact(p.Route.Today)+"T000000Z"
		w.plan(c)
	}
	w.line("END:VCALENDAR")
	return w.out.String()
}

func (w *icsWriter) plan(c Calendar) {
	for _, s := range c.Steps {
		w.event(s.ID, s.Title, audit.Period{From: s.From, To: s.To}, "Usually takes "+s.Takes+". Output: "+s.Output+". Done when: "+s.Gate+".")
	}
	for _, e := range c.milestoneEvents() {
		w.event(e.id, e.title, e.days, e.text)
	}
}

type milestone struct {
	id, title, text string
	days            audit.Period
}

func (c Calendar) milestoneEvents() []milestone {
	day := func(d audit.Date) audit.Period { return audit.Period{From: d, To: d} }
	out := []milestone{
		{"release", "Report released", "The list of who may have it is settled.", day(c.Release)},
		{"archive", "Auditor's file assembled", "60 days after the release at the latest.", day(c.Archive)},
	}
	if c.Next.From != "" {
		out = append(out, milestone{"next", "Next period begins", "The day after the period ended, so that there is no hole.", day(c.Next.From)})
	}
	if c.Bridge != nil && c.Bridge.Gap.From != "" {
		out = append(out, milestone{"bridge", "Bridge letter due", "From management, for " + string(c.Bridge.Gap.From) + " to " + string(c.Bridge.Gap.To) + ".", day(c.Bridge.Gap.To.Add(1))})
	}
	return out
}

type icsWriter struct {
	name, stamp string
	out         strings.Builder
}

func (w *icsWriter) event(id, title string, days audit.Period, text string) {
	sum := sha256.Sum256([]byte(w.name + "\x00" + id))
	w.line("BEGIN:VEVENT")
	w.line("UID:" + hex.EncodeToString(sum[:12]) + "@plan.tickmark")
	w.line("DTSTAMP:" + w.stamp)
	w.line("DTSTART;VALUE=DATE:" + compact(days.From))
	w.line("DTEND;VALUE=DATE:" + compact(days.To.Add(1))) // the first day after
	w.line("SUMMARY:" + escaped(w.name+": "+title))
	w.line("DESCRIPTION:" + escaped(text))
	w.line("TRANSP:TRANSPARENT")
	w.line("END:VEVENT")
}

// line writes one content line, folded to 75 octets without cutting through a
// character.
func (w *icsWriter) line(text string) {
	room := 75
	for len(text) > room {
		cut := room
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		w.out.WriteString(text[:cut] + "\r\n ")
		text, room = text[cut:], 74
	}
	w.out.WriteString(text + "\r\n")
}

func compact(d audit.Date) string { return strings.ReplaceAll(string(d), "-", "") }

// escaped is a value of type TEXT.
func escaped(text string) string {
	return strings.NewReplacer("\\", "\\\\", ";", "\\;", ",", "\\,", "\r\n", "\\n", "\n", "\\n", "\r", "").Replace(strings.ToValidUTF8(text, "\uFFFD"))
}
