package identity

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/uptrace/bun"
	"golang.org/x/time/rate"
)

// How guessing is slowed down. An account's first free attempts cost nothing;
// after each further one the wait doubles, up to the longest, which is short
// enough that nobody is kept out for long by another's guesses.
const (
	accountFree = 5
	addressFree = 30
	firstWait   = 5 * time.Second
	longestWait = 15 * time.Minute
	memory      = 24 * time.Hour // after that the count begins again
)

// attempt is one guess that has been counted.
type attempt struct {
	subjects [2]string // the address, then what is guessed at
}

// begin counts an attempt before it is judged, so that many at once are not
// judged on the same count. It refuses when the address or the subject has to
// wait.
func (d *Desk) begin(ctx context.Context, from From, subject string) (attempt, error) {
	a := attempt{[2]string{"address:" + from.network(), subject}}
	for i, free := range []int64{addressFree, accountFree} {
		if err := d.count(ctx, a.subjects[i], free); err != nil {
			return a, err
		}
	}
	return a, nil
}

func (d *Desk) count(ctx context.Context, subject string, free int64) error {
	now := d.micros()
	var until int64
	err := d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		var failures int64
		err := tx.NewRaw(`INSERT INTO identity_attempt AS kept (subject, failures, seen_at, free_at) VALUES (?, 1, ?, 0)
			ON CONFLICT (subject) DO UPDATE SET seen_at = excluded.seen_at,
				failures = CASE WHEN kept.seen_at < ? THEN 1 ELSE kept.failures + 1 END
			WHERE kept.free_at <= excluded.seen_at RETURNING failures`, subject, now, now-memory.Microseconds()).Scan(ctx, &failures)
		if errors.Is(err, sql.ErrNoRows) {
			return tx.NewRaw("SELECT free_at FROM identity_attempt WHERE subject = ?", subject).Scan(ctx, &until)
		}
		if err != nil {
			return err
		}
		_, err = tx.NewRaw("UPDATE identity_attempt SET free_at = ? WHERE subject = ?", now+wait(failures, free).Microseconds(), subject).Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("counting attempts: %w", err)
	}
	if until > 0 {
		return LockedError{when(until)}
	}
	return nil
}

// wait is how long it takes until the next attempt after so many failures.
func wait(failures, free int64) time.Duration {
	if failures < free {
		return 0
	}
	doublings := min(failures-free, 10)
	return min(firstWait<<doublings, longestWait)
}

// good takes an attempt that succeeded out of the counts: the subject's ends,
// the address's goes back by this one. Whoever guesses at many accounts gains
// nothing by entering his own in between.
func (d *Desk) good(ctx context.Context, a attempt) error {
	err := d.writing(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewRaw("DELETE FROM identity_attempt WHERE subject = ?", a.subjects[1]).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewRaw("UPDATE identity_attempt SET failures = failures - 1, free_at = CASE WHEN failures <= ? THEN 0 ELSE free_at END WHERE subject = ? AND failures > 0",
			addressFree, a.subjects[0]).Exec(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("counting attempts: %w", err)
	}
	return nil
}

// The pace of one address at everything that costs something before anybody is
// known.
const (
	paceBurst   = 20
	paceRate    = rate.Limit(2) // a second
	paceEntries = 10_000
)

// pacer holds the pace of each address, in this process only.
type pacer struct {
	mutex *sync.Mutex
	of    map[string]*rate.Limiter
}

func newPacer() pacer { return pacer{mutex: &sync.Mutex{}, of: map[string]*rate.Limiter{}} }

// pace refuses an address that comes too fast.
func (d *Desk) pace(from From) error {
	d.pacer.mutex.Lock()
	defer d.pacer.mutex.Unlock()
	now, key := d.Now(), from.network()
	l := d.pacer.of[key]
	if l == nil {
		d.pacer.forget(now)
		l = rate.NewLimiter(paceRate, paceBurst)
		d.pacer.of[key] = l
	}
	if !l.AllowN(now, 1) {
		return ErrTooFast
	}
	return nil
}

// forget drops the addresses that have been quiet, when there are many, and all
// of them when they are too many: memory is bounded before pace is.
func (p pacer) forget(now time.Time) {
	if len(p.of) < paceEntries {
		return
	}
	for key, l := range p.of {
		if l.TokensAt(now) >= paceBurst {
			delete(p.of, key)
		}
	}
	if len(p.of) >= paceEntries {
		clear(p.of)
	}
}
