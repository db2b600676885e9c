package demo

import "time"

// detour is how the bank details of an employee change in the wide sample.
type detour struct {
	kind detourKind
	run  int // the first run that is paid to the new account
	with int // employee whose second account is the new one
}

type detourKind int

const (
	detourBack  detourKind = iota + 1 // changed back after the payment
	detourOwn                         // entered by the one who releases the batches
	detourJoint                       // to an account that another payee has, too
)

// The procedures over payments whose exceptions only the wide sample plants.
const (
	changedBack   = "payments-bank-change-reverted"
	ownChange     = "payee-payment-segregation"
	sharedAccount = "payments-shared-account"
	billedTwice   = "payments-invoice-repeated"
)

// plantDetours lets payments of the wide sample follow odd changes of bank
// details, and repeats invoices. Each change but those taken back is made before
// the last run, so that one payment follows it.
func (w *world) plantDetours(d *dice) error {
	if !w.Wide {
		return nil
	}
	w.plan.detours, w.plan.rebilled = map[int]detour{}, map[int]rebilled{}
	last := runsAYear - 1
	for i := range 2 {
		n, err := w.detour(d, detourBack, d.between(6, 20), -1)
		if err != nil {
			return err
		}
		w.expect(changedBack, i, paymentID(n, w.plan.detours[n].run), "paid to an account that was entered three days before and taken back five days after")
	}
	for i := range 2 {
		n, err := w.detour(d, detourOwn, last, -1)
		if err != nil {
			return err
		}
		w.expect(ownChange, i, paymentID(n, last), "the new account was entered by the worker of Treasury who released the batch")
	}
	one, err := w.detour(d, detourJoint, last, -1)
	if err != nil {
		return err
	}
	other, err := w.detour(d, detourJoint, last, one)
	if err != nil {
		return err
	}
	w.expect(sharedAccount, 0, paymentID(one, last), "paid to an account that %s was paid to, too", employeeID(other))
	w.expect(sharedAccount, 1, paymentID(other, last), "paid to an account that %s was paid to, too", employeeID(one))
	w.plantBills(d)
	return nil
}

// detour finds an employee to whom nothing else happens; with is one whose
// account is taken, or -1.
func (w *world) detour(d *dice, kind detourKind, run, with int) (int, error) {
	other := newDice()
	n, err := find(d, w.People, func(n int) bool {
		_, changed := w.bankChange(other, n)
		e := w.employee(other, n)
		return !w.plan.used[n] && !changed && e.paidIn(run) && e.first < run
	})
	if with < 0 {
		with = n
	}
	w.plan.used[n] = true
	w.plan.detours[n] = detour{kind, run, with}
	return n, err
}

// detoured is the change of bank details of a detour: verified the same day.
func (w *world) detoured(n int, t detour) bankChange {
	changed := w.calendar.at(w.calendar.runs[t.run].released.AddDate(0, 0, -3), 10, n%60)
	b := bankChange{n: n, channel: "self-service", changed: changed, verified: changed.Add(2 * time.Hour)}
	if t.kind == detourOwn {
		b.channel = "client"
	}
	return b
}

// takenBack is the change that ends a detour.
func (w *world) takenBack(t *table, n, verifier int) error {
	at := w.calendar.at(w.calendar.runs[w.plan.detours[n].run].released.AddDate(0, 0, 5), 10, n%60)
	return t.texts(id("BD", int64(n), 7), employeeID(n), clientID(n), instantText(at), "user-"+employeeID(n), "self-service",
		accountText(w.bankAccount(n, 1)), accountText(w.bankAccount(n, 0)), instantText(at.Add(2*time.Hour)), w.staff[verifier].id)
}

// backAgain reports whether a payment comes after a detour that ended.
func (w *world) backAgain(pay payment) bool {
	t := w.plan.detours[pay.n]
	return t.kind == detourBack && pay.run > t.run
}

// enteredBy is the worker who entered a change of bank details for a client. In
// the wide sample that is never one who prepares or releases batches, unless
// that is planted.
func (w *world) enteredBy(n int) string {
	by, treasury := w.staff[n%len(departments)], w.treasury()
	switch {
	case w.plan.detours[n].kind == detourOwn:
		return treasury[1]
	case w.Wide && by.department == "Treasury":
		return w.staff[(n+1)%len(departments)].id
	}
	return by.id
}

// rebilled is an invoice that is paid a second time.
type rebilled struct {
	run, nth int
	number   string // as it was entered the second time
}

// invoices is how many invoices of carriers are paid with each run.
const invoices = 3

// invoice is the nth invoice that is paid with a run on behalf of a client.
type invoice struct {
	payee, client, number string
	amount                cents
	account               uint64
}

// invoice makes one; no two have the same amount.
func (w *world) invoice(run, nth int) invoice {
	n := run*invoices + nth
	d := newDice().of(w.Seed, diceWide, -1-n)
	carrier := []string{"HB", "KD", "OV"}[nth]
	return invoice{
		payee: "carrier-" + carrier, client: clientID(n % w.clients() * clientSize),
		number: carrier + id("-2025-", int64(n+1), 4), amount: cents(d.between(900, 6_400)*100_0 + n),
		account: scatter(uint64(w.Seed)<<1 + uint64(nth) + 1<<60),
	}
}

// clients is how many clients Meridian has.
func (w *world) clients() int { return (w.People + clientSize - 1) / clientSize }

func (w *world) plantBills(d *dice) {
	for i := range 2 {
		again, first := 14+2*d.between(0, 4)+i, rebilled{run: d.between(1, 12), nth: i}
		number := w.invoice(first.run, i).number
		first.number = number[:2] + " 2025/" + number[8:]
		if i == 1 {
			first.number = number[:7] + "-" + number[9:] // a zero was left out
		}
		w.plan.rebilled[again] = first
		w.expect(billedTwice, i, invoiceID(again, invoices), "invoice %s was paid in run %d and again as %s", number, first.run+1, first.number)
	}
}

func invoiceID(run, nth int) string { return id(id("PV", int64(run+1), 2), int64(nth), 7) }

// bills pays the invoices of a run in the wide sample, in a batch of their own.
func (p *payroll) bills(run int) error {
	if !p.Wide {
		return nil
	}
	for nth := range invoices {
		if err := p.bill(run, nth, p.invoice(run, nth)); err != nil {
			return err
		}
	}
	if r, planted := p.plan.rebilled[run]; planted {
		again := p.invoice(r.run, r.nth)
		again.number = r.number
		if err := p.bill(run, invoices, again); err != nil {
			return err
		}
	}
	return p.endBatch()
}

func (p *payroll) bill(run, nth int, i invoice) error {
	r := &p.calendar.runs[run]
	p.batch.take(p, payment{run: run, amount: i.amount, released: r.releasedText})
	p.paid += i.amount
	p.payRows++
	t := p.payments
	t.text(invoiceID(run, nth)).id("B", p.batch.number, 7).text(i.client).text(i.payee).text("")
	t.text(r.payText).text(r.releasedText).money(i.amount).text(currency)
	return t.text(accountText(i.account)).text("sent").text(i.number).end()
}
