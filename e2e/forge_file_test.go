package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/vault"
	"tickmark/internal/method/authority"
	"tickmark/internal/pipeline"
	"tickmark/internal/stage/publish"
	"tickmark/internal/stage/sample"
)

// The people of the small examination.
var (
	lead    = audit.Person{Name: "D. Chen", Side: audit.Management}
	manager = audit.Person{Name: "M. Hale", Side: audit.Auditor, Role: audit.AuditorManager}
	staff   = audit.Person{Name: "S. Quill", Side: audit.Auditor, Role: audit.AuditorStaff}
)

// TestBundlesOfTwoSides makes both bundles of a small examination: the auditor's
// holds everything, management's nothing of the auditor's file, and both tell
// the same history. Then forgers who own the key change the auditor's file.
func TestBundlesOfTwoSides(t *testing.T) {
	a, signer := examination(t)
	evidence, archived := filepath.Join(t.TempDir(), "evidence.zip"), filepath.Join(t.TempDir(), "archive.zip")
	ours, err := a.Bundle(t.Context(), lead, evidence)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := a.WriteBundle(t.Context(), staff, archived, true)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{evidence, archived} {
		if f := faults(t, path, "", true); len(f) > 0 {
			t.Errorf("%s: %v", filepath.Base(path), f)
		}
	}
	management, auditor := entries(t, evidence), entries(t, archived)
	if !bytes.Equal(management[publish.LeavesName], auditor[publish.LeavesName]) {
		t.Error("the two sides tell other histories")
	}
	for _, text := range management {
		if bytes.Contains(text, []byte("of nobody else's business")) {
			t.Error("management's bundle tells of the auditor's file")
		}
	}
	for i, x := range ours.Counts {
		if y := theirs.Counts[i]; x.Kind != y.Kind || x.Records != y.Records || y.Withheld != 0 || x.Withheld > 0 != slices.Contains(audit.AuditorFile, x.Kind) {
			t.Errorf("counts differ: management %+v, auditor %+v", x, y)
		}
	}
	for _, f := range fileForgeries {
		t.Run(f.name, func(t *testing.T) {
			files := maps.Clone(auditor)
			f.change(t, files)
			forged := seal(t, files, sealing{signer: signer, wholeTree: true})
			named(t, faults(t, forged, "", true), f.says)
		})
	}
	t.Run("management withholds a result of its own", func(t *testing.T) {
		files := maps.Clone(management)
		withhold(t, files, audit.KindResult)
		named(t, faults(t, seal(t, files, sealing{signer: signer, wholeTree: true}), "", true), "(result) is withheld")
	})
}

// fileForgeries are what somebody with the key could do to the auditor's file.
var fileForgeries = []struct {
	name, says string
	change     func(t *testing.T, files map[string][]byte)
}{
	{"another item is put into a sample", "the redraw is NOT identical", func(t *testing.T, files map[string][]byte) {
		edit(t, files, audit.KindSample, func(x *audit.Sample) bool { x.Items[0].Item += "x"; return true })
	}},
	{"a paper's evidence is thrown away", "it is evidence of workpaper WP-1", func(_ *testing.T, files map[string][]byte) {
		delete(files, publish.FileName(audit.DigestOf([]byte(ticket))))
	}},
	{"a paper is rewritten after its names", "it is under another version of workpaper/WP-1", func(t *testing.T, files map[string][]byte) {
		edit(t, files, audit.KindWorkpaper, func(x *audit.Workpaper) bool { x.Conclusion = "All is well."; return true })
	}},
	{"the preparer is made the reviewer", "reviewed workpaper/WP-1, which the same person prepared", func(t *testing.T, files map[string][]byte) {
		edit(t, files, audit.KindSignOff, func(x *audit.SignOff) bool { x.By = staff.Name; return x.As == audit.AsReviewer })
	}},
	{"a conclusion rests on a paper that nobody reviewed", "was recorded before its workpaper WP-2 had been prepared and reviewed", func(t *testing.T, files map[string][]byte) {
		edit(t, files, audit.KindConcluded, func(x *audit.AuditorConclusion) bool { x.Workpapers = []string{"WP-2"}; return true })
	}},
	{"the auditor's bundle leaves a note out", "(note) is withheld", func(t *testing.T, files map[string][]byte) { withhold(t, files, audit.KindNote) }},
	{"the manifest counts one record less", "counts other records than the history has", func(_ *testing.T, files map[string][]byte) {
		files["manifest.json"] = bytes.Replace(files["manifest.json"], []byte("\"kind\": \"note\",\n   \"records\": 1"), []byte("\"kind\": \"note\",\n   \"records\": 2"), 1)
	}},
}

// withhold puts the line of a withheld record in place of each of a kind, whose
// leaves stay as they were.
func withhold(t *testing.T, files map[string][]byte, kind string) {
	t.Helper()
	bodies := split(files[publish.RecordsName])
	for i, leaf := range split(files[publish.LeavesName]) {
		var e audit.Event
		if err := json.Unmarshal(leaf, &e); err != nil {
			t.Fatal(err)
		}
		if e.Kind == kind {
			bodies[i] = []byte(publish.Withheld)
		}
	}
	files[publish.RecordsName] = slices.Concat(bodies...)
}

const ticket = "ticket 17: of nobody else's business"

// tested is the small organization with its evidence, tested, and its folder.
func tested(t *testing.T) (*app.App, string) {
	t.Helper()
	ctx := t.Context()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := app.Config{Dir: t.TempDir(), Self: self}
	if err := app.Init(c); err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	if _, err := a.Apply(ctx, lead, "testdata/larkspur", false, false); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Run(ctx, pipeline.Options{}, nil); err != nil {
		t.Fatal(err)
	}
	return a, c.Dir
}

// examination is the same with a file of one control, and the organization's
// private key.
func examination(t *testing.T) (*app.App, string) {
	t.Helper()
	ctx := t.Context()
	a, dir := tested(t)
	file(t, a, dir)
	if _, err := a.Bundle(ctx, lead, filepath.Join(t.TempDir(), "first.zip")); err != nil { // makes the keys
		t.Fatal(err)
	}
	keys, err := filepath.Glob(filepath.Join(dir, ".tickmark", "keys", "*.signer"))
	if err != nil || len(keys) != 1 {
		t.Fatal(keys, err)
	}
	signer, err := os.ReadFile(keys[0])
	if err != nil {
		t.Fatal(err)
	}
	return a, strings.TrimSpace(string(signer))
}

// file is the auditor's file: a sample, two papers, names, a note, a conclusion.
func file(t *testing.T, a *app.App, dir string) {
	t.Helper()
	ctx := t.Context()
	db, err := store.Open(ctx, store.Config{URL: "sqlite://" + filepath.Join(dir, ".tickmark", "tickmark.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const e = "soc1-2025"
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	as := func(p audit.Person) *store.Tenant { return tenantOf(ctx, t, db, p) }
	_, _, err = as(manager).AddFirm(ctx, audit.Firm{Code: "hale", Name: "Hale & Brandt LLP", License: "1", Licensed: audit.Period{From: "2020-01-01", To: "2030-12-31"}})
	must(err)
	for _, p := range []audit.Person{manager, staff} {
		_, _, err = as(manager).AddMember(ctx, audit.Member{Engagement: e, Name: p.Name, Role: p.Role, Firm: "hale"})
		must(err)
	}
	populations, err := as(staff).Populations(ctx)
	must(err)
	at := slices.IndexFunc(populations, func(p audit.Population) bool { return p.Name == "payments" })
	p := populations[at]
	_, _, err = as(staff).AddIntake(ctx, audit.Intake{Engagement: e, Name: p.Name, Population: p.ID, File: p.File, Rows: p.Rows, Decision: audit.Accepted})
	must(err)
	drawn, err := a.DrawSample(ctx, staff, e, sample.Order{Control: "PY-01", Population: "payments", Method: audit.RandomItems, Size: 2, Basis: "two of five", Seed: "5eed5eed5eed5eed"}, nil, nil)
	must(err)
	v, err := vault.Open(filepath.Join(dir, ".tickmark", "vault"))
	must(err)
	_, err = v.Put(ctx, []byte(ticket))
	must(errors.Join(err, v.Close()))
	paper := audit.Workpaper{
		Engagement: e, Code: "WP-1", Kind: audit.OperatingPaper, Title: "Payments once", Control: "PY-01", Sample: drawn.ID, Conclusion: "One repetition was found.",
		Evidence: []audit.PaperEvidence{{Name: "ticket.txt", Digest: audit.DigestOf([]byte(ticket))}},
	}
	paper, _, err = as(staff).AddWorkpaper(ctx, paper)
	must(err)
	digest, _, err := as(staff).DigestOf(ctx, audit.KindWorkpaper, e, paper.Code)
	must(err)
	for _, s := range []struct {
		by audit.Person
		as audit.SignAs
	}{{staff, audit.AsPreparer}, {manager, audit.AsReviewer}} {
		_, _, err = as(s.by).AddSignOff(ctx, audit.SignOff{Engagement: e, Subject: "workpaper/WP-1", Digest: digest, As: s.as})
		must(err)
	}
	_, _, err = as(staff).AddWorkpaper(ctx, audit.Workpaper{Engagement: e, Code: "WP-2", Kind: audit.GeneralPaper, Title: "Not reviewed"})
	must(err)
	_, _, err = as(manager).AddNote(ctx, audit.Note{Engagement: e, Code: "N-1", Subject: "workpaper/WP-2", Text: "Which payments?"})
	must(err)
	_, _, err = as(staff).AddAuditorConclusion(ctx, audit.AuditorConclusion{
		Engagement: e, On: audit.OnControl, Code: "PY-01", Design: audit.Suitable, Operation: audit.EffectiveExcept, Workpapers: []string{"WP-1"}, Reason: "One of two.",
	})
	must(err)
}

func tenantOf(ctx context.Context, t *testing.T, db *store.DB, p audit.Person) *store.Tenant {
	t.Helper()
	all, err := db.Organizations(ctx)
	if err != nil {
		t.Fatal(err)
	}
	standing, err := db.Standing(ctx, all[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	g, err := authority.Admit(p, all[0].ID, standing)
	if err != nil {
		t.Fatal(err)
	}
	return db.Tenant(g)
}
