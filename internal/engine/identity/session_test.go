package identity_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"tickmark/internal/engine/identity"
	"tickmark/internal/engine/store"
)

func cookie(t *testing.T, r *rig) {
	b, _, _, _ := r.mara(t)
	c := b.cookie
	if c.Name != "__Host-tickmark" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 0 || !c.Expires.IsZero() {
		t.Errorf("the cookie is %s", c)
	}
	must(b.caller(t))(t)
	if len(b.set) != 0 {
		t.Errorf("reading a page sets %s", b.set)
	}
}

func fixation(t *testing.T, r *rig) {
	_, account, secret, _ := r.mara(t)
	b := r.browser()
	b.cookie = &http.Cookie{Name: "__Host-tickmark", Value: "chosen-by-somebody-else"}
	begin(t, b) // a session before anybody is known
	anonymous := b.cookie.Value
	must(b.signIn(t, account.Email, password))(t)
	half := b.cookie.Value
	ok(t, b.code(t, r.app(secret)))
	whole := b.cookie.Value
	if seen := []string{"chosen-by-somebody-else", anonymous, half, whole}; len(slices.Compact(slices.Sorted(slices.Values(seen)))) != 4 {
		t.Errorf("the tokens were %q", seen)
	}
	for _, old := range []string{"chosen-by-somebody-else", anonymous, half} {
		thief := r.browser()
		thief.cookie = &http.Cookie{Name: "__Host-tickmark", Value: old}
		if _, err := thief.caller(t); !errors.Is(err, identity.ErrNobody) {
			t.Errorf("with the token from before: %v", err)
		}
	}
	must(b.caller(t))(t)
}

func timeouts(t *testing.T, r *rig) {
	idle, _, _, _ := r.mara(t)
	must(idle.caller(t))(t)
	r.forward(29 * time.Minute)
	must(idle.caller(t))(t)
	r.forward(29 * time.Minute)
	must(idle.caller(t))(t)
	r.forward(31 * time.Minute)
	if _, err := idle.caller(t); !errors.Is(err, identity.ErrNobody) {
		t.Errorf("idle for 31 minutes: %v", err)
	}
	busy, device := r.browser(), newDevice(t)
	must(busy.accept(t, r.invite(t, "lou@acme.example", "Lou", acme), identity.Profile{}))(t)
	device.add(t, busy)
	for range 35 {
		r.forward(20 * time.Minute)
		must(busy.caller(t))(t)
	}
	ok(t, busy.visit(t, func(ctx context.Context) error { return r.Switch(ctx, acme, home) })) // another token, no more time
	r.forward(21 * time.Minute)
	if _, err := busy.caller(t); !errors.Is(err, identity.ErrNobody) {
		t.Errorf("busy for 12 hours: %v", err)
	}
	half := r.browser()
	must(half.accept(t, r.invite(t, "kim@acme.example", "Kim", acme), identity.Profile{}))(t)
	r.forward(16 * time.Minute)
	if _, err := half.caller(t); !errors.Is(err, identity.ErrNobody) {
		t.Errorf("half signed in for 16 minutes: %v", err)
	}
}

func sessionList(t *testing.T, r *rig) {
	laptop, account, secret, _ := r.mara(t)
	phone := r.browser()
	phone.from = identity.From{Address: "203.0.113.9", Agent: "Safari on a phone"}
	must(phone.signIn(t, account.Email, password))(t)
	ok(t, phone.code(t, r.app(secret)))
	var all []identity.Session
	list := func() {
		ok(t, laptop.visit(t, func(ctx context.Context) (err error) { all, err = r.Sessions(ctx, account.ID); return err }))
	}
	list()
	if len(all) != 2 || all[1].From != phone.from || all[1].Current || !all[0].Current || all[0].From != home || all[0].At.IsZero() || all[0].Expires.Sub(all[0].At).Round(time.Minute) != 12*time.Hour {
		t.Fatalf("listed %+v", all)
	}
	refused(t, r.EndSession(t.Context(), "acc_other", all[1].ID, identity.Event{}), identity.ErrNotFound)
	ok(t, r.EndSession(t.Context(), account.ID, all[1].ID, identity.Event{Who: "Mara", From: home}))
	if _, err := phone.caller(t); !errors.Is(err, identity.ErrNobody) {
		t.Errorf("the phone: %v", err)
	}
	for range 2 {
		r.forward(30 * time.Second)
		must(phone.signIn(t, account.Email, password))(t)
		ok(t, phone.code(t, r.app(secret)))
	}
	list()
	mine := all[slices.IndexFunc(all, func(s identity.Session) bool { return s.Current })]
	ok(t, r.EndOtherSessions(t.Context(), account.ID, mine.ID, identity.Event{Who: "Mara"}))
	list()
	if len(all) != 1 || !all[0].Current {
		t.Errorf("left over %+v", all)
	}
	// A new password ends the others as well, and those half signed in.
	must(phone.signIn(t, account.Email, password))(t)
	before := laptop.cookie.Value
	ok(t, laptop.visit(t, func(ctx context.Context) error {
		_, err := r.SetPassword(ctx, "curlew calls over the marsh", home)
		return err
	}))
	r.forward(30 * time.Second)
	refused(t, phone.code(t, r.app(secret)), identity.ErrNobody)
	if must(laptop.caller(t))(t); laptop.cookie.Value == before {
		t.Error("the token was not renewed")
	}
}

func endedMeanwhile(t *testing.T, r *rig) {
	b, account, _, _ := r.mara(t)
	ok(t, b.visit(t, func(ctx context.Context) error {
		if _, err := r.BeginPasskey(ctx); err != nil { // writes to the session
			return err
		}
		return r.EndOtherSessions(ctx, account.ID, "", identity.Event{Who: "Mara"})
	}))
	if _, err := b.caller(t); !errors.Is(err, identity.ErrNobody) {
		t.Errorf("the session came back: %v", err)
	}
}

func stale(t *testing.T, r *rig) {
	b, _, _, _ := r.mara(t)
	r.forward(16 * time.Minute)
	must(b.caller(t))(t)
	for name, do := range map[string]func(context.Context) error{
		"a password":        func(ctx context.Context) error { _, err := r.SetPassword(ctx, password, home); return err },
		"an app":            func(ctx context.Context) error { _, err := r.BeginEnrolment(ctx); return err },
		"recovery codes":    func(ctx context.Context) error { _, err := r.NewRecoveryCodes(ctx, home); return err },
		"a passkey":         func(ctx context.Context) error { _, err := r.BeginPasskey(ctx); return err },
		"a passkey's end":   func(ctx context.Context) error { _, err := r.FinishPasskey(ctx, "x", nil, home); return err },
		"a passkey removed": func(ctx context.Context) error { return r.RemovePasskey(ctx, "x", home) },
		"a token": func(ctx context.Context) error {
			_, _, err := r.MakeToken(ctx, identity.Token{Name: "x", Scopes: identity.Scopes}, home)
			return err
		},
		"a provider": func(ctx context.Context) error { _, err := r.BeginProvider(ctx, "x", home); return err },
	} {
		if err := b.visit(t, do); !errors.Is(err, identity.ErrStale) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func disabled(t *testing.T, r *rig) {
	b, account, secret, _ := r.mara(t)
	key, _ := token(t, b, identity.Read)
	ok(t, r.Disable(t.Context(), account.ID, identity.Event{Who: "Lou"}))
	if a := must(r.Account(t.Context(), account.ID))(t); a.State() != "disabled" {
		t.Errorf("it is %s", a.State())
	}
	for name, err := range map[string]error{
		"its session":  second(b.caller(t)),
		"its token":    second(bearer(t, r, key)),
		"its password": second(r.browser().signIn(t, account.Email, password)),
	} {
		if !errors.Is(err, identity.ErrNobody) && !errors.Is(err, identity.ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ok(t, r.Enable(t.Context(), account.ID, identity.Event{Who: "Lou"}))
	again := r.browser()
	must(again.signIn(t, account.Email, password))(t)
	ok(t, again.code(t, r.app(secret)))
	must(bearer(t, r, key))(t)
}

func second[T any](_ T, err error) error { return err }

func token(t *testing.T, b *browser, scopes ...identity.Scope) (text string, made identity.Token) {
	t.Helper()
	ok(t, b.visit(t, func(ctx context.Context) (err error) {
		text, made, err = b.desk.MakeToken(ctx, identity.Token{Name: "nightly export", Scopes: scopes}, b.from)
		return err
	}))
	return text, made
}

// bearer is who a program with a token is.
func bearer(t *testing.T, r *rig, text string) (c identity.Caller, err error) {
	t.Helper()
	err = r.browser().request(t, func(req *http.Request) error {
		req.Header.Set("Authorization", "Bearer "+text)
		c, err = r.Caller(req)
		return err
	})
	return c, err
}

func tokens(t *testing.T, r *rig) {
	b, account, _, _ := r.mara(t)
	text, made := token(t, b, identity.Read)
	if !strings.HasPrefix(text, "tk_") || len(text) != 46 || made.Expires.Sub(made.At).Round(time.Hour) != 90*24*time.Hour {
		t.Errorf("made %q: %+v", text, made)
	}
	c := must(bearer(t, r, text))(t)
	if c.Person != "Mara Lind" || c.Org != acme || c.Token != made.ID || !c.May(identity.Read) || c.May(identity.Write) || c.Session != "" {
		t.Errorf("it speaks as %+v", c)
	}
	kept := must(r.Tokens(t.Context(), account.ID))(t)
	if len(kept) != 1 || kept[0].Used.IsZero() || kept[0].UsedFrom != home.Address || kept[0].Name != "nightly export" {
		t.Errorf("kept %+v", kept)
	}
	for _, wrong := range []string{"", text[:45], text[3:], "tk_", strings.ToUpper(text)} {
		if _, err := bearer(t, r, wrong); !errors.Is(err, identity.ErrNobody) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	// A token that is wrong is not made up for by a session.
	refused(t, b.request(t, func(req *http.Request) error {
		req.Header.Set("Authorization", "Bearer tk_wrong")
		_, err := r.Caller(req)
		return err
	}), identity.ErrNobody)
	for name, bad := range map[string]identity.Token{
		"no scope":   {Name: "x"},
		"a new one":  {Name: "x", Scopes: []identity.Scope{"admin"}},
		"no name":    {Scopes: identity.Scopes},
		"years long": {Name: "x", Scopes: identity.Scopes, Expires: r.now().Add(400 * 24 * time.Hour)},
		"over":       {Name: "x", Scopes: identity.Scopes, Expires: r.now().Add(-time.Second)},
	} {
		if err := b.visit(t, func(ctx context.Context) error { _, _, err := r.MakeToken(ctx, bad, home); return err }); !errors.Is(err, identity.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	other, _ := token(t, b, identity.Write)
	ok(t, r.RevokeToken(t.Context(), account.ID, made.ID, identity.Event{Who: "Mara"}))
	refused(t, r.RevokeToken(t.Context(), account.ID, made.ID, identity.Event{}), identity.ErrNotFound)
	refused(t, second(bearer(t, r, text)), identity.ErrNobody)
	must(bearer(t, r, other))(t)
	r.forward(91 * 24 * time.Hour)
	refused(t, second(bearer(t, r, other)), identity.ErrNobody)
}

// Nothing that a stranger could enter or send stands in any table.
func secretsKept(t *testing.T, r *rig) {
	link := r.invite(t, "lou@acme.example", "Lou", acme)
	b, account, secret, codes := r.mara(t)
	key, _ := token(t, b, identity.Read)
	reset := must(r.Reset(t.Context(), account.ID, identity.Event{}))(t)
	secrets := append(codes, strings.ReplaceAll(codes[0], "-", ""), link, reset, secret, key, strings.TrimPrefix(key, "tk_"), password, b.cookie.Value)
	cells := 0
	for _, table := range []string{"account", "account_organization", "link", "totp", "recovery", "passkey", "subject", "session", "token", "attempt", "event"} {
		for _, cell := range must(r.Dump(t.Context(), "identity_"+table))(t) {
			cells++
			for _, s := range secrets {
				if strings.Contains(strings.ToLower(cell), strings.ToLower(s)) {
					t.Errorf("identity_%s keeps %q", table, s)
				}
			}
		}
	}
	if cells < 100 {
		t.Errorf("only %d cells were looked at", cells)
	}
}

func events(t *testing.T, r *rig) {
	_, account, _, _ := r.mara(t)
	_, _ = r.browser().signIn(t, account.Email, "the wrong password")
	_, _ = r.browser().signIn(t, "nobody@acme.example", "the wrong password")
	var kinds, ids []string
	before := ""
	for {
		page, all, err := r.Events(t.Context(), identity.EventsOf{Account: account.ID, Before: before, Limit: 2})
		ok(t, err)
		if len(page) == 0 {
			if all != int64(len(ids)) {
				t.Errorf("%d are there, %d were listed", all, len(ids))
			}
			break
		}
		for _, e := range page {
			kinds, ids, before = append(kinds, e.Kind), append(ids, e.ID), e.ID
			if e.Who != "Mara Lind" || e.From != home || e.At.IsZero() {
				t.Errorf("event %+v", e)
			}
		}
	}
	want := []string{identity.EventRefused, identity.EventSignedIn, identity.EventRecovery, identity.EventTOTP, identity.EventJoined, identity.EventAccount}
	slices.Sort(want)
	if got := slices.Sorted(slices.Values(kinds)); !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
	all, _, err := r.Events(t.Context(), identity.EventsOf{})
	ok(t, err)
	if all[0].Who != "nobody@acme.example" || all[0].Account != "" || all[0].Kind != identity.EventRefused {
		t.Errorf("the last is %+v", all[0])
	}
	of, _, err := r.Events(t.Context(), identity.EventsOf{Org: acme})
	ok(t, err)
	if len(of) != 2 { // invited, joined
		t.Errorf("of the organization %+v", of)
	}
}

func sweeping(t *testing.T, r *rig) {
	b, account, _, _ := r.mara(t)
	begin(t, r.browser())
	_, _ = r.browser().signIn(t, account.Email, "the wrong password")
	sizes := func() (s []int) {
		for _, table := range []string{"session", "link", "attempt", "account"} {
			s = append(s, len(must(r.Dump(t.Context(), "identity_"+table))(t)))
		}
		return s
	}
	r.forward(20 * time.Minute)
	must(b.caller(t))(t)
	ok(t, r.Sweep(t.Context()))
	if s := sizes(); s[0] != 9 || s[1] == 0 || s[2] == 0 {
		t.Errorf("after 20 minutes %v cells", s)
	}
	must(b.caller(t))(t)
	r.forward(40 * 24 * time.Hour)
	ok(t, r.Sweep(t.Context()))
	if s := sizes(); s[0] != 0 || s[1] != 0 || s[2] != 0 || s[3] == 0 {
		t.Errorf("after 40 days %v cells", s)
	}
}

func TestAddresses(t *testing.T) {
	d := identity.Desk{Config: identity.Config{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}}}
	for _, c := range []struct{ remote, forwarded, want string }{
		{"192.0.2.7:1", "", "192.0.2.7"},
		{"192.0.2.7:1", "198.51.100.1", "192.0.2.7"}, // no proxy of ours
		{"10.0.0.1:1", "198.51.100.1", "198.51.100.1"},
		{"10.0.0.1:1", "203.0.113.66, 198.51.100.1, 10.0.0.2", "198.51.100.1"}, // the first is the visitor's own invention
		{"10.0.0.1:1", "nonsense", "10.0.0.1"},
		{"10.0.0.1:1", "", "10.0.0.1"},
		{"[::ffff:10.0.0.1]:1", "2001:db8::1", "2001:db8::1"},
		{"[fd00::1]:1", "fe80::1%eth0", "fe80::1"},
		{"@", "198.51.100.1", "unknown"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.RemoteAddr = c.remote
		r.Header.Set("User-Agent", "a\x1b[31mb\xff"+strings.Repeat("c", 300))
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := d.From(r); got.Address != c.want || len([]rune(got.Agent)) != 200 || !strings.HasPrefix(got.Agent, "a[31mbc") {
			t.Errorf("%s with %q: %+v", c.remote, c.forwarded, got)
		}
	}
}

func TestLocalPath(t *testing.T) {
	for asked, want := range map[string]string{
		"": "/", "/": "/", "/controls?page=2#x": "/controls?page=2#x", "https://evil.example": "/", "//evil.example": "/", `/\evil.example`: "/",
		"/\t/evil.example": "/", "javascript:alert(1)": "/", "/a\r\nSet-Cookie: x": "/", "controls": "/",
	} {
		if got := identity.LocalPath(asked); got != want {
			t.Errorf("%q leads to %q, want %q", asked, got, want)
		}
	}
}

func TestWhatCannotBeServedSafelyIsRefused(t *testing.T) {
	for _, c := range []identity.Config{
		{Origin: "http://tickmark.example"}, {Origin: "https://tickmark.example/"}, {Origin: "tickmark.example"}, {Origin: "ftp://localhost"}, {},
		{Origin: origin, URL: "mysql://x"}, {Origin: origin, URL: "sqlite://relative"},
	} {
		c.Box = newBox(t)
		if _, err := identity.Open(t.Context(), c); err == nil {
			t.Errorf("opened with %q %q", c.Origin, c.URL)
		}
	}
	if _, err := identity.Open(t.Context(), identity.Config{Origin: origin, URL: "sqlite://" + t.TempDir() + "/x.db"}); err == nil {
		t.Error("opened without a box")
	}
	for at, want := range map[string]error{"http://127.0.0.1:8080": identity.ErrNoPasskeys, "http://localhost:8080": nil} {
		d, err := identity.Open(t.Context(), identity.Config{Origin: at, URL: "sqlite://" + t.TempDir() + "/x.db", Box: newBox(t)})
		ok(t, err)
		b := &browser{desk: d, from: home}
		err = b.visit(t, func(ctx context.Context) error { _, err := d.BeginPasskeySignIn(ctx, home); return err })
		if !errors.Is(err, want) {
			t.Errorf("passkeys at %s: %v", at, err)
		}
		if _, err := d.SignIn(t.Context(), "a@b.example", "x", home); !errors.Is(err, identity.ErrUnloaded) {
			t.Errorf("without Load: %v", err)
		}
		ok(t, d.Close())
	}
}

// The records' store and the desk migrate one database, whoever comes first, and
// what was there stays.
func besideRecords(t *testing.T, r *rig) {
	b, account, _, _ := r.mara(t)
	for range 2 {
		records, err := store.Open(t.Context(), store.Config{URL: r.url})
		ok(t, err)
		t.Cleanup(func() { ok(t, records.Close()) })
		must(records.Organizations(t.Context()))(t)
		b.desk = r.desk(t, nil)
		if c := must(b.caller(t))(t); c.Account.ID != account.ID {
			t.Errorf("after opening again %+v", c)
		}
	}
}
