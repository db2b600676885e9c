package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/program"
	"tickmark/internal/register/oversight"
)

func windowFlags(c *cobra.Command, w *audit.Period) {
	c.Flags().StringVar((*string)(&w.From), "from", "", "first day of the window (default: of the earliest engagement)")
	c.Flags().StringVar((*string)(&w.To), "to", "", "last day of the window (default: today)")
}

func (e *env) oversightPack() *cobra.Command {
	var format, out string
	c := &cobra.Command{
		Use: "pack MEETING", Short: "Write the papers for a meeting from the records, keep them, and record that they were sent", Args: args(cobra.ExactArgs(1)),
		Long:    "Readiness with its conditions and high gaps, risks at or above the appetite, late tasks, attestations without an answer, evidence\npast due; each figure with the records behind it. Refused when the meeting has been held.",
		Example: "  tickmark --dir myorg oversight pack B-2026-1 --format pdf --out pack.pdf",
		RunE: func(c *cobra.Command, list []string) error {
			if out == "" || !slices.Contains([]string{"pdf", "docx"}, format) {
				return usage{fmt.Errorf("say --out FILE, and --format pdf or docx")}
			}
			return e.acting(c, func(a *app.App, p audit.Person) error {
				got, changed, err := a.SendPack(c.Context(), p, list[0], format, out)
				return e.said(err, got, changed, "Written: %s, for %s, as of %s: %s.\n", out, got.Meeting, got.AsOf, strings.Join(got.Holds, ", "))
			})
		},
	}
	c.Flags().StringVar(&format, "format", "pdf", "pdf or docx")
	c.Flags().StringVar(&out, "out", "", "file to write, over no file")
	return c
}

func (e *env) oversightList() *cobra.Command {
	var window audit.Period
	c := &cobra.Command{
		Use: "list", Short: "List attestations, meetings and evidence, with what is due", Args: args(cobra.NoArgs), Example: "  tickmark --dir myorg oversight list",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.acting(c, func(a *app.App, p audit.Person) error {
				s, err := a.Overseen(c.Context(), p, window)
				if err != nil || e.json {
					return e.shown(err, s)
				}
				e.oversight(s)
				return nil
			})
		},
	}
	windowFlags(c, &window)
	return c
}

func (e *env) oversight(s oversight.State) {
	given, refused, came := 0, 0, 0
	for _, a := range s.Asked {
		switch {
		case a.Answer == nil:
		case a.Answer.Answer == program.WordGiven:
			given++
		default:
			refused++
		}
	}
	for _, x := range s.Expected {
		if x.Collected != "" {
			came++
		}
	}
	e.printf("Oversight as of %s\n\n", s.On)
	e.printf("  Attestations  %d asked for: %d given, %d refused, %d without an answer\n", len(s.Asked), given, refused, len(s.Asked)-given-refused)
	e.printf("  Evidence      %d of %d collections that schedules called for from %s to %s\n", came, len(s.Expected), s.Window.From, s.Window.To)
	for _, m := range s.Meetings {
		stands := "planned for " + string(m.Planned)
		if m.Held != "" {
			stands = "held on " + string(m.Held)
		}
		if m.Approver != "" {
			stands += ", minutes approved by " + m.Approver + " on " + string(m.Approved)
		}
		e.printf("  %-13s %s, %s\n", m.Code, m.Body, stands)
	}
	if len(s.Notices) > 0 {
		e.printf("\nDue\n")
	}
	for _, n := range s.Notices {
		lead := fmt.Sprintf("  %-12s %-10s", n.About, n.Due)
		if n.Late {
			lead += " late:"
		}
		e.hanging(lead, n.Says)
	}
}

func (e *env) oversightPublish() *cobra.Command {
	var window audit.Period
	var replace bool
	c := &cobra.Command{
		Use: "publish", Short: "Collect the register as populations, so that procedures test it", Args: args(cobra.NoArgs),
		Long:    "Writes control_attestations, evidence_expectations, management_reviews and, when meetings of the board are recorded here,\nboard_meetings and board_packs, as they stand now, with the register's own counts, and collects them.",
		Example: "  tickmark --dir myorg oversight publish\n  tickmark --dir myorg run",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.acting(c, func(a *app.App, p audit.Person) error {
				all, err := a.PublishOversight(c.Context(), p, window, replace)
				if err != nil || e.json {
					return e.shown(err, all)
				}
				for _, x := range all {
					e.printf("%-22s %5d rows  %s\n", x.Population.Name, x.Population.Rows, x.Population.ID)
				}
				return nil
			})
		},
	}
	windowFlags(c, &window)
	c.Flags().BoolVar(&replace, "replace", false, "replace datasets that give these populations from elsewhere")
	return c
}
