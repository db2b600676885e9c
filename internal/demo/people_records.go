package demo

import (
	"time"

	"tickmark/internal/audit"
)

// course is a yearly course with the day of its assignment.
type course struct {
	name       string
	month, day int
}

var courses = []course{
	{"Information security awareness", 2, 3},
	{"Privacy and handling of payroll data", 5, 5},
	{"Code of conduct", 9, 8},
}

// writeTrainings assigns each course to everybody who is there, thirty days each.
func (w *world) writeTrainings() error {
	var rows [][]string
	d := newDice()
	for i, c := range courses {
		assigned := w.calendar.day(year, c.month, c.day)
		for n, p := range w.staff {
			if !p.there(assigned) {
				continue
			}
			d.of(w.Seed, diceWorker, n+(i+1)<<26)
			done := assigned.AddDate(0, 0, d.between(1, 29))
			key := id("TR-", int64(i+1), 1) + p.id[2:]
			if w.plan.overdue[key] {
				done = assigned.AddDate(0, 0, 41)
			}
			rows = append(rows, w.training(d, key, p, c, assigned, done))
		}
	}
	w.record(audit.Dataset{
		Population: "trainings", Format: "csv", Source: "Learning management system",
		Query: "Report \"Assignments\", assigned 2025-01-01 to 2025-12-31, all statuses",
	}, int64(len(rows)), nil, "trainings.csv")
	return w.writeCSV("trainings.csv", w.columns("trainings"), rows)
}

// training is one row. Who leaves before finishing never does.
func (w *world) training(d *dice, key string, p worker, c course, assigned, done time.Time) []string {
	score := id("", int64(d.between(80, 100)), 1)
	completed := dateText(done)
	if !p.left.IsZero() && p.left.Before(done) {
		completed, score = "", ""
	}
	return []string{key, p.id, c.name, dateText(assigned), dateText(assigned.AddDate(0, 0, 30)), completed, score}
}

var policies = []string{"Information security policy", "Code of conduct", "Access control policy", "Incident response policy"}

// writeAcknowledgements asks everybody who is there in April for every policy.
func (w *world) writeAcknowledgements() error {
	var rows [][]string
	d := newDice()
	asked := w.calendar.day(year, 4, 7)
	for i, policy := range policies {
		for n, p := range w.staff {
			asked, wait := w.asked(n, policy, asked)
			if !p.there(asked) {
				continue
			}
			d.of(w.Seed, diceWorker, n+(i+1)<<30)
			answered := asked.AddDate(0, 0, d.between(0, wait))
			day := dateText(answered)
			if !p.left.IsZero() && p.left.Before(answered) {
				day = ""
			}
			rows = append(rows, []string{
				id("AK-", int64(i+1), 1) + p.id[2:], p.id, policy, "2025.1",
				dateText(asked), dateText(asked.AddDate(0, 0, 21)), day,
			})
		}
	}
	w.record(audit.Dataset{
		Population: "policy_acknowledgements", Format: "csv", Source: "Policy portal",
		Query: "Export of acknowledgement requests, requested 2025-01-01 to 2025-12-31, all states",
	}, int64(len(rows)), nil, "policy_acknowledgements.csv")
	return w.writeCSV("policy_acknowledgements.csv", w.columns("policy_acknowledgements"), rows)
}
