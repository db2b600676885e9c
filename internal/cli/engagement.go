package cli

import (
	"errors"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/method/lifecycle"
	"tickmark/internal/stage/advance"
)

func (e *env) engagementCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "engagement", Short: "Take an engagement from acceptance to its archive", Args: args(cobra.NoArgs),
		Long: "An engagement goes from acceptance through planning, walkthroughs, interim, final-fieldwork, completion and issued to archived.\n" +
			"Before each phase stand gates; `gates` says what stands against them and what to do. Sixty days after the release of the report\n" +
			"the auditor's file is locked, and takes additions only.",
		Example: "  tickmark --dir demo engagement list\n  tickmark --dir demo engagement gates -e soc1-2025 --side auditor\n  tickmark --dir demo engagement advance planning -e soc1-2025 --side auditor",
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(e.engagementList(), e.engagementShow(), e.engagementGates(), e.engagementAdvance(), e.engagementRelease(), e.engagementHold(), e.engagementAdd(), e.engagementCalendar())
	return c
}

// rows prints a table, with a head or without.
func (e *env) rows(head []string, rows [][]string) {
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	if head != nil {
		rows = append([][]string{head}, rows...)
	}
	for _, r := range rows {
		// A cell without a tab after it does not widen its column.
		_, _ = w.Write([]byte(strings.TrimRight(strings.Join(r, "\t"), " \t") + "\n"))
	}
	_ = w.Flush()
}

// reading is a command that reads one engagement.
func (e *env) reading(use, short, example string, read func(*cobra.Command, *app.App, audit.Person, string) error) *cobra.Command {
	var engagement string
	c := &cobra.Command{Use: use, Short: short, Example: example, Args: args(cobra.NoArgs)}
	engagementFlag(c, &engagement)
	c.RunE = func(c *cobra.Command, _ []string) error {
		return e.acting(c, func(a *app.App, p audit.Person) error { return read(c, a, p, engagement) })
	}
	return c
}

func (e *env) engagementList() *cobra.Command {
	c := &cobra.Command{Use: "list", Short: "List the engagements with where they stand", Args: args(cobra.NoArgs), Example: "  tickmark --dir demo engagement list --side auditor"}
	c.RunE = func(c *cobra.Command, _ []string) error {
		return e.acting(c, func(a *app.App, p audit.Person) error {
			all, err := a.Engagements(c.Context(), p)
			if err != nil || e.json {
				return e.shown(err, all)
			}
			e.standings(all)
			return nil
		})
	}
	return c
}

func (e *env) standings(all []app.Standing) {
	var rows [][]string
	for _, s := range all {
		g := s.Engagement
		rows = append(rows, []string{g.Code, reportOf(g), string(g.Period.From) + " to " + string(g.Period.To), string(s.Gates.Phase), dash(string(s.Gates.Next)), openGates(s.Gates)})
	}
	e.rows([]string{"CODE", "REPORT", "PERIOD", "PHASE", "NEXT", "GATES"}, rows)
}

func reportOf(g audit.Engagement) string {
	return strings.ToUpper(string(g.Kind[:3])) + " " + string(g.Kind[3:]) + " Type " + audit.Count(int64(g.Type))
}

func openGates(v advance.View) string {
	if v.Next == "" {
		return "-"
	}
	if len(v.Gates) == 0 {
		return audit.Count(int64(v.Hidden)) + " not shown to you"
	}
	text := audit.Count(int64(v.Open())) + " of " + audit.Count(int64(len(v.Gates))) + " not met"
	if v.Open() == 0 {
		text = "all " + audit.Count(int64(len(v.Gates))) + " met"
	}
	if v.Hidden > 0 {
		text += ", and " + audit.Count(int64(v.Hidden)) + " not shown to you"
	}
	return text
}

func (e *env) engagementShow() *cobra.Command {
	return e.reading("show", "Show one engagement: dates, team, steps, and assertion beside opinion", "  tickmark --dir demo engagement show -e soc1-2025 --side auditor",
		func(c *cobra.Command, a *app.App, p audit.Person, code string) error {
			s, err := a.ShowEngagement(c.Context(), p, code)
			if err != nil || e.json {
				return e.shown(err, s)
			}
			e.printf("%s  %s, %s to %s (%s)\n", s.Engagement.Code, reportOf(s.Engagement), s.Engagement.Period.From, s.Engagement.Period.To, s.Engagement.Timezone)
			e.printf("Phase  %s; %s\n", s.Gates.Phase, nextOf(s.Gates))
			e.calendar(s.Calendar)
			e.printf("\nTeam\n")
			e.team(s.Team)
			e.steps(s.Steps)
			e.additions(s.Additions)
			e.comparison(s.Comparison)
			return nil
		})
}

func nextOf(v advance.View) string {
	if v.Next == "" {
		return "nothing follows"
	}
	return "gates before " + string(v.Next) + ": " + openGates(v)
}

func (e *env) steps(all []audit.Step) {
	if len(all) == 0 {
		return
	}
	e.printf("\nSteps\n")
	var rows [][]string
	for _, s := range all {
		what := s.Reason
		if s.Released != "" && s.Phase == audit.Issued {
			what = "released on " + string(s.Released)
		}
		rows = append(rows, []string{s.At.Format("2006-01-02 15:04"), string(s.Phase), s.By, what})
	}
	e.rows(nil, rows)
	if open := all[len(all)-1].NotConcluded; len(open) > 0 {
		e.printf("Not concluded: %s\n", strings.Join(open, ", "))
	}
}

func (e *env) additions(all []audit.Addition) {
	if len(all) == 0 {
		return
	}
	e.printf("\nAdditions to the locked file\n")
	for _, x := range all {
		e.printf("  %s  %s, by %s on %s, reviewed by %s\n      why: %s\n      effect: %s\n", x.Code, x.What, x.By, x.At.Format("2006-01-02"), x.Reviewer, x.Reason, x.Effect)
		if x.File.Name != "" {
			e.printf("      file: %s, %s bytes, SHA-256 %s\n", x.File.Name, audit.Count(x.File.Size), x.File.Digest.Short())
		}
	}
}

func (e *env) comparison(all []lifecycle.Comparison) {
	if len(all) == 0 {
		return
	}
	e.printf("\nAssertion and opinion, side by side\n")
	var rows [][]string
	for _, x := range all {
		rows = append(rows, []string{string(x.Subject), dash(x.Assertion), dash(string(x.Opinion)), dash(strings.Join(x.Affected, ", ")), x.Says})
	}
	e.rows([]string{"SUBJECT", "ASSERTION", "OPINION", "AFFECTED", ""}, rows)
}

func (e *env) engagementGates() *cobra.Command {
	return e.reading("gates", "Say what stands against the next phase, and what to do about it", "  tickmark --dir demo engagement gates -e soc1-2025 --side auditor",
		func(c *cobra.Command, a *app.App, p audit.Person, code string) error {
			s, err := a.Engagement(c.Context(), p, code)
			if err != nil {
				return err
			}
			if e.json {
				return e.printJSON(s.Gates)
			}
			e.printf("%s is in %s; %s\n\n", s.Engagement.Code, s.Gates.Phase, nextOf(s.Gates))
			e.gates(s.Gates.Gates)
			return nil
		})
}

// gates prints each gate, and of one that is not met what stands against it.
func (e *env) gates(all []lifecycle.Gate) {
	width := 0
	for _, g := range all {
		width = max(width, len(g.ID))
	}
	for _, g := range all {
		e.printf("  %s %-*s  %s\n", yes(g.Met, "✓", "✗"), width, g.ID, g.Asks)
		for _, x := range g.Against {
			e.printf("    %*s  - %s\n", width, "", x)
		}
		if g.Do != "" {
			e.printf("    %*s  → %s\n", width, "", g.Do)
		}
	}
}

func (e *env) engagementAdvance() *cobra.Command {
	var engagement string
	var archive app.Archive
	var to advance.To
	c := &cobra.Command{
		Use: "advance PHASE", Short: "Take the engagement to another phase, through its gates", Args: args(cobra.ExactArgs(1)),
		Long:    "Steps go forward one at a time. A step back says why with --reason, and there is none once the report is issued.\n--not-concluded names controls in scope on which the auditor will not conclude, and --reason says why not. Into the archive,\n--bundle names the file that was written of the engagement; its digest is recorded. --key names the firm's private key that\nopens it, to verify it; the key is recorded nowhere.",
		Example: "  tickmark --dir demo engagement advance planning -e soc1-2025 --side auditor\n  tickmark --dir demo engagement advance walkthroughs -e soc1-2025 --side auditor --reason 'A control was added.'\n  tickmark --dir demo engagement advance archived -e soc1-2025 --side auditor --bundle archive.zip --key hale.key",
	}
	engagementFlag(c, &engagement)
	c.Flags().StringVar(&to.Reason, "reason", "", "of a step back, and of what is not concluded")
	c.Flags().StringSliceVar(&to.NotConcluded, "not-concluded", nil, "codes of controls on which the auditor will not conclude")
	c.Flags().StringVar(&archive.File, "bundle", "", "of the archive: the file that was written")
	c.Flags().StringVar(&archive.Key, "key", "", "of the archive: file with the firm's private key, when it is encrypted")
	c.RunE = func(c *cobra.Command, list []string) error {
		to.Phase = audit.Phase(list[0])
		return e.acting(c, func(a *app.App, p audit.Person) error {
			s, err := a.Archive(c.Context(), p, engagement, to, archive)
			return e.said(err, s, true, "%s is in %s.\n", s.Engagement, s.Phase)
		})
	}
	return c
}

func (e *env) engagementRelease() *cobra.Command {
	var engagement, on string
	c := &cobra.Command{
		Use: "release", Short: "Record the day on which the report was released", Args: args(cobra.NoArgs),
		Long:    "The day on which the report first went out, which is neither the report's date nor the period's end. From it the days for\nassembling the file count, and its retention. It is recorded once and stands.",
		Example: "  tickmark --dir demo engagement release --on 2026-02-27 -e soc1-2025 --side auditor",
	}
	engagementFlag(c, &engagement)
	c.Flags().StringVar(&on, "on", "", "the day")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if on == "" {
			return usage{errors.New("say on which day with --on")}
		}
		return e.acting(c, func(a *app.App, p audit.Person) error {
			d, err := a.Released(c.Context(), p, engagement, audit.Date(on))
			if err != nil || e.json {
				return e.said(err, d, true, "")
			}
			e.calendar(d)
			return nil
		})
	}
	return c
}

func (e *env) engagementHold() *cobra.Command {
	var engagement, reason string
	c := &cobra.Command{
		Use: "hold on|off", Short: "Put the auditor's file under legal hold, or end one", Args: args(cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs)), ValidArgs: []string{"on", "off"},
		Long: "A hold keeps the file beyond the end of its retention, until it is ended. Both say why.", Example: "  tickmark --dir demo engagement hold on --reason 'Subpoena of 4 May.' -e soc1-2025 --side auditor",
	}
	engagementFlag(c, &engagement)
	c.Flags().StringVar(&reason, "reason", "", "why")
	c.RunE = func(c *cobra.Command, list []string) error {
		return e.acting(c, func(a *app.App, p audit.Person) error {
			h, err := a.Hold(c.Context(), p, engagement, list[0] == "on", reason)
			return e.said(err, h, true, "%s is %s legal hold: %s\n", h.Engagement, yes(h.On, "under", "no longer under"), h.Reason)
		})
	}
	return c
}

func (e *env) engagementAdd() *cobra.Command {
	var engagement, file string
	var x audit.Addition
	c := &cobra.Command{
		Use: "add", Short: "Add to the auditor's file after it was locked", Args: args(cobra.NoArgs),
		Long:    "Nothing in a locked file changes. An addition says what it is, why it is made, what it does to the conclusions (or that it\ndoes nothing), and who on the team reviewed it.",
		Example: "  tickmark --dir demo engagement add -e soc1-2025 --side auditor --code A-1 --what 'Bank confirmation that came late' \\\n    --reason 'It arrived after assembly.' --effect 'None: it confirms WP-12.' --reviewer 'M. Ortiz' --file confirmation.pdf",
	}
	engagementFlag(c, &engagement)
	c.Flags().StringVar(&x.Code, "code", "", "by which it is named")
	c.Flags().StringVar(&x.What, "what", "", "what is added")
	c.Flags().StringVar(&x.Reason, "reason", "", "why")
	c.Flags().StringVar(&x.Effect, "effect", "", "on the conclusions, or that there is none")
	c.Flags().StringVar(&x.Reviewer, "reviewer", "", "who on the team reviewed it")
	c.Flags().StringVar(&file, "file", "", "a file that belongs to it")
	c.RunE = func(c *cobra.Command, _ []string) error {
		return e.acting(c, func(a *app.App, p audit.Person) error {
			done, err := a.AddToFile(c.Context(), p, engagement, x, file)
			return e.said(err, done, true, "Addition %s to the file of %s is recorded.\n", done.Code, done.Engagement)
		})
	}
	return c
}

func (e *env) engagementCalendar() *cobra.Command {
	return e.reading("calendar", "Show the engagement's dates: report, release, lock, retention, hold", "  tickmark --dir demo engagement calendar -e soc1-2025 --side auditor",
		func(c *cobra.Command, a *app.App, p audit.Person, code string) error {
			s, err := a.Engagement(c.Context(), p, code)
			if err != nil {
				return err
			}
			if e.json {
				return e.printJSON(s.Calendar)
			}
			e.printf("%s, %s\n", s.Engagement.Code, s.Calendar.Phase)
			e.calendar(s.Calendar)
			return nil
		})
}

func (e *env) calendar(d lifecycle.Calendar) {
	rows := [][]string{{"  Period", string(d.Period.From) + " to " + string(d.Period.To)}, {"  Report date", dash(string(d.ReportDate))}, {"  Released", dash(string(d.Released))}}
	if d.Released != "" {
		left := audit.Plural(int64(d.DaysLeft), "day") + " left"
		if d.Locked {
			left = "the file is locked"
		}
		rows = append(rows, []string{"  Assemble by", string(d.AssembleBy) + ", " + left}, []string{"  Locked from", string(d.Locks)}, []string{"  Keep until", dash(string(d.RetainUntil)) + yes(d.Held, ", and as long as the legal hold lasts", "")})
	}
	if d.Held {
		rows = append(rows, []string{"  Legal hold", d.Why})
	}
	e.rows(nil, rows)
}
