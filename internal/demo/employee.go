package demo

// employee is somebody whom a client of Meridian pays.
type employee struct {
	n            int
	jurisdiction int // index of jurisdictions
	status       int // index of statuses
	first, last  int // first and last run with pay
	rate, raised tenThousandths
	raise        int // the run from which the raised rate holds; 0 for none
	salary       cents
	pretax       cents
	deductions   cents
}

// clientSize is how many employees a client of Meridian has.
const clientSize = 40

// executives are placed evenly, so that every size has some who reach the wage base.
func isExecutive(n int) bool { return n%50 == 17 }

// employee makes number n, always the same.
func (w *world) employee(d *dice, n int) employee {
	d.of(w.Seed, diceEmployee, n)
	e := employee{
		n: n, jurisdiction: 1 + d.IntN(len(jurisdictions)-1), status: d.IntN(len(statuses)), last: runsAYear - 1,
	}
	if d.chance(550) {
		e.pretax = cents(d.between(4_000, 30_000))
	}
	if d.chance(350) {
		e.deductions = cents(d.between(1_000, 12_000))
	}
	switch {
	case isExecutive(n):
		e.salary = cents(d.between(7_900, 15_000)) * 100
		return e
	case d.chance(570):
		e.rate = tenThousandths(d.between(1_700, 4_400)) * 100
		if d.chance(150) {
			e.rate += 25
		}
		if d.chance(300) {
			e.raise = d.between(3, runsAYear-4)
			e.raised = e.rate + tenThousandths(d.between(40, 250))*100
		}
	default:
		e.salary = cents(d.between(180_000, 620_000))
	}
	e.tenure(d)
	return e
}

// tenure lets some join after the first run of the year or leave before the last.
func (e *employee) tenure(d *dice) {
	switch roll := d.IntN(100); {
	case roll < 6:
		e.first = d.between(1, runsAYear-6)
	case roll < 11:
		e.last = d.between(5, runsAYear-2)
	}
}

func (e employee) hourly() bool { return e.rate > 0 }

// paidIn reports whether the employee has pay in the run.
func (e employee) paidIn(run int) bool { return e.first <= run && run <= e.last }

// rateIn is the hourly rate in force on the last day of the run's pay period.
func (e employee) rateIn(run int) tenThousandths {
	if e.raise > 0 && run >= e.raise {
		return e.raised
	}
	return e.rate
}

// line is the pay of an employee in a run.
type line struct {
	regular, overtime            tenThousandths
	salary, other, gross, pretax cents
	federal, state               cents
	security, medicare           cents
	deductions, net              cents
}

func (l line) wages() cents { return l.gross - l.pretax }

// worked draws what the client submitted for the run.
func (w *world) worked(d *dice, e employee, run int) line {
	d.of(w.Seed, diceLine, e.n*runsAYear+run)
	l := line{salary: e.salary, pretax: e.pretax, deductions: e.deductions}
	if e.hourly() {
		l.regular = tenThousandths(d.between(288, 320)) * 2500 // quarter hours
		if d.chance(350) {
			l.overtime = tenThousandths(d.between(1, 40)) * 2500
		}
	}
	if d.chance(30) {
		l.other = cents(d.between(5_000, 180_000))
	}
	return l
}

// computed fills in the pay: gross, taxes and net, after the pay accumulated in
// the year. Plants of the gross differ in the rate that was used.
func (w *world) computed(e employee, l line, rate tenThousandths, before cents) line {
	l.gross = cents(rounded(int64(2*l.regular+3*l.overtime)*int64(rate), 2_000_000)) + l.salary + l.other
	pay := l.wages()
	l.federal = w.taxes.incomeTax(0, e.status, pay)
	l.state = w.taxes.incomeTax(e.jurisdiction, e.status, pay)
	l.security, l.medicare = security(before, pay), medicare(before, pay)
	l.net = l.remainder()
	return l
}

func (l line) remainder() cents {
	return l.gross - l.pretax - l.federal - l.state - l.security - l.medicare - l.deductions
}

// correct is the line as it should be.
func (w *world) correct(d *dice, e employee, run int, before cents) line {
	return w.computed(e, w.worked(d, e, run), e.rateIn(run), before)
}

func lineID(n, run int) string     { return id(id("L", int64(run+1), 2), int64(n), 7) }
func employeeID(n int) string      { return id("E", int64(n), 7) }
func paymentID(n, run int) string  { return id(id("PY", int64(run+1), 2), int64(n), 7) }
func repeatedID(n, run int) string { return id(id("PZ", int64(run+1), 2), int64(n), 7) }
