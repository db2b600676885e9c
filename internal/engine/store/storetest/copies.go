package storetest

import (
	"errors"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

var copyRules = []rule{
	{"no copy is given of a draft, of what is not released, or by the auditor", func(t *testing.T, h house) {
		ctx := t.Context()
		give := func(r audit.Report, to string) (audit.Copy, bool, error) {
			return h.management.AddCopy(ctx, audit.Copy{Engagement: "e", Report: r.ID, To: to})
		}
		draft, _, err := h.automation.AddReport(ctx, audit.Report{Engagement: "e", Title: "SOC 1", Draft: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := give(draft, "T. Quist"); !errors.Is(err, authority.ErrRefused) {
			t.Errorf("a copy of a draft: %v", err)
		}
		issued, _, err := h.automation.AddReport(ctx, audit.Report{Engagement: "e", Title: "SOC 1"})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := give(issued, "T. Quist"); !errors.Is(err, authority.ErrRefused) {
			t.Errorf("a copy of what is not released: %v", err)
		}
		if _, _, err := h.auditor.AddCopy(ctx, audit.Copy{Engagement: "e", Report: issued.ID, To: "T. Quist"}); !errors.Is(err, authority.ErrRefused) {
			t.Errorf("the auditor gives a copy: %v", err)
		}
		if all := must(h.management.Copies(ctx, "e"))(t); len(all) != 0 {
			t.Errorf("%+v", all)
		}
	}},
}
