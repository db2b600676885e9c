package evaluation

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

// fine is what a person says who found nothing wrong.
var fine = Judged{By: "P. Oduya"}

func judged(change func(*Judged)) Judged {
	j := Judged{By: "P. Oduya", Why: "as the workpaper says", Cites: []audit.ID{"wp_1"}}
	change(&j)
	return j
}

func material(j *Judged)          { j.Material = true }
func materialPervasive(j *Judged) { j.Material, j.Pervasive = true, true }
func limited(j *Judged)           { j.Limited = true }
func limitedPervasive(j *Judged)  { j.Limited, j.Pervasive = true, true }

func control(code string, o audit.Operation) ControlFact {
	return ControlFact{Code: code, Operation: o, Cites: []audit.ID{audit.ID("res_" + code)}}
}

// clean is an examination without a finding: two objectives, three controls.
func clean() Examined {
	return Examined{Kind: audit.SOC1, Type: 2, Description: fine, Aims: []Aim{
		{Code: "CO-1", Controls: []ControlFact{control("C-1", audit.Effective), control("C-2", audit.Effective)}, Design: fine, Operation: fine},
		{Code: "CO-2", Controls: []ControlFact{control("C-3", audit.Effective)}, Design: fine, Operation: fine},
	}}
}

func soc2(e *Examined) {
	e.Kind = audit.SOC2
	e.Aims[0].Code, e.Aims[0].Affects = "SC-1", []string{"CC6.1", "CC6.2"}
	e.Aims[1].Code, e.Aims[1].Affects = "SC-2", []string{"A1.2", "CC6.1"}
}

func typeOne(e *Examined) {
	e.Type = 1
	for i := range e.Aims {
		e.Aims[i].Operation = Judged{}
		for j := range e.Aims[i].Controls {
			e.Aims[i].Controls[j].Operation = ""
		}
	}
}

func TestPropose(t *testing.T) {
	for _, c := range []struct {
		name     string
		change   func(*Examined)
		want     string // forms of description, design and operation, then overall
		affected string // codes of the operation, or of the last subject
		says     string
	}{
		{"nothing found", func(*Examined) {}, "unmodified unmodified unmodified: unmodified", "", ""},
		{"Type 1 has no opinion on operation", typeOne, "unmodified unmodified: unmodified", "", ""},
		{"SOC 2, nothing found", soc2, "unmodified unmodified unmodified: unmodified", "", ""},

		{"a deviation that does not matter is listed", func(e *Examined) { e.Aims[0].Controls[0].Operation = audit.EffectiveExcept },
			"unmodified unmodified unmodified: unmodified", "", "C-1 operated with deviations: they are listed; the opinion is not modified for it"},
		{"a control fails, the other one is enough", func(e *Examined) { e.Aims[0].Controls[0].Operation = audit.NotEffective },
			"unmodified unmodified unmodified: unmodified", "", "C-1 did not operate effectively throughout the period"},
		{"the remaining controls are not enough", func(e *Examined) {
			e.Aims[0].Controls[0].Operation, e.Aims[0].Operation = audit.NotEffective, judged(material)
		}, "unmodified unmodified qualified: qualified", "CO-1", "qualified: material, not pervasive (P. Oduya): as the workpaper says"},
		{"pervasively", func(e *Examined) {
			e.Aims[0].Controls[0].Operation, e.Aims[0].Operation = audit.NotEffective, judged(materialPervasive)
		}, "unmodified unmodified adverse: adverse", "CO-1", "adverse: material and pervasive"},
		{"both objectives fail, nobody calls it pervasive", func(e *Examined) {
			e.Aims[0].Operation, e.Aims[1].Operation = judged(material), judged(material)
		}, "unmodified unmodified qualified: qualified", "CO-1 CO-2", "every one of the objectives"},
		{"one qualified, one adverse: the worse", func(e *Examined) {
			e.Aims[0].Operation, e.Aims[1].Operation = judged(material), judged(materialPervasive)
		}, "unmodified unmodified adverse: adverse", "CO-1 CO-2", ""},

		{"the old version of a control cannot be tested", func(e *Examined) {
			e.Aims[1].Controls[0].Operation, e.Aims[1].Operation = audit.NotTested, judged(limited)
		}, "unmodified unmodified qualified: qualified", "CO-2", "evidence could not be had, not pervasively"},
		{"evidence of everything is gone", func(e *Examined) {
			e.Aims[1].Controls[0].Operation, e.Aims[1].Operation = audit.NotTested, judged(limitedPervasive)
		}, "unmodified unmodified disclaimer: disclaimer", "CO-2", "or the firm withdraws"},
		{"one control cannot be tested, the other one is enough", func(e *Examined) { e.Aims[0].Controls[1].Operation = audit.NotTested },
			"unmodified unmodified unmodified: unmodified", "", "C-2 could not be tested; the opinion is not modified for it"},
		{"deficient and limited", func(e *Examined) {
			e.Aims[0].Operation = judged(func(j *Judged) { j.Material, j.Limited = true, true })
		},
			"unmodified unmodified qualified: qualified", "CO-1", "evidence could not be had"},
		{"deficient and limited, pervasively: adverse outweighs", func(e *Examined) {
			e.Aims[0].Operation = judged(func(j *Judged) { j.Material, j.Limited, j.Pervasive = true, true, true })
		}, "unmodified unmodified adverse: adverse", "CO-1", "disclaimer: evidence"},

		{"a design gap carries over to operation", func(e *Examined) { e.Aims[0].Design = judged(material) },
			"unmodified qualified qualified: qualified", "CO-1", "the operation of its controls is moot"},
		{"a pervasive design gap", func(e *Examined) { e.Aims[0].Design = judged(materialPervasive) },
			"unmodified adverse adverse: adverse", "CO-1", "as on design"},
		{"a design gap in a Type 1", func(e *Examined) { typeOne(e); e.Aims[0].Design = judged(material) },
			"unmodified qualified: qualified", "CO-1", ""},
		{"design cannot be evaluated", func(e *Examined) { e.Aims[0].Design = judged(limitedPervasive) },
			"unmodified disclaimer disclaimer: disclaimer", "CO-1", ""},
		{"one badly designed control, the other one is enough", func(e *Examined) {
			e.Aims[0].Controls[0].DesignFails, e.Aims[0].Controls[0].Operation = true, audit.NotEffective
		}, "unmodified unmodified unmodified: unmodified", "", "C-1: its operation is moot, since its design fails"},
		{"no control is well designed, and a person says it does not matter", func(e *Examined) { e.Aims[1].Controls[0].DesignFails = true },
			"unmodified  : ", "", "no control of it is suitably designed"},

		{"the description omits something", func(e *Examined) { e.Statements = []Statement{{"DC4", judged(material)}} },
			"qualified unmodified unmodified: qualified", "", "qualified: material, not pervasive"},
		{"the description misleads throughout", func(e *Examined) { e.Description = judged(materialPervasive) },
			"adverse unmodified unmodified: adverse", "", "adverse"},
		{"a slip in the description", func(e *Examined) { e.Statements = []Statement{{"DC1", fine}} },
			"unmodified unmodified unmodified: unmodified", "", ""},
		{"the description cannot be compared with the system", func(e *Examined) { e.Description = judged(limited) },
			"qualified unmodified unmodified: qualified", "", "evidence could not be had"},

		{"the only control had no occasion", func(e *Examined) {
			e.Aims[1].Controls[0].Operation, e.Aims[1].Operation = audit.DidNotOperate, Judged{}
		},
			"unmodified unmodified unmodified: unmodified", "", "the opinion on operation does not extend to it"},
		{"one of two controls had no occasion", func(e *Examined) { e.Aims[0].Controls[0].Operation = audit.DidNotOperate },
			"unmodified unmodified unmodified: unmodified", "", "C-1 did not operate: nothing called for it"},
		{"no occasion, and nothing that proves it", func(e *Examined) { e.Aims[0].Controls[0] = ControlFact{Code: "C-1", Operation: audit.DidNotOperate} },
			"unmodified unmodified : ", "", "cite its population"},
		{"the well designed one had no occasion", func(e *Examined) {
			e.Aims[0].Controls[0].DesignFails, e.Aims[0].Controls[1].Operation = true, audit.DidNotOperate
		}, "unmodified unmodified unmodified: unmodified", "", "nothing called for C-2"},
		{"nothing happened at all", func(e *Examined) {
			for _, a := range e.Aims {
				for i := range a.Controls {
					a.Controls[i].Operation = audit.DidNotOperate
				}
			}
		}, "unmodified unmodified : ", "", "nothing to give an opinion on"},

		{"nobody concluded on an objective", func(e *Examined) { e.Aims[1].Operation = Judged{} },
			"unmodified unmodified : ", "", "nobody concluded on the operation"},
		{"nobody concluded on a control", func(e *Examined) { e.Aims[0].Controls[0].Operation = "" },
			"unmodified unmodified : ", "", "C-1: nobody concluded on its operation"},
		{"nobody concluded on design", func(e *Examined) { e.Aims[1].Design = Judged{} }, "unmodified  unmodified: ", "", "nobody concluded on the design"},
		{"nobody read the description", func(e *Examined) { e.Description = Judged{} }, " unmodified unmodified: ", "", "nobody concluded on the description"},
		{"the only control failed, and a person says it does not matter", func(e *Examined) { e.Aims[1].Controls[0].Operation = audit.NotEffective },
			"unmodified unmodified : ", "", "nothing material was judged: judge again"},

		{"SOC 2 names the criteria", func(e *Examined) { soc2(e); e.Aims[1].Operation = judged(material) },
			"unmodified unmodified qualified: qualified", "SC-2 (A1.2 CC6.1)", ""},
		{"SOC 2, two commitments share a criterion", func(e *Examined) {
			soc2(e)
			e.Aims[0].Operation, e.Aims[1].Operation = judged(material), judged(limited)
		}, "unmodified unmodified qualified: qualified", "SC-1 SC-2 (A1.2 CC6.1 CC6.2)", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := clean()
			c.change(&e)
			p, err := Propose(e)
			if err != nil {
				t.Fatal(err)
			}
			if got := shown(p); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			last := p.Subjects[len(p.Subjects)-1]
			affected := strings.Join(last.Affected, " ")
			if len(last.Criteria) > 0 {
				affected += " (" + strings.Join(last.Criteria, " ") + ")"
			}
			if affected != c.affected {
				t.Errorf("affected %q, want %q", affected, c.affected)
			}
			if text := fmt.Sprintf("%+v", p.Subjects); !strings.Contains(text, c.says) {
				t.Errorf("does not say %q:\n%s", c.says, text)
			}
		})
	}
}

func shown(p Proposal) string {
	forms := []string{}
	for _, s := range p.Subjects {
		forms = append(forms, string(s.Form))
	}
	return strings.Join(forms, " ") + ": " + string(p.Overall)
}

func TestTheOpinionDoesNotExtendToWhatDidNotOccur(t *testing.T) {
	e := clean()
	e.Aims[1].Controls[0].Operation, e.Aims[1].Operation = audit.DidNotOperate, Judged{}
	p, err := Propose(e)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"CO-2"}, p.Subjects[2].Excluded); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	last := p.Subjects[2].Reasons[len(p.Subjects[2].Reasons)-1]
	if diff := cmp.Diff([]audit.ID{"res_C-3"}, last.Cites); diff != "" {
		t.Errorf("what proves it (-want +got):\n%s", diff)
	}
}

func TestSOC3Inherits(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Examined)
		want   string
	}{
		{"nothing", soc2, "unmodified: unmodified"},
		{"a qualification", func(e *Examined) { soc2(e); e.Aims[0].Operation = judged(material) }, "qualified: qualified"},
		{"of the description too", func(e *Examined) { soc2(e); e.Statements = []Statement{{"DC4", judged(material)}} }, "qualified: qualified"},
		{"what is open", func(e *Examined) { soc2(e); e.Aims[0].Operation = Judged{} }, ": "},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := clean()
			c.change(&e)
			p, err := Propose(e)
			if err != nil {
				t.Fatal(err)
			}
			g := General(p)
			if got := shown(g); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if g.Overall == audit.Qualified && !strings.Contains(g.Subjects[0].Reasons[0].Text, "inherited from the SOC 2, ") {
				t.Errorf("reasons %+v", g.Subjects[0].Reasons)
			}
		})
	}
}

func TestProposalsThatAreRefused(t *testing.T) {
	for _, c := range []struct {
		name, want string
		change     func(*Examined)
	}{
		{"kind", "is not known", func(e *Examined) { e.Kind = "soc3" }},
		{"type", "no type 3", func(e *Examined) { e.Type = 3 }},
		{"no aim", "has no subject", func(e *Examined) { e.Aims = nil }},
		{"an aim twice", "there twice", func(e *Examined) { e.Aims[1].Code = "CO-1" }},
		{"nothing that is pervasive", "say what is pervasive", func(e *Examined) { e.Aims[0].Operation = judged(func(j *Judged) { j.Pervasive = true }) }},
		{"nobody judged", "a machine cannot", func(e *Examined) { e.Aims[0].Design = Judged{Material: true, Why: "x", Cites: []audit.ID{"y"}} }},
		{"no reason", "say why", func(e *Examined) { e.Description = Judged{Material: true, By: "P. Oduya", Cites: []audit.ID{"y"}} }},
		{"nothing cited", "cite the results", func(e *Examined) {
			e.Statements = []Statement{{"DC1", Judged{Material: true, By: "P. Oduya", Why: "x"}}}
		}},
		{"operation in a Type 1", "leave the judgment out", func(e *Examined) { typeOne(e); e.Aims[0].Operation = fine }},
		{"a control's operation in a Type 1", "leave it out", func(e *Examined) { typeOne(e); e.Aims[0].Controls[0].Operation = audit.Effective }},
		{"an unknown conclusion", "is not known", func(e *Examined) { e.Aims[0].Controls[0].Operation = "passed" }},
		{"criteria not named", "name the criteria", func(e *Examined) { soc2(e); e.Aims[0].Affects, e.Aims[0].Operation = nil, judged(material) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := clean()
			c.change(&e)
			if p, err := Propose(e); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %+v, %v; want %q", p, err, c.want)
			}
		})
	}
}

// Whatever was found, the overall form is the worst; unmodified is proposed only
// where a person judged everything; and the order of the aims changes nothing.
func TestProposalsAreNeverKinderThanTheirWorst(t *testing.T) {
	changes := []func(*Judged){func(*Judged) {}, material, materialPervasive, limited, limitedPervasive, func(j *Judged) { *j = Judged{} }}
	operations := []audit.Operation{"", audit.Effective, audit.EffectiveExcept, audit.NotEffective, audit.DidNotOperate, audit.NotTested}
	rapid.Check(t, func(rt *rapid.T) {
		e := clean()
		draw := func(name string) Judged { return judged(rapid.SampledFrom(changes).Draw(rt, name)) }
		e.Description = draw("description")
		bad := e.Description.modifies()
		for i := range e.Aims {
			a := &e.Aims[i]
			a.Design, a.Operation = draw("design"), draw("operation")
			bad = bad || a.Design.modifies() || a.Operation.modifies()
			for j := range a.Controls {
				a.Controls[j].Operation = rapid.SampledFrom(operations).Draw(rt, "control")
				a.Controls[j].DesignFails = rapid.Bool().Draw(rt, "design fails")
			}
		}
		p, err := Propose(e)
		if err != nil {
			rt.Fatal(err)
		}
		open := false
		for _, s := range p.Subjects {
			open = open || s.Form == Open
			if (s.Form == Open) != (len(s.Open) > 0) || worse(p.Overall, s.Form) != p.Overall {
				rt.Fatalf("%+v", p)
			}
		}
		if (p.Overall == Open) != open || p.Overall == audit.Unmodified && bad {
			rt.Fatalf("%+v", p)
		}
		e.Aims[0], e.Aims[1] = e.Aims[1], e.Aims[0]
		if q, err := Propose(e); err != nil || !cmp.Equal(p, q) {
			rt.Fatalf("in another order %v: %s", err, cmp.Diff(p, q))
		}
	})
}
