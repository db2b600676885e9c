package demo

import (
	"fmt"
	"time"
)

// bankChange is a change of an employee's bank details.
type bankChange struct {
	n                 int
	channel           string
	changed, verified time.Time // verified is zero when nobody did
}

var channels = []string{"self-service", "client", "telephone"}

// bankChange is the one change of employee n in the year, if there was one. A
// change was verified the same day, days before the next payment; some came so
// long before one that verification took a week.
func (w *world) bankChange(d *dice, n int) (bankChange, bool) {
	d.of(w.Seed, diceBank, n)
	if run, planted := w.plan.unverified[n]; planted {
		day := w.calendar.runs[run].released.AddDate(0, 0, -3)
		return bankChange{n: n, channel: "telephone", changed: w.calendar.at(day, 11, d.IntN(60))}, true
	}
	if t, planted := w.plan.detours[n]; planted {
		return w.detoured(n, t), true
	}
	if w.plan.used[n] || !d.chance(40) {
		return bankChange{}, false
	}
	run := w.calendar.runs[d.between(1, runsAYear-1)]
	b := bankChange{n: n, channel: one(d, channels)}
	if d.chance(120) {
		b.changed = w.calendar.at(run.released.AddDate(0, 0, d.between(1, 3)), 10, d.IntN(60))
		b.verified = w.calendar.at(b.changed.AddDate(0, 0, 6), 14, d.IntN(60))
		return b, true
	}
	b.changed = w.calendar.at(run.released.AddDate(0, 0, -d.between(1, 9)), d.between(9, 11), d.IntN(60))
	b.verified = b.changed.Add(time.Duration(d.between(20, 240)) * time.Minute)
	return b, true
}

func bankChangeID(n int) string { return id("BC", int64(n), 7) }

// account is the token of the account that an employee is paid to.
func (w *world) bankAccount(n, generation int) uint64 {
	if t, planted := w.plan.detours[n]; planted && generation == 1 {
		n = t.with
	}
	return scatter(uint64(w.Seed)<<1 + scatter(uint64(n)*2+uint64(generation)))
}

func accountText(token uint64) string { return "acct-" + hexID(token, 12) }

func (w *world) writeBankChanges() error {
	t, err := w.create("bank_changes.csv", w.columns("bank_changes"))
	if err != nil {
		return err
	}
	d := newDice()
	for n := range w.People {
		b, changed := w.bankChange(d, n)
		if !changed {
			continue
		}
		by := "user-" + employeeID(n)
		if b.channel != "self-service" {
			by = w.enteredBy(n)
		}
		verifier, second := "", len(departments)+n%len(departments)
		if !b.verified.IsZero() {
			verifier = w.staff[second].id
		}
		err := t.texts(bankChangeID(n), employeeID(n), clientID(n), instantText(b.changed), by, b.channel,
			accountText(w.bankAccount(n, 0)), accountText(w.bankAccount(n, 1)), instantText(b.verified), verifier)
		if err == nil && w.plan.detours[n].kind == detourBack {
			err = w.takenBack(t, n, second)
		}
		if err != nil {
			return fmt.Errorf("bank changes: %w", err)
		}
	}
	w.record(bankDataset, t.rows, nil, "bank_changes.csv")
	return t.close()
}

func clientID(n int) string { return id("C", int64(n/clientSize), 5) }
