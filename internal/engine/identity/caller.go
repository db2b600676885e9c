package identity

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"tickmark/internal/audit"
)

// Caller is who makes a request.
type Caller struct {
	Account Account
	Org     audit.ID // the organization that is worked on; "" while the account serves none
	Person  string   // under which its records know the caller: one name for each account, for good
	Session string   // its id, of a browser
	Token   string   // its id, of an API token
	Scopes  []Scope  // all of them, of a browser
	Since   time.Time
}

// May reports whether the caller came with a scope.
func (c Caller) May(s Scope) bool { return slices.Contains(c.Scopes, s) }

// As is the person whom an organization's records know in a role, which they
// and nobody else give.
func (c Caller) As(role audit.Role) audit.Person {
	return audit.Person{Name: c.Person, Side: role.Side(), Role: role}
}

// Event begins the event of something that the caller does.
func (c Caller) Event(from From) Event { return Event{Who: c.Account.Name, Org: c.Org, From: from} }

// Caller says who makes a request that came through Load: by its API token, if
// it carries one, or by its session. Nobody is ErrNobody, and somebody who has
// not shown a second factor ErrSecondFactor.
func (d *Desk) Caller(r *http.Request) (Caller, error) {
	if text := r.Header.Get("Authorization"); text != "" {
		return d.bearer(r.Context(), text, d.From(r))
	}
	ctx := r.Context()
	a, stage, err := d.account(ctx)
	if err != nil {
		return Caller{}, err
	}
	if stage != stageIn {
		return Caller{}, ErrSecondFactor
	}
	c := Caller{Account: a.account(), Session: d.sessions.GetString(ctx, keyID), Scopes: Scopes, Since: d.since(ctx)}
	return d.placed(ctx, c, audit.ID(d.sessions.GetString(ctx, keyOrg)))
}

// placed puts a caller into an organization, if the account serves it still.
func (d *Desk) placed(ctx context.Context, c Caller, org audit.ID) (Caller, error) {
	serves, err := d.Memberships(ctx, c.Account.ID)
	if err != nil {
		return Caller{}, err
	}
	for _, m := range serves {
		if m.Org == org {
			c.Org, c.Person = m.Org, m.Person
		}
	}
	return c, nil
}

// Pending says what whoever makes the request has to do next, and for which
// account: for the pages of a sign-in that is under way.
func (d *Desk) Pending(ctx context.Context) (Next, Account, error) {
	a, stage, err := d.account(ctx)
	if err != nil {
		return "", Account{}, err
	}
	if stage == stageIn {
		return NextNothing, a.account(), nil
	}
	return Next(stage), a.account(), nil
}

// Switch goes to another organization that the account serves, under a new
// token.
func (d *Desk) Switch(ctx context.Context, org audit.ID, from From) error {
	a, stage, err := d.account(ctx)
	if err != nil {
		return err
	}
	if stage != stageIn {
		return ErrSecondFactor
	}
	serves, err := d.Memberships(ctx, a.ID)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(serves, func(m Membership) bool { return m.Org == org }) {
		return fmt.Errorf("organization %w", ErrNotFound)
	}
	if err := d.tell(ctx, Event{Kind: EventSwitched, Account: a.ID, Org: org, Who: a.Name, From: from}); err != nil {
		return err
	}
	return d.work(ctx, org)
}

// work makes an organization the one that the session works on.
func (d *Desk) work(ctx context.Context, org audit.ID) error {
	d.sessions.Put(ctx, keyOrg, string(org))
	return d.renew(ctx)
}
