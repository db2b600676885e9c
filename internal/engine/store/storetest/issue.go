package storetest

import (
	"errors"
	"strings"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
)

var issueRules = []rule{
	{"a report is issued by auditors, once a partner has signed the opinion as it stands, and never replaced", func(t *testing.T, h house) {
		c, ctx := engaged(t, h), t.Context()
		issue := func(who *store.Tenant) error {
			_, _, err := who.AddReport(ctx, audit.Report{Engagement: "soc1", Title: "the report"})
			return err
		}
		refused := func(says string, all ...*store.Tenant) {
			t.Helper()
			for _, who := range all {
				if err := issue(who); err == nil || !strings.Contains(err.Error(), says) {
					t.Errorf("%s: %v; want %q", who.Person().Name, err, says)
				}
			}
		}
		machine := h.as(t, "tickmark", audit.Automation)
		refused("policy issued-report-is-the-auditors", c.admin, machine, c.partner)
		must2(c.partner.AddStep(ctx, audit.Step{Engagement: "soc1", Phase: audit.Issued}))(t)
		refused("policy issued-report-is-the-auditors", c.admin, machine)
		refused("not authorized", c.owner, c.quality, c.entity)
		refused("a report is not issued without an opinion", c.partner)
		c.opine(t)
		refused("no partner has signed the opinion", c.partner, c.manager)
		c.signOpinion(t)
		if err := issue(c.manager); err != nil {
			t.Error(err)
		}
		for _, draft := range []bool{true, false} {
			if _, _, err := c.partner.AddReport(ctx, audit.Report{Engagement: "soc1", Title: "another", Draft: draft}); err == nil || !strings.Contains(err.Error(), "never replaced") {
				t.Errorf("draft %v: %v", draft, err)
			}
		}
	}},
	{"the firm's recipient is recorded by those who lead its people, replaced, and never taken away", func(t *testing.T, h house) {
		c, ctx := engaged(t, h), t.Context()
		firm := func(recipient string) audit.Firm {
			return audit.Firm{Code: "hale", Name: "Hale & Orr", License: "C-1", Recipient: recipient}
		}
		for _, who := range []*store.Tenant{c.admin, c.employee, c.staff, c.quality, h.as(t, "Zoe", audit.Auditor), h.as(t, "tickmark", audit.Automation)} {
			if _, _, err := who.AddFirm(ctx, firm("theirs")); !errors.Is(err, authority.ErrRefused) {
				t.Errorf("%s gave the firm a recipient: %v", who.Person().Name, err)
			}
		}
		must2(c.partner.AddFirm(ctx, firm("ours")))(t)
		must2(c.manager.AddFirm(ctx, firm("our next")))(t)
		if _, _, err := c.partner.AddFirm(ctx, firm("")); !errors.Is(err, authority.ErrRefused) {
			t.Errorf("the recipient was taken away: %v", err)
		}
		if all := must(c.admin.Firms(ctx))(t); len(all) != 1 || all[0].Recipient != "our next" {
			t.Errorf("%+v", all)
		}
	}},
}

// issuing is a cast that has come to where the report of soc1 is issued.
func issuing(t *testing.T, h house) cast {
	t.Helper()
	c := engaged(t, h)
	must2(c.partner.AddStep(t.Context(), audit.Step{Engagement: "soc1", Phase: audit.Issued}))(t)
	c.opine(t)
	c.signOpinion(t)
	return c
}

func (c cast) opine(t *testing.T) {
	t.Helper()
	must2(c.staff.AddOpinion(t.Context(), audit.Opinion{Engagement: "soc1", ReportDate: "2026-02-28", Firm: "hale"}))(t)
}

// signOpinion has management say what a partner waits for, and the partner sign.
func (c cast) signOpinion(t *testing.T) {
	t.Helper()
	for _, kind := range []audit.StatementKind{audit.Assertion, audit.Representation} {
		must2(c.admin.AddStatement(t.Context(), statement(kind, "", "2026-02-01")))(t)
		if err := c.undersigns(t, c.admin, kind, ""); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.signs(t, c.partner, "opinion", audit.AsPartner, audit.KindOpinion, "soc1"); err != nil {
		t.Fatal(err)
	}
}
