package conclude

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"tickmark/internal/audit"
)

const twoLeads = `{"item":"P-3","reason":"at 23:30","score":"1"}` + "\n" + `{"item":"P-7","reason":"on a weekend","score":"1"}` + "\n"

// kept is what was analyzed, and what was judged of it.
type kept struct {
	analysis audit.Analysis
	judged   []audit.Disposition
}

func (k *kept) Analyses(context.Context, string) ([]audit.Analysis, error) {
	return []audit.Analysis{k.analysis}, nil
}

func (k *kept) AddDispositions(_ context.Context, d []audit.Disposition) (int, error) {
	k.judged = append(k.judged, d...)
	return len(d), nil
}

func (k *kept) Open(context.Context, audit.Digest) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewBufferString(twoLeads)), nil
}

func TestJudgeLeads(t *testing.T) {
	good := audit.Disposition{Engagement: "soc1", Procedure: "off-hours", Item: "P-3", Judgment: audit.IsExplained, Reason: "the bank was down", By: "R. Okafor"}
	change := func(do func(*audit.Disposition)) audit.Disposition {
		d := good
		do(&d)
		return d
	}
	for _, c := range []struct {
		name string
		d    audit.Disposition
		want string
	}{
		{"explained", good, ""},
		{"followed up", change(func(d *audit.Disposition) { d.Judgment = audit.IsFollowedUp }), ""},
		{"a lead is no deviation", change(func(d *audit.Disposition) { d.Judgment = audit.IsDeviation }), `disposition 2: a lead is explained or followed-up, not "deviation"`},
		{"without a reason", change(func(d *audit.Disposition) { d.Reason = " " }), "disposition 2: say who judged and why"},
		{"of nothing", change(func(d *audit.Disposition) { d.Item = "P-4" }), `disposition 2: off-hours gave no lead "P-4" in soc1`},
		{"of what was not run", change(func(d *audit.Disposition) { d.Procedure = "other" }), "disposition 2: other was not run in soc1"},
	} {
		k := &kept{analysis: audit.Analysis{Engagement: "soc1", Analytic: "off-hours", Leads: 2, Detail: "aa"}}
		n, err := Leads{Records: k, Files: k}.Judge(t.Context(), []audit.Disposition{good, c.d})
		if c.want == "" && (err != nil || n != 2) || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || len(k.judged) != 0) {
			t.Errorf("%s: %d recorded, %v", c.name, len(k.judged), err)
		}
	}
}

// A file that lists other leads than were counted is not believed.
func TestLeadsAreCounted(t *testing.T) {
	k := &kept{analysis: audit.Analysis{Analytic: "off-hours", Leads: 3, Detail: "aa"}}
	err := EachLead(t.Context(), k, k.analysis, func(audit.Lead) error { return nil })
	if err == nil || err.Error() != "leads of off-hours: the file lists 2, the analysis counts 3" {
		t.Error(err)
	}
}
