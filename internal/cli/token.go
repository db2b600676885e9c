package cli

import (
	"time"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/engine/identity"
)

func (e *env) accountAdd(url *string) *cobra.Command {
	return &cobra.Command{
		Use: "add ADDRESS NAME", Short: "Make an account that works by API tokens", Args: args(cobra.ExactArgs(2)),
		Long:    "For programs that act in the name of somebody whom the records know. The account has no password and no passkey; `account reset`\nmakes a link by which its owner gets one. Whom the records do not know is invited with `account invite`.",
		Example: "  tickmark --dir demo account add nightly@example.com 'D. Chen'",
		RunE: func(c *cobra.Command, list []string) error {
			p, err := e.person()
			if err != nil {
				return err
			}
			return e.atDesk(c.Context(), *url, func(a *app.App, d *identity.Desk) error {
				x, err := a.AddAccount(c.Context(), d, list[0], list[1], identity.Event{Who: p.Name, From: operator})
				return e.said(err, x, true, "%s works by API tokens: make one with `tickmark account token %s`.\n", x.Name, x.Email)
			})
		},
	}
}

func (e *env) accountToken(url *string) *cobra.Command {
	var t identity.Token
	var scopes []string
	var life time.Duration
	c := &cobra.Command{
		Use: "token ADDRESS", Short: "Make an API token for an account", Args: args(cobra.ExactArgs(1)),
		Long:    "For programs: the REST API, and this command line speaking to a server. A token does what its account's person may do, at most what\nits scopes say: read, write, propose. It is shown once.",
		Example: "  tickmark --dir demo account token tom@example.com --name nightly --scope read",
	}
	c.Flags().StringVar(&t.Name, "name", "", "what the token is for")
	c.Flags().StringSliceVar(&scopes, "scope", []string{string(identity.Read)}, "read, write or propose; may be given several times")
	c.Flags().DurationVar(&life, "life", 90*24*time.Hour, "how long it lives, at most 366 days")
	_ = c.MarkFlagRequired("name") // the flag is there
	c.RunE = func(c *cobra.Command, list []string) error {
		p, err := e.person()
		if err != nil {
			return err
		}
		for _, s := range scopes {
			t.Scopes = append(t.Scopes, identity.Scope(s))
		}
		return e.atDesk(c.Context(), *url, func(a *app.App, d *identity.Desk) error {
			x, err := accountOf(c.Context(), a, d, list[0])
			if err != nil {
				return err
			}
			t.Expires = time.Now().Add(life)
			text, made, err := a.IssueToken(c.Context(), d, x.ID, t, identity.Event{Who: p.Name, From: operator})
			if err != nil {
				return err
			}
			if e.json {
				return e.printJSON(map[string]string{"token": text, "id": made.ID, "expires": made.Expires.Format(time.RFC3339)})
			}
			e.printf("%s\n", text)
			return nil
		})
	}
	return c
}
