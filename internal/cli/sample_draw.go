package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/stage/sample"
)

// drawFlags is a draw as flags.
type drawFlags struct {
	engagement string
	sizing     sizing
	order      sample.Order
	strata     []string
	items      string
	reason     string
	plan       string
}

func (e *env) sampleDraw() *cobra.Command {
	var o drawFlags
	c := &cobra.Command{
		Use: "draw", Short: "Draw items from accepted populations and record the draws", Args: args(cobra.NoArgs),
		Long: "Methods: random; stratified, --by a column; monetary-unit, over the --amount of each item; targeted, the items of a file; all.\n" +
			"The size is --size with its reason in --basis, or is found as `sample plan` finds it, by --risk or --confidence.\n" +
			"The seed is made by the system unless it is given, and stands in the record. --plan draws all that a file asks for: a list, each draw\n" +
			"with control, population, method, size and basis (or risk, or confidence and tolerable), seed, why, by, strata, amount, items.",
		Example: "  tickmark --dir demo sample draw --control PY-01 --population payments --risk moderate -e soc1-2025 --side auditor\n" +
			"  tickmark --dir demo sample draw --control PY-01 --population payments --method monetary-unit --amount amount --size 40 --basis 'Plan, page 3.' -e soc1-2025 --side auditor\n" +
			"  tickmark --dir demo sample draw --control PY-01 --population payments --method targeted --items unusual.csv --reason 'Booked at night.' -e soc1-2025 --side auditor\n" +
			"  tickmark --dir demo sample draw --plan samples.yaml -e soc1-2025 --side auditor",
	}
	engagementFlag(c, &o.engagement)
	o.sizing.flags(c)
	c.Flags().StringVar((*string)(&o.order.Method), "method", string(audit.RandomItems), "all, random, stratified, monetary-unit or targeted")
	c.Flags().Int64Var(&o.order.Size, "size", 0, "how many items, instead of a size that is found")
	c.Flags().StringVar(&o.order.Basis, "basis", "", "with --size or --stratum: why that many")
	c.Flags().StringVar(&o.order.Seed, "seed", "", "hexadecimal digits, 8 to 128; made by the system when not given")
	c.Flags().StringVar(&o.order.Why, "why", "", "of another draw of the same control and population: why")
	c.Flags().StringVar(&o.order.By, "by", "", "of a stratified draw: the column whose values are the strata")
	c.Flags().StringArrayVar(&o.strata, "stratum", nil, "of a stratified draw: NAME=SIZE, for sizes of your own; may be given several times")
	c.Flags().StringVar(&o.order.Amount, "amount", "", "of a monetary-unit draw: the column of amounts")
	c.Flags().StringVar(&o.items, "items", "", "of a targeted draw: CSV file with the columns item and reason")
	c.Flags().StringVar(&o.reason, "reason", "", "of a targeted draw: the reason of items that the file has none for")
	c.Flags().StringVar(&o.plan, "plan", "", "YAML file of draws, instead of the other flags")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if o.plan != "" {
			return e.drawPlan(c, o)
		}
		size, err := o.read()
		if err != nil {
			return err
		}
		return e.draw(c, o, size)
	}
	return c
}

func (e *env) drawPlan(c *cobra.Command, o drawFlags) error {
	if o.sizing.Control != "" || o.sizing.Population != "" {
		return usage{errors.New("--plan says of each draw its control and population: leave the other flags out")}
	}
	return e.acting(c, func(a *app.App, p audit.Person) error {
		tell, end := e.telling(o.plan)
		all, err := a.DrawPlan(c.Context(), p, o.engagement, o.plan, tell)
		end()
		if err != nil || e.json {
			return e.shown(err, all)
		}
		for _, x := range all {
			e.printf("%s  %s of %s for %s: %s\n", x.ID, audit.Plural(int64(len(x.Items)), "item"), x.Name, x.Control, x.Basis)
		}
		e.printf("%s recorded.\n", audit.Plural(int64(len(all)), "draw"))
		return nil
	})
}

// read makes an order of the flags, and says how its size is found, if it is.
func (o *drawFlags) read() (*app.Sizing, error) {
	x := &o.order
	if x.Control, x.Population = o.sizing.Control, o.sizing.Population; x.Control == "" || x.Population == "" {
		return nil, usage{errors.New("say of what is drawn, and for which control: --population and --control")}
	}
	var err error
	if x.Fixed, err = fixed(o.strata); err != nil {
		return nil, err
	}
	if x.Method == audit.Targeted {
		x.Targets, err = o.targets()
		return nil, err
	}
	switch {
	case o.items != "" || o.reason != "":
		return nil, usage{errors.New("--items and --reason belong to --method targeted")}
	case x.Method == audit.AllItems:
		return nil, nil
	case x.Size > 0 || len(x.Fixed) > 0:
		if x.Basis == "" {
			return nil, usage{errors.New("say with --basis why that many")}
		}
		return nil, nil
	}
	if err := o.sizing.read(); err != nil {
		return nil, err
	}
	return &o.sizing.Sizing, nil
}

func fixed(list []string) (map[string]int64, error) {
	sizes := map[string]int64{}
	for _, text := range list {
		at := strings.LastIndex(text, "=")
		if at < 1 {
			return nil, usage{fmt.Errorf("--stratum is NAME=SIZE, not %q", text)}
		}
		n, err := strconv.ParseInt(text[at+1:], 10, 64)
		if _, twice := sizes[text[:at]]; err != nil || n < 0 || twice {
			return nil, usage{fmt.Errorf("--stratum is NAME=SIZE, each name once, not %q", text)}
		}
		sizes[text[:at]] = n
	}
	return sizes, nil
}

func (o *drawFlags) targets() ([]sample.Target, error) {
	if o.items == "" {
		return nil, usage{errors.New("name the file of items with --items")}
	}
	f, err := os.Open(o.items)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return sample.ReadTargets(filepath.Base(o.items), f, o.reason)
}

func (e *env) draw(c *cobra.Command, o drawFlags, size *app.Sizing) error {
	return e.acting(c, func(a *app.App, p audit.Person) error {
		tell, end := e.telling(o.order.Population)
		x, err := a.DrawSample(c.Context(), p, o.engagement, o.order, size, tell)
		end()
		if err != nil || e.json {
			return e.shown(err, x)
		}
		e.sample(x)
		return nil
	})
}

func (e *env) sampleRedraw() *cobra.Command {
	var engagement, record, population string
	c := &cobra.Command{
		Use: "redraw [SAMPLE]", Short: "Draw again from the record and the population, and say whether the two are identical", Args: args(cobra.MaximumNArgs(1)),
		Long: "With SAMPLE, from the records and the vault. With --record and --population, from a record as `sample show --json` prints it and\n" +
			"the Parquet file of the population, on any machine. A file of which one byte is not as it was is refused.",
		Example: "  tickmark --dir demo sample redraw sam_0123 -e soc1-2025 --side auditor\n  tickmark sample redraw --record sample.json --population payments.parquet",
	}
	engagementFlag(c, &engagement)
	c.Flags().StringVar(&record, "record", "", "record of a draw (JSON)")
	c.Flags().StringVar(&population, "population", "", "with --record: the population's file (Parquet)")
	c.RunE = func(c *cobra.Command, list []string) error {
		if (len(list) == 1) == (record != "") || (record == "") != (population == "") {
			return usage{errors.New("name a SAMPLE, or give --record and --population")}
		}
		tell, end := e.telling("redraw")
		defer end()
		if record != "" {
			config, err := e.config()
			if err != nil {
				return err
			}
			x, err := app.RedrawRecord(c.Context(), config, record, population, tell)
			return e.redrawn(x, err)
		}
		return e.acting(c, func(a *app.App, p audit.Person) error {
			x, err := a.RedrawSample(c.Context(), p, engagement, audit.ID(list[0]), tell)
			return e.redrawn(x, err)
		})
	}
	return c
}

func (e *env) redrawn(x audit.Sample, err error) error {
	if err != nil {
		return err
	}
	if e.json {
		return e.printJSON(map[string]any{"sample": x.ID, "identical": true, "items": len(x.Items), "file": x.File})
	}
	e.printf("Identical: sample %s, %s from the population %s of %s, SHA-256 %s.\n", x.ID, audit.Plural(int64(len(x.Items)), "item"), x.Name, audit.Plural(x.Rows, "row"), x.File)
	return nil
}
