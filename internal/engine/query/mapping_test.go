package query

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

// users is a population of state: whoever maps onto it need not say when.
var users = audit.Schema{
	Name: "users", Key: []string{"user_id"}, Observed: "observed_at", Totals: []string{"balance"},
	Columns: []audit.Column{
		{Name: "user_id", Type: "text", Required: true},
		{Name: "email", Type: "text"},
		{Name: "balance", Type: "decimal(38,20)"},
		{Name: "admin", Type: "boolean"},
		{Name: "joined", Type: "timestamp"},
		{Name: "observed_at", Type: "timestamp", Required: true},
	},
}

const userSQL = `SELECT record->>'$.id' AS user_id, record->>'$.email' AS email, record->>'$.balance' AS balance,
	record->>'$.admin' AS admin, page AS __page, n AS __n FROM users`

// mapPages gives one request, "users", with these pages to the confined child.
func mapPages(t *testing.T, table PageTable, sql string, texts ...string) (Ingested, string, error) {
	t.Helper()
	dir := t.TempDir()
	for i, text := range texts {
		page := PageFile{Path: filepath.Join(dir, fmt.Sprint(i)), Name: fmt.Sprintf("page-%d", i+1), Number: int64(i + 1)}
		if err := os.WriteFile(page.Path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		table.Pages = append(table.Pages, page)
	}
	if table.Name == "" {
		table.Name = "users"
	}
	if table.Format == "" {
		table.Format = "json"
	}
	return mapTables(t, sql, table)
}

func mapTables(t *testing.T, sql string, tables ...PageTable) (Ingested, string, error) {
	t.Helper()
	in := Intake{
		Schema: users, Format: "pages", Window: audit.Period{From: "2025-01-01", To: "2025-01-31"},
		Mapping: &Mapped{SQL: sql, Tables: tables, Parameters: []Value{
			{"observed_at", "text", "2025-01-15T12:00:00Z"}, {"account", "text", "acme"}, {"window_from", "text", "2025-01-01"},
		}},
	}
	got, err := engine().Ingest(context.Background(), t.TempDir(), in)
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

// populationRows reads a population back, one text a row.
func populationRows(t *testing.T, path, columns string) []string {
	t.Helper()
	d, err := job{Dir: t.TempDir(), MemoryMB: 256, Threads: 1}.open()
	if err != nil {
		t.Fatal(err)
	}
	defer d.db.Close()
	var rows []string
	err = d.texts(context.Background(), "SELECT concat_ws('|', "+columns+") FROM read_parquet("+quote(path)+")", nil, func(_ []string, v []*string) error {
		rows = append(rows, *v[0])
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestPagesBecomeAPopulation(t *testing.T) {
	got, rejects, err := mapPages(t, PageTable{Records: "data.users"}, userSQL,
		`{"data":{"users":[{"id":"U1","email":"a@x","balance":0.1,"admin":true},{"id":"U2","balance":12345678901234567.12345678901234567890}]},"next":"c1"}`,
		`{"next":null, "data" : { "users" : [ {"id":3, "admin":false, "balance":-0} ] } }`)
	if err != nil {
		t.Fatal(err, rejects)
	}
	want := []string{"3|0.00000000000000000000|false|2025-01-15 12:00:00", "U1|a@x|0.10000000000000000000|true|2025-01-15 12:00:00",
		"U2|12345678901234567.12345678901234567890|2025-01-15 12:00:00"}
	if diff := cmp.Diff(want, populationRows(t, got.Population, "user_id, email, balance, admin, observed_at")); diff != "" {
		t.Error(diff)
	}
	if got.Read != 3 || got.Records["users"] != 3 || got.Received != 3 || got.Rows != 3 || got.Totals["balance"] != "12345678901234567.22345678901234567890" {
		t.Errorf("%+v", got)
	}
}

// The text of a number reaches the mapping as it stands in the page.
func TestNumbersKeepTheirText(t *testing.T) {
	for _, number := range []string{"0.1", "1e3", "1E+3", "12345678901234567890.12", "-0", "0", "-0.0e-7", "100000000000000000000000000000"} {
		got, _, err := mapPages(t, PageTable{}, "SELECT record->>'$.a.b[0]' AS user_id FROM users", `{"a":{"b":[ `+number+` ]}}`)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{number}, populationRows(t, got.Population, "user_id")); diff != "" {
			t.Error(diff)
		}
	}
}

func TestEveryFormOfPage(t *testing.T) {
	for _, c := range []struct {
		name, format, records, page, sql string
		want                             []string
	}{
		{"object", "json", "", `{"id":1}`, "", []string{"1"}},
		{"array", "json", "", ` [{"id":1},{"id":2}] `, "", []string{"1", "2"}},
		{"no records", "json", "items", `{"items":[]}`, "", nil},
		{"one record", "json", "item", `{"item":{"id":"x"}}`, "", []string{"x"}},
		{"members", "json", "users.*", `{"users":{"a":{"id":"1"},"b":{"id":"2"}}}`, "", []string{"1", "2"}},
		{"no members", "json", "*", `{}`, "", nil},
		{"empty object", "json", "items", `{}`, "", nil},
		{"empty array", "json", "data.items", ` [ ] `, "", nil},
		{"byte order mark", "json", "", "\xef\xbb\xbf{\"id\":1}", "", []string{"1"}},
		{"escapes", "json", "", `{"i\u0064":"\ud83d\ude00\n\t\"é"}`, "", []string{"😀\n\t\"é"}},
		{"lines", "ndjson", "", "{\"id\":1}\r\n\n{\"id\" : 2.50}\n", "", []string{"1", "2.50"}},
		{"records in lines", "ndjson", "rows", `{"rows":[{"id":1},{"id":2}]}` + "\n" + `{"rows":[]}`, "", []string{"1", "2"}},
		{"no lines", "ndjson", "", "", "", nil},
		{"csv", "csv", "", "id,amount\n1,\"0,10\"\n2,\"a\n\"\"b\"\"\"\n", "SELECT concat_ws('/', record->>'$.id', record->>'$.amount') AS user_id FROM users", []string{"1/0,10", "2/a\n\"b\""}},
		{"semicolons", "csv", "", "\xef\xbb\xbfid; name\r\n1;x\r\n", "SELECT record->>'$.name' AS user_id FROM users", []string{"x"}},
		{"only a header", "csv", "", "id,name\n", "", nil},
		{"text", "text", "", "<a> \"b\"\n", "SELECT record->>'$.text' AS user_id FROM users", []string{"<a> \"b\"\n"}},
		{"xml", "xml", "host", `<?xml version="1.0"?><s:scan xmlns:s="urn:x"><host s:id="1"><os>L</os><os/> up </host><g><s:host id="2"/></g></s:scan>`,
			`SELECT concat_ws('/', record->>'$."#name"', record->>'$."@id"', record->>'$.os[0]."#text"', record->>'$."#text"', json_array_length(record, '$.os')) AS user_id FROM users`,
			[]string{"host/1/L/up/2", "host/2"}},
		{"xml root", "xml", "", `<a>é&amp;</a>`, `SELECT record->>'$."#text"' AS user_id FROM users`, []string{"é&"}},
		{"xml children", "xml", "*", `<a><b i="1"/><c i="2"/></a>`, `SELECT record->>'$."@i"' AS user_id FROM users`, []string{"1", "2"}},
		{"xml without records", "xml", "b", `<a/>`, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.sql == "" {
				c.sql = "SELECT record->>'$.id' AS user_id FROM users"
			}
			got, rejects, err := mapPages(t, PageTable{Format: c.format, Records: c.records}, c.sql, c.page)
			if err != nil || got.Rejected != 0 {
				t.Fatal(err, rejects)
			}
			if diff := cmp.Diff(c.want, populationRows(t, got.Population, "user_id")); diff != "" {
				t.Error(diff)
			}
			if got.Read != int64(len(c.want)) {
				t.Errorf("%d records, want %d", got.Read, len(c.want))
			}
		})
	}
}

// A page that is not what it says gives no record and is named.
func TestPagesThatAreNotWhatTheySay(t *testing.T) {
	for _, c := range []struct{ name, format, records, page, want string }{
		{"html", "json", "items", "<!DOCTYPE html><html>Sign in</html>", "it is HTML or XML, not what was asked for"},
		{"html for lines", "ndjson", "", "<html>\n</html>", "it is HTML or XML"},
		{"html for csv", "csv", "", "\n<html>,</html>", "it is HTML or XML"},
		{"cut off", "json", "items", `{"items":[{"id":1},{"id":2`, "cut off"},
		{"cut off behind the records", "json", "items", `{"items":[{"id":1}]`, "cut off"},
		{"cut off before the records", "json", "items", `{"meta":[`, "cut off"},
		{"changed type", "json", "items", `{"items":[{"id":1},"gone",{"id":2}]}`, "record 2 is a text or number, not an object"},
		{"array in array", "json", "", `[[{"id":1}]]`, "record 1 is an array"},
		{"nothing", "json", "", "", "the page is empty"},
		{"null", "json", "", "null", "record 1 is null"},
		{"absent", "json", "data.items", `{"data":{"error":"denied"}}`, `there is no "data.items" in it`},
		{"absent at the top", "json", "items", `{"error":"denied"}`, `there is no "items" in it`},
		{"null for a list", "json", "items", `{"items":null}`, `there is no "items" in it`},
		{"a list on the way", "json", "a.b", `{"a":[{"b":[]}]}`, `an array stands where the object with "b" should be`},
		{"a list instead", "json", "items", `[{"id":1}]`, `an array stands where the object with "items" should be`},
		{"twice", "json", "items", `{"items":[],"items":[{"id":1}]}`, `"items" stands there twice`},
		{"more behind", "json", "", `{"id":1}{"id":2}`, "follows behind the end"},
		{"not utf-8", "json", "", "{\"id\":\"caf\xe9\"}", "not UTF-8"},
		{"half a character", "json", "", `{"id":"\ud83d"}`, "half of a character"},
		{"NaN", "json", "", `{"id":NaN}`, "stands where JSON allows it not"},
		{"leading zero", "json", "", `{"id":01}`, "stands where JSON allows it not"},
		{"bottomless", "json", "", `{"a":` + strings.Repeat("[", 300), "nested deeper than 200"},
		{"broken line", "ndjson", "", "{\"id\":1}\n{\"id\":\n", "line 2: the text ends inside a value"},
		{"two on a line", "ndjson", "", `{"id":1} {"id":2}`, "line 1: '{' follows behind the end"},
		{"ragged", "csv", "", "id,b\n1,2\n3\n", "wrong number of fields"},
		{"same column", "csv", "", "id,id\n1,2\n", `column "id" stands twice`},
		{"latin-1", "csv", "", "id\ncaf\xe9\n", "line 2: the text is not UTF-8"},
		{"no header", "csv", "", "", "the page is empty"},
		{"json for xml", "xml", "a", `{"a":1}`, "it is not XML"},
		{"cut off xml", "xml", "a", `<r><a>`, "unexpected EOF"},
		{"absent element", "xml", "host", `<r><error/></r>`, `there is no "host" in it`},
		{"two roots", "xml", "", `<a/><b/>`, "second root"},
		{"bomb", "xml", "a", `<!DOCTYPE a [<!ENTITY b "&c;&c;">]><a>&b;</a>`, "a document type is refused"},
		{"entity", "xml", "", `<a>&secret;</a>`, "invalid character entity"},
		{"deep xml", "xml", "a", strings.Repeat("<b>", 300), "nested deeper than 200"},
		{"deep record", "xml", "", strings.Repeat("<b>", 300), "nested deeper than 200"},
		{"binary text", "text", "", "\xff\xfe\x00", "not UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _, err := mapPages(t, PageTable{Format: c.format, Records: c.records}, "SELECT record->>'$.id' AS user_id FROM users", c.page)
			var unreadable *Unreadable
			if !errors.As(err, &unreadable) || len(unreadable.Problems) != 1 {
				t.Fatalf("got %v", err)
			}
			p := unreadable.Problems[0]
			if p.Page != "page-1" || p.Number != 1 || p.Table != "users" || !strings.Contains(p.What, c.want) {
				t.Errorf("got %+v, want %q", p, c.want)
			}
			if got.Read != 0 || got.Rows != 0 {
				t.Errorf("%d records were taken from it", got.Read)
			}
		})
	}
}

// What can be read is read beside what cannot, and both are said.
func TestOneBadPageAmongGoodOnes(t *testing.T) {
	got, _, err := mapPages(t, PageTable{}, userSQL, `[{"id":"1"}]`, `[{"id":"2"},{"id":"3"`, `[{"id":"4"}]`)
	if err == nil || !strings.Contains(err.Error(), "page-2") || !strings.Contains(err.Error(), "incomplete") {
		t.Fatalf("got %v", err)
	}
	if diff := cmp.Diff([]string{"1", "4"}, populationRows(t, got.Population, "user_id")); diff != "" || got.Read != 2 {
		t.Error(diff, got.Read)
	}
}

func TestOptionalPathsMayBeAbsent(t *testing.T) {
	for _, page := range []string{`{"other":1}`, `{"items":null}`, ""} {
		if got, _, err := mapPages(t, PageTable{Records: "items", Optional: true}, userSQL, page); err != nil || got.Read != 0 {
			t.Errorf("%q: %v", page, err)
		}
	}
	if _, _, err := mapPages(t, PageTable{Records: "items", Optional: true}, userSQL, `{"other":1`); err == nil {
		t.Error("a page cut off is taken for one without records")
	}
}

func TestRowsAreDeduplicatedAndRejected(t *testing.T) {
	got, rejects, err := mapPages(t, PageTable{}, userSQL,
		`[{"id":"1","email":"a"},{"id":"2","email":"b","balance":1.5},{"id":"3"},{"id":"3"}]`,
		`[{"id":"1","email":"a"},{"id":"2","email":"b","balance":1.50},{"email":"nobody"},{"id":"5","admin":"perhaps"},{"id":"5","admin":"perhaps"}]`)
	if err != nil {
		t.Fatal(err)
	}
	if got.Received != 9 || got.Rows != 2 || got.Deduplicated != 3 || got.Rejected != 4 || got.Read != 9 {
		t.Errorf("%+v\n%s", got, rejects)
	}
	for _, want := range []string{
		`"file":"page-1","page":1,"record":2,"reason":"the key (user_id) stands on 2 rows: which is right cannot be told"`, `\"balance\":\"1.5\"`, `\"balance\":\"1.50\"`,
		`"file":"page-2","page":2,"record":3,"reason":"user_id is missing"`, `"page":2,"record":4,"reason":"admin: \"perhaps\" is not true or false"`,
	} {
		if !strings.Contains(rejects, want) {
			t.Errorf("no %s in\n%s", want, rejects)
		}
	}
}

func TestRequestsAreJoined(t *testing.T) {
	dir := t.TempDir()
	page := func(name, each, text string) PageFile {
		p := PageFile{Path: filepath.Join(dir, name), Name: name, Number: 1, Each: each}
		if err := os.WriteFile(p.Path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	sql := `SELECT g.each->>'$.id' || '/' || (g.record->>'$.name') AS user_id, u.record->>'$.email' AS email, $account = 'acme' AS admin,
		to_timestamp((g.each->>'$.since')::BIGINT) AS joined FROM groups g LEFT JOIN users u ON (u.record->>'$.id') = (g.each->>'$.id') LEFT JOIN none ON false`
	got, rejects, err := mapTables(t, sql,
		PageTable{Name: "users", Format: "json", Pages: []PageFile{page("u", "", `[{"id":7,"email":"a@x"}]`)}},
		PageTable{Name: "groups", Format: "json", Pages: []PageFile{page("g", `{"id": 7, "since": 1736942400}`, `[{"name":"ops"}]`)}},
		PageTable{Name: "none", Format: "json"})
	if err != nil {
		t.Fatal(err, rejects)
	}
	if diff := cmp.Diff([]string{"7/ops|a@x|true|2025-01-15 12:00:00"}, populationRows(t, got.Population, "user_id, email, admin, joined")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]int64{"users": 1, "groups": 1, "none": 0}, got.Records); diff != "" {
		t.Error(diff)
	}
}

// What a mapping may say.
func TestMappingsTakeJSONApart(t *testing.T) {
	record := `{"id":"u","roles":[{"name":"b","on":true},{"name":"a","on":false}],"tags":["x","y"],"when":"03/01/2025 10:00","n":2}`
	for _, c := range []struct{ sql, want string }{
		{"SELECT r->>'$.name' AS user_id FROM (SELECT unnest(record->'$.roles[*]') AS r FROM users) ORDER BY ALL LIMIT 1", "a"},
		{"SELECT j.value->>'$.name' AS user_id FROM users, json_each(record, '$.roles') AS j WHERE (j.value->>'$.on')::BOOLEAN", "b"},
		{"SELECT array_to_string(list_transform(list_filter(from_json(record->'$.roles', '[{\"name\":\"VARCHAR\",\"on\":\"BOOLEAN\"}]'), lambda r: NOT r.on), lambda r: r.name), ',') AS user_id FROM users", "a"},
		{"SELECT CASE WHEN list_contains((record->'$.tags')::VARCHAR[], 'y') THEN 'yes' ELSE 'no' END AS user_id FROM users", "yes"},
		{"SELECT json_extract_string(record, ['$.id', '$.n'])[2] AS user_id FROM users", "2"},
		{"SELECT record->'$.tags' AS user_id FROM users", `["x","y"]`},
		{"SELECT record->'$.roles'->0->>'name' AS user_id FROM users WHERE (record->>'$.id') = 'u' AND (record->>'$.none') IS NULL", "b"},
		{"SELECT list_transform(json_extract(record, '$.roles[*]'), lambda r: r->>'$.name')[2] AS user_id FROM users", "a"},
		{"SELECT record->'$.id' AS user_id FROM users", "u"},
		{"SELECT strptime(record->>'$.when', '%m/%d/%Y %H:%M') AS joined, record.id AS user_id FROM users", "u|2025-03-01 10:00:00"},
		{"SELECT epoch_ms(1736942400123) AS joined, 'x' AS user_id FROM users", "x|2025-01-15 12:00:00.123"},
		{"SELECT coalesce(record->>'$.none', regexp_extract(record->>'$.when', '(\\d+)/', 1)) AS user_id FROM users;", "03"},
		{"WITH a AS (SELECT count(*) AS c FROM users) SELECT c || $account AS user_id FROM a", "1acme"},
		{"SELECT (record->>'$.n')::DECIMAL(10,2) * 0.01 AS balance, 'x' AS user_id FROM users", "x|0.02000000000000000000"},
	} {
		got, rejects, err := mapPages(t, PageTable{}, c.sql, record)
		if err != nil || got.Rejected > 0 {
			t.Errorf("%s: %v %s", c.sql, err, rejects)
			continue
		}
		if diff := cmp.Diff([]string{c.want}, populationRows(t, got.Population, "user_id, balance, joined")); diff != "" {
			t.Error(c.sql, diff)
		}
	}
}

func TestMappingsThatAreRefused(t *testing.T) {
	for _, c := range []struct{ name, sql, want string }{
		{"unknown column", "SELECT 'a' AS user_id, 1 AS shoe_size FROM users", `column "shoe_size" is none of users, which has user_id, email, balance, admin, joined, observed_at`},
		{"missing column", "SELECT 'a' AS email FROM users", "it gives no column user_id"},
		{"floating point", "SELECT 'a' AS user_id, 1e0 AS balance FROM users", `column "balance" is DOUBLE, which is inexact`},
		{"cast to floating point", "SELECT 'a' AS user_id, (record->>'$.a')::DOUBLE::VARCHAR AS balance FROM users", "casts to DOUBLE"},
		{"a list", "SELECT ['a'] AS user_id FROM users", "has no exact text"},
		{"twice", "SELECT 'a' AS user_id, 'b' AS USER_ID FROM users", `column "user_id_1" is none of users`},
		{"another request", "SELECT 'a' AS user_id FROM accounts", `it reads "accounts"`},
		{"a file", "SELECT content AS user_id FROM read_text('/etc/passwd')", "function read_text is not allowed"},
		{"a file by name", "SELECT * FROM '/etc/passwd'", "none of its populations"},
		{"its own pages", "SELECT * FROM read_csv('pages-0.tsv')", "function read_csv is not allowed"},
		{"the clock", "SELECT now()::VARCHAR AS user_id FROM users", "function now is not allowed"},
		{"chance", "SELECT uuid()::VARCHAR AS user_id FROM users", "not allowed"},
		{"order of rows", "SELECT first(record->>'$.id') AS user_id FROM users", "depends on the order of rows"},
		{"the count of faults", "SELECT nextval('__faulty')::VARCHAR AS user_id FROM users", "function nextval is not allowed"},
		{"settings", "SELECT current_setting('memory_limit') AS user_id", "not allowed"},
		{"writes", "COPY users TO '/tmp/x'", "mapping refused"},
		{"two statements", "SELECT 'a' AS user_id; DROP VIEW users", "mapping refused"},
		{"closes the bracket", "SELECT 'a' AS user_id) UNION ALL (SELECT 'b'", "mapping refused"},
		{"unknown parameter", "SELECT $secret AS user_id FROM users", "there is no parameter $secret; there are $observed_at, $account, $window_from"},
		{"comparison before the arrow", "SELECT 'a' AS user_id FROM users WHERE 'x' = record->>'$.id'", "in brackets"},
		{"comparison behind the arrow", "SELECT 'a' AS user_id FROM users WHERE record->'$.id' = 'x'", "in brackets"},
		{"chained before the arrow", "SELECT 'a/' || record->>'$.id' AS user_id FROM users", "in brackets"},
		{"test behind the arrow", "SELECT record->'$.id' IS NULL AS admin, 'a' AS user_id FROM users", "in brackets"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, _, err := mapPages(t, PageTable{}, c.sql, `{"id":"1"}`); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestNoRowsFromRecordsIsSaid(t *testing.T) {
	got, _, err := mapPages(t, PageTable{}, userSQL+" WHERE false", `[{"id":"1"},{"id":"2"}]`)
	if err != nil || got.Read != 2 || got.Received != 0 || got.Rows != 0 || got.GapDays != 31 {
		t.Fatalf("%+v %v", got, err)
	}
}
