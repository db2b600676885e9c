package cli

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/catalog"
	"tickmark/internal/app"
	"tickmark/internal/audit"
)

const analyticsLong = `An analytic looks through a whole population for what is unusual: digits, repetitions, gaps, outliers, drift.
What it gives are leads. A lead is a reason to look, not an exception: a person looks, and says what became of it.
Where the data do not suit a method, it refuses and says why.`

func (e *env) analyticsCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "analytics", Short: "Look through populations for what is unusual", Long: analyticsLong,
		Example: "  tickmark analytics list\n  tickmark --dir demo analytics run --engagement soc1-2025\n  tickmark --dir demo analytics leads --engagement soc1-2025 payments-duplicates-exact",
	}
	c.AddCommand(e.analyticsList(), e.analyticsExplain(), e.analyticsRun(), e.analyticsLeads(), e.analyticsJudge())
	return c
}

// analytics are the shipped ones and those in the folder analytics beside the records.
func (e *env) analytics() (map[string]audit.Analytic, error) {
	known, err := catalog.Load()
	if err != nil {
		return nil, err
	}
	return app.Analytics(known, filepath.Join(e.dir, "analytics"))
}

func pickAnalytic(all map[string]audit.Analytic, id string) (audit.Analytic, error) {
	a, ok := all[id]
	if !ok {
		return a, fmt.Errorf("there is no analytic %q; `tickmark analytics list` shows all", id)
	}
	return a, nil
}

func (e *env) analyticsList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List all analytics", Args: args(cobra.NoArgs), Example: "  tickmark analytics list --json",
		RunE: func(*cobra.Command, []string) error {
			all, err := e.analytics()
			if err != nil {
				return err
			}
			list := []audit.Analytic{}
			for _, id := range slices.Sorted(maps.Keys(all)) {
				list = append(list, all[id])
			}
			if e.json {
				return e.printJSON(list)
			}
			for _, a := range list {
				e.printf("%-36s %s\n%-36s   %s; looks through %s\n", a.ID, a.Title, "", a.Method, a.Tests)
			}
			e.printf("%s.\n", audit.Plural(int64(len(list)), "analytic"))
			return nil
		},
	}
}

func (e *env) analyticsExplain() *cobra.Command {
	return &cobra.Command{
		Use: "explain ID", Short: "Say what an analytic does, with its text", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark analytics explain payments-benford-first-two",
		RunE: func(_ *cobra.Command, list []string) error {
			all, err := e.analytics()
			if err != nil {
				return err
			}
			a, err := pickAnalytic(all, list[0])
			if err != nil || e.json {
				return e.shown(err, a)
			}
			e.printf("%s, version %d: %s\n\n%s\n\n", a.ID, a.Version, a.Title, a.Purpose)
			e.printf("Method       %s\nReads        %s\nLooks at     %s\n", a.Method, strings.Join(a.Populations, ", "), a.Tests)
			for _, q := range a.Parameters {
				e.printf("Parameter    %s (%s, default %s): %s\n", q.Name, q.Type, q.Default, q.Meaning)
			}
			e.printf("Limits       %s\n\n%s\n", a.Limits, a.SQL)
			return nil
		},
	}
}

func (e *env) analyticsRun() *cobra.Command {
	var engagement string
	var again bool
	c := &cobra.Command{
		Use: "run [ID...]", Short: "Run analytics and record what they saw", Args: args(cobra.ArbitraryArgs),
		Long:    "Runs analytics (default: all whose populations were collected) for an engagement and records the statistics and the leads. What stands already is not run again.",
		Example: "  tickmark --dir demo analytics run --engagement soc1-2025\n  tickmark --dir demo analytics run --engagement soc1-2025 payments-off-hours --again",
	}
	c.Flags().BoolVar(&again, "again", false, "run analytics again whose analyses stand")
	e.engagementFlag(c, &engagement)
	c.RunE = func(c *cobra.Command, ids []string) error {
		all, err := e.analytics()
		if err != nil {
			return err
		}
		named := len(ids) > 0
		if !named {
			ids = slices.Sorted(maps.Keys(all))
		}
		var list []audit.Analytic
		for _, id := range ids {
			a, err := pickAnalytic(all, id)
			if err != nil {
				return err
			}
			list = append(list, a)
		}
		return e.with(c.Context(), func(a *app.App) error { return e.analyze(c, a, engagement, list, named, again) })
	}
	return c
}

func (e *env) engagementFlag(c *cobra.Command, into *string) {
	c.Flags().StringVarP(into, "engagement", "e", "", "engagement whose period and parameters apply (required)")
	_ = c.MarkFlagRequired("engagement") // fails only for a flag that does not exist
}

func (e *env) analyze(c *cobra.Command, a *app.App, engagement string, list []audit.Analytic, named, again bool) error {
	w := newProgress(e.errs)
	var done []app.Analyzed
	err := a.Analyze(c.Context(), engagement, list, named, again,
		func(what string, n, of int64) { w.step("analyze", what, n, of) },
		func(x app.Analyzed) error { done = append(done, x); return nil })
	w.end()
	if err != nil || e.json {
		return e.shown(err, done)
	}
	var leads int64
	refused := 0
	for _, x := range done {
		e.analysis(x.Analysis)
		leads += x.Analysis.Leads
		if x.Analysis.Refused != "" {
			refused++
		}
	}
	e.printf("%s by %s, of which %d refused", audit.Plural(leads, "lead"), analyticsWord(len(done)), refused)
	if named {
		e.printf(".\n")
	} else {
		e.printf("; %s look through populations that were not collected.\n", analyticsWord(len(list)-len(done)))
	}
	e.printf("A lead is a reason to look, not an exception. See them: tickmark --dir %s analytics leads --engagement %s ID\n", e.dir, engagement)
	return nil
}

func analyticsWord(n int) string { return audit.Plural(int64(n), "analytic") }

// analysis says in one line what an analytic saw.
func (e *env) analysis(x audit.Analysis) {
	e.printf("  %-36s ", x.Analytic)
	if x.Refused != "" {
		e.printf("refused: %s\n", x.Refused)
		return
	}
	e.printf("%s of %s", audit.Plural(x.Leads, "lead"), of(x))
	if s := x.Statistics; s["mad"] != "" {
		e.printf("; chi-square %s (5%% critical %s), MAD %s, %s", s["chi_square"], s["critical_5_percent"], s["mad"], s["mad_band"])
	}
	if x.Why != "" {
		e.printf("; not the entire population: %s", x.Why)
	}
	e.printf("\n")
}

// of says among how many rows an analytic looked.
func of(x audit.Analysis) string {
	tested := strings.ReplaceAll(x.Tests, "_", " ")
	if x.Evaluated == x.Population {
		return audit.Count(x.Evaluated) + " " + tested
	}
	return fmt.Sprintf("%s rows from %s %s", audit.Count(x.Evaluated), audit.Count(x.Population), tested)
}

func (e *env) analyticsLeads() *cobra.Command {
	var engagement string
	c := &cobra.Command{
		Use: "leads ID", Short: "List the leads of an analytic, and what became of them", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir demo analytics leads --engagement soc1-2025 payments-off-hours --json",
	}
	e.engagementFlag(c, &engagement)
	c.RunE = func(c *cobra.Command, list []string) error {
		return e.with(c.Context(), func(a *app.App) error {
			all, err := a.Analyses(c.Context(), engagement)
			if err != nil {
				return err
			}
			i := slices.IndexFunc(all, func(x audit.Analysis) bool { return x.Analytic == list[0] })
			if i < 0 {
				return fmt.Errorf("%s was not run in engagement %q: run it with `tickmark analytics run --engagement %s %s`", list[0], engagement, engagement, list[0])
			}
			return e.leads(c, a, all[i])
		})
	}
	return c
}

func (e *env) leads(c *cobra.Command, a *app.App, x audit.Analysis) error {
	if e.json {
		leads := []app.JudgedLead{}
		err := a.EachLead(c.Context(), x, func(l app.JudgedLead) error { leads = append(leads, l); return nil })
		if err != nil {
			return err
		}
		return e.printJSON(map[string]any{"analysis": x, "leads": leads})
	}
	e.analysis(x)
	for _, name := range slices.Sorted(maps.Keys(x.Statistics)) {
		e.printf("    %-24s %s\n", name, x.Statistics[name])
	}
	open := int64(0)
	err := a.EachLead(c.Context(), x, func(l app.JudgedLead) error {
		e.printf("  %-24s %s\n", l.Item, l.Reason)
		if d := l.Disposition; d != nil {
			e.printf("  %-24s   %s by %s on %s: %s\n", "", d.Judgment, d.Whose(), d.On, d.Reason)
		} else {
			open++
		}
		return nil
	})
	if err == nil && x.Leads > 0 {
		e.printf("%s of %s nobody has looked at yet. A lead is a reason to look, not an exception.\n", audit.Count(open), audit.Plural(x.Leads, "lead"))
	}
	return err
}

func (e *env) analyticsJudge() *cobra.Command {
	var d audit.Disposition
	var judgment string
	c := &cobra.Command{
		Use: "disposition ID ITEM", Short: "Record what a person made of a lead", Args: args(cobra.ExactArgs(2)),
		Long:    "Records that somebody looked at a lead: it is explained, or it was followed up by a test or with a person in charge. Neither changes what the tests of a control amount to.",
		Example: "  tickmark --dir demo analytics disposition --engagement soc1-2025 payments-off-hours P-17 --judgment explained --reason 'Released late after the bank was down' --side auditor --as 'R. Okafor'",
	}
	e.engagementFlag(c, &d.Engagement)
	c.Flags().StringVar(&judgment, "judgment", "", "explained or followed-up (required)")
	c.Flags().StringVar(&d.Reason, "reason", "", "why (required)")
	for _, name := range []string{"judgment", "reason"} {
		_ = c.MarkFlagRequired(name) // fails only for a flag that does not exist
	}
	c.RunE = func(c *cobra.Command, list []string) error {
		d.Procedure, d.Item, d.Judgment = list[0], list[1], audit.Judgment(judgment)
		return e.acting(c, func(a *app.App, p audit.Person) error {
			added, err := a.JudgeLead(c.Context(), p, d)
			if err != nil {
				return err
			}
			if e.json {
				return e.printJSON(map[string]any{"recorded": added})
			}
			if !added {
				e.printf("That was recorded already.\n")
				return nil
			}
			e.printf("Recorded: %s of %s is %s.\n", d.Item, d.Procedure, d.Judgment)
			return nil
		})
	}
	return c
}
