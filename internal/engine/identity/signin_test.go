package identity_test

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
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

// RFC 6238, appendix B, SHA-1: the last six of its eight digits.
func TestCodesOfTheRFC(t *testing.T) {
	secret := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte("12345678901234567890"))
	for _, c := range []struct {
		at   int64
		code string
	}{
		{59, "287082"}, {1111111109, "081804"}, {1111111111, "050471"}, {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"},
	} {
		for _, near := range []struct {
			seconds, last int64
			ok            bool
		}{{0, -1, true}, {30, -1, true}, {-30, -1, true}, {60, -1, false}, {-61, -1, false}, {0, c.at / 30, false}, {0, c.at/30 - 1, true}} {
			if c.at+near.seconds < 0 {
				continue // before the epoch
			}
			step, ok, err := identity.StepOf(secret, c.code, time.Unix(c.at+near.seconds, 0), near.last)
			if err != nil || ok != near.ok || ok && step != c.at/30 {
				t.Errorf("at %d%+d after step %d: step %d, %v, %v", c.at, near.seconds, near.last, step, ok, err)
			}
		}
	}
}

func TestTheWaitDoublesUpToAnEnd(t *testing.T) {
	for failures, want := range map[int64]time.Duration{1: 0, 4: 0, 5: 5 * time.Second, 6: 10 * time.Second, 9: 80 * time.Second, 13: identity.LongestWait, 1 << 40: identity.LongestWait} {
		if got := identity.Wait(failures, identity.AccountFree); got != want {
			t.Errorf("after %d failures: %s, want %s", failures, got, want)
		}
	}
}

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

func signIn(t *testing.T, r *rig) {
	_, account, secret, _ := r.mara(t)
	b := r.browser()
	if _, err := b.caller(t); !errors.Is(err, identity.ErrNobody) {
		t.Errorf("a stranger: %v", err)
	}
	if next := must(b.signIn(t, " MARA@acme.example ", password))(t); next != identity.NextCode {
		t.Errorf("next is %q", next)
	}
	if _, err := b.caller(t); !errors.Is(err, identity.ErrSecondFactor) {
		t.Errorf("with a password only: %v", err)
	}
	if err := b.visit(t, func(ctx context.Context) error { _, err := r.BeginEnrolment(ctx); return err }); !errors.Is(err, identity.ErrSecondFactor) {
		t.Errorf("enrolling another app with a password only: %v", err)
	}
	refused(t, b.code(t, "000 00"), identity.ErrRefused)
	ok(t, b.code(t, " "+r.app(secret)[:3]+" "+r.app(secret)[3:]))
	c := must(b.caller(t))(t)
	if c.Account.ID != account.ID || c.Person != "Mara Lind" || c.Org != acme || !c.May(identity.Write) {
		t.Errorf("signed in as %+v", c)
	}
	ok(t, b.visit(t, func(ctx context.Context) error { return r.SignOut(ctx, home) }))
	if _, err := b.caller(t); !errors.Is(err, identity.ErrNobody) || b.cookie != nil {
		t.Errorf("after signing out: %v", err)
	}
	for _, bad := range []string{"short", "aaaaaaaaaaaaaaaa", "mara@acme.example", "Password1234", strings.Repeat("long ", 60), "tide\xff low walks heron"} {
		_, err := r.browser().accept(t, r.invite(t, "lou@acme.example", "Lou", acme), identity.Profile{Password: bad})
		if bad == "mara@acme.example" { // known of Mara, not of Lou
			ok(t, err)
			ok(t, r.Disable(t.Context(), must(r.Accounts(t.Context(), acme))(t)[0].ID, identity.Event{}))
			return
		}
		refused(t, err, identity.ErrInvalid)
	}
}

func replay(t *testing.T, r *rig) {
	_, account, secret, _ := r.mara(t)
	code := r.app(secret)
	first, second := r.browser(), r.browser()
	for _, b := range []*browser{first, second} {
		must(b.signIn(t, account.Email, password))(t)
	}
	ok(t, first.code(t, code))
	refused(t, second.code(t, code), identity.ErrRefused)
	r.forward(30 * time.Second)
	ok(t, second.code(t, r.app(secret)))
}

func recovery(t *testing.T, r *rig) {
	b, account, _, codes := r.mara(t)
	if len(codes) != 10 || len(slices.Compact(slices.Sorted(slices.Values(codes)))) != 10 {
		t.Fatalf("codes %q", codes)
	}
	for i, want := range []error{nil, identity.ErrRefused} {
		another := r.browser()
		must(another.signIn(t, account.Email, password))(t)
		if err := another.code(t, strings.ToUpper(codes[3])); !errors.Is(err, want) {
			t.Errorf("time %d: %v", i+1, err)
		}
	}
	if left := must(r.RecoveryLeft(t.Context(), account.ID))(t); left != 9 {
		t.Errorf("%d left", left)
	}
	ok(t, b.visit(t, func(ctx context.Context) error { _, err := r.NewRecoveryCodes(ctx, home); return err }))
	another := r.browser()
	must(another.signIn(t, account.Email, password))(t)
	refused(t, another.code(t, codes[0]), identity.ErrRefused)
}

func passwordAlone(t *testing.T, r *rig) {
	b, device := r.browser(), newDevice(t)
	a := must(b.accept(t, r.invite(t, "mara@acme.example", "Mara Lind", acme), identity.Profile{}))(t)
	device.add(t, b)
	ok(t, b.visit(t, func(ctx context.Context) error { _, err := r.SetPassword(ctx, password, home); return err }))
	thief := r.browser()
	_, err := thief.signIn(t, a.Account.Email, password)
	refused(t, err, identity.ErrSecondFactor)
	if err := thief.visit(t, func(ctx context.Context) error { _, err := r.BeginEnrolment(ctx); return err }); !errors.Is(err, identity.ErrNobody) {
		t.Errorf("enrolling: %v", err)
	}
	r.enrol(t, b)
	if next := must(thief.signIn(t, a.Account.Email, password))(t); next != identity.NextCode {
		t.Errorf("next is %q", next)
	}
}

func unknownAccount(t *testing.T, r *rig) {
	_, account, _, _ := r.mara(t)
	said := map[string][]string{}
	for _, email := range []string{account.Email, "nobody@acme.example"} {
		for i := range 7 {
			b := r.browser()
			b.from.Address = fmt.Sprintf("198.51.100.%d", 10*len(said)+i)
			_, err := b.signIn(t, email, "the wrong password")
			kind := fmt.Sprint(errors.Is(err, identity.ErrRefused), errors.Is(err, identity.ErrLocked))
			said[email] = append(said[email], kind)
		}
	}
	if got, want := fmt.Sprint(said["nobody@acme.example"]), fmt.Sprint(said[account.Email]); got != want {
		t.Errorf("an unknown address hears %s, a known one %s", got, want)
	}
	// Where no password can be hashed neither is answered.
	r.Occupy()
	for _, email := range []string{account.Email, "another@acme.example"} {
		r.forward(time.Hour)
		err := r.browser().visit(t, func(ctx context.Context) error {
			waiting, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			_, err := r.SignIn(waiting, email, "the wrong password", home)
			return err
		})
		refused(t, err, identity.ErrBusy)
	}
}

func lockout(t *testing.T, r *rig) {
	_, account, secret, _ := r.mara(t)
	var wait sync.WaitGroup
	errs := make([]error, 24)
	for i := range errs {
		b := r.browser()
		b.from.Address = fmt.Sprintf("198.51.100.%d", i)
		wait.Go(func() { _, errs[i] = b.signIn(t, account.Email, fmt.Sprintf("wrong password %d", i)) })
	}
	wait.Wait()
	judged, locked := 0, 0
	for _, err := range errs {
		switch {
		case errors.Is(err, identity.ErrRefused):
			judged++
		case errors.Is(err, identity.ErrLocked):
			locked++
		default:
			t.Error(err)
		}
	}
	if judged != identity.AccountFree || locked != len(errs)-judged {
		t.Errorf("%d of %d guesses were judged, %d were told to wait", judged, len(errs), locked)
	}
	_, err := r.browser().signIn(t, account.Email, password)
	var until identity.LockedError
	if !errors.As(err, &until) || !until.Until.After(r.now()) {
		t.Fatalf("the right password while locked: %v", err)
	}
	r.forward(until.Until.Sub(r.now()) + time.Millisecond)
	b := r.browser()
	must(b.signIn(t, account.Email, password))(t)
	// The second factor has a count of its own.
	for range identity.AccountFree {
		refused(t, b.code(t, "123456x"), identity.ErrRefused)
	}
	refused(t, b.code(t, r.app(secret)), identity.ErrLocked)
	r.forward(time.Minute)
	ok(t, b.code(t, r.app(secret)))
	must(r.browser().signIn(t, account.Email, password))(t)
}

func addressLockout(t *testing.T, r *rig) {
	_, account, _, _ := r.mara(t)
	b := r.browser()
	b.from.Address = "2001:db8:1:2::1"
	var err error
	n := 0
	for ; n < 100 && !errors.Is(err, identity.ErrLocked); n++ {
		r.forward(time.Second) // slow enough for the pace
		_, err = b.signIn(t, fmt.Sprintf("person%d@acme.example", n), "the wrong password")
	}
	if n < 20 || n > 40 {
		t.Errorf("locked after %d guesses at as many accounts", n)
	}
	b.from.Address = "2001:db8:1:2:ffff::9" // the same subscriber
	_, err = b.signIn(t, account.Email, password)
	refused(t, err, identity.ErrLocked)
	b.from.Address = "2001:db8:1:3::1"
	must(b.signIn(t, account.Email, password))(t)
}

func tooFast(t *testing.T, r *rig) {
	for range identity.PaceBurst + 3 { // three more may have grown meanwhile
		_, _ = r.Look(t.Context(), "x", home)
	}
	for range 1000 {
		if _, err := r.Look(t.Context(), "x", home); errors.Is(err, identity.ErrTooFast) {
			if _, err := r.Look(t.Context(), "x", identity.From{Address: "192.0.2.8"}); !errors.Is(err, identity.ErrLink) {
				t.Errorf("another address: %v", err)
			}
			return
		}
	}
	t.Error("never too fast")
}

// hostile texts are refused, not failed on, and a password in the wrong field is
// kept nowhere.
func hostile(t *testing.T, r *rig) {
	b, account, _, _ := r.mara(t)
	for _, text := range []string{"a\x00b@acme.example", "a\xffb@acme.example", "' OR '1'='1", "\\' OR 1=1 --", password, strings.Repeat("x", 1<<16)} {
		r.forward(time.Minute)
		_, err := r.browser().signIn(t, text, text)
		refused(t, err, identity.ErrRefused)
		_, err = r.Look(t.Context(), text, home)
		refused(t, err, identity.ErrLink)
		_, err = r.Invite(t.Context(), identity.Invitation{Email: "eve@evil.example", Person: text + "\xff", Org: acme, Role: audit.Employee}, home)
		refused(t, err, identity.ErrInvalid)
		refused(t, b.visit(t, func(ctx context.Context) error { return r.RemovePasskey(ctx, text, home) }), identity.ErrNotFound)
		refused(t, r.EndSession(t.Context(), account.ID, text, identity.Event{}), identity.ErrNotFound)
		refused(t, r.RevokeToken(t.Context(), account.ID, text, identity.Event{Who: text}), identity.ErrNotFound)
	}
	all, _, err := r.Events(t.Context(), identity.EventsOf{Limit: 3})
	ok(t, err)
	for _, e := range all {
		if e.Kind != identity.EventRefused || e.Who != "unknown" {
			t.Errorf("event %+v", e)
		}
	}
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

func TestAnswersKeepTheReasonsBack(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		text   string
	}{
		{fmt.Errorf("reading: %w: %s", identity.ErrRefused, "inner reason"), 401, identity.ErrRefused.Error()},
		{fmt.Errorf("x: %w", identity.LockedError{Until: time.Unix(0, 0)}), 429, "too many attempts; wait before the next: until 1970-01-01T00:00:00Z"},
		{fmt.Errorf("%w: a password has 12 letters", identity.ErrInvalid), 422, "not accepted: a password has 12 letters"},
		{errors.New("pq: password of the database"), 500, "this could not be done here and now; the reason is in the log"},
	} {
		if status, text := identity.Answer(c.err); status != c.status || text != c.text {
			t.Errorf("%v is answered %d %q", c.err, status, text)
		}
	}
}
