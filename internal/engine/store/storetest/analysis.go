package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

func analysis(engagement, analytic string, leads int64) audit.Analysis {
	return audit.Analysis{
		Engagement: engagement, Analytic: analytic, Version: 1, Method: audit.RobustZ, Inputs: []audit.Input{{Name: "payments", Rows: 3}},
		Parameters: map[string]string{"threshold": "3.5"}, Population: 3, Evaluated: 3, Leads: leads,
		Statistics: map[string]string{"values": "3", "threshold": "3.500000"},
	}
}

var analysisRules = []rule{
	{"the newest analysis by an analytic in an engagement counts", func(t *testing.T, h house) {
		ctx := t.Context()
		for _, a := range []audit.Analysis{
			analysis("soc2", "b", 1), analysis("soc1", "b", 2), analysis("soc1", "a", 3), analysis("soc1", "b", 4),
		} {
			if got, added := must2(h.automation.AddAnalysis(ctx, a))(t); !added || !strings.HasPrefix(string(got.ID), "ana_") {
				t.Errorf("added %v: %+v", added, got)
			}
		}
		if n := grew(t, h.auditor, func() {
			if _, added := must2(h.management.AddAnalysis(ctx, analysis("soc1", "b", 4)))(t); added {
				t.Error("the same analysis was added twice")
			}
		}); n != 0 {
			t.Errorf("the trail grew by %d", n)
		}
		var got []string
		for _, a := range must(h.auditor.Analyses(ctx, "soc1"))(t) {
			got = append(got, fmt.Sprintf("%s %s %d %s", a.Engagement, a.Analytic, a.Leads, a.Statistics["threshold"]))
		}
		if diff := cmp.Diff([]string{"soc1 a 3 3.500000", "soc1 b 4 3.500000"}, got); diff != "" {
			t.Error(diff)
		}
		if n := len(must(h.auditor.Analyses(ctx, ""))(t)); n != 3 {
			t.Errorf("%d analyses in all engagements", n)
		}
		if n := len(must(h.auditor.Results(ctx, ""))(t)); n != 0 {
			t.Errorf("%d results: a lead is no exception", n)
		}
	}},
	{"analyses are within the wall", func(t *testing.T, h house) {
		ctx := t.Context()
		must2(h.auditor.AddAnalysis(ctx, analysis("soc1", "a", 1)))(t)
		other := admit(t, h.db, "Southwind Payroll")
		if theirs := must(other.auditor.Analyses(ctx, ""))(t); len(theirs) != 0 {
			t.Errorf("another tenant sees %+v", theirs)
		}
		nobody := h.db.Tenant(authority.Grant{})
		_, _, err := nobody.AddAnalysis(ctx, analysis("soc1", "a", 1))
		_, reading := nobody.Analyses(ctx, "")
		if !errors.Is(err, authority.ErrRefused) || !errors.Is(reading, authority.ErrRefused) {
			t.Errorf("nobody: %v, %v", err, reading)
		}
	}},
}
