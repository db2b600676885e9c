package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"tickmark/internal/audit"
)

// Scope is what an API token may be used for, at most.
type Scope string

// The scopes.
const (
	Read    Scope = "read"
	Write   Scope = "write"
	Propose Scope = "propose" // what a person accepts before it counts
)

// Scopes are all of them.
var Scopes = []Scope{Read, Write, Propose}

// How long an API token lives.
const (
	tokenLife    = 90 * 24 * time.Hour
	longestToken = 366 * 24 * time.Hour
	tokenPrefix  = "tk_"
)

// Token is a key to the API: of one account, in one organization.
type Token struct {
	ID       string
	Name     string
	Org      audit.ID
	Scopes   []Scope
	At       time.Time
	Expires  time.Time
	Used     time.Time // to the minute
	UsedFrom string
	Revoked  time.Time
}

type tokenRow struct {
	bun.BaseModel `bun:"table:identity_token"`
	ID            string
	Hash          string
	AccountID     string
	OrgID         audit.ID
	Name          string
	Scopes        string
	MadeAt        int64
	ExpiresAt     int64
	UsedAt        int64
	UsedFrom      string
	VoidAt        int64
}

func (r tokenRow) token() Token {
	t := Token{ID: r.ID, Name: r.Name, Org: r.OrgID, At: when(r.MadeAt), Expires: when(r.ExpiresAt), Used: when(r.UsedAt), UsedFrom: r.UsedFrom, Revoked: when(r.VoidAt)}
	for s := range strings.FieldsSeq(r.Scopes) {
		t.Scopes = append(t.Scopes, Scope(s))
	}
	return t
}

// MakeToken makes an API token for whoever is signed in since recently, in the
// organization that is worked on. It lives for 90 days when nothing is said.
// The text is shown here and never again.
func (d *Desk) MakeToken(ctx context.Context, t Token, from From) (text string, made Token, err error) {
	a, stage, err := d.settled(ctx)
	if err != nil {
		return "", made, err
	}
	if stage != stageIn {
		return "", made, ErrSecondFactor
	}
	c, err := d.placed(ctx, Caller{Account: a.account()}, audit.ID(d.sessions.GetString(ctx, keyOrg)))
	if err != nil {
		return "", made, err
	}
	if err := d.fit(&t); err != nil {
		return "", made, err
	}
	if c.Org == "" {
		return "", made, fmt.Errorf("%w: this account serves no organization yet", ErrInvalid)
	}
	t.Org = c.Org
	return d.keepToken(ctx, a.ID, t, Event{Who: a.Name, From: from})
}

// fit refuses a token that says too little or lives too long.
func (d *Desk) fit(t *Token) (err error) {
	if t.Name, err = named(t.Name); err != nil {
		return err
	}
	if t.Expires.IsZero() {
		t.Expires = d.Now().Add(tokenLife)
	}
	if !t.Expires.After(d.Now()) || t.Expires.Sub(d.Now()) > longestToken {
		return fmt.Errorf("%w: a token expires within 366 days", ErrInvalid)
	}
	if len(t.Scopes) == 0 || slices.ContainsFunc(t.Scopes, func(s Scope) bool { return !slices.Contains(Scopes, s) }) {
		return fmt.Errorf("%w: the scopes are %s", ErrInvalid, scopesText(Scopes))
	}
	return nil
}

func scopesText(of []Scope) string {
	var words []string
	for _, s := range Scopes {
		if slices.Contains(of, s) {
			words = append(words, string(s))
		}
	}
	return strings.Join(words, " ")
}

// Tokens lists an account's API tokens, the newest first.
func (d *Desk) Tokens(ctx context.Context, account string) ([]Token, error) {
	var rows []tokenRow
	if err := d.readers.NewSelect().Model(&rows).Where("account_id = ?", account).OrderExpr("id DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("reading tokens: %w", err)
	}
	var all []Token
	for _, r := range rows {
		all = append(all, r.token())
	}
	return all, nil
}

// RevokeToken ends one of an account's API tokens.
func (d *Desk) RevokeToken(ctx context.Context, account, id string, by Event) error {
	return d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := one(tx.NewRaw("UPDATE identity_token SET void_at = ? WHERE account_id = ? AND id = ? AND void_at = 0", d.micros(), account, clean(id)).Exec(ctx)); err != nil {
			return fmt.Errorf("token: %w", err)
		}
		by.Kind, by.Account, by.Detail = EventTokenVoid, account, id
		return d.note(ctx, tx, by)
	})
}

// bearer is whose API token a request carries.
func (d *Desk) bearer(ctx context.Context, header string, from From) (Caller, error) {
	scheme, text, _ := strings.Cut(header, " ")
	if text = strings.TrimSpace(text); !strings.EqualFold(scheme, "Bearer") || !strings.HasPrefix(text, tokenPrefix) {
		return Caller{}, ErrNobody
	}
	var rows []tokenRow
	if err := d.readers.NewSelect().Model(&rows).Where("hash = ?", hashed(text)).Scan(ctx); err != nil {
		return Caller{}, fmt.Errorf("reading a token: %w", err)
	}
	now := d.micros()
	if len(rows) == 0 || rows[0].VoidAt != 0 || now >= rows[0].ExpiresAt {
		return Caller{}, ErrNobody
	}
	row := rows[0]
	a, err := find(ctx, d.readers, "id", row.AccountID)
	if errors.Is(err, ErrNotFound) || err == nil && a.DisabledAt != 0 {
		return Caller{}, ErrNobody
	}
	if err != nil {
		return Caller{}, err
	}
	c, err := d.placed(ctx, Caller{Account: a.account(), Token: row.ID, Scopes: row.token().Scopes, Since: when(row.MadeAt)}, row.OrgID)
	if err != nil || c.Org == "" {
		return Caller{}, orElse(err, ErrNobody)
	}
	if now-row.UsedAt >= time.Minute.Microseconds() {
		_, err = d.writer.NewRaw("UPDATE identity_token SET used_at = ?, used_from = ? WHERE id = ?", now, from.Address, row.ID).Exec(ctx)
	}
	return c, err
}
