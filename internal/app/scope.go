package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/method/coverage"
	"tickmark/internal/method/wording"
	"tickmark/internal/program"
	"tickmark/internal/stage/scope"
)

// ScopeTemplate finds a template of a scope by its id, or by an industry profile
// that it is a beginning for.
func ScopeTemplate(id string) (catalog.ScopeTemplate, error) {
	all, err := catalog.ScopeTemplates()
	if err != nil {
		return catalog.ScopeTemplate{}, err
	}
	var known []string
	for _, t := range all {
		if t.ID == id {
			return t, nil
		}
		known = append(known, t.ID)
	}
	for _, t := range all {
		if slices.Contains(t.Profiles, id) {
			return t, nil
		}
	}
	return catalog.ScopeTemplate{}, fmt.Errorf("there is no template %q; expected one of %s, or an industry profile", id, strings.Join(known, ", "))
}

// Beginning says what of a template an organization begins with.
type Beginning struct {
	Template string
	Name     string
	Reports  []audit.Kind // all of the template's when empty
	Type     int
	Period   audit.Period
	Zone     string
	Dir      string // the folder of the Tickmark; its workspace is written
}

// NewScope writes a workspace from a template, marked as one.
func (a Config) NewScope(b Beginning) (catalog.ScopeTemplate, error) {
	t, err := ScopeTemplate(b.Template)
	if err != nil {
		return t, err
	}
	known, err := catalog.Load()
	if err != nil {
		return t, err
	}
	if len(b.Reports) == 0 {
		b.Reports = t.Reports
	}
	f, err := begun(known, t, b)
	if err != nil {
		return t, err
	}
	if err := os.MkdirAll(b.Dir, 0o755); err != nil {
		return t, err
	}
	if err := workspace.Write(filepath.Join(b.Dir, "workspace"), f, nil); err != nil {
		return t, err
	}
	return t, Init(a)
}

// begun is the folder of a beginning.
func begun(known *catalog.Catalog, t catalog.ScopeTemplate, b Beginning) (workspace.Folder, error) {
	f := workspace.Folder{
		Organization: audit.Organization{Name: b.Name, LegalName: b.Name, Industry: t.Title},
		System:       t.System, Commitments: t.Commitments, CUECs: t.CUECs, Subservices: t.Subservices,
	}
	f.System.Template, f.System.Description = t.ID, text(t, b.Name)
	soc1 := slices.Contains(b.Reports, audit.SOC1)
	for _, id := range t.Objectives {
		if o, ok := known.Objective(id); ok && soc1 {
			f.Objectives = append(f.Objectives, audit.Objective{Code: id, Area: o.Area, Text: o.Text, Assertions: o.Assertions, Template: id})
		}
	}
	if !soc1 {
		without(&f)
	}
	for _, kind := range b.Reports {
		if !slices.Contains(t.Reports, kind) {
			return f, fmt.Errorf("template %s is no beginning for %s; it is one for %v", t.ID, kind, t.Reports)
		}
		e := audit.Engagement{
			Code: fmt.Sprintf("%s-%s", kind, b.Period.To[:4]), Kind: kind, Type: b.Type, Period: b.Period, Timezone: b.Zone, Auditor: "to be appointed",
		}
		if kind == audit.SOC2 {
			e.Categories = t.Categories
		}
		f.Engagements = append(f.Engagements, e)
	}
	return f, nil
}

// without takes control objectives out of a scope that has none.
func without(f *workspace.Folder) {
	f.System.Transactions = nil
	for i := range f.CUECs {
		f.CUECs[i].Objectives = nil
	}
	for i := range f.Subservices {
		for j := range f.Subservices[i].CSOCs {
			f.Subservices[i].CSOCs[j].Objectives = nil
		}
	}
}

// text is the description of a template, marked as one.
func text(t catalog.ScopeTemplate, name string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# The %s of %s\n\nThis text is the template %q of Tickmark: nothing of it is true of anybody yet.\n", strings.ToLower(t.System.Name[:1])+t.System.Name[1:], name, t.ID)
	for _, s := range t.Sections {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", s.Heading, s.Text)
	}
	return b.String()
}

// ScopeCheck is how far a scope has grown.
type ScopeCheck struct {
	Engagement string            `json:"engagement"`
	Parts      []coverage.Part   `json:"parts"` // DC1-DC9, or what AT-C 320 asks
	Beside     []coverage.Part   `json:"beside"`
	Template   string            `json:"template,omitempty"`
	Kept       wording.Kept      `json:"kept_of_template"`
	Approval   *program.Approval `json:"approval,omitempty"`
	Since      []string          `json:"changed_since_approval"`
}

// CheckScope measures the recorded scope of an engagement.
func (a *App) CheckScope(ctx context.Context, p audit.Person, engagement string) (ScopeCheck, error) {
	o, err := a.openFor(ctx, p, engagement)
	if err != nil {
		return ScopeCheck{}, err
	}
	now, err := a.recorded(ctx, o.engagement.Code, "")
	if err != nil {
		return ScopeCheck{}, err
	}
	facts, err := a.facts(now)
	if err != nil {
		return ScopeCheck{}, err
	}
	c := ScopeCheck{
		Engagement: o.engagement.Code, Parts: coverage.Description(facts, a.Catalog.Description), Beside: coverage.Completeness(facts),
		Template: o.folder.System.Template, Since: []string{},
	}
	if c.Template != "" {
		t, err := ScopeTemplate(c.Template)
		if err != nil {
			return c, err
		}
		c.Kept = wording.Unchanged(templateTexts(t), everyText(o.folder))
		c.Beside = append(c.Beside, madeTrue(c.Kept))
	}
	c.Approval, c.Since, err = scope.Approvals{Records: o.tenant}.Stands(ctx, o.engagement.Code)
	return c, err
}

// madeTrue is that nothing of the template stands as it was.
func madeTrue(k wording.Kept) coverage.Part {
	p := coverage.Part{ID: "template", Asks: "Every sentence of the template was looked at and made true, or taken out.", Found: coverage.Present}
	if len(k.Unchanged) > 0 {
		p.Found, p.Lacks = coverage.Incomplete, []string{fmt.Sprintf("%d of %d sentences stand as they came", len(k.Unchanged), k.Of)}
	}
	return p
}

func templateTexts(t catalog.ScopeTemplate) []string {
	var out []string
	for _, s := range t.Sections {
		out = append(out, s.Text)
	}
	for _, c := range t.Commitments {
		out = append(out, c.Text)
	}
	for _, c := range t.CUECs {
		out = append(out, c.Text)
	}
	for _, s := range t.Subservices {
		out = append(out, s.Monitoring)
	}
	for _, x := range t.System.Transactions {
		out = append(out, x.Way)
	}
	return out
}

// everyText is every text of a description, a line each.
func everyText(f workspace.Folder) string {
	lines := []string{f.System.Description}
	for _, c := range f.Commitments {
		lines = append(lines, c.Text)
	}
	for _, c := range f.CUECs {
		lines = append(lines, c.Text)
	}
	for _, s := range f.Subservices {
		lines = append(lines, s.Monitoring)
	}
	for _, x := range f.System.Transactions {
		lines = append(lines, x.Way)
	}
	return strings.Join(lines, "\n")
}

// ApproveScope records that a person approves the scope as it is recorded.
func (a *App) ApproveScope(ctx context.Context, p audit.Person, engagement, note string) (program.Approval, bool, error) {
	o, err := a.openFor(ctx, p, engagement)
	if err != nil {
		return program.Approval{}, false, err
	}
	return scope.Approvals{Records: o.tenant}.Approve(ctx, o.engagement.Code, note)
}

// SuggestedControl is a template with why it is suggested, and what a person made
// of it.
type SuggestedControl struct {
	catalog.ControlTemplate
	For      []string            `json:"for"` // criteria and objectives in scope that it would serve
	New      []string            `json:"new"` // of these, those that no control serves yet
	Answered *program.Suggestion `json:"answered,omitempty"`
}

// SuggestControls are templates that would serve what no control serves yet,
// most of it first; with all, every one that serves anything in scope.
func (a *App) SuggestControls(ctx context.Context, p audit.Person, engagement string, all bool) ([]SuggestedControl, error) {
	o, err := a.openFor(ctx, p, engagement)
	if err != nil {
		return nil, err
	}
	now, err := a.recorded(ctx, o.engagement.Code, "")
	if err != nil {
		return nil, err
	}
	facts, err := a.facts(now)
	if err != nil {
		return nil, err
	}
	answers, err := o.tenant.Suggestions(ctx)
	if err != nil {
		return nil, err
	}
	templates, err := catalog.ControlTemplates()
	if err != nil {
		return nil, err
	}
	out := []SuggestedControl{}
	for _, t := range templates {
		s := SuggestedControl{ControlTemplate: t}
		for _, r := range coverage.Matrix(facts.Scope) {
			if !serves(t, r, facts.Scope) {
				continue
			}
			s.For = append(s.For, r.Code)
			if r.Gap() {
				s.New = append(s.New, r.Code)
			}
		}
		for i := range answers {
			if answers[i].Template == t.ID {
				s.Answered = &answers[i]
			}
		}
		if len(s.For) > 0 && (all || len(s.New) > 0 && s.Answered == nil) {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b SuggestedControl) int { return cmp.Compare(len(b.New), len(a.New)) })
	return out, nil
}

// serves reports whether a template would serve a row of the matrix.
func serves(t catalog.ControlTemplate, r coverage.Row, s coverage.Scope) bool {
	if s.Engagement.Kind != audit.SOC1 {
		return slices.Contains(t.Criteria, r.Code)
	}
	return slices.ContainsFunc(s.Objectives, func(o audit.Objective) bool {
		return o.Code == r.Code && slices.Contains(t.Objectives, o.Template)
	})
}

// AnswerSuggestion records what a person made of a suggested control. One that is
// accepted becomes a control of the organization, under a code and an owner.
func (a *App) AnswerSuggestion(ctx context.Context, p audit.Person, s program.Suggestion, owner string) (program.Suggestion, bool, error) {
	o, err := a.openAll(ctx, p)
	if err != nil {
		return s, false, err
	}
	templates, err := catalog.ControlTemplates()
	if err != nil {
		return s, false, err
	}
	i := slices.IndexFunc(templates, func(t catalog.ControlTemplate) bool { return t.ID == s.Template })
	if i < 0 {
		return s, false, fmt.Errorf("there is no suggestion %q; `tickmark control suggest` lists them", s.Template)
	}
	c := templates[i].Control(s.Code, owner)
	for _, x := range o.folder.Objectives {
		if slices.Contains(templates[i].Objectives, x.Template) && x.Template != "" {
			c.Objectives = append(c.Objectives, x.Code)
		}
	}
	body, err := audit.Canonical(templates[i])
	if err != nil {
		return s, false, err
	}
	s.Digest = audit.DigestOf(body)
	if s.Answer == program.Accepted && strings.TrimSpace(owner) == "" {
		return s, false, errors.New("say who answers for the control: --owner")
	}
	return scope.Library{Records: o.tenant, Catalog: a.Catalog}.Answer(ctx, s, c)
}
