package authority

import (
	"fmt"
	"slices"
	"sync"

	"github.com/cedar-policy/cedar-go"

	"tickmark/internal/audit"
	"tickmark/internal/program"
)

// In is where, and about what, something is done.
type In struct {
	Engagement string
	What       string   // which variety of the deed: a phase, a capacity, a kind of statement
	About      []string // codes: controls, requests, what the thing is assigned by
	Published  bool     // of a sample: released to management; of anything else: given to the users
	Today      audit.Date
}

// Decision is an answer with the policy that gave it. No policy stands in an
// answer when none allowed it and none had to forbid it.
type Decision struct {
	Allowed bool
	Policy  string
	Why     string
}

// see is the action of reading a record; the others are the duties.
const see = "see"

// request is one question, as far as it does not depend on the role.
type request struct {
	action   string
	resource cedar.EntityUID
	objects  []cedar.EntityUID // to which the resource belongs
	context  cedar.Record
}

// ask puts a question to the policies for a person in some roles.
func ask(p audit.Person, roles []audit.Role, q request) Decision {
	all, err := policies()
	if err != nil {
		return Decision{Why: err.Error()}
	}
	principal := cedar.NewEntityUID("Person", cedar.String(p.Name))
	parents := []cedar.EntityUID{cedar.NewEntityUID("Side", cedar.String(p.Side))}
	for _, r := range roles {
		parents = append(parents, cedar.NewEntityUID("Role", cedar.String(r)))
	}
	entities := cedar.EntityMap{
		principal:  {UID: principal, Parents: cedar.NewEntityUIDSet(parents...)},
		q.resource: {UID: q.resource, Parents: cedar.NewEntityUIDSet(q.objects...)},
	}
	verdict, found := cedar.Authorize(all.of(q.action), entities, cedar.Request{
		Principal: principal, Action: cedar.NewEntityUID("Action", cedar.String(q.action)),
		Resource: q.resource, Context: q.context,
	})
	if len(found.Errors) > 0 { // a rule that cannot be read to its end might have forbidden it
		e := found.Errors[0]
		return Decision{Policy: string(e.PolicyID), Why: "the policy could not be decided: " + e.Message}
	}
	if len(found.Reasons) == 0 {
		return Decision{}
	}
	first := found.Reasons[0] // several may say the same; the first in the order of the files is named
	return Decision{Allowed: verdict == cedar.Allow, Policy: string(first.PolicyID), Why: all.says[first.PolicyID]}
}

// See says whether records of a kind may be read. Some kinds have varieties,
// such as scope/control and statement/assertion.
func (g Grant) See(kind string, in In) Decision {
	if g.org == "" {
		return Decision{Why: "nobody was admitted to an organization"}
	}
	mine := append(g.assigned(in.Engagement), "person/"+g.person.Name)
	x := ask(g.person, g.roles(in.Engagement), request{
		action: see, resource: cedar.NewEntityUID("Record", cedar.String(kind)), objects: objectsOf(kind),
		context: g.context(in, mine, false),
	})
	if !x.Allowed && x.Why == "" {
		x.Why = fmt.Sprintf("no policy shows them to %s", g.as(in.Engagement))
	}
	return x
}

// Sees says in which engagements the person may read records of a kind, all or
// those that are assigned to him or released; all means in every one, and those
// that belong to none.
func (g Grant) Sees(kind string) (all bool, engagements []string) {
	all = true
	for _, e := range g.places() {
		switch seen := g.seesSome(kind, e); {
		case !seen:
			all = false
		case e != "":
			engagements = append(engagements, e)
		}
	}
	return all, engagements
}

func (g Grant) seesSome(kind, engagement string) bool {
	return slices.ContainsFunc(varieties(kind), func(k string) bool {
		in := In{Engagement: engagement, Published: kind == audit.KindSample || kind == audit.KindReport && g.released(engagement, ""), About: append(g.assigned(engagement), "person/"+g.person.Name)}
		return g.See(k, in).Allowed
	})
}

// decide answers for a duty. Undated, it leaves out what depends on the day.
func (g Grant) decide(d Duty, in In, undated bool) Decision {
	if g.org == "" {
		return Decision{Why: "nobody was admitted to an organization"}
	}
	if d == see {
		return Decision{Why: "to see is no duty: ask which kind of record"}
	}
	q := request{
		action: string(d), resource: cedar.NewEntityUID("Engagement", cedar.String(in.Engagement)),
		context: g.context(in, g.assigned(in.Engagement), undated),
	}
	x := ask(g.person, g.roles(in.Engagement), q)
	if !x.Allowed && x.Why == "" {
		x.Why = g.unheld(d, in.What)
	}
	return x
}

// context is what the policies may look at besides who and what.
func (g Grant) context(in In, mine []string, undated bool) cedar.Record {
	roles := g.roles(in.Engagement)
	_, recorded := g.member(in.Engagement)
	recorded = recorded || in.Engagement == "" && g.recordedAnywhere()
	assigned := slices.ContainsFunc(in.About, func(code string) bool {
		return code != "" && slices.Contains(mine, code) || slices.Contains(mine, in.Engagement+"/"+code)
	})
	prior, dependent := g.declared(in, undated)
	return cedar.NewRecord(cedar.RecordMap{
		"what":            cedar.String(in.What),
		"admitted":        cedar.Boolean(len(roles) > 0),
		"recorded":        cedar.Boolean(recorded),
		"assigned":        cedar.Boolean(assigned),
		"published":       cedar.Boolean(in.Published),
		"released":        cedar.Boolean(g.released(in.Engagement, in.Today)),
		"phase":           cedar.String(g.known.step(in.Engagement).Phase),
		"locked":          cedar.Boolean(!undated && g.locked(in)),
		"led":             cedar.Boolean(g.known.led(in.Engagement)),
		"both_sides":      cedar.Boolean(g.bothSides(in.Engagement)),
		"licensed":        cedar.Boolean(g.licensed(in, undated)),
		"prior_work":      cedar.Boolean(prior),
		"not_independent": cedar.Boolean(dependent),
	})
}

// unheld says who holds a duty that the person does not.
func (g Grant) unheld(d Duty, what string) string {
	roles, sides := holders(d, what)
	side := g.person.Side
	switch {
	case len(roles) == 0:
		return fmt.Sprintf("%s (%s) asked for %q, which is no duty", g.person.Name, side, d)
	case !slices.Contains(sides, side):
		return g.otherSide(d, sides)
	}
	if what != "" {
		what = " as " + what
	}
	return fmt.Sprintf("%s is %s, who may not %s this%s; %s may, some only what is assigned to them", g.person.Name, g.as(""), d, what, either(roles))
}

// someVarieties are those of a deed by which some role holds its duty.
var someVarieties = []string{
	"", string(audit.AsPreparer), string(audit.AsReviewer), string(audit.ManagementAnswer), string(audit.DesignAnswers),
	string(audit.EngagementLetter), audit.KindRequest, program.KindTask, program.KindOwnerWord,
}

// held remembers who holds which duty, so that a refusal, which names them,
// costs no more than an answer.
var held sync.Map // holding by question

type question struct {
	duty Duty
	what string
}

type holding struct {
	roles []audit.Role
	of    []audit.Side
}

// holders are the roles that hold a duty in some engagement, of something that
// is assigned to them, and their sides.
func holders(d Duty, what string) (roles []audit.Role, of []audit.Side) {
	q := question{d, what}
	if x, ok := held.Load(q); ok {
		return x.(holding).roles, x.(holding).of
	}
	roles, of = askHolders(d, what)
	if slices.Contains(someVarieties, what) { // of others there is no end
		held.Store(q, holding{roles, of})
	}
	return roles, of
}

func askHolders(d Duty, what string) (roles []audit.Role, of []audit.Side) {
	varieties := someVarieties
	if what != "" {
		varieties = []string{what}
	}
	for _, r := range audit.Roles {
		g := Grant{org: "any", person: audit.Person{Name: "anybody", Side: r.Side(), Role: r}, known: exemplary(r)}
		for _, what := range varieties {
			in := In{Engagement: "e", What: what, About: []string{"x"}, Today: "2000-01-01"}
			if ask(g.person, []audit.Role{r}, request{
				action: string(d), resource: cedar.NewEntityUID("Engagement", "e"), context: g.context(in, []string{"x"}, true),
			}).Allowed && !slices.Contains(roles, r) {
				roles = append(roles, r)
				if !slices.Contains(of, r.Side()) {
					of = append(of, r.Side())
				}
			}
		}
	}
	return roles, of
}

// exemplary is a standing in which somebody has a role and nothing is in its way.
func exemplary(r audit.Role) *Standing {
	return &Standing{
		Firms:   []audit.Firm{{Code: "f", License: "1"}},
		Members: []audit.Member{{Engagement: "e", Name: "anybody", Role: r, Firm: "f"}, {Engagement: "e", Name: "somebody", Role: audit.AuditorPartner}},
	}
}

// as names the roles in which the person acts.
func (g Grant) as(engagement string) string {
	if roles := g.roles(engagement); len(roles) > 0 {
		return either(roles)
	}
	return "nobody who is recorded there"
}
