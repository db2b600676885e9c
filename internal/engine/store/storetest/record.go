package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

var recordRules = []rule{
	{"a population is added once and returned with its ID and time", func(t *testing.T, h house) {
		ctx := t.Context()
		p := population("payments", "pay-2025", "a,b")
		p.ID, p.At = "pop_mine", time.Unix(1, 0) // the store's to say
		first, added, err := h.automation.AddPopulation(ctx, p)
		if err != nil || !added || !strings.HasPrefix(string(first.ID), "pop_") || first.ID == p.ID || first.At.Equal(p.At) {
			t.Fatalf("first: %+v, %v, %v", first, added, err)
		}
		if n := grew(t, h.auditor, func() {
			again, added, err := h.management.AddPopulation(ctx, p)
			if diff := cmp.Diff(first, again); diff != "" || added || err != nil {
				t.Errorf("again: %v, %v\n%s", added, err, diff)
			}
		}); n != 0 {
			t.Errorf("adding it again left %d leaves", n)
		}
		if diff := cmp.Diff([]audit.Population{first}, must(h.auditor.Populations(ctx))(t)); diff != "" {
			t.Error(diff)
		}
	}},
	{"any difference makes a new population, and a return to an earlier one counts", func(t *testing.T, h house) {
		ctx := t.Context()
		a, b := population("payments", "pay-2025", "a"), population("payments", "pay-2025", "a")
		b.OutOfTime = 1
		var ids []audit.ID
		for i, p := range []audit.Population{a, b, a} {
			got, added, err := h.automation.AddPopulation(ctx, p)
			if err != nil || !added {
				t.Fatalf("%d: %v, %v", i, added, err)
			}
			ids = append(ids, got.ID)
		}
		if ids[0] == ids[1] || ids[1] == ids[2] || ids[0] == ids[2] {
			t.Errorf("ids %v are not three", ids)
		}
		now := must(h.auditor.Populations(ctx))(t)
		if len(now) != 1 || now[0].ID != ids[2] || now[0].OutOfTime != 0 {
			t.Errorf("current: %+v", now)
		}
		if n := len(records(t, h.auditor)); n != 4 {
			t.Errorf("%d records, want the organization and three populations", n)
		}
	}},
	{"populations are listed by name and dataset", func(t *testing.T, h house) {
		for _, p := range [][2]string{{"people", "x"}, {"accounts", "b"}, {"Payments", "a"}, {"accounts", "B"}} {
			must2(h.automation.AddPopulation(t.Context(), population(p[0], p[1], "z")))(t)
		}
		var got []string
		for _, p := range must(h.auditor.Populations(t.Context()))(t) {
			got = append(got, p.Name+" "+p.Dataset)
		}
		if diff := cmp.Diff([]string{"Payments a", "accounts B", "accounts b", "people x"}, got); diff != "" {
			t.Error(diff)
		}
	}},
	{"the newest result of a procedure in an engagement counts", func(t *testing.T, h house) {
		ctx := t.Context()
		for _, r := range []audit.Result{
			result("soc2", "b", 1), result("soc1", "b", 2), result("soc1", "a", 3), result("soc1", "b", 4),
		} {
			if got, added := must2(h.auditor.AddResult(ctx, r, nil))(t); !added || !strings.HasPrefix(string(got.ID), "res_") {
				t.Errorf("added %v: %+v", added, got)
			}
		}
		if _, added := must2(h.management.AddResult(ctx, result("soc1", "b", 4), nil))(t); added {
			t.Error("the same result was added twice")
		}
		if diff := cmp.Diff([]string{"soc1 a 3", "soc1 b 4", "soc2 b 1"}, resultTexts(t, h, "")); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"soc1 a 3", "soc1 b 4"}, resultTexts(t, h, "soc1")); diff != "" {
			t.Error(diff)
		}
		if got := resultTexts(t, h, "SOC1"); got != nil {
			t.Errorf("an engagement of another name has results %v", got)
		}
	}},
	{"the newest judgment of an exception counts and all are kept", func(t *testing.T, h house) {
		ctx := t.Context()
		judge := func(ds ...audit.Disposition) int { return must(h.auditor.AddDispositions(ctx, ds))(t) }
		one := disposition("soc1", "p", "E-1", audit.IsDeviation)
		two := disposition("soc1", "p", "E-2", audit.IsNotDeviation)
		one2 := disposition("soc1", "p", "E-1", audit.IsNotDeviation)
		if n := judge(two, one, one); n != 2 {
			t.Errorf("first: %d", n)
		}
		if n := judge(one, two); n != 0 {
			t.Errorf("the same: %d", n)
		}
		if n := judge(one2, one); n != 2 {
			t.Errorf("there and back: %d", n)
		}
		judge(disposition("soc2", "p", "E-1", audit.IsDeviation))
		var got []string
		for _, d := range must(h.management.Dispositions(ctx, "soc1"))(t) {
			got = append(got, fmt.Sprintf("%s %s %t", d.Item, d.Judgment, d.At.IsZero()))
		}
		if diff := cmp.Diff([]string{"E-1 deviation false", "E-2 not-a-deviation false"}, got); diff != "" {
			t.Error(diff)
		}
		if n := len(must(h.management.Dispositions(ctx, ""))(t)); n != 3 {
			t.Errorf("%d dispositions in all engagements", n)
		}
		want := []string{"soc1/p/E-2@1", "soc1/p/E-1@1", "soc1/p/E-1@2", "soc1/p/E-1@3", "soc2/p/E-1@1"}
		for i := range want {
			want[i] = "disposition " + want[i]
		}
		if diff := cmp.Diff(want, records(t, h.auditor)[1:]); diff != "" {
			t.Error(diff)
		}
	}},
	{"a judgment names whoever recorded it, and beside him whom he names as its judge", func(t *testing.T, h house) {
		ctx, me := t.Context(), h.auditor.Person().Name
		mine := disposition("soc1", "p", "E-1", audit.IsDeviation)
		mine.By = me
		forged := disposition("soc1", "p", "E-2", audit.IsDeviation)
		forged.Judge = me
		must(h.auditor.AddDispositions(ctx, []audit.Disposition{mine, forged}))(t)
		all := must(h.auditor.Dispositions(ctx, "soc1"))(t)
		if len(all) != 2 || all[0].By != me || all[0].Judge != "" || all[1].By != me || all[1].Judge != "Ines" {
			t.Errorf("%+v", all)
		}
	}},
	{"the newest conclusion on a control counts", func(t *testing.T, h house) {
		ctx := t.Context()
		conclude := func(cs ...audit.Conclusion) int { return must(h.automation.AddConclusions(ctx, cs))(t) }
		if n := conclude(conclusion("soc1", "B", 1), conclusion("soc1", "A", 1), conclusion("soc2", "A", 1)); n != 3 {
			t.Errorf("first: %d", n)
		}
		if n := conclude(conclusion("soc1", "B", 1), conclusion("soc1", "A", 2)); n != 1 {
			t.Errorf("one changed: %d", n)
		}
		var got []string
		ids := map[audit.ID]bool{}
		for _, c := range must(h.auditor.Conclusions(ctx, ""))(t) {
			got = append(got, fmt.Sprintf("%s %s %d", c.Engagement, c.Control, c.Tested))
			ids[c.ID] = true
		}
		if diff := cmp.Diff([]string{"soc1 A 2", "soc1 B 1", "soc2 A 1"}, got); diff != "" {
			t.Error(diff)
		}
		if len(ids) != 3 || ids[""] {
			t.Errorf("ids: %v", ids)
		}
		if n := len(must(h.auditor.Conclusions(ctx, "soc2"))(t)); n != 1 {
			t.Errorf("%d conclusions in soc2", n)
		}
	}},
	{"the newest draft of an engagement's report counts", func(t *testing.T, h house) {
		ctx := t.Context()
		must2(h.automation.AddReport(ctx, report("soc2", "SOC 2")))(t)
		must2(h.automation.AddReport(ctx, report("soc1", "first")))(t)
		second, _ := must2(h.automation.AddReport(ctx, report("soc1", "second")))(t)
		again, added := must2(h.automation.AddReport(ctx, report("soc1", "second")))(t)
		if diff := cmp.Diff(second, again); diff != "" || added {
			t.Errorf("added twice: %v\n%s", added, diff)
		}
		got := must(h.auditor.Reports(ctx))(t)
		if len(got) != 2 || got[0].ID != second.ID || got[1].Title != "SOC 2" {
			t.Errorf("reports: %+v", got)
		}
	}},
	{"absent stays absent and empty stays empty", func(t *testing.T, h house) {
		ctx := t.Context()
		for i, r := range []audit.Result{
			{Engagement: "e", Procedure: "absent"},
			{Engagement: "e", Procedure: "empty", Inputs: []audit.Input{}, Parameters: map[string]string{"p": ""}},
		} {
			stored, added := must2(h.automation.AddResult(ctx, r, nil))(t)
			r.ID, r.At = stored.ID, stored.At
			if diff := cmp.Diff(r, stored); diff != "" || !added {
				t.Errorf("returned: added %v\n%s", added, diff)
			}
			if diff := cmp.Diff(r, must(h.auditor.Results(ctx, "e"))(t)[i]); diff != "" {
				t.Errorf("read back:\n%s", diff)
			}
			if _, added := must2(h.automation.AddResult(ctx, stored, nil))(t); added {
				t.Error("what was read back is not what is there")
			}
		}
	}},
	{"adding nothing is no event", func(t *testing.T, h house) {
		ctx := t.Context()
		if n := grew(t, h.auditor, func() {
			must(h.management.ApplyScope(ctx, nil))(t)
			must(h.auditor.AddDispositions(ctx, nil))(t)
			must(h.auditor.AddConclusions(ctx, nil))(t)
		}); n != 0 {
			t.Errorf("the trail grew by %d", n)
		}
	}},
	{"times are UTC, in whole microseconds, and come back as they were given out", func(t *testing.T, h house) {
		ctx := t.Context()
		added, _ := must2(h.automation.AddPopulation(ctx, population("people", "hr", "x")))(t)
		apply(t, h, control("A", "a"))
		read := must(h.auditor.Populations(ctx))(t)[0]
		org := must(h.auditor.Organization(ctx))(t)
		item := must(h.auditor.Scope(ctx))(t)[0]
		for name, at := range map[string]time.Time{
			"added": added.At, "read": read.At, "organization": org.CreatedAt, "scope": item.At,
		} {
			if at.IsZero() || at.Location() != time.UTC || at.Nanosecond()%1000 != 0 {
				t.Errorf("%s: %v", name, at)
			}
		}
		if !added.At.Equal(read.At) || !org.CreatedAt.Equal(h.org.CreatedAt) {
			t.Errorf("given out %v, read %v", added.At, read.At)
		}
	}},
}

// must2 is must for the writes that return a record and whether it is new.
func must2[T any](v T, added bool, err error) func(*testing.T) (T, bool) {
	return func(t *testing.T) (T, bool) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v, added
	}
}

func resultTexts(t *testing.T, h house, engagement string) []string {
	t.Helper()
	var out []string
	for _, r := range must(h.auditor.Results(t.Context(), engagement))(t) {
		out = append(out, fmt.Sprintf("%s %s %d", r.Engagement, r.Procedure, r.Exceptions))
	}
	return out
}
