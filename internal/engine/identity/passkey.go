package identity

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/uptrace/bun"
)

// Passkey is one that an account has, without its key.
type Passkey struct {
	ID      string
	Name    string
	At      time.Time
	Used    time.Time
	Suspect time.Time // when its counter went backwards; it is refused since
	Synced  bool      // it is kept on several devices by whoever made them
}

// relyingParty is this server as passkeys know it; nil where it has no name.
func relyingParty(origin *url.URL) (*webauthn.WebAuthn, error) {
	if _, err := netip.ParseAddr(origin.Hostname()); err == nil {
		return nil, nil
	}
	limit := webauthn.TimeoutConfig{Enforce: true, Timeout: 5 * time.Minute, TimeoutUVD: 5 * time.Minute}
	w, err := webauthn.New(&webauthn.Config{
		RPID: origin.Hostname(), RPDisplayName: "Tickmark", RPOrigins: []string{origin.Scheme + "://" + origin.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		// A passkey is both factors: it is found without a name, and its holder
		// is verified by the device.
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{Login: limit, Registration: limit},
	})
	if err != nil {
		return nil, fmt.Errorf("passkeys for %s: %w", origin, err)
	}
	return w, nil
}

type passkeyRow struct {
	bun.BaseModel `bun:"table:identity_passkey"`
	ID            string
	AccountID     string
	Name          string
	Body          string
	MadeAt        int64
	UsedAt        int64
	SuspectAt     int64
}

func (r passkeyRow) credential() (c webauthn.Credential, err error) {
	if err := json.Unmarshal([]byte(r.Body), &c); err != nil {
		return c, fmt.Errorf("a stored passkey cannot be read: %w", err)
	}
	return c, nil
}

// holder is an account as the ceremonies see it.
type holder struct {
	accountRow
	handle      []byte
	credentials []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return h.handle }
func (h holder) WebAuthnName() string                       { return h.Email }
func (h holder) WebAuthnDisplayName() string                { return h.Display }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

func (d *Desk) holder(ctx context.Context, a accountRow) (h holder, err error) {
	h.accountRow = a
	if h.handle, err = base64.RawURLEncoding.DecodeString(a.Handle); err != nil {
		return h, fmt.Errorf("an account's handle cannot be read: %w", err)
	}
	rows, err := d.passkeysOf(ctx, a.ID)
	if err != nil {
		return h, err
	}
	for _, r := range rows {
		c, err := r.credential()
		if err != nil {
			return h, err
		}
		h.credentials = append(h.credentials, c)
	}
	return h, nil
}

func (d *Desk) passkeysOf(ctx context.Context, account string) (rows []passkeyRow, err error) {
	err = d.readers.NewSelect().Model(&rows).Where("account_id = ?", account).OrderExpr("made_at, id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading passkeys: %w", err)
	}
	return rows, nil
}

// Passkeys lists an account's, the oldest first.
func (d *Desk) Passkeys(ctx context.Context, account string) ([]Passkey, error) {
	rows, err := d.passkeysOf(ctx, account)
	if err != nil {
		return nil, err
	}
	var all []Passkey
	for _, r := range rows {
		c, err := r.credential()
		if err != nil {
			return nil, err
		}
		all = append(all, Passkey{ID: r.ID, Name: r.Name, At: when(r.MadeAt), Used: when(r.UsedAt), Suspect: when(r.SuspectAt), Synced: c.Flags.BackupState})
	}
	return all, nil
}

// remember keeps what a ceremony has to be checked against, in the session.
func (d *Desk) remember(ctx context.Context, kind string, s any) error {
	b, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("keeping a ceremony: %w", err)
	}
	d.sessions.Put(ctx, keyTask, kind+" "+string(b))
	return nil
}

// recall takes it out again: each ceremony is finished at most once.
func recall[T any](ctx context.Context, d *Desk, kind string) (s T, err error) {
	b, ok := strings.CutPrefix(d.sessions.PopString(ctx, keyTask), kind+" ")
	if !ok {
		return s, ErrCeremony
	}
	if err := json.Unmarshal([]byte(b), &s); err != nil {
		return s, fmt.Errorf("%w: %w", ErrCeremony, err)
	}
	return s, nil
}

// BeginPasskey begins to add a passkey, for whoever may change the ways to sign
// in. It returns the options for navigator.credentials.create, as JSON.
func (d *Desk) BeginPasskey(ctx context.Context) (options []byte, err error) {
	if d.passkeys == nil {
		return nil, ErrNoPasskeys
	}
	a, _, err := d.settled(ctx)
	if err != nil {
		return nil, err
	}
	h, err := d.holder(ctx, a)
	if err != nil {
		return nil, err
	}
	var there []protocol.CredentialDescriptor
	for _, c := range h.credentials {
		there = append(there, c.Descriptor())
	}
	creation, s, err := d.passkeys.BeginRegistration(h, webauthn.WithExclusions(there))
	if err != nil {
		return nil, fmt.Errorf("beginning a passkey: %w", err)
	}
	if err := d.remember(ctx, "create", s); err != nil {
		return nil, err
	}
	return json.Marshal(creation)
}

// FinishPasskey adds the passkey that the browser answers with, and completes a
// sign-in that waited for it.
func (d *Desk) FinishPasskey(ctx context.Context, name string, answer []byte, from From) (Passkey, error) {
	a, stage, err := d.settled(ctx)
	if err != nil {
		return Passkey{}, err
	}
	if name, err = named(orElse(name, "Passkey")); err != nil {
		return Passkey{}, err
	}
	c, err := d.created(ctx, a, answer)
	if err != nil {
		return Passkey{}, err
	}
	body, err := json.Marshal(c)
	if err != nil {
		return Passkey{}, fmt.Errorf("writing a passkey: %w", err)
	}
	row := passkeyRow{ID: base64.RawURLEncoding.EncodeToString(c.ID), AccountID: a.ID, Name: name, Body: string(body), MadeAt: d.micros()}
	err = d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return fmt.Errorf("writing a passkey: %w", err)
		}
		return d.note(ctx, tx, Event{Kind: EventPasskey, Account: a.ID, Who: a.Name, Detail: name, From: from})
	})
	if err != nil {
		return Passkey{}, err
	}
	made := Passkey{ID: row.ID, Name: name, At: when(row.MadeAt), Synced: c.Flags.BackupState}
	if stage == stageIn {
		return made, d.renew(ctx)
	}
	return made, d.admit(ctx, a, "new passkey", from)
}

func (d *Desk) created(ctx context.Context, a accountRow, answer []byte) (*webauthn.Credential, error) {
	s, err := recall[webauthn.SessionData](ctx, d, "create")
	if err != nil {
		return nil, err
	}
	h, err := d.holder(ctx, a)
	if err != nil {
		return nil, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return nil, ceremony(err)
	}
	c, err := d.passkeys.CreateCredential(h, s, parsed)
	if err != nil {
		return nil, ceremony(err)
	}
	return c, nil
}

// ceremony is a refusal of a browser's answer, with the reason for the log.
func ceremony(err error) error {
	var p *protocol.Error
	if errors.As(err, &p) {
		return fmt.Errorf("%w: %s %s", ErrRefused, p.Details, p.DevInfo)
	}
	return fmt.Errorf("%w: %w", ErrRefused, err)
}

// RemovePasskey removes one of whoever is signed in since recently.
func (d *Desk) RemovePasskey(ctx context.Context, id string, from From) error {
	a, _, err := d.settled(ctx)
	if err != nil {
		return err
	}
	err = d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := one(tx.NewRaw("DELETE FROM identity_passkey WHERE account_id = ? AND id = ?", a.ID, clean(id)).Exec(ctx)); err != nil {
			return fmt.Errorf("passkey: %w", err)
		}
		able, err := somebody(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		if !able {
			return fmt.Errorf("%w: it is the last way to sign in to this account; add another first", ErrInvalid)
		}
		return d.note(ctx, tx, Event{Kind: EventPasskeyGone, Account: a.ID, Who: a.Name, Detail: id, From: from})
	})
	if err != nil {
		return err
	}
	return d.renew(ctx)
}

// BeginPasskeySignIn begins a sign-in by whichever passkey of this server the
// browser has. It returns the options for navigator.credentials.get, as JSON.
func (d *Desk) BeginPasskeySignIn(ctx context.Context, from From) (options []byte, err error) {
	switch {
	case d.passkeys == nil:
		return nil, ErrNoPasskeys
	case !loaded(ctx):
		return nil, ErrUnloaded
	}
	if err := d.pace(from); err != nil {
		return nil, err
	}
	assertion, s, err := d.passkeys.BeginDiscoverableLogin()
	if err != nil {
		return nil, fmt.Errorf("beginning a sign-in: %w", err)
	}
	if err := d.remember(ctx, "get", s); err != nil {
		return nil, err
	}
	return json.Marshal(assertion)
}

// FinishPasskeySignIn signs in whoever's passkey the browser answers with. A
// passkey whose counter goes backwards has been copied, and is refused from
// then on.
func (d *Desk) FinishPasskeySignIn(ctx context.Context, answer []byte, from From) error {
	if !loaded(ctx) {
		return ErrUnloaded
	}
	if err := d.pace(from); err != nil {
		return err
	}
	s, err := recall[webauthn.SessionData](ctx, d, "get")
	if err != nil {
		return err
	}
	h, c, err := d.asserted(ctx, s, answer)
	if err != nil {
		return d.refused(ctx, err, h.accountRow, "", "passkey", from)
	}
	if err := d.counted(ctx, h.accountRow, c, from); err != nil {
		return d.refused(ctx, err, h.accountRow, "", "passkey", from)
	}
	return d.admit(ctx, h.accountRow, "passkey", from)
}

func (d *Desk) asserted(ctx context.Context, s webauthn.SessionData, answer []byte) (h holder, c *webauthn.Credential, err error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return h, nil, ceremony(err)
	}
	_, c, err = d.passkeys.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		a, err := find(ctx, d.readers, "handle", base64.RawURLEncoding.EncodeToString(handle))
		if err != nil {
			return nil, err
		}
		h, err = d.holder(ctx, a)
		return h, err
	}, s, parsed)
	if err != nil {
		return h, nil, ceremony(err)
	}
	return h, c, nil
}

// counted keeps the passkey's counter. Two sign-ins at once with one count are
// told apart by which wrote first.
func (d *Desk) counted(ctx context.Context, a accountRow, c *webauthn.Credential, from From) error {
	cloned := c.Authenticator.CloneWarning
	err := d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		var row passkeyRow
		if err := tx.NewSelect().Model(&row).Where("id = ?", base64.RawURLEncoding.EncodeToString(c.ID)).Where("account_id = ?", a.ID).Scan(ctx); err != nil {
			return fmt.Errorf("reading a passkey: %w", err)
		}
		before, kept := row.Body, webauthn.Credential{}
		if err := json.Unmarshal([]byte(before), &kept); err != nil {
			return fmt.Errorf("a stored passkey cannot be read: %w", err)
		}
		cloned = cloned || row.SuspectAt != 0 || kept.Authenticator.SignCount != 0 && c.Authenticator.SignCount <= kept.Authenticator.SignCount
		if cloned {
			row.SuspectAt = orElse(row.SuspectAt, d.micros())
			if err := d.note(ctx, tx, Event{Kind: EventCloned, Account: a.ID, Who: a.Name, Detail: row.Name, From: from}); err != nil {
				return err
			}
		} else {
			body, err := json.Marshal(c)
			if err != nil {
				return fmt.Errorf("writing a passkey: %w", err)
			}
			row.Body, row.UsedAt = string(body), d.micros()
		}
		return one(tx.NewRaw("UPDATE identity_passkey SET body = ?, used_at = ?, suspect_at = ? WHERE id = ? AND body = ?",
			row.Body, row.UsedAt, row.SuspectAt, row.ID, before).Exec(ctx))
	})
	if err == nil && cloned {
		err = ErrCloned
	}
	return err
}
