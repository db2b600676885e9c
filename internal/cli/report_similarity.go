package cli

import (
	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/stage/report"
)

func (e *env) reportSimilarity() *cobra.Command {
	var o report.Order
	var all bool
	c := &cobra.Command{
		Use: "similarity ENGAGEMENT", Short: "Show what of the description and the controls stands word for word elsewhere", Args: args(cobra.ExactArgs(1)),
		Long: "Lays them beside the templates that came with Tickmark and beside the reports of the organization's other engagements that you may see: runs\n" +
			"of eight words and more, without regard to capitals, marks and the organization's name. It is no fault, and a reason to look.",
		Example: "  tickmark --dir demo report similarity soc2-2025",
	}
	c.Flags().BoolVar(&all, "all", false, "every passage, and not the twenty longest of each")
	c.RunE = func(c *cobra.Command, list []string) error {
		o.Engagement = list[0]
		return e.acting(c, func(a *app.App, p audit.Person) error {
			x, err := a.SimilarReport(c.Context(), p, o)
			if err != nil || e.json {
				return e.shown(err, x)
			}
			e.alike(x, all)
			return nil
		})
	}
	return c
}

func (e *env) alike(x report.Likeness, all bool) {
	e.printf("%s of description and controls\n", audit.Plural(int64(x.Words), "word"))
	for _, a := range x.Against {
		n := a.Permille()
		e.printf("\n%d.%d percent (%s) in %s\n", n/10, n%10, audit.Plural(int64(a.Shared), "word"), a.With)
		shown := a.Longest(len(a.Passages))
		if !all {
			shown = a.Longest(20)
		}
		for _, p := range shown {
			e.printf("  %s, as in %s: “%s”\n", p.Where, p.Like, p.Text)
		}
		if more := len(a.Passages) - len(shown); more > 0 {
			e.printf("  %s more, none of them longer: --all\n", audit.Plural(int64(more), "passage"))
		}
	}
	for _, p := range x.Pairs {
		e.printf("\n%s and %s have %d.%d percent of their words in common\n", p.One, p.Other, p.Same/10, p.Same%10)
	}
}
