package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/method/exposure"
	"tickmark/internal/program"
	"tickmark/internal/register/risk"
)

func (e *env) riskList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the register, with what remains of each risk and what is due", Args: args(cobra.NoArgs), Example: "  tickmark --dir myorg risk list",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.acting(c, func(a *app.App, p audit.Person) error {
				s, err := a.Risks(c.Context(), p)
				if err != nil || e.json {
					return e.shown(err, s)
				}
				e.risks(s)
				return nil
			})
		},
	}
}

func (e *env) risks(s risk.State) {
	e.printf("Risks as of %s; appetite %d of 25\n\n", s.On, s.Policy.Appetite)
	above := 0
	for _, x := range s.Rated {
		r := s.Risks[slices.IndexFunc(s.Risks, func(r program.Risk) bool { return r.Code == x.Risk })]
		e.hanging(fmt.Sprintf("  %-8s %2d -> %5s", x.Risk, x.Inherent, hundredths(x.Residual)), r.Title+marks(r, x))
		for _, t := range x.Terms {
			e.hanging("             ", reduces(t))
		}
		if x.Above && !x.Accepted {
			above++
		}
	}
	e.printf("%s open, %d at or above the appetite and not accepted; %s closed.\n", audit.Plural(int64(len(s.Rated)), "risk"), above, audit.Count(int64(len(s.Risks)-len(s.Rated))))
	if len(s.Notices) > 0 {
		e.printf("\nDue\n")
	}
	for _, n := range s.Notices {
		lead := fmt.Sprintf("  %-8s %-10s", n.About, n.Due)
		if n.Late {
			lead += " late:"
		}
		e.hanging(lead, n.Says)
	}
	e.printf("\nAssumed\n")
	for _, text := range s.Assumptions {
		e.hanging("   ", text)
	}
}

func marks(r program.Risk, x program.Rated) string {
	text := "; owner " + r.Owner
	if r.Fraud {
		text += "; fraud: " + r.Scheme
	}
	if r.Treatment != program.Undecided {
		text += "; " + string(r.Treatment)
	}
	if x.Accepted {
		text += ", accepted"
	}
	return text
}

func reduces(t program.Reduces) string {
	switch {
	case !t.Designed:
		return t.Control + " takes nothing: it is not designed, or in no engagement's scope"
	case t.Tested == 0:
		return t.Control + " takes nothing: no item of it was tested"
	}
	text := fmt.Sprintf("%s takes %s: %d of %d items, %s, by %s", t.Control, share(t.PPM), t.Good, t.Tested, t.Tie, t.Record)
	if !t.Counts {
		text += "; it does not count beside a better one of group " + t.Group
	}
	return text
}

// share writes parts per million as 0.87.
func share(ppm int64) string { return fmt.Sprintf("0.%02d", ppm/10_000) }

func (e *env) riskSnapshot() *cobra.Command {
	return &cobra.Command{
		Use: "snapshot", Short: "Record how every open risk is rated today", Args: args(cobra.NoArgs), Example: "  tickmark --dir myorg risk snapshot",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.acting(c, func(a *app.App, p audit.Person) error {
				got, changed, err := a.SnapshotRisks(c.Context(), p)
				return e.said(err, got, changed, "Snapshot of %s: %s.\n", got.On, audit.Plural(int64(len(got.Risks)), "risk"))
			})
		},
	}
}

func (e *env) riskHeatmap() *cobra.Command {
	var on string
	c := &cobra.Command{
		Use: "heatmap", Short: "Show the risks by likelihood and impact, before and after controls, and over time", Args: args(cobra.NoArgs),
		Example: "  tickmark --dir myorg risk heatmap\n  tickmark --dir myorg risk heatmap --on 2026-03-31",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.acting(c, func(a *app.App, p audit.Person) error {
				past, err := a.RiskSnapshots(c.Context(), p)
				if err != nil {
					return err
				}
				now, err := heat(c, a, p, audit.Date(on), past)
				if err != nil || e.json {
					return e.shown(err, map[string]any{"shown": now, "snapshots": past})
				}
				e.heatmap(now, past)
				return nil
			})
		},
	}
	c.Flags().StringVar(&on, "on", "", "day of a snapshot (default: as it stands now)")
	return c
}

// heat is the snapshot of a day, or how the register stands now.
func heat(c *cobra.Command, a *app.App, p audit.Person, on audit.Date, past []program.Snapshot) (program.Snapshot, error) {
	if on == "" {
		s, err := a.Risks(c.Context(), p)
		return program.Snapshot{On: s.On, Appetite: s.Policy.Appetite, Risks: s.Rated}, err
	}
	var days []string
	for _, s := range past {
		if s.On == on {
			return s, nil
		}
		days = append(days, string(s.On))
	}
	return program.Snapshot{}, usage{fmt.Errorf("there is no snapshot of %s; there are %s", on, strings.Join(append(days, "no others"), ", "))}
}

func (e *env) heatmap(s program.Snapshot, past []program.Snapshot) {
	e.printf("Risks as of %s; appetite %d of 25. In each cell the codes of the risks.\n", s.On, s.Appetite)
	e.heatGrid("Before controls", s, func(x program.Rated) int { return x.Likelihood })
	e.heatGrid("After controls", s, exposure.Likelihood)
	if len(past) == 0 {
		e.printf("\nNo snapshot is recorded: `tickmark risk snapshot` keeps one, so that days can be compared.\n")
		return
	}
	e.printf("\nOver time\n  %-10s %6s %9s %9s %6s\n", "day", "risks", "inherent", "residual", "above")
	for _, x := range append(slices.Clone(past), s) {
		inherent, residual, above := 0, 0, 0
		for _, r := range x.Risks {
			inherent, residual = inherent+r.Inherent, residual+r.Residual
			if r.Above && !r.Accepted {
				above++
			}
		}
		e.printf("  %-10s %6d %9d %9s %6d\n", x.On, len(x.Risks), inherent, hundredths(residual), above)
	}
}

func (e *env) heatGrid(title string, s program.Snapshot, likelihood func(program.Rated) int) {
	e.printf("\n%s\n", title)
	for l := 5; l >= 1; l-- {
		e.printf("  likelihood %d", l)
		for i := 1; i <= 5; i++ {
			var codes []string
			for _, x := range s.Risks {
				if likelihood(x) == l && x.Impact == i {
					codes = append(codes, x.Risk)
				}
			}
			sign := " "
			if l*i >= s.Appetite {
				sign = "!"
			}
			e.printf(" |%s%-14s", sign, several(codes, 2))
		}
		e.printf("|\n")
	}
	e.printf("  %12s", "impact")
	for i := 1; i <= 5; i++ {
		e.printf("  %-15d", i)
	}
	e.printf("\n")
}
