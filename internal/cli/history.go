package cli

import (
	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/method/assembly"
)

func (e *env) statusPopulations() *cobra.Command {
	return &cobra.Command{
		Use: "populations [ENGAGEMENT]", Short: "Show what was collected of each population over the period, its gaps and outages", Args: args(cobra.MaximumNArgs(1)),
		Long:    "For each population of a connection: every snapshot or window within the period, whether it changed, the longest gap and the outages.\nA gap is a gap: nothing is said of what happened in it.",
		Example: "  tickmark --dir myorg status populations soc2-2025",
		RunE: func(c *cobra.Command, list []string) error {
			return e.with(c.Context(), func(a *app.App) error {
				all, err := a.PopulationHistories(c.Context(), first(list))
				if err != nil || e.json {
					return e.shown(err, all)
				}
				for _, h := range all {
					e.populationHistory(h)
				}
				return nil
			})
		},
	}
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func (e *env) populationHistory(h app.PopulationHistory) {
	e.printf("%s  %s to %s, %s\n", h.Engagement, h.Period.From, h.Period.To, h.Timezone)
	if len(h.Lines) == 0 {
		e.printf("    no connection collected anything yet\n")
	}
	for _, t := range h.Lines {
		e.timeline(t)
	}
}

func (e *env) timeline(t assembly.Timeline) {
	kind := "windows"
	if t.State {
		kind = "snapshots"
	}
	gap := t.LongestGap
	if t.GapFrom != "" {
		gap += " from " + t.GapFrom
	}
	e.printf("    %-24s %-16s %s %s in the period, %d distinct, longest gap %s, %s\n", t.Population, t.Connection,
		audit.Count(int64(len(t.Snapshots))), kind, t.Distinct, gap, audit.Plural(int64(t.Outages), "outage"))
	for _, s := range t.Snapshots {
		e.printf("        %s  %s to %s  %10s rows  %s\n", s.At, s.Window.From, s.Window.To, audit.Count(s.Rows), snapshotState(s))
	}
}

func snapshotState(s assembly.Snapshot) string {
	switch {
	case !s.Complete:
		return "INCOMPLETE: " + s.Why
	case s.Same:
		return "unchanged"
	case s.Changes != nil:
		return audit.Count(s.Changes.Added) + " added, " + audit.Count(s.Changes.Removed) + " removed, " + audit.Count(s.Changes.Changed) + " changed"
	}
	return ""
}

func (e *env) statusControls() *cobra.Command {
	var intervals bool
	c := &cobra.Command{
		Use: "controls ENGAGEMENT", Short: "Show how every control stands, why, and how it stood before", Args: args(cobra.ExactArgs(1)),
		Long:    "The status follows from the records; what a control's operation amounts to is the auditor's to conclude.",
		Example: "  tickmark --dir myorg status controls soc2-2025 --history",
	}
	c.Flags().BoolVar(&intervals, "history", false, "show since when, and what was before")
	c.RunE = func(c *cobra.Command, list []string) error {
		return e.with(c.Context(), func(a *app.App) error {
			all, err := a.ControlHistories(c.Context(), list[0])
			if err != nil || e.json {
				return e.shown(err, all)
			}
			for _, h := range all {
				e.controlHistory(h, intervals)
			}
			return nil
		})
	}
	return c
}

func (e *env) controlHistory(h app.ControlHistory, intervals bool) {
	e.printf("%-12s %-18s %s (as of %s)\n", h.Control.Code, h.Status, h.Reason, h.AsOf)
	for _, s := range h.Off {
		e.printf("    procedure %s was switched off by %s on %s: %s\n", s.Code, s.By, s.At.Format("2006-01-02 15:04 UTC"), s.Reason)
	}
	if !intervals {
		return
	}
	for _, i := range h.Intervals {
		to := "now"
		if !i.To.IsZero() {
			to = i.To.UTC().Format("2006-01-02 15:04 UTC")
		}
		e.printf("    %s to %s: %s, %s tested, %s, %s\n", i.From.UTC().Format("2006-01-02 15:04 UTC"), to, i.Outcome,
			audit.Count(i.Tested), audit.Plural(i.Exceptions, "exception"), audit.Plural(i.Deviations, "deviation"))
	}
}
