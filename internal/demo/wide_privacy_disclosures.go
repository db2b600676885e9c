package demo

import (
	"strconv"
	"time"

	"tickmark/internal/audit"
)

// recipientOf is a party that receives data, with why and on which basis.
type recipientOf struct{ name, purpose, basis, reference string }

var recipients = []recipientOf{
	{"Bluff Street Mortgage", "verification of income", "consent", ""},
	{"Harbor Benefit Trust", "enrolment in benefits", "contract", "agreement BA-2021-07"},
	{"County court of Albany", "garnishment of wages", "law", "order of the court"},
	{"Kestrel Dental", "enrolment in benefits", "contract", "agreement BA-2022-03"},
	{"Lindell Payroll Services", "move of a client to another provider", "instruction", "instruction of the client"},
	{"Crown Hill Apartments", "verification of income", "consent", ""},
	{"State labor department", "wage survey required by statute", "law", "request of the department"},
}

const disclosed = 77

// disclosures gives the ledger, the transfers behind it, and accounts of it.
func (g *wide) disclosures(d *dice) {
	g.from("disclosures", "Ledger of disclosures", "Every entry for disclosures from 2025-01-01 to 2025-12-31, corrected entries included; for the employees of the sample")
	g.from("data_transfers", "File transfer gateway, mail gateway and interfaces, logs", "Every transfer out of the system from 2025-01-01 to 2025-12-31 on every channel, other than of payments and output")
	order := d.Perm(disclosed)
	flaws := map[int]string{}
	for i, name := range []string{"basis", "late", "other"} {
		flaws[order[i]] = name
	}
	consent, contract := d.between(0, 10)*len(recipients), d.between(0, 10)*len(recipients)+1
	delete(flaws, consent)
	delete(flaws, contract)
	flaws[consent], flaws[contract] = "ended", "nobody"
	held := map[string][]time.Time{}
	for n := range disclosed {
		at := g.office(d, g.nthDay(n*9/2))
		g.disclose(d, n, at, flaws[n])
		held[g.person(n%25)] = append(held[g.person(n%25)], at)
	}
	at := g.office(d, g.nthDay(d.between(40, 320)))
	g.transfer("TF-0900", "Bluff Street Mortgage", at, "true", "")
	g.plant("disclosure-unrecorded", "TF-0900", "a pay history was mailed to a lender and no entry was made")
	for n := range 20 {
		g.transfer(id("TF-1", int64(n), 3), "Lookout Monitoring", g.office(d, g.nthDay(17*n+3)), "false", "")
	}
	g.accountings(d, held)
}

// disclose gives one entry with the transfer to which it belongs.
func (g *wide) disclose(d *dice, n int, at time.Time, flaw string) {
	const basis, ledger = "disclosure-without-basis", "disclosure-unrecorded"
	r, key, transfer := recipients[n%len(recipients)], id("DS-", int64(n+1), 4), id("TF-", int64(n+1), 4)
	row := audit.Values{
		"disclosure_id": key, "subject_id": g.person(n % 25), "recipient": r.name, "purpose": r.purpose, "disclosed_at": instantUTC(at),
		"recorded_at": instantUTC(at.Add(time.Duration(d.between(1, 70)) * time.Hour)), "basis": r.basis,
	}
	if r.basis == "consent" {
		row["consent_id"] = g.agreed(d, n, at, flaw == "ended")
	} else {
		row["reference"], row["authorized_by"] = r.reference, one(d, g.team("Client Services"))
	}
	to := r.name
	switch flaw {
	case "basis":
		row["basis"] = ""
		g.plant(basis, key, "no basis was entered")
	case "ended":
		g.plant(basis, key, "consent %s had been withdrawn two days before", row["consent_id"])
	case "nobody":
		row["authorized_by"] = ""
		g.plant(basis, key, "rests on a contract and nobody authorized it")
	case "late":
		row["recorded_at"] = instantUTC(at.AddDate(0, 0, 12))
		g.plant(ledger, transfer, "entered twelve days after the transfer")
	case "other":
		to = recipients[(n+1)%len(recipients)].name
		g.plant(ledger, transfer, "went to %s, the entry is for %s", to, r.name)
	}
	g.row("disclosures", row)
	g.transfer(transfer, to, at, "true", key)
}

// agreed gives the consent of a person to one disclosure, and its identifier.
func (g *wide) agreed(d *dice, n int, at time.Time, ended bool) string {
	row := audit.Values{
		"consent_id": id("CD-", int64(n+1), 4), "subject_id": g.person(n % 25), "purpose": "verification of income", "explicit": "true",
		"given_at": instantUTC(at.AddDate(0, 0, -d.between(5, 20))), "notice_version": "2021.2",
	}
	if ended {
		row["withdrawn_at"] = instantUTC(at.AddDate(0, 0, -2))
	}
	g.row("consents", row)
	return row["consent_id"]
}

func (g *wide) transfer(key, to string, at time.Time, personal, disclosure string) {
	g.row("data_transfers", audit.Values{
		"transfer_id": key, "recipient": to, "channel": "file transfer", "sent_at": instantUTC(at), "personal": personal, "disclosure_id": disclosure,
	})
}

// accountings gives an account to each person who asked for one; two leave out
// an entry.
func (g *wide) accountings(d *dice, held map[string][]time.Time) {
	g.from("disclosure_accountings", "Service desk, requests for accounts", "Every account given from 2025-01-01 to 2025-12-31")
	order := d.Perm(25)
	for n := range 25 {
		given := g.nthDay(190 + n*6)
		listed := 0
		for _, at := range held[g.person(n)] {
			if dayText(at) <= dayText(given) {
				listed++
			}
		}
		key := id("AC-", int64(n+1), 3)
		if n == order[0] || n == order[1] {
			listed--
			g.plant("accounting-differs", key, "one disclosure of the ledger was left out")
		}
		g.row("disclosure_accountings", audit.Values{
			"accounting_id": key, "subject_id": g.person(n), "given_on": dayText(given), "covers_from": "2025-01-01",
			"covers_to": dayText(given), "listed": strconv.Itoa(listed),
		})
	}
}
