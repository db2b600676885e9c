package app

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/advice"
	"tickmark/internal/program"
	"tickmark/internal/stage/scope"
)

// Decision is what is to be recorded of a decision on the report.
type Decision struct {
	Code, Adviser, Decided, Rationale string
	Profile                           string
	Buyer                             bool // of what to ask of a vendor; Code names it
	Today                             audit.Date
}

// RecordDecision records which report management decided on, beside what the
// answers advise. What a profile proposed and nobody confirmed decides nothing.
func (a *App) RecordDecision(ctx context.Context, p audit.Person, answers advice.Answers, d Decision) (program.Advice, bool, error) {
	outcome, err := advisedTo(answers, d)
	if err != nil {
		return program.Advice{}, false, err
	}
	x := program.Advice{
		Code: d.Code, Buyer: d.Buyer, Adviser: d.Adviser, Advised: outcome, Decided: d.Decided, Rationale: d.Rationale,
		Profile: d.Profile, Counted: d.Today, Answers: map[string][]string{},
	}
	if x.Decided == "" {
		x.Decided = x.Advised
	}
	for id, answer := range answers {
		x.Answers[id] = answer.Values
	}
	t, err := a.tenant(ctx, p)
	if err != nil {
		return x, false, err
	}
	return scope.Decisions{Records: t}.Decide(ctx, x)
}

// advisedTo is what the answers advise, in one line: on a report of one's own, or
// as a buyer on what to ask of a vendor.
func advisedTo(answers advice.Answers, d Decision) (string, error) {
	if d.Buyer && (d.Code == scope.DecisionCode || strings.TrimSpace(d.Code) == "") {
		return "", errors.New("say of which vendor: --code with its name; report is the decision on a report of one's own")
	}
	if d.Buyer {
		asked, err := advice.Ask(answers)
		return asked.Outcome, err
	}
	advised, err := advice.Advise(answers, d.Today)
	if err == nil && len(advised.Prefilled) > 0 {
		err = fmt.Errorf("a profile proposes and never decides: nobody confirmed its answers to %s; put them into the file of answers", strings.Join(advised.Prefilled, ", "))
	}
	return advised.Outcome, err
}

// SignDecision puts a person's name under a decision as it stands.
func (a *App) SignDecision(ctx context.Context, p audit.Person, code, title string) (program.AdviceSign, bool, error) {
	t, err := a.tenant(ctx, p)
	if err != nil {
		return program.AdviceSign{}, false, err
	}
	return scope.Decisions{Records: t}.Sign(ctx, code, title)
}

// Decisions are the decisions on the report, with their signatures.
func (a *App) Decisions(ctx context.Context, p audit.Person) ([]scope.Decided, error) {
	t, err := a.tenant(ctx, p)
	if err != nil {
		return nil, err
	}
	return scope.Decisions{Records: t}.All(ctx)
}
