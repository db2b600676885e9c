package cli

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
)

func (e *env) deviationCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "deviation", Short: "Record and list the failures of controls, with nature, cause, extent and effect", Args: args(cobra.NoArgs),
		Long:    "A deviation comes from exceptions that were dispositioned as deviations, or from marks of a grid that are exceptions. Every item\nso judged stands in one before its control can be concluded on; the report lists them all.",
		Example: "  tickmark deviation record deviations.yaml --side auditor\n  tickmark deviation list --side auditor",
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(e.deviationRecord(), e.deviationList())
	return c
}

func (e *env) deviationRecord() *cobra.Command {
	var d audit.Deviation
	c := &cobra.Command{
		Use: "record [FILE...]", Short: "Record deviations, from files or from flags", Args: cobra.ArbitraryArgs,
		Long:    "A file is one deviation or a list of them, with the fields code, control, workpaper or procedure, items, nature, cause, extent,\neffect, intentional, compensating and precise. A compensating control must be described, in scope, tested, concluded to be\neffective, and over the same dates; precise says why it would have found what the other let through. All are recorded, or none.",
		Example: "  tickmark deviation record deviations.yaml --side auditor\n  tickmark deviation record --code D-1 --control AC-01 --workpaper WP-1 --item T-17 --nature 'Approved after use' \\\n    --cause 'A new colleague' --extent 'One of 25' --effect 'None found' --side auditor",
	}
	f := c.Flags()
	f.StringVar(&d.Code, "code", "", "code of the deviation")
	f.StringVar(&d.Control, "control", "", "code of the control")
	f.StringVar(&d.Workpaper, "workpaper", "", "paper in whose grid it was found")
	f.StringVar(&d.Procedure, "procedure", "", "procedure that flagged it")
	f.StringArrayVar(&d.Items, "item", nil, "item; may be given several times")
	f.StringVar(&d.Nature, "nature", "", "what went wrong")
	f.StringVar(&d.Cause, "cause", "", "why")
	f.StringVar(&d.Extent, "extent", "", "how far it reaches")
	f.StringVar(&d.Effect, "effect", "", "on the control's aim")
	f.BoolVar(&d.Intentional, "intentional", false, "it was an intentional act")
	f.StringVar(&d.Compensating, "compensating", "", "code of the control that made up for it")
	f.StringVar(&d.Precise, "precise", "", "why that one would have found it")
	return e.auditing(c, func(a *app.App, p audit.Person, engagement string, list []string) error {
		var all []audit.Deviation
		var err error
		switch {
		case len(list) > 0 && d.Code != "" || len(list) == 0 && d.Code == "":
			return usage{errors.New("name a file, or say it with --code and the other flags")}
		case len(list) > 0:
			all, err = a.RecordDeviations(c.Context(), p, engagement, list)
		default:
			all, err = a.AddDeviations(c.Context(), p, engagement, []audit.Deviation{d})
		}
		return e.said(err, all, true, "%s recorded.\n", audit.Plural(int64(len(all)), "deviation"))
	})
}

func (e *env) deviationList() *cobra.Command {
	c := &cobra.Command{Use: "list", Short: "List the deviations", Args: args(cobra.NoArgs), Example: "  tickmark deviation list --side auditor"}
	return e.auditing(c, func(a *app.App, p audit.Person, engagement string, _ []string) error {
		all, err := a.Deviations(c.Context(), p, engagement)
		if err != nil || e.json {
			return e.shown(err, all)
		}
		for _, d := range all {
			e.deviation(d)
		}
		e.printf("%s.\n", audit.Plural(int64(len(all)), "deviation"))
		return nil
	})
}

func (e *env) deviation(d audit.Deviation) {
	intent := ""
	if d.Intentional {
		intent = ", INTENTIONAL"
	}
	e.printf("%s  control %s, %s of %s tested (%s)%s\n", d.Code, d.Control, audit.Plural(int64(len(d.Items)), "item"), audit.Count(d.Tested), d.Workpaper+d.Procedure, intent)
	e.printf("    items   %s\n    nature  %s\n    cause   %s\n    extent  %s\n    effect  %s\n", strings.Join(d.Items, ", "), d.Nature, d.Cause, d.Extent, d.Effect)
	if d.Compensating != "" {
		e.printf("    made up for by %s: %s\n", d.Compensating, d.Precise)
	}
}
