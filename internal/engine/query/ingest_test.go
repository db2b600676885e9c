package query

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

// Rejects stand in the order of the files, with the source's own text: of rows
// that share a key too.
func TestRejectsKeepPlaceAndText(t *testing.T) {
	dir := t.TempDir()
	in := Intake{Schema: payments, Format: "csv", Window: audit.Period{From: "2025-01-01", To: "2025-01-31"}}
	for i, text := range []string{
		header + "P1,A, 1.500 ,2025-01-02T10:00:00Z,,,,\nP2,A,x,2025-01-02T10:00:00Z,,,,\nP3,A\nP4,A,1.00,2025-01-02T10:00:00Z,,,,\n",
		header + "P1,B,2,2025-01-02T05:00:00-05:00,,,yes,\nP5,\"B\nb\",1.00,2025-01-02T10:00:00Z,,,,\n,B,1.00,2025-01-02T10:00:00Z,,,,\n",
	} {
		f := Source{Path: filepath.Join(dir, fmt.Sprint(i)), Name: fmt.Sprintf("f%d.csv", i)}
		if err := os.WriteFile(f.Path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		in.Files = append(in.Files, f)
	}
	got, err := engine().Ingest(context.Background(), t.TempDir(), in)
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(got.Rejects)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(b), `\"`, `'`)
	var kept []string
	for line := range strings.Lines(text) {
		file, rest, _ := strings.Cut(line, `,"reason":"`)
		reason, _, _ := strings.Cut(rest, `"`)
		kept = append(kept, file+" "+reason)
	}
	want := []string{
		`{"file":"f0.csv","line":4 the line cannot be read: missing columns`,
		`{"file":"f0.csv","record":1 the key (payment_id) stands on 2 rows: which is right cannot be told`,
		`{"file":"f0.csv","record":2 amount: 'x' is not a decimal(12,2)`,
		`{"file":"f1.csv","record":1 the key (payment_id) stands on 2 rows: which is right cannot be told`,
		`{"file":"f1.csv","record":3 payment_id is missing`,
	}
	if diff := cmp.Diff(want, kept); diff != "" {
		t.Error(diff)
	}
	for _, source := range []string{`'amount':' 1.500 '`, `'released':'yes'`, `'paid_at':'2025-01-02T05:00:00-05:00'`} {
		if !strings.Contains(text, source) {
			t.Errorf("no %s in\n%s", source, text)
		}
	}
	if got.Received != 7 || got.Rows != 2 || got.Rejected != 5 || got.Totals["amount"] != "2.00" {
		t.Errorf("%+v", got)
	}
	if diff := cmp.Diff([]string{"P4|A", "P5|B\nb"}, populationRows(t, got.Population, "payment_id, payee")); diff != "" {
		t.Error(diff)
	}
}

// The bytes of a population hang neither on the number of threads nor on the
// format it came in.
func TestThreadsDoNotChangeThePopulation(t *testing.T) {
	var csv, ndjson strings.Builder
	csv.WriteString("payment_id,payee,amount,paid_at\n")
	for i := range 50_000 {
		id, amount := i*7919%50_021, fmt.Sprintf("%d.%02d", i%977, i%100)
		fmt.Fprintf(&csv, "P%05d,\"Ann, %d\n\",%s,2025-01-%02dT10:00:00Z\n", id, i%31, amount, 1+i%31)
		fmt.Fprintf(&ndjson, `{"paid_at":"2025-01-%02dT05:00:00-05:00","payment_id":"P%05d","payee":"Ann, %d\n","amount":%s}`+"\n", 1+i%31, id, i%31, amount)
	}
	var digests []audit.Digest
	for _, c := range []struct {
		format, text string
		threads      int
	}{{"csv", csv.String(), 1}, {"csv", csv.String(), 4}, {"ndjson", ndjson.String(), 1}, {"ndjson", ndjson.String(), 3}} {
		path := filepath.Join(t.TempDir(), "p")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		e := engine()
		e.Threads = c.threads
		got, err := e.Ingest(context.Background(), t.TempDir(), Intake{
			Schema: payments, Format: c.format, Files: []Source{{Path: path, Name: "p"}}, Window: audit.Period{From: "2025-01-01", To: "2025-01-31"},
		})
		if err != nil || got.Rows != 50_000 {
			t.Fatalf("%+v %v", got, err)
		}
		b, err := os.ReadFile(got.Population)
		if err != nil {
			t.Fatal(err)
		}
		digests = append(digests, audit.DigestOf(b))
	}
	for _, d := range digests[1:] {
		if d != digests[0] {
			t.Errorf("digests differ: %v", digests)
		}
	}
}
