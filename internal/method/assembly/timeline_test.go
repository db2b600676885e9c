package assembly

import (
	"testing"

	"tickmark/internal/audit"
)

func TestTimelines(t *testing.T) {
	n := need(accounts())
	schemas := map[string]audit.Schema{"accounts": accounts(), "changes": changes()}
	a, b, c := taken("2025-01-01T06:00:00Z"), taken("2025-01-03T06:00:00Z"), broken(taken("2025-06-01T06:00:00Z"))
	a.File, b.File = "one", "one"
	have := []audit.Population{
		b, a, c, taken("2026-01-01T06:00:00Z"),
		asked("2025-01-01", "2025-06-30", "2025-07-01T00:00:00Z"), asked("2025-07-11", "2025-12-31", "2026-01-01T00:00:00Z"),
		{Name: "changes", Dataset: "a file"},
	}
	lines := Timelines(schemas, have, n.Period, n.Start, n.End)
	if len(lines) != 2 {
		t.Fatalf("%d lines: %+v", len(lines), lines)
	}
	state, events := lines[0], lines[1]
	if len(state.Snapshots) != 3 || state.Outages != 1 || !state.Snapshots[1].Same || state.Snapshots[0].Same {
		t.Errorf("accounts: %+v", state)
	}
	if state.LongestGap != "8706h0m0s" || state.GapFrom != "2025-01-03T06:00:00Z" {
		t.Errorf("an incomplete snapshot must not close a gap: %s from %s", state.LongestGap, state.GapFrom)
	}
	if events.LongestGap != "10 days" || events.GapFrom != "2025-07-01" || events.State {
		t.Errorf("changes: %+v", events)
	}
}

func TestTimelineOfOneWholeWindow(t *testing.T) {
	n := need(changes())
	lines := Timelines(map[string]audit.Schema{"changes": changes()}, []audit.Population{asked("2024-12-01", "2026-01-31", "2026-02-01T00:00:00Z")}, n.Period, n.Start, n.End)
	if len(lines) != 1 || lines[0].LongestGap != "0 days" || lines[0].GapFrom != "" {
		t.Errorf("%+v", lines)
	}
}
