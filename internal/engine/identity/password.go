package identity

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"github.com/uptrace/bun"
)

// The length of a password, in letters. The longest bounds what is hashed.
const (
	shortest = 12
	longest  = 256
)

func (d *Desk) params() *argon2id.Params {
	return &argon2id.Params{Memory: d.MemoryKB, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}
}

// unmatched is a hash that no password has: what is compared with where there
// is no account, so that it takes as long.
func (d *Desk) unmatched() string {
	p, chance := d.params(), make([]byte, 48)
	_, _ = rand.Read(chance) // it never fails
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", p.Memory, p.Iterations, p.Parallelism, b64(chance[:16]), b64(chance[16:]))
}

// seat waits until a password may be hashed: each takes memory and a core.
func (d *Desk) seat(ctx context.Context) (leave func(), err error) {
	select {
	case d.hashing <- struct{}{}:
		return func() { <-d.hashing }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", ErrBusy, ctx.Err())
	}
}

// hashPassword refuses a password that is too short or says what everybody
// knows, and hashes the others.
func (d *Desk) hashPassword(ctx context.Context, password string, known ...string) (string, error) {
	n := utf8.RuneCountInString(password)
	if n < shortest || n > longest || !utf8.ValidString(password) {
		return "", fmt.Errorf("%w: a password has %d to %d letters; several words make a good one", ErrInvalid, shortest, longest)
	}
	if plain(password, known) {
		return "", fmt.Errorf("%w: this password is the first that others would try; several words make a good one", ErrInvalid)
	}
	leave, err := d.seat(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return argon2id.CreateHash(password, d.params())
}

// plain reports whether a password repeats few letters, runs along an alphabet
// or a keyboard, or is little more than what is known of the person.
func plain(password string, known []string) bool {
	lower, letters := strings.ToLower(password), map[rune]bool{}
	for _, r := range lower {
		letters[r] = true
	}
	rest := lower
	for _, k := range append([]string{"password", "tickmark", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "1234567890", "letmein", "welcome"}, words(known)...) {
		rest = strings.ReplaceAll(rest, k, "")
	}
	return len(letters) < 5 || utf8.RuneCountInString(rest) < shortest/2
}

// words are the parts of names and addresses that are long enough to count.
func words(of []string) (all []string) {
	for _, s := range of {
		for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return strings.ContainsRune(" @.-_+", r) }) {
			if len(w) > 3 {
				all = append(all, w)
			}
		}
	}
	return all
}

// matches compares a password with a hash; without one it takes as long and is
// false.
func (d *Desk) matches(ctx context.Context, password, hash string) (bool, error) {
	leave, err := d.seat(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	known := hash != ""
	if !known || utf8.RuneCountInString(password) > longest {
		hash, password = d.decoy, clip(password, longest)
	}
	same, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("comparing a password: %w", err)
	}
	return same && known, nil
}

// SetPassword sets the password of whoever is signed in, with a recent sign-in,
// and ends the account's other sessions. While an account is being made or
// reset it says what the person needs next.
func (d *Desk) SetPassword(ctx context.Context, password string, from From) (Next, error) {
	a, stage, err := d.settled(ctx)
	if err != nil {
		return "", err
	}
	hash, err := d.hashPassword(ctx, password, a.Name, a.Email, a.Display)
	if err != nil {
		return "", err
	}
	err = d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := one(tx.NewRaw("UPDATE identity_account SET password = ? WHERE id = ?", hash, a.ID).Exec(ctx)); err != nil {
			return fmt.Errorf("setting a password: %w", err)
		}
		if err := endAll(ctx, tx, a.ID, d.sessions.GetString(ctx, keyID)); err != nil {
			return err
		}
		return d.note(ctx, tx, Event{Kind: EventPassword, Account: a.ID, Who: a.Name, From: from})
	})
	if err != nil {
		return "", err
	}
	if stage == stageIn {
		return NextNothing, d.renew(ctx)
	}
	return d.hold(ctx, a, stageEnrol, from)
}
