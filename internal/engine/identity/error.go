package identity

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// What a caller may be told. None of them says whether an account exists.
var (
	ErrNobody       = errors.New("nobody is signed in")
	ErrRefused      = errors.New("that did not match; check what you entered and try again")
	ErrLocked       = errors.New("too many attempts; wait before the next")
	ErrTooFast      = errors.New("too many requests from this address; wait a moment")
	ErrBusy         = errors.New("too many people sign in at this moment; try again in a few seconds")
	ErrSecondFactor = errors.New("a second factor is needed first")
	ErrStale        = errors.New("this needs a recent sign-in; sign in again")
	ErrLink         = errors.New("this link is not valid: it was used, has expired, or was replaced; ask for another")
	ErrSignInFirst  = errors.New("there is an account with this e-mail address; sign in to it first, then open the link again")
	ErrOtherAccount = errors.New("the link is for another e-mail address than that of this account; sign out first")
	ErrNotInvited   = errors.New("the provider knows you, but nobody has invited you here; ask an administrator for an invitation")
	ErrUnlinked     = errors.New("an account with this e-mail address is not linked to the provider; sign in to it another way and link it")
	ErrCloned       = errors.New("this passkey was used before by another device with the same key; sign in another way and remove it")
	ErrNoPasskeys   = errors.New("passkeys need a host name; this server is reached by a number")
	ErrCeremony     = errors.New("this step was not begun here, or took too long; begin it again")
	ErrProvider     = errors.New("the sign-in provider did not answer as it should; try again, or sign in another way")
	ErrInvalid      = errors.New("not accepted")
	ErrTaken        = errors.New("it is taken by another account")
	ErrNotFound     = errors.New("not found")
	ErrSetUp        = errors.New("somebody can sign in here already; an administrator can invite others")
	ErrUnloaded     = errors.New("the request did not come through Desk.Load")
)

// LockedError is an ErrLocked that says until when.
type LockedError struct {
	Until time.Time
}

// Error says until when, in UTC.
func (e LockedError) Error() string {
	return fmt.Sprintf("%v: until %s", ErrLocked, e.Until.UTC().Format(time.RFC3339))
}

// Unwrap is ErrLocked.
func (e LockedError) Unwrap() error { return ErrLocked }

// answers are how a refusal is answered over HTTP, the first that fits.
var answers = []struct {
	err    error
	status int
	whole  bool // its text is ours to the end, and says what to do
}{
	{ErrLocked, http.StatusTooManyRequests, false},
	{ErrTooFast, http.StatusTooManyRequests, false},
	{ErrBusy, http.StatusServiceUnavailable, false},
	{ErrNobody, http.StatusUnauthorized, false},
	{ErrRefused, http.StatusUnauthorized, false},
	{ErrSecondFactor, http.StatusUnauthorized, true},
	{ErrStale, http.StatusForbidden, false},
	{ErrLink, http.StatusGone, false},
	{ErrSignInFirst, http.StatusConflict, false},
	{ErrOtherAccount, http.StatusConflict, false},
	{ErrNotInvited, http.StatusForbidden, false},
	{ErrUnlinked, http.StatusConflict, false},
	{ErrCloned, http.StatusForbidden, false},
	{ErrNoPasskeys, http.StatusNotImplemented, false},
	{ErrCeremony, http.StatusConflict, false},
	{ErrProvider, http.StatusBadGateway, false},
	{ErrInvalid, http.StatusUnprocessableEntity, true},
	{ErrTaken, http.StatusConflict, false},
	{ErrNotFound, http.StatusNotFound, false},
	{ErrSetUp, http.StatusConflict, false},
}

// Answer is the status of a refusal and what the person may read of it: never
// the reasons that are for the log. Other errors are ours, and say nothing.
func Answer(err error) (status int, text string) {
	for _, a := range answers {
		if !errors.Is(err, a.err) {
			continue
		}
		var locked LockedError
		switch {
		case errors.As(err, &locked):
			return a.status, locked.Error()
		case a.whole:
			return a.status, err.Error()
		}
		return a.status, a.err.Error()
	}
	return http.StatusInternalServerError, "this could not be done here and now; the reason is in the log"
}
