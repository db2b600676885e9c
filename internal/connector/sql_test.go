package connector

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store/storetest"
)

// server is one real database server to test on.
type server struct {
	settings map[string]string
	password string
	exec     func(t *testing.T, statement string) // as its administrator
	dialect  map[string]string                    // what the databases spell differently
	cut      string                               // ends every connection of the collector
	types    func(*testing.T, server)
}

// Each test runs on a real PostgreSQL and on a real MariaDB, each in a database
// of its own on one server.
func TestDatabases(t *testing.T) {
	for _, d := range []struct {
		name  string
		start func(*testing.T) (fresh func(*testing.T) server)
	}{{"postgres", postgresServer}, {"mariadb", mariadbServer}} {
		t.Run(d.name, func(t *testing.T) {
			fresh := d.start(t)
			for _, c := range []struct {
				name string
				test func(*testing.T, server)
			}{
				{"rows are exact", rowsAreExact},
				{"types", typesOfTheServer},
				{"placeholders become parameters", placeholdersBecomeParameters},
				{"many rows are many pages", manyRowsAreManyPages},
				{"all requests see one moment", allRequestsSeeOneMoment},
				{"queries that are refused", queriesThatAreRefused},
				{"a connection that is cut", aConnectionThatIsCut},
				{"a statement that takes too long", aStatementThatTakesTooLong},
				{"not reached", databasesThatAreNotReached},
				{"environment", whatTheMachineSaysIsNotUsed},
				{"what the role may do", whatTheRoleMayDo},
			} {
				t.Run(c.name, func(t *testing.T) { c.test(t, fresh(t)) })
			}
		})
	}
}

func postgresServer(t *testing.T) func(*testing.T) server {
	first := storetest.PostgreSQL(t)
	return func(t *testing.T) server {
		address := storetest.Database(t, first)
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		return server{
			settings: map[string]string{
				"driver": "postgres", "host": u.Query().Get("host"), "port": "5432", "database": strings.TrimPrefix(u.Path, "/"), "user": "tickmark", "sslmode": "disable",
			},
			password: "an example of a password",
			exec:     func(t *testing.T, statement string) { t.Helper(); execute(t, "pgx", address, statement) },
			dialect: map[string]string{
				"series": "SELECT n FROM generate_series(1, 120000) AS s(n)", "sleep": "SELECT pg_sleep(60)", "timeout": "statement timeout",
				"function": `CREATE FUNCTION write_it() RETURNS INTEGER LANGUAGE sql AS $$ INSERT INTO written VALUES (1) RETURNING 1 $$`,
				"readonly": "read-only transaction",
			},
			cut:   "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tickmark'",
			types: typesOfPostgreSQL,
		}
	}
}

func typesOfTheServer(t *testing.T, s server) { s.types(t, s) }

func (s server) job(cabinet *cabinet, requests ...audit.Request) Job {
	return cabinet.job(audit.Source{Transport: "sql", Requests: requests, Limits: audit.Limits{Seconds: 20}},
		maps.Clone(s.settings), map[string]string{"password": s.password})
}

func query(name, text string) audit.Request {
	return audit.Request{Name: name, Format: "ndjson", Query: text}
}

func rowsAreExact(t *testing.T, s server) {
	s.exec(t, `CREATE TABLE staff (id INTEGER PRIMARY KEY, name VARCHAR(100), pay NUMERIC(30,10), born DATE, hours DOUBLE PRECISION)`)
	s.exec(t, `INSERT INTO staff VALUES (1, 'Ana "A" <Ruiz>', 12345678901234567890.0000000001, '1990-02-28', 0.1), (2, NULL, NULL, NULL, NULL), (3, 'Zoë', -0.5, '2025-01-01', 1e300)`)
	cabinet := &cabinet{}
	c := collects(t, s.job(cabinet, query("staff", "SELECT id, name, pay, born, hours FROM staff ORDER BY id;\n")))
	want := `{"id":"1","name":"Ana \"A\" \u003cRuiz\u003e","pay":"12345678901234567890.0000000001","born":"1990-02-28","hours":"0.1"}
{"id":"2","name":null,"pay":null,"born":null,"hours":null}
{"id":"3","name":"Zoë","pay":"-0.5000000000","born":"2025-01-01","hours":"1e+300"}
`
	if got := cabinet.text(c, "staff"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if a := c.Requests[0]; a.Records != 3 || a.Total != "3" || a.Chain != "unbroken" {
		t.Errorf("got %+v", a)
	}
}

func typesOfPostgreSQL(t *testing.T, s server) {
	cabinet := &cabinet{}
	c := collects(t, s.job(cabinet, query("one", `SELECT true AS yes, '\x00ff'::bytea AS bytes, '2025-06-30 14:00:00.5+02'::timestamptz AS at,
		'2025-06-30 14:00:00'::timestamp AS clock, 'infinity'::timestamptz AS never, '{"a": [1.10,
		"x"]}'::json AS doc, 'NaN'::numeric AS nan, interval '1 day 2 hours' AS span, '{1,2}'::int[] AS list`)))
	want := `{"yes":true,"bytes":"AP8=","at":"2025-06-30T12:00:00.5Z","clock":"2025-06-30T14:00:00","never":"infinity",` +
		`"doc":{"a": [1.10, 		"x"]},"nan":"NaN","span":"P1DT2H","list":"{1,2}"}` + "\n"
	if got := cabinet.text(c, "one"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func typesOfMariaDB(t *testing.T, s server) {
	s.exec(t, `CREATE TABLE kinds (bytes VARBINARY(10), big LONGBLOB, at TIMESTAMP(1) NULL, clock DATETIME, large BIGINT UNSIGNED, words LONGTEXT)`)
	s.exec(t, `SET time_zone = '+02:00'; INSERT INTO kinds VALUES (x'00ff', x'0a', '2025-06-30 14:00:00.5', '2025-06-30 14:00:00', 18446744073709551615, 'a\nb')`)
	cabinet := &cabinet{}
	c := collects(t, s.job(cabinet, query("one", `SELECT * FROM kinds`)))
	want := `{"bytes":"AP8=","big":"Cg==","at":"2025-06-30T12:00:00.5Z","clock":"2025-06-30T14:00:00","large":"18446744073709551615","words":"a\nb"}` + "\n"
	if got := cabinet.text(c, "one"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// What a template names reaches the database as a parameter, whatever is in it.
func placeholdersBecomeParameters(t *testing.T, s server) {
	s.exec(t, `CREATE TABLE logins (who VARCHAR(50), at TIMESTAMP NOT NULL)`)
	s.exec(t, `INSERT INTO logins VALUES ('early', '2024-12-31 22:59:59'), ('first', '2024-12-31 23:00:00'), ('last', '2025-06-30 21:59:59'), ('late', '2025-06-30 22:00:00'), ('o''brien; DROP TABLE logins', '2025-02-01 00:00:00')`)
	cabinet := &cabinet{}
	j := s.job(cabinet,
		query("all", `SELECT who FROM logins WHERE at >= {window.start} AND at < {window.end} ORDER BY at`),
		query("one", `SELECT who FROM logins WHERE who = {settings.who}`),
		audit.Request{Name: "each", Each: "all", Format: "ndjson", Query: `SELECT who FROM logins WHERE who = {each.who} AND who <> 'first'`},
	)
	j.Settings["who"] = "o'brien; DROP TABLE logins"
	j.Source.Settings = append(j.Source.Settings, audit.Setting{Name: "who"})
	c := collects(t, j)
	if got, want := cabinet.text(c, "all"), "{\"who\":\"first\"}\n{\"who\":\"o'brien; DROP TABLE logins\"}\n{\"who\":\"last\"}\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := cabinet.text(c, "one"), "{\"who\":\"o'brien; DROP TABLE logins\"}\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if a := c.Requests[2]; a.Records != 2 || a.Total != "2" || a.Pages != 3 {
		t.Errorf("got %+v", a)
	}
	if strings.Contains(c.Pages[1].Text, "WHERE who = o'brien") || !strings.Contains(c.Pages[1].Text, "DROP TABLE") {
		t.Errorf("the text and its parameters: %s", c.Pages[1].Text)
	}
}

func manyRowsAreManyPages(t *testing.T, s server) {
	cabinet := &cabinet{}
	c := collects(t, s.job(cabinet, query("n", s.dialect["series"]), query("none", `SELECT 1 AS a FROM (SELECT 1 AS b) AS t WHERE 1 = 0`)))
	if a := c.Requests[0]; a.Pages != 3 || a.Records != 120_000 || a.Total != "120000" {
		t.Errorf("got %+v", a)
	}
	if a := c.Requests[1]; a.Pages != 1 || a.Records != 0 || a.Total != "0" {
		t.Errorf("got %+v", a)
	}
}

// All requests of a collection see the moment of the first.
func allRequestsSeeOneMoment(t *testing.T, s server) {
	s.exec(t, `CREATE TABLE log (n INTEGER)`)
	s.exec(t, `INSERT INTO log VALUES (1)`)
	cabinet := &cabinet{before: func(n int, _ []byte) {
		if n == 1 {
			s.exec(t, `INSERT INTO log VALUES (2)`)
		}
	}}
	c := collects(t, s.job(cabinet, query("first", `SELECT n FROM log`), query("second", `SELECT n, n AS again FROM log`)))
	if got, want := cabinet.text(c, "second"), `{"n":"1","again":"1"}`+"\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A query that fails, or tries to write, makes its request incomplete; the
// others are asked all the same, and nothing was written.
func queriesThatAreRefused(t *testing.T, s server) {
	s.exec(t, `CREATE TABLE written (n INTEGER)`)
	s.exec(t, s.dialect["function"])
	for _, c := range []struct{ name, query, why string }{
		{"writing", `SELECT write_it() AS n`, s.dialect["readonly"]},
		{"no such table", `SELECT * FROM nowhere`, "nowhere"},
		{"two statements", `SELECT 1 AS a; DELETE FROM written`, "count the rows"},
		{"not a select", `DELETE FROM written`, "the query must be one SELECT"},
		{"escape", `SELECT 1 AS a) AS x; DELETE FROM written; SELECT (1`, "count the rows"},
		{"twice the same name", `SELECT 1 AS a, t.a FROM (SELECT 2 AS a) AS t`, ""},
		{"a placeholder in quotes", `SELECT '{window.from}' AS a`, "count the rows"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cabinet := &cabinet{}
			got := falls(t, s.job(cabinet, query("bad", c.query), query("good", `SELECT n FROM written`)), c.why)
			if a := got.Requests[1]; a.Why != "" || a.Total != "0" {
				t.Errorf("the other request: %+v", a)
			}
		})
	}
}

func aConnectionThatIsCut(t *testing.T, s server) {
	cabinet := &cabinet{before: func(n int, _ []byte) {
		if n == 1 {
			s.exec(t, s.cut)
		}
	}}
	wide := strings.Replace(s.dialect["series"], "SELECT n", "SELECT n, '"+strings.Repeat("x", 200)+"' AS wide", 1)
	c := falls(t, s.job(cabinet, query("n", wide), query("after", `SELECT 1 AS a`)), "the connection is gone")
	if a := c.Requests[0]; a.Records == 0 || a.Records >= 120_000 || a.Total != "120000" || !strings.HasPrefix(a.Chain, "broken") {
		t.Errorf("got %+v", a)
	}
	if a := c.Requests[1]; a.Why != "not asked" {
		t.Errorf("got %+v", a)
	}
}

func aStatementThatTakesTooLong(t *testing.T, s server) {
	j := s.job(&cabinet{}, query("slow", s.dialect["sleep"]))
	j.Source.Limits.Seconds = 1
	falls(t, j, s.dialect["timeout"])
}

func databasesThatAreNotReached(t *testing.T, s server) {
	for _, c := range []struct{ name, setting, value, why string }{
		{"no server", "host", "/nowhere", "connect to the database"},
		{"no database", "database", "nothing", "nothing"},
		{"no driver", "driver", "oracle", "give postgres or mysql"},
		{"no such mode", "sslmode", "perhaps", "setting sslmode"},
		{"nobody", "user", "", "needs the settings"},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := s.job(&cabinet{}, query("n", "SELECT 1 AS n"))
			j.Settings[c.setting] = c.value
			got := falls(t, j, c.why)
			if said := fmt.Sprint(got); strings.Contains(said, s.password) || got.Requests[0].Why != "not asked" {
				t.Errorf("got %s", said)
			}
		})
	}
}

func whatTheMachineSaysIsNotUsed(t *testing.T, s server) {
	for name, value := range map[string]string{"PGHOST": "/nowhere", "PGUSER": "nobody", "PGOPTIONS": "-c default_transaction_isolation=bogus", "PGTZ": "Asia/Tokyo", "PGSSLMODE": "require"} {
		t.Setenv(name, value)
	}
	collects(t, s.job(&cabinet{}, query("n", "SELECT 1 AS n")))
}

// A role that could write is more than a collector needs; a query that it may
// not ask is missing.
func whatTheRoleMayDo(t *testing.T, s server) {
	s.exec(t, "CREATE TABLE staff (id INTEGER PRIMARY KEY)")
	j := s.job(&cabinet{}, query("staff", "SELECT id FROM staff"), query("pay", "SELECT id FROM pay"))
	p, err := Check(t.Context(), j)
	if err != nil {
		t.Fatal(err)
	}
	holds := func(all []string, part string) bool {
		return slices.ContainsFunc(all, func(g string) bool { return strings.HasPrefix(g, part) })
	}
	if !holds(p.Granted, "select on ") || !holds(p.Beyond, "insert on ") || holds(p.Beyond, "select") {
		t.Errorf("granted %q, beyond %q", p.Granted, p.Beyond)
	}
	if len(p.Missing) != 1 || !holds(p.Missing, "pay: ") {
		t.Errorf("missing %q", p.Missing)
	}
}
