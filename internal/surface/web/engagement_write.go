package web

import (
	"context"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/stage/declare"
	"tickmark/internal/stage/request"
	"tickmark/internal/surface/web/page"
)

// signs puts one name under one thing of an engagement.
type signs func(ctx context.Context, p audit.Person, engagement string, seen audit.Digest) (audit.SignOff, error)

// statementOf is the statement of an address.
func (b *bench) statementOf(c *call) (audit.Engagement, declare.Said, error) {
	e, err := b.engaged(c)
	if err != nil {
		return e, declare.Said{}, err
	}
	all, err := b.Engaged.Between.Statements(c.r.Context(), c.person, e.Code)
	if err != nil {
		return e, declare.Said{}, err
	}
	i := slices.IndexFunc(all, func(x declare.Said) bool {
		return string(x.Kind) == c.r.PathValue("kind") && x.Code == c.r.URL.Query().Get("of")
	})
	if i < 0 {
		return e, declare.Said{}, errNoPage
	}
	return e, all[i], nil
}

// draftActs lead to the page on which a statement is written.
func (b *bench) draftActs(c *call, e audit.Engagement) []page.Act {
	if !c.holds(authority.DutyState) {
		return nil
	}
	kinds := []audit.StatementKind{audit.EngagementLetter}
	if c.person.Side == audit.Management {
		kinds = append(kinds, audit.Assertion, audit.Representation, audit.SubsequentEvents, audit.ManagementAnswer, audit.DesignAnswers)
	}
	return c.offered(page.Act{
		Title: "Write a statement", Note: "A draft is made from what is recorded. You edit it and record it; it counts when it is signed.", Action: of(e, "statements"), Button: "Draft it",
		Fields: []page.Field{
			{Name: "kind", Label: "Statement", Kind: page.ChoiceField, Choices: words(kinds...)},
			{Name: "of", Label: "Of, for a response or a questionnaire", Hint: "D-1, or a control"},
			{Name: "dated", Label: "Dated", Kind: page.DayField, Value: b.Now().UTC().Format("2006-01-02"), Needed: true},
		},
	})
}

// draft shows a statement as it can be drafted from what is recorded.
func (b *bench) draft(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	f := c.r.PostFormValue
	kind := audit.StatementKind(f("kind"))
	text, err := b.Engaged.Writing.DraftStatement(c.r.Context(), c.person, e.Code, kind, f("of"), audit.Date(f("dated")))
	if err != nil {
		return b.acted(c, "", "", err, b.statements)
	}
	return b.sheetOf(c, e, kind, text)
}

// sheetOf is the page on which a statement is edited and recorded.
func (b *bench) sheetOf(c *call, e audit.Engagement, kind audit.StatementKind, text string) error {
	s := page.Sheet{}
	var err error
	if s.Dossier, err = b.dossier(c, e, "statements", "Write: "+strings.ReplaceAll(string(kind), "-", " ")); err != nil {
		return err
	}
	s.Lead = "Answer what stands above the line of three hyphens, fill in what stands in double brackets, and record it. Nothing is recorded yet."
	s.Acts = []page.Act{{
		Title: "The statement", Action: of(e, "statements", string(kind), "record"), Button: "Record this version",
		Fields: []page.Field{{Name: "text", Label: "Text", Kind: page.PageField, Value: text, Needed: true}},
	}}
	return b.show(c, s.Write())
}

// writeStatement records a version of a statement as it was edited.
func (b *bench) writeStatement(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	kind, text := audit.StatementKind(c.r.PathValue("kind")), strings.ReplaceAll(c.r.PostFormValue("text"), "\r\n", "\n")
	x, _, err := b.Engaged.Writing.WriteStatement(c.r.Context(), c.person, e.Code, kind, text)
	to := address(of(e, "statements", string(kind)), "of", x.Code)
	return b.acted(c, to, "written", err, func(c *call) error { return b.sheetOf(c, e, kind, text) })
}

// askActs let the auditor ask.
func (b *bench) askActs(c *call, e audit.Engagement) []page.Act {
	if !c.holds(authority.DutyRequest) {
		return nil
	}
	return c.offered(page.Act{
		Title: "Ask for something", Action: of(e, "requests"), Button: "Put it on the list", Minor: true,
		Fields: []page.Field{
			{Name: "code", Label: "Code", Hint: "R-5", Needed: true}, {Name: "title", Label: "Title", Needed: true, Wide: true},
			{Name: "wants", Label: "Wants", Kind: page.ChoiceField, Choices: words(audit.WantsDocument, audit.WantsPopulation, audit.WantsAnswer)},
			{Name: "population", Label: "Population, if it wants one", Hint: "payment_batches"},
			{Name: "due", Label: "Due", Kind: page.DayField}, {Name: "text", Label: "What exactly", Kind: page.AreaField},
		},
	})
}

func (b *bench) ask(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	f := c.r.PostFormValue
	_, err = b.Engaged.Writing.Ask(c.r.Context(), c.person, e.Code, request.Draft{
		Code: f("code"), Title: f("title"), Text: f("text"), Wants: audit.RequestWants(f("wants")), Population: f("population"), Due: audit.Date(f("due")),
	})
	return b.acted(c, of(e, "requests", f("code")), "asked", err, b.requests)
}

// concludeActs let the auditor conclude.
func (b *bench) concludeActs(c *call, e audit.Engagement) []page.Act {
	if !c.holds(authority.DutyOpine) {
		return nil
	}
	return c.offered(page.Act{
		Title: "Conclude", Note: "A conclusion is your own. It names the papers and the deviations that it rests on; what is missing is said, and then nothing is recorded.",
		Action: of(e, "conclusions"), Button: "Record the conclusion",
		Fields: []page.Field{
			{Name: "on", Label: "On", Kind: page.ChoiceField, Choices: words(audit.OnControl, audit.OnCriterion, audit.OnObjective, audit.OnCommitment, audit.OnDescription)},
			{Name: "code", Label: "Code", Hint: "PY-02", Needed: true},
			{Name: "design", Label: "Design", Kind: page.ChoiceField, Choices: words(audit.Suitable, audit.NotSuitable, audit.Presented, audit.Misstated, audit.NotShown)},
			{Name: "operation", Label: "Operation", Kind: page.ChoiceField, Choices: append([]page.Word{{Text: "not of this"}}, words(audit.Effective, audit.EffectiveExcept, audit.NotEffective, audit.DidNotOperate, audit.NotTested)...)},
			{Name: "pervasive", Label: "Pervasive", Kind: page.ChoiceField, Choices: []page.Word{{Value: "", Text: "no"}, {Value: "yes", Text: "yes"}}},
			{Name: "workpapers", Label: "Papers, by commas", Hint: "PY-02-W, PY-02-P1"}, {Name: "deviations", Label: "Deviations, by commas", Hint: "D-4"},
			{Name: "rests", Label: "Controls it rests on, by commas"},
			{Name: "reason", Label: "Reason", Kind: page.AreaField, Needed: true},
		},
	})
}

func (b *bench) conclude(c *call) error {
	e, err := b.engaged(c)
	if err != nil {
		return err
	}
	f := c.r.PostFormValue
	_, err = b.Engaged.Writing.AuditorConclude(c.r.Context(), c.person, audit.AuditorConclusion{
		Engagement: e.Code, On: audit.ConclusionOn(f("on")), Code: strings.TrimSpace(f("code")), Design: audit.Design(f("design")), Operation: audit.Operation(f("operation")), Pervasive: f("pervasive") == "yes",
		Reason: strings.TrimSpace(f("reason")), Workpapers: codes(f("workpapers")), Deviations: codes(f("deviations")), Rests: codes(f("rests")),
	})
	return b.acted(c, of(e, "conclusions"), "concluded", err, b.conclusions)
}

// codes are what somebody wrote with commas or blanks between.
func codes(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
}
