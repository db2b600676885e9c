package demo

import (
	"fmt"
	"strings"
	"time"

	"tickmark/internal/audit"
)

// loan is one loan that Meridian services for a lender.
type loan struct {
	id, dayCount, waterfall string
	balance                 cents
	rate                    int64 // millionths a year
	principal, escrow       cents // due every month
}

// The parts of a payment, in the order in which rows hold them.
var loanParts = []string{"fees", "interest", "escrow", "principal"}

// loans gives loans with a year of accruals and payments.
func (g *wide) loans(d *dice) {
	g.from("loans", "Loan servicing system, loan master", "Every loan serviced on any day of 2025, loans paid off included")
	g.from("loan_accruals", "Loan servicing system, accruals", "Every accrual that ended from 2025-01-01 to 2025-12-31, corrections included")
	g.from("loan_payments", "Loan servicing system, payments", "Every borrower payment applied from 2025-01-01 to 2025-12-31, reversed ones included")
	for n := range 8 {
		l := loan{
			id: id("LN-", int64(n+4001), 5), dayCount: []string{"act/360", "act/365", "30/360"}[n%3],
			waterfall: []string{"fees,interest,escrow,principal", "interest,principal,escrow,fees"}[n%2],
			balance:   cents(d.between(90, 400)) * 1_000_00, rate: int64(d.between(45, 79)) * 1_000, escrow: cents(d.between(150, 420)) * 1_00,
		}
		l.principal = l.balance / 240 / 100 * 100
		g.row("loans", audit.Values{
			"loan_id": l.id, "lender_id": id("LENDER-", int64(n%3+1), 2), "currency": currency, "day_count": l.dayCount,
			"waterfall": l.waterfall, "boarded_on": dayText(g.calendar.day(2022, 1+n, 3)),
		})
		for month := range 12 {
			interest := g.accrual(&l, n, month)
			g.borrowerPayment(d, &l, n, month, interest)
		}
	}
}

// accrual adds the interest of the month before the first of a month.
func (g *wide) accrual(l *loan, n, month int) cents {
	to := g.date(month+1, 1)
	from := to.AddDate(0, -1, 0)
	days := int64(to.Sub(from).Hours()/24 + 0.5)
	counted, basis := days, int64(360)
	switch l.dayCount {
	case "act/365":
		basis = 365
	case "30/360":
		counted = 30
	}
	interest, code := l.interest(counted, basis), id("ACC-", int64(n*12+month+1), 5)
	switch right := interest; {
	case n == 3 && month == 8: // act/360
		interest = l.interest(days, 365)
		g.plant("loan-interest-recomputation", code, "%s accrued by a year of 365 days; the contract of %s counts 360, which is %s", interest, l.id, right)
	case n == 5 && month == 2: // 30/360, February
		interest = l.interest(days, 360)
		g.plant("loan-interest-recomputation", code, "%s accrued for the 28 days of February; the contract of %s counts 30, which is %s", interest, l.id, right)
	}
	g.row("loan_accruals", audit.Values{
		"accrual_id": code, "loan_id": l.id, "accrued_from": dayText(from), "accrued_to": dayText(to), "balance": l.balance.String(),
		"annual_rate": fmt.Sprintf("%d.%06d", l.rate/1_000_000, l.rate%1_000_000), "interest": interest.String(), "currency": currency,
	})
	return interest
}

// interest is that of the balance for a number of days.
func (l loan) interest(days, basis int64) cents {
	return cents(rounded(int64(l.balance)*l.rate*days, 1_000_000*basis))
}

// borrowerPayment adds the payment of a month: mostly what is due, sometimes
// less or more.
func (g *wide) borrowerPayment(d *dice, l *loan, n, month int, interest cents) {
	due := map[string]cents{"interest": interest, "escrow": l.escrow, "principal": l.principal, "fees": 0}
	received := g.openDay(g.date(month+1, d.between(2, 9)))
	if d.chance(150) {
		due["fees"], received = 35_00, g.openDay(g.date(month+1, d.between(17, 24)))
	}
	short, mixed := n == 2 && month == 4, n == 4 && month == 9
	if short {
		due["fees"] = 35_00
	}
	amount := due["fees"] + interest + l.escrow + l.principal
	switch roll := d.IntN(100); {
	case short || roll < 6:
		amount -= 75_00
	case !mixed && roll < 12:
		amount += 200_00
	}
	code := id("PMT-", int64(n*12+month+1), 5)
	paid, surplus := applied(l.waterfall, amount, due)
	switch {
	case short: // the order of the contract is fees, interest, escrow, principal
		paid["fees"], paid["principal"] = 0, paid["principal"]+35_00
		g.plant("loan-payment-waterfall", code, "a short payment was applied to principal before the late fee of 35.00, against the order of %s", l.id)
	case mixed:
		paid["escrow"], paid["principal"] = paid["escrow"]-50_00, paid["principal"]+50_00
		g.plant("loan-payment-waterfall", code, "50.00 of the escrow of %s was applied to principal", l.id)
	}
	l.balance -= paid["principal"] + surplus
	g.loanPayment(code, l.id, received, amount, due, paid, surplus)
}

func (g *wide) loanPayment(code, loan string, received time.Time, amount cents, due, paid map[string]cents, surplus cents) {
	row := audit.Values{
		"payment_id": code, "loan_id": loan, "received_on": dayText(received), "applied_on": dayText(received),
		"amount": amount.String(), "currency": currency, "surplus": surplus.String(),
	}
	for _, part := range loanParts {
		row["due_"+part], row["paid_"+part] = due[part].String(), paid[part].String()
	}
	g.row("loan_payments", row)
}

// applied is what a payment pays in the order of the contract, and what is left.
func applied(waterfall string, amount cents, due map[string]cents) (map[string]cents, cents) {
	paid := map[string]cents{}
	for part := range strings.SplitSeq(waterfall, ",") {
		paid[part] = min(amount, due[part])
		amount -= paid[part]
	}
	return paid, amount
}
