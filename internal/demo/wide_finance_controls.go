package demo

import "tickmark/internal/audit"

// financeControls are the controls over other people's books.
var financeControls = []audit.Control{
	{
		Code: "WF-01", Title: "Cover and limits of claims",
		Text: "Before a claim line is paid the claims system compares the day of service with the cover that the plan sponsor reported, and what was paid to the member in the year with the limit of the benefit. It denies what is not covered or goes beyond; the decision and its reason stand on the line.",
		Kind: "preventive", Automation: "automated", Frequency: "many-times-a-day", Owner: "Head of Client Services",
		Criteria: []string{"PI1.3"}, Procedures: []string{"claim-eligibility", "claim-benefit-limit"},
	},
	{
		Code: "WF-02", Title: "Contracted rates of providers",
		Text: "A client service associate enters the rates of a signed provider contract in the claims system, and a second associate compares every rate and its first day with the contract. The system allows no more than units times the rate in force on the day of service.",
		Kind: "preventive", Automation: "it-dependent", Frequency: "event-driven", Owner: "Head of Client Services",
		Criteria: []string{"PI1.3"}, Procedures: []string{"claim-contracted-rate"},
	},
	{
		Code: "WF-03", Title: "Loan interest and payments",
		Text: "The loan system accrues interest by the day count of each contract and applies each payment in the order of the contract. Every month an accountant recomputes the accruals and payments of the loans on the sampling list and keeps the sheet in the finance folder.",
		Kind: "detective", Automation: "it-dependent", Frequency: "monthly", Owner: "Head of Finance",
		Criteria: []string{"PI1.3"}, Procedures: []string{"loan-interest-recomputation", "loan-payment-waterfall"},
	},
	{
		Code: "WF-04", Title: "Release of net asset values",
		Text: "On every valuation day an accountant ties assets, liabilities and units of each fund to the ledger and the register of holders, and a financial analyst releases the net asset value in the fund system, which keeps both names and the time.",
		Kind: "preventive", Automation: "it-dependent", Frequency: "daily", Owner: "Head of Finance",
		Criteria: []string{"PI1.3"}, Procedures: []string{"nav-tie", "units-roll-forward"},
	},
	{
		Code: "WF-05", Title: "Orders for fund units",
		Text: "The order desk system stamps each order when it is complete, gives it the valuation day that the cutoff of 16:00 calls for, and executes it at the net asset value released for that day. Changes of the day need the approval of the head of the department.",
		Kind: "preventive", Automation: "automated", Frequency: "many-times-a-day", Owner: "Head of Finance",
		Criteria: []string{"PI1.3"}, Procedures: []string{"order-cutoff", "order-price"},
	},
	{
		Code: "WF-06", Title: "Review of prices",
		Text: "Before a valuation takes the prices of a month the pricing system lists those that moved by more than five percent, those that stand unchanged, and those that were overridden. A financial analyst looks into each and signs the list; a second analyst approves each override.",
		Kind: "preventive", Automation: "it-dependent", Frequency: "monthly", Owner: "Head of Finance",
		Criteria: []string{"PI1.3", "CC5.1"}, Procedures: []string{"price-override", "price-stale", "price-tolerance"},
	},
	{
		Code: "WF-07", Title: "Reconciliation of client money",
		Text: "For each day with movements a treasury analyst reconciles the ledger with the sub-ledger of client money and with the bank within two business days, lists every difference with its cause, and a second analyst reviews the sheet within five. Differences are cleared within thirty days.",
		Kind: "detective", Automation: "it-dependent", Frequency: "daily", Owner: "Head of Treasury",
		Criteria: []string{"PI1.3", "CC4.1"}, Procedures: []string{"bank-to-ledger", "reconciliation-timely", "reconciling-items-aged", "subledger-to-ledger"},
	},
	{
		Code: "WF-08", Title: "Close of accounting periods",
		Text: "On the third business day of each month the head of the department closes the month before in the ledger, which then refuses postings to it. Entries that are dated back are listed every week and explained by whoever made them.",
		Kind: "preventive", Automation: "it-dependent", Frequency: "monthly", Owner: "Head of Finance",
		Criteria: []string{"PI1.3"}, Procedures: []string{"posting-backdated", "posting-cutoff"},
	},
	{
		Code: "WF-09", Title: "Invoicing at contracted prices",
		Text: "An accountant enters the prices of a signed contract in the billing system and a second one compares them with the contract. The system computes each charge and numbers invoices and credit notes without gaps; the accountant reviews the list of numbers every month.",
		Kind: "preventive", Automation: "it-dependent", Frequency: "monthly", Owner: "Head of Finance",
		Criteria: []string{"PI1.3"}, Procedures: []string{"fee-recomputation", "sequence-complete"},
	},
	{
		Code: "WF-10", Title: "Revenue schedules",
		Text: "When a contract is signed an accountant makes its revenue schedule in the revenue system from price, days of delivery and method, and a financial analyst compares the schedule with the contract and signs it. The signed comparison stays with the contract.",
		Kind: "preventive", Automation: "it-dependent", Frequency: "event-driven", Owner: "Head of Finance",
		Criteria: []string{"PI1.3"}, Procedures: []string{"revenue-schedule", "revenue-straight-line"},
	},
	{
		Code: "WF-11", Title: "Approval of credits",
		Text: "Every credit, refund and write-off is approved in the billing system by another person than the one who issues it, before it is issued. The system keeps both names and times.",
		Kind: "preventive", Automation: "it-dependent", Frequency: "event-driven", Owner: "Head of Finance",
		Criteria: []string{"CC5.1", "PI1.3"}, Procedures: []string{"credit-approval"},
	},
	{
		Code: "WF-12", Title: "Settlement with merchants",
		Text: "The settlement engine computes each settlement from its transactions. A payments analyst compares its sums with the statements of the networks, releases the funding so that the merchant has it within two banking days, and keeps the comparison in the treasury folder.",
		Kind: "detective", Automation: "it-dependent", Frequency: "weekly", Owner: "Head of Treasury",
		Criteria: []string{"PI1.3", "PI1.4"}, Procedures: []string{"settlement-balance", "settlement-funding-timely"},
	},
	{
		Code: "WF-13", Title: "Quality of personal data",
		Text: "On the second of every month the data quality service runs each rule over the records of employees, plan members and fund holders. Client Services has what breaks a rule corrected; a data set of which more than one percent breaks a rule is not released.",
		Kind: "detective", Automation: "automated", Frequency: "monthly", Owner: "Head of Client Services",
		Criteria: []string{"P7.1", "PI1.2"}, Procedures: []string{"data-quality-tolerance"},
	},
}
