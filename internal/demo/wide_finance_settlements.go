package demo

import (
	"fmt"
	"time"

	"tickmark/internal/audit"
)

// settlement is one of a merchant's, with its sums by kind.
type settlement struct {
	code, merchant string
	closed         time.Time
	sums           map[string]cents // what the transactions add up to
	reserve        cents
	funded         cents
	fundedOn       time.Time
}

// The settlements that go wrong.
const (
	settlementTwice  = 11 // a chargeback was taken twice
	settlementSales  = 30 // a sale is missing from the sum
	settlementLate   = 18 // funded late
	settlementNever  = 37 // never funded
	settlementNegate = 24 // the merchant owed money, which was collected later; not wrong
)

// settlements gives what merchants of the card program were paid.
func (g *wide) settlements(d *dice) {
	g.from("settlements", "Settlement engine", "Every settlement closed from 2025-01-01 to 2025-12-31, those with nothing to fund and those not funded included")
	g.from("settlement_transactions", "Authorization and dispute systems", "Every transaction of every settlement closed in 2025")
	for n := range 48 {
		s := g.settlement(d, n)
		row := audit.Values{
			"settlement_id": s.code, "merchant_id": s.merchant, "closed_at": g.moment(s.closed, 22, d.IntN(60)), "currency": currency,
			"captured": s.sums["sale"].String(), "refunds": s.sums["refund"].String(), "chargebacks": s.sums["chargeback"].String(),
			"fees": s.sums["fee"].String(), "adjustments": s.sums["adjustment"].String(), "reserve": s.reserve.String(),
			"funded": s.funded.String(), "funded_on": dateText(s.fundedOn),
		}
		switch n {
		case settlementTwice:
			row["funded"] = (s.funded - s.sums["chargeback"]).String()
			g.plant("settlement-balance", s.code, "a chargeback of %s was taken from the funding twice", s.sums["chargeback"])
		case settlementSales:
			row["captured"], row["funded"] = (s.sums["sale"] - 64_90).String(), (s.funded - 64_90).String()
			g.plant("settlement-balance", s.code, "a sale of 64.90 is among the transactions and not in the sum of sales")
		case settlementLate:
			row["funded_on"] = dayText(g.later(s.closed, 5))
			g.plant("settlement-funding-timely", s.code, "funded five banking days after it was closed")
		case settlementNever:
			row["funded_on"] = ""
			g.plant("settlement-funding-timely", s.code, "the merchant was never funded")
		}
		g.row("settlements", row)
	}
}

// settlement is closed every week, and funded within two banking days.
func (g *wide) settlement(d *dice, n int) settlement {
	s := settlement{
		code: id("SET-", int64(n+1), 4), merchant: id("MER-", int64(n%6+1), 3), sums: map[string]cents{},
		closed: g.date(1, 6).AddDate(0, 0, n*350/48),
	}
	for range d.between(2, 4) {
		g.transaction(&s, "sale", cents(d.between(120_00, 2_400_00)))
	}
	if n == settlementSales {
		g.transaction(&s, "sale", 64_90)
	}
	if d.chance(300) {
		g.transaction(&s, "refund", cents(d.between(10_00, 90_00)))
	}
	switch {
	case n == settlementNegate:
		g.transaction(&s, "chargeback", s.sums["sale"]+120_00)
	case n == settlementTwice || d.chance(150):
		g.transaction(&s, "chargeback", cents(d.between(15_00, 60_00)))
	}
	if d.chance(120) {
		g.transaction(&s, "adjustment", cents(d.between(-20_00, 20_00))+1)
	}
	g.transaction(&s, "fee", s.sums["sale"]*29/1000)
	if n%6 == 5 {
		s.reserve = s.sums["sale"] / 20
	}
	s.funded = s.sums["sale"] - s.sums["refund"] - s.sums["chargeback"] - s.sums["fee"] - s.reserve + s.sums["adjustment"]
	s.fundedOn = g.later(s.closed, d.between(1, 2))
	return s
}

// transaction adds one to a settlement.
func (g *wide) transaction(s *settlement, kind string, amount cents) {
	s.sums[kind] += amount
	g.row("settlement_transactions", audit.Values{
		"transaction_id": fmt.Sprintf("%s-%05d", s.code, len(g.rows["settlement_transactions"])+1), "settlement_id": s.code,
		"kind": kind, "amount": amount.String(), "currency": currency,
	})
}
