package demo

import "tickmark/internal/audit"

// employments gives what the clients report: who is employed from when to when.
func (g *wide) employments(d *dice, _ register) {
	g.from("employments", "Clients' human resources systems, monthly interface", "Every employment that lasted on any day from 2025-01-01 to 2025-12-31, ended ones included, as the clients reported it")
	person := newDice()
	leaver := g.employed(d, -1, func(e employee) bool { return e.last < runsAYear-1 })
	joiner := g.employed(d, leaver, func(e employee) bool { return e.first > 0 })
	for n := range g.People {
		e := g.employee(person, n)
		hired, left := g.calendar.working(d, g.calendar.day(2013, 1, 3), g.calendar.day(2024, 11, 20)), ""
		if e.first > 0 {
			hired = g.calendar.runs[e.first].from.AddDate(0, 0, d.between(0, 6))
		}
		if e.last < runsAYear-1 {
			left = dayText(g.calendar.runs[e.last].to.AddDate(0, 0, -d.between(0, 9)))
		}
		switch n {
		case leaver:
			left = dayText(g.calendar.runs[e.last].from.AddDate(0, 0, -12))
			g.plant("payroll-ghost-payee", lineID(n, e.last), "paid for a period that began twelve days after the last day that the client reports")
		case joiner:
			hired = g.calendar.runs[e.first].to.AddDate(0, 0, 1)
			g.plant("payroll-ghost-payee", lineID(n, e.first), "paid for the period before the first day that the client reports")
		}
		g.row("employments", audit.Values{
			"employment_id": id("EM", int64(n), 7), "client_id": clientID(n), "employee_id": employeeID(n),
			"hired_on": dayText(hired), "left_on": left,
		})
	}
}

// employed draws an employee to whom nothing else happens and who is not another
// one; one that fits, if there is any.
func (g *wide) employed(d *dice, but int, fits func(employee) bool) int {
	free := func(n int) bool { return n != but && !g.plan.used[n] }
	person := newDice()
	n, err := find(d, g.People, func(n int) bool { return free(n) && fits(g.employee(person, n)) })
	if err != nil {
		n, err = find(d, g.People, free)
	}
	if err != nil {
		g.faults = append(g.faults, err)
	}
	return n
}

// approvals gives the runs with who prepared and who approved them.
func (g *wide) approvals(d *dice, _ register) {
	g.from("payroll_runs", "Payroll engine, run register", "Every run with a pay date from 2025-01-01 to 2025-12-31, off-cycle, correction and reversal runs included")
	team, order := g.team("Payroll Operations"), d.Perm(runsAYear)
	for n, r := range g.calendar.runs {
		preparer, approver := pair(d, team)
		row := audit.Values{
			"run_id": runID(n), "pay_date": r.payText, "prepared_by": preparer, "approved_by": approver,
			"approved_at": g.moment(r.released.AddDate(0, 0, -1), d.between(14, 16), d.IntN(60)),
		}
		switch n {
		case order[0]:
			row["approved_by"] = preparer
			g.plant("payroll-run-segregation", runID(n), "approved by %s, who had prepared it", preparer)
		case order[1]:
			row["approved_by"], row["approved_at"] = "", ""
			g.plant("payroll-run-segregation", runID(n), "released without an approval")
		}
		g.row("payroll_runs", row)
	}
}
