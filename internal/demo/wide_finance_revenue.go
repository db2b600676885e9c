package demo

import (
	"time"

	"tickmark/internal/audit"
)

// project is a contract for one performance, with the revenue of each month.
type project struct {
	code, method string
	price        cents
	from, to     time.Time
	lines        []revenueLine
}

type revenueLine struct {
	from, to time.Time
	amount   cents
}

// The contracts whose schedules are wrong.
const (
	projectShifted = 3  // straight-line: revenue moved between two months
	projectShort   = 11 // milestones: a line is missing
	projectEarly   = 13 // milestones: recognized before delivery
)

// revenue gives implementation contracts with their schedules.
func (g *wide) revenue(d *dice) {
	g.from("contracts", "Contracts as signed", "Every contract with delivery on any day of 2025, terminated contracts included")
	g.from("revenue_schedules", "Revenue system, schedules", "Every line of the schedule of every contract with delivery on any day of 2025, from the first to the last")
	for n := range 20 {
		p := g.project(d, n)
		g.spoilProject(n, &p)
		g.row("contracts", audit.Values{
			"contract_id": p.code, "client_id": customerID(d.between(0, 29)), "price": p.price.String(), "currency": currency,
			"delivery_from": dayText(p.from), "delivery_to": dayText(p.to), "method": p.method,
		})
		for i, l := range p.lines {
			g.row("revenue_schedules", audit.Values{
				"line_id": p.code + id("-", int64(i+1), 2), "contract_id": p.code, "service_from": dayText(l.from), "service_to": dayText(l.to),
				"amount": l.amount.String(), "currency": currency,
			})
		}
	}
}

// project is delivered within the year; its lines end with the months.
func (g *wide) project(d *dice, n int) project {
	p := project{code: id("IMP-", int64(n+501), 4), method: "straight-line", price: cents(d.between(9_000_00, 140_000_00))}
	if n >= 10 && n%2 == 1 {
		p.method = "milestone"
	}
	p.from = g.date(1+n*8/20, d.between(3, 25))
	p.to = p.from.AddDate(0, d.between(3, 5), d.IntN(6))
	total, before := days(p.from, p.to), cents(0)
	for from := p.from; !from.After(p.to); {
		to := g.calendar.day(from.Year(), int(from.Month())+1, 1).AddDate(0, 0, -1)
		if to.After(p.to) {
			to = p.to
		}
		through := cents(rounded(int64(p.price)*days(p.from, to), total))
		p.lines = append(p.lines, revenueLine{from, to, through - before})
		before, from = through, to.AddDate(0, 0, 1)
	}
	if p.method == "milestone" {
		p.milestones()
	}
	return p
}

// days are those from the first to the last, both included.
func days(first, last time.Time) int64 { return int64(last.Sub(first).Hours()/24+0.5) + 1 }

// milestones moves half of the price to the last line.
func (p *project) milestones() {
	rest := p.price
	for i := range p.lines[:len(p.lines)-1] {
		p.lines[i].amount /= 2
		rest -= p.lines[i].amount
	}
	p.lines[len(p.lines)-1].amount = rest
}

func (g *wide) spoilProject(n int, p *project) {
	switch n {
	case projectShifted:
		p.lines[1].amount -= 1_250_00
		p.lines[2].amount += 1_250_00
		g.plant("revenue-straight-line", p.code+"-02", "1250.00 of its revenue is in the month after")
		g.plant("revenue-straight-line", p.code+"-03", "1250.00 of its revenue is of the month before")
	case projectShort:
		p.lines[len(p.lines)-1].amount -= 900_00
		g.plant("revenue-schedule", p.code, "the schedule is 900.00 short of the price after an amendment")
	case projectEarly:
		p.lines[0].from = p.lines[0].from.AddDate(0, 0, -12)
		g.plant("revenue-schedule", p.code, "revenue is recognized from twelve days before delivery begins")
	}
}
