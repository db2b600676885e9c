// Package authority decides who may do what, and hands out the only key to an
// organization's records: a Grant that nobody else can make. It stands with
// the pure decisions, below everything that stores or shows a record. It does
// not know how a caller proved who he is, or where records are kept.
package authority

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// ErrRefused is wrapped by every refusal.
var ErrRefused = errors.New("not authorized")

// Duty is a kind of work on an organization's records. A duty belongs to one
// or more sides of the wall.
type Duty string

// The duties.
const (
	DutyRead     Duty = "read"     // see the records
	DutyDescribe Duty = "describe" // apply scope items: the system, controls, engagements
	DutyCollect  Duty = "collect"  // add populations
	DutyPerform  Duty = "perform"  // add results of procedures
	DutyJudge    Duty = "judge"    // disposition exceptions
	DutyConclude Duty = "conclude" // add derived conclusions
	DutyReport   Duty = "report"   // add report drafts
)

// The duties of an examination. Each is of one engagement.
const (
	DutyFirm      Duty = "firm"      // record the firm, its license, legend and tables
	DutyStaff     Duty = "staff"     // say who is on the auditor's team
	DutyPeople    Duty = "people"    // say who has which role on management's side
	DutyDeclare   Duty = "declare"   // one's own independence
	DutyAdvance   Duty = "advance"   // take the engagement from phase to phase
	DutyHold      Duty = "hold"      // legal hold
	DutyAppend    Duty = "append"    // add to a locked file
	DutyRequest   Duty = "request"   // ask, return, reopen and close
	DutyDelegate  Duty = "delegate"  // say who answers
	DutyRespond   Duty = "respond"   // answer a request
	DutyComment   Duty = "comment"   // remark on what both sides see
	DutyAccept    Duty = "accept"    // accept or return a population
	DutySample    Duty = "sample"    // draw
	DutyRelease   Duty = "release"   // let management see a sample
	DutyTest      Duty = "test"      // write workpapers
	DutySignOff   Duty = "sign off"  // sign as preparer or reviewer
	DutyNote      Duty = "note"      // raise, answer and clear review notes
	DutyFind      Duty = "find"      // record deviations
	DutyOpine     Duty = "opine"     // conclude, and draft the opinion
	DutySign      Duty = "sign"      // the opinion, as a partner of a licensed firm
	DutyConcur    Duty = "concur"    // as the quality reviewer
	DutyState     Duty = "state"     // write management's statements
	DutyUndersign Duty = "undersign" // sign management's statements
	DutyAttest    Duty = "attest"    // a user entity's word on its own controls
)

// The duties of registers and surfaces that keep no records of this package's
// callers yet: they are decided here all the same.
const (
	DutyProgram    Duty = "program"    // write policies and courses
	DutyRisk       Duty = "risk"       // write the risk register
	DutyDistribute Duty = "distribute" // grant a copy of the report
	DutyAsk        Duty = "ask"        // for a copy of the report
)

// Grant is one person's admission to one organization. Only Admit makes one;
// the zero Grant is refused every duty and sees nothing.
type Grant struct {
	org    audit.ID
	person audit.Person
	known  *Standing
}

// Admit lets a person, already identified, into an organization whose records
// say s of people and engagements. It refuses a person without a name, without
// a known side, or with a role of another side.
func Admit(p audit.Person, org audit.ID, s Standing) (Grant, error) {
	switch {
	case org == "":
		return Grant{}, fmt.Errorf("%w: no organization was named; name the one to work on", ErrRefused)
	case strings.TrimSpace(p.Name) == "":
		return Grant{}, fmt.Errorf("%w: the person has no name; records say who made them", ErrRefused)
	case !slices.Contains(sides, p.Side):
		return Grant{}, fmt.Errorf("%w: %s is on side %q; a person works for %s",
			ErrRefused, p.Name, p.Side, either(sides))
	case p.Role != "" && p.Role.Side() != p.Side:
		return Grant{}, fmt.Errorf("%w: %s came as %q, which is no role of side %s; its roles are %s",
			ErrRefused, p.Name, p.Role, p.Side, either(rolesOf(p.Side)))
	}
	return Grant{org: org, person: p, known: &s}, nil
}

// Again is the same person's grant after the records have moved on.
func (g Grant) Again(s Standing) Grant {
	if g.org != "" {
		g.known = &s
	}
	return g
}

// Org is the organization the grant admits to.
func (g Grant) Org() audit.ID { return g.org }

// Person is who was admitted, in the role that was claimed.
func (g Grant) Person() audit.Person { return g.person }

// Require returns nil if the person holds d somewhere: in the organization, in an
// engagement, or in one of others that no record knows yet, for a thing that is
// assigned. What depends on the day or on the thing is RequireIn's to say. A
// refusal names the person, the duty and who may do it.
func (g Grant) Require(d Duty, others ...string) error {
	if g.org == "" {
		return fmt.Errorf("%w to %s: nobody was admitted to an organization", ErrRefused, d)
	}
	for _, e := range append(g.places(), others...) {
		for _, what := range someVarieties {
			if g.decide(d, In{Engagement: e, What: what, About: g.assigned(e)}, true).Allowed {
				return nil
			}
		}
	}
	return g.refusal(d, g.decide(d, In{}, true))
}

// RequireIn returns the policy that lets the person do d there, or a refusal.
func (g Grant) RequireIn(d Duty, in In) (policy string, err error) {
	if g.org == "" {
		return "", fmt.Errorf("%w to %s: nobody was admitted to an organization", ErrRefused, d)
	}
	x := g.Decide(d, in)
	if !x.Allowed {
		return x.Policy, g.refusal(d, x)
	}
	return x.Policy, nil
}

// Decide says whether the person may do d there, by which policy and why.
func (g Grant) Decide(d Duty, in In) Decision { return g.decide(d, in, false) }

func (g Grant) refusal(d Duty, x Decision) error {
	if x.Policy == "" {
		return fmt.Errorf("%w: %s", ErrRefused, x.Why)
	}
	who := fmt.Sprintf("%s may not %s", g.person.Name, d)
	if _, of := holders(d, ""); len(of) > 0 && !slices.Contains(of, g.person.Side) {
		who = g.otherSide(d, of)
	}
	return fmt.Errorf("%w: %s: %s (policy %s)", ErrRefused, who, x.Why, x.Policy)
}

func (g Grant) otherSide(d Duty, of []audit.Side) string {
	return fmt.Sprintf("%s works for %s, which may not %s; %s may", g.person.Name, g.person.Side, d, either(of))
}

// either writes "a", "a or b", "a, b or c".
func either[T ~string](names []T) string {
	words := make([]string, len(names))
	for i, n := range names {
		words[i] = string(n)
	}
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
