package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/catalog"
	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/method/advice"
)

const adviseLong = `Says which report the answers to a questionnaire call for, SOC 1, SOC 2, SOC 3, several or none yet, of
which type, with which categories; why, what it does not give, and which single answer would change it.
It needs no folder and records nothing. It advises; people decide.

  --questions    print the questionnaire, to be filled in
  --buyer        the other side: what to ask of a vendor
  --compare      SOC 1, SOC 2 and SOC 3 side by side
  --plan         the calendar and a cost estimate as well

What was decided is kept with "advise record" and signed by another person with "advise sign".`

// adviseFlags are what can be said on the command line.
type adviseFlags struct {
	answers, profile, today               string
	set                                   []string
	questions, buyer, compare, list, plan bool
	ics, pace, assumptions, auditors      string
	priorEnd, since                       string
	months                                int
	extent                                advice.Extent
	read                                  advice.Answers
	chosen                                catalog.Profile
	day                                   audit.Date
}

func (e *env) adviseCommand() *cobra.Command {
	var a adviseFlags
	c := &cobra.Command{
		Use: "advise", Short: "Which report, of which type, and how to get there", Long: adviseLong, Args: args(cobra.NoArgs),
		Example: "  tickmark advise --questions --profile payroll > answers.yaml\n  tickmark advise --answers answers.yaml\n" +
			"  tickmark advise --profile payroll --set months-operating=1 --plan\n  tickmark advise --buyer --set financial-effect=processes --set audited=sox",
		RunE: func(c *cobra.Command, _ []string) error { return e.advise(c, &a) },
	}
	f := c.Flags()
	f.StringVar(&a.answers, "answers", "", "file of answers, as printed by --questions")
	f.StringArrayVar(&a.set, "set", nil, "one answer, such as asked-by=client,prospect; may be repeated")
	f.StringVar(&a.profile, "profile", "", "industry whose usual answers fill in what is open, such as payroll")
	f.StringVar(&a.today, "today", "", "day from which to count (default: today)")
	f.BoolVar(&a.questions, "questions", false, "print the questionnaire as YAML to fill in")
	f.BoolVar(&a.buyer, "buyer", false, "what to ask of a vendor")
	f.BoolVar(&a.compare, "compare", false, "SOC 1, SOC 2 and SOC 3 side by side")
	f.BoolVar(&a.list, "profiles", false, "list the industry profiles")
	f.BoolVar(&a.plan, "plan", false, "the calendar to the report, and what it costs")
	f.StringVar(&a.ics, "ics", "", "file to write the calendar to (iCalendar); with --plan")
	f.StringVar(&a.pace, "pace", "latest", "which end of the ranges the file shows: soonest or latest")
	f.IntVar(&a.months, "months", 0, "length of the period in months (default: 6, and 12 for a renewal)")
	f.StringVar(&a.priorEnd, "prior-end", "", "day on which the period of the prior report ended")
	f.StringVar(&a.since, "since", "", "day from which all controls have operated, with evidence")
	f.StringVar(&a.assumptions, "assumptions", "", "file of figures that replace those of the cost model")
	f.StringVar(&a.auditors, "auditors", "", "file of audit firms and ratings: print the scorecard")
	f.StringVar(&a.extent.Firm, "firm", "boutique", "kind of audit firm, for the cost: boutique or large")
	f.StringVar(&a.extent.Size, "size", "medium", "of the organization, for the cost: small, medium or large")
	f.StringVar(&a.extent.Complexity, "complexity", "medium", "of the system, for the cost: low, medium or high")
	f.IntVar(&a.extent.Locations, "locations", 1, "number of locations, for the cost")
	f.IntVar(&a.extent.Inclusive, "inclusive", 0, "number of subservice organizations included, for the cost")
	f.BoolVar(&a.extent.Readiness, "readiness", false, "with a readiness assessment by others, for the cost")
	c.AddCommand(e.adviseRecords()...)
	return c
}

// advise does the one thing that was asked for.
func (e *env) advise(c *cobra.Command, a *adviseFlags) error {
	if err := e.adviseInput(c, a); err != nil {
		return err
	}
	switch {
	case a.compare:
		return e.compare()
	case a.list:
		return e.profiles()
	case a.questions:
		return e.questionnaire(a)
	case a.auditors != "":
		return e.scorecard(a.auditors)
	case a.buyer:
		return e.askVendor(a)
	case a.plan:
		return e.advisePlan(a)
	}
	advised, err := advice.Advise(a.read, a.day)
	if err != nil {
		return usage{err}
	}
	if e.json {
		return e.printJSON(advised)
	}
	e.printAdvice(advised)
	return nil
}

// adviseInput reads what the flags name, and refuses what does not go together.
func (e *env) adviseInput(c *cobra.Command, a *adviseFlags) error {
	var modes []string
	for _, name := range []string{"questions", "compare", "profiles", "auditors", "plan"} {
		if c.Flags().Changed(name) {
			modes = append(modes, "--"+name)
		}
	}
	switch {
	case len(modes) > 1:
		return usage{fmt.Errorf("%s: one at a time", strings.Join(modes, " and "))}
	case a.buyer && (a.plan || a.profile != ""):
		return usage{errors.New("--buyer takes no --profile and no --plan")}
	case a.ics != "" && !a.plan:
		return usage{errors.New("--ics writes a plan: give --plan as well")}
	case a.pace != "soonest" && a.pace != "latest":
		return usage{fmt.Errorf("--pace is soonest or latest, not %q", a.pace)}
	}
	a.day = audit.Date(a.today)
	if a.today == "" {
		at, err := e.now()
		if err != nil {
			return err
		}
		a.day = audit.Date(at.Format("2006-01-02"))
	}
	if err := a.day.Valid(); err != nil {
		return usage{fmt.Errorf("--today: %w", err)}
	}
	return a.readAnswers()
}

func (a *adviseFlags) readAnswers() error {
	list := advice.Questions()
	if a.buyer {
		list = advice.BuyerQuestions()
	}
	a.read = advice.Answers{}
	if a.answers != "" {
		src, err := os.ReadFile(a.answers)
		if err != nil {
			return err
		}
		if a.read, err = app.ReadAnswers(a.answers, src, list); err != nil {
			return err
		}
	}
	for _, text := range a.set {
		if err := app.SetAnswer(a.read, text); err != nil {
			return usage{fmt.Errorf("--set: %w", err)}
		}
	}
	if err := advice.Check(list, a.read); err != nil {
		return usage{err}
	}
	if a.profile == "" {
		return nil
	}
	var err error
	if a.chosen, err = app.Profile(a.profile); err != nil {
		return usage{err}
	}
	a.read = app.Prefill(a.read, a.chosen)
	return nil
}

func (e *env) questionnaire(a *adviseFlags) error {
	list, err := app.AdviceQuestions()
	if err != nil {
		return err
	}
	if a.buyer {
		list = advice.BuyerQuestions()
	}
	if e.json {
		return e.printJSON(list)
	}
	e.printf("%s", app.QuestionsYAML(list, a.chosen))
	return nil
}

func (e *env) profiles() error {
	all, err := app.Profiles()
	if err != nil || e.json {
		return e.shown(err, all)
	}
	for _, p := range all {
		e.printf("%-12s %s\n", p.ID, p.Title)
		e.wrapped(13, p.About)
	}
	e.printf("%s. They propose answers and decide nothing.\n", audit.Plural(int64(len(all)), "profile"))
	return nil
}

func (e *env) compare() error {
	all := advice.Comparison()
	if e.json {
		return e.printJSON(all)
	}
	const column = 30
	e.printf("%-13s %-*s %-*s %s\n", "", column, "SOC 1", column, "SOC 2", "SOC 3")
	for _, row := range all {
		cells := [][]string{fold(row.Aspect, 13), fold(row.SOC1, column-1), fold(row.SOC2, column-1), fold(row.SOC3, column-1)}
		e.printf("\n")
		for i := range slices.Max([]int{len(cells[0]), len(cells[1]), len(cells[2]), len(cells[3])}) {
			e.printf("%s\n", strings.TrimRight(fmt.Sprintf("%-13s %-*s %-*s %s", cell(cells[0], i), column, cell(cells[1], i), column, cell(cells[2], i), cell(cells[3], i)), " "))
		}
	}
	return nil
}

func cell(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// fold breaks a text into lines of at most width characters, between words.
func fold(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

// page is how wide text for people is.
const page = 100

// wrapped prints a text, every line of it moved in.
func (e *env) wrapped(in int, text string) {
	for _, line := range fold(text, page-in) {
		e.printf("%*s%s\n", in, "", line)
	}
}
