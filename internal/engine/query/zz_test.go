package query

import (
	"fmt"
	"context"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"tickmark/internal/audit"
)

func TestZZ(t *testing.T) {
	s := audit.Schema{Name: "payments", Key: []string{"payment_id"}, Time: "released_at", Totals: []string{"amount"}}
	for _, n := range []string{"payment_id", "batch_id", "client_id", "payee_id", "line_id", "pay_date", "released_at", "amount", "currency", "account", "status"} {
		c := audit.Column{Name: n, Type: "text", Required: n != "client_id" && n != "line_id"}
		switch n {
		case "pay_date":
			c.Type = "date"
		case "released_at":
			c.Type = "timestamp"
		case "amount":
			c.Type = "decimal(18,2)"
		case "status":
			c.Values = []string{"sent", "returned", "reversed"}
		}
		s.Columns = append(s.Columns, c)
	}
	for _, f := range []string{"csv", "ndjson"} {
		for _, th := range []int{2, 1} {
			dir := t.TempDir()
			begin := time.Now()
			var r0, r1 syscall.Rusage
			syscall.Getrusage(syscall.RUSAGE_CHILDREN, &r0)
			e := engine()
			e.MemoryMB, e.Threads, e.Timeout = 4096, th, time.Hour
			got, err := e.Ingest(context.Background(), dir, Intake{Schema: s, Format: f, Files: []Source{{"/tmp/ingest/p." + f, "p"}}, Window: audit.Period{From: "2025-01-01", To: "2025-12-31"}})
			if err != nil {
				t.Fatal(err)
			}
			took := time.Since(begin)
			syscall.Getrusage(syscall.RUSAGE_CHILDREN, &r1)
			cpu := time.Duration(r1.Utime.Nano() + r1.Stime.Nano() - r0.Utime.Nano() - r0.Stime.Nano())
			out, _ := exec.Command("sha256sum", got.Population).Output()
			st, _ := os.Stat(got.Population)
			fmt.Println(f, th, took, "cpu", cpu, "peak", r1.Maxrss/1024, got.Rows, got.Rejected, string(out[:16]), st.Size())
		}
	}
}
