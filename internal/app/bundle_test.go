package app

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/coffer"
	"tickmark/internal/stage/advance"
)

// keyed is a described organization with a partner on a firm's team, and the
// name of a key that was made for the firm.
func keyed(t *testing.T) (a *App, partner audit.Person, code, key string) {
	t.Helper()
	a, ctx := describedApp(t), t.Context()
	partner = audit.Person{Name: "P. Hale", Side: audit.Auditor, Role: audit.AuditorPartner}
	all, err := a.Engagements(ctx, partner)
	if err != nil || len(all) == 0 {
		t.Fatal(err)
	}
	code = all[0].Engagement.Code
	o, err := a.openFor(ctx, partner, code)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.tenant.AddFirm(ctx, audit.Firm{Code: "hale", Name: "Hale", License: "NJ-1"}); err != nil {
		t.Fatal(err)
	}
	for _, m := range []audit.Member{{Name: "P. Hale", Role: audit.AuditorPartner}, {Name: "S. Quill", Role: audit.AuditorStaff}} {
		m.Engagement, m.Firm = code, "hale"
		if _, _, err := a.AddMember(ctx, partner, m); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := a.Declare(ctx, partner, audit.Declaration{Engagement: code, Independent: true, Prior: audit.NoPriorWork}); err != nil {
		t.Fatal(err)
	}
	key = filepath.Join(t.TempDir(), "hale.key")
	if _, err := coffer.Make(key); err != nil {
		t.Fatal(err)
	}
	return a, partner, code, key
}

// alone fails when a folder holds anything but a file: what was written beside
// it on the way is gone.
func alone(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("beside %s: %v %v", path, entries, err)
	}
}

func says(t *testing.T, what string, err error, text string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("%s: %v; want %q", what, err, text)
	}
}

func TestTheAuditorsBundleIsEncryptedToTheFirm(t *testing.T) {
	a, partner, _, key := keyed(t)
	ctx, lead, dir := t.Context(), audit.Person{Name: "D. Chen", Side: audit.Management}, t.TempDir()
	write := func(ctx context.Context, p audit.Person, name string, plain bool) (string, error) {
		path := filepath.Join(dir, name, "bundle.zip")
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		_, err := a.WriteBundle(ctx, p, path, plain)
		return path, err
	}
	_, err := write(ctx, partner, "before", false)
	says(t, "before there is a recipient", err, "no recipient of hale is recorded")
	if plain, err := write(ctx, partner, "plain", true); err != nil {
		t.Fatal(err)
	} else {
		alone(t, plain)
	}
	_, _, err = a.SetRecipient(ctx, partner, "", key)
	says(t, "the private key is recorded", err, "stays with the firm")
	_, _, err = a.SetRecipient(ctx, lead, "", key+coffer.Suffix)
	says(t, "management gives the firm a recipient", err, "policy wall-auditor-writes")
	if _, _, err := a.SetRecipient(ctx, partner, "", key+coffer.Suffix); err != nil {
		t.Fatal(err)
	}
	_, err = write(ctx, partner, "after", true)
	says(t, "plain, with a recipient", err, "none is written plain")
	_, err = write(ctx, lead, "ours", true)
	says(t, "management's, plain", err, "leave --plain out")
	path, err := write(ctx, partner, "locked", false)
	if err != nil {
		t.Fatal(err)
	}
	alone(t, path)
	text, err := os.ReadFile(path)
	if err != nil || bytes.Contains(text, []byte("records.ndjson")) || !coffer.Locked(bytes.NewReader(text)) {
		t.Errorf("it is not encrypted: %v", err)
	}
	ours, err := write(ctx, lead, "ours", false)
	if err != nil {
		t.Fatal(err)
	}
	if text, err = os.ReadFile(ours); err != nil || coffer.Locked(bytes.NewReader(text)) {
		t.Errorf("management's is encrypted to the firm: %v", err)
	}
	left, err := os.ReadDir(a.state("scratch"))
	if err != nil || len(left) > 0 {
		t.Errorf("left in the scratch folder: %v %v", left, err)
	}
}

func TestTheArchiveIsEncryptedToTheFirm(t *testing.T) {
	a, partner, code, key := keyed(t)
	ctx, dir := t.Context(), t.TempDir()
	whole, plain := filepath.Join(dir, "whole.zip"), filepath.Join(dir, "plain.zip")
	if _, err := a.WriteBundle(ctx, partner, plain, true); err != nil {
		t.Fatal(err)
	}
	if _, _, err := a.SetRecipient(ctx, partner, "", key+coffer.Suffix); err != nil {
		t.Fatal(err)
	}
	if _, err := a.WriteBundle(ctx, partner, whole, false); err != nil {
		t.Fatal(err)
	}
	digest, records, recipient, err := a.archived(ctx, Archive{File: whole, Key: key})
	if err != nil || !digest.Valid() || records == 0 || coffer.Sound(recipient) != nil {
		t.Fatalf("%q %d %v", digest, records, err)
	}
	text, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	other, verifier := filepath.Join(dir, "other.key"), filepath.Join(dir, "meridian.key")
	if _, err := coffer.Make(other); err != nil {
		t.Fatal(err)
	}
	file := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	file("meridian.key", []byte("tickmark.local/org_1+1ab87a67+AYEKFiyNpqcoYgnuYf3bNXIxaoUPLk3xSHE2wJpmqcmO\n"))
	flipped := bytes.Clone(text)
	flipped[len(flipped)/2] ^= 1
	for name, c := range map[string]struct {
		x    Archive
		says string
	}{
		"without the key":        {Archive{File: whole}, "give that with --key FILE"},
		"with another firm's":    {Archive{File: whole, Key: other}, "give the key that the firm had when it was written"},
		"with management's":      {Archive{File: whole, Key: verifier}, "it is no firm's private key"},
		"with the recipient":     {Archive{File: whole, Key: key + coffer.Suffix}, "it is no firm's private key"},
		"with a key that is not": {Archive{File: whole, Key: key + "x"}, "no such file"},
		"a flipped bit":          {Archive{File: file("flipped", flipped), Key: key}, "altered or cut short"},
		"cut short":              {Archive{File: file("short", text[:len(text)-100]), Key: key}, "altered or cut short"},
		"cut to its beginning":   {Archive{File: file("head", text[:40]), Key: key}, "altered or cut short"},
		"nothing":                {Archive{File: file("empty", nil), Key: key}, "it is empty"},
	} {
		_, _, _, err := a.archived(ctx, c.x)
		says(t, name, err, c.says)
	}
	s := released(t, a, partner, code)
	_, err = a.Archive(ctx, partner, code, s, Archive{File: plain})
	says(t, "a plain archive", err, "hale keeps its files encrypted")
}

// released takes an engagement to where only its archive is left, past the gates, and
// returns that step.
func released(t *testing.T, a *App, partner audit.Person, code string) advance.To {
	t.Helper()
	o, err := a.openFor(t.Context(), partner, code)
	if err != nil {
		t.Fatal(err)
	}
	step := audit.Step{Engagement: code, Phase: audit.Issued, ReportDate: "2026-02-01"}
	if _, _, err := o.tenant.AddStep(t.Context(), step); err != nil {
		t.Fatal(err)
	}
	step.Released = "2026-02-02"
	if _, _, err := o.tenant.AddStep(t.Context(), step); err != nil {
		t.Fatal(err)
	}
	return advance.To{Phase: audit.Archived}
}
