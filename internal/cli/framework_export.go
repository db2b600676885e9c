package cli

import (
	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
)

func (e *env) frameworkExport() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use: "export CODE", Short: "Write a framework of your own: .csv or .xlsx with its ties, or .json as an OSCAL catalog without them", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir myorg framework export own:iso27001 --out iso.xlsx",
	}
	c.Flags().StringVar(&out, "out", "", "file to write, which is not there yet (required)")
	c.RunE = func(c *cobra.Command, list []string) error {
		if err := given(c, "out"); err != nil {
			return err
		}
		return e.acting(c, func(a *app.App, p audit.Person) error {
			x, left, err := a.ExportFramework(c.Context(), p, list[0], out)
			if err != nil || e.json {
				return e.shown(err, map[string]any{"file": out, "requirements": len(x.Requirements), "ties": len(x.Mappings) - left, "ties_left_out": left})
			}
			e.printf("Wrote %s: %s, %s to criteria.\n", out, audit.Plural(int64(len(x.Requirements)), "requirement"), audit.Plural(int64(len(x.Mappings)-left), "tie"))
			if left > 0 {
				e.printf("OSCAL catalogs hold no ties: %s left out.\n", map[bool]string{true: "1 tie is", false: audit.Count(int64(left)) + " ties are"}[left == 1])
			}
			return nil
		})
	}
	return c
}
