package scope

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/program"
)

// approvals is what the approval of a scope sees of the store.
type approvals interface {
	Scope(ctx context.Context, kinds ...audit.ScopeKind) ([]audit.ScopeItem, error)
	Approvals(ctx context.Context) ([]program.Approval, error)
	AddApproval(ctx context.Context, x program.Approval) (program.Approval, bool, error)
}

// Approvals records who approved a scope, and says what changed since.
type Approvals struct{ Records approvals }

// examined are the kinds of things that an approval is of.
var examined = []audit.ScopeKind{
	audit.ScopeSystem, audit.ScopeCommitment, audit.ScopeObjective, audit.ScopeControl, audit.ScopeCUEC, audit.ScopeSubservice, audit.ScopeEngagement,
}

// Approve records that whoever acts approves the scope in the versions that stand.
func (a Approvals) Approve(ctx context.Context, engagement, note string) (program.Approval, bool, error) {
	now, err := a.versions(ctx, engagement)
	if err != nil {
		return program.Approval{}, false, err
	}
	return a.Records.AddApproval(ctx, program.Approval{Engagement: engagement, Items: now, Note: note})
}

// versions are those that stand; of the engagements, this one.
func (a Approvals) versions(ctx context.Context, engagement string) ([]program.Version, error) {
	items, err := a.Records.Scope(ctx, examined...)
	var out []program.Version
	for _, i := range items {
		if i.Kind != audit.ScopeEngagement || i.Code == engagement {
			out = append(out, program.Version{Item: fmt.Sprintf("%s/%s@%d", i.Kind, i.Code, i.Version), Digest: i.Digest})
		}
	}
	return out, err
}

// Stands is the approval of a scope, if there is one, and what was added, changed
// or retired since, by which it has fallen.
func (a Approvals) Stands(ctx context.Context, engagement string) (*program.Approval, []string, error) {
	since := []string{}
	all, err := a.Records.Approvals(ctx)
	if err != nil {
		return nil, since, err
	}
	i := slices.IndexFunc(all, func(x program.Approval) bool { return x.Engagement == engagement })
	if i < 0 {
		return nil, since, nil
	}
	now, err := a.versions(ctx, engagement)
	for _, v := range now {
		if !slices.Contains(all[i].Items, v) {
			since = append(since, v.Item)
		}
	}
	for _, v := range all[i].Items {
		name, _, _ := strings.Cut(v.Item, "@")
		if !slices.ContainsFunc(now, func(n program.Version) bool { return strings.HasPrefix(n.Item, name+"@") }) {
			since = append(since, name+" is gone")
		}
	}
	return &all[i], since, err
}

// answers is what the library of suggestions sees of the store.
type answers interface {
	Scope(ctx context.Context, kinds ...audit.ScopeKind) ([]audit.ScopeItem, error)
	ApplyScope(ctx context.Context, items []audit.ScopeItem) (int, error)
	AddSuggestion(ctx context.Context, x program.Suggestion) (program.Suggestion, bool, error)
}

// Library records what people make of suggested controls.
type Library struct {
	Records answers
	Catalog *catalog.Catalog
}

// Answer records a person's answer to a suggestion. What is accepted becomes a
// control, in the same words; a person may change it from then on.
func (l Library) Answer(ctx context.Context, s program.Suggestion, c audit.Control) (program.Suggestion, bool, error) {
	switch {
	case s.Answer == program.Refused && strings.TrimSpace(s.Reason) == "":
		return s, false, errors.New("say why: a refusal without a reason is not recorded")
	case s.Answer == program.Refused:
		s.Code = ""
		return l.Records.AddSuggestion(ctx, s)
	case strings.TrimSpace(s.Code) == "":
		return s, false, errors.New("say under which code the control is to stand: --code")
	}
	items, err := l.Records.Scope(ctx)
	if err != nil {
		return s, false, err
	}
	f, err := workspace.FromItems(items)
	if err != nil {
		return s, false, err
	}
	if slices.ContainsFunc(f.Controls, func(o audit.Control) bool { return o.Code == c.Code }) {
		return s, false, fmt.Errorf("there is a control %s already: give the suggestion another code", c.Code)
	}
	f.Controls = append(f.Controls, c)
	if err := Check(l.Catalog, f); err != nil {
		return s, false, err
	}
	body, err := audit.Canonical(c)
	if err != nil {
		return s, false, err
	}
	if _, err := l.Records.ApplyScope(ctx, []audit.ScopeItem{{Kind: audit.ScopeControl, Code: c.Code, Body: body, Digest: audit.DigestOf(body)}}); err != nil {
		return s, false, err
	}
	return l.Records.AddSuggestion(ctx, s)
}
