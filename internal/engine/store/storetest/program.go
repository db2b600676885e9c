package storetest

import (
	"errors"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
	"tickmark/internal/program"
)

// programRules are what holds of management's programme in every database.
var programRules = []rule{
	{"a decision is signed by another person than those who wrote it, as it stands", func(t *testing.T, h house) {
		c, ctx := engaged(t, h), t.Context()
		dana := h.as(t, "Dana", audit.Management)
		must2(c.admin.AddMember(ctx, audit.Member{Name: "Dana", Role: audit.ManagementAdmin}))(t)
		must2(c.admin.AddAdvice(ctx, program.Advice{Code: "report", Decided: "SOC 2"}))(t)
		digest, _, err := c.admin.DigestOf(ctx, program.KindAdvice, "report")
		if err != nil {
			t.Fatal(err)
		}
		sign := program.AdviceSign{Code: "report", Digest: digest, Title: "CEO"}
		refusedProgram(t, "its author", refusalOf(c.admin.AddAdviceSign(ctx, sign)))
		refusedProgram(t, "a control owner", refusalOf(c.owner.AddAdviceSign(ctx, sign)))
		refusedProgram(t, "an auditor", refusalOf(c.partner.AddAdviceSign(ctx, sign)))
		must2(dana.AddAdviceSign(ctx, sign))(t)
		must2(c.admin.AddAdvice(ctx, program.Advice{Code: "report", Decided: "SOC 1"}))(t)
		sign.Title = "Chair"
		refusedProgram(t, "of an earlier version", refusalOf(dana.AddAdviceSign(ctx, sign)))
	}},
	{"a risk is accepted by another than its owner, as it is rated", func(t *testing.T, h house) {
		c, ctx := engaged(t, h), t.Context()
		risk := program.Risk{Code: "R", Title: "a leaver keeps access", Owner: "mara", Likelihood: 4, Impact: 4, Treatment: program.AcceptIt}
		must2(c.admin.AddRisk(ctx, risk))(t)
		digest, _, err := c.admin.DigestOf(ctx, program.KindRisk, "R")
		if err != nil {
			t.Fatal(err)
		}
		x := program.Acceptance{Risk: "R", Digest: digest, Until: day(90)}
		refusedProgram(t, "its owner, by another spelling", refusalOf(c.admin.AddAcceptance(ctx, x)))
		risk.Owner = "Olu"
		must2(c.admin.AddRisk(ctx, risk))(t)
		refusedProgram(t, "of an earlier version", refusalOf(c.admin.AddAcceptance(ctx, x)))
		if x.Digest, _, err = c.admin.DigestOf(ctx, program.KindRisk, "R"); err != nil {
			t.Fatal(err)
		}
		must2(c.admin.AddAcceptance(ctx, x))(t)
		for name, who := range map[string]*store.Tenant{"a control owner": c.owner, "an auditor": c.partner, "a machine": h.automation} {
			refusedProgram(t, name, refusalOf(who.AddRisk(ctx, risk)))
		}
	}},
	{"who answers for a risk sees it, and no other control owner does", func(t *testing.T, h house) {
		c, ctx := engaged(t, h), t.Context()
		must2(c.admin.AddRisk(ctx, program.Risk{Code: "R-1", Owner: "Olu"}))(t)
		must2(c.admin.AddRisk(ctx, program.Risk{Code: "R-2", Owner: "Mara"}))(t)
		for name, want := range map[string]int{"owner": 1, "admin": 2, "internal": 2, "partner": 2} {
			who := map[string]*store.Tenant{"owner": c.owner, "admin": c.admin, "internal": c.internal, "partner": c.partner}[name]
			if n := len(must(who.Risks(ctx))(t)); n != want {
				t.Errorf("%s sees %d risks, want %d", name, n, want)
			}
		}
		if _, err := c.entity.Risks(ctx); !errors.Is(err, authority.ErrRefused) {
			t.Errorf("a client: %v", err)
		}
	}},
	{"an assessment is approved once, by another than who performed it", func(t *testing.T, h house) {
		c, ctx := engaged(t, h), t.Context()
		must2(c.admin.AddMember(ctx, audit.Member{Name: "Dana", Role: audit.ManagementAdmin}))(t)
		dana := h.as(t, "Dana", audit.Management)
		x := program.Assessment{Code: "RA", Scope: "all", Performer: "Mara"}
		refusedProgram(t, "in another's name", refusalOf(dana.AddAssessment(ctx, x)))
		must2(c.admin.AddAssessment(ctx, x))(t)
		x.Approver = "Mara"
		refusedProgram(t, "by the performer", refusalOf(c.admin.AddAssessment(ctx, x)))
		x.Approver = "Dana"
		must2(dana.AddAssessment(ctx, x))(t)
		x.Note = "more"
		refusedProgram(t, "after its approval", refusalOf(dana.AddAssessment(ctx, x)))
	}},
	{"a task is closed by a newer result of each procedure that found its gap", func(t *testing.T, h house) {
		c, ctx := engaged(t, h), t.Context()
		first := must2f(h.automation.AddResult(ctx, found("p", 3, audit.HasExceptions), nil))(t)
		task := program.Task{Engagement: "soc1", Code: "T-1", Control: "CHG-01", Procedures: []string{"p"}, Found: []program.Result{{Procedure: "p", ID: first.ID}}}
		must2(c.admin.AddTask(ctx, task))(t)
		proof := func(id audit.ID) program.Closing {
			return program.Closing{Engagement: "soc1", Task: "T-1", Note: "done", Proof: []program.Result{{Procedure: "p", ID: id}}}
		}
		refusedProgram(t, "with what was seen", refusalOf(c.admin.AddClosing(ctx, proof(first.ID))))
		failed := must2f(h.automation.AddResult(ctx, found("p", 0, audit.Failed), nil))(t)
		refusedProgram(t, "with a run that failed", refusalOf(c.admin.AddClosing(ctx, proof(failed.ID))))
		again := must2f(h.automation.AddResult(ctx, found("p", 0, audit.NoExceptions), nil))(t)
		refusedProgram(t, "with another result", refusalOf(c.admin.AddClosing(ctx, proof(failed.ID))))
		refusedProgram(t, "without any", refusalOf(c.admin.AddClosing(ctx, program.Closing{Engagement: "soc1", Task: "T-1"})))
		refusedProgram(t, "by an employee", refusalOf(c.employee.AddClosing(ctx, proof(again.ID))))
		must2(c.owner.AddClosing(ctx, proof(again.ID)))(t)
		task.Title = "less to do"
		refusedProgram(t, "a task by a control owner", refusalOf(c.owner.AddTask(ctx, task)))
	}},
}

func found(procedure string, exceptions int64, status audit.Status) audit.Result {
	return audit.Result{Engagement: "soc1", Procedure: procedure, Version: 1, Status: status, Tested: 10, Exceptions: exceptions}
}

func refusedProgram(t *testing.T, how string, err error) {
	t.Helper()
	if !errors.Is(err, authority.ErrRefused) {
		t.Errorf("%s: %v", how, err)
	}
}

// refusalOf is the error of an act that records something.
func refusalOf[T any](_ T, _ bool, err error) error { return err }
