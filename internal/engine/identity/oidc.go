package identity

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/uptrace/bun"
	"golang.org/x/oauth2"
)

const providerTimeout = 10 * time.Second

// Provider is an OpenID provider that the operator trusts to say who somebody
// is, and with how many factors.
type Provider struct {
	Name     string // in addresses: small letters, digits and hyphens
	Issuer   string
	ClientID string
	Secret   string
	Domains  []string // whose verified addresses get an account without an invitation
}

// Callback is the path to which a provider sends people back.
func (p Provider) Callback() string { return "/sign-in/" + p.Name + "/callback" }

var providerName = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)

// client is a provider once it has been asked about itself.
type client struct {
	mutex sync.Mutex
	*oidc.Provider
}

// provider finds one and asks it about itself, the first time.
func (d *Desk) provider(ctx context.Context, name string) (Provider, *oidc.Provider, error) {
	i := slices.IndexFunc(d.Providers, func(p Provider) bool { return p.Name == name && providerName.MatchString(name) })
	if i < 0 {
		return Provider{}, nil, fmt.Errorf("provider %w", ErrNotFound)
	}
	c := &d.clients[i]
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.Provider == nil {
		found, err := oidc.NewProvider(oidc.ClientContext(ctx, d.HTTPClient), d.Providers[i].Issuer)
		if err != nil {
			return Provider{}, nil, fmt.Errorf("%w: %w", ErrProvider, err)
		}
		c.Provider = found
	}
	return d.Providers[i], c.Provider, nil
}

func (d *Desk) oauth(p Provider, o *oidc.Provider) oauth2.Config {
	return oauth2.Config{ClientID: p.ClientID, ClientSecret: p.Secret, Endpoint: o.Endpoint(), RedirectURL: d.Origin + p.Callback(),
		Scopes: []string{oidc.ScopeOpenID, "email", "profile"}}
}

// redirect is what a sign-in at a provider has to be checked against.
type redirect struct {
	Provider string
	State    string
	Nonce    string
	Verifier string
	Link     string // the account to link, of whoever is signed in
}

// BeginProvider begins a sign-in at a provider, or, for whoever may change the
// ways to sign in, linking the account to it. It returns where to send the
// browser.
func (d *Desk) BeginProvider(ctx context.Context, name string, from From) (location string, err error) {
	if !loaded(ctx) {
		return "", ErrUnloaded
	}
	if err := d.pace(from); err != nil {
		return "", err
	}
	a, _, err := d.settled(ctx)
	switch {
	case errors.Is(err, ErrNobody) || errors.Is(err, ErrSecondFactor):
		a = accountRow{}
	case err != nil:
		return "", err
	}
	p, o, err := d.provider(ctx, name)
	if err != nil {
		return "", err
	}
	r := redirect{Provider: name, State: drawn(), Nonce: drawn(), Verifier: oauth2.GenerateVerifier(), Link: a.ID}
	if err := d.remember(ctx, "provider", r); err != nil {
		return "", err
	}
	c := d.oauth(p, o)
	return c.AuthCodeURL(r.State, oauth2.S256ChallengeOption(r.Verifier), oidc.Nonce(r.Nonce)), nil
}

// claims are what a provider says of somebody.
type claims struct {
	Subject  string `json:"sub"`
	Email    string `json:"email"`
	Verified truth  `json:"email_verified"`
	Name     string `json:"name"`
}

// truth is a boolean that some providers write as text.
type truth bool

// UnmarshalJSON takes true and "true" for true.
func (t *truth) UnmarshalJSON(b []byte) error {
	*t = string(b) == "true" || string(b) == `"true"`
	return nil
}

// FinishProvider signs in, or links, whom the provider sent back. Known is who
// was linked before; others need an invitation or an address of an allowed
// domain, verified by the provider, and no account under that address.
func (d *Desk) FinishProvider(ctx context.Context, name string, query url.Values, from From) error {
	if !loaded(ctx) {
		return ErrUnloaded
	}
	if err := d.pace(from); err != nil {
		return err
	}
	r, err := recall[redirect](ctx, d, "provider")
	if err != nil {
		return err
	}
	p, who, err := d.answered(ctx, name, r, query)
	if err != nil {
		return d.refused(ctx, err, accountRow{}, "", name, from)
	}
	if r.Link != "" {
		return d.linked(ctx, r, p, who, from)
	}
	a, err := d.known(ctx, p, who)
	if errors.Is(err, ErrNotFound) {
		a, err = d.welcome(ctx, p, who, from)
	}
	if err != nil {
		return d.refused(ctx, err, a, who.Email, name, from)
	}
	return d.admit(ctx, a, name, from)
}

// answered checks what came back against what was sent, and asks the provider
// whose code it is.
func (d *Desk) answered(ctx context.Context, name string, r redirect, query url.Values) (p Provider, who claims, err error) {
	if r.Provider != name || subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(r.State)) != 1 {
		return p, who, ErrCeremony
	}
	p, o, err := d.provider(ctx, name)
	if err != nil {
		return p, who, err
	}
	if iss := query.Get("iss"); iss != "" && iss != p.Issuer {
		return p, who, fmt.Errorf("%w: another provider answered", ErrProvider)
	}
	if refusal := query.Get("error"); refusal != "" {
		return p, who, fmt.Errorf("%w: the provider says %q", ErrRefused, clip(refusal, 100))
	}
	ctx = oidc.ClientContext(ctx, d.HTTPClient)
	c := d.oauth(p, o)
	token, err := c.Exchange(ctx, query.Get("code"), oauth2.VerifierOption(r.Verifier))
	if err != nil {
		return p, who, fmt.Errorf("%w: exchanging the code: %w", ErrProvider, redacted(err))
	}
	raw, _ := token.Extra("id_token").(string)
	said, err := o.Verifier(&oidc.Config{ClientID: p.ClientID, Now: d.Now}).Verify(ctx, raw)
	if err != nil {
		return p, who, fmt.Errorf("%w: %w", ErrProvider, err)
	}
	if subtle.ConstantTimeCompare([]byte(said.Nonce), []byte(r.Nonce)) != 1 {
		return p, who, fmt.Errorf("%w: its answer is to another question", ErrProvider)
	}
	who, err = claimsOf(ctx, o, token, said)
	return p, who, err
}

// redacted is an error of the exchange without what the provider's answer held.
func redacted(err error) error {
	var r *oauth2.RetrieveError
	if errors.As(err, &r) {
		return fmt.Errorf("status %d, %s", r.Response.StatusCode, clip(r.ErrorCode, 100))
	}
	return err
}

// claimsOf reads what the token says, and asks for the address where it says
// none.
func claimsOf(ctx context.Context, o *oidc.Provider, token *oauth2.Token, said *oidc.IDToken) (who claims, err error) {
	if err := said.Claims(&who); err != nil {
		return who, fmt.Errorf("%w: %w", ErrProvider, err)
	}
	if who.Email == "" && o.UserInfoEndpoint() != "" {
		info, err := o.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err != nil {
			return who, fmt.Errorf("%w: %w", ErrProvider, err)
		}
		if info.Subject != said.Subject {
			return who, fmt.Errorf("%w: it speaks of two people", ErrProvider)
		}
		if err := info.Claims(&who); err != nil {
			return who, fmt.Errorf("%w: %w", ErrProvider, err)
		}
	}
	who.Subject = said.Subject
	return who, nil
}

// known is the account that is linked to somebody at a provider.
func (d *Desk) known(ctx context.Context, p Provider, who claims) (accountRow, error) {
	var id string
	err := d.readers.NewRaw("SELECT account_id FROM identity_subject WHERE issuer = ? AND subject = ?", p.Issuer, who.Subject).Scan(ctx, &id)
	if errors.Is(err, sql.ErrNoRows) {
		return accountRow{}, ErrNotFound
	}
	if err != nil {
		return accountRow{}, fmt.Errorf("reading who is linked: %w", err)
	}
	return find(ctx, d.readers, "id", id)
}

// linked links the account that began it, if it is still the one signed in.
func (d *Desk) linked(ctx context.Context, r redirect, p Provider, who claims, from From) error {
	a, stage, err := d.settled(ctx)
	if err != nil {
		return err
	}
	if a.ID != r.Link {
		return ErrCeremony
	}
	if err := d.writing(ctx, func(ctx context.Context, tx bun.Tx) error { return d.tie(ctx, tx, a, p, who, from) }); err != nil {
		return err
	}
	if stage == stageIn {
		return d.renew(ctx)
	}
	return d.admit(ctx, a, p.Name, from)
}

// tie writes who an account is at a provider.
func (d *Desk) tie(ctx context.Context, tx bun.Tx, a accountRow, p Provider, who claims, from From) error {
	_, err := tx.NewRaw("INSERT INTO identity_subject (issuer, subject, account_id, made_at) VALUES (?, ?, ?, ?)", p.Issuer, who.Subject, a.ID, d.micros()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("linking: %w", err)
	}
	return d.note(ctx, tx, Event{Kind: EventLinked, Account: a.ID, Who: a.Name, Detail: p.Name + " " + who.Subject, From: from})
}

// welcome makes an account for somebody whom the provider knows and who was
// invited, or whose address is of an allowed domain. The latter serves no
// organization until somebody lets it in.
func (d *Desk) welcome(ctx context.Context, p Provider, who claims, from From) (a accountRow, err error) {
	if who.Email == "" || !bool(who.Verified) {
		return a, fmt.Errorf("%w: the provider names no verified e-mail address", ErrNotInvited)
	}
	var invitations []linkRow
	err = d.readers.NewSelect().Model(&invitations).Where("kind = ?", kindInvitation).Where("email_key = ?", mailbox(who.Email)).
		Where("used_at = 0").Where("void_at = 0").Where("expires_at > ?", d.micros()).OrderExpr("id").Scan(ctx)
	if err != nil {
		return a, fmt.Errorf("reading invitations: %w", err)
	}
	if len(invitations) == 0 && !p.allows(who.Email) {
		return a, ErrNotInvited
	}
	if a, err = d.made(newcomer(who, invitations)); err != nil {
		return a, err
	}
	if _, err := find(ctx, d.readers, "email_key", a.EmailKey); !errors.Is(err, ErrNotFound) {
		return accountRow{}, orElse(err, ErrUnlinked)
	}
	return a, d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		for _, i := range invitations {
			if err := d.use(ctx, tx, i); err != nil {
				return err
			}
		}
		if err := d.enter(ctx, tx, a, invitations, from); err != nil {
			return err
		}
		return d.tie(ctx, tx, a, p, who, from)
	})
}

// newcomer is the profile of somebody who comes from a provider.
func newcomer(who claims, invitations []linkRow) Profile {
	name := who.Name
	if _, err := named(name); err != nil {
		name = who.Email
	}
	if len(invitations) > 0 {
		name = invitations[0].Person
	}
	return Profile{Name: clip(name, 100), Email: who.Email}
}

func (p Provider) allows(email string) bool {
	_, domain, _ := strings.Cut(email[max(0, strings.LastIndexByte(email, '@')):], "@")
	return domain != "" && slices.ContainsFunc(p.Domains, func(d string) bool { return mailbox(d) == mailbox(domain) })
}
