package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/stage/request"
)

func (e *env) requestRespond() *cobra.Command {
	var engagement string
	var x request.Answer
	c := &cobra.Command{
		Use: "respond CODE", Short: "Answer a request, for management: a population, a file, or words", Args: args(cobra.ExactArgs(1)),
		Long: "--population names one that was collected, by its name or ID. --file is kept in the vault with where it comes from and when\n" +
			"it was taken. --text is the answer in words, or goes with the other two.",
		Example: "  tickmark --dir demo request respond R-1 -e soc1-2025 --population payments\n" +
			"  tickmark --dir demo request respond R-2 -e soc1-2025 --file policy.pdf --source 'Wiki, page 4711, exported by D. Chen' --taken-at 2026-01-20T09:30:00Z",
	}
	engagementFlag(c, &engagement)
	c.Flags().StringVar(&x.Population, "population", "", "name or ID of a population")
	c.Flags().StringVar(&x.File, "file", "", "file")
	c.Flags().StringVar(&x.Source, "source", "", "of a file: the system, the query or the person that it is from")
	c.Flags().StringVar(&x.TakenAt, "taken-at", "", "of a file: when it was taken, such as 2026-01-20T09:30:00Z")
	c.Flags().StringVar(&x.Text, "text", "", "words")
	c.RunE = func(c *cobra.Command, list []string) error {
		if x.Request = list[0]; x.Population == "" && x.File == "" && x.Text == "" {
			return usage{errors.New("answer with --population, --file or --text")}
		}
		return e.acting(c, func(a *app.App, p audit.Person) error {
			r, err := a.Respond(c.Context(), p, engagement, x)
			return e.said(err, r, true, "Response %d to %s is recorded.\n", r.Number, r.Request)
		})
	}
	return c
}

func (e *env) requestDelegate() *cobra.Command {
	var d audit.Delegation
	c := &cobra.Command{
		Use: "delegate CODE", Short: "Say who on management's side answers", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir demo request delegate R-1 -e soc1-2025 --to 'T. Renn' --due 2026-01-25",
	}
	engagementFlag(c, &d.Engagement)
	c.Flags().StringVar(&d.To, "to", "", "who")
	c.Flags().StringVar((*string)(&d.Due), "due", "", "day by which management wants it")
	c.RunE = func(c *cobra.Command, list []string) error {
		d.Request = list[0]
		return e.acting(c, func(a *app.App, p audit.Person) error {
			d, err := a.DelegateRequest(c.Context(), p, d)
			return e.said(err, d, true, "Request %s is %s's to answer.\n", d.Request, d.To)
		})
	}
	return c
}

func (e *env) requestComment() *cobra.Command {
	var engagement, text string
	c := &cobra.Command{
		Use: "comment CODE", Short: "Remark on a request, for both sides to see", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir demo request comment R-1 -e soc1-2025 --text 'The ledger closes on the 5th.'",
	}
	engagementFlag(c, &engagement)
	c.Flags().StringVar(&text, "text", "", "what is remarked")
	c.RunE = func(c *cobra.Command, list []string) error {
		return e.acting(c, func(a *app.App, p audit.Person) error {
			x, err := a.CommentRequest(c.Context(), p, engagement, list[0], text)
			return e.said(err, x, true, "Comment %d on %s is recorded; both sides see it.\n", x.Number, list[0])
		})
	}
	return c
}

func (e *env) requestExport() *cobra.Command {
	var engagement, out string
	c := &cobra.Command{
		Use: "export", Short: "Write the list with its answers and comments as a workbook (XLSX)", Args: args(cobra.NoArgs),
		Long:    "The sheet Requests comes back with `request import`. Responses and Comments are for reading. Every cell is text.",
		Example: "  tickmark --dir demo request export -e soc1-2025 --out requests.xlsx",
	}
	engagementFlag(c, &engagement)
	c.Flags().StringVar(&out, "out", "", "workbook to write")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if out == "" {
			return usage{errors.New("say where to with --out")}
		}
		return e.acting(c, func(a *app.App, p audit.Person) error {
			n, err := a.ExportRequests(c.Context(), p, engagement, out)
			return e.said(err, map[string]any{"file": out, "requests": n}, true, "%s written to %s.\n", audit.Plural(int64(n), "request"), out)
		})
	}
	return c
}

func (e *env) requestImport() *cobra.Command {
	var engagement string
	var plan bool
	c := &cobra.Command{
		Use: "import FILE", Short: "Read a workbook of requests back: add what is new, edit what differs", Args: args(cobra.ExactArgs(1)),
		Long: "All rows are taken, or none: a column that is not known, a code that stands there twice or a row that cannot be taken is\n" +
			"named with its row. Where a request stands is not imported. A request that the file does not have stays.",
		Example: "  tickmark --dir demo request import requests.xlsx --plan -e soc1-2025 --side auditor",
	}
	engagementFlag(c, &engagement)
	c.Flags().BoolVar(&plan, "plan", false, "say what would change, and change nothing")
	c.RunE = func(c *cobra.Command, list []string) error {
		return e.acting(c, func(a *app.App, p audit.Person) error {
			x, err := a.ImportRequests(c.Context(), p, engagement, list[0], plan)
			return e.changes(err, x, plan)
		})
	}
	return c
}
