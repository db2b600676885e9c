package demo

import (
	"slices"
	"time"
)

// identities is the system of the accounts of the sample.
const identities = "Meridian identity provider"

// wideAccess gives access and people: grants, reviews, sign-ins, devices.
func (g *wide) wideAccess() {
	for _, subject := range []func(){
		g.leaverAccounts, g.idleAccounts, g.accessRights, g.accountSnapshots, g.adminRights,
		g.jobChanges, g.backgroundChecks, g.performanceReviews, g.conductAnswers,
		g.signIns, g.badgesSeen, g.changesWide, g.backupsWide, g.incidentsWide, g.accessControls,
	} {
		subject()
	}
}

// on is a time of a day of the year.
func (g *wide) on(month, day, hour, minute int) time.Time {
	return g.calendar.at(g.calendar.day(year, month, day), hour, minute)
}

// stamp is an instant as the populations of access write it.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// keyStamp is an instant as it stands in the key of an item.
func keyStamp(t time.Time) string { return t.UTC().Format(time.DateTime) }

// boss is who answers for a worker; the Head of Information Security does for
// the Chief Operating Officer.
func (g *wide) boss(n int) string {
	if n == 0 {
		return g.staff[5].id
	}
	return g.staff[n].manager
}

func accountOf(n int) string { return id("idp-usr-", int64(n+1), 5) }
func deviceOf(n int) string  { return id("DEV-", int64(n+1), 4) }

// crew are those of whom the wide sample tells more: of the first forty and of
// those who joined in the year, who is there on its last day.
func (g *wide) crew() []int {
	var list []int
	for n, p := range g.staff {
		if p.left.IsZero() && (n < 40 || p.hired.Year() == year) {
			list = append(list, n)
		}
	}
	return list
}

// leavers are those who left in the year, at most the first twelve and all
// whose account remained open.
func (g *wide) leavers() []int {
	var list []int
	for n, p := range g.staff {
		if p.leftInYear() && (len(list) < 12 || g.plan.openLeavers[n]) {
			list = append(list, n)
		}
	}
	return list
}

// leaverAccounts plants what the payroll sample has for leavers.
func (g *wide) leaverAccounts() {
	for n, p := range g.staff {
		switch {
		case g.plan.openLeavers[n]:
			g.plant("access-leaver-business-days", p.id, "left on %s; the account was never disabled", dayText(p.left))
		case g.plan.lateLeavers[n]:
			g.plant("access-leaver-business-days", p.id, "left on %s; the account was disabled nine days later", dayText(p.left))
		}
	}
}

// idleAccounts plants the accounts with which nobody signed in for ninety days.
func (g *wide) idleAccounts() {
	for n, p := range g.staff {
		switch {
		case g.away(n):
			g.plant("account-dormant", accountOf(n), "%s has been on leave since August; the account was not disabled", p.id)
		case g.plan.openLeavers[n] && g.lastUse(n, p.left).AddDate(0, 0, 91).Before(g.on(12, 31, 18, 0)):
			g.plant("account-dormant", accountOf(n), "%s left on %s; the account is still active and was last used three days later", p.id, dayText(p.left))
		}
	}
}

// signIns are attempts to sign in, each from the worker's own device.
func (g *wide) signIns() {
	g.devicesManaged()
	g.from("sign_ins", "Identity provider, sign-in log", "Every attempt to sign in of the sampled workers and jobs, 2025-01-01 to 2025-12-31, refused ones included")
	nth := 0
	sign := func(account, device, outcome string, at time.Time, factor string) string {
		nth++
		key := id("SI-", int64(nth), 6)
		g.row("sign_ins", map[string]string{
			"sign_in_id": key, "system": identities, "account_id": account, "device_id": device,
			"at_time": stamp(at), "outcome": outcome, "second_factor": factor,
		})
		return key
	}
	for _, n := range g.crew() {
		if g.away(n) {
			continue
		}
		for range 2 {
			at := g.calendar.at(g.calendar.working(g.dice, g.calendar.day(year, 11, 3), g.calendar.day(year, 12, 19)), g.between(8, 16), g.IntN(60))
			if g.chance(60) {
				sign(accountOf(n), "", "refused", at.Add(-time.Minute), "false")
			}
			sign(accountOf(n), deviceOf(n), "succeeded", at, yesNo(!g.plan.noFactor[n]))
		}
	}
	for n := range 4 {
		sign(id("idp-svc-", int64(n+1), 3), "", "succeeded", g.on(3+n, 4, 2, 15), "false")
	}
	for _, n := range g.leavers() {
		left := g.staff[n].left
		sign(accountOf(n), deviceOf(n), "succeeded", g.calendar.at(left.AddDate(0, 0, -6), 9, g.IntN(60)), "true")
		sign(accountOf(n), deviceOf(n), "succeeded", g.calendar.at(left, 13, g.IntN(60)), "true")
		if g.plan.openLeavers[n] {
			key := sign(accountOf(n), deviceOf(n), "succeeded", g.lastUse(n, left), "true")
			g.plant("access-used-after-leaving", key, "signed in as %s three days after the last working day", g.staff[n].id)
		}
	}
	key := sign(accountOf(12), "", "succeeded", g.on(7, 9, 21, 40), "true")
	g.plant("device-unmanaged-sign-in", key, "%s opened the system from a device that was not recognized", g.staff[12].id)
	key = sign(accountOf(14), "DEV-9017", "succeeded", g.on(10, 4, 18, 5), "true")
	g.plant("device-unmanaged-sign-in", key, "%s opened the system from a private device that the device management does not know", g.staff[14].id)
}

func yesNo(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// devicesManaged are the devices of the crew, and those that leavers gave back.
func (g *wide) devicesManaged() {
	g.from("devices", "Device management", "Every workstation and server enrolled on any day of 2025, as last seen at the close of 2025-12-31")
	left := g.leavers()
	for _, n := range append(g.crew(), left...) {
		platform := []string{"windows", "macos", "windows", "linux"}[n%4]
		row := map[string]string{
			"device_id": deviceOf(n), "hostname": id("mpw-", int64(n+1), 4), "worker_id": g.staff[n].id, "platform": platform,
			"os_version":     map[string]string{"windows": "11 24H2", "macos": "15.6", "linux": "24.04"}[platform],
			"disk_encrypted": "true", "agent_healthy": "true", "screen_lock": "true", "firewall_on": "true",
			"last_seen_at": stamp(g.on(12, g.between(28, 31), g.between(8, 16), g.IntN(60))), "observed_at": stamp(g.on(12, 31, 18, 0)),
		}
		if slices.Contains(left, n) {
			row["worker_id"] = g.staff[16].id // back in the stock of Information Technology
		}
		g.spoilDevice(n, row)
		g.row("devices", row)
	}
}

// spoilDevice makes four devices wrong, each in its own way.
func (g *wide) spoilDevice(n int, row map[string]string) {
	switch n {
	case 10:
		row["disk_encrypted"] = "false"
		g.plant("device-unencrypted", deviceOf(n), "encryption was suspended for a repair and never resumed")
	case 15:
		row["disk_encrypted"] = ""
		g.plant("device-unencrypted", deviceOf(n), "the management tool does not know whether the disk is encrypted")
	case 17:
		row["agent_healthy"] = "false"
		g.plant("device-agent-unhealthy", deviceOf(n), "the protection agent has stopped")
	case 18:
		row["last_seen_at"] = stamp(g.on(12, 9, 15, 20))
		g.plant("device-agent-unhealthy", deviceOf(n), "the device has not reported for three weeks")
	}
}
