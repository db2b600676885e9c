package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/query"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/vault"
	"tickmark/internal/method/authority"
	"tickmark/internal/stage/perform"
)

// resources is how many of them the rules are about.
const resources = 100_000

// theRules are procedures of the catalog.
var theRules = []string{"resource-unencrypted", "resource-mfa-off", "resource-public"}

// BenchmarkRules takes 100,000 JSON resources from recorded pages to the stored
// results of three rules, in a process that does nothing else, and counts that
// process and all its children from their beginning to their end: reading the
// catalog, the mapping, the population, the digests, three performances, the
// vault and the records.
func BenchmarkRules(b *testing.B) {
	dir := b.TempDir()
	writeResources(b, filepath.Join(dir, "pages"))
	var cpu, wall []time.Duration
	var together, largest int64
	for b.Loop() {
		work := filepath.Join(dir, fmt.Sprint("run-", len(cpu)))
		if err := os.Mkdir(work, 0o700); err != nil {
			b.Fatal(err)
		}
		took, used, m := watched(b, order{Side: "rules", Dir: work})
		cpu, wall = append(cpu, used), append(wall, took)
		together, largest = max(together, m.together), max(largest, m.largest)
	}
	b.ReportMetric(median(cpu).Seconds(), "cpu-s")
	b.ReportMetric(float64(together)/1024, "together-MB")
	b.ReportMetric(float64(largest)/1024, "largest-MB")
	b.Logf("%s\n| | CPU of all processes | wall | memory of all processes at the worst moment | of the largest process |\n|---|---|---|---|---|\n| 3 rules over %s resources | **%.2f s** | %.2f s | **%d MB** | %d MB |\n| at most | 1 s | | 150 MB | 150 MB |",
		machine(), count(resources), median(cpu).Seconds(), median(wall).Seconds(), together>>10, largest>>10)
}

// held is the most memory that processes held, in KiB: all of them at the worst
// moment, with the pages of the program's own file counted once, and the largest
// of them by itself.
type held struct{ together, largest int64 }

// watched runs one side and watches it and its children.
func watched(b *testing.B, o order) (wall, cpu time.Duration, m held) {
	b.Helper()
	in, err := json.Marshal(o)
	if err != nil {
		b.Fatal(err)
	}
	self, _ := os.Executable()
	cmd := exec.Command(self, "side")
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), os.Stderr
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	ended := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() { m = watch(cmd.Process.Pid, ended) })
	err = cmd.Wait()
	wall = time.Since(begin)
	close(ended)
	watching.Wait()
	if err != nil {
		b.Fatal(err)
	}
	u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		b.Fatal("nobody says what the processes used")
	}
	return wall, time.Duration(u.Utime.Nano() + u.Stime.Nano()), m
}

// watch looks every few milliseconds. The kernel keeps each process's own peak,
// so that only the very last moment of one can be missed.
func watch(pid int, ended chan struct{}) (m held) {
	for {
		var private, shared int64
		for _, p := range append(descendants(pid), pid) {
			now := status(p)
			private += now["RssAnon"] + now["RssShmem"]
			shared = max(shared, now["RssFile"])
			m.largest = max(m.largest, now["VmHWM"])
		}
		m.together = max(m.together, private+shared)
		select {
		case <-ended:
			return m
		case <-time.After(2 * time.Millisecond):
		}
	}
}

func descendants(pid int) []int {
	var all []int
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, t := range threads {
		for _, child := range strings.Fields(contents(t)) {
			n, _ := strconv.Atoi(child)
			all = append(append(all, n), descendants(n)...)
		}
	}
	return all
}

// status is the memory of a process, in KiB.
func status(pid int) map[string]int64 {
	m := map[string]int64{}
	for line := range strings.Lines(contents(fmt.Sprintf("/proc/%d/status", pid))) {
		name, value, _ := strings.Cut(line, ":")
		if fields := strings.Fields(value); len(fields) == 2 && fields[1] == "kB" {
			m[name], _ = strconv.ParseInt(fields[0], 10, 64)
		}
	}
	return m
}

// rules is the side that is measured: what import and run do.
func rules(o order) (answer, error) {
	ctx := context.Background()
	known, err := catalog.Load()
	if err != nil {
		return answer{}, err
	}
	e := engine()
	e.MemoryMB, e.Threads = 0, 0 // the defaults
	got, err := e.Ingest(ctx, o.Dir, query.Intake{
		Schema: known.Populations["resources"], Format: "pages", Window: audit.Period{From: "2026-01-01", To: "2026-12-31"},
		Mapping: &query.Mapped{SQL: known.Sources["resources-json"].Populations[0].SQL, Tables: []query.PageTable{resourcePages(filepath.Join(o.Dir, "..", "pages"))}},
	})
	if err != nil || got.Rows != resources {
		return answer{}, errors.Join(err, fmt.Errorf("%d rows of %d", got.Rows, resources))
	}
	return answer{}, kept(ctx, o.Dir, known, e, got)
}

// kept performs the rules as the stage does and keeps the results.
func kept(ctx context.Context, dir string, known *catalog.Catalog, e query.Engine, got query.Ingested) error {
	v, err := vault.Open(filepath.Join(dir, "vault"))
	if err != nil {
		return err
	}
	defer v.Close()
	db, err := store.Open(ctx, store.Config{URL: "sqlite://" + filepath.Join(dir, "tickmark.db"), Now: time.Now})
	if err != nil {
		return err
	}
	defer db.Close()
	org, err := db.CreateOrganization(ctx, audit.Person{Name: "Lead", Side: audit.Management}, audit.Organization{Name: "Bench", LegalName: "Bench, Inc."})
	if err != nil {
		return err
	}
	g, err := authority.Admit(audit.Person{Name: "tickmark", Side: audit.Automation}, org.ID, authority.Standing{})
	if err != nil {
		return err
	}
	file, _, err := v.PutFile(ctx, got.Population)
	if err != nil {
		return err
	}
	year := audit.Engagement{Code: "rules", Period: audit.Period{From: "2026-01-01", To: "2026-12-31"}, Timezone: "UTC"}
	have := []audit.Population{{Name: "resources", Dataset: "resources", Window: year.Period, Coverage: audit.Full, Rows: got.Rows, Received: got.Received, Agrees: audit.NotStated, File: file}}
	return examine(ctx, perform.Stage{Records: db.Tenant(g), Files: v, Catalog: known, Query: e, Scratch: dir}, year, have)
}

func examine(ctx context.Context, s perform.Stage, year audit.Engagement, have []audit.Population) error {
	var list []audit.Procedure
	for _, id := range theRules {
		list = append(list, s.Catalog.Procedures[id])
	}
	ahead, err := s.Ahead(ctx, year, list, have, false)
	if err != nil {
		return err
	}
	defer ahead.Done()
	s.Made = ahead
	for i, want := range []int64{0, resources / 30, 0} {
		got, err := s.Procedure(ctx, year, list[i], have, false)
		if err != nil {
			return err
		}
		if r := got.Result; r.Tested != resources || r.Exceptions != want {
			return fmt.Errorf("%s: %d exceptions in %d: %s", r.Procedure, r.Exceptions, r.Tested, r.Why)
		}
	}
	return nil
}

// resourcePages are the pages that writeResources wrote.
func resourcePages(dir string) query.PageTable {
	table := query.PageTable{Name: "resource", Format: "json"}
	for n := range resources / 1000 {
		table.Pages = append(table.Pages, query.PageFile{Path: filepath.Join(dir, fmt.Sprint(n)), Name: fmt.Sprintf("resources %d", n+1), Number: int64(n + 1)})
	}
	return table
}

// writeResources records pages of a thousand resources each. Every thirtieth
// has no second factor.
func writeResources(b *testing.B, dir string) {
	b.Helper()
	if err := os.Mkdir(dir, 0o700); err != nil {
		b.Fatal(err)
	}
	kinds := []string{"aws_s3_bucket", "aws_rds_instance", "aws_ebs_volume", "aws_iam_user"}
	for page := range resources / 1000 {
		var text strings.Builder
		for i := page * 1000; i < (page+1)*1000; i++ {
			kind := kinds[i%4]
			fmt.Fprintf(&text, `,{"id":"arn:aws:%[1]s:eu-west-1:123456789012:%[1]s/%07[2]d","type":"%[1]s","name":"%[1]s-%07[2]d","account":"123456789012","region":"eu-west-1","created":"2026-01-01T08:00:00Z","collected":"2026-11-21T00:00:00Z",`+
				`"tags":{"env":"dev","owner":"team-%[3]d","cost-center":"cc-%[3]d","data":"confidential"},"config":{"encryption":{"enabled":true,"algorithm":"aws:kms","kms_key_id":"arn:aws:kms:eu-west-1:123456789012:key/%08[2]x"},`+
				`"mfa":{"enabled":%[4]t,"type":"totp","registered":"2026-02-03T10:11:12Z"},"public_access":{"block_acls":true,"block_policy":true,"ignore_acls":true,"restrict":true},`+
				`"logging":{"enabled":true,"target":"central-logs"},"versioning":true,"backup":{"enabled":true,"retention_days":%[5]d}}}`, kind, i, i%9, i%30 != 29 || i >= resources/30*30, 7+i%30)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(page)), []byte("["+text.String()[1:]+"]"), 0o600); err != nil {
			b.Fatal(err)
		}
	}
}
