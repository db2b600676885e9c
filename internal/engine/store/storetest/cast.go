package storetest

import (
	"testing"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
)

// cast is everybody who works on an examination, each recorded in his role.
type cast struct {
	house
	admin, owner, employee, internal *store.Tenant
	staff, manager, partner, quality *store.Tenant
	entity, reader                   *store.Tenant
}

// engaged describes two engagements, records a firm and a team for soc1, and the
// people of management and of a client.
func engaged(t *testing.T, h house) cast {
	t.Helper()
	apply(t, h, engagement("soc1"), engagement("soc2"), control("CHG-01", "changes are approved"))
	c := cast{
		house: h,
		admin: h.as(t, "Mara", audit.Management), owner: h.as(t, "Olu", audit.Management),
		employee: h.as(t, "Emil", audit.Management), internal: h.as(t, "Ilka", audit.Management),
		staff: h.as(t, "Stan", audit.Auditor), manager: h.as(t, "Mina", audit.Auditor),
		partner: h.as(t, "Petra", audit.Auditor), quality: h.as(t, "Quin", audit.Auditor),
		entity: h.as(t, "Uma", audit.Users), reader: h.as(t, "Udo", audit.Users),
	}
	must2(c.partner.AddFirm(t.Context(), audit.Firm{Code: "hale", Name: "Hale & Orr", License: "C-1", CoolingOff: 12}))(t)
	for _, m := range []audit.Member{
		{Engagement: "soc1", Name: "Petra", Role: audit.AuditorPartner, Firm: "hale"},
		{Engagement: "soc1", Name: "Mina", Role: audit.AuditorManager, Firm: "hale"},
		{Engagement: "soc1", Name: "Stan", Role: audit.AuditorStaff, Firm: "hale"},
		{Engagement: "soc1", Name: "Quin", Role: audit.QualityReviewer, Firm: "hale"},
	} {
		must2(c.partner.AddMember(t.Context(), m))(t)
	}
	for _, m := range []audit.Member{
		{Name: "Mara", Role: audit.ManagementAdmin},
		{Name: "Olu", Role: audit.ControlOwner, Assigned: []string{"CHG-01"}},
		{Name: "Emil", Role: audit.Employee},
		{Name: "Ilka", Role: audit.InternalAudit},
		{Engagement: "soc1", Name: "Uma", Role: audit.UserEntity, Entity: "Acme"},
		{Engagement: "soc1", Name: "Udo", Role: audit.UserAuditor, Entity: "Acme"},
	} {
		must2(c.admin.AddMember(t.Context(), m))(t)
	}
	return c
}

// as is a person's handle from before anything was recorded of him: what he may
// do follows from the records as they are when he does it.
func (h house) as(t *testing.T, name string, side audit.Side) *store.Tenant {
	t.Helper()
	p := audit.Person{Name: name, Side: side}
	return h.db.Tenant(must(authority.Admit(p, h.org.ID, authority.Standing{}))(t))
}

func engagement(code string) audit.ScopeItem {
	body, err := audit.Canonical(audit.Engagement{
		Code: code, Kind: audit.SOC1, Type: 2, Period: audit.Period{From: "2025-01-01", To: "2025-12-31"}, Timezone: "UTC",
	})
	if err != nil {
		panic(err) // a struct of texts always has a canonical form
	}
	return audit.ScopeItem{Kind: audit.ScopeEngagement, Code: code, Body: body}
}

func request(code string) audit.InformationRequest {
	return audit.InformationRequest{
		Engagement: "soc1", Code: code, Title: "changes of the year", Wants: audit.WantsPopulation,
		Controls: []string{"CHG-01"}, State: audit.RequestOpen,
	}
}

func sample(seed string) audit.Sample {
	return audit.Sample{
		Engagement: "soc1", Control: "CHG-01", Name: "changes", Rows: 300, Method: audit.RandomItems, Size: 1, Seed: seed,
		Items: []audit.SampledItem{{Item: "CONFIDENTIAL-4711", Position: 17}}, Says: []string{"random"},
	}
}

func paper(code, purpose string) audit.Workpaper {
	return audit.Workpaper{
		Engagement: "soc1", Code: "CONFIDENTIAL-" + code, Kind: audit.OperatingPaper, Title: "CONFIDENTIAL title",
		Control: "CHG-01", Purpose: "CONFIDENTIAL " + purpose,
	}
}

func statement(kind audit.StatementKind, code string, dated audit.Date) audit.Statement {
	return audit.Statement{Engagement: "soc1", Kind: kind, Code: code, Title: "in writing", Text: "we say so", Dated: dated}
}

func opinion(on audit.Date) audit.Opinion {
	return audit.Opinion{
		Engagement: "soc1", ReportDate: on, City: "Bern", Firm: "hale",
		Subjects: []audit.SubjectOpinion{{Subject: audit.OfDesign, Form: audit.Qualified, Basis: "CONFIDENTIAL basis"}},
	}
}

// day is today as the store's clock has it, and n days on.
func day(n int) audit.Date { return audit.Date(time.Now().UTC().Format(time.DateOnly)).Add(n) }

// signs says that somebody signs the newest version of a paper.
func (c cast) signs(t *testing.T, who *store.Tenant, subject string, as audit.SignAs, kind string, series ...string) error {
	t.Helper()
	digest, _, err := c.partner.DigestOf(t.Context(), kind, series...)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = who.AddSignOff(t.Context(), audit.SignOff{Engagement: "soc1", Subject: subject, Digest: digest, As: as})
	return err
}

// undersigns says that somebody signs the newest version of a statement.
func (c cast) undersigns(t *testing.T, who *store.Tenant, kind audit.StatementKind, code string) error {
	t.Helper()
	digest, _, err := c.admin.DigestOf(t.Context(), audit.KindStatement, "soc1", string(kind), code)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = who.AddSignature(t.Context(), audit.Signature{Engagement: "soc1", Kind: kind, Code: code, Digest: digest, Title: "CFO"})
	return err
}

// worked is an examination in which one record of every kind was written.
func worked(t *testing.T, h house) cast {
	t.Helper()
	c, ctx := engaged(t, h), t.Context()
	must2(c.staff.AddDeclaration(ctx, audit.Declaration{Engagement: "soc1", Name: "Stan", Independent: true, Prior: audit.NoPriorWork, Conflicts: "CONFIDENTIAL conflict"}))(t)
	must2(c.manager.AddStep(ctx, audit.Step{Engagement: "soc1", Phase: audit.Fieldwork}))(t)
	must2(c.manager.AddHold(ctx, audit.Hold{Engagement: "soc1", On: true, Reason: "CONFIDENTIAL lawsuit"}))(t)
	must2(c.manager.AddAddition(ctx, audit.Addition{Engagement: "soc1", Code: "CONFIDENTIAL-A-1", What: "CONFIDENTIAL", Reviewer: "Petra"}))(t)
	must(c.staff.AddRequests(ctx, []audit.InformationRequest{request("R-1"), request("R-2")}))(t)
	must2(c.admin.AddDelegation(ctx, audit.Delegation{Engagement: "soc1", Request: "R-1", To: "Emil"}))(t)
	must2(c.employee.AddResponse(ctx, audit.Response{Engagement: "soc1", Request: "R-1", Text: "here it is"}))(t)
	must2(c.staff.AddComment(ctx, audit.Comment{Engagement: "soc1", Subject: "request/R-1", Text: "which system?"}))(t)
	must2(c.staff.AddIntake(ctx, audit.Intake{Engagement: "soc1", Name: "changes", Population: "pop_CONFIDENTIAL", Decision: audit.Accepted}))(t)
	must2(c.staff.AddSample(ctx, sample("CONFIDENTIAL01")))(t)
	must2(c.staff.AddWorkpaper(ctx, paper("W-1", "one")))(t)
	if err := c.signs(t, c.staff, "workpaper/CONFIDENTIAL-W-1", audit.AsPreparer, audit.KindWorkpaper, "soc1", "CONFIDENTIAL-W-1"); err != nil {
		t.Fatal(err)
	}
	if err := c.signs(t, c.partner, "workpaper/CONFIDENTIAL-W-1", audit.AsReviewer, audit.KindWorkpaper, "soc1", "CONFIDENTIAL-W-1"); err != nil {
		t.Fatal(err)
	}
	must2(c.manager.AddNote(ctx, audit.Note{Engagement: "soc1", Code: "CONFIDENTIAL-N-1", Subject: "workpaper/CONFIDENTIAL-W-1", Text: "CONFIDENTIAL why?"}))(t)
	must2(c.staff.AddDeviation(ctx, audit.Deviation{Engagement: "soc1", Code: "D-1", Control: "CHG-01", Items: []string{"E-1"}, Tested: 25}))(t)
	must2(c.staff.AddAuditorConclusion(ctx, audit.AuditorConclusion{
		Engagement: "soc1", On: audit.OnControl, Code: "CHG-01", Design: audit.Suitable, Operation: audit.NotEffective,
		Reason: "CONFIDENTIAL reason", Workpapers: []string{"CONFIDENTIAL-W-1"}, Deviations: []string{"D-1"},
	}))(t)
	must2(c.staff.AddOpinion(ctx, opinion("2026-02-01")))(t)
	must2(c.owner.AddStatement(ctx, statement(audit.ManagementAnswer, "D-1", "2026-01-20")))(t)
	must2(c.admin.AddStatement(ctx, statement(audit.Assertion, "", "2026-01-30")))(t)
	if err := c.undersigns(t, c.admin, audit.Assertion, ""); err != nil {
		t.Fatal(err)
	}
	must2(c.entity.AddAttestation(ctx, audit.Attestation{Engagement: "soc1", CUEC: "CUEC-1", Entity: "Acme", Operates: true}))(t)
	return c
}
