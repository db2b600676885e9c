package cli

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/stage/report"
)

func (e *env) letterCommand() *cobra.Command {
	var o report.LetterOrder
	var year, format, file string
	c := &cobra.Command{
		Use: "letter KIND", Short: "Write a letter around a report", Args: args(cobra.ExactArgs(1)),
		Long: "bridge           management's word on the time after the report, as it was recorded and signed\n" +
			"cuec             a user entity's acknowledgement of the controls that the report assumes of it\n" +
			"carve-out        the subservice organizations that the report leaves out\n" +
			"user-auditor     for the auditor of a user entity: coverage of the fiscal year, and objectives, tests and results of the issued report\n" +
			"engagement       the engagement letter, as it was recorded and signed\n" +
			"representation   the representation letter, as it was recorded and signed\n" +
			"responses        management's responses to deviations\n\n" +
			"What a letter says comes from records: where none says it, there is no letter. `tickmark statement` writes and signs them.",
		Example: "  tickmark --dir demo letter bridge -e soc1-2025 --as 'D. Chen'\n" +
			"  tickmark --dir demo letter cuec -e soc1-2025 --entity 'Lund Bakery' --format docx\n" +
			"  tickmark --dir demo letter user-auditor -e soc1-2025 --entity 'Lund Bakery' --fiscal-year 2025-04-01..2026-03-31",
	}
	engagementFlag(c, &o.Engagement)
	c.Flags().StringVar(&o.Entity, "entity", "", "of which user entity, for cuec and user-auditor")
	c.Flags().StringVar(&year, "fiscal-year", "", "of the user entity, for user-auditor: FROM..TO")
	c.Flags().StringVar(&format, "format", app.FormatPDF, "pdf, docx or html")
	c.Flags().StringVar(&file, "out", "", "file to write (default: ENGAGEMENT.KIND.pdf in --dir)")
	c.RunE = func(c *cobra.Command, list []string) error {
		o.Kind = report.LetterKind(list[0])
		if err := letterFlags(&o, year, format); err != nil {
			return usage{err}
		}
		return e.acting(c, func(a *app.App, p audit.Person) error {
			to := cmp.Or(file, filepath.Join(e.dir, strings.Trim(o.Engagement+"."+string(o.Kind), ".")+"."+format))
			l, err := a.Letter(c.Context(), p, o, format, to)
			if err != nil || e.json {
				return e.shown(err, l)
			}
			e.printf("Wrote %s, SHA-256 %s.\n", l.File, l.Digest.Short())
			for _, w := range l.Warnings {
				e.printf("Note: %s.\n", w)
			}
			return nil
		})
	}
	return c
}

// letterFlags reads what the flags of a letter say.
func letterFlags(o *report.LetterOrder, year, format string) error {
	if !slices.Contains(report.Letters, o.Kind) {
		return fmt.Errorf("there is no letter %q; there are %v", o.Kind, report.Letters)
	}
	if !slices.Contains(app.Formats, format) {
		return fmt.Errorf("--format is pdf, docx or html, not %q", format)
	}
	if (year != "") != (o.Kind == report.ForUserAuditor) {
		return errors.New("--fiscal-year FROM..TO belongs to the letter user-auditor, which needs it")
	}
	if year == "" {
		return nil
	}
	from, to, _ := strings.Cut(year, "..")
	o.FiscalYear = audit.Period{From: audit.Date(from), To: audit.Date(to)}
	if err := o.FiscalYear.Valid(); err != nil {
		return fmt.Errorf("--fiscal-year is FROM..TO: %w", err)
	}
	return nil
}
