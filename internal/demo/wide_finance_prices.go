package demo

import (
	"slices"
	"time"

	"tickmark/internal/audit"
)

// price is one price of one security at the end of a month.
type price struct {
	security, month int
	day             time.Time
	cents           cents
	row             audit.Values
	procedure, what string // what must be flagged, if anything
}

var securities = []string{"BOND-STATE-31", "BOND-UTIL-34", "EQ-FREIGHT", "EQ-HARBOR", "EQ-LUMEN", "EQ-ORCHARD", "MBS-POOL-12", "NOTE-PRIV-07", "REIT-CORNER", "REIT-MILL"}

// prices gives the prices at which a pension trust is valued every month.
func (g *wide) prices(d *dice) {
	g.from("prices", "Pricing system, prices as used", "Every price used in the twelve month-end valuations of 2025 for every security held, overridden prices included")
	analysts := g.team("Finance")
	for security := range securities {
		last := cents(d.between(40_00, 180_00))
		for month := range 12 {
			p := price{security: security, month: month, day: g.monthEnd(month + 1)}
			p.cents = g.moves(d, p, last)
			p.row = audit.Values{
				"price_id": id("PX-", int64(month*len(securities)+security+1), 4), "security_id": securities[security],
				"priced_on": dayText(p.day), "price": p.cents.String() + "0000", "currency": currency, "source": "Market data service",
				"used_at": g.moment(g.later(p.day, 2), 9, 30), "overridden": "false",
			}
			if month > 0 && unusual(p.cents, last) {
				p.row["reviewed_by"], p.row["reviewed_at"] = one(d, analysts), g.moment(g.later(p.day, 1), 15, d.IntN(60))
			}
			g.spoilPrice(d, &p, analysts)
			g.row("prices", p.row)
			if p.procedure != "" {
				g.plant(p.procedure, p.row["price_id"], "%s: %s", securities[security], p.what)
			}
			last = p.cents
		}
	}
}

// monthEnd is the last open day of a month.
func (g *wide) monthEnd(month int) time.Time {
	day := g.date(month+1, 1).AddDate(0, 0, -1)
	for !g.opens(day) {
		day = day.AddDate(0, 0, -1)
	}
	return day
}

// moves is the price after the last one: mostly a little up or down, sometimes
// by more than five percent or not at all.
func (g *wide) moves(d *dice, p price, last cents) cents {
	step := cents(d.between(4, 38))
	if d.chance(450) {
		step = -step
	}
	switch {
	case p.is(1, 4), p.is(7, 8): // as planted below
		return last
	case p.is(3, 6), p.is(5, 9):
		return last + last*83/1000
	case p.overridden(): // by a price near the last one
	case d.chance(50):
		return last
	case d.chance(50):
		step *= 2
	}
	return last + last*step/1000
}

func (p price) is(security, month int) bool { return p.security == security && p.month == month }

// overridden reports whether a broker's quote was taken in place of the source's.
func (p price) overridden() bool {
	return slices.Contains([][2]int{{0, 8}, {2, 5}, {4, 2}, {6, 5}, {6, 9}, {8, 10}, {9, 3}}, [2]int{p.security, p.month})
}

// unusual reports whether a price calls for a review.
func unusual(now, last cents) bool { return now == last || 100*max(now-last, last-now) > 5*last }

// spoilPrice takes reviews and approvals away.
func (g *wide) spoilPrice(d *dice, p *price, analysts []string) {
	if p.overridden() {
		author, approver := pair(d, analysts)
		p.row["overridden"], p.row["source"], p.row["overridden_by"] = "true", "Broker quote", author
		p.row["approved_by"], p.row["approved_at"] = approver, g.moment(g.later(p.day, 1), 16, d.IntN(60))
	}
	late := g.moment(g.later(p.day, 4), 10, d.IntN(60))
	switch {
	case p.is(4, 2):
		p.row["approved_by"] = p.row["overridden_by"]
		p.procedure, p.what = "price-override", "the override was approved by the person who entered it"
	case p.is(8, 10):
		p.row["approved_at"] = late
		p.procedure, p.what = "price-override", "the override was approved two days after the valuation took the price"
	case p.is(1, 4):
		p.row["reviewed_by"], p.row["reviewed_at"] = "", ""
		p.procedure, p.what = "price-stale", "unchanged since the month before, and nobody looked into it"
	case p.is(7, 8):
		p.row["reviewed_at"] = late
		p.procedure, p.what = "price-stale", "unchanged since the month before, reviewed only after the valuation"
	case p.is(3, 6):
		p.row["reviewed_by"], p.row["reviewed_at"] = "", ""
		p.procedure, p.what = "price-tolerance", "rose by more than eight percent, and nobody looked into it"
	case p.is(5, 9):
		p.row["reviewed_at"] = late
		p.procedure, p.what = "price-tolerance", "rose by more than eight percent, reviewed only after the valuation"
	}
}
