package assembly

import (
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
)

// Timeline is what was collected of one population over one connection within a
// period. A gap is a gap: nothing is said of what happened in it.
type Timeline struct {
	Population string        `json:"population"`
	Connection string        `json:"connection"`
	State      bool          `json:"state"`     // snapshots of how things were; otherwise windows of what happened
	Snapshots  []Snapshot    `json:"snapshots"` // those within the period, in their order
	Gap        time.Duration `json:"-"`
	LongestGap string        `json:"longest_gap"` // "31h0m0s" between complete snapshots, or "12 days" without a window
	GapFrom    string        `json:"longest_gap_from,omitempty"`
	Outages    int           `json:"outages"` // collections that were incomplete
	Distinct   int           `json:"distinct"`
}

// Snapshot is one collection of a population.
type Snapshot struct {
	At       string        `json:"at"`
	ID       audit.ID      `json:"id"`
	Window   audit.Period  `json:"window"`
	Rows     int64         `json:"rows"`
	Same     bool          `json:"same"` // as the one before, to the byte
	Changes  *audit.Change `json:"changes,omitempty"`
	Complete bool          `json:"complete"`
	Why      string        `json:"why,omitempty"`
}

// Timelines gives one line for each population of each connection, by name.
func Timelines(schemas map[string]audit.Schema, have []audit.Population, period audit.Period, start, end time.Time) []Timeline {
	groups := map[[2]string][]audit.Population{}
	for _, p := range have {
		if p.Connection != "" {
			key := [2]string{p.Name, p.Connection}
			groups[key] = append(groups[key], p)
		}
	}
	var out []Timeline
	for key, all := range groups {
		slices.SortStableFunc(all, func(a, b audit.Population) int { return strings.Compare(a.TakenAt, b.TakenAt) })
		n := Need{Schema: schemas[key[0]], Period: period, Start: start, End: end}
		out = append(out, n.timeline(key[0], key[1], all))
	}
	slices.SortFunc(out, func(a, b Timeline) int {
		return strings.Compare(a.Population+"\x00"+a.Connection, b.Population+"\x00"+b.Connection)
	})
	return out
}

func (n Need) timeline(name, connection string, all []audit.Population) Timeline {
	t := Timeline{Population: name, Connection: connection, State: n.Schema.Time == "", Snapshots: []Snapshot{}}
	files := map[audit.Digest]bool{}
	last := audit.Digest("")
	for _, p := range all {
		if !n.touches(p) {
			continue
		}
		t.Snapshots = append(t.Snapshots, Snapshot{p.TakenAt, p.ID, p.Window, p.Rows, p.File == last, p.Changes, p.Incomplete == "", p.Incomplete})
		last, files[p.File] = p.File, true
		if p.Incomplete != "" {
			t.Outages++
		}
	}
	t.Distinct = len(files)
	if t.State {
		n.longestBetween(&t)
	} else {
		n.longestWithout(&t)
	}
	return t
}

// touches reports whether a collection says something of the period.
func (n Need) touches(p audit.Population) bool {
	if n.Schema.Time != "" {
		return p.Window.From <= n.Period.To && p.Window.To >= n.Period.From
	}
	return p.TakenAt >= stamp(n.Start) && p.TakenAt < stamp(n.End)
}

// longestBetween measures from the start of the period over the complete
// snapshots to its end.
func (n Need) longestBetween(t *Timeline) {
	before := n.Start
	measure := func(at time.Time) {
		if gap := at.Sub(before); gap > t.Gap {
			t.Gap, t.GapFrom = gap, stamp(before)
		}
		before = at
	}
	for _, s := range t.Snapshots {
		if at, err := time.Parse(time.RFC3339, s.At); err == nil && s.Complete {
			measure(at)
		}
	}
	measure(n.End)
	t.LongestGap = t.Gap.String()
}

// longestWithout measures the days that no complete window covers.
func (n Need) longestWithout(t *Timeline) {
	left := []audit.Period{n.Period}
	for _, s := range t.Snapshots {
		if s.Complete {
			_, left = cover(left, s.Window)
		}
	}
	longest := 0
	for _, days := range left {
		if days.Days() > longest {
			longest, t.GapFrom = days.Days(), string(days.From)
		}
	}
	t.Gap, t.LongestGap = time.Duration(longest)*24*time.Hour, audit.Plural(int64(longest), "day")
}
