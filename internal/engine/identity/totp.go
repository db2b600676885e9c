package identity

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"database/sql"
	"encoding/base32"
	"errors"
	"fmt"
	"image/png"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/uptrace/bun"
)

// Codes are those of RFC 6238 as every authenticator app makes them: SHA-1, six
// digits, a step of thirty seconds. One step to either side is taken.
const (
	stepSeconds = 30
	skew        = 1
	recoveries  = 10
)

// stepOf returns the step whose code it is, later than last, near a time.
func stepOf(secret, code string, at time.Time, last int64) (step int64, ok bool, err error) {
	now := at.Unix() / stepSeconds
	for s := now - skew; s <= now+skew; s++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(max(s, 0)), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, false, fmt.Errorf("making a code: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && s > last {
			step, ok = s, true
		}
	}
	return step, ok, nil
}

// Enrolment is what an authenticator app is given, once.
type Enrolment struct {
	Secret string // to type in, base32
	URL    string // otpauth://
	QR     []byte // the URL as PNG
}

// BeginEnrolment draws a secret for whoever is signing in without a second
// factor, or is signed in since recently. Nothing changes before FinishEnrolment.
func (d *Desk) BeginEnrolment(ctx context.Context) (Enrolment, error) {
	a, _, err := d.settled(ctx)
	if err != nil {
		return Enrolment{}, err
	}
	if a.Password == "" {
		return Enrolment{}, fmt.Errorf("%w: a code is the second factor of a password; set a password first", ErrInvalid)
	}
	chance := make([]byte, 20)
	_, _ = rand.Read(chance) // it never fails
	secret := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(chance)
	sealed, err := d.Box.Seal([]byte(secret), "identity/totp/"+a.ID)
	if err != nil {
		return Enrolment{}, fmt.Errorf("sealing a secret: %w", err)
	}
	d.sessions.Put(ctx, keyTask, "totp "+sealed)
	return enrolment(secret, strings.TrimPrefix(strings.TrimPrefix(d.Origin, "https://"), "http://"), a.Email)
}

func enrolment(secret, issuer, email string) (Enrolment, error) {
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + email, RawQuery: url.Values{"secret": {secret}, "issuer": {issuer}}.Encode()}
	key, err := otp.NewKeyFromURL(u.String())
	if err != nil {
		return Enrolment{}, fmt.Errorf("describing a secret: %w", err)
	}
	var picture bytes.Buffer
	img, err := key.Image(240, 240)
	if err != nil {
		return Enrolment{}, fmt.Errorf("drawing a secret: %w", err)
	}
	if err := png.Encode(&picture, img); err != nil {
		return Enrolment{}, fmt.Errorf("drawing a secret: %w", err)
	}
	return Enrolment{Secret: secret, URL: u.String(), QR: picture.Bytes()}, nil
}

// FinishEnrolment takes the app's first code. It returns ten recovery codes,
// which replace those before and are shown here and never again, and completes
// a sign-in that waited for it.
func (d *Desk) FinishEnrolment(ctx context.Context, code string, from From) (recovery []string, err error) {
	a, stage, err := d.settled(ctx)
	if err != nil {
		return nil, err
	}
	sealed, ok := strings.CutPrefix(d.sessions.GetString(ctx, keyTask), "totp ")
	if !ok {
		return nil, ErrCeremony
	}
	secret, err := d.Box.Open(sealed, "identity/totp/"+a.ID)
	if err != nil {
		return nil, fmt.Errorf("opening a secret: %w", err)
	}
	step, ok, err := stepOf(string(secret), digits(code), d.Now(), 0)
	if err != nil || !ok {
		return nil, orElse(err, ErrRefused)
	}
	err = d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`INSERT INTO identity_totp (account_id, sealed, made_at, last_step) VALUES (?, ?, ?, ?)
			ON CONFLICT (account_id) DO UPDATE SET sealed = excluded.sealed, made_at = excluded.made_at, last_step = excluded.last_step`,
			a.ID, sealed, d.micros(), step).Exec(ctx)
		if err != nil {
			return fmt.Errorf("enrolling: %w", err)
		}
		if err := d.note(ctx, tx, Event{Kind: EventTOTP, Account: a.ID, Who: a.Name, From: from}); err != nil {
			return err
		}
		recovery, err = d.recover(ctx, tx, a, from)
		return err
	})
	if err != nil {
		return nil, err
	}
	d.sessions.Remove(ctx, keyTask)
	if stage == stageIn {
		return recovery, d.renew(ctx)
	}
	return recovery, d.admit(ctx, a, "password and code", from)
}

// digits is a code without the spaces that people put into it.
func digits(code string) string { return strings.Join(strings.Fields(code), "") }

// enrolled reports whether an account has an authenticator app.
func enrolled(ctx context.Context, db bun.IDB, account string) (yes bool, err error) {
	err = db.NewRaw("SELECT EXISTS (SELECT 1 FROM identity_totp WHERE account_id = ?)", account).Scan(ctx, &yes)
	return yes, err
}

// codeIs reports whether a code is the account's now, and takes it: no code is
// taken twice.
func (d *Desk) codeIs(ctx context.Context, account, code string) (bool, error) {
	var kept struct {
		Sealed   string
		LastStep int64
	}
	err := d.readers.NewRaw("SELECT sealed, last_step FROM identity_totp WHERE account_id = ?", account).Scan(ctx, &kept.Sealed, &kept.LastStep)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reading a secret: %w", err)
	}
	secret, err := d.Box.Open(kept.Sealed, "identity/totp/"+account)
	if err != nil {
		return false, fmt.Errorf("opening a secret: %w", err)
	}
	step, ok, err := stepOf(string(secret), code, d.Now(), kept.LastStep)
	if err != nil || !ok {
		return false, err
	}
	return taken(d.writer.NewRaw("UPDATE identity_totp SET last_step = ? WHERE account_id = ? AND last_step < ?", step, account, step).Exec(ctx))
}

// taken reports whether a statement that may change one row did.
func taken(res sql.Result, err error) (bool, error) {
	err = one(res, err)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// NewRecoveryCodes replaces the recovery codes of whoever is signed in, with a
// recent sign-in.
func (d *Desk) NewRecoveryCodes(ctx context.Context, from From) (codes []string, err error) {
	a, stage, err := d.settled(ctx)
	if err != nil {
		return nil, err
	}
	if stage != stageIn {
		return nil, ErrSecondFactor
	}
	err = d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		codes, err = d.recover(ctx, tx, a, from)
		return err
	})
	return codes, err
}

// recover replaces the recovery codes: of eighty bits each, so that a plain
// hash of one tells nothing.
func (d *Desk) recover(ctx context.Context, tx bun.Tx, a accountRow, from From) (codes []string, err error) {
	if _, err := tx.NewRaw("DELETE FROM identity_recovery WHERE account_id = ?", a.ID).Exec(ctx); err != nil {
		return nil, fmt.Errorf("replacing recovery codes: %w", err)
	}
	for range recoveries {
		c := strings.ToLower(rand.Text()[:16])
		_, err := tx.NewRaw("INSERT INTO identity_recovery (account_id, hash, used_at) VALUES (?, ?, 0)", a.ID, hashed(a.ID, c)).Exec(ctx)
		if err != nil {
			return nil, fmt.Errorf("writing recovery codes: %w", err)
		}
		codes = append(codes, c[:4]+"-"+c[4:8]+"-"+c[8:12]+"-"+c[12:])
	}
	return codes, d.note(ctx, tx, Event{Kind: EventRecovery, Account: a.ID, Who: a.Name, From: from})
}

// recovers takes a recovery code, once.
func (d *Desk) recovers(ctx context.Context, account, code string) (bool, error) {
	plain := strings.ToLower(strings.ReplaceAll(digits(code), "-", ""))
	return taken(d.writer.NewRaw("UPDATE identity_recovery SET used_at = ? WHERE account_id = ? AND hash = ? AND used_at = 0",
		d.micros(), account, hashed(account, plain)).Exec(ctx))
}

// RecoveryLeft counts the recovery codes that an account has not used.
func (d *Desk) RecoveryLeft(ctx context.Context, account string) (n int, err error) {
	err = d.readers.NewRaw("SELECT COUNT(*) FROM identity_recovery WHERE account_id = ? AND used_at = 0", account).Scan(ctx, &n)
	return n, err
}
