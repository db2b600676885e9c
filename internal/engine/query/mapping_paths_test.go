package query

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tickmark/catalog"
)

// Which mappings are run on columns that were read ahead, and which as written.
func TestPathsAreReadAheadWhereNothingElseChanges(t *testing.T) {
	d := parser(t)
	for _, c := range []struct{ sql, want string }{
		{"SELECT record->>'$.id' AS user_id FROM users", "id"},
		{"SELECT json_extract_string(record, ['$.id', '$.a.b-c']) AS v FROM users", "id a.b-c"},
		{"SELECT u.record->>'$.id' AS user_id FROM users u JOIN groups g ON (u.record->>'$.id') = (g.record->>'$.user')", "id user"},
		{"WITH a AS (SELECT record->>'$.id' AS user_id FROM users) SELECT * FROM a", "id"},
		{"SELECT record->>'$.id' AS user_id, count(*) FROM users GROUP BY ALL", "id"},
		{"SELECT record->>'$.id' AS user_id, json_extract(record, '$.roles') AS roles, record->'$.x' FROM users", "id whole"},
		{"SELECT record->>'$.id' AS user_id, j.value FROM users, json_each(record, '$.roles') AS j", "id whole"},
		{"SELECT record->>'$.id' AS user_id, json_extract_string(record, '$.roles[*].name') FROM users", "id whole"},

		{"SELECT page AS user_id FROM users", ""},
		{"SELECT record->>'$.roles[0]' AS user_id FROM users", ""},
		{"SELECT record->>'id' AS user_id FROM users", ""},
		{"SELECT record->>'$.id' AS user_id, record.name FROM users", ""},
		{"SELECT a.record->>'$.id' AS user_id FROM (SELECT record FROM users) a", ""},
		{"SELECT a.record->>'$.id' AS user_id FROM (SELECT record->'$.inner' AS record FROM users) a", ""},
		{"SELECT a.record->>'$.id' AS user_id FROM (SELECT page FROM users) a(record)", ""},
		{"SELECT DISTINCT *, record->>'$.id' AS user_id FROM users", ""},
		{"SELECT user_id FROM (SELECT u.*, record->>'$.id' AS user_id FROM users AS u)", ""},
		{"SELECT record->>'$.id' AS user_id FROM users u WHERE u IS NOT NULL", ""},
		{"SELECT u.record->>'$.id' AS user_id FROM users u NATURAL JOIN groups g", ""},
		{"SELECT list_transform(['{}'], lambda record: record->>'$.id') AS v, record->>'$.id' AS user_id FROM users", ""},
		{"SELECT record->>'$.id' AS __x0 FROM users", ""},
	} {
		in := intake{duck: d, Intake: Intake{Mapping: &Mapped{Tables: []PageTable{{Name: "users"}, {Name: "groups"}}}}}
		a, err := in.readAhead(c.sql)
		got := strings.Join(a.paths, " ")
		if a.whole {
			got += " whole"
		}
		if got != c.want || (err == nil) != (c.want != "") || err != nil && !errors.Is(err, errPlain) {
			t.Errorf("%s: read ahead %q (%v), want %q", c.sql, got, err, c.want)
		}
	}
}

func parser(t testing.TB) *duck {
	t.Helper()
	d, err := job{Dir: t.TempDir(), MemoryMB: 256, Threads: 1}.open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.db.Close() })
	return d
}

// Many mappings of the catalog name their paths outright.
func TestManyMappingsAreReadAhead(t *testing.T) {
	known, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	d, ahead, all := parser(t), 0, 0
	for _, s := range known.Sources {
		for _, p := range s.Populations {
			in := intake{duck: d, Intake: Intake{Mapping: &Mapped{SQL: p.SQL}}}
			for _, r := range s.Requests {
				in.Mapping.Tables = append(in.Mapping.Tables, PageTable{Name: r.Name})
			}
			if _, err := in.readAhead(p.SQL); err == nil {
				ahead++
			}
			all++
		}
	}
	if 3*ahead < all {
		t.Errorf("only %d of %d mappings are read ahead", ahead, all)
	}
}

// What is read ahead is what DuckDB would have taken from the record.
func TestValuesAreThoseOfDuckDB(t *testing.T) {
	d := parser(t)
	paths := []string{"a", "b.a", "b.b.a", "c-c", "b.c"}
	name := rapid.SampledFrom([]string{"a", "b", "c", "c-c", "d", "\\u0061"})
	var value func(depth int) *rapid.Generator[string]
	value = func(depth int) *rapid.Generator[string] {
		return rapid.Custom(func(t *rapid.T) string {
			kind := rapid.IntRange(0, 9).Draw(t, "kind")
			switch {
			case kind < 4 && depth < 3:
				var members []string
				for range rapid.IntRange(0, 5).Draw(t, "members") {
					members = append(members, `"`+name.Draw(t, "name")+`": `+value(depth+1).Draw(t, "value"))
				}
				return "{" + strings.Join(members, ",") + "}"
			case kind == 4:
				return `["a", {"a":"]"}, "\"}"]`
			case kind == 5:
				return rapid.SampledFrom([]string{"true", "false", "null", "12.50", "-1e5"}).Draw(t, "word")
			}
			b, _ := json.Marshal(rapid.StringOf(rapid.SampledFrom([]rune("ab \t\n\r\x01\\\"{}[],:é"))).Draw(t, "text"))
			return string(b)
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		record := `{"a":` + value(1).Draw(t, "a") + `,"b":` + value(1).Draw(t, "b") + `,"a":"again"}`
		s := stream{buf: []byte(record), ended: true}
		v := ahead{paths: paths}.values()
		minified, err := s.record(v, false)
		if err != nil {
			t.Fatal(err)
		}
		if v.whole {
			return // it is read whole
		}
		for i, path := range paths {
			var want *string
			if err := d.row("SELECT ?::JSON->>?", []any{string(minified), "$." + path}, &want); err != nil {
				t.Fatal(err)
			}
			if got := noted(v.found[i]); !cmp.Equal(got, want) {
				t.Fatalf("%s of %s: %s", path, minified, cmp.Diff(want, got))
			}
		}
	})
}

func noted(value []byte) *string {
	if value == nil {
		return nil
	}
	text := string(value)
	return &text
}

// A path that ends in an object, an escaped name and texts with
// breaks in them come out as they do of whole records.
func TestWhatIsReadAheadIsWhatTheMappingSays(t *testing.T) {
	page := `[{"id":"tab\there","email":"line\nand \u0001 and \"quotes\""},{"id":"2","email":""},{"id":"3","email":null},{"id":"4","admin":true,"balance":1.10},{"\u0069d":"5","email":"x"}%s]`
	sql := "SELECT record->>'$.id' AS user_id, coalesce('[' || (record->>'$.email') || ']', 'none') AS email, record->>'$.balance' AS balance, record->>'$.admin' AS admin FROM users"
	want := []string{"2|[]", "3|none", "4|none|1.10000000000000000000|true", "5|[x]", "tab\there|[line\nand \x01 and \"quotes\"]"}
	columns := "user_id, email, balance, admin"
	for name, more := range map[string]string{"ahead": "", "an object at a path": `,{"id":"6","email":{"at":"x"}}`} {
		got, rejects, err := mapPages(t, PageTable{}, sql, fmt.Sprintf(page, more))
		if err != nil || got.Rejected > 0 {
			t.Fatal(name, err, rejects)
		}
		rows := want
		if more != "" {
			rows = append(append([]string{}, want[:4]...), `6|[{"at":"x"}]`, want[4])
		}
		if diff := cmp.Diff(rows, populationRows(t, got.Population, columns)); diff != "" {
			t.Error(name, diff)
		}
	}
}

// The child does not say which files the parent takes.
func TestAPopulationIsNoLink(t *testing.T) {
	dir := t.TempDir()
	r := Ingested{Population: "/etc/passwd", Rejects: "/etc/passwd"}
	if err := r.files(dir); err == nil {
		t.Error("a population that is not there is taken")
	}
	if err := errors.Join(os.WriteFile(filepath.Join(dir, populationName), nil, 0o600), os.Symlink("/etc/passwd", filepath.Join(dir, rejectsName))); err != nil {
		t.Fatal(err)
	}
	if err := r.files(dir); err == nil || !strings.Contains(err.Error(), "no ordinary file") {
		t.Errorf("a link is taken: %v", err)
	}
	r.Rejects = ""
	if err := r.files(dir); err != nil || r.Population != dir+"/"+populationName {
		t.Error(r.Population, err)
	}
}

// A list of paths is taken apart before anybody makes it, where it is asked for
// nothing but its elements, and the rows are the same either way.
func TestAListOfPathsIsSpread(t *testing.T) {
	page := `[{"id":"1","email":"a@x","admin":true},{"id":"2","balance":1.10},{"id":"3","email":null}]`
	lists := "json_extract_string(record, ['$.id', '$.email', '$.balance', '$.admin']) AS v"
	named := "v[1] AS user_id, coalesce(v[2], 'none') AS email, v[3] AS balance, v[4] AS admin"
	for _, c := range []struct {
		name, sql string
		spread    bool
	}{
		{"in a WITH", "WITH one AS (SELECT " + lists + " FROM users) SELECT " + named + " FROM one", true},
		{"in a sub-query, under its name", "SELECT " + strings.ReplaceAll(named, "v[", "o.v[") + " FROM (SELECT " + lists + ", n FROM users) AS o WHERE o.v[1] <> ''", true},
		{"more elements than there are", "SELECT " + named + " FROM (SELECT " + lists + " FROM users) WHERE v[5] IS NULL", false},
		{"counted from the end", "SELECT " + named + " FROM (SELECT " + lists + " FROM users) WHERE v[-4] <> ''", false},
		{"the list itself", "SELECT " + named + " FROM (SELECT " + lists + " FROM users) WHERE len(v) = 4", false},
		{"a star", "SELECT " + named + " FROM (SELECT * FROM (SELECT " + lists + " FROM users))", false},
		{"each once", "SELECT " + named + " FROM (SELECT DISTINCT " + lists + " FROM users)", false},
		{"a union", "SELECT " + named + " FROM (SELECT " + lists + " FROM users UNION SELECT NULL::VARCHAR[] WHERE false)", false},
		{"columns named anew", "WITH one(v) AS (SELECT " + lists + " FROM users) SELECT " + named + " FROM one", false},
	} {
		in := &intake{duck: parser(t), Intake: Intake{Mapping: &Mapped{Tables: []PageTable{{Name: "users"}}}}}
		a, err := in.readAhead(c.sql)
		if err != nil && c.name != "a star" || strings.Contains(a.sql, "__xv0") != c.spread {
			t.Errorf("%s: %v: %s", c.name, err, a.sql)
		}
		got, rejects, err := mapPages(t, PageTable{}, c.sql, page)
		if err != nil || got.Rejected > 0 {
			t.Fatal(c.name, err, rejects)
		}
		want := []string{"1|a@x||true", "2|none|1.10000000000000000000|", "3|none||"}
		rows := populationRows(t, got.Population, "user_id, email, coalesce(balance::VARCHAR, ''), coalesce(admin::VARCHAR, '')")
		if diff := cmp.Diff(want, rows); diff != "" {
			t.Error(c.name, diff)
		}
	}
}
