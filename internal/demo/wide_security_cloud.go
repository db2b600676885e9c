package demo

import (
	"strconv"

	"tickmark/internal/audit"
)

// stores are the data stores: kind, environment, classification, department of
// the owner, open to everybody, replicated.
var stores = []string{
	"payroll-db|database|production|restricted|Payroll Operations|false|true",
	"payments-db|database|production|restricted|Treasury|false|true",
	"tax-db|database|production|confidential|Tax|false|true",
	"document-store|bucket|production|confidential|Client Services|false|true",
	"register-archive|bucket|production|restricted|Payroll Operations|false|true",
	"website-assets|bucket|production|public|Client Services|true|true",
	"office-share|file-share|production|internal|Information Technology|false|true",
	"job-queue|queue|production|confidential|Engineering|false|false",
	"backup-vault|backup|production|restricted|Information Technology|false|true",
	"audit-log-archive|bucket|production|internal|Information Security|false|true",
	"portal-staging-db|database|staging|internal|Engineering|false|false",
	"payroll-test-db|database|test|internal|Engineering|false|false",
	"build-artifacts|bucket|test|internal|Engineering|false|false",
}

const storeColumns = "datastore kind environment classification owner_id public_access replicated"

func (g *wide) dataStores() {
	g.from("data_stores", "Hosting provider, inventory service", "Every database, bucket, file share, queue and backup store of all accounts, at the close of each quarter of 2025")
	for n, s := range g.quarters() {
		before := len(g.rows["data_stores"])
		g.lines("data_stores", storeColumns, stores...)
		for _, row := range g.rows["data_stores"][before:] {
			row["owner_id"] = g.team(row["owner_id"])[0]
			row["encrypted"], row["key_id"], row["observed_at"] = "true", "key-"+row["environment"], s.text
			g.spoilStore(row, n, s)
		}
	}
}

// spoilStore makes one snapshot of a store wrong.
func (g *wide) spoilStore(row audit.Values, quarter int, s snapshot) {
	name := row["datastore"]
	switch name + " " + strconv.Itoa(quarter+1) {
	case "office-share 1":
		row["replicated"] = "false"
		g.plant("data-store-not-replicated", name+"|"+s.in, "the file share was not replicated at the end of March")
	case "document-store 2":
		row["public_access"] = "true"
		g.plant("data-store-public", name+"|"+s.in, "confidential documents were open to everybody at the end of June")
	case "build-artifacts 2":
		row["classification"] = ""
		g.plant("data-store-unclassified", name+"|"+s.in, "nobody had classified the bucket at the end of June")
	case "audit-log-archive 4":
		row["owner_id"] = ""
		g.plant("data-store-unclassified", name+"|"+s.in, "the bucket had no owner at the end of the year")
	case "portal-staging-db 3":
		row["encrypted"], row["key_id"] = "false", ""
		g.plant("data-store-unencrypted", name+"|"+s.in, "the staging database was not encrypted at the end of September")
	}
}

// cloud are the resources of the accounts: kind, environment, owner, class.
var cloud = []string{
	"res-1001|database|payroll-db|production|Payroll Operations|restricted", "res-1002|database|payments-db|production|Treasury|restricted",
	"res-1003|database|tax-db|production|Tax|confidential", "res-1004|bucket|document-store|production|Client Services|confidential",
	"res-1005|bucket|register-archive|production|Payroll Operations|restricted", "res-1006|virtual-machine|job-runner-1|production|Engineering|confidential",
	"res-1007|virtual-machine|job-runner-2|production|Engineering|confidential", "res-1008|virtual-machine|admin-gateway|production|Information Technology|internal",
	"res-1009|key-store|production-keys|production|Information Security|restricted", "res-1010|queue|job-queue|production|Engineering|confidential",
	"res-1011|database|portal-staging-db|staging|Engineering|internal", "res-1012|virtual-machine|build-agent|test|Engineering|internal",
	"res-1013|bucket|build-artifacts|test|Engineering|internal", "res-1014|bucket|audit-log-archive|production|Information Security|internal",
}

const cloudColumns = "resource_id kind name environment owner classification"

func (g *wide) resources() {
	g.from("resources", "Hosting provider, inventory service", "Every resource of all accounts of the system, at the close of each quarter of 2025, unused ones included")
	created := utc(g.calendar.at(g.calendar.day(2023, 2, 6), 10, 0))
	for n, s := range g.quarters() {
		before := len(g.rows["resources"])
		g.lines("resources", cloudColumns, cloud...)
		for _, row := range g.rows["resources"][before:] {
			row["provider"], row["account"], row["region"], row["managed_by"] = "Northlake Cloud", "meridian-"+row["environment"], "east-1", "infrastructure repository"
			for _, setting := range []string{"encrypted", "mfa_enabled", "public_access_blocked", "logging_enabled", "backup_enabled"} {
				row[setting] = "true"
			}
			row["backup_days"], row["created_at"], row["observed_at"] = "35", created, s.text
			g.spoilResource(row, n, s)
		}
	}
}

// spoilResource makes one snapshot of a resource wrong.
func (g *wide) spoilResource(row audit.Values, quarter int, s snapshot) {
	item := row["resource_id"] + "|" + s.in
	switch row["name"] + " " + strconv.Itoa(quarter+1) {
	case "admin-gateway 1":
		row["mfa_enabled"] = "false"
		g.plant("resource-mfa-off", item, "the gateway of the administrators asked for no second factor at the end of March")
	case "register-archive 2":
		row["public_access_blocked"] = "false"
		g.plant("resource-public", item, "public access to the archive was not blocked at the end of June")
	case "build-agent 3":
		row["encrypted"] = "false"
		g.plant("resource-unencrypted", item, "the disk of the build agent was not encrypted at the end of September")
	}
}

// checks are what the posture scanner looks at on every resource.
var checks = [][2]string{{"audit-logging-on", "Audit logging is on"}, {"owner-tag-set", "The owner is tagged"}}

func (g *wide) checkResults() {
	g.from("check_results", "Cloud posture scanner", "Every result of every check of the four runs of 2025, good results included, all accounts")
	quarters := g.quarters()
	inventory := len(cloud)
	for run, s := range quarters {
		for _, about := range g.rows["resources"][:inventory] {
			for _, c := range checks {
				g.row("check_results", g.checkResult(run, s, c, about))
			}
		}
	}
	stray := g.checkResult(2, quarters[2], checks[0], audit.Values{"resource_id": "res-1099", "kind": "virtual-machine", "account": "meridian-test", "region": "east-1"})
	g.row("check_results", stray)
	g.plant("check-result-unlisted", stray["result_id"], "the virtual machine res-1099 is in no inventory")
	// The inventory of a year counts with its newest snapshot of each resource.
	g.plant("check-failures-of-inventory", "res-1007|"+quarters[3].in, "the owner of job-runner-2 was not tagged in the second quarter")
}

// checkResult is one result; three of the year are not good.
func (g *wide) checkResult(run int, s snapshot, check [2]string, about audit.Values) audit.Values {
	key := "posture/" + check[0] + "/" + about["account"] + "/" + about["resource_id"] + "/" + strconv.Itoa(run+1)
	row := audit.Values{"result_id": key, "tool": "posture", "tool_version": "4.2.0", "check_id": check[0], "title": check[1], "account": about["account"], "region": about["region"],
		"resource_id": about["resource_id"], "resource_type": about["kind"], "status": "pass", "severity": "medium", "suppressed": "false",
		"checked_at": utc(g.calendar.at(s.at.AddDate(0, 0, -g.between(1, 20)), 6, g.IntN(60)))}
	switch key {
	case "posture/owner-tag-set/meridian-production/res-1007/2":
		row["status"], row["detail"] = "fail", "tag owner is empty"
		g.plant("check-result-failed", key, "the owner of job-runner-2 was not tagged")
	case "posture/audit-logging-on/meridian-production/res-1003/3":
		row["status"], row["detail"] = "error", "the interface of the provider did not answer"
		g.plant("check-result-failed", key, "the check of tax-db could not run")
	case "posture/audit-logging-on/meridian-staging/res-1011/1":
		row["status"], row["detail"] = "manual", "logging is set by the group, which the scanner cannot read"
		g.plant("check-result-failed", key, "a person had to look at portal-staging-db")
	}
	return row
}
