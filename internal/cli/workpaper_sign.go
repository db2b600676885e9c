package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/stage/review"
)

func (e *env) workpaperRerun() *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use: "rerun CODE", Short: "Perform a population paper's procedure again, independently", Args: args(cobra.MaximumNArgs(1)),
		Long:    "The recorded text runs over the recorded bytes again, with the recorded parameters; the list of exceptions must be the same, byte\nfor byte, before the result can be adopted. No result is recorded but what stands in the paper.",
		Example: "  tickmark workpaper rerun WP-3 --side auditor\n  tickmark workpaper rerun --all --side auditor",
	}
	c.Flags().BoolVar(&all, "all", false, "of every population paper of which it was not done yet")
	return e.auditing(c, func(a *app.App, p audit.Person, engagement string, list []string) error {
		if all == (len(list) == 1) {
			return usage{errors.New("name the paper, or say --all")}
		}
		if all {
			return e.rerunAll(c, a, p, engagement)
		}
		w, err := a.Rerun(c.Context(), p, engagement, list[0], nil)
		if err != nil || e.json {
			return e.shown(err, w)
		}
		e.printf("%s\n", rerunOf(w))
		return nil
	})
}

func rerunOf(w audit.Workpaper) string {
	agrees := "The same list of exceptions came out: the result can be adopted."
	if !w.Rerun.Agrees {
		agrees = "ANOTHER list of exceptions came out: the result cannot be adopted."
	}
	return audit.Count(w.Rerun.Tested) + " tested, " + audit.Plural(w.Rerun.Exceptions, "exception") + ", by " + w.Rerun.By + ". " + agrees
}

func (e *env) rerunAll(c *cobra.Command, a *app.App, p audit.Person, engagement string) error {
	papers := []audit.Workpaper{}
	err := a.RerunAll(c.Context(), p, engagement, func(w audit.Workpaper) {
		if papers = append(papers, w); !e.json {
			e.printf("%s: %s\n", w.Code, rerunOf(w))
		}
	})
	if err != nil || e.json {
		return e.shown(err, papers)
	}
	e.printf("%s performed again.\n", audit.Plural(int64(len(papers)), "result"))
	return nil
}

func (e *env) workpaperSign() *cobra.Command {
	var seen string
	var unsigned bool
	c := &cobra.Command{
		Use: "sign CODE... preparer|reviewer", Short: "Put your name under the newest version of papers", Args: args(cobra.MinimumNArgs(1)),
		Long: "What is signed is the version that you looked at, named by its digest: `tickmark workpaper show` prints it. The preparer wrote a\nversion of the paper; the reviewer wrote none. Of several papers, all are signed or none; --all-unsigned stands for every paper that\n" +
			"still wants your name: those that you wrote, as preparer, or those that others prepared, as reviewer. Without --digest nothing is\nsigned: what would be is listed, with the digest of the whole list, and what is left and why.",
		Example: "  tickmark workpaper sign WP-1 reviewer --digest 5f0c61aa9e12 --side auditor\n  tickmark workpaper sign --all-unsigned preparer --side auditor",
	}
	c.Flags().StringVar(&seen, "digest", "", "digest, or its beginning, of what you looked at")
	c.Flags().BoolVar(&unsigned, "all-unsigned", false, "every paper that wants your name")
	return e.auditing(c, func(a *app.App, p audit.Person, engagement string, list []string) error {
		if unsigned != (len(list) == 1) {
			return usage{errors.New("say CODE... and preparer or reviewer; or --all-unsigned and preparer or reviewer")}
		}
		for i := range list[:len(list)-1] {
			list[i] = "workpaper/" + list[i]
		}
		return e.sign(c, a, p, engagement, list, seen)
	})
}

// sign puts a name under one subject or several, or under all that want it; the
// last word is the capacity.
func (e *env) sign(c *cobra.Command, a *app.App, p audit.Person, engagement string, list []string, seen string) error {
	subjects, as := list[:len(list)-1], audit.SignAs(list[len(list)-1])
	if len(subjects) == 1 {
		x, err := a.SignOff(c.Context(), p, engagement, subjects[0], as, audit.Digest(seen))
		return e.said(err, x, true, "%s signed %s as %s, digest %s.\n", x.By, x.Subject, x.As, x.Digest.Short())
	}
	if seen == "" {
		return e.toSign(c, a, p, engagement, subjects, as)
	}
	b, err := a.SignOffs(c.Context(), p, engagement, subjects, as, audit.Digest(seen))
	if err != nil || e.json {
		return e.shown(err, b)
	}
	for _, x := range b.Names {
		e.printf("%s signed %s as %s, digest %s.\n", x.By, x.Subject, x.As, x.Digest.Short())
	}
	e.printf("%s signed %s as %s.\n", p.Name, audit.Plural(int64(len(b.Names)), "paper"), as)
	e.left(b)
	return nil
}

// toSign lists what would be signed together, with its digest, and signs nothing.
func (e *env) toSign(c *cobra.Command, a *app.App, p audit.Person, engagement string, subjects []string, as audit.SignAs) error {
	b, err := a.ToSign(c.Context(), p, engagement, subjects, as)
	if err != nil {
		return err
	}
	if e.json {
		if err := e.printJSON(b); err != nil {
			return err
		}
	} else {
		for _, x := range b.Names {
			e.printf("%s  %s\n", x.Digest.Short(), x.Subject)
		}
		e.left(b)
	}
	if len(b.Names) > 0 {
		return fmt.Errorf("nothing is signed yet: look at %s, then sign what is listed with --digest %s", audit.Plural(int64(len(b.Names)), "paper"), b.Digest.Short())
	}
	e.printf("Nothing wants your name as %s.\n", as)
	return nil
}

// left says which papers are left without a name, and why.
func (e *env) left(b review.Batch) {
	for _, x := range b.Left {
		for _, why := range x.Against {
			e.printf("Left: %s: %s\n", x.Subject, why)
		}
	}
	if len(b.Left) > 0 {
		e.printf("%s left without your name.\n", audit.Plural(int64(len(b.Left)), "paper"))
	}
}

func (e *env) workpaperWithdraw() *cobra.Command {
	var why string
	c := &cobra.Command{
		Use: "withdraw CODE preparer|reviewer", Short: "Take your name from under a paper", Args: args(cobra.ExactArgs(2)),
		Example: "  tickmark workpaper withdraw WP-1 reviewer --reason 'The evidence of T-17 is of another ticket.' --side auditor",
	}
	c.Flags().StringVar(&why, "reason", "", "why")
	return e.auditing(c, func(a *app.App, p audit.Person, engagement string, list []string) error {
		x, err := a.Withdraw(c.Context(), p, engagement, "workpaper/"+list[0], audit.SignAs(list[1]), why)
		return e.said(err, x, true, "%s is no %s of %s any more.\n", x.By, x.As, x.Subject)
	})
}
