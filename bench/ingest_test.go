package bench

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	duckdb "github.com/duckdb/duckdb-go/v2"

	"tickmark/internal/audit"
	"tickmark/internal/engine/bundle"
	"tickmark/internal/engine/query"
)

// BenchmarkIngest reads payments from CSV and from NDJSON into a typed,
// key-ordered, digested population, against bare DuckDB with hand-written
// statements: one that refuses what is not exact, and the plainest there is. Types
// declared are no exact conversion: a third decimal of a CSV is rounded without a
// word, and a number of JSON is a floating-point one on its way. TICKMARK_BENCH_ROWS changes the ten million
// rows.
func BenchmarkIngest(b *testing.B) {
	rows := 10_000_000
	if text := os.Getenv("TICKMARK_BENCH_ROWS"); text != "" {
		rows, _ = strconv.Atoi(text)
	}
	schema, dir := schemas(b).Populations["payments"], b.TempDir()
	schema.Columns = schema.Columns[:11] // those that writePayments writes
	for _, format := range []string{"csv", "ndjson"} {
		path := filepath.Join(dir, "payments."+format)
		writePayments(b, path, format, rows)
		b.Run(format, func(b *testing.B) {
			var ours, exact, plain took
			for b.Loop() {
				exact.time(b, func() { convertBare(b, bareFrom(schema, path, format, true), exactly, rows) })
				plain.time(b, func() { convertBare(b, bareFrom(schema, path, format, false), "SELECT * FROM %s", rows) })
				ours.time(b, func() { ingestPayments(b, schema, path, format, rows) })
			}
			b.ReportMetric(ours.wallOver(exact), "x-exact")
			b.ReportMetric(ours.wallOver(plain), "x-plain")
			b.Logf("%s\n| %s, %s rows | wall | CPU | Tickmark takes, of the wall |\n|---|---|---|---|\n| Tickmark | %s | |\n| DuckDB, exact, refusing what is not | %s | **%.2f** (at most 1.3) |\n| DuckDB, types declared, nothing refused | %s | %.2f |",
				machine(), format, count(int64(rows)), ours, exact, ours.wallOver(exact), plain, ours.wallOver(plain))
		})
	}
}

// took is what some runs took.
type took struct{ wall, cpu []time.Duration }

func (t *took) time(b *testing.B, work func()) {
	b.Helper()
	begin, used := time.Now(), processor(b)
	work()
	t.wall, t.cpu = append(t.wall, time.Since(begin)), append(t.cpu, processor(b)-used)
}

func (t took) wallOver(other took) float64 {
	return median(t.wall).Seconds() / median(other.wall).Seconds()
}

func (t took) String() string {
	return fmt.Sprintf("%.1f s | %.1f s", median(t.wall).Seconds(), median(t.cpu).Seconds())
}

// writePayments writes rows whose keys are in no order.
func writePayments(b *testing.B, path, format string, rows int) {
	b.Helper()
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	out := bufio.NewWriterSize(f, 1<<20)
	line := `{"payment_id":"PAY-%09d","batch_id":"B%d","client_id":"C%d","payee_id":"E%d","line_id":"L%d","pay_date":"%s","released_at":"%sT%02d:%02d:%02dZ","amount":%d.%02d,"currency":"USD","account":"tok_%d","status":"%s"}` + "\n"
	if format == "csv" {
		line = "PAY-%09d,B%d,C%d,E%d,L%d,%s,%sT%02d:%02d:%02dZ,%d.%02d,USD,tok_%d,%s\n"
		fmt.Fprintln(out, "payment_id,batch_id,client_id,payee_id,line_id,pay_date,released_at,amount,currency,account,status")
	}
	for i := range rows {
		r := uint64(i)*0x9e3779b97f4a7c15 ^ uint64(i)>>3
		day := time.Date(2025, 1, 1+int(r>>40%365), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		status := "sent"
		if i%97 == 0 {
			status = "returned"
		}
		id := uint64(i) * 2_654_435_761 % 1_000_000_007
		fmt.Fprintf(out, line, id, i/500, i%300, r>>20%90_000, i, day, day, r>>10%24, r>>15%60, r>>30%60, r>>25%9000, r>>5%100, r>>33%10_000_000, status)
	}
	if err := out.Flush(); err != nil {
		b.Fatal(err)
	}
}

func ingestPayments(b *testing.B, s audit.Schema, path, format string, rows int) {
	b.Helper()
	got, err := engine().Ingest(context.Background(), b.TempDir(), query.Intake{
		Schema: s, Format: format, Files: []query.Source{{Path: path, Name: filepath.Base(path)}}, Window: audit.Period{From: "2025-01-01", To: "2025-12-31"},
	})
	if err != nil {
		b.Fatal(err)
	}
	if got.Rows != int64(rows) || got.Rejected != 0 {
		b.Fatalf("%d of %d rows, %d rejected", got.Rows, rows, got.Rejected)
	}
	if _, _, err := bundle.DigestFile(got.Population); err != nil {
		b.Fatal(err)
	}
}

// exactly keeps the rows whose values are exact: no text is lost in a cast, no
// cent is rounded, every instant has its offset.
const exactly = `SELECT * REPLACE (TRY_CAST(pay_date AS DATE) AS pay_date, TRY_CAST(released_at AS TIMESTAMP) AS released_at, TRY_CAST(amount AS DECIMAL(18,2)) AS amount)
	FROM %s AS t WHERE payment_id IS NOT NULL AND TRY_CAST(pay_date AS DATE) IS NOT NULL AND TRY_CAST(released_at AS TIMESTAMP) IS NOT NULL AND suffix(released_at, 'Z')
	AND TRY_CAST(amount AS DECIMAL(18,2)) IS NOT NULL AND NOT contains(amount, 'e') AND strlen(amount) - strpos(amount, '.') <= 2 AND status IN ('sent', 'returned', 'reversed')`

// bareFrom reads a file with every column declared: as text, or as its type.
// DuckDB rounds a third decimal to the declared two, and takes JSON's numbers for
// floating point; with the types declared nobody hears of it.
func bareFrom(s audit.Schema, path, format string, text bool) string {
	var names []string
	for _, column := range s.Columns {
		kind := "VARCHAR"
		switch {
		case text || column.Type == "text":
		case column.Type == "timestamp":
			kind = "TIMESTAMP"
		default:
			kind = column.Type
		}
		names = append(names, "'"+column.Name+"': '"+kind+"'")
	}
	columns := "{" + strings.Join(names, ", ") + "}"
	if format == "ndjson" {
		return fmt.Sprintf("read_json('%s', format='newline_delimited', columns=%s)", path, columns)
	}
	return fmt.Sprintf("read_csv('%s', header=true, auto_detect=false, delim=',', quote='\"', escape='\"', columns=%s)", path, columns)
}

// convertBare is what a person would write in DuckDB: ordered by key, compressed
// with row groups as large as ours, digested. It counts nothing, explains
// nothing, and does not see a key that stands twice.
func convertBare(b *testing.B, from, query string, rows int) {
	b.Helper()
	c, err := duckdb.NewConnector("", nil)
	if err != nil {
		b.Fatal(err)
	}
	db := sql.OpenDB(c)
	defer db.Close()
	out := filepath.Join(b.TempDir(), "bare.parquet")
	for _, statement := range []string{
		"SET memory_limit='4096MB'", fmt.Sprintf("SET threads=%d", runtime.NumCPU()), "SET TimeZone='UTC'", "SET temp_directory='" + filepath.Dir(out) + "'",
		"COPY (" + fmt.Sprintf(query, from) + " ORDER BY payment_id) TO '" + out + "' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480)",
	} {
		if _, err := db.Exec(statement); err != nil {
			b.Fatal(err)
		}
	}
	if _, _, err := bundle.DigestFile(out); err != nil {
		b.Fatal(err)
	}
	var n int
	if err := db.QueryRow("SELECT count(*) FROM read_parquet('" + out + "')").Scan(&n); err != nil || n != rows {
		b.Fatal(n, err)
	}
}
