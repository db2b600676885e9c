package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"tickmark/internal/audit"
)

// The kinds of events.
const (
	EventSetUp          = "set-up link made"
	EventInvited        = "invited"
	EventInvitationVoid = "invitation withdrawn"
	EventResetMade      = "reset link made"
	EventReset          = "reset"
	EventAccount        = "account made"
	EventJoined         = "joined an organization"
	EventLeft           = "left an organization"
	EventDisabled       = "account disabled"
	EventEnabled        = "account enabled"
	EventSignedIn       = "signed in"
	EventRefused        = "sign-in refused"
	EventLocked         = "locked"
	EventSignedOut      = "signed out"
	EventSwitched       = "switched organization"
	EventPassword       = "password set"
	EventTOTP           = "authenticator app enrolled"
	EventRecovery       = "recovery codes made"
	EventRecoveryUsed   = "recovery code used"
	EventPasskey        = "passkey added"
	EventPasskeyGone    = "passkey removed"
	EventCloned         = "passkey's counter went backwards"
	EventLinked         = "linked to a provider"
	EventSessionEnded   = "session ended"
	EventToken          = "API token made"
	EventTokenVoid      = "API token revoked"
	EventProposed       = "proposed by an assistant"
	EventSettled        = "proposal settled"
)

// Event is what happened at the desk: who, when, what, from where.
type Event struct {
	ID      string
	At      time.Time
	Kind    string
	Account string   // whom it concerns; "" when no account is known
	Org     audit.ID // where it concerns one organization
	Who     string   // the name of who did it, or the address of e-mail that was entered
	Detail  string
	From    From
}

type eventRow struct {
	bun.BaseModel `bun:"table:identity_event"`
	ID            string
	MadeAt        int64
	Kind          string
	AccountID     string
	OrgID         audit.ID
	Who           string
	Detail        string
	Address       string
	Agent         string
}

// note writes an event, with the change that it tells of where there is one.
func (d *Desk) note(ctx context.Context, db bun.IDB, e Event) error {
	row := eventRow{ID: d.name("evt"), MadeAt: d.micros(), Kind: e.Kind, AccountID: e.Account, OrgID: e.Org,
		Who: clip(clean(e.Who), 200), Detail: clip(clean(e.Detail), 500), Address: e.From.Address, Agent: e.From.Agent}
	if _, err := db.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("noting %q: %w", e.Kind, err)
	}
	return nil
}

// tell notes what no transaction goes with, also when the caller has gone.
func (d *Desk) tell(ctx context.Context, e Event) error {
	return d.note(context.WithoutCancel(ctx), d.writer, e)
}

// EventsOf selects events; the zero value selects all.
type EventsOf struct {
	Account string
	Org     audit.ID
	Before  string // the id of the last event of the page before
	Limit   int64  // 100 when 0
}

// Events returns the newest events first, and how many there are in all.
func (d *Desk) Events(ctx context.Context, of EventsOf) (page []Event, all int64, err error) {
	var rows []eventRow
	err = d.reading(ctx, func(ctx context.Context, tx bun.Tx) error {
		q := tx.NewSelect().Model(&rows).OrderExpr("id DESC")
		if of.Account != "" {
			q.Where("account_id = ?", of.Account)
		}
		if of.Org != "" {
			q.Where("org_id = ?", of.Org)
		}
		if all, err = q.Count(ctx); err != nil {
			return err
		}
		if of.Before != "" {
			q.Where("id < ?", of.Before)
		}
		return q.Limit(orElse(of.Limit, 100)).Scan(ctx)
	})
	if err != nil {
		return nil, 0, fmt.Errorf("reading events: %w", err)
	}
	for _, r := range rows {
		page = append(page, Event{ID: r.ID, At: when(r.MadeAt), Kind: r.Kind, Account: r.AccountID, Org: r.OrgID,
			Who: r.Who, Detail: r.Detail, From: From{Address: r.Address, Agent: r.Agent}})
	}
	return page, all, nil
}

// clip shortens a text that a stranger chose, and shows that it did.
func clip(s string, runes int) string {
	r := []rune(s)
	if len(r) <= runes {
		return s
	}
	return string(r[:runes-1]) + "…"
}
