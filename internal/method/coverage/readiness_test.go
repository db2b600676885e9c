package coverage

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

func TestStrengthAndFigure(t *testing.T) {
	for _, c := range []struct {
		name          string
		change        func(*Facts)
		strength, ppm int64
		capped        bool
	}{
		{"all of it: 0.3 + 0.3 + 0.4", func(*Facts) {}, 1_000_000, 900_000, false},
		{"two of ten are deviations: 0.6 + 0.4·0.8", func(f *Facts) {
			f.standing(func(s *Standing) { s.Trouble, s.Conclusion.Deviations = Failing, 2 })
		}, 920_000, 828_000, false},
		{"and it is key: not above 0.5", func(f *Facts) {
			f.Controls[0].Key = true
			f.standing(func(s *Standing) { s.Trouble, s.Conclusion.Deviations = Failing, 2 })
		}, 920_000, 500_000, true},
		{"a pending exception is unproven", func(f *Facts) { f.standing(func(s *Standing) { s.Trouble, s.Conclusion.Pending = Pending, 5 }) }, 800_000, 720_000, false},
		{"one of two procedures was performed", func(f *Facts) { f.Controls[0].Procedures = []string{"leaver", "dormant"} }, 800_000, 720_000, false},
		{"what is stale proves no operation", func(f *Facts) { f.standing(func(s *Standing) { s.Trouble = Stale }) }, 600_000, 540_000, false},
		{"not designed is nothing, whatever was tested", func(f *Facts) { f.standing(func(s *Standing) { s.Lacks = []string{"when it is done"} }) }, 0, 0, false},
		{"a Type 1: half and half", func(f *Facts) { f.Engagement.Type = 1 }, 1_000_000, 900_000, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := sound()
			c.change(&f)
			r := Analyze(f).Readiness
			if got := r.Rows[0].Terms[0].PPM; got != c.strength {
				t.Errorf("strength %d, want %d", got, c.strength)
			}
			if r.Rows[0].PPM != c.ppm || (r.Rows[0].Capped != "") != c.capped || r.PPM != c.ppm {
				t.Errorf("figure %d (mean %d), capped %q; want %d", r.Rows[0].PPM, r.PPM, r.Rows[0].Capped, c.ppm)
			}
		})
	}
}

// Two controls of 0.9·1 leave 0.1·0.1 open.
func TestTwoControls(t *testing.T) {
	f := sound()
	second := f.Controls[0]
	second.Code = "ACC-03"
	f.Controls = append(f.Controls, second)
	f.Standings["ACC-03"] = f.Standings["ACC-02"]
	if got := Analyze(f).Readiness.PPM; got != 990_000 {
		t.Errorf("got %d", got)
	}
}

// complete is everything that readiness asks.
func complete() Facts {
	f := sound()
	f.System = audit.System{Services: []string{"Payroll"}, Description: "# The company\n"}
	for _, kind := range []string{"infrastructure", "software", "people", "procedures", "data"} {
		f.System.Components = append(f.System.Components, audit.Component{Kind: kind, Name: kind})
	}
	f.Commitments = []audit.Commitment{{Code: "SC-1", Kind: "commitment", Source: "contract"}, {Code: "SR-1", Kind: "requirement", Source: "law"}}
	f.CUECs = []audit.CUEC{{Code: "UE-1", Criteria: []string{"CC6.2"}}}
	f.Subservices = []audit.Subservice{{Code: "SUB-1", Method: "carve-out", Monitoring: "reads its report", CSOCs: []audit.CSOC{{Code: "CS-1"}}}}
	return f
}

func TestReadyOnlyWhenEveryConditionHolds(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Facts)
		fails  string // the beginning of the condition
	}{
		{"ready", func(*Facts) {}, ""},
		{"the mean", func(f *Facts) { f.Criteria = append(f.Criteria, audit.Criterion{ID: "CC6.3"}) }, "the mean of all criteria"},
		{"a blocker", func(f *Facts) { f.standing(func(s *Standing) { s.Trouble = Pending }) }, "no blocker"},
		{"a subservice organization without monitoring", func(f *Facts) { f.Subservices[0].Monitoring = "" }, "the lists of complementary controls"},
		{"a carve-out without controls", func(f *Facts) { f.Subservices[0].CSOCs = nil }, "the lists of complementary controls"},
		{"no data", func(f *Facts) { f.System.Components = f.System.Components[:4] }, "the registers stand"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := complete()
			c.change(&f)
			r := Analyze(f).Readiness
			found := c.fails == ""
			for _, x := range r.Conditions {
				found = found || !x.Holds && strings.HasPrefix(x.Asks, c.fails)
			}
			if r.Ready != (c.fails == "") || !found {
				t.Errorf("ready %t: %+v", r.Ready, r.Conditions)
			}
		})
	}
}

func TestFigure(t *testing.T) {
	for ppm, want := range map[int64]string{0: "0.00", 999_999: "0.99", One: "1.00", 605_000: "0.60"} {
		if got := Figure(ppm); got != want {
			t.Errorf("%d: %s, want %s", ppm, got, want)
		}
	}
}

var asked = []audit.DescriptionCriterion{
	{ID: "DC1", Object: "services"}, {ID: "DC2", Object: "commitments"}, {ID: "DC3", Object: "components"}, {ID: "DC4", Object: "incidents"}, {ID: "DC5", Object: "controls"},
	{ID: "DC6", Object: "cuecs"}, {ID: "DC7", Object: "subservices"}, {ID: "DC8", Object: "exclusions"}, {ID: "DC9", Object: "changes", Type2: true},
}

func presences(parts []Part) string {
	var out []string
	for _, p := range parts {
		out = append(out, p.ID+" "+string(p.Found))
	}
	return strings.Join(out, ", ")
}

func TestDescription(t *testing.T) {
	f := complete()
	f.System.Description = "# Incidents\n\nNone.\n\n# Services\n\nThe changes in the period were few.\n"
	want := "DC1 present, DC2 present, DC3 present, DC4 present, DC5 present, DC6 present, DC7 present, DC8 not called for, DC9 mentioned"
	if diff := cmp.Diff(want, presences(Description(f, asked))); diff != "" {
		t.Error(diff)
	}
	f.Engagement.Type = 1
	if got := presences(Description(f, asked)); strings.Contains(got, "DC9") {
		t.Errorf("a Type 1 is asked for changes: %s", got)
	}
	bare := sound()
	bare.Criteria = append(bare.Criteria, audit.Criterion{ID: "CC6.3"})
	want = "DC1 missing, DC2 missing, DC3 missing, DC4 missing, DC5 incomplete, DC6 missing, DC7 missing, DC8 missing, DC9 missing"
	if diff := cmp.Diff(want, presences(Description(bare, asked))); diff != "" {
		t.Error(diff)
	}
}

// A SOC 1 is held against another list, and never against DC1 to DC9.
func TestDescriptionOfSOC1(t *testing.T) {
	f := complete()
	f.Engagement.Kind = audit.SOC1
	f.Objectives = []audit.Objective{{Code: "CO-1", Assertions: []string{"completeness"}}, {Code: "CO-2"}}
	f.Controls[0].Objectives = []string{"CO-1", "CO-2"}
	parts := Description(f, asked)
	got := presences(parts)
	if len(parts) != 11 || strings.Contains(got, "DC") || !strings.Contains(got, "320-07 incomplete") || !strings.Contains(got, "320-10 missing") || !strings.Contains(got, "320-11 incomplete") {
		t.Error(got)
	}
}

func TestThroughCriteria(t *testing.T) {
	iso := Framework{ID: "iso", Requirements: []string{"A.1", "A.2", "A.3", "A.4"}}
	got := ThroughCriteria(Analyze(sound()), []Framework{iso}, []audit.Mapping{
		{From: "CC6.2", Framework: "iso", To: "A.1", Relation: audit.Intersects, Author: "us"},
		{From: "CC6.2", Framework: "iso", To: "A.2", Relation: audit.Intersects, Weak: true, Author: "us"},
		{From: "CC6.3", Framework: "iso", To: "A.3", Relation: audit.Intersects, Author: "us"},
		{From: "CC6.2", Framework: "iso", To: "A.4", Relation: audit.Unrelated, Author: "us"},
		{From: "CC6.2", Framework: "other", To: "A.3", Relation: audit.Equal, Author: "them"},
	})
	levels := []string{}
	for _, r := range got[0].Requirements {
		levels = append(levels, r.ID+" "+r.Level.String())
	}
	if diff := cmp.Diff([]string{"A.1 tested", "A.2 unmapped", "A.3 unmapped", "A.4 unmapped"}, levels); diff != "" {
		t.Error(diff)
	}
	if got[0].WeakOnly != 1 || got[0].Tally.Tested != 1 || got[0].Tally.Of != 4 || got[0].Requirements[1].Loose != Throughout || len(got[0].Requirements[3].By) != 0 {
		t.Errorf("got %+v", got[0])
	}
	if diff := cmp.Diff([]string{"us"}, got[0].Authors); diff != "" {
		t.Error(diff)
	}
}
