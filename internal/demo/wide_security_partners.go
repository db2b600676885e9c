package demo

import (
	"strconv"

	"tickmark/internal/audit"
)

// contracts are the suppliers of the register with the first day of each contract.
var contracts = [][2]string{
	{"V-001", "2019-04-01"}, {"V-002", "2016-01-15"}, {"V-003", "2020-07-01"}, {"V-004", "2018-09-01"},
	{"V-005", "2021-02-01"}, {"V-006", "2017-05-01"}, {"V-007", "2015-03-01"},
}

func (g *wide) clauses() {
	g.from("contract_clauses", "Contract archive", "Every clause of the listed kinds in every contract in force on any day of 2025 with a supplier of the register")
	for _, c := range contracts {
		for _, kind := range []string{"confidentiality", "security", "breach-notice", "audit-right", "return-or-deletion"} {
			row := audit.Values{"clause_id": c[0] + "-" + kind, "vendor_id": c[0], "kind": kind, "agreed_on": c[1]}
			if kind == "breach-notice" {
				row["notice_hours"] = strconv.Itoa(one(g.dice, []int{24, 48, 72}))
				if c[0] == "V-004" {
					row["notice_hours"] = "120"
					g.plant("vendor-clause-missing", c[0], "the printer of year-end forms may report a breach after 120 hours")
				}
			}
			g.row("contract_clauses", row)
		}
	}
}

func (g *wide) vendorReviews() {
	g.from("vendor_reviews", "Vendor register", "Every review of every supplier in 2025 and the last one before it")
	g.lines("vendor_reviews", "review_id vendor_id performed_on performed_by conclusion report_period_to",
		"VR-24-01|V-001|2024-03-14|MP-0007|acceptable|2023-09-30", "VR-24-02|V-002|2024-03-21|MP-0004|acceptable|2023-12-31",
		"VR-23-03|V-003|2023-04-18|MP-0006|acceptable|2022-09-30", "VR-23-04|V-004|2023-06-01|MP-0001|acceptable-with-actions|2022-12-31",
		"VR-24-05|V-005|2024-06-13|MP-0006|acceptable|2024-04-30", "VR-24-06|V-006|2024-06-12|MP-0007|acceptable|2024-03-31",
		"VR-24-07|V-007|2024-11-18|MP-0009|acceptable|",
		"VR-25-01|V-001|2025-03-12|MP-0007|acceptable|2024-09-30", "VR-25-02|V-002|2025-03-19|MP-0004|acceptable-with-actions|2024-12-31",
		"VR-25-03|V-003|2025-05-06|MP-0006|acceptable|2025-03-31", "VR-25-04|V-004|2025-05-20|MP-0001|acceptable|2024-12-31",
		"VR-25-05|V-005|2025-06-11|MP-0006|acceptable|2025-04-30", "VR-25-06|V-006|2025-06-12|MP-0007|acceptable|2025-03-31",
	)
	g.plant("vendor-review-lapsed", "V-003", "the review of 2023-04-18 counted two years, the next one came 18 days late")
}

// privacyIncidents are those of the wide sample that touched personal data,
// and two that did not.
func (w *world) privacyIncidents() [][]string {
	if !w.Wide {
		return nil
	}
	at := func(month, day, hour, minute int) string {
		return instantText(w.calendar.at(w.calendar.day(year, month, day), hour, minute))
	}
	return [][]string{
		{"INC-2025-11", "Statement of a colleague opened in the portal", "privacy", "low", at(2, 24, 10, 15), at(2, 24, 10, 40), at(2, 24, 13, 5), at(2, 25, 16, 0), at(3, 3, 11, 0), "MP-0006", ""},
		{"INC-2025-12", "Two pay stubs in one envelope", "privacy", "medium", at(3, 31, 9, 40), at(3, 31, 10, 20), at(3, 31, 15, 0), at(4, 2, 12, 0), at(4, 9, 10, 0), "MP-0005", at(4, 1, 11, 0)},
		{"INC-2025-13", "One password taken by a phishing page", "security", "medium", at(4, 15, 14, 25), at(4, 15, 14, 40), at(4, 15, 15, 10), at(4, 16, 9, 0), at(4, 22, 14, 0), "MP-0006", ""},
		{"INC-2025-14", "Names of employees left in a shared folder", "privacy", "medium", at(6, 3, 11, 20), at(6, 3, 12, 30), at(6, 3, 12, 45), at(6, 4, 17, 0), at(6, 12, 10, 0), "MP-0005", at(6, 5, 10, 0)},
		{"INC-2025-15", "Register opened by a former contact of a client", "privacy", "medium", at(7, 9, 8, 50), at(7, 9, 9, 30), at(7, 9, 9, 45), at(7, 10, 14, 0), at(7, 17, 10, 0), "MP-0006", at(7, 10, 10, 0)},
		{"INC-2025-16", "Phone with company mail lost", "security", "low", at(9, 4, 18, 5), at(9, 4, 18, 30), at(9, 4, 19, 0), at(9, 5, 10, 0), at(9, 11, 10, 0), "MP-0007", ""},
		{"INC-2025-17", "Forms of one household swapped", "privacy", "low", at(11, 13, 10, 30), at(11, 13, 11, 0), at(11, 13, 14, 0), at(11, 17, 16, 0), at(11, 24, 11, 0), "MP-0005", ""},
	}
}

func (g *wide) breaches() {
	g.from("breaches", "Privacy office, register of breaches", "Every entry discovered or open on any day of 2025, those found to be no breach included")
	g.lines("breaches", "breach_id incident_id discovered_at registered_at decided_at decided_by authority_notice authority_told_at subjects_notice subjects_told_at",
		"BR-2025-01||2025-01-22T14:05:00Z|2025-01-22T16:00:00Z|2025-01-23T15:00:00Z|MP-0006|false||false|",
		"BR-2025-02|INC-2025-11|2025-02-24T15:15:00Z|2025-02-24T19:40:00Z|2025-02-26T14:00:00Z|MP-0006|false||false|",
		"BR-2025-03|INC-2025-12|2025-03-31T13:40:00Z|2025-03-31T18:05:00Z|2025-04-01T15:30:00Z|MP-0006|false||true|2025-04-09T14:00:00Z",
		"BR-2025-04||2025-05-12T14:00:00Z|2025-05-12T17:30:00Z|2025-05-13T18:00:00Z|MP-0006|false||false|",
		"BR-2025-05|INC-2025-14|2025-06-03T15:20:00Z|2025-06-05T13:10:00Z|2025-06-05T20:00:00Z|MP-0006|false||true|2025-06-20T14:00:00Z",
		"BR-2025-06|INC-2025-04|2025-08-19T17:10:00Z|2025-08-19T21:30:00Z|2025-08-20T15:00:00Z|MP-0006|true|2025-08-21T14:00:00Z|true|2025-08-29T14:00:00Z",
		"BR-2025-07||2025-09-10T13:00:00Z|2025-09-10T15:30:00Z|2025-09-15T19:00:00Z|MP-0006|false||false|",
		"BR-2025-08||2025-10-06T13:30:00Z|2025-10-06T15:00:00Z|2025-10-07T14:00:00Z|MP-0006|true|2025-10-10T09:30:00Z|true|2025-10-30T14:00:00Z",
		"BR-2025-09|INC-2025-17|2025-11-13T15:30:00Z|2025-11-13T19:00:00Z|2025-11-14T16:00:00Z|MP-0006|false||true|2025-11-20T15:00:00Z",
		"BR-2025-10||2025-12-02T16:20:00Z|2025-12-02T18:00:00Z|2025-12-03T15:00:00Z|MP-0006|false||false|",
	)
	g.plant("breach-unregistered", "INC-2025-14", "was entered in the register after 46 hours")
	g.plant("breach-unregistered", "INC-2025-15", "does not stand in the register of breaches")
	g.plant("breach-notice-late", "BR-2025-07", "it was decided only after five days who must be told")
	g.plant("breach-notice-late", "BR-2025-08", "the authority was told after 92 hours")
}
