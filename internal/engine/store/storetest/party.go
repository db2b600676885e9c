package storetest

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
)

// partyRules are ways around the wall, and around the order of work, by which
// sequences of random acts had come through.
var partyRules = []rule{
	{"nobody leaves what he never was, so that nobody is put on the other side by leaving it", func(t *testing.T, h house) {
		c := engaged(t, h)
		refusesMember(t, c.partner, audit.Member{Engagement: "soc1", Name: "Mara", Role: audit.AuditorStaff, Left: true})
		refusesMember(t, c.admin, audit.Member{Engagement: "soc1", Name: "Stan", Role: audit.Employee, Left: true})
		must2(c.admin.AddMember(t.Context(), audit.Member{Name: "Emil", Role: audit.Employee, Left: true}))(t)
		must2(c.admin.AddMember(t.Context(), audit.Member{Name: "Emil", Role: audit.ControlOwner}))(t)
	}},
	{"a role on one side does not make another side's be forgotten", func(t *testing.T, h house) {
		c := engaged(t, h)
		must2(c.admin.AddMember(t.Context(), audit.Member{Engagement: "soc1", Name: "Nora", Role: audit.ControlOwner}))(t)
		refusesMember(t, c.admin, audit.Member{Engagement: "soc1", Name: "Nora", Role: audit.UserEntity, Entity: "Acme"})
		refusesMember(t, c.partner, audit.Member{Engagement: "soc1", Name: "Nora", Role: audit.AuditorStaff})
		refusesMember(t, c.admin, audit.Member{Engagement: "soc1", Name: "Stan", Role: audit.UserEntity, Entity: "Acme"})
	}},
	{"a person has one spelling, so that nobody is somebody else by a letter", func(t *testing.T, h house) {
		c := engaged(t, h)
		refusesMember(t, c.partner, audit.Member{Engagement: "soc1", Name: "stan ", Role: audit.QualityReviewer, Firm: "hale"})
		refusesMember(t, c.partner, audit.Member{Engagement: "soc1", Name: "QUIN", Role: audit.AuditorManager, Firm: "hale"})
		must2(c.partner.AddMember(t.Context(), audit.Member{Engagement: "soc2", Name: "Stan", Role: audit.AuditorManager, Firm: "hale"}))(t)
	}},
	{"a conclusion waits for the preparer and the reviewer of its papers, as they stand", func(t *testing.T, h house) {
		c, ctx := worked(t, h), t.Context()
		waits := func(when string) {
			t.Helper()
			x := audit.AuditorConclusion{Engagement: "soc1", On: audit.OnControl, Code: "CHG-02", Reason: when, Workpapers: []string{"CONFIDENTIAL-W-1"}}
			if _, _, err := c.staff.AddAuditorConclusion(ctx, x); !errors.Is(err, authority.ErrRefused) {
				t.Errorf("%s: %v", when, err)
			}
		}
		sign := func(who *store.Tenant, as audit.SignAs) {
			t.Helper()
			if err := c.signs(t, who, "workpaper/CONFIDENTIAL-W-1", as, audit.KindWorkpaper, "soc1", "CONFIDENTIAL-W-1"); err != nil {
				t.Fatal(err)
			}
		}
		must2(c.staff.AddWorkpaper(ctx, paper("W-1", "written anew")))(t)
		waits("both names have fallen")
		sign(c.partner, audit.AsReviewer)
		waits("no preparer signed it")
		sign(c.staff, audit.AsPreparer)
		signed := audit.SignOff{Engagement: "soc1", Subject: "workpaper/CONFIDENTIAL-W-1", As: audit.AsReviewer, Withdrawn: "seen too early"}
		signed.Digest, _ = must2(second(c.partner.DigestOf(ctx, audit.KindWorkpaper, "soc1", "CONFIDENTIAL-W-1")))(t)
		must2(c.partner.AddSignOff(ctx, signed))(t)
		waits("the reviewer took his name back")
		sign(c.partner, audit.AsReviewer)
		must2(c.staff.AddAuditorConclusion(ctx, audit.AuditorConclusion{Engagement: "soc1", On: audit.OnControl, Code: "CHG-02", Workpapers: []string{"CONFIDENTIAL-W-1"}}))(t)
	}},
	{"who sees one engagement of two sees management's people in the organization", func(t *testing.T, h house) {
		c, ctx := engaged(t, h), t.Context()
		must2(h.as(t, "Lena", audit.Auditor).AddMember(ctx, audit.Member{Engagement: "soc2", Name: "Lena", Role: audit.AuditorPartner, Firm: "hale"}))(t)
		var names []string
		for _, m := range must(c.staff.Members(ctx, ""))(t) {
			names = append(names, m.Name)
		}
		if diff := cmp.Diff([]string{"Emil", "Ilka", "Mara", "Olu", "Mina", "Petra", "Quin", "Stan", "Udo", "Uma"}, names); diff != "" {
			t.Errorf("of soc1 and the organization, and not of soc2: %s", diff)
		}
	}},
	{"an archived file is locked at once, and no step follows", func(t *testing.T, h house) {
		c, ctx := worked(t, h), t.Context()
		must2(c.manager.AddStep(ctx, audit.Step{Engagement: "soc1", Phase: audit.Issued, ReportDate: day(-3), Released: day(-2)}))(t)
		must2(c.manager.AddStep(ctx, audit.Step{Engagement: "soc1", Phase: audit.Archived}))(t)
		if _, _, err := c.staff.AddWorkpaper(ctx, paper("W-2", "after the archive")); !errors.Is(err, authority.ErrRefused) {
			t.Errorf("a paper was written after the archive: %v", err)
		}
		for _, to := range []audit.Phase{audit.Fieldwork, audit.Issued, audit.Archived} {
			if _, _, err := c.manager.AddStep(ctx, audit.Step{Engagement: "soc1", Phase: to, Reason: "again"}); !errors.Is(err, authority.ErrRefused) {
				t.Errorf("to %s after the archive: %v", to, err)
			}
		}
		must2(c.staff.AddAddition(ctx, audit.Addition{Engagement: "soc1", Code: "A-2", What: "a letter", Reason: "came late", Effect: "none", Reviewer: "Mina"}))(t)
	}},
}

func refusesMember(t *testing.T, by *store.Tenant, m audit.Member) {
	t.Helper()
	if _, _, err := by.AddMember(t.Context(), m); !errors.Is(err, authority.ErrRefused) {
		t.Errorf("%s recorded %+v: %v", by.Person().Name, m, err)
	}
}
