package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/engine/query"
	"tickmark/internal/method/sampling"
	"tickmark/internal/stage/sample"
)

func (e *env) sampleCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "sample", Short: "Plan, draw, repeat and release samples, for the auditor", Args: args(cobra.NoArgs),
		Long: "A draw is a calculation: from its record and the population's file it gives the same items on any machine. Every draw is\n" +
			"recorded, and a second one of the same control and population says why. Management sees a sample when it is released.",
		Example: "  tickmark --dir demo sample plan --control PY-01 --population payments -e soc1-2025 --side auditor\n" +
			"  tickmark --dir demo sample draw --control PY-01 --population payments --risk moderate -e soc1-2025 --side auditor\n" +
			"  tickmark sample redraw --record sample.json --population payments.parquet",
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(e.samplePlan(), e.sampleDraw(), e.sampleList(), e.sampleShow(), e.sampleRedraw(), e.sampleReplace(), e.sampleRelease(), e.sampleExport())
	return c
}

// sizing is what a size is asked by, as flags.
type sizing struct {
	app.Sizing
	confidence, tolerable string
}

func (s *sizing) flags(c *cobra.Command) {
	c.Flags().StringVar(&s.Control, "control", "", "code of the control")
	c.Flags().StringVar(&s.Population, "population", "", "name or ID of the population")
	c.Flags().StringVar(&s.Frequency, "frequency", "", "how often the control acts; as it is described when not given")
	c.Flags().StringVar((*string)(&s.Risk), "risk", "", "size by table: low, moderate or high")
	c.Flags().StringVar(&s.Table, "table", "", "firm, defaults or published; the firm's own, or the defaults when it has none")
	c.Flags().StringVar(&s.confidence, "confidence", "", "size by statistics: percent, such as 90")
	c.Flags().StringVar(&s.tolerable, "tolerable", "", "with --confidence: tolerable rate of deviations, percent")
	c.Flags().Int64Var(&s.Expected, "expected", 0, "with --confidence: deviations that are expected")
}

// read makes the percentages exact.
func (s *sizing) read() (err error) {
	switch {
	case (s.confidence == "") != (s.tolerable == ""):
		return usage{errors.New("--confidence and --tolerable go together")}
	case s.confidence == "" && s.Risk == "":
		return usage{errors.New("say how the size is found: --risk low, moderate or high for a table, or --confidence and --tolerable for statistics")}
	case s.confidence != "" && s.Risk != "":
		return usage{errors.New("a size is found by --risk or by --confidence, not by both")}
	case s.confidence == "":
		return nil
	}
	if s.Confidence, err = sample.Points(s.confidence); err != nil {
		return usage{fmt.Errorf("--confidence: %w", err)}
	}
	if s.Tolerable, err = sample.Points(s.tolerable); err != nil {
		return usage{fmt.Errorf("--tolerable: %w", err)}
	}
	return nil
}

func (e *env) samplePlan() *cobra.Command {
	var engagement string
	var s sizing
	c := &cobra.Command{
		Use: "plan", Short: "Say how many items to draw, why, and what their tests could show", Args: args(cobra.NoArgs),
		Long: "No standard prescribes sizes. A table is the firm's policy and rests on judgment; attribute statistics rest on a confidence\n" +
			"and a rate of deviations that is still tolerable. Nothing is recorded.",
		Example: "  tickmark --dir demo sample plan --control PY-01 --population payments --risk moderate -e soc1-2025 --side auditor\n" +
			"  tickmark --dir demo sample plan --frequency daily --count 250 --confidence 90 --tolerable 10 -e soc1-2025 --side auditor",
	}
	engagementFlag(c, &engagement)
	s.flags(c)
	c.Flags().Int64Var(&s.Count, "count", 0, "occurrences in the period; the rows of the population when not given")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := s.read(); err != nil {
			return err
		}
		if s.Count == 0 && s.Population == "" {
			return usage{errors.New("say of how many: --population or --count")}
		}
		return e.acting(c, func(a *app.App, p audit.Person) error {
			x, err := a.SizeSample(c.Context(), p, engagement, s.Sizing)
			if err != nil || e.json {
				return e.shown(err, x)
			}
			e.sized(x)
			return nil
		})
	}
	return c
}

func (e *env) sized(x sample.Sized) {
	e.printf("%s of %s.\n", audit.Plural(x.Size, "item"), audit.Count(x.Population))
	for _, why := range x.Why {
		e.printf("  %s\n", why)
	}
	if len(x.Limits) == 0 {
		return
	}
	e.printf("\nWhat the tests of a random draw could show, at %s confidence:\n", sample.Percent(x.Confidence))
	var rows [][]string
	for _, l := range x.Limits {
		tenths := (l.Rate + 999) / 1000
		rows = append(rows, []string{audit.Count(l.Deviations), fmt.Sprintf("%d.%d%%", tenths/10, tenths%10), fmt.Sprintf("%s of %s", audit.Count(l.Items), audit.Count(x.Population))})
	}
	e.rows([]string{"DEVIATIONS", "UPPER LIMIT, LARGE POPULATION", "UPPER LIMIT, THIS POPULATION"}, rows)
}

// telling hears how far a long read is.
func (e *env) telling(what string) (tell func(query.Progress), end func()) {
	w := e.progress()
	return func(p query.Progress) { w.rows(told{Stage: "sample", What: what, Rows: p.Rows, OfRows: p.Of}) }, w.end
}

func (e *env) sampleList() *cobra.Command {
	return e.reading("list", "List every draw, the oldest first", "  tickmark --dir demo sample list -e soc1-2025 --side auditor",
		func(c *cobra.Command, a *app.App, p audit.Person, engagement string) error {
			all, err := a.Samples(c.Context(), p, engagement)
			if err != nil || e.json {
				return e.shown(err, all)
			}
			if len(all) == 0 {
				e.printf("No sample that you may see. The auditor draws with `tickmark sample draw`, and releases with `tickmark sample release`.\n")
				return nil
			}
			var rows [][]string
			for _, x := range all {
				rows = append(rows, []string{string(x.ID), x.Control, x.Name, fmt.Sprint(x.Draw), string(x.Method), fmt.Sprintf("%s of %s", audit.Count(int64(len(x.Items))), audit.Count(x.Rows)), basisOf(x), stateOf(x)})
			}
			e.rows([]string{"SAMPLE", "CONTROL", "POPULATION", "DRAW", "METHOD", "ITEMS", "RESTS ON", "STATE"}, rows)
			return nil
		})
}

func basisOf(x sample.Listed) string {
	switch {
	case x.Method == audit.AllItems:
		return "every item"
	case x.Judgmental:
		return "judgment"
	}
	return "statistics"
}

func stateOf(x sample.Listed) string {
	text := "as drawn"
	switch {
	case x.Amended != "":
		text = "amended by " + string(x.Amended)
	case x.Amends != "":
		text = audit.Plural(int64(len(x.Replaced)), "item") + " replaced"
	}
	if x.Released != nil {
		text += ", released"
	}
	return text
}

func (e *env) sampleShow() *cobra.Command {
	var engagement string
	c := &cobra.Command{
		Use: "show SAMPLE", Short: "Show a draw: its items, and what a reader must know of it", Args: args(cobra.ExactArgs(1)),
		Long:    "With --json, what is printed is the record by which anybody draws again: see `tickmark sample redraw --record`.",
		Example: "  tickmark --dir demo sample show sam_0123 -e soc1-2025 --side auditor --json > sample.json",
	}
	engagementFlag(c, &engagement)
	c.RunE = func(c *cobra.Command, list []string) error {
		return e.acting(c, func(a *app.App, p audit.Person) error {
			x, err := a.Sample(c.Context(), p, engagement, audit.ID(list[0]))
			if err != nil || e.json {
				return e.shown(err, x)
			}
			e.sample(x.Sample)
			e.printf("\nState: %s.\n", stateOf(x))
			return nil
		})
	}
	return c
}

func (e *env) sample(x audit.Sample) {
	for _, f := range sample.Facts(x) {
		e.printf("%-16s %s\n", f.Name, f.Text)
	}
	for _, l := range []struct {
		head  string
		items []audit.SampledItem
	}{{"Items", x.Items}, {"Replaced", x.Replaced}, {"Without a chance to be drawn", x.Apart}} {
		if len(l.items) == 0 {
			continue
		}
		e.printf("\n%s:\n", l.head)
		var rows [][]string
		for _, i := range l.items {
			rows = append(rows, []string{"  " + i.Item, "position " + audit.Count(i.Position), i.Stratum, i.Amount, strings.TrimSpace(after("instead of ", i.Replaces) + " " + i.Reason)})
		}
		e.rows(nil, rows)
	}
}

func (e *env) sampleRelease() *cobra.Command {
	var engagement string
	c := &cobra.Command{
		Use: "release SAMPLE", Short: "Let management see a draw; this is not taken back", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir demo sample release sam_0123 -e soc1-2025 --side auditor",
	}
	engagementFlag(c, &engagement)
	c.RunE = func(c *cobra.Command, list []string) error {
		return e.acting(c, func(a *app.App, p audit.Person) error {
			x, err := a.ReleaseSample(c.Context(), p, engagement, audit.ID(list[0]))
			return e.said(err, x, true, "Sample %s is released: management sees it.\n", x.Sample)
		})
	}
	return c
}

func (e *env) sampleExport() *cobra.Command {
	var engagement, out string
	c := &cobra.Command{
		Use: "export SAMPLE", Short: "Write a draw as a workbook (XLSX), to work on", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir demo sample export sam_0123 -e soc1-2025 --side auditor --out sample.xlsx",
	}
	engagementFlag(c, &engagement)
	c.Flags().StringVar(&out, "out", "", "workbook to write")
	c.RunE = func(c *cobra.Command, list []string) error {
		if out == "" {
			return usage{errors.New("say where to with --out")}
		}
		return e.acting(c, func(a *app.App, p audit.Person) error {
			x, err := a.ExportSample(c.Context(), p, engagement, audit.ID(list[0]), out)
			return e.said(err, map[string]any{"file": out, "items": len(x.Items)}, true, "%s written to %s.\n", audit.Plural(int64(len(x.Items)), "item"), out)
		})
	}
	return c
}

func (e *env) sampleReplace() *cobra.Command {
	var engagement, item string
	var r sampling.Replacement
	c := &cobra.Command{
		Use: "replace SAMPLE", Short: "Replace an item by the next of the reserve, where the rules allow it", Args: args(cobra.ExactArgs(1)),
		Long: "Allowed are voided, not-applicable and out-of-scope, each with what was seen. An item that cannot be found is a deviation and\n" +
			"is not replaced; one that was not provided is still owed. The draw is recorded again, as amended.",
		Example: "  tickmark --dir demo sample replace sam_0123 --item P-17 --why voided --text 'Voided on 3 May, before approval was due; screen kept.' -e soc1-2025 --side auditor",
	}
	engagementFlag(c, &engagement)
	c.Flags().StringVar(&item, "item", "", "the item to replace")
	c.Flags().StringVar((*string)(&r.Why), "why", "", "voided, not-applicable, out-of-scope, cannot-be-found, not-provided or unsuitable")
	c.Flags().StringVar(&r.Text, "text", "", "what was seen")
	c.RunE = func(c *cobra.Command, list []string) error {
		if item == "" {
			return usage{errors.New("say which item with --item")}
		}
		return e.acting(c, func(a *app.App, p audit.Person) error {
			x, err := a.ReplaceItem(c.Context(), p, engagement, audit.ID(list[0]), item, r)
			if err != nil || e.json {
				return e.shown(err, x)
			}
			for _, i := range x.Items {
				if i.Replaces == item {
					e.printf("Item %s is replaced by %s. The draw as amended is %s.\n", item, i.Item, x.ID)
				}
			}
			return nil
		})
	}
	return c
}
