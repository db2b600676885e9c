package demo

import (
	"context"
	"time"

	"tickmark/internal/audit"
)

// change is one change with its deployment to production.
type change struct {
	n                          int
	repository, title, kind    string
	author, approver           string
	opened, approved, deployed time.Time
	merged                     bool
}

var (
	repositories = []string{"payroll-engine", "payments-gateway", "client-portal", "tax-tables", "platform-infrastructure"}
	subjects     = []string{"Correct rounding in register export", "Raise timeout of bank connection", "Add field to new-hire form", "Update state withholding table", "Rotate credentials of batch jobs", "Improve audit log search", "Upgrade base image", "Add index to payment history", "Tighten session lifetime", "Show pending approvals on dashboard"}
)

// changes is how many changes the year had.
func (w *world) changes() int { return 6 * len(w.staff) }

// engineers are those of Engineering who were there all year.
func (w *world) engineers() []string {
	var ids []string
	for _, p := range w.staff {
		if p.department == "Engineering" && p.stable {
			ids = append(ids, p.id)
		}
	}
	return ids
}

// change makes number n. Changes follow each other evenly through the year.
func (w *world) change(d *dice, engineers []string, n int) change {
	d.of(w.Seed, diceChange, n)
	day := w.calendar.day(year, 1, 6).AddDate(0, 0, n*350/w.changes())
	for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		day = day.AddDate(0, 0, 1)
	}
	author := d.IntN(len(engineers))
	approver := (author + 1 + d.IntN(len(engineers)-1)) % len(engineers)
	c := change{
		n: n, repository: one(d, repositories), title: one(d, subjects), kind: "normal", merged: true,
		author: engineers[author], approver: engineers[approver],
		opened: w.calendar.at(day, d.between(9, 11), d.IntN(60)),
	}
	c.approved = c.opened.Add(time.Duration(d.between(30, 180)) * time.Minute)
	c.deployed = c.approved.Add(time.Duration(d.between(20, 120)) * time.Minute)
	switch {
	case d.chance(30):
		c.kind = "emergency"
		c.deployed = c.opened.Add(25 * time.Minute)
		c.approved = c.deployed.Add(time.Duration(d.between(1, 20)) * time.Hour)
	case d.chance(40):
		c.merged, c.approver, c.approved, c.deployed = false, "", time.Time{}, time.Time{}
	}
	w.plan.spoil(&c)
	return c
}

func (w *world) writeEngineering(context.Context) error {
	engineers, d := w.engineers(), newDice()
	var changes [][]string
	var deployments []deployment
	for n := range w.changes() {
		c := w.change(d, engineers, n)
		changes = append(changes, c.row())
		if c.merged {
			deployments = append(deployments, c.deployment("staging", 1, c.deployed.Add(-12*time.Minute)), c.deployment("production", 2, c.deployed))
		}
	}
	changes = append(changes, w.hurried(engineers)...)
	w.progress("changes", int64(len(changes)), int64(len(changes)))
	header := []string{"Change Key", "Repository", "Summary", "Path", "State", "Author", "Opened", "Approved", "Approver", "Required Checks Passed", "Merged", "Commit"}
	w.record(audit.Dataset{
		Population: "changes", Format: "csv", Source: "Code host",
		Query:   "All change requests of all repositories of the system, opened 2025-01-01 to 2025-12-31, any state",
		Columns: pairs(w.columns("changes"), header),
	}, int64(len(changes)), nil, "changes.csv")
	w.record(audit.Dataset{
		Population: "deployments", Format: "ndjson", Source: "Deployment pipeline",
		Query: "All pipeline runs of stage deploy, started 2025-01-01 to 2025-12-31, any environment, any outcome",
	}, int64(len(deployments)), nil, "deployments.ndjson")
	if err := w.writeCSV("changes.csv", header, changes); err != nil {
		return err
	}
	return writeNDJSON(w, "deployments.ndjson", deployments)
}

func (c change) id() string     { return id("CHG-", int64(c.n+1), 5) }
func (c change) commit() string { return hexID(scatter(uint64(c.n)+1<<40), 12) }

func (c change) row() []string {
	status, merged, commit := "merged", instantText(c.deployed.Add(-15*time.Minute)), c.commit()
	if !c.merged {
		status, merged, commit = "abandoned", "", ""
	}
	return []string{
		c.id(), c.repository, c.title, c.kind, status, c.author, instantText(c.opened),
		instantText(c.approved), c.approver, "true", merged, commit,
	}
}

// deployment is a line of the pipeline's export.
type deployment struct {
	ID          string `json:"deployment_id"`
	Change      string `json:"change_id"`
	Repository  string `json:"repository"`
	Commit      string `json:"commit_id"`
	Environment string `json:"environment"`
	At          string `json:"deployed_at"`
	By          string `json:"deployed_by"`
	Outcome     string `json:"outcome"`
}

func (c change) deployment(environment string, step int64, at time.Time) deployment {
	return deployment{
		ID: c.deploymentID(step), Change: c.id(), Repository: c.repository, Commit: c.commit(),
		Environment: environment, At: instantText(at), By: "svc-job-01", Outcome: "succeeded",
	}
}

func (c change) deploymentID(step int64) string { return id("DEP-", int64(c.n+1)*10+step, 6) }

// hexID writes n low hexadecimal digits of x.
func hexID(x uint64, n int) string {
	const digits = "0123456789abcdef"
	b := make([]byte, n)
	for i := range b {
		b[i] = digits[x>>(4*i)&15]
	}
	return string(b)
}
