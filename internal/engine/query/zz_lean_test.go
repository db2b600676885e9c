//go:build lean

package query

import (
	"context"
	"runtime"
	"runtime/debug"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tickmark/catalog"
	"tickmark/internal/audit"
)

func cpuNow() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func mem() string {
	b, _ := os.ReadFile("/proc/self/status")
	var out []string
	for _, l := range strings.Split(string(b), "\n") {
		if strings.HasPrefix(l, "VmHWM") || strings.HasPrefix(l, "RssAnon") || strings.HasPrefix(l, "RssFile") {
			out = append(out, strings.Join(strings.Fields(l), " "))
		}
	}
	return strings.Join(out, " ")
}

func writeRes(dir string, n int) PageTable {
	table := PageTable{Name: "resource", Format: "json"}
	kinds := []string{"aws_s3_bucket", "aws_rds_instance", "aws_ebs_volume", "aws_iam_user"}
	for page := range n / 1000 {
		var text strings.Builder
		for i := page * 1000; i < (page+1)*1000; i++ {
			kind := kinds[i%4]
			fmt.Fprintf(&text, `,{"id":"arn:aws:%[1]s:eu-west-1:123456789012:%[1]s/%07[2]d","type":"%[1]s","name":"%[1]s-%07[2]d","account":"123456789012","region":"eu-west-1","created":"2026-01-01T08:00:00Z","collected":"2026-11-21T00:00:00Z",`+
				`"tags":{"env":"dev","owner":"team-%[3]d","cost-center":"cc-%[3]d","data":"confidential"},"config":{"encryption":{"enabled":true,"algorithm":"aws:kms","kms_key_id":"arn:aws:kms:eu-west-1:123456789012:key/%08[2]x"},`+
				`"mfa":{"enabled":%[4]t,"type":"totp","registered":"2026-02-03T10:11:12Z"},"public_access":{"block_acls":true,"block_policy":true,"ignore_acls":true,"restrict":true},`+
				`"logging":{"enabled":true,"target":"central-logs"},"versioning":true,"backup":{"enabled":true,"retention_days":%[5]d}}}`, kind, i, i%9, i%30 != 29 || i >= n/30*30, 7+i%30)
		}
		f := PageFile{Path: filepath.Join(dir, fmt.Sprint(page)), Name: fmt.Sprintf("resources %d", page+1), Number: int64(page + 1)}
		os.WriteFile(f.Path, []byte("["+text.String()[1:]+"]"), 0o600)
		table.Pages = append(table.Pages, f)
	}
	return table
}

func TestLean(t *testing.T) {
	c, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	table := writeRes(dir, 100_000)
	sql := c.Sources["resources-json"].Populations[0].SQL
	in := intake{job: job{Dir: t.TempDir(), MemoryMB: 512, Threads: 1}, Intake: Intake{Schema: c.Populations["resources"], Format: "pages",
		Window: audit.Period{From: "2026-01-01", To: "2026-12-31"}, Mapping: &Mapped{SQL: sql, Tables: []PageTable{table}}}}
	in.rejects = filepath.Join(in.Dir, "rejects.ndjson")
	was := cpuNow()
	lap := func(what string) {
		now := cpuNow()
		fmt.Printf("%-12s %6.0f ms  %s\n", what, float64((now-was).Microseconds())/1000, mem())
		was = cpuNow()
	}
	lap("begin")
	d, err := in.job.open()
	if err != nil {
		t.Fatal(err)
	}
	in.duck = d
	for _, st := range strings.Split(os.Getenv("SETS"), ";") {
		if st != "" {
			if err := d.exec(st); err != nil {
				t.Fatal(err)
			}
		}
	}
	lap("open")
	out := Ingested{Totals: map[string]string{}}
	if err := in.open(&out); err != nil {
		t.Fatal(err)
	}
	lap("pages")
	if os.Getenv("EXPLAIN") != "" {
		d.exec("CREATE OR REPLACE TEMP SEQUENCE __faulty")
		var sel []string
		for _, p := range in.parts {
			sel = append(sel, in.taking(p))
		}
		rows, err := d.db.Query(fmt.Sprintf("EXPLAIN ANALYZE COPY (SELECT * FROM (%s) ORDER BY %s) TO %s (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE %d)", sel[0], strings.Join(idents(in.Schema.Key), ", "), quote(in.Dir+"/z.parquet"), rowGroup), in.args...)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var k, v string
			rows.Scan(&k, &v)
			fmt.Println(v)
		}
		fmt.Println(sel[0])
		return
	}
	if _, err := in.pass(&out); err != nil {
		t.Fatal(err)
	}
	lap("pass")
	if os.Getenv("MEM") != "" {
		in.texts(context.Background(), "SELECT tag, memory_usage_bytes::VARCHAR FROM duckdb_memory() WHERE memory_usage_bytes > 0", nil, func(c []string, v []*string) error { fmt.Println(*v[0], *v[1]); return nil })
		debug.FreeOSMemory()
		lap("gofree")
		var ms runtime.MemStats
		runtime.ReadMemStats(&ms)
		fmt.Println("go sys", ms.Sys>>10, "heap", ms.HeapSys>>10, ms.HeapReleased>>10)
	}
	if _, err := in.sharedKeys(out.Population); err != nil {
		t.Fatal(err)
	}
	lap("keys")
	if err := in.facts(&out); err != nil {
		t.Fatal(err)
	}
	lap("facts")
	if err := in.gap(&out); err != nil {
		t.Fatal(err)
	}
	lap("gap")
	fmt.Println(out.Rows, out.Received)
}
