package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/stage/collect"
)

func (e *env) initCommand() *cobra.Command {
	var name string
	c := &cobra.Command{
		Use: "init DIR", Short: "Start: a folder with an example to edit, and its records",
		Long:    "Makes DIR with the folder of its records (.tickmark) and, in DIR/workspace, a small commented example of an organization to change into yours. Nothing that is there is changed.",
		Example: "  tickmark init myorg --name \"Larkspur Billing\"", Args: args(cobra.ExactArgs(1)),
	}
	c.Flags().StringVar(&name, "name", "Example Organization", "the organization's name")
	c.RunE = func(_ *cobra.Command, list []string) error {
		e.dir = list[0]
		config, err := e.config()
		if err != nil {
			return err
		}
		if err := os.MkdirAll(e.dir, 0o755); err != nil {
			return err
		}
		folder := filepath.Join(e.dir, "workspace")
		if err := workspace.Example(folder, name); err != nil {
			return err
		}
		if err := app.Init(config); err != nil {
			return err
		}
		e.printf("Made %s. Edit the files in %s, then:\n  tickmark --dir %s apply\n", e.dir, folder, e.dir)
		return nil
	}
	return c
}

func (e *env) applyCommand() *cobra.Command {
	var retire, plan bool
	c := &cobra.Command{
		Use: "apply [FOLDER]", Short: "Record what a folder describes",
		Long: "Makes the records say what FOLDER says (default: workspace below --dir) and prints every change. Applying twice changes nothing.\n" +
			"What the folder no longer holds is kept, unless --retire; retired things stay in the history.\n" +
			"With --side auditor, FOLDER is the service auditor's, with dispositions.yaml.",
		Example: "  tickmark --dir demo apply --plan\n  tickmark --dir demo apply demo/auditor --side auditor --as \"Senior, Hale & Brandt LLP\"",
		Args:    args(cobra.MaximumNArgs(1)),
	}
	c.Flags().BoolVar(&retire, "retire", false, "retire what the folder no longer holds")
	c.Flags().BoolVar(&plan, "plan", false, "only say what would change")
	c.RunE = func(c *cobra.Command, list []string) error {
		folder := filepath.Join(e.dir, "workspace")
		if len(list) == 1 {
			folder = list[0]
		}
		return e.acting(c, func(a *app.App, p audit.Person) error {
			if p.Side == audit.Auditor {
				return e.judge(c, a, p, folder)
			}
			return e.apply(c, a, p, folder, retire, plan)
		})
	}
	return c
}

func (e *env) apply(c *cobra.Command, a *app.App, p audit.Person, folder string, retire, plan bool) error {
	changes, err := a.Apply(c.Context(), p, folder, retire, plan)
	if err != nil || e.json {
		return e.shown(err, changes)
	}
	for _, x := range changes {
		e.printf("%-12s %-28s %s\n", x.Kind, x.Code, x.What)
	}
	switch {
	case len(changes) == 0:
		e.printf("Nothing to change: the records say what %s says.\n", folder)
	case plan:
		e.printf("%d differences; nothing was changed (--plan).\n", len(changes))
	default:
		e.printf("Next: tickmark --dir %s run\n", e.dir)
	}
	return nil
}

func (e *env) judge(c *cobra.Command, a *app.App, p audit.Person, folder string) error {
	n, err := a.Judge(c.Context(), p, folder)
	if err != nil {
		return err
	}
	if e.json {
		return e.printJSON(map[string]int{"recorded": n})
	}
	e.printf("%s recorded; conclusions are up to date.\n", audit.Plural(int64(n), "disposition"))
	return nil
}

func (e *env) exportCommand() *cobra.Command {
	var replace bool
	c := &cobra.Command{
		Use: "export FOLDER", Short: "Write the records back as a folder",
		Long:    "Writes the current description, with its data files, as a folder that `tickmark apply` accepts. Applying it changes nothing. A folder that says something else is refused, unless --replace; even then no data file is deleted.",
		Example: "  tickmark --dir demo export meridian", Args: args(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, list []string) error {
			return e.acting(c, func(a *app.App, p audit.Person) error {
				if err := a.Export(c.Context(), p, list[0], replace); err != nil {
					return err
				}
				e.printf("Wrote %s.\n", list[0])
				return nil
			})
		},
	}
	c.Flags().BoolVar(&replace, "replace", false, "replace a folder that says something else")
	return c
}

func (e *env) importCommand() *cobra.Command {
	var d audit.Dataset
	var from, to, coverage string
	var scan app.Scan
	c := &cobra.Command{
		Use: "import FILE", Short: "Record one file as a population, or what another scanner found",
		Long: "Records FILE as it is, reads it into the named population, and prints what was counted, what was rejected and why. The format is told from the name.\n" +
			"With --account instead of --population, FILE is what another scanner found (docs/importers.md): its format is told from the file,\nand --as-format forces one. It becomes a collection, with the populations that the importer makes of it.",
		Example: "  tickmark --dir demo import people.csv --population people --source \"Workday\" --query \"Worker report\" --from 2025-01-01 --to 2025-12-31 --coverage full",
		Args:    args(cobra.ExactArgs(1)),
	}
	f := c.Flags()
	f.StringVar(&scan.Connection.Account, "account", "", "of a scanner's file: the account, cluster or image that was scanned")
	f.StringVar(&scan.Format, "as-format", "", "of a scanner's file: the importer (default: told from the file)")
	f.StringToStringVar(&scan.Connection.Settings, "setting", nil, "of a scanner's file: name=value of the importer, repeatable")
	f.StringVar(&d.Population, "population", "", "canonical population, such as people or payments (required)")
	f.StringVar(&d.Code, "code", "", "code of the dataset (default: the population's name)")
	f.StringVar(&d.Format, "format", "", "csv, ndjson, xlsx or parquet (default: from the name)")
	f.StringVar(&d.Source, "source", "", "system that the file is from (required)")
	f.StringVar(&d.Query, "query", "", "query, report or request that produced it (required)")
	f.StringVar(&from, "from", "", "first day of the window (required)")
	f.StringVar(&to, "to", "", "last day of the window (required)")
	f.StringVar(&coverage, "coverage", "", "full, failures-only or sample (required: nobody can guess it)")
	f.StringVar(&d.Timezone, "timezone", "", "time zone of the window (default UTC)")
	f.StringVar(&d.Sheet, "sheet", "", "sheet of a workbook (default: the first)")
	f.StringVar(&d.Encoding, "encoding", "", "of a CSV file: utf-8 (default), latin-1 or utf-16")
	f.StringVar(&d.TakenAt, "taken-at", "", "when it was taken, RFC 3339 (default: now)")
	f.StringToStringVar(&d.Columns, "column", nil, "canonical=name-in-file, repeatable")
	c.RunE = func(c *cobra.Command, list []string) error {
		if scan.Connection.Account != "" || scan.Format != "" {
			scan.File, scan.Window, scan.Connection.Code = list[0], audit.Period{From: audit.Date(from), To: audit.Date(to)}, d.Code
			scan.Connection.Coverage = audit.Coverage(coverage)
			return e.importScan(c, scan)
		}
		if err := given(c, "population", "source", "query", "from", "to", "coverage"); err != nil {
			return err
		}
		d.Window = audit.Period{From: audit.Date(from), To: audit.Date(to)}
		d.Coverage = audit.Coverage(coverage)
		if err := complete(&d, list[0]); err != nil {
			return usage{err}
		}
		return e.acting(c, func(a *app.App, p audit.Person) error { return e.importFile(c, a, p, d, list[0]) })
	}
	return c
}

// importScan records what another scanner found.
func (e *env) importScan(c *cobra.Command, s app.Scan) error {
	if err := given(c, "account"); err != nil {
		return err
	}
	return e.acting(c, func(a *app.App, p audit.Person) error {
		g, err := a.ImportScan(c.Context(), p, s)
		if err != nil {
			return err
		}
		return e.gathered(g)
	})
}

// given refuses a command line that lacks one of the flags.
func given(c *cobra.Command, names ...string) error {
	var missing []string
	for _, n := range names {
		if !c.Flags().Changed(n) {
			missing = append(missing, "--"+n)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return usage{fmt.Errorf("%s: not given: %s", c.CommandPath(), strings.Join(missing, ", "))}
}

func complete(d *audit.Dataset, file string) error {
	if d.Code == "" {
		d.Code = d.Population
	}
	if d.Format == "" {
		d.Format = map[string]string{".csv": "csv", ".tsv": "csv", ".ndjson": "ndjson", ".jsonl": "ndjson", ".xlsx": "xlsx", ".parquet": "parquet"}[filepath.Ext(file)]
	}
	if !slices.Contains([]string{"csv", "ndjson", "xlsx", "parquet"}, d.Format) {
		return fmt.Errorf("the format of %s cannot be told from its name: say --format csv, ndjson, xlsx or parquet", file)
	}
	if !slices.Contains([]audit.Coverage{audit.Full, audit.FailuresOnly, audit.Partial}, d.Coverage) {
		return fmt.Errorf("--coverage is full, failures-only or sample, not %q", d.Coverage)
	}
	if !slices.Contains([]string{"", "utf-8", "latin-1", "utf-16"}, d.Encoding) {
		return fmt.Errorf("--encoding is utf-8, latin-1 or utf-16, not %q", d.Encoding)
	}
	if d.TakenAt == "" {
		d.TakenAt = time.Now().UTC().Format(time.RFC3339)
	}
	if _, err := time.Parse(time.RFC3339, d.TakenAt); err != nil {
		return fmt.Errorf("--taken-at: %w", err)
	}
	return d.Window.Valid()
}

func (e *env) importFile(c *cobra.Command, a *app.App, p audit.Person, d audit.Dataset, file string) error {
	got, err := a.Import(c.Context(), p, d, file)
	if err != nil || e.json {
		return e.shown(err, got)
	}
	e.population(got)
	if err := e.rejects(c, a, []collect.Collected{got}); err != nil {
		return err
	}
	e.printf("Next: tickmark --dir %s run\n", e.dir)
	return nil
}
