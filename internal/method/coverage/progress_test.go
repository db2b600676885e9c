package coverage

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

// failing is the sound criterion with an open deviation.
func failing() Facts {
	f := sound()
	f.performed(func(r *audit.Result) { r.Status, r.Exceptions = audit.HasExceptions, 2 })
	f.standing(func(s *Standing) { s.Trouble, s.Reason, s.Conclusion.Deviations = Failing, "deviations noted", 2 })
	return f
}

// later is the sound criterion some days on.
func later(change func(*Facts)) Facts {
	f := sound()
	f.AsOf = day(28)
	change(&f)
	return f
}

func TestOnlyRecordsClose(t *testing.T) {
	rerun := func(f *Facts) {
		f.performed(func(r *audit.Result) { r.ID, r.At = "res_2", day(25) })
		f.standing(func(s *Standing) { s.Conclusion.ID, s.Conclusion.At = "con_2", day(25) })
	}
	for _, c := range []struct {
		name   string
		before func() Facts
		change func(*Facts)
		closed []string // records
		gone   string
		still  bool
	}{
		{"performed again, without a deviation", failing, rerun, []string{"res_2", "con_2"}, "", false},
		{"performed again, and failing", failing, func(f *Facts) {
			rerun(f)
			f.standing(func(s *Standing) { s.Trouble = Failing })
		}, nil, "", true},
		{"judged anew", failing, func(*Facts) {}, nil, "procedure leaver was not performed again", false},
		{"switched off", failing, func(f *Facts) {
			f.standing(func(s *Standing) {
				s.Trouble, s.Off, s.Reason = TestsOff, []string{"leaver"}, "every procedure that tests it is switched off"
			})
		}, nil, "another stands in its place: every procedure that tests it is switched off", false},
		{"retired", failing, func(f *Facts) { f.Controls = nil }, nil, "control ACC-02 is no longer in scope", false},
		{"tested by something else", failing, func(f *Facts) {
			f.Controls[0].Procedures = []string{"dormant"}
			f.Results["dormant"] = audit.Result{ID: "res_3", Procedure: "dormant", Tested: 4, Entire: true, At: day(25)}
		}, nil, "control ACC-02 no longer names procedure leaver", false},
		{"a control was described", func() Facts { f := sound(); f.Controls = nil; return f }, func(*Facts) {}, []string{"control/ACC-02@1"}, "", false},
		{"an owner was named", func() Facts { f := sound(); f.Controls[0].Owner = ""; return f }, func(*Facts) {}, []string{"control/ACC-02@1"}, "", false},
		{"a procedure was named", func() Facts {
			f := sound()
			f.Controls[0].Procedures = nil
			f.standing(func(s *Standing) { s.Trouble = NotDesigned })
			return f
		}, func(*Facts) {}, []string{"control/ACC-02@1", "procedure leaver"}, "", false},
		{"its tests work again, and find what they found", func() Facts {
			f := sound()
			f.standing(func(s *Standing) { s.Trouble, s.Off = TestsOff, []string{"leaver"} })
			return f
		}, func(f *Facts) { f.standing(func(s *Standing) { s.Conclusion.ID, s.Conclusion.At = "con_2", day(25) }) }, []string{"con_2"}, "", false},
		{"they are switched on, and nothing was concluded", func() Facts {
			f := sound()
			f.standing(func(s *Standing) { s.Trouble, s.Off = TestsOff, []string{"leaver"} })
			return f
		}, func(*Facts) {}, nil, "its tests were not concluded on since", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := c.before()
			p := Compare(Analyze(before), Analyze(later(c.change)))
			i := slices.IndexFunc(Analyze(before).Gaps, func(g Gap) bool { return g.Kind != OneKind })
			subject := Analyze(before).Gaps[i].Code
			var closed []string
			gone := ""
			for _, x := range p.Closed {
				if x.Gap.Code == subject {
					closed = x.By
				}
			}
			for _, x := range p.Gone {
				if x.Gap.Code == subject {
					gone = x.Why
				}
			}
			if diff := cmp.Diff(c.closed, closed); diff != "" || gone != c.gone || slices.Contains(p.Still, subject) != c.still {
				t.Errorf("%s: closed by %v, gone %q, still %v", subject, closed, gone, p.Still)
			}
		})
	}
}

// Whatever the records were and are: a gap that tests found is closed only by
// results that are newer, and every earlier gap is closed, gone or still there.
func TestNothingClosesWithoutARecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, g := drawn(t), drawn(t)
		f.AsOf, g.AsOf, g.Engagement.Type = day(15), day(30), f.Engagement.Type
		before, now := Analyze(f), Analyze(g)
		p := Compare(before, now)
		if len(p.Closed)+len(p.Gone)+len(p.Still) != len(before.Gaps) || len(p.Still)+len(p.New) != len(now.Gaps) {
			t.Fatalf("%d gaps before, %d now: %d closed, %d gone, %d still, %d new", len(before.Gaps), len(now.Gaps), len(p.Closed), len(p.Gone), len(p.Still), len(p.New))
		}
		for _, c := range p.Closed {
			if len(c.By) == 0 {
				t.Fatalf("%s is closed by nothing", c.Gap.Code)
			}
			if c.Gap.Kind != Failing && c.Gap.Kind != Pending {
				continue
			}
			for _, id := range c.Gap.Procedures {
				if r := g.Results[id]; !r.At.After(before.AsOf) || !slices.Contains(c.By, string(r.ID)) {
					t.Fatalf("%s is closed by %v, and %s was performed at %s", c.Gap.Code, c.By, id, r.At)
				}
			}
		}
	})
}
