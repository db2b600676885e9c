package demo

import (
	"fmt"
	"strings"
	"time"

	"tickmark/internal/audit"
)

// boardPacks are the papers that were sent before each meeting of the year.
func (g *wide) boardPacks() {
	g.from("board_packs", "Board secretary, mailing list", "What was sent before every meeting called from 2025-01-01 to 2025-12-31")
	for _, meeting := range g.rows["board_meetings"] {
		held := g.day(meeting["held_on"])
		if held.Year() != year {
			continue
		}
		key, sent, contents := meeting["meeting_id"], held.AddDate(0, 0, -7), "readiness,risks,findings"
		switch key {
		case "BM-2025-03":
			sent = held.AddDate(0, 0, -2)
			g.plant("board-pack-sent", key, "the papers were sent two days before the meeting")
		case "BM-2025-09":
			contents = "readiness,findings"
			g.plant("board-pack-sent", key, "the papers held no risks")
		}
		g.row("board_packs", audit.Values{"pack_id": "PK-" + key, "meeting_id": key, "as_of_on": dayText(held.AddDate(0, 0, -12)),
			"sent_on": dayText(sent), "contents": contents, "document_digest": string(audit.DigestOf([]byte(key)))})
	}
}

// managementReviews are held by three groups of managers in every quarter.
func (g *wide) managementReviews() {
	g.from("management_reviews", "Compliance calendar", "Every review planned from 2025-01-01 to 2025-12-31, those not held included")
	for i, body := range []string{"Security committee|MP-0006|MP-0001", "Payroll operations|MP-0001|MP-0008", "Technology leads|MP-0007|MP-0006"} {
		who := strings.Split(body, "|")
		for n := range 4 {
			planned := g.calendar.day(year, 3*n+3, 4+i)
			key := fmt.Sprintf("MR-%d-%d%d", year, i+1, n+1)
			row := audit.Values{"review_id": key, "body": who[0], "planned_on": dayText(planned), "held_on": dayText(planned.AddDate(0, 0, n)),
				"topics": "controls,risks", "minutes_digest": string(audit.DigestOf([]byte(key))), "minutes_by": who[1], "approved_by": who[2],
				"approved_on": dayText(planned.AddDate(0, 0, n+9))}
			switch {
			case i == 1 && n == 2:
				for _, name := range []string{"held_on", "topics", "minutes_digest", "minutes_by", "approved_by", "approved_on"} {
					delete(row, name)
				}
				g.plant("management-review-held", key, "the review of the third quarter was not held")
			case i == 2 && n == 1:
				row["approved_by"] = row["minutes_by"]
				g.plant("management-review-held", key, "%s approved the own minutes", row["minutes_by"])
			}
			g.row("management_reviews", row)
		}
	}
}

// dueEvidence is what four connections were to give in every week.
func (g *wide) dueEvidence() {
	g.from("evidence_expectations", "Schedules of connections", "Every population of every scheduled connection for every day of 2025 on which its schedule called")
	for i, from := range []string{"directory|accounts", "hr|people", "repositories|changes", "scanner|vulnerabilities"} {
		of := strings.Split(from, "|")
		for week := range 52 {
			due := g.calendar.day(year, 1, 6).AddDate(0, 0, 7*week)
			key := of[0] + " " + of[1] + " " + dayText(due)
			row := audit.Values{"expectation_id": key, "connection": of[0], "population": of[1], "due_on": dayText(due), "paused": "false",
				"collected_on": dayText(due), "collection_id": fmt.Sprintf("col-%s-%02d", of[0], week+1)}
			switch {
			case i == 1 && week == 20:
				row["collected_on"] = dayText(due.AddDate(0, 0, 4))
				g.plant("evidence-overdue", key, "the evidence came four days late")
			case i == 3 && week == 33:
				delete(row, "collected_on")
				delete(row, "collection_id")
				g.plant("evidence-overdue", key, "the evidence was never collected")
			}
			g.row("evidence_expectations", row)
		}
	}
}

// words are what the owners of controls were asked after every quarter.
func (g *wide) words() {
	g.from("control_attestations", "Compliance calendar", "Every question to the owner of a control that was due from 2025-01-01 to 2025-12-31")
	owners := []string{"CM-01|MP-0002", "LA-04|MP-0006", "LA-07|MP-0006", "PR-02|MP-0001", "PY-02|MP-0004", "RM-01|MP-0007"}
	for n := range 4 {
		from := g.calendar.day(year-1, 10+3*n, 1)
		to := from.AddDate(0, 3, -1)
		for i, owner := range owners {
			who := strings.Split(owner, "|")
			key := who[0] + " " + dayText(to)
			row := audit.Values{"attestation_id": key, "control": who[0], "period_from": dayText(from), "period_to": dayText(to), "owner_id": who[1],
				"asked_on": dayText(to.AddDate(0, 0, 1)), "due_on": dayText(to.AddDate(0, 0, 15)), "answer": "given",
				"answered_on": dayText(to.AddDate(0, 0, 4+i)), "answered_by": who[1], "of_current_wording": "true"}
			switch {
			case n == 1 && i == 3:
				row["answered_by"] = "MP-0010"
				g.plant("attestation-missing", key, "MP-0010 answered for %s", who[1])
			case n == 2 && i == 5:
				for _, name := range []string{"answer", "answered_on", "answered_by", "of_current_wording"} {
					delete(row, name)
				}
				g.plant("attestation-missing", key, "the owner %s did not answer", who[1])
			}
			g.row("control_attestations", row)
		}
	}
}

// day reads a day that this program wrote.
func (g *wide) day(text string) time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, text, g.calendar.loc)
	return t
}
