package identity

import (
	"context"
	"errors"
	"fmt"

	"github.com/uptrace/bun"
)

// acceptSignedIn lets the account that is signed in into another organization.
func (d *Desk) acceptSignedIn(ctx context.Context, link linkRow, mine accountRow, from From) (Account, error) {
	if link.EmailKey != mine.EmailKey {
		return Account{}, ErrOtherAccount
	}
	err := d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := d.use(ctx, tx, link); err != nil {
			return err
		}
		return d.join(ctx, tx, mine.ID, link.OrgID, link.Person, Event{Who: mine.Name, From: from})
	})
	if err != nil {
		return Account{}, fmt.Errorf("accepting the invitation: %w", err)
	}
	return mine.account(), d.work(ctx, link.OrgID)
}

// candidate is the account that accepting a link gives, before it is written.
// The name is the inviter's to give and the address the invitation's.
func (d *Desk) candidate(ctx context.Context, link linkRow, p Profile) (a accountRow, err error) {
	switch link.Kind {
	case kindReset:
		if a, err = find(ctx, d.readers, "id", link.AccountID); err == nil && a.DisabledAt != 0 {
			err = ErrLink
		}
		a.Password = ""
	case kindInvitation:
		p.Name, p.Email = link.Person, link.Email
		a, err = d.made(p)
	default:
		a, err = d.made(p)
	}
	if err != nil {
		return a, err
	}
	if link.Kind != kindReset {
		there, err := find(ctx, d.readers, "email_key", a.EmailKey)
		switch {
		case err == nil && link.Kind == kindSetUp: // begun before, and nobody can sign in to it
			a.ID = there.ID
		case !errors.Is(err, ErrNotFound):
			return a, orElse(err, ErrSignInFirst)
		}
	}
	if p.Password != "" {
		a.Password, err = d.hashPassword(ctx, p.Password, a.Name, a.Email, a.Display)
	}
	return a, err
}

// accept writes what a link gives, and that it is used.
func (d *Desk) accept(ctx context.Context, tx bun.Tx, link linkRow, a accountRow, from From) error {
	if err := d.use(ctx, tx, link); err != nil {
		return err
	}
	if link.Kind == kindReset {
		return d.reset(ctx, tx, a, from)
	}
	if link.Kind == kindSetUp {
		if able, err := somebody(ctx, tx, ""); err != nil || able {
			return orElse(err, ErrSetUp)
		}
	}
	return d.enter(ctx, tx, a, []linkRow{link}, from)
}

// enter writes a new account, and lets it into the organizations of its
// invitations. Only the set-up finds its account there already, begun before.
func (d *Desk) enter(ctx context.Context, tx bun.Tx, a accountRow, invitations []linkRow, from From) error {
	_, err := tx.NewInsert().Model(&a).On("CONFLICT (id) DO UPDATE").Set("name = excluded.name, display = excluded.display, password = excluded.password").Exec(ctx)
	if err != nil {
		return fmt.Errorf("writing an account: %w", err)
	}
	if err := d.note(ctx, tx, Event{Kind: EventAccount, Account: a.ID, Who: a.Name, Detail: a.Email, From: from}); err != nil {
		return err
	}
	for _, i := range invitations {
		if i.OrgID == "" {
			continue
		}
		if err := d.join(ctx, tx, a.ID, i.OrgID, i.Person, Event{Who: a.Name, From: from}); err != nil {
			return err
		}
	}
	return nil
}

// reset takes from an account what somebody else may know. Passkeys and
// providers stay: they are things and accounts that the person holds.
func (d *Desk) reset(ctx context.Context, tx bun.Tx, a accountRow, from From) error {
	if _, err := tx.NewRaw("UPDATE identity_account SET password = ? WHERE id = ?", a.Password, a.ID).Exec(ctx); err != nil {
		return fmt.Errorf("resetting: %w", err)
	}
	for _, table := range []string{"identity_totp", "identity_recovery", "identity_session"} {
		if _, err := tx.NewDelete().TableExpr("?", bun.Ident(table)).Where("account_id = ?", a.ID).Exec(ctx); err != nil {
			return fmt.Errorf("resetting: %w", err)
		}
	}
	if _, err := tx.NewRaw("UPDATE identity_token SET void_at = ? WHERE account_id = ? AND void_at = 0", d.micros(), a.ID).Exec(ctx); err != nil {
		return fmt.Errorf("resetting: %w", err)
	}
	return d.note(ctx, tx, Event{Kind: EventReset, Account: a.ID, Who: a.Name, From: from})
}
