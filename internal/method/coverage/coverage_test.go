package coverage

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

var (
	leaver = audit.Control{Code: "ACC-02", Criteria: []string{"CC6.2", "CC6.3"}, Objectives: []string{"CO-05"}}
	recalc = audit.Control{Code: "PAY-04", Objectives: []string{"CO-01"}}
	both   = Scope{
		Criteria:   []audit.Criterion{{ID: "CC6.1"}, {ID: "CC6.2"}, {ID: "CC6.3"}},
		Objectives: []audit.Objective{{Code: "CO-01"}, {Code: "CO-05"}},
		Controls:   []audit.Control{leaver, recalc},
	}
)

func TestMatrixAndCounts(t *testing.T) {
	for _, c := range []struct {
		kind    audit.Kind
		want    map[string][]string
		scope   []string
		counted Counts
	}{
		{audit.SOC2, map[string][]string{"CC6.1": nil, "CC6.2": {"ACC-02"}, "CC6.3": {"ACC-02"}}, []string{"ACC-02"}, Counts{3, 2, 2}},
		{audit.SOC1, map[string][]string{"CO-01": {"PAY-04"}, "CO-05": {"ACC-02"}}, []string{"ACC-02", "PAY-04"}, Counts{2, 2, 1}},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			s := both
			s.Engagement.Kind = c.kind
			got := map[string][]string{}
			for _, r := range Matrix(s) {
				got[r.Code] = codes(r.Controls)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.scope, codes(InScope(s))); diff != "" {
				t.Error(diff)
			}
			counted := Count(Matrix(s), func(code string) bool { return code == "ACC-02" })
			if counted != c.counted {
				t.Errorf("counted %+v, want %+v", counted, c.counted)
			}
		})
	}
}

func codes(controls []audit.Control) []string {
	var out []string
	for _, c := range controls {
		out = append(out, c.Code)
	}
	return out
}
