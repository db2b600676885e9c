package bench

import (
	"fmt"
	"testing"
	"time"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/method/coverage"
	"tickmark/internal/method/wording"
)

// BenchmarkGaps analyzes 200 controls against all 61 criteria and eight
// frameworks, from what is recorded to what would close each gap: the wording of
// every control, the levels, the gaps, readiness, the description and the
// mappings. Reading the records and the catalog is not in it.
func BenchmarkGaps(b *testing.B) {
	known, err := catalog.Load()
	if err != nil {
		b.Fatal(err)
	}
	facts := manyControls(known, 200)
	frameworks := eight(known)
	var a coverage.Analysis
	var requirements int
	var took []time.Duration
	for b.Loop() {
		begin := time.Now()
		for _, c := range facts.Controls {
			s := facts.Standings[c.Code]
			s.Lacks = wording.Lacks(c, wording.Known{})
			facts.Standings[c.Code] = s
			wording.Lint(c, wording.Known{})
		}
		a = coverage.Analyze(facts)
		coverage.Description(facts, known.Description)
		requirements = 0
		for _, v := range coverage.ThroughCriteria(a, frameworks, known.Mappings) {
			requirements += len(v.Requirements)
		}
		took = append(took, time.Since(begin))
	}
	if len(a.Rows) != 61 || len(a.Controls) != 200 || a.Tally.Tested == 0 || len(a.Gaps) == 0 {
		b.Fatalf("%d criteria, %d controls, %+v, %d gaps", len(a.Rows), len(a.Controls), a.Tally, len(a.Gaps))
	}
	b.Logf("%s\n| | wall, median |\n|---|---|\n| gap analysis, 200 controls × 61 criteria × %d frameworks (%d requirements), %d gaps | **%.1f ms** |\n| at most | 50 ms |",
		machine(), len(frameworks), requirements, len(a.Gaps), float64(median(took).Microseconds())/1000)
}

// eight are the frameworks of other publishers.
func eight(c *catalog.Catalog) []coverage.Framework {
	var out []coverage.Framework
	for _, f := range c.Frameworks {
		if f.Publisher != "Tickmark" {
			out = append(out, coverage.Framework{ID: f.ID, Title: f.Title, Version: f.Version, Requirements: f.Requirements})
		}
	}
	return out
}

// manyControls are controls that serve three criteria each; of every four, one is
// without a procedure, one failed, and two operate.
func manyControls(c *catalog.Catalog, n int) coverage.Facts {
	f := coverage.Facts{
		Scope: coverage.Scope{Engagement: audit.Engagement{Code: "soc2", Kind: audit.SOC2, Type: 2}, Criteria: c.Criteria},
		AsOf:  time.Date(2025, 12, 31, 0, 0, 0, 0, time.UTC), Standings: map[string]coverage.Standing{},
		Results: map[string]audit.Result{}, Procedures: c.Procedures, Sources: map[string][]string{},
	}
	speaking := map[string][]string{}
	for id, p := range c.Procedures {
		for _, x := range p.Criteria {
			speaking[x] = append(speaking[x], id)
		}
		f.Results[id] = audit.Result{ID: audit.ID("res_" + id), Procedure: id, Status: audit.NoExceptions, Tested: 100, Entire: true}
	}
	for name := range c.Populations {
		f.Populations = append(f.Populations, audit.Population{ID: audit.ID("pop_" + name), Name: name, Rows: 100})
	}
	for i := range n {
		first := c.Criteria[i%len(c.Criteria)].ID
		x := audit.Control{
			Code: fmt.Sprintf("C-%03d", i), Owner: "Head of Security", Kind: "preventive", Automation: "it-dependent", Frequency: "quarterly",
			Text:     "Every quarter the owner of each application reviews its accounts in a list drawn from the identity provider, decides for each whether it stays, and signs the list; a systems administrator carries out the removals as needed.",
			Criteria: []string{first, c.Criteria[(i+7)%len(c.Criteria)].ID, c.Criteria[(i+23)%len(c.Criteria)].ID},
		}
		s := coverage.Standing{Record: "control/" + x.Code + "@1", Conclusion: audit.Conclusion{ID: audit.ID("con_" + x.Code), Tested: 100}}
		switch {
		case i%4 == 0:
			s.Trouble = coverage.NotDesigned
		case i%4 == 1:
			s.Trouble = coverage.Failing
		}
		if i%4 != 0 {
			x.Procedures = speaking[first]
		}
		f.Controls, f.Standings[x.Code] = append(f.Controls, x), s
	}
	return f
}
