package cli

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/method/advice"
	"tickmark/internal/method/coverage"
	"tickmark/internal/program"
	"tickmark/internal/register/task"
)

func (e *env) planCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "plan", Short: "Plan the way to the report, and close gaps by proof", Args: noSuchCommand,
		Long: "Every gap of the analysis becomes a task with an owner, a day and an effort. A task is closed when the gap is gone and the\n" +
			"procedure that found it was performed again without a deviation: saying so is not enough. The calendar goes from today to\n" +
			"the report that was decided on.",
		Example: "  tickmark --dir myorg plan build -e soc2-2026\n  tickmark --dir myorg plan list -e soc2-2026\n  tickmark --dir myorg plan done T-004 -e soc2-2026 --note 'The review of March was held.'\n" +
			"  tickmark --dir myorg plan calendar --ics plan.ics",
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(e.planBuild(), e.planList(), e.planTask(), e.planDone(), e.planCalendar(), e.planRACI())
	return c
}

// planning opens the plan of an engagement for whoever acts.
func (e *env) planning(c *cobra.Command, engagement string, do func(task.Plan) error) error {
	return e.acting(c, func(a *app.App, p audit.Person) error {
		plan, err := a.TaskPlan(c.Context(), p, engagement)
		if err != nil {
			return err
		}
		return do(plan)
	})
}

func (e *env) planBuild() *cobra.Command {
	var engagement string
	var severities []string
	terms := app.TaskTerms()
	c := &cobra.Command{
		Use: "build", Short: "Make a task of every gap that has none yet", Args: args(cobra.NoArgs),
		Long:    "What is there stays as it is. Days and efforts are planning figures of Tickmark until somebody sets others.",
		Example: "  tickmark --dir myorg plan build -e soc2-2026 --severity high,medium --owner 'R. Voss'",
		RunE: func(c *cobra.Command, _ []string) error {
			for _, s := range severities {
				if !program.Known(coverage.Severity(s), []coverage.Severity{coverage.High, coverage.Medium, coverage.Low}) {
					return usage{fmt.Errorf("--severity is high, medium or low, not %q", s)}
				}
				terms.Severities = append(terms.Severities, coverage.Severity(s))
			}
			return e.planning(c, engagement, func(p task.Plan) error {
				b, err := p.Build(c.Context(), terms)
				if err != nil || e.json {
					return e.shown(err, b)
				}
				for _, x := range b.Added {
					e.hanging(fmt.Sprintf("  %-6s %-6s %-10s", x.Code, x.Severity, x.Due), x.Title+owned(x))
				}
				e.printf("%s added; %d gaps had one already, %d of them closed and found again.\n", audit.Plural(int64(len(b.Added)), "task"), b.Kept, b.Moved)
				return nil
			})
		},
	}
	engagementFlag(c, &engagement)
	c.Flags().StringSliceVar(&severities, "severity", nil, "only gaps of these severities")
	c.Flags().StringVar(&terms.Owner, "owner", "", "of gaps for which nobody answers")
	return c
}

func owned(x program.Task) string {
	if x.Owner == "" {
		return "; nobody answers for it"
	}
	return "; " + x.Owner
}

func (e *env) planList() *cobra.Command {
	var engagement string
	var all bool
	c := &cobra.Command{
		Use: "list", Short: "List the tasks: how each stands, what it waits for, and which hold up the last", Args: args(cobra.NoArgs),
		Example: "  tickmark --dir myorg plan list -e soc2-2026",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.planning(c, engagement, func(p task.Plan) error {
				tasks, err := p.State(c.Context())
				if err != nil || e.json {
					return e.shown(err, tasks)
				}
				e.tasks(p, tasks, all)
				return nil
			})
		},
	}
	engagementFlag(c, &engagement)
	c.Flags().BoolVar(&all, "all", false, "those that are done as well")
	return c
}

func (e *env) tasks(p task.Plan, all []task.State, done bool) {
	count, late, hours := map[task.Stands]int{}, 0, 0
	for _, s := range all {
		count[s.Stands]++
		if s.Stands == task.Done && !done {
			continue
		}
		if s.Late {
			late++
		}
		if s.Stands != task.Done {
			hours += s.Task.Hours
		}
		e.hanging(fmt.Sprintf("%s %-6s %-6s %-10s %3dh ", mark2(s.Holding), s.Task.Code, s.Task.Severity, s.Task.Due, s.Task.Hours), s.Task.Title+owned(s.Task)+stands(s))
	}
	var parts []string
	for _, k := range []task.Stands{task.Open, task.Waiting, task.Gone, task.Reopened, task.Done} {
		if count[k] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count[k], k))
		}
	}
	e.printf("%s of %s as of %s: %s; %d late; %d hours left. * holds up the last.\n", audit.Plural(int64(len(all)), "task"), p.Engagement, p.Today, strings.Join(parts, ", "), late, hours)
}

func mark2(holding bool) string {
	if holding {
		return "*"
	}
	return " "
}

func stands(s task.State) string {
	text := "; " + string(s.Stands)
	if len(s.Waits) > 0 {
		text += ", waits for " + strings.Join(s.Waits, ", ")
	}
	if s.Late {
		text += ", late"
	}
	if s.Closed != nil {
		text += fmt.Sprintf(", said to be done by %s on %s: %s", s.Closed.By, s.Closed.At.UTC().Format("2006-01-02"), s.Closed.Note)
	}
	for _, f := range s.Task.Found {
		text += fmt.Sprintf("; %s is performed again (seen: %s)", f.Procedure, orNone(string(f.ID)))
	}
	return text
}

func orNone(id string) string {
	if id == "" {
		return "never performed"
	}
	return id
}

func (e *env) planTask() *cobra.Command {
	var engagement string
	var said program.Task
	c := &cobra.Command{
		Use: "task CODE", Short: "Set owner, day, effort and order of a task, or enter one of your own", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir myorg plan task T-004 -e soc2-2026 --owner 'T. Renn' --due 2026-04-30 --hours 16 --after T-001",
	}
	f := c.Flags()
	engagementFlag(c, &engagement)
	f.StringVar(&said.Title, "title", "", "what is to be done")
	f.StringVar(&said.Owner, "owner", "", "who does it")
	f.StringVar((*string)(&said.Due), "due", "", "last day")
	f.IntVar(&said.Hours, "hours", 0, "effort")
	f.StringSliceVar(&said.After, "after", nil, "codes of tasks that come before")
	c.RunE = func(c *cobra.Command, list []string) error {
		return e.planning(c, engagement, func(p task.Plan) error {
			x, _, err := p.Find(c.Context(), list[0])
			if err != nil {
				return err
			}
			x.Code = list[0]
			for name, take := range map[string]func(){
				"title": func() { x.Title = said.Title }, "owner": func() { x.Owner = said.Owner }, "due": func() { x.Due = said.Due },
				"hours": func() { x.Hours = said.Hours }, "after": func() { x.After = said.After },
			} {
				if c.Flags().Changed(name) {
					take()
				}
			}
			got, changed, err := p.Set(c.Context(), x)
			return e.said(err, got, changed, "%s: %s%s\n", got.Code, got.Title, owned(got))
		})
	}
	return c
}

func (e *env) planDone() *cobra.Command {
	var engagement, note string
	c := &cobra.Command{
		Use: "done CODE", Short: "Close a task, by the re-run of what found its gap", Args: args(cobra.ExactArgs(1)),
		Long: "Refused while the gap is there, while tasks before it are open, and unless each procedure that found the gap was performed\n" +
			"again on something new, with nothing that is a deviation or waits for judgment.",
		Example: "  tickmark --dir myorg plan done T-004 -e soc2-2026 --note 'The review of March was held.'",
		RunE: func(c *cobra.Command, list []string) error {
			return e.planning(c, engagement, func(p task.Plan) error {
				got, changed, err := p.Close(c.Context(), list[0], note)
				var proof []string
				for _, x := range got.Proof {
					proof = append(proof, x.Procedure+" "+string(x.ID)+" ("+string(x.Status)+")")
				}
				return e.said(err, got, changed, "%s is done. Proof: %s.\n", got.Task, strings.Join(append(proof, "the gap is gone"), "; "))
			})
		},
	}
	engagementFlag(c, &engagement)
	c.Flags().StringVar(&note, "note", "", "what was done")
	return c
}

func (e *env) planCalendar() *cobra.Command {
	var a adviseFlags
	c := &cobra.Command{
		Use: "calendar", Short: "Show the way from today to the report, by the decision that is recorded", Args: args(cobra.NoArgs),
		Example: "  tickmark --dir myorg plan calendar\n  tickmark --dir myorg plan calendar --months 12 --ics plan.ics --pace soonest",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.acting(c, func(x *app.App, p audit.Person) error {
				got, err := x.Calendar(c.Context(), p, a.change)
				if err != nil {
					return err
				}
				if err := a.writeCalendar(got); err != nil {
					return err
				}
				if e.json {
					return e.printJSON(got)
				}
				e.wayToReport(got, a.ics)
				return nil
			})
		},
	}
	f := c.Flags()
	f.StringVar(&a.ics, "ics", "", "file to write the calendar to (iCalendar), over no file")
	f.StringVar(&a.pace, "pace", "latest", "which end of the ranges the file shows: soonest or latest")
	f.IntVar(&a.months, "months", 0, "length of the period in months")
	f.StringVar(&a.priorEnd, "prior-end", "", "day on which the period of the prior report ended")
	f.StringVar(&a.since, "since", "", "day from which all controls have operated, with evidence")
	return c
}

func (a *adviseFlags) writeCalendar(c app.Calendar) error {
	if a.ics == "" {
		return nil
	}
	f, err := os.OpenFile(a.ics, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already: name another file, or remove it", a.ics)
	}
	if err != nil {
		return err
	}
	return errors.Join(c.WriteCalendar(f, a.pace == "soonest"), f.Close())
}

func (e *env) wayToReport(c app.Calendar, file string) {
	switch {
	case c.Decision == nil:
		e.printf("No decision is recorded, so that there is no report to plan for: `tickmark advise record`.\n")
	case !c.Signed:
		e.printf("Decided, and signed by nobody else yet: %s\n", c.Decision.Decided)
	default:
		e.printf("Decided: %s\n", c.Decision.Decided)
	}
	for _, same := range together(c.Plans) {
		e.printPlan(same)
	}
	e.printf("\nTasks with a day\n")
	for _, code := range slices.Sorted(maps.Keys(c.Tasks)) {
		open := 0
		for _, s := range c.Tasks[code] {
			if s.Stands != task.Done {
				open++
			}
		}
		e.printf("  %s: %d open of %d\n", code, open, len(c.Tasks[code]))
	}
	if file != "" {
		e.printf("\nWritten: %s\n", file)
	}
}

func (e *env) planRACI() *cobra.Command {
	return &cobra.Command{
		Use: "raci", Short: "Show who is responsible, accountable, consulted and informed", Args: args(cobra.NoArgs), Example: "  tickmark plan raci",
		RunE: func(*cobra.Command, []string) error {
			all := advice.RACI()
			if e.json {
				return e.printJSON(all)
			}
			e.printf("%-48s", "")
			for _, p := range advice.Parts {
				e.printf(" %-10s", p)
			}
			e.printf("\n")
			for _, d := range all {
				line := fmt.Sprintf("%-48s", d.Activity)
				for _, p := range advice.Parts {
					line += fmt.Sprintf(" %-10s", d.Roles[p])
				}
				e.printf("%s\n", strings.TrimRight(line, " "))
				if d.Note != "" {
					e.printf("    %s\n", d.Note)
				}
			}
			e.printf("R responsible, A accountable, C consulted, I informed. The auditor has no part in what is examined.\n")
			return nil
		},
	}
}
