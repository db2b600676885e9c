package demo

import (
	"fmt"
	"slices"
	"time"

	"tickmark/internal/audit"
)

// jobChanges are moves within the departments.
func (g *wide) jobChanges() {
	g.from("job_changes", "Human resources system, history of positions", "Every change of job, department or manager effective from 2025-01-01 to 2025-12-31")
	crew := g.crew()[len(departments):] // heads stay
	for i := range 26 {
		n := crew[(i*7+3)%len(crew)]
		day := g.calendar.working(g.dice, g.calendar.day(year, 1, 8).AddDate(0, 0, 13*i), g.calendar.day(year, 1, 13).AddDate(0, 0, 13*i))
		from := departments[(n+1+i%3)%len(departments)]
		row := audit.Values{
			"change_id": id("JC-2025-", int64(i+1), 3), "worker_id": g.staff[n].id, "effective_on": dayText(day),
			"old_job": from.titles[i%len(from.titles)] + " (" + from.name + ")", "new_job": g.staff[n].title + " (" + g.staff[n].department + ")",
			"access_reviewed_on": dayText(day.AddDate(0, 0, g.between(0, 4))), "access_reviewed_by": g.staff[5].id,
		}
		g.spoilMove(i, row, day)
		g.row("job_changes", row)
	}
}

// spoilMove makes three of the moves wrong.
func (g *wide) spoilMove(i int, row audit.Values, day time.Time) {
	switch i {
	case 6:
		delete(row, "access_reviewed_on")
		delete(row, "access_reviewed_by")
		g.plant("access-mover-unreviewed", row["change_id"], "the access of the old job of %s was never reviewed", row["worker_id"])
	case 13:
		row["access_reviewed_on"] = dayText(day.AddDate(0, 0, 27))
		g.plant("access-mover-unreviewed", row["change_id"], "the access of the old job of %s was reviewed 27 days after the move", row["worker_id"])
	case 20:
		row["access_reviewed_by"] = row["worker_id"]
		g.plant("access-mover-unreviewed", row["change_id"], "%s reviewed the own access", row["worker_id"])
	}
}

// backgroundChecks are ordered for everybody who was hired in the year.
func (g *wide) backgroundChecks() {
	g.from("background_checks", "Candor Screening, portal of orders", "Every check ordered for a worker hired from 2025-01-01 to 2025-12-31, any state")
	joined := g.joined()
	for i, n := range joined {
		p := g.staff[n]
		for _, kind := range []string{"identity", "right-to-work", "criminal"} {
			row := audit.Values{
				"check_id": fmt.Sprintf("CS-%04d-%s", n+1, kind), "worker_id": p.id, "kind": kind, "ordered_on": dayText(p.hired.AddDate(0, 0, -24)),
				"completed_on": dayText(p.hired.AddDate(0, 0, -g.between(9, 17))), "result": "clear",
			}
			switch {
			case kind == "criminal" && i == 1:
				row["completed_on"] = dayText(p.hired.AddDate(0, 0, 6))
				g.plant("background-check-before-start", p.id, "began on %s; the screening provider completed the check six days later", dayText(p.hired))
			case kind == "criminal" && i == 4 && len(joined) > 5:
				row["result"] = "adverse"
				g.plant("background-check-before-start", p.id, "began on %s with an adverse result on which nobody had decided", dayText(p.hired))
			case kind == "criminal" && i == 5:
				row["result"], row["adjudicated_on"], row["adjudicated_by"] = "adverse", dayText(p.hired.AddDate(0, 0, -3)), g.staff[8].id
			}
			g.row("background_checks", row)
		}
	}
}

// performanceReviews are held once a year with every employee.
func (g *wide) performanceReviews() {
	g.from("performance_reviews", "Human resources system, performance module", "Every review completed from 2024-01-01 to 2025-12-31, and every review still open")
	for n, p := range g.staff {
		if p.kind != "employee" || p.hired.Year() == year || !p.left.IsZero() {
			continue
		}
		day := g.calendar.working(g.dice, g.calendar.day(year, 2, 10), g.calendar.day(year, 3, 28))
		row := audit.Values{"review_id": id("PR-2025-", int64(n+1), 4), "worker_id": p.id, "reviewer_id": g.boss(n), "due_on": "2025-03-31", "completed_on": dayText(day)}
		switch n {
		case 0:
			row["reviewer_id"] = "AC-01" // the chair of the audit committee
		case 12:
			delete(row, "completed_on")
			g.plant("performance-review-missing", p.id, "the review of the year is still open")
		case 16:
			row["reviewer_id"] = p.id
			g.plant("performance-review-missing", p.id, "the worker completed the review in the manager's place")
		}
		g.row("performance_reviews", row)
	}
}

// conductAnswers plants who joined and was never asked for the code of conduct.
func (g *wide) conductAnswers() {
	p := g.staff[g.unasked()]
	g.plant("conduct-acknowledged", p.id, "joined on %s and was never asked to acknowledge the code of conduct", dayText(p.hired))
}

// badgesSeen are four snapshots of the doors of the head office.
func (g *wide) badgesSeen() {
	g.from("badges", "Door system of the head office", "Every badge, active or disabled, at the close of each quarter of 2025")
	last := slices.MaxFunc(g.leavers(), func(a, b int) int { return g.staff[a].left.Compare(g.staff[b].left) })
	late := 0 // snapshots in which the badge of the last leaver still opened doors
	for _, month := range []int{3, 6, 9, 12} {
		at := g.calendar.at(g.calendar.day(year, month+1, 0), 17, 0)
		see := func(badge, kind, worker, host, until string, active bool) {
			status := "active"
			if !active {
				status = "disabled"
			}
			g.row("badges", audit.Values{
				"badge_id": badge, "facility": "Head office", "kind": kind, "worker_id": worker, "host_id": host,
				"status": status, "valid_until": until, "observed_at": stamp(at),
			})
		}
		for _, n := range append(g.crew(), g.leavers()...) {
			p, badge := g.staff[n], id("BDG-", int64(n+1), 4)
			if p.hired.After(at) {
				continue
			}
			gone := !p.left.IsZero() && p.left.Before(g.calendar.at(at, 0, 0))
			open := n == last && late < 2
			if gone && open {
				late++
				g.plant("badge-not-entitled", badge+"|"+keyStamp(at), "the badge of %s, who left on %s, still opens the doors", p.id, dayText(p.left))
			}
			see(badge, "worker", p.id, "", "", !gone || open)
		}
		see("BDG-V01", "vendor", "", g.staff[6].id, "2025-12-31", true)
		see("BDG-V02", "vendor", "", g.staff[16].id, "2025-08-31", month < 12)
		see("BDG-V03", "visitor", "", g.staff[8].id, dayText(at), true)
		if month == 9 {
			g.plant("badge-not-entitled", "BDG-V02|"+keyStamp(at), "the badge of the cleaning company's worker was to end on 2025-08-31 and still opens the doors")
		}
	}
}
