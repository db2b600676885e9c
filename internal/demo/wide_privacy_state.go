package demo

import (
	"strconv"
	"time"

	"tickmark/internal/audit"
)

// category is data of one kind in one store, with its retention in months.
type category struct {
	store, name string
	months      int
	personal    bool
}

var categories = []category{
	{"payroll-db", "pay records", 48, true},
	{"payroll-db", "time records", 36, true},
	{"payments-db", "payment instructions", 84, true},
	{"document-store", "year-end forms", 84, true},
	{"document-store", "onboarding documents", 24, true},
	{"portal-db", "sign-in log", 13, true},
	{"portal-db", "messages", 18, true},
	{"log-archive", "system logs", 13, false},
}

// retained gives what the stores held on the first day of each month.
func (g *wide) retained(d *dice) {
	g.from("retained_data", "Retention service, monthly snapshot", "Every category of the retention schedule in every store for the snapshots of 2025")
	const procedure = "data-retention-exceeded"
	order := d.Perm(len(categories))
	for month := 1; month <= 12; month++ {
		at := time.Date(year, time.Month(month), 1, 6, 0, 0, 0, time.UTC)
		for n, c := range categories {
			oldest, past := g.date(month, 1).AddDate(0, -c.months, d.between(1, 25)), 0
			item := c.store + "|" + c.name + "|" + keyText(at)
			switch {
			case n == order[0] && month == 2+order[2]:
				oldest = g.date(month, 1).AddDate(0, -c.months, -75)
				g.plant(procedure, item, "the oldest %s had been due for deletion for 75 days", c.name)
			case n == order[1] && month == 2+order[3]:
				past = d.between(4, 90)
				g.plant(procedure, item, "%d records were beyond their retention after a purge had failed", past)
			}
			g.retain(c, oldest, past, at)
		}
		if month > 10 {
			c := category{"portal-db", "chat transcripts", 12 * (month - 11), true}
			g.retain(c, g.date(10, 6), 0, at)
			if c.months == 0 {
				g.plant(procedure, c.store+"|"+c.name+"|"+keyText(at), "the schedule had no retention for the new category")
			}
		}
	}
}

func (g *wide) retain(c category, oldest time.Time, past int, at time.Time) {
	months := ""
	if c.months > 0 {
		months = strconv.Itoa(c.months)
	}
	g.row("retained_data", audit.Values{
		"datastore": c.store, "category": c.name, "personal": strconv.FormatBool(c.personal), "retention_months": months,
		"oldest_on": dayText(oldest), "records_past": strconv.Itoa(past), "observed_at": instantUTC(at),
	})
}

var fieldNames = [][3]string{
	{"employees", "full_name", "name"}, {"employees", "home_address", "address"}, {"employees", "birth_date", "date of birth"},
	{"employees", "tax_number", "tax number"}, {"employees", "email", "contact"}, {"bank_details", "account_token", "bank account"},
	{"bank_details", "holder_name", "name"}, {"dependants", "full_name", "name"}, {"dependants", "birth_date", "date of birth"},
	{"garnishments", "case_number", "legal"}, {"sign_ins", "network_address", "network"}, {"messages", "sender_email", "contact"},
	{"documents", "uploaded_by", "contact"},
}

// fields gives what the scans of each quarter recognized, and the inventory.
func (g *wide) fields(d *dice) {
	g.from("personal_fields", "Scanner of data stores", "Every field recognized as data about persons in the four scans of 2025")
	g.from("approved_fields", "Inventory of personal data", "Every field approved on any day from 2025-01-01 to 2025-12-31, ended approvals included")
	owners := g.team("Information Security")
	for _, f := range fieldNames {
		g.row("approved_fields", audit.Values{
			"dataset": f[0], "field": f[1], "approved_by": one(d, owners),
			"approved_on": dayText(g.calendar.working(d, g.calendar.day(2020, 3, 2), g.calendar.day(2024, 9, 30))),
		})
	}
	g.row("approved_fields", audit.Values{"dataset": "messages", "field": "attachment_name", "approved_on": "2025-09-03", "approved_by": owners[0]})
	g.row("approved_fields", audit.Values{"dataset": "imports", "field": "former_tax_number", "approved_on": "2023-05-02", "approved_by": owners[0], "to_on": "2025-03-31"})
	scans := make([]time.Time, 4)
	for n := range scans {
		scans[n] = time.Date(year, time.Month(3*n+2), d.between(10, 20), 5, 0, 0, 0, time.UTC)
		for _, f := range fieldNames {
			g.field(f, scans[n])
		}
	}
	const procedure = "personal-field-unapproved"
	late, ended := [3]string{"messages", "attachment_name", "name"}, [3]string{"imports", "former_tax_number", "tax number"}
	g.plant(procedure, g.field(late, scans[2]), "held names in August and was approved in September")
	g.field(late, scans[3])
	g.field(ended, scans[0])
	g.plant(procedure, g.field(ended, scans[1]), "still held tax numbers after its approval had ended in March")
	g.plant(procedure, g.field([3]string{"tickets", "description", "tax number"}, scans[d.IntN(4)]), "tax numbers in the free text of tickets, which nobody approved")
}

// field gives a field as it was seen, and its item.
func (g *wide) field(f [3]string, at time.Time) string {
	g.row("personal_fields", audit.Values{"dataset": f[0], "field": f[1], "category": f[2], "observed_at": instantUTC(at)})
	return f[0] + "|" + f[1] + "|" + keyText(at)
}

// notices gives the versions of the privacy notices, and the pages as seen.
func (g *wide) notices(d *dice) {
	g.from("notice_versions", "Register of privacy notices", "Every version in force on any day from 2025-01-01 to 2025-12-31")
	g.from("notice_snapshots", "Snapshots of pages", "Every snapshot of every page and form with a privacy notice taken in 2025")
	const procedure = "privacy-notice-unapproved"
	pages := []string{"/privacy", "/employees/sign-up", "/employees/bank-details", "/careers/apply"}
	former, current := func(n int) string { return hexID(scatter(uint64(n)+1<<52), 16) }, func(n int) string { return hexID(scatter(uint64(n)+1<<53), 16) }
	version := func(n int, key, hash, from, to, approved string) {
		g.row("notice_versions", audit.Values{
			"version_id": id("PN-", int64(n+1), 2) + key, "page": pages[n], "content_hash": hash, "from_on": from, "to_on": to,
			"approved_on": approved, "approved_by": g.team("Information Security")[0],
		})
	}
	for n := range pages {
		version(n, "-2021.2", former(n), "2021-10-01", "2025-05-31", "2021-09-14")
		version(n, "-2025.1", current(n), "2025-06-01", "", "2025-05-20")
	}
	without, stale := d.between(1, 5), d.between(6, 11)
	for month := 1; month <= 12; month++ {
		at := g.calendar.at(g.date(month, 2), 10, 15)
		for n, page := range pages {
			hash := former(n)
			if month > 5 {
				hash = current(n)
			}
			switch {
			case n == 1 && month == without:
				hash = ""
				g.plant(procedure, page+"|"+keyText(at), "the form showed no notice after a release")
			case n == 3 && month == stale:
				hash = former(n)
				g.plant(procedure, page+"|"+keyText(at), "showed the former version, which had ended on 31 May")
			}
			g.row("notice_snapshots", audit.Values{"page": page, "content_hash": hash, "observed_at": instantUTC(at)})
		}
	}
}

// processors gives the suppliers who can reach personal data.
func (g *wide) processors(d *dice) {
	g.from("processors", "Register of processors", "Every supplier who could reach personal data on any day from 2025-01-01 to 2025-12-31")
	const procedure = "processor-without-dpa"
	names := [][2]string{
		{"Northlake Cloud", "V-001"}, {"Harbor National Bank", "V-002"}, {"Signet Identity", "V-003"}, {"Papermill Print and Mail", "V-004"},
		{"Lookout Monitoring", "V-005"}, {"Brightdesk", "V-006"}, {"Candor Screening", "V-007"},
		{"Northlake Cloud Backup", "V-001"}, {"Northlake Content Delivery", "V-001"}, {"Signet Messaging", "V-003"}, {"Papermill Archive", "V-004"},
		{"Brightdesk Chat", "V-006"}, {"Fairwind Translation", ""}, {"Osprey Transcripts", ""}, {"Tern Survey", ""}, {"Gannet Mailings", ""},
		{"Heron Shredding", ""}, {"Plover Analytics", ""}, {"Avocet Benefits Interface", ""}, {"Curlew Tax Filing", ""},
	}
	order := d.Perm(len(names))
	for n, name := range names {
		from := g.calendar.working(d, g.calendar.day(2017, 2, 1), g.calendar.day(2023, 6, 30))
		key := id("PC-", int64(n+1), 2)
		row := audit.Values{
			"processor_id": key, "vendor_id": name[1], "name": name[0], "from_on": dayText(from), "agreed_on": dayText(from.AddDate(0, 0, -d.between(5, 60))),
			"assessed_on": dayText(g.calendar.working(d, g.date(1, 15), g.date(12, 5))),
		}
		switch n {
		case order[0]:
			row["agreed_on"] = ""
			g.plant(procedure, key, "%s has no agreement on processing", name[0])
		case order[1]:
			row["from_on"], row["agreed_on"] = "2025-04-01", "2025-05-19"
			g.plant(procedure, key, "%s reached personal data seven weeks before the agreement bound", name[0])
		case order[2]:
			row["assessed_on"] = dayText(g.calendar.working(d, g.calendar.day(2023, 2, 1), g.calendar.day(2024, 6, 28)))
			g.plant(procedure, key, "%s was last assessed on %s", name[0], row["assessed_on"])
		case order[3]:
			row["to_on"], row["agreement_ends_on"] = "2025-09-30", "2025-09-30"
		}
		g.row("processors", row)
	}
}
