package demo

import (
	"context"
	"errors"
	"fmt"
)

// Above these sizes the payroll comes by the month instead of by the quarter,
// and the payments come as Parquet instead of CSV.
const (
	monthlyAbove = 100_000
	parquetAbove = 20_000
)

// batchSize is how many payments Meridian hands to the bank at once.
const batchSize = 5_000

// payroll writes the year's lines with the payments that settle them.
type payroll struct {
	*world
	before              []cents // pay accumulated in the year, by employee
	person, draw, extra *dice
	lines, payments     *table // the files being written
	batches, sent       *table
	lineFiles, payFiles []string
	group               string // of the files being written
	lineRows, payRows   int64
	sum                 totals
	paid                cents
	batch               batch
	again               []payment // of the run, released a day later
	batchCount, sentSum int64
}

// totals are the control totals of the lines.
type totals struct{ gross, pretax, federal, state, security, medicare, deductions, net cents }

// payment is one instruction to the bank.
type payment struct {
	n, run   int
	id       string
	amount   cents
	released string
	status   string
}

func (w *world) writePayroll(ctx context.Context) error {
	p := &payroll{world: w, before: make([]cents, w.People), person: newDice(), draw: newDice(), extra: newDice()}
	var err error
	if p.batches, err = w.create("payment_batches.csv", w.columns("payment_batches")); err != nil {
		return err
	}
	if p.sent, err = w.create("transmissions.csv", w.columns("transmissions")); err != nil {
		return errors.Join(err, p.batches.close())
	}
	for n := range runsAYear {
		if err := p.run(ctx, n); err != nil {
			p.abandon()
			return fmt.Errorf("payroll run %d: %w", n+1, err)
		}
		w.progress("payroll lines", p.lineRows, int64(w.People)*runsAYear)
	}
	if err := errors.Join(p.rotate(ctx, ""), p.batches.close(), p.sent.close()); err != nil {
		return err
	}
	p.recordAll()
	return nil
}

// abandon closes what is open after an error that is reported already.
func (p *payroll) abandon() {
	for _, t := range []*table{p.lines, p.payments, p.batches, p.sent} {
		if t != nil {
			t.file.Close()
		}
	}
}

// run writes one run: every employee in it, then what was paid a day later.
func (p *payroll) run(ctx context.Context, n int) error {
	if err := p.rotate(ctx, p.groupOf(n)); err != nil {
		return err
	}
	for i := range p.People {
		if i%100_000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := p.employee(i, n); err != nil {
			return err
		}
	}
	if err := p.endBatch(); err != nil {
		return err
	}
	if err := p.bills(n); err != nil {
		return err
	}
	for _, pay := range p.again {
		if err := p.pay(pay); err != nil {
			return err
		}
	}
	p.again = p.again[:0]
	return p.endBatch()
}

func (p *payroll) employee(i, run int) error {
	e := p.world.employee(p.person, i)
	if !e.paidIn(run) {
		return nil
	}
	l := p.correct(p.draw, e, run, p.before[i])
	if kind, planted := p.plan.lines[spot{i, run}]; planted {
		l = p.flawed(e, l, kind, p.before[i])
	}
	p.before[i] += l.wages()
	if err := p.write(e, run, l); err != nil {
		return err
	}
	return p.settle(i, run, l.net)
}

func (p *payroll) write(e employee, run int, l line) error {
	p.sum.add(l)
	p.lineRows++
	r := &p.calendar.runs[run]
	t := p.lines
	t.row = append(appendID(appendID(t.row, "L", int64(run+1), 2), "", int64(e.n), 7), ',')
	t.id("RUN-2025-", int64(run+1), 2).id("C", int64(e.n/clientSize), 5).id("E", int64(e.n), 7)
	t.text(r.fromText).text(r.toText).text(r.payText)
	t.text(jurisdictions[e.jurisdiction]).text(statuses[e.status]).text("biweekly").text(currency)
	t.exact(l.regular).exact(l.overtime).money(l.salary).money(l.other)
	t.money(l.gross).money(l.pretax).money(l.federal).money(l.state).money(l.security).money(l.medicare)
	return t.money(l.deductions).money(l.net).end()
}

func (t *totals) add(l line) {
	t.gross += l.gross
	t.pretax += l.pretax
	t.federal += l.federal
	t.state += l.state
	t.security += l.security
	t.medicare += l.medicare
	t.deductions += l.deductions
	t.net += l.net
}

// settle pays a line, now and again if the bank returned the payment or if the
// payment is planted to be made twice.
func (p *payroll) settle(n, run int, net cents) error {
	r := &p.calendar.runs[run]
	pay := payment{n: n, run: run, amount: net, released: r.releasedText, status: "sent"}
	twice := p.plan.twice[spot{n, run}]
	if p.extra.of(p.Seed, dicePayment, n*runsAYear+run).chance(1) && !p.plan.used[n] {
		if _, changed := p.bankChange(p.extra, n); !changed {
			pay.status = "returned"
		}
	}
	if twice || pay.status == "returned" {
		p.again = append(p.again, payment{n: n, run: run, id: repeatedID(n, run), amount: net, released: r.againText, status: "sent"})
	}
	return p.pay(pay)
}

// pay writes a payment into the batch; a full batch is closed.
func (p *payroll) pay(pay payment) error {
	r := &p.calendar.runs[pay.run]
	generation := 0
	if b, changed := p.bankChange(p.extra, pay.n); changed && b.changed.Before(r.released) && !p.backAgain(pay) {
		generation = 1
	}
	p.batch.take(p, pay)
	p.paid += pay.amount
	p.payRows++
	t := p.payments
	if pay.id == "" {
		t.row = append(appendID(appendID(t.row, "PY", int64(pay.run+1), 2), "", int64(pay.n), 7), ',')
	} else {
		t.text(pay.id)
	}
	t.id("B", p.batch.number, 7).id("C", int64(pay.n/clientSize), 5).id("E", int64(pay.n), 7)
	t.row = append(appendID(appendID(t.row, "L", int64(pay.run+1), 2), "", int64(pay.n), 7), ',')
	t.text(r.payText).text(pay.released).money(pay.amount).text(currency)
	if err := t.text(accountText(p.bankAccount(pay.n, generation))).text(pay.status).end(); err != nil {
		return err
	}
	if p.batch.count == batchSize {
		return p.endBatch()
	}
	return nil
}

// groupOf names the files that hold a run.
func (p *payroll) groupOf(run int) string {
	month := int64(p.calendar.runs[run].pay.Month())
	if p.People > monthlyAbove {
		return id("2025-", month, 2)
	}
	return id("2025-q", (month+2)/3, 1)
}

// rotate ends the files of the last group and begins those of the next.
func (p *payroll) rotate(ctx context.Context, group string) error {
	if group == p.group {
		return nil
	}
	if p.lines != nil {
		if err := p.endFiles(ctx); err != nil {
			return err
		}
	}
	p.group = group
	if group == "" {
		return nil
	}
	var err error
	if p.lines, err = p.create("payroll/"+group+".csv", p.columns("payroll_lines")); err != nil {
		return err
	}
	p.payments, err = p.create("payments/"+group+".csv", p.columns("payments"))
	return err
}

func (p *payroll) endFiles(ctx context.Context) error {
	p.lineFiles = append(p.lineFiles, "payroll/"+p.group+".parquet")
	if err := p.parquet(ctx, p.lines, "payroll_lines"); err != nil {
		return err
	}
	if p.People <= parquetAbove {
		p.payFiles = append(p.payFiles, "payments/"+p.group+".csv")
		return p.payments.close()
	}
	p.payFiles = append(p.payFiles, "payments/"+p.group+".parquet")
	return p.parquet(ctx, p.payments, "payments")
}
