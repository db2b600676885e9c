package e2e_test

import (
	"maps"
	"slices"

	"tickmark/internal/audit"
)

// What people try to record, with little variety, so that acts meet each other.

func (d dice) firm() audit.Firm {
	return audit.Firm{
		Code: pick(d, "hale", "hale", "bare"), Name: d.words(), License: pick(d, "C-1", "C-1", "C-2", ""), CoolingOff: pick(d, 0, 1, 12),
		Licensed: pick(d, audit.Period{}, audit.Period{From: "2020-01-01", To: "2030-12-31"}, audit.Period{From: "2025-01-01", To: "2026-01-31"}),
		Legend:   legend, Recipient: pick(d, "", "", "", "", "ours"),
	}
}

// legend is one with which a paper can be whole.
var legend = []audit.Tickmark{{Mark: "X", Meaning: "not met", Exception: true}}

func (d dice) teamMember() audit.Member {
	return audit.Member{
		Engagement: pick(d, d.engagement(), d.engagement(), d.engagement(), d.engagement(), "undescribed"),
		Name:       d.name(), Firm: pick(d, "hale", "hale", "hale", "bare", ""), Left: d.chance(12),
		Role: pick(d, audit.AuditorStaff, audit.AuditorManager, audit.AuditorPartner, audit.QualityReviewer),
	}
}

func (d dice) person() audit.Member {
	m := audit.Member{
		Engagement: pick(d, "", "", d.engagement()), Name: d.name(), Left: d.chance(15),
		Role:     pick(d, audit.ManagementAdmin, audit.ControlOwner, audit.Employee, audit.InternalAudit, audit.UserEntity, audit.UserAuditor),
		Assigned: pick(d, nil, []string{"CHG-01"}, []string{"R-1", "ds-1"}),
	}
	if m.Role.Side() == audit.Users {
		m.Entity = pick(d, "Acme", "Bolt")
	}
	if d.chance(5) {
		m.Role = pick(d, audit.Machine, audit.Role("king"))
	}
	return m
}

func (d dice) declaration() audit.Declaration {
	x := audit.Declaration{Engagement: d.engagement(), Name: d.name(), Independent: d.chance(85), Prior: audit.NoPriorWork, Conflicts: d.words()}
	if d.chance(30) {
		x.Prior = pick(d, audit.PriorAdvice, audit.PriorDesign, audit.PriorOperate, audit.PriorDecision)
		x.Ended = pick(d, "", d.day())
	}
	return x
}

func (d dice) step() audit.Step {
	x := audit.Step{Engagement: d.engagement(), Phase: pick(d, audit.Phases...), Reason: d.words()}
	if d.chance(30) {
		x.Phase = pick(d, audit.Completion, audit.Issued)
	}
	if d.chance(15) {
		x.Phase, x.ReportDate, x.Released = audit.Issued, d.day(), d.day()
	}
	return x
}

func (d dice) hold() audit.Hold {
	return audit.Hold{Engagement: d.engagement(), On: d.chance(50), Reason: d.words()}
}

func (d dice) addition() audit.Addition {
	return audit.Addition{Engagement: d.engagement(), Code: d.two("A"), What: d.words(), Reason: "late", Effect: "none", Reviewer: d.name()}
}

func (d dice) request() audit.InformationRequest {
	return audit.InformationRequest{
		Engagement: d.engagement(), Code: d.two("R"), Title: d.words(), Wants: audit.WantsAnswer, Controls: pick(d, nil, []string{"CHG-01"}),
		State: pick(d, audit.RequestOpen, audit.RequestOpen, audit.RequestClosed),
	}
}

func (d dice) delegation() audit.Delegation {
	return audit.Delegation{Engagement: d.engagement(), Request: d.two("R"), To: pick(d, "Emil", "Olu", "Mara", "Stan", "Nadia")}
}

func (d dice) response() audit.Response {
	return audit.Response{Engagement: d.engagement(), Request: d.two("R"), Text: d.words()}
}

func (d dice) comment() audit.Comment {
	return audit.Comment{Engagement: d.engagement(), Subject: pick(d, "request/"+d.two("R"), "exception/proc/"+d.control()), Text: d.words()}
}

func (d dice) intake() audit.Intake {
	return audit.Intake{Engagement: d.engagement(), Name: "changes", Population: "pop_1", Rows: 9, Decision: pick(d, audit.Accepted, audit.Returned), Reasons: []string{d.words()}}
}

func (d dice) sample() audit.Sample {
	return audit.Sample{
		Engagement: d.engagement(), Control: d.control(), Name: "changes", Method: audit.RandomItems, Size: 1, Seed: d.words(),
		Items: []audit.SampledItem{{Item: "E-1"}}, Why: pick(d, "", "", "an item could not be had"),
	}
}

func (d dice) release() audit.Release {
	x := audit.Release{Engagement: d.engagement(), Sample: "sam_none"}
	ids := slices.Sorted(maps.Keys(d.b.samples))
	if len(ids) > 0 && d.chance(90) {
		x.Sample = pick(d, ids...)
		x.Engagement = pick(d, d.b.samples[x.Sample].Engagement, d.b.samples[x.Sample].Engagement, x.Engagement)
	}
	return x
}

func (d dice) workpaper() audit.Workpaper {
	x := wholePaper(d.engagement(), d.two("W"))
	if x.Title = d.words(); d.chance(50) {
		x.Control, x.Conclusion = d.control(), ""
	}
	if d.chance(20) {
		x.Rerun = &audit.Rerun{Result: "res_1", Agrees: true, By: d.name()}
	}
	return x
}

// wholePaper is a paper that wants nothing but names.
func wholePaper(engagement, code string) audit.Workpaper {
	return audit.Workpaper{
		Engagement: engagement, Code: code, Kind: audit.GeneralPaper, Title: "The description", Purpose: "Whether it says what is.",
		Dates: audit.Period{From: "2025-01-01", To: "2025-12-31"}, Narrative: "Read beside what was seen.", Conclusion: "It does.",
		Steps: []audit.PaperStep{{Nature: audit.Inspection, Text: "Read the description."}},
	}
}

func (d dice) signOff(as audit.SignAs) audit.SignOff {
	x := audit.SignOff{
		Engagement: d.engagement(), As: as, By: d.name(),
		Subject: pick(d, "workpaper/W-1", "workpaper/W-1", "workpaper/W-2", "conclusion/control/CHG-01", "opinion"),
	}
	if as == audit.AsPartner || as == audit.AsQuality {
		x.Subject = pick(d, "opinion", "opinion", x.Subject)
	}
	x.Digest = d.newest(d.b.signable(x))
	if d.chance(8) {
		x.Withdrawn = d.words()
	}
	return x
}

func (d dice) note() audit.Note {
	x := audit.Note{Engagement: d.engagement(), Code: d.two("N"), Subject: "workpaper/W-1", Text: "why?"}
	if last, ok := d.b.notes[slashed(x.Engagement, x.Code)]; ok {
		x = last
	}
	x.By, x.AnsweredBy, x.ClearedBy = d.name(), d.name(), d.name()
	switch d.IntN(3) {
	case 0:
		x.Answer = d.words()
	case 1:
		x.Cleared = true
	}
	return x
}

func (d dice) deviation() audit.Deviation {
	return audit.Deviation{Engagement: d.engagement(), Code: d.two("D"), Control: d.control(), Items: []string{"E-1"}, Tested: 25, Nature: d.words()}
}

func (d dice) conclusion() audit.AuditorConclusion {
	if d.chance(20) {
		return d.onDescription()
	}
	return audit.AuditorConclusion{
		Engagement: d.engagement(), On: audit.OnControl, Code: d.control(), Design: audit.Suitable, Operation: audit.Effective, Reason: d.words(),
		Workpapers: pick(d, []string{"W-1"}, []string{"W-1"}, []string{"W-1", "W-2"}, nil), Deviations: pick(d, nil, nil, []string{"D-1"}),
	}
}

// onDescription is a conclusion that rests on one general paper.
func (d dice) onDescription() audit.AuditorConclusion {
	return audit.AuditorConclusion{
		Engagement: pick(d, "soc1", d.engagement()), On: audit.OnDescription, Code: string(audit.OnDescription), Reason: d.words(),
		Design: pick(d, audit.Presented, audit.Misstated), Workpapers: pick(d, []string{"W-1"}, []string{"W-1"}, []string{"W-2"}, nil),
	}
}

func (d dice) opinion() audit.Opinion {
	return audit.Opinion{Engagement: d.engagement(), ReportDate: pick(d, d.day(), "2026-06-30"), City: d.words(), Firm: "hale"}
}

var statementKinds = []audit.StatementKind{
	audit.Assertion, audit.Representation, audit.ManagementAnswer, audit.SubsequentEvents, audit.DesignAnswers, audit.EngagementLetter,
}

func (d dice) statement() audit.Statement {
	x := audit.Statement{Engagement: d.engagement(), Kind: pick(d, statementKinds...), Title: "in writing", Text: d.words(), Dated: pick(d, d.day(), d.day(), "")}
	switch x.Kind {
	case audit.ManagementAnswer:
		x.Code = d.two("D")
	case audit.DesignAnswers:
		x.Code = d.control()
	}
	return x
}

func (d dice) signature() audit.Signature {
	s := d.statement()
	if len(d.b.stated) > 0 && d.chance(70) { // of those that were made
		s = pick(d, d.b.stated...)
	}
	return audit.Signature{
		Engagement: s.Engagement, Kind: s.Kind, Code: s.Code, Title: "Officer", Role: pick(d, tableRoles...), By: d.name(),
		Digest: d.newest(d.b.statement(s.Engagement, s.Kind, s.Code)),
	}
}

func (d dice) attestation() audit.Attestation {
	return audit.Attestation{Engagement: d.engagement(), CUEC: "CUEC-1", Entity: pick(d, "Acme", "Acme", "Bolt"), Operates: d.chance(50), Note: d.words(), By: d.name()}
}

func (d dice) scope() audit.ScopeItem {
	if d.chance(20) {
		return described("later", pick(d, audit.Period{From: "2027-01-01", To: "2027-12-31"}, audit.Period{From: "2026-01-01", To: "2026-12-31"}))
	}
	body := `{"code":"CHG-01","text":"` + d.words() + `"}`
	return audit.ScopeItem{Kind: audit.ScopeControl, Code: pick(d, "CHG-01", "ACC-02"), Body: []byte(body)}
}

func described(code string, p audit.Period) audit.ScopeItem {
	body := `{"code":"` + code + `","kind":"soc1","type":2,"period":{"from":"` + string(p.From) + `","to":"` + string(p.To) + `"},"timezone":"UTC"}`
	return audit.ScopeItem{Kind: audit.ScopeEngagement, Code: code, Body: []byte(body)}
}

func (d dice) toggle() audit.Switch {
	return audit.Switch{Subject: "procedure", Code: "proc", Off: d.chance(50), Reason: d.words(), By: d.name()}
}

func (d dice) assignment() audit.Assignment {
	return audit.Assignment{Engagement: d.engagement(), Procedure: "proc", Item: "E-1", To: d.name(), By: d.name(), Note: d.words()}
}

func (d dice) population() audit.Population {
	return audit.Population{Name: "changes", Dataset: pick(d, "ds-1", "ds-2"), Source: d.words(), TakenAt: "2026-01-01T00:00:00Z", Rows: 9}
}

func (d dice) result() audit.Result {
	return audit.Result{Engagement: d.engagement(), Procedure: "proc", Engine: d.words(), Status: audit.NoExceptions, Tested: 9}
}

func (d dice) analysis() audit.Analysis {
	return audit.Analysis{Engagement: d.engagement(), Analytic: "outliers", Method: audit.RobustZ, Population: int64(d.IntN(5))}
}

func (d dice) outcome() audit.Conclusion {
	return audit.Conclusion{Engagement: d.engagement(), Control: d.control(), Outcome: audit.OutcomeClean, Tested: int64(d.IntN(5))}
}

func (d dice) report() audit.Report {
	return audit.Report{Engagement: d.engagement(), Title: d.words(), Draft: d.chance(60)}
}

func (d dice) disposition() audit.Disposition {
	return audit.Disposition{Engagement: d.engagement(), Procedure: "proc", Item: "E-1", Judgment: audit.IsNotDeviation, Reason: d.words(), By: d.name()}
}
