package storetest

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
)

var organizationRules = []rule{
	{"an organization is created once for each name", func(t *testing.T, h house) {
		ctx := t.Context()
		changed := audit.Organization{Name: h.org.Body.Name, LegalName: "another legal name"}
		again := must(h.db.CreateOrganization(ctx, person(audit.Management), changed))(t)
		if diff := cmp.Diff(h.org, again); diff != "" {
			t.Errorf("the second creation differs:\n%s", diff)
		}
		if n := must(h.auditor.TrailSize(ctx))(t); n != 1 {
			t.Errorf("the trail has %d leaves", n)
		}
		if diff := cmp.Diff(h.org, must(h.auditor.Organization(ctx))(t)); diff != "" {
			t.Error(diff)
		}
	}},
	{"organizations are listed by name, byte by byte", func(t *testing.T, h house) {
		want := []string{"NORTHWIND PAYROLL", h.org.Body.Name, "northwind payroll", "Ärzte", "日本"}
		for _, name := range []string{"日本", "northwind payroll", "Ärzte", "NORTHWIND PAYROLL"} {
			admit(t, h.db, name)
		}
		var got []string
		for _, o := range must(h.db.Organizations(t.Context()))(t) {
			got = append(got, o.Body.Name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}},
	{"only management creates an organization, and it has a name", func(t *testing.T, h house) {
		for _, side := range []audit.Side{audit.Auditor, audit.Automation, ""} {
			_, err := h.db.CreateOrganization(t.Context(), person(side), audit.Organization{Name: "New"})
			if !errors.Is(err, authority.ErrRefused) {
				t.Errorf("side %q: %v", side, err)
			}
		}
		for _, name := range []string{"", "a\x00b", "\xff"} {
			if _, err := h.db.CreateOrganization(t.Context(), person(audit.Management), audit.Organization{Name: name}); err == nil {
				t.Errorf("an organization is named %q", name)
			}
		}
		if all := must(h.db.Organizations(t.Context()))(t); len(all) != 1 {
			t.Errorf("organizations: %v", all)
		}
	}},
	{"an organization that is not there has no records and takes none", func(t *testing.T, h house) {
		for duty, write := range writes() {
			side := audit.Management
			if duty == authority.DutyJudge {
				side = audit.Auditor
			}
			nobody := h.db.Tenant(grant(t, side, "org_nowhere"))
			if err := write(t.Context(), nobody); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: %v", duty, err)
			}
		}
		nobody := h.db.Tenant(grant(t, audit.Auditor, "org_nowhere"))
		if _, err := nobody.Organization(t.Context()); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("organization: %v", err)
		}
		if got := records(t, nobody); len(got) != 0 {
			t.Errorf("records: %v", got)
		}
	}},
}
