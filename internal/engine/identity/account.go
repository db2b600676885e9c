package identity

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"tickmark/internal/audit"
)

// Account is one person who can sign in.
type Account struct {
	ID       string
	Name     string // the person's, as the account was made; it never changes
	Display  string // how pages greet the person
	Email    string
	At       time.Time
	Disabled time.Time // zero of one that is in use
}

// Membership is an organization that an account serves, and the name under
// which that organization's records know the person. It says nothing of what
// the person may do there.
type Membership struct {
	Org    audit.ID
	Person string
	At     time.Time
	Left   time.Time
}

// State is "active" or "disabled".
func (a Account) State() string {
	if a.Disabled.IsZero() {
		return "active"
	}
	return "disabled"
}

type accountRow struct {
	bun.BaseModel `bun:"table:identity_account"`
	ID            string
	Name          string
	Display       string
	Email         string
	EmailKey      string
	Handle        string
	Password      string
	MadeAt        int64
	DisabledAt    int64
}

func (r accountRow) account() Account {
	return Account{ID: r.ID, Name: r.Name, Display: r.Display, Email: r.Email, At: when(r.MadeAt), Disabled: when(r.DisabledAt)}
}

// Profile is what a person says about himself when he makes an account.
type Profile struct {
	Name     string
	Display  string // Name when empty
	Email    string
	Password string // empty for a passkey instead
}

// made is the row of a new account.
func (d *Desk) made(p Profile) (accountRow, error) {
	name, err := named(p.Name)
	if err != nil {
		return accountRow{}, err
	}
	email, err := addressed(p.Email)
	if err != nil {
		return accountRow{}, err
	}
	display := name
	if strings.TrimSpace(p.Display) != "" {
		if display, err = named(p.Display); err != nil {
			return accountRow{}, err
		}
	}
	handle := make([]byte, 32)
	_, _ = rand.Read(handle) // it never fails
	return accountRow{ID: d.name("acc"), Name: name, Display: display, Email: email, EmailKey: mailbox(email),
		Handle: base64.RawURLEncoding.EncodeToString(handle), MadeAt: d.micros()}, nil
}

// named is a person's name as it is kept: single spaces, nothing invisible.
func named(s string) (string, error) {
	name := strings.Join(strings.Fields(s), " ")
	if name == "" || len([]rune(name)) > 100 || !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "", fmt.Errorf("%w: a name has 1 to 100 letters that can be seen", ErrInvalid)
	}
	return name, nil
}

// mailbox is an e-mail address without the case of its plain letters. Letters
// that only look alike, or fold alike, stay others: they are other mailboxes.
func mailbox(email string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, clean(strings.TrimSpace(email)))
}

// clean is a text as both databases take it.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
}

// addressed is one e-mail address, and nothing around it.
func addressed(s string) (string, error) {
	s = strings.TrimSpace(s)
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 254 || s != clean(s) {
		return "", fmt.Errorf("%w: write one e-mail address, such as mara@example.com", ErrInvalid)
	}
	return s, nil
}

// fold is a name without what does not make another: letters' case and spaces.
// Two names fold alike exactly if package authority takes them for one person's.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for o := unicode.SimpleFold(r); o != r; o = unicode.SimpleFold(o) {
			least = min(least, o)
		}
		return least
	}, strings.Join(strings.Fields(s), " "))
}

// find returns the account whose column has a value.
func find(ctx context.Context, db bun.IDB, column, value string) (accountRow, error) {
	var row accountRow
	err := db.NewSelect().Model(&row).Where("? = ?", bun.Ident(column), clean(value)).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return row, fmt.Errorf("account %w", ErrNotFound)
	}
	if err != nil {
		return row, fmt.Errorf("reading an account: %w", err)
	}
	return row, nil
}

// Account returns one.
func (d *Desk) Account(ctx context.Context, id string) (Account, error) {
	row, err := find(ctx, d.readers, "id", id)
	return row.account(), err
}

// Accounts returns those that serve an organization, or all when it is empty,
// by name.
func (d *Desk) Accounts(ctx context.Context, org audit.ID) ([]Account, error) {
	var rows []accountRow
	q := d.readers.NewSelect().Model(&rows).OrderExpr("name, id")
	if org != "" {
		q.Where("id IN (SELECT account_id FROM identity_account_organization WHERE org_id = ? AND left_at = 0)", org)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading accounts: %w", err)
	}
	var all []Account
	for _, r := range rows {
		all = append(all, r.account())
	}
	return all, nil
}

type membershipRow struct {
	bun.BaseModel `bun:"table:identity_account_organization"`
	AccountID     string
	OrgID         audit.ID
	Person        string
	PersonKey     string
	JoinedAt      int64
	LeftAt        int64
}

// Memberships returns the organizations that an account serves, in the order in
// which it joined them.
func (d *Desk) Memberships(ctx context.Context, account string) ([]Membership, error) {
	return memberships(ctx, d.readers, account)
}

func memberships(ctx context.Context, db bun.IDB, account string) ([]Membership, error) {
	var rows []membershipRow
	err := db.NewSelect().Model(&rows).Where("account_id = ?", account).Where("left_at = 0").OrderExpr("joined_at, org_id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the organizations of an account: %w", err)
	}
	var all []Membership
	for _, r := range rows {
		all = append(all, Membership{Org: r.OrgID, Person: r.Person, At: when(r.JoinedAt)})
	}
	return all, nil
}

// Join lets an account into an organization, whose records know the person
// under a name. The name is given once and for good: who comes back comes back
// under it, and nobody else gets it. It is for those who keep the records to
// give, as whatever they say of that name is then said of this account.
func (d *Desk) Join(ctx context.Context, account string, org audit.ID, person string, by Event) error {
	return d.writing(ctx, func(ctx context.Context, tx bun.Tx) error { return d.join(ctx, tx, account, org, person, by) })
}

func (d *Desk) join(ctx context.Context, tx bun.Tx, account string, org audit.ID, person string, by Event) error {
	if _, err := find(ctx, tx, "id", account); err != nil {
		return err
	}
	person, err := named(person)
	if err != nil {
		return err
	}
	row := membershipRow{AccountID: account, OrgID: org, Person: person, PersonKey: fold(person), JoinedAt: d.micros()}
	var kept string
	err = tx.NewInsert().Model(&row).On("CONFLICT (account_id, org_id) DO UPDATE").Set("left_at = 0").Returning("person_key").Scan(ctx, &kept)
	if err != nil {
		return fmt.Errorf("joining %s as %q: %w", org, person, err)
	}
	if kept != row.PersonKey {
		return fmt.Errorf("%w: this account is known there under another name, which stays", ErrTaken)
	}
	by.Kind, by.Account, by.Org, by.Detail = EventJoined, account, org, "as "+person
	return d.note(ctx, tx, by)
}

// Leave ends an account's service of an organization, with the API tokens that
// it has there.
func (d *Desk) Leave(ctx context.Context, account string, org audit.ID, by Event) error {
	return d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := one(tx.NewRaw("UPDATE identity_account_organization SET left_at = ? WHERE account_id = ? AND org_id = ? AND left_at = 0",
			d.micros(), account, org).Exec(ctx)); err != nil {
			return fmt.Errorf("leaving %s: %w", org, err)
		}
		if _, err := tx.NewRaw("UPDATE identity_token SET void_at = ? WHERE account_id = ? AND org_id = ? AND void_at = 0",
			d.micros(), account, org).Exec(ctx); err != nil {
			return fmt.Errorf("revoking tokens: %w", err)
		}
		by.Kind, by.Account, by.Org = EventLeft, account, org
		return d.note(ctx, tx, by)
	})
}

// Disable ends an account's sessions and keeps it out until Enable. It keeps
// its API tokens, which are refused meanwhile.
func (d *Desk) Disable(ctx context.Context, account string, by Event) error {
	return d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := one(tx.NewRaw("UPDATE identity_account SET disabled_at = ? WHERE id = ? AND disabled_at = 0", d.micros(), account).Exec(ctx)); err != nil {
			return fmt.Errorf("disabling an account: %w", err)
		}
		if err := endAll(ctx, tx, account, ""); err != nil {
			return err
		}
		by.Kind, by.Account = EventDisabled, account
		return d.note(ctx, tx, by)
	})
}

// Enable undoes Disable.
func (d *Desk) Enable(ctx context.Context, account string, by Event) error {
	return d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := one(tx.NewRaw("UPDATE identity_account SET disabled_at = 0 WHERE id = ? AND disabled_at <> 0", account).Exec(ctx)); err != nil {
			return fmt.Errorf("enabling an account: %w", err)
		}
		by.Kind, by.Account = EventEnabled, account
		return d.note(ctx, tx, by)
	})
}

// one is ErrNotFound unless a statement changed exactly one row.
func one(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return errors.Join(ErrNotFound, err)
	}
	return nil
}
