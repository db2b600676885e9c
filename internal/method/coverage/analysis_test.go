package coverage

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

func day(n int) time.Time { return time.Date(2025, 3, n, 0, 0, 0, 0, time.UTC) }

// sound is one criterion with one control that nothing speaks against: each
// test changes one thing of it.
func sound() Facts {
	return Facts{
		Scope: Scope{
			Engagement: audit.Engagement{Code: "soc2", Kind: audit.SOC2, Type: 2, Period: audit.Period{From: "2025-01-01", To: "2025-12-31"}},
			Criteria:   []audit.Criterion{{ID: "CC6.2", Summary: "Access is given and taken away."}},
			Controls:   []audit.Control{{Code: "ACC-02", Owner: "Head of IT", Kind: "preventive", Criteria: []string{"CC6.2"}, Procedures: []string{"leaver"}}},
		},
		AsOf: day(20),
		Standings: map[string]Standing{"ACC-02": {
			Record: "control/ACC-02@1", Reason: "no exceptions noted", Conclusion: audit.Conclusion{ID: "con_1", Tested: 10, At: day(10)},
		}},
		Results: map[string]audit.Result{"leaver": {
			ID: "res_1", Procedure: "leaver", Status: audit.NoExceptions, Tested: 10, Entire: true, Inputs: []audit.Input{{Name: "people"}, {Name: "accounts"}}, At: day(10),
		}},
		Procedures: map[string]audit.Procedure{
			"leaver":  {ID: "leaver", Version: 2, Criteria: []string{"CC6.2"}, Populations: []string{"people", "accounts"}, Tests: "people"},
			"dormant": {ID: "dormant", Criteria: []string{"CC6.2"}, Populations: []string{"accounts"}, Tests: "accounts"},
			"review":  {ID: "review", Criteria: []string{"CC6.2", "CC6.3"}, Populations: []string{"accounts", "reviews"}, Tests: "reviews"},
		},
		Populations: []audit.Population{{ID: "pop_1", Name: "people", Rows: 40}, {ID: "pop_2", Name: "accounts", Rows: 50}},
		Sources:     map[string][]string{"reviews": {"okta"}},
	}
}

// standing changes how the control stands; performed, what its procedure found.
func (f *Facts) standing(change func(*Standing)) {
	s := f.Standings["ACC-02"]
	change(&s)
	f.Standings["ACC-02"] = s
}

func (f *Facts) performed(change func(*audit.Result)) {
	r := f.Results["leaver"]
	change(&r)
	f.Results["leaver"] = r
}

func gapCodes(a Analysis) []string {
	out := []string{}
	for _, g := range a.Gaps {
		if g.Kind != OneKind {
			out = append(out, string(g.Severity)+" "+g.Code)
		}
	}
	return out
}

func TestLevelsAndGaps(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Facts)
		level  Level
		gaps   []string
	}{
		{"nothing speaks against it", func(*Facts) {}, Throughout, []string{}},
		{"no control", func(f *Facts) { f.Controls = nil }, Unmapped, []string{"high no-control/CC6.2"}},
		{"no procedure", func(f *Facts) {
			f.Controls[0].Procedures = nil
			f.standing(func(s *Standing) { s.Trouble = NotDesigned })
		}, Mapped, []string{"high not-designed/ACC-02"}},
		{"wording without who", func(f *Facts) { f.standing(func(s *Standing) { s.Lacks = []string{"who performs it"} }) }, Mapped, []string{"high not-designed/ACC-02"}},
		{"no owner", func(f *Facts) { f.Controls[0].Owner = "" }, Throughout, []string{"medium no-owner/ACC-02"}},
		{"never performed, and its population holds occurrences", func(f *Facts) {
			f.Results = nil
			f.standing(func(s *Standing) {
				*s = Standing{Record: s.Record, Trouble: EvidenceMissing, Reason: "no test was performed yet"}
			})
		}, Implemented, []string{"high evidence-missing/ACC-02"}},
		{"never performed, and nothing is collected", func(f *Facts) {
			f.Results, f.Populations = nil, nil
			f.standing(func(s *Standing) { *s = Standing{Record: s.Record, Trouble: EvidenceMissing} })
		}, Designed, []string{"high not-implemented/ACC-02"}},
		{"its population is empty", func(f *Facts) {
			f.Results, f.Populations[0].Rows = nil, 0
			f.standing(func(s *Standing) { *s = Standing{Record: s.Record, Trouble: EvidenceMissing} })
		}, Designed, []string{"high not-implemented/ACC-02"}},
		{"a deviation", func(f *Facts) { f.standing(func(s *Standing) { s.Trouble = Failing }) }, Implemented, []string{"high failing/ACC-02"}},
		{"nobody judged", func(f *Facts) { f.standing(func(s *Standing) { s.Trouble = Pending }) }, Implemented, []string{"high pending/ACC-02"}},
		{"it rests", func(f *Facts) {
			f.standing(func(s *Standing) { s.Trouble, s.Off = TestsOff, []string{"leaver"} })
		}, Implemented, []string{"high tests-disabled/ACC-02"}},
		{"old evidence", func(f *Facts) { f.standing(func(s *Standing) { s.Trouble = Stale }) }, Implemented, []string{"high stale/ACC-02"}},
		{"nothing called for it", func(f *Facts) {
			f.performed(func(r *audit.Result) { r.Tested, r.Status = 0, audit.NothingTested })
			f.standing(func(s *Standing) { s.Trouble = NoOccurrence })
		}, Designed, []string{"low no-occurrence/ACC-02"}},
		{"part of the period", func(f *Facts) {
			f.performed(func(r *audit.Result) { r.Entire, r.Why = false, "people: coverage is sample, not full" })
		}, Operating, []string{"low not-tested-throughout/ACC-02"}},
		{"another control beside it", func(f *Facts) {
			f.Controls = append(f.Controls, audit.Control{Code: "ACC-03", Owner: "CISO", Kind: "detective", Criteria: []string{"CC6.2"}})
			f.Standings["ACC-03"] = Standing{Record: "control/ACC-03@1", Trouble: NotDesigned}
			f.standing(func(s *Standing) { s.Trouble = Failing })
		}, Implemented, []string{"medium failing/ACC-02", "medium not-designed/ACC-03"}},
		{"another beside it, and it is key", func(f *Facts) {
			f.Controls = append(f.Controls, audit.Control{Code: "ACC-03", Owner: "CISO", Kind: "detective", Criteria: []string{"CC6.2"}})
			f.Standings["ACC-03"] = Standing{Record: "control/ACC-03@1", Trouble: NotDesigned}
			f.Controls[0].Key = true
			f.standing(func(s *Standing) { s.Trouble = Failing })
		}, Implemented, []string{"high failing/ACC-02", "medium not-designed/ACC-03"}},
		{"a Type 1 asks for one occurrence", func(f *Facts) {
			f.Engagement.Type, f.Results = 1, nil
			f.standing(func(s *Standing) { *s = Standing{Record: s.Record, Trouble: EvidenceMissing} })
		}, Implemented, []string{}},
		{"and has none", func(f *Facts) {
			f.Engagement.Type, f.Results, f.Populations = 1, nil, nil
			f.standing(func(s *Standing) { *s = Standing{Record: s.Record, Trouble: EvidenceMissing} })
		}, Designed, []string{"high not-implemented/ACC-02"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := sound()
			c.change(&f)
			a := Analyze(f)
			if a.Rows[0].Level != c.level {
				t.Errorf("level %s, want %s", a.Rows[0].Level, c.level)
			}
			if diff := cmp.Diff(c.gaps, gapCodes(a)); diff != "" {
				t.Error(diff)
			}
			for _, g := range a.Gaps {
				if g.Cause == "" || g.Weighs == "" || len(g.Closes) == 0 {
					t.Errorf("gap %s says neither why nor what closes it: %+v", g.Code, g)
				}
			}
		})
	}
}

// Every level names the records behind it.
func TestRecordsBehind(t *testing.T) {
	want := []Reached{
		{Mapped, []string{"ACC-02"}, []string{"control/ACC-02@1"}},
		{Designed, []string{"ACC-02"}, []string{"procedure leaver"}},
		{Implemented, []string{"ACC-02"}, []string{"res_1"}},
		{Operating, []string{"ACC-02"}, []string{"con_1"}},
		{Throughout, []string{"ACC-02"}, []string{"res_1"}},
	}
	if diff := cmp.Diff(want, Analyze(sound()).Rows[0].Reached); diff != "" {
		t.Error(diff)
	}
}

// What populations prove, what they could, and what nothing does.
func TestProof(t *testing.T) {
	f := sound()
	f.Criteria = append(f.Criteria, audit.Criterion{ID: "CC6.3"}, audit.Criterion{ID: "CC1.2"})
	a := Analyze(f)
	want := []Proof{
		{Read: []string{"accounts", "people"}, Idle: []string{"dormant"}, Known: 3},
		{Read: []string{}, Known: 1},
		{Read: []string{}, Nothing: true},
	}
	for i, r := range a.Rows {
		if diff := cmp.Diff(want[i], r.Proof); diff != "" {
			t.Errorf("%s: %s", r.Code, diff)
		}
	}
	i := slices.IndexFunc(a.Gaps, func(g Gap) bool { return g.Code == "no-control/CC6.3" })
	if i < 0 {
		t.Fatal("no gap for CC6.3")
	}
	needs := []Need{{Population: "accounts", Held: true}, {Population: "reviews", Sources: []string{"okta"}}}
	if diff := cmp.Diff(needs, a.Gaps[i].Closes[1].Needs); diff != "" {
		t.Error(diff)
	}
}

// An objective is spoken to by way of its template.
func TestObjectives(t *testing.T) {
	f := sound()
	f.Engagement.Kind = audit.SOC1
	f.Objectives = []audit.Objective{{Code: "CO-6", Template: "itgc-access-02"}}
	f.Procedures["dormant"] = audit.Procedure{ID: "dormant", Objectives: []string{"itgc-access-02"}, Populations: []string{"accounts"}}
	a := Analyze(f)
	if diff := cmp.Diff([]string{"high no-control/CO-6"}, gapCodes(a)); diff != "" {
		t.Fatal(diff)
	}
	if got := a.Gaps[0].Closes[1].Procedure; got != "dormant" {
		t.Errorf("proposed %q", got)
	}
}

func TestOneKinds(t *testing.T) {
	prevent, detect := audit.Control{Code: "A", Kind: "preventive"}, audit.Control{Code: "B", Kind: "detective"}
	got := OneKinds([]Row{{Code: "R1", Controls: []audit.Control{prevent}}, {Code: "R2", Controls: []audit.Control{prevent, detect}}, {Code: "R3"}, {Code: "R4", Controls: []audit.Control{detect, detect}}})
	var said []string
	for _, g := range got {
		said = append(said, g.Rows[0]+" "+g.Cause)
	}
	if diff := cmp.Diff([]string{"R1 only preventive controls: A", "R4 only detective controls: B, B"}, said); diff != "" {
		t.Error(diff)
	}
}

// drawn are any records of up to six controls over four criteria.
func drawn(t *rapid.T) Facts {
	f := sound()
	f.Engagement.Type = rapid.IntRange(1, 2).Draw(t, "type")
	f.Criteria, f.Controls, f.Standings, f.Results = nil, nil, map[string]Standing{}, map[string]audit.Result{}
	codes := []string{"CC1.1", "CC6.1", "CC6.2", "CC6.3"}
	for _, id := range codes {
		f.Criteria = append(f.Criteria, audit.Criterion{ID: id})
	}
	for _, id := range []string{"leaver", "dormant", "review"} {
		if rapid.Bool().Draw(t, id) {
			f.Results[id] = audit.Result{
				ID: audit.ID(fmt.Sprintf("res_%s_%d", id, rapid.IntRange(1, 30).Draw(t, "run"))), Procedure: id, Tested: int64(rapid.IntRange(0, 3).Draw(t, "tested")),
				Exceptions: int64(rapid.IntRange(0, 2).Draw(t, "exceptions")), Entire: rapid.Bool().Draw(t, "entire"), At: day(rapid.IntRange(1, 30).Draw(t, "performed")),
			}
		}
	}
	for i := range rapid.IntRange(0, 6).Draw(t, "controls") {
		c := audit.Control{
			Code: fmt.Sprintf("C-%d", i), Owner: rapid.SampledFrom([]string{"", "CISO"}).Draw(t, "owner"), Key: rapid.Bool().Draw(t, "key"),
			Kind: rapid.SampledFrom([]string{"preventive", "detective"}).Draw(t, "kind"), Criteria: rapid.SliceOfDistinct(rapid.SampledFrom(codes), rapid.ID).Draw(t, "criteria"),
			Procedures: rapid.SliceOfDistinct(rapid.SampledFrom([]string{"leaver", "dormant", "review"}), rapid.ID).Draw(t, "procedures"),
		}
		s := Standing{Record: "control/" + c.Code + "@1", Trouble: rapid.SampledFrom([]Kind{"", NotDesigned, Failing, Pending, EvidenceMissing, TestsOff, Stale, NoOccurrence}).Draw(t, "trouble")}
		if rapid.Bool().Draw(t, "lacks") {
			s.Lacks = []string{"who performs it"}
		}
		if rapid.Bool().Draw(t, "concluded") {
			n := int64(rapid.IntRange(0, 9).Draw(t, "items"))
			s.Conclusion = audit.Conclusion{ID: audit.ID("con_" + c.Code), Tested: n, Deviations: int64(rapid.IntRange(0, int(n)).Draw(t, "deviations")), At: day(rapid.IntRange(1, 30).Draw(t, "concluded on"))}
		}
		if s.Trouble == TestsOff {
			s.Off = c.Procedures
		}
		f.Controls, f.Standings[c.Code] = append(f.Controls, c), s
	}
	return f
}

// Each level holds no more than the one below it, for rows and for controls;
// every gap that a row names is there; no figure is outside of 0 to 1; and what
// is ready has no blocker.
func TestCountsNest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Analyze(drawn(t))
		for _, n := range []Tally{a.RowTally, a.Tally} {
			for i, l := range Levels {
				if n.At(l) > n.At(Level(i)) {
					t.Fatalf("%s %d, more than %s %d: %+v", l, n.At(l), Level(i), n.At(Level(i)), n)
				}
			}
		}
		codes := map[string]bool{}
		for _, g := range a.Gaps {
			if codes[g.Code] {
				t.Fatalf("gap %s stands twice", g.Code)
			}
			codes[g.Code] = true
			if a.Readiness.Ready && g.Severity == High {
				t.Fatalf("ready, with blocker %s", g.Code)
			}
		}
		for i, r := range a.Rows {
			if ppm := a.Readiness.Rows[i].PPM; ppm < 0 || ppm > One || r.Level < Designed && ppm != 0 {
				t.Fatalf("%s at level %s has figure %d", r.Code, r.Level, ppm)
			}
			for _, g := range r.Gaps {
				if !codes[g] {
					t.Fatalf("%s names gap %s, which is not there", r.Code, g)
				}
			}
			if r.Level < Mapped && len(r.Gaps) == 0 {
				t.Fatalf("%s has neither control nor gap", r.Code)
			}
		}
	})
}
