package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/stage/review"
)

func (e *env) workpaperList() *cobra.Command {
	var control string
	c := &cobra.Command{Use: "list", Short: "List the papers with their figures and names", Args: args(cobra.NoArgs), Example: "  tickmark workpaper list --side auditor"}
	c.Flags().StringVar(&control, "control", "", "only those of this control")
	return e.auditing(c, func(a *app.App, p audit.Person, engagement string, _ []string) error {
		all, err := a.Workpapers(c.Context(), p, engagement, control)
		if err != nil || e.json {
			return e.shown(err, all)
		}
		if len(all) == 0 {
			e.printf("No workpaper is recorded. `tickmark workpaper new` writes one to fill in.\n")
			return nil
		}
		var rows [][]string
		for _, x := range all {
			rows = append(rows, []string{
				x.Paper.Code, string(x.Paper.Kind), dash(x.Paper.Control), dates(x.Paper.Dates), figures(x), names(x.Signed, audit.AsPreparer), names(x.Signed, audit.AsReviewer), x.Paper.Title,
			})
		}
		e.rows([]string{"CODE", "KIND", "CONTROL", "DATES", "GRID", "PREPARER", "REVIEWER", "TITLE"}, rows)
		return nil
	})
}

func dates(p audit.Period) string { return string(p.From) + " to " + string(p.To) }

// figures are those of a grid in a few words.
func figures(x review.PaperState) string {
	n := x.Counts
	if n.Items == 0 {
		return "-"
	}
	text := audit.Plural(n.Items, "item")
	if n.Missing > 0 {
		text += ", " + audit.Count(n.Missing) + " unmarked"
	}
	if n.Flagged > 0 {
		text += ", " + audit.Count(n.Flagged) + " flagged"
	}
	return text
}

// names are who signed in a capacity, and whether that stands.
func names(all []review.Signed, as audit.SignAs) string {
	var out []string
	for _, s := range all {
		switch {
		case s.As != as || strings.HasPrefix(s.State, review.Withdrawn):
		case s.State == review.Fallen:
			out = append(out, s.By+" (fallen)")
		default:
			out = append(out, s.By)
		}
	}
	return dash(strings.Join(out, ", "))
}

func (e *env) workpaperShow() *cobra.Command {
	var form bool
	c := &cobra.Command{
		Use: "show CODE", Short: "Show a paper as it stands", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark workpaper show WP-1 --side auditor\n  tickmark workpaper show WP-1 --yaml --side auditor > wp-1.yaml",
	}
	c.Flags().BoolVar(&form, "yaml", false, "as the file to edit")
	return e.auditing(c, func(a *app.App, p audit.Person, engagement string, list []string) error {
		if form {
			text, err := a.WorkpaperForm(c.Context(), p, engagement, list[0])
			e.printf("%s", text)
			return err
		}
		x, err := a.Workpaper(c.Context(), p, engagement, list[0])
		if err != nil || e.json {
			return e.shown(err, x)
		}
		e.paper(x)
		return nil
	})
}

func (e *env) paper(x review.PaperState) {
	p := x.Paper
	e.printf("%s  %s\n%s paper, control %s, %s\nversion by %s, digest %s\n", p.Code, p.Title, p.Kind, dash(p.Control), dates(p.Dates), p.By, x.Digest.Short())
	e.printf("\nPurpose\n  %s\n\nSteps\n", dash(p.Purpose))
	for _, s := range p.Steps {
		e.printf("  %s: %s%s\n", s.Nature, s.Text, withWhom(s))
	}
	e.grid(p)
	for _, v := range p.Evidence {
		e.printf("Evidence  %s\n", evidence(v))
	}
	if p.Rerun != nil {
		e.printf("Performed again by %s: %s tested, %s; agrees: %t\n", p.Rerun.By, audit.Count(p.Rerun.Tested), audit.Plural(p.Rerun.Exceptions, "exception"), p.Rerun.Agrees)
	}
	if p.Narrative != "" {
		e.printf("\nNarrative\n  %s\n", p.Narrative)
	}
	e.printf("\nPreparer's conclusion\n  %s\n", dash(p.Conclusion))
	if x.Limit != nil {
		e.printf("\n%s\n", x.Limit.Sentence)
		for _, note := range x.Limit.Notes {
			e.printf("  %s\n", note)
		}
	}
	e.signed(x.Signed)
	for _, why := range x.Lacks {
		e.printf("Wants: %s\n", why)
	}
	for _, why := range x.Wants {
		e.printf("Wants: %s\n", why)
	}
}

func withWhom(s audit.PaperStep) string {
	text := ""
	if s.With != "" {
		text += ", with " + s.With
	}
	if s.On != "" {
		text += ", on " + string(s.On)
	}
	return text
}

func evidence(v audit.PaperEvidence) string {
	text := v.Name + " " + v.Digest.Short()
	if v.Dates != (audit.Period{}) {
		text += ", shows " + dates(v.Dates)
	}
	if v.Context {
		text += ", context only"
	}
	return text
}

// grid prints attributes over items, with the reasons below.
func (e *env) grid(p audit.Workpaper) {
	if len(p.Items) == 0 {
		return
	}
	e.printf("\nGrid\n")
	head := []string{"ITEM"}
	for _, a := range p.Attributes {
		e.printf("  %s  %s\n", a.Code, a.Text)
		head = append(head, a.Code)
	}
	var rows [][]string
	var reasons []string
	for _, item := range p.Items {
		row := []string{item.Item}
		for _, a := range p.Attributes {
			row = append(row, dash(item.Marks[a.Code]))
			if note := item.Notes[a.Code]; note != "" {
				reasons = append(reasons, fmt.Sprintf("  %s, %s: %s", item.Item, a.Code, note))
			}
		}
		for _, v := range item.Evidence {
			row = append(row, evidence(v))
		}
		rows = append(rows, row)
	}
	e.rows(head, rows)
	for _, r := range reasons {
		e.printf("%s\n", r)
	}
}

func (e *env) signed(all []review.Signed) {
	for _, s := range all {
		e.printf("Signed by %s as %s on %s, digest %s: %s\n", s.By, s.As, s.At.Format("2006-01-02"), s.Digest.Short(), s.State)
	}
}

func (e *env) workpaperHistory() *cobra.Command {
	c := &cobra.Command{Use: "history CODE", Short: "List the versions of a paper", Args: args(cobra.ExactArgs(1)), Example: "  tickmark workpaper history WP-1 --side auditor"}
	return e.auditing(c, func(a *app.App, p audit.Person, engagement string, list []string) error {
		all, err := a.WorkpaperVersions(c.Context(), p, engagement, list[0])
		if err != nil || e.json {
			return e.shown(err, all)
		}
		var rows [][]string
		for _, v := range all {
			rows = append(rows, []string{strconv.Itoa(v.Number), v.Paper.At.Format("2006-01-02T15:04:05Z"), v.Paper.By, v.Digest.Short()})
		}
		e.rows([]string{"VERSION", "RECORDED", "BY", "DIGEST"}, rows)
		return nil
	})
}

func (e *env) workpaperDiff() *cobra.Command {
	c := &cobra.Command{
		Use: "diff CODE [BEFORE [AFTER]]", Short: "Show what changed between two versions of a paper", Args: args(cobra.RangeArgs(1, 3)),
		Long:    "Versions are numbered from 1; without numbers, the last one is compared with the one before.",
		Example: "  tickmark workpaper diff WP-1 --side auditor\n  tickmark workpaper diff WP-1 1 3 --side auditor",
	}
	return e.auditing(c, func(a *app.App, p audit.Person, engagement string, list []string) error {
		all, err := a.WorkpaperVersions(c.Context(), p, engagement, list[0])
		if err != nil {
			return err
		}
		before, after, err := chooseVersions(all, list[1:])
		if err != nil {
			return err
		}
		changes, err := review.Diff(before.Paper, after.Paper)
		if err != nil || e.json {
			return e.shown(err, changes)
		}
		e.printf("%s, version %d by %s to version %d by %s: %s\n", list[0], before.Number, before.Paper.By, after.Number, after.Paper.By, audit.Plural(int64(len(changes)), "change"))
		for _, x := range changes {
			e.printf("  %s: %s -> %s\n", x.Path, dash(x.Before), dash(x.After))
		}
		return nil
	})
}

func chooseVersions(all []review.Version, numbers []string) (before, after review.Version, err error) {
	pick := []int{max(1, len(all)-1), len(all)}
	for i, text := range numbers {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > len(all) {
			return before, after, usage{fmt.Errorf("there is no version %q; there are 1 to %d", text, len(all))}
		}
		pick[i] = n
	}
	return all[pick[0]-1], all[pick[1]-1], nil
}

func (e *env) workpaperCoverage() *cobra.Command {
	c := &cobra.Command{
		Use: "coverage", Short: "Say for which controls, wordings and days there is no paper", Args: args(cobra.NoArgs),
		Long:    "A control that changed in the period needs papers for each wording, each for its own days.",
		Example: "  tickmark workpaper coverage --side auditor",
	}
	return e.auditing(c, func(a *app.App, p audit.Person, engagement string, _ []string) error {
		gaps, err := a.Uncovered(c.Context(), p, engagement)
		if err != nil || e.json {
			return e.shown(err, gaps)
		}
		var rows [][]string
		var controls []string
		for _, g := range gaps {
			what := "test of operation"
			switch {
			case g.Wording == "":
				what = "no wording in force"
			case g.Design:
				what = "walkthrough"
			}
			rows = append(rows, []string{g.Control, what, dates(g.Dates), dash(g.Wording.Short())})
			if !slices.Contains(controls, g.Control) {
				controls = append(controls, g.Control)
			}
		}
		if len(rows) > 0 {
			e.rows([]string{"CONTROL", "MISSING", "DATES", "WORDING"}, rows)
		}
		e.printf("%s missing, of %s.\n", audit.Plural(int64(len(rows)), "paper"), audit.Plural(int64(len(controls)), "control"))
		return nil
	})
}
