package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"tickmark/catalog"
	"tickmark/internal/app"
	"tickmark/internal/audit"
)

func (e *env) tableCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "table", Short: "List, show and export tax tables",
		Long: "Tickmark knows what some jurisdictions have employers withhold from pay, by year, each table with the public\n" +
			"document it comes from. Check the figures against it before use. Exported, they are the population tax_tables.",
		Example: "  tickmark table list\n  tickmark table show US-NJ 2025",
	}
	c.AddCommand(e.tableList(), e.tableShow(), e.tableExport())
	return c
}

func (e *env) tableList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List all tax tables", Args: args(cobra.NoArgs), Example: "  tickmark table list --json",
		RunE: func(*cobra.Command, []string) error {
			all, err := catalog.Tables()
			if err != nil || e.json {
				return e.shown(err, all)
			}
			for _, t := range all {
				e.printf("%-6s %d  version %d  %s\n%14s%s%s\n", t.Jurisdiction, t.Year, t.Version, t.Title, "", t.Source, unsure(t))
			}
			e.printf("%s. Check the figures against their sources before use.\n", audit.Plural(int64(len(all)), "table"))
			return nil
		},
	}
}

func unsure(t catalog.TaxTable) string {
	if n := t.Uncertain(); n > 0 {
		return "; " + audit.Plural(int64(n), "bracket") + " marked as uncertain"
	}
	return ""
}

func (e *env) tableShow() *cobra.Command {
	return &cobra.Command{
		Use: "show JURISDICTION YEAR", Short: "Show one tax table", Args: args(cobra.ExactArgs(2)),
		Example: "  tickmark table show US 2025",
		RunE: func(_ *cobra.Command, list []string) error {
			year, err := strconv.Atoi(list[1])
			if err != nil {
				return usage{fmt.Errorf("the year is a whole number, not %q", list[1])}
			}
			all, err := catalog.Tables()
			if err != nil {
				return err
			}
			chosen, err := app.ChooseTables(all, year, list[:1])
			if err != nil {
				return err
			}
			if e.json {
				return e.printJSON(chosen[0])
			}
			e.table(chosen[0])
			return nil
		},
	}
}

func (e *env) table(t catalog.TaxTable) {
	e.printf("%s %d, version %d: %s\n\n%s\n\n", t.Jurisdiction, t.Year, t.Version, t.Title, t.Note)
	e.printf("Source       %s\nMaintained   by %s\nEffective    %s to %s\nRounding     %s\n", t.Source, t.Maintainer,
		t.Effective.From, t.Effective.To, t.Rounding)
	for _, s := range t.Taxes {
		e.printf("\n%s, %s, %s%s\n", s.Tax, s.Method, strings.Join(s.Statuses, " and "), terms(s))
		for _, b := range s.Brackets {
			e.printf("  from %14s%s: %14s and %s of what is above%s\n", b.From, upTo(b.To), b.Base, b.Rate, mark(b.Uncertain))
		}
	}
}

func terms(s catalog.TaxSchedule) string {
	var text strings.Builder
	if s.Step2 {
		text.WriteString(", step 2 checked")
	}
	for _, t := range []struct{ name, amount string }{
		{"deduction", s.Deduction}, {"each allowance", s.Allowance}, {"each additional allowance", s.Additional},
	} {
		if t.amount != "" {
			text.WriteString(", " + t.name + " " + t.amount)
		}
	}
	return text.String()
}

func upTo(limit string) string {
	if limit == "" {
		return ""
	}
	return " to " + limit
}

func mark(uncertain bool) string {
	if uncertain {
		return " (uncertain)"
	}
	return ""
}

func (e *env) tableExport() *cobra.Command {
	var year int
	var jurisdictions []string
	var out string
	c := &cobra.Command{
		Use: "export", Short: "Write tax tables as a population, with its entry for the manifest",
		Long: "Writes the brackets of the chosen tables as CSV and prints the entry that describes the file. Put the file and\n" +
			"the entry into workspace/data, and the entry into its manifest.yaml; then apply.",
		Example: "  tickmark table export --year 2025 --jurisdiction US,US-NJ,US-PA --out tax_tables.csv", Args: args(cobra.NoArgs),
	}
	c.Flags().IntVar(&year, "year", 0, "year of the pay dates")
	c.Flags().StringSliceVar(&jurisdictions, "jurisdiction", nil, "jurisdictions, such as US,US-NJ")
	c.Flags().StringVar(&out, "out", "", "file to write")
	c.RunE = func(*cobra.Command, []string) error {
		if year == 0 || len(jurisdictions) == 0 || out == "" {
			return usage{fmt.Errorf("say which tables and where to: --year, --jurisdiction and --out")}
		}
		return e.exportTables(year, jurisdictions, out)
	}
	return c
}

func (e *env) exportTables(year int, jurisdictions []string, out string) error {
	all, err := catalog.Tables()
	if err != nil {
		return err
	}
	known, err := catalog.Load()
	if err != nil {
		return err
	}
	chosen, err := app.ChooseTables(all, year, jurisdictions)
	if err != nil {
		return err
	}
	at, err := e.now()
	if err != nil {
		return err
	}
	set, err := app.ExportTables(chosen, known.Populations["tax_tables"], out, at)
	if err != nil || e.json {
		return e.shown(err, set)
	}
	entry, err := yaml.Marshal([]audit.Dataset{set})
	if err != nil {
		return err
	}
	e.printf("# %s written to %s. For manifest.yaml:\n%s", audit.Plural(set.Expect.Rows, "bracket"), out, entry)
	for _, t := range chosen {
		if text := unsure(t); text != "" {
			e.printf("# %s: check them against %s%s.\n", t.Jurisdiction, t.Source, text)
		}
	}
	return nil
}

// now is the time, or the one at which TICKMARK_CLOCK holds it.
func (e *env) now() (time.Time, error) {
	c, err := e.config()
	if err != nil || c.Now == nil {
		return time.Now(), err
	}
	return c.Now(), nil
}
