package demo

import (
	"strconv"
	"time"

	"tickmark/internal/audit"
)

// watched are the assets that must be scanned and must send their events.
var watchedAssets = []string{
	"SRV-01|server|2021-03-01|", "SRV-02|server|2021-03-01|", "SRV-03|server|2022-05-16|", "SRV-04|server|2022-05-16|",
	"SRV-05|server|2023-01-23|", "SRV-06|server|2023-09-11|", "SRV-07|server|2019-06-03|2025-09-15", "SRV-08|server|2025-06-09|",
	"NET-01|network|2020-02-10|", "NET-02|network|2020-02-10|", "NET-03|network|2024-04-08|", "NET-04|network|2025-08-04|",
}

const watchedColumns = "asset_id kind in_service_on out_of_service_on"

// Where the watched assets go wrong.
const (
	scanFailed, scanAbsent     = "SRV-05", "NET-04"
	sourceLate, sourceAbsent   = "SRV-08", "NET-03"
	silentServer, silentPortal = "SRV-03", "src-client-portal"
)

func (g *wide) assets() {
	g.from("assets", "Asset inventory", "Every asset owned or rented on any day from 2025-01-01 to 2025-12-31, disposed ones included")
	g.lines("assets", watchedColumns, watchedAssets...)
	for i := range g.rows["assets"] {
		row := g.rows["assets"][i]
		row["serial"], row["holds_data"] = "MX"+hexID(scatter(uint64(i)+1<<41), 8), yes(row["kind"] == "server")
		row["logging_required"], row["scan_required"] = "true", "true"
		if day := row["out_of_service_on"]; day != "" {
			row["disposed_on"], row["disposal"], row["certificate_id"] = "2025-09-22", "wiped", "CERT-2025-101"
			row["certificate_on"], row["certificate_serial"] = "2025-09-24", row["serial"]
		}
	}
	g.plant("log-source-missing", sourceAbsent, "no log source stands for the switch of the second office")
	g.plant("log-source-missing", sourceLate, "the server was in use for ten days before its log source")
	for n := range 32 {
		g.endpointAsset(n)
	}
}

// endpointAsset is a workstation or medium; every third was disposed of.
func (g *wide) endpointAsset(n int) {
	kind, key := "workstation", id("WKS-", int64(n+1), 3)
	if n%4 == 3 {
		kind, key = "storage-media", id("MED-", int64(n+1), 3)
	}
	serial := "SN" + hexID(scatter(uint64(n)+1<<42), 8)
	row := audit.Values{"asset_id": key, "serial": serial, "kind": kind, "holds_data": "true", "logging_required": "false", "scan_required": "false",
		"in_service_on": dayText(g.calendar.working(g.dice, g.calendar.day(2020, 1, 6), g.calendar.day(2023, 12, 15)))}
	if n%3 == 0 {
		left := g.calendar.working(g.dice, g.calendar.day(year, 1, 13), g.calendar.day(year, 11, 14))
		row["out_of_service_on"], row["disposed_on"] = dayText(left.AddDate(0, 0, -7)), dayText(left)
		row["disposal"] = one(g.dice, []string{"wiped", "crypto-erased", "destroyed"})
		row["certificate_id"], row["certificate_serial"] = id("CERT-2025-", int64(n+1), 3), serial
		row["certificate_on"] = dayText(left.AddDate(0, 0, g.between(0, 20)))
		switch n {
		case 6:
			row["disposal"], row["certificate_id"], row["certificate_on"], row["certificate_serial"] = "sold", "", "", ""
			g.plant("asset-disposal-uncertified", key, "was sold with its data")
		case 15:
			row["certificate_on"] = dayText(left.AddDate(0, 0, 52))
			g.plant("asset-disposal-uncertified", key, "the certificate is 52 days younger than the disposal")
		case 24:
			row["certificate_serial"] = "SN" + hexID(scatter(1<<43), 8)
			g.plant("asset-disposal-uncertified", key, "the certificate names the serial number of another asset")
		}
	}
	g.row("assets", row)
}

// scans are made every four weeks.
func (g *wide) scans() {
	g.from("scans", "Vulnerability scanner", "Every scan of every asset that ended from 2025-01-01 to 2025-12-31, failed ones included")
	number := int64(0)
	for round := range 13 {
		day := g.calendar.day(year, 1, 11).AddDate(0, 0, 28*round)
		for _, row := range g.rows["assets"] {
			key := row["asset_id"]
			end := row["out_of_service_on"]
			if row["scan_required"] != "true" || key == scanAbsent || dayText(day) < row["in_service_on"] || end != "" && dayText(day) >= end {
				continue
			}
			outcome := "completed"
			if key == scanFailed && (round == 5 || round == 6) {
				outcome = "failed"
			}
			number++
			g.row("scans", audit.Values{"scan_id": id("SC-", number, 4), "asset_id": key, "outcome": outcome, "signed_in": yes(row["kind"] == "server"),
				"finished_at": utc(g.calendar.at(day, g.between(2, 5), g.IntN(60)))})
		}
	}
	g.plant("scan-coverage-gap", scanFailed, "the scans of two rounds in summer failed and were not repeated")
	g.plant("scan-coverage-gap", scanAbsent, "was never scanned since it came into use on 2025-08-04")
}

// logging gives the sources of the monitoring service and what came from them.
func (g *wide) logging() {
	g.from("log_sources", "Monitoring service", "Every source that was to be monitored on any day from 2025-01-01 to 2025-12-31")
	g.from("log_receipts", "Monitoring service", "Every stretch of reception without a pause of more than an hour, 2025-01-01 to 2025-12-31, all sources")
	first, last := g.calendar.day(year, 1, 1), g.calendar.at(g.calendar.day(year, 12, 31), 23, 50)
	for _, name := range []string{"src-identity-provider", silentPortal, "src-payments-gateway", "src-code-host", "src-key-service"} {
		g.source(name, "", g.calendar.at(g.calendar.day(2022, 2, 1), 9, 0), time.Time{}, first, last)
	}
	for _, asset := range g.rows["assets"] {
		key := asset["asset_id"]
		if asset["logging_required"] != "true" || key == sourceAbsent {
			continue
		}
		began, _ := time.ParseInLocation(time.DateOnly, asset["in_service_on"], g.calendar.loc) // ours, and well formed
		if key == sourceLate {
			began = began.AddDate(0, 0, 10)
		}
		since, until, retired := first, last, time.Time{}
		if began.After(first) {
			since = began
		}
		if end, err := time.ParseInLocation(time.DateOnly, asset["out_of_service_on"], g.calendar.loc); err == nil {
			retired, until = end, end
		}
		g.source("src-"+key, key, began, retired, since, until)
	}
	g.plant("log-source-silent", "src-"+silentServer, "nothing arrived for 61 hours")
	g.plant("log-source-silent", silentPortal, "nothing arrived for 61 hours")
}

// source adds a source and its stretches of reception, with a few short pauses.
func (g *wide) source(name, asset string, began, retired, since, until time.Time) {
	g.row("log_sources", audit.Values{"source_id": name, "asset_id": asset, "onboarded_at": utc(began), "retired_at": utc(retired),
		"owner_id": one(g.dice, g.team("Information Security"))})
	silent := name == silentPortal || asset == silentServer
	heard := since.Add(time.Duration(g.between(1, 9)) * time.Minute)
	for stretch := 1; heard.Before(until); stretch++ {
		end := heard.Add(time.Duration(g.between(30*24*60, 80*24*60)) * time.Minute)
		if end.After(until) {
			end = until
		}
		hours := int(end.Sub(heard).Hours())
		g.row("log_receipts", audit.Values{"receipt_id": id("RC-", int64(len(g.rows["log_receipts"])+1), 4), "source_id": name,
			"first_at": utc(heard), "last_at": utc(end), "events": strconv.Itoa(hours*g.between(300, 900) + 1)})
		pause := time.Duration(g.between(61, 400)) * time.Minute
		if silent && stretch == 2 {
			pause = 61 * time.Hour
		}
		heard = end.Add(pause)
	}
}
