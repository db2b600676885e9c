package query

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tickmark/internal/confine"
)

// What a text may try, by the way it would take. The gate refuses each before
// anything of it runs, and says why.
func TestEscapesEndAtTheGate(t *testing.T) {
	const refused, other = "refused", "something else than SELECT"
	secret := filepath.Join(t.TempDir(), "secret.parquet")
	from := func(source string) string {
		return "SELECT 'P1' AS item, true AS passed, '' AS reason FROM " + source
	}
	value := func(expression string) string {
		return "SELECT 'P1' AS item, true AS passed, CAST(" + expression + " AS VARCHAR) AS reason FROM payments"
	}
	for name, c := range map[string]struct{ sql, want string }{
		"another file by a path with dots":       {from("read_parquet('" + filepath.Dir(secret) + "/x/../secret.parquet')"), "function read_parquet is not allowed"},
		"files by a pattern":                     {from("read_parquet('/tmp/*.parquet')"), "function read_parquet is not allowed"},
		"a file's bytes":                         {from("read_blob('/etc/passwd')"), "function read_blob is not allowed"},
		"a file's text":                          {from("read_text('/etc/passwd')"), "function read_text is not allowed"},
		"a file under its name":                  {from("'/etc/passwd.csv'"), "none of its populations"},
		"what a Parquet file says of itself":     {from("parquet_metadata('" + secret + "')"), "function parquet_metadata is not allowed"},
		"a file's shape":                         {from("sniff_csv('/etc/passwd')"), "function sniff_csv is not allowed"},
		"a file as JSON":                         {from("read_json_auto('/etc/passwd')"), "function read_json_auto is not allowed"},
		"an address":                             {from("read_csv('https://example.com/x.csv')"), "function read_csv is not allowed"},
		"another database's table":               {from("other.main.payments"), "none of its populations"},
		"writing over its evidence":              {"COPY payments TO '" + secret + "' (FORMAT parquet, USE_TMP_FILE false)", other},
		"exporting":                              {"EXPORT DATABASE '/tmp/x'", other},
		"attaching":                              {"ATTACH '/tmp/x.db'", other},
		"installing":                             {"INSTALL httpfs", other},
		"loading":                                {"LOAD httpfs", other},
		"a setting":                              {"SET enable_external_access=true", other},
		"a pragma":                               {"PRAGMA enable_profiling", refused},
		"resetting":                              {"RESET lock_configuration", other},
		"a profile's path":                       {"SET profiling_output='/tmp/x'", other},
		"replacing its population":               {"CREATE OR REPLACE VIEW payments AS SELECT 1", other},
		"a view in front of its population":      {"CREATE TEMP VIEW payments AS SELECT 1", other},
		"removing its population":                {"DROP VIEW payments", other},
		"a log that poisons the instance":        {"CALL enable_logging(storage='file', storage_path='/tmp/x')", refused},
		"a secret that poisons the instance":     {"CREATE SECRET s (TYPE s3)", other},
		"a statement that preparing would run":   {"CREATE TABLE x AS SELECT 1; SELECT 1", refused},
		"two SELECTs":                            {"SELECT 1; SELECT 2", "it holds 2 statements"},
		"a pivot":                                {"PIVOT payments ON payee USING count(*)", refused},
		"an explanation":                         {"EXPLAIN SELECT 1", other},
		"settings":                               {from("duckdb_settings()"), "function duckdb_settings is not allowed"},
		"definitions of views, with their paths": {from("duckdb_views()"), "function duckdb_views is not allowed"},
		"one setting":                            {value("current_setting('temp_directory')"), "function current_setting is not allowed"},
		"the environment":                        {value("getenv('HOME')"), "function getenv is not allowed"},
		"a number that is drawn":                 {value("uuid()"), "function uuid is not allowed"},
		"sleep":                                  {value("sleep_ms(100)"), "function sleep_ms is not allowed"},
		"a sequence":                             {value("nextval('s')"), "function nextval is not allowed"},
		"a pragma as a table":                    {from("pragma_database_list()"), "function pragma_database_list is not allowed"},
		"a parameter that nobody gives":          {value("$perid_from"), "there is no parameter $perid_from; there are $period_from"},
		"a parameter without a name":             {value("$1"), "there is no parameter $1"},
		"a summary":                              {"SELECT * FROM (SUMMARIZE payments)", refused},
	} {
		t.Run(name, func(t *testing.T) {
			if err := gateOf(t, c.sql); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// gateOf is what the gate says of a text, in an instance that only parses.
func gateOf(t *testing.T, sql string) error {
	t.Helper()
	d, err := job{Dir: t.TempDir(), MemoryMB: 128, Threads: 1}.open()
	if err != nil {
		t.Fatal(err)
	}
	defer d.db.Close()
	return newGate([]Table{{Name: "payments"}}, []Value{{"period_from", "date", "2025-01-01"}}).check(d, sql)
}

// Were the gate open, DuckDB's own doors would still be shut; and where they do
// not hold, as for writing over a population, the child may not write the file.
func TestEscapesEndBehindTheGate(t *testing.T) {
	evidence := fivePayments(t)
	outside := filepath.Join(t.TempDir(), "secret.csv")
	if err := os.WriteFile(outside, []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := job{Dir: t.TempDir(), MemoryMB: 256, Threads: 1}.open()
	if err != nil {
		t.Fatal(err)
	}
	defer d.db.Close()
	if err := d.lock([]Table{{Name: "payments", Path: evidence}}); err != nil {
		t.Fatal(err)
	}
	const shut, locked = "Permission Error", "configuration has been locked"
	for _, c := range []struct{ sql, want string }{
		{"SELECT * FROM read_csv('" + outside + "')", shut},
		{"SELECT * FROM read_text('" + filepath.Dir(evidence) + "/../*')", shut},
		{"SELECT * FROM '" + outside + "'", shut},
		{"SELECT * FROM glob('/*')", shut},
		{"SELECT * FROM sniff_csv('" + outside + "')", shut},
		{"SELECT * FROM parquet_metadata('/tmp/other.parquet')", shut},
		{"COPY payments TO '" + outside + "'", shut},
		{"EXPORT DATABASE '" + outside + "'", shut},
		{"ATTACH '" + outside + ".db'", shut},
		{"INSTALL httpfs", shut},
		{"LOAD '" + outside + "'", shut},
		{"SET enable_external_access=true", locked},
		{"SET lock_configuration=false", locked},
		{"SET memory_limit='900GB'", locked},
		{"RESET allowed_paths", locked},
		{"SET temp_directory='/'", locked},
		{"SET profiling_output='" + outside + "'", locked},
		{"SET log_query_path='" + outside + "'", locked},
	} {
		if err := d.exec(c.sql); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.sql, err, c.want)
		}
	}
	if b, err := os.ReadFile(outside); err != nil || string(b) != "a\n1\n" {
		t.Errorf("the file outside holds %q, %v", b, err)
	}
}

// One scalar call that asks for 18 GB ends the child at its limit, not the
// program, and says so; one that takes forever is stopped by its time, or by
// whoever does not want to wait.
func TestMemoryAndTimeHaveALimitWhateverTheSQL(t *testing.T) {
	item := func(expression string) string {
		return "SELECT " + expression + " AS item, true AS passed, '' AS reason FROM payments"
	}
	small := engine()
	small.MemoryMB = 256
	for _, sql := range []string{item("CAST(len(list_sort(range(2000000000))) AS VARCHAR)"), item("CAST(len(range(2300000000)) AS VARCHAR)")} {
		if _, _, err := performSQL(t, small, sql, false); err == nil || !strings.Contains(err.Error(), "memory limit") {
			t.Errorf("%s: %v", sql, err)
		}
	}
	long := item("CAST(len(list_sort(list_transform(range(30000000), x -> md5(CAST(x AS VARCHAR))))) AS VARCHAR)")
	short := engine()
	short.Timeout = time.Second
	if _, _, err := performSQL(t, short, long, false); !errors.Is(err, confine.ErrTimeout) {
		t.Errorf("one endless call: %v", err)
	}
	path := fivePayments(t)
	ctx, stop := context.WithTimeout(t.Context(), time.Second)
	defer stop()
	task := Task{SQL: long, Tables: []Table{{Name: "payments", Path: path}}, Tested: "payments", Key: payments.Key}
	if _, err := engine().Perform(ctx, t.TempDir(), task); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("one call that nobody waits for: %v", err)
	}
}

// The bytes that were tested are digested when the test has ended.
func TestAlteredEvidenceIsNamed(t *testing.T) {
	path := fivePayments(t)
	task := Task{SQL: released, Tested: "payments", Key: payments.Key, Entire: true, Tables: []Table{{Name: "payments", Path: path, Digest: digest(t, path)}}}
	if _, err := engine().Perform(t.Context(), t.TempDir(), task); err != nil {
		t.Fatal(err)
	}
	task.Tables[0].Digest = digest(t, fivePayments(t))[:60] + "0000"
	if _, err := engine().Perform(t.Context(), t.TempDir(), task); !errors.Is(err, ErrAltered) || !strings.Contains(err.Error(), "population payments") {
		t.Errorf("got %v", err)
	}
}
