package demo

// plantLines spoils payroll lines, each kind of flaw in turn.
func (w *world) plantLines(d *dice) error {
	fits := map[flaw]func(n int) (int, bool){
		flawRate: w.fitsRate, flawFederal: w.fitsFederal, flawSecurity: w.fitsSecurity, flawNet: w.fitsNet,
	}
	what := map[flaw]string{
		flawRate:     "paid at the rate that had been superseded",
		flawFederal:  "federal income tax of a single filer withheld from a married one",
		flawSecurity: "social security withheld beyond the wage base of the year",
		flawNet:      "deductions after tax taken twice",
	}
	for i := range w.more(4) {
		kind := flaw(i%4 + 1)
		at := 0
		n, err := find(d, w.People, func(n int) (ok bool) {
			if !w.plan.used[n] {
				at, ok = fits[kind](n)
			}
			return ok
		})
		if err != nil {
			return err
		}
		w.plan.used[n] = true
		w.plan.lines[spot{n, at}] = kind
		w.expect(grossToNet, i, lineID(n, at), "%s", what[kind])
	}
	return nil
}

// fitsRate wants a raise in the year, and no pay near a limit of the year: the
// wrong gross of one line must not move what is due on later ones.
func (w *world) fitsRate(n int) (int, bool) {
	e := w.employee(newDice(), n)
	return e.raise, e.raise > 0 && e.paidIn(e.raise) && e.first < e.raise
}

func (w *world) fitsFederal(n int) (int, bool) {
	d := newDice()
	e := w.employee(d, n)
	run := e.first + 2
	l := w.correct(d, e, run, 0)
	return run, e.status == married && !isExecutive(n) && e.paidIn(run) &&
		w.taxes.incomeTax(0, single, l.wages()) > l.federal+100
}

// fitsSecurity wants the first run in which nothing is due any more.
func (w *world) fitsSecurity(n int) (int, bool) {
	if !isExecutive(n) {
		return 0, false
	}
	d := newDice()
	e := w.employee(d, n)
	var before cents
	for run := range runsAYear {
		l := w.correct(d, e, run, before)
		if before >= securityCap {
			return run, true
		}
		before += l.wages()
	}
	return 0, false
}

func (w *world) fitsNet(n int) (int, bool) {
	e := w.employee(newDice(), n)
	run := e.last - 1
	return run, e.deductions > 0 && e.paidIn(run) && !isExecutive(n)
}

// flawed is the line as it was recorded.
func (w *world) flawed(e employee, l line, kind flaw, before cents) line {
	switch kind {
	case flawRate:
		return w.computed(e, l, e.rate, before)
	case flawFederal:
		l.federal = w.taxes.incomeTax(0, single, l.wages())
	case flawSecurity:
		l.security = securityRate.of(l.wages())
	case flawNet:
		l.net = l.remainder() - l.deductions
		return l
	}
	l.net = l.remainder()
	return l
}

// plantPayments repeats some payments, and lets some be made after a change of
// bank details that nobody verified.
func (w *world) plantPayments(d *dice) error {
	other := newDice()
	for i := range 2 * w.more(2) {
		run := d.between(6, runsAYear-4)
		n, err := find(d, w.People, func(n int) bool {
			_, changed := w.bankChange(other, n)
			e := w.employee(other, n)
			return !w.plan.used[n] && !changed && e.paidIn(run) && e.first < run
		})
		if err != nil {
			return err
		}
		w.plan.used[n] = true
		if i%2 == 0 {
			w.plan.twice[spot{n, run}] = true
			w.expect(paidTwice, i/2, repeatedID(n, run), "repeats %s", paymentID(n, run))
			continue
		}
		w.plan.unverified[n] = run
		w.expect(bankChanged, i/2, paymentID(n, run), "released three days after bank change %s, which nobody verified", bankChangeID(n))
	}
	return nil
}
