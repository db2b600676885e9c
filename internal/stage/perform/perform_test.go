package perform

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
	"tickmark/internal/engine/query"
)

var (
	year       = audit.Period{From: "2025-01-01", To: "2025-12-31"}
	engagement = audit.Engagement{Code: "soc1-2025", Period: year, Timezone: "America/New_York"}
	procedure  = audit.Procedure{ID: "leavers", Version: 3, SQL: "SELECT 1", Populations: []string{"people", "accounts"}, Tests: "people"}
)

// complete are two populations that can speak for every item of the year.
func complete() (people, accounts audit.Population) {
	people = audit.Population{Name: "people", Dataset: "hr", Window: year, Coverage: audit.Full, Rows: 60, Received: 60, Agrees: "yes", File: "aa"}
	accounts = audit.Population{Name: "accounts", Dataset: "idp", Window: year, Coverage: audit.Full, Rows: 72, Received: 72, Agrees: audit.NotStated, File: "bb"}
	return people, accounts
}

// What keeps a test from speaking for the entire population is known before it
// is performed, stands in the result, and no count takes it away.
func TestPlanSaysWhatKeepsATestFromSpeakingForAll(t *testing.T) {
	for _, c := range []struct {
		name, why string
		change    func(people, accounts *audit.Population)
	}{
		{"complete", "", func(_, _ *audit.Population) {}},
		{"failures only", "population people: coverage is failures-only, not full", func(p, _ *audit.Population) { p.Coverage = audit.FailuresOnly }},
		{"a sample", "population accounts: coverage is sample, not full", func(_, a *audit.Population) { a.Coverage = audit.Partial }},
		{"rejected rows", "population people: rows of the source were rejected", func(p, _ *audit.Population) { p.Rejected = 1 }},
		{"totals differ", "population people: totals differ from the source's: the source counts 61 rows, 60 were received",
			func(p, _ *audit.Population) { p.Agrees = "the source counts 61 rows, 60 were received" }},
		{"window ends early", "population people: its window, 2025-01-01 to 2025-12-30, does not cover the period",
			func(p, _ *audit.Population) { p.Window.To = "2025-12-30" }},
		{"window begins late", "population accounts: its window, 2025-01-02 to 2025-12-31, does not cover the period",
			func(_, a *audit.Population) { a.Window.From = "2025-01-02" }},
		{"two reasons on one line", "population people: rows of the source were rejected; population accounts: coverage is sample, not full",
			func(p, a *audit.Population) { p.Rejected, a.Coverage = 2, audit.Partial }},
	} {
		t.Run(c.name, func(t *testing.T) {
			people, accounts := complete()
			c.change(&people, &accounts)
			r, err := Plan(engagement, procedure, schemas, []audit.Population{accounts, people})
			if err != nil {
				t.Fatal(err)
			}
			if r.Why != c.why || r.Status != "" || len(r.Inputs) != 2 {
				t.Errorf("why %q, status %q, %d inputs; want why %q", r.Why, r.Status, len(r.Inputs), c.why)
			}
			clean := Counted(r, query.Performed{Tested: 3, Population: 60})
			if clean.Entire != (c.why == "") || clean.Status != audit.NoExceptions {
				t.Errorf("3 tested: entire %v, status %q", clean.Entire, clean.Status)
			}
			if nothing := Counted(r, query.Performed{Population: 60}); nothing.Entire || nothing.Status != audit.NothingTested {
				t.Errorf("0 tested: entire %v, status %q", nothing.Entire, nothing.Status)
			}
			if flagged := Counted(r, query.Performed{Tested: 3, Exceptions: 1, Population: 60}); flagged.Status != audit.HasExceptions {
				t.Errorf("1 exception: status %q", flagged.Status)
			}
		})
	}
}

func TestPlanWithoutAPopulationFails(t *testing.T) {
	people, _ := complete()
	r, err := Plan(engagement, procedure, schemas, []audit.Population{people})
	if err != nil {
		t.Fatal(err)
	}
	if r.Status != audit.Failed || r.Why != "population accounts was not collected" || len(r.Inputs) != 1 {
		t.Errorf("status %q, why %q, %d inputs", r.Status, r.Why, len(r.Inputs))
	}
}

var schemas = map[string]audit.Schema{"people": {Name: "people"}, "accounts": {Name: "accounts"}}

// A result names the bytes, the text and the values it was made from.
func TestPlanRecordsWhatATestIsMadeOf(t *testing.T) {
	people, accounts := complete()
	r, err := Plan(engagement, procedure, schemas, []audit.Population{people, accounts})
	if err != nil {
		t.Fatal(err)
	}
	r.Parameters = nil
	want := audit.Result{
		Engagement: "soc1-2025", Procedure: "leavers", Version: 3, SQL: audit.DigestOf([]byte("SELECT 1")), Engine: Engine,
		Inputs: []audit.Input{
			{Name: "people", File: "aa", Rows: 60, Coverage: audit.Full, Window: year},
			{Name: "accounts", File: "bb", Rows: 72, Coverage: audit.Full, Window: year},
		},
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Error(diff)
	}
}

// The period's instants are those of the engagement's time zone; a parameter is
// the procedure's default unless the engagement sets it for that procedure.
func TestParameters(t *testing.T) {
	p := procedure
	p.Parameters = []audit.Parameter{{Name: "sla_days", Type: "integer", Default: "1"}, {Name: "limit", Type: "decimal", Default: "10.00"}}
	e := engagement
	e.Parameters = map[string]string{"leavers.sla_days": "3", "other.limit": "99.00"}
	got, err := Parameters(e, p)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"period_start": "2025-01-01 05:00:00", "period_end": "2026-01-01 05:00:00", "period_from": "2025-01-01", "period_to": "2025-12-31",
		"as_of": "2025-12-31", "timezone": "America/New_York", "sla_days": "3", "limit": "10.00",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	e.Timezone = "Mars/Olympus"
	if _, err := Parameters(e, p); err == nil || !strings.Contains(err.Error(), `engagement soc1-2025: time zone "Mars/Olympus"`) {
		t.Errorf("got %v", err)
	}
}
