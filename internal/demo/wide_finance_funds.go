package demo

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
)

// fund is one fund with its valuation days, in their order, and the net asset
// value of a unit on each.
type fund struct {
	id     string
	days   []time.Time
	values []tenThousandths
	units  fundUnits // in issue before the first day
	orders []fundOrder
	faults map[int]statementFault // by day
}

// fundOrder is an executed order; nav is the number of its valuation day.
type fundOrder struct {
	kind      string
	received  time.Time
	nav       int
	units     fundUnits
	price     tenThousandths
	amount    cents
	procedure string // that must flag it
	what      string
}

// statementFault is how the statement of a day is wrong.
type statementFault struct {
	liabilities cents          // left out of net assets
	value       tenThousandths // by which the value of a unit is too high
	units       fundUnits      // by which the register differs from this day on
	restated    bool           // released a second time; not wrong
	procedure   string
	what        string
}

// funds gives two funds that are valued daily, one of them since October.
func (g *wide) funds(d *dice) {
	g.from("nav_statements", "Fund accounting system, releases", "Every net asset value released for a day of 2025, restated values included")
	g.from("unit_orders", "Order desk system", "Every order received from 2025-01-01 to 2025-12-31 on any channel, corrected orders included")
	growth := g.fund(d, "FND-GROWTH", g.date(1, 2), 24_1000, 410_000)
	for range 58 {
		g.order(d, growth)
	}
	g.spoilOrders(d, growth)
	growth.faults[d.between(20, 50)] = statementFault{restated: true}
	growth.faults[d.between(70, 110)] = statementFault{
		liabilities: 18_250_00, procedure: "nav-tie", what: "net assets of %s on %s were released without an accrued fee of 18250.00 among the liabilities",
	}
	growth.faults[d.between(190, 230)] = statementFault{
		units: 250_000_000, procedure: "units-roll-forward", what: "the register of %s kept 250 units from %s on that no order issued",
	}
	income := g.fund(d, "FND-INCOME", g.date(10, 1), 10_0000, 95_000)
	income.faults[d.between(5, 15)] = statementFault{
		value: 900, procedure: "nav-tie", what: "the value of one unit of %s on %s was entered 0.0900 too high",
	}
	twice := d.between(20, 40)
	income.faults[twice] = statementFault{units: 120_500_000, procedure: "units-roll-forward", what: "the register of %s held a subscription of 120.5 units twice on %s"}
	income.faults[twice+2] = statementFault{units: -120_500_000, procedure: "units-roll-forward", what: "the register of %s was corrected on %s, without an order"}
	for range 36 {
		g.order(d, income)
	}
	for _, f := range []*fund{growth, income} {
		g.statements(d, f)
		g.orderRows(d, f)
	}
}

// fund is a fund whose value moves a little on every day.
func (g *wide) fund(d *dice, name string, first time.Time, value tenThousandths, units int64) *fund {
	f := &fund{id: name, units: fundUnits(units * 1_000_000), faults: map[int]statementFault{}}
	for day := first; day.Year() == year; day = g.later(day, 1) {
		f.days = append(f.days, day)
		f.values = append(f.values, value)
		step := tenThousandths(d.between(50, 1400))
		if d.chance(480) {
			step = -step
		}
		value += step
	}
	return f
}

// due is the number of the valuation day that the instant of receipt calls for.
func (f *fund) due(received time.Time) int {
	day := dayText(received)
	return slices.IndexFunc(f.days, func(t time.Time) bool {
		return dayText(t) > day || dayText(t) == day && received.Hour() < 16
	})
}

// order adds an order that is priced as it should be.
func (g *wide) order(d *dice, f *fund) {
	last := f.days[len(f.days)-3]
	day := f.days[0].AddDate(0, 0, d.IntN(int(last.Sub(f.days[0]).Hours()/24)))
	received := g.calendar.at(day, d.between(8, 18), d.IntN(60))
	f.order(d, received, f.due(received))
}

// order adds an order at the value of a day, and returns it.
func (f *fund) order(d *dice, received time.Time, nav int) *fundOrder {
	o := fundOrder{
		kind: "subscription", received: received, nav: nav,
		units: fundUnits(d.between(50_000, 900_000)) * 1_000, price: f.published(nav),
	}
	if d.chance(400) {
		o.kind = "redemption"
	}
	o.amount = o.units.times(o.price)
	f.orders = append(f.orders, o)
	return &f.orders[len(f.orders)-1]
}

// published is the value of a unit as it was released.
func (f *fund) published(nav int) tenThousandths { return f.values[nav] + f.faults[nav].value }

// spoilOrders adds orders that got the wrong day or the wrong price.
func (g *wide) spoilOrders(d *dice, f *fund) {
	nav := d.between(30, 60)
	o := f.order(d, g.calendar.at(f.days[nav], 16, d.between(3, 25)), nav)
	o.procedure, o.what = "order-cutoff", "received after the cutoff and priced at the value of the same day"
	independence := g.calendar.at(g.date(7, 4), 10, d.IntN(60))
	o = f.order(d, independence, f.due(independence)-1)
	o.procedure, o.what = "order-cutoff", "received on a holiday and priced at the value of the day before"

	nav = d.between(130, 150)
	o = f.order(d, g.calendar.at(f.days[nav], 11, d.IntN(60)), nav)
	o.price = f.published(nav - 1)
	o.amount = o.units.times(o.price)
	o.procedure, o.what = "order-price", "executed at the price of the day before"
	nav = d.between(160, 180)
	o = f.order(d, g.calendar.at(f.days[nav], 14, d.IntN(60)), nav)
	o.amount += 100_00
	o.procedure, o.what = "order-price", "the amount is 100.00 more than units at the price of the day"
}

// statements gives a release for every day; units follow the orders.
func (g *wide) statements(d *dice, f *fund) {
	for n, day := range f.days {
		for _, o := range f.orders {
			switch {
			case o.nav == n && o.kind == "subscription":
				f.units += o.units
			case o.nav == n:
				f.units -= o.units
			}
		}
		fault := f.faults[n]
		f.units += fault.units
		code := "NAV-" + strings.TrimPrefix(f.id, "FND-") + day.Format("-20060102")
		if fault.restated {
			g.statement(d, f, n, code+"-1", f.values[n]+150, g.moment(day, 18, 40))
			g.statement(d, f, n, code+"-2", f.values[n], g.moment(g.later(day, 1), 11, 5))
			continue
		}
		g.statement(d, f, n, code+"-1", f.values[n], g.moment(day, 18, d.between(30, 59)))
		if fault.procedure != "" {
			g.plant(fault.procedure, code+"-1", fault.what, f.id, dayText(day))
		}
	}
}

func (g *wide) statement(d *dice, f *fund, n int, code string, value tenThousandths, released string) {
	fault := f.faults[n]
	net := f.units.times(value)
	liabilities := cents(d.between(20_000, 90_000)) * 1_00
	g.row("nav_statements", audit.Values{
		"statement_id": code, "fund_id": f.id, "nav_day": dayText(f.days[n]), "released_at": released,
		"total_assets": (net + liabilities).String(), "total_liabilities": (liabilities + fault.liabilities).String(),
		"net_assets": net.String(), "units_in_issue": f.units.String(), "nav_per_unit": (value + fault.value).String() + "00", "currency": currency,
	})
}

// orderRows gives the orders of a fund as they were received.
func (g *wide) orderRows(d *dice, f *fund) {
	slices.SortStableFunc(f.orders, func(a, b fundOrder) int {
		return cmp.Or(a.received.Compare(b.received), cmp.Compare(a.units, b.units))
	})
	for n, o := range f.orders {
		code := id("ORD-"+strings.TrimPrefix(f.id, "FND-")+"-", int64(n+1), 4)
		g.row("unit_orders", audit.Values{
			"order_id": code, "fund_id": f.id, "holder_id": id("H-", int64(d.between(2001, 2030)), 4), "kind": o.kind,
			"received_at": o.received.UTC().Format(time.RFC3339), "nav_day": dayText(f.days[o.nav]), "units": o.units.String(),
			"price": o.price.String() + "00", "amount": o.amount.String(), "currency": currency,
		})
		if o.procedure != "" {
			g.plant(o.procedure, code, "%s", o.what)
		}
	}
}
