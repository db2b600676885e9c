package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/stage/engage"
)

func (e *env) firmCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "firm", Short: "Record the CPA firm: license, tickmarks, sample sizes, retention", Args: args(cobra.NoArgs),
		Long:    "A firm is described in one file. `example` prints one with common values to fill in; `set` records it, and each later\nversion of it. What an engagement takes from it (the legend, the sizes, the license) is always the newest version.",
		Example: "  tickmark firm example > firm.yaml\n  tickmark --dir demo firm set firm.yaml --side auditor\n  tickmark --dir demo firm list",
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(e.firmExample(), e.firmSet(), e.firmList(), e.firmKey())
	return c
}

func (e *env) firmExample() *cobra.Command {
	return &cobra.Command{
		Use: "example", Short: "Print a firm's file to fill in", Args: args(cobra.NoArgs), Example: "  tickmark firm example > firm.yaml",
		RunE: func(*cobra.Command, []string) error {
			if e.json {
				return e.printJSON(map[string]string{"firm.yaml": engage.Example()})
			}
			e.printf("%s", engage.Example())
			return nil
		},
	}
}

func (e *env) firmSet() *cobra.Command {
	return &cobra.Command{
		Use: "set FILE", Short: "Record the firm as a file describes it", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir demo firm set firm.yaml --side auditor",
		RunE: func(c *cobra.Command, list []string) error {
			return e.acting(c, func(a *app.App, p audit.Person) error {
				f, changed, err := a.SetFirm(c.Context(), p, list[0])
				return e.said(err, f, changed, "%s is recorded: license %s, in force from %s to %s.\n", f.Name, f.License, f.Licensed.From, f.Licensed.To)
			})
		},
	}
}

// said prints what was recorded, or that it was there already.
func (e *env) said(err error, record any, changed bool, format string, list ...any) error {
	switch {
	case err != nil:
		return err
	case e.json:
		return e.printJSON(record)
	case !changed:
		e.printf("That is recorded already; nothing changed.\n")
		return nil
	}
	e.printf(format, list...)
	return nil
}

func (e *env) firmList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the firms that are recorded, with legend and sizes", Args: args(cobra.NoArgs), Example: "  tickmark --dir demo firm list",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.acting(c, func(a *app.App, p audit.Person) error {
				all, err := a.Firms(c.Context(), p)
				if err != nil || e.json {
					return e.shown(err, all)
				}
				for _, f := range all {
					e.firm(f)
				}
				if len(all) == 0 {
					e.printf("No firm is recorded. `tickmark firm example` prints a file to fill in.\n")
				}
				return nil
			})
		},
	}
}

func (e *env) firm(f audit.Firm) {
	e.printf("%s  %s, %s, %s\n", f.Code, f.Name, f.City, f.State)
	e.printf("  License      %s, in force from %s to %s\n  Peer review  %s\n", f.License, f.Licensed.From, f.Licensed.To, dash(f.PeerReview))
	e.printf("  Retention    %s from the release\n  Cooling-off  %s\n", audit.Plural(int64(f.RetentionYears), "year"), audit.Plural(int64(f.CoolingOff), "month"))
	e.printf("  Bundles      %s\n", encryptedTo(f.Recipient))
	e.printf("\n  Tickmarks\n")
	for _, m := range f.Legend {
		e.printf("    %-4s %s%s\n", m.Mark, m.Meaning, tickmarkAsks(m))
	}
	if len(f.Sizes) == 0 {
		e.printf("\n  Sample sizes: those that come with Tickmark\n\n")
		return
	}
	e.printf("\n  Sample sizes\n")
	var rows [][]string
	for _, r := range f.Sizes {
		rows = append(rows, []string{"    " + r.Frequency, audit.Count(int64(r.Low)), "to", audit.Count(int64(r.High))})
	}
	e.rows(nil, rows)
	e.printf("\n")
}

// tickmarkAsks says what a tickmark stands for besides its meaning.
func tickmarkAsks(m audit.Tickmark) string {
	var list []string
	if m.Exception {
		list = append(list, "an exception")
	}
	if m.Reason {
		list = append(list, "says why")
	}
	if len(list) == 0 {
		return ""
	}
	return " (" + strings.Join(list, ", ") + ")"
}
