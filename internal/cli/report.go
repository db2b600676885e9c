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

func (e *env) reportCommand() *cobra.Command {
	var file, format string
	var o report.Order
	c := &cobra.Command{
		Use: "report ENGAGEMENT", Short: "Write an engagement's report: a draft, until it is issued",
		Long: "Assembles the report from the records that you may see. Until a partner has signed the opinion and the report is issued it is a draft and\n" +
			"says so; the opinion in it is the one that the service auditor recorded, or a place for it. Once it is issued, the issued report is written.\n" +
			"--kind soc3 draws the report for everybody from a SOC 2 Type 2 examination.",
		Example: "  tickmark --dir demo report soc2-2025 --out soc2.pdf\n  tickmark --dir demo report soc2-2025 --kind soc3 --format html\n  tickmark --dir demo report soc2-2025 --side auditor --as 'P. Hale'",
		Args:    args(cobra.ExactArgs(1)),
	}
	c.Flags().StringVar(&file, "out", "", "file to write (default: ENGAGEMENT.pdf in --dir)")
	c.Flags().StringVar(&format, "format", app.FormatPDF, "pdf, docx or html")
	kindFlag(c, &o)
	c.RunE = func(c *cobra.Command, list []string) error {
		if !slices.Contains(app.Formats, format) {
			return usage{fmt.Errorf("--format is pdf, docx or html, not %q", format)}
		}
		o.Engagement, file = list[0], cmp.Or(file, e.reportFile(list[0], o, format))
		return e.acting(c, func(a *app.App, p audit.Person) error {
			r, err := a.Report(c.Context(), p, o, format, file)
			if err != nil || e.json {
				return e.shown(err, r)
			}
			e.wrote(r)
			return nil
		})
	}
	c.AddCommand(e.reportCheck(), e.reportIssue(), e.reportCompare(), e.reportSimilarity(), e.reportGet(), e.reportCopies())
	return c
}

func kindFlag(c *cobra.Command, o *report.Order) {
	c.Flags().StringVar((*string)(&o.Kind), "kind", "", "soc3 for the report for everybody; the engagement's own kind when not given")
}

// reportFile is the file that a report is written to when none is named.
func (e *env) reportFile(engagement string, o report.Order, format string) string {
	name := engagement
	if o.Kind != "" {
		name += "." + string(o.Kind)
	}
	return filepath.Join(e.dir, name+"."+format)
}

func (e *env) wrote(r app.ReportFile) {
	what := "the issued report"
	if r.Draft {
		what = "a draft"
	}
	e.printf("Wrote %s: %s of %d pages, SHA-256 %s.\n", r.File, what, r.Pages, r.PDF.Short())
	if r.Signed != "" {
		e.printf("It is signed by %s.\n", r.Signed)
	}
	if r.Format != app.FormatPDF {
		e.printf("Pages and SHA-256 are those of the PDF, which is what is recorded.\n")
	}
	if r.Why != "" {
		e.printf("It is not recorded: %s.\n", r.Why)
	}
}

func (e *env) reportCheck() *cobra.Command {
	var o report.Order
	c := &cobra.Command{
		Use: "check ENGAGEMENT", Short: "Say which elements the report lacks, and what to do", Args: args(cobra.ExactArgs(1)),
		Long:    "Compares the report, as it would be written now, with the elements that a report of its kind and type has. While one is missing it is not\nissued. Management is shown what is management's to write.",
		Example: "  tickmark --dir demo report check soc2-2025\n  tickmark --dir demo report check soc2-2025 --side auditor --as 'P. Hale'",
	}
	kindFlag(c, &o)
	c.RunE = func(c *cobra.Command, list []string) error {
		o.Engagement = list[0]
		return e.acting(c, func(a *app.App, p audit.Person) error {
			x, err := a.CheckReport(c.Context(), p, o)
			if err != nil || e.json {
				return e.shown(err, x)
			}
			e.checked(x)
			return nil
		})
	}
	return c
}

func (e *env) checked(x report.Check) {
	section := ""
	for _, m := range x.Missing {
		if m.Section != section {
			section = m.Section
			e.printf("Section %s\n", section)
		}
		e.printf("  %s (%s): %s\n    %s\n", m.ID, m.By, m.Text, m.Do)
	}
	e.printf("%d of %d elements missing", len(x.Missing), x.Applies-x.Hidden)
	if x.Hidden > 0 {
		e.printf("; %d more are the service auditor's", x.Hidden)
	}
	e.printf("\n")
	for _, why := range x.Against {
		e.printf("Against the issue: %s\n", why)
	}
	for _, like := range x.Similar {
		e.printf("Likeness: %s\n", like)
	}
	for _, p := range x.Words {
		e.printf("Wording, %s, line %d: “%s”: %s; say instead: %s\n", p.Where, p.Line, p.Words, p.Why, p.Say)
	}
}

func (e *env) reportIssue() *cobra.Command {
	var o report.Order
	var file string
	c := &cobra.Command{
		Use: "issue ENGAGEMENT", Short: "Issue the report: its bytes are never replaced", Args: args(cobra.ExactArgs(1)),
		Long:    "Refused while an element is missing, no partner has signed the opinion as it stands, or the engagement is not issued. What is issued is kept\nunder its digest and never replaced; `tickmark report` writes it from then on.",
		Example: "  tickmark --dir demo report issue soc2-2025 --side auditor --as 'P. Hale'",
	}
	kindFlag(c, &o)
	c.Flags().StringVar(&file, "out", "", "file to write (default: ENGAGEMENT.pdf in --dir)")
	seal := sealFlags(c)
	c.RunE = func(c *cobra.Command, list []string) error {
		o.Engagement, file = list[0], cmp.Or(file, e.reportFile(list[0], o, app.FormatPDF))
		return e.acting(c, func(a *app.App, p audit.Person) error {
			seal(a)
			r, err := a.IssueReport(c.Context(), p, o, file)
			if err != nil || e.json {
				return e.shown(err, r)
			}
			e.wrote(r)
			return nil
		})
	}
	return c
}

func (e *env) reportCompare() *cobra.Command {
	var o report.Order
	var with, out string
	c := &cobra.Command{
		Use: "compare ENGAGEMENT", Short: "Show what changed since the report that was recorded last", Args: args(cobra.ExactArgs(1)),
		Long:    "Lays the report, as it would be written now, beside the one that was recorded last: each paragraph, item and row of a table that is new (+),\ngone (-) or another (- and +). With --with, beside the newest report of another engagement, such as last year's: the days of the two periods\nare then no change. With --out, the whole report is written with what changed marked in it. Nothing is recorded.",
		Example: "  tickmark --dir demo report compare soc2-2025\n  tickmark --dir demo report compare soc2-2025 --with soc2-2024 --out changes.docx",
	}
	kindFlag(c, &o)
	c.Flags().StringVar(&with, "with", "", "another engagement of the same kind")
	c.Flags().StringVar(&out, "out", "", "file to write with the changes marked: .docx, .html or .pdf, which is not there yet")
	c.RunE = func(c *cobra.Command, list []string) error {
		o.Engagement = list[0]
		return e.acting(c, func(a *app.App, p audit.Person) error {
			if out != "" {
				x, err := a.MarkReport(c.Context(), p, o, with, out)
				if err != nil || e.json {
					return e.shown(err, x)
				}
				e.printf("Wrote %s, with %s marked since %s.\n", out, audit.Plural(int64(len(x.Changes)), "change"), x.Previous.At.Format("2006-01-02 15:04 UTC"))
				return nil
			}
			x, err := a.CompareReport(c.Context(), p, o, with)
			if err != nil || e.json {
				return e.shown(err, x)
			}
			e.compared(x)
			return nil
		})
	}
	return c
}

func (e *env) compared(x report.Comparison) {
	e.printf("Since %s: %s\n", x.Previous.At.Format("2006-01-02 15:04 UTC"), audit.Plural(int64(len(x.Changes)), "change"))
	where := ""
	for _, c := range x.Changes {
		if c.Where != where {
			where = c.Where
			e.printf("\n%s\n", where)
		}
		if c.Was != "" {
			e.printf("  - %s\n", c.Was)
		}
		if c.Is != "" {
			e.printf("  + %s\n", c.Is)
		}
	}
}
