//go:build slow

package e2e_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"tickmark/internal/engine/store/storetest"
	"tickmark/internal/stage/collect"
)

// TestPlantedAtSize: every planted exception is found, and nothing else, for
// three seeds at a size at which the planted ones are few among many.
func TestPlantedAtSize(t *testing.T) {
	for _, seed := range []string{"1", "2", "3"} {
		t.Run("seed "+seed, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "demo")
			finish(t, "demo", "--dir", dir, "--people", "2000", "--seed", seed)
			planted(t, dir)
		})
	}
}

// TestDemoOnPostgreSQL: where the records are kept changes nothing in them.
func TestDemoOnPostgreSQL(t *testing.T) {
	url := storetest.PostgreSQL(t)
	two := filepath.Join(t.TempDir(), "postgresql")
	one, err := meridian()
	if err != nil {
		t.Fatal(err)
	}
	finish(t, "demo", "--dir", two, "--people", "100", "--database", url)
	x, y := statusOf(t, one), statusOf(t, two, "--database", url)
	if x.Root != y.Root || x.Records != y.Records {
		t.Errorf("on SQLite: root %s of %d records; on PostgreSQL: root %s of %d", x.Root, x.Records, y.Root, y.Records)
	}
	if _, err := os.Stat(filepath.Join(two, ".tickmark", "tickmark.db")); !os.IsNotExist(err) {
		t.Errorf("a SQLite database was made beside PostgreSQL: %v", err)
	}
}

const gigabyte = 1 << 30

var importing = []string{"--code", "payments-2025", "--population", "payments", "--source", "bank", "--query", "all", "--from", "2025-01-01", "--to", "2025-12-31", "--coverage", "full", "--taken-at", "2026-01-05T09:30:00Z", "--json"}

// applied is the small sample organization, described.
func applied(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "work")
	finish(t, "init", dir)
	finish(t, "--dir", dir, "--as", "Compliance lead", "apply", "testdata/larkspur")
	finish(t, "--dir", dir, "run")
	return dir
}

// TestThreeGigabytesOfGarbage: a clear answer, and nothing left behind.
func TestThreeGigabytesOfGarbage(t *testing.T) {
	dir, file := applied(t), filepath.Join(t.TempDir(), "garbage.csv")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file, 3*gigabyte); err != nil {
		t.Fatal(err)
	}
	before, had := statusOf(t, dir), names(t, filepath.Join(dir, ".tickmark"))
	c := process(t, append([]string{"--dir", dir, "import", file}, importing...)...)
	said, err := c.CombinedOutput()
	if err == nil || !strings.Contains(string(said), "garbage.csv: its first line holds NUL bytes: this is not a table of text") {
		t.Errorf("%v: %s", err, said)
	}
	if c.ProcessState.UserTime()+c.ProcessState.SystemTime() > 5e9 {
		t.Errorf("it took %v to look at the first line", c.ProcessState.UserTime()+c.ProcessState.SystemTime())
	}
	if after := statusOf(t, dir); after.Root != before.Root {
		t.Errorf("the records changed: root %s, then %s", before.Root, after.Root)
	}
	if has := names(t, filepath.Join(dir, ".tickmark")); len(has) != len(had) {
		t.Errorf("files were left behind: %d, then %d", len(had), len(has))
	}
}

// TestThreeGigabytesOfPayments: a whole year of a large payroll processor in
// one file, every row counted, in bounded memory.
func TestThreeGigabytesOfPayments(t *testing.T) {
	room(t, os.TempDir(), 20*gigabyte)
	dir, file := applied(t), filepath.Join(t.TempDir(), "payments.csv")
	rows := writePayments(t, file, 3*gigabyte)
	c := process(t, append([]string{"--dir", dir, "--memory", "2048", "import", file}, importing...)...)
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var got collect.Collected
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	p := got.Population
	if p.Received != rows || p.Rows != rows || p.Rejected != 0 {
		t.Errorf("%d rows were written; received %d, kept %d, rejected %d", rows, p.Received, p.Rows, p.Rejected)
	}
	// Every row pays 12.34.
	if want := fmt.Sprintf("%d.%02d", rows*1234/100, rows*1234%100); p.Totals["amount"] != want {
		t.Errorf("total %s, want %s", p.Totals["amount"], want)
	}
	used, ok := c.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok || used.Maxrss > 4<<20 {
		t.Errorf("it used %d kB of memory, with a limit of 2048 MB for the data", used.Maxrss)
	}
	t.Logf("%d rows, %v of processor time, %d MB of memory at most", rows, c.ProcessState.UserTime()+c.ProcessState.SystemTime(), used.Maxrss>>10)
	if left := names(t, filepath.Join(dir, ".tickmark", "scratch")); len(left) > 0 {
		t.Errorf("left in scratch: %v", left)
	}
}

func room(t *testing.T, dir string, need uint64) {
	t.Helper()
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		t.Fatal(err)
	}
	if free := s.Bavail * uint64(s.Bsize); free < need {
		t.Fatalf("%s has %d GB free; this test needs %d GB: name another folder in TMPDIR", dir, free/gigabyte, need/gigabyte)
	}
}

// writePayments writes rows until the file has the size, and counts them.
func writePayments(t *testing.T, path string, size int64) (rows int64) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, written := bufio.NewWriterSize(f, 1<<20), int64(0)
	n, _ := fmt.Fprintln(w, "payment_id,batch_id,client_id,payee_id,line_id,pay_date,released_at,amount,currency,account,status")
	written += int64(n)
	for ; written < size; rows++ {
		month := rows%12 + 1
		n, _ := fmt.Fprintf(w, "P%010d,B%07d,C%05d,E%08d,L%010d,2025-%02d-28,2025-%02d-27T15:00:00Z,12.34,USD,tok-%08d,sent\n", rows, rows/5000, rows%997, rows%4_000_037, rows, month, month, rows%4_000_037)
		written += int64(n)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return rows
}
