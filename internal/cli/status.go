package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/engine/query"
	"tickmark/internal/stage/collect"
)

func (e *env) statusCommand() *cobra.Command {
	var rejects, exceptions string
	c := &cobra.Command{
		Use: "status", Short: "Say where everything stands, or list rejected rows or exceptions", Args: args(cobra.NoArgs),
		Long:    "Prints the populations, the results, what the tests amount to, the root of the history and the public key.\nWith --rejects or --exceptions, lists every row instead, none left out.",
		Example: "  tickmark --dir demo status\n  tickmark --dir demo status --exceptions payroll-gross-to-net\n  tickmark --dir demo status --rejects people --json",
	}
	c.Flags().StringVar(&rejects, "rejects", "", "list the rejected rows of this population")
	c.Flags().StringVar(&exceptions, "exceptions", "", "list the exceptions of this procedure")
	c.RunE = func(c *cobra.Command, _ []string) error {
		return e.with(c.Context(), func(a *app.App) error {
			s, err := a.Status(c.Context())
			switch {
			case err != nil:
				return err
			case rejects != "":
				return e.listRejects(c, a, s, rejects)
			case exceptions != "":
				return e.listExceptions(c, a, s, exceptions)
			case e.json:
				return e.printJSON(s)
			}
			e.status(s)
			return nil
		})
	}
	c.AddCommand(e.statusPopulations(), e.statusControls())
	return c
}

func (e *env) status(s app.Status) {
	e.printf("%s: %s in the history, root %s\n", s.Organization.Body.Name, audit.Plural(s.Records, "record"), s.Root)
	e.printf("Public key: %s\n\nPopulations\n", s.Key)
	e.populations(s.Populations)
	for _, g := range s.Engagements {
		e.printf("\n%s\n", g.Engagement.Code)
		for _, r := range g.Results {
			e.result(r)
		}
		e.conclusions(g.Conclusions)
		e.coverage(g.Engagement, g.Coverage.Rows, g.Coverage.Mapped, g.Coverage.Tested)
	}
	for _, r := range s.Reports {
		word := "Issued"
		if r.Draft {
			word = "Draft"
		}
		e.printf("\n%s report %s: %d pages, as of %s\n", word, r.Engagement, r.Pages, r.At.Format("2006-01-02 15:04 UTC"))
	}
}

// populations prints each population; of those that a connection collected again
// and again, the newest and how many stand before it.
func (e *env) populations(all []audit.Population) {
	for i, p := range all {
		again := func(o audit.Population) bool {
			return o.Connection != "" && o.Connection == p.Connection && o.Name == p.Name
		}
		if slices.ContainsFunc(all[i+1:], again) {
			continue // a newer one follows
		}
		e.population(collect.Collected{Population: p})
		earlier := -1
		for _, o := range all[:i+1] {
			if again(o) {
				earlier++
			}
		}
		if earlier > 0 {
			e.printf("      over %s, of %s; and %s: tickmark --dir %s status populations\n", p.Connection, p.TakenAt, audit.Plural(int64(earlier), "earlier one"), e.dir)
		}
	}
}

func (e *env) listRejects(c *cobra.Command, a *app.App, s app.Status, name string) error {
	i := slices.IndexFunc(s.Populations, func(p audit.Population) bool { return p.Name == name })
	if i < 0 {
		return fmt.Errorf("population %q was not collected", name)
	}
	p := s.Populations[i]
	var failed error
	err := a.EachReject(c.Context(), p, func(r query.Reject) bool {
		if e.json {
			failed = e.printLine(r)
			return failed == nil
		}
		e.printf("%s %s\n    %s\n", place(r), r.Reason, r.Raw)
		return true
	})
	if err == nil && !e.json {
		e.printf("Rejected: %s of %s received.\n", audit.Count(p.Rejected), audit.Count(p.Received))
	}
	if err == nil {
		err = failed
	}
	return err
}

func (e *env) listExceptions(c *cobra.Command, a *app.App, s app.Status, procedure string) error {
	found := false
	for _, g := range s.Engagements {
		for _, r := range g.Results {
			if r.Procedure != procedure {
				continue
			}
			found = true
			if err := e.exceptionsOf(c, a, r); err != nil {
				return err
			}
		}
	}
	if !found {
		return fmt.Errorf("procedure %q was not performed", procedure)
	}
	return nil
}

func (e *env) exceptionsOf(c *cobra.Command, a *app.App, r audit.Result) error {
	if !e.json {
		e.result(r)
	}
	return a.EachException(c.Context(), r, func(x audit.ExceptionRow) error {
		if e.json {
			return e.printLine(struct {
				Engagement string `json:"engagement"`
				Procedure  string `json:"procedure"`
				audit.ExceptionRow
			}{r.Engagement, r.Procedure, x})
		}
		e.printf("    %-20s %s%s\n", x.Item, x.Reason, columns(x.Columns))
		return nil
	})
}

// columns writes what else the procedure returned.
func columns(m map[string]string) string {
	var parts []string
	for k, v := range m {
		parts = append(parts, k+"="+v)
	}
	if len(parts) == 0 {
		return ""
	}
	slices.Sort(parts)
	return "  (" + strings.Join(parts, ", ") + ")"
}
