package storetest

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

var textRules = []rule{
	{"codes are kept and told apart byte by byte", func(t *testing.T, h house) {
		codes := []string{
			"ac-01", "AC-01", "ac-01 ", " ac-01", "é", "e\u0301", "ß", "SS", "日本", "🧾", "it's; DROP TABLE record --",
			"$1", "?", "%", "_", `back\slash`, "a/b", "a%2Fb", "tab\there", "new\nline",
		}
		var items []audit.ScopeItem
		for _, c := range codes {
			items = append(items, control(c, c))
		}
		if n := apply(t, h, items...); n != len(codes) {
			t.Errorf("%d codes made %d items", len(codes), n)
		}
		if n := apply(t, h, items...); n != 0 {
			t.Errorf("applied again, %d changed", n)
		}
		var got []string
		for _, i := range must(h.auditor.Scope(t.Context()))(t) {
			got = append(got, i.Code)
		}
		slices.Sort(codes)
		if diff := cmp.Diff(codes, got); diff != "" {
			t.Error(diff)
		}
	}},
	{"names that run together stay apart", func(t *testing.T, h house) {
		ds := []audit.Disposition{
			disposition("a", "b/c", "d", audit.IsDeviation),
			disposition("a", "b", "c/d", audit.IsDeviation),
			disposition("a/b", "c", "d", audit.IsDeviation),
			disposition("a%2Fb", "c", "d", audit.IsDeviation),
			disposition("a", "b", "c", audit.IsDeviation),
			disposition("a", "b", "c@1", audit.IsDeviation),
		}
		if n := must(h.auditor.AddDispositions(t.Context(), ds))(t); n != len(ds) {
			t.Errorf("%d of %d recorded", n, len(ds))
		}
		if n := len(must(h.auditor.Dispositions(t.Context(), ""))(t)); n != len(ds) {
			t.Errorf("%d of %d read", n, len(ds))
		}
	}},
	{"a name that cannot be kept as it is is refused", func(t *testing.T, h house) {
		ctx := t.Context()
		for _, name := range []string{"", "a\x00b", "\xff\xfe"} {
			_, _, population := h.automation.AddPopulation(ctx, population("people", name, "x"))
			_, _, engagement := h.automation.AddResult(ctx, result(name, "p", 1), nil)
			_, _, procedure := h.automation.AddResult(ctx, result("e", name, 1), nil)
			_, item := h.auditor.AddDispositions(ctx, []audit.Disposition{disposition("e", "p", name, audit.IsDeviation)})
			_, control := h.automation.AddConclusions(ctx, []audit.Conclusion{conclusion("e", name, 1)})
			_, _, report := h.automation.AddReport(ctx, report(name, "title"))
			for what, err := range map[string]error{
				"dataset": population, "engagement": engagement, "procedure": procedure,
				"item": item, "control": control, "report": report,
			} {
				if err == nil {
					t.Errorf("%s is named %q", what, name)
				}
			}
		}
		if got := records(t, h.auditor); len(got) != 1 {
			t.Errorf("records: %v", got)
		}
	}},
	{"any text inside a record comes back", func(t *testing.T, h house) {
		d := disposition("e", "p", "i", audit.IsDeviation)
		d.Reason = "nul \x00, tab \t, quote ', \"double\", <html> & ünï 🧾 \u2028"
		must(h.auditor.AddDispositions(t.Context(), []audit.Disposition{d}))(t)
		if got := must(h.auditor.Dispositions(t.Context(), "e"))(t)[0].Reason; got != d.Reason {
			t.Errorf("%q came back as %q", d.Reason, got)
		}
	}},
	{"a list narrowed by what is no text is refused", func(t *testing.T, h house) {
		ctx := t.Context()
		must2(h.automation.AddResult(ctx, result("\ufffd", "p", 1), nil))(t)
		for _, name := range []string{"\xff", "a\x00b"} {
			if got, err := h.auditor.Results(ctx, name); err == nil {
				t.Errorf("results of %q: %v", name, got)
			}
			if got, err := h.auditor.Scope(ctx, audit.ScopeKind(name)); err == nil {
				t.Errorf("scope of kind %q: %v", name, got)
			}
		}
		if got := must(h.auditor.Results(ctx, "\ufffd"))(t); len(got) != 1 {
			t.Errorf("results: %v", got)
		}
	}},
}
