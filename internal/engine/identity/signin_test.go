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

	"tickmark/internal/audit"
	"tickmark/internal/engine/identity"
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

func enrolment(t *testing.T, r *rig) {
	b := r.browser()
	pending := func() (next identity.Next, name string, err error) {
		err = b.visit(t, func(ctx context.Context) error {
			n, a, err := r.Pending(ctx)
			next, name = n, a.Name
			return err
		})
		return next, name, err
	}
	if _, _, err := pending(); !errors.Is(err, identity.ErrNobody) {
		t.Errorf("a stranger: %v", err)
	}
	must(b.accept(t, r.invite(t, "mara@acme.example", "Mara Lind", acme), identity.Profile{}))(t)
	if next, name, err := pending(); next != identity.NextChoose || name != "Mara Lind" || err != nil {
		t.Errorf("pending %q of %q: %v", next, name, err)
	}
	begin := func() (e identity.Enrolment, err error) {
		err = b.visit(t, func(ctx context.Context) error { e, err = r.BeginEnrolment(ctx); return err })
		return e, err
	}
	finish := func(code string) error {
		return b.visit(t, func(ctx context.Context) error { _, err := r.FinishEnrolment(ctx, code, home); return err })
	}
	refused(t, second(begin()), identity.ErrInvalid) // a code is the second factor of a password
	ok(t, b.visit(t, func(ctx context.Context) error { _, err := r.SetPassword(ctx, password, home); return err }))
	refused(t, finish("123456"), identity.ErrCeremony)
	first, e := must(begin())(t), must(begin())(t)
	want := "otpauth://totp/tickmark.example:mara@acme.example?issuer=tickmark.example&secret=" + e.Secret
	if e.URL != want || len(e.Secret) != 32 || !strings.HasPrefix(string(e.QR), "\x89PNG") {
		t.Errorf("enrolment %s, %d bytes of picture", e.URL, len(e.QR))
	}
	refused(t, finish(r.app(first.Secret)), identity.ErrRefused) // the secret was drawn anew
	if next, _, err := pending(); next != identity.NextEnrol || err != nil {
		t.Errorf("pending %q: %v", next, err)
	}
	ok(t, finish(r.app(e.Secret)))
	if next, _, err := pending(); next != identity.NextNothing || err != nil {
		t.Errorf("pending %q: %v", next, err)
	}
	c := must(b.caller(t))(t)
	if got := c.Event(home); got.Who != "Mara Lind" || got.Org != acme || got.From != home {
		t.Errorf("its events are %+v", got)
	}
	for range 2 { // signing out twice is no error
		ok(t, b.visit(t, func(ctx context.Context) error { return r.SignOut(ctx, home) }))
	}
}

// Whatever addresses come, the paces kept are bounded.
func TestPacesAreForgotten(t *testing.T) {
	if most := identity.PacesAfter(3 * identity.PaceEntries); most > identity.PaceEntries {
		t.Errorf("%d paces are kept, of %d at most", most, identity.PaceEntries)
	}
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
