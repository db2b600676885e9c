package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"tickmark/internal/engine/identity"
	"tickmark/internal/surface/web/page"
)

// mine is one request of somebody about his own account.
type mine struct {
	*visit
	caller identity.Caller
}

// own are the addresses of one's own account. They ask for a session of a
// browser and for no duty: who has no role yet has an account all the same.
func (b *bench) own() map[string]func(*mine) error {
	return map[string]func(*mine) error{
		"GET /account":                  func(m *mine) error { return b.sayAccount(m, http.StatusOK, page.Account{}) },
		"POST /account/password":        b.newPassword,
		"GET /account/app":              b.newApp,
		"POST /account/recovery":        b.newCodes,
		"POST /account/sessions/end":    b.endSession,
		"POST /account/passkeys/remove": b.removePasskey,
		"POST /account/tokens":          b.makeToken,
		"POST /account/tokens/revoke":   b.revokeToken,
	}
}

// owned lets in whoever is signed in with a browser.
func (b *bench) owned(handle func(*mine) error) http.HandlerFunc {
	return b.visited(func(v *visit) error {
		c, err := b.Desk.Caller(v.r)
		if err == nil && c.Token != "" {
			err = identity.ErrNobody
		}
		if err != nil {
			b.outside(v.w, v.r, err)
			return nil
		}
		m := &mine{v, c}
		if err = handle(m); err == nil {
			return nil
		}
		status, text := b.answer(v.r, err)
		return b.sayAccount(m, status, page.Account{Problem: text, Stale: errors.Is(err, identity.ErrStale)})
	})
}

// done goes back to the account's page.
func (m *mine) done(what string) error {
	return m.to("/account?" + url.Values{"done": {what}}.Encode())
}

// dones is what the page says after something was done.
var dones = map[string]string{
	"password": "The password is changed; other browsers are signed out.",
	"session":  "That session has ended.",
	"passkey":  "The passkey is removed.",
	"added":    "The passkey is added.",
	"token":    "The token is revoked.",
}

// surround is the frame of a page about the account: with the workbench around
// it for whoever has a role.
func (b *bench) surround(m *mine, title string) page.Frame {
	f := b.bare(m.r, title)
	p, err := b.Callers.Person(m.r)
	if err != nil {
		return f
	}
	v, err := b.look(m.r.Context(), p)
	if err != nil {
		return f
	}
	if full, err := b.frame(&call{w: m.w, r: m.r, person: p, view: v}, title, "account"); err == nil {
		return full
	}
	return f
}

func (b *bench) sayAccount(m *mine, status int, p page.Account) error {
	ctx, a := m.r.Context(), m.caller.Account
	p.Frame = b.surround(m, "Your account")
	p.Name, p.Display, p.Email, p.Providers = a.Name, a.Display, a.Email, b.providers()
	if p.Done == "" && p.Problem == "" {
		p.Done = dones[m.r.URL.Query().Get("done")]
	}
	sessions, err := b.Desk.Sessions(ctx, a.ID)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		p.Sessions = append(p.Sessions, page.Session{ID: s.ID, Agent: s.From.Agent, Address: s.From.Address, At: brief(s.At), Seen: brief(s.Seen), Ends: brief(s.Expires), Current: s.Current})
	}
	keys, err := b.Desk.Passkeys(ctx, a.ID)
	if err != nil {
		return err
	}
	for _, k := range keys {
		p.Passkeys = append(p.Passkeys, page.Passkey{ID: k.ID, Name: k.Name, At: brief(k.At), Used: brief(k.Used), Suspect: brief(k.Suspect), Synced: k.Synced})
	}
	if p.Tokens, err = b.tokensOf(m); err != nil {
		return err
	}
	if p.Recovery, err = b.Desk.RecoveryLeft(ctx, a.ID); err != nil {
		return err
	}
	b.write(m.w, m.r, status, p.Write())
	return nil
}

func (b *bench) tokensOf(m *mine) ([]page.APIToken, error) {
	all, err := b.Desk.Tokens(m.r.Context(), m.caller.Account.ID)
	if err != nil {
		return nil, err
	}
	var out []page.APIToken
	for _, t := range all {
		x := page.APIToken{ID: t.ID, Name: t.Name, At: brief(t.At), Ends: brief(t.Expires), Used: brief(t.Used), From: t.UsedFrom, Ended: brief(t.Revoked)}
		if x.Ended == "" && !t.Expires.After(b.Desk.Now()) {
			x.Ended = x.Ends
		}
		for _, s := range t.Scopes {
			x.Scopes = append(x.Scopes, string(s))
		}
		out = append(out, x)
	}
	return out, nil
}

func (b *bench) newPassword(m *mine) error {
	if _, err := b.Desk.SetPassword(m.r.Context(), m.r.PostFormValue("password"), m.from); err != nil {
		return err
	}
	return m.done("password")
}

// newApp begins to enrol an app, or another in place of the one there is.
func (b *bench) newApp(m *mine) error {
	app, err := b.picture(m.r)
	if err != nil {
		return err
	}
	return b.sayApp(m.visit, http.StatusOK, app, "")
}

func (b *bench) sayApp(v *visit, status int, app page.App, problem string) error {
	s := page.Step{Kind: string(identity.NextEnrol), Problem: problem, Next: "/account", App: app, Anew: true, Frame: b.bare(v.r, "Authenticator app")}
	b.write(v.w, v.r, status, s.Write())
	return nil
}

func (b *bench) newCodes(m *mine) error {
	codes, err := b.Desk.NewRecoveryCodes(m.r.Context(), m.from)
	if err != nil {
		return err
	}
	m.next = "/account"
	return b.sayCodes(m.visit, codes)
}

// endSession ends one session, or with no id all but this one.
func (b *bench) endSession(m *mine) error {
	ctx, a, by := m.r.Context(), m.caller.Account.ID, m.caller.Event(m.from)
	id := m.r.PostFormValue("id")
	if id == "" {
		if err := b.Desk.EndOtherSessions(ctx, a, m.caller.Session, by); err != nil {
			return err
		}
		return m.done("session")
	}
	if err := b.Desk.EndSession(ctx, a, id, by); err != nil {
		return err
	}
	return m.done("session")
}

func (b *bench) removePasskey(m *mine) error {
	if err := b.Desk.RemovePasskey(m.r.Context(), m.r.PostFormValue("id"), m.from); err != nil {
		return err
	}
	return m.done("passkey")
}

// makeToken makes an API token and shows it, this once.
func (b *bench) makeToken(m *mine) error {
	t := identity.Token{Name: m.r.PostFormValue("name")}
	for _, s := range m.r.PostForm["scope"] {
		t.Scopes = append(t.Scopes, identity.Scope(s))
	}
	if days, err := strconv.Atoi(m.r.PostFormValue("days")); err == nil {
		t.Expires = b.Desk.Now().Add(time.Duration(min(max(days, 0), 1000)) * 24 * time.Hour)
	}
	text, _, err := b.Desk.MakeToken(m.r.Context(), t, m.from)
	if err != nil {
		return err
	}
	return b.sayAccount(m, http.StatusOK, page.Account{Token: text})
}

func (b *bench) revokeToken(m *mine) error {
	if err := b.Desk.RevokeToken(m.r.Context(), m.caller.Account.ID, m.r.PostFormValue("id"), m.caller.Event(m.from)); err != nil {
		return err
	}
	return m.done("token")
}
