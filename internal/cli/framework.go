package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/program"
)

func (e *env) frameworkCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "framework", Short: "Load frameworks of your own, and state which requirements apply", Args: noSuchCommand,
		Long: "A framework that you load stays in your organization. Its file is a CSV or a workbook in the shape in which informative references are\n" +
			"exchanged, or an OSCAL catalog, which has requirements and no ties: Focal Document Element (a trust services criterion), Reference Document Element, Relationship, Rationale, and\n" +
			"if you like Strength of Relationship and Reference Document Element Description. A tie never says that what meets the one\n" +
			"meets the other.",
		Example: "  tickmark --dir myorg framework load iso.csv --code own:iso27001 --title 'ISO/IEC 27001' --license 'our copy, no. 4711'\n  tickmark --dir myorg framework soa own:iso27001 -e soc2-2026",
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(e.frameworkLoad(), e.frameworkExport(), e.frameworkList(), e.frameworkSoA(), e.frameworkDecide("apply", "Say that a requirement applies", true), e.frameworkDecide("exclude", "Say that a requirement does not apply", false))
	return c
}

func (e *env) frameworkLoad() *cobra.Command {
	var x program.Framework
	var of string
	c := &cobra.Command{
		Use: "load FILE", Short: "Load requirements and their ties to criteria: .csv, .xlsx, or an OSCAL catalog in .json", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir myorg framework load iso.csv --code own:iso27001 --title 'ISO/IEC 27001' --license 'our copy, no. 4711'",
		RunE: func(c *cobra.Command, list []string) error {
			return e.acting(c, func(a *app.App, p audit.Person) error {
				got, changed, err := a.LoadFramework(c.Context(), p, x, list[0], of)
				return e.said(err, got, changed, "%s: %s, %s to criteria, from %s (%s). For this organization only.\n", got.Code,
					audit.Plural(int64(len(got.Requirements)), "requirement"), audit.Plural(int64(len(got.Mappings)), "tie"), got.File, got.Source.Short())
			})
		},
	}
	f := c.Flags()
	f.StringVar(&x.Code, "code", "", "own: and a name")
	f.StringVar(&x.Title, "title", "", "what it is called")
	f.StringVar(&x.Version, "version", "", "its version")
	f.StringVar(&of, "of", "", "of a workbook with ties to several frameworks, the one to load")
	f.StringVar(&x.License, "license", "", "by what right its ids and texts are kept here")
	return c
}

func (e *env) frameworkList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List Tickmark's frameworks and your own", Args: args(cobra.NoArgs), Example: "  tickmark --dir myorg framework list",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.acting(c, func(a *app.App, p audit.Person) error {
				own, err := a.OwnFrameworks(c.Context(), p)
				if err != nil || e.json {
					return e.shown(err, map[string]any{"shipped": a.Catalog.Frameworks, "own": own})
				}
				for _, f := range a.Catalog.Frameworks {
					e.printf("%-18s %4d requirements tied  %s %s\n", f.ID, len(f.Requirements), f.Title, f.Version)
				}
				for _, f := range own {
					e.printf("%-18s %4d requirements       %s %s (own: %s)\n", f.Code, len(f.Requirements), f.Title, f.Version, f.License)
				}
				return nil
			})
		},
	}
}

func (e *env) frameworkSoA() *cobra.Command {
	var engagement string
	c := &cobra.Command{
		Use: "soa FRAMEWORK", Short: "State which requirements apply, why, and how far controls carry what they are tied to", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir demo framework soa iso27001-2022 -e soc2-2025",
		RunE: func(c *cobra.Command, list []string) error {
			return e.acting(c, func(a *app.App, p audit.Person) error {
				s, err := a.StateApplicability(c.Context(), p, engagement, list[0])
				if err != nil || e.json {
					return e.shown(err, s)
				}
				e.applicability(s)
				return nil
			})
		},
	}
	engagementFlag(c, &engagement)
	return c
}

func (e *env) applicability(s app.Applicability) {
	e.printf("%s, records as of %s\n", strings.TrimSpace(s.View.Title+" "+s.View.Version), s.AsOf)
	for _, l := range s.Lines {
		applies, why := "undecided", ""
		if l.Decision != nil {
			applies, why = map[bool]string{true: "applies", false: "excluded"}[l.Decision.Applies], "; "+l.Decision.Reason+" ("+l.Decision.By+")"
		}
		e.hanging(fmt.Sprintf("  %-14s %-10s %-12s", l.ID, applies, l.Level), ties(l)+why)
	}
	e.printf("%d requirements: %d decided, of these %d excluded. Levels are of the controls behind the criteria that a requirement is tied to.\n", len(s.Lines), s.Decided, s.Excluded)
	for _, text := range s.NotProven {
		e.hanging("  -", text)
	}
}

func ties(l app.ApplicabilityLine) string {
	var parts []string
	for _, t := range l.By {
		parts = append(parts, fmt.Sprintf("%s (%s) %s", t.Criterion, t.Relation, strings.Join(t.Controls, ", ")))
	}
	if len(parts) == 0 {
		return "no criterion is tied to it"
	}
	return strings.Join(parts, "; ")
}

func (e *env) frameworkDecide(use, short string, applies bool) *cobra.Command {
	x := program.Applicability{Applies: applies}
	c := &cobra.Command{
		Use: use + " FRAMEWORK REQUIREMENT", Short: short, Args: args(cobra.ExactArgs(2)),
		Example: "  tickmark --dir myorg framework " + use + " iso27001-2022 A.7.1 --reason 'No site of ours holds equipment.'",
		RunE: func(c *cobra.Command, list []string) error {
			x.Framework, x.Requirement = list[0], list[1]
			return e.acting(c, func(a *app.App, p audit.Person) error {
				got, changed, err := a.DecideApplicability(c.Context(), p, x)
				return e.said(err, got, changed, "%s %s: %s.\n", got.Framework, got.Requirement, map[bool]string{true: "applies", false: "does not apply"}[got.Applies])
			})
		},
	}
	c.Flags().StringVar(&x.Reason, "reason", "", "why")
	return c
}
