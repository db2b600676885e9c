package identity

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"tickmark/internal/audit"
)

// Provision makes an account that serves an organization, for somebody who has
// not been here: it has no way in but API tokens that the operator issues, until
// an administrator hands over a link.
func (d *Desk) Provision(ctx context.Context, p Profile, org audit.ID, by Event) (Account, error) {
	row, err := d.made(p)
	if err != nil {
		return Account{}, err
	}
	err = d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return fmt.Errorf("making an account: %w", err)
		}
		by := by
		by.Kind, by.Account, by.Detail = EventAccount, row.ID, row.Email
		if err := d.note(ctx, tx, by); err != nil {
			return err
		}
		return d.join(ctx, tx, row.ID, org, row.Name, by)
	})
	return row.account(), err
}

// IssueToken makes an API token for an account in an organization that it
// serves. It is for whoever runs the server; people make their own with
// MakeToken.
func (d *Desk) IssueToken(ctx context.Context, account string, t Token, by Event) (text string, made Token, err error) {
	c, err := d.placed(ctx, Caller{Account: Account{ID: account}}, t.Org)
	if err == nil && c.Org == "" {
		err = fmt.Errorf("%w: this account does not serve the organization", ErrInvalid)
	}
	if err == nil {
		err = d.fit(&t)
	}
	if err != nil {
		return "", made, err
	}
	return d.keepToken(ctx, account, t, by)
}

// keepToken draws a token and keeps its digest.
func (d *Desk) keepToken(ctx context.Context, account string, t Token, by Event) (text string, made Token, err error) {
	text = tokenPrefix + drawn()
	row := tokenRow{ID: d.name("key"), Hash: hashed(text), AccountID: account, OrgID: t.Org, Name: t.Name, Scopes: scopesText(t.Scopes), MadeAt: d.micros(), ExpiresAt: t.Expires.UnixMicro()}
	err = d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return fmt.Errorf("writing a token: %w", err)
		}
		by.Kind, by.Account, by.Org, by.Detail = EventToken, account, t.Org, t.Name+": "+row.Scopes
		return d.note(ctx, tx, by)
	})
	if err != nil {
		return "", made, err
	}
	return text, row.token(), nil
}
