package demo

import (
	"strconv"
	"time"

	"tickmark/internal/audit"
)

// alertRules are monitoring rules with their severity.
var alertRules = [][2]string{
	{"Sign-in from a country without workers", "high"}, {"Ten failed sign-ins of one account", "medium"},
	{"Administrator added outside of a ticket", "critical"}, {"Protection agent stopped on a workstation", "medium"},
	{"Large download of registers", "high"}, {"New device on the office network", "low"},
	{"Certificate expires within thirty days", "low"}, {"Egress to an unknown address", "high"},
}

// minutesOf are the minutes within which alerts of a severity are taken on.
var minutesOf = map[string]int{"critical": 15, "high": 60, "medium": 480, "low": 1440}

func (g *wide) alerts() {
	g.from("alerts", "Monitoring service", "Every alert raised from 2025-01-01 to 2025-12-31 by any rule, suppressed and automatically closed ones included")
	analysts := g.team("Information Security")
	for n := range 60 {
		rule, key := one(g.dice, alertRules), id("AL-", int64(n+1), 5)
		raised := g.within(2 + 6*n)
		taken := raised.Add(time.Duration(g.between(1, minutesOf[rule[1]]*2/3)) * time.Minute)
		closed := taken.Add(time.Duration(g.between(15, 300)) * time.Minute)
		row := audit.Values{"alert_id": key, "rule": rule[0], "severity": rule[1], "raised_at": utc(raised),
			"acknowledged_at": utc(taken), "acknowledged_by": one(g.dice, analysts),
			"closed_at": utc(closed), "outcome": one(g.dice, []string{"harmless", "harmless", "false-positive"})}
		switch n {
		case 9, 30:
			row["outcome"], row["acknowledged_at"], row["acknowledged_by"], row["closed_at"] = "duplicate", "", "", utc(taken)
		case 17:
			row["rule"], row["severity"] = alertRules[4][0], "high"
			row["acknowledged_at"], row["closed_at"] = utc(raised.Add(200*time.Minute)), utc(raised.Add(260*time.Minute))
			g.plant("alert-acknowledged-late", key, "a high alert was taken on after three hours and twenty minutes")
		case 41:
			row["acknowledged_at"], row["acknowledged_by"] = "", ""
			g.plant("alert-acknowledged-late", key, "was closed as %s without anybody taking it on", row["outcome"])
		}
		g.row("alerts", row)
	}
}

func (g *wide) events() {
	g.from("events", "Service desk", "Every report of a possible incident received from 2025-01-01 to 2025-12-31 on any channel, whatever was decided")
	analysts := g.team("Information Security")
	for n := range 36 {
		key, reported := id("EV-", int64(n+1), 4), g.within(3+9*n)
		row := audit.Values{"event_id": key, "source": one(g.dice, []string{"worker", "worker", "client", "monitoring", "vendor", "researcher"}),
			"reported_at": utc(reported), "triaged_at": utc(reported.Add(time.Duration(g.between(20, 1100)) * time.Minute)),
			"triaged_by": one(g.dice, analysts), "outcome": "no-incident"}
		switch n {
		case 11:
			row["outcome"], row["duplicate_of"] = "duplicate", id("EV-", int64(n), 4)
		case 14:
			row["triaged_at"] = utc(reported.Add(31 * time.Hour))
			g.plant("event-untriaged", key, "was triaged 31 hours after the report")
		case 27:
			row["outcome"], row["severity"], row["incident_id"] = "incident", "low", "INC-2025-99"
			g.plant("event-untriaged", key, "was called an incident, but INC-2025-99 is not in the register")
		}
		g.row("events", row)
	}
	for n, i := range g.incidents() {
		g.row("events", audit.Values{"event_id": id("EV-", int64(n+101), 4), "source": one(g.dice, []string{"worker", "client", "monitoring"}),
			"reported_at": told(i[4]), "triaged_at": told(i[5]), "triaged_by": one(g.dice, analysts),
			"outcome": "incident", "severity": i[3], "incident_id": i[0]})
	}
}

func (g *wide) capacity() {
	g.from("capacity_events", "Monitoring service", "Every breach of a capacity threshold from 2025-01-01 to 2025-12-31, those that ended by themselves included")
	places := [][2]string{{"payroll-db", "disk space"}, {"payments-db", "connections"}, {"client-portal", "processor load"}, {"document-store", "disk space"}, {"register-jobs", "queue length"}}
	operators := g.team("Information Technology")
	for n := range 26 {
		place, key, began := one(g.dice, places), id("CAP-", int64(n+1), 3), g.within(8+13*n)
		row := audit.Values{"event_id": key, "resource": place[0], "measure": place[1], "breached_at": utc(began)}
		if n%4 == 1 { // it passed by itself
			row["ended_at"] = utc(began.Add(time.Duration(g.between(2, 14)) * time.Minute))
			g.row("capacity_events", row)
			continue
		}
		acted := began.Add(time.Duration(g.between(25, 900)) * time.Minute)
		row["ended_at"], row["acted_at"] = utc(acted.Add(time.Duration(g.between(30, 240))*time.Minute)), utc(acted)
		row["action"], row["acted_by"] = one(g.dice, []string{"expanded", "tuned", "moved", "accepted"}), one(g.dice, operators)
		row["ticket_id"] = "OPS-" + strconv.Itoa(6100+n)
		switch n {
		case 6:
			row["ended_at"] = utc(began.Add(190 * time.Minute))
			row["acted_at"], row["action"], row["acted_by"], row["ticket_id"] = "", "", "", ""
			g.plant("capacity-breach-unaddressed", key, "lasted three hours and ten minutes, and nobody decided what to do")
		case 18:
			row["acted_at"], row["ended_at"] = utc(began.Add(40*time.Hour)), utc(began.Add(41*time.Hour))
			g.plant("capacity-breach-unaddressed", key, "it was decided what to do only after 40 hours")
		}
		g.row("capacity_events", row)
	}
}
