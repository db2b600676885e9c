package app

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/sheet"
	"tickmark/internal/method/evaluation"
)

// Every status but out of scope, which no control of the analysis has, is a
// trouble or none.
func TestEveryStatusIsATrouble(t *testing.T) {
	for _, s := range []evaluation.ControlStatus{
		evaluation.NotDesigned, evaluation.Disabled, evaluation.Failing, evaluation.Pending, evaluation.EvidenceMissing, evaluation.Stale, evaluation.NoOccurrence,
	} {
		if troubles[s] == "" {
			t.Errorf("status %q is no trouble", s)
		}
	}
	if k, ok := troubles[evaluation.Operating]; !ok || k != "" {
		t.Errorf("operating is trouble %q", k)
	}
}

// Versions count from the moment they were recorded, and a retired one no more.
func TestStandingAt(t *testing.T) {
	at := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	history := []audit.ScopeItem{
		{Kind: audit.ScopeControl, Code: "A", Version: 1, At: at(1)},
		{Kind: audit.ScopeControl, Code: "A", Version: 2, At: at(5)},
		{Kind: audit.ScopeControl, Code: "B", Version: 1, At: at(2)},
		{Kind: audit.ScopeControl, Code: "B", Version: 2, At: at(6), Retired: true},
	}
	for _, c := range []struct {
		at   time.Time
		want string
	}{{at(1), "A1"}, {at(4), "A1 B1"}, {at(5), "A2 B1"}, {at(6), "A2"}, {time.Time{}, "A2"}} {
		var got []string
		for _, i := range standingAt(history, c.at) {
			got = append(got, i.Code+string(rune('0'+i.Version)))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("at %s: %v, want %s", c.at, got, c.want)
		}
	}
}

// edited replaces a text in a file of a folder.
func edited(t *testing.T, file, old, replacement string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), old) {
		t.Fatalf("%s does not hold %q", file, old)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(b), old, replacement, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// The same records give the analysis of any day, and what became of its gaps: a
// gap of the description closes by a description, and one whose procedure is
// taken away does not close.
func TestGapsOfAnyDay(t *testing.T) {
	now := time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC)
	c := confined()
	c.Dir, c.Now = t.TempDir(), func() time.Time { return now }
	if err := Init(c); err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("../../e2e/testdata/larkspur")); err != nil {
		t.Fatal(err)
	}
	controls := filepath.Join(folder, "controls.yaml")
	apply := func() {
		t.Helper()
		if _, err := a.Apply(t.Context(), lead(), folder, false, false); err != nil {
			t.Fatal(err)
		}
	}
	apply()
	code := period2(t, a)
	ask := GapsAsked{Engagement: code, Frameworks: []string{"all"}}
	first, err := a.Gaps(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Analysis.Gaps) == 0 || len(first.Frameworks) != len(a.Catalog.Frameworks) || len(first.NotProven) == 0 || len(first.Description) == 0 {
		t.Fatalf("%d gaps, %d frameworks, %d parts", len(first.Analysis.Gaps), len(first.Frameworks), len(first.Description))
	}
	const line = "  procedures: [access-leaver-active]\n"
	now = now.AddDate(0, 0, 5)
	edited(t, controls, line, "")
	apply()
	now = now.AddDate(0, 0, 5)
	edited(t, controls, "  objectives: [CO-01]\n", "  objectives: [CO-01]\n"+line)
	apply()

	ask.AsOf, ask.Since = "2026-01-16", "2026-01-11"
	without, err := a.Gaps(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	const missing = "not-designed/AC-01"
	if p := without.Progress; len(p.New) != 1 || p.New[0] != missing || len(p.Gone) != 1 || len(p.Closed) != 0 {
		t.Errorf("new %v, gone %+v, closed %+v; want %s new, and what stood before gone", p.New, p.Gone, p.Closed, missing)
	}
	ask.AsOf, ask.Since = "", "2026-01-16"
	again, err := a.Gaps(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	if p := again.Progress; len(p.Closed) != 1 || p.Closed[0].Gap.Code != missing || !strings.HasSuffix(p.Closed[0].By[0], "@3") {
		t.Errorf("closed %+v", p.Closed)
	}
	ask.Since = "2026-01-05"
	if _, err := a.Gaps(t.Context(), ask); err == nil || !strings.Contains(err.Error(), "recorded first on 2026-01-10") {
		t.Errorf("before the first description: %v", err)
	}
	ask.Since, ask.Frameworks = "", []string{"iso"}
	if _, err := a.Gaps(t.Context(), ask); err == nil || !strings.Contains(err.Error(), "iso27001-2022") {
		t.Errorf("an unknown framework: %v", err)
	}
	written(t, again)
}

// period2 is the code of an engagement of type 2.
func period2(t *testing.T, a *App) string {
	t.Helper()
	f, _, err := a.described(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range f.Engagements {
		if e.Type == 2 {
			return e.Code
		}
	}
	t.Fatal("no engagement of type 2")
	return ""
}

// written checks the workbook: every gap stands in it, with something to do.
func written(t *testing.T, g Gaps) {
	t.Helper()
	book := GapsBook(g)
	if err := sheet.Write(&bytes.Buffer{}, book); err != nil {
		t.Fatal(err)
	}
	stands := map[string]map[string]bool{}
	for _, s := range book.Sheets {
		stands[s.Name] = map[string]bool{}
		for _, row := range s.Rows {
			stands[s.Name][row[0]] = true
			if len(row) != len(s.Header) {
				t.Errorf("sheet %s: a row of %d cells under %d headings: %v", s.Name, len(row), len(s.Header), row)
			}
		}
	}
	for _, gap := range g.Analysis.Gaps {
		if !stands["Gaps"][gap.Code] || !stands["To close"][gap.Code] {
			t.Errorf("gap %s is not in the workbook", gap.Code)
		}
	}
	if !stands["Since"]["not-designed/AC-01"] {
		t.Error("the workbook does not say what became of earlier gaps")
	}
}

// What the linter says of the sample's own controls has a passage of their text.
func TestLintControls(t *testing.T) {
	a := describedApp(t)
	l, err := a.LintControls(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range l.Controls {
		n += len(c.Faults)
		for _, f := range c.Faults {
			if !strings.Contains(c.Control.Text, f.Passage) || f.Control != c.Control.Code {
				t.Errorf("%+v is not of %q", f, c.Control.Text)
			}
		}
	}
	if n != l.Faults || len(l.Controls) == 0 {
		t.Errorf("%d faults of %d controls, counted %d", n, len(l.Controls), l.Faults)
	}
	if _, err := a.LintControls(t.Context(), []string{"NO-1"}); err == nil {
		t.Error("a control that is not there was linted")
	}
}
