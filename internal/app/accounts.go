package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/identity"
	"tickmark/internal/engine/secret"
	"tickmark/internal/method/authority"
	"tickmark/internal/surface/web"
)

// Desk opens the desk where people say who they are. Where its accounts are
// kept, and with which key, is the Tickmark's to say; the rest is the caller's.
func (a *App) Desk(ctx context.Context, c identity.Config) (*identity.Desk, error) {
	c.URL, c.Box = a.database(), secret.Box{Dir: a.state(), Key: a.SecretKey}
	return identity.Open(ctx, c)
}

// accounts ties who calls to what the organization's records say of people.
type accounts struct {
	*App
	desk *identity.Desk
}

var (
	_ web.Callers  = accounts{}
	_ web.Accounts = accounts{}
)

// Person is who makes a request, in the role that the records give.
func (a accounts) Person(r *http.Request) (audit.Person, error) {
	scope := identity.Write
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		scope = identity.Read
	}
	_, p, err := a.called(r, scope)
	return p, err
}

// called is who makes a request that needs a scope.
func (a accounts) called(r *http.Request, scope identity.Scope) (identity.Caller, audit.Person, error) {
	c, err := a.desk.Caller(r)
	if err != nil {
		return c, audit.Person{}, err
	}
	if !c.May(scope) {
		return c, audit.Person{}, fmt.Errorf("%w: this token was not given the scope %s", authority.ErrRefused, scope)
	}
	if c.Person, err = a.serves(r, c); err != nil {
		return c, audit.Person{}, err
	}
	role, err := a.roleOf(r.Context(), c.Person)
	return c, c.As(role), err
}

// serves is the name under which this organization knows the caller. A browser
// that works on another one is taken to this; a token stays where it is.
func (a accounts) serves(r *http.Request, c identity.Caller) (string, error) {
	org, err := a.organization(r.Context())
	if err != nil || c.Org == org.ID {
		return c.Person, err
	}
	all, err := a.desk.Memberships(r.Context(), c.Account.ID)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(all, func(m identity.Membership) bool { return m.Org == org.ID })
	if i < 0 || c.Token != "" {
		return "", fmt.Errorf("%w: this account serves no organization here; ask an administrator for an invitation", authority.ErrRefused)
	}
	return all[i].Person, a.desk.Switch(r.Context(), org.ID, a.desk.From(r))
}

// roleOf is the role that the records give a person. Somebody whom they have
// never named is given what his invitation meant, by the one who invited him:
// who comes by a provider accepts no link.
func (a accounts) roleOf(ctx context.Context, name string) (audit.Role, error) {
	org, err := a.organization(ctx)
	if err != nil {
		return "", err
	}
	known, err := a.db.Standing(ctx, org.ID)
	if err != nil {
		return "", err
	}
	if role := recordedRole(known.Members, name); role != "" {
		return role, nil
	}
	nobody := fmt.Errorf("%w: the records of %s give %s no role; whoever may can give one, with `tickmark people add` or `tickmark team add`", authority.ErrRefused, org.Body.Name, name)
	if slices.ContainsFunc(known.Members, func(m audit.Member) bool { return authority.SameName(m.Name, name) }) {
		return "", nobody // he has left
	}
	all, err := a.desk.Invitations(ctx, org.ID)
	if err != nil {
		return "", err
	}
	for _, i := range all {
		if !i.Accepted.IsZero() && i.Person == name {
			return i.Role, a.Welcome(ctx, i)
		}
	}
	return "", nobody
}

// recordedRole is a person's role in the organization, or the newest one in an
// engagement.
func recordedRole(all []audit.Member, name string) audit.Role {
	var found audit.Member
	for _, m := range all {
		if m.Left || m.Name != name {
			continue
		}
		if m.Engagement == "" {
			return m.Role
		}
		if found.Role == "" || m.At.After(found.At) {
			found = m
		}
	}
	return found.Role
}

// Organization is whose records these are.
func (a accounts) Organization(ctx context.Context) (audit.Tenant, error) { return a.organization(ctx) }

// Found lets the account of the set-up in, under its own name. While nobody of
// management is recorded it becomes the administrator.
func (a accounts) Found(ctx context.Context, account identity.Account) error {
	org, err := a.organization(ctx)
	if err != nil {
		return err
	}
	if err := a.desk.Join(ctx, account.ID, org.ID, account.Name, identity.Event{Who: "set-up link"}); err != nil {
		return err
	}
	known, err := a.db.Standing(ctx, org.ID)
	if err != nil || recordedRole(known.Members, account.Name) != "" {
		return err
	}
	self := audit.Person{Name: account.Name, Side: audit.Management, Role: audit.ManagementAdmin}
	_, _, err = a.AddMember(ctx, self, audit.Member{Name: self.Name, Role: self.Role})
	if errors.Is(err, authority.ErrRefused) {
		return nil // others are recorded, and give the role; until then every page says so
	}
	return err
}

// Fits refuses an invitation under the name of somebody of the other side: its
// role would come with the name.
func (a accounts) Fits(ctx context.Context, i identity.Invitation) error {
	org, err := a.organization(ctx)
	if err != nil || i.Org != org.ID {
		return err
	}
	known, err := a.db.Standing(ctx, org.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(known.Members, func(m audit.Member) bool {
		return !m.Left && m.Role.Side() != i.Role.Side() && authority.SameName(m.Name, i.Person)
	}) {
		return fmt.Errorf("%w: %s is recorded on the other side; nobody is invited under that name to this one", authority.ErrRefused, i.Person)
	}
	return nil
}

// Arrive looks at the invitation that a sign-in at a provider accepted just now:
// one that does not fit any more is undone before anything is shown.
func (a accounts) Arrive(ctx context.Context, c identity.Caller, from identity.From) error {
	org, err := a.organization(ctx)
	if err != nil {
		return err
	}
	serves, err := a.desk.Memberships(ctx, c.Account.ID)
	if err != nil {
		return err
	}
	all, err := a.desk.Invitations(ctx, org.ID)
	if err != nil {
		return err
	}
	for _, i := range all {
		here := slices.ContainsFunc(serves, func(m identity.Membership) bool { return m.Org == org.ID && m.Person == i.Person })
		if !here || i.Accepted.Before(c.Since.Add(-time.Minute)) {
			continue
		}
		if err := a.Fits(ctx, i); err != nil {
			return errors.Join(err, a.desk.Leave(ctx, c.Account.ID, org.ID, c.Event(from)))
		}
	}
	return nil
}

// Welcome records the role that an accepted invitation meant, by the one who
// invited. What is recorded so already stays as it is.
func (a accounts) Welcome(ctx context.Context, i identity.Invitation) error {
	org, err := a.organization(ctx)
	if err != nil || i.Org != org.ID {
		return err
	}
	known, err := a.db.Standing(ctx, org.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(known.Members, func(m audit.Member) bool {
		return !m.Left && m.Name == i.Person && m.Role == i.Role && m.Engagement == i.Engagement
	}) {
		return nil
	}
	role := recordedRole(known.Members, i.By)
	if role == "" {
		return fmt.Errorf("%w: %s, who invited %s, has no role any more and can give none; ask for another invitation", authority.ErrRefused, i.By, i.Person)
	}
	by := audit.Person{Name: i.By, Side: role.Side(), Role: role}
	_, _, err = a.AddMember(ctx, by, audit.Member{Engagement: i.Engagement, Name: i.Person, Role: i.Role})
	return err
}

// Invite gives somebody a role now, and makes the link by which the person
// comes to an account. It is for the operator: a page gives the role when the
// invitation is accepted.
func (a *App) Invite(ctx context.Context, d *identity.Desk, p audit.Person, email string, m audit.Member) (secret string, err error) {
	org, err := a.organization(ctx)
	if err != nil {
		return "", err
	}
	known, err := a.db.Standing(ctx, org.ID)
	if err != nil {
		return "", err
	}
	if i := slices.IndexFunc(known.Members, func(x audit.Member) bool {
		return !x.Left && x.Name == m.Name && x.Role == m.Role && (m.Engagement == "" || x.Engagement == m.Engagement)
	}); i >= 0 {
		m = known.Members[i]
	} else if m, _, err = a.AddMember(ctx, p, m); err != nil {
		return "", err
	}
	i := identity.Invitation{Email: email, Org: org.ID, Person: m.Name, Role: m.Role, Engagement: m.Engagement, By: p.Name}
	return d.Invite(ctx, i, identity.From{Address: "command line"})
}

// AccountsHere lists the accounts that serve the organization with the names
// under which its records know them.
func (a *App) AccountsHere(ctx context.Context, d *identity.Desk) (all []identity.Account, names map[string]string, err error) {
	org, err := a.organization(ctx)
	if err != nil {
		return nil, nil, err
	}
	names = map[string]string{}
	if all, err = d.Accounts(ctx, org.ID); err != nil {
		return nil, nil, err
	}
	for _, x := range all {
		serves, err := d.Memberships(ctx, x.ID)
		if err != nil {
			return nil, nil, err
		}
		for _, m := range serves {
			if m.Org == org.ID {
				names[x.ID] = m.Person
			}
		}
	}
	return all, names, nil
}
