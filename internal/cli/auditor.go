package cli

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/method/evaluation"
	"tickmark/internal/stage/review"
)

func (e *env) auditorCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "auditor", Short: "Conclude, propose, draft and sign the opinion", Args: args(cobra.NoArgs),
		Long: "`basis` shows what a conclusion on a control would rest on; `conclude` records it. Nothing is filled in, and no machine concludes.\n" +
			"`propose` says which opinion the conclusions call for; only a partner's signature makes one. `issues` lists what is not finished.",
		Example: "  tickmark auditor basis AC-01 --side auditor\n  tickmark auditor conclude control AC-01 --design 'suitably designed' --operation effective \\\n    --workpaper WP-1 --workpaper WP-2 --reason 'No deviation.' --side auditor",
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(e.auditorBasis(), e.auditorConclude(), e.auditorConclusions(), e.auditorSign(), e.auditorIssues(), e.auditorPropose(), e.auditorOpinion())
	return c
}

func (e *env) auditorBasis() *cobra.Command {
	c := &cobra.Command{
		Use: "basis CONTROL", Short: "Show what a conclusion on a control would rest on", Args: args(cobra.ExactArgs(1)),
		Example: "  tickmark auditor basis AC-01 --side auditor",
	}
	return e.auditing(c, func(a *app.App, p audit.Person, engagement string, list []string) error {
		b, err := a.Basis(c.Context(), p, engagement, list[0])
		if err != nil || e.json {
			return e.shown(err, b)
		}
		e.basis(b)
		return nil
	})
}

func (e *env) basis(b review.Basis) {
	e.printf("%s  %s\n", b.Control.Code, b.Control.Title)
	for _, w := range b.Wordings {
		e.printf("  worded %s from %s\n", w.Digest.Short(), dates(w.Dates))
	}
	for _, x := range b.Papers {
		e.printf("\n%s  %s, %s; preparer %s, reviewer %s\n", x.Paper.Code, x.Paper.Kind, dates(x.Paper.Dates), names(x.Signed, audit.AsPreparer), names(x.Signed, audit.AsReviewer))
		if x.Limit != nil {
			e.printf("  %s\n", x.Limit.Sentence)
			for _, note := range x.Limit.Notes {
				e.printf("  %s\n", note)
			}
		}
		for _, why := range append(x.Lacks, x.Wants...) {
			e.printf("  wants: %s\n", why)
		}
	}
	e.printf("\n")
	for _, r := range b.Results {
		e.printf("Procedure %s: %s tested, %s, %s, %s without a disposition\n", r.Procedure, audit.Count(r.Tested), audit.Plural(r.Exceptions, "exception"), audit.Plural(r.Deviations, "deviation"), audit.Count(r.Pending))
	}
	for _, d := range b.Deviations {
		e.deviation(d)
	}
	for _, m := range b.Missing {
		e.printf("Not recorded: item %s of %s, judged a deviation\n", m.Item, m.Procedure+m.Workpaper)
	}
	for _, g := range b.Gaps {
		what := "no test of operation"
		if g.Design {
			what = "no walkthrough"
		}
		e.printf("Gap: %s from %s\n", what, dates(g.Dates))
	}
	if b.Concluded != nil {
		e.concluded(*b.Concluded)
	}
}

func (e *env) auditorConclude() *cobra.Command {
	var x audit.AuditorConclusion
	var files []string
	c := &cobra.Command{
		Use: "conclude [LEVEL CODE]", Short: "Record your conclusion on a control, criterion, objective, commitment or the description", Args: args(cobra.MaximumNArgs(2)),
		Long: "Design is 'suitably designed' or 'not suitably designed'; of `description description`, 'fairly presented', 'materially misstated' or 'not shown'.\n" +
			"Operation, in a Type 2, is effective, 'effective with deviations', 'not effective', 'did not operate' or 'not tested'. A conclusion on a control rests on\n" +
			"papers that are signed by preparer and reviewer; one on a criterion, objective or commitment rests on controls. What files hold is recorded\n" +
			"in their order, all of it or nothing.",
		Example: "  tickmark auditor conclude control AC-01 --design 'suitably designed' --operation effective --workpaper WP-1 --reason 'No deviation.' --side auditor\n" +
			"  tickmark auditor conclude objective CO-1 --design 'suitably designed' --operation effective --rests-on AC-01 --reason 'Its controls operated.' --side auditor\n" +
			"  tickmark auditor conclude --file controls.yaml --file objectives.yaml --side auditor",
	}
	f := c.Flags()
	f.StringArrayVar(&files, "file", nil, "file of one conclusion or a list of them, instead of flags; may be given several times")
	f.StringVar((*string)(&x.Design), "design", "", "conclusion on design and implementation")
	f.StringVar((*string)(&x.Operation), "operation", "", "conclusion on operating effectiveness, in a Type 2")
	f.BoolVar(&x.Pervasive, "pervasive", false, "what is material goes beyond its own matter")
	f.StringVar(&x.Reason, "reason", "", "why")
	f.StringArrayVar(&x.Workpapers, "workpaper", nil, "paper that it rests on; may be given several times")
	f.StringArrayVar(&x.Deviations, "deviation", nil, "deviation that was weighed; may be given several times")
	f.StringArrayVar(&x.Rests, "rests-on", nil, "control that it rests on; may be given several times")
	return e.auditing(c, func(a *app.App, p audit.Person, engagement string, list []string) error {
		if (len(files) == 0) == (len(list) != 2) {
			return usage{errors.New("say LEVEL and CODE, or name files with --file")}
		}
		if len(files) > 0 {
			all, err := a.RecordConclusions(c.Context(), p, engagement, files)
			return e.said(err, all, true, "%s recorded, by %s.\n", audit.Plural(int64(len(all)), "conclusion"), p.Name)
		}
		x.Engagement, x.On, x.Code = engagement, audit.ConclusionOn(list[0]), list[1]
		done, err := a.AuditorConclude(c.Context(), p, x)
		return e.said(err, done, true, "%s concluded on %s %s: %s.\n", done.By, done.On, done.Code, said(done))
	})
}

func said(c audit.AuditorConclusion) string {
	text := string(c.Design)
	if c.Operation != "" {
		text += "; " + string(c.Operation)
	}
	if c.Pervasive {
		text += "; pervasive"
	}
	return text
}

func (e *env) auditorConclusions() *cobra.Command {
	c := &cobra.Command{Use: "conclusions", Short: "List the conclusions, with what speaks against each by now", Args: args(cobra.NoArgs), Example: "  tickmark auditor conclusions --side auditor"}
	return e.auditing(c, func(a *app.App, p audit.Person, engagement string, _ []string) error {
		all, err := a.AuditorConclusions(c.Context(), p, engagement)
		if err != nil || e.json {
			return e.shown(err, all)
		}
		for _, x := range all {
			e.concluded(x)
		}
		e.printf("%s.\n", audit.Plural(int64(len(all)), "conclusion"))
		return nil
	})
}

func (e *env) concluded(x review.Concluded) {
	c := x.Conclusion
	e.printf("%s %s  %s, by %s: %s\n", c.On, c.Code, said(c), c.By, c.Reason)
	for _, list := range []struct {
		what  string
		codes []string
	}{{"papers", c.Workpapers}, {"deviations", c.Deviations}, {"rests on", c.Rests}} {
		if len(list.codes) > 0 {
			e.printf("    %s: %s\n", list.what, strings.Join(list.codes, ", "))
		}
	}
	e.signed(x.Signed)
	for _, why := range x.Against {
		e.printf("    against: %s\n", why)
	}
}

func (e *env) auditorSign() *cobra.Command {
	var seen string
	c := &cobra.Command{
		Use: "sign SUBJECT... preparer|reviewer", Short: "Put your name under conclusions or papers as they stand", Args: args(cobra.MinimumNArgs(2)),
		Example: "  tickmark auditor sign conclusion/control/AC-01 reviewer --side auditor",
	}
	c.Flags().StringVar(&seen, "digest", "", "digest, or its beginning, of what you looked at")
	return e.auditing(c, func(a *app.App, p audit.Person, engagement string, list []string) error {
		return e.sign(c, a, p, engagement, list, seen)
	})
}

func (e *env) auditorIssues() *cobra.Command {
	c := &cobra.Command{Use: "issues", Short: "List all deviations, and what is not finished", Args: args(cobra.NoArgs), Example: "  tickmark auditor issues --side auditor"}
	return e.auditing(c, func(a *app.App, p audit.Person, engagement string, _ []string) error {
		x, err := a.AuditorIssues(c.Context(), p, engagement)
		if err != nil || e.json {
			return e.shown(err, x)
		}
		for _, d := range x.Deviations {
			e.deviation(d)
		}
		against := x.Against()
		for _, why := range against {
			e.printf("Open: %s\n", why)
		}
		e.printf("%s; %s before the opinion can be signed; %s for which there is no paper.\n", audit.Plural(int64(len(x.Deviations)), "deviation"), audit.Plural(int64(len(against)), "matter"), audit.Plural(int64(len(x.Gaps)), "gap"))
		return nil
	})
}

func (e *env) auditorPropose() *cobra.Command {
	c := &cobra.Command{
		Use: "propose", Short: "Say which opinion the conclusions call for, and why", Args: args(cobra.NoArgs),
		Long:    "It is a proposal with reasons, and is never recorded: an opinion is what a person drafts and a partner signs.",
		Example: "  tickmark auditor propose --side auditor",
	}
	return e.auditing(c, func(a *app.App, p audit.Person, engagement string, _ []string) error {
		x, err := a.ProposeOpinion(c.Context(), p, engagement)
		if err != nil || e.json {
			return e.shown(err, x)
		}
		e.printf("A proposal, and no opinion.\n")
		for _, s := range x.Subjects {
			e.proposed(s)
		}
		return nil
	})
}

func (e *env) proposed(s evaluation.Proposed) {
	form := string(s.Form)
	if s.Form == evaluation.Open {
		form = "open: a person has to judge first"
	}
	e.printf("\n%s: %s\n", s.Subject, form)
	for _, list := range []struct {
		what  string
		codes []string
	}{{"affected", s.Affected}, {"criteria", s.Criteria}, {"does not extend to", s.Excluded}} {
		if len(list.codes) > 0 {
			e.printf("  %s: %s\n", list.what, strings.Join(list.codes, ", "))
		}
	}
	for _, r := range s.Reasons {
		e.printf("  because %s\n", coded(r))
	}
	for _, r := range s.Open {
		e.printf("  open: %s\n", coded(r))
	}
}

func coded(r evaluation.Reason) string {
	text := r.Text
	if r.Code != "" {
		text = r.Code + ": " + text
	}
	if len(r.Cites) > 0 {
		var cites []string
		for _, c := range r.Cites {
			cites = append(cites, string(c))
		}
		text += " [" + strings.Join(cites, ", ") + "]"
	}
	return text
}
