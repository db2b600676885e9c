package collect_test

import (
	"bytes"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/stage/collect"
)

func shipped(t testing.TB) (*catalog.Catalog, []audit.Source) {
	t.Helper()
	c, err := catalog.LoadWithCases()
	if err != nil {
		t.Fatal(err)
	}
	var all []audit.Source
	for _, id := range slices.Sorted(maps.Keys(c.Sources)) {
		all = append(all, c.Sources[id])
	}
	return c, all
}

// odd are recorded pages that bear no marks on purpose.
var odd = []string{"osquery-log/odd.ndjson"}

func TestEveryRecordedFileIsKnown(t *testing.T) {
	c, all := shipped(t)
	for _, s := range all {
		if len(s.Detect) == 0 {
			continue
		}
		for _, one := range c.SourceCases(s.ID) {
			for _, file := range slices.Concat(slices.Collect(maps.Values(one.Pages))...) {
				name := path.Join(s.ID, file)
				text, err := fs.ReadFile(c.Recorded, name)
				if err != nil {
					t.Fatal(err)
				}
				if got, err := collect.Detect(all, bytes.NewReader(text)); got != s.ID && !slices.Contains(odd, name) {
					t.Errorf("%s: got %q, %v", name, got, err)
				}
			}
		}
	}
}

func TestDetect(t *testing.T) {
	sources := []audit.Source{
		{ID: "plain", Detect: []audit.Detect{{Format: "json", Has: []string{"a.b"}}}},
		{ID: "special", Detect: []audit.Detect{{Format: "json", Has: []string{"a.b"}, Is: map[string]string{"kind": "s*"}}}},
		{ID: "without", Detect: []audit.Detect{{Format: "json", Has: []string{"c"}, Not: []string{"d"}}}},
		{ID: "other", Detect: []audit.Detect{{Format: "json", Has: []string{"c", "e"}}}},
		{ID: "lines", Detect: []audit.Detect{{Format: "ndjson", Has: []string{"x"}}}},
		{ID: "star", Detect: []audit.Detect{{Format: "json", Is: map[string]string{"s.*.t": "1"}}}},
		{ID: "table", Detect: []audit.Detect{{Format: "csv", Has: []string{"one", "two"}}}},
		{ID: "value", Detect: []audit.Detect{{Format: "csv", Has: []string{"one"}, Is: map[string]string{"three": "3"}}}},
		{ID: "tree", Detect: []audit.Detect{{Format: "xml", Has: []string{"r.e.@id"}, Is: map[string]string{"#namespace": "urn:x:*"}}}},
		{ID: "collected"},
	}
	for _, c := range []struct{ name, text, want, fault string }{
		{"a path through arrays", `[{"z":1},{"a":[{"n":[[]]},{"b":null}]}]`, "plain", ""},
		{"the narrower of two that hold", `{"kind":"sx","a":{"b":1}}`, "special", ""},
		{"names of a later object are not taken for values", `[["x"],{"q":{}},"a",{"a":{"b":2}}]`, "plain", ""},
		{"a mark that must not be there", `{"c":1,"d":2,"e":3}`, "other", ""},
		{"several", `{"c":1,"e":3}`, "", "several importers know this format: other, without; --as-format forces one"},
		{"none", `{"q":1}`, "", "no importer knows this format; --as-format forces one of lines, other, plain, special, star, table, tree, value, without"},
		{"any name", `{"s":{"u":{"t":1}}}`, "star", ""},
		{"lines", "{\"y\":1}\n{\"x\":1}\n", "lines", ""},
		{"one line", `{"x":1}`, "lines", ""},
		{"an array is not a line", `[{"x":1}]`, "", "no importer"},
		{"semicolons, and a byte order mark", "\ufeffzero;one;two\n", "table", ""},
		{"a value in a column", "one\tthree\nx\t3\n", "value", ""},
		{"a tree", `<?xml version="1.0"?><p:r xmlns:p="urn:x:1"><p:e id="1"/></p:r>`, "tree", ""},
		{"another namespace", `<r xmlns="urn:y"><e id="1"/></r>`, "", "no importer"},
		{"nothing", " \n", "", "the file is empty"},
		{"broken JSON", `{"a":{"b":1}`, "", "begins like JSON and is not"},
		{"broken XML", `<r><e></r>`, "", "begins like XML and is not"},
		{"nested without end", strings.Repeat("[", 300), "", "nested deeper than 200"},
		{"no text", "PK\x03\x04\x00\x00", "", "it is no text"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := collect.Detect(sources, strings.NewReader(c.text))
			if got != c.want || (err == nil) != (c.fault == "") || err != nil && !strings.Contains(err.Error(), c.fault) {
				t.Errorf("got %q, %v; want %q, %q", got, err, c.want, c.fault)
			}
		})
	}
}

// Of a file larger than what is looked at, the beginning decides.
func TestDetectLooksAtTheBeginning(t *testing.T) {
	sources := []audit.Source{{ID: "big", Detect: []audit.Detect{{Format: "json", Has: []string{"a.b"}}}}}
	text := `[{"a":{"b":1}}` + strings.Repeat(`,{"a":{"b":"and more"}}`, 1<<19)
	if got, err := collect.Detect(sources, strings.NewReader(text)); got != "big" {
		t.Errorf("got %q, %v", got, err)
	}
}

func FuzzDetect(f *testing.F) {
	_, all := shipped(f)
	for _, seed := range []string{
		`[{"class_uid":2004,"finding_info":{},"metadata":{"product":{}}}]`, "{\"name\":\"q\"}\n{\"unixTime\":1}", "CHECK_ID;STATUS\n1;2\n", `<Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2"/>`,
		"\ufeff{}", `{"a":`, "<", "\x00", `["\ud800"]`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		first, err := collect.Candidates(all, bytes.NewReader(text))
		again, also := collect.Candidates(all, bytes.NewReader(text))
		if !slices.Equal(first, again) || (err == nil) != (also == nil) {
			t.Errorf("the same bytes gave %v, %v and %v, %v", first, err, again, also)
		}
	})
}
