package demo

import (
	"strconv"

	"tickmark/internal/audit"
)

var requestKinds = []string{"access", "correction", "deletion", "access", "objection", "portability"}

// subjectRequests gives what persons asked about their own data.
func (g *wide) subjectRequests(d *dice) {
	g.from("subject_requests", "Service desk, requests of persons", "Every request open on any day from 2025-01-01 to 2025-12-31 from any channel, denied and withdrawn ones included")
	order := d.Perm(36)
	deletion := order[0] - order[0]%len(requestKinds) + 2
	flaws := map[int]string{}
	for _, name := range []string{"late", "untold", "open", "denied", "unknown"} {
		for order = order[1:]; order[0] == deletion; {
			order = order[1:]
		}
		flaws[order[0]] = name
	}
	flaws[deletion] = "others"
	for n := range 47 {
		g.subjectRequest(d, n, flaws[n])
	}
}

// subjectRequest gives one. It was answered within four weeks, or later after
// the person had been told so.
func (g *wide) subjectRequest(d *dice, n int, flaw string) {
	const late, followup = "subject-request-late", "subject-request-followup"
	key, day := id("SR-", int64(n+1), 3), g.nthDay(7*n)
	after := func(days int) string { return instantUTC(g.office(d, day.AddDate(0, 0, days))) }
	row := audit.Values{
		"request_id": key, "subject_id": g.person(n), "kind": requestKinds[n%len(requestKinds)], "received_at": instantUTC(g.calendar.at(day, 8, d.IntN(60))),
		"identity_checked_at": after(d.between(0, 4)), "answered_at": after(d.between(6, 28)), "outcome": "fulfilled",
	}
	if kind := row["kind"]; kind == "correction" || kind == "deletion" {
		others := strconv.Itoa(d.between(0, 3))
		row["recipients"], row["recipients_told"] = others, others
	}
	switch {
	case flaw == "late":
		row["answered_at"] = after(38)
		g.plant(late, key, "answered 38 days after receipt, and nobody told the person that it takes longer")
	case flaw == "untold":
		row["extended_at"], row["answered_at"] = after(34), after(52)
		g.plant(late, key, "the person was told only on the 34th day that the answer takes longer")
	case flaw == "open":
		row["answered_at"], row["outcome"] = "", ""
		g.plant(late, key, "never answered")
	case flaw == "denied":
		row["outcome"], row["denial_explained"] = "denied", "false"
		g.plant(followup, key, "denied without telling why")
	case flaw == "unknown":
		row["identity_checked_at"] = ""
		g.plant(followup, key, "fulfilled without a check of who asks")
	case flaw == "others":
		row["recipients"], row["recipients_told"] = "3", "1"
		g.plant(followup, key, "one of three parties who had received the data was told of the deletion")
	case n%9 == 5:
		row["outcome"], row["denial_explained"] = "denied", "true"
	case n%11 == 6 && n < 36:
		row["extended_at"], row["answered_at"] = after(20), after(d.between(45, 80))
	}
	g.row("subject_requests", row)
}

// complaints gives the complaints about the handling of personal data.
func (g *wide) complaints(d *dice) {
	g.from("complaints", "Service desk, complaints", "Every complaint about personal data open on any day from 2025-01-01 to 2025-12-31 from any channel")
	order, team := d.Perm(24), g.team("Client Services")
	for n := range 26 {
		day := g.nthDay(13 * n)
		resolved := day.AddDate(0, 0, d.between(3, 20))
		told := resolved.AddDate(0, 0, d.between(0, 6))
		key := id("CP-", int64(n+1), 3)
		row := audit.Values{
			"complaint_id": key, "received_on": dayText(day), "source": one(d, []string{"person", "person", "client", "worker"}), "owner_id": one(d, team),
			"resolved_on": dayText(resolved), "told_on": dayText(told),
		}
		switch n {
		case order[0]:
			row["resolved_on"], row["told_on"] = dayText(day.AddDate(0, 0, 36)), dayText(day.AddDate(0, 0, 41))
			g.plant("complaint-overdue", key, "the person was told of the result on the 41st day")
		case order[1]:
			row["told_on"] = ""
			g.plant("complaint-overdue", key, "resolved, and the person was never told")
		}
		g.row("complaints", row)
	}
}

// deletions gives the duties to delete data.
func (g *wide) deletions(d *dice) {
	g.from("deletions", "Retention service", "Every deletion open on any day from 2025-01-01 to 2025-12-31, by schedule, request or end of a contract")
	const procedure = "deletion-late"
	order := d.Perm(36)
	stores := []string{"payroll-db", "document-store", "payments-db", "portal-db"}
	for n := range 40 {
		due := g.nthDay(9*n + 2)
		done := g.office(d, due.AddDate(0, 0, -d.between(0, 2)))
		key := id("DE-", int64(n+1), 3)
		row := audit.Values{
			"deletion_id": key, "datastore": stores[n%len(stores)], "cause": one(d, []string{"retention", "retention", "request", "offboarding"}),
			"about": g.person(100 + n), "due_on": dayText(due), "completed_at": instantUTC(done), "verified_at": instantUTC(done.AddDate(0, 0, d.between(1, 4))),
		}
		switch n {
		case order[0]:
			row["completed_at"], row["verified_at"] = instantUTC(done.AddDate(0, 0, 14)), instantUTC(done.AddDate(0, 0, 15))
			g.plant(procedure, key, "deleted about two weeks after the last day")
		case order[1]:
			row["completed_at"], row["verified_at"], row["hold_id"] = "", "", "HOLD-2025-3"
			g.plant(procedure, key, "kept for a hold that nobody approved")
		case order[2]:
			row["verified_at"] = ""
			g.plant(procedure, key, "deleted, and never shown to be gone")
		case order[3], order[4]:
			row["completed_at"], row["verified_at"], row["hold_id"], row["hold_approved_by"] = "", "", "HOLD-2025-1", g.team("Internal Audit")[0]
		}
		g.row("deletions", row)
	}
}
