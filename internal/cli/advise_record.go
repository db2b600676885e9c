package cli

import (
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/stage/scope"
)

// adviseRecords are the commands that keep a decision, beside those that advise.
func (e *env) adviseRecords() []*cobra.Command {
	return []*cobra.Command{e.adviseRecord(), e.adviseSign(), e.adviseShow()}
}

func (e *env) adviseRecord() *cobra.Command {
	var a adviseFlags
	var d app.Decision
	c := &cobra.Command{
		Use: "record", Short: "Record which report management decided on, and why", Args: args(cobra.NoArgs),
		Long: "Keeps the decision with the adviser, the rationale, every answer and their digest, beside what the answers advise.\n" +
			"Answers that a profile proposes are refused until a person has confirmed them in the file. A management-admin records;\n" +
			"another person signs.",
		Example: "  tickmark --dir myorg advise record --answers answers.yaml --adviser 'R. Voss, counsel' --rationale 'Two clients in renewal ask for it.'\n  tickmark --dir myorg advise record --buyer --code hosting --answers vendor.yaml --adviser 'R. Voss' --rationale 'The platform runs there.'",
		RunE: func(c *cobra.Command, _ []string) error {
			if err := e.adviseInput(c, &a); err != nil {
				return err
			}
			d.Profile, d.Today, d.Buyer = a.profile, a.day, a.buyer
			return e.acting(c, func(x *app.App, p audit.Person) error {
				got, changed, err := x.RecordDecision(c.Context(), p, a.read, d)
				return e.said(err, got, changed, "Decided: %s\nAdvised: %s\nRecorded as %s, on %s with digest %s. It counts when another person signs it: `tickmark advise sign`.\n",
					got.Decided, got.Advised, got.Code, audit.Plural(int64(len(got.Answers)), "answer"), got.Digest.Short())
			})
		},
	}
	f := c.Flags()
	f.StringVar(&a.answers, "answers", "", "file of answers, as printed by `tickmark advise --questions`")
	f.StringArrayVar(&a.set, "set", nil, "one answer, such as asked-by=client,prospect; may be repeated")
	f.StringVar(&a.profile, "profile", "", "industry profile that was looked at")
	f.BoolVar(&a.buyer, "buyer", false, "record what to ask of a vendor, which --code names")
	f.StringVar(&a.today, "today", "", "day from which deadlines count (default: today)")
	f.StringVar(&d.Code, "code", scope.DecisionCode, "what is decided on")
	f.StringVar(&d.Adviser, "adviser", "", "who was consulted")
	f.StringVar(&d.Decided, "decided", "", "what was decided, when it departs from the advice")
	f.StringVar(&d.Rationale, "rationale", "", "why")
	a.pace = "latest"
	return c
}

func (e *env) adviseSign() *cobra.Command {
	var code, title string
	c := &cobra.Command{
		Use: "sign", Short: "Sign the decision as it stands, as another person than the one who recorded it", Args: args(cobra.NoArgs),
		Example: "  tickmark --dir myorg --as 'D. Chen' advise sign --title 'Chief Executive Officer'",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.acting(c, func(a *app.App, p audit.Person) error {
				got, changed, err := a.SignDecision(c.Context(), p, code, title)
				return e.said(err, got, changed, "%s (%s) signed decision %s, record %s.\n", got.By, got.Title, got.Code, got.Digest.Short())
			})
		},
	}
	c.Flags().StringVar(&code, "code", scope.DecisionCode, "which decision")
	c.Flags().StringVar(&title, "title", "", "of whoever signs")
	return c
}

func (e *env) adviseShow() *cobra.Command {
	return &cobra.Command{
		Use: "show", Short: "Show the decisions that are recorded, and who signed them", Args: args(cobra.NoArgs), Example: "  tickmark --dir myorg advise show",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.acting(c, func(a *app.App, p audit.Person) error {
				all, err := a.Decisions(c.Context(), p)
				if err != nil || e.json {
					return e.shown(err, all)
				}
				for _, d := range all {
					e.decision(d)
				}
				e.printf("%s.\n", audit.Plural(int64(len(all)), "decision"))
				return nil
			})
		},
	}
}

func (e *env) decision(d scope.Decided) {
	x := d.Decision
	e.printf("%s  decided by %s on %s, record %s\n", x.Code, x.By, x.At.UTC().Format("2006-01-02"), d.Record.Short())
	e.hanging("    Decided   ", x.Decided)
	if x.Advised != x.Decided {
		e.hanging("    Departs   ", "the answers advise: "+x.Advised)
	}
	e.hanging("    Adviser   ", x.Adviser)
	e.hanging("    Rationale ", x.Rationale)
	var said []string
	for _, id := range slices.Sorted(maps.Keys(x.Answers)) {
		said = append(said, id+"="+strings.Join(x.Answers[id], ","))
	}
	e.hanging("    Answers   ", strings.Join(said, "; ")+" (digest "+x.Digest.Short()+")")
	for _, s := range d.Signed {
		e.hanging("    Signed    ", s.By+", "+s.Title+", on "+s.At.UTC().Format("2006-01-02"))
	}
	for _, s := range d.Fallen {
		e.hanging("    Fallen    ", s.By+" signed an earlier version, "+s.Digest.Short())
	}
	if len(d.Signed) == 0 {
		e.printf("    Not signed: it does not count until another person signs it.\n")
	}
}
