package query

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/connector"
)

// A page of which the mapping takes records holds as many as the connector counted in
// it: what proves a collection whole is what its rows are made of.
func FuzzPage(f *testing.F) {
	for _, seed := range [][3]string{
		{"json", "data.items", `{"data":{"items":[{"a":1},{"a":"\u0061"}]},"total":2}`}, {"json", "", `[{"a":1}]`}, {"json", "a.*", `{"a":{"x":{},"y":[{}]}}`}, {"json", "a", `{"a":{}, "a":[]}`},
		{"ndjson", "", "{\"a\":1}\n\n{\"a\":2}\r\n"}, {"ndjson", "a", `{"a":[{}]}` + "\n{}"}, {"csv", "", "a;b\n1;2\n\"x\ny\";3\n"}, {"csv", "", "a,a\n1,2\n"}, {"csv", "", "\ufeffa\n"},
		{"xml", "b", `<a><b><b/></b><b/></a>`}, {"xml", "*", `<a><b/><c/></a>`}, {"xml", "", `<a/>`}, {"text", "", "anything"}, {"json", "", "<html>sign in</html>"}, {"csv", "", "{\"a\":1}"}, {"json", "x", ""},
	} {
		f.Add(seed[0], seed[1], seed[2], false)
	}
	f.Fuzz(func(t *testing.T, format, path, text string, optional bool) {
		if !slices.Contains([]string{"json", "ndjson", "csv", "xml", "text"}, format) {
			return
		}
		counted, ok := counts(t, audit.Request{Name: "rows", Files: "*", Format: format, Records: path, Optional: optional}, text)
		if !ok {
			return
		}
		taken, what := takes(t, PageTable{Name: "rows", Format: format, Records: path, Optional: optional}, text)
		if what == "" && taken != counted {
			t.Fatalf("%s %q under %q: %d records were counted and %d taken", format, text, path, counted, taken)
		}
	})
}

// counts is how many records the connector counts in a page; false when it calls
// the page broken.
func counts(t *testing.T, q audit.Request, text string) (int64, bool) {
	t.Helper()
	got, err := connector.Collect(t.Context(), connector.Job{
		Source:   audit.Source{ID: "fuzz", Transport: "file", Settings: []audit.Setting{{Name: "path", Optional: true}}, Requests: []audit.Request{q}},
		Settings: map[string]string{"path": ""}, Window: audit.Period{From: "2025-01-01", To: "2025-06-30"}, Upload: map[string][]byte{"page": []byte(text)},
		Keep: func(_ context.Context, page []byte) (audit.Digest, error) { return audit.DigestOf(page), nil },
		Read: func(context.Context, audit.Digest) ([]byte, error) { return []byte(text), nil },
		Now:  func() time.Time { return time.Unix(0, 0) },
	})
	if err != nil || got.Why != "" || len(got.Pages) != 1 {
		return 0, false
	}
	return got.Pages[0].Records, true
}

// takes is how many records the mapping takes of a page, or what is wrong with it.
func takes(t *testing.T, table PageTable, text string) (int64, string) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "page")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	rows, err := os.Create(filepath.Join(dir, "rows.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	table.Pages = []PageFile{{Path: path, Name: "page", Number: 1}}
	p := &pages{PageTable: table, file: rows, whole: true, names: []string{"each", recordColumn}}
	problems, err := p.read()
	if err != nil {
		t.Fatal(err)
	}
	if len(problems) > 0 {
		return 0, problems[0].What
	}
	return p.total, ""
}

var (
	wholeText   = regexp.MustCompile(`^[+-]?[0-9]+$`)
	decimalText = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$`)
)

// A text in a cell becomes exactly the value that it writes, or it is named as
// wrong: never another value, never both, and never nothing.
func FuzzCell(f *testing.F) {
	types := []string{"text", "boolean", "integer", "date", "timestamp", "decimal(12,2)", "decimal(38,0)", "decimal(38,38)"}
	for i := range types {
		for _, seed := range []string{"x", " 1.50 ", "-007", "1e2", "0x10", "1_000", "2025-02-29", "2024-02-29", "2025-06-30T12:00:00.5-05:00", "2025-06-30 12:00:00Z", "true", "", "9223372036854775808", "\u00a01", "NaN", ".5", "1.005"} {
			f.Add(uint8(i), seed)
		}
	}
	d := parser(f)
	f.Fuzz(func(t *testing.T, kind uint8, text string) {
		if !utf8.ValidString(text) || strings.Contains(text, "\x00") {
			return // what is no text was refused with its line
		}
		k := cell{column: audit.Column{Name: "v", Type: types[int(kind)%len(types)]}}
		var raw, value, wrong *string
		err := d.row("SELECT "+k.rawName()+", CAST("+k.name()+" AS VARCHAR), "+k.problem()+" FROM (SELECT "+k.rawName()+", "+k.typed()+" FROM (SELECT "+k.raw("s")+" FROM (SELECT ?::VARCHAR AS s)))", []any{text}, &raw, &value, &wrong)
		if err != nil {
			t.Fatalf("%s %q: %v", k.column.Type, text, err)
		}
		if raw == nil && (value != nil || wrong != nil) || raw != nil && value == nil && wrong == nil {
			t.Fatalf("%s %q: read as %s, %s, %s", k.column.Type, text, shown(raw), shown(value), shown(wrong))
		}
		if raw != nil && wrong == nil && !writes(k.column.Type, *raw, *value) {
			t.Fatalf("%s %q became %q", k.column.Type, text, *value)
		}
	})
}

func shown(text *string) string {
	if text == nil {
		return "nothing"
	}
	return *text
}

// writes reports whether a text writes a value of a type, by another reading
// than DuckDB's.
func writes(kind, text, value string) bool {
	switch kind {
	case "text":
		return text == value
	case "boolean":
		return slices.Contains([]string{"true", "t", "yes", "y", "1"}, strings.ToLower(text)) == (value == "true")
	case "integer":
		want, ok := new(big.Int).SetString(strings.TrimPrefix(text, "+"), 10)
		return wholeText.MatchString(text) && ok && want.String() == value
	case "date":
		day, err := time.Parse(time.DateOnly, text)
		return err == nil && day.Format(time.DateOnly) == value
	case "timestamp":
		at, err := time.Parse(time.RFC3339Nano, text)
		return err != nil || at.UTC().Truncate(time.Microsecond).Format("2006-01-02 15:04:05.999999") == value
	}
	want, ok := new(big.Rat).SetString(text)
	got, is := new(big.Rat).SetString(value)
	return decimalText.MatchString(text) && ok && is && want.Cmp(got) == 0
}

// Whatever the text of a test or a mapping: it is refused, or it is one SELECT
// which the gate lets pass again when DuckDB writes it out, and reading paths
// ahead of it ends.
func FuzzGate(f *testing.F) {
	f.Add("SELECT payment_id AS item, amount >= 0 AS passed, '' AS reason FROM payments")
	f.Add("WITH a AS (SELECT * FROM payments) SELECT count(*) FROM a, read_csv('/etc/passwd')")
	f.Add("SELECT r.record->>'$.id' AS a, list_transform(json_extract(r.record, ['$.a', '$.b']), x -> x) FROM payments r")
	f.Add("SELECT 1; SELECT 2")
	f.Add("SELECT (record->>'$.\"a\"') = 'x' FROM (SELECT * FROM payments) WHERE $1 IS NULL ORDER BY ALL LIMIT 1")
	f.Add("PIVOT payments ON payee USING count(*)")
	d := parser(f)
	in := &intake{duck: d, Intake: Intake{Mapping: &Mapped{Tables: []PageTable{{Name: "payments"}}}}}
	g := gate{tables: []string{"payments"}, functions: append(strings.Fields(allowed), strings.Fields(mappingFunctions)...)}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || len(text) > 1<<12 || g.check(d, text) != nil {
			return
		}
		var again string
		if err := d.row("SELECT json_deserialize_sql(json_serialize_sql(?::VARCHAR))", []any{text}, &again); err != nil {
			return // DuckDB itself cannot write every tree out
		}
		if err := g.check(d, again); err != nil {
			t.Errorf("%q passes, and not when it is written %q: %v", text, again, err)
		}
		_ = in.apart(text)
		_, _ = in.readAhead(text)
	})
}

// Whatever stands in a file that an importer is given: its rows are kept,
// rejected or deduplicated and add up, or the file is said to be unreadable.
func FuzzImporters(f *testing.F) {
	known, err := catalog.LoadWithCases()
	if err != nil {
		f.Fatal(err)
	}
	var importers []audit.Source
	for _, id := range slices.Sorted(maps.Keys(known.Sources)) {
		if s := known.Sources[id]; s.Transport == "file" && len(s.Requests) == 1 && s.Requests[0].Prepare == "" {
			seeds(f, known.Recorded, id, uint8(len(importers)))
			importers = append(importers, s)
		}
	}
	d := parser(f)
	f.Fuzz(func(t *testing.T, which uint8, text []byte) {
		s := importers[int(which)%len(importers)]
		m := s.Populations[len(text)%len(s.Populations)]
		imports(t, d, s, m, known.Populations[m.Population], text)
	})
}

// seeds are the small recorded files of a source.
func seeds(f *testing.F, recorded fs.FS, id string, which uint8) {
	f.Helper()
	files, err := fs.ReadDir(recorded, id)
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		b, err := fs.ReadFile(recorded, id+"/"+file.Name())
		if err != nil {
			f.Fatal(err)
		}
		if len(b) < 8<<10 && !strings.HasSuffix(file.Name(), ".md") {
			f.Add(which, b)
		}
	}
}

func imports(t *testing.T, d *duck, s audit.Source, m audit.SourcePopulation, schema audit.Schema, text []byte) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "page")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	q := s.Requests[0]
	mapped := Mapped{SQL: m.SQL, Observed: "1970-01-01T00:00:00Z", Tables: []PageTable{{Name: q.Name, Format: connector.FormatOf(q), Records: q.Records, Optional: q.Optional, Pages: []PageFile{{Path: path, Name: "page", Number: 1}}}}}
	mapped.Parameters = []Value{
		{Name: "observed_at", Type: "timestamp", Text: "2025-06-30T06:00:00Z"}, {Name: "window_from", Type: "date", Text: "2025-01-01"},
		{Name: "window_to", Type: "date", Text: "2025-06-30"}, {Name: "account", Type: "text", Text: "acme"},
	}
	for _, x := range s.Settings {
		mapped.Parameters = append(mapped.Parameters, Value{Name: x.Name, Type: "text", Text: x.Default})
	}
	j := job{Dir: dir, MemoryMB: 256, Threads: 1, Ingest: &Intake{Schema: schema, Format: "pages", Mapping: &mapped, Window: audit.Period{From: "2025-01-01", To: "2025-06-30"}, Timezone: "UTC"}}
	in := intake{job: j, Intake: *j.Ingest, rejects: filepath.Join(dir, rejectsName), duck: d.again(), names: mapped.pageNames()}
	defer in.duck.db.Close()
	out, err := in.unlocked()
	var unreadable *Unreadable
	if err != nil && !errors.As(err, &unreadable) {
		t.Fatalf("%s, %s: %q: %v", s.ID, m.Population, text, err)
	}
	if out.Received != out.Rows+out.Rejected+out.Deduplicated || out.Rows > 0 && out.Read == 0 {
		t.Fatalf("%s, %s: %q: %+v", s.ID, m.Population, text, out)
	}
}

// unlocked is an ingestion without the doors that are shut before it: a DuckDB that
// is locked serves one file, and here are thousands.
func (in *intake) unlocked() (Ingested, error) {
	out := Ingested{Totals: map[string]string{}}
	var err error
	if in.args, err = bind(in.Mapping.Parameters); err != nil {
		return out, err
	}
	p, err := in.tables(ahead{sql: in.Mapping.SQL, whole: true}, &out)
	if err != nil {
		return out, err
	}
	in.parts = []part{p}
	for _, step := range []func(*Ingested) error{in.settle, in.facts, in.gap, in.keep} {
		if err := step(&out); err != nil {
			return out, err
		}
	}
	return out, nil
}
