package oscal

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/coverage"
)

// catalog is what the engagement is measured against, in our own words: the
// criteria of its categories, or the organization's control objectives.
func (f Facts) catalog() catalogBody {
	b := catalogBody{Metadata: f.metadata(f.title("criteria or control objectives"))}
	for _, r := range coverage.Matrix(f.Scope) {
		if n := len(b.Groups); n == 0 || b.Groups[n-1].Title != r.Group {
			b.Groups = append(b.Groups, group{ID: "group-" + strconv.Itoa(n+1), Class: "group", Title: r.Group})
		}
		g := &b.Groups[len(b.Groups)-1]
		g.Controls = append(g.Controls, f.required(r))
	}
	return b
}

// required is one criterion or control objective.
func (f Facts) required(r coverage.Row) catalogControl {
	c := catalogControl{
		ID: token(r.Code), Class: "control-objective", Title: r.Code, Props: props(prop{Name: "label", Value: line(r.Code)}),
		Parts: []part{{ID: statement(r.Code), Name: "statement", Prose: r.Text}},
	}
	if f.Engagement.Kind == audit.SOC1 {
		i := slices.IndexFunc(f.Objectives, func(o audit.Objective) bool { return o.Code == r.Code })
		c.Props = append(c.Props, props(own("assertions", strings.Join(f.Objectives[i].Assertions, ", ")))...)
		return c
	}
	i := slices.IndexFunc(f.Criteria, func(x audit.Criterion) bool { return x.ID == r.Code })
	x := f.Criteria[i]
	c.Class, c.Props = "trust-services-criterion", append(c.Props, props(own("category", string(x.Category)))...)
	if x.Test != "" {
		c.Parts = append(c.Parts, part{ID: token(r.Code) + "_obj", Name: "assessment-objective", Prose: x.Test})
	}
	return c
}

// components are the controls as management describes them, and what others
// must do beside them.
func (f Facts) components() (componentBody, error) {
	source, back := f.refer(Catalog, "Criteria or control objectives")
	b := componentBody{Metadata: f.metadata(f.title("controls as described")), Back: backMatter{[]resource{back}}}
	_, controls := f.inScope()
	for _, c := range controls {
		b.Components = append(b.Components, f.component(c, source))
	}
	if len(controls) == 0 {
		return b, fmt.Errorf("no control of %s serves a criterion or objective: %w", f.Engagement.Code, ErrNothing)
	}
	for _, s := range f.Subservices {
		if c, ok := f.subservice(s, source); ok {
			b.Components = append(b.Components, c)
		}
	}
	if c, ok := f.users(source); ok {
		b.Components = append(b.Components, c)
	}
	return b, nil
}

func (f Facts) component(c audit.Control, source string) component {
	return component{
		UUID: f.uuid("control", c.Code), Type: "process-procedure", Title: c.Code + ": " + c.Title, Description: c.Text,
		Props: props(own("control", c.Code), own("kind", c.Kind), own("automation", c.Automation), own("frequency", c.Frequency), own("owner", c.Owner),
			own("key", strconv.FormatBool(c.Key)), own("procedures", strings.Join(c.Procedures, ", "))),
		Implements: f.implements(source, "As management describes it; whether it operated stands in the assessment results.", []served{{c.Code, c.Text, f.serves(c.Criteria, c.Objectives)}}),
	}
}

// subservice is a subservice organization with what its own controls must do.
func (f Facts) subservice(s audit.Subservice, source string) (component, bool) {
	var all []served
	for _, c := range s.CSOCs {
		all = append(all, served{c.Code, c.Text, f.serves(c.Criteria, c.Objectives)})
	}
	c := component{
		UUID: f.uuid("subservice", s.Code), Type: "service", Title: s.Name, Description: s.Service,
		Props:      props(own("subservice-organization", s.Code), own("method", s.Method), own("monitoring", s.Monitoring)),
		Implements: f.implements(source, "Complementary controls that the subservice organization must operate. They were not tested here when it is carved out.", all),
	}
	return c, len(c.Implements) > 0
}

// users are the user entities with what they must do.
func (f Facts) users(source string) (component, bool) {
	var all []served
	for _, c := range f.CUECs {
		all = append(all, served{c.Code, c.Text, f.serves(c.Criteria, c.Objectives)})
	}
	c := component{
		UUID: f.uuid("users"), Type: "process-procedure", Title: "User entities", Description: "The clients of the service organization.",
		Implements: f.implements(source, "Complementary controls that each user entity must operate. Nobody tested them here.", all),
	}
	return c, len(c.Implements) > 0
}

// served is something that serves criteria or objectives.
type served struct {
	code, text string
	rows       []string
}

func (f Facts) implements(source, says string, all []served) []implementation {
	var out []implemented
	for _, s := range all {
		for _, row := range s.rows {
			out = append(out, implemented{UUID: f.uuid("implemented", s.code, row), Control: token(row), Description: s.text, Props: []prop{own("control", s.code)}})
		}
	}
	if len(out) == 0 {
		return nil
	}
	return []implementation{{UUID: f.uuid("implementation", all[0].code), Source: source, Description: says, Requirements: out}}
}

// plan is how the controls are tested.
func (f Facts) plan() (planBody, error) {
	ssp, described := f.described()
	b := planBody{
		Metadata: f.metadata(f.title("tests of controls")), SSP: href{ssp, described.Description}, Back: backMatter{[]resource{described}},
		Subjects: []subjects{{Type: "component", Description: "All controls of the component definition: populations are tested whole where they are complete, and samples are drawn by the service auditor."}},
	}
	rows, controls := f.inScope()
	if len(rows) == 0 {
		return b, fmt.Errorf("%s has no criterion or objective: %w", f.Engagement.Code, ErrNothing)
	}
	b.Reviewed = f.reviewed(codesOf(rows))
	serving := map[string][]audit.Control{}
	var order []string
	for _, c := range controls {
		for _, id := range c.Procedures {
			if serving[id] == nil {
				order = append(order, id)
			}
			serving[id] = append(serving[id], c)
		}
	}
	for _, id := range order {
		b.Local.Activities = append(b.Local.Activities, f.activity(id, serving[id]))
	}
	return b, nil
}

func codesOf(rows []coverage.Row) []string {
	var out []string
	for _, r := range rows {
		out = append(out, r.Code)
	}
	return out
}

func (f Facts) reviewed(codes []string) reviewed {
	r := reviewed{Selections: []selection{{}}}
	for _, c := range codes {
		r.Selections[0].Include = append(r.Selections[0].Include, include{token(c)})
	}
	return r
}

func (f Facts) activity(id string, controls []audit.Control) activity {
	p := f.Procedures[id]
	var names, codes []string
	for _, c := range controls {
		names = append(names, c.Code)
		for _, row := range f.serves(c.Criteria, c.Objectives) {
			if !slices.Contains(codes, row) {
				codes = append(codes, row)
			}
		}
	}
	related := f.reviewed(codes)
	title, purpose := p.Title, p.Purpose
	if p.ID == "" {
		title, purpose = id, "No procedure of this name is known any more."
	}
	return activity{
		UUID: f.uuid("procedure", id), Title: title, Description: purpose, Related: &related,
		Props: props(prop{Name: "method", Value: method(p.Nature)}, own("procedure", id), own("version", strconv.Itoa(p.Version)), own("controls", strings.Join(names, ", ")),
			own("populations", strings.Join(p.Populations, ", ")), own("tests", p.Tests), own("limits", p.Limits)),
	}
}

// method is OSCAL's word for how a test gains evidence.
func method(n audit.Nature) string {
	switch n {
	case audit.Inquiry:
		return "INTERVIEW"
	case audit.Observation, audit.Inspection:
		return "EXAMINE"
	case audit.Reperformance:
		return "TEST"
	}
	return "UNKNOWN"
}
