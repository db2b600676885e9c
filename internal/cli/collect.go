package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/stage/collect"
)

func (e *env) collectCommand() *cobra.Command {
	var window audit.Period
	var runs bool
	c := &cobra.Command{
		Use: "collect CONNECTION", Short: "Collect over a connection now: record every page and make its populations",
		Long: "Asks the connection's source, records every page as it came, and makes populations of them.\n" +
			"What is not all there is recorded as incomplete, with the reason; it never stands for all.\n" +
			"Without --from and --to, a source of what happened is asked for the days since the last complete collection, up to yesterday.",
		Example: "  tickmark --dir myorg collect github\n  tickmark --dir myorg collect github --from 2025-01-01 --to 2025-06-30\n  tickmark --dir myorg collect github --history",
		Args:    args(cobra.ExactArgs(1)),
	}
	c.Flags().StringVar((*string)(&window.From), "from", "", "first day of the window")
	c.Flags().StringVar((*string)(&window.To), "to", "", "last day of the window")
	c.Flags().BoolVar(&runs, "history", false, "show the collections that were made, and make none")
	c.RunE = func(c *cobra.Command, list []string) error {
		if (window.From == "") != (window.To == "") {
			return usage{errors.New("--from and --to go together")}
		}
		return e.with(c.Context(), func(a *app.App) error {
			if runs {
				return e.history(c, a, list[0])
			}
			w := newProgress(e.errs)
			got, err := a.Gather(c.Context(), list[0], window, func(request string, pages, _ int64) { w.step("collect", request, pages, 0) })
			w.end()
			if err != nil {
				return err
			}
			return e.gathered(got)
		})
	}
	return c
}

func (e *env) gathered(g collect.Gathered) error {
	var incomplete error
	if !g.Collection.Complete {
		incomplete = errIncomplete
	}
	if e.json {
		return errors.Join(e.printJSON(g), incomplete)
	}
	e.collection(g.Collection)
	for _, p := range g.Populations {
		e.population(collect.Collected{Population: p, New: true, Ignored: g.Ignored})
	}
	return incomplete
}

func (e *env) history(c *cobra.Command, a *app.App, code string) error {
	all, err := a.Collections(c.Context(), code)
	if err != nil || e.json {
		return e.shown(err, all)
	}
	for _, run := range all {
		e.collection(run)
	}
	if len(all) == 0 {
		e.printf("%s collected nothing yet: tickmark --dir %s collect %s\n", code, e.dir, code)
	}
	return nil
}

// collection prints what a run proved, request by request.
func (e *env) collection(c audit.Collection) {
	state := "complete"
	if !c.Complete {
		state = "INCOMPLETE: " + c.Why
	}
	e.printf("%s  %s of %s, %s to %s, started %s: %s\n", c.Connection, c.Source, c.Account, c.Window.From, c.Window.To, c.Started, state)
	for _, q := range c.Requests {
		e.printf("    %-24s %s, %s, chain %s%s\n", q.Name, audit.Plural(q.Pages, "page"), audit.Plural(q.Records, "record"), q.Chain, totals(q))
	}
}

func totals(q audit.Asked) string {
	text := ""
	if q.Total != "" {
		text += fmt.Sprintf(", the source counts %s", q.Total)
	}
	if q.Throttled > 0 {
		text += fmt.Sprintf(", throttled %d times", q.Throttled)
	}
	if q.Retries > 0 {
		text += fmt.Sprintf(", asked again %d times", q.Retries)
	}
	return text
}

func (e *env) secretCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "secret", Short: "Keep the credentials of connections, sealed", Args: args(cobra.NoArgs),
		Long: "Credentials are sealed for one organization and one connection. They are never shown, logged or exported.",
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(e.secretSet(), e.secretList(), e.secretRemove(), e.secretRotate())
	return c
}

func (e *env) secretSet() *cobra.Command {
	return &cobra.Command{
		Use: "set CONNECTION NAME", Short: "Seal a credential that is read from standard input", Args: args(cobra.ExactArgs(2)),
		Example: "  tickmark --dir myorg secret set github token < token.txt",
		RunE: func(c *cobra.Command, list []string) error {
			value, err := secretFrom(c.InOrStdin())
			if err != nil {
				return err
			}
			return e.with(c.Context(), func(a *app.App) error {
				if err := a.SetSecret(c.Context(), list[0], list[1], value); err != nil {
					return err
				}
				e.printf("Sealed: %s of %s. It will not be shown again; check it with: tickmark --dir %s source check %s\n", list[1], list[0], e.dir, list[0])
				return nil
			})
		},
	}
}

// secretFrom reads one secret; several lines are one secret, as a private key is.
func secretFrom(in io.Reader) (string, error) {
	const limit = 1 << 16
	b, err := io.ReadAll(io.LimitReader(bufio.NewReader(in), limit+1))
	value := strings.TrimRight(string(b), "\r\n")
	switch {
	case err != nil:
		return "", fmt.Errorf("read the secret: %w", err)
	case len(b) > limit:
		return "", errors.New("standard input holds more than 64 KB: that is no secret")
	case value == "":
		return "", errors.New("standard input is empty: give the secret there, such as `tickmark secret set github token < token.txt`")
	}
	return value, nil
}

var setOrNot = map[bool]string{true: "set", false: "not set"}

func (e *env) secretList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "Say which credentials are needed and which are set", Args: args(cobra.NoArgs), Example: "  tickmark --dir myorg secret list",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.with(c.Context(), func(a *app.App) error {
				all, err := a.Secrets(c.Context())
				if err != nil || e.json {
					return e.shown(err, all)
				}
				for _, s := range all {
					e.printf("%-20s %-20s %-8s %s\n", s.Connection, s.Name, setOrNot[s.Set], s.Meaning)
				}
				if len(all) == 0 {
					e.printf("No connection needs a secret.\n")
				}
				return nil
			})
		},
	}
}

func (e *env) secretRemove() *cobra.Command {
	return &cobra.Command{
		Use: "remove CONNECTION NAME", Short: "Forget a credential", Args: args(cobra.ExactArgs(2)), Example: "  tickmark --dir myorg secret remove github token",
		RunE: func(c *cobra.Command, list []string) error {
			return e.with(c.Context(), func(a *app.App) error { return a.RemoveSecret(c.Context(), list[0], list[1]) })
		},
	}
}

func (e *env) secretRotate() *cobra.Command {
	return &cobra.Command{
		Use: "rotate", Short: "Seal all credentials anew under a new key", Args: args(cobra.NoArgs), Example: "  tickmark --dir myorg secret rotate",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.with(c.Context(), func(a *app.App) error { return a.RotateSecrets(c.Context()) })
		},
	}
}
