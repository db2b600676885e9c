package scope

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/program"
)

// decisions is what the recording of a decision on the report sees of the store.
type decisions interface {
	Advices(ctx context.Context) ([]program.Advice, error)
	AddAdvice(ctx context.Context, x program.Advice) (program.Advice, bool, error)
	AdviceSigns(ctx context.Context) ([]program.AdviceSign, error)
	AddAdviceSign(ctx context.Context, x program.AdviceSign) (program.AdviceSign, bool, error)
	DigestOf(ctx context.Context, kind string, series ...string) (audit.Digest, int64, error)
}

// Decisions records what management decides on which report to have.
type Decisions struct{ Records decisions }

// DecisionCode names the decision when nobody names it otherwise.
const DecisionCode = "report"

// Decide records a decision with its rationale and the answers it rests on.
func (d Decisions) Decide(ctx context.Context, x program.Advice) (program.Advice, bool, error) {
	for _, need := range []struct{ what, text string }{
		{"who was consulted: name the adviser, inside or outside", x.Adviser},
		{"why: a decision without a rationale is not recorded", x.Rationale},
		{"what was decided", x.Decided},
	} {
		if strings.TrimSpace(need.text) == "" {
			return x, false, errors.New("say " + need.what)
		}
	}
	if len(x.Answers) == 0 {
		return x, false, errors.New("nothing was answered: fill in the questionnaire first (`tickmark advise --questions`)")
	}
	body, err := audit.Canonical(x.Answers)
	if err != nil {
		return x, false, err
	}
	x.Digest = audit.DigestOf(body)
	return d.Records.AddAdvice(ctx, x)
}

// Sign puts a person's name under a decision as it stands.
func (d Decisions) Sign(ctx context.Context, code, title string) (program.AdviceSign, bool, error) {
	if strings.TrimSpace(title) == "" {
		return program.AdviceSign{}, false, errors.New("say in which capacity: the title of whoever signs")
	}
	digest, _, err := d.Records.DigestOf(ctx, program.KindAdvice, code)
	if err != nil {
		return program.AdviceSign{}, false, fmt.Errorf("no decision %q to sign: %w", code, err)
	}
	return d.Records.AddAdviceSign(ctx, program.AdviceSign{Code: code, Digest: digest, Title: title})
}

// Decided is a decision and who signed it as it stands.
type Decided struct {
	Decision program.Advice       `json:"decision"`
	Record   audit.Digest         `json:"record"`
	Signed   []program.AdviceSign `json:"signed"`
	Fallen   []program.AdviceSign `json:"signed_before_it_changed,omitempty"`
}

// All are the decisions, each with its signatures.
func (d Decisions) All(ctx context.Context) ([]Decided, error) {
	all, err := d.Records.Advices(ctx)
	if err != nil {
		return nil, err
	}
	signs, err := d.Records.AdviceSigns(ctx)
	if err != nil {
		return nil, err
	}
	out := []Decided{}
	for _, x := range all {
		one := Decided{Decision: x, Signed: []program.AdviceSign{}}
		if one.Record, _, err = d.Records.DigestOf(ctx, program.KindAdvice, x.Code); err != nil {
			return nil, err
		}
		for _, s := range signs {
			switch {
			case s.Code != x.Code:
			case s.Digest == one.Record:
				one.Signed = append(one.Signed, s)
			default:
				one.Fallen = append(one.Fallen, s)
			}
		}
		out = append(out, one)
	}
	return out, nil
}
