package advice

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

func made(t *testing.T, r Route) Plan {
	t.Helper()
	p, err := Make(r)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A first SOC 2: Type 1, then six months, from the first working week of 2026.
func TestPlanOfAFirstReport(t *testing.T) {
	p := made(t, Route{Report: SOC2, Type: Type1Then, Months: 6, Today: "2026-01-05", YearEnd: "december"})
	var lines []string
	for _, s := range p.Soonest.Steps {
		lines = append(lines, s.ID+" "+string(s.From)+" "+string(s.To))
	}
	want := []string{
		"decide 2026-01-05 2026-01-11", "scope 2026-01-12 2026-01-18", "risk 2026-01-19 2026-02-01", "gaps 2026-02-02 2026-02-15",
		"remediate 2026-02-16 2026-03-15", "auditor 2026-01-19 2026-02-01", "type1 2026-03-16 2026-04-05", "type1-report 2026-04-06 2026-04-19",
		"period 2026-04-01 2026-09-30", "planning 2026-04-01 2026-04-07", "fieldwork 2026-10-01 2026-10-28", "draft 2026-10-29 2026-11-11",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	c := p.Soonest
	if c.AsOf != "2026-03-16" || c.Type1 != "2026-04-19" || c.Release != "2026-11-11" || c.Archive != "2027-01-10" {
		t.Errorf("as of %s, Type 1 %s, release %s, archive %s", c.AsOf, c.Type1, c.Release, c.Archive)
	}
	if c.Next != (audit.Period{From: "2026-10-01", To: "2027-09-30"}) {
		t.Errorf("next period %v", c.Next)
	}
	if want := (Bridge{YearEnd: "2026-12-31", Covered: 183, Of: 365, Gap: audit.Period{From: "2026-10-01", To: "2026-12-31"}}); *c.Bridge != want {
		t.Errorf("bridge %+v, want %+v", *c.Bridge, want)
	}
	path := []string{"decide", "scope", "risk", "gaps", "remediate", "period", "fieldwork", "draft"}
	if !slices.Equal(c.Critical, path) || !slices.Equal(p.Latest.Critical, path) {
		t.Errorf("critical path %q, %q", c.Critical, p.Latest.Critical)
	}
	if p.Latest.Period.From != "2026-11-01" || p.Latest.Release != "2027-07-30" {
		t.Errorf("at the latest: period from %s, release %s", p.Latest.Period.From, p.Latest.Release)
	}
}

// The calendar of an organization whose users' year is the calendar year:
// October to September, a bridge letter to the end of December, no hole.
func TestRenewalWithoutAHole(t *testing.T) {
	p := made(t, Route{Report: SOC1, Type: Type2, Months: 12, Today: "2026-07-01", PriorEnd: "2025-09-30", YearEnd: "december"})
	for _, c := range []Calendar{p.Soonest, p.Latest} {
		if c.Period != (audit.Period{From: "2025-10-01", To: "2026-09-30"}) || c.Next.From != "2026-10-01" {
			t.Errorf("period %v, next %v", c.Period, c.Next)
		}
		if c.Bridge.Covered != 273 || c.Bridge.TooLong || c.Bridge.Gap.From != "2026-10-01" {
			t.Errorf("bridge %+v", *c.Bridge)
		}
		if c.Critical[0] != "period" {
			t.Errorf("critical path %q begins before a period whose days are fixed", c.Critical)
		}
	}
	if codesOf(p.Warnings) != nil {
		t.Errorf("warned of %q", codesOf(p.Warnings))
	}
}

func TestPlanWarns(t *testing.T) {
	first := Route{Report: SOC2, Type: Type2, Months: 6, Today: "2026-01-05"}
	with := func(change func(*Route)) Route { r := first; change(&r); return r }
	for _, c := range []struct {
		name string
		r    Route
		want []string
	}{
		{"nothing to warn of", first, nil},
		{"SOC 1 over five months", with(func(r *Route) { r.Report, r.Months = SOC1, 5 }), []string{"short-period"}},
		{"SOC 1 over six months", with(func(r *Route) { r.Report = SOC1 }), nil},
		{"SOC 2 over two months", with(func(r *Route) { r.Months = 2 }), []string{"short-period"}},
		{"SOC 2 over three months", with(func(r *Route) { r.Months = 3 }), nil},
		{"no period at all", with(func(r *Route) { r.Type, r.Months = Type1, 0 }), nil},
		{"a deadline that cannot be met", with(func(r *Route) { r.Deadline = "2026-06-30" }), []string{"deadline-missed"}},
		{"a deadline that can be missed", with(func(r *Route) { r.Deadline = "2026-12-31" }), []string{"deadline-at-risk"}},
		{"a deadline for the Type 1 of two", with(func(r *Route) { r.Type, r.Deadline = Type1Then, "2027-01-31" }), nil},
		{"mixed year ends", with(func(r *Route) { r.YearEnd = "mixed" }), []string{"mixed-year-ends"}},
		{"a gap of more than three months", with(func(r *Route) { r.YearEnd = "march" }), []string{"bridge-too-long"}},
		{"controls since last summer", with(func(r *Route) { r.Since = "2025-06-15" }), []string{"looks-back"}},
		{"a period that is over", with(func(r *Route) { r.PriorEnd = "2025-03-31" }), []string{"period-over"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := codesOf(made(t, c.r).Warnings); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestPlanOfAnExistingProgramme(t *testing.T) {
	p := made(t, Route{Report: SOC2, Type: Type2, Months: 6, Today: "2026-01-05", Since: "2025-06-15"})
	if want := (audit.Period{From: "2025-08-01", To: "2026-01-31"}); p.Soonest.Period != want {
		t.Errorf("the period is %v, want %v", p.Soonest.Period, want)
	}
	r := Answers{"months-operating": Said("3"), "year-end": Said("june"), "deadline": Said("2026-12-31")}.Route(Recommended{Report: SOC2, Type: Type2}, "2026-01-05")
	if want := (Route{Report: SOC2, Type: Type2, Months: 6, Today: "2026-01-05", Since: "2025-10-05", YearEnd: "june", Deadline: "2026-12-31"}); r != want {
		t.Errorf("route %+v, want %+v", r, want)
	}
	if c := made(t, r).Soonest; c.Period.From != "2025-11-01" {
		t.Errorf("controls since October 5: period from %s", c.Period.From)
	}
	young := made(t, Answers{"months-operating": Said("1")}.Route(Recommended{Report: SOC2, Type: Type1Then}, "2026-01-05")).Soonest
	if young.AsOf != "2026-02-16" || young.Period.From != "2026-03-01" || young.Critical[4] != "period" {
		t.Errorf("young controls: as of %s, period from %s, critical path %q", young.AsOf, young.Period.From, young.Critical)
	}
	for _, s := range p.Soonest.Steps {
		if s.ID == "remediate" {
			t.Error("controls that operate are remediated")
		}
		if s.ID == "fieldwork" && s.From < "2026-01-05" {
			t.Errorf("fieldwork on %s, before today", s.From)
		}
	}
}

func TestRoutesAreRefused(t *testing.T) {
	good := Route{Report: SOC2, Type: Type2, Months: 6, Today: "2026-01-05"}
	for want, change := range map[string]func(*Route){
		"today":                    func(r *Route) { r.Today = "" },
		"a SOC 3 follows":          func(r *Route) { r.Report = SOC3 },
		"the type is":              func(r *Route) { r.Type = "type3" },
		"a period of 0 months":     func(r *Route) { r.Months = 0 },
		"a period of 25 months":    func(r *Route) { r.Months = 25 },
		"leads to a Type 2":        func(r *Route) { r.Type, r.PriorEnd = Type1, "2025-12-31" },
		"prior period end":         func(r *Route) { r.PriorEnd = "31.12.2025" },
		"deadline":                 func(r *Route) { r.Deadline = "soon" },
		"the name of a month or m": func(r *Route) { r.YearEnd = "winter" },
	} {
		r := good
		change(&r)
		if _, err := Make(r); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// Whatever the route: nothing begins before what it waits for has ended, the
// latest is no sooner than the soonest, and lateness within the slack holds.
func TestAnyPlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Route{Report: rapid.SampledFrom([]Report{SOC1, SOC2}).Draw(t, "report"), Type: rapid.SampledFrom([]Type{Type1, Type2, Type1Then}).Draw(t, "type"),
			Months: rapid.IntRange(1, 24).Draw(t, "months"), Today: audit.Date("2023-11-30").Add(rapid.IntRange(0, 900).Draw(t, "today")),
			YearEnd: rapid.SampledFrom([]string{"", "mixed", "february", "june", "december"}).Draw(t, "year end")}
		p, err := Make(r)
		if err != nil {
			t.Fatal(err)
		}
		if p.Latest.Release < p.Soonest.Release {
			t.Fatalf("released on %s at the latest, on %s at the soonest", p.Latest.Release, p.Soonest.Release)
		}
		all := r.phases()
		for _, c := range []Calendar{p.Soonest, p.Latest} {
			for i, s := range c.Steps {
				if s.To < s.From || s.Slack < 0 || s.To > c.Release {
					t.Fatalf("%+v, release %s", s, c.Release)
				}
				for j, before := range c.Steps {
					if slices.Contains(all[i].after, all[j].id) && s.From.Add(-1) < before.To {
						t.Fatalf("%s begins on %s, before %s has ended on %s", s.ID, s.From, before.ID, before.To)
					}
				}
			}
			if last := c.Critical[len(c.Critical)-1]; last != c.Steps[len(c.Steps)-1].ID || c.Critical[0] != "decide" {
				t.Fatalf("critical path %q", c.Critical)
			}
			if c.Release.Days(c.Archive) != 60 {
				t.Fatalf("released %s, archived %s", c.Release, c.Archive)
			}
			if c.Next.From != "" && c.Period.To.Days(c.Next.From) != 1 {
				t.Fatalf("a hole between %v and %v", c.Period, c.Next)
			}
		}
	})
}

func TestMonths(t *testing.T) {
	for _, c := range []struct {
		from audit.Date
		n    int
		want audit.Date
	}{
		{"2026-01-31", 1, "2026-02-28"}, {"2028-01-31", 1, "2028-02-29"}, {"2026-11-30", 3, "2027-02-28"}, {"2026-12-15", 1, "2027-01-15"}, {"2026-01-01", -12, "2025-01-01"},
	} {
		if got := addMonths(c.from, c.n); got != c.want {
			t.Errorf("%s and %d months: %s, want %s", c.from, c.n, got, c.want)
		}
	}
	for _, c := range []struct {
		from, to audit.Date
		want     int
	}{{"2026-01-05", "2026-04-04", 2}, {"2026-01-05", "2026-04-05", 3}, {"2026-01-05", "2025-01-05", 0}} {
		if got := wholeMonths(c.from, c.to); got != c.want {
			t.Errorf("%s to %s: %d months, want %d", c.from, c.to, got, c.want)
		}
	}
	if end, _ := yearEnd("february", "2028-01-10"); end != "2028-02-29" {
		t.Errorf("February 2028 ends on %s", end)
	}
	if end, _ := yearEnd("june", "2026-07-01"); end != "2027-06-30" {
		t.Errorf("the June after July 2026 ends on %s", end)
	}
}

func TestEvents(t *testing.T) {
	r := Route{Report: SOC2, Type: Type1Then, Months: 6, Today: "2026-01-05", YearEnd: "december"}
	all := Events(true, []Plan{made(t, r)})
	if len(all) != 16 {
		t.Errorf("%d events, want 12 phases and 4 days", len(all))
	}
	for title, want := range map[string]audit.Period{
		"SOC 2: Observation period": {From: "2026-04-01", To: "2026-09-30"},
		"SOC 2: Bridge letter due":  {From: "2027-01-01", To: "2027-01-01"},
	} {
		i := slices.IndexFunc(all, func(e Event) bool { return e.Title == title })
		if i < 0 || all[i].Days != want {
			t.Errorf("%s is not on %v among %v", title, want, all)
		}
	}
	r.Today = "2026-02-05"
	later := Events(true, []Plan{made(t, r)})
	if !slices.Equal(keys(all), keys(later)) || all[0].Days == later[0].Days {
		t.Error("a plan that moved does not move its events")
	}
	two := r
	two.Report = SOC1
	both := keys(Events(false, []Plan{made(t, r), made(t, two)}))
	slices.Sort(both)
	if len(slices.Compact(both)) != 32 {
		t.Errorf("two plans share events")
	}
}

func keys(all []Event) []string {
	var out []string
	for _, e := range all {
		out = append(out, e.Key)
	}
	return out
}
