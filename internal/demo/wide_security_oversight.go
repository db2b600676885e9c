package demo

import (
	"strconv"
	"time"

	"tickmark/internal/audit"
)

func (g *wide) board() {
	g.from("board_meetings", "Board secretary, calendar and minutes", "Every meeting called from 2025-01-01 to 2025-12-31 and the last one before it, cancelled ones included")
	days := []time.Time{g.calendar.day(2024, 11, 14), g.calendar.day(year, 2, 20), g.calendar.day(year, 5, 15), g.calendar.day(year, 8, 14), g.calendar.day(year, 11, 13)}
	for i, body := range []string{"Board", "Audit committee", "Risk committee"} {
		members := 7 - 2*i
		for n, day := range days {
			planned := day.AddDate(0, 0, i)
			key, present := id("BM-"+strconv.Itoa(planned.Year())+"-", int64(5*i+n+1), 2), members-g.IntN(2)
			row := audit.Values{"meeting_id": key, "body": body, "planned_on": dayText(planned), "held_on": dayText(planned), "members": strconv.Itoa(members),
				"topics": "security,deficiencies,finance", "minutes_approved_on": dayText(planned.AddDate(0, 0, 20))}
			switch {
			case i == 2 && n == 3:
				present = 1
				g.plant("board-meeting-held", key, "only one of three members of the risk committee was present")
			case i == 0 && n == 2:
				row["topics"] = "finance,real-estate"
				g.plant("board-meeting-held", key, "the minutes of the board do not name security")
			}
			row["present"], row["independent"] = strconv.Itoa(present), strconv.Itoa((present+1)/2)
			g.row("board_meetings", row)
		}
	}
}

// programs of evaluation: how often, last time before the year, who performs,
// whose area it is.
var programs = []string{
	"Control tests of Internal Audit|3|2024-12-12|MP-0010|MP-0001", "Penetration test|12|2024-05-20|Harrow Lane Security|MP-0006",
	"Self-assessment of payroll controls|6|2024-10-10|MP-0011|MP-0001", "Code review of the payments gateway|6|2024-11-07|MP-0006|MP-0002",
	"Configuration review of the hosting accounts|3|2024-11-20|MP-0016|MP-0007", "Review of tax computations|6|2024-09-12|MP-0010|MP-0003",
	"Physical security of the offices|12|2024-06-06|MP-0010|MP-0007", "Exercise of incident response|12|2024-03-14|MP-0020|MP-0006",
}

func (g *wide) evaluations() {
	g.from("evaluations", "Internal audit system", "Every evaluation completed in 2025 and the last one of each program before it")
	g.lines("evaluations", "program every_months completed_on performed_by area_owner", programs...)
	for i, first := range g.rows["evaluations"] {
		months, _ := strconv.Atoi(first["every_months"])                                      // ours, and a number
		done, _ := time.ParseInLocation(time.DateOnly, first["completed_on"], g.calendar.loc) // ours, and a day
		first["evaluation_id"] = id("EVL-"+strconv.Itoa(i+1)+"-", 0, 2)
		for n := 1; ; n++ {
			former := id("EVL-"+strconv.Itoa(i+1)+"-", int64(n-1), 2)
			key := id("EVL-"+strconv.Itoa(i+1)+"-", int64(n), 2)
			done = done.AddDate(0, months, -g.between(0, 3))
			if i == 5 && n == 1 {
				done = done.AddDate(0, 0, 75)
				g.plant("evaluation-on-cadence", former, "the next review of tax computations came 75 days late")
			}
			if done.Year() > year {
				break
			}
			performer := first["performed_by"]
			if i == 4 && n == 2 {
				performer = first["area_owner"]
				g.plant("evaluation-on-cadence", key, "%s evaluated the own area", performer)
			}
			g.row("evaluations", audit.Values{"evaluation_id": key, "program": first["program"], "every_months": first["every_months"],
				"completed_on": dayText(done), "performed_by": performer, "area_owner": first["area_owner"]})
		}
	}
}

// defects are what was found, with who raised it and how severe it is.
var defects = [][3]string{
	{"Review of an access list was not signed", "internal-audit", "medium"}, {"Header of the portal tells its version", "penetration-test", "low"},
	{"Two runs lack the signed run log", "internal-audit", "medium"}, {"Session survives a change of password", "penetration-test", "high"},
	{"Restore test was done from the wrong backup", "self-assessment", "medium"}, {"Key of a build job stands in a script", "monitoring", "critical"},
	{"List of call-backs misses one payee", "external-audit", "high"}, {"Course was assigned to nobody in one team", "self-assessment", "low"},
}

func (g *wide) findings() {
	g.from("findings", "Internal audit system", "Every finding open on any day from 2025-01-01 to 2025-12-31, whoever raised it")
	owners, testers := g.team("Engineering"), g.team("Internal Audit")
	for n := range 32 {
		what, key := defects[n%len(defects)], id("FND-", int64(n+1), 3)
		raised := g.calendar.working(g.dice, g.calendar.day(year, 1, 6).AddDate(0, 0, 10*n), g.calendar.day(year, 1, 12).AddDate(0, 0, 10*n))
		closed := raised.AddDate(0, 0, g.between(4, daysOf[what[2]]*2/3))
		row := audit.Values{"issue_id": key, "title": what[0], "source": what[1], "severity": what[2], "raised_on": dayText(raised), "owner_id": one(g.dice, owners)}
		tester := one(g.dice, testers)
		switch n {
		case 3:
			closed = raised.AddDate(0, 0, 52)
			g.plant("finding-overdue", key, "a high finding was closed after 52 days")
		case 10: // the extension was approved in time
			closed = raised.AddDate(0, 0, 110)
			row["extended_to"], row["extension_approved_on"], row["extension_approved_by"] = dayText(raised.AddDate(0, 0, 120)), dayText(raised.AddDate(0, 0, 60)), "MP-0010"
		case 13:
			closed = raised.AddDate(0, 0, 33)
			row["extended_to"], row["extension_approved_on"], row["extension_approved_by"] = dayText(raised.AddDate(0, 0, 40)), dayText(raised.AddDate(0, 0, 20)), "MP-0010"
			g.plant("finding-overdue", key, "a critical finding was closed after 33 days; its extension came after the due day")
		case 6:
			tester = row["owner_id"]
			g.plant("finding-not-retested", key, "was tested by its owner %s", tester)
		case 14:
			g.plant("finding-not-retested", key, "was closed without a test")
		}
		if closed.Year() == year {
			row["closed_on"] = dayText(closed)
			if n != 14 && what[2] != "low" {
				row["retested_on"], row["retested_by"], row["retest_outcome"] = dayText(closed.AddDate(0, 0, -g.IntN(3))), tester, "corrected"
			}
		}
		g.row("findings", row)
	}
}
