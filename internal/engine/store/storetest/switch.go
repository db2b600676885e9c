package storetest

import (
	"testing"

	"tickmark/internal/audit"
)

var switchRules = []rule{
	{"the newest switch of a thing counts, and who switched it stays", func(t *testing.T, h house) {
		ctx := t.Context()
		off := audit.Switch{Subject: audit.SwitchConnection, Code: "okta", Off: true, By: "R. Vale", Reason: "tenant migration"}
		on := audit.Switch{Subject: audit.SwitchConnection, Code: "okta", By: "R. Vale", Reason: "migrated"}
		for i, s := range []audit.Switch{off, off, on} {
			_, added, err := h.management.AddSwitch(ctx, s)
			if err != nil || added != (i != 1) {
				t.Fatalf("%d: %v, %v", i, added, err)
			}
		}
		all := must(h.auditor.Switches(ctx))(t)
		if len(all) != 1 || all[0].Off || all[0].Reason != "migrated" || all[0].At.IsZero() || all[0].By != h.management.Person().Name {
			t.Errorf("%+v", all)
		}
		if _, _, err := h.automation.AddSwitch(ctx, off); err == nil {
			t.Error("the machine switched something off")
		}
	}},
	{"the history of conclusions and of results is whole and in order", func(t *testing.T, h house) {
		ctx := t.Context()
		for _, outcome := range []audit.Outcome{audit.OutcomeClean, audit.OutcomeDeviations, audit.OutcomeClean} {
			must(h.automation.AddConclusions(ctx, []audit.Conclusion{{Engagement: "e", Control: "C-1", Outcome: outcome}}))(t)
		}
		must(h.automation.AddConclusions(ctx, []audit.Conclusion{{Engagement: "other", Control: "C-1", Outcome: audit.OutcomeClean}}))(t)
		all := must(h.auditor.ConclusionHistory(ctx, "e"))(t)
		if len(all) != 3 || all[1].Outcome != audit.OutcomeDeviations || all[2].Outcome != audit.OutcomeClean {
			t.Errorf("%+v", all)
		}
		for _, n := range []int64{1, 2} {
			must2(h.automation.AddResult(ctx, audit.Result{Engagement: "e", Procedure: "p", Tested: n}, nil))(t)
		}
		if results := must(h.auditor.ResultHistory(ctx, "e"))(t); len(results) != 2 || results[0].Tested != 1 {
			t.Errorf("%+v", results)
		}
	}},
}

var reportRules = []rule{
	{"an issued report is never replaced, and reports of two kinds stand beside each other", func(t *testing.T, h house) {
		c, ctx := issuing(t, h), t.Context()
		report := audit.Report{Engagement: "soc1", Title: "SOC 2", Draft: true, Pages: 10}
		must2f(h.automation.AddReport(ctx, report))(t)
		report.Draft = false
		must2f(c.partner.AddReport(ctx, report))(t)
		if _, added, err := c.partner.AddReport(ctx, report); err != nil || added {
			t.Errorf("the same again: %v, %v", added, err)
		}
		report.Pages = 11
		if _, _, err := c.partner.AddReport(ctx, report); err == nil {
			t.Error("an issued report was replaced")
		}
		report.Kind = "soc3"
		must2f(c.partner.AddReport(ctx, report))(t)
		if all := must(c.partner.Reports(ctx))(t); len(all) != 2 || all[0].Pages != 10 {
			t.Errorf("%+v", all)
		}
	}},
}
