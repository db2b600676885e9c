package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/stage/request"
)

func (e *env) requestCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "request", Short: "Ask management for evidence and answers, and follow each request to its end", Args: args(cobra.NoArgs),
		Long: "The auditor asks; management answers with a population that was collected, a file, or words; the auditor returns or closes.\n" +
			"Every version, answer and comment is kept. A request is answered when a response is newer than the auditor's last word.\n" +
			"The list goes out as a workbook and comes back without loss.",
		Example: "  tickmark --dir demo request add --file requests.yaml -e soc1-2025 --side auditor\n  tickmark --dir demo request list -e soc1-2025\n" +
			"  tickmark --dir demo request respond R-1 -e soc1-2025 --population payments",
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(e.requestList(), e.requestShow(), e.requestAdd(), e.requestEdit(), e.requestRespond(), e.requestDelegate(), e.requestComment(),
		e.requestSay("return", audit.RequestReturned, "Send an answer back, with the reason", "  tickmark --dir demo request return R-1 -e soc1-2025 --side auditor --reason 'December is missing.'"),
		e.requestSay("reopen", audit.RequestReopened, "Open again what was closed or withdrawn, with the reason", "  tickmark --dir demo request reopen R-1 -e soc1-2025 --side auditor --reason 'The extract was replaced.'"),
		e.requestSay("close", audit.RequestClosed, "Take an answer as it is", "  tickmark --dir demo request close R-1 -e soc1-2025 --side auditor"),
		e.requestSay("withdraw", audit.RequestWithdrawn, "Ask for it no more, with the reason", "  tickmark --dir demo request withdraw R-1 -e soc1-2025 --side auditor --reason 'Not in scope.'"),
		e.requestExport(), e.requestImport())
	return c
}

func (e *env) requestList() *cobra.Command {
	var engagement string
	var owed bool
	c := &cobra.Command{Use: "list", Short: "List the requests with where they stand, as of today", Args: args(cobra.NoArgs), Example: "  tickmark --dir demo request list -e soc1-2025 --owed"}
	engagementFlag(c, &engagement)
	c.Flags().BoolVar(&owed, "owed", false, "only those that management is to answer")
	c.RunE = func(c *cobra.Command, _ []string) error {
		return e.acting(c, func(a *app.App, p audit.Person) error {
			all, err := a.Requests(c.Context(), p, engagement)
			if err != nil {
				return err
			}
			shown := make([]request.Item, 0, len(all))
			for _, x := range all {
				if !owed || x.Owed() {
					shown = append(shown, x)
				}
			}
			if e.json {
				return e.printJSON(shown)
			}
			e.requests(shown, len(all))
			return nil
		})
	}
	return c
}

func (e *env) requests(shown []request.Item, of int) {
	if of == 0 {
		e.printf("Nothing was asked yet: tickmark --dir %s request add --help\n", e.dir)
		return
	}
	var rows [][]string
	owed, overdue := 0, 0
	for _, x := range shown {
		due := dash(string(x.Request.Due))
		if x.Overdue > 0 {
			due += fmt.Sprintf(", %s overdue", audit.Plural(int64(x.Overdue), "day"))
			overdue++
		}
		if x.Owed() {
			owed++
		}
		to := "-"
		if x.Delegated != nil {
			to = x.Delegated.To
		}
		rows = append(rows, []string{x.Request.Code, string(x.State), due, to, string(x.Request.Wants), cut(x.Request.Title, 60)})
	}
	e.rows([]string{"CODE", "STATE", "DUE", "WHO", "WANTS", "TITLE"}, rows)
	as := ""
	if len(shown) > 0 {
		as = " as of " + string(shown[0].AsOf)
	}
	e.printf("\n%s of %s shown; management owes %d, of which %d overdue%s.\n", audit.Count(int64(len(shown))), audit.Plural(int64(of), "request"), owed, overdue, as)
}

// cut shortens a text for a line of a list, and shows that it did.
func cut(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return text
}

func (e *env) requestShow() *cobra.Command {
	var engagement string
	c := &cobra.Command{
		Use: "show CODE", Aliases: []string{"history"}, Short: "Show one request with all that happened to it, in order", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir demo request show R-1 -e soc1-2025",
	}
	engagementFlag(c, &engagement)
	c.RunE = func(c *cobra.Command, list []string) error {
		return e.acting(c, func(a *app.App, p audit.Person) error {
			x, moments, err := a.RequestHistory(c.Context(), p, engagement, list[0])
			if err != nil {
				return err
			}
			if e.json {
				return e.printJSON(struct {
					request.Item
					History []request.Moment `json:"history"`
				}{x, moments})
			}
			e.request(x, moments)
			return nil
		})
	}
	return c
}

func (e *env) request(x request.Item, moments []request.Moment) {
	r := x.Request
	e.printf("%s  %s\n", r.Code, r.Title)
	if r.Text != "" {
		e.printf("\n    %s\n\n", strings.ReplaceAll(r.Text, "\n", "\n    "))
	}
	wants := string(r.Wants)
	if r.Population != "" {
		wants += " " + r.Population
	}
	e.printf("State     %s\nWants     %s\nDue       %s\nControls  %s\n\n", x.State, wants, dash(string(r.Due)), dash(strings.Join(r.Controls, ", ")))
	for _, m := range moments {
		e.printf("%s  %s %s%s\n", m.At.Format("2006-01-02 15:04 UTC"), m.By, m.What, after(": ", strings.ReplaceAll(m.Says, "\n", "\n    ")))
	}
}

// after is a text with what stands before it, or nothing.
func after(before, text string) string {
	if text == "" {
		return ""
	}
	return before + text
}

// draftFlags are the fields of a request.
func draftFlags(c *cobra.Command, d *request.Draft) {
	c.Flags().StringVar(&d.Title, "title", "", "what is asked for, in a line")
	c.Flags().StringVar(&d.Text, "text", "", "the whole of it")
	c.Flags().StringVar((*string)(&d.Wants), "wants", "", "population, document or answer")
	c.Flags().StringVar(&d.Population, "population", "", "canonical name of the population that is wanted")
	c.Flags().StringSliceVar(&d.Controls, "controls", nil, "codes of the controls that it is for")
	c.Flags().StringVar((*string)(&d.Due), "due", "", "day by which it is to be answered")
}

func (e *env) requestAdd() *cobra.Command {
	var engagement, file string
	var plan bool
	var d request.Draft
	c := &cobra.Command{
		Use: "add [CODE]", Short: "Ask: one request by flags, or many in a file", Args: args(cobra.MaximumNArgs(1)),
		Long: "With --file, adds what is new and edits what is there already, all or nothing. The file is a YAML list; each request has\n" +
			"code, title, text, wants (population, document, answer), population, controls and due.",
		Example: "  tickmark --dir demo request add R-1 -e soc1-2025 --side auditor --title 'All payments of 2025' --wants population --population payments --due 2026-01-31\n" +
			"  tickmark --dir demo request add --file requests.yaml --plan -e soc1-2025 --side auditor",
	}
	engagementFlag(c, &engagement)
	draftFlags(c, &d)
	c.Flags().StringVar(&file, "file", "", "YAML file of requests")
	c.Flags().BoolVar(&plan, "plan", false, "with --file: say what would change, and change nothing")
	c.RunE = func(c *cobra.Command, list []string) error {
		if (file == "") == (len(list) == 0) || plan && file == "" {
			return usage{errors.New("give the CODE of one request, or --file with many")}
		}
		return e.acting(c, func(a *app.App, p audit.Person) error {
			if file != "" {
				changes, err := a.WriteRequests(c.Context(), p, engagement, file, plan)
				return e.changes(err, request.Imported{Changes: changes}, plan)
			}
			d.Code = list[0]
			change, err := a.AddRequest(c.Context(), p, engagement, d)
			return e.said(err, change, true, "Request %s is added.\n", d.Code)
		})
	}
	return c
}

func (e *env) requestEdit() *cobra.Command {
	var engagement string
	var d request.Draft
	c := &cobra.Command{
		Use: "edit CODE", Short: "Change what a request says; its earlier versions are kept", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir demo request edit R-1 -e soc1-2025 --side auditor --due 2026-02-15",
	}
	engagementFlag(c, &engagement)
	draftFlags(c, &d)
	c.RunE = func(c *cobra.Command, list []string) error {
		return e.acting(c, func(a *app.App, p audit.Person) error {
			change, err := a.EditRequest(c.Context(), p, engagement, list[0], func(now *request.Draft) { overlay(c, d, now) })
			return e.said(err, change, change.What != request.Unchanged, "Request %s: %s changed.\n", list[0], strings.Join(change.Fields, ", "))
		})
	}
	return c
}

// overlay puts the flags that were given over what the request says.
func overlay(c *cobra.Command, d request.Draft, now *request.Draft) {
	for name, set := range map[string]func(){
		"title": func() { now.Title = d.Title }, "text": func() { now.Text = d.Text }, "wants": func() { now.Wants = d.Wants },
		"population": func() { now.Population = d.Population }, "controls": func() { now.Controls = d.Controls }, "due": func() { now.Due = d.Due },
	} {
		if c.Flags().Changed(name) {
			set()
		}
	}
}

// changes prints what a list of requests did, or would do, row by row.
func (e *env) changes(err error, x request.Imported, plan bool) error {
	if err != nil || e.json {
		return e.shown(err, x)
	}
	counts := map[string]int64{}
	for _, c := range x.Changes {
		counts[c.What]++
		if c.What != request.Unchanged {
			e.printf("%-18s %-10s %-8s %s\n", c.Place, c.Code, c.What, strings.Join(c.Fields, ", "))
		}
	}
	for _, code := range x.Absent {
		e.printf("%-18s %-10s stays     it is not in the file; `request withdraw` takes it off the list\n", "", code)
	}
	would := ""
	if plan {
		would = " Nothing was recorded."
	}
	e.printf("%s new, %s changed, %s unchanged.%s\n", audit.Count(counts[request.New]), audit.Count(counts[request.Changed]), audit.Count(counts[request.Unchanged]), would)
	return nil
}

func (e *env) requestSay(verb string, state audit.RequestState, short, example string) *cobra.Command {
	var engagement, reason string
	c := &cobra.Command{Use: verb + " CODE...", Short: short, Args: args(cobra.MinimumNArgs(1)), Example: example}
	engagementFlag(c, &engagement)
	c.Flags().StringVar(&reason, "reason", "", "why")
	c.RunE = func(c *cobra.Command, list []string) error {
		return e.acting(c, func(a *app.App, p audit.Person) error {
			for _, code := range list {
				x, err := a.SayOfRequest(c.Context(), p, engagement, code, state, reason)
				if err := e.said(err, x, true, "Request %s is %s.\n", code, x.State); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return c
}
