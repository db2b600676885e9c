package pipeline

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

func TestDaysOnWhichAScheduleCalls(t *testing.T) {
	march := audit.Period{From: "2026-03-01", To: "2026-03-31"}
	at := func(s string) time.Time { v, _ := time.Parse(time.RFC3339, s); return v }
	for name, x := range map[string]struct {
		schedule, zone string
		after, now     string
		want           []audit.Date
	}{
		"every day, from when it was described to now": {"15 6 * * *", "", "2026-03-02T12:00:00Z", "2026-03-05T06:14:59Z", []audit.Date{"2026-03-03", "2026-03-04"}},
		"the instant itself has called":                {"15 6 * * *", "", "2026-03-04T00:00:00Z", "2026-03-04T06:15:00Z", []audit.Date{"2026-03-04"}},
		"every hour is one day once":                   {"0 * * * *", "", "2026-03-30T00:00:00Z", "2026-04-09T00:00:00Z", []audit.Date{"2026-03-30", "2026-03-31"}},
		"midnight belongs to the day that begins":      {"0 0 1 * *", "", "2026-01-01T00:00:00Z", "2026-04-09T00:00:00Z", []audit.Date{"2026-03-01"}},
		"the day is that of the connection's zone":     {"0 22 * * *", "America/New_York", "2026-03-30T00:00:00Z", "2026-04-01T01:00:00Z", []audit.Date{"2026-03-29", "2026-03-30"}},
		"without a schedule there is none":             {"", "", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", nil},
	} {
		t.Run(name, func(t *testing.T) {
			days, first, err := Days(audit.Connection{Code: "c", Schedule: x.schedule, Timezone: x.zone}, march, at(x.after), at(x.now))
			if err != nil || len(first) != len(days) {
				t.Fatalf("%v, %d instants of %d days", err, len(first), len(days))
			}
			if d := cmp.Diff(x.want, days); d != "" {
				t.Error(d)
			}
		})
	}
	if _, _, err := Days(audit.Connection{Code: "c", Schedule: "soon"}, march, at("2026-03-01T00:00:00Z"), at("2026-04-01T00:00:00Z")); err == nil {
		t.Error("a schedule that is none")
	}
}
