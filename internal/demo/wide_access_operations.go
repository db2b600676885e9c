package demo

import (
	"strconv"
	"time"

	"tickmark/internal/audit"
)

// changesWide gives the runs of checks of every deployed commit, and plants
// what the payroll sample and the emergency changes have.
func (g *wide) changesWide() {
	g.from("ci_runs", "Code host, runs of checks", "Every run of the required checks from 2024-12-15 to 2025-12-31 on a commit that was deployed in 2025, any outcome")
	engineers, d := g.engineers(), newDice()
	for _, h := range g.hurries(engineers) {
		if h.wrong != "" {
			g.plant("change-emergency-unreviewed", h.id(), "emergency change of %s was %s", h.author, h.wrong)
		}
	}
	wrong := map[int]string{}
	for i, what := range []string{"the check of its commit had failed", "no check had run on its commit", "the check of its commit ended after the deployment"} {
		n, err := find(g.dice, g.changes(), func(n int) bool {
			c := g.change(d, engineers, n)
			_, planned := g.plan.changes[n]
			return c.merged && c.kind == "normal" && !planned && wrong[n] == "" && n%3 == i
		})
		if err != nil {
			g.faults = append(g.faults, err)
			return
		}
		wrong[n] = what
	}
	for n := range g.changes() {
		c := g.change(d, engineers, n)
		if !c.merged {
			continue
		}
		if self, planned := g.plan.changes[n]; planned {
			what := "deployed without approval"
			if self {
				what = "approved by its author " + c.author
			}
			g.plant("change-deployed-unapproved", c.deploymentID(2), "change %s was %s", c.id(), what)
		}
		if wrong[n] != "" {
			g.plant("change-ci-missing", c.deploymentID(2), "change %s was deployed although %s", c.id(), wrong[n])
		}
		g.checks(c, n%3, wrong[n] != "")
	}
}

// checks are the runs on the commit of a change; way is how they go wrong.
func (g *wide) checks(c change, way int, wrong bool) {
	run := func(at time.Time, outcome string) {
		g.row("ci_runs", audit.Values{
			"run_id": id("RUN-", int64(len(g.rows["ci_runs"])+1), 6), "repository": c.repository, "commit_id": c.commit(),
			"check_name": "tests", "started_at": stamp(at), "finished_at": stamp(at.Add(7 * time.Minute)), "outcome": outcome,
		})
	}
	first := c.opened.Add(time.Duration(g.between(1, 5)) * time.Minute)
	switch {
	case wrong && way == 0:
		run(first, "failed")
	case wrong && way == 1:
	case wrong:
		run(c.deployed.Add(11*time.Minute), "succeeded")
	case g.chance(60):
		run(first, "failed")
		run(first.Add(9*time.Minute), "succeeded")
	default:
		run(first, "succeeded")
	}
}

// backupsWide gives the plans, the objectives and the trials of recovery.
func (g *wide) backupsWide() {
	g.from("backup_plans", "Backup service, plans", "Every data store with production data, as of 2025-12-31")
	g.from("recovery_objectives", "Continuity plan, appendix of data stores", "Every data store with a commitment on recovery in 2025")
	g.from("restore_tests", "Service desk, records of trials", "Every trial of recovery from 2025-01-01 to 2025-12-31, those broken off included")
	for _, s := range []struct {
		store, system string
		gap, rpo, rto int // rpo 0: no objective
		tried         bool
	}{
		{"payroll-db", "Payroll engine", 60, 3600, 480, true},
		{"payments-db", "Payments gateway", 60, 3600, 240, true},
		{"document-store", "Client portal", 60, 3600, 480, true},
		{"tax-forms-archive", "Payroll engine", 26, 0, 0, true},
		{"client-documents", "Client portal", 60, 1560, 480, true},
		{"audit-log-store", "Log collection", 60, 3600, 720, true},
		{"ledger-db", "Ledger", 26, 1560, 480, true},
		{"code-archive", "Code host", 26, 1560, 480, false},
		{"year-end-forms", "Payroll engine", 26, 0, 0, true},
	} {
		g.row("backup_plans", audit.Values{"datastore": s.store, "system": s.system, "max_gap_hours": strconv.Itoa(s.gap), "restore_test_required": yesNo(s.tried)})
		if s.rpo > 0 {
			g.row("recovery_objectives", audit.Values{
				"datastore": s.store, "rpo_minutes": strconv.Itoa(s.rpo), "rto_minutes": strconv.Itoa(s.rto), "required_from": "2022-01-01",
			})
			g.trials(s.store, s.rto)
		}
	}
	g.plant("backup-coverage", "tax-forms-archive", "three nights of June in a row failed")
	g.plant("backup-rpo-exceeded", "client-documents", "the backup of 2025-03-18 failed, so that for a day more than 26 hours of documents could have been lost")
	g.plant("backup-success-rate", "audit-log-store", "twelve of the nightly backups failed")
	g.plant("backup-restore-tested", "year-end-forms", "restoring was not tested in the year")
	g.baseBackups()
}

// trials are two in the year for each data store; those of two went wrong.
func (g *wide) trials(store string, rto int) {
	for i, month := range []int{4, 10} {
		at := g.on(month, g.between(7, 25), 13, 0)
		row := audit.Values{
			"test_id": id("TRY-", int64(len(g.rows["restore_tests"])+1), 3), "datastore": store, "started_at": stamp(at),
			"recovered_at": stamp(at.Add(time.Duration(g.between(rto/4, rto-20)) * time.Minute)),
			"data_as_of":   stamp(g.calendar.at(at, 1, 30)), "outcome": "succeeded", "verified_by": g.staff[16].id,
		}
		switch {
		case store == "payroll-db" && i == 0:
			row["outcome"] = "broken-off"
			delete(row, "recovered_at")
		case store == "code-archive" && i == 1:
			row["recovered_at"] = stamp(at.Add(11*time.Hour + 5*time.Minute))
			g.plant("restore-objectives-missed", store, "the trial of October took eleven hours, eight are allowed")
		case store == "ledger-db" && i == 1:
			row["data_as_of"] = stamp(g.calendar.at(at.AddDate(0, 0, -2), 1, 30))
			g.plant("restore-objectives-missed", store, "the trial of October recovered the data of two nights before")
		}
		g.row("restore_tests", row)
	}
}

// baseBackups plants what the dice of the payroll sample made of its backups:
// two nights in a row that failed, or too many in the year.
func (g *wide) baseBackups() {
	d, n := newDice(), 0
	for _, store := range []string{"payroll-db", "payments-db", "document-store"} {
		failures, row, long := 0, 0, false
		for day := g.calendar.day(year, 1, 1); day.Year() == year; day = day.AddDate(0, 0, 1) {
			row++
			if g.backup(d.of(g.Seed, diceBackup, n), store, n+1, day).Outcome == "succeeded" {
				row = 0
			} else {
				failures++
			}
			// From the beginning of the year two nights are less than sixty hours.
			long = long || row > 2 || row == 2 && day.YearDay() > 2
			n++
		}
		if long {
			g.plant("backup-coverage", store, "the backups of two nights in a row failed")
			g.plant("backup-rpo-exceeded", store, "the backups of two nights in a row failed, so that the data of sixty hours could have been lost")
		}
		if failures > 7 {
			g.plant("backup-success-rate", store, "%d of the nightly backups failed", failures)
		}
	}
}

// incidentsWide gives what reviews of incidents led to.
func (g *wide) incidentsWide() {
	g.plant("incident-notice-late", "INC-2025-05", "clients were not told of the failure of the replica")
	g.plant("incident-review-missing", "INC-2025-06", "reviewed five weeks after the certificate had been renewed")
	g.from("incident_actions", "Service desk, actions of reviews", "Every action agreed upon in a review that was open on any day of 2025")
	for i, a := range []struct{ incident, title, owner, agreed, due, done, wrong string }{
		{"INC-2025-01", "Load test of the client portal before each release", "MP-0002", "2025-02-14", "2025-04-30", "2025-04-24", ""},
		{"INC-2025-01", "Alert on slow pages", "MP-0007", "2025-02-14", "2025-03-14", "2025-03-11", ""},
		{"INC-2025-02", "Mark messages from outside", "MP-0006", "2025-04-07", "2025-05-30", "2025-05-28", ""},
		{"INC-2025-02", "Short exercise on phishing for all workers", "MP-0009", "2025-04-07", "2025-06-30", "2025-06-12", ""},
		{"INC-2025-03", "Agree on a second channel with the bank", "MP-0004", "2025-07-01", "2025-08-29", "2025-09-26", "done four weeks after it was due"},
		{"INC-2025-03", "Alert when an acknowledgement is missing at seven", "MP-0007", "2025-07-01", "2025-07-31", "2025-07-22", ""},
		{"INC-2025-04", "Confirm contacts with clients every half-year", "MP-0005", "2025-08-26", "2025-10-31", "2025-10-17", ""},
		{"INC-2025-04", "Ask a second person before a register leaves by mail", "MP-0001", "2025-08-26", "2025-09-30", "2025-09-30", ""},
		{"INC-2025-05", "Watch the lag of replicas", "MP-0007", "2025-10-30", "2025-11-28", "2025-11-20", ""},
		{"INC-2025-05", "Exercise the change to the second replica", "MP-0007", "2025-10-30", "2025-12-19", "", "due on 2025-12-19 and not done"},
		{"INC-2025-06", "List the certificates with their last days", "MP-0006", "2025-04-22", "2025-05-30", "2025-05-16", ""},
		{"INC-2025-06", "Renew certificates by program", "MP-0002", "2025-04-22", "2025-09-30", "2025-09-05", ""},
		{"INC-2025-07", "Start the registers an hour earlier", "MP-0001", "2025-05-14", "2025-05-23", "2025-05-19", ""},
		{"INC-2025-07", "Report the hour of delivery to clients each month", "", "2025-05-14", "2025-07-31", "2025-07-29", "has no owner"},
		{"INC-2025-08", "Second route to the client portal", "MP-0007", "2025-09-23", "2025-12-12", "2025-12-03", ""},
		{"INC-2025-08", "Check from outside once a minute", "MP-0007", "2025-09-23", "2025-10-10", "2025-10-02", ""},
	} {
		key := id("ACT-2025-", int64(i+1), 2)
		g.row("incident_actions", audit.Values{
			"action_id": key, "incident_id": a.incident, "title": a.title, "owner_id": a.owner, "agreed_on": a.agreed,
			"due_on": a.due, "done_on": a.done, "verified_by": "MP-0010",
		})
		if a.wrong != "" {
			g.plant("incident-action-overdue", key, "%s: %s", a.title, a.wrong)
		}
	}
}
