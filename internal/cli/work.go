package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/engine/coffer"
	"tickmark/internal/engine/query"
	"tickmark/internal/pipeline"
	"tickmark/internal/stage/collect"
	"tickmark/internal/stage/perform"
)

func (e *env) runCommand() *cobra.Command {
	var o pipeline.Options
	c := &cobra.Command{
		Use: "run [ENGAGEMENT...]", Short: "Collect populations, perform the tests, conclude",
		Long:    "Collects every dataset, performs the procedures of the engagements (default: all) and writes down what the tests of each control amount to. What stands already is not done again. It may be stopped at any moment and run again.",
		Example: "  tickmark --dir demo run\n  tickmark --dir demo run soc2-2025 --again", Args: args(cobra.ArbitraryArgs),
	}
	c.Flags().BoolVar(&o.Again, "again", false, "perform tests again whose results stand")
	c.RunE = func(c *cobra.Command, list []string) error {
		o.Engagements = list
		return e.with(c.Context(), func(a *app.App) error {
			w := e.progress()
			out, err := a.Run(c.Context(), o, w.pipeline)
			w.end()
			if err != nil || e.json {
				return e.shown(err, out)
			}
			e.outcome(out)
			return e.rejects(c, a, out.Collected)
		})
	}
	return c
}

// rejects shows the first reasons why rows were rejected, and how to see all.
func (e *env) rejects(c *cobra.Command, a *app.App, collected []collect.Collected) error {
	for _, x := range collected {
		left := 3
		err := a.EachReject(c.Context(), x.Population, func(r query.Reject) bool {
			e.printf("  rejected from %s: %s %s\n", x.Population.Name, place(r), r.Reason)
			left--
			return left > 0
		})
		if err != nil {
			return err
		}
		if more := x.Population.Rejected - 3; more > 0 {
			e.printf("  and %s more; see all: tickmark --dir %s status --rejects %s\n", audit.Count(more), e.dir, x.Population.Name)
		}
	}
	return nil
}

// place says where in its file a rejected row stands.
func place(r query.Reject) string {
	if r.Line > 0 {
		return fmt.Sprintf("%s:%d:", r.File, r.Line)
	}
	return fmt.Sprintf("%s, record %d:", r.File, r.Record)
}

func (e *env) outcome(out pipeline.Outcome) {
	e.printf("Populations\n")
	for _, c := range out.Collected {
		e.population(c)
	}
	for _, g := range out.Engagements {
		e.printf("\n%s  (%s Type %d, %s to %s)\n", g.Engagement.Code, g.Engagement.Kind, g.Engagement.Type, g.Engagement.Period.From, g.Engagement.Period.To)
		for _, p := range g.Performed {
			e.result(p.Result)
		}
		e.conclusions(g.Conclusions)
		e.coverage(g.Engagement, g.Coverage.Rows, g.Coverage.Mapped, g.Coverage.Tested)
		e.unfenced(g.Performed)
	}
}

// unfenced warns when a test ran without the kernel's fence around its files.
func (e *env) unfenced(list []perform.Performed) {
	for _, p := range list {
		if p.Fence == "none" {
			e.printf("  Warning: this kernel has no Landlock; the tests were held by DuckDB's own settings and limits only.\n")
			return
		}
	}
}

func (e *env) population(c collect.Collected) {
	p := c.Population
	e.printf("  %-24s %12s rows", p.Name, audit.Count(p.Rows))
	if p.Rejected > 0 {
		e.printf(", %s REJECTED of %s received (kept with the reason: %s)", audit.Count(p.Rejected), audit.Count(p.Received), p.Rejects.Short())
	}
	if why := p.Complete(); why != "" {
		e.printf("; cannot speak for every item: %s", why)
	} else if p.Agrees == "yes" {
		e.printf(", agrees with the source's totals")
	}
	if p.OutOfTime > 0 {
		e.printf("; %s outside the window", audit.Count(p.OutOfTime))
	}
	e.printf("\n")
	for _, column := range c.Ignored {
		e.printf("    column not used: %s\n", column)
	}
}

func (e *env) result(r audit.Result) {
	e.printf("  %-32s ", r.Procedure)
	switch {
	case r.Status == audit.Failed:
		e.printf("could not be performed: %s\n", r.Why)
		return
	case r.Status == audit.NothingTested:
		e.printf("nothing tested (0 of %s)\n", audit.Count(r.Population))
		return
	case r.Entire && r.Tested == r.Population:
		e.printf("%s of %s tested", audit.Count(r.Tested), audit.Count(r.Population))
	case r.Entire:
		e.printf("%s tested, all that call for it in %s", audit.Count(r.Tested), audit.Count(r.Population))
	default:
		e.printf("%s tested (not the entire population: %s)", audit.Count(r.Tested), r.Why)
	}
	e.printf(", %s\n", audit.Plural(r.Exceptions, "exception"))
}

func (e *env) conclusions(list []audit.Conclusion) {
	n := map[audit.Outcome]int64{}
	for _, c := range list {
		n[c.Outcome]++
	}
	for _, o := range []audit.Outcome{
		audit.OutcomeClean, audit.OutcomeCleared, audit.OutcomeDeviations, audit.OutcomePending,
		audit.OutcomeNothing, audit.OutcomeFailed, audit.OutcomeUntested,
	} {
		if n[o] > 0 {
			e.printf("  %s of %d controls: %s\n", audit.Count(n[o]), len(list), o)
		}
	}
}

func (e *env) coverage(g audit.Engagement, rows, mapped, tested int) {
	noun := "criteria"
	if g.Kind == audit.SOC1 {
		noun = "control objectives"
	}
	e.printf("  %s: %d of %d have a control, %d of %d have a control with a test behind it\n", noun, mapped, rows, tested, rows)
}

func (e *env) bundleCommand() *cobra.Command {
	var plain bool
	c := &cobra.Command{
		Use: "bundle FILE", Short: "Write everything recorded as a bundle that a stranger can verify",
		Long:    "Writes the populations, the texts of the tests, the results, the drafts, what records refer to and the signed history as one file. Whoever gets it\nchecks it with `tickmark verify`. Management's bundle is its evidence package: of the auditor's file it has the history and no record.\nThe auditor's holds everything: it is the archive of the engagement. It is encrypted to the firm's recipient (`tickmark firm key`) and checked with\n`tickmark verify FILE --key FIRM.key`; as long as the firm has none, it is written with --plain, and whoever gets hold of it reads it.",
		Example: "  tickmark --dir demo bundle evidence.zip\n  tickmark --dir demo bundle archive.zip --side auditor --as 'Priya Raman'", Args: args(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, list []string) error {
			return e.acting(c, func(a *app.App, p audit.Person) error {
				m, err := a.WriteBundle(c.Context(), p, list[0], plain)
				if err != nil || e.json {
					return e.shown(err, m)
				}
				var records, withheld int64
				for _, x := range m.Counts {
					records, withheld = records+x.Records, withheld+x.Withheld
				}
				e.printf("Wrote %s for the side of %s: %d files of %s, %s in the history", list[0], m.Side, len(m.Entries), m.Organization, audit.Plural(records, "record"))
				if withheld > 0 {
					e.printf(", of which %s of the auditor's file are withheld", audit.Count(withheld))
				}
				e.printf(".\n")
				e.checkable(list[0], m)
				return nil
			})
		},
	}
	c.Flags().BoolVar(&plain, "plain", false, "of the auditor's, while the firm has no recipient: not encrypted")
	return c
}

// checkable says how a bundle is checked, and who can read it.
func (e *env) checkable(file string, m app.Bundled) {
	switch {
	case len(m.Recipients) > 0:
		for _, r := range m.Recipients {
			e.printf("Encrypted to recipient %s: nobody reads it without the firm's private key.\n", coffer.Mark(r))
		}
		e.printf("Check it where that is: tickmark verify %s --key FIRM.key\n", file)
		return
	case m.Side == audit.Auditor:
		e.printf("It is plain: whoever gets hold of it reads the auditor's whole file. `tickmark firm key` keeps the next one from it.\n")
	}
	e.printf("Check it anywhere: tickmark verify %s\n", file)
}
