package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/engine/identity"
	"tickmark/internal/surface/web"
)

// operator is where the desk hears that something was done here.
var operator = identity.From{Address: "command line"}

func (e *env) accountCommand() *cobra.Command {
	var url string
	c := &cobra.Command{
		Use: "account", Short: "Say who can sign in to the workbench", Args: args(cobra.NoArgs),
		Long:    "For whoever runs the server. Accounts sign in to `tickmark serve`; what a person may do there is what the records say of the\nname. What is done here stands in the accounts' list of events, under the name of --as.",
		Example: "  tickmark --dir demo account list\n  tickmark --dir demo account invite tom@example.com 'T. Renn' control-owner --url https://soc.example.com",
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.PersistentFlags().StringVar(&url, "url", fromEnv("TICKMARK_URL", "http://localhost:8080"), "how people reach the server; links begin with it")
	c.AddCommand(e.accountList(&url), e.accountInvite(&url), e.accountReset(&url), e.accountAdd(&url), e.accountToken(&url),
		e.accountSwitch(&url, "disable", "End an account's sessions and keep it out", "%s is disabled.\n", (*identity.Desk).Disable),
		e.accountSwitch(&url, "enable", "Let a disabled account in again", "%s is in use again.\n", (*identity.Desk).Enable))
	return c
}

// atDesk opens the desk for one command.
func (e *env) atDesk(ctx context.Context, url string, do func(*app.App, *identity.Desk) error) error {
	return e.with(ctx, func(a *app.App) error {
		d, err := a.Desk(ctx, identity.Config{Origin: strings.TrimRight(url, "/")})
		if err != nil {
			return err
		}
		defer d.Close()
		return do(a, d)
	})
}

// accountOf is the account of an e-mail address, among those of the organization.
func accountOf(ctx context.Context, a *app.App, d *identity.Desk, email string) (identity.Account, error) {
	all, _, err := a.AccountsHere(ctx, d)
	if err != nil {
		return identity.Account{}, err
	}
	for _, x := range all {
		if strings.EqualFold(x.Email, email) {
			return x, nil
		}
	}
	return identity.Account{}, fmt.Errorf("no account with the address %s serves this organization; `tickmark account list` lists them", email)
}

func (e *env) accountList(url *string) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List who can sign in, and under which name", Args: args(cobra.NoArgs), Example: "  tickmark --dir demo account list",
		RunE: func(c *cobra.Command, _ []string) error {
			return e.atDesk(c.Context(), *url, func(a *app.App, d *identity.Desk) error {
				all, names, err := a.AccountsHere(c.Context(), d)
				if err != nil || e.json {
					return e.shown(err, all)
				}
				var rows [][]string
				for _, x := range all {
					rows = append(rows, []string{x.Email, names[x.ID], x.State(), x.At.UTC().Format("2006-01-02")})
				}
				e.rows([]string{"ADDRESS", "NAME IN THE RECORDS", "STATE", "SINCE"}, rows)
				if len(all) == 0 {
					e.printf("Nobody has an account yet: `tickmark serve` prints a link that makes the first.\n")
				}
				return nil
			})
		},
	}
}

func (e *env) accountInvite(url *string) *cobra.Command {
	var m audit.Member
	c := &cobra.Command{
		Use: "invite ADDRESS NAME ROLE", Short: "Give somebody a role, and make the link to an account", Args: args(cobra.ExactArgs(3)),
		Long:    "The role is recorded at once, as by `tickmark people add` and `tickmark team add`, unless the person has it. The link works\nonce, for seven days. Hand it to the person yourself: whoever has it gets the account.",
		Example: "  tickmark --dir demo account invite tom@example.com 'T. Renn' control-owner --assigned CHG-01\n  tickmark --dir demo account invite p@hale.example 'P. Hale' auditor-partner -e soc1-2025 --side auditor",
	}
	engagementFlag(c, &m.Engagement)
	c.Flags().StringVar(&m.Firm, "firm", "", "code of an auditor's firm; the only one when not given")
	c.Flags().StringVar(&m.Entity, "entity", "", "of a user entity's people: which one")
	c.Flags().StringSliceVar(&m.Assigned, "assigned", nil, "codes of the controls that are the person's")
	c.RunE = func(c *cobra.Command, list []string) error {
		m.Name, m.Role = list[1], audit.Role(list[2])
		if m.Role.Side() == "" || m.Role == audit.Machine {
			return usage{fmt.Errorf("%q is no role of a person", list[2])}
		}
		p, err := e.person()
		if err != nil {
			return err
		}
		return e.atDesk(c.Context(), *url, func(a *app.App, d *identity.Desk) error {
			secret, err := a.Invite(c.Context(), d, p, list[0], m)
			if err != nil {
				return err
			}
			return e.link(web.JoinLink(d.Origin, secret), "Hand this to %s. It works once, for seven days:", list[0])
		})
	}
	return c
}

// link prints a link, which is shown here and never again.
func (e *env) link(link, format string, list ...any) error {
	if e.json {
		return e.printJSON(map[string]string{"link": link})
	}
	e.printf(format+"\n  %s\n", append(list, link)...)
	return nil
}

func (e *env) accountReset(url *string) *cobra.Command {
	return &cobra.Command{
		Use: "reset ADDRESS", Short: "Make a link for somebody who lost the ways in", Args: args(cobra.ExactArgs(1)),
		Long:    "Whoever has the link gets the account, without its password, app, sessions and API tokens; passkeys stay. Hand it to the\nperson yourself. It works once, for a day.",
		Example: "  tickmark --dir demo account reset tom@example.com",
		RunE: func(c *cobra.Command, list []string) error {
			p, err := e.person()
			if err != nil {
				return err
			}
			return e.atDesk(c.Context(), *url, func(a *app.App, d *identity.Desk) error {
				x, err := accountOf(c.Context(), a, d, list[0])
				if err != nil {
					return err
				}
				secret, err := d.Reset(c.Context(), x.ID, identity.Event{Who: p.Name, From: operator})
				if err != nil {
					return err
				}
				return e.link(web.JoinLink(d.Origin, secret), "Hand this to %s. It works once, for a day, and is the account:", x.Name)
			})
		},
	}
}

func (e *env) accountSwitch(url *string, name, short, said string, do func(*identity.Desk, context.Context, string, identity.Event) error) *cobra.Command {
	return &cobra.Command{
		Use: name + " ADDRESS", Short: short, Args: args(cobra.ExactArgs(1)), Example: "  tickmark --dir demo account " + name + " tom@example.com",
		RunE: func(c *cobra.Command, list []string) error {
			p, err := e.person()
			if err != nil {
				return err
			}
			return e.atDesk(c.Context(), *url, func(a *app.App, d *identity.Desk) error {
				x, err := accountOf(c.Context(), a, d, list[0])
				if err != nil {
					return err
				}
				return e.said(do(d, c.Context(), x.ID, identity.Event{Who: p.Name, From: operator}), x, true, said, x.Name)
			})
		},
	}
}
