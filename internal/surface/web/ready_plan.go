package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/method/advice"
	"tickmark/internal/program"
	"tickmark/internal/register/task"
	"tickmark/internal/surface/web/page"
)

// plan is the way to the report: phases, critical path, and the tasks of an
// engagement with the proof under those that are done.
func (b *bench) plan(c *call) error {
	p, links, err := b.chosen(c)
	if err != nil {
		return err
	}
	x := page.Ready{Switch: links, Lead: "From today to the report: what is to be done, by whom, until when, and what shows that it is done. A task is not done because somebody says so."}
	if x.Frame, err = b.frame(c, "Plan", "plan"); err != nil {
		return err
	}
	if p == nil {
		x.Parts = []page.Chapter{{Title: "Tasks", Table: page.Table{Empty: nothingDescribed}}}
		return b.show(c, x.Write())
	}
	all, err := c.planned.get(b.day(), func() (Planned, error) { return b.Ready.Planned(c.r.Context(), c.person) })
	if err != nil {
		return err
	}
	tasks := all.Tasks[p.Code]
	x.Figures = taskFigures(p.Code, tasks)
	rows, err := taskTable(c, p.Code, tasks)
	if err != nil {
		return err
	}
	if len(all.Plans) > 0 {
		if x.Life, err = phases(all.Plans[0].Latest); err != nil {
			return err
		}
		x.LifeSays = all.Plans[0].Route.Report.Name() + ": as long as phases usually take"
	}
	decided, err := decidedPart(c, all)
	if err != nil {
		return err
	}
	x.Parts = append(x.Parts, page.Chapter{Title: "Tasks", Table: rows}, decided)
	for _, plan := range all.Plans {
		x.Parts = append(x.Parts, phaseTable(plan))
	}
	return b.show(c, x.Write())
}

func taskFigures(code string, all []task.State) []page.Figure {
	count := map[string]int{}
	for _, s := range all {
		if s.Stands == task.Done {
			count["done"]++
			continue
		}
		if s.Late {
			count["late"]++
		}
		if s.Holding {
			count["critical"]++
		}
	}
	of := "of " + strconv.Itoa(len(all))
	figure := func(only, label string, bar int) page.Figure {
		return page.Figure{Value: strconv.Itoa(count[only]), Of: of, Label: label, Href: address("/plan", "engagement", code, "only", only), Share: bar}
	}
	return []page.Figure{figure("done", "tasks done, with proof", share(count["done"], len(all))), figure("late", "open tasks past their day", -1), figure("critical", "open tasks that hold up the last", -1)}
}

func taskTable(c *call, engagement string, all []task.State) (page.Table, error) {
	only := c.r.URL.Query().Get("only")
	all = slices.DeleteFunc(slices.Clone(all), func(s task.State) bool {
		done := s.Stands == task.Done
		return only == "done" && !done || only == "late" && (done || !s.Late) || only == "critical" && (done || !s.Holding)
	})
	from, to, pager := window(c, int64(len(all)), "task")
	t := page.Table{
		Caption: "Tasks of " + engagement, Pager: pager,
		Columns: []page.Column{{Name: "Task"}, {Name: "What", Wide: true}, {Name: "Owner"}, {Name: "Due"}, {Name: "Hours", Num: true}, {Name: "Stands"}, {Name: "Proof", Wide: true}},
		Empty:   page.Empty{Title: "No task is here", Text: "The plan makes a task of every gap.", Command: "tickmark --dir DIR plan build -e " + engagement},
	}
	for _, s := range all[from:to] {
		href, err := leafOf(c, program.KindTask, engagement, s.Task.Code)
		if err != nil {
			return t, err
		}
		stands := page.Cell{Text: string(s.Stands), Tone: page.Quiet}
		switch {
		case s.Stands == task.Done:
			stands.Tone = page.Good
		case s.Late:
			stands.Tone, stands.Note = page.Bad, "past its day"
		case s.Holding:
			stands.Note = "critical path"
		}
		proof, err := proofOf(c, engagement, s)
		if err != nil {
			return t, err
		}
		t.Rows = append(t.Rows, page.Row{
			{Text: s.Task.Code, Href: href, Mono: true}, {Text: s.Task.Title, Note: waitsFor(s)}, {Text: s.Task.Owner}, {Text: day(string(s.Task.Due))},
			{Text: strconv.Itoa(s.Task.Hours)}, stands, proof,
		})
	}
	return t, nil
}

func waitsFor(s task.State) string {
	if len(s.Waits) == 0 {
		return s.Task.Gap
	}
	return s.Task.Gap + "; waits for " + strings.Join(s.Waits, ", ")
}

// proofOf leads to the record by which a task was closed, or says what it takes.
func proofOf(c *call, engagement string, s task.State) (page.Cell, error) {
	if s.Closed == nil {
		return page.Cell{Text: "none yet", Note: strings.Join(s.Task.Procedures, ", ")}, nil
	}
	href, err := leafOf(c, program.KindClosing, engagement, s.Task.Code)
	var proof []string
	for _, x := range s.Closed.Proof {
		proof = append(proof, x.Procedure+" "+string(x.ID))
	}
	return page.Cell{Text: s.Closed.By + ": " + s.Closed.Note, Href: href, Note: strings.Join(proof, "; ")}, err
}

func decidedPart(c *call, all Planned) (page.Chapter, error) {
	x := page.Chapter{Title: "The decision", Table: page.Table{
		Caption: "Which report", Columns: []page.Column{{Name: "Decided", Wide: true}, {Name: "Adviser"}, {Name: "Rationale", Wide: true}, {Name: "Signed"}},
		Empty: page.Empty{Title: "Nothing is decided", Text: "The calendar follows from the recorded decision.", Command: "tickmark --dir DIR advise record --answers FILE --adviser NAME --rationale WHY"},
	}}
	if all.Decision == nil {
		return x, nil
	}
	href, err := leafOf(c, program.KindAdvice, all.Decision.Code)
	x.Table.Rows = []page.Row{{{Text: all.Decision.Decided, Href: href}, {Text: all.Decision.Adviser}, {Text: all.Decision.Rationale}, yesNo(all.Signed, "signed", "not signed: it does not count")}}
	return x, err
}

// phases is a calendar as lanes of one strip.
func phases(x advice.Calendar) (page.Strip, error) {
	out := page.Strip{Phases: true}
	if len(x.Steps) == 0 {
		return out, nil
	}
	first, last := x.Steps[0].From, x.Steps[0].To
	for _, s := range x.Steps {
		first, last = min(first, s.From), max(last, s.To)
	}
	s, err := spanOf(first, last)
	if err != nil {
		return out, err
	}
	var says []string
	for _, step := range x.Steps {
		begins, err := time.Parse(time.DateOnly, string(step.From))
		if err != nil {
			return out, err
		}
		ends, err := time.Parse(time.DateOnly, string(step.To))
		if err != nil {
			return out, err
		}
		l := page.Lane{Name: step.Title, Note: fmt.Sprintf("%s to %s", day(string(step.From)), day(string(step.To))), Tone: page.Quiet}
		if slices.Contains(x.Critical, step.ID) {
			l.Tone, l.Note = page.Warn, l.Note+", critical"
		}
		at, to := s.place(begins), s.place(ends.AddDate(0, 0, 1))
		l.Marks = []page.Mark{{Kind: "window", X: percent(at, 10000), W: percent(to-at, 10000), Text: l.Note}}
		out.Lanes = append(out.Lanes, l)
		says = append(says, step.Title+" "+l.Note)
	}
	out.Ticks, out.Says = s.months(), strings.Join(says, ". ")
	return out, nil
}

func spanOf(first, last audit.Date) (span, error) {
	from, to, err := audit.Period{From: first, To: last}.Instants("UTC")
	return span{from: from, to: to}, err
}

func phaseTable(p advice.Plan) page.Chapter {
	x := page.Chapter{Title: p.Route.Report.Name() + ", from " + day(string(p.Route.Today)), Table: page.Table{
		Caption: "Phases, as long as they usually take at most", Columns: []page.Column{{Name: "Phase"}, {Name: "From"}, {Name: "To"}, {Name: "Slack, days", Num: true}, {Name: "Critical"}, {Name: "Done when", Wide: true}},
	}}
	for _, w := range p.Warnings {
		x.Note += w.Text + " "
	}
	for _, s := range p.Latest.Steps {
		critical := page.Cell{Text: "no"}
		if slices.Contains(p.Latest.Critical, s.ID) {
			critical = page.Cell{Text: "yes", Tone: page.Warn}
		}
		x.Table.Rows = append(x.Table.Rows, page.Row{{Text: s.Title, Note: s.Output}, {Text: day(string(s.From))}, {Text: day(string(s.To))}, {Text: strconv.Itoa(s.Slack)}, critical, {Text: s.Gate}})
	}
	return x
}
