package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/stage/advance"
)

// describedApp is an open Tickmark that describes the example organization.
func describedApp(t *testing.T) *App {
	t.Helper()
	at := time.Date(2026, 2, 2, 12, 0, 0, 0, time.UTC)
	c := Config{Dir: t.TempDir(), Now: func() time.Time { at = at.Add(time.Second); return at }}
	if err := Init(c); err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	folder := filepath.Join(c.Dir, "workspace")
	if err := workspace.Example(folder, "Larkspur Billing"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Apply(t.Context(), audit.Person{Name: "D. Chen", Side: audit.Management}, folder, false, false); err != nil {
		t.Fatal(err)
	}
	return a
}

// Into the archive goes a whole bundle of this organization and of the auditor's
// side, and nothing else.
func TestTheArchiveIsAWholeBundle(t *testing.T) {
	a, ctx := describedApp(t), t.Context()
	partner := audit.Person{Name: "P. Hale", Side: audit.Auditor, Role: audit.AuditorPartner}
	all, err := a.Engagements(ctx, partner)
	if err != nil || len(all) == 0 || all[0].Gates.Phase != audit.Acceptance {
		t.Fatalf("%+v, %v", all, err)
	}
	code := all[0].Engagement.Code
	firm := filepath.Join(t.TempDir(), "firm.yaml")
	text := "code: hale\nname: Hale\ncity: Trenton\nstate: NJ\nlicense: NJ-1\nlicensed: {from: 2025-01-01, to: 2027-12-31}\nretention_years: 7\ncooling_off_months: 12\nlegend: [{mark: X, meaning: not met, exception: true}]\n"
	if err := os.WriteFile(firm, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := a.SetFirm(ctx, partner, firm); err != nil {
		t.Fatal(err)
	}
	if _, _, err := a.AddMember(ctx, partner, audit.Member{Engagement: code, Name: "P. Hale", Role: audit.AuditorPartner}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := a.Declare(ctx, partner, audit.Declaration{Engagement: code, Independent: true, Prior: audit.NoPriorWork}); err != nil {
		t.Fatal(err)
	}
	o, err := a.openFor(ctx, partner, code)
	if err != nil {
		t.Fatal(err)
	}
	step := func(p audit.Phase) {
		t.Helper()
		if _, _, err := o.tenant.AddStep(ctx, audit.Step{Engagement: code, Phase: p}); err != nil {
			t.Fatal(err)
		}
	}
	write := func(a *App) string {
		t.Helper()
		out := filepath.Join(t.TempDir(), "bundle.zip")
		if _, err := a.WriteBundle(ctx, partner, out, true); err != nil {
			t.Fatal(err)
		}
		return out
	}
	step(audit.Planning)
	whole := write(a)
	digest, holds, recipient, err := a.archived(ctx, Archive{File: whole})
	_, newest, missing := o.tenant.Newest(ctx, code)
	if err != nil || missing != nil || recipient != "" || !digest.Valid() || holds != newest+1 {
		t.Fatalf("%q with %d records of %d, %v, %v", digest, holds, newest+1, err, missing)
	}
	refused := func(file, says string) {
		t.Helper()
		if _, _, _, err := a.archived(ctx, Archive{File: file}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v; want %q", err, says)
		}
	}
	evidence := filepath.Join(t.TempDir(), "evidence.zip")
	if _, err := a.Bundle(ctx, audit.Person{Name: "Compliance lead", Side: audit.Management}, evidence); err != nil {
		t.Fatal(err)
	}
	refused(evidence, "the bundle of the side of management")
	refused(write(describedApp(t)), "the bundle was made with another one")
	b, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(whole, b, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(whole, "this is no whole bundle")
	refused(firm, "this is no whole bundle")
	if _, err := a.Advance(ctx, partner, code, advance.To{Phase: audit.Archived}, whole); err == nil || !strings.Contains(err.Error(), "this is no whole bundle") {
		t.Errorf("an altered archive: %v", err)
	}
}

func TestChooseEngagement(t *testing.T) {
	one := []audit.Engagement{{Code: "soc1-2025"}}
	two := append(one, audit.Engagement{Code: "soc2-2025"})
	for _, c := range []struct {
		all        []audit.Engagement
		code, want string
		says       string
	}{
		{one, "", "soc1-2025", ""},
		{two, "soc2-2025", "soc2-2025", ""},
		{two, "", "", "say which engagement with --engagement; there are soc1-2025 soc2-2025"},
		{two, "soc3", "", `there is no engagement "soc3"; there are soc1-2025 soc2-2025`},
		{nil, "", "", "no engagement is described"},
	} {
		got, err := chooseEngagement(c.all, c.code)
		if got.Code != c.want || (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q of %d: %q, %v", c.code, len(c.all), got.Code, err)
		}
	}
}
