package cli

import (
	"time"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
)

func (e *env) demoCommand() *cobra.Command {
	d := app.Demo{}
	c := &cobra.Command{
		Use: "demo", Short: "Do the whole job on a sample organization",
		Long: "Writes Meridian Payroll, a payroll processor that does not exist, with a year of evidence; tests whole populations; writes a SOC 1 Type 2 and a SOC 2 Type 2 draft report and a bundle.\n" +
			"No network, no account. The same seed gives the same evidence, records and reports, byte for byte: the records are made at a fixed time in January 2026. Only the signing key is new each time. The folder of an earlier demo is emptied first; any other is refused.",
		Example: "  tickmark demo --dir demo\n  tickmark demo --dir big --people 50000 --seed 7\n  tickmark demo --dir wide --wide", Args: args(cobra.NoArgs),
	}
	c.Flags().Int64Var(&d.Seed, "seed", 1, "what the sample is made from")
	c.Flags().IntVar(&d.People, "people", 500, "how many people Meridian's clients pay")
	c.Flags().BoolVar(&d.Wide, "wide", false, "with evidence of every subject that a shipped procedure tests: books of other kinds, privacy, security")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if !c.Flags().Changed("dir") && e.dir == "." {
			e.dir = "demo"
		}
		config, err := e.config()
		if err != nil {
			return err
		}
		if config.Now == nil {
			config.Now = app.DemoClock
		}
		d.Config = config
		w, begin := newProgress(e.errs), time.Now()
		d.Progress = w.step
		out, err := d.Run(c.Context())
		w.end()
		if err != nil || e.json {
			return e.shown(err, out)
		}
		e.outcome(out.Outcome)
		e.demonstrated(out, d.Wide, time.Since(begin))
		return nil
	}
	return c
}

func (e *env) demonstrated(out app.Demonstrated, wide bool, took time.Duration) {
	e.printf("\nWritten in %.0f seconds\n", took.Seconds())
	for _, f := range out.Files {
		e.printf("  %s\n", f)
	}
	e.printf("  %s/workspace   what management describes, with the evidence\n", e.dir)
	e.printf("  %s/auditor     the service auditor's judgments of exceptions\n", e.dir)
	if !wide {
		e.printf("  %s/examination what both sides record in the course of the examination\n", e.dir)
	}
	e.printf("\nNext\n  tickmark verify %s/bundle.zip        check it as a stranger would\n", e.dir)
	e.printf("  tickmark --dir %s status              see where it stands\n", e.dir)
	e.printf("  change a file in %s/workspace, then  tickmark --dir %s apply  and  run\n", e.dir, e.dir)
}
