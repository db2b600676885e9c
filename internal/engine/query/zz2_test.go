package query

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"

	"tickmark/internal/audit"
)

func TestZC(t *testing.T) {
	s := audit.Schema{Name: "resources", Key: []string{"resource_id", "observed_at"}, Observed: "observed_at"}
	for _, n := range []string{"resource_id", "kind", "name", "provider", "account", "region", "environment", "owner", "classification", "managed_by"} {
		s.Columns = append(s.Columns, audit.Column{Name: n, Type: "text", Required: n == "resource_id" || n == "kind"})
	}
	for _, n := range []string{"encrypted", "mfa_enabled", "public_access_blocked", "logging_enabled", "backup_enabled"} {
		s.Columns = append(s.Columns, audit.Column{Name: n, Type: "boolean"})
	}
	s.Columns = append(s.Columns, audit.Column{Name: "backup_days", Type: "integer"}, audit.Column{Name: "created_at", Type: "timestamp"}, audit.Column{Name: "observed_at", Type: "timestamp", Required: true})
	sql := `SELECT v[1] AS resource_id, v[2] AS kind, v[3] AS name, v[4] AS account, v[5] AS region, v[6] AS environment, v[7] AS owner, v[8] AS classification,
		v[9] AS encrypted, v[10] AS mfa_enabled, v[11] AS public_access_blocked, v[12] AS logging_enabled, v[13] AS backup_enabled, v[14] AS backup_days, v[15] AS created_at,
		v[16] AS observed_at, __page, __n FROM (SELECT json_extract_string(record, ['$.id', '$.type', '$.name', '$.account', '$.region', '$.tags.env', '$.tags.owner', '$.tags.data',
		'$.config.encryption.enabled', '$.config.mfa.enabled', '$.config.public_access.restrict', '$.config.logging.enabled', '$.config.backup.enabled', '$.config.backup.retention_days', '$.created', '$.collected']) AS v, page AS __page, n AS __n FROM resources)`
	measure := func(what string, f func()) {
		var r0, r1 syscall.Rusage
		syscall.Getrusage(syscall.RUSAGE_CHILDREN, &r0)
		begin := time.Now()
		f()
		syscall.Getrusage(syscall.RUSAGE_CHILDREN, &r1)
		cpu := time.Duration(r1.Utime.Nano() + r1.Stime.Nano() - r0.Utime.Nano() - r0.Stime.Nano())
		fmt.Println(what, time.Since(begin), "cpu", cpu, "peak", r1.Maxrss/1024)
	}
	e := engine()
	e.MemoryMB, e.Threads, e.Timeout = 512, 1, time.Hour
	if os.Getenv("TH") != "" {
		e.Threads = 2
	}
	var got Ingested
	for _, f := range []string{"json", "ndjson"} {
		dir := t.TempDir()
		measure(f, func() {
			var err error
			got, err = e.Ingest(context.Background(), dir, Intake{Schema: s, Format: "pages", Window: audit.Period{From: "2025-01-01", To: "2025-12-31"}, Mapping: &Mapped{SQL: sql,
				Tables: []PageTable{{Name: "resources", Format: f, Pages: []PageFile{{Path: "/tmp/ingest/res." + f, Name: "p", Number: 1}}}}}})
			if err != nil {
				t.Fatal(err)
			}
		})
		fmt.Println(got.Rows, got.Rejected, got.Read)
	}
	for _, r := range []string{"encrypted", "mfa_enabled", "public_access_blocked"} {
		measure(r, func() {
			p, err := e.Perform(context.Background(), t.TempDir(), Task{SQL: "SELECT resource_id || '|' || observed_at AS item, coalesce(" + r + ", false) AS passed, CASE WHEN " + r + " THEN '' ELSE 'not " + r + "' END AS reason FROM resources",
				Tables: []Table{{Name: "resources", Path: got.Population}}, Tested: "resources", Key: s.Key, Entire: true})
			if err != nil {
				t.Fatal(err)
			}
			fmt.Println(p.Tested, p.Exceptions)
		})
	}
}
