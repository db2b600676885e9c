package analyze

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
	"tickmark/internal/engine/query"
	"tickmark/internal/engine/vault"
	"tickmark/internal/stage/stagetest"
)

// TestMain lets this test binary be the confined child of the query engine.
func TestMain(m *testing.M) { stagetest.Confined(m, query.Worker) }

var (
	year       = audit.Period{From: "2025-01-01", To: "2025-12-31"}
	engagement = audit.Engagement{Code: "soc1", Period: year, Timezone: "America/New_York", Parameters: map[string]string{"nights.opens": "06:00"}}
	schema     = audit.Schema{Name: "payments", Key: []string{"payment_id"}, Columns: []audit.Column{
		{Name: "payment_id", Type: "text", Required: true}, {Name: "happened", Type: "timestamp", Required: true},
	}}
	nights = audit.Analytic{
		ID: "nights", Version: 2, Method: audit.OffHours, Populations: []string{"payments"}, Tests: "payments",
		Parameters: []audit.Parameter{{Name: "opens", Type: "text", Default: "07:00"}},
		SQL:        "SELECT payment_id AS item, happened AS at FROM payments WHERE happened >= $period_start::TIMESTAMP AND happened < $period_end::TIMESTAMP",
	}
)

// book is the records of a store, in memory.
type book struct{ all []audit.Analysis }

func (b *book) Analyses(context.Context, string) ([]audit.Analysis, error) { return b.all, nil }

func (b *book) AddAnalysis(_ context.Context, a audit.Analysis) (audit.Analysis, bool, error) {
	a.ID = audit.ID(fmt.Sprint("ana_", len(b.all)+1))
	b.all = append([]audit.Analysis{a}, b.all...)
	return a, true, nil
}

// begin is a stage with a population of a hundred payments: 98 at ten in the
// morning, one at 23:30 and one at 06:30.
func begin(t *testing.T) (Stage, *book, audit.Population) {
	t.Helper()
	dir := t.TempDir()
	engine := query.Engine{Exe: []string{"/proc/self/exe", "worker"}, MemoryMB: 512, Threads: 1, Timeout: time.Minute}
	v, err := vault.Open(filepath.Join(dir, "vault"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	lines := "payment_id,happened\nP-night,2025-06-05T03:30:00Z\nP-early,2025-06-05T10:30:00Z\nP-before,2024-06-05T10:30:00Z\n"
	for i := range 98 {
		lines += fmt.Sprintf("P-%02d,2025-06-04T14:00:00Z\n", i)
	}
	csv, parquet := filepath.Join(dir, "p.csv"), filepath.Join(dir, "p.parquet")
	if err := os.WriteFile(csv, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := engine.Convert(t.Context(), dir, query.Convert{CSV: csv, Out: parquet, Schema: schema}); err != nil {
		t.Fatal(err)
	}
	digest, _, err := v.PutFile(t.Context(), parquet)
	if err != nil {
		t.Fatal(err)
	}
	b := &book{}
	p := audit.Population{Name: "payments", Window: year, Coverage: audit.Full, Rows: 101, Received: 101, Agrees: "yes", File: digest}
	return Stage{Records: b, Files: v, Query: engine, Schemas: map[string]audit.Schema{schema.Name: schema}, Scratch: dir}, b, p
}

func run(t *testing.T, s Stage, a audit.Analytic, again bool, have ...audit.Population) Analyzed {
	t.Helper()
	got, err := s.Analytic(t.Context(), engagement, a, have, again)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func leads(t *testing.T, s Stage, a audit.Analysis) string {
	t.Helper()
	if a.Detail == "" {
		return ""
	}
	path, err := s.Files.Path(t.Context(), a.Detail)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAnAnalysisSaysWhatItSaw(t *testing.T) {
	s, _, p := begin(t)
	a := run(t, s, nights, false, p).Analysis
	want := audit.Analysis{
		ID: "ana_1", Engagement: "soc1", Analytic: "nights", Version: 2, Method: audit.OffHours, SQL: audit.DigestOf([]byte(nights.SQL)), Engine: "DuckDB 1.5.5, analytics 1",
		Inputs: []audit.Input{{Name: "payments", File: p.File, Rows: 101, Coverage: audit.Full, Window: year}},
		Parameters: map[string]string{
			"period_start": "2025-01-01 05:00:00", "period_end": "2026-01-01 05:00:00", "period_from": "2025-01-01", "period_to": "2025-12-31", "as_of": "2025-12-31",
			"timezone": "America/New_York", "opens": "06:00", // as the engagement sets it
		},
		Tests: "payments", Population: 101, Evaluated: 100, Leads: 1, Detail: a.Detail,
		Statistics: map[string]string{"events": "100", "outside_hours": "1", "on_days_off": "0", "opens": "06:00", "closes": "20:00", "timezone": "America/New_York"},
	}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Error(diff)
	}
	lead := `{"item":"P-night","reason":"at 23:30, outside 06:00 to 20:00, on Wednesday 2025-06-04","score":"1","columns":{"at":"2025-06-05 03:30:00"}}` + "\n"
	if diff := cmp.Diff(lead, leads(t, s, a)); diff != "" {
		t.Error(diff)
	}
}

func TestWhatStandsIsNotRunAgain(t *testing.T) {
	s, b, p := begin(t)
	first := run(t, s, nights, false, p)
	if second := run(t, s, nights, false, p); second.New || second.Analysis.ID != first.Analysis.ID {
		t.Errorf("%+v", second)
	}
	if again := run(t, s, nights, true, p); again.Analysis.Detail != first.Analysis.Detail {
		t.Error("the same rows gave other leads")
	}
	other := nights
	other.SQL += " AND true"
	if run(t, s, other, false, p); len(b.all) != 3 {
		t.Errorf("%d analyses; another text is another analysis", len(b.all))
	}
}

// What cannot be run, and what does not suit the method, says so and gives neither figures nor leads.
func TestRefusals(t *testing.T) {
	s, _, p := begin(t)
	part := p
	part.Coverage = audit.Partial
	for _, c := range []struct {
		name         string
		change       func(*audit.Analytic)
		have         []audit.Population
		refused, why string
	}{
		{"not collected", func(*audit.Analytic) {}, nil, "could not be run: population payments was not collected", ""},
		{"guard", func(a *audit.Analytic) { a.SQL += " AND payment_id < 'P-2'" }, []audit.Population{p}, "20 of events are too few: it takes at least 50", ""},
		{"nothing", func(a *audit.Analytic) { a.SQL += " AND false" }, []audit.Population{p}, "there are no rows to look at", ""},
		{"chance", func(a *audit.Analytic) { a.SQL += " AND random() > 2" }, []audit.Population{p}, "could not be run: procedure refused: function random is not allowed", ""},
		{"column", func(a *audit.Analytic) { a.Method = audit.RobustZ }, []audit.Population{p}, `could not be run: the SQL returns no column "value"`, ""},
		{"a sample", func(*audit.Analytic) {}, []audit.Population{part}, "", "population payments: coverage is sample, not full"},
	} {
		a := nights
		c.change(&a)
		got := run(t, s, a, false, c.have...).Analysis
		if !strings.HasPrefix(got.Refused, c.refused) || (c.refused == "") != (got.Refused == "") || got.Why != c.why {
			t.Errorf("%s: refused %q, why %q", c.name, got.Refused, got.Why)
		}
		if c.refused != "" && (got.Statistics != nil || got.Leads != 0 || got.Detail != "") {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

// Bytes that were altered since they were collected are no evidence.
func TestAlteredPopulations(t *testing.T) {
	s, b, p := begin(t)
	path, err := s.Files.Path(t.Context(), p.File)
	if err != nil {
		t.Fatal(err)
	}
	bytes, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	bytes[len(bytes)/2] ^= 1
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Analytic(t.Context(), engagement, nights, []audit.Population{p}, false); err == nil || len(b.all) != 0 {
		t.Errorf("%v, %d analyses", err, len(b.all))
	}
}
