package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
)

func (e *env) auditorOpinion() *cobra.Command {
	c := &cobra.Command{
		Use: "opinion", Short: "Draft the opinion, sign it as a partner, concur as the quality reviewer", Args: args(cobra.NoArgs),
		Long:    "The draft is a file with the fields subjects (subject, form, affected, basis), report_date, city, firm and, where it departs from what\nthe conclusions call for, departure. A signature is of the draft as it stands.",
		Example: "  tickmark auditor opinion record opinion.yaml --side auditor\n  tickmark auditor opinion sign --digest 5f0c61aa9e12 --as 'P. Partner' --side auditor",
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	record := &cobra.Command{Use: "record FILE", Short: "Record a draft of the opinion", Args: args(cobra.ExactArgs(1)), Example: "  tickmark auditor opinion record opinion.yaml --side auditor"}
	sign := &cobra.Command{
		Use: "sign", Short: "Sign the opinion, as a partner of a licensed firm", Args: args(cobra.NoArgs), Example: "  tickmark auditor opinion sign --digest 5f0c61aa9e12 --side auditor",
		Long: "Refused unless the firm is licensed on the report's date, all papers are signed and all notes cleared, the conclusions stand, and\nmanagement signed its assertion and representations, dated not after the report.",
	}
	concur := &cobra.Command{Use: "concur", Short: "Concur with the opinion, as the quality reviewer from outside the team", Args: args(cobra.NoArgs), Example: "  tickmark auditor opinion concur --digest 5f0c61aa9e12 --side auditor"}
	show := &cobra.Command{Use: "show", Short: "Show the draft with the names under it", Args: args(cobra.NoArgs), Example: "  tickmark auditor opinion show --side auditor"}
	var seen string
	for _, x := range []*cobra.Command{sign, concur} {
		x.Flags().StringVar(&seen, "digest", "", "digest, or its beginning, of the draft that you looked at, as `auditor opinion show` prints it")
	}
	c.AddCommand(
		e.auditing(record, func(a *app.App, p audit.Person, engagement string, list []string) error {
			o, err := a.DraftOpinion(record.Context(), p, engagement, list[0])
			return e.said(err, o, true, "The draft of %s is recorded. It is no opinion until a partner signs it.\n", o.By)
		}),
		e.auditing(sign, func(a *app.App, p audit.Person, engagement string, _ []string) error {
			x, err := a.SignOpinion(sign.Context(), p, engagement, audit.Digest(seen))
			return e.said(err, x, true, "%s signed the opinion, digest %s.\n", x.By, x.Digest.Short())
		}),
		e.auditing(concur, func(a *app.App, p audit.Person, engagement string, _ []string) error {
			x, err := a.Concur(concur.Context(), p, engagement, audit.Digest(seen))
			return e.said(err, x, true, "%s concurred, digest %s.\n", x.By, x.Digest.Short())
		}),
		e.auditing(show, func(a *app.App, p audit.Person, engagement string, _ []string) error {
			o, names, err := a.Opinion(show.Context(), p, engagement)
			if err != nil || e.json {
				return e.shown(err, map[string]any{"opinion": o, "signed": names})
			}
			text, err := audit.Canonical(o)
			e.opinion(o)
			e.printf("SHA-256 of this draft: %s\n", audit.DigestOf(text))
			e.signed(names)
			return err
		}),
	)
	return c
}

func (e *env) opinion(o audit.Opinion) {
	e.printf("Draft by %s, report of %s, %s, firm %s\n", o.By, o.ReportDate, o.City, o.Firm)
	for _, s := range o.Subjects {
		e.printf("  %s: %s\n", s.Subject, s.Form)
		if len(s.Affected) > 0 {
			e.printf("    affected: %s\n", strings.Join(s.Affected, ", "))
		}
		if s.Basis != "" {
			e.printf("    basis: %s\n", s.Basis)
		}
	}
	if o.Departure != "" {
		e.printf("  departs from what was proposed: %s\n", o.Departure)
	}
}
