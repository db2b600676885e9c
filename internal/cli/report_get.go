package cli

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/stage/report"
)

func (e *env) reportGet() *cobra.Command {
	var o report.Order
	var to, entity, format, file string
	c := &cobra.Command{
		Use: "get ENGAGEMENT", Short: "Give a numbered copy of the issued report", Args: args(cobra.ExactArgs(1)),
		Long: "For user entities and their auditors, from the release on: the copy is the caller's, and every page names him and its number. Management gives a\n" +
			"copy to whom --to names. The history says who was given which; the same person is given the same copy again. Drafts are not given.",
		Example: "  tickmark --dir demo report get soc1-2025 --side users --role user-auditor --as 'T. Quist'\n  tickmark --dir demo report get soc1-2025 --as 'D. Chen' --to 'T. Quist' --entity 'Lund Bakery'",
	}
	kindFlag(c, &o)
	c.Flags().StringVar(&to, "to", "", "who is given the copy, when management gives it")
	c.Flags().StringVar(&entity, "entity", "", "for which user entity, when management gives it")
	c.Flags().StringVar(&format, "format", app.FormatPDF, "pdf, docx or html")
	c.Flags().StringVar(&file, "out", "", "file to write (default: ENGAGEMENT.copy.pdf in --dir)")
	c.RunE = func(c *cobra.Command, list []string) error {
		if !slices.Contains(app.Formats, format) {
			return usage{fmt.Errorf("--format is pdf, docx or html, not %q", format)}
		}
		o.Engagement, file = list[0], cmp.Or(file, filepath.Join(e.dir, list[0]+".copy."+format))
		return e.acting(c, func(a *app.App, p audit.Person) error {
			x, err := a.GetReport(c.Context(), p, o, to, entity, format, file)
			if err != nil || e.json {
				return e.shown(err, x)
			}
			if x.Number == 0 {
				e.printf("Wrote %s, which is for everybody.\n", x.File)
				return nil
			}
			e.printf("Wrote %s: copy %d, for %s. The history says so.\n", x.File, x.Number, x.To)
			return nil
		})
	}
	return c
}

func (e *env) reportCopies() *cobra.Command {
	return e.reading("copies", "List who was given a copy of a report", "  tickmark --dir demo report copies -e soc1-2025",
		func(c *cobra.Command, a *app.App, p audit.Person, code string) error {
			all, err := a.Copies(c.Context(), p, code)
			if err != nil {
				return err
			}
			if e.json {
				return e.printJSON(all)
			}
			var rows [][]string
			for _, x := range all {
				rows = append(rows, []string{audit.Count(int64(x.Number)), dash(string(x.Kind)), x.To, dash(x.Entity), x.By, x.At.Format("2006-01-02")})
			}
			if len(rows) == 0 {
				e.printf("No copy that you may see was given.\n")
				return nil
			}
			e.rows([]string{"COPY", "KIND", "TO", "USER ENTITY", "GIVEN BY", "ON"}, rows)
			return nil
		})
}
