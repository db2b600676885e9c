package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/engine/oscal"
)

func (e *env) oscalCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "oscal", Short: "Write the records as OSCAL " + oscal.Version + ", and read OSCAL of others", Args: args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	in := &cobra.Command{Use: "import", Short: "Read a catalog or assessment results of others", Args: args(cobra.NoArgs), RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	in.AddCommand(e.oscalCatalog(), e.oscalResults())
	c.AddCommand(e.oscalExport(), in)
	return c
}

func (e *env) oscalExport() *cobra.Command {
	var engagement, what, dir string
	c := &cobra.Command{
		Use: "export", Short: "Write what you may see of an engagement as OSCAL", Args: args(cobra.NoArgs),
		Long: "Writes one kind of document, or all of them, into a folder: the catalog (criteria in our own words, or control objectives), the component\n" +
			"definition (controls as described), the assessment plan (procedures), the assessment results and the plan of action (what is open).\n" +
			"The same records give the same bytes. A finding says what people recorded; nothing is called satisfied.",
		Example: "  tickmark --dir demo oscal export -e soc2-2025 --what all --out oscal\n  tickmark --dir demo oscal export -e soc2-2025 --what assessment-results --out oscal",
	}
	engagementFlag(c, &engagement)
	c.Flags().StringVar(&what, "what", "all", "catalog, component-definition, assessment-plan, assessment-results, plan-of-action-and-milestones (or poam), or all")
	c.Flags().StringVar(&dir, "out", "", "folder to write into (required)")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := given(c, "out"); err != nil {
			return err
		}
		kinds, err := kindsOfOSCAL(what)
		if err != nil {
			return usage{err}
		}
		return e.acting(c, func(a *app.App, p audit.Person) error {
			files, err := a.ExportOSCAL(c.Context(), p, engagement, kinds, dir)
			if err != nil || e.json {
				return e.shown(err, files)
			}
			for _, f := range files {
				if f.None != "" {
					e.printf("No %s: %s.\n", f.Kind, f.None)
					continue
				}
				e.printf("Wrote %s: %s bytes.\n", f.File, audit.Count(int64(f.Size)))
			}
			return nil
		})
	}
	return c
}

func kindsOfOSCAL(what string) ([]oscal.Kind, error) {
	switch k := oscal.Kind(what); {
	case what == "all":
		return oscal.Kinds, nil
	case what == "poam":
		return []oscal.Kind{oscal.POAM}, nil
	case slices.Contains(oscal.Kinds, k):
		return []oscal.Kind{k}, nil
	}
	return nil, fmt.Errorf("--what is all, poam or one of %v, not %q", oscal.Kinds, what)
}

func (e *env) oscalCatalog() *cobra.Command {
	var framework string
	var all bool
	c := &cobra.Command{
		Use: "catalog FILE", Short: "Check a catalog of others and say what it holds; nothing is recorded", Args: args(cobra.ExactArgs(1)),
		Long: "Reads the catalog, tells every fault with its place, and counts groups and controls. With --framework it is held against one of the\n" +
			"frameworks that criteria are mapped to. `tickmark framework load` keeps one as a framework of your own.",
		Example: "  tickmark --dir demo oscal import catalog NIST_SP-800-53_rev5_catalog.json --framework nist-800-53-r5",
	}
	c.Flags().StringVar(&framework, "framework", "", "id of the framework that the catalog is of")
	c.Flags().BoolVar(&all, "all", false, "list every control")
	c.RunE = func(c *cobra.Command, list []string) error {
		return e.with(c.Context(), func(a *app.App) error {
			x, err := a.ReadOSCALCatalog(list[0], framework)
			if err != nil || e.json {
				return e.shown(err, x)
			}
			e.catalogOf(x, all)
			return nil
		})
	}
	return c
}

func (e *env) catalogOf(x app.OSCALCatalog, all bool) {
	e.head(x.Head)
	below := 0
	var rows [][]string
	for _, l := range x.Controls {
		if l.Under != "" {
			below++
		}
		rows = append(rows, []string{l.ID, dash(l.Label), dash(l.Group), cut(l.Title, 60)})
	}
	e.printf("%s controls in %s; %s of them refine another.\n", audit.Count(int64(len(x.Controls))), audit.Plural(int64(x.Groups), "group"), audit.Count(int64(below)))
	if x.Framework != "" {
		e.printf("%d of the %d requirements of %s that criteria are mapped to stand in it%s.\n", x.Mapped-len(x.Missing), x.Mapped, x.Framework, after("; not there: ", strings.Join(x.Missing, ", ")))
	}
	if all {
		e.rows([]string{"ID", "LABEL", "GROUP", "TITLE"}, rows)
	}
	e.printf("Nothing was recorded. `tickmark framework load FILE --code own:NAME` keeps its requirements as a framework of your own.\n")
}

func (e *env) head(h oscal.Head) {
	e.printf("%s\nVersion %s of %s, OSCAL %s, %s\n", h.Title, h.Version, h.Modified, h.OSCAL, h.UUID)
}

func (e *env) oscalResults() *cobra.Command {
	var scan app.Scan
	var from, to, coverage string
	c := &cobra.Command{
		Use: "results FILE", Short: "Check assessment results of others; with --account, record them", Args: args(cobra.ExactArgs(1)),
		Long: "Counts results, observations and findings by their state. With --account they become a collection of the importer\n" +
			"oscal-assessment-results, with the population check_results (docs/importers.md).",
		Example: "  tickmark --dir demo oscal import results assessment-results.json\n  tickmark --dir demo oscal import results assessment-results.json --account production --from 2025-01-01 --to 2025-12-31",
	}
	f := c.Flags()
	f.StringVar(&scan.Connection.Account, "account", "", "record them: the system that was assessed")
	f.StringVar(&scan.Connection.Code, "code", "", "code of the connection (default: oscal-assessment-results)")
	f.StringVar(&from, "from", "", "first day of the window (default: today)")
	f.StringVar(&to, "to", "", "last day of the window (default: today)")
	f.StringVar(&coverage, "coverage", "", "full, failures-only or sample, when you know it")
	c.RunE = func(c *cobra.Command, list []string) error {
		r, err := app.ReadOSCALResults(list[0])
		if err != nil {
			return err
		}
		if scan.Connection.Account == "" {
			if e.json {
				return e.printJSON(r)
			}
			e.resultsOf(r)
			return nil
		}
		scan.File, scan.Format, scan.Connection.Coverage = list[0], "oscal-assessment-results", audit.Coverage(coverage)
		scan.Window = audit.Period{From: audit.Date(from), To: audit.Date(to)}
		return e.importScan(c, scan)
	}
	return c
}

func (e *env) resultsOf(r oscal.ReadResults) {
	e.head(r.Head)
	for _, x := range r.Results {
		e.printf("%s, %s to %s: %s, %s, %s\n", x.Title, x.Start, dash(x.End), audit.Plural(int64(x.Observations), "observation"), audit.Plural(int64(x.Risks), "risk"), audit.Plural(int64(x.Findings), "finding"))
		for _, state := range slices.Sorted(maps.Keys(x.States)) {
			e.printf("  %s: %s\n", state, audit.Count(int64(x.States[state])))
		}
	}
	e.printf("Nothing was recorded: name the system with --account to record them.\n")
}
