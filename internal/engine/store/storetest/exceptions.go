package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

var exceptionRules = []rule{
	{"a result and the list of its exceptions are recorded together", func(t *testing.T, h house) {
		ctx := t.Context()
		r := result("soc1", "p", 5)
		list := &audit.Exceptions{Total: 2, Rows: []audit.ExceptionRow{{Item: "E-1", Reason: "late"}, {Item: "E-2", Reason: "late"}}, Groups: []audit.ReasonGroup{{Reason: "late", Count: 2}}}
		var first audit.Result
		if n := grew(t, h.auditor, func() { first, _ = must2(h.automation.AddResult(ctx, r, list))(t) }); n != 2 {
			t.Errorf("%d leaves, want the result and its list", n)
		}
		if n := grew(t, h.auditor, func() { must2(h.automation.AddResult(ctx, r, list))(t) }); n != 0 {
			t.Errorf("again left %d leaves", n)
		}
		all := must(h.auditor.Exceptions(ctx, "soc1"))(t)
		if len(all) != 1 || all[0].Result != first.ID || all[0].Procedure != "p" {
			t.Fatalf("%+v", all)
		}
		if diff := cmp.Diff(list.Rows, all[0].Rows); diff != "" {
			t.Error(diff)
		}
	}},
	{"who looks into an exception is management's to say", func(t *testing.T, h house) {
		ctx := t.Context()
		one := audit.Assignment{Engagement: "soc1", Procedure: "p", Item: "E-1", To: "T. Renn", Due: "2025-07-01", By: "R. Vale"}
		whole := audit.Assignment{Engagement: "soc1", Procedure: "p", To: "A. Moss", By: "R. Vale"}
		if n := must(h.management.AddAssignments(ctx, []audit.Assignment{one, whole}))(t); n != 2 {
			t.Errorf("%d are new", n)
		}
		one.To = "B. Ash"
		if n := must(h.management.AddAssignments(ctx, []audit.Assignment{one, whole}))(t); n != 1 {
			t.Errorf("%d are new", n)
		}
		all := must(h.auditor.Assignments(ctx, "soc1"))(t)
		if len(all) != 2 || all[0].To != "A. Moss" || all[1].To != "B. Ash" || all[0].By != h.management.Person().Name {
			t.Errorf("%+v", all)
		}
		if _, err := h.auditor.AddAssignments(ctx, []audit.Assignment{one}); err == nil {
			t.Error("the auditor assigned")
		}
	}},
}
