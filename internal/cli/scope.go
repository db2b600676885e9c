package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tickmark/catalog"
	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/method/coverage"
)

func (e *env) scopeCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "scope", Short: "Begin the description of a system from a template, and see how whole it is", Args: noSuchCommand,
		Example: "  tickmark scope templates\n  tickmark scope new myorg --template payroll --name 'Larkspur Payroll' --from 2026-01-01 --to 2026-12-31\n" +
			"  tickmark --dir myorg apply\n  tickmark --dir myorg scope check -e soc1-2026\n  tickmark --dir myorg scope approve -e soc1-2026",
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(e.scopeTemplates(), e.scopeNew(), e.scopeCheck(), e.scopeApprove())
	return c
}

func (e *env) scopeTemplates() *cobra.Command {
	return &cobra.Command{
		Use: "templates", Short: "List the templates", Args: args(cobra.NoArgs), Example: "  tickmark scope templates",
		RunE: func(*cobra.Command, []string) error {
			all, err := catalog.ScopeTemplates()
			if err != nil || e.json {
				return e.shown(err, all)
			}
			for _, t := range all {
				e.hanging(fmt.Sprintf("%-12s", t.ID), fmt.Sprintf("%s: %s For %v; industries %s.", t.Title, t.About, t.Reports, strings.Join(t.Profiles, ", ")))
			}
			e.printf("%s. A template is a beginning: nothing of it is true of anybody yet.\n", audit.Plural(int64(len(all)), "template"))
			return nil
		},
	}
}

func (e *env) scopeNew() *cobra.Command {
	b := app.Beginning{}
	var reports []string
	c := &cobra.Command{
		Use: "new DIR", Short: "Begin an organization from a template", Args: args(cobra.ExactArgs(1)),
		Long: "Makes DIR with its records and, in DIR/workspace, the template as files to change: system with data and transactions,\n" +
			"commitments, objectives, complementary controls, subservice organizations and engagements. Controls come by\n" +
			"`tickmark control suggest`. What of the template still stands unchanged is counted by `tickmark scope check`.",
		Example: "  tickmark scope new myorg --template saas --name Harborlight --from 2026-04-01 --to 2026-09-30",
	}
	f := c.Flags()
	f.StringVar(&b.Template, "template", "", "id of the template, or an industry profile")
	f.StringVar(&b.Name, "name", "Example Organization", "the organization's name")
	f.StringSliceVar(&reports, "report", nil, "soc1, soc2 (default: all that the template is a beginning for)")
	f.IntVar(&b.Type, "type", 2, "1: as of one day, 2: over a period")
	f.StringVar((*string)(&b.Period.From), "from", "", "first day of the period (default: the first of next month)")
	f.StringVar((*string)(&b.Period.To), "to", "", "last day of the period (default: six months on)")
	f.StringVar(&b.Zone, "timezone", "UTC", "in which a day begins and ends")
	c.RunE = func(_ *cobra.Command, list []string) error {
		for _, r := range reports {
			b.Reports = append(b.Reports, audit.Kind(r))
		}
		e.dir, b.Dir = list[0], list[0]
		if err := e.usualPeriod(&b); err != nil {
			return err
		}
		config, err := e.config()
		if err != nil {
			return err
		}
		t, err := config.NewScope(b)
		if err != nil {
			return err
		}
		e.printf("Begun %s from the template %s: %d services, %d components, %d commitments, %d objectives. Edit the files in %s/workspace, then:\n  tickmark --dir %s apply\n",
			e.dir, t.ID, len(t.System.Services), len(t.System.Components), len(t.Commitments), len(t.Objectives), e.dir, e.dir)
		return nil
	}
	return c
}

// usualPeriod is six months from the first of next month, unless days are given.
func (e *env) usualPeriod(b *app.Beginning) error {
	now, err := e.now()
	if err != nil {
		return err
	}
	first := time.Date(now.Year(), now.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	if b.Period.From == "" {
		b.Period.From = audit.Date(first.Format(time.DateOnly))
	}
	if b.Period.To == "" && b.Type == 1 {
		b.Period.To = b.Period.From
	}
	if b.Period.To == "" {
		from, err := time.Parse(time.DateOnly, string(b.Period.From))
		if err != nil {
			return usage{fmt.Errorf("--from: %w", b.Period.From.Valid())}
		}
		b.Period.To = audit.Date(from.AddDate(0, 6, -1).Format(time.DateOnly))
	}
	if err := b.Period.Valid(); err != nil {
		return usage{err}
	}
	return nil
}

func (e *env) scopeCheck() *cobra.Command {
	var engagement string
	c := &cobra.Command{
		Use: "check", Short: "Say how whole the description is: DC1-DC9, or what AT-C 320 asks", Args: args(cobra.NoArgs),
		Example: "  tickmark --dir myorg scope check -e soc1-2026",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.acting(c, func(a *app.App, p audit.Person) error {
				s, err := a.CheckScope(c.Context(), p, engagement)
				if err != nil || e.json {
					return e.shown(err, s)
				}
				e.scopeChecked(s)
				return nil
			})
		},
	}
	engagementFlag(c, &engagement)
	return c
}

func (e *env) scopeChecked(s app.ScopeCheck) {
	there := 0
	for _, p := range append(s.Parts[:len(s.Parts):len(s.Parts)], s.Beside...) {
		if p.Found == coverage.Present || p.Found == coverage.NotCalledFor {
			there++
		}
		e.hanging(fmt.Sprintf("  %-12s %-14s", p.ID, p.Found), p.Asks)
		for _, l := range p.Lacks {
			e.hanging("                 lacks:", l)
		}
	}
	e.printf("%d of %d parts of %s are there. Whether they are fairly presented is for people to judge.\n", there, len(s.Parts)+len(s.Beside), s.Engagement)
	if s.Template != "" {
		e.printf("Of the template %s, %d of %d sentences stand unchanged%s.\n", s.Template, len(s.Kept.Unchanged), s.Kept.Of, suchAs(s.Kept.Unchanged))
	}
	switch {
	case s.Approval == nil:
		e.printf("Nobody has approved this scope: `tickmark scope approve`.\n")
	case len(s.Since) > 0:
		e.printf("%s approved it on %s, and it has changed since: %s.\n", s.Approval.By, s.Approval.At.UTC().Format(time.DateOnly), several(s.Since, 6))
	default:
		e.printf("%s approved it as it stands on %s (%d items).\n", s.Approval.By, s.Approval.At.UTC().Format(time.DateOnly), len(s.Approval.Items))
	}
}

func suchAs(unchanged []string) string {
	if len(unchanged) == 0 {
		return ""
	}
	return ", such as: " + unchanged[0]
}

func (e *env) scopeApprove() *cobra.Command {
	var engagement, note string
	c := &cobra.Command{
		Use: "approve", Short: "Approve the scope in the versions that stand", Args: args(cobra.NoArgs), Example: "  tickmark --dir myorg --as 'D. Chen' scope approve -e soc1-2026",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.acting(c, func(a *app.App, p audit.Person) error {
				got, changed, err := a.ApproveScope(c.Context(), p, engagement, note)
				return e.said(err, got, changed, "%s approved the scope of %s: %s. It falls when one of them changes.\n", got.By, got.Engagement, audit.Plural(int64(len(got.Items)), "item"))
			})
		},
	}
	engagementFlag(c, &engagement)
	c.Flags().StringVar(&note, "note", "", "what was considered")
	return c
}
