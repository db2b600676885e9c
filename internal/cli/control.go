package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/program"
)

func (e *env) controlCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "control", Short: "Look through suggested controls, and accept or refuse them", Args: noSuchCommand,
		Long:    "The library holds controls in words of Tickmark's own, for every criterion and every template of a control objective. A\nsuggestion is nobody's control until a person accepts it, under a code and an owner; from then on its words are the\norganization's to change. The answer is recorded.",
		Example: "  tickmark --dir myorg control suggest -e soc2-2026\n  tickmark --dir myorg control accept acc-leaver --code LA-02 --owner 'Head of IT'\n  tickmark --dir myorg control refuse av-environment --reason 'The provider does it; see the complementary controls.'",
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(e.controlSuggest(), e.controlAccept(), e.controlRefuse())
	return c
}

func (e *env) controlSuggest() *cobra.Command {
	var engagement string
	var all bool
	c := &cobra.Command{
		Use: "suggest", Short: "List controls for what no control serves yet", Args: args(cobra.NoArgs), Example: "  tickmark --dir myorg control suggest -e soc2-2026",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.acting(c, func(a *app.App, p audit.Person) error {
				list, err := a.SuggestControls(c.Context(), p, engagement, all)
				if err != nil || e.json {
					return e.shown(err, list)
				}
				e.suggested(list)
				return nil
			})
		},
	}
	engagementFlag(c, &engagement)
	c.Flags().BoolVar(&all, "all", false, "those as well that serve only what has a control, or were answered")
	return c
}

func (e *env) suggested(list []app.SuggestedControl) {
	for _, s := range list {
		e.printf("%s  %s (%s, %s, %s; %s)%s\n", s.ID, s.Title, s.Kind, s.Automation, s.Frequency, s.Owner, answeredBy(s.Answered))
		e.hanging("    text   ", s.Text)
		e.hanging("    serves ", strings.Join(s.For, ", ")+"; without a control today: "+orNothing(s.New))
		if len(s.Procedures) > 0 {
			e.hanging("    tested ", "by "+strings.Join(s.Procedures, ", "))
		}
	}
	e.printf("%s. Templates of Tickmark: a person accepts or refuses each.\n", audit.Plural(int64(len(list)), "suggestion"))
}

func answeredBy(s *program.Suggestion) string {
	if s == nil {
		return ""
	}
	return fmt.Sprintf(": %s by %s", s.Answer, s.By)
}

func orNothing(list []string) string {
	if len(list) == 0 {
		return "none of them"
	}
	return strings.Join(list, ", ")
}

func (e *env) controlAccept() *cobra.Command {
	s := program.Suggestion{Answer: program.Accepted}
	var owner string
	c := &cobra.Command{
		Use: "accept TEMPLATE", Short: "Take a suggestion over as a control", Args: args(cobra.ExactArgs(1)),
		Long:    "Describes the control in the records; `tickmark export` writes it into a folder.",
		Example: "  tickmark --dir myorg control accept acc-leaver --code LA-02 --owner 'Head of IT'",
	}
	c.Flags().StringVar(&s.Code, "code", "", "code of the control")
	c.Flags().StringVar(&owner, "owner", "", "role that answers for it")
	c.Flags().StringVar(&s.Reason, "reason", "", "what was considered")
	c.RunE = func(c *cobra.Command, list []string) error { return e.answer(c, s, list[0], owner) }
	return c
}

func (e *env) controlRefuse() *cobra.Command {
	s := program.Suggestion{Answer: program.Refused}
	c := &cobra.Command{
		Use: "refuse TEMPLATE", Short: "Refuse a suggestion, and say why", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir myorg control refuse av-environment --reason 'The provider does it.'",
	}
	c.Flags().StringVar(&s.Reason, "reason", "", "why")
	c.RunE = func(c *cobra.Command, list []string) error { return e.answer(c, s, list[0], "") }
	return c
}

func (e *env) answer(c *cobra.Command, s program.Suggestion, template, owner string) error {
	s.Template = template
	return e.acting(c, func(a *app.App, p audit.Person) error {
		got, changed, err := a.AnswerSuggestion(c.Context(), p, s, owner)
		as := ""
		if got.Code != "" {
			as = " as " + got.Code
		}
		return e.said(err, got, changed, "%s %s %s%s.\n", got.By, got.Answer, got.Template, as)
	})
}
