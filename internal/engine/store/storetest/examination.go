package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
)

var examinationRules = []rule{
	{"every record of an examination is recorded once, with who and when, under the policy that allowed it", func(t *testing.T, h house) {
		c := worked(t, h)
		for _, e := range events(t, c.partner) {
			if e.Policy == "" || e.Actor.Role == "" || e.Actor.Role.Side() != e.Actor.Side {
				t.Errorf("%+v", e)
			}
		}
		last := events(t, c.partner)
		got := last[len(last)-1]
		if got.Policy != "user-entity-attests-its-own" || got.Actor.Role != audit.UserEntity || got.Verb != "attested" {
			t.Errorf("the last event is %+v", got)
		}
		everyLeafIsARecord(t, c.partner)
		ctx := t.Context()
		if n := grew(t, c.partner, func() {
			again := must2f(c.manager.AddWorkpaper(ctx, paper("W-1", "one")))(t)
			if again.By != "Stan" || again.At.IsZero() {
				t.Errorf("saying the same again made %+v", again)
			}
			must(c.manager.AddRequests(ctx, []audit.InformationRequest{request("R-1")}))(t)
			must2(c.admin.AddStatement(ctx, statement(audit.Assertion, "", "2026-01-30")))(t)
			must2(c.staff.AddSample(ctx, sample("CONFIDENTIAL01")))(t)
		}); n != 0 {
			t.Errorf("saying the same again left %d leaves", n)
		}
		if d := must(c.staff.Declarations(ctx, "soc1"))(t)[0]; d.At.IsZero() {
			t.Errorf("%+v", d)
		}
		if s := must(c.admin.Signatures(ctx, "soc1"))(t)[0]; s.By != "Mara" || s.Role != audit.ManagementAdmin || s.At.IsZero() {
			t.Errorf("%+v", s)
		}
	}},
	{"answers, comments and draws are numbered, and a second draw says why", func(t *testing.T, h house) {
		c, ctx := worked(t, h), t.Context()
		must2(c.employee.AddResponse(ctx, audit.Response{Engagement: "soc1", Request: "R-1", Number: 9, By: "Mara", Text: "the rest"}))(t)
		got := must(c.staff.Responses(ctx, ""))(t)
		if len(got) != 2 || got[0].Number != 1 || got[1].Number != 2 || got[1].By != "Emil" {
			t.Errorf("%+v", got)
		}
		must2(c.employee.AddComment(ctx, audit.Comment{Engagement: "soc1", Subject: "request/R-1", Side: audit.Auditor, Text: "the ticket system"}))(t)
		said := must(c.manager.Comments(ctx, "soc1"))(t)
		if len(said) != 2 || said[1].Number != 2 || said[1].Side != audit.Management || said[1].By != "Emil" {
			t.Errorf("%+v", said)
		}
		if _, _, err := c.staff.AddSample(ctx, sample("02")); err == nil || !strings.Contains(err.Error(), "says why") {
			t.Errorf("a second draw without a reason: %v", err)
		}
		again := sample("02")
		again.Why = "the population was collected again"
		if x := must2f(c.staff.AddSample(ctx, again))(t); x.Draw != 2 || !strings.HasPrefix(string(x.ID), "sam_") || x.By != "Stan" {
			t.Errorf("%+v", x)
		}
		if _, _, err := c.admin.AddResponse(ctx, audit.Response{Engagement: "soc1", Request: "R-9"}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("an answer to nothing: %v", err)
		}
	}},
	{"what is assigned or delegated to a person is his to answer, and nothing else", func(t *testing.T, h house) {
		c, ctx := engaged(t, h), t.Context()
		plain := request("R-2")
		plain.Controls = nil
		must(c.staff.AddRequests(ctx, []audit.InformationRequest{request("R-1"), plain}))(t)
		answer := func(r string) audit.Response { return audit.Response{Engagement: "soc1", Request: r, Text: "so it is"} }
		for i, x := range []struct {
			who     *store.Tenant
			request string
			may     bool
		}{{c.owner, "R-1", true}, {c.owner, "R-2", false}, {c.employee, "R-1", false}, {c.employee, "R-2", false}, {c.internal, "R-1", false}, {c.staff, "R-1", false}} {
			if _, _, err := x.who.AddResponse(ctx, answer(x.request)); errors.Is(err, authority.ErrRefused) == x.may {
				t.Errorf("%d: %s answers %s: %v", i, x.who.Person().Name, x.request, err)
			}
		}
		must2(c.admin.AddDelegation(ctx, audit.Delegation{Engagement: "soc1", Request: "R-2", To: "Emil"}))(t)
		must2(c.employee.AddResponse(ctx, answer("R-2")))(t)
		must2(c.admin.AddDelegation(ctx, audit.Delegation{Engagement: "soc1", Request: "R-2", To: "Olu"}))(t)
		if _, _, err := c.employee.AddResponse(ctx, audit.Response{Engagement: "soc1", Request: "R-2", Text: "more"}); !errors.Is(err, authority.ErrRefused) {
			t.Errorf("after it went to another: %v", err)
		}
	}},
	{"nobody reviews what he prepared, and a signature is of the newest version", func(t *testing.T, h house) {
		c, ctx := worked(t, h), t.Context()
		sign := func(who *store.Tenant, as audit.SignAs) error {
			return c.signs(t, who, "workpaper/CONFIDENTIAL-W-1", as, audit.KindWorkpaper, "soc1", "CONFIDENTIAL-W-1")
		}
		old := must2f(c.manager.AddWorkpaper(ctx, paper("W-1", "two")))(t)
		if err := sign(c.manager, audit.AsReviewer); !errors.Is(err, authority.ErrRefused) {
			t.Errorf("whoever wrote a version reviews it: %v", err)
		}
		if err := sign(c.staff, audit.AsReviewer); !errors.Is(err, authority.ErrRefused) {
			t.Errorf("staff reviews: %v", err)
		}
		if err := sign(c.quality, audit.AsPreparer); !errors.Is(err, authority.ErrRefused) {
			t.Errorf("the quality reviewer prepares: %v", err)
		}
		if err := sign(c.partner, audit.AsReviewer); err != nil {
			t.Error(err)
		}
		digest, _ := must2(second(c.partner.DigestOf(ctx, audit.KindWorkpaper, "soc1", "CONFIDENTIAL-W-1")))(t)
		must2(c.staff.AddWorkpaper(ctx, paper("W-1", "three")))(t)
		for name, x := range map[string]audit.SignOff{
			"an older version": {Subject: "workpaper/CONFIDENTIAL-W-1", Digest: digest, As: audit.AsReviewer},
			"made up":          {Subject: "workpaper/CONFIDENTIAL-W-1", Digest: audit.DigestOf([]byte(old.Code)), As: audit.AsReviewer},
			"no paper":         {Subject: "workpaper/W-9", Digest: digest, As: audit.AsReviewer},
			"no subject":       {Subject: "report", Digest: digest, As: audit.AsReviewer},
			"no capacity":      {Subject: "workpaper/CONFIDENTIAL-W-1", Digest: digest, As: audit.AsSignatory},
		} {
			x.Engagement = "soc1" // the partner did sign the older version when it was the newest: that stands
			if _, added, err := c.partner.AddSignOff(ctx, x); err == nil && added {
				t.Errorf("%s was signed", name)
			}
		}
		if n := len(must(c.staff.WorkpaperHistory(ctx, "soc1"))(t)); n != 3 {
			t.Errorf("%d versions", n)
		}
	}},
	{"a note keeps who asked, who answered and who cleared it", func(t *testing.T, h house) {
		c, ctx := worked(t, h), t.Context()
		n := must(c.manager.Notes(ctx, "soc1"))(t)[0]
		n.Answer = "the report was re-run"
		n = must2f(c.staff.AddNote(ctx, n))(t)
		n.Cleared = true
		if _, _, err := c.staff.AddNote(ctx, n); !errors.Is(err, authority.ErrRefused) {
			t.Errorf("whoever answered cleared it: %v", err)
		}
		n = must2f(c.manager.AddNote(ctx, n))(t)
		if n.By != "Mina" || n.AnsweredBy != "Stan" || n.ClearedBy != "Mina" {
			t.Errorf("%+v", n)
		}
	}},
	{"the opinion waits for its notes, the assertion and the representations, and for a partner", func(t *testing.T, h house) {
		c, ctx := worked(t, h), t.Context()
		sign := func(who *store.Tenant) error {
			return c.signs(t, who, "opinion", audit.AsPartner, audit.KindOpinion, "soc1")
		}
		refused := func(step string, says string) {
			t.Helper()
			if err := sign(c.partner); err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("%s: %v", step, err)
			}
		}
		refused("a note is open", "not cleared")
		n := must(c.manager.Notes(ctx, "soc1"))(t)[0]
		n.Answer, n.Cleared = "none needed", true
		must2(c.manager.AddNote(ctx, n))(t)
		refused("no representations", "representation")
		must2(c.admin.AddStatement(ctx, statement(audit.Representation, "", "2026-02-02")))(t)
		refused("representations are not signed", "has not signed")
		if err := c.undersigns(t, c.admin, audit.Representation, ""); err != nil {
			t.Fatal(err)
		}
		refused("representations are dated after the report", "after the report")
		must2(c.admin.AddStatement(ctx, statement(audit.Representation, "", "2026-02-01")))(t)
		refused("an older version is signed", "has not signed")
		if err := c.undersigns(t, c.admin, audit.Representation, ""); err != nil {
			t.Fatal(err)
		}
		for _, who := range []*store.Tenant{c.staff, c.manager, c.quality, c.admin, c.automation} {
			if err := sign(who); !errors.Is(err, authority.ErrRefused) {
				t.Errorf("%s signs the opinion: %v", who.Person().Name, err)
			}
		}
		must2(c.partner.AddFirm(ctx, audit.Firm{Code: "hale", Name: "Hale & Orr", License: "C-1", Licensed: audit.Period{From: "2020-01-01", To: day(-2)}}))(t)
		refused("the license has run out", "unlicensed-firm")
		must2(c.partner.AddFirm(ctx, audit.Firm{Code: "hale", Name: "Hale & Orr", License: "C-1", Licensed: audit.Period{From: "2020-01-01", To: day(300)}}))(t)
		if err := sign(c.partner); err != nil {
			t.Error(err)
		}
		if err := c.signs(t, c.quality, "opinion", audit.AsQuality, audit.KindOpinion, "soc1"); err != nil {
			t.Error(err)
		}
	}},
	{"a conclusion is recorded after its papers and deviations", func(t *testing.T, h house) {
		c, ctx := worked(t, h), t.Context()
		x := audit.AuditorConclusion{Engagement: "soc1", On: audit.OnControl, Code: "CHG-02", Design: audit.Suitable, Reason: "seen"}
		for _, papers := range [][]string{{"W-9"}, {"CONFIDENTIAL-W-1", "W-9"}} {
			x.Workpapers = papers
			if _, _, err := c.staff.AddAuditorConclusion(ctx, x); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("on %v: %v", papers, err)
			}
		}
		x.Workpapers, x.Deviations = nil, []string{"D-9"}
		if _, _, err := c.staff.AddAuditorConclusion(ctx, x); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("on a deviation that is not there: %v", err)
		}
	}},
	{"a file is locked from the sixty-first day by the store's clock, whoever is admitted since when", func(t *testing.T, h house) {
		c, ctx := worked(t, h), t.Context()
		future := audit.Step{Engagement: "soc1", Phase: audit.Issued, ReportDate: day(0), Released: day(30)}
		if _, _, err := c.manager.AddStep(ctx, future); err == nil {
			t.Error("a report was released in the future")
		}
		must2(c.manager.AddStep(ctx, audit.Step{Engagement: "soc1", Phase: audit.Issued, ReportDate: day(-62), Released: day(-60)}))(t)
		if _, _, err := c.manager.AddStep(ctx, audit.Step{Engagement: "soc1", Phase: audit.Issued, Released: day(-1)}); err == nil {
			t.Error("the date of the release was moved")
		}
		must2(c.staff.AddWorkpaper(ctx, paper("W-2", "assembled on the sixtieth day")))(t)
		other := admit(t, h.db, "Locked Ltd")
		locked(t, other)
	}},
	{"nobody is recorded on both sides, nor inside and outside the team", func(t *testing.T, h house) {
		c, ctx := engaged(t, h), t.Context()
		for _, x := range []struct {
			by *store.Tenant
			m  audit.Member
		}{
			{c.admin, audit.Member{Name: "stan", Role: audit.ControlOwner}},
			{c.admin, audit.Member{Engagement: "soc2", Name: "Mina", Role: audit.Employee}}, // the same period
			{c.partner, audit.Member{Engagement: "soc1", Name: "Mara", Role: audit.AuditorStaff}},
			{c.partner, audit.Member{Engagement: "soc1", Name: "Quin", Role: audit.AuditorManager}},
			{c.partner, audit.Member{Engagement: "soc1", Name: "Stan", Role: audit.QualityReviewer}},
			{c.partner, audit.Member{Name: "Ned", Role: audit.ControlOwner}},
			{c.admin, audit.Member{Engagement: "soc1", Name: "Ned", Role: audit.AuditorStaff}},
			{c.staff, audit.Member{Engagement: "soc1", Name: "Ned", Role: audit.AuditorStaff}},
			{c.owner, audit.Member{Name: "Olu", Role: audit.ManagementAdmin}},
		} {
			if _, _, err := x.by.AddMember(ctx, x.m); !errors.Is(err, authority.ErrRefused) {
				t.Errorf("%s recorded %+v: %v", x.by.Person().Name, x.m, err)
			}
		}
		for _, m := range []audit.Member{{Name: "Ned", Role: audit.Machine}, {Name: "Ned", Role: "boss"}, {Name: "Ned", Role: audit.AuditorStaff}} {
			if _, _, err := c.partner.AddMember(ctx, m); err == nil {
				t.Errorf("%+v was recorded", m)
			}
		}
		if _, _, err := c.staff.AddDeclaration(ctx, audit.Declaration{Engagement: "soc1", Name: "Mina", Independent: true}); !errors.Is(err, authority.ErrRefused) {
			t.Errorf("declared for another: %v", err)
		}
		must2(c.staff.AddDeclaration(ctx, audit.Declaration{Engagement: "soc1", Name: "Stan", Independent: true, Prior: audit.PriorDesign, Ended: day(-40)}))(t)
		if _, _, err := c.staff.AddWorkpaper(ctx, paper("W-1", "x")); !errors.Is(err, authority.ErrRefused) || !strings.Contains(err.Error(), "prior-work") {
			t.Errorf("tests what he designed: %v", err)
		}
		must2(c.partner.AddMember(ctx, audit.Member{Engagement: "soc1", Name: "Mina", Role: audit.AuditorManager, Firm: "hale", Left: true}))(t)
		if _, err := c.manager.Workpapers(ctx, "soc1"); !errors.Is(err, authority.ErrRefused) {
			t.Errorf("who left the team still reads: %v", err)
		}
	}},
	{"a firm with people on record is changed by them only", func(t *testing.T, h house) {
		c, ctx := engaged(t, h), t.Context()
		stranger := h.as(t, "Zoe", audit.Auditor) // soc2 has no team yet, so that she may found it
		forged := audit.Firm{Code: "hale", Name: "Hale & Orr", License: "forged"}
		for _, who := range []*store.Tenant{stranger, c.staff, c.quality, c.admin} {
			if _, _, err := who.AddFirm(ctx, forged); !errors.Is(err, authority.ErrRefused) {
				t.Errorf("%s changed the firm: %v", who.Person().Name, err)
			}
		}
		must2(stranger.AddFirm(ctx, audit.Firm{Code: "zoe", Name: "Zoe & Co", License: "Z-1"}))(t)
		must2(c.manager.AddFirm(ctx, audit.Firm{Code: "hale", Name: "Hale & Orr", License: "C-2"}))(t)
	}},
	{"the standing is what the records say of people", func(t *testing.T, h house) {
		c := worked(t, h)
		s := must(h.db.Standing(t.Context(), h.org.ID))(t)
		if len(s.Engagements) != 2 || len(s.Firms) != 1 || len(s.Members) != 10 || len(s.Declarations) != 1 || len(s.Steps) != 1 || s.Steps[0].Phase != audit.Fieldwork {
			t.Errorf("%+v", s)
		}
		g := must(authority.Admit(c.employee.Person(), h.org.ID, s))(t)
		if x := g.Decide(authority.DutyRespond, authority.In{Engagement: "soc1", About: []string{"R-1"}, Today: day(0)}); !x.Allowed {
			t.Errorf("what was delegated is not his: %+v", x)
		}
		if x := g.Decide(authority.DutyRespond, authority.In{Engagement: "soc2", About: []string{"R-1"}, Today: day(0)}); x.Allowed {
			t.Errorf("the same code of another engagement is his: %+v", x)
		}
		none := must(h.db.Standing(t.Context(), "org_none"))(t)
		if len(none.Members)+len(none.Engagements) > 0 {
			t.Errorf("of another organization: %+v", none)
		}
	}},
}

// locked is an examination whose file locked yesterday: everybody's handle is
// from before, and nothing but additions, holds and the archive is recorded.
func locked(t *testing.T, h house) {
	t.Helper()
	c, ctx := worked(t, h), t.Context()
	must2(c.manager.AddStep(ctx, audit.Step{Engagement: "soc1", Phase: audit.Issued, ReportDate: day(-63), Released: day(-61)}))(t)
	writes := map[string]func() error{
		"workpaper": func() error { return last(c.staff.AddWorkpaper(ctx, paper("W-3", "late"))) },
		"sample": func() error {
			return last(c.staff.AddSample(ctx, audit.Sample{Engagement: "soc1", Control: "X", Name: "y"}))
		},
		"intake": func() error {
			return last(c.staff.AddIntake(ctx, audit.Intake{Engagement: "soc1", Name: "people", Population: "p"}))
		},
		"deviation": func() error {
			return last(c.staff.AddDeviation(ctx, audit.Deviation{Engagement: "soc1", Code: "D-2", Control: "X"}))
		},
		"note": func() error {
			return last(c.manager.AddNote(ctx, audit.Note{Engagement: "soc1", Code: "N-2", Text: "?"}))
		},
		"opinion": func() error { return last(c.staff.AddOpinion(ctx, opinion("2026-02-03"))) },
		"conclusion": func() error {
			return last(c.staff.AddAuditorConclusion(ctx, audit.AuditorConclusion{Engagement: "soc1", On: audit.OnControl, Code: "X"}))
		},
		"request": func() error {
			_, err := c.staff.AddRequests(ctx, []audit.InformationRequest{request("R-3")})
			return err
		},
		"response": func() error {
			return last(c.employee.AddResponse(ctx, audit.Response{Engagement: "soc1", Request: "R-1", Text: "late"}))
		},
		"comment": func() error {
			return last(c.staff.AddComment(ctx, audit.Comment{Engagement: "soc1", Subject: "request/R-1", Text: "late"}))
		},
		"statement": func() error { return last(c.admin.AddStatement(ctx, statement(audit.Assertion, "", "2026-02-09"))) },
		"judgment": func() error {
			_, err := c.staff.AddDispositions(ctx, []audit.Disposition{disposition("soc1", "p", "E-1", audit.IsDeviation)})
			return err
		},
		"sign-off": func() error {
			return c.signs(t, c.staff, "conclusion/control/CHG-01", audit.AsPreparer, audit.KindConcluded, "soc1", "control", "CHG-01")
		},
		"step back": func() error {
			return last(c.manager.AddStep(ctx, audit.Step{Engagement: "soc1", Phase: audit.Completion}))
		},
	}
	for name, write := range writes {
		if n := grew(t, c.partner, func() {
			if err := write(); !errors.Is(err, authority.ErrRefused) || !strings.Contains(fmt.Sprint(err), "locked") {
				t.Errorf("%s: %v", name, err)
			}
		}); n != 0 {
			t.Errorf("%s: refused, and recorded", name)
		}
	}
	must2(c.staff.AddAddition(ctx, audit.Addition{Engagement: "soc1", Code: "A-2", What: "a letter", Reason: "came late", Effect: "none", Reviewer: "Mina"}))(t)
	must2(c.manager.AddHold(ctx, audit.Hold{Engagement: "soc1", Reason: "settled"}))(t)
	step := must2f(c.manager.AddStep(ctx, audit.Step{Engagement: "soc1", Phase: audit.Archived}))(t)
	if step.Released != day(-61) || step.ReportDate != day(-63) {
		t.Errorf("the dates do not stand: %+v", step)
	}
}

func last[T any](_ T, _ bool, err error) error { return err }

// second turns a digest, its number and an error into what must2 takes.
func second(d audit.Digest, _ int64, err error) (audit.Digest, bool, error) { return d, true, err }
