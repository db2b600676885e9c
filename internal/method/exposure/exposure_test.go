package exposure

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickmark/internal/audit"
	"tickmark/internal/program"
)

func tie(control string, how program.Tie, group string) program.RiskControl {
	return program.RiskControl{Risk: "R", Control: control, Tie: how, Group: group, From: "2026-01-01"}
}

func good(control string, good, tested int64) Standing {
	return Standing{Control: control, Designed: true, Good: good, Tested: tested}
}

func TestRate(t *testing.T) {
	for _, c := range []struct {
		name      string
		ties      []program.RiskControl
		standings []Standing
		residual  int // of 16, in hundredths
		above     bool
	}{
		{"no control", nil, nil, 1600, true},
		{"a control that was never tested takes nothing", []program.RiskControl{tie("A", program.Direct, "")}, []Standing{good("A", 0, 0)}, 1600, true},
		{"nor does one that is not designed", []program.RiskControl{tie("A", program.Direct, "")}, []Standing{{Good: 9, Tested: 9}}, 1600, true},
		{"a direct one that always operated", []program.RiskControl{tie("A", program.Direct, "")}, []Standing{good("A", 10, 10)}, 160, false},
		{"half of the time", []program.RiskControl{tie("A", program.Direct, "")}, []Standing{good("A", 5, 10)}, 880, false},
		{"partial", []program.RiskControl{tie("A", program.Partial, "")}, []Standing{good("A", 10, 10)}, 800, false},
		{"supporting", []program.RiskControl{tie("A", program.Supporting, "")}, []Standing{good("A", 10, 10)}, 1280, true},
		{"two that are independent", []program.RiskControl{tie("A", program.Partial, ""), tie("B", program.Partial, "")}, []Standing{good("A", 1, 1), good("B", 1, 1)}, 400, false},
		{"two that fail together", []program.RiskControl{tie("A", program.Partial, "g"), tie("B", program.Supporting, "g")}, []Standing{good("A", 1, 1), good("B", 1, 1)}, 800, false},
		{"never below one", []program.RiskControl{tie("A", program.Direct, ""), tie("B", program.Direct, "")}, []Standing{good("A", 1, 1), good("B", 1, 1)}, 100, false},
		{"one that no longer stands", []program.RiskControl{{Risk: "R", Control: "A", Tie: program.Direct, From: "2025-01-01", To: "2025-12-31"}}, []Standing{good("A", 1, 1)}, 1600, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			standings := map[string]Standing{}
			for i, s := range c.standings {
				standings[string(rune('A'+i))] = s
			}
			got := Rate(program.Risk{Code: "R", Likelihood: 4, Impact: 4}, c.ties, standings, 12, "2026-03-01")
			if got.Residual != c.residual || got.Above != c.above || got.Inherent != 16 {
				t.Errorf("%+v", got)
			}
		})
	}
}

// More good items never leave more risk, and what remains is between one and what
// there was.
func TestResidualFollowsTheOperatingRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := program.Risk{Code: "R", Likelihood: rapid.IntRange(1, 5).Draw(t, "l"), Impact: rapid.IntRange(1, 5).Draw(t, "i")}
		tested := rapid.Int64Range(1, 1<<50).Draw(t, "tested")
		a := rapid.Int64Range(0, tested).Draw(t, "a")
		b := rapid.Int64Range(a, tested).Draw(t, "b")
		ties := []program.RiskControl{tie("A", program.Ties[rapid.IntRange(0, 2).Draw(t, "tie")], "")}
		less := Rate(r, ties, map[string]Standing{"A": good("A", a, tested)}, 12, "2026-03-01")
		more := Rate(r, ties, map[string]Standing{"A": good("A", b, tested)}, 12, "2026-03-01")
		if more.Residual > less.Residual || less.Residual > r.Score()*100 || more.Residual < 100 {
			t.Fatalf("%d good leave %d, %d leave %d, of %d", a, less.Residual, b, more.Residual, r.Score())
		}
		if l := Likelihood(less); l < 1 || l > 5 || l*r.Impact*100 < less.Residual && l < 5 {
			t.Fatalf("likelihood %d of residual %d", l, less.Residual)
		}
	})
}

func TestWorse(t *testing.T) {
	a, b, none := good("A", 9, 10), good("A", 1, 2), good("A", 0, 0)
	for _, c := range []struct{ x, y, want Standing }{{a, b, b}, {b, a, b}, {none, a, a}, {a, none, a}} {
		if got := Worse(c.x, c.y); got != c.want {
			t.Errorf("of %+v and %+v: %+v", c.x, c.y, got)
		}
	}
}

func TestNotices(t *testing.T) {
	policy := program.RiskPolicy{Appetite: 12, Months: 12, DecideDays: 30}
	digest := audit.DigestOf([]byte("R"))
	risk := func(set func(*program.Risk)) program.Risk {
		x := program.Risk{Code: "R", Likelihood: 4, Impact: 4, Identified: "2026-01-01", Treatment: program.Mitigate, Decided: "2026-01-02", Treated: "2026-01-03"}
		set(&x)
		return x
	}
	assessed := []program.Assessment{{Code: "A", Scope: "all", Completed: "2025-06-01", Approver: "Dana"}}
	for _, c := range []struct {
		name string
		r    Register
		want []Notice
	}{
		{"never assessed", Register{}, []Notice{{"register", "the risks were never assessed as a whole", "2026-03-01", true}}},
		{"in time", Register{Assessments: assessed}, []Notice{{"A", "the risks of all are assessed again", "2026-06-01", false}}},
		{"late, and unapproved", Register{Assessments: []program.Assessment{{Code: "A", Scope: "all", Completed: "2025-01-01", Performer: "Rae"}}}, []Notice{
			{"A", "assessed by Rae, and approved by nobody", "2025-01-01", false}, {"A", "the risks of all are assessed again", "2026-01-01", true},
		}},
		{"an event", Register{Assessments: assessed, Triggers: []program.Trigger{{Code: "E", What: "law", Occurred: "2026-02-01"}, {Code: "F", What: "law", Occurred: "2026-02-01", Reassessed: "2026-02-02"}}}, []Notice{
			{"A", "the risks of all are assessed again", "2026-06-01", false}, {"E", "law of 2026-02-01: the risks were not assessed again", "2026-02-01", true},
		}},
		{"undecided", Register{Assessments: assessed, Risks: []program.Risk{risk(func(x *program.Risk) { x.Treatment, x.Decided = "", "" })}}, []Notice{
			{"A", "the risks of all are assessed again", "2026-06-01", false}, {"R", "its treatment is decided", "2026-01-31", true},
		}},
		{"accepted by nobody", Register{Assessments: assessed, Risks: []program.Risk{risk(func(x *program.Risk) { x.Treatment = program.AcceptIt })}}, []Notice{
			{"A", "the risks of all are assessed again", "2026-06-01", false}, {"R", "it is accepted by nobody, or the acceptance ended or was of an earlier rating", "2026-02-28", true},
		}},
		{"an acceptance that ends", Register{
			Assessments: assessed, Risks: []program.Risk{risk(func(x *program.Risk) { x.Treatment = program.AcceptIt })}, Records: map[string]audit.Digest{"R": digest},
			Acceptances: []program.Acceptance{{Risk: "R", Digest: digest, On: "2026-01-05", Until: "2026-03-15"}},
		}, []Notice{{"A", "the risks of all are assessed again", "2026-06-01", false}, {"R", "its acceptance ends", "2026-03-15", false}}},
		{"closed", Register{Assessments: assessed, Risks: []program.Risk{risk(func(x *program.Risk) { x.Treatment, x.Closed = "", "2026-02-01" })}}, []Notice{{"A", "the risks of all are assessed again", "2026-06-01", false}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.r.Policy = policy
			if diff := cmp.Diff(c.want, c.r.Notices("2026-03-01")); diff != "" {
				t.Error(diff)
			}
		})
	}
}
