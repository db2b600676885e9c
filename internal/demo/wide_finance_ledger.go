package demo

import (
	"time"

	"tickmark/internal/audit"
)

// The ledger accounts of the books.
const (
	bankAccount     = "1010-CLIENT-BANK"
	clientAccount   = "2100-CLIENT-MONEY"
	servicesAccount = "6100-SERVICES"
	accruedAccount  = "2300-ACCRUED"
)

// movement is one day on which client money moved, and the differences that its
// reconciliations have: of the ledger less the other side.
type movement struct {
	day       time.Time // of the ledger
	booked    time.Time // by the bank
	reference string
	bank      cents   // debit of the bank account; the clients' account has the opposite
	entries   []cents // of the sub-ledger
	moved     cents   // to another day of the sub-ledger
	fee       cents   // that the bank took and the ledger does not know
}

const movements = 60

// books gives the ledger with bank, sub-ledger, reconciliations and periods.
func (g *wide) books(d *dice) {
	g.from("ledger_postings", "General ledger", "Every posting with an accounting day of 2025 to the accounts in scope, manual entries included")
	g.from("subledger_entries", "Client money sub-ledger", "Every entry booked from 2025-01-01 to 2025-12-31, reversals included")
	g.from("bank_transactions", "Bank, account statements", "Every entry booked from 2025-01-01 to 2025-12-31 on the client bank account")
	g.from("reconciliations", "Reconciliation system, schedule", "Every reconciliation that the schedule called for in 2025, those that were not made included")
	g.from("reconciling_items", "Reconciliation system, differences", "Every item open on any day of 2025, cleared items included")
	g.from("accounting_periods", "General ledger, periods", "Every period of 2025 with its last closing")
	days := g.movements(d)
	g.differences(d, days)
	for n := range days {
		g.post(d, &days[n])
		g.subledger(d, n, &days[n])
		g.bankEntry(&days[n])
	}
	for n := range days {
		g.clientReconciliation(d, n, days[n])
		g.bankReconciliation(d, n, days[n])
	}
	g.periods(d)
}

// movements are receipts from clients and payments for them in turn.
func (g *wide) movements(d *dice) []movement {
	days := make([]movement, movements)
	for n := range days {
		m := &days[n]
		m.day = g.openDay(g.date(1, 3).AddDate(0, 0, 6*n))
		m.booked = m.day
		m.reference = id("RCPT-", int64(n+1), 4)
		for range d.between(1, 3) {
			m.entries = append(m.entries, cents(d.between(4_000_00, 60_000_00)))
		}
		for _, amount := range m.entries {
			m.bank += amount
		}
		if n%2 == 1 {
			m.reference = id("DISB-", int64(n+1), 4)
			m.bank = -m.bank
		}
	}
	return days
}

// The days that go wrong, and how; every difference that is not listed here is
// one of timing that the next days clear.
const (
	dayShort      = 9  // an entry of the sub-ledger is missing and nobody says so
	dayTransposed = 23 // the preparer noted another sum of the ledger
	dayAged       = 31 // a difference stood open too long
	dayOpen       = 46 // a difference is still open
	dayNotMade    = 14 // a reconciliation with the bank was not made
	daySelf       = 27 // preparer and reviewer are one
	dayLate       = 38 // reviewed too late
	dayPosted     = 18 // posted a week after the bank
	dayFee        = 56 // the bank took a fee
)

// differences moves parts of the sub-ledger to later days.
func (g *wide) differences(d *dice, days []movement) {
	days[dayPosted].booked = days[dayPosted].day.AddDate(0, 0, -7)
	days[dayFee].fee = 35_00
	g.item(bankAccount, days[dayPosted].booked, days[dayPosted].day, -days[dayPosted].bank, "Posted a week later")
	for n := 3; n < movements; n += 4 {
		g.difference(days, n, n+d.between(1, 3), cents(d.between(20_00, 900_00)), "Booked by the sub-ledger on a later day")
	}
	aged := g.difference(days, dayAged-1, dayAged+8, 412_60, "Receipt without a client")
	g.plant("reconciling-items-aged", aged, "a receipt of 412.60 without a client was cleared after more than six weeks")
	open := g.difference(days, dayOpen, movements, 1_875_00, "Paid twice to a client")
	g.plant("reconciling-items-aged", open, "1875.00 paid twice to a client has been open since %s", dayText(days[dayOpen].day))
	g.item(bankAccount, days[dayFee].booked, time.Time{}, days[dayFee].fee, "Bank fee that is to be posted")
}

// difference is one that arises on a day and is cleared on another, if that
// comes in the year.
func (g *wide) difference(days []movement, from, to int, amount cents, why string) string {
	var cleared time.Time
	days[from].moved += amount
	if to < len(days) {
		days[to].moved -= amount
		cleared = days[to].day
	}
	return g.item(clientAccount, days[from].day, cleared, amount, why)
}

func (g *wide) item(account string, arose, cleared time.Time, amount cents, why string) string {
	code := id("RI-", int64(len(g.rows["reconciling_items"])+1), 4)
	g.row("reconciling_items", audit.Values{
		"item_id": code, "account": account, "arose_on": dayText(arose), "amount": amount.String(), "currency": currency,
		"explanation": why, "cleared_on": dateText(cleared),
	})
	return code
}

// entry adds the two sides of an entry and returns their identifiers.
func (g *wide) entry(debit, credit string, day time.Time, created, by, source, reference string, amount cents) [2]string {
	n := int64(len(g.rows["ledger_postings"])/2 + 1)
	var ids [2]string
	for side, account := range []string{debit, credit} {
		ids[side] = id("GL-", n, 5) + []string{"-1", "-2"}[side]
		if side == 1 {
			amount = -amount
		}
		g.row("ledger_postings", audit.Values{
			"posting_id": ids[side], "entry_id": id("JE-", n, 5), "account": account, "posted_on": dayText(day), "created_at": created,
			"created_by": by, "source": source, "reference": reference, "amount": amount.String(), "currency": currency,
		})
	}
	return ids
}

// post posts a movement in the evening of its day, by program.
func (g *wide) post(d *dice, m *movement) {
	source := "bank"
	if m.bank < 0 {
		source = "payments"
	}
	g.entry(bankAccount, clientAccount, m.day, g.moment(m.day, d.between(17, 21), d.IntN(60)), "svc-job-04", source, m.reference, m.bank)
}

// bankEntry gives the bank's side of a movement.
func (g *wide) bankEntry(m *movement) {
	add := func(reference string, amount cents, text string) string {
		code := id("BK-", int64(len(g.rows["bank_transactions"])+1), 5)
		g.row("bank_transactions", audit.Values{
			"transaction_id": code, "account": bankAccount, "booked_on": dayText(m.booked), "reference": reference,
			"amount": amount.String(), "currency": currency, "description": text,
		})
		return code
	}
	code := add(m.reference, m.bank, "Transfer")
	if !m.booked.Equal(m.day) {
		g.plant("bank-to-ledger", code, "booked by the bank on %s, posted a week later", dayText(m.booked))
	}
	if m.fee > 0 {
		code = add("FEE-"+m.booked.Format("200601"), -m.fee, "Account fee")
		g.plant("bank-to-ledger", code, "a fee of %s that the bank took was not posted", m.fee)
	}
}

// subledger gives the clients' entries of a day; what was moved between days is
// an entry of its own.
func (g *wide) subledger(d *dice, n int, m *movement) {
	add := func(amount cents, reference string) {
		g.row("subledger_entries", audit.Values{
			"entry_id": id("SL-", int64(len(g.rows["subledger_entries"])+1), 5), "account": clientAccount,
			"client_id": id("CL-", int64(d.between(1, 40)), 4), "booked_on": dayText(m.day), "reference": reference,
			"amount": amount.String(), "currency": currency,
		})
	}
	for _, amount := range m.entries {
		if m.bank > 0 {
			amount = -amount
		}
		add(amount, m.reference)
	}
	if m.moved != 0 {
		add(-m.moved, "ADJ-"+m.reference)
	}
	if n == dayShort {
		add(120_00, "REV-"+m.reference) // a reversal without a posting
	}
}
