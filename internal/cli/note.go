package cli

import (
	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
)

func (e *env) noteCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "note", Short: "Raise, answer and clear review notes", Args: args(cobra.NoArgs),
		Long:    "A reviewer asks; the preparer answers; the reviewer, or somebody senior to him, clears. The opinion is not signed while one is open.",
		Example: "  tickmark note raise N-1 workpaper/WP-1 'Which ticket shows the approval of T-17?' --side auditor\n  tickmark note list --side auditor",
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	raise := &cobra.Command{
		Use: "raise CODE SUBJECT TEXT", Short: "Ask about a paper, a deviation, a conclusion or the opinion", Args: args(cobra.ExactArgs(3)),
		Example: "  tickmark note raise N-1 workpaper/WP-1 'Which ticket shows the approval of T-17?' --side auditor",
	}
	answer := &cobra.Command{Use: "answer CODE TEXT", Short: "Answer a note", Args: args(cobra.ExactArgs(2)), Example: "  tickmark note answer N-1 'Ticket 4411, now linked.' --side auditor"}
	settle := &cobra.Command{Use: "clear CODE", Short: "Clear a note that was answered", Args: args(cobra.ExactArgs(1)), Example: "  tickmark note clear N-1 --side auditor"}
	c.AddCommand(
		e.auditing(raise, func(a *app.App, p audit.Person, engagement string, list []string) error {
			n, err := a.RaiseNote(raise.Context(), p, audit.Note{Engagement: engagement, Code: list[0], Subject: list[1], Text: list[2]})
			return e.said(err, n, true, "%s raised %s on %s.\n", n.By, n.Code, n.Subject)
		}),
		e.auditing(answer, func(a *app.App, p audit.Person, engagement string, list []string) error {
			n, err := a.AnswerNote(answer.Context(), p, engagement, list[0], list[1])
			return e.said(err, n, true, "%s answered %s.\n", n.AnsweredBy, n.Code)
		}),
		e.auditing(settle, func(a *app.App, p audit.Person, engagement string, list []string) error {
			n, err := a.ClearNote(settle.Context(), p, engagement, list[0])
			return e.said(err, n, true, "%s cleared %s.\n", n.ClearedBy, n.Code)
		}),
		e.noteList(),
	)
	return c
}

func (e *env) noteList() *cobra.Command {
	var unsettled bool
	c := &cobra.Command{Use: "list", Short: "List the review notes", Args: args(cobra.NoArgs), Example: "  tickmark note list --open --side auditor"}
	c.Flags().BoolVar(&unsettled, "open", false, "only those that are not cleared")
	return e.auditing(c, func(a *app.App, p audit.Person, engagement string, _ []string) error {
		all, err := a.Notes(c.Context(), p, engagement)
		if err != nil {
			return err
		}
		shown := []audit.Note{}
		for _, n := range all {
			if !unsettled || !n.Cleared {
				shown = append(shown, n)
			}
		}
		if e.json {
			return e.printJSON(shown)
		}
		for _, n := range shown {
			e.note(n)
		}
		e.printf("%s shown of %s.\n", audit.Plural(int64(len(shown)), "note"), audit.Count(int64(len(all))))
		return nil
	})
}

func (e *env) note(n audit.Note) {
	state := "open"
	switch {
	case n.Cleared:
		state = "cleared by " + n.ClearedBy
	case n.Answer != "":
		state = "answered"
	}
	e.printf("%s  on %s, by %s: %s\n    %s\n", n.Code, n.Subject, n.By, state, n.Text)
	if n.Answer != "" {
		e.printf("    %s: %s\n", n.AnsweredBy, n.Answer)
	}
}
