package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/identity"
	"tickmark/internal/method/authority"
	"tickmark/internal/surface/web/page"
)

// invitable are the roles to which a page invites, by side. Those of user
// entities name an entity, and are given on the command line.
var invitable = map[audit.Side][]audit.Role{
	audit.Management: {audit.ManagementAdmin, audit.ControlOwner, audit.Employee, audit.InternalAudit},
	audit.Auditor:    {audit.AuditorStaff, audit.AuditorManager, audit.AuditorPartner, audit.QualityReviewer},
}

// staffing refuses whoever may not say who has a role on his own side.
func (b *bench) staffing(c *call) error {
	if c.person.Side == audit.Auditor {
		return c.may(c.r.Context(), authority.DutyStaff)
	}
	return c.may(c.r.Context(), authority.DutyPeople)
}

// people is who has which role on the caller's side, with and without account.
func (b *bench) people(c *call) error { return b.sayPeople(c, http.StatusOK, page.People{}) }

func (b *bench) sayPeople(c *call, status int, p page.People) error {
	if err := b.staffing(c); err != nil {
		return err
	}
	f, err := c.scope(c.r.Context())
	if err != nil {
		return err
	}
	for _, r := range invitable[c.person.Side] {
		p.Roles = append(p.Roles, string(r))
	}
	for _, e := range f.Engagements {
		p.Engagements = append(p.Engagements, e.Code)
	}
	p.OfEngagement = c.person.Side == audit.Auditor
	if p.Members, err = b.members(c); err != nil {
		return err
	}
	if p.Open, err = b.invitations(c); err != nil {
		return err
	}
	if p.Frame, err = b.frame(c, "People", "people"); err != nil {
		return err
	}
	b.write(c.w, c.r, status, p.Write())
	return nil
}

func (b *bench) members(c *call) ([]page.Member, error) {
	ctx := c.r.Context()
	org, err := b.Accounts.Organization(ctx)
	if err != nil {
		return nil, err
	}
	all, err := c.reader.Members(ctx, "")
	if err != nil {
		return nil, err
	}
	accounts, err := b.Desk.Accounts(ctx, org.ID)
	if err != nil {
		return nil, err
	}
	byName := map[string]identity.Account{}
	for _, a := range accounts {
		serves, err := b.Desk.Memberships(ctx, a.ID)
		if err != nil {
			return nil, err
		}
		for _, m := range serves {
			if m.Org == org.ID {
				byName[m.Person] = a
			}
		}
	}
	var out []page.Member
	for _, m := range all {
		if m.Left || m.Role.Side() != c.person.Side {
			continue
		}
		x := page.Member{Name: m.Name, Role: string(m.Role), Where: m.Engagement, Assigned: strings.Join(m.Assigned, ", "), State: "no account"}
		if a, ok := byName[m.Name]; ok {
			x.Email, x.State = a.Email, a.State()
		}
		out = append(out, x)
	}
	return out, nil
}

// invitations are those of the caller's side that nobody has accepted.
func (b *bench) invitations(c *call) ([]page.Invited, error) {
	org, err := b.Accounts.Organization(c.r.Context())
	if err != nil {
		return nil, err
	}
	all, err := b.Desk.Invitations(c.r.Context(), org.ID)
	if err != nil {
		return nil, err
	}
	var out []page.Invited
	for _, i := range all {
		if i.Role.Side() == c.person.Side && i.Accepted.IsZero() && i.Withdrawn.IsZero() && i.Expires.After(b.Desk.Now()) {
			out = append(out, page.Invited{ID: i.ID, Name: i.Person, Email: i.Email, Role: string(i.Role), Where: i.Engagement, By: i.By, Until: brief(i.Expires)})
		}
	}
	return out, nil
}

// invite makes the link for one person and shows it, this once. The role is
// recorded when it is accepted, by the one who invited.
func (b *bench) invite(c *call) error {
	if err := b.staffing(c); err != nil {
		return err
	}
	f := c.r.PostFormValue
	i := identity.Invitation{Email: f("email"), Person: f("name"), Role: audit.Role(f("role")), Engagement: f("engagement"), By: c.person.Name}
	back := page.People{Email: i.Email, Name: i.Person, Role: string(i.Role), Where: i.Engagement}
	if !slices.Contains(invitable[c.person.Side], i.Role) || i.Role.Side() == audit.Auditor && i.Engagement == "" {
		back.Problem = "Choose a role of your own side; one of the auditor’s is of an engagement."
		return b.sayPeople(c, http.StatusUnprocessableEntity, back)
	}
	org, err := b.Accounts.Organization(c.r.Context())
	if err != nil {
		return err
	}
	i.Org = org.ID
	if err := b.Accounts.Fits(c.r.Context(), i); err != nil {
		return err
	}
	secret, err := b.Desk.Invite(c.r.Context(), i, b.Desk.From(c.r))
	if err != nil {
		var status int
		status, back.Problem = b.answer(c.r, err)
		return b.sayPeople(c, status, back)
	}
	return b.sayPeople(c, http.StatusOK, page.People{Link: JoinLink(b.Desk.Origin, secret), For: i.Email})
}

// JoinLink is the address of a link's secret, below the server's own.
func JoinLink(base, secret string) string { return base + "/join?link=" + url.QueryEscape(secret) }

func (b *bench) withdraw(c *call) error {
	if err := b.staffing(c); err != nil {
		return err
	}
	open, err := b.invitations(c)
	if err != nil {
		return err
	}
	id := c.r.PostFormValue("id")
	if !slices.ContainsFunc(open, func(i page.Invited) bool { return i.ID == id }) {
		return errNoPage
	}
	org, err := b.Accounts.Organization(c.r.Context())
	if err != nil {
		return err
	}
	if err := b.Desk.Withdraw(c.r.Context(), org.ID, id, identity.Event{Who: c.person.Name, From: b.Desk.From(c.r)}); err != nil {
		return fmt.Errorf("withdraw: %w", err)
	}
	http.Redirect(c.w, c.r, "/people", http.StatusSeeOther)
	return nil
}
