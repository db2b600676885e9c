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
// key-ordered, digested population, against bare DuckDB with a hand-written
// statement that does the same conversion. TICKMARK_BENCH_ROWS changes the ten
// million rows.
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
			var ours, peers []time.Duration
			for b.Loop() {
				begin := time.Now()
				convertBare(b, schema, path, format, rows)
				peers = append(peers, time.Since(begin))
				begin = time.Now()
				ingestPayments(b, schema, path, format, rows)
				ours = append(ours, time.Since(begin))
			}
			ratio := median(ours).Seconds() / median(peers).Seconds()
			b.ReportMetric(ratio, "x-duckdb")
			b.Logf("| %s, %d rows | %.1f s | %.1f s | **%.2f** | at most 1.3 |", format, rows, median(ours).Seconds(), median(peers).Seconds(), ratio)
		})
	}
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

// convertBare is what a person would write in DuckDB: texts of declared names,
// casts to the exact types, no row whose cast fails or loses digits, ordered by
// key, compressed, digested. It counts nothing and explains nothing.
func convertBare(b *testing.B, s audit.Schema, path, format string, rows int) {
	b.Helper()
	c, err := duckdb.NewConnector("", nil)
	if err != nil {
		b.Fatal(err)
	}
	db := sql.OpenDB(c)
	defer db.Close()
	var names []string
	for _, column := range s.Columns {
		names = append(names, "'"+column.Name+"': 'VARCHAR'")
	}
	columns := "{" + strings.Join(names, ", ") + "}"
	from := fmt.Sprintf("read_csv('%s', header=true, auto_detect=false, delim=',', quote='\"', escape='\"', columns=%s)", path, columns)
	if format == "ndjson" {
		from = fmt.Sprintf("read_json('%s', format='newline_delimited', columns=%s)", path, columns)
	}
	out := filepath.Join(b.TempDir(), "bare.parquet")
	for _, statement := range []string{
		"SET memory_limit='4096MB'", fmt.Sprintf("SET threads=%d", runtime.NumCPU()), "SET TimeZone='UTC'", "SET temp_directory='" + filepath.Dir(out) + "'",
		`COPY (SELECT * EXCLUDE (wide) FROM (SELECT * REPLACE (TRY_CAST(pay_date AS DATE) AS pay_date, make_timestamp(epoch_us(TRY_CAST(released_at AS TIMESTAMPTZ))) AS released_at,
			TRY_CAST(amount AS DECIMAL(18,2)) AS amount), TRY_CAST(amount AS DECIMAL(38,12)) AS wide FROM ` + from + `)
			WHERE pay_date IS NOT NULL AND released_at IS NOT NULL AND amount = wide AND payment_id IS NOT NULL AND status IN ('sent', 'returned', 'reversed')
			ORDER BY payment_id) TO '` + out + `' (FORMAT parquet, COMPRESSION zstd)`,
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
