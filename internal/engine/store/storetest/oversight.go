package storetest

import (
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/program"
)

// oversightRules are what holds of the register of oversight in every database.
var oversightRules = []rule{
	{"a control owner's word is his own, on the control as it is worded", func(t *testing.T, h house) {
		c, ctx := engaged(t, h), t.Context()
		control := audit.ScopeItem{Kind: audit.ScopeControl, Code: "CHG-01", Body: []byte(`{"code":"CHG-01","text":"one"}`)}
		must(c.admin.ApplyScope(ctx, []audit.ScopeItem{control}))(t)
		digest, _, err := c.admin.DigestOf(ctx, audit.KindScope, string(audit.ScopeControl), "CHG-01")
		if err != nil {
			t.Fatal(err)
		}
		january := audit.Period{From: "2026-01-01", To: "2026-01-31"}
		word := program.OwnerAttestation{Control: "CHG-01", Period: january, Digest: digest, Answer: program.WordGiven, Says: "all 14"}
		question := program.OwnerQuestion{Control: "CHG-01", Period: january, Owner: "olu", Asked: "2026-02-01", Due: "2026-02-10"}
		if _, _, err := c.owner.AddOwnerAttestation(ctx, word); err == nil {
			t.Error("nobody asked, and the word was taken")
		}
		refusedProgram(t, "a question by a control owner", refusalOf(c.owner.AddOwnerQuestion(ctx, question)))
		must2(c.admin.AddOwnerQuestion(ctx, question))(t)
		refusedProgram(t, "by management for him", refusalOf(c.admin.AddOwnerAttestation(ctx, word)))
		refusedProgram(t, "by an employee", refusalOf(c.employee.AddOwnerAttestation(ctx, word)))
		refusedProgram(t, "by an auditor", refusalOf(c.partner.AddOwnerAttestation(ctx, word)))
		must2(c.owner.AddOwnerAttestation(ctx, word))(t)
		control.Body = []byte(`{"code":"CHG-01","text":"two"}`)
		must(c.admin.ApplyScope(ctx, []audit.ScopeItem{control}))(t)
		word.Says = "all 15"
		refusedProgram(t, "on an earlier wording", refusalOf(c.owner.AddOwnerAttestation(ctx, word)))
		if all := must(c.internal.OwnerAttestations(ctx))(t); len(all) != 1 || all[0].Says != "all 14" || all[0].By != "Olu" {
			t.Errorf("internal audit sees %+v", all)
		}
	}},
	{"minutes are approved once, by another than who wrote them, as they are recorded", func(t *testing.T, h house) {
		c, ctx := engaged(t, h), t.Context()
		must2(c.admin.AddMember(ctx, audit.Member{Name: "Dana", Role: audit.ManagementAdmin}))(t)
		dana := h.as(t, "Dana", audit.Management)
		x := program.Meeting{Code: "B-1", Body: "Board", Planned: "2026-02-20", Held: "2026-02-20", Minutes: audit.DigestOf([]byte("m")), Writer: "Mara"}
		refusedProgram(t, "in another's name", refusalOf(dana.AddMeeting(ctx, x)))
		refusedProgram(t, "by a control owner", refusalOf(c.owner.AddMeeting(ctx, x)))
		must2(c.admin.AddMeeting(ctx, x))(t)
		x.Approver, x.Approved = "Mara", "2026-02-21"
		refusedProgram(t, "approved by the writer", refusalOf(c.admin.AddMeeting(ctx, x)))
		other := x
		other.Approver, other.Minutes = "Dana", audit.DigestOf([]byte("others"))
		refusedProgram(t, "approved with other minutes", refusalOf(dana.AddMeeting(ctx, other)))
		x.Approver = "Dana"
		must2(dana.AddMeeting(ctx, x))(t)
		x.Approver, x.Approved, x.Decided = "", "", "more"
		refusedProgram(t, "after their approval", refusalOf(c.admin.AddMeeting(ctx, x)))
		if all := must(c.partner.Meetings(ctx))(t); len(all) != 1 || all[0].Approver != "Dana" {
			t.Errorf("the auditor sees %+v", all)
		}
	}},
	{"what is sent before a meeting is of one that is recorded", func(t *testing.T, h house) {
		c, ctx := engaged(t, h), t.Context()
		x := program.Pack{Meeting: "B-1", AsOf: "2026-02-10", Sent: "2026-02-10", Holds: []string{"risks"}, Digest: audit.DigestOf([]byte("p"))}
		if _, _, err := c.admin.AddPack(ctx, x); err == nil {
			t.Error("papers of no meeting")
		}
		must2(c.admin.AddMeeting(ctx, program.Meeting{Code: "B-1", Body: "Board", Planned: "2026-02-20"}))(t)
		refusedProgram(t, "by a control owner", refusalOf(c.owner.AddPack(ctx, x)))
		must2(c.admin.AddPack(ctx, x))(t)
		if all := must(c.internal.Packs(ctx))(t); len(all) != 1 || all[0].Meeting != "B-1" {
			t.Errorf("internal audit sees %+v", all)
		}
	}},
}
