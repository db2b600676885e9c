package demo

import (
	"strings"

	"tickmark/internal/audit"
)

func (g *wide) riskAssessments() {
	g.from("risk_assessments", "Risk register", "Every assessment completed in 2025 and the last one before it, for each scope of the risk policy")
	for i, scope := range []string{"Whole organization", "Payments", "Payroll computation", "Tax deposits and filings", "Client portal", "Vendors", "Hosting and networks", "Printing and mailing"} {
		former := g.calendar.working(g.dice, g.calendar.day(2024, 2, 19), g.calendar.day(2024, 4, 26))
		now := g.calendar.working(g.dice, former.AddDate(0, 11, -10), former.AddDate(0, 11, 20))
		performer, approver := id("MP-", int64(i+2), 4), "MP-0001"
		old, key := id("RAS-2024-", int64(i+1), 2), id("RAS-2025-", int64(i+1), 2)
		switch i {
		case 3:
			now = former.AddDate(1, 2, 5)
			g.plant("risk-assessment-current", old, "the assessment that replaced it came two months late, on %s", dayText(now))
		case 6:
			approver = performer
			g.plant("risk-assessment-current", key, "was approved by %s, who performed it", performer)
		}
		for _, a := range []audit.Values{
			{"assessment_id": old, "completed_on": dayText(former), "approved_on": dayText(former.AddDate(0, 0, 8)), "approved_by": "MP-0001"},
			{"assessment_id": key, "completed_on": dayText(now), "approved_on": dayText(now.AddDate(0, 0, 8)), "approved_by": approver},
		} {
			a["scope"], a["performed_by"], a["fraud_considered"], a["changes_considered"] = scope, performer, "true", "true"
			g.row("risk_assessments", a)
		}
	}
}

// riskRegister are the risks: what could happen, whether it is fraud, likelihood,
// impact, treatment, owner, and the controls that stand against it.
var riskRegister = []string{
	"R-01|A worker diverts payments by changing bank details|true|3|5|mitigate|MP-0004|PR-02,PY-01",
	"R-02|A fictitious employee is entered for a client|true|2|4|mitigate|MP-0001|PR-01",
	"R-03|A payment file is sent twice|false|3|4|mitigate|MP-0004|PY-02",
	"R-04|Taxes are computed with tables that are out of date|false|3|4|mitigate|MP-0003|PR-06",
	"R-05|A deposit of taxes misses its due date|false|3|4|mitigate|MP-0003|PY-04",
	"R-06|Pay is computed wrongly after a release|false|3|4|mitigate|MP-0002|CM-01,PR-07",
	"R-07|Passwords of client contacts are guessed|false|4|4|mitigate|MP-0006|LA-07",
	"R-08|A leaver keeps access to registers|false|2|4|mitigate|MP-0006|LA-04",
	"R-09|Malicious software encrypts the databases|false|2|5|mitigate|MP-0006|LA-09,SO-05",
	"R-10|The first region of the hosting provider fails|false|2|5|mitigate|MP-0007|RM-01",
	"R-11|An administrator copies bank details for sale|true|2|5|mitigate|MP-0007|LA-04",
	"R-12|The bank rejects a batch on pay day|false|3|4|mitigate|MP-0004|PY-03",
	"R-13|Year-end forms are mailed to the wrong persons|false|3|4|transfer|MP-0005|RM-02",
	"R-14|The printer of year-end forms closes its business|false|3|4|accept|MP-0005|",
	"R-15|Logs of the payments gateway are lost|false|3|4|mitigate|MP-0006|SO-02",
	"R-16|A weakness of a library is used before it is fixed|false|4|4|mitigate|MP-0002|SO-01",
	"R-17|Two of three tax analysts leave in one quarter|false|2|3|accept|MP-0003|",
	"R-18|A client funds a payroll with a stolen account|true|3|4|mitigate|MP-0004|PY-03",
	"R-19|The oldest interface of the bank has no replacement|false|4|3|accept|MP-0004|",
	"R-20|A change of law comes too late for the tables|false|3|4|mitigate|MP-0003|PR-06",
	"R-21|Test data holds names of real employees|false|4|3|mitigate|MP-0002|",
	"R-22|The office of the service desk cannot be entered|false|2|2|mitigate|MP-0007|RM-01",
	"R-23|A contractor works from a device that is not managed|false|3|4|mitigate|MP-0007|LA-09",
	"R-24|Funds of clients are held at one bank only|false|2|5|accept|MP-0008|",
}

const riskColumns = "risk_id title fraud likelihood impact treatment owner_id"

func (g *wide) risks() {
	g.from("risks", "Risk register", "Every risk that stood in the register on any day of 2025, closed and accepted ones included")
	g.from("risk_controls", "Risk register", "Every link between a risk and a control, ended ones included")
	for _, line := range riskRegister {
		cut := strings.LastIndex(line, "|")
		g.lines("risks", riskColumns, line[:cut])
		row := g.rows["risks"][len(g.rows["risks"])-1]
		g.treat(row)
		for _, control := range strings.Split(line[cut+1:], ",") {
			if control != "" {
				g.linked(row, control)
			}
		}
	}
	g.lines("risk_controls", "link_id risk_id control from_on to_on conclusion", "RC-90|R-21|CM-01|2023-06-01|2025-03-31|effective", "RC-91|R-09|LA-06|2025-07-01|2025-10-31|not-tested")
	g.plant("risk-without-control", "R-11", "the only control against the risk was found not effective")
	g.plant("risk-without-control", "R-21", "the last control against the risk was ended on 2025-03-31")
}

// treat decides upon a risk and treats it.
func (g *wide) treat(row audit.Values) {
	entered := g.calendar.working(g.dice, g.calendar.day(2023, 3, 6), g.calendar.day(year, 5, 30))
	decided := entered.AddDate(0, 0, g.between(3, 25))
	due := decided.AddDate(0, 0, g.between(60, 150))
	treated := due.AddDate(0, 0, -g.between(2, 40))
	switch key := row["risk_id"]; key {
	case "R-07":
		entered = g.calendar.day(year, 2, 3)
		decided, due, treated = entered.AddDate(0, 0, 61), entered.AddDate(0, 0, 160), entered.AddDate(0, 0, 150)
		g.plant("risk-untreated", key, "the treatment was decided 61 days after the entry")
	case "R-21": // before the control that no longer stands against it
		entered = g.calendar.day(2023, 4, 17)
		decided, due, treated = entered.AddDate(0, 0, 20), entered.AddDate(0, 0, 120), entered.AddDate(0, 0, 100)
	case "R-15":
		entered = g.calendar.day(year, 3, 10)
		decided, due, treated = entered.AddDate(0, 0, 9), entered.AddDate(0, 0, 80), entered.AddDate(0, 0, 115)
		g.plant("risk-untreated", key, "the treatment was in place 35 days late")
	}
	row["identified_on"], row["decided_on"] = dayText(entered), dayText(decided)
	if row["treatment"] != "accept" {
		row["treat_by"], row["treated_on"] = dayText(due), dayText(treated)
		return
	}
	row["accepted_by"], row["accepted_until"] = "MP-0001", "2026-03-31"
	if row["risk_id"] == "R-19" {
		row["accepted_by"] = row["owner_id"]
		g.plant("risk-untreated", "R-19", "was accepted by its own owner %s", row["owner_id"])
	}
}

// linked sets a control against a risk, from the decision on.
func (g *wide) linked(risk audit.Values, control string) {
	conclusion := one(g.dice, []string{"effective", "effective", "effective-with-deviation", "not-tested"})
	if risk["risk_id"] == "R-11" {
		conclusion = "not-effective"
	}
	g.row("risk_controls", audit.Values{"link_id": id("RC-", int64(len(g.rows["risk_controls"])+1), 2), "risk_id": risk["risk_id"], "control": control,
		"from_on": risk["decided_on"], "conclusion": conclusion})
}

// promised are commitments and requirements, with the risks that stand for them.
var promised = []string{
	"SC-1|Client and employee data is protected|MP-0006|2019-01-01|R-07,R-08", "SC-2|Pay and taxes are computed accurately|MP-0001|2016-01-01|R-04,R-06",
	"SC-3|Net pay reaches employees on the pay date|MP-0004|2016-01-01|R-03,R-12", "SC-4|Clients are told of incidents within 24 hours|MP-0006|2021-01-01|R-09",
	"SC-5|Access is removed within one day after a worker leaves|MP-0006|2021-01-01|R-08", "SR-1|Every sign-in asks for a second factor|MP-0006|2020-07-01|R-07",
	"SR-2|Changes are tested and approved by another person|MP-0002|2018-01-01|R-06", "SR-3|Changes of bank details are verified|MP-0004|2017-06-01|R-01",
	"SR-4|Taxes are deposited and reported in time|MP-0003|2016-01-01|R-05,R-20", "CL-101|Registers of Larkfield Foods by noon of the day before pay|MP-0005|2022-02-01|R-10",
	"CL-102|Portal of Oakhurst Clinics kept at 99.5 percent|MP-0007|2022-09-01|R-10", "CL-103|Year-end forms of Larkfield Foods mailed by 15 January|MP-0005|2022-02-01|R-13",
	"CL-104|Two named specialists for Tern Logistics|MP-0001|2023-03-01|R-02", "CL-105|Funds of Tern Logistics held apart|MP-0008|2023-03-01|R-24",
	"CL-106|Yearly test of recovery shown to Oakhurst Clinics|MP-0007|2024-01-01|R-10", "CL-107|Off-cycle payments of Wren Hotels within two hours|MP-0004|2025-05-01|R-12",
	"CL-108|Data of Wren Hotels deleted within sixty days of leaving|MP-0006|2025-05-01|", "CL-109|Monthly report of changes to Basalt Mining|MP-0002|2025-08-01|R-06",
}

func (g *wide) promises() {
	g.from("commitments", "Commitments register", "Every commitment and requirement in force on any day of 2025")
	g.from("commitment_risks", "Commitments register", "Every link between a commitment and a risk, ended ones included")
	for _, line := range promised {
		cut := strings.LastIndex(line, "|")
		g.lines("commitments", "commitment_id title owner_id from_on", line[:cut])
		row := g.rows["commitments"][len(g.rows["commitments"])-1]
		key := row["commitment_id"]
		row["approved_by"], row["approved_on"] = "MP-0001", row["from_on"][:4]+"-01-01"
		switch key {
		case "CL-108":
			g.plant("commitment-unlinked", key, "no risk of the register stands for it")
		case "CL-109":
			row["approved_on"] = "2025-09-12"
			g.plant("commitment-unlinked", key, "was approved six weeks after it took effect")
		}
		for _, risk := range strings.Split(line[cut+1:], ",") {
			if risk != "" {
				g.row("commitment_risks", audit.Values{"link_id": id("CR-", int64(len(g.rows["commitment_risks"])+1), 2), "commitment_id": key, "risk_id": risk})
			}
		}
	}
}

// turns are events after which risks are assessed again, with their sponsors.
var turns = []string{
	"new-service|Pay cards for workers without bank accounts|MP-0004", "new-vendor|Second clearing bank|MP-0004", "new-technology|Database engine replaced|MP-0002",
	"law|Paid leave law of one state|MP-0003", "reorganization|Service desk moved to Information Technology|MP-0007", "new-vendor|Scanner of weaknesses replaced|MP-0006",
	"leadership|New Head of Client Services|MP-0001", "new-technology|Passkeys for client contacts|MP-0006", "law|Notification law of one state|MP-0003",
	"acquisition|Clients of a smaller payroll firm taken over|MP-0001", "incident|Register sent to the wrong contact|MP-0005", "new-service|Same-day payments|MP-0004",
	"new-technology|Jobs moved to another scheduler|MP-0002", "new-vendor|Second printer of forms|MP-0005", "other|Lease of the second office ended|MP-0007",
	"law|New format of quarterly returns|MP-0003", "reorganization|Two payroll teams merged|MP-0001", "new-technology|Alerts by a learned model|MP-0006",
	"new-service|Expense payments with payroll|MP-0001", "incident|Failure of one database replica|MP-0007",
}

func (g *wide) triggers() {
	g.from("change_triggers", "Risk register", "Every event of 2025 of a kind that the risk policy lists")
	assessors := g.team("Internal Audit")
	for n, line := range turns {
		g.lines("change_triggers", "kind title sponsor_id", line)
		row := g.rows["change_triggers"][n]
		key, occurred := id("TRG-", int64(n+1), 2), g.calendar.day(year, 1, 9).AddDate(0, 0, 16*n)
		row["trigger_id"], row["occurred_on"] = key, dayText(occurred)
		row["reassessed_on"], row["reassessed_by"] = dayText(occurred.AddDate(0, 0, g.between(4, 27))), one(g.dice, assessors)
		switch n {
		case 4:
			row["reassessed_on"] = dayText(occurred.AddDate(0, 0, 58))
			g.plant("change-trigger-unassessed", key, "the risks were assessed again only after 58 days")
		case 13:
			row["reassessed_by"] = row["sponsor_id"]
			g.plant("change-trigger-unassessed", key, "was assessed by its sponsor %s", row["sponsor_id"])
		}
	}
}
