package advice

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// By hand: 25,000 x (1 + 2 x 0.15) x 1.1 x (1 + 1 x 0.03) x 1 = 36,822.50;
// 75,000 x 1.3 x 1.3 x 1.08 x 1.2 = 164,268.
func TestCostByHand(t *testing.T) {
	e, err := Cost(Extent{Examined: []Examined{{Report: SOC2, Type: Type2, Categories: 3, Additions: 1}}, SOC3: true, Firm: "boutique",
		Size: "medium", Complexity: "medium", Locations: 2, Inclusive: 1, Readiness: true}, Assumptions())
	if err != nil {
		t.Fatal(err)
	}
	want := []CostLine{
		{"Fee, SOC 2 Type 2", "base-type2-boutique x (1 + 2 x category) x size-medium x (1 + 1 x location) x complexity-medium", "36822.50", "164268.00"},
		{"Additions of the SOC 2+", "1 x addition", "5000.00", "20000.00"},
		{"SOC 3", "soc3", "3000.00", "10000.00"},
		{"Subservice organizations included", "1 x inclusive", "5000.00", "15000.00"},
		{"Readiness assessment", "readiness", "5000.00", "25000.00"},
		{"Tools", "tooling", "0.00", "30000.00"},
		{"Own people", "hours x rate x examinations", "18000.00", "108000.00"},
	}
	if diff := cmp.Diff(want, e.Lines); diff != "" {
		t.Error(diff)
	}
	if e.Low != "72822.50" || e.High != "372268.00" {
		t.Errorf("from %s to %s", e.Low, e.High)
	}
	if got := ids(e.Assumptions); slices.Contains(got, "base-type1-boutique") || !slices.Contains(got, "location") {
		t.Errorf("the assumptions used are %q", got)
	}
}

func TestTypeOneThenTwoPaysTwice(t *testing.T) {
	x := Extent{Examined: []Examined{{Report: SOC1, Type: Type1Then, Categories: 1}}, Firm: "large", Size: "small", Complexity: "medium", Locations: 1}
	e, err := Cost(x, Assumptions())
	if err != nil {
		t.Fatal(err)
	}
	if e.Lines[0].What != "Fee, SOC 1 Type 1" || e.Lines[1].What != "Fee, SOC 1 Type 2" || e.Lines[1].High != "240000.00" {
		t.Errorf("%+v", e.Lines[:2])
	}
}

func TestAssumptionsAreEdited(t *testing.T) {
	all, err := EditAssumptions(Assumptions(), map[string]Range{"rate": {"33.333333", "33.333333"}, "hours": {"100", "100"}})
	if err != nil {
		t.Fatal(err)
	}
	e, err := Cost(Extent{Examined: []Examined{{Report: SOC2, Type: Type1}}, Firm: "boutique", Size: "small", Complexity: "medium", Locations: 1}, all)
	if err != nil {
		t.Fatal(err)
	}
	if own := e.Lines[len(e.Lines)-1]; own.Low != "3333.33" || own.High != "3333.33" {
		t.Errorf("%+v", own)
	}
	i := slices.IndexFunc(e.Assumptions, func(a Assumption) bool { return a.ID == "rate" })
	if a := e.Assumptions[i]; !a.Edited || a.Basis != "given by you" {
		t.Errorf("%+v", a)
	}
	for want, edit := range map[string]map[string]Range{
		`there is no assumption "colour"`:        {"colour": {"1", "2"}},
		`"1e9" is not a decimal`:                 {"rate": {"1e9", "2"}},
		`"-1" is not a decimal`:                  {"rate": {"-1", "2"}},
		`"" is not a decimal`:                    {"rate": {"1", ""}},
		"low 3 is more than high 2":              {"rate": {"3", "2"}},
		`assumption hours: "1/3" is not a decim`: {"hours": {"1/3", "1"}},
	} {
		if _, err := EditAssumptions(Assumptions(), edit); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestExtentsAreRefused(t *testing.T) {
	_, err := Cost(Extent{Firm: "x", Size: "y", Complexity: "z", Inclusive: -1}, Assumptions())
	for _, want := range []string{"firm is", "size is", "complexity is", "0 locations", "-1 subservice", "no examination"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestScore(t *testing.T) {
	got, err := Score([]Candidate{
		{"Small & Co", map[string]Rating{"license": {4, "register"}, "independence": {4, "declared"}, "peer-review": {3, "report of 2024"}, "soc-experience": {2, "talk"}}},
		{"Ties LLP", map[string]Rating{"license": {4, "register"}, "independence": {0, "runs the scans"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []Scored{
		{Firm: "Small & Co", Points: 10*4 + 15*4 + 15*3 + 20*2, Of: 60 * 4, Unrated: []string{"industry", "team", "acceptance", "timing", "price"}},
		{Firm: "Ties LLP", Points: 40, Of: 100, Stops: []string{"independence"}, Unclear: []string{"peer-review"},
			Unrated: []string{"peer-review", "soc-experience", "industry", "team", "acceptance", "timing", "price"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	total := 0
	for _, q := range Qualities() {
		total += q.Weight
	}
	if total != 100 {
		t.Errorf("weights add up to %d", total)
	}
	_, err = Score([]Candidate{{"", map[string]Rating{"license": {5, "x"}, "team": {1, " "}, "charm": {1, "x"}}}})
	for _, want := range []string{"candidate 1 has no name", "license has 5 points", "team has no basis", `no quality "charm"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
