package demo

import "tickmark/internal/audit"

// payrollDice is the first of the dice for what stands around the payroll year,
// one for each subject.
const payrollDice = 2 << 40

// shown is how many clients the samples of input and output are of.
const shown = 3

// widePayroll gives what stands around the payroll year: inputs, jobs, outputs,
// employments, approvals and taxes.
func (g *wide) widePayroll() {
	r := g.register()
	for n, subject := range []func(*dice, register){g.inputs, g.jobs, g.outputs, g.employments, g.approvals, g.liabilities} {
		subject(newDice().of(g.Seed, diceWide, payrollDice+n), r)
	}
	for _, c := range payrollControls {
		g.control(c)
	}
}

// register is what each run of the year came to, by client.
type register [runsAYear][]registered

type registered struct {
	lines    int
	net      cents
	withheld [5]cents // by jurisdiction
	employer cents    // the client's own share of federal taxes
}

// register adds up the lines as they were recorded, flaws included.
func (g *wide) register() register {
	var all register
	for run := range all {
		all[run] = make([]registered, g.clients())
	}
	person, draw := newDice(), newDice()
	for n := range g.People {
		e := g.employee(person, n)
		var before cents
		for run := e.first; run <= e.last; run++ {
			l := g.correct(draw, e, run, before)
			if kind, planted := g.plan.lines[spot{n, run}]; planted {
				l = g.flawed(e, l, kind, before)
			}
			before += l.wages()
			all[run][n/clientSize].add(e, l)
		}
	}
	return all
}

func (r *registered) add(e employee, l line) {
	r.lines++
	r.net += l.net
	r.withheld[0] += l.federal + l.security + l.medicare
	r.withheld[e.jurisdiction] += l.state
	r.employer += l.security + medicareRate.of(l.wages())
}

func runID(run int) string { return id("RUN-2025-", int64(run+1), 2) }

var payrollControls = []audit.Control{
	{
		Code: "WP-01", Title: "Control totals of input",
		Text: "For every batch of hours and one-time payments the portal compares the client's count, sum and hash total with the records accepted and rejected, and lists each rejected record. The specialist of the client has every rejected record corrected or withdrawn within five business days; the portal keeps the totals, the resolution and who resolved it.",
		Kind: "preventive", Automation: "it-dependent", Frequency: "per-payroll", Owner: "Head of Payroll Operations",
		Criteria: []string{"PI1.2"}, Objectives: []string{"CO-2"}, Procedures: []string{"input-control-totals", "input-rejects-resolved"},
	},
	{
		Code: "WP-02", Title: "Completeness of jobs",
		Text: "The operator on duty compares the runs of the scheduler every morning with the approved schedule, starts what did not run, and repeats or resolves each failed run within twenty-four hours. The scheduler keeps every run with its outcome and the ticket under which a failure was handled.",
		Kind: "detective", Automation: "it-dependent", Frequency: "daily", Owner: "Head of Payroll Operations",
		Criteria: []string{"PI1.3", "CC7.2", "CC7.4"}, Objectives: []string{"CO-8"}, Procedures: []string{"job-completeness", "job-failure-resolved"},
	},
	{
		Code: "WP-03", Title: "Delivery of output",
		Text: "The portal delivers registers and tax summaries only to the recipients whom the client authorized for them on that day, and compares the records and the sum delivered with those that the run had ready. Client Services follows up each difference the same day; the delivery log keeps recipient, totals and outcome.",
		Kind: "preventive", Automation: "automated", Frequency: "per-payroll", Owner: "Head of Client Services",
		Criteria: []string{"PI1.3", "PI1.4", "CC6.7", "P6.1"}, Objectives: []string{"CO-5"}, Procedures: []string{"output-not-entitled", "output-totals-differ"},
	},
	{
		Code: "WP-04", Title: "Review of changed accounts",
		Text: "Before a batch is released the Head of Treasury has the gateway list its payments to accounts that a user of Treasury entered, that other payees have as well, or that a payee had for one payment only. A senior payments analyst clears each with the client; the signed list stays with the batch.",
		Kind: "detective", Automation: "it-dependent", Frequency: "per-payroll", Owner: "Head of Treasury",
		Criteria: []string{"CC5.1"}, Objectives: []string{"CO-1", "CO-4"}, Procedures: []string{"payee-payment-segregation", "payments-bank-change-reverted", "payments-shared-account"},
	},
	{
		Code: "WP-05", Title: "Invoices paid once",
		Text: "When an invoice of a benefit carrier is entered the gateway compares payee, amount and number, without punctuation and leading zeros, with all invoices of the twelve months before, and holds what is alike. A payments analyst clears each held invoice with the carrier and notes why in the gateway.",
		Kind: "preventive", Automation: "automated", Frequency: "event-driven", Owner: "Head of Treasury",
		Objectives: []string{"CO-4"}, Procedures: []string{"payments-invoice-repeated"},
	},
	{
		Code: "WP-06", Title: "Confirmation of employments",
		Text: "After each run the portal compares its lines with the employments that the client's own human resources system reports. A payroll specialist asks the client about each line without an employment before the payments are released; the report with the answers is filed with the run.",
		Kind: "detective", Automation: "it-dependent", Frequency: "per-payroll", Owner: "Head of Payroll Operations",
		Criteria: []string{"PI1.3"}, Objectives: []string{"CO-1", "CO-4"}, Procedures: []string{"payroll-ghost-payee"},
	},
	{
		Code: "WP-07", Title: "Approval of runs",
		Text: "A payroll specialist starts each run, and another one who changed nothing that it uses compares its totals with the run before and approves it in the payroll engine before its payments are released. The engine keeps both names and the instant of approval.",
		Kind: "preventive", Automation: "it-dependent", Frequency: "per-payroll", Owner: "Head of Payroll Operations",
		Criteria: []string{"CC5.1", "PI1.3"}, Objectives: []string{"CO-1", "CO-4"}, Procedures: []string{"payroll-run-segregation"},
	},
	{
		Code: "WP-08", Title: "Tax liabilities and deposits",
		Text: "After each run a tax analyst compares the taxes withheld, by client and jurisdiction, with the liabilities that the tax engine recorded, and releases the deposits so that they settle by the due day. A senior tax analyst reviews rejected deposits every day; the tax engine keeps the confirmations of the authorities.",
		Kind: "detective", Automation: "it-dependent", Frequency: "per-payroll", Owner: "Head of Tax",
		Criteria: []string{"PI1.3", "PI1.4"}, Objectives: []string{"CO-5"}, Procedures: []string{"tax-deposit-timely", "tax-liability-tie"},
	},
	{
		Code: "WP-09", Title: "Tax returns",
		Text: "Every quarter a senior tax analyst compares the tax that each return states with the liabilities of the quarter, files the return by its due day, and follows it up until the authority has accepted it. The filing calendar keeps the instant of filing and the answer.",
		Kind: "detective", Automation: "it-dependent", Frequency: "quarterly", Owner: "Head of Tax",
		Criteria: []string{"PI1.4"}, Objectives: []string{"CO-5"}, Procedures: []string{"tax-return-filed"},
	},
}
