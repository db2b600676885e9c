package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
)

// act is one thing that somebody tries.
type act struct {
	who  audit.Person
	verb string
	noun any // of a verb of the store: what is to be recorded
	kind string
	do   func(context.Context, *store.Tenant) error
}

// dice choose what is tried, from what the book says is there.
type dice struct {
	*rand.Rand
	b     *book
	today audit.Date
}

func pick[T any](d dice, of ...T) T { return of[d.IntN(len(of))] }

func (d dice) chance(percent int) bool { return d.IntN(100) < percent }

// cast are the people whom an opening records, and the parts they have there.
var castOfRoles = map[audit.Role][]string{
	audit.ManagementAdmin: {"Mara"}, audit.ControlOwner: {"Olu"}, audit.Employee: {"Emil"}, audit.InternalAudit: {"Ilka"},
	audit.AuditorStaff: {"Stan", "Sita"}, audit.AuditorManager: {"Mina"}, audit.AuditorPartner: {"Petra"}, audit.QualityReviewer: {"Quin"},
	audit.UserEntity: {"Uma"}, audit.UserAuditor: {"Udo"}, audit.Machine: {"tickmark"},
}

// strangers are in no opening, or are somebody of it under another spelling.
var strangers = []string{"Nadia", "Lena", "stan ", "MARA", "Vito"}

// anybody is a person who comes as whatever he likes.
func (d dice) anybody() audit.Person {
	role := pick(d, tableRoles...)
	p := audit.Person{Name: pick(d, castOfRoles[role]...), Side: role.Side()}
	if d.chance(15) {
		p.Name = pick(d, strangers...)
	}
	if d.chance(10) {
		p.Side = pick(d, audit.Management, audit.Auditor, audit.Automation, audit.Users)
	}
	if d.chance(30) {
		p.Role = pick(d, tableRoles...)
	}
	if d.chance(1) {
		p.Name, p.Side = pick(d, "", p.Name), pick(d, "", p.Side)
	}
	return p
}

// somebody is mostly one who does such things.
func (d dice) somebody(usual ...audit.Role) audit.Person {
	if len(usual) == 0 || d.chance(40) {
		return d.anybody()
	}
	role := pick(d, usual...)
	return audit.Person{Name: pick(d, castOfRoles[role]...), Side: role.Side()}
}

func (d dice) engagement() string {
	return pick(d, "soc1", "soc1", "soc1", "soc1", "soc1", "soc1", "soc2", "soc2", "later", "later")
}

func (d dice) control() string          { return pick(d, "CHG-01", "CHG-01", "ACC-02") }
func (d dice) two(letter string) string { return pick(d, letter+"-1", letter+"-1", letter+"-2") }
func (d dice) words() string            { return pick(d, "one", "two", "three", "four", "five", "six") }
func (d dice) day() audit.Date {
	return dayAfter(d.today, pick(d, -400, -61, -60, -2, -1, 0, 0, 1, 2, 30))
}

func (d dice) name() string {
	if d.chance(15) {
		return pick(d, strangers...)
	}
	return pick(d, castOfRoles[pick(d, tableRoles...)]...)
}

// newest is mostly the digest of the newest version, else one of an earlier or
// another record.
func (d dice) newest(x entry, ok bool) audit.Digest {
	if ok && d.chance(85) || len(d.b.entries) == 0 {
		return x.Digest
	}
	return pick(d, d.b.entries...).Digest
}

// recordable is a verb of the store: who usually does it, what he would record,
// and how.
type recordable struct {
	usual []audit.Role
	kind  string
	noun  func(d dice) any
	add   func(ctx context.Context, t *store.Tenant, noun any) error
}

// records adds one noun by one method.
func records[T any](kind string, usual []audit.Role, noun func(d dice) T, add func(*store.Tenant, context.Context, T) error) recordable {
	return recordable{
		usual: usual, kind: kind, noun: func(d dice) any { return noun(d) },
		add: func(ctx context.Context, t *store.Tenant, x any) error { return add(t, ctx, x.(T)) },
	}
}

// one is a method of the store that returns what it recorded.
func one[T any](add func(*store.Tenant, context.Context, T) (T, bool, error)) func(*store.Tenant, context.Context, T) error {
	return func(t *store.Tenant, ctx context.Context, x T) error {
		_, _, err := add(t, ctx, x)
		return err
	}
}

// many is a method of the store that takes several.
func many[T any](add func(*store.Tenant, context.Context, []T) (int, error)) func(*store.Tenant, context.Context, T) error {
	return func(t *store.Tenant, ctx context.Context, x T) error {
		_, err := add(t, ctx, []T{x})
		return err
	}
}

type who = []audit.Role

// verbs are the methods of the store that record something.
func verbs() map[string]recordable {
	team, leads, admin := who{audit.AuditorStaff, audit.AuditorManager}, who{audit.AuditorManager, audit.AuditorPartner}, who{audit.ManagementAdmin}
	machine := who{audit.Machine, audit.ManagementAdmin, audit.AuditorStaff, audit.AuditorManager, audit.AuditorPartner}
	answers := who{audit.ManagementAdmin, audit.ControlOwner, audit.Employee}
	return map[string]recordable{
		"firm":       records(audit.KindFirm, leads, dice.firm, one((*store.Tenant).AddFirm)),
		"team":       records(audit.KindMember, leads, dice.teamMember, one((*store.Tenant).AddMember)),
		"people":     records(audit.KindMember, admin, dice.person, one((*store.Tenant).AddMember)),
		"declare":    records(audit.KindDeclaration, who{audit.AuditorStaff, audit.AuditorManager, audit.AuditorPartner, audit.QualityReviewer}, dice.declaration, one((*store.Tenant).AddDeclaration)),
		"step":       records(audit.KindStep, leads, dice.step, one((*store.Tenant).AddStep)),
		"hold":       records(audit.KindHold, leads, dice.hold, one((*store.Tenant).AddHold)),
		"add":        records(audit.KindAddition, append(leads, audit.AuditorStaff), dice.addition, one((*store.Tenant).AddAddition)),
		"request":    records(audit.KindRequest, append(leads, audit.AuditorStaff), dice.request, many((*store.Tenant).AddRequests)),
		"delegate":   records(audit.KindDelegation, admin, dice.delegation, one((*store.Tenant).AddDelegation)),
		"respond":    records(audit.KindResponse, answers, dice.response, one((*store.Tenant).AddResponse)),
		"comment":    records(audit.KindComment, append(append(answers, team...), audit.AuditorPartner), dice.comment, one((*store.Tenant).AddComment)),
		"intake":     records(audit.KindIntake, team[:1], dice.intake, one((*store.Tenant).AddIntake)),
		"sample":     records(audit.KindSample, team, dice.sample, one((*store.Tenant).AddSample)),
		"release":    records(audit.KindRelease, team, dice.release, one((*store.Tenant).AddRelease)),
		"workpaper":  records(audit.KindWorkpaper, team, dice.workpaper, one((*store.Tenant).AddWorkpaper)),
		"prepare":    records(audit.KindSignOff, team, func(d dice) audit.SignOff { return d.signOff(audit.AsPreparer) }, one((*store.Tenant).AddSignOff)),
		"review":     records(audit.KindSignOff, leads, func(d dice) audit.SignOff { return d.signOff(audit.AsReviewer) }, one((*store.Tenant).AddSignOff)),
		"sign":       records(audit.KindSignOff, leads[1:], func(d dice) audit.SignOff { return d.signOff(audit.AsPartner) }, one((*store.Tenant).AddSignOff)),
		"concur":     records(audit.KindSignOff, who{audit.QualityReviewer}, func(d dice) audit.SignOff { return d.signOff(audit.AsQuality) }, one((*store.Tenant).AddSignOff)),
		"note":       records(audit.KindNote, who{audit.AuditorStaff, audit.AuditorManager, audit.AuditorPartner, audit.QualityReviewer}, dice.note, one((*store.Tenant).AddNote)),
		"deviation":  records(audit.KindDeviation, team, dice.deviation, one((*store.Tenant).AddDeviation)),
		"conclude":   records(audit.KindConcluded, team, dice.conclusion, one((*store.Tenant).AddAuditorConclusion)),
		"opinion":    records(audit.KindOpinion, team, dice.opinion, one((*store.Tenant).AddOpinion)),
		"state":      records(audit.KindStatement, append(who{audit.ControlOwner, audit.AuditorPartner, audit.AuditorManager}, admin[0], admin[0]), dice.statement, one((*store.Tenant).AddStatement)),
		"undersign":  records(audit.KindSignature, append(leads, admin[0], admin[0]), dice.signature, one((*store.Tenant).AddSignature)),
		"attest":     records(audit.KindAttestation, who{audit.UserEntity, audit.UserAuditor}, dice.attestation, one((*store.Tenant).AddAttestation)),
		"describe":   records(audit.KindScope, answers[:2], dice.scope, many((*store.Tenant).ApplyScope)),
		"switch":     records(audit.KindSwitch, admin, dice.toggle, one((*store.Tenant).AddSwitch)),
		"assign":     records(audit.KindAssignment, answers[:2], dice.assignment, many((*store.Tenant).AddAssignments)),
		"population": records(audit.KindPopulation, who{audit.Machine, audit.ManagementAdmin, audit.ControlOwner}, dice.population, one((*store.Tenant).AddPopulation)),
		"result": records(audit.KindResult, machine, dice.result, func(t *store.Tenant, ctx context.Context, x audit.Result) error {
			_, _, err := t.AddResult(ctx, x, nil)
			return err
		}),
		"analysis":    records(audit.KindAnalysis, machine, dice.analysis, one((*store.Tenant).AddAnalysis)),
		"conclusion":  records(audit.KindConclusion, machine, dice.outcome, many((*store.Tenant).AddConclusions)),
		"report":      records(audit.KindReport, machine, dice.report, one((*store.Tenant).AddReport)),
		"disposition": records(audit.KindDisposition, team, dice.disposition, many((*store.Tenant).AddDispositions)),
	}
}

// errWrongList is what a list is refused for that shows too much or too little.
var errWrongList = errors.New("it shows what it must not, or not all of what it must")

func listed(got, want []string) error {
	if len(got) == len(want) && strings.Join(got, "\n") == strings.Join(want, "\n") {
		return nil
	}
	return fmt.Errorf("%w:\ngot  %s\nwant %s", errWrongList, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
}
