package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/stage/exchange"
)

// requestsBook is the workbook that the request list keeps itself.
const requestsBook exchange.Kind = "requests"

const workbookKinds = `  matrix      risk and control matrix: controls with what they serve, their earlier wordings, and the grid
  coverage    criteria or control objectives with their controls and what the tests amount to
  requests    the request list, with answers and comments
  sample      one draw (--sample); for reading
  exceptions  every exception with what people made of it
  cuecs       complementary user entity controls
  csocs       subservice organizations and their complementary controls
  mapping     criteria and the requirements of other frameworks; for reading`

func (e *env) workbookCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "workbook", Short: "Work on the records in a spreadsheet: out and back in, without loss", Args: args(cobra.NoArgs),
		Long: "Every cell is text, and none a formula: what begins with = is the characters that it shows, and long numbers keep their digits.\n\n" + workbookKinds,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(e.workbookExport(), e.workbookImport())
	return c
}

func workbookFlags(c *cobra.Command, ask *app.WorkbookAsked) {
	engagementFlag(c, &ask.Engagement)
	c.Flags().StringVar((*string)(&ask.Sample), "sample", "", "of a workbook sample: which draw")
}

// kindOfWorkbook reads the kind.
func kindOfWorkbook(text string) (exchange.Kind, error) {
	k := exchange.Kind(text)
	if k != requestsBook && !slices.Contains(exchange.Kinds, k) {
		return k, usage{fmt.Errorf("there is no workbook %q; there are\n%s", text, workbookKinds)}
	}
	return k, nil
}

func (e *env) workbookExport() *cobra.Command {
	var ask app.WorkbookAsked
	var file string
	c := &cobra.Command{
		Use: "export KIND", Short: "Write a workbook of what you may see", Args: args(cobra.ExactArgs(1)), Long: "KIND is one of\n" + workbookKinds,
		Example: "  tickmark --dir demo workbook export matrix -e soc2-2025 --out matrix.xlsx",
	}
	workbookFlags(c, &ask)
	c.Flags().StringVar(&file, "out", "", "workbook that is not there yet (required)")
	c.RunE = func(c *cobra.Command, list []string) error {
		var err error
		if ask.Kind, err = kindOfWorkbook(list[0]); err != nil {
			return err
		}
		if err := given(c, "out"); err != nil {
			return err
		}
		return e.acting(c, func(a *app.App, p audit.Person) error {
			if ask.Kind == requestsBook {
				rows, err := a.ExportRequests(c.Context(), p, ask.Engagement, file)
				return e.exported(file, rows, err)
			}
			rows, err := a.ExportWorkbook(c.Context(), p, ask, file)
			return e.exported(file, rows, err)
		})
	}
	return c
}

func (e *env) exported(file string, rows int, err error) error {
	if err != nil || e.json {
		return e.shown(err, map[string]any{"file": file, "rows": rows})
	}
	e.printf("Wrote %s: %s.\n", file, audit.Plural(int64(rows), "row"))
	return nil
}

func (e *env) workbookImport() *cobra.Command {
	var ask app.WorkbookAsked
	var apply bool
	c := &cobra.Command{
		Use: "import KIND FILE", Short: "Say what a workbook that came back would change; with --apply, record it", Args: args(cobra.ExactArgs(2)),
		Long: "Compares every cell with the records and lists what would change, what cannot be read, and where. Nothing is recorded without --apply,\n" +
			"and nothing while a place cannot be read. Rows that the file does not have stay. What is recorded is recorded in your name, and only what\n" +
			"you may record. KIND is one of\n" + workbookKinds,
		Example: "  tickmark --dir demo workbook import matrix matrix.xlsx -e soc2-2025\n  tickmark --dir demo workbook import matrix matrix.xlsx -e soc2-2025 --apply",
	}
	workbookFlags(c, &ask)
	c.Flags().BoolVar(&apply, "apply", false, "record the changes")
	c.RunE = func(c *cobra.Command, list []string) error {
		var err error
		if ask.Kind, err = kindOfWorkbook(list[0]); err != nil {
			return err
		}
		return e.acting(c, func(a *app.App, p audit.Person) error {
			if ask.Kind == requestsBook {
				x, err := a.ImportRequests(c.Context(), p, ask.Engagement, list[1], !apply)
				return e.changes(err, x, !apply)
			}
			x, err := a.ImportWorkbook(c.Context(), p, ask, list[1], apply)
			if e.json && err == nil {
				return e.printJSON(x)
			}
			if err == nil || x.Rows > 0 {
				e.imported(x, apply)
			}
			return err
		})
	}
	return c
}

// imported prints what a workbook says, place by place.
func (e *env) imported(x app.WorkbookRead, apply bool) {
	for _, c := range x.Changes {
		if c.New {
			e.printf("%-22s %-24s new row\n", c.Place, c.Row)
			continue
		}
		e.printf("%-22s %-24s %s: %q -> %q\n", c.Place, c.Row, c.Column, cut(c.Was, 60), cut(c.Is, 60))
	}
	for _, u := range x.Unread {
		e.printf("%-22s cannot be read: %s\n", u.Place, u.Why)
	}
	for _, u := range x.Ignored {
		e.printf("%-22s not taken over: %s\n", u.Place, u.Why)
	}
	for _, a := range x.Absent {
		e.printf("%-22s is not in the file, and stays\n", a)
	}
	e.printf("%s.\n", x.Summary())
	switch {
	case x.Applied:
		e.printf("Recorded: %s.\n", audit.Plural(int64(x.Recorded), "change"))
	case len(x.Changes) == 0:
		e.printf("There is nothing to record.\n")
	case !apply:
		e.printf("Nothing was recorded; --apply records the changes.\n")
	}
}
