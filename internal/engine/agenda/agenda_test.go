package agenda

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	ics "github.com/arran4/golang-ical"
	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

func TestWrite(t *testing.T) {
	entries := []Entry{
		{Key: "a", Title: "SOC 2: Scope, commitments; subservice", Text: "Usually takes 1-3 weeks.\r\nOutput: scope", Days: audit.Period{From: "2026-04-01", To: "2026-09-30"}},
		{Key: "b", Title: "Bridge letter due", Days: audit.Period{From: "2027-01-10", To: "2027-01-10"}},
	}
	text := written(t, "2026-01-05", entries)
	for _, want := range []string{
		"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "DTSTAMP:20260105T000000Z\r\n", "DTSTART;VALUE=DATE:20260401\r\nDTEND;VALUE=DATE:20261001\r\n",
		`SUMMARY:SOC 2: Scope\, commitments\; subservice`, `1-3 weeks.\nOutput: scope`, "END:VCALENDAR\r\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if text != written(t, "2026-01-05", entries) {
		t.Error("the same entries have other bytes")
	}
	entries[0].Days.To = "2026-10-31"
	if later := written(t, "2026-02-05", entries); !slices.Equal(uids(text), uids(later)) || text == later {
		t.Error("an entry that moved is another")
	}
	if err := Write(&bytes.Buffer{}, "2026-01-05", []Entry{{Title: "x", Days: audit.Period{From: "soon"}}}); err == nil || !strings.Contains(err.Error(), "x:") {
		t.Errorf("a day that is none: %v", err)
	}
}

// What is written reads back, and no line is longer than calendars take.
func TestWhatIsWrittenReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		title := strings.TrimSpace(rapid.StringMatching(`[ -~äöü€\n]{1,200}`).Draw(t, "title"))
		var b bytes.Buffer
		if err := Write(&b, "2026-01-05", []Entry{{Key: "k", Title: title, Days: audit.Period{From: "2026-01-05", To: "2026-01-06"}}}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(b.String(), "\r\n") {
			if len(line) > 75 {
				t.Fatalf("a line of %d octets: %q", len(line), line)
			}
		}
		cal, err := ics.ParseCalendar(&b)
		if err != nil {
			t.Fatal(err)
		}
		if got := cal.Events()[0].GetProperty(ics.ComponentPropertySummary).Value; got != title {
			t.Fatalf("reads back as %q, not %q", got, title)
		}
	})
}

func written(t *testing.T, stamp audit.Date, entries []Entry) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, stamp, entries); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func uids(text string) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\r\n") {
		if strings.HasPrefix(line, "UID:") {
			out = append(out, line)
		}
	}
	return out
}
