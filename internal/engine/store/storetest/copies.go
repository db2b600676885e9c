package storetest

import (
	"errors"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

var copyRules = []rule{
	{"no copy is given of a draft, of what is not released, or by the auditor", func(t *testing.T, h house) {
		c, ctx := issuing(t, h), t.Context()
		give := func(r audit.Report, to string) (audit.Copy, bool, error) {
			return c.admin.AddCopy(ctx, audit.Copy{Engagement: "soc1", Report: r.ID, To: to})
		}
		draft, _, err := h.automation.AddReport(ctx, audit.Report{Engagement: "soc1", Title: "SOC 1", Draft: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := give(draft, "T. Quist"); !errors.Is(err, authority.ErrRefused) {
			t.Errorf("a copy of a draft: %v", err)
		}
		issued, _, err := c.partner.AddReport(ctx, audit.Report{Engagement: "soc1", Title: "SOC 1"})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := give(issued, "T. Quist"); !errors.Is(err, authority.ErrRefused) {
			t.Errorf("a copy of what is not released: %v", err)
		}
		if _, _, err := c.partner.AddCopy(ctx, audit.Copy{Engagement: "soc1", Report: issued.ID, To: "T. Quist"}); !errors.Is(err, authority.ErrRefused) {
			t.Errorf("the auditor gives a copy: %v", err)
		}
		if all := must(c.admin.Copies(ctx, "soc1"))(t); len(all) != 0 {
			t.Errorf("%+v", all)
		}
	}},
}
