package demo

import (
	"slices"
	"time"

	"tickmark/internal/audit"
)

// credits gives credits of invoices with their approvals, and numbers their notes.
func (g *wide) credits(d *dice, invoices []invoiced) {
	g.from("credit_memos", "Billing system, receivables", "Every credit, refund and write-off issued from 2025-01-01 to 2025-12-31 by anyone")
	accountants := g.team("Finance")
	repeated := d.between(15, 25)
	for n := range 42 {
		issuer, approver := pair(d, accountants)
		issued := g.openDay(g.date(2, 10).AddDate(0, 0, 7*n))
		of := credited(d, invoices, issued)
		code := id("CR-", int64(n+1), 4)
		row := audit.Values{
			"credit_id": code, "client_id": of.client, "invoice_id": of.code,
			"kind": one(d, []string{"credit", "credit", "refund", "write-off"}), "amount": cents(d.between(15_00, int(of.amount))).String(), "currency": currency,
			"issued_at": g.moment(issued, 9, n+1), "issued_by": issuer,
			"approved_at": g.moment(g.earlier(issued), d.between(10, 17), d.IntN(60)), "approved_by": approver,
		}
		g.spoilCredit(row, n, issued)
		g.row("credit_memos", row)
		g.creditNote(n, repeated, issued)
	}
}

// creditNote numbers the note of a credit; one number is used twice.
func (g *wide) creditNote(n, repeated int, issued time.Time) {
	number, status := n+1, "issued"
	if n >= repeated {
		number--
	}
	if n%13 == 7 {
		status = "void"
	}
	note := id("CN-2025-", int64(number), 4)
	if n == repeated {
		note += "-R"
		g.plant("sequence-complete", note, "number %d of the credit notes was used a second time", number)
	}
	g.numbered("credit notes", note, number, issued, status)
}

// credited draws an invoice that was issued before a day.
func credited(d *dice, invoices []invoiced, day time.Time) invoiced {
	before := slices.IndexFunc(invoices, func(v invoiced) bool { return !v.issued.Before(day) })
	if before < 0 {
		before = len(invoices)
	}
	return one(d, invoices[:before])
}

// earlier is the open day before a day.
func (g *wide) earlier(day time.Time) time.Time {
	for day = day.AddDate(0, 0, -1); !g.opens(day); {
		day = day.AddDate(0, 0, -1)
	}
	return day
}

func (g *wide) spoilCredit(row audit.Values, n int, issued time.Time) {
	switch n {
	case 8:
		row["approved_by"] = row["issued_by"]
		g.plant("credit-approval", row["credit_id"], "issued and approved by the same person")
	case 19:
		row["approved_at"] = g.moment(issued, 16, 20)
		g.plant("credit-approval", row["credit_id"], "approved some hours after it was issued")
	case 33:
		row["approved_at"], row["approved_by"] = "", ""
		g.plant("credit-approval", row["credit_id"], "a %s without approval", row["kind"])
	}
}
