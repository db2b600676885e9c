package demo

import (
	"slices"
	"time"
)

// What the wide sample asks of the files that both samples have. In the payroll
// sample none of it changes anything.

// joins lets one in fifteen join in the year, so that there is somebody whose
// start can be tested.
func (w *world) joins(n int) bool { return w.Wide && n%15 == 7 }

// joined are the numbers of those who were hired in the year.
func (w *world) joined() []int {
	var list []int
	for n, p := range w.staff {
		if p.hired.Year() == year {
			list = append(list, n)
		}
	}
	return list
}

// unasked is the one who joined and was never asked for the code of conduct.
func (w *world) unasked() int { return w.joined()[2] }

// away reports whether the worker was on leave since August, the account open.
func (w *world) away(n int) bool {
	if !w.Wide || n < len(departments) || n >= 2*len(departments) || w.plan.noFactor[n] {
		return false
	}
	for later := n + 1; later < 2*len(departments); later++ {
		if !w.plan.noFactor[later] {
			return false
		}
	}
	return true
}

// lastUse is when an account was last used that had remained open.
func (w *world) lastUse(n int, usual time.Time) time.Time {
	if !w.Wide {
		return usual
	}
	return w.calendar.at(w.staff[n].left.AddDate(0, 0, 3), 9, 12)
}

// asked is the day on which a worker is asked to acknowledge a policy, and the
// most days until the answer. The zero day asks nobody.
func (w *world) asked(n int, policy string, usual time.Time) (time.Time, int) {
	if !w.Wide || policy != "Code of conduct" {
		return usual, 20
	}
	switch p := w.staff[n]; {
	case p.hired.Year() != year:
		return w.calendar.day(year, 1, 6), 8
	case n == w.unasked():
		return time.Time{}, 0
	default:
		return p.hired, 10
	}
}

// hurry is an emergency change that was merged and withdrawn before production.
type hurry struct {
	change
	wrong string
}

func (w *world) hurries(engineers []string) []hurry {
	var list []hurry
	for i, h := range []struct {
		month, day, hours int // until the approval; 0 for none
		title, wrong      string
	}{
		{2, 19, 3, "Lift limit of connections for a stuck batch", ""},
		{4, 9, 5, "Accept the new certificate of the clearing bank", ""},
		{5, 14, 190, "Switch off retries of the bank connection", "approved eight days after it was merged"},
		{8, 6, 26, "Disable export that filled the disk", ""},
		{9, 24, 0, "Bypass validation of a client's file", "merged and never approved by anybody"},
		{11, 5, 4, "Restore former session lifetime", ""},
	} {
		at := w.calendar.at(w.calendar.day(year, h.month, h.day), 10, 20)
		c := change{
			n: w.changes() + i, repository: repositories[i%len(repositories)], title: h.title, kind: "emergency", merged: true,
			author: engineers[i%len(engineers)], opened: at, deployed: at.Add(35 * time.Minute),
		}
		if h.hours > 0 {
			c.approver, c.approved = engineers[(i+1)%len(engineers)], at.Add(time.Duration(h.hours)*time.Hour)
		}
		list = append(list, hurry{c, h.wrong})
	}
	return list
}

func (w *world) hurried(engineers []string) [][]string {
	if !w.Wide {
		return nil
	}
	var rows [][]string
	for _, h := range w.hurries(engineers) {
		rows = append(rows, h.row())
	}
	return rows
}

// The data stores of the wide sample beside those of the payroll sample.
var moreStores = []string{"tax-forms-archive", "client-documents", "audit-log-store", "ledger-db", "code-archive", "year-end-forms"}

// moreBackups are the nightly jobs of these, and the tests of restoring.
func (w *world) moreBackups(before int) []backup {
	if !w.Wide {
		return nil
	}
	var rows []backup
	d := newDice()
	for _, store := range moreStores {
		for day := w.calendar.day(year, 1, 1); day.Year() == year; day = day.AddDate(0, 0, 1) {
			n := before + len(rows)
			rows = append(rows, settledBackup(w.backup(d.of(w.Seed, diceBackup, n), store, n+1, day), store, day))
		}
	}
	for i, store := range []string{"payroll-db", "payments-db", "document-store", "tax-forms-archive", "client-documents", "audit-log-store", "ledger-db"} {
		for month := 3; month <= 12; month += 3 {
			at := w.calendar.at(w.calendar.day(year, month, 3+i), 10, 0)
			rows = append(rows, backup{
				ID: id("RT-", int64(len(rows)+1), 5), Store: store, Kind: "restore-test", Scheduled: instantText(at),
				Finished: instantText(at.Add(time.Duration(45+7*i) * time.Minute)), Outcome: "succeeded", Bytes: 2 << 30,
			})
		}
	}
	return rows
}

// failedNights are the nights whose backup failed, in words of month and day.
var failedNights = map[string][]string{
	"tax-forms-archive": {"06-10", "06-11", "06-12"},
	"client-documents":  {"03-18"},
	"audit-log-store":   {"01-21", "02-13", "03-05", "03-27", "04-16", "05-08", "06-24", "07-15", "08-06", "09-11", "10-02", "11-19"},
}

// settledBackup makes a backup succeed but for the nights that are to fail; those
// were repeated in the morning.
func settledBackup(b backup, store string, day time.Time) backup {
	if slices.Contains(failedNights[store], day.Format("01-02")) {
		b.Outcome, b.Bytes = "failed", 0
		b.Resolved, b.Ticket = text(instantText(day.Add(8*time.Hour+20*time.Minute))), text("OPS-"+day.Format("0102"))
		return b
	}
	if b.Outcome != "succeeded" {
		b.Outcome, b.Bytes, b.Resolved, b.Ticket = "succeeded", 4<<30, nil, nil
	}
	return b
}

// moreIncidents are incidents of other subjects than those of the payroll sample.
func (w *world) moreIncidents() [][]string {
	if !w.Wide {
		return nil
	}
	at := func(month, day, hour, minute int) string {
		return instantText(w.calendar.at(w.calendar.day(year, month, day), hour, minute))
	}
	return [][]string{
		{"INC-2025-06", "Certificate of the payments gateway expired", "availability", "high", at(3, 18, 8, 5), at(3, 18, 8, 15), at(3, 18, 8, 50), at(3, 18, 9, 40), at(4, 22, 10, 0), "MP-0007", at(3, 18, 10, 30)},
		{"INC-2025-07", "Registers of two clients delivered after the agreed hour", "processing", "high", at(5, 7, 6, 40), at(5, 7, 7, 0), at(5, 7, 8, 30), at(5, 7, 11, 0), at(5, 14, 14, 0), "MP-0001", at(5, 7, 9, 15)},
		{"INC-2025-08", "Client portal not reachable from outside", "availability", "critical", at(9, 16, 10, 2), at(9, 16, 10, 9), at(9, 16, 10, 55), at(9, 16, 12, 20), at(9, 23, 10, 0), "MP-0007", at(9, 16, 11, 0)},
	}
}
