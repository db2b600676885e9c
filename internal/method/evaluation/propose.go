package evaluation

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"tickmark/internal/audit"
)

// Open is no form: a person has to judge something first.
const Open audit.Form = ""

// forms are the forms, worse ones after better ones. Adverse stands last: it says
// that the evidence was had, and speaks against.
var forms = []audit.Form{audit.Unmodified, audit.Qualified, audit.Disclaimer, audit.Adverse}

// Judged is what a person made of one matter. By is empty until somebody judged.
type Judged struct {
	Material  bool       `json:"material,omitempty"`  // a material misstatement or deficiency
	Limited   bool       `json:"limited,omitempty"`   // evidence that matters could not be had
	Pervasive bool       `json:"pervasive,omitempty"` // it goes beyond its own matter
	By        string     `json:"by,omitempty"`
	Why       string     `json:"why,omitempty"`
	Cites     []audit.ID `json:"cites,omitempty"` // results, dispositions, workpapers
}

// Statement is something that the description says or leaves out, as judged.
type Statement struct {
	Code   string `json:"code"` // where it stands, or the description criterion
	Judged Judged `json:"judged"`
}

// ControlFact is what was concluded on one control.
type ControlFact struct {
	Code        string          `json:"code"`
	DesignFails bool            `json:"design_fails,omitempty"`
	Operation   audit.Operation `json:"operation,omitempty"` // empty in a Type 1, and until somebody concluded
	Cites       []audit.ID      `json:"cites,omitempty"`
}

// Aim is what controls are to achieve: a control objective, or a commitment or
// requirement with the criteria that measure it.
type Aim struct {
	Code      string        `json:"code"`
	Affects   []string      `json:"affects,omitempty"` // of a SOC 2: its criteria
	Controls  []ControlFact `json:"controls"`
	Design    Judged        `json:"design"`
	Operation Judged        `json:"operation"`
}

// Examined is all that a proposal rests on.
type Examined struct {
	Kind        audit.Kind  `json:"kind"`
	Type        int         `json:"type"`
	Description Judged      `json:"description"` // as a whole
	Statements  []Statement `json:"statements,omitempty"`
	Aims        []Aim       `json:"aims"`
}

// Reason is one sentence behind a proposal, what it is about, and what it cites.
type Reason struct {
	Code  string     `json:"code,omitempty"`
	Text  string     `json:"text"`
	Cites []audit.ID `json:"cites,omitempty"`
}

// Proposed is the form that the records call for on one subject.
type Proposed struct {
	Subject  audit.Subject `json:"subject"`
	Form     audit.Form    `json:"form"`
	Affected []string      `json:"affected,omitempty"` // codes for which the opinion is modified
	Criteria []string      `json:"criteria,omitempty"` // of a SOC 2: those of the affected codes
	Excluded []string      `json:"excluded,omitempty"` // codes to which the opinion does not extend: nothing called for their controls
	Reasons  []Reason      `json:"reasons,omitempty"`
	Open     []Reason      `json:"open,omitempty"` // what a person has to judge first
}

// Proposal is a proposal and no opinion: only a partner's signature makes one.
type Proposal struct {
	Subjects []Proposed `json:"subjects"`
	Overall  audit.Form `json:"overall"` // the worst; Open while one is
}

// Propose says which form of opinion each subject calls for, and why. A material
// matter calls for a qualified opinion, or an adverse one where it is pervasive;
// evidence that could not be had calls for a qualified one, or a disclaimer.
func Propose(e Examined) (Proposal, error) {
	if err := e.valid(); err != nil {
		return Proposal{}, err
	}
	subjects := []Proposed{e.description(), e.design()}
	if e.Type == 2 {
		subjects = append(subjects, e.operation())
	}
	p := Proposal{Overall: audit.Unmodified}
	for _, s := range subjects {
		s.finish(len(e.Aims))
		p.Subjects = append(p.Subjects, s)
		p.Overall = worse(p.Overall, s.Form)
	}
	return p, nil
}

// General proposes the form of a SOC 3 report on the same examination: one
// subject, which inherits every modification of the SOC 2.
func General(soc2 Proposal) Proposal {
	g := Proposed{Subject: audit.OfEffectiveness, Form: soc2.Overall}
	for _, s := range soc2.Subjects {
		g.Affected = append(g.Affected, s.Affected...)
		g.Criteria = append(g.Criteria, s.Criteria...)
		g.Excluded = append(g.Excluded, s.Excluded...)
		for _, r := range s.Reasons {
			g.Reasons = append(g.Reasons, Reason{r.Code, "inherited from the SOC 2, " + string(s.Subject) + ": " + r.Text, r.Cites})
		}
		g.Open = append(g.Open, s.Open...)
	}
	g.tidy()
	return Proposal{Subjects: []Proposed{g}, Overall: g.Form}
}

// worse is the worse of two forms. What is open hides how bad it will be.
func worse(a, b audit.Form) audit.Form {
	if a == Open || b == Open {
		return Open
	}
	return forms[max(slices.Index(forms, a), slices.Index(forms, b))]
}

// finish settles the form of a subject: none, as long as something is open.
func (s *Proposed) finish(aims int) {
	s.tidy()
	switch {
	case s.Subject == audit.OfDescription:
	case len(s.Excluded) == aims:
		s.ask("", "nothing called for any control of the period: there is nothing to give an opinion on")
	case s.Form == audit.Qualified && aims > 1 && len(s.Affected) == aims:
		s.say("", "every one of the objectives or commitments is affected, and nobody judged that to be pervasive", nil)
	}
	if len(s.Open) > 0 {
		s.Form = Open
	}
}

func (s *Proposed) tidy() {
	for _, codes := range []*[]string{&s.Affected, &s.Criteria, &s.Excluded} {
		slices.Sort(*codes)
		*codes = slices.Compact(*codes)
	}
}

func (s *Proposed) say(code, text string, cites []audit.ID) {
	s.Reasons = append(s.Reasons, Reason{code, text, cites})
}

func (s *Proposed) ask(code, text string) {
	s.Open = append(s.Open, Reason{Code: code, Text: text})
}

// judge takes over a person's judgment of one code.
func (s *Proposed) judge(code string, affects []string, j Judged) {
	if !j.modifies() {
		return
	}
	for _, c := range j.causes() {
		s.Form = worse(s.Form, c.form)
		s.say(code, fmt.Sprintf("%s: %s (%s): %s", c.form, c.text, j.By, j.Why), j.Cites)
	}
	s.Affected = append(s.Affected, code)
	s.Criteria = append(s.Criteria, affects...)
}

type cause struct {
	form audit.Form
	text string
}

// causes is the table of forms: what is wrong, and whether it is pervasive.
func (j Judged) causes() []cause {
	var out []cause
	switch {
	case j.Material && j.Pervasive:
		out = append(out, cause{audit.Adverse, "material and pervasive"})
	case j.Material:
		out = append(out, cause{audit.Qualified, "material, not pervasive"})
	}
	switch {
	case j.Limited && j.Pervasive:
		out = append(out, cause{audit.Disclaimer, "evidence could not be had, pervasively; or the firm withdraws"})
	case j.Limited:
		out = append(out, cause{audit.Qualified, "evidence could not be had, not pervasively"})
	}
	return out
}

func (j Judged) modifies() bool { return j.Material || j.Limited }

// valid says what in the judgments contradicts itself, or nil.
func (e Examined) valid() error {
	switch {
	case e.Kind != audit.SOC1 && e.Kind != audit.SOC2:
		return fmt.Errorf("proposal: kind %q is not known: use %s or %s, and General for a SOC 3", e.Kind, audit.SOC1, audit.SOC2)
	case e.Type != 1 && e.Type != 2:
		return fmt.Errorf("proposal: there is no type %d: use 1 or 2", e.Type)
	case len(e.Aims) == 0:
		return errors.New("proposal: no objective or commitment: an opinion without them has no subject")
	}
	errs := []error{e.Description.valid("description")}
	for _, s := range e.Statements {
		errs = append(errs, s.Judged.valid("description, "+s.Code))
	}
	seen := map[string]bool{}
	for _, a := range e.Aims {
		errs = append(errs, a.Design.valid(a.Code+", design"), a.Operation.valid(a.Code+", operation"), e.aim(a))
		if seen[a.Code] {
			errs = append(errs, fmt.Errorf("proposal: %s is there twice: merge the two", a.Code))
		}
		seen[a.Code] = true
	}
	return errors.Join(errs...)
}

func (e Examined) aim(a Aim) error {
	known := []audit.Operation{"", audit.Effective, audit.EffectiveExcept, audit.NotEffective, audit.DidNotOperate, audit.NotTested}
	for _, c := range a.Controls {
		switch {
		case !slices.Contains(known, c.Operation):
			return fmt.Errorf("proposal: %s, control %s: operation %q is not known: use one of %v", a.Code, c.Code, c.Operation, known[1:])
		case e.Type == 1 && c.Operation != "":
			return fmt.Errorf("proposal: %s, control %s: a Type 1 says nothing of operation: leave it out", a.Code, c.Code)
		}
	}
	if e.Kind == audit.SOC2 && len(a.Affects) == 0 && (a.Design.modifies() || a.Operation.modifies()) {
		return fmt.Errorf("proposal: %s is not met: name the criteria that are affected", a.Code)
	}
	if e.Type == 1 && a.Operation.judged() {
		return fmt.Errorf("proposal: %s: a Type 1 says nothing of operation: leave the judgment out", a.Code)
	}
	return nil
}

func (j Judged) judged() bool { return j.By != "" }

func (j Judged) valid(of string) error {
	switch {
	case j.Pervasive && !j.modifies():
		return fmt.Errorf("proposal: %s: pervasive, but neither material nor a limit on the evidence: say what is pervasive", of)
	case j.modifies() && !j.judged():
		return fmt.Errorf("proposal: %s: nobody judged it: name who did; a machine cannot", of)
	case j.modifies() && j.Why == "":
		return fmt.Errorf("proposal: %s: say why", of)
	case j.modifies() && len(j.Cites) == 0:
		return fmt.Errorf("proposal: %s: cite the results, dispositions or workpapers behind it", of)
	}
	return nil
}

// sorted is the aims by code, so that a proposal does not depend on their order.
func (e Examined) sorted() []Aim {
	return slices.SortedFunc(slices.Values(e.Aims), func(a, b Aim) int { return cmp.Compare(a.Code, b.Code) })
}
