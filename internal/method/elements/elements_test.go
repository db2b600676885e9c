package elements

import (
	"slices"
	"strings"
	"testing"

	"tickmark/internal/audit"
)

// everything is a report to which every condition applies.
func everything() Facts {
	return Facts{
		Modified: true, Contradicts: true, CUECs: true, CarveOut: true, Inclusive: true, CSOCs: true, Unserved: true, Changed: true,
		NoOccasion: true, Rested: true, Deviations: true, Answered: true, Plus: true,
	}
}

func ids(list []Element) []string {
	var out []string
	for _, e := range list {
		out = append(out, e.ID)
	}
	return out
}

var reports = []struct {
	kind audit.Kind
	typ  int
	mark string
}{{audit.SOC1, 1, "11"}, {audit.SOC1, 2, "12"}, {audit.SOC2, 1, "21"}, {audit.SOC2, 2, "22"}, {SOC3, 2, "32"}}

// Each element, in each report, is missing when it was not written and is not
// when it was; in a report that has it not, it is never missing.
func TestMissing(t *testing.T) {
	for _, r := range reports {
		f := everything()
		f.Written = ids(all)
		if missing, err := Missing(r.kind, r.typ, f); err != nil || len(missing) > 0 {
			t.Errorf("%s type %d has everything, and misses %v (%v)", r.kind, r.typ, ids(missing), err)
		}
		for i, e := range all {
			f.Written = slices.Delete(ids(all), i, i+1)
			missing, err := Missing(r.kind, r.typ, f)
			if err != nil {
				t.Fatal(err)
			}
			want := []string(nil)
			if strings.Contains(e.in, r.mark) {
				want = []string{e.ID}
			}
			if got := ids(missing); !slices.Equal(got, want) {
				t.Errorf("%s type %d without %s misses %v, want %v", r.kind, r.typ, e.ID, got, want)
			}
		}
	}
}

// What applies under a condition only is not asked for without it.
func TestConditions(t *testing.T) {
	for _, c := range []struct {
		name  string
		facts Facts
		asks  []string
	}{
		{"nothing out of the ordinary", Facts{}, nil},
		{"a modified opinion", Facts{Modified: true}, []string{Basis}},
		{"an assertion that contradicts it", Facts{Contradicts: true}, []string{Disagreement}},
		{"user entities' controls", Facts{CUECs: true}, []string{ScopeCUECs, Conditions}},
		{"a carve-out", Facts{CarveOut: true}, []string{ScopeCarved}},
		{"an inclusion", Facts{Inclusive: true}, []string{ScopeIncl, Subasserted}},
		{"subservice controls", Facts{CSOCs: true}, []string{ScopeCSOCs, Conditions}},
		{"a criterion without a control", Facts{Unserved: true}, []string{DC8}},
		{"a control that changed", Facts{Changed: true}, []string{Wordings}},
		{"an aim without an occasion", Facts{NoOccasion: true}, []string{Extent}},
		{"a control without an occasion", Facts{Rested: true}, []string{Rested}},
		{"deviations", Facts{Deviations: true}, []string{Found}},
		{"additional criteria", Facts{Plus: true}, []string{ScopePlus, AssertedPlus, PlusTests}},
		{"responses", Facts{Answered: true}, []string{Responses}},
	} {
		always, err := Of(audit.SOC2, 2, Facts{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := Of(audit.SOC2, 2, c.facts)
		if err != nil {
			t.Fatal(err)
		}
		more := slices.DeleteFunc(ids(got), func(id string) bool { return slices.Contains(ids(always), id) })
		if !slices.Equal(more, c.asks) {
			t.Errorf("%s asks for %v, want %v", c.name, more, c.asks)
		}
	}
}

// Every element says in which reports it is, what it is and what to do, once,
// and under its own section.
func TestListIsSound(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range all {
		if seen[e.ID] || e.Text == "" || e.Do == "" || e.in == "" || e.By == "" || !strings.HasPrefix(e.ID, e.Section+".") {
			t.Errorf("%+v", e)
		}
		seen[e.ID] = true
	}
	for id := range topics {
		if !seen[id] {
			t.Errorf("headings answer %s, which is no element", id)
		}
	}
}

func TestWhatThereIsNot(t *testing.T) {
	for _, c := range []struct {
		kind audit.Kind
		typ  int
		want string
	}{
		{"soc4", 2, `no report of kind "soc4"`}, {audit.SOC1, 3, "no type 3"}, {SOC3, 1, "drawn from a SOC 2 Type 2"},
	} {
		if _, err := Missing(c.kind, c.typ, Facts{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s type %d: %v, want %q", c.kind, c.typ, err, c.want)
		}
	}
}

func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		heading, element string
		want             bool
	}{
		{"Incidents in the period", DC4, true}, {"How a payroll is processed", Procedures, true}, {"Changes in the period", DC9, true},
		{"Components of the system", DC4, false}, {"Anything", DC1, false}, {"Setup and changes", DC9, false}, {"Changes", Changes, true}, {"Significant changes of 2025", DC9, true}, {"Procedures", Procedures, false}, {"CONTROL ENVIRONMENT and monitoring", Environment, true},
	} {
		if got := Answers(c.heading, c.element); got != c.want {
			t.Errorf("%q on %s: %v", c.heading, c.element, got)
		}
	}
}
