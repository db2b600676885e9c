package cli

import (
	"errors"
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
)

func (e *env) scheduleCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "schedule", Short: "When connections collect: show, pause, resume, run now, fill in", Args: args(cobra.NoArgs),
		Long:    "Shows every connection with its schedule, its next and its last collection, and which fell silent.\nA schedule stands in connections.yaml; `tickmark work` keeps it.",
		Example: "  tickmark --dir myorg schedule\n  tickmark --dir myorg schedule --check\n  tickmark --dir myorg schedule pause okta --reason \"tenant migration until Friday\"\n  tickmark --dir myorg schedule backfill github --from 2025-01-01 --to 2025-06-30 --step month",
	}
	var check bool
	c.Flags().BoolVar(&check, "check", false, "end with exit status 1 when a source fell silent")
	c.RunE = func(c *cobra.Command, _ []string) error {
		return e.with(c.Context(), func(a *app.App) error {
			all, err := a.Schedules(c.Context())
			if err != nil {
				return err
			}
			if e.json {
				return errors.Join(e.printJSON(all), quiet(all, check))
			}
			e.schedules(all)
			return quiet(all, check)
		})
	}
	c.AddCommand(e.pauseCommand(), e.resumeCommand(), e.nowCommand(), e.backfillCommand())
	return c
}

func (e *env) schedules(all []app.Schedule) {
	if len(all) == 0 {
		e.printf("There is no connection yet: describe one in connections.yaml and run `tickmark --dir %s apply`.\n", e.dir)
	}
	for _, s := range all {
		when := s.Connection.Schedule
		if when == "" {
			when = "by hand"
		}
		e.printf("%-20s %-16s next %-22s last %-22s last complete %s\n", s.Connection.Code, when, dash(s.Next), dash(s.Last), dash(s.Complete))
		switch {
		case s.Rests != nil:
			e.printf("    PAUSED by %s on %s: %s\n", s.Rests.By, s.Rests.At.Format("2006-01-02 15:04 UTC"), s.Rests.Reason)
		case s.Connection.Paused:
			e.printf("    PAUSED in connections.yaml\n")
		case s.Silent:
			e.printf("    SILENT: nothing complete for longer than it may\n")
		}
		for _, q := range s.Queue {
			if q.State != "completed" {
				e.printf("    %s since %s, attempt %d  %s\n", q.State, q.At.Format("2006-01-02 15:04 UTC"), q.Attempts, q.Error)
			}
		}
	}
}

// quiet is an error when a source fell silent and somebody asked.
func quiet(all []app.Schedule, check bool) error {
	for _, s := range all {
		if check && s.Silent {
			return fmt.Errorf("%s fell silent: nothing complete since %s", s.Connection.Code, dash(s.Complete))
		}
	}
	return nil
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func (e *env) pauseCommand() *cobra.Command {
	return e.switchCommand(audit.SwitchConnection, true, "pause CONNECTION", "Let a connection's schedule rest", "  tickmark --dir myorg schedule pause okta --reason \"tenant migration\"")
}

func (e *env) resumeCommand() *cobra.Command {
	return e.switchCommand(audit.SwitchConnection, false, "resume CONNECTION", "Let a connection's schedule work again", "  tickmark --dir myorg schedule resume okta --reason migrated")
}

// switchCommand records who switched something off or on, and why.
func (e *env) switchCommand(what audit.SwitchKind, off bool, use, short, example string) *cobra.Command {
	s := audit.Switch{Subject: what, Off: off}
	c := &cobra.Command{Use: use, Short: short, Example: example, Args: args(cobra.ExactArgs(1)),
		Long: short + ". Who did it, when and why stands in the records and is shown wherever it matters."}
	c.Flags().StringVar(&s.Reason, "reason", "", "why")
	c.RunE = func(c *cobra.Command, list []string) error {
		if s.Reason == "" {
			return usage{errors.New("say why with --reason")}
		}
		p, err := e.person()
		if err != nil {
			return err
		}
		s.Code = list[0]
		return e.with(c.Context(), func(a *app.App) error {
			changed, err := a.Switch(c.Context(), p, s)
			if err == nil && !changed {
				e.printf("%s was so already, for the same reason.\n", s.Code)
			} else if err == nil {
				e.printf("%s %s is switched %s.\n", s.Subject, s.Code, map[bool]string{true: "off", false: "on"}[off])
			}
			return err
		})
	}
	return c
}

func (e *env) nowCommand() *cobra.Command {
	return &cobra.Command{
		Use: "run-now CONNECTION", Short: "Put what is due into the queue, for a worker to collect", Args: args(cobra.ExactArgs(1)), Example: "  tickmark --dir myorg schedule run-now okta",
		RunE: func(c *cobra.Command, list []string) error { return e.enqueue(c, list[0], audit.Period{}, "") },
	}
}

func (e *env) backfillCommand() *cobra.Command {
	var window audit.Period
	var step string
	c := &cobra.Command{
		Use: "backfill CONNECTION", Short: "Collect the windows of a past time, piece by piece", Args: args(cobra.ExactArgs(1)),
		Long:    "Puts the windows into the queue as one job, which a worker collects one after another.\nA state as it was in the past cannot be collected: only what happened can.",
		Example: "  tickmark --dir myorg schedule backfill github --from 2025-01-01 --to 2025-06-30 --step month",
	}
	c.Flags().StringVar((*string)(&window.From), "from", "", "first day")
	c.Flags().StringVar((*string)(&window.To), "to", "", "last day")
	c.Flags().StringVar(&step, "step", "month", "size of a piece: day, week or month")
	c.RunE = func(c *cobra.Command, list []string) error {
		if window.From == "" || window.To == "" {
			return usage{errors.New("say which days with --from and --to")}
		}
		return e.enqueue(c, list[0], window, step)
	}
	return c
}

func (e *env) enqueue(c *cobra.Command, code string, window audit.Period, step string) error {
	return e.with(c.Context(), func(a *app.App) error {
		added, err := a.Enqueue(c.Context(), code, window, step)
		switch {
		case err != nil:
			return err
		case added:
			e.printf("Queued: %s. A worker collects it: tickmark --dir %s work\n", code, e.dir)
		default:
			e.printf("A collection of %s is in the queue already; see: tickmark --dir %s schedule\n", code, e.dir)
		}
		return nil
	})
}

func (e *env) workCommand() *cobra.Command {
	var n int
	var alert string
	c := &cobra.Command{
		Use: "work", Short: "Keep the schedules: collect, and perform what reads what changed", Args: args(cobra.NoArgs),
		Long:    "Runs until it is stopped. Any number of processes may work on one queue; none makes a collection that another is making.\nWhat happens is logged, a source that fell silent as a warning, which --alert posts to an address as well.",
		Example: "  tickmark --dir myorg work --jobs 4",
	}
	c.Flags().IntVar(&n, "jobs", 2, "collections at a time")
	c.Flags().StringVar(&alert, "alert", "", "https://… to which a JSON object is posted when a source falls silent")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if n < 1 {
			return usage{errors.New("--jobs is at least 1")}
		}
		return e.with(c.Context(), func(a *app.App) error {
			var handler slog.Handler = slog.NewTextHandler(e.errs, nil)
			if e.json {
				handler = slog.NewJSONHandler(e.errs, nil)
			}
			return a.Work(c.Context(), n, alert, slog.New(handler))
		})
	}
	return c
}
