package demo

import (
	"time"

	"tickmark/internal/audit"
)

// clientReconciliation compares the ledger of a day with the sub-ledger.
func (g *wide) clientReconciliation(d *dice, n int, m movement) {
	other := -m.bank - m.moved
	if n == dayShort {
		other += 120_00
	}
	code := id("REC-S-", int64(n+1), 3)
	row := g.reconciliation(d, code, clientAccount, m, -m.bank, other, m.moved)
	row["kind"] = "subledger"
	switch n {
	case dayShort:
		g.plant("subledger-to-ledger", code, "the sub-ledger reversed 120.00 without a posting, and the difference was not listed")
	case dayTransposed:
		row["ledger_total"] = (-m.bank + 90_00).String()
		g.plant("subledger-to-ledger", code, "the sum of the ledger was noted 90.00 off what its postings add up to")
	case daySelf:
		row["reviewed_by"] = row["prepared_by"]
		g.plant("reconciliation-timely", code, "made and reviewed by the same person")
	case dayLate:
		row["reviewed_at"] = g.moment(g.later(m.day, 9), 11, d.IntN(60))
		g.plant("reconciliation-timely", code, "reviewed nine business days after %s", dayText(m.day))
	}
	g.row("reconciliations", row)
}

// bankReconciliation compares the ledger of a day with the bank.
func (g *wide) bankReconciliation(d *dice, n int, m movement) {
	other := m.bank - m.fee
	if n == dayPosted {
		other = 0
	}
	code := id("REC-B-", int64(n+1), 3)
	row := g.reconciliation(d, code, bankAccount, m, m.bank, other, m.bank-other)
	row["kind"] = "bank"
	if n == dayNotMade {
		for _, name := range []string{"ledger_total", "other_total", "explained", "prepared_by", "prepared_at", "reviewed_by", "reviewed_at"} {
			delete(row, name)
		}
		g.plant("reconciliation-timely", code, "the reconciliation with the bank of %s was never made", dayText(m.day))
	}
	g.row("reconciliations", row)
}

// reconciliation is one that was made and reviewed in time.
func (g *wide) reconciliation(d *dice, code, account string, m movement, ledger, other, explained cents) audit.Values {
	preparer, reviewer := pair(d, g.team("Treasury"))
	return audit.Values{
		"reconciliation_id": code, "account": account, "day": dayText(m.day), "currency": currency,
		"ledger_total": ledger.String(), "other_total": other.String(), "explained": explained.String(),
		"prepared_by": preparer, "prepared_at": g.moment(g.later(m.day, 1), d.between(9, 16), d.IntN(60)),
		"reviewed_by": reviewer, "reviewed_at": g.moment(g.later(m.day, d.between(2, 4)), d.between(9, 16), d.IntN(60)),
	}
}

// periods gives the months and the manual entries around their ends. A month is
// closed on the third business day of the next.
func (g *wide) periods(d *dice) {
	accountants := g.team("Finance")
	backdated, late := d.between(1, 6), g.shortClose(d)
	for month := 1; month <= 12; month++ {
		last := g.date(month+1, 1).AddDate(0, 0, -1)
		row := audit.Values{"period_id": last.Format("2006-01"), "first_day": dayText(g.date(month, 1)), "last_day": dayText(last)}
		closing := g.later(last, 3)
		if month < 12 { // December was open when the evidence was handed over
			row["closed_at"] = g.moment(closing, 18, 0)
		}
		g.row("accounting_periods", row)
		manual := func(day, created time.Time, hour int, reference string) [2]string {
			return g.entry(servicesAccount, accruedAccount, day, g.moment(created, hour, d.IntN(60)), one(d, accountants), "manual", reference, cents(d.between(800_00, 9_000_00)))
		}
		manual(last, g.later(last, 1), 10, "Accrual "+last.Format("2006-01"))
		if month == backdated {
			day := g.openDay(g.date(month, d.between(4, 10)))
			for _, code := range manual(day, day.AddDate(0, 0, 12), 14, "Correction of services") {
				g.plant("posting-backdated", code, "a correction was entered twelve days after its accounting day")
			}
		}
		if month == late {
			for _, code := range manual(last, closing, 19, "Late accrual "+last.Format("2006-01")) {
				g.plant("posting-cutoff", code, "entered an hour after %s had been closed", last.Format("2006-01"))
			}
		}
	}
}

// shortClose draws a month that was closed within five days of its end.
func (g *wide) shortClose(d *dice) int {
	var months []int
	for month := 7; month < 12; month++ {
		last := g.date(month+1, 1).AddDate(0, 0, -1)
		if g.later(last, 3).Before(last.AddDate(0, 0, 6)) {
			months = append(months, month)
		}
	}
	return one(d, months)
}
