package evaluation

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// description looks at the description as a whole and statement by statement.
func (e Examined) description() Proposed {
	s := Proposed{Subject: audit.OfDescription, Form: audit.Unmodified}
	if !e.Description.judged() {
		s.ask("", "nobody concluded on the description as a whole")
	}
	s.judge("description", nil, e.Description)
	for _, t := range slices.SortedFunc(slices.Values(e.Statements), func(a, b Statement) int { return cmp.Compare(a.Code, b.Code) }) {
		if !t.Judged.judged() {
			s.ask(t.Code, "nobody judged what the description says here")
		}
		s.judge(t.Code, nil, t.Judged)
	}
	return s
}

func (e Examined) design() Proposed {
	s := Proposed{Subject: audit.OfDesign, Form: audit.Unmodified}
	for _, a := range e.sorted() {
		sound := 0
		for _, c := range a.Controls {
			if c.DesignFails {
				s.say(a.Code, c.Code+" is not suitably designed", c.Cites)
				continue
			}
			sound++
		}
		switch {
		case !a.Design.judged():
			s.ask(a.Code, "nobody concluded on the design of its controls")
		case sound == 0 && !a.Design.modifies():
			s.ask(a.Code, "no control of it is suitably designed, and no material deficiency was judged: judge again")
		}
		s.judge(a.Code, a.Affects, a.Design)
	}
	return s
}

func (e Examined) operation() Proposed {
	s := Proposed{Subject: audit.OfOperation, Form: audit.Unmodified}
	for _, a := range e.sorted() {
		if a.Design.modifies() {
			s.moot(a)
			continue
		}
		s.operates(a)
	}
	return s
}

// moot carries the form on design over: where controls would not achieve an aim
// if they operated, that they operated does not achieve it either.
func (s *Proposed) moot(a Aim) {
	for _, c := range a.Design.causes() {
		s.Form = worse(s.Form, c.form)
		s.say(a.Code, fmt.Sprintf("%s, as on design: the operation of its controls is moot", c.form), a.Design.Cites)
	}
	s.judge(a.Code, a.Affects, a.Operation)
	s.Affected = append(s.Affected, a.Code)
	s.Criteria = append(s.Criteria, a.Affects...)
}

// operates weighs the controls of an aim whose design stands.
func (s *Proposed) operates(a Aim) {
	count := map[audit.Operation]int{}
	live := 0 // controls whose design stands
	for _, c := range a.Controls {
		if c.DesignFails {
			s.say(a.Code, c.Code+": its operation is moot, since its design fails", c.Cites)
			continue
		}
		live++
		count[c.Operation]++
		s.control(a, c)
	}
	nothing := live > 0 && count[audit.DidNotOperate] == live
	switch {
	case nothing && !a.Operation.modifies():
		s.exclude(a)
		return
	case !a.Operation.judged():
		s.ask(a.Code, "nobody concluded on the operation of its controls")
	case count[audit.Effective]+count[audit.EffectiveExcept] == 0 && !a.Operation.modifies():
		s.ask(a.Code, "no control of it is concluded to be effective, and nothing material was judged: judge again")
	}
	s.judge(a.Code, a.Affects, a.Operation)
}

// control says what the conclusion on one control means for its aim.
func (s *Proposed) control(a Aim, c ControlFact) {
	standing := "; the opinion is not modified for it"
	if a.Operation.modifies() {
		standing = ""
	}
	switch c.Operation {
	case "":
		s.ask(a.Code, c.Code+": nobody concluded on its operation")
	case audit.EffectiveExcept:
		s.say(a.Code, c.Code+" operated with deviations: they are listed"+standing, c.Cites)
	case audit.NotEffective:
		s.say(a.Code, c.Code+" did not operate effectively throughout the period: its deviations are listed"+standing, c.Cites)
	case audit.NotTested:
		s.say(a.Code, c.Code+" could not be tested"+standing, c.Cites)
	case audit.DidNotOperate:
		s.say(a.Code, c.Code+" did not operate: nothing called for it, and its operation was not tested", c.Cites)
	}
	switch {
	case c.Operation == audit.DidNotOperate && len(c.Cites) == 0:
		s.ask(a.Code, c.Code+": that nothing called for it is not proven: cite its population")
	case c.Operation == audit.EffectiveExcept && len(c.Cites) == 0:
		s.ask(a.Code, c.Code+": its deviations are not cited")
	}
}

// exclude takes an aim out of what the opinion says: none of its controls had an
// occasion to operate.
func (s *Proposed) exclude(a Aim) {
	var codes []string
	var cites []audit.ID
	for _, c := range a.Controls {
		if !c.DesignFails {
			codes, cites = append(codes, c.Code), append(cites, c.Cites...)
		}
	}
	s.Excluded = append(s.Excluded, a.Code)
	s.say(a.Code, "nothing called for "+strings.Join(codes, ", ")+", and no other control of it could operate: the wording of the report says so, and the opinion on operation does not extend to it", cites)
}
