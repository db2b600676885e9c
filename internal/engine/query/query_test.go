package query

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

// TestMain lets this test binary be its own confined child.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "worker" {
		if err := Worker(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func engine() Engine {
	return Engine{Exe: []string{"/proc/self/exe", "worker"}, MemoryMB: 512, Threads: 2, Timeout: time.Minute}
}

var payments = audit.Schema{
	Name: "payments", Key: []string{"payment_id"}, Time: "paid_at", Totals: []string{"amount"},
	Columns: []audit.Column{
		{Name: "payment_id", Type: "text", Required: true},
		{Name: "payee", Type: "text"},
		{Name: "amount", Type: "decimal(12,2)", Required: true},
		{Name: "paid_at", Type: "timestamp", Required: true},
		{Name: "due", Type: "date"},
		{Name: "attempts", Type: "integer"},
		{Name: "released", Type: "boolean"},
		{Name: "currency", Type: "text", Values: []string{"USD", "EUR"}},
	},
}

const header = "payment_id,payee,amount,paid_at,due,attempts,released,currency\n"

// ingestText runs one file through the confined child.
func ingestText(t *testing.T, in Intake, name, text string) (Ingested, string, error) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	work := t.TempDir()
	in.Files = []Source{{Path: path, Name: name}}
	if in.Schema.Name == "" {
		in.Schema = payments
	}
	if in.Window.From == "" {
		in.Window = audit.Period{From: "2025-01-01", To: "2025-01-31"}
	}
	got, err := engine().Ingest(context.Background(), work, in)
	rejects := ""
	if got.Rejects != "" {
		b, err := os.ReadFile(got.Rejects)
		if err != nil {
			t.Fatal(err)
		}
		rejects = string(b)
	}
	return got, rejects, err
}

// The value traps: what DuckDB would round, guess or make null in silence.
func TestNothingIsRoundedGuessedOrLost(t *testing.T) {
	for _, c := range []struct{ name, row, reason string }{
		{"plain", "P1,Ann,12.50,2025-01-02T10:00:00Z,2025-01-02,1,true,USD", ""},
		{"offset", "P1,Ann,12.50,2025-01-02T10:00:00-05:00,,,,", ""},
		{"trailing zeros are no digits", "P1,Ann,12.5000,2025-01-02T10:00:00Z,,,,", ""},
		{"a third decimal", "P1,Ann,1.005,2025-01-02T10:00:00Z,,,,", `amount: "1.005" has more digits than decimal(12,2) can hold`},
		{"digits beyond the wide cast", "P1,Ann,1.0000000000000001,2025-01-02T10:00:00Z,,,,", "amount: \"1.0000000000000001\" has more digits"},
		{"an exponent", "P1,Ann,1.25e1,2025-01-02T10:00:00Z,,,,", ""},
		{"signs and zeros", "P1,Ann,-1.00,2025-01-02T10:00:00Z,,+007,,", ""},
		{"a power for an integer", "P1,Ann,1.00,2025-01-02T10:00:00Z,,1E3,,", `attempts: "1E3" is not an integer`},
		{"hexadecimal", "P1,Ann,1.00,2025-01-02T10:00:00Z,,0x10,,", `attempts: "0x10" is not an integer`},
		{"underscores", "P1,Ann,1_000.00,2025-01-02T10:00:00Z,,1_000,,", `amount: "1_000.00" is not a decimal(12,2); attempts: "1_000" is not an integer`},
		{"an integer beyond", "P1,Ann,1.00,2025-01-02T10:00:00Z,,9223372036854775808,,", `attempts: "9223372036854775808" is not an integer`},
		{"a short day", "P1,Ann,1.00,2025-01-02T10:00:00Z,2025-03-1Z,,,", `due: "2025-03-1Z" is not a date`},
		{"an exponent beyond", "P1,Ann,125e-4,2025-01-02T10:00:00Z,,,,", "amount: \"125e-4\" has more digits"},
		{"an exponent to nothing", "P1,Ann,1e-30,2025-01-02T10:00:00Z,,,,", "amount: \"1e-30\" has more digits"},
		{"digits before an exponent", "P1,Ann,1.00000000000000000000000000001e0,2025-01-02T10:00:00Z,,,,", "has more digits"},
		{"whole with a point", "P1,Ann,1.,2025-01-02T10:00:00Z,,,,", ""},
		{"an integer with a point", "P1,Ann,1.00,2025-01-02T10:00:00Z,,2.000,,", `attempts: "2.000" is not an integer`},
		{"too large", "P1,Ann,99999999999.00,2025-01-02T10:00:00Z,,,,", `is not a decimal(12,2)`},
		{"thousands separator", "P1,Ann,\"1,250.00\",2025-01-02T10:00:00Z,,,,", `amount: "1,250.00" is not a decimal(12,2)`},
		{"half an attempt", "P1,Ann,1.00,2025-01-02T10:00:00Z,,1.5,,", `attempts: "1.5" is not an integer`},
		{"no offset", "P1,Ann,1.00,2025-01-02T10:00:00,,,,", "paid_at: \"2025-01-02T10:00:00\" is not an instant with its UTC offset"},
		{"American date", "P1,Ann,1.00,2025-01-02T10:00:00Z,01/02/2025,,,", `due: "01/02/2025" is not a date`},
		{"no such day", "P1,Ann,1.00,2025-01-02T10:00:00Z,2025-02-30,,,", `due: "2025-02-30" is not a date`},
		{"not a boolean", "P1,Ann,1.00,2025-01-02T10:00:00Z,,,perhaps,", `released: "perhaps" is not true or false`},
		{"not a listed value", "P1,Ann,1.00,2025-01-02T10:00:00Z,,,,GBP", `currency: "GBP" is none of USD, EUR`},
		{"required", ",Ann,1.00,2025-01-02T10:00:00Z,,,,", "payment_id is missing"},
		{"two faults", ",Ann,x,2025-01-02T10:00:00Z,,,,", `payment_id is missing; amount: "x" is not a decimal(12,2)`},
		{"too few columns", "P1,Ann", "the line cannot be read: missing columns"},
		{"too many columns", "P1,Ann,1,2025-01-02T10:00:00Z,,,,USD,surplus", "the line cannot be read: too many columns"},
		{"mixed encodings", "P1,Caf\xe9,1.00,2025-01-02T10:00:00Z,,,,", "the line cannot be read: invalid encoding"},
	} {
		t.Run(c.name, func(t *testing.T) {
			good := "P0,Zoë,1.00,2025-01-01T00:00:00Z,,,,\n"
			got, rejects, err := ingestText(t, Intake{Format: "csv"}, "payments.csv", header+good+c.row+"\n")
			if err != nil {
				t.Fatal(err)
			}
			if c.reason == "" {
				if got.Rejected != 0 || got.Rows != 2 {
					t.Fatalf("rows %d, rejected %d: %s", got.Rows, got.Rejected, rejects)
				}
				return
			}
			if got.Rows != 1 || got.Rejected != 1 || got.Received != 2 || !strings.Contains(strings.ReplaceAll(rejects, `\"`, `"`), c.reason) {
				t.Fatalf("rows %d, rejected %d, want reason %q in %s", got.Rows, got.Rejected, c.reason, rejects)
			}
		})
	}
}

func TestMoneyIsExactInEveryFormat(t *testing.T) {
	for _, c := range []struct{ format, name, text string }{
		{"csv", "p.csv", header + "P1,A,9007199254740993.11,2025-01-02T10:00:00Z,,,,\n"},
		{"csv", "semicolon.csv", "payment_id;amount;paid_at\nP1;9007199254740993.11;2025-01-02T10:00:00Z\n"},
		{"csv", "bom-crlf.csv", "\xef\xbb\xbfpayment_id,amount,paid_at\r\nP1,9007199254740993.11,2025-01-02T10:00:00Z\r\n"},
		{"ndjson", "p.ndjson", `{"payment_id":"P1","amount":9007199254740993.11,"paid_at":"2025-01-02T10:00:00Z"}` + "\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := Intake{Format: c.format, Schema: payments}
			in.Schema.Columns = append([]audit.Column(nil), payments.Columns...)
			in.Schema.Columns[2].Type = "decimal(18,2)"
			got, rejects, err := ingestText(t, in, c.name, c.text)
			if err != nil {
				t.Fatal(err)
			}
			if got.Totals["amount"] != "9007199254740993.11" {
				t.Fatalf("total %q, rejects %s", got.Totals["amount"], rejects)
			}
		})
	}
}

func TestNDJSONRejectsKeepTheirLine(t *testing.T) {
	text := `{"payment_id":"P1","amount":1.50,"paid_at":"2025-01-02T10:00:00Z","extra":1}
not json

{"payment_id":"P2","amount":1.005,"paid_at":"2025-01-02T10:00:00Z"}
[1]
{"payment_id":"caf` + "\xe9" + `"}
{"payment_id":"P3","amount":"2.00","paid_at":"2025-01-03T10:00:00+01:00"}
`
	got, rejects, err := ingestText(t, Intake{Format: "ndjson"}, "p.ndjson", text)
	if err != nil {
		t.Fatal(err)
	}
	if got.Rows != 2 || got.Rejected != 4 || got.Totals["amount"] != "3.50" {
		t.Fatalf("%+v", got)
	}
	for _, want := range []string{`"line":2,"reason":"the line is not a JSON object"`, `"line":5,`, `"line":6,"reason":"the line is not UTF-8"`, `"line":4,"reason":"amount`} {
		if !strings.Contains(rejects, want) {
			t.Errorf("no %s in\n%s", want, rejects)
		}
	}
	if diff := cmp.Diff([]string{"p.ndjson: extra"}, got.Ignored); diff != "" {
		t.Error(diff)
	}
}

func TestDuplicateKeysAreAllRejected(t *testing.T) {
	text := header + "P1,A,1.00,2025-01-02T10:00:00Z,,,,\nP1,B,2.00,2025-01-02T10:00:00Z,,,,\nP2,C,4.00,2025-01-02T10:00:00Z,,,,\n"
	got, rejects, err := ingestText(t, Intake{Format: "csv"}, "p.csv", text)
	if err != nil {
		t.Fatal(err)
	}
	if got.Rows != 1 || got.Rejected != 2 || got.Totals["amount"] != "4.00" || !strings.Contains(rejects, "stands on 2 rows") {
		t.Fatalf("%+v %s", got, rejects)
	}
}

// 23:30 in New York on the last day of the period is the next day in UTC.
func TestWindowAndGapAreOfTheDatasetsTimezone(t *testing.T) {
	in := Intake{Format: "csv", Timezone: "America/New_York", Window: audit.Period{From: "2025-01-01", To: "2025-01-10"}}
	text := header +
		"P1,A,1.00,2025-01-01T00:00:00-05:00,,,,\n" +
		"P2,A,1.00,2025-01-04T12:00:00-05:00,,,,\n" +
		"P3,A,1.00,2025-01-10T23:30:00-05:00,,,,\n" +
		"P4,A,1.00,2025-01-11T00:00:00-05:00,,,,\n"
	got, _, err := ingestText(t, in, "p.csv", text)
	if err != nil {
		t.Fatal(err)
	}
	if got.Outside != 1 || got.GapDays != 5 || got.GapFrom != "2025-01-05" || got.First != "2025-01-01 05:00:00" {
		t.Fatalf("%+v", got)
	}
}

func TestFilesThatAreNoTables(t *testing.T) {
	for _, c := range []struct{ name, format, text, want string }{
		{"empty.csv", "csv", "", "the file is empty"},
		{"nul.csv", "csv", strings.Repeat("\x00", 2<<20), "longer than 1048576 bytes"},
		{"missing.csv", "csv", "payment_id,payee\nP1,A\n", "no column amount, paid_at; the file has payment_id, payee"},
		{"twice.csv", "csv", "payment_id,amount,amount,paid_at\n", `column "amount" stands twice`},
		{"text.parquet", "parquet", "not parquet at all", "cannot be read as Parquet"},
		{"never.ndjson", "ndjson", `{"payment_id":"P1"}` + "\n", "no column amount, paid_at"},
		{"long.ndjson", "ndjson", strings.Repeat("x", 2<<20), "longer than"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := ingestText(t, Intake{Format: c.format}, c.name, c.text)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.name) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestAnEmptyPopulationIsAPopulation(t *testing.T) {
	got, _, err := ingestText(t, Intake{Format: "csv"}, "p.csv", header)
	if err != nil || got.Rows != 0 || got.Received != 0 || got.Totals["amount"] != "0.00" || got.GapDays != 31 {
		t.Fatalf("%+v %v", got, err)
	}
}
