package demo

import (
	"time"

	"tickmark/internal/audit"
)

// privacyDice is the first of the dice for data about persons, one for each subject.
const privacyDice = 3 << 40

// widePrivacy gives what is recorded about the handling of personal data.
func (g *wide) widePrivacy() {
	for n, subject := range []func(*dice){
		g.uses, g.disclosures, g.subjectRequests, g.complaints, g.deletions, g.retained, g.fields, g.notices, g.processors,
	} {
		subject(newDice().of(g.Seed, diceWide, privacyDice+n))
	}
	for _, c := range privacyControls {
		g.control(c)
	}
}

// person is the token of a person whose data Meridian holds.
func (g *wide) person(n int) string {
	return "subject-" + hexID(scatter(uint64(g.Seed)+scatter(uint64(n)+1<<50)), 10)
}

// nthDay is a day of the year, counted from zero.
func (g *wide) nthDay(n int) time.Time { return g.date(1, 1).AddDate(0, 0, n) }

// office is an instant of a day in office hours.
func (g *wide) office(d *dice, day time.Time) time.Time {
	return g.calendar.at(day, d.between(9, 16), d.IntN(60))
}

// keyText writes an instant as it stands in the key of an item.
func keyText(t time.Time) string { return t.UTC().Format(time.DateTime) }

var privacyControls = []audit.Control{
	{
		Code: "WV-01", Title: "Notices as approved",
		Text: "The Head of Information Security approves each version of a privacy notice in the register before it is published. A program takes a snapshot of every page and form that shows one each month and compares its hash with the approved version; Client Services corrects a difference the same day and notes it in the service desk.",
		Kind: "detective", Automation: "automated", Frequency: "monthly", Owner: "Head of Information Security",
		Criteria: []string{"P1.1"}, Procedures: []string{"privacy-notice-unapproved"},
	},
	{
		Code: "WV-02", Title: "Use for approved purposes and with consent",
		Text: "The systems check every use of personal data against the approved uses of data, role and purpose, and against the person's consent where the use rests on it, explicit consent where the data is sensitive. They log each use with its basis; a compliance analyst reviews the refused and the overridden uses every week.",
		Kind: "preventive", Automation: "automated", Frequency: "continuous", Owner: "Head of Internal Audit",
		Criteria: []string{"P2.1", "P3.2", "P4.1"}, Procedures: []string{"consent-missing", "use-outside-purpose"},
	},
	{
		Code: "WV-03", Title: "Inventory of personal data",
		Text: "Every quarter a scanner looks for personal data in the fields of all data stores. A security analyst compares what it finds with the inventory in which the owner of the data approves each field, and has data in other fields removed or the field approved within ten working days; the inventory keeps who approved and when.",
		Kind: "detective", Automation: "it-dependent", Frequency: "quarterly", Owner: "Head of Information Security",
		Criteria: []string{"P3.1"}, Procedures: []string{"personal-field-unapproved"},
	},
	{
		Code: "WV-04", Title: "Retention and deletion",
		Text: "The data stores delete data when the retention of its category ends, a person's request is granted or a contract has ended, unless a hold that the Head of Internal Audit approved forbids it. An administrator shows within a week that the data is gone, and each month takes a snapshot of the oldest data by category, which is kept with the schedule.",
		Kind: "preventive", Automation: "it-dependent", Frequency: "monthly", Owner: "Head of Information Technology",
		Criteria: []string{"P4.2", "P4.3", "C1.2", "CC6.5"}, Procedures: []string{"data-retention-exceeded", "deletion-late"},
	},
	{
		Code: "WV-05", Title: "Requests of persons",
		Text: "Client Services enters each request of a person in the service desk on the day of receipt, checks who asks, and answers within thirty days or tells the person within that time that it takes longer. A denial is explained, and other parties are told of corrections and deletions; the ticket keeps every step.",
		Kind: "preventive", Automation: "manual", Frequency: "event-driven", Owner: "Head of Client Services",
		Criteria: []string{"P5.1", "P5.2"}, Procedures: []string{"subject-request-followup", "subject-request-late"},
	},
	{
		Code: "WV-06", Title: "Disclosures on a recorded basis",
		Text: "Before personal data is disclosed a client service associate records in the ledger the consent on which it rests, or the contract, law or instruction and who authorized it. Every week a compliance analyst compares the logs of the gateways with the ledger and has missing entries made within seven days.",
		Kind: "detective", Automation: "it-dependent", Frequency: "weekly", Owner: "Head of Internal Audit",
		Criteria: []string{"P6.1", "P6.2", "P6.7"}, Procedures: []string{"disclosure-unrecorded", "disclosure-without-basis"},
	},
	{
		Code: "WV-07", Title: "Accounts of disclosures",
		Text: "When a person asks to whom data was disclosed, a client service associate draws the account from the ledger of disclosures, and a second one compares the number of entries before it is given. The account and the day are filed with the request.",
		Kind: "preventive", Automation: "it-dependent", Frequency: "event-driven", Owner: "Head of Client Services",
		Criteria: []string{"P6.2", "P6.7"}, Procedures: []string{"accounting-differs"},
	},
	{
		Code: "WV-08", Title: "Processors bound and assessed",
		Text: "No supplier reaches personal data before an agreement on processing binds. Every year a security analyst assesses how each of them protects personal data; the register of processors keeps the agreement, its term and the day of the assessment.",
		Kind: "preventive", Automation: "manual", Frequency: "annual", Owner: "Head of Information Security",
		Criteria: []string{"P6.4", "CC9.2"}, Procedures: []string{"processor-without-dpa"},
	},
	{
		Code: "WV-09", Title: "Complaints about privacy",
		Text: "Client Services enters each complaint about the handling of personal data in the service desk, resolves it with the department concerned and tells the person the result within thirty days of receipt. The Head of Client Services reviews the open complaints every week.",
		Kind: "corrective", Automation: "manual", Frequency: "event-driven", Owner: "Head of Client Services",
		Criteria: []string{"P8.1"}, Procedures: []string{"complaint-overdue"},
	},
}
