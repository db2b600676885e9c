package demo

import (
	"strconv"
	"time"

	"tickmark/internal/audit"
)

// use is a role that may use one set of data for one purpose, on a basis.
type use struct{ dataset, role, purpose, basis string }

const (
	offers   = "offers of benefits"
	wellness = "wellness programme"
)

// endedUse is the use whose approval ended in the year.
const endedUse = 11

var approvedUses = []use{
	{"pay history", "benchmarking service", "salary benchmarking", "consent"},
	{"employee master", "offers service", offers, "consent"},
	{"health declarations", "wellness portal", wellness, "consent"},
	{"employee master", "payroll specialist", "computing pay", "contract"},
	{"time records", "payroll engine", "computing pay", "contract"},
	{"bank details", "payments gateway", "paying wages", "contract"},
	{"pay history", "tax engine", "tax reporting", "law"},
	{"employee master", "tax engine", "tax reporting", "law"},
	{"garnishment orders", "payroll engine", "withholding by order", "law"},
	{"employee master", "client service associate", "answering employees", "contract"},
	{"portal sign-ins", "security analyst", "detecting misuse", "interest"},
	{"pay history", "analytics sandbox", "trend reports", "interest"},
	{"portal sign-ins", "product analyst", "improving the portal", "interest"},
	{"employee master", "mail room", "sending year-end forms", "law"},
	{"pay history", "client service associate", "answering employees", "contract"},
	{"leave records", "payroll engine", "computing pay", "contract"},
	{"dependants", "benefits interface", "enrolling in benefits", "contract"},
	{"pay history", "internal auditor", "testing controls", "interest"},
	{"bank details", "payments analyst", "clearing returned payments", "contract"},
	{"employee master", "implementation consultant", "moving a client in", "contract"},
}

// consented is one consent of one person.
type consented struct {
	id, person, purpose    string
	explicit               bool
	given, withdrawn, ends time.Time // ends is the first instant without it
}

// uses gives consents, approved uses, and what was used.
func (g *wide) uses(d *dice) {
	g.from("approved_uses", "Record of processing activities", "Every use approved on any day from 2025-01-01 to 2025-12-31, withdrawn ones included")
	g.from("consents", "Consent service", "Every consent valid on any day from 2025-01-01 to 2025-12-31, withdrawn and expired ones included, from every place at which consent is asked")
	g.from("processings", "Payroll engine, portal and interfaces, log of uses", "Every use of data about persons of the employees of the sample from 2025-01-01 to 2025-12-31, by programs and by people")
	owners := g.team("Internal Audit")
	for n, u := range approvedUses {
		row := audit.Values{
			"use_id": id("AU-", int64(n+1), 2), "dataset": u.dataset, "role": u.role, "purpose": u.purpose,
			"from_on": dayText(g.calendar.working(d, g.calendar.day(2021, 2, 1), g.calendar.day(2024, 10, 31))), "approved_by": one(d, owners),
		}
		if n == endedUse {
			row["to_on"] = "2025-08-31"
		}
		g.row("approved_uses", row)
	}
	consents := g.consents(d)
	for n := range 90 {
		u, at := approvedUses[n%len(approvedUses)], g.office(d, g.nthDay(n*4))
		if n%len(approvedUses) == endedUse && n*4 > 240 {
			u = approvedUses[endedUse-1]
		}
		who := g.person(d.IntN(60))
		if u.basis == "consent" {
			who = g.willing(d, consents, u.purpose, at)
		}
		g.used(n, who, u, at)
	}
	g.misuses(d, consents)
}

// willing draws somebody who consents to a purpose at an instant.
func (g *wide) willing(d *dice, consents []consented, purpose string, at time.Time) string {
	n, err := find(d, len(consents), func(n int) bool {
		c := consents[n]
		return c.purpose == purpose && c.explicit && c.given.Before(at) && c.ends.After(at)
	})
	if err != nil {
		g.faults = append(g.faults, err)
	}
	return consents[n].person
}

// used gives one use.
func (g *wide) used(n int, person string, u use, at time.Time) string {
	key := id("PU-", int64(n+1), 4)
	g.row("processings", audit.Values{
		"processing_id": key, "subject_id": person, "dataset": u.dataset, "role": u.role, "purpose": u.purpose, "basis": u.basis,
		"sensitive": strconv.FormatBool(u.dataset == "health declarations"), "processed_at": instantUTC(at),
	})
	return key
}

// consents gives those of thirty people to each purpose that needs one. Some
// are withdrawn or expire in the year; the last was ticked along with others.
func (g *wide) consents(d *dice) []consented {
	var all []consented
	never := g.calendar.day(year+5, 1, 1)
	for n := range 90 {
		c := consented{
			id: id("CN-", int64(n+1), 4), person: g.person(n / 3), purpose: approvedUses[n%3].purpose, explicit: true,
			given: g.office(d, g.calendar.day(2022, 1, 10).AddDate(0, 0, d.between(0, 1_000))), ends: never,
		}
		row := audit.Values{}
		switch {
		case n%10 == 4:
			c.withdrawn = g.office(d, g.nthDay(d.between(60, 300)))
			c.ends = c.withdrawn
			row["withdrawn_at"] = instantUTC(c.withdrawn)
		case n%10 == 7:
			c.ends = g.office(d, g.nthDay(d.between(90, 330)))
			row["expires_at"] = instantUTC(c.ends)
		case n == 89:
			c.explicit = false
		}
		row["consent_id"], row["subject_id"], row["purpose"] = c.id, c.person, c.purpose
		row["explicit"], row["given_at"], row["notice_version"] = strconv.FormatBool(c.explicit), instantUTC(c.given), "2021.2"
		g.row("consents", row)
		all = append(all, c)
	}
	return all
}

// misuses gives the uses that are planted.
func (g *wide) misuses(d *dice, consents []consented) {
	const consent, purpose = "consent-missing", "use-outside-purpose"
	at := g.office(d, g.nthDay(d.between(30, 330)))
	g.plant(consent, g.used(90, g.person(61), approvedUses[1], at), "offers were sent to a person who never consented")
	withdrawn := consents[10*d.between(0, 8)+4]
	benefit := approvedUses[0]
	for _, u := range approvedUses[:3] {
		if u.purpose == withdrawn.purpose {
			benefit = u
		}
	}
	g.plant(consent, g.used(91, withdrawn.person, benefit, withdrawn.ends.AddDate(0, 0, 3)), "used three days after consent %s had been withdrawn", withdrawn.id)
	bundled := consents[89]
	g.plant(consent, g.used(92, bundled.person, approvedUses[2], g.office(d, g.nthDay(d.between(30, 330)))), "health data was used on consent %s, which was not explicit", bundled.id)

	odd := use{"employee master", "payroll specialist", "recruiting own staff", "interest"}
	g.plant(purpose, g.used(93, g.person(d.IntN(60)), odd, g.office(d, g.nthDay(d.between(30, 330)))), "addresses of clients' employees were used to recruit for Meridian")
	g.plant(purpose, g.used(94, g.person(d.IntN(60)), approvedUses[endedUse], g.office(d, g.nthDay(d.between(260, 330)))), "used in the sandbox after its approval had ended on 31 August")
	g.plant(purpose, g.used(95, g.person(d.IntN(60)), use{"bank details", "", "paying wages", "contract"}, g.office(d, g.nthDay(d.between(30, 330)))), "the log does not say who used the bank details")
}
