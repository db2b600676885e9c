package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/program"
)

var (
	leaves = regexp.MustCompile(`href="(/trail/\d+)"[^>]*>([^<]+)<`)
	says   = regexp.MustCompile(`(?s)<svg[^>]*viewBox[^>]*aria-label="([^"]+)"`)
)

// readied is a small organization with a programme, on two days.
func readied(t *testing.T) site {
	t.Helper()
	c, now := config(t.TempDir()), time.Date(2026, 2, 3, 9, 0, 0, 0, time.UTC)
	c.Now = func() time.Time { now = now.Add(time.Second); return now }
	if err := app.Init(c); err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	ctx := t.Context()
	_, applied := a.Apply(ctx, lead, "../../../e2e/testdata/larkspur", false, false)
	risks, opened := a.RiskRegister(ctx, lead)
	board, looked := a.Oversight(ctx, lead)
	plan, planned := a.TaskPlan(ctx, lead, "soc2-2025")
	for _, err := range []error{applied, opened, looked, planned} {
		if err != nil {
			t.Fatal(err)
		}
	}
	_, _, first := risks.Add(ctx, program.Risk{Code: "R-1", Title: "A leaver keeps access", Owner: "T. Renn", Likelihood: 4, Impact: 5})
	_, _, second := risks.Add(ctx, program.Risk{Code: "R-2", Title: "Pay goes astray", Owner: "T. Renn", Likelihood: 1, Impact: 2})
	_, _, kept := a.SnapshotRisks(ctx, lead)
	now = now.AddDate(0, 0, 7)
	_, _, approved := a.ApproveScope(ctx, lead, "soc2-2025", "")
	_, _, task := plan.Set(ctx, program.Task{Engagement: "soc2-2025", Code: "T-001", Title: "Write it down", Owner: "T. Renn", Due: "2026-02-01"})
	_, _, met := board.Meet(ctx, program.Meeting{Code: "B-1", Body: "Board", Planned: "2026-02-20"})
	_, _, asked := board.Ask(ctx, program.OwnerQuestion{Control: board.Controls[0].Code, Period: audit.Period{From: "2026-01-01", To: "2026-01-31"}, Due: "2026-02-05", Owner: "T. Renn"})
	for name, err := range map[string]error{"first": first, "second": second, "snapshot": kept, "approve": approved, "task": task, "meeting": met, "ask": asked} {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	return open(t, a)
}

// The pages of the programme show what is recorded, each line leads to its
// record, and what is drawn is said in words.
func TestPagesOfTheProgramme(t *testing.T) {
	s := readied(t)
	c := s.as(t, lead)
	for path, want := range map[string]struct {
		shows  []string
		drawn  string // a part of what is said of a drawing
		behind map[string]string
	}{
		"/risks":                               {[]string{"A leaver keeps access", "above the appetite", "10 Feb 2026"}, "likelihood 4, impact 5: R-1", map[string]string{"R-1": "A leaver keeps access", "3 Feb 2026": "inherent"}},
		"/risks?cell=before-1-2":               {[]string{"Pay goes astray"}, "", map[string]string{"R-2": "Pay goes astray"}},
		"/plan?engagement=soc2-2025":           {[]string{"Write it down", "past its day", "Nothing is decided"}, "", map[string]string{"T-001": "Write it down"}},
		"/scope?engagement=soc2-2025":          {[]string{"What is asked of the description", "as it stands", "in this version"}, "", map[string]string{lead.Name: "scope-approval"}},
		"/oversight":                           {[]string{"T. Renn has not said whether it operated", "nothing was sent to its members"}, "", map[string]string{"B-1": "2026-02-20"}},
		"/risks?only=accepted":                 {[]string{"No risk is here"}, "", nil},
		"/plan?engagement=soc2-2025&only=done": {[]string{"No task is here"}, "", nil},
	} {
		status, body, _ := c.get(t, path)
		if status != http.StatusOK {
			t.Errorf("%s: %d %.300s", path, status, body)
			continue
		}
		for _, text := range want.shows {
			if !strings.Contains(body, text) {
				t.Errorf("%s does not say %q", path, text)
			}
		}
		drawn := ""
		for _, m := range says.FindAllStringSubmatch(body, -1) {
			drawn += m[1] + "\n"
		}
		if !strings.Contains(drawn, want.drawn) {
			t.Errorf("%s: the drawings say %q, not %q", path, drawn, want.drawn)
		}
		led := map[string]string{}
		for _, m := range leaves.FindAllStringSubmatch(body, -1) {
			led[strings.TrimSpace(m[2])] = m[1]
		}
		for code, text := range want.behind {
			if _, record, _ := c.get(t, led[code]); led[code] == "" || !strings.Contains(record, text) {
				t.Errorf("%s: %s leads to %q, which does not say %q", path, code, led[code], text)
			}
		}
	}
	if _, body, _ := c.get(t, "/risks"); !strings.Contains(body, "2026-02-03: 22 before and 22.00 after controls; 2026-02-10: 22 before and 22.00 after controls") {
		t.Error("the lines over time are not said in words")
	}
}
