package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
)

// codes are the codes of what a search finds, the best first.
func codes(t *testing.T, r *store.Tenant, words string) []string {
	t.Helper()
	f := must(r.Search(t.Context(), store.Question{Words: words, Limit: 1000}))(t)
	if f.Total != len(f.Hits) {
		t.Errorf("%q: %d hits of %d", words, len(f.Hits), f.Total)
	}
	out := []string{}
	for _, h := range f.Hits {
		out = append(out, h.Code)
	}
	return out
}

var searchRules = []rule{
	{"each word of a question begins a word of the record, or a part of a joined one", func(t *testing.T, h house) {
		apply(t, h, control("LA-03", "Access is removed when somebody leaves"), control("CHG-01", "Änderungen are reviewed; ticket/4711-b says by whom"))
		for words, want := range map[string][]string{
			"access": {"LA-03"}, "ACCESS removed": {"LA-03"}, "acc rem": {"LA-03"}, "la-03": {"LA-03"}, "la-0": {"LA-03"}, "03": {"LA-03"},
			"änderung": {"CHG-01"}, "4711-b": {"CHG-01"}, "ticket/47": {"CHG-01"}, "ticket 4711": {"CHG-01"},
			"ccess": {}, "access reviewed": {}, "la-03-x": {}, "": {}, "  - / . ": {}, "\"": {}, "'": {}, "*": {},
			`access" OR "reviewed`: {}, "access' | 'reviewed": {}, "access:*": {"LA-03"}, "NOT access": {}, "NEAR(access)": {}, "words:access": {}, `\access`: {"LA-03"}, "access?0": {"LA-03"}, "access?9": {},
		} {
			if d := cmp.Diff(want, codes(t, h.management, words)); d != "" {
				t.Errorf("%q (-want +got):\n%s", words, d)
			}
		}
	}},
	{"what is called by the question comes before what it begins, and that before what speaks of it", func(t *testing.T, h house) {
		apply(t, h, control("X-9", "as in AC-1"), control("AC-10", "ten"), control("AC-1", "one"))
		if d := cmp.Diff([]string{"AC-1", "AC-10", "X-9"}, codes(t, h.management, "AC-1")); d != "" {
			t.Error(d)
		}
		if _, err := h.automation.AddConclusions(t.Context(), []audit.Conclusion{conclusion("soc1", "AC-1", 3)}); err != nil {
			t.Fatal(err)
		}
		first := must(h.management.Search(t.Context(), store.Question{Words: "ac-1", Limit: 2}))(t).Hits
		if first[0].Kind != audit.KindScope || first[1].Kind != audit.KindConclusion {
			t.Errorf("the control does not come before what is concluded of it: %s, %s", first[0].Kind, first[1].Kind)
		}
		apply(t, h, control("Y-1", "backups are restored"), control("Y-2", strings.Repeat("other things are said here, ", 20)+"and backups"))
		if got := codes(t, h.management, "backups"); len(got) != 2 {
			t.Errorf("found %v", got)
		}
	}},
	{"only the newest version of what is not retired is found", func(t *testing.T, h house) {
		apply(t, h, control("AC-1", "yearly"), control("AC-2", "yearly"))
		apply(t, h, control("AC-1", "monthly"))
		if d := cmp.Diff([]string{"AC-2"}, codes(t, h.management, "yearly")); d != "" {
			t.Error(d)
		}
		retired := control("AC-2", "yearly")
		retired.Retired = true
		apply(t, h, retired)
		if got := codes(t, h.management, "yearly"); len(got) != 0 {
			t.Errorf("found %v", got)
		}
	}},
	{"hits are handed out in parts, with how many there are and as of when", func(t *testing.T, h house) {
		var all []audit.ScopeItem
		for i := range 25 {
			all = append(all, control(fmt.Sprintf("AC-%02d", i), "approved"))
		}
		apply(t, h, all...)
		whole, size := codes(t, h.management, "approved"), must(h.management.TrailSize(t.Context()))(t)
		var parts []string
		for from := 0; from < 30; from += 10 {
			f := must(h.management.Search(t.Context(), store.Question{Words: "approved", From: from, Limit: 10}))(t)
			if f.Total != 25 || f.Records != size || f.Cut != 0 {
				t.Errorf("%d of %d records", f.Total, f.Records)
			}
			for _, x := range f.Hits {
				parts = append(parts, x.Code)
			}
		}
		if !slices.Equal(whole, parts) {
			t.Errorf("in parts %v, at once %v", parts, whole)
		}
	}},
	{"a hit says where it is and marks what was asked for", func(t *testing.T, h house) {
		apply(t, h, control("LA-03", strings.Repeat("é ", 80)+"<b>Access</b> is & removed when access ends"+strings.Repeat(" é", 200)))
		f := must(h.management.Search(t.Context(), store.Question{Words: "acc remo", Limit: 5}))(t)
		x := f.Hits[0]
		if x.Kind != audit.KindScope || x.Part != string(audit.ScopeControl) || x.Code != "LA-03" || x.Sequence != 1 {
			t.Errorf("%+v", x)
		}
		var text, marks strings.Builder
		for _, p := range x.Excerpt {
			text.WriteString(p.Text)
			if p.Match {
				marks.WriteString(p.Text + "|")
			}
		}
		if marks.String() != "Acc|remo|acc|" {
			t.Errorf("marked %q", marks.String())
		}
		if s := text.String(); !strings.HasPrefix(s, "…") || !strings.HasSuffix(s, "…") || !strings.Contains(s, "é <b>Access</b> is & removed when access ends é") {
			t.Errorf("excerpt %q", s)
		}
	}},
	{"what is longer than is searched is counted", func(t *testing.T, h house) {
		var long strings.Builder
		for i := range 60000 {
			fmt.Fprintf(&long, "w%d ", i)
		}
		apply(t, h, control("LONG-1", long.String()))
		f := must(h.management.Search(t.Context(), store.Question{Words: "w1", Limit: 1}))(t)
		if f.Total != 1 || f.Cut != 1 {
			t.Errorf("%d found, %d cut short", f.Total, f.Cut)
		}
	}},
	{"a question without end is refused", func(t *testing.T, h house) {
		_, err := h.management.Search(t.Context(), store.Question{Words: strings.Repeat("word ", store.MostAsked+1), Limit: 1})
		if !errors.Is(err, store.ErrQuestion) {
			t.Error(err)
		}
	}},
	{"nobody finds what he may not see", func(t *testing.T, h house) {
		c, ctx := worked(t, h), t.Context()
		for _, who := range []*store.Tenant{c.admin, c.owner, c.employee, c.internal, c.entity, c.reader} {
			for _, words := range []string{"confidential", "CONFIDENTIAL-4711", "confidential-w-1", "lawsuit", "CONFIDENTIAL01"} {
				f, err := who.Search(ctx, store.Question{Words: words, Limit: 100})
				if err != nil || f.Total != 0 || len(f.Hits) != 0 {
					t.Errorf("%s finds %d of %q: %v", who.Person().Name, f.Total, words, err)
				}
			}
		}
		if n := len(codes(t, c.manager, "confidential")); n < 8 {
			t.Errorf("the auditor finds %d", n)
		}
		// What one finds is what one is handed of the newest records, of each kind.
		seen := map[string]int{}
		err := c.admin.Records(ctx, func(kind, _ string, _ audit.Digest, body []byte) error {
			if body != nil {
				seen[kind]++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range []string{audit.KindRequest, audit.KindResponse, audit.KindDeviation, audit.KindStatement, audit.KindMember} {
			n := 0
			for _, x := range must(c.admin.Search(ctx, store.Question{Words: kind, Limit: 100}))(t).Hits {
				if x.Kind == kind {
					n++
				}
			}
			if n == 0 || n > seen[kind] {
				t.Errorf("management finds %d records of kind %s, and is handed %d", n, kind, seen[kind])
			}
		}
		if got := codes(t, c.entity, "approved"); len(got) != 0 {
			t.Errorf("a client finds controls: %v", got)
		}
	}},
	{"management finds a sample when it is released", func(t *testing.T, h house) {
		c := worked(t, h)
		s := must(c.staff.Samples(t.Context(), "soc1"))(t)[0]
		if got := codes(t, c.admin, "confidential-4711"); len(got) != 0 {
			t.Errorf("found %v", got)
		}
		must2(c.staff.AddRelease(t.Context(), audit.Release{Engagement: "soc1", Sample: s.ID}))(t)
		if got := codes(t, c.admin, "confidential-4711"); len(got) != 1 {
			t.Errorf("found %v", got)
		}
	}},
	{"no organization finds another's", func(t *testing.T, h house) {
		other := admit(t, h.db, "Southwind Payroll")
		apply(t, h, control("AC-1", "theirs alone"))
		if got := codes(t, other.management, "alone"); len(got) != 0 {
			t.Errorf("found %v", got)
		}
		if got := codes(t, other.management, "southwind"); len(got) != 1 {
			t.Errorf("its own name: %v", got)
		}
	}},
	{"what was not kept is not found", func(t *testing.T, h house) {
		_, err := h.management.ApplyScope(t.Context(), []audit.ScopeItem{control("AC-1", "halfway"), {Kind: audit.ScopeControl, Code: "AC-2", Retired: true}})
		if err == nil {
			t.Fatal("what is not there was retired")
		}
		if got := codes(t, h.management, "halfway"); len(got) != 0 {
			t.Errorf("found %v", got)
		}
	}},
}
