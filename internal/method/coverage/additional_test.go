package coverage

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

var hipaa = []Framework{{ID: "hipaa-security", Title: "HIPAA Security Rule", Requirements: []string{"164.308(b)", "164.312(b)"}}}

func plus(set string, list ...audit.AdditionalCriterion) audit.Engagement {
	return audit.Engagement{Kind: audit.SOC2, Additional: []audit.Additional{{Set: set, Criteria: list}}}
}

// A requirement is served by the controls that management names, as far as they
// are in scope; words that it does not give are those of the firm ties.
func TestAdditionalSets(t *testing.T) {
	s := Scope{
		Engagement: plus("hipaa-security", audit.AdditionalCriterion{ID: "164.312(b)", Controls: []string{"A", "B"}}, audit.AdditionalCriterion{ID: "164.308(b)", Words: "Partners agree in writing."}),
		Criteria:   []audit.Criterion{{ID: "CC6.1"}},
		Controls:   []audit.Control{{Code: "A", Criteria: []string{"CC6.1"}}, {Code: "B"}},
	}
	got := AdditionalSets(s, hipaa, []audit.Mapping{
		{From: "CC7.2", Framework: "hipaa-security", To: "164.312(b)", Rationale: "Both concern watching systems; one asks for logs."},
		{From: "CC4.1", Framework: "hipaa-security", To: "164.312(b)", Rationale: "Both concern evaluation; loosely.", Weak: true},
	})
	want := []Row{
		{Code: "164.312(b)", Text: "Watching systems.", Group: "hipaa-security", Controls: s.Controls[:1]},
		{Code: "164.308(b)", Text: "Partners agree in writing.", Group: "hipaa-security"},
	}
	if len(got) != 1 || got[0].Title != "HIPAA Security Rule" {
		t.Fatalf("%+v", got)
	}
	if diff := cmp.Diff(want, got[0].Rows); diff != "" {
		t.Error(diff)
	}
}

func TestCheckAdditional(t *testing.T) {
	soc1 := plus("hitrust", audit.AdditionalCriterion{ID: "01.c"})
	soc1.Kind = audit.SOC1
	for _, c := range []struct {
		e    audit.Engagement
		want string // "" when nothing is wrong
	}{
		{plus("hipaa-security", audit.AdditionalCriterion{ID: "164.312(b)", Controls: []string{"A"}}), ""},
		{plus("hipaa-security", audit.AdditionalCriterion{ID: "164.218"}), `"164.218" is no requirement that the catalog lists`},
		{plus("csa-star", audit.AdditionalCriterion{ID: "IAM-05"}), ""},
		{plus("csa-star", audit.AdditionalCriterion{ID: "XYZ-05"}), "is no id of csa-star"},
		{plus("hitrust", audit.AdditionalCriterion{ID: "01.c"}), ""},
		{plus("hitrust", audit.AdditionalCriterion{ID: "access"}), "is no id of hitrust"},
		{plus("fedramp", audit.AdditionalCriterion{ID: "AC-1"}), `no additional set "fedramp"; there are csa-star, hipaa-security, hitrust`},
		{plus("hitrust", audit.AdditionalCriterion{ID: "01.c"}, audit.AdditionalCriterion{ID: "01.c"}), "named twice"},
		{plus("hitrust", audit.AdditionalCriterion{ID: "01.c", Controls: []string{"Z"}}), `control "Z", which is not described`},
		{plus("hitrust"), "has no criteria"},
		{soc1, "belong to a SOC 2"},
	} {
		faults := CheckAdditional(c.e, hipaa, []audit.Control{{Code: "A"}})
		if c.want == "" && len(faults) > 0 || c.want != "" && (len(faults) != 1 || !strings.Contains(faults[0].Error(), c.want)) {
			t.Errorf("%+v: %v, want %q", c.e.Additional, faults, c.want)
		}
	}
}
