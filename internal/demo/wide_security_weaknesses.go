package demo

import (
	"strconv"
	"time"

	"tickmark/internal/audit"
)

// daysOf are the days within which weaknesses of a severity are fixed.
var daysOf = map[string]int{"critical": 15, "high": 30, "medium": 90, "low": 180}

var scoreOf = map[string]int{"critical": 90, "high": 70, "medium": 40, "low": 10, "informational": 0}

func (g *wide) vulnerabilities() {
	g.from("vulnerabilities", "Vulnerability scanner", "Every finding on any asset first found from 2025-01-01 to 2025-12-31, fixed and accepted ones included")
	for n := range 60 {
		severity := one(g.dice, []string{"critical", "high", "high", "medium", "medium", "medium", "low", "informational"})
		found, key := g.within(10+5*n), id("VF-", int64(n+1), 4)
		row := audit.Values{"finding_id": key, "weakness": id("MW-2025-", int64(g.between(1, 900)), 4), "asset_id": id("SRV-", int64(g.between(1, 6)), 2),
			"found_at": utc(found), "status": "fixed"}
		fixed := found.AddDate(0, 0, g.between(1, max(daysOf[severity]*3/4, 20)*2/3))
		switch {
		case n == 8:
			severity, fixed = "high", found.AddDate(0, 0, 47)
			g.plant("vulnerability-overdue", key, "a high weakness was fixed after 47 days")
		case n == 25:
			severity, row["status"], fixed = "medium", "accepted", time.Time{}
			row["accepted_by"], row["accepted_until"] = "MP-0006", "2025-10-31"
			g.plant("vulnerability-overdue", key, "the acceptance ran out on 2025-10-31, and the weakness is still there")
		case n == 33:
			severity, row["status"], fixed = "critical", "open", time.Time{}
			g.plant("vulnerability-overdue", key, "a critical weakness is open since %s", dayText(found))
		case n == 20:
			severity, row["status"], fixed = "low", "accepted", time.Time{}
			row["accepted_by"], row["accepted_until"] = "MP-0006", "2026-03-31"
		case n%19 == 5:
			row["status"], fixed = "false-positive", time.Time{}
		case fixed.Year() > year:
			row["status"], fixed = "open", time.Time{}
		}
		row["severity"], row["fixed_at"] = severity, utc(fixed)
		tenths := scoreOf[severity] + g.between(0, 9)
		row["score"] = strconv.Itoa(tenths/10) + "." + strconv.Itoa(tenths%10)
		g.row("vulnerabilities", row)
	}
}

func (g *wide) baselines() {
	g.from("baseline_deviations", "Configuration management tool", "Every difference from a baseline reported or open on any day from 2025-01-01 to 2025-12-31")
	rules := [][2]string{{"Audit log of the host enabled", "high"}, {"Only listed services run", "medium"}, {"Time comes from the internal source", "low"}, {"Root cannot sign in from the network", "critical"}, {"Unused packages removed", "low"}}
	longest := map[string]int{"critical": 0, "high": 6, "medium": 13, "low": 26}
	engineers := g.team("Information Technology")
	for n := range 30 {
		rule, key, detected := one(g.dice, rules), id("BD-", int64(n+1), 3), g.within(7+11*n)
		resolved := detected.AddDate(0, 0, g.between(0, longest[rule[1]])).Add(time.Hour)
		row := audit.Values{"deviation_id": key, "resource": id("SRV-", int64(g.between(1, 6)), 2), "rule": rule[0], "severity": rule[1], "detected_at": utc(detected)}
		switch n {
		case 4:
			row["rule"], row["severity"], resolved = rules[0][0], "high", detected.AddDate(0, 0, 24)
			g.plant("baseline-deviation-overdue", key, "a high difference was resolved after 24 days")
		case 12:
			row["rule"], row["severity"], resolved = rules[1][0], "medium", time.Time{}
			row["accepted_by"], row["accepted_on"], row["accepted_until"] = engineers[0], dayText(detected.AddDate(0, 0, 3)), "2026-02-27"
		case 21:
			row["rule"], row["severity"], resolved = rules[2][0], "low", time.Time{}
			row["accepted_by"], row["accepted_on"], row["accepted_until"] = engineers[0], dayText(detected.AddDate(0, 0, 4)), "2025-10-31"
			g.plant("baseline-deviation-overdue", key, "the acceptance lasted until 2025-10-31, and the difference is still there")
		}
		row["resolved_at"] = utc(resolved)
		g.row("baseline_deviations", row)
	}
}

// integrity compares five archives every month.
func (g *wide) integrity() {
	g.from("integrity_checks", "Document store, comparison job", "Every comparison made from 2025-01-01 to 2025-12-31, those that could not be made included")
	objects := []string{"registers-2022.archive", "registers-2023.archive", "registers-2024.archive", "returns-2024.archive", "payment-files-2024.archive"}
	for month := range 12 {
		for i, object := range objects {
			hash := ""
			for part := range 4 {
				hash += hexID(scatter(uint64(i*4+part)+1<<44), 16)
			}
			key := id("IC-", int64(month*len(objects)+i+1), 3)
			row := audit.Values{"check_id": key, "object_id": object, "stored_at": utc(g.calendar.at(g.calendar.day(year, 1, 3), 9, 10*i)), "hash_kept": hash, "hash_found": hash,
				"checked_at": utc(g.calendar.at(g.calendar.day(year, month+1, 15), 3, g.IntN(60)))}
			switch {
			case month == 4 && i == 1:
				row["hash_found"] = hash[:62] + "0f"
				if row["hash_found"] == hash {
					row["hash_found"] = hash[:62] + "f0"
				}
				g.plant("stored-hash-mismatch", key, "%s has another hash than when it was stored", object)
			case month == 9 && i == 4:
				row["hash_found"] = ""
				g.plant("stored-hash-mismatch", key, "%s could not be read", object)
			}
			g.row("integrity_checks", row)
		}
	}
}
