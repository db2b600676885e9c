package engage

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
	"tickmark/internal/engine/coffer"
	"tickmark/internal/method/authority"
)

// recipient is the public half of a new key.
func recipient(t *testing.T) string {
	t.Helper()
	_, r, err := coffer.New()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWhoGivesTheFirmARecipient(t *testing.T) {
	as, ctx := staffed(t), t.Context()
	partner := as(auditor("P. Hale", audit.AuditorPartner))
	first, second := recipient(t), recipient(t)
	for name, s := range map[string]Stage{
		"management": as(management("D. Chen")), "staff": as(auditor("S. Quill", audit.AuditorStaff)), "quality reviewer": as(auditor("Q. Reed", audit.QualityReviewer)),
	} {
		if _, _, err := s.SetRecipient(ctx, "", first); !errors.Is(err, authority.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, text := range []string{"", "age1pq1", strings.ToUpper(first), first[:len(first)-1]} {
		if _, _, err := partner.SetRecipient(ctx, "", text); err == nil || !strings.Contains(err.Error(), "it is no recipient") {
			t.Errorf("%.20q: %v", text, err)
		}
	}
	if _, _, err := partner.SetRecipient(ctx, "others", first); err == nil || !strings.Contains(err.Error(), `there is no firm "others"`) {
		t.Errorf("another firm: %v", err)
	}
	f, changed, err := partner.SetRecipient(ctx, "", first)
	if err != nil || !changed || f.Recipient != first || f.License != "NJ-20CC" {
		t.Fatalf("%+v %v %v", f, changed, err)
	}
	if _, changed, err := partner.SetRecipient(ctx, f.Code, first); err != nil || changed {
		t.Errorf("again: %v %v", changed, err)
	}
	if f, _, err = partner.SetRecipient(ctx, f.Code, second); err != nil || f.Recipient != second {
		t.Errorf("the next one: %v", err)
	}
	f.Recipient, f.License = "", "NJ-20CD" // as a firm's file says it, which has no recipient
	if f, _, err = partner.Set(ctx, f); err != nil || f.Recipient != second || f.License != "NJ-20CD" {
		t.Errorf("a firm that is described anew lost its recipient: %.20q %v", f.Recipient, err)
	}
}

func TestToWhomABundleIsEncrypted(t *testing.T) {
	firms := []audit.Firm{{Code: "hale", Recipient: "H"}, {Code: "lund", Recipient: "L"}, {Code: "none"}}
	on := func(firm, name string, r audit.Role, left bool) audit.Member {
		return audit.Member{Engagement: "soc1", Name: name, Role: r, Firm: firm, Left: left}
	}
	members := []audit.Member{
		on("hale", "Petra", audit.AuditorPartner, false), on("hale", "Both", audit.AuditorStaff, false), on("lund", "Both", audit.QualityReviewer, false),
		on("none", "Nemo", audit.AuditorPartner, false), on("lund", "Gone", audit.AuditorStaff, true), on("", "Mara", audit.ManagementAdmin, false),
	}
	for name, want := range map[string][2][]string{
		"Petra": {{"H"}, nil}, "Both": {{"H", "L"}, nil}, "Nemo": {nil, {"none"}}, "Gone": {}, "Mara": {}, "Nobody": {},
	} {
		to, lacking := Recipients(name, firms, members)
		if diff := cmp.Diff(want, [2][]string{to, lacking}); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
