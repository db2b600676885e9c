package app

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tickmark/catalog"
	"tickmark/internal/engine/query"
)

// TestMain lets this test binary be its own confined child.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "worker" && os.Args[2] == "query" {
		if err := query.Worker(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func smallConfig() Config {
	return Config{Self: "/proc/self/exe", MemoryMB: 512, Threads: 2, Timeout: time.Minute}
}

func knownSources(t *testing.T, dir string) (*catalog.Catalog, map[string]KnownSource) {
	t.Helper()
	c, err := catalog.LoadWithCases()
	if err != nil {
		t.Fatal(err)
	}
	all, err := KnownSources(c, dir)
	if err != nil {
		t.Fatal(err)
	}
	return c, all
}

// Every shipped source turns its recorded pages into populations.
func TestShippedSources(t *testing.T) {
	c, all := knownSources(t, "nowhere")
	for _, id := range slices.Sorted(maps.Keys(all)) {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			tried, err := smallConfig().TrySource(t.Context(), c, all[id])
			if err != nil {
				t.Fatal(err)
			}
			rows := int64(0)
			for _, x := range tried {
				for _, f := range x.Faults {
					t.Errorf("%s: %s", x.Case, f)
				}
				for _, n := range x.Populations {
					rows += n
				}
			}
			if rows == 0 {
				t.Error("its cases give no row")
			}
		})
	}
}

const ownSource = `id: own
version: 1
title: Own
provider: Own, API v1
documentation: https://own.example.com/docs
recording: built from the provider's published schema, never run against the live service
transport: http
settings:
  - {name: base_url, meaning: address}
secrets:
  - {name: token, meaning: read-only token}
scopes: [users:read]
auth: {kind: bearer, secret: token}
requests:
  - name: users
    url: "{settings.base_url}/users"
    paging: {kind: link}
populations:
  - population: accounts
    coverage: full
    sql: |
      SELECT 'own:' || (record->>'$.id') AS account_id, 'own' AS system, record->>'$.login' AS login,
             'human' AS kind, 'active' AS status
      FROM users
`

const ownCase = `- name: two users
  observed_at: "2025-06-30T12:00:00Z"
  window: {from: 2025-01-01, to: 2025-06-30}
  exchanges:
    - {request: GET /users, status: 503}
    - request: GET /users
      headers: {Link: '<{server}/users?page=2>; rel="next"'}
      body: '[{"id": 1, "login": "ada"}]'
    - {request: "GET /users?page=2", body: '[{"id": 20000000000000000001, "login": "ben"}]'}
  expect:
    - population: accounts
      count: 2
      rows:
        - {account_id: "own:1", login: ada, worker_id: null, observed_at: "2025-06-30T12:00:00Z"}
        - {account_id: "own:20000000000000000001", login: ben}
  complete: true
`

// tryOwn tries an organization's own source with one text of its case replaced.
func tryOwn(t *testing.T, old, text string) ([]SourceTried, error) {
	t.Helper()
	dir := t.TempDir()
	if !strings.Contains(ownCase, old) {
		t.Fatalf("the case does not hold %q", old)
	}
	for name, text := range map[string]string{"own.yaml": ownSource, "own.cases.yaml": strings.Replace(ownCase, old, text, 1)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, all := knownSources(t, dir)
	return smallConfig().TrySource(context.Background(), c, all["own"])
}

// What differs from a case is named: the request, the reason, the row.
func TestTrySourceNamesWhatDiffers(t *testing.T) {
	for _, tt := range []struct{ name, old, text, want string }{
		{"nothing", "", "", ""},
		{"unexpected request", "GET /users?page=2", "GET /users?page=3", "no exchange of the case answers GET /users?page=2"},
		{"request never made", "  expect:", "    - {request: GET /groups, body: '[]'}\n  expect:", "exchange 4 was never asked: GET /groups"},
		{"incomplete", `{request: "GET /users?page=2", body:`, `{request: "GET /users?page=2", status: 404, body:`, "the collection is incomplete: "},
		{"complete", "complete: true", "complete: false\n  why: throttled", "the collection is complete; the case expects it incomplete: throttled"},
		{"rows", "count: 2", "count: 3", "accounts: 2 rows; the case expects 3"},
		{"rejected", `"login": "ben"`, `"name": "ben"`, "accounts: 1 rejected rows; the case expects 0: login"},
		{"a value", "login: ben", "login: bob", `accounts: no row is {account_id: own:20000000000000000001, login: bob}; the nearest has login "ben" instead of "bob"`},
		{"a value that should be nothing", "login: ben", "login: null", `login "ben" instead of nothing`},
		{"nothing that should be a value", "worker_id: null", "worker_id: w1", `no worker_id instead of "w1"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tryOwn(t, tt.old, tt.text)
			if err != nil {
				t.Fatal(err)
			}
			faults := strings.Join(got[0].Faults, "\n")
			if tt.want == "" && faults != "" || !strings.Contains(faults, tt.want) {
				t.Errorf("faults:\n%s\nwant %q", faults, tt.want)
			}
		})
	}
}

// The example in the guide works as it stands there.
func TestTheGuidesExample(t *testing.T) {
	guide, err := os.ReadFile(filepath.Join("..", "..", "docs", "sources.md"))
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(guide), "```yaml\n")
	if len(parts) != 3 {
		t.Fatalf("%d blocks of YAML in the guide; want the source and its cases", len(parts)-1)
	}
	dir := t.TempDir()
	for i, name := range []string{"helpdesk.yaml", "helpdesk.cases.yaml"} {
		text, _, _ := strings.Cut(parts[i+1], "```")
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, all := knownSources(t, dir)
	tried, err := smallConfig().TrySource(t.Context(), c, all["helpdesk"])
	if err != nil || len(tried) != 1 || len(tried[0].Faults) > 0 {
		t.Errorf("%+v: %v", tried, err)
	}
}
