package identity_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tickmark/internal/audit"
	"tickmark/internal/engine/identity"
	"tickmark/internal/method/authority"
)

// Two accounts of one organization have different people, as its records tell
// people apart.
func TestNamesFoldAsAuthorityComparesThem(t *testing.T) {
	letters := rapid.StringOfN(rapid.SampledFrom([]rune("aAkK\u212AsS\u017FßẞİiIıσςΣ éÉ ")), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b := letters.Draw(t, "a"), letters.Draw(t, "b")
		if got, want := identity.Fold(a) == identity.Fold(b), authority.SameName(a, b); got != want {
			t.Fatalf("%q and %q fold alike: %v; are one person's: %v", a, b, got, want)
		}
	})
}

func setUp(t *testing.T, r *rig) {
	first, second := must(r.SetUp(t.Context()))(t), must(r.SetUp(t.Context()))(t)
	_, err := r.browser().accept(t, first, identity.Profile{Name: "Mara", Email: "mara@acme.example"})
	refused(t, err, identity.ErrLink)
	// Begun, and left: nobody can sign in, and the operator makes another.
	must(r.browser().accept(t, second, identity.Profile{Name: "Mara", Email: "mara@acme.example"}))(t)
	third := must(r.SetUp(t.Context()))(t)
	r.forward(24*time.Hour + time.Second)
	_, err = r.browser().accept(t, third, identity.Profile{Name: "Mara", Email: "mara@acme.example"})
	refused(t, err, identity.ErrLink)

	fourth, b := must(r.SetUp(t.Context()))(t), r.browser()
	done := must(b.accept(t, fourth, identity.Profile{Name: "Mara  Lind", Email: "mara@acme.example", Password: password}))(t)
	if done.Next != identity.NextEnrol || done.Kind != "set-up" || done.Account.Name != "Mara Lind" {
		t.Errorf("accepted %+v", done)
	}
	if _, err := b.caller(t); !errors.Is(err, identity.ErrSecondFactor) {
		t.Errorf("before the second factor: %v", err)
	}
	r.enrol(t, b)
	if c := must(b.caller(t))(t); c.Account.Name != "Mara Lind" || c.Org != "" {
		t.Errorf("signed in as %+v", c)
	}
	_, err = r.browser().accept(t, fourth, identity.Profile{Name: "Eve", Email: "eve@evil.example"})
	refused(t, err, identity.ErrLink)
	_, err = r.SetUp(t.Context())
	refused(t, err, identity.ErrSetUp)
	if all := must(r.Accounts(t.Context(), ""))(t); len(all) != 1 {
		t.Errorf("%d accounts, want the one", len(all))
	}
}

func invitation(t *testing.T, r *rig) {
	secret := r.invite(t, "Mara@Acme.example", "Mara Lind", acme)
	offer := must(r.Look(t.Context(), secret, home))(t)
	if offer.Kind != "invitation" || offer.Org != acme || offer.Role != audit.ControlOwner || offer.Exists {
		t.Errorf("offer %+v", offer)
	}
	b := r.browser()
	// What the person says of name and address does not count.
	done := must(b.accept(t, secret, identity.Profile{Name: "Pia Partner", Email: "eve@evil.example", Display: "Mara"}))(t)
	if done.Next != identity.NextChoose || done.Account.Name != "Mara Lind" || done.Account.Email != "Mara@Acme.example" || done.Account.Display != "Mara" {
		t.Errorf("accepted %+v", done)
	}
	_, err := r.browser().accept(t, secret, identity.Profile{})
	refused(t, err, identity.ErrLink)
	late, withdrawn := r.invite(t, "lou@acme.example", "Lou", acme), r.invite(t, "kim@acme.example", "Kim", acme)
	all := must(r.Invitations(t.Context(), acme))(t)
	i := slices.IndexFunc(all, func(i identity.Invitation) bool { return i.Email == "kim@acme.example" })
	refused(t, r.Withdraw(t.Context(), globex, all[i].ID, identity.Event{}), identity.ErrNotFound)
	ok(t, r.Withdraw(t.Context(), acme, all[i].ID, identity.Event{Who: "Mara"}))
	_, err = r.browser().accept(t, withdrawn, identity.Profile{})
	refused(t, err, identity.ErrLink)
	r.forward(7*24*time.Hour + time.Second)
	_, err = r.browser().accept(t, late, identity.Profile{})
	refused(t, err, identity.ErrLink)
	_, err = r.Invite(t.Context(), identity.Invitation{Email: "bot@acme.example", Person: "Bot", Org: acme, Role: audit.Machine}, home)
	refused(t, err, identity.ErrInvalid)
}

func invitationRace(t *testing.T, r *rig) {
	secret := r.invite(t, "mara@acme.example", "Mara Lind", acme)
	var wait sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wait.Go(func() { _, errs[i] = r.browser().accept(t, secret, identity.Profile{}) })
	}
	wait.Wait()
	good := 0
	for _, err := range errs {
		if err == nil {
			good++
		} else if !errors.Is(err, identity.ErrLink) && !errors.Is(err, identity.ErrTaken) && !errors.Is(err, identity.ErrSignInFirst) {
			t.Error(err)
		}
	}
	if all := must(r.Accounts(t.Context(), acme))(t); good != 1 || len(all) != 1 {
		t.Errorf("%d accepted it, %d accounts", good, len(all))
	}
}

func organizations(t *testing.T, r *rig) {
	b, account, _, _ := r.mara(t)
	secret := r.invite(t, "MARA@acme.example", "M. Lind", globex)
	_, err := r.browser().accept(t, secret, identity.Profile{Password: password})
	refused(t, err, identity.ErrSignInFirst)
	other := r.browser()
	must(other.accept(t, r.invite(t, "lou@acme.example", "Lou", acme), identity.Profile{Password: password}))(t)
	r.enrol(t, other)
	_, err = other.accept(t, secret, identity.Profile{})
	refused(t, err, identity.ErrOtherAccount)
	if c := must(b.caller(t))(t); c.Org != acme || c.Person != "Mara Lind" {
		t.Errorf("at first %+v", c)
	}
	must(b.accept(t, secret, identity.Profile{}))(t)
	if c := must(b.caller(t))(t); c.Org != globex || c.Person != "M. Lind" {
		t.Errorf("after the invitation %+v", c)
	}
	before := b.cookie.Value
	ok(t, b.visit(t, func(ctx context.Context) error { return r.Switch(ctx, acme, home) }))
	c := must(b.caller(t))(t)
	if c.Org != acme || c.Person != "Mara Lind" || b.cookie.Value == before {
		t.Errorf("after the switch %+v, renewed: %v", c, b.cookie.Value != before)
	}
	if p := c.As(audit.AuditorStaff); p != (audit.Person{Name: "Mara Lind", Side: audit.Auditor, Role: audit.AuditorStaff}) {
		t.Errorf("as an auditor %+v", p)
	}
	refused(t, other.visit(t, func(ctx context.Context) error { return r.Switch(ctx, globex, home) }), identity.ErrNotFound)
	// Who leaves is out at once, and comes back under the same name.
	ok(t, r.Leave(t.Context(), account.ID, acme, identity.Event{Who: "Lou"}))
	if c := must(b.caller(t))(t); c.Org != "" || c.Person != "" {
		t.Errorf("after leaving %+v", c)
	}
	refused(t, r.Join(t.Context(), account.ID, acme, "Somebody Else", identity.Event{}), identity.ErrTaken)
	ok(t, r.Join(t.Context(), account.ID, acme, "mara lind", identity.Event{}))
	if all := must(r.Memberships(t.Context(), account.ID))(t); len(all) != 2 || all[0].Person != "Mara Lind" {
		t.Errorf("serves %+v", all)
	}
}

func names(t *testing.T, r *rig) {
	_, account, _, _ := r.mara(t)
	ok(t, r.Leave(t.Context(), account.ID, acme, identity.Event{}))
	for _, name := range []string{"Mara Lind", " mara  LIND "} {
		_, err := r.browser().accept(t, r.invite(t, "eve@evil.example", name, acme), identity.Profile{})
		refused(t, err, identity.ErrTaken)
	}
	for _, name := range []string{"", " ", "Mara\u202eLind", "Mara\x00", strings.Repeat("m", 101)} {
		_, err := r.Invite(t.Context(), identity.Invitation{Email: "eve@evil.example", Person: name, Org: acme, Role: audit.Employee}, home)
		refused(t, err, identity.ErrInvalid)
	}
	for _, email := range []string{"", "eve", "Eve <eve@evil.example>", "eve@evil.example\r\nBcc: all", "a@b, c@d"} {
		_, err := r.Invite(t.Context(), identity.Invitation{Email: email, Person: "Eve", Org: acme, Role: audit.Employee}, home)
		refused(t, err, identity.ErrInvalid)
	}
}

func reset(t *testing.T, r *rig) {
	b, account, secret, _ := r.mara(t)
	key, _ := token(t, b, identity.Read)
	link := must(r.Reset(t.Context(), account.ID, identity.Event{Who: "Lou"}))(t)
	again := r.browser()
	done := must(again.accept(t, link, identity.Profile{Password: "curlew calls over the marsh"}))(t)
	if done.Next != identity.NextEnrol || done.Account.ID != account.ID {
		t.Errorf("reset to %+v", done)
	}
	if _, err := b.caller(t); !errors.Is(err, identity.ErrNobody) {
		t.Errorf("the old session: %v", err)
	}
	if _, err := bearer(t, r, key); !errors.Is(err, identity.ErrNobody) {
		t.Errorf("the old token: %v", err)
	}
	r.enrol(t, again)
	if c := must(again.caller(t))(t); c.Person != "Mara Lind" {
		t.Errorf("afterwards %+v", c)
	}
	r.forward(time.Minute)
	_, err := r.browser().signIn(t, account.Email, password)
	refused(t, err, identity.ErrRefused)
	next := r.browser()
	must(next.signIn(t, account.Email, "curlew calls over the marsh"))(t)
	refused(t, next.code(t, r.app(secret)), identity.ErrRefused)
}

// A letter that folds into another is another mailbox's.
func mailboxes(t *testing.T, r *rig) {
	_, account, _, _ := r.mara(t)
	other := r.browser()
	a := must(other.accept(t, r.invite(t, "mara@acme.exam\u017fle", "M. L.", acme), identity.Profile{}))(t)
	if a.Account.ID == account.ID {
		t.Error("one account for two mailboxes")
	}
}
