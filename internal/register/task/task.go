// Package task keeps what management has set out to do before the report: tasks
// that follow from gaps, in their order, with owners and days, and the word that
// one is done. It stands beside the stages, and is the only writer of tasks and
// closings. It decides no gap: a task is closed by what the procedure that found
// the gap finds when it is performed again.
package task

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/method/coverage"
	"tickmark/internal/program"
)

// records is all that the plan may see of the store.
type records interface {
	Tasks(ctx context.Context, engagement string) ([]program.Task, error)
	AddTask(ctx context.Context, x program.Task) (program.Task, bool, error)
	Closings(ctx context.Context, engagement string) ([]program.Closing, error)
	AddClosing(ctx context.Context, x program.Closing) (program.Closing, bool, error)
}

// Plan is the tasks of one engagement.
type Plan struct {
	Records    records
	Engagement string
	Analysis   coverage.Analysis       // as the records stand
	Judgments  map[string]Unclean      // by procedure, what its newest result still has against it
	Results    map[string]audit.Result // the newest, by procedure
	Today      audit.Date
}

// Unclean is how many exceptions of a procedure's newest result are judged to be
// deviations, and how many wait for judgment.
type Unclean struct{ Deviations, Pending int64 }

// Built is what became of the gaps when tasks were made of them.
type Built struct {
	Added []program.Task `json:"added"`
	Kept  int            `json:"there_already"`
	Moved int            `json:"found_again"` // gaps whose task was closed and that are back
}

// Terms are what new tasks get when nothing else is said.
type Terms struct {
	Severities []coverage.Severity       // of the gaps; all when empty
	Within     map[coverage.Severity]int // days from today
	Hours      map[coverage.Kind]int     // effort
	After      map[string][]string       // code of a task -> codes of those before it
	Owner      string                    // of gaps without one
}

// Build makes a task of every gap that has none yet. What is there stays as it
// is: owners and days that people gave are theirs.
func (p Plan) Build(ctx context.Context, t Terms) (Built, error) {
	out := Built{Added: []program.Task{}}
	have, err := p.Records.Tasks(ctx, p.Engagement)
	if err != nil {
		return out, err
	}
	state, err := p.State(ctx)
	if err != nil {
		return out, err
	}
	for _, g := range p.Analysis.Gaps {
		if len(t.Severities) > 0 && !slices.Contains(t.Severities, g.Severity) {
			continue
		}
		if slices.ContainsFunc(have, func(x program.Task) bool { return x.Gap == g.Code }) {
			out.Kept++
			if slices.ContainsFunc(state, func(s State) bool { return s.Task.Gap == g.Code && s.Stands == Reopened }) {
				out.Moved++
			}
			continue
		}
		got, _, err := p.Records.AddTask(ctx, p.of(g, t, have))
		if err != nil {
			return out, fmt.Errorf("%s: %d tasks are recorded: %w", g.Code, len(out.Added), err)
		}
		have, out.Added = append(have, got), append(out.Added, got)
	}
	return out, nil
}

// of is the task of a gap.
func (p Plan) of(g coverage.Gap, t Terms, have []program.Task) program.Task {
	x := program.Task{
		Engagement: p.Engagement, Code: fmt.Sprintf("T-%03d", next(have)), Gap: g.Code, Severity: string(g.Severity), Cause: g.Cause,
		Control: g.Control, Rows: g.Rows, Procedures: slices.Clone(g.Procedures), Owner: cmp.Or(g.Owner, t.Owner), Hours: t.Hours[g.Kind],
	}
	x.Title = string(g.Kind) + " at " + cmp.Or(g.Control, strings.Join(g.Rows, ", "))
	if len(g.Closes) > 0 {
		x.Title += ": " + g.Closes[0].Do
	}
	if days := t.Within[g.Severity]; days > 0 {
		x.Due = p.Today.Add(days)
	}
	if g.Kind == coverage.Pending { // what waits for judgment is judged, and nothing has to be performed again
		x.Procedures = nil
	}
	slices.Sort(x.Procedures)
	for _, id := range x.Procedures {
		r := p.Results[id]
		x.Found = append(x.Found, program.Result{Procedure: id, ID: r.ID, Status: r.Status})
	}
	x.After = before(g, have)
	return x
}

// before are the tasks without which a gap cannot close: a control must be there
// and designed before it can operate, and operate before it is tested throughout.
func before(g coverage.Gap, have []program.Task) []string {
	if g.Kind == coverage.NoControl || g.Kind == coverage.NotDesigned || g.Kind == coverage.NoOwner || g.Kind == coverage.OneKind {
		return nil
	}
	var out []string
	for _, x := range have {
		kind, _, _ := strings.Cut(x.Gap, "/")
		if kind == "no-owner" && x.Control == g.Control && g.Control != "" {
			out = append(out, x.Code)
		}
	}
	return out
}

func next(have []program.Task) int {
	n := 0
	for _, x := range have {
		var i int
		if _, err := fmt.Sscanf(x.Code, "T-%d", &i); err == nil {
			n = max(n, i)
		}
	}
	return n + 1
}

// Set records a task of one's own, or changes owner, day, effort and order of one.
func (p Plan) Set(ctx context.Context, x program.Task) (program.Task, bool, error) {
	x.Engagement = p.Engagement
	all, err := p.Records.Tasks(ctx, p.Engagement)
	if err != nil {
		return x, false, err
	}
	switch {
	case strings.TrimSpace(x.Code) == "" || strings.TrimSpace(x.Title) == "":
		return x, false, errors.New("a task has a code and a title")
	case x.Due != "" && x.Due.Valid() != nil:
		return x, false, fmt.Errorf("task %s: %w", x.Code, x.Due.Valid())
	case x.Hours < 0:
		return x, false, fmt.Errorf("task %s: its effort is %d hours", x.Code, x.Hours)
	}
	for _, code := range x.After {
		if !slices.ContainsFunc(all, func(o program.Task) bool { return o.Code == code }) {
			return x, false, fmt.Errorf("task %s: there is no task %q before it", x.Code, code)
		}
	}
	others := slices.DeleteFunc(slices.Clone(all), func(o program.Task) bool { return o.Code == x.Code })
	if loop := circle(append(others, x), x.Code); loop != "" {
		return x, false, fmt.Errorf("task %s: its order runs in a circle: %s", x.Code, loop)
	}
	return p.Records.AddTask(ctx, x)
}

// circle is the way from a task back to itself, or "".
func circle(all []program.Task, from string) string {
	after := map[string][]string{}
	for _, x := range all {
		after[x.Code] = x.After
	}
	var walk func(code string, way []string) string
	walk = func(code string, way []string) string {
		if len(way) > 1 && code == from {
			return strings.Join(way, " after ")
		}
		if len(way) > len(all) {
			return ""
		}
		for _, b := range after[code] {
			if found := walk(b, append(slices.Clone(way), b)); found != "" {
				return found
			}
		}
		return ""
	}
	return walk(from, []string{from})
}

// Find is the newest version of a task.
func (p Plan) Find(ctx context.Context, code string) (program.Task, bool, error) {
	all, err := p.Records.Tasks(ctx, p.Engagement)
	for _, x := range all {
		if x.Code == code {
			return x, true, nil
		}
	}
	return program.Task{}, false, err
}

// Close records that a task is done. It is refused while the gap is there, while
// tasks before it are open, and without a re-run of each procedure that found the
// gap that is clean: performed anew, and nothing it flagged is a deviation or
// waits for judgment.
func (p Plan) Close(ctx context.Context, code, note string) (program.Closing, bool, error) {
	x := program.Closing{Engagement: p.Engagement, Task: code, Note: note}
	if strings.TrimSpace(note) == "" {
		return x, false, errors.New("say what was done: a note")
	}
	state, err := p.State(ctx)
	if err != nil {
		return x, false, err
	}
	i := slices.IndexFunc(state, func(s State) bool { return s.Task.Code == code })
	if i < 0 {
		return x, false, fmt.Errorf("there is no task %q in %s", code, p.Engagement)
	}
	if err := p.mayClose(state[i], state); err != nil {
		return x, false, fmt.Errorf("task %s is not closed: %w", code, err)
	}
	for _, id := range state[i].Task.Procedures {
		r := p.Results[id]
		x.Proof = append(x.Proof, program.Result{Procedure: id, ID: r.ID, Status: r.Status})
	}
	if control := state[i].Task.Control; control != "" {
		for _, c := range p.Analysis.Controls {
			if c.Code == control {
				for _, b := range c.Behind {
					x.Records = append(x.Records, b.Records...)
				}
			}
		}
	}
	slices.Sort(x.Records)
	x.Records = slices.Compact(x.Records)
	return p.Records.AddClosing(ctx, x)
}

func (p Plan) mayClose(s State, all []State) error {
	for _, code := range s.Task.After {
		if slices.ContainsFunc(all, func(o State) bool { return o.Task.Code == code && o.Stands != Done }) {
			return fmt.Errorf("%s comes before it and is not done", code)
		}
	}
	for _, f := range s.Task.Found {
		r, judged := p.Results[f.Procedure], p.Judgments[f.Procedure]
		switch {
		case r.ID == "":
			return fmt.Errorf("%s found the gap and was never performed: run it", f.Procedure)
		case r.ID == f.ID:
			return fmt.Errorf("%s found the gap, and was not performed on anything new since: %s is the result that was seen then", f.Procedure, r.ID)
		case r.Status != audit.NoExceptions && r.Status != audit.HasExceptions:
			return fmt.Errorf("the re-run of %s came to %q", f.Procedure, r.Status)
		case judged.Deviations > 0:
			return fmt.Errorf("the re-run of %s found %s that are deviations (%s)", f.Procedure, audit.Plural(judged.Deviations, "exception"), r.ID)
		case judged.Pending > 0:
			return fmt.Errorf("the re-run of %s found %s that nobody has judged (%s)", f.Procedure, audit.Plural(judged.Pending, "exception"), r.ID)
		}
	}
	if g, there := p.gap(s.Task); there {
		return fmt.Errorf("the gap %s is there: %s", g.Code, g.Cause)
	}
	return nil
}

func (p Plan) gap(x program.Task) (coverage.Gap, bool) {
	i := slices.IndexFunc(p.Analysis.Gaps, func(g coverage.Gap) bool { return x.Gap != "" && g.Code == x.Gap })
	if i < 0 {
		return coverage.Gap{}, false
	}
	return p.Analysis.Gaps[i], true
}
