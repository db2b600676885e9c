package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"
)

// How long an answer is kept, and how long a request may take before it counts
// as one that never ended.
const (
	answerLife = 24 * time.Hour
	underWay   = 10 * time.Minute
)

// ErrUnderWay is returned while the first request under a key has no answer yet.
var ErrUnderWay = errors.New("the first request under this key is still under way; ask again in a moment")

// ErrOtherRequest is returned for a key under which something else was asked.
var ErrOtherRequest = errors.New("another request was made under this key; take a new key for a new request")

// Given is an answer that was given to a write.
type Given struct {
	Status int
	Kind   string // content type
	Body   []byte
}

type answerRow struct {
	bun.BaseModel `bun:"table:identity_answer"`
	AccountID     string
	Hash          string
	Said          string
	Status        int64
	Kind          string
	Body          string
	MadeAt        int64
}

// Begin takes a key for a request of an account, which said this; both are kept
// as digests. When it was answered already, the answer is returned with true.
// The caller ends what it began with Answered or Forget.
func (d *Desk) Begin(ctx context.Context, account, key, said string) (given Given, known bool, err error) {
	row := answerRow{AccountID: account, Hash: hashed(account, key), Said: hashed(said), MadeAt: d.micros()}
	err = d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewRaw("DELETE FROM identity_answer WHERE account_id = ? AND hash = ? AND (made_at < ? OR status = 0 AND made_at < ?)",
			account, row.Hash, row.MadeAt-answerLife.Microseconds(), row.MadeAt-underWay.Microseconds()).Exec(ctx); err != nil {
			return err
		}
		var kept []answerRow
		if err := tx.NewSelect().Model(&kept).Where("account_id = ?", account).Where("hash = ?", row.Hash).Scan(ctx); err != nil {
			return fmt.Errorf("reading an answer: %w", err)
		}
		switch {
		case len(kept) == 0:
			_, err := tx.NewInsert().Model(&row).Exec(ctx)
			return err
		case kept[0].Said != row.Said:
			return ErrOtherRequest
		case kept[0].Status == 0:
			return ErrUnderWay
		}
		given, known = Given{int(kept[0].Status), kept[0].Kind, []byte(kept[0].Body)}, true
		return nil
	})
	if errors.Is(err, ErrTaken) { // somebody else took it in the same moment
		err = ErrUnderWay
	}
	return given, known, err
}

// Answered keeps the answer that was given under a key.
func (d *Desk) Answered(ctx context.Context, account, key string, g Given) error {
	if _, err := d.writer.NewRaw("UPDATE identity_answer SET status = ?, kind = ?, body = ? WHERE account_id = ? AND hash = ?",
		g.Status, g.Kind, string(g.Body), account, hashed(account, key)).Exec(ctx); err != nil {
		return fmt.Errorf("keeping an answer: %w", err)
	}
	return nil
}

// Forget lets a key be used again: nothing was done under it.
func (d *Desk) Forget(ctx context.Context, account, key string) error {
	if _, err := d.writer.NewRaw("DELETE FROM identity_answer WHERE account_id = ? AND hash = ?", account, hashed(account, key)).Exec(ctx); err != nil {
		return fmt.Errorf("forgetting a key: %w", err)
	}
	return nil
}
