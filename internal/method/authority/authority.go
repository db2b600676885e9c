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

// holders is the matrix: which sides hold a duty. Management describes its own
// system and hands over evidence; only the auditor judges an exception; the
// machine records facts and never describes or judges.
var holders = map[Duty][]audit.Side{
	DutyRead:     {audit.Management, audit.Auditor, audit.Automation},
	DutyDescribe: {audit.Management},
	DutyCollect:  {audit.Management, audit.Automation},
	DutyPerform:  {audit.Management, audit.Auditor, audit.Automation},
	DutyJudge:    {audit.Auditor},
	DutyConclude: {audit.Management, audit.Auditor, audit.Automation},
	DutyReport:   {audit.Management, audit.Auditor, audit.Automation},
}

// Grant is one person's admission to one organization. Only Admit makes one;
// the zero Grant is refused every duty.
type Grant struct {
	org    audit.ID
	person audit.Person
}

// Admit lets a person, already identified, into an organization. It refuses a
// person without a name or a known side.
func Admit(p audit.Person, org audit.ID) (Grant, error) {
	switch {
	case org == "":
		return Grant{}, fmt.Errorf("%w: no organization was named; name the one to work on", ErrRefused)
	case strings.TrimSpace(p.Name) == "":
		return Grant{}, fmt.Errorf("%w: the person has no name; records say who made them", ErrRefused)
	case !slices.Contains(sides(), p.Side):
		return Grant{}, fmt.Errorf("%w: %s is on side %q; a person works for %s",
			ErrRefused, p.Name, p.Side, either(sides()))
	}
	return Grant{org: org, person: p}, nil
}

// Org is the organization the grant admits to.
func (g Grant) Org() audit.ID { return g.org }

// Person is who was admitted.
func (g Grant) Person() audit.Person { return g.person }

// Require returns nil if the grant's person may do d, and otherwise a refusal
// that names the person, the side, the duty and who may do it.
func (g Grant) Require(d Duty) error {
	if g.org == "" {
		return fmt.Errorf("%w to %s: nobody was admitted to an organization", ErrRefused, d)
	}
	may, known := holders[d]
	if !known {
		return fmt.Errorf("%w: %s (%s) asked for %q, which is no duty", ErrRefused, g.person.Name, g.person.Side, d)
	}
	if !slices.Contains(may, g.person.Side) {
		return fmt.Errorf("%w: %s works for %s, which may not %s; %s may",
			ErrRefused, g.person.Name, g.person.Side, d, either(may))
	}
	return nil
}

func sides() []audit.Side { return holders[DutyRead] }

// either writes "a", "a or b", "a, b or c".
func either(names []audit.Side) string {
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
