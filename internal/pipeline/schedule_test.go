package pipeline

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSlots(t *testing.T) {
	tests := []struct {
		name, schedule, zone, now, slot, next string
	}{
		{"daily", "15 6 * * *", "", "2025-03-10T12:00:00Z", "2025-03-10T06:15:00Z", "2025-03-11T06:15:00Z"},
		{"not yet today", "15 6 * * *", "", "2025-03-10T06:14:59Z", "2025-03-09T06:15:00Z", "2025-03-10T06:15:00Z"},
		{"exactly now", "15 6 * * *", "", "2025-03-10T06:15:00Z", "2025-03-10T06:15:00Z", "2025-03-11T06:15:00Z"},
		{"in the connection's zone", "0 6 * * *", "America/New_York", "2025-07-01T12:00:00Z", "2025-07-01T10:00:00Z", "2025-07-02T10:00:00Z"},
		{"after the clocks went forward", "0 6 * * *", "America/New_York", "2025-03-09T12:00:00Z", "2025-03-09T10:00:00Z", "2025-03-10T10:00:00Z"},
		{"a leap day", "0 0 29 2 *", "", "2024-03-01T00:00:00Z", "2024-02-29T00:00:00Z", "2028-02-29T00:00:00Z"},
		{"weekdays", "0 9 * * 1-5", "", "2025-06-08T00:00:00Z", "2025-06-06T09:00:00Z", "2025-06-09T09:00:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := audit.Connection{Code: "okta", Schedule: tt.schedule, Timezone: tt.zone}
			slot, err := Slot(c, at(t, tt.now))
			if err != nil || !slot.Equal(at(t, tt.slot)) {
				t.Errorf("slot %s, %v; want %s", slot, err, tt.slot)
			}
			next, err := Next(c, at(t, tt.now))
			if err != nil || !next.Equal(at(t, tt.next)) {
				t.Errorf("next %s, %v; want %s", next, err, tt.next)
			}
		})
	}
}

func TestJitterIsSteadyAndSmall(t *testing.T) {
	now := at(t, "2025-03-10T12:00:00Z")
	for schedule, most := range map[string]time.Duration{"15 6 * * *": 10 * time.Minute, "*/5 * * * *": 30 * time.Second} {
		seen := map[time.Duration]bool{}
		for _, code := range []string{"a", "b", "c", "d", "e", "f"} {
			c := audit.Connection{Code: code, Schedule: schedule}
			first, err := Jitter("org_1", c, now)
			again, _ := Jitter("org_1", c, now.Add(time.Hour))
			if err != nil || first != again || first < 0 || first >= most {
				t.Errorf("%s, %s: %s then %s, %v", schedule, code, first, again, err)
			}
			seen[first] = true
		}
		if len(seen) < 3 {
			t.Errorf("%s: six connections begin at %d instants", schedule, len(seen))
		}
	}
}

func TestSilent(t *testing.T) {
	described, now := at(t, "2025-03-01T00:00:00Z"), at(t, "2025-03-10T12:00:00Z")
	run := func(ended string, complete bool) audit.Collection {
		return audit.Collection{Ended: ended, Complete: complete}
	}
	daily := audit.Connection{Code: "okta", Schedule: "0 6 * * *"}
	paused, strict, byHand := daily, daily, audit.Connection{Code: "file"}
	paused.Paused, strict.Silence = true, 6
	tests := []struct {
		name  string
		c     audit.Connection
		runs  []audit.Collection
		quiet bool
		since string
	}{
		{"complete this morning", daily, []audit.Collection{run("2025-03-10T06:05:00Z", true)}, false, "2025-03-10T06:05:00Z"},
		{"complete, and incomplete since", daily, []audit.Collection{run("2025-03-07T06:05:00Z", true), run("2025-03-10T06:05:00Z", false)}, true, "2025-03-07T06:05:00Z"},
		{"never", daily, nil, true, ""},
		{"a pause is no silence", paused, nil, false, ""},
		{"nobody expects anything", byHand, nil, false, ""},
		{"its own hours", strict, []audit.Collection{run("2025-03-10T05:59:00Z", true)}, true, "2025-03-10T05:59:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q, quiet, err := Silent(tt.c, tt.runs, described, now)
			if err != nil || quiet != tt.quiet || q.Since != tt.since {
				t.Errorf("%+v, %v, %v", q, quiet, err)
			}
		})
	}
}

func TestPieces(t *testing.T) {
	window := audit.Period{From: "2024-01-30", To: "2024-03-02"}
	tests := []struct {
		step string
		want []audit.Period
	}{
		{"", []audit.Period{window}},
		{"month", []audit.Period{{From: "2024-01-30", To: "2024-01-31"}, {From: "2024-02-01", To: "2024-02-29"}, {From: "2024-03-01", To: "2024-03-02"}}},
		{"week", []audit.Period{{From: "2024-01-30", To: "2024-02-05"}, {From: "2024-02-06", To: "2024-02-12"}, {From: "2024-02-13", To: "2024-02-19"}, {From: "2024-02-20", To: "2024-02-26"}, {From: "2024-02-27", To: "2024-03-02"}}},
	}
	for _, tt := range tests {
		got, err := Pieces(window, tt.step)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.step, diff)
		}
	}
	if _, err := Pieces(window, "year"); err == nil {
		t.Error("an unknown step was taken")
	}
}
