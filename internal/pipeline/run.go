package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/query"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/method/coverage"
	"tickmark/internal/stage/collect"
	"tickmark/internal/stage/conclude"
	"tickmark/internal/stage/perform"
)

// reader is what a run reads besides what the stages read for themselves.
type reader interface {
	Scope(ctx context.Context, kinds ...audit.ScopeKind) ([]audit.ScopeItem, error)
	Populations(ctx context.Context) ([]audit.Population, error)
	Switches(ctx context.Context) ([]audit.Switch, error)
}

// Pipeline runs the stages from datasets to conclusions. A run that was
// interrupted anywhere, and run again, ends with the records of one that was not.
type Pipeline struct {
	Records  reader
	Catalog  *catalog.Catalog
	Collect  collect.Stage
	Perform  perform.Stage
	Conclude conclude.Stage
	Progress func(Progress)
}

// Progress is one step of a run as it is told to whoever waits.
type Progress struct {
	Stage string
	What  string
	Done  int
	Of    int
	Rows  query.Progress // within one test: about how many rows were looked at; zero between tests
}

// Options narrow a run.
type Options struct {
	Engagements []string // codes; all when empty
	Procedure   string   // its id, when only one is performed
	Again       bool     // perform tests again whose results stand
}

// Outcome is what a run did.
type Outcome struct {
	Collected   []collect.Collected `json:"collected"`
	Engagements []Engaged           `json:"engagements"`
}

// Engaged is what a run did for one engagement.
type Engaged struct {
	Engagement  audit.Engagement    `json:"engagement"`
	Performed   []perform.Performed `json:"performed"`
	Conclusions []audit.Conclusion  `json:"conclusions"`
	Coverage    coverage.Counts     `json:"coverage"`
	Off         []audit.Switch      `json:"switched_off,omitempty"` // procedures that rest, and who said so
}

// Run collects every dataset, performs the procedures of every engagement and
// concludes on its controls.
func (p Pipeline) Run(ctx context.Context, o Options) (Outcome, error) {
	var out Outcome
	plan, err := p.plan(ctx, o)
	if err != nil {
		return out, err
	}
	for i, d := range plan.datasets {
		p.tell("collect", d.Population, i, len(plan.datasets))
		c, err := p.Collect.Dataset(ctx, d)
		if err != nil {
			return out, err
		}
		out.Collected = append(out.Collected, c)
	}
	have, err := p.standing(ctx, out.Collected, plan.connections)
	if err != nil {
		return out, err
	}
	for _, e := range plan.engagements {
		done, err := p.engagement(ctx, e, plan, have, o)
		if err != nil {
			return out, fmt.Errorf("engagement %s: %w", e.Engagement.Code, err)
		}
		out.Engagements = append(out.Engagements, done)
	}
	p.tell("done", "", 1, 1)
	return out, nil
}

// standing are the populations of the datasets and connections that are
// described now. Those of datasets that were retired or replaced stay in the
// history, and test nothing.
func (p Pipeline) standing(ctx context.Context, collected []collect.Collected, connections []string) ([]audit.Population, error) {
	var list []audit.Population
	for _, c := range collected {
		list = append(list, c.Population)
	}
	all, err := p.Records.Populations(ctx)
	for _, x := range all {
		if x.Connection != "" && slices.Contains(connections, x.Connection) {
			list = append(list, x)
		}
	}
	return list, err
}

func (p Pipeline) tell(stage, what string, done, of int) {
	if p.Progress != nil {
		p.Progress(Progress{Stage: stage, What: what, Done: done, Of: of})
	}
}

// plan is what a run will do, read once.
type plan struct {
	datasets    []audit.Dataset
	engagements []coverage.Scope
	procedures  map[string]audit.Procedure
	connections []string                // codes
	off         map[string]audit.Switch // procedures that rest
}

func (p Pipeline) plan(ctx context.Context, o Options) (plan, error) {
	items, err := p.Records.Scope(ctx)
	if err != nil {
		return plan{}, err
	}
	f, err := workspace.FromItems(items)
	if err != nil {
		return plan{}, err
	}
	out := plan{datasets: f.Datasets}
	if out.procedures, err = p.Catalog.With(f.Texts()); err != nil {
		return plan{}, err
	}
	for _, e := range f.Engagements {
		if len(o.Engagements) == 0 || slices.Contains(o.Engagements, e.Code) {
			out.engagements = append(out.engagements, Scope(p.Catalog, f, e))
		}
	}
	for _, c := range f.Connections {
		out.connections = append(out.connections, c.Code)
	}
	if out.off, err = p.off(ctx); err != nil {
		return plan{}, err
	}
	return out, known(f.Engagements, o.Engagements)
}

// off are the procedures that rest.
func (p Pipeline) off(ctx context.Context) (map[string]audit.Switch, error) {
	all, err := p.Records.Switches(ctx)
	off := map[string]audit.Switch{}
	for _, s := range all {
		if s.Subject == audit.SwitchProcedure && s.Off {
			off[s.Code] = s
		}
	}
	return off, err
}

// resting leaves out of the controls the procedures that rest, and says which
// those are: what was found by them before supports nothing while they rest.
func resting(controls []audit.Control, off map[string]audit.Switch) ([]audit.Control, []audit.Switch) {
	var left []audit.Control
	var out []audit.Switch
	for _, c := range controls {
		var works []string
		for _, id := range c.Procedures {
			s, rests := off[id]
			if !rests {
				works = append(works, id)
			} else if !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
		c.Procedures = works
		left = append(left, c)
	}
	return left, out
}

func known(all []audit.Engagement, wanted []string) error {
	var codes []string
	for _, e := range all {
		codes = append(codes, e.Code)
	}
	for _, w := range wanted {
		if !slices.Contains(codes, w) {
			return fmt.Errorf("there is no engagement %q; there is %s", w, strings.Join(codes, ", "))
		}
	}
	return nil
}

// Scope is what an engagement is measured against.
func Scope(c *catalog.Catalog, f workspace.Folder, e audit.Engagement) coverage.Scope {
	return coverage.Scope{Engagement: e, Criteria: c.InCategory(e.Categories...), Objectives: f.Objectives, Controls: f.Controls}
}

func (p Pipeline) engagement(ctx context.Context, s coverage.Scope, plan plan, have []audit.Population, o Options) (Engaged, error) {
	done := Engaged{Engagement: s.Engagement}
	controls, off := resting(coverage.InScope(s), plan.off)
	done.Off = off
	var ids []string
	if s.Engagement.Type == 2 { // a Type 1 report says nothing of operation: nothing is tested for it
		ids = slices.DeleteFunc(needed(controls), func(id string) bool { return o.Procedure != "" && id != o.Procedure })
	}
	ahead, err := p.ahead(ctx, s.Engagement, plan, ids, have, o)
	if err != nil {
		return done, err
	}
	defer ahead.Done()
	for i, id := range ids {
		p.tell("perform", s.Engagement.Code+" "+id, i, len(ids))
		stage := p.telling(s.Engagement.Code+" "+id, i, len(ids))
		stage.Made = ahead
		r, err := stage.Procedure(ctx, s.Engagement, plan.procedures[id], have, o.Again)
		if err != nil {
			return done, fmt.Errorf("procedure %s: %w", id, err)
		}
		done.Performed = append(done.Performed, r)
	}
	p.tell("conclude", s.Engagement.Code, 0, 1)
	done.Conclusions, err = p.Conclude.Conclude(ctx, s.Engagement.Code, controls)
	done.Coverage = coverage.Count(coverage.Matrix(s), Tested(done.Conclusions))
	return done, err
}

// ahead performs the small procedures together.
func (p Pipeline) ahead(ctx context.Context, e audit.Engagement, plan plan, ids []string, have []audit.Population, o Options) (*perform.Ahead, error) {
	var list []audit.Procedure
	for _, id := range ids {
		list = append(list, plan.procedures[id])
	}
	if len(list) == 0 {
		return nil, nil
	}
	p.tell("perform", e.Code+" small tests together", 0, len(ids))
	return p.Perform.Ahead(ctx, e, list, have, o.Again)
}

// telling is the stage that performs, and tells how far a test is.
func (p Pipeline) telling(what string, done, of int) perform.Stage {
	s := p.Perform
	s.Query.Tell = func(rows query.Progress) {
		if p.Progress != nil {
			p.Progress(Progress{Stage: "perform", What: what, Done: done, Of: of, Rows: rows})
		}
	}
	return s
}

// needed lists the procedures that test the controls, sorted.
func needed(controls []audit.Control) []string {
	var ids []string
	for _, c := range controls {
		ids = append(ids, c.Procedures...)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Tested reports whether a control has a test behind it that evaluated something.
func Tested(conclusions []audit.Conclusion) func(string) bool {
	outcome := map[string]audit.Outcome{}
	for _, c := range conclusions {
		outcome[c.Control] = c.Outcome
	}
	return func(control string) bool {
		switch outcome[control] {
		case audit.OutcomeClean, audit.OutcomeCleared, audit.OutcomeDeviations, audit.OutcomePending:
			return true
		}
		return false
	}
}

// ConcludeOnly writes down what the tests of an engagement's controls amount to
// now, without collecting or performing anything.
func (p Pipeline) ConcludeOnly(ctx context.Context, engagement string) error {
	plan, err := p.plan(ctx, Options{Engagements: []string{engagement}})
	if err != nil {
		return err
	}
	for _, s := range plan.engagements {
		controls, _ := resting(coverage.InScope(s), plan.off)
		if _, err := p.Conclude.Conclude(ctx, engagement, controls); err != nil {
			return err
		}
	}
	return nil
}
