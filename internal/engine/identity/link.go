package identity

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"tickmark/internal/audit"
)

// How long links work.
const (
	setUpLife      = 24 * time.Hour
	invitationLife = 7 * 24 * time.Hour
	resetLife      = 24 * time.Hour
)

// The kinds of links.
const (
	kindSetUp      = "set-up"
	kindInvitation = "invitation"
	kindReset      = "reset"
)

// Invitation asks one person into one organization. Role and engagement are
// what the inviter means; the organization's records, not this, give them.
type Invitation struct {
	ID         string
	Email      string
	Org        audit.ID
	Person     string // the name under which the organization's records know the person
	Role       audit.Role
	Engagement string
	By         string
	At         time.Time
	Expires    time.Time
	Accepted   time.Time
	Withdrawn  time.Time
}

type linkRow struct {
	bun.BaseModel `bun:"table:identity_link"`
	ID            string
	Hash          string
	Kind          string
	AccountID     string
	Email         string
	EmailKey      string
	OrgID         audit.ID
	Person        string
	Role          audit.Role
	Engagement    string
	MadeBy        string
	MadeAt        int64
	ExpiresAt     int64
	UsedAt        int64
	VoidAt        int64
}

func (r linkRow) invitation() Invitation {
	return Invitation{ID: r.ID, Email: r.Email, Org: r.OrgID, Person: r.Person, Role: r.Role, Engagement: r.Engagement,
		By: r.MadeBy, At: when(r.MadeAt), Expires: when(r.ExpiresAt), Accepted: when(r.UsedAt), Withdrawn: when(r.VoidAt)}
}

func (r linkRow) open(now int64) bool { return r.UsedAt == 0 && r.VoidAt == 0 && now < r.ExpiresAt }

// drawn is a secret of 256 bits, as a link or a token carries it.
func drawn() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // it never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// SetUp makes the link that makes the first account, once: while nobody can
// sign in. A link made before is void. The text is shown here and never again.
func (d *Desk) SetUp(ctx context.Context) (secret string, err error) {
	secret = drawn()
	row := linkRow{ID: d.name("lnk"), Hash: hashed(secret), Kind: kindSetUp, MadeAt: d.micros(), ExpiresAt: d.micros() + setUpLife.Microseconds()}
	err = d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if able, err := somebody(ctx, tx, ""); err != nil || able {
			return orElse(err, ErrSetUp)
		}
		return d.replace(ctx, tx, row, Event{Kind: EventSetUp, Who: "operator"})
	})
	if err != nil {
		return "", fmt.Errorf("making the set-up link: %w", err)
	}
	return secret, nil
}

// somebody reports whether an account, or any at all when it is "", has a way to
// sign in.
func somebody(ctx context.Context, db bun.IDB, account string) (able bool, err error) {
	err = db.NewRaw(`SELECT EXISTS (
		SELECT account_id FROM identity_passkey WHERE account_id = ?0 OR ?0 = ''
		UNION ALL SELECT account_id FROM identity_subject WHERE account_id = ?0 OR ?0 = ''
		UNION ALL SELECT id FROM identity_account JOIN identity_totp ON account_id = id WHERE password <> '' AND (id = ?0 OR ?0 = ''))`, account).Scan(ctx, &able)
	return able, err
}

// replace writes a link and voids those for the same person and place.
func (d *Desk) replace(ctx context.Context, tx bun.Tx, row linkRow, e Event) error {
	_, err := tx.NewRaw(`UPDATE identity_link SET void_at = ? WHERE kind = ? AND account_id = ? AND email_key = ? AND org_id = ?
		AND engagement = ? AND used_at = 0 AND void_at = 0`, d.micros(), row.Kind, row.AccountID, row.EmailKey, row.OrgID, row.Engagement).Exec(ctx)
	if err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return err
	}
	return d.note(ctx, tx, e)
}

// Invite makes a link by which one person joins an organization within seven
// days. One made before for the same person, organization and engagement is
// void. The text is shown here and never again.
func (d *Desk) Invite(ctx context.Context, i Invitation, from From) (secret string, err error) {
	if i.Email, err = addressed(i.Email); err != nil {
		return "", err
	}
	if i.Person, err = named(i.Person); err != nil {
		return "", err
	}
	if i.Org == "" || i.Role.Side() == "" || i.Role == audit.Machine {
		return "", fmt.Errorf("%w: an invitation names an organization and a person's role in it", ErrInvalid)
	}
	secret = drawn()
	row := linkRow{ID: d.name("inv"), Hash: hashed(secret), Kind: kindInvitation, Email: i.Email, EmailKey: mailbox(i.Email), OrgID: i.Org, Person: i.Person,
		Role: i.Role, Engagement: i.Engagement, MadeBy: i.By, MadeAt: d.micros(), ExpiresAt: d.micros() + invitationLife.Microseconds()}
	err = d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		return d.replace(ctx, tx, row, Event{Kind: EventInvited, Org: i.Org, Who: i.By, Detail: fmt.Sprintf("%s as %s", i.Email, i.Role), From: from})
	})
	if err != nil {
		return "", fmt.Errorf("inviting: %w", err)
	}
	return secret, nil
}

// Invitations returns those of an organization, the newest first.
func (d *Desk) Invitations(ctx context.Context, org audit.ID) ([]Invitation, error) {
	var rows []linkRow
	err := d.readers.NewSelect().Model(&rows).Where("kind = ?", kindInvitation).Where("org_id = ?", org).OrderExpr("id DESC").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading invitations: %w", err)
	}
	var all []Invitation
	for _, r := range rows {
		all = append(all, r.invitation())
	}
	return all, nil
}

// Withdraw voids an invitation of an organization.
func (d *Desk) Withdraw(ctx context.Context, org audit.ID, id string, by Event) error {
	return d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := one(tx.NewRaw("UPDATE identity_link SET void_at = ? WHERE id = ? AND org_id = ? AND kind = ? AND used_at = 0 AND void_at = 0",
			d.micros(), clean(id), org, kindInvitation).Exec(ctx)); err != nil {
			return fmt.Errorf("invitation: %w", err)
		}
		by.Kind, by.Org, by.Detail = EventInvitationVoid, org, id
		return d.note(ctx, tx, by)
	})
}

// Reset makes a link for somebody who has lost the ways in. Its holder gets the
// account, without its password and second factor: hand it to the person.
func (d *Desk) Reset(ctx context.Context, account string, by Event) (secret string, err error) {
	secret = drawn()
	row := linkRow{ID: d.name("lnk"), Hash: hashed(secret), Kind: kindReset, AccountID: account, MadeBy: by.Who,
		MadeAt: d.micros(), ExpiresAt: d.micros() + resetLife.Microseconds()}
	err = d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := find(ctx, tx, "id", account); err != nil {
			return err
		}
		by.Kind, by.Account = EventResetMade, account
		return d.replace(ctx, tx, row, by)
	})
	if err != nil {
		return "", fmt.Errorf("making a reset link: %w", err)
	}
	return secret, nil
}

// Offer is what the page behind a link shows before it is accepted.
type Offer struct {
	Kind       string // set-up, invitation or reset
	Invitation        // of an invitation
	Exists     bool   // there is an account with its e-mail address
}

// Look says what a link is for, and uses nothing up.
func (d *Desk) Look(ctx context.Context, secret string, from From) (Offer, error) {
	if err := d.pace(from); err != nil {
		return Offer{}, err
	}
	row, err := d.link(ctx, d.readers, secret)
	if err != nil {
		return Offer{}, err
	}
	exists := false
	if row.Email != "" {
		_, err := find(ctx, d.readers, "email_key", row.EmailKey)
		exists = err == nil
		if err != nil && !errors.Is(err, ErrNotFound) {
			return Offer{}, err
		}
	}
	return Offer{Kind: row.Kind, Invitation: row.invitation(), Exists: exists}, nil
}

func (d *Desk) link(ctx context.Context, db bun.IDB, secret string) (linkRow, error) {
	var rows []linkRow
	if err := db.NewSelect().Model(&rows).Where("hash = ?", hashed(secret)).Scan(ctx); err != nil {
		return linkRow{}, fmt.Errorf("reading a link: %w", err)
	}
	if len(rows) == 0 || !rows[0].open(d.micros()) {
		return linkRow{}, ErrLink
	}
	return rows[0], nil
}

// use uses a link up, for one of those who try at the same time.
func (d *Desk) use(ctx context.Context, tx bun.Tx, row linkRow) error {
	err := one(tx.NewRaw("UPDATE identity_link SET used_at = ? WHERE id = ? AND used_at = 0 AND void_at = 0", d.micros(), row.ID).Exec(ctx))
	if errors.Is(err, ErrNotFound) {
		return ErrLink
	}
	return err
}
