package e2e_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/trail"
	"tickmark/internal/method/authority"
)

// opened is one act of an opening.
type opened struct {
	verb string
	who  string
	side audit.Side
	noun func(d dice) any
}

func (o opened) act(d dice, verbs map[string]recordable) act {
	return verbs[o.verb].act(o.verb, audit.Person{Name: o.who, Side: o.side}, o.noun(d))
}

// openings bring an organization to where it becomes interesting: described;
// staffed; tested; concluded on; or issued. In every other, somebody works for
// management in one period and for the auditor in another.
func openings(level int, crossing bool) []opened {
	var all []opened
	for i, chapter := range [][]opened{opensDescribed(), opensStaffed(), opensTested(), opensConcluded(), opensIssued()} {
		if i <= level {
			all = append(all, chapter...)
		}
	}
	if level > 0 && crossing {
		all = append(all,
			by("Mara", audit.Management, "people", said(audit.Member{Engagement: "soc1", Name: "Vito", Role: audit.ControlOwner, Assigned: []string{"CHG-01"}})),
			by("Vito", audit.Auditor, "team", said(audit.Member{Engagement: "later", Name: "Vito", Role: audit.AuditorManager, Firm: "hale"})),
		)
	}
	return all
}

func by(who string, side audit.Side, verb string, noun func(d dice) any) opened {
	return opened{verb: verb, who: who, side: side, noun: noun}
}

func said(x any) func(dice) any { return func(dice) any { return x } }

func opensDescribed() []opened {
	var all []opened
	for _, e := range []struct {
		code string
		of   audit.Period
	}{
		{"soc1", audit.Period{From: "2025-01-01", To: "2025-12-31"}},
		{"soc2", audit.Period{From: "2025-07-01", To: "2026-06-30"}},
		{"later", audit.Period{From: "2027-01-01", To: "2027-12-31"}},
	} {
		all = append(all, by("Mara", audit.Management, "describe", said(described(e.code, e.of))))
	}
	return all
}

func opensStaffed() []opened {
	firm := audit.Firm{Code: "hale", Name: "Hale & Orr", License: "C-1", CoolingOff: 12, Legend: legend}
	all := []opened{by("Petra", audit.Auditor, "firm", said(firm))}
	for _, m := range []audit.Member{
		{Engagement: "soc1", Name: "Petra", Role: audit.AuditorPartner, Firm: "hale"},
		{Engagement: "soc1", Name: "Mina", Role: audit.AuditorManager, Firm: "hale"},
		{Engagement: "soc1", Name: "Stan", Role: audit.AuditorStaff, Firm: "hale"},
		{Engagement: "soc1", Name: "Quin", Role: audit.QualityReviewer, Firm: "hale"},
	} {
		all = append(all, by("Petra", audit.Auditor, "team", said(m)))
	}
	for _, m := range []audit.Member{
		{Name: "Mara", Role: audit.ManagementAdmin},
		{Name: "Olu", Role: audit.ControlOwner, Assigned: []string{"CHG-01", "ds-1"}},
		{Name: "Emil", Role: audit.Employee},
		{Name: "Ilka", Role: audit.InternalAudit},
		{Engagement: "soc1", Name: "Uma", Role: audit.UserEntity, Entity: "Acme"},
		{Engagement: "soc1", Name: "Udo", Role: audit.UserAuditor, Entity: "Acme"},
	} {
		all = append(all, by("Mara", audit.Management, "people", said(m)))
	}
	return all
}

func opensTested() []opened {
	return []opened{
		by("Stan", audit.Auditor, "declare", said(audit.Declaration{Engagement: "soc1", Name: "Stan", Independent: true, Prior: audit.NoPriorWork})),
		by("Stan", audit.Auditor, "request", said(audit.InformationRequest{Engagement: "soc1", Code: "R-1", Controls: []string{"CHG-01"}, State: audit.RequestOpen})),
		by("Mara", audit.Management, "delegate", said(audit.Delegation{Engagement: "soc1", Request: "R-1", To: "Emil"})),
		by("tickmark", audit.Automation, "population", collected),
		by("Stan", audit.Auditor, "intake", acceptsPopulation),
		by("Stan", audit.Auditor, "sample", said(audit.Sample{Engagement: "soc1", Control: "CHG-01", Name: "changes", Seed: "01"})),
		by("Mina", audit.Auditor, "release", func(d dice) any { x := d.release(); x.Engagement = "soc1"; return x }),
		by("Stan", audit.Auditor, "workpaper", said(wholePaper("soc1", "W-1"))),
		by("Stan", audit.Auditor, "prepare", signs("workpaper/W-1", audit.AsPreparer)),
		by("Mina", audit.Auditor, "review", signs("workpaper/W-1", audit.AsReviewer)),
		by("Stan", audit.Auditor, "deviation", said(audit.Deviation{Engagement: "soc1", Code: "D-1", Control: "CHG-01"})),
	}
}

func opensConcluded() []opened {
	return []opened{
		by("Stan", audit.Auditor, "conclude", said(audit.AuditorConclusion{
			Engagement: "soc1", On: audit.OnControl, Code: "CHG-01", Design: audit.Suitable, Workpapers: []string{"W-1"}, Deviations: []string{"D-1"},
		})),
		by("Mina", audit.Auditor, "step", said(audit.Step{Engagement: "soc1", Phase: audit.Completion})),
		by("Mina", audit.Auditor, "opinion", func(d dice) any { return audit.Opinion{Engagement: "soc1", ReportDate: d.today, Firm: "hale"} }),
		by("Mara", audit.Management, "state", states(audit.Assertion)),
		by("Mara", audit.Management, "undersign", undersigns(audit.Assertion)),
		by("Mara", audit.Management, "state", states(audit.Representation)),
		by("Mara", audit.Management, "undersign", undersigns(audit.Representation)),
		by("Mara", audit.Management, "state", said(audit.Statement{Engagement: "soc1", Kind: audit.ManagementAnswer, Code: "D-1", Title: "in writing", Text: "mended"})),
	}
}

func opensIssued() []opened {
	return []opened{
		by("Petra", audit.Auditor, "sign", signs("opinion", audit.AsPartner)),
		by("Quin", audit.Auditor, "concur", signs("opinion", audit.AsQuality)),
		by("Petra", audit.Auditor, "step", func(d dice) any {
			return audit.Step{Engagement: "soc1", Phase: audit.Issued, ReportDate: d.today, Released: d.today}
		}),
	}
}

func signs(subject string, as audit.SignAs) func(dice) any {
	return func(d dice) any {
		x := audit.SignOff{Engagement: "soc1", Subject: subject, As: as}
		now, _ := d.b.signable(x)
		x.Digest = now.Digest
		return x
	}
}

func states(kind audit.StatementKind) func(dice) any {
	return func(d dice) any {
		return audit.Statement{Engagement: "soc1", Kind: kind, Title: "in writing", Text: "so it is", Dated: d.today}
	}
}

func undersigns(kind audit.StatementKind) func(dice) any {
	return func(d dice) any {
		now, _ := d.b.statement("soc1", kind, "")
		return audit.Signature{Engagement: "soc1", Kind: kind, Digest: now.Digest, Title: "Officer"}
	}
}

// writersOf are the sides that write a kind of record; what both write is not here.
var writersOf = map[string][]audit.Side{
	audit.KindIntake: {audit.Auditor}, audit.KindSample: {audit.Auditor}, audit.KindRelease: {audit.Auditor}, audit.KindWorkpaper: {audit.Auditor},
	audit.KindSignOff: {audit.Auditor}, audit.KindNote: {audit.Auditor}, audit.KindDeviation: {audit.Auditor}, audit.KindConcluded: {audit.Auditor},
	audit.KindOpinion: {audit.Auditor}, audit.KindDeclaration: {audit.Auditor}, audit.KindStep: {audit.Auditor}, audit.KindHold: {audit.Auditor},
	audit.KindAddition: {audit.Auditor}, audit.KindFirm: {audit.Auditor}, audit.KindRequest: {audit.Auditor}, audit.KindDisposition: {audit.Auditor},
	audit.KindScope: {audit.Management}, audit.KindDelegation: {audit.Management}, audit.KindResponse: {audit.Management},
	audit.KindAttestation: {audit.Users}, audit.KindPopulation: {audit.Management, audit.Automation},
}

// endures says what does not hold of all records together, and of their trail,
// once a sequence is over.
func (c *scene) endures() string {
	for _, check := range []func() string{c.wallStands, c.papersWereReviewed, c.reviewersAreOutside, c.managementSeesNoFile, c.trailVerifies} {
		if wrong := check(); wrong != "" {
			return "in the end: " + wrong
		}
	}
	return ""
}

func (c *scene) wallStands() string {
	for _, x := range c.book.entries[1:] {
		sides := writersOf[x.Kind]
		if len(sides) > 0 && !slices.Contains(sides, x.Actor.Side) || x.Policy == "" {
			return fmt.Sprintf("record %d, %s, is of %s by policy %q", x.Sequence, x.Kind, x.Actor.Side, x.Policy)
		}
	}
	return ""
}

// papersWereReviewed by others than those who prepared them.
func (c *scene) papersWereReviewed() string {
	for _, s := range c.book.signed {
		reviewers := c.book.names(s.Engagement, s.Subject, audit.AsReviewer)
		prepared := append(c.book.names(s.Engagement, s.Subject, audit.AsPreparer), c.book.written[slashed(s.Engagement, s.Subject)]...)
		for _, r := range append(reviewers, c.book.names(s.Engagement, s.Subject, audit.AsQuality)...) {
			if slices.ContainsFunc(prepared, func(p string) bool { return same(p, r) }) {
				return r + " prepared and reviewed " + s.Subject
			}
		}
	}
	return ""
}

func (c *scene) reviewersAreOutside() string {
	for _, q := range c.book.members {
		for _, m := range c.book.members {
			if q.Role == audit.QualityReviewer && m.Role != q.Role && m.Role.Side() == audit.Auditor && m.Engagement == q.Engagement && same(m.Name, q.Name) {
				return q.Name + " is quality reviewer and on the team of " + q.Engagement
			}
		}
	}
	return ""
}

// managementSeesNoFile in all that a bundle is made of. One of those outside the
// auditor's side looks after each sequence; the lists are read all along.
func (c *scene) managementSeesNoFile() string {
	role := pick(dice{Rand: rand.New(rand.NewPCG(uint64(c.played), 0))}, audit.ManagementAdmin, audit.ControlOwner, audit.InternalAudit, audit.UserEntity, audit.Machine)
	t, err := c.tenant(audit.Person{Name: castOfRoles[role][0], Side: role.Side()})
	if err != nil {
		return err.Error()
	}
	file := []string{audit.KindIntake, audit.KindWorkpaper, audit.KindSignOff, audit.KindNote, audit.KindConcluded, audit.KindDeclaration, audit.KindHold, audit.KindAddition}
	wrong := ""
	err = t.Records(c.ctx, func(kind, subject string, _ audit.Digest, body []byte) error {
		hidden := slices.Contains(file, kind) || kind == audit.KindSample && !c.book.released[audit.ID(subject)]
		if body != nil && hidden {
			wrong = t.Person().Name + " sees a " + kind
		}
		return nil
	})
	if err != nil && !errors.Is(err, authority.ErrRefused) { // who is refused sees nothing
		return err.Error()
	}
	return wrong
}

// trailVerifies: each leaf is of its record, the root of the leaves is that of
// the signed checkpoint, and what the program reads is what the database holds.
func (c *scene) trailVerifies() string {
	machine, err := c.tenant(audit.Person{Name: "tickmark", Side: audit.Automation})
	if err != nil {
		return err.Error()
	}
	var leaves [][]byte
	for i, x := range c.book.entries {
		if x.Sequence != int64(i) || x.Digest != audit.DigestOf([]byte(x.Body)) {
			return fmt.Sprintf("leaf %d is not of its record", i)
		}
		leaves = append(leaves, []byte(x.Leaf))
	}
	read, err := machine.TrailLeaves(c.ctx, 0, int64(len(leaves)))
	if err != nil || string(slices.Concat(read...)) != string(slices.Concat(leaves...)) {
		return fmt.Sprintf("the program reads other leaves: %v", err)
	}
	signed, err := trail.Sign(c.ctx, machine, c.key[0])
	if err != nil {
		return err.Error()
	}
	_, size, root, err := trail.Open(signed, c.key[1])
	if err != nil {
		return err.Error()
	}
	want, err := trail.RootOf(trail.Each(leaves))
	if err != nil || size != int64(len(leaves)) || root != want {
		return strings.TrimSpace(fmt.Sprintf("the checkpoint says %d, %s; the leaves %d, %s %v", size, root, len(leaves), want, err))
	}
	return ""
}
