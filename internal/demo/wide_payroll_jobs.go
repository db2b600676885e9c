package demo

import (
	"time"

	"tickmark/internal/audit"
)

// planned is one instance of a job that the schedule calls for.
type planned struct {
	job string
	due time.Time
}

// schedule is what is to run in the year.
func (g *wide) schedule() []planned {
	var all []planned
	for _, r := range g.calendar.runs {
		all = append(all, planned{"compute-payroll", g.calendar.at(r.pay.AddDate(0, 0, -4), 21, 0)})
	}
	for _, r := range g.calendar.runs {
		all = append(all, planned{"import-bank-acknowledgements", g.calendar.at(r.pay, 7, 30)})
	}
	for day := g.date(1, 5); day.Year() == year; day = day.AddDate(0, 0, 7) {
		all = append(all, planned{"refresh-tax-tables", g.calendar.at(day, 3, 15)})
	}
	for month := range 12 {
		all = append(all, planned{"post-general-ledger", g.calendar.at(g.date(month+2, 0), 20, 0)})
	}
	return all
}

// jobs gives the schedule and what ran.
func (g *wide) jobs(d *dice, _ register) {
	g.from("job_schedules", "Scheduler, approved schedule 2025", "Every instance due from 2025-01-01 to 2025-12-31, month ends and holidays included, derived from the schedule")
	g.from("job_runs", "Scheduler, run log", "Every run started from 2025-01-01 to 2025-12-31, any outcome, manual and repeated runs included")
	order := d.Perm(runsAYear - 1)
	for n, p := range g.schedule() {
		key := id("JI-", int64(n+1), 4)
		g.row("job_schedules", audit.Values{"instance_id": key, "job": p.job, "due_at": instantUTC(p.due)})
		at := p.due.Add(time.Duration(d.between(0, 20)) * time.Minute)
		switch {
		case n == order[0]:
			g.plant("job-completeness", key, "did not run: the scheduler had been stopped for maintenance")
		case n == order[1]:
			g.ran(d, key, 1, p.job, p.due.Add(95*time.Minute), "succeeded", time.Time{})
			g.plant("job-completeness", key, "began 95 minutes after it was due")
		case n == order[2]:
			g.ran(d, key, 1, p.job, at, "failed", at.Add(3*time.Hour))
			g.plant("job-completeness", key, "failed and was marked as resolved, and was never repeated")
		case n == order[3]:
			g.plant("job-failure-resolved", g.ran(d, key, 1, p.job, at, "failed", time.Time{}), "repeated with success only 31 hours later")
			g.ran(d, key, 2, p.job, at.Add(31*time.Hour), "succeeded", time.Time{})
		case d.chance(60):
			g.ran(d, key, 1, p.job, at, "failed", at.Add(130*time.Minute))
			g.ran(d, key, 2, p.job, at.Add(100*time.Minute), "succeeded", time.Time{})
		default:
			g.ran(d, key, 1, p.job, at, "succeeded", time.Time{})
		}
	}
	for n, month := range []int{2, 5, 8, 11} {
		at := g.calendar.at(g.date(month, d.between(3, 20)), 14, d.IntN(60))
		g.ran(d, "", 10*n+1, "rebuild-register", at, "succeeded", time.Time{})
	}
	at := g.calendar.at(g.date(d.between(3, 10), 12), 16, d.IntN(60))
	g.plant("job-failure-resolved", g.ran(d, "", 91, "rebuild-register", at, "failed", time.Time{}), "a manual run failed and nobody took it up")
}

// ran gives the nth run of an instance, or of none, and its identifier.
func (g *wide) ran(d *dice, instance string, n int, job string, at time.Time, outcome string, resolved time.Time) string {
	key := id("JR"+instance+"-", int64(n), 1)
	row := audit.Values{
		"run_id": key, "job": job, "instance_id": instance, "started_at": instantUTC(at), "outcome": outcome,
		"finished_at": instantUTC(at.Add(time.Duration(d.between(6, 55)) * time.Minute)),
	}
	if !resolved.IsZero() {
		row["resolved_at"], row["ticket_id"] = instantUTC(resolved), id("OPS-", int64(d.between(5_000, 9_999)), 4)
	}
	g.row("job_runs", row)
	return key
}

// instantUTC writes an instant in UTC.
func instantUTC(t time.Time) string { return t.UTC().Format(time.RFC3339) }
