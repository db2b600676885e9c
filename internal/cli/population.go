package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/stage/sample"
)

func (e *env) intakeCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "intake", Short: "Evaluate populations before they are sampled or tested, for the auditor", Args: args(cobra.NoArgs),
		Long: "A population is information that the service organization produced. Before anything is drawn from it, the auditor evaluates\n" +
			"that it is complete and accurate: a checklist, with what is recorded beside each question, and no answer prefilled. What is\n" +
			"accepted is these bytes: a population that is collected anew is evaluated anew.",
		Example: "  tickmark --dir demo intake show payments --form > payments.yaml\n  tickmark --dir demo intake accept payments --answers payments.yaml -e soc1-2025 --side auditor",
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(e.intakeList(), e.intakeShow(), e.intakeDecide("accept", audit.Accepted), e.intakeDecide("return", audit.Returned))
	return c
}

func (e *env) intakeList() *cobra.Command {
	return e.reading("list", "List the populations with what the auditor decided of each", "  tickmark --dir demo intake list -e soc1-2025 --side auditor",
		func(c *cobra.Command, a *app.App, p audit.Person, engagement string) error {
			all, err := a.Intakes(c.Context(), p, engagement)
			if err != nil || e.json {
				return e.shown(err, all)
			}
			var rows [][]string
			accepted := 0
			for _, x := range all {
				if x.Standing() == string(audit.Accepted) {
					accepted++
				}
				rows = append(rows, []string{x.Population.Name, string(x.Population.ID), audit.Count(x.Population.Rows), fmt.Sprintf("%s to %s", x.Population.Window.From, x.Population.Window.To), x.Standing()})
			}
			e.rows([]string{"POPULATION", "ID", "ROWS", "WINDOW", "INTAKE"}, rows)
			e.printf("\n%d of %s accepted.\n", accepted, audit.Plural(int64(len(all)), "population"))
			return nil
		})
}

func (e *env) intakeShow() *cobra.Command {
	var engagement string
	var form bool
	c := &cobra.Command{
		Use: "show POPULATION", Short: "Show the checklist of a population, with what is recorded beside each question", Args: args(cobra.ExactArgs(1)),
		Long:    "POPULATION is a name, or an ID where several have the name. --form prints the checklist as YAML to be filled in.",
		Example: "  tickmark --dir demo intake show payments -e soc1-2025 --side auditor",
	}
	engagementFlag(c, &engagement)
	c.Flags().BoolVar(&form, "form", false, "print it as YAML, to be filled in and given to accept or return with --answers")
	c.RunE = func(c *cobra.Command, list []string) error {
		return e.acting(c, func(a *app.App, p audit.Person) error {
			x, err := a.Intake(c.Context(), p, engagement, list[0])
			switch {
			case err != nil:
				return err
			case form:
				e.printf("%s", x.Form())
				return nil
			case e.json:
				return e.printJSON(x)
			}
			e.intake(x)
			return nil
		})
	}
	return c
}

func (e *env) intake(x sample.Evaluated) {
	p := x.Population
	e.printf("%s  %s\n%s, SHA-256 %s\nIntake: %s\n", p.Name, p.ID, audit.Plural(p.Rows, "row"), p.File, x.Standing())
	if x.Limits != "" {
		e.printf("Limit: %s\n", x.Limits)
	}
	for _, q := range x.Asked {
		e.printf("\n%s: %s\n    recorded: %s\n", q.ID, q.Text, strings.ReplaceAll(q.Fact, "\n", "\n    "))
		if a := q.Answer; a != nil {
			e.printf("    answer:   %s. %s%s\n", a.Answer, a.Basis, after(" Reason: ", a.Reason))
		} else {
			e.printf("    answer:   none\n")
		}
	}
	if i := x.Intake; i != nil {
		e.printf("\n%s by %s on %s%s\n", i.Decision, i.By, i.At.Format("2006-01-02 15:04 UTC"), after(": ", strings.Join(i.Reasons, "; ")))
	}
}

func (e *env) intakeDecide(verb string, d audit.IPEDecision) *cobra.Command {
	var engagement, answers string
	var checks, reasons []string
	short, long := "Accept a population: every question is answered", "Each answer is yes, no or n/a with what was looked at; a no or n/a has a reason."
	if d == audit.Returned {
		short, long = "Return a population, with the reasons", "Questions may be answered, too; reasons must be given."
	}
	c := &cobra.Command{
		Use: verb + " POPULATION", Short: short, Args: cobra.ArbitraryArgs, Long: long,
		Example: "  tickmark --dir demo intake " + verb + " payments -e soc1-2025 --side auditor --answers payments.yaml --reason 'December was delivered later.'",
	}
	if d == audit.Accepted {
		c.Use, c.Long = verb+" POPULATION...", long+"\nWith --answers FOLDER, each POPULATION is accepted with the answers of FOLDER/POPULATION.yaml; without POPULATION, all that have a file."
		c.Example += "\n  tickmark --dir demo intake accept -e soc1-2025 --side auditor --answers intake/"
	}
	engagementFlag(c, &engagement)
	c.Flags().StringVar(&answers, "answers", "", "YAML file, as \"intake show --form\" prints it, filled in; or, to accept several, a folder of them")
	c.Flags().StringArrayVar(&checks, "answer", nil, "one answer, as 'gaps=no: looked at numbers 1 to 4711 | two numbers were voided'; may be given several times")
	c.Flags().StringArrayVar(&reasons, "reason", nil, "why; may be given several times")
	c.RunE = func(c *cobra.Command, list []string) error {
		more, err := answered(checks)
		if err != nil {
			return err
		}
		if info, err := os.Stat(answers); err == nil && info.IsDir() && d == audit.Accepted && len(more) == 0 {
			return e.acceptAll(c, engagement, answers, list, reasons)
		}
		if len(list) != 1 {
			return usage{fmt.Errorf("%s: name one population; several are accepted with --answers FOLDER", c.CommandPath())}
		}
		return e.acting(c, func(a *app.App, p audit.Person) error {
			x, err := a.DecideIntake(c.Context(), p, engagement, list[0], d, answers, more, reasons)
			return e.said(err, x, true, "Population %s (%s) is %s.\n", x.Name, x.Population, x.Decision)
		})
	}
	return c
}

func (e *env) acceptAll(c *cobra.Command, engagement, folder string, populations, reasons []string) error {
	return e.acting(c, func(a *app.App, p audit.Person) error {
		all, err := a.AcceptIntakes(c.Context(), p, engagement, folder, populations, reasons)
		if err != nil || e.json {
			return e.shown(err, all)
		}
		for _, x := range all {
			e.printf("Population %s (%s) is %s.\n", x.Name, x.Population, x.Decision)
		}
		return nil
	})
}

// answered reads answers as flags: question=answer: basis | reason.
func answered(list []string) ([]audit.IPECheck, error) {
	var out []audit.IPECheck
	for _, text := range list {
		id, rest, ok := strings.Cut(text, "=")
		answer, basis, also := strings.Cut(rest, ":")
		if !ok || !also {
			return nil, usage{errors.New("an --answer is 'question=yes: what was looked at', with ' | ' and the reason after a no or n/a")}
		}
		basis, reason, _ := strings.Cut(basis, " | ")
		out = append(out, audit.IPECheck{ID: strings.TrimSpace(id), Answer: strings.TrimSpace(answer), Basis: strings.TrimSpace(basis), Reason: strings.TrimSpace(reason)})
	}
	return out, nil
}
