package demo

import (
	"strconv"
	"time"

	"tickmark/internal/audit"
)

// batch is payments that go to the bank together.
type batch struct {
	number   int64
	run      int
	count    int64
	amount   cents
	released string
}

// take adds a payment, to a new batch if none is open.
func (b *batch) take(p *payroll, pay payment) {
	if b.count == 0 {
		p.batchCount++
		*b = batch{number: p.batchCount, run: pay.run, released: pay.released}
	}
	b.count++
	b.amount += pay.amount
}

// endBatch writes the batch and its transmission, and empties it.
func (p *payroll) endBatch() error {
	b := &p.batch
	if b.count == 0 {
		return nil
	}
	r := p.calendar.runs[b.run]
	number, treasury := id("B", b.number, 7), p.treasury()
	amount := b.amount.String()
	err := p.batches.texts(number, id("RUN-2025-", int64(b.run+1), 2), r.payText, treasury[0], treasury[1],
		b.released, strconv.FormatInt(b.count, 10), amount, currency, "released")
	if err != nil {
		return err
	}
	sent, err := time.Parse(time.RFC3339, b.released)
	if err != nil {
		return err
	}
	count := strconv.FormatInt(b.count, 10)
	err = p.sent.texts(id("TM", b.number, 7), "bank-ach", "outbound", strconv.FormatInt(b.number, 10), "Harbor National Bank",
		number, b.released, instantText(sent.Add(11*time.Minute)), count, count, amount, amount, currency,
		hexID(scatter(uint64(p.Seed)+scatter(uint64(b.number))), 16))
	p.sentSum += b.count
	b.count, b.amount = 0, 0
	return err
}

// treasury are the two who prepare and release batches.
func (w *world) treasury() [2]string {
	var ids []string
	for _, s := range w.staff {
		if s.department == "Treasury" && s.stable {
			ids = append(ids, s.id)
		}
	}
	return [2]string{ids[1], ids[0]}
}

// recordAll names what was written in the manifest, with the totals that the
// source systems report independently of the rows.
func (p *payroll) recordAll() {
	s, rows := p.sum, strconv.FormatInt(p.sentSum, 10)
	p.record(audit.Dataset{
		Population: "payroll_lines", Format: "parquet", Source: "Payroll engine, run register",
		Query: "Lines of every run with a pay date from 2025-01-01 to 2025-12-31, all clients, off-cycle runs included",
	}, p.lineRows, map[string]string{
		"gross": s.gross.String(), "pretax_deductions": s.pretax.String(), "federal_income_tax": s.federal.String(),
		"state_income_tax": s.state.String(), "social_security": s.security.String(), "medicare": s.medicare.String(),
		"other_deductions": s.deductions.String(), "net": s.net.String(),
	}, p.lineFiles...)
	format := "csv"
	if p.People > parquetAbove {
		format = "parquet"
	}
	p.record(audit.Dataset{
		Population: "payments", Format: format, Source: "Payments gateway",
		Query: "Every instruction released from 2025-01-01 to 2025-12-31, any status, returned and reversed ones included",
	}, p.payRows, map[string]string{"amount": p.paid.String()}, p.payFiles...)
	p.record(audit.Dataset{
		Population: "payment_batches", Format: "csv", Source: "Payments gateway",
		Query: "Every batch released from 2025-01-01 to 2025-12-31, any status",
	}, p.batches.rows, map[string]string{"payment_count": rows, "total_amount": p.paid.String()}, "payment_batches.csv")
	p.record(audit.Dataset{
		Population: "transmissions", Format: "csv", Source: "File transfer log",
		Query: "Every file of channel bank-ach from 2025-01-01 to 2025-12-31, repeated and rejected files included",
	}, p.sent.rows, map[string]string{
		"records_sent": rows, "records_received": rows, "amount_sent": p.paid.String(), "amount_received": p.paid.String(),
	}, "transmissions.csv")
}
