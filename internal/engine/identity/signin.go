package identity

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/uptrace/bun"
)

// Next is what a person has to do before he is signed in.
type Next string

// What can be next.
const (
	NextNothing Next = ""       // signed in
	NextCode    Next = "code"   // ConfirmCode: of the authenticator app, or a recovery code
	NextEnrol   Next = "enrol"  // BeginEnrolment of an app, or a passkey
	NextChoose  Next = "choose" // SetPassword, a passkey or a provider
)

// The stages of a session; those before the last are what is next.
const (
	stageCode   = string(NextCode)
	stageEnrol  = string(NextEnrol)
	stageChoose = string(NextChoose)
	stageIn     = "in"
)

// recent is how long after a sign-in the ways to sign in may be changed.
const recent = 15 * time.Minute

type loadedKey struct{}

// Load gives the handlers behind it the session of each request, and writes it
// back before they answer.
func (d *Desk) Load(next http.Handler) http.Handler {
	return d.sessions.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), loadedKey{}, true)))
	}))
}

func loaded(ctx context.Context) bool {
	yes, _ := ctx.Value(loadedKey{}).(bool)
	return yes
}

// SignIn takes an e-mail address and a password and says what is next. For an
// address without an account it does the same work and says the same.
func (d *Desk) SignIn(ctx context.Context, email, password string, from From) (Next, error) {
	if !loaded(ctx) {
		return "", ErrUnloaded
	}
	if err := d.pace(from); err != nil {
		return "", err
	}
	row, err := find(ctx, d.readers, "email_key", mailbox(email))
	if err != nil && !errors.Is(err, ErrNotFound) {
		return "", err
	}
	guess, err := d.begin(ctx, from, "password:"+hashed(mailbox(email)))
	if err != nil {
		return "", d.refused(ctx, err, row, email, "password", from)
	}
	ok, err := d.matches(ctx, password, row.Password)
	if err == nil && (!ok || row.DisabledAt != 0) {
		err = ErrRefused
	}
	if err != nil {
		return "", d.refused(ctx, err, row, email, "password", from)
	}
	stage, err := d.after(ctx, row)
	if err != nil {
		return "", d.refused(ctx, err, row, email, "password", from)
	}
	if err := d.good(ctx, guess); err != nil {
		return "", err
	}
	return d.hold(ctx, row, stage, from)
}

// after is what follows a password: a code, or, where there is no second factor
// of any kind yet, choosing one. A password alone adds none to an account that
// is signed in to another way.
func (d *Desk) after(ctx context.Context, a accountRow) (stage string, err error) {
	app, err := enrolled(ctx, d.readers, a.ID)
	if err != nil || app {
		return stageCode, err
	}
	other, err := somebody(ctx, d.readers, a.ID)
	if err == nil && other {
		err = fmt.Errorf("%w: sign in with your passkey or provider, then enrol an authenticator app", ErrSecondFactor)
	}
	return stageEnrol, err
}

// ConfirmCode takes the second factor: the app's code or a recovery code.
func (d *Desk) ConfirmCode(ctx context.Context, code string, from From) error {
	a, stage, err := d.account(ctx)
	if err != nil {
		return err
	}
	if stage != stageCode {
		return ErrCeremony
	}
	if err := d.pace(from); err != nil {
		return err
	}
	guess, err := d.begin(ctx, from, "code:"+a.ID)
	if err != nil {
		return d.refused(ctx, err, a, a.Email, "code", from)
	}
	code, how := digits(code), "password and code"
	take := d.codeIs
	if len(code) != 6 {
		take, how = d.recovers, "password and recovery code"
	}
	ok, err := take(ctx, a.ID, code)
	if err == nil && !ok {
		err = ErrRefused
	}
	if err != nil {
		return d.refused(ctx, err, a, a.Email, "code", from)
	}
	if err := d.good(ctx, guess); err != nil {
		return err
	}
	if len(code) != 6 {
		if err := d.tell(ctx, Event{Kind: EventRecoveryUsed, Account: a.ID, Who: a.Name, From: from}); err != nil {
			return err
		}
	}
	return d.admit(ctx, a, how, from)
}

// refused notes that somebody was not let in, and why. What was entered is kept
// only if it is an address: it could be a password in the wrong field.
func (d *Desk) refused(ctx context.Context, err error, a accountRow, email, with string, from From) error {
	kind, who := EventRefused, a.Name
	if who == "" {
		who = "unknown"
		if entered, err := addressed(email); err == nil {
			who = entered
		}
	}
	if errors.Is(err, ErrLocked) {
		kind = EventLocked
	}
	return errors.Join(err, d.tell(ctx, Event{Kind: kind, Account: a.ID, Who: who, Detail: with + ": " + err.Error(), From: from}))
}

// hold gives the session an account that is not signed in yet, under a new
// token, for a quarter of an hour.
func (d *Desk) hold(ctx context.Context, a accountRow, stage string, from From) (Next, error) {
	return Next(stage), d.occupy(ctx, a, stage, "", from)
}

// admit signs an account in, under a new token.
func (d *Desk) admit(ctx context.Context, a accountRow, how string, from From) error {
	if !loaded(ctx) {
		return ErrUnloaded
	}
	if a.DisabledAt != 0 {
		return d.refused(ctx, ErrRefused, a, a.Email, how, from)
	}
	serves, err := d.Memberships(ctx, a.ID)
	if err != nil {
		return err
	}
	org := ""
	if len(serves) > 0 {
		org = string(serves[0].Org)
	}
	if err := d.tell(ctx, Event{Kind: EventSignedIn, Account: a.ID, Who: a.Name, Detail: how, From: from}); err != nil {
		return err
	}
	return d.occupy(ctx, a, stageIn, org, from)
}

// occupy makes the session anew: nothing that was in it stays.
func (d *Desk) occupy(ctx context.Context, a accountRow, stage, org string, from From) error {
	if !loaded(ctx) {
		return ErrUnloaded
	}
	if err := d.sessions.Clear(ctx); err != nil {
		return fmt.Errorf("clearing a session: %w", err)
	}
	if err := d.sessions.RenewToken(ctx); err != nil {
		return fmt.Errorf("renewing a session: %w", err)
	}
	d.sessions.SetDeadline(ctx, d.Now().Add(d.Absolute))
	for key, value := range map[string]string{
		keyID: d.name("ses"), keyAccount: a.ID, keyStage: stage, keyOrg: org, keyBirth: "1",
		keySince: strconv.FormatInt(d.micros(), 10), keyAddress: from.Address, keyAgent: from.Agent,
	} {
		d.sessions.Put(ctx, key, value)
	}
	return nil
}

// renew gives the session another token when what it may do has changed. It
// ends no later for that.
func (d *Desk) renew(ctx context.Context) error {
	ends := d.sessions.Deadline(ctx)
	if err := d.sessions.RenewToken(ctx); err != nil {
		return fmt.Errorf("renewing a session: %w", err)
	}
	d.sessions.SetDeadline(ctx, ends)
	d.sessions.Put(ctx, keyBirth, "1")
	return nil
}

// account is whose session it is, and how far.
func (d *Desk) account(ctx context.Context) (a accountRow, stage string, err error) {
	if !loaded(ctx) {
		return a, "", ErrUnloaded
	}
	id := d.sessions.GetString(ctx, keyAccount)
	if id == "" {
		return a, "", ErrNobody
	}
	a, err = find(ctx, d.readers, "id", id)
	if errors.Is(err, ErrNotFound) || err == nil && a.DisabledAt != 0 {
		return a, "", ErrNobody
	}
	return a, d.sessions.GetString(ctx, keyStage), err
}

// settled is whose ways to sign in may be changed now: of an account that is
// being made or reset, or that was signed in to a short time ago.
func (d *Desk) settled(ctx context.Context) (a accountRow, stage string, err error) {
	a, stage, err = d.account(ctx)
	switch {
	case err != nil:
		return a, "", err
	case stage == stageCode:
		return a, stage, ErrSecondFactor
	case stage == stageIn && d.Now().Sub(d.since(ctx)) > recent:
		return a, stage, ErrStale
	}
	return a, stage, nil
}

// since is when the session was given its account.
func (d *Desk) since(ctx context.Context) time.Time {
	return sinceOf(d.sessions.GetString(ctx, keySince))
}

func sinceOf(text string) time.Time {
	micros, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return when(micros)
}

// SignOut ends the session.
func (d *Desk) SignOut(ctx context.Context, from From) error {
	a, stage, err := d.account(ctx)
	if errors.Is(err, ErrNobody) {
		return d.sessions.Destroy(ctx)
	}
	if err != nil {
		return err
	}
	if err := d.sessions.Destroy(ctx); err != nil {
		return fmt.Errorf("ending a session: %w", err)
	}
	if stage != stageIn {
		return nil
	}
	return d.tell(ctx, Event{Kind: EventSignedOut, Account: a.ID, Who: a.Name, From: from})
}

// Accepted is what came of a link.
type Accepted struct {
	Offer
	Account Account
	Next    Next
}

// Accept uses a link up. The set-up makes the first account, an invitation an
// account that serves its organization; where its e-mail address has one, that
// must be signed in. A reset takes password, app, sessions and API tokens from
// the account. After it, or with a new account, the person chooses how to sign
// in, unless a password came with the profile.
func (d *Desk) Accept(ctx context.Context, secret string, p Profile, from From) (Accepted, error) {
	if err := d.pace(from); err != nil {
		return Accepted{}, err
	}
	link, err := d.link(ctx, d.readers, secret)
	if err != nil {
		return Accepted{}, err
	}
	mine, stage, err := d.account(ctx)
	if err != nil && !errors.Is(err, ErrNobody) {
		return Accepted{}, err
	}
	if stage != stageIn {
		mine = accountRow{}
	}
	done := Accepted{Offer: Offer{Kind: link.Kind, Invitation: link.invitation()}}
	if link.Kind == kindInvitation && mine.ID != "" {
		done.Account, err = d.acceptSignedIn(ctx, link, mine, from)
		return done, err
	}
	a, err := d.candidate(ctx, link, p)
	if err != nil {
		return done, err
	}
	if err := d.writing(ctx, func(ctx context.Context, tx bun.Tx) error { return d.accept(ctx, tx, link, a, from) }); err != nil {
		return done, fmt.Errorf("accepting the link: %w", err)
	}
	done.Account = a.account()
	next := stageChoose
	if a.Password != "" {
		next = stageEnrol
	}
	done.Next, err = d.hold(ctx, a, next, from)
	return done, err
}
