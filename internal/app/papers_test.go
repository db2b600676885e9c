package app

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/pipeline"
	"tickmark/internal/stage/review"
)

// The auditor's people of the tests.
var (
	fieldStaff   = audit.Person{Name: "S. Staff", Side: audit.Auditor, Role: audit.AuditorStaff}
	fieldManager = audit.Person{Name: "M. Manager", Side: audit.Auditor, Role: audit.AuditorManager}
)

// examined is the sample organization, tested, with a firm and a team, and its
// populations accepted.
func examined(t *testing.T) *App {
	t.Helper()
	c := confined()
	c.Dir = t.TempDir()
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
	if _, err := a.Apply(t.Context(), lead(), folder, false, false); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Run(t.Context(), pipeline.Options{}, nil); err != nil {
		t.Fatal(err)
	}
	staffed(t, a)
	return a
}

func staffed(t *testing.T, a *App) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	firm := audit.Firm{
		Code: "hale", Name: "Hale & Partners", City: "Portland", State: "OR", License: "1234", Licensed: audit.Period{From: "2020-01-01", To: "2027-12-31"}, RetentionYears: 7,
		Legend: []audit.Tickmark{{Mark: "✓", Meaning: "inspected, agrees"}, {Mark: "X", Meaning: "does not agree", Exception: true}},
	}
	tenant, err := a.tenant(t.Context(), fieldManager)
	must(err)
	_, _, err = tenant.AddFirm(t.Context(), firm)
	must(err)
	for _, p := range []audit.Person{fieldManager, fieldStaff} {
		tenant, err := a.tenant(t.Context(), fieldManager)
		must(err)
		_, _, err = tenant.AddMember(t.Context(), audit.Member{Engagement: "soc1-2025", Name: p.Name, Role: p.Role, Firm: "hale"})
		must(err)
	}
	tenant, err = a.tenant(t.Context(), fieldStaff)
	must(err)
	all, err := tenant.Populations(t.Context())
	must(err)
	for _, x := range all {
		_, _, err := tenant.AddIntake(t.Context(), audit.Intake{Engagement: "soc1-2025", Name: x.Name, Population: x.ID, File: x.File, Rows: x.Rows, Decision: audit.Accepted})
		must(err)
	}
}

// performances are all results of an engagement that were ever recorded.
func performances(t *testing.T, a *App) []audit.Result {
	t.Helper()
	tenant, err := a.tenant(t.Context(), fieldStaff)
	if err != nil {
		t.Fatal(err)
	}
	all, err := tenant.ResultHistory(t.Context(), "soc1-2025")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// The auditor performs a procedure again, gets the same list, byte for byte,
// and may sign what adopts it. Management's results stay as they were.
func TestRerunAgrees(t *testing.T) {
	a := examined(t)
	before := performances(t, a)
	i := slices.IndexFunc(before, func(r audit.Result) bool { return r.Procedure == "payments-duplicate" && r.Exceptions > 0 })
	if i < 0 {
		t.Fatalf("no exceptions to compare: %+v", before)
	}
	shot := filepath.Join(t.TempDir(), "shot.png")
	write(t, shot, "a picture")
	_, text, err := a.NewWorkpaper(t.Context(), fieldStaff, "soc1-2025", review.Blank{Code: "WP-1", Kind: audit.PopulationPaper, Control: controlTestedBy(t, a, "payments-duplicate"), Result: before[i].ID})
	if err != nil {
		t.Fatal(err)
	}
	text = strings.NewReplacer(
		`purpose: ""`, "purpose: Operation over the whole year.\nevidence: [{name: shot.png, dates: {from: 2025-03-01, to: 2025-03-01}}]",
		"steps: []", "steps: [{nature: reperformance, text: The procedure was performed again.}]", `conclusion: ""`, "conclusion: All payments were looked at.",
	).Replace(text)
	file := filepath.Join(t.TempDir(), "wp-1.yaml")
	write(t, file, text)
	if _, err := a.RecordWorkpapers(t.Context(), fieldStaff, "soc1-2025", []string{file}, nil); err == nil || !strings.Contains(err.Error(), "put the file in with --evidence") {
		t.Errorf("evidence that is not there: %v", err)
	}
	if _, err := a.RecordWorkpapers(t.Context(), fieldStaff, "soc1-2025", []string{file}, []string{shot}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.SignOff(t.Context(), fieldStaff, "soc1-2025", "workpaper/WP-1", audit.AsPreparer, ""); err == nil || !strings.Contains(err.Error(), "has not performed the procedure again") {
		t.Errorf("adopted without a rerun: %v", err)
	}
	if _, err := a.Rerun(t.Context(), machine(), "soc1-2025", "WP-1", nil); err == nil || !strings.Contains(err.Error(), "is a machine") {
		t.Errorf("a machine performed again: %v", err)
	}
	p, err := a.Rerun(t.Context(), fieldStaff, "soc1-2025", "WP-1", nil)
	if err != nil || !p.Rerun.Agrees || p.Rerun.Detail != before[i].Detail || p.Rerun.By != fieldStaff.Name || p.Rerun.Exceptions == 0 {
		t.Fatalf("%+v, %v", p.Rerun, err)
	}
	shown, err := a.ToSign(t.Context(), fieldStaff, "soc1-2025", []string{"workpaper/WP-1"}, audit.AsPreparer)
	if err != nil || len(shown.Names) != 1 {
		t.Fatalf("%+v, %v", shown, err)
	}
	if _, err := a.SignOff(t.Context(), fieldStaff, "soc1-2025", "workpaper/WP-1", audit.AsPreparer, shown.Names[0].Digest); err != nil {
		t.Error(err)
	}
	if after := performances(t, a); len(after) != len(before) {
		t.Errorf("%d results, were %d", len(after), len(before))
	}
}

// A population whose bytes are not those that were recorded is never agreed with.
func TestRerunOfOtherBytes(t *testing.T) {
	a := examined(t)
	i := slices.IndexFunc(performances(t, a), func(r audit.Result) bool { return r.Procedure == "payments-duplicate" })
	r := performances(t, a)[i]
	path, err := a.vault.Path(t.Context(), r.Inputs[0].File)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	write(t, path, string(b))
	if _, err := a.performAgain(t.Context(), r, nil); err == nil {
		t.Error("altered bytes were performed on")
	}
}

func controlTestedBy(t *testing.T, a *App, procedure string) string {
	t.Helper()
	f, _, err := a.described(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range f.Controls {
		if slices.Contains(c.Procedures, procedure) {
			return c.Code
		}
	}
	t.Fatalf("no control has procedure %s", procedure)
	return ""
}
