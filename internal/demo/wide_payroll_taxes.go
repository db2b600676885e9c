package demo

import (
	"time"

	"tickmark/internal/audit"
)

// taxForms are the returns of each quarter, by jurisdiction.
var taxForms = []string{"941", "NYS-45", "NJ-927", "PA-W3", ""}

// stated is the tax of the year by client, jurisdiction and quarter.
type stated [][5][4]cents

func quarterOf(day time.Time) int { return (int(day.Month()) - 1) / 3 }

// owed is one liability with its deposit.
type owed struct {
	id       string
	amount   cents
	last     time.Time // the last day for its deposit
	made     time.Time
	untimely bool
	short    cents
	bounced  bool
}

// liabilities gives the taxes owed, their deposits and the returns.
func (g *wide) liabilities(d *dice, r register) {
	g.from("tax_liabilities", "Tax engine", "Every liability from runs with a pay date from 2025-01-01 to 2025-12-31, all jurisdictions, corrections included")
	g.from("tax_deposits", "Tax engine, confirmations of the authorities", "Every deposit made or attempted from 2025-01-01 to 2025-12-31, rejected ones included")
	order, sums := d.Perm(runsAYear-2), make(stated, g.clients())
	for run := range runsAYear {
		for client := range r[run] {
			for j, withheld := range r[run][client].withheld {
				if withheld == 0 {
					continue
				}
				employer := cents(0)
				if j == 0 {
					employer = r[run][client].employer
				}
				switch {
				case client == 0 && j == 0 && run == order[0]:
					withheld -= 90_00
					g.plant("tax-liability-tie", runID(run), "federal liability of client %s recorded 90.00 lower than the taxes withheld", clientID(0))
				case client == 0 && j == g.state(r, run) && run == order[1]:
					g.plant("tax-liability-tie", runID(run), "no liability of client %s in %s is recorded", clientID(0), jurisdictions[j])
					continue
				}
				sums[client][j][quarterOf(g.calendar.runs[run].pay)] += withheld + employer
				o := g.liability(run, client, j, withheld, employer)
				if client == 1 && j == 0 {
					g.misdeposit(&o, run, order)
				}
				g.deposit(d, o)
			}
		}
	}
	g.returns(d, sums)
}

// state is the first state to which the first client owes taxes of the run.
func (g *wide) state(r register, run int) int {
	for j := 1; j < len(jurisdictions); j++ {
		if r[run][0].withheld[j] > 0 {
			return j
		}
	}
	return 0
}

// liability gives one. Federal taxes are due on the Wednesday after the pay
// date, those of states on the 15th of the month after it.
func (g *wide) liability(run, client, j int, withheld, employer cents) owed {
	pay := g.calendar.runs[run].pay
	due := pay.AddDate(0, 0, 5)
	if j > 0 {
		due = g.date(int(pay.Month())+1, 15)
	}
	key := id(id("TL-", int64(run+1), 2)+"-", int64(client), 5) + "-" + jurisdictions[j]
	g.row("tax_liabilities", audit.Values{
		"liability_id": key, "client_id": clientID(client * clientSize), "run_id": runID(run), "jurisdiction": jurisdictions[j],
		"pay_date": dayText(pay), "withheld": withheld.String(), "employer_amount": employer.String(), "currency": currency, "due_on": dayText(due),
	})
	return owed{id: key, amount: withheld + employer, last: g.openDay(due), made: g.later(pay, 1)}
}

// misdeposit lets the deposit of one liability go wrong where that is planned.
func (g *wide) misdeposit(o *owed, run int, order []int) {
	const procedure = "tax-deposit-timely"
	switch run {
	case order[2]:
		o.untimely = true
		g.plant(procedure, o.id, "deposited two business days after the last day")
	case order[3]:
		o.short = 250_00
		g.plant(procedure, o.id, "deposited 250.00 less than what was owed")
	case order[4]:
		o.untimely, o.bounced = true, true
		g.plant(procedure, o.id, "the deposit was rejected for a wrong account and repeated two business days after the last day")
	}
}

// deposit gives what was deposited of a liability in the year: on the last day,
// or soon after the pay date.
func (g *wide) deposit(d *dice, o owed) {
	if o.last.Year() > year {
		return
	}
	if d.chance(400) {
		o.made = o.last
	}
	row := func(suffix, status string, made time.Time) {
		v := audit.Values{
			"deposit_id": "TD" + o.id[2:] + suffix, "liability_id": o.id, "deposited_on": dayText(made),
			"amount": (o.amount - o.short).String(), "currency": currency, "status": status,
		}
		if status == "accepted" {
			v["confirmation"] = hexID(scatter(d.Uint64()), 10)
		}
		g.row("tax_deposits", v)
	}
	if o.bounced {
		row("R", "rejected", o.last)
	}
	if o.untimely {
		o.made = g.later(o.last, 2)
	}
	row("", "accepted", o.made)
}

// returns gives the quarterly returns of the liabilities of the first three
// quarters; those of the fourth are due in the next year.
func (g *wide) returns(d *dice, sums stated) {
	g.from("tax_returns", "Tax engine, filing calendar", "Every return for pay dates from 2025-01-01 on that is due by 2025-12-31, those not yet filed included")
	order := d.Perm(3)
	for quarter := range 3 {
		first := g.date(3*quarter+1, 1)
		due := g.date(3*quarter+5, 0)
		for client := range sums {
			for j, form := range taxForms {
				sum := sums[client][j][quarter]
				if sum == 0 {
					continue
				}
				key := id(id("TR25Q", int64(quarter+1), 1)+"-", int64(client), 5) + "-" + form
				row := audit.Values{
					"return_id": key, "client_id": clientID(client * clientSize), "jurisdiction": jurisdictions[j], "form": form,
					"covers_from": dayText(first), "covers_to": dayText(first.AddDate(0, 3, -1)), "due_on": dayText(due),
					"filed_at": g.moment(due.AddDate(0, 0, -d.between(1, 12)), d.between(10, 16), d.IntN(60)),
					"status":   "accepted", "liability": sum.String(), "currency": currency,
				}
				if j == 0 && client < 3 && order[client] == quarter {
					g.misfile(row, client, due, sum)
				}
				g.row("tax_returns", row)
			}
		}
	}
}

// misfile makes a return wrong, in another way for each client.
func (g *wide) misfile(row audit.Values, way int, due time.Time, sum cents) {
	const procedure = "tax-return-filed"
	switch way {
	case 0:
		row["filed_at"] = g.moment(g.later(due, 1), 9, 40)
		g.plant(procedure, row["return_id"], "filed on the business day after the last day")
	case 1:
		row["liability"] = (sum + 1_000_00).String()
		g.plant(procedure, row["return_id"], "states 1000.00 more tax than the liabilities of the quarter")
	case 2:
		row["status"] = "rejected"
		g.plant(procedure, row["return_id"], "the authority rejected it and it was not filed again")
	}
}
