package query

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"tickmark/internal/audit"
)

// manyRows flags more than three groups of a Parquet file hold.
const manyRows = 3*groupRows + 20_000

// many are rows in no order, most of them flagged, with values absent here and
// there. They are written by SQL of our own, which no test looks at.
func many(t *testing.T, rows int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "many.csv")
	j := job{Dir: t.TempDir(), MemoryMB: 512, Threads: 2}
	d, err := j.open()
	if err != nil {
		t.Fatal(err)
	}
	defer d.db.Close()
	err = d.exec(fmt.Sprintf(`COPY (SELECT 'P' || lpad(CAST((i * 7919) %% 1000003 AS VARCHAR), 7, '0') AS payment_id, CASE WHEN i %% 11 <> 0 THEN md5(CAST(i AS VARCHAR)) END AS payee,
		CAST((i * 31) %% 100000 AS DECIMAL(12,2)) / 100 AS amount, strftime(TIMESTAMP '2025-01-01' + to_minutes(CAST((i * 13) %% 500000 AS INTEGER)), '%%Y-%%m-%%dT%%H:%%M:%%SZ') AS paid_at,
		CASE WHEN i %% 10 <> 0 THEN CAST(DATE '2025-01-01' + CAST(i %% 300 AS INTEGER) AS VARCHAR) END AS due, i %% 3 AS attempts, i %% 50 = 0 AS released, '' AS currency
		FROM range(%d) AS r(i)) TO %s (FORMAT csv, HEADER)`, rows, quote(path)))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// machines are threads and memory, which may not count. The smallest holds less
// than it reads.
var machines = []struct{ threads, ingest, perform int }{{1, 400, 128}, {2, 2048, 2048}, {4, 400, 160}}

func digest(t *testing.T, path string) audit.Digest {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return audit.DigestOf(b)
}

// A population and a list of exceptions, each of several groups of rows, have
// the same bytes however many threads wrote them, and whether or not they had to
// go by way of the disk.
func TestTheSameBytesOnAnyMachine(t *testing.T) {
	csv := many(t, manyRows)
	populations, lists := map[audit.Digest]string{}, map[audit.Digest]string{}
	for _, m := range machines {
		name, e := fmt.Sprintf("%+v", m), engine()
		e.Threads, e.MemoryMB = m.threads, m.ingest
		in, err := e.Ingest(t.Context(), t.TempDir(), Intake{Format: "csv", Schema: payments, Window: audit.Period{From: "2025-01-01", To: "2025-12-31"}, Files: []Source{{Path: csv, Name: "many.csv"}}})
		if err != nil || in.Rows != manyRows {
			t.Fatalf("%s: %d rows, %v", name, in.Rows, err)
		}
		e.MemoryMB = m.perform
		populations[digest(t, in.Population)] = name
		got, err := e.Perform(t.Context(), t.TempDir(), Task{
			SQL: released, Tested: "payments", Key: payments.Key, Entire: true, Tables: []Table{{Name: "payments", Path: in.Population, Rows: in.Rows}},
		})
		if err != nil || got.Exceptions <= 3*groupRows {
			t.Fatalf("%s: %+v, %v", name, got, err)
		}
		lists[digest(t, got.Detail)] = name
	}
	if len(populations) != 1 {
		t.Errorf("populations differ: %v", populations)
	}
	if len(lists) != 1 {
		t.Errorf("lists of exceptions differ: %v", lists)
	}
}
