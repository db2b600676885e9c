package catalog

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

func shippedCatalog(t *testing.T) *Catalog {
	t.Helper()
	c, err := LoadWithCases()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestShippedCatalogHasTheCounts(t *testing.T) {
	c := shippedCatalog(t)
	counts := map[string]int{}
	for _, v := range c.Criteria {
		counts[strings.TrimRight(v.ID, "0123456789.")]++
	}
	if diff := cmp.Diff(map[string]int{"CC": 33, "A": 3, "C": 2, "PI": 5, "P": 18}, counts); diff != "" {
		t.Errorf("criteria by series (-want +got):\n%s", diff)
	}
	if got := len(c.Description); got != 9 {
		t.Errorf("%d description criteria; want 9", got)
	}
	if len(c.Frameworks) != 9 || len(c.Standards) == 0 || len(c.Populations) == 0 || len(c.Procedures) == 0 {
		t.Errorf("%d frameworks, %d standards, %d populations, %d procedures; want 9 frameworks and some of each",
			len(c.Frameworks), len(c.Standards), len(c.Populations), len(c.Procedures))
	}
}

func TestShippedPrinciplesOfCOSOAreSpokenOfOnce(t *testing.T) {
	var principles []int
	for _, v := range shippedCatalog(t).Criteria {
		if v.COSO > 0 {
			principles = append(principles, v.COSO)
		}
	}
	slices.Sort(principles)
	for i, p := range principles {
		if len(principles) != 17 || p != i+1 {
			t.Fatalf("principles %v; want 1 to 17", principles)
		}
	}
}

func TestShippedSummariesAreShortSentences(t *testing.T) {
	for _, v := range shippedCatalog(t).Criteria {
		if len(v.Summary) > 400 || !strings.HasSuffix(v.Summary, ".") {
			t.Errorf("%s: summary of %d letters; want a sentence of at most 400", v.ID, len(v.Summary))
		}
	}
}

func TestShippedMappings(t *testing.T) {
	c := shippedCatalog(t)
	used, mapped := map[string]bool{}, map[string]bool{}
	for _, m := range c.Mappings {
		if _, ok := c.Criterion(m.From); !ok {
			t.Errorf("mapping from %q, which is none of the 61", m.From)
		}
		used[m.Framework+" "+m.To], mapped[m.From] = true, true
	}
	if len(mapped) != 61 {
		t.Errorf("%d criteria are mapped; want all 61", len(mapped))
	}
	for _, f := range c.Frameworks {
		for _, r := range f.Requirements {
			if !used[f.ID+" "+r] {
				t.Errorf("%s lists %s, to which nothing is mapped", f.ID, r)
			}
		}
	}
}

// A few edges whose ids come out of ranges, marks and abbreviations.
func TestShippedMappingsSpellIDsOut(t *testing.T) {
	c := shippedCatalog(t)
	tests := []struct {
		from, framework, to string
		weak                bool
	}{
		{"CC1.1", "hipaa-security", "164.308(a)(1)(ii)(C)", false},
		{"CC1.2", "hipaa-security", "164.308(a)(8)", true},
		{"CC1.1", "gdpr", "Art. 5(2)", false},
		{"P6.1", "gdpr", "Art. 47", false},
		{"CC9.2", "nist-csf-2.0", "GV.SC-07", false},
		{"CC3.3", "nist-csf-2.0", "ID.RA-03", true},
		{"CC5.3", "nist-800-53-r5", "SR-1", false},
		{"CC6.1", "ccpa", "1798.100(e)", false},
		{"CC4.1", "ccpa", "11 CCR R9", false},
		{"CC5.2", "sox-itgc", "CM", false},
		{"P8.1", "iso27001-2022", "A.5.34", false},
	}
	for _, tt := range tests {
		i := slices.IndexFunc(c.Mappings, func(m audit.Mapping) bool {
			return m.From == tt.from && m.Framework == tt.framework && m.To == tt.to
		})
		if i < 0 {
			t.Errorf("no mapping from %s to %s %s", tt.from, tt.framework, tt.to)
		} else if m := c.Mappings[i]; m.Weak != tt.weak || m.Relation != audit.Intersects || m.Author != "Tickmark" {
			t.Errorf("mapping from %s to %s %s: %+v", tt.from, tt.framework, tt.to, m)
		}
	}
}

func TestShippedObjectivesCoverTheIndustriesAndTheITControls(t *testing.T) {
	areas := map[string]bool{}
	for _, v := range shippedCatalog(t).Objectives {
		areas[v.Area] = true
	}
	for _, area := range []string{
		"payroll", "payments", "fund", "claims", "loans", "hosting", "billing",
		"itgc-access", "itgc-change", "itgc-operations", "itgc-physical", "itgc-transmission", "itgc-backup",
	} {
		if !areas[area] {
			t.Errorf("no objective of area %s", area)
		}
	}
}

func TestShippedProceduresHaveCases(t *testing.T) {
	for id, p := range shippedCatalog(t).Procedures {
		if len(p.Cases) == 0 {
			t.Errorf("procedure %s has no cases; expected a file procedures/%s.cases.yaml", id, id)
		}
	}
}

// Every shipped procedure shows what it does at its limit, where a value is
// missing, at the edge of a day in the engagement's time zone and on a leap day,
// or says why it cannot.
func TestShippedProceduresShowEveryKind(t *testing.T) {
	for id, p := range shippedCatalog(t).Procedures {
		if lacking := Lacking(p); len(lacking) > 0 {
			t.Errorf("procedure %s has no case that shows %s", id, strings.Join(lacking, ", "))
		}
	}
}

func TestInCategoryAlwaysHoldsTheCommonCriteria(t *testing.T) {
	c := shippedCatalog(t)
	tests := []struct {
		cats  []audit.Category
		count int
		last  string
	}{
		{nil, 33, "CC9.2"},
		{[]audit.Category{audit.Security}, 33, "CC9.2"},
		{[]audit.Category{audit.ProcessingIntegrity, audit.Availability}, 41, "PI1.5"},
		{[]audit.Category{audit.Privacy, audit.Confidentiality}, 53, "P8.1"},
	}
	for _, tt := range tests {
		got := c.InCategory(tt.cats...)
		if len(got) != tt.count || got[0].ID != "CC1.1" || got[len(got)-1].ID != tt.last {
			t.Errorf("%v: %d criteria from %s to %s; want %d to %s", tt.cats, len(got), got[0].ID, got[len(got)-1].ID, tt.count, tt.last)
		}
	}
}

func TestLookups(t *testing.T) {
	c := shippedCatalog(t)
	if v, ok := c.Criterion("CC6.1"); !ok || v.Category != audit.Security {
		t.Errorf("CC6.1: %+v, %t", v, ok)
	}
	if _, ok := c.Criterion("CC8.2"); ok {
		t.Error("CC8.2 was found; there is none")
	}
	if v, ok := c.Objective("itgc-access-01"); !ok || v.Area != "itgc-access" {
		t.Errorf("itgc-access-01: %+v, %t", v, ok)
	}
	if _, ok := c.Framework("gdpr"); !ok {
		t.Error("the framework gdpr was not found")
	}
}
