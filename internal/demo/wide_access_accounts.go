package demo

import (
	"slices"
	"time"

	"tickmark/internal/audit"
)

// watched is a system of whose accounts snapshots are kept.
type watched struct {
	name    string
	workers []int
	owner   int
}

var watchedSystems = []watched{
	{"Payroll engine", []int{0, 10, 2, 12}, 0},
	{"Payments gateway", []int{3, 13, 4}, 3},
	{"Code host", []int{1, 11, 6}, 1},
	{"Hosting console", []int{6, 16, 5, 15}, 6},
	{"Former file transfer", []int{6, 14}, 6},
}

// accountSnapshots are taken every four weeks.
func (g *wide) accountSnapshots() {
	g.from("systems", "Inventory of systems", "Every system of the description, with the days on which it came and went, as of 2025-12-31")
	g.from("account_snapshots", "Evidence store, snapshots of accounts", "Every snapshot of 2025 of the systems that have accounts of their own")
	for i, s := range watchedSystems {
		retired := time.Time{}
		if i == 4 {
			retired = g.calendar.day(year, 7, 1)
		}
		g.row("systems", audit.Values{"system": s.name, "owner_id": g.staff[s.owner].id, "in_scope_from": "2019-01-01", "retired_on": dateText(retired)})
		for k := range 13 {
			at := g.calendar.at(g.calendar.day(year, 1, 15).AddDate(0, 0, 28*k), 6, 0)
			gap := i == 1 && k == 8
			if !gap && (retired.IsZero() || at.Before(retired)) {
				g.snapshot(s, at, i == 3 && (k == 4 || k == 5))
			}
		}
	}
	g.plant("access-snapshot-gap", "Payments gateway", "the snapshot of August failed and was not repeated")
}

// snapshot gives the accounts of a system at an instant. In some the account of
// the last worker had lost its second factor.
func (g *wide) snapshot(s watched, at time.Time, lost bool) {
	for i, n := range s.workers {
		key := g.staff[n].email
		row := audit.Values{
			"system": s.name, "account_id": key, "login": key, "worker_id": g.staff[n].id, "kind": "human", "status": "active",
			"privileged": yesNo(i == 0), "mfa_enrolled": "true", "observed_at": stamp(at),
		}
		if lost && i == len(s.workers)-1 {
			row["mfa_enrolled"] = "false"
			g.plant("access-mfa-throughout", s.name+"|"+key+"|"+keyStamp(at), "the second factor of %s was off for two snapshots after a change of telephone", g.staff[n].id)
		}
		g.row("account_snapshots", row)
	}
	g.row("account_snapshots", audit.Values{
		"system": s.name, "account_id": "svc-sync", "login": "svc-sync", "kind": "service", "status": "active",
		"privileged": "false", "mfa_enrolled": "false", "observed_at": stamp(at),
	})
}

// adminRights are held for hours; three were not.
func (g *wide) adminRights() {
	g.from("privileged_grants", "Privileged access broker, change log", "Every stretch in which an account held an administrative right on any moment of 2025")
	holders := []int{6, 16, 1, 11, 5, 15}
	for i := range 42 {
		n := holders[i%len(holders)]
		at := g.calendar.at(g.calendar.working(g.dice, g.calendar.day(year, 1, 6).AddDate(0, 0, 8*i), g.calendar.day(year, 1, 10).AddDate(0, 0, 8*i)), g.between(8, 15), g.IntN(60))
		hours := g.between(2, 8)
		row := audit.Values{
			"grant_id": id("PG-", int64(i+1), 4), "system": "Hosting console", "account_id": g.staff[n].email, "worker_id": g.staff[n].id,
			"entitlement": one(g.dice, []string{"console-administrator", "database-administrator", "network-administrator"}),
			"granted_at":  stamp(at), "expires_at": stamp(at.Add(time.Duration(hours) * time.Hour)),
			"ended_at":    stamp(at.Add(time.Duration(hours)*time.Hour - time.Duration(g.between(0, 50))*time.Minute)),
			"approved_at": stamp(at.Add(-time.Duration(g.between(3, 50)) * time.Minute)), "approved_by": g.boss(n),
			"purpose": one(g.dice, []string{"Planned maintenance", "Change of configuration", "Search for the cause of an alert", "Restore test"}),
		}
		if slices.Contains([]int{17, 30}, i) {
			g.spoilAdmin(i, n, at, row)
		}
		g.row("privileged_grants", row)
	}
	g.row("privileged_grants", audit.Values{
		"grant_id": "PG-0043", "system": "Hosting console", "account_id": g.staff[16].email, "worker_id": g.staff[16].id, "entitlement": "console-administrator",
		"granted_at": stamp(g.calendar.at(g.calendar.day(2023, 8, 14), 9, 0)), "approved_at": stamp(g.calendar.at(g.calendar.day(2023, 8, 11), 15, 0)),
		"approved_by": g.staff[6].id, "purpose": "Migration of the hosting console",
	})
	g.plant("access-standing-admin", "PG-0043", "given to %s for a migration in 2023, without an end, and still held", g.staff[16].id)
}

func (g *wide) spoilAdmin(i, n int, at time.Time, row audit.Values) {
	if i == 17 {
		delete(row, "approved_at")
		delete(row, "approved_by")
		g.plant("access-standing-admin", row["grant_id"], "taken by %s without an approval", g.staff[n].id)
		return
	}
	row["ended_at"] = stamp(at.Add(31 * time.Hour))
	g.plant("access-standing-admin", row["grant_id"], "held by %s until the next afternoon, because the broker did not end it", g.staff[n].id)
}
