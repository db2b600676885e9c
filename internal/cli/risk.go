package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/program"
	"tickmark/internal/register/risk"
)

func (e *env) riskCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "risk", Short: "Keep the risk register", Args: noSuchCommand,
		Long: "Risks are rated from 1 to 5 by likelihood and impact as if no control stood against them. What remains follows from the\n" +
			"tests of the controls that do: a control that was never tested takes nothing off. Whoever accepts a risk is another person\n" +
			"than its owner, until a day. The register publishes itself as populations, which procedures test like any others.",
		Example: "  tickmark --dir myorg risk add R-01 --title 'A leaver keeps access' --likelihood 4 --impact 4 --owner 'T. Renn'\n" +
			"  tickmark --dir myorg risk tie R-01 LA-02 --as direct\n  tickmark --dir myorg risk list\n  tickmark --dir myorg risk publish",
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(e.riskPolicy(), e.riskAdd(), e.riskTie(), e.riskList(), e.riskAccept(), e.riskReview(), e.riskTrigger(), e.riskSnapshot(), e.riskHeatmap(), e.riskPublish())
	return c
}

// register opens the risk register for whoever acts.
func (e *env) register(c *cobra.Command, do func(context.Context, risk.Register) error) error {
	return e.acting(c, func(a *app.App, p audit.Person) error {
		r, err := a.RiskRegister(c.Context(), p)
		if err != nil {
			return err
		}
		return do(c.Context(), r)
	})
}

func (e *env) riskPolicy() *cobra.Command {
	x := risk.Usual
	c := &cobra.Command{
		Use: "policy", Short: "Set appetite, cadence and the events that call for an assessment", Args: args(cobra.NoArgs),
		Example: "  tickmark --dir myorg risk policy --appetite 10 --months 6",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.register(c, func(ctx context.Context, r risk.Register) error {
				got, changed, err := r.SetPolicy(ctx, x)
				return e.said(err, got, changed, "Appetite %d of 25: what scores as much or more is treated. Assessed again every %s.\n", got.Appetite, audit.Plural(int64(got.Months), "month"))
			})
		},
	}
	f := c.Flags()
	f.IntVar(&x.Appetite, "appetite", x.Appetite, "lowest product of likelihood and impact that must be treated")
	f.IntVar(&x.Months, "months", x.Months, "months after which the risks are assessed again")
	f.IntVar(&x.DecideDays, "decide-days", x.DecideDays, "days within which a treatment is decided")
	f.StringSliceVar(&x.Triggers, "trigger", x.Triggers, "kinds of events after which they are assessed again")
	return c
}

func (e *env) riskAdd() *cobra.Command {
	var said program.Risk
	var file string
	c := &cobra.Command{
		Use: "add [CODE]", Short: "Enter a risk, or change what is said of one", Args: args(cobra.MaximumNArgs(1)),
		Long:    "Changes only what is given, of a risk that is there. With --file, a YAML list of risks by the same names.",
		Example: "  tickmark --dir myorg risk add R-02 --title 'Pay is sent to an account that an employee changed' --fraud --scheme 'A payroll clerk changes the account, pays, and changes it back' --likelihood 3 --impact 5 --owner 'M. Ortiz'\n  tickmark --dir myorg risk add --file risks.yaml",
	}
	riskFlags(c, &said)
	c.Flags().StringVar(&file, "file", "", "YAML file with a list of risks")
	c.RunE = func(c *cobra.Command, list []string) error {
		if (file == "") == (len(list) == 0) {
			return usage{errors.New("say which risk by its code, or --file")}
		}
		if file != "" {
			return e.risksOf(c, file)
		}
		return e.register(c, func(ctx context.Context, r risk.Register) error {
			was, _, err := r.Find(ctx, list[0])
			if err != nil {
				return err
			}
			was.Code = list[0]
			merge(c, &was, said)
			if was.Decided == "" && was.Treatment != program.Undecided {
				was.Decided = r.Today
			}
			got, changed, err := r.Add(ctx, was)
			return e.said(err, got, changed, "%s: inherent %d (%d x %d), owner %s.\n", got.Code, got.Score(), got.Likelihood, got.Impact, got.Owner)
		})
	}
	return c
}

func riskFlags(c *cobra.Command, x *program.Risk) {
	f := c.Flags()
	f.StringVar(&x.Title, "title", "", "what could happen")
	f.StringVar(&x.Cause, "cause", "", "why it could")
	f.BoolVar(&x.Fraud, "fraud", false, "it is a risk of fraud")
	f.StringVar(&x.Scheme, "scheme", "", "of fraud: who could do it, how, and how he would hide it")
	f.StringVar(&x.Owner, "owner", "", "who answers for it")
	f.IntVar(&x.Likelihood, "likelihood", 0, "without controls, 1 to 5")
	f.IntVar(&x.Impact, "impact", 0, "without controls, 1 to 5")
	f.StringVar((*string)(&x.Treatment), "treatment", "", "mitigate, transfer, avoid or accept")
	f.StringVar((*string)(&x.TreatBy), "treat-by", "", "last day on which the treatment is in time")
	f.StringVar((*string)(&x.Treated), "treated", "", "day on which it was in place")
	f.StringVar((*string)(&x.Identified), "identified", "", "day on which it was entered (default: today)")
	f.StringVar((*string)(&x.Closed), "closed", "", "day on which it was closed")
	f.StringSliceVar(&x.Commitments, "commitment", nil, "codes of commitments that it threatens")
	f.StringSliceVar(&x.Serves, "serves", nil, "criteria and objectives that it threatens")
}

// merge puts what was given into what is there.
func merge(c *cobra.Command, was *program.Risk, said program.Risk) {
	for name, take := range map[string]func(){
		"title": func() { was.Title = said.Title }, "cause": func() { was.Cause = said.Cause }, "fraud": func() { was.Fraud = said.Fraud },
		"scheme": func() { was.Scheme = said.Scheme }, "owner": func() { was.Owner = said.Owner }, "likelihood": func() { was.Likelihood = said.Likelihood },
		"impact": func() { was.Impact = said.Impact }, "treatment": func() { was.Treatment, was.Decided = said.Treatment, "" }, "treat-by": func() { was.TreatBy = said.TreatBy },
		"treated": func() { was.Treated = said.Treated }, "identified": func() { was.Identified = said.Identified }, "closed": func() { was.Closed = said.Closed },
		"commitment": func() { was.Commitments = said.Commitments }, "serves": func() { was.Serves = said.Serves },
	} {
		if c.Flags().Changed(name) {
			take()
		}
	}
}

func (e *env) risksOf(c *cobra.Command, file string) error {
	src, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return e.acting(c, func(a *app.App, p audit.Person) error {
		all, added, err := a.AddRisksOf(c.Context(), p, file, src)
		if err != nil || e.json {
			return e.shown(err, all)
		}
		e.printf("%s read, %d recorded.\n", audit.Plural(int64(len(all)), "risk"), added)
		return nil
	})
}

func (e *env) riskTie() *cobra.Command {
	var x program.RiskControl
	c := &cobra.Command{
		Use: "tie RISK CONTROL", Short: "Say that a control stands against a risk", Args: args(cobra.ExactArgs(2)),
		Example: "  tickmark --dir myorg risk tie R-01 LA-02 --as direct --group directory",
		RunE: func(c *cobra.Command, list []string) error {
			x.Risk, x.Control = list[0], list[1]
			return e.register(c, func(ctx context.Context, r risk.Register) error {
				got, changed, err := r.Tie(ctx, x)
				return e.said(err, got, changed, "%s stands against %s, %s.\n", got.Control, got.Risk, got.Tie)
			})
		},
	}
	f := c.Flags()
	f.StringVar((*string)(&x.Tie), "as", "direct", "direct, partial or supporting")
	f.StringVar(&x.Group, "group", "", "controls that fail together: of a group only the best counts")
	f.StringVar((*string)(&x.From), "from", "", "first day (default: today)")
	f.StringVar((*string)(&x.To), "until", "", "last day, when it no longer does")
	return c
}

func (e *env) riskAccept() *cobra.Command {
	var until, reason string
	c := &cobra.Command{
		Use: "accept RISK", Short: "Bear a risk as it stands, until a day, as another person than its owner", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir myorg --as 'D. Chen' risk accept R-07 --until 2026-12-31 --reason 'Replaced with the platform in the autumn.'",
		RunE: func(c *cobra.Command, list []string) error {
			return e.register(c, func(ctx context.Context, r risk.Register) error {
				got, changed, err := r.Accept(ctx, list[0], audit.Date(until), reason)
				return e.said(err, got, changed, "%s accepted %s until %s. It falls when the risk is rated anew.\n", got.By, got.Risk, got.Until)
			})
		},
	}
	c.Flags().StringVar(&until, "until", "", "last day of the acceptance")
	c.Flags().StringVar(&reason, "reason", "", "why")
	return c
}

func (e *env) riskReview() *cobra.Command {
	var x program.Assessment
	var approve bool
	c := &cobra.Command{
		Use: "review CODE", Short: "Record an assessment of the risks, or approve the one that another performed", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir myorg risk review RA-2026 --scope 'the organization' --fraud --changes --note 'All 14 risks, with the incident log.'\n  tickmark --dir myorg --as 'D. Chen' risk review RA-2026 --approve",
		RunE: func(c *cobra.Command, list []string) error {
			return e.register(c, func(ctx context.Context, r risk.Register) error {
				if approve {
					got, changed, err := r.Approve(ctx, list[0])
					return e.said(err, got, changed, "%s approved %s, which %s performed.\n", got.Approver, got.Code, got.Performer)
				}
				x.Code = list[0]
				got, changed, err := r.Review(ctx, x)
				return e.said(err, got, changed, "%s: %s assessed on %s by %s. Another person approves it.\n", got.Code, got.Scope, got.Completed, got.Performer)
			})
		},
	}
	f := c.Flags()
	f.BoolVar(&approve, "approve", false, "approve it")
	f.StringVar(&x.Scope, "scope", "", "what was assessed")
	f.StringVar(&x.Note, "note", "", "what was looked at, and what came of it")
	f.BoolVar(&x.Fraud, "fraud", false, "how people could commit fraud was considered")
	f.BoolVar(&x.Changes, "changes", false, "changes of business, technology and law were considered")
	f.StringVar((*string)(&x.Completed), "on", "", "day on which it was completed (default: today)")
	return c
}

func (e *env) riskTrigger() *cobra.Command {
	var x program.Trigger
	c := &cobra.Command{
		Use: "trigger CODE", Short: "Note an event that calls for the risks to be assessed again", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark --dir myorg risk trigger E-03 --kind new-vendor --title 'Payouts move to another bank' --on 2026-03-02\n  tickmark --dir myorg risk trigger E-03 --kind new-vendor --title 'Payouts move to another bank' --on 2026-03-02 --reassessed 2026-03-20",
		RunE: func(c *cobra.Command, list []string) error {
			x.Code = list[0]
			return e.register(c, func(ctx context.Context, r risk.Register) error {
				got, changed, err := r.Note(ctx, x)
				return e.said(err, got, changed, "%s: %s on %s%s.\n", got.Code, got.What, got.Occurred, map[bool]string{true: ", not assessed yet", false: ", assessed on " + string(got.Reassessed)}[got.Reassessed == ""])
			})
		},
	}
	f := c.Flags()
	f.StringVar(&x.What, "kind", "", strings.Join(program.TriggerKinds, ", "))
	f.StringVar(&x.Title, "title", "", "what it was about")
	f.StringVar(&x.Sponsor, "sponsor", "", "who wanted it")
	f.StringVar((*string)(&x.Occurred), "on", "", "day of the decision or event")
	f.StringVar((*string)(&x.Reassessed), "reassessed", "", "day on which the risks had been assessed again")
	return c
}

func (e *env) riskPublish() *cobra.Command {
	var window audit.Period
	var replace bool
	c := &cobra.Command{
		Use: "publish", Short: "Collect the register as populations, so that procedures test it", Args: args(cobra.NoArgs),
		Long:    "Writes risks, risk_controls, risk_assessments, change_triggers and commitment_risks as they stand now, with the register's own\ncounts, and collects them. What remains of a risk after controls is its likelihood; its impact stays.",
		Example: "  tickmark --dir myorg risk publish\n  tickmark --dir myorg run",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.acting(c, func(a *app.App, p audit.Person) error {
				all, err := a.PublishRisks(c.Context(), p, window, replace)
				if err != nil || e.json {
					return e.shown(err, all)
				}
				for _, x := range all {
					e.printf("%-17s %5d rows  %s\n", x.Population.Name, x.Population.Rows, x.Population.ID)
				}
				return nil
			})
		},
	}
	f := c.Flags()
	f.StringVar((*string)(&window.From), "from", "", "first day of the window (default: of the earliest engagement)")
	f.StringVar((*string)(&window.To), "to", "", "last day of the window (default: today)")
	f.BoolVar(&replace, "replace", false, "replace datasets that give these populations from elsewhere")
	return c
}

// hundredths writes 1250 as 12.50.
func hundredths(n int) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }
