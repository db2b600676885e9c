package catalog

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

const (
	smallSource = "sources/host.yaml"
	smallCase   = "sources/host.cases.yaml"
)

// sourceFiles is one source over HTTP that uses every kind of field.
var sourceFiles = map[string]string{
	smallSource: `id: host
version: 1
title: A host
provider: Host, API v1
documentation: https://host.example.com/docs
recording: built from the provider's published schema, never run against the live service
transport: http
settings:
  - {name: base_url, default: "https://host.example.com", meaning: address}
  - {name: organization, meaning: whose lines}
secrets:
  - {name: token, meaning: read-only token}
  - {name: client, meaning: client secret}
scopes: [lines:read]
check: {url: "{settings.base_url}/me", granted: "header:X-Scopes"}
auth: {kind: oauth2-client, secret: client, user: "{settings.organization}", token_url: "{settings.base_url}/token"}
limits: {per_minute: 60}
requests:
  - name: books
    url: "{settings.base_url}/books?since={window.start}"
    total: header:X-Total
    paging: {kind: link}
  - name: lines
    each: books
    where: {open: "true"}
    method: POST
    url: "{settings.base_url}/graphql"
    headers: {Accept: application/json}
    body: '{"query": "query { book(id: \"{each.id}\") { lines { id } } }"}'
    records: data.lines
    paging: {kind: graphql, param: after, next: data.end, more: data.more}
    absent: [404]
populations:
  - population: lines
    coverage: full
    total: books
    sql: SELECT record->>'$.id' AS line_id FROM lines
`,
	smallCase: `- name: one line
  settings: {organization: acme}
  observed_at: "2025-06-30T12:00:00Z"
  window: {from: 2025-01-01, to: 2025-06-30}
  exchanges:
    - request: GET /books?since=2025-01-01T00:00:00Z
      headers: {Link: '<{server}/books?page=2>; rel="next"'}
      file: books.json
    - {request: POST /graphql, body_has: "7", status: 404}
  expect:
    - population: lines
      count: 1
      rows: [{line_id: 007, amount: null}]
  complete: true
`,
	"sources/recorded/host/books.json": "[]",
	"sources/recorded/host/ORIGIN.md":  "built from the provider's published schema",
}

func withSource(t *testing.T, file, old, text string) fstest.MapFS {
	t.Helper()
	fsys := small()
	for name, src := range sourceFiles {
		if name == file {
			if !strings.Contains(src, old) {
				t.Fatalf("the fixture %s does not hold %q", file, old)
			}
			src = strings.Replace(src, old, text, 1)
		}
		fsys[name] = &fstest.MapFile{Data: []byte(src)}
	}
	return fsys
}

func TestSourcesLoadWithTheirCases(t *testing.T) {
	c, err := LoadFS(withSource(t, "", "", ""))
	if err != nil {
		t.Fatal(err)
	}
	s := c.Sources["host"]
	if s.Transport != "http" || len(s.Requests) != 2 || s.Requests[1].Paging.More != "data.more" || s.Populations[0].Coverage != audit.Full {
		t.Errorf("source %+v", s)
	}
	id := "007"
	want := []Expected{{Population: "lines", Count: 1, Rows: []map[string]*string{{"line_id": &id, "amount": nil}}}}
	if got := c.SourceCases("host"); len(got) != 1 || len(got[0].Exchanges) != 2 {
		t.Errorf("cases %+v", got)
	} else if diff := cmp.Diff(want, got[0].Expect); diff != "" {
		t.Errorf("expected (-want +got):\n%s", diff)
	}
}

// What is wrong with a source is said with its file and line.
func TestLoadRefusesSources(t *testing.T) {
	const s, k = smallSource, smallCase
	for _, tt := range []struct{ name, file, old, text, want string }{
		{"unknown field", s, "version: 1", "versions: 1", s + `:2: unknown field "versions"`},
		{"another id", s, "id: host", "id: guest", s + `:1: id "guest"; expected "host", the name of the file`},
		{"id with a space", s, "id: host", "id: My host", s + `:1: id "My host"; expected lower-case`},
		{"no version", s, "version: 1\n", "", s + `:1: version is missing`},
		{"no word of the recording", s, "recording: built from the provider's published schema, never run against the live service\n", "", s + `:1: recording is missing`},
		{"unknown transport", s, "transport: http", "transport: ftp", s + `:7: transport "ftp" is not known`},
		{"no permissions", s, "scopes: [lines:read]", "scopes: []", s + `:14: scopes is missing or empty; expected the exact read-only`},
		{"setting with a dash", s, "name: organization", "name: org-name", s + `:10: name "org-name"`},
		{"setting twice", s, "name: organization", "name: base_url", s + `:10: name "base_url" is taken`},
		{"setting that is given anyway", s, "name: organization", "name: window_from", s + `:10: name "window_from" is taken`},
		{"secret with a value", s, "{name: token,", "{name: token, default: abc,", s + `:12: secret token has a default`},
		{"unknown auth", s, "kind: oauth2-client", "kind: magic", s + `:16: kind "magic" is not known`},
		{"auth without its secret", s, "secret: client, ", "", s + `:16: secret is missing; auth of kind oauth2-client needs`},
		{"auth with an undeclared secret", s, "secret: client", "secret: key", s + `:16: secret "key" is not declared`},
		{"secret in an address", s, "/books?since={window.start}", "/books?key={settings.token}", s + `:20: {settings.token}: a secret; secrets go through auth`},
		{"undeclared setting", s, "since={window.start}", "since={settings.since}", s + `:20: {settings.since}: the setting is not declared`},
		{"unknown word of the window", s, "{window.start}", "{window.begin}", s + `:20: {window.begin}: expected {window.from}`},
		{"unknown word", s, "{window.start}", "{now.day}", s + `:20: {now.day}: expected {settings.…}`},
		{"a brace that is no template", s, "{window.start}", "{window}", s + `:20: "{settings.base_url}/books?since={window}" has a brace`},
		{"parent without each", s, "since={window.start}", "id={each.id}", s + `:20: {each.id}: the request has no each`},
		{"fixed address", s, "{settings.base_url}/books", "https://host.example.com/books", s + `:20: "https://host.example.com/books?since={window.start}"; expected an address that begins with a setting`},
		{"password in an address", s, "{settings.base_url}/books", "{settings.base_url}//me:pw@host/books", s + `:20: "{settings.base_url}//me:pw@host/books?since={window.start}" holds a user or password`},
		{"credential in a header", s, "Accept: application/json", "Authorization: Bearer abc", s + `:28: header Authorization carries a credential`},
		{"each that is later", s, "each: books", "each: pages", s + `:24: each "pages"; expected a request that stands before`},
		{"request that SQL cannot name", s, "name: books", "name: The books", s + `:19: request name "The books"`},
		{"request twice", s, "name: lines\n    each", "name: books\n    each", s + `:23: request "books" is already there`},
		{"field of another transport", s, "    absent: [404]", "    query: SELECT 1\n    absent: [404]", s + `:32: query is not a field of a request over http`},
		{"body without POST", s, "    method: POST\n", "", s + `:28: a body without method POST`},
		{"status that is no absence", s, "[404]", "[500]", s + `:32: status 500 cannot mean`},
		{"unknown paging", s, "kind: link", "kind: scroll", s + `:22: kind "scroll" is not known`},
		{"paging without its cursor", s, "next: data.end, ", "", s + `:31: next is missing; paging of kind graphql needs param, next, more`},
		{"unknown format", s, "records: data.lines", "format: toml", s + `:30: format "toml" is not known`},
		{"unknown preparation", s, "records: data.lines", "prepare: unzip", s + `:30: prepare "unzip" is not known; expected one of dsse`},
		{"no coverage", s, "    coverage: full\n", "", s + `:34: coverage "" is not known`},
		{"failures without an inventory", s, "coverage: full", "coverage: failures-only", s + `:34: coverage is failures-only without an inventory`},
		{"unknown inventory", s, "coverage: full", "coverage: failures-only\n    inventory: slips", s + `:36: inventory "slips" has no file`},
		{"unknown population", s, "population: lines", "population: slips", s + `:34: population "slips" has no file`},
		{"no SQL", s, "SELECT record->>'$.id' AS line_id FROM lines", `""`, s + `:37: sql is missing`},
		{"total of nothing", s, "total: books", "total: lines", s + `:36: total "lines"; expected a request that states a total`},
		{"check with a fixed address", s, "{settings.base_url}/me", "https://host.example.com/me", s + `:15: "https://host.example.com/me"; expected an address`},

		{"case with no instant", k, "2025-06-30T12:00:00Z", "yesterday", k + `:3: observed_at "yesterday"`},
		{"case of an unknown setting", k, "organization: acme", "org: acme", k + `:2: setting "org"; expected one that source host declares`},
		{"case of an unknown population", k, "population: lines", "population: slips", k + `:11: population "slips"; expected one that source host gives`},
		{"case of an unknown column", k, "line_id: 007", "line: 007", k + `:13: column "line" is not a column of lines`},
		{"case without its file", k, "books.json", "book.json", k + `:8: file "book.json" is not in recorded/host`},
		{"case that reaches out of its folder", k, "books.json", "../host/books.json", k + `:8: file "../host/books.json" is not in`},
		{"odd request", k, "POST /graphql", "PUT /graphql", k + `:9: request "PUT /graphql"`},
		{"neither complete nor why", k, "complete: true", "complete: false", k + `:14: expected complete: true, or why`},
		{"pages and exchanges", k, "  complete", "  pages: {books: [books.json]}\n  complete", k + `:1: expected either exchanges`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := LoadFS(withSource(t, tt.file, tt.old, tt.text))
			if err == nil {
				t.Fatalf("loaded; want %s", tt.want)
			}
			if !strings.Contains("\n"+err.Error(), "\n"+tt.want) {
				t.Errorf("refused with\n%v\nwant a line that begins\n%s", err, tt.want)
			}
		})
	}
}

// Recorded pages belong to a source and say where they come from.
func TestShippedRecordingsSayTheirOrigin(t *testing.T) {
	c := shippedCatalog(t)
	folders, err := fs.ReadDir(c.Recorded, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range folders {
		if _, ok := c.Sources[d.Name()]; !ok {
			t.Errorf("recorded/%s belongs to no source", d.Name())
		}
		if _, err := fs.Stat(c.Recorded, d.Name()+"/ORIGIN.md"); err != nil {
			t.Errorf("recorded/%s has no ORIGIN.md that says where the pages come from and under which licence", d.Name())
		}
	}
}

func TestOwnSources(t *testing.T) {
	c, err := LoadFS(withSource(t, "", "", ""))
	if err != nil {
		t.Fatal(err)
	}
	own := strings.Replace(sourceFiles[smallSource], "id: host", "id: guest", 1)
	all, err := c.WithSources(map[string]string{"w/sources/guest.yaml": own})
	if err != nil || len(all) != 2 || len(c.Sources) != 1 {
		t.Errorf("%d sources, %d in the catalog: %v", len(all), len(c.Sources), err)
	}
	for name, want := range map[string]string{
		"w/sources/host.yaml": `w/sources/host.yaml: the id "host" is taken`,
		"w/sources/odd.yaml":  `w/sources/odd.yaml:1: id "host"; expected "odd"`,
	} {
		if _, err := c.WithSources(map[string]string{name: sourceFiles[smallSource]}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v; want %s", err, want)
		}
	}
}

func TestShippedSourcesHaveCases(t *testing.T) {
	c := shippedCatalog(t)
	if len(c.Sources) == 0 {
		t.Error("there is no source")
	}
	for id := range c.Sources {
		if len(c.SourceCases(id)) == 0 {
			t.Errorf("source %s has no case; expected a file sources/%s.cases.yaml", id, id)
		}
	}
}

func FuzzParseSource(f *testing.F) {
	f.Add([]byte(sourceFiles[smallSource]))
	f.Add([]byte("id: a\nrequests: [{name: b, url: '{settings.x}'}]\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		s, err := ParseSource("fuzz.yaml", src)
		if err != nil {
			mustNameTheFile(t, err)
			return
		}
		if faults := sourceFaults(s); len(faults) > 0 || len(s.Populations) == 0 {
			t.Errorf("accepted a source with faults %v: %+v", faults, s)
		}
	})
}

func FuzzParseSourceCases(f *testing.F) {
	f.Add([]byte(sourceFiles[smallCase]))
	f.Fuzz(func(t *testing.T, src []byte) {
		if _, err := ParseSourceCases("fuzz.yaml", src); err != nil {
			mustNameTheFile(t, err)
		}
	})
}

// A mapping that writes the instant of the snapshot into its rows would make
// every snapshot another file; left out, it is filled in when rows are read.
func TestShippedMappingsLeaveTheInstantOut(t *testing.T) {
	filled := regexp.MustCompile(`(?i)\$observed_at\s+AS\s+observed_at`)
	for id, s := range shippedCatalog(t).Sources {
		for _, p := range s.Populations {
			if filled.MatchString(p.SQL) {
				t.Errorf("source %s: the mapping to %s selects $observed_at AS observed_at; leave it out", id, p.Population)
			}
		}
	}
}
