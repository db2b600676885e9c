package demo

import (
	"context"
	"errors"
	"strconv"
	"time"

	"tickmark/internal/audit"
)

var bankDataset = audit.Dataset{
	Population: "bank_changes", Format: "csv", Source: "Payments gateway, change log of payees",
	Query: "Every change of bank details from 2025-01-01 to 2025-12-31, any channel, self-service and imports included",
}

// writeStanding writes what the payroll is computed from.
func (w *world) writeStanding(context.Context) error {
	return errors.Join(w.writeTaxTables(), w.writeRates(), w.writeBankChanges())
}

// writeRates writes the pay rates and the changes of them.
func (w *world) writeRates() error {
	rates, err := w.create("pay_rates.csv", w.columns("pay_rates"))
	if err != nil {
		return err
	}
	changes, err := w.create("rate_changes.csv", w.columns("rate_changes"))
	if err != nil {
		return errors.Join(err, rates.close())
	}
	var raised tenThousandths
	d := newDice()
	for n := range w.People {
		e := w.employee(d, n)
		if !e.hourly() {
			continue
		}
		if e.raise > 0 {
			raised += e.raised
			err = errors.Join(err, w.changedRate(changes, e))
		}
		if err = errors.Join(err, w.rates(rates, e)); err != nil {
			return errors.Join(err, rates.close(), changes.close())
		}
	}
	w.record(audit.Dataset{
		Population: "pay_rates", Format: "csv", Source: "Payroll engine, employee master",
		Query: "Every hourly rate in force on any day from 2025-01-01 to 2025-12-31, superseded rates included",
	}, rates.rows, nil, "pay_rates.csv")
	w.record(audit.Dataset{
		Population: "rate_changes", Format: "csv", Source: "Payroll engine, change log of the employee master",
		Query: "Every change of a rate entered from 2025-01-01 to 2025-12-31, imports included",
	}, changes.rows, map[string]string{"new_rate": raised.String()}, "rate_changes.csv")
	return errors.Join(rates.close(), changes.close())
}

func (w *world) rates(t *table, e employee) error {
	who := employeeID(e.n)
	t.id("R1-", int64(e.n), 7).text(who).text(currency).exact(e.rate).text("2024-12-01")
	if e.raise == 0 {
		return t.text("").end()
	}
	from := w.calendar.runs[e.raise].from
	if err := t.text(dayText(from.AddDate(0, 0, -1))).end(); err != nil {
		return err
	}
	t.id("R2-", int64(e.n), 7).text(who).text(currency).exact(e.raised).text(dayText(from))
	return t.text("").end()
}

// changedRate is entered by the client's clerk and approved by another.
func (w *world) changedRate(t *table, e employee) error {
	from := w.calendar.runs[e.raise].from
	entered := w.calendar.at(from.AddDate(0, 0, -6), 10, e.n%60)
	t.id("RC", int64(e.n), 7).text(employeeID(e.n)).id("R2-", int64(e.n), 7).text(currency).exact(e.rate).exact(e.raised)
	t.text(dayText(from)).text(instantText(entered)).text("clerk-" + clientID(e.n))
	return t.text(instantText(entered.Add(95 * time.Minute))).text("approver-" + clientID(e.n)).end()
}

// writeOperations writes backups, incidents and vendors.
func (w *world) writeOperations(context.Context) error {
	return errors.Join(w.writeBackups(), w.writeIncidents(), w.writeVendors())
}

// backup is a line of the backup service's export.
type backup struct {
	ID        string  `json:"backup_id"`
	Store     string  `json:"datastore"`
	Kind      string  `json:"kind"`
	Scheduled string  `json:"scheduled_at"`
	Finished  string  `json:"finished_at"`
	Outcome   string  `json:"outcome"`
	Bytes     int64   `json:"bytes"`
	Resolved  *string `json:"resolved_at"`
	Ticket    *string `json:"ticket_id"`
}

func (w *world) writeBackups() error {
	var rows []backup
	var bytes int64
	d := newDice()
	for _, store := range []string{"payroll-db", "payments-db", "document-store"} {
		for day := w.calendar.day(year, 1, 1); day.Year() == year; day = day.AddDate(0, 0, 1) {
			b := w.backup(d.of(w.Seed, diceBackup, len(rows)), store, len(rows)+1, day)
			bytes += b.Bytes
			rows = append(rows, b)
		}
	}
	for _, b := range w.moreBackups(len(rows)) {
		bytes += b.Bytes
		rows = append(rows, b)
	}
	w.record(audit.Dataset{
		Population: "backups", Format: "ndjson", Source: "Backup service",
		Query: "Every scheduled job from 2025-01-01 to 2025-12-31, any outcome",
	}, int64(len(rows)), map[string]string{"bytes": strconv.FormatInt(bytes, 10)}, "backups.ndjson")
	return writeNDJSON(w, "backups.ndjson", rows)
}

// backup is one nightly job; a failed one was repeated in the morning.
func (w *world) backup(d *dice, store string, n int, day time.Time) backup {
	due := w.calendar.at(day, 1, 30)
	b := backup{
		ID: id("BK-", int64(n), 5), Store: store, Kind: "incremental", Scheduled: instantText(due),
		Finished: instantText(due.Add(time.Duration(d.between(12, 50)) * time.Minute)), Outcome: "succeeded",
		Bytes: int64(d.between(2_000, 9_000)) << 20,
	}
	if day.Weekday() == time.Sunday {
		b.Kind, b.Bytes = "full", b.Bytes*20
	}
	if d.chance(8) {
		b.Outcome, b.Bytes = "failed", 0
		b.Resolved, b.Ticket = text(instantText(w.calendar.at(day, 8, d.between(10, 55)))), text(id("OPS-", int64(4000+n), 1))
	}
	return b
}

// incidents are the rows of the service desk, in the order of its columns.
func (w *world) incidents() [][]string {
	at := func(month, day, hour, minute int) string {
		return instantText(w.calendar.at(w.calendar.day(year, month, day), hour, minute))
	}
	rows := [][]string{
		{"INC-2025-01", "Client portal slow after release", "availability", "medium", at(2, 11, 9, 5), at(2, 11, 9, 20), at(2, 11, 9, 50), at(2, 11, 10, 30), at(2, 14, 14, 0), "MP-0002", ""},
		{"INC-2025-02", "Phishing message reported by a worker", "security", "low", at(4, 2, 11, 40), at(4, 2, 11, 55), at(4, 2, 12, 10), at(4, 2, 15, 0), at(4, 7, 10, 0), "MP-0006", ""},
		{"INC-2025-03", "Bank acknowledgement file delayed", "processing", "medium", at(6, 26, 7, 30), at(6, 26, 7, 45), at(6, 26, 9, 0), at(6, 26, 11, 15), at(7, 1, 10, 0), "MP-0004", at(6, 26, 10, 0)},
		{"INC-2025-04", "Register sent to the wrong contact of a client", "privacy", "high", at(8, 19, 13, 10), at(8, 19, 13, 25), at(8, 19, 14, 5), at(8, 20, 16, 0), at(8, 26, 11, 0), "MP-0006", at(8, 20, 9, 30)},
		{"INC-2025-05", "Failure of one database replica", "availability", "high", at(10, 27, 3, 12), at(10, 27, 3, 20), at(10, 27, 3, 41), at(10, 27, 5, 2), at(10, 30, 15, 0), "MP-0007", ""},
	}
	return append(append(rows, w.moreIncidents()...), w.privacyIncidents()...)
}

func (w *world) writeIncidents() error {
	rows := w.incidents()
	w.record(audit.Dataset{
		Population: "incidents", Format: "csv", Source: "Service desk",
		Query: "Every ticket of type incident detected from 2025-01-01 to 2025-12-31, any state",
	}, int64(len(rows)), nil, "incidents.csv")
	return w.writeCSV("incidents.csv", w.columns("incidents"), rows)
}

func (w *world) writeVendors() error {
	rows := [][]string{
		{"V-001", "Northlake Cloud", "Hosting of servers and storage", "critical", "true", "MP-0007", "2019-04-01", "2025-03-12", "2025-09-30", ""},
		{"V-002", "Harbor National Bank", "Clearing of payments", "critical", "true", "MP-0004", "2016-01-15", "2025-03-19", "2025-06-30", ""},
		{"V-003", "Signet Identity", "Identity provider", "high", "false", "MP-0006", "2020-07-01", "2025-05-06", "2025-03-31", ""},
		{"V-004", "Papermill Print and Mail", "Printing of year-end forms", "high", "false", "MP-0001", "2018-09-01", "2025-05-20", "2025-06-30", ""},
		{"V-005", "Lookout Monitoring", "Log collection and alerting", "medium", "false", "MP-0006", "2021-02-01", "2025-06-11", "2025-04-30", ""},
		{"V-006", "Brightdesk", "Service desk software", "medium", "false", "MP-0007", "2017-05-01", "2025-06-12", "2025-03-31", ""},
		{"V-007", "Candor Screening", "Background checks", "low", "false", "MP-0009", "2015-03-01", "2024-11-18", "", ""},
	}
	w.record(audit.Dataset{
		Population: "vendors", Format: "csv", Source: "Vendor register",
		Query: "Every supplier with a contract in force on any day from 2025-01-01 to 2025-12-31",
	}, int64(len(rows)), nil, "vendors.csv")
	return w.writeCSV("vendors.csv", w.columns("vendors"), rows)
}
