package assembly

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

var year = audit.Period{From: "2025-01-01", To: "2025-12-31"}

func need(s audit.Schema) Need {
	start, end, _ := year.Instants("UTC")
	return Need{Schema: s, Period: year, Start: start, End: end}
}

func accounts() audit.Schema {
	return audit.Schema{Name: "accounts", Key: []string{"account_id"}, Observed: "observed_at"}
}

func snapshots() audit.Schema {
	return audit.Schema{Name: "account_snapshots", Every: "accounts", Key: []string{"account_id", "observed_at"}, Observed: "observed_at"}
}

func changes() audit.Schema {
	return audit.Schema{Name: "changes", Key: []string{"change_id"}, Time: "merged_at"}
}

// taken is a complete snapshot of accounts by a connection.
func taken(at string) audit.Population {
	return audit.Population{
		ID: audit.ID("pop " + at), Name: "accounts", Connection: "okta", TakenAt: at, Observed: at,
		Window: audit.Period{From: audit.Date(at[:10]), To: audit.Date(at[:10])}, Coverage: audit.Full, Agrees: "yes",
	}
}

func broken(p audit.Population) audit.Population {
	p.Incomplete = "throttled away"
	return p
}

// asked is a complete collection of changes over a window.
func asked(from, to audit.Date, at string) audit.Population {
	return audit.Population{
		ID: audit.ID("pop " + at), Name: "changes", Connection: "github", TakenAt: at,
		Window: audit.Period{From: from, To: to}, Coverage: audit.Full, Agrees: audit.NotStated,
	}
}

func TestMake(t *testing.T) {
	file := audit.Population{Name: "changes", Dataset: "changes", Window: year, Coverage: audit.Full, Agrees: "yes"}
	short := file
	short.Window.To = "2025-06-30"
	tests := []struct {
		name   string
		schema audit.Schema
		have   []audit.Population
		want   string // pieces, then limits
	}{
		{"never collected", accounts(), nil, ""},
		{"a file that covers the period", changes(), []audit.Population{file}, "changes"},
		{"a file that does not", changes(), []audit.Population{short}, "changes; LIMIT its window, 2025-01-01 to 2025-06-30, does not cover the period"},
		{"of a state the newest snapshot within the period counts", accounts(),
			[]audit.Population{taken("2025-03-01T06:00:00Z"), taken("2025-12-31T23:00:00Z"), taken("2026-01-01T00:00:00Z")},
			"okta@2025-12-31T23:00:00Z"},
		{"an incomplete newest snapshot is said", accounts(),
			[]audit.Population{taken("2025-03-01T06:00:00Z"), broken(taken("2025-12-01T06:00:00Z"))},
			"okta@2025-03-01T06:00:00Z; LIMIT the collection of 2025-12-01 by okta is incomplete (throttled away); the one of 2025-03-01 is read"},
		{"nothing but an incomplete one", accounts(), []audit.Population{broken(taken("2025-12-01T06:00:00Z"))},
			"okta@2025-12-01T06:00:00Z; LIMIT its collection is incomplete: throttled away"},
		{"a state that was observed after the period only", accounts(), []audit.Population{taken("2026-02-01T06:00:00Z")},
			"okta@2026-02-01T06:00:00Z; LIMIT okta was first collected on 2026-02-01, after the period"},
		{"every snapshot of the period, and which are missing", snapshots(),
			[]audit.Population{taken("2024-12-31T06:00:00Z"), taken("2025-01-01T06:00:00Z"), broken(taken("2025-01-02T06:00:00Z")), taken("2025-01-03T06:00:00Z"), taken("2026-01-01T00:00:00Z")},
			"okta@2025-01-01T06:00:00Z, okta@2025-01-03T06:00:00Z; LIMIT the snapshot of 2025-01-02 by okta: its collection is incomplete: throttled away"},
		{"windows that follow one another", changes(),
			[]audit.Population{asked("2025-01-01", "2025-06-30", "2025-07-01T00:00:00Z"), asked("2025-07-01", "2025-12-31", "2026-01-01T00:00:00Z")},
			"github 2025-01-01..2025-06-30, github 2025-07-01..2025-12-31"},
		{"a newer collection of the same days replaces the older", changes(),
			[]audit.Population{asked("2025-01-01", "2025-12-31", "2026-01-01T00:00:00Z"), asked("2025-03-01", "2025-03-31", "2026-01-05T00:00:00Z")},
			"github 2025-01-01..2025-02-28, github 2025-03-01..2025-03-31, github 2025-04-01..2025-12-31"},
		{"an incomplete one is read only where there is no other", changes(),
			[]audit.Population{asked("2025-01-01", "2025-06-30", "2025-07-01T00:00:00Z"), broken(asked("2025-06-01", "2025-12-31", "2026-01-01T00:00:00Z"))},
			"github 2025-01-01..2025-06-30, github 2025-07-01..2025-12-31; LIMIT 2025-06-01 to 2025-12-31 by github: its collection is incomplete: throttled away"},
		{"days that nobody asked for", changes(), []audit.Population{asked("2025-01-01", "2025-11-30", "2025-12-01T00:00:00Z")},
			"github 2025-01-01..2025-11-30; LIMIT github collected nothing for 2025-12-01 to 2025-12-31"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, told(Make(need(tt.schema), tt.have))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func told(m Made) string {
	var pieces []string
	for _, p := range m.Pieces {
		s := p.Population.Connection + p.Population.Dataset
		if p.Observed != "" {
			s += "@" + p.Observed
		}
		if p.Only.From != "" {
			s += fmt.Sprintf(" %s..%s", p.Only.From, p.Only.To)
		}
		pieces = append(pieces, s)
	}
	all := strings.Join(pieces, ", ")
	for _, l := range m.Limits {
		all += "; LIMIT " + l
	}
	return all
}

// Whatever windows there are, each day of the period is read exactly once or is
// said to be missing.
func TestEveryDayOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var have []audit.Population
		for i := range rapid.IntRange(1, 6).Draw(t, "collections") {
			from := rapid.IntRange(-40, 380).Draw(t, "from")
			p := asked(year.From.Add(from), year.From.Add(from+rapid.IntRange(0, 200).Draw(t, "days")), time.Unix(int64(i), 0).UTC().Format(time.RFC3339))
			if rapid.Bool().Draw(t, "broken") {
				p = broken(p)
			}
			have = append(have, p)
		}
		made := Make(need(changes()), have)
		read := map[audit.Date]int{}
		for _, p := range made.Pieces {
			if p.Only.From == "" {
				return // nothing touches the period, which is said
			}
			if !p.Population.Window.Covers(p.Only) {
				t.Fatalf("%v is read from the window %v", p.Only, p.Population.Window)
			}
			for d := p.Only.From; d <= p.Only.To; d = d.Add(1) {
				read[d]++
			}
		}
		missing := 0
		for _, l := range made.Limits {
			var from, to audit.Date
			if _, err := fmt.Sscanf(l, "github collected nothing for %s to %s", &from, &to); err == nil {
				missing += from.Days(to) + 1
			}
		}
		for d, n := range read {
			if n != 1 {
				t.Fatalf("%s is read %d times", d, n)
			}
		}
		if len(read)+missing != year.Days() {
			t.Fatalf("%d days read, %d said to be missing, of %d", len(read), missing, year.Days())
		}
	})
}
