package demo

import (
	"time"

	"tickmark/internal/audit"
)

// accessReview is the review of one quarter.
type accessReview struct {
	code string
	due  time.Time
}

func (g *wide) reviews() []accessReview {
	return []accessReview{
		{"2025-Q1", g.calendar.day(year, 2, 28)}, {"2025-Q2", g.calendar.day(year, 5, 30)},
		{"2025-Q3", g.calendar.day(year, 8, 29)}, {"2025-Q4", g.calendar.day(year, 11, 28)},
	}
}

// accessReviews puts each right that was held before every manager.
func (g *wide) accessReviews(list []holding) {
	g.from("access_reviews", "Identity provider, access reviews", "Every entry of the reviews of 2025, decided or not")
	for q, r := range g.reviews() {
		drawn := r.due.AddDate(0, 0, -14)
		for _, h := range list {
			if h.granted.Before(drawn) && h.quirk != quirkNever && !(h.quirk == quirkSkipped && q == 3) {
				g.reviewed(q, r, h)
			}
		}
		for i := range 3 {
			n := []int{1, 5, 6, 8, 12, 19, 0, 3, 11, 16, 2, 7}[3*q+i]
			e := g.reviewEntry(r, n, one(g.dice, []string{"shared-drive:projects", "report-library:edit", "client-portal:demonstration"}))
			e["decision"] = []string{"revoke", "revoke", "change"}[i]
			e["executed_at"] = stamp(g.decided(r).AddDate(0, 0, 1).Add(2 * time.Hour))
			e["reviewed_at"] = stamp(g.decided(r))
			g.row("access_reviews", e)
		}
	}
}

// decided is when the revocations of a review were decided.
func (g *wide) decided(r accessReview) time.Time {
	return g.calendar.at(r.due.AddDate(0, 0, -4), 11, 25)
}

// reviewEntry is a right that the manager keeps, unless it is made otherwise.
func (g *wide) reviewEntry(r accessReview, worker int, group string) audit.Values {
	at := g.calendar.at(g.calendar.working(g.dice, r.due.AddDate(0, 0, -10), r.due.AddDate(0, 0, -1)), g.between(9, 16), g.IntN(60))
	return audit.Values{
		"entry_id": id("AR-", int64(len(g.rows["access_reviews"])+1), 5), "review": r.code, "system": identities,
		"account_id": accountOf(worker), "entitlement": group, "worker_id": g.staff[worker].id, "due_on": dayText(r.due),
		"reviewed_at": stamp(at), "reviewed_by": g.boss(worker), "decision": "keep",
	}
}

// reviewed is the entry of a holding in the review of quarter q, counted from 0.
func (g *wide) reviewed(q int, r accessReview, h holding) {
	e := g.reviewEntry(r, h.worker, h.group)
	key, who := e["entry_id"], g.staff[h.worker].id
	switch {
	case h.quirk == quirkUndecided && q == 1:
		delete(e, "reviewed_at")
		delete(e, "reviewed_by")
		delete(e, "decision")
		g.plant("access-review-complete", key, "nobody decided on %s of %s", h.group, who)
	case h.quirk == quirkDecidedLate && q == 2:
		e["reviewed_at"] = stamp(g.calendar.at(r.due.AddDate(0, 0, 5), 10, 30))
		g.plant("access-review-complete", key, "decided on %s of %s five days after the due day", h.group, who)
	case h.quirk == quirkStranger && q == 0:
		e["reviewed_by"] = "EXT-0031"
		g.plant("access-review-self", key, "decided by EXT-0031, whom the human resources system does not know")
	case h.quirk == quirkGone && q == 2:
		if n := g.gone(r); n >= 0 {
			e["reviewed_by"] = g.staff[n].id
			g.plant("access-review-self", key, "decided in the name of %s, who had left on %s", g.staff[n].id, dayText(g.staff[n].left))
		}
	case h.quirk == quirkHeld && q == 3:
		e["decision"], e["reviewed_at"] = "revoke", stamp(g.decided(r))
		e["executed_at"] = stamp(g.decided(r).AddDate(0, 0, 2))
		g.plant("access-revocation-late", key, "%s of %s was recorded as taken away and is still held at the end of the year", h.group, who)
	}
	g.row("access_reviews", e)
}

// gone is somebody who had left before the review was drawn up; -1 if nobody had.
func (g *wide) gone(r accessReview) int {
	for n, p := range g.staff {
		if !p.left.IsZero() && p.left.Before(r.due.AddDate(0, 0, -14)) {
			return n
		}
	}
	return -1
}
