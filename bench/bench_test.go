// Package bench measures Tickmark beside a peer in the same run. It asserts no
// time: docs/performance.md keeps what was measured, and how.
package bench

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/cli"
	"tickmark/internal/demo"
	"tickmark/internal/engine/bundle"
	"tickmark/internal/engine/query"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/stage/perform"
)

// people gives ten million payroll lines; TICKMARK_BENCH_PEOPLE changes it.
const people = 403_000

// TestMain lets this binary be its own confined child, and the peer.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "worker" {
		os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	if len(os.Args) > 1 && os.Args[1] == "peer" {
		if err := peer(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// job is what both sides do: the same text over the same files.
type job struct {
	SQL        string
	Tables     map[string]string
	Parameters map[string]string
	CountOnly  bool
}

// answer is what the peer counted and how long it took, without the start of
// its process and of DuckDB.
type answer struct {
	Tested, Exceptions int64
	Nanoseconds        int64
}

// BenchmarkGrossToNet performs T01 over ten million payroll lines: the result,
// the exceptions and the digests of all inputs, in the confined child, against
// bare DuckDB that runs the same SQL on the same file and reads the exceptions.
// Each round runs all sides, one after the other.
func BenchmarkGrossToNet(b *testing.B) {
	j, inputs, p := prepare(b)
	var ours, rows, counts []time.Duration
	for b.Loop() {
		full := runPeer(b, j)
		rows = append(rows, time.Duration(full.Nanoseconds))
		j.CountOnly = true
		counts = append(counts, time.Duration(runPeer(b, j).Nanoseconds))
		j.CountOnly = false
		begin := time.Now()
		got := performed(b, j, inputs, p)
		ours = append(ours, time.Since(begin))
		if got.Tested != full.Tested || got.Exceptions != full.Exceptions {
			b.Fatalf("tickmark %d/%d, bare DuckDB %d/%d", got.Tested, got.Exceptions, full.Tested, full.Exceptions)
		}
		b.ReportMetric(float64(got.Tested), "lines")
		b.ReportMetric(float64(got.Exceptions), "exceptions")
	}
	b.ReportMetric(median(ours).Seconds(), "tickmark-s")
	b.ReportMetric(median(rows).Seconds(), "duckdb-rows-s")
	b.ReportMetric(median(counts).Seconds(), "duckdb-count-s")
	b.ReportMetric(median(ours).Seconds()/median(rows).Seconds(), "x-rows")
	b.ReportMetric(median(ours).Seconds()/median(counts).Seconds(), "x-count")
	b.ReportMetric(float64(peakKB(b))/1024, "parent-peak-MB")
}

func median(d []time.Duration) time.Duration {
	s := slices.Sorted(slices.Values(d))
	return s[len(s)/2]
}

func engine() query.Engine {
	self, _ := os.Executable()
	return query.Engine{Exe: []string{self, "worker", "query"}, MemoryMB: 4096, Threads: runtime.NumCPU(), Timeout: time.Hour}
}

// performed is what the perform stage does, with the digests of the inputs
// taken while the child works, as the stage takes them.
func performed(b *testing.B, j job, inputs []audit.Input, p audit.Procedure) query.Performed {
	b.Helper()
	checked := make(chan error, 1)
	go func() { checked <- digestAll(j.Tables, inputs) }()
	schema := schemas(b).Populations[p.Tests]
	got, err := perform.Run(context.Background(), engine(), b.TempDir(), p, schema, j.Parameters, func(in audit.Input) (string, error) {
		return j.Tables[in.Name], nil
	}, inputs)
	if err := errors.Join(err, <-checked); err != nil {
		b.Fatal(err)
	}
	return got
}

func digestAll(tables map[string]string, inputs []audit.Input) error {
	for _, in := range inputs {
		got, _, err := bundle.DigestFile(tables[in.Name])
		if err == nil && got != in.File {
			err = fmt.Errorf("%s changed", in.Name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func schemas(b *testing.B) *catalog.Catalog {
	b.Helper()
	c, err := catalog.Load()
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// prepare writes the sample organization and reads its payroll populations.
func prepare(b *testing.B) (job, []audit.Input, audit.Procedure) {
	b.Helper()
	n := people
	if text := os.Getenv("TICKMARK_BENCH_PEOPLE"); text != "" {
		n, _ = strconv.Atoi(text)
	}
	dir, c := b.TempDir(), schemas(b)
	made := filepath.Join(dir, "made")
	err := demo.Write(context.Background(), demo.Config{Seed: 1, People: n, Dir: made, Parquet: func(ctx context.Context, csv, out string, s audit.Schema) error {
		return engine().Convert(ctx, filepath.Dir(out), query.Convert{CSV: csv, Out: out, Schema: s})
	}})
	if err != nil {
		b.Fatal(err)
	}
	p := c.Procedures["payroll-gross-to-net"]
	j := job{SQL: p.SQL, Tables: map[string]string{}}
	e := audit.Engagement{Code: "bench", Period: audit.Period{From: "2025-01-01", To: "2025-12-31"}, Timezone: "America/New_York"}
	if j.Parameters, err = perform.Parameters(e, p); err != nil {
		b.Fatal(err)
	}
	var inputs []audit.Input
	for _, name := range p.Populations {
		inputs = append(inputs, ingest(b, c.Populations[name], made, dir, j.Tables))
	}
	return j, inputs, p
}

func ingest(b *testing.B, s audit.Schema, made, dir string, tables map[string]string) audit.Input {
	b.Helper()
	d := dataset(b, made, s.Name)
	in := query.Intake{Schema: s, Format: d.Format, Columns: d.Columns, Window: d.Window, Timezone: d.Timezone}
	for _, f := range d.Files {
		in.Files = append(in.Files, query.Source{Path: filepath.Join(made, "workspace", "data", f.Name), Name: f.Name})
	}
	work := filepath.Join(dir, s.Name)
	if err := os.Mkdir(work, 0o700); err != nil {
		b.Fatal(err)
	}
	begin := time.Now()
	got, err := engine().Ingest(context.Background(), work, in)
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("ingested %s: %d rows in %.1f s", s.Name, got.Rows, time.Since(begin).Seconds())
	tables[s.Name] = got.Population
	digest, _, err := bundle.DigestFile(got.Population)
	if err != nil {
		b.Fatal(err)
	}
	return audit.Input{Name: s.Name, File: digest, Rows: got.Rows}
}

func runPeer(b *testing.B, j job) answer {
	b.Helper()
	in, err := json.Marshal(j)
	if err != nil {
		b.Fatal(err)
	}
	self, _ := os.Executable()
	cmd := exec.Command(self, "peer")
	cmd.Stdin, cmd.Stderr = strings.NewReader(string(in)), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		b.Fatal(err)
	}
	var a answer
	if err := json.Unmarshal(out, &a); err != nil {
		b.Fatal(err)
	}
	return a
}

// peer is bare DuckDB: no fence, no gate, no checks, no digests.
func peer(in io.Reader, out io.Writer) error {
	var j job
	if err := json.NewDecoder(in).Decode(&j); err != nil {
		return err
	}
	c, err := duckdb.NewConnector("", nil)
	if err != nil {
		return err
	}
	db := sql.OpenDB(c)
	db.SetMaxOpenConns(1)
	setup := []string{"SET memory_limit='4096MB'", fmt.Sprintf("SET threads=%d", runtime.NumCPU()), "SET TimeZone='UTC'"}
	for name, path := range j.Tables {
		setup = append(setup, fmt.Sprintf("CREATE VIEW %s AS SELECT * FROM read_parquet('%s')", name, path))
	}
	for _, s := range setup {
		if _, err := db.Exec(s); err != nil {
			return err
		}
	}
	var args []any
	for name, value := range j.Parameters {
		args = append(args, sql.Named(name, value))
	}
	begin := time.Now()
	a, err := j.answer(db, args)
	a.Nanoseconds = time.Since(begin).Nanoseconds()
	return errors.Join(err, json.NewEncoder(out).Encode(a))
}

// answer counts; unless only counts are wanted, it takes the rows first and
// then reads the exceptions in order, as a person with DuckDB would.
func (j job) answer(db *sql.DB, args []any) (answer, error) {
	var a answer
	from := "(" + j.SQL + "\n)"
	if !j.CountOnly {
		if _, err := db.Exec("CREATE TEMP TABLE result AS SELECT * FROM "+from, args...); err != nil {
			return a, err
		}
		from, args = "result", nil
	}
	err := db.QueryRow("SELECT count(*), count(*) FILTER (WHERE NOT passed) FROM "+from, args...).Scan(&a.Tested, &a.Exceptions)
	if err != nil || j.CountOnly {
		return a, err
	}
	rows, err := db.Query("SELECT item, reason FROM result WHERE NOT passed ORDER BY item")
	if err != nil {
		return a, err
	}
	defer rows.Close()
	for rows.Next() {
		var item, reason string
		if err := rows.Scan(&item, &reason); err != nil {
			return a, err
		}
	}
	return a, rows.Err()
}

// peakKB is the most memory that this process, the parent, ever held.
func peakKB(b *testing.B) int {
	b.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, _ := strconv.Atoi(strings.Fields(rest)[0])
			return n
		}
	}
	return 0
}

func dataset(b *testing.B, made, population string) audit.Dataset {
	b.Helper()
	f, err := workspace.Read(filepath.Join(made, "workspace"))
	if err != nil {
		b.Fatal(err)
	}
	i := slices.IndexFunc(f.Datasets, func(d audit.Dataset) bool { return d.Population == population })
	if i < 0 {
		b.Fatalf("the sample has no %s", population)
	}
	return f.Datasets[i]
}
