package demo

import (
	"strconv"
	"time"

	"tickmark/internal/audit"
)

// secrets are the keys of machines: kind, system, department that answers.
var secrets = []string{
	"key-production|encryption|Key service|Information Security", "key-staging|encryption|Key service|Information Security",
	"key-test|encryption|Key service|Engineering", "key-registers|signing|Document store|Payroll Operations",
	"key-releases|signing|Deployment pipeline|Engineering", "crt-portal|certificate|Client portal|Information Technology",
	"crt-payments|certificate|Payments gateway|Information Technology", "crt-transfer|certificate|File transfer gateway|Information Technology",
	"api-bank|api|Payments gateway|Treasury", "api-tax-service|api|Tax service|Tax", "api-desk|api|Service desk|Information Technology",
	"acc-backup|access|Backup service|Information Technology", "acc-pipeline|access|Deployment pipeline|Engineering",
	"acc-monitoring|access|Monitoring service|Information Security", "ssh-transfer|ssh|File transfer gateway|Information Technology",
	"ssh-jobs|ssh|Job scheduler|Engineering", "pwd-registers|password|Payroll engine|Payroll Operations",
}

func (g *wide) keys() {
	g.from("keys", "Key service and identity systems", "Every key of all key stores, identity systems and repositories at the close of each quarter of 2025, disabled ones included")
	for n, s := range g.quarters() {
		before := len(g.rows["keys"])
		g.lines("keys", "key_id kind system owner_id", secrets...)
		for _, row := range g.rows["keys"][before:] {
			row["owner_id"] = g.team(row["owner_id"])[0]
			row["status"], row["observed_at"] = "active", s.text
			g.age(row, s.at)
			g.spoilKey(row, n, s)
		}
		g.row("keys", audit.Values{"key_id": "api-former-bank", "kind": "api", "system": "Payments gateway", "owner_id": g.team("Treasury")[0], "status": "disabled",
			"created_at": utc(g.calendar.at(g.calendar.day(2020, 5, 11), 9, 0)), "observed_at": s.text})
	}
}

// age gives a key a last rotation that its kind allows at a snapshot.
func (g *wide) age(row audit.Values, at time.Time) {
	row["created_at"] = utc(g.calendar.at(g.calendar.day(2023, 3, 6), 9, 0))
	switch row["kind"] {
	case "encryption", "signing": // replaced every year on the third of March
		last := g.calendar.at(g.calendar.day(year, 3, 3), 9, 0)
		row["rotated_at"] = utc(last)
	case "certificate": // renewed every half year, before the end of June and of December
		last := g.calendar.at(g.calendar.day(year, 6, 9), 9, 0)
		if at.Before(last) {
			last = g.calendar.at(g.calendar.day(2024, 12, 9), 9, 0)
		}
		row["rotated_at"], row["expires_at"] = utc(last), utc(last.AddDate(1, 0, 0))
		if at.Month() == time.December {
			last = g.calendar.at(g.calendar.day(year, 12, 8), 9, 0)
			row["rotated_at"], row["expires_at"] = utc(last), utc(last.AddDate(1, 0, 0))
		}
	default: // every quarter
		row["rotated_at"] = utc(g.calendar.at(at.AddDate(0, 0, -g.between(10, 70)), 11, g.IntN(60)))
	}
}

// spoilKey makes one snapshot of a key wrong.
func (g *wide) spoilKey(row audit.Values, quarter int, s snapshot) {
	item := row["key_id"] + "|" + s.in
	switch row["key_id"] + " " + strconv.Itoa(quarter+1) {
	case "api-tax-service 2":
		row["rotated_at"] = utc(s.at.AddDate(0, 0, -131))
		g.plant("key-stale", item, "the key was 131 days old at the end of June")
	case "crt-transfer 3":
		row["rotated_at"], row["expires_at"] = utc(s.at.AddDate(0, 0, -190)), utc(s.at.AddDate(0, 0, -8))
		g.plant("key-stale", item, "the certificate had expired eight days before and was still in use")
	}
}

// firewall are the rules of the firewalls and security groups.
var firewall = []string{
	"fw-01|web-firewall|inbound|allow|tcp|0.0.0.0/0|443|443", "fw-02|web-firewall|inbound|allow|tcp|::/0|443|443",
	"fw-03|web-firewall|inbound|allow|tcp|0.0.0.0/0|80|80", "fw-04|transfer-gateway|inbound|allow|tcp|198.51.100.16/28|22|22",
	"fw-05|transfer-gateway|inbound|allow|tcp|203.0.113.40/32|22|22", "fw-06|admin-gateway|inbound|allow|tcp|192.0.2.0/26|443|443",
	"fw-07|payroll-db|inbound|allow|tcp|10.20.0.0/16|5432|5432", "fw-08|payments-db|inbound|allow|tcp|10.20.0.0/16|5432|5432",
	"fw-09|tax-db|inbound|allow|tcp|10.20.0.0/16|5432|5432", "fw-10|job-runners|inbound|allow|tcp|10.10.4.0/24|22|22",
	"fw-11|portal-cache|inbound|allow|tcp|10.20.0.0/16|6379|6379", "fw-12|all|inbound|deny|any|0.0.0.0/0||",
	"fw-13|job-runners|outbound|allow|tcp|0.0.0.0/0|443|443", "fw-14|build-agent|inbound|allow|tcp|10.10.4.0/24|22|22",
	"fw-15|monitoring|inbound|allow|udp|10.0.0.0/8|514|514",
}

const firewallColumns = "rule_id target direction effect protocol source port_from port_to"

func (g *wide) networkRules() {
	g.from("network_rules", "Hosting provider, network service", "Every rule of all firewalls and security groups at the close of each quarter of 2025, rules attached to nothing included")
	for n, s := range g.quarters() {
		before := len(g.rows["network_rules"])
		g.lines("network_rules", firewallColumns, firewall...)
		for _, row := range g.rows["network_rules"][before:] {
			row["observed_at"] = s.text
			switch row["rule_id"] + " " + strconv.Itoa(n+1) {
			case "fw-14 2":
				row["source"] = "0.0.0.0/0"
				g.plant("network-admin-open", "fw-14|"+s.in, "the internet could reach port 22 of the build agent at the end of June")
			case "fw-11 4":
				row["source"] = "::/0"
				g.plant("network-admin-open", "fw-11|"+s.in, "the internet could reach the cache of the portal at the end of the year")
			}
		}
	}
}

// endpoints are scanned every month.
func (g *wide) endpoints() {
	g.from("tls_endpoints", "External scanner", "Every endpoint of all names and addresses of the system, each scan of 2025")
	hosts := []string{"portal.meridianpayroll.example:443", "api.meridianpayroll.example:443", "transfer.meridianpayroll.example:990", "status.meridianpayroll.example:443",
		"sso.meridianpayroll.example:443", "registers.meridianpayroll.example:443", "bank-link.meridianpayroll.example:8443", "www.meridianpayroll.example:443"}
	for month := 1; month <= 12; month++ {
		at := g.calendar.at(g.calendar.day(year, month, 20), 4, 30)
		for i, host := range hosts {
			row := audit.Values{"endpoint_id": host, "plaintext": "false", "lowest_version": []string{"TLS 1.2", "TLS 1.3"}[i%2], "certificate_trusted": "true",
				"certificate_expires_at": utc(at.AddDate(0, 0, g.between(40, 300))), "observed_at": utc(at)}
			item := host + "|" + inKey(at)
			switch {
			case month == 3 && i == 2:
				row["lowest_version"] = "TLS 1.0"
				g.plant("tls-version-weak", item, "accepts TLS 1.0")
			case month == 7 && i == 7:
				row["plaintext"] = "true"
				g.plant("tls-version-weak", item, "accepts plain text")
			case month == 11 && i == 5:
				row["certificate_expires_at"] = utc(at.AddDate(0, 0, -2))
				g.plant("tls-version-weak", item, "its certificate had expired two days before")
			}
			g.row("tls_endpoints", row)
		}
	}
}
