package demo

import (
	"fmt"
	"time"

	"tickmark/internal/audit"
)

// tier is one step of a price: up to a number of units, each at a price.
type tier struct {
	upTo  int64 // 0 is without limit
	price tenThousandths
}

// tariff is what a contract grants for a service from one day on.
type tariff struct {
	contract, service, tiering string
	from                       time.Time
	least, most                cents
	prorated                   bool
	tiers                      []tier
}

// invoiceLine is one charge for a month.
type invoiceLine struct {
	tariff   tariff
	client   int
	month    int
	first    int // day of the month on which service began
	quantity int64
}

// invoiced is an invoice that can be credited.
type invoiced struct {
	code, client string
	issued       time.Time
	amount       cents // of its first line
}

const (
	billedClients = 6
	lateClient    = 4 // whose service began in the middle of a month
	raisedClient  = 2 // whose prices were renewed in July

	processing = "Payroll processing"
	portal     = "Client portal"
)

func customerID(n int) string { return id("CL-", int64(n+1), 4) }

// charges gives contracts' prices and the invoices of the year.
func (g *wide) charges(d *dice) {
	g.from("contract_prices", "Contracts as signed, with amendments", "Every tier of every price in force on any day of 2025, superseded prices included")
	g.from("invoice_lines", "Billing system, invoice register", "Every line of every invoice dated in 2025, cancelled invoices included")
	g.from("numbered_documents", "Billing system, register of numbers", "Every invoice and credit note issued in 2025, void ones included; counters noted on 2025-12-31")
	for client := range billedClients {
		for _, t := range g.tariffs(client) {
			g.tiers(t)
		}
	}
	var invoices []invoiced
	gap, number := d.between(20, 45), 0
	for month := 1; month <= 11; month++ {
		for client := range billedClients {
			if client == lateClient && month < 3 {
				continue
			}
			number++
			if number == gap {
				number++
				g.plant("sequence-complete", id("INV-2025-", int64(number), 4), "invoice number %d was given to no document", gap)
			}
			invoice := id("INV-2025-", int64(number), 4)
			issued := g.later(g.date(month+1, 1).AddDate(0, 0, -1), 2)
			g.numbered("invoices", invoice, number, issued, "issued")
			amount := g.invoice(d, client, month, invoice, issued)
			invoices = append(invoices, invoiced{invoice, customerID(client), issued, amount})
		}
	}
	g.credits(d, invoices)
}

// numbered adds a document of a series.
func (g *wide) numbered(series, code string, number int, issued time.Time, status string) {
	g.row("numbered_documents", audit.Values{
		"document_id": code, "series": series, "number": fmt.Sprint(number), "status": status,
		"issued_at": g.moment(issued, 9+number/60, number%60),
	})
}

// tariffs are the prices of a client.
func (g *wide) tariffs(client int) []tariff {
	contract, start := id("CT-", int64(client+101), 4), g.calendar.day(2024, 1, 1)
	if client == lateClient {
		start = g.date(3, 17)
	}
	pay := tariff{
		contract: contract, service: processing, tiering: "graduated", from: start, least: 180_00, prorated: true,
		tiers: []tier{{100, 6_2500}, {400, 5_4000}, {0, 4_1500 + tenThousandths(client)*500}},
	}
	if client%2 == 1 {
		pay.tiering, pay.most = "volume", 2_700_00
	}
	list := []tariff{pay, {
		contract: contract, service: portal, tiering: "graduated", from: start, prorated: true, tiers: []tier{{0, 95_0000 + tenThousandths(client)*10_0000}},
	}}
	if client == raisedClient {
		renewed := pay
		renewed.from, renewed.tiers = g.date(7, 1), []tier{{100, 6_0000}, {400, 5_1000}, {0, 3_9000}}
		list = append(list, renewed)
	}
	return list
}

// tiers adds a price to the record of contracts.
func (g *wide) tiers(t tariff) {
	from := int64(0)
	for _, step := range t.tiers {
		row := audit.Values{
			"tier_id": id("TIER-", int64(len(g.rows["contract_prices"])+1), 3), "contract_id": t.contract, "service": t.service, "currency": currency,
			"tiering": t.tiering, "quantity_from": fmt.Sprint(from), "unit_price": step.price.String() + "00",
			"prorated": fmt.Sprint(t.prorated), "effective_from": dayText(t.from),
		}
		if step.upTo > 0 {
			row["quantity_to"] = fmt.Sprint(step.upTo)
		}
		if t.least > 0 {
			row["minimum_charge"] = t.least.String()
		}
		if t.most > 0 {
			row["maximum_charge"] = t.most.String()
		}
		from = step.upTo
		g.row("contract_prices", row)
	}
}

// inForce is the price of a service on a day.
func (g *wide) inForce(client int, service string, day time.Time) tariff {
	var last tariff
	for _, t := range g.tariffs(client) {
		if t.service == service && !t.from.After(day) {
			last = t
		}
	}
	return last
}

// invoice adds the lines of a client's month, and returns the amount of the first.
func (g *wide) invoice(d *dice, client, month int, invoice string, issued time.Time) cents {
	first := 1
	if client == lateClient && month == 3 {
		first = 17
	}
	day := g.date(month, first)
	line := invoiceLine{tariff: g.inForce(client, processing, day), client: client, month: month, first: first, quantity: int64(20 + 118*client + d.IntN(15))}
	amount, code := g.charge(line), invoice+"-1"
	switch right := amount; {
	case client == raisedClient && month == 8:
		former := line
		former.tariff = g.inForce(client, processing, g.date(6, 30))
		amount = g.charge(former)
		g.plant("fee-recomputation", code, "charged %s at the prices before 1 July; the contract grants %s", amount, right)
	case client == 5 && month == 5:
		amount += 48_00
		g.plant("fee-recomputation", code, "charged %s after an override by hand; the contract grants %s", amount, right)
	}
	g.invoiceLine(line, code, invoice, issued, amount)
	if month%3 == 0 {
		line.tariff, line.quantity = g.inForce(client, portal, day), 1
		g.invoiceLine(line, invoice+"-2", invoice, issued, g.charge(line))
	}
	return amount
}

// charge is quantity times price through tiers, limits and days.
func (g *wide) charge(l invoiceLine) cents {
	var exact, from int64 // ten-thousandths of a dollar
	for _, step := range l.tariff.tiers {
		upTo := l.quantity
		if step.upTo > 0 {
			upTo = min(upTo, step.upTo)
		}
		switch {
		case l.tariff.tiering == "volume" && l.quantity > from && l.quantity <= upTo:
			exact = l.quantity * int64(step.price)
		case l.tariff.tiering == "graduated" && upTo > from:
			exact += (upTo - from) * int64(step.price)
		}
		from = step.upTo
	}
	exact = max(exact, int64(l.tariff.least)*100)
	if l.tariff.most > 0 {
		exact = min(exact, int64(l.tariff.most)*100)
	}
	days := int64(g.date(l.month+1, 1).AddDate(0, 0, -1).Day())
	return cents(rounded(exact*(days-int64(l.first)+1), days*100))
}

func (g *wide) invoiceLine(l invoiceLine, code, invoice string, issued time.Time, amount cents) {
	last := dayText(g.date(l.month+1, 1).AddDate(0, 0, -1))
	g.row("invoice_lines", audit.Values{
		"line_id": code, "invoice_id": invoice, "invoiced_on": dayText(issued), "client_id": customerID(l.client), "contract_id": l.tariff.contract,
		"service": l.tariff.service, "quantity": fmt.Sprint(l.quantity), "billing_from": dayText(g.date(l.month, 1)), "billing_to": last,
		"service_from": dayText(g.date(l.month, l.first)), "service_to": last, "amount": amount.String(), "currency": currency,
	})
}
