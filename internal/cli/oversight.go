package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/program"
	"tickmark/internal/register/oversight"
)

func (e *env) oversightCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "oversight", Short: "Keep what shows that management and the board look", Args: noSuchCommand,
		Long: "Owners of controls are asked for their word on a period, and give or refuse it themselves. Meetings are recorded as planned and\n" +
			"as held, with their minutes, which another person approves. A board pack is written from the records and kept. Evidence is past\n" +
			"due when a schedule called and nothing complete came. The register publishes itself as populations, which procedures test.",
		Example: "  tickmark --dir myorg oversight ask --all --from 2026-01-01 --to 2026-03-31 --due 2026-04-15\n" +
			"  tickmark --dir myorg --as 'T. Renn' oversight attest LA-02 --from 2026-01-01 --to 2026-03-31 --says 'Looked at all 14 leavers.'\n" +
			"  tickmark --dir myorg oversight list\n  tickmark --dir myorg oversight publish",
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(e.oversightAsk(), e.oversightAttest(), e.oversightMeeting(), e.oversightPack(), e.oversightList(), e.oversightPublish())
	return c
}

// overseeing opens the register of oversight for whoever acts.
func (e *env) overseeing(c *cobra.Command, do func(context.Context, oversight.Register) error) error {
	return e.acting(c, func(a *app.App, p audit.Person) error {
		r, err := a.Oversight(c.Context(), p)
		if err != nil {
			return err
		}
		return do(c.Context(), r)
	})
}

func periodFlags(c *cobra.Command, p *audit.Period) {
	c.Flags().StringVar((*string)(&p.From), "from", "", "first day of the period")
	c.Flags().StringVar((*string)(&p.To), "to", "", "last day of the period")
}

func (e *env) oversightAsk() *cobra.Command {
	var x program.OwnerQuestion
	var all bool
	c := &cobra.Command{
		Use: "ask [CONTROL]", Short: "Ask the owner of a control for his word on a period", Args: args(cobra.MaximumNArgs(1)),
		Long:    "Without --owner, the owner whom the control's description names. With --all, every control that has an owner.",
		Example: "  tickmark --dir myorg oversight ask LA-02 --from 2026-01-01 --to 2026-03-31 --due 2026-04-15\n  tickmark --dir myorg oversight ask --all --from 2026-01-01 --to 2026-03-31 --due 2026-04-15",
	}
	periodFlags(c, &x.Period)
	c.Flags().StringVar((*string)(&x.Due), "due", "", "last day on which an answer is in time")
	c.Flags().StringVar(&x.Owner, "owner", "", "who is asked (default: the control's owner)")
	c.Flags().BoolVar(&all, "all", false, "ask about every control that has an owner")
	c.RunE = func(c *cobra.Command, list []string) error {
		if all == (len(list) == 1) || all && x.Owner != "" {
			return usage{errors.New("say which control, with --owner if need be, or --all")}
		}
		if all {
			return e.askAll(c, x)
		}
		x.Control = list[0]
		return e.overseeing(c, func(ctx context.Context, r oversight.Register) error {
			got, changed, err := r.Ask(ctx, x)
			return e.said(err, got, changed, "%s is asked about %s, %s to %s, until %s.\n", got.Owner, got.Control, got.Period.From, got.Period.To, got.Due)
		})
	}
	return c
}

func (e *env) askAll(c *cobra.Command, x program.OwnerQuestion) error {
	return e.acting(c, func(a *app.App, p audit.Person) error {
		all, added, err := a.AskOwners(c.Context(), p, x)
		if err != nil || e.json {
			return e.shown(err, all)
		}
		e.printf("%s with an owner; %s new.\n", audit.Plural(int64(len(all)), "control"), audit.Plural(int64(added), "question"))
		return nil
	})
}

func (e *env) oversightAttest() *cobra.Command {
	x := program.OwnerAttestation{Answer: program.WordGiven}
	var refuse bool
	c := &cobra.Command{
		Use: "attest CONTROL", Short: "Give one's word that a control operated as worded throughout a period, or refuse it", Args: args(cobra.ExactArgs(1)),
		Long:    "Only whoever was asked answers, for the control as it is worded now, and for no days that are still to come.",
		Example: "  tickmark --dir myorg --as 'T. Renn' oversight attest LA-02 --from 2026-01-01 --to 2026-03-31 --says 'Looked at all 14 leavers; none failed.'\n  tickmark --dir myorg --as 'T. Renn' oversight attest LA-03 --from 2026-01-01 --to 2026-03-31 --refuse --says 'The February review was not done.'",
		RunE: func(c *cobra.Command, list []string) error {
			if x.Control = list[0]; refuse {
				x.Answer = program.WordRefused
			}
			return e.overseeing(c, func(ctx context.Context, r oversight.Register) error {
				got, changed, err := r.Attest(ctx, x)
				return e.said(err, got, changed, "%s: word on %s, %s to %s, %s.\n", got.By, got.Control, got.Period.From, got.Period.To, got.Answer)
			})
		},
	}
	periodFlags(c, &x.Period)
	c.Flags().StringVar(&x.Says, "says", "", "what was looked at and what is known of failures, or why the word is refused")
	c.Flags().BoolVar(&refuse, "refuse", false, "refuse it")
	return c
}

func (e *env) oversightMeeting() *cobra.Command {
	var said program.Meeting
	var minutes string
	var approve bool
	c := &cobra.Command{
		Use: "meeting CODE", Short: "Record a meeting of the board or a review by management, or approve its minutes", Args: args(cobra.ExactArgs(1)),
		Long: "Changes only what is given, of a meeting that is there. Whoever records the minutes wrote them; another person approves them, and\nfrom then on they stand.",
		Example: "  tickmark --dir myorg oversight meeting B-2026-1 --body Board --planned 2026-03-20\n" +
			"  tickmark --dir myorg oversight meeting B-2026-1 --held 2026-03-20 --members 5 --present 4 --independent 2 --topic security --minutes minutes.pdf\n" +
			"  tickmark --dir myorg --as 'D. Chen' oversight meeting B-2026-1 --approve",
	}
	f := c.Flags()
	f.StringVar(&said.Body, "body", "", "which body meets")
	f.BoolVar(&said.Management, "management", false, "it is a review by management, and no meeting of the board")
	f.StringVar((*string)(&said.Planned), "planned", "", "day for which it is called")
	f.StringVar((*string)(&said.Held), "held", "", "day on which it was held")
	f.IntVar(&said.Members, "members", 0, "members of the body on that day")
	f.IntVar(&said.Present, "present", 0, "members who took part")
	f.IntVar(&said.Independent, "independent", 0, "of those, independent of management")
	f.StringSliceVar(&said.Topics, "topic", nil, "topics of the minutes, as short tags")
	f.StringVar(&said.Decided, "decided", "", "what was decided, in short")
	f.StringVar(&minutes, "minutes", "", "file of the minutes, which is kept")
	f.BoolVar(&approve, "approve", false, "approve the minutes that another wrote")
	c.RunE = func(c *cobra.Command, list []string) error {
		if approve {
			return e.overseeing(c, func(ctx context.Context, r oversight.Register) error {
				got, changed, err := r.Approve(ctx, list[0])
				return e.said(err, got, changed, "%s approved the minutes of %s, which %s wrote.\n", got.Approver, got.Code, got.Writer)
			})
		}
		return e.acting(c, func(a *app.App, p audit.Person) error { return e.meet(c, a, p, list[0], said, minutes) })
	}
	return c
}

func (e *env) meet(c *cobra.Command, a *app.App, p audit.Person, code string, said program.Meeting, minutes string) error {
	r, err := a.Oversight(c.Context(), p)
	if err != nil {
		return err
	}
	was, _, err := r.Find(c.Context(), code)
	if err != nil {
		return err
	}
	was.Code = code
	mergeMeeting(c, &was, said)
	if minutes != "" {
		if was, err = a.KeepMinutes(c.Context(), was, minutes); err != nil {
			return err
		}
	}
	got, changed, err := r.Meet(c.Context(), was)
	stands := "planned for " + string(got.Planned)
	if got.Held != "" {
		stands = "held on " + string(got.Held)
	}
	if got.Minutes != "" {
		stands += "; minutes by " + got.Writer + ", which another person approves"
	}
	return e.said(err, got, changed, "%s: %s, %s.\n", got.Code, got.Body, stands)
}

// mergeMeeting puts what was given into what is there.
func mergeMeeting(c *cobra.Command, was *program.Meeting, said program.Meeting) {
	for name, take := range map[string]func(){
		"body": func() { was.Body = said.Body }, "management": func() { was.Management = said.Management }, "planned": func() { was.Planned = said.Planned },
		"held": func() { was.Held = said.Held }, "members": func() { was.Members = said.Members }, "present": func() { was.Present = said.Present },
		"independent": func() { was.Independent = said.Independent }, "topic": func() { was.Topics = said.Topics }, "decided": func() { was.Decided = said.Decided },
	} {
		if c.Flags().Changed(name) {
			take()
		}
	}
}
