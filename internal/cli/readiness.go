package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/engine/sheet"
	"tickmark/internal/stage/scope"
)

func (e *env) gapsCommand() *cobra.Command {
	var ask app.GapsAsked
	var asOf, since, book, format, out string
	var all bool
	c := &cobra.Command{
		Use: "gaps", Short: "Show how far the records carry each criterion or objective, and what is missing", Args: args(cobra.NoArgs),
		Long: "Counts what is mapped, designed, implemented, operating and tested, each apart and each with the records behind it;\n" +
			"lists the gaps with cause, owner and what would close them, readiness with every condition, and what of the\n" +
			"description is there. It is management's own view for planning: nothing of it stands in a report, and a gap closes\n" +
			"by records only. With --json or --xlsx, every record id is there.",
		Example: "  tickmark --dir demo gaps -e soc2-2025\n  tickmark --dir demo gaps -e soc2-2025 --framework iso27001-2022 --framework nist-csf-2.0\n" +
			"  tickmark --dir demo gaps -e soc1-2025 --as-of 2026-03-31 --since 2025-12-31 --xlsx gaps.xlsx\n  tickmark --dir demo gaps -e soc1-2025 --format pdf --out gaps.pdf",
	}
	f := c.Flags()
	f.StringVarP(&ask.Engagement, "engagement", "e", "", "code of the engagement; the only one when not given")
	f.StringVar(&asOf, "as-of", "", "as the records stood at the end of this day, such as 2026-03-31; now when not given")
	f.StringVar(&since, "since", "", "and what became of the gaps of the end of this day")
	f.StringSliceVar(&ask.Frameworks, "framework", nil, "through a mapping, another framework, such as iso27001-2022, all of them, or one that you loaded, such as own:rules")
	f.StringVar(&book, "xlsx", "", "write everything as a workbook that is not there yet")
	f.StringVar(&format, "format", "", "of the gap report: pdf, docx or xlsx; with --out")
	f.StringVar(&out, "out", "", "file to write the gap report to, over no file")
	f.BoolVar(&all, "all", false, "list the low gaps and every remedy as well")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if (format == "") != (out == "") || format != "" && !slices.Contains(app.GapFormats, format) {
			return usage{fmt.Errorf("--format is %s, together with --out", strings.Join(app.GapFormats, ", "))}
		}
		var err error
		if ask.AsOf, err = dayOf("--as-of", asOf); err != nil {
			return err
		}
		if ask.Since, err = dayOf("--since", since); err != nil {
			return err
		}
		if slices.ContainsFunc(ask.Frameworks, func(id string) bool { return strings.HasPrefix(id, scope.OwnPrefix) }) {
			if ask.Person, err = e.person(); err != nil {
				return err
			}
		}
		return e.with(c.Context(), func(a *app.App) error {
			g, err := a.Gaps(c.Context(), ask)
			if err != nil {
				return err
			}
			if book != "" {
				if err := sheet.WriteFile(book, app.GapsBook(g)); err != nil {
					return err
				}
			}
			if out != "" {
				if err := a.WriteGaps(c.Context(), g, format, out); err != nil || !e.json {
					return e.wroteFile(err, out)
				}
			}
			if e.json {
				return e.printJSON(g)
			}
			e.gaps(g, all)
			if book != "" {
				e.printf("\nWritten: %s\n", book)
			}
			return nil
		})
	}
	return c
}

// wroteFile says which file was written.
func (e *env) wroteFile(err error, file string) error {
	if err == nil {
		e.printf("Written: %s\n", file)
	}
	return err
}

// dayOf reads a calendar day of a flag; "" is none.
func dayOf(flag, text string) (audit.Date, error) {
	d := audit.Date(text)
	if text == "" {
		return d, nil
	}
	if err := d.Valid(); err != nil {
		return "", usage{fmt.Errorf("%s: %w", flag, err)}
	}
	return d, nil
}

func (e *env) lintCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "lint", Short: "Read how controls are worded", Args: noSuchCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(e.lintControls())
	return c
}

func (e *env) lintControls() *cobra.Command {
	return &cobra.Command{
		Use: "controls [CODE…]", Short: "Point at passages that nobody could test, and at what a control does not say",
		Long: "Looks for vague words, aims instead of acts, two controls in one, one person who performs and reviews, and a missing\n" +
			"owner, performer, time, system or evidence; and for criteria and objectives behind which only one kind of control stands.\n" +
			"It knows English words, not meaning: what it finds are reasons to read again. Nothing is recorded.",
		Example: "  tickmark --dir demo lint controls\n  tickmark --dir demo lint controls LA-03 --json",
		RunE: func(c *cobra.Command, codes []string) error {
			return e.with(c.Context(), func(a *app.App) error {
				l, err := a.LintControls(c.Context(), codes)
				if err != nil || e.json {
					return e.shown(err, l)
				}
				e.linted(l)
				return nil
			})
		},
	}
}

func (e *env) linted(l app.Lint) {
	with := 0
	for _, c := range l.Controls {
		if len(c.Faults) == 0 {
			continue
		}
		with++
		e.printf("%s  %s (%s)\n", c.Control.Code, c.Control.Title, strings.Join([]string{c.Control.Kind, c.Control.Automation, c.Control.Frequency}, ", "))
		for _, f := range c.Faults {
			passage := ""
			if f.Passage != "" {
				passage = "\"" + f.Passage + "\": "
			}
			e.hanging(fmt.Sprintf("    %-14s", f.Rule), passage+f.Says)
		}
	}
	if len(l.OneKind) > 0 {
		e.printf("\nOne kind of control only\n")
	}
	for _, o := range l.OneKind {
		e.hanging(fmt.Sprintf("    %-12s %-8s", o.Engagement, o.Row), o.Says)
	}
	e.printf("%s read; %s in %s of them. These are reasons to read again, not findings.\n",
		audit.Plural(int64(len(l.Controls)), "control"), audit.Plural(int64(l.Faults), "remark"), audit.Count(int64(with)))
}
