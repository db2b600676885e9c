package app

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store/storetest"
)

// directory is a source of the organization's own: a program that prints
// accounts.
const directory = `id: directory
version: 1
title: Company directory
provider: the directory's own export program
documentation: its manual
recording: made up for this test
transport: exec
settings:
  - {name: file, meaning: what the program prints}
scopes: [read accounts]
requests:
  - {name: accounts, format: ndjson, command: [cat, "{settings.file}"]}
populations:
  - population: accounts
    coverage: full
    sql: |
      SELECT 'directory:' || (record->>'$.id') AS account_id, 'idp' AS system, record->>'$.login' AS login,
             'human' AS kind, 'active' AS status, record->>'$.mfa' AS mfa_enrolled
      FROM accounts
`

// watched is a described organization whose accounts are collected every minute.
func watched(t *testing.T, database string) (*App, string) {
	t.Helper()
	folder, file := t.TempDir(), filepath.Join(t.TempDir(), "accounts.ndjson")
	year := time.Now().UTC().Format("2006")
	for name, text := range map[string]string{
		"organization.yaml":      "name: Larkspur\nlegal_name: Larkspur, Inc.\n",
		"system.yaml":            "name: Platform\nservices: [Invoicing]\ncomponents:\n  - {kind: software, name: App, description: It invoices}\n",
		"system.md":              "# The platform\n",
		"engagements.yaml":       "- {code: soc2, kind: soc2, type: 2, period: {from: " + year + "-01-01, to: " + year + "-12-31}, timezone: UTC, categories: [security], auditor: Quill LLP}\n",
		"controls.yaml":          "- {code: AC-02, title: Second factor, text: A second factor is asked for., kind: preventive, automation: automated, frequency: continuous, owner: IT, criteria: [CC6.1], procedures: [access-mfa-throughout]}\n",
		"connections.yaml":       "- {code: directory, source: directory, account: ours, schedule: \"* * * * *\", settings: {file: " + file + "}}\n",
		"sources/directory.yaml": directory,
	} {
		write(t, filepath.Join(folder, name), text)
	}
	write(t, file, `{"id": 1, "login": "ana", "mfa": true}`+"\n"+`{"id": 2, "login": "bo", "mfa": false}`+"\n")
	c := confined()
	c.Dir, c.Database = t.TempDir(), database
	if err := Init(c); err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	if _, err := a.Apply(t.Context(), lead(), folder, false, false); err != nil {
		t.Fatal(err)
	}
	return a, file
}

func lead() audit.Person { return audit.Person{Name: "R. Vale", Side: audit.Management} }

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A worker keeps the schedule: it collects, and performs what reads what came.
// Two of them make each collection once.
func TestWorkersKeepTheSchedule(t *testing.T) {
	databases := map[string]func(*testing.T) string{
		"SQLite":     func(*testing.T) string { return "" },
		"PostgreSQL": func(t *testing.T) string { return storetest.PostgreSQL(t) },
	}
	for name, database := range databases {
		t.Run(name, func(t *testing.T) {
			a, _ := watched(t, database(t))
			ctx, stop := context.WithCancel(t.Context())
			var working sync.WaitGroup
			var said lines
			for range 2 {
				working.Go(func() {
					if err := a.Work(ctx, 2, "", slog.New(slog.NewTextHandler(&said, nil))); err != nil {
						t.Error(err)
					}
				})
			}
			h := waitForTest(t, a)
			stop()
			working.Wait()
			runs, err := a.Collections(t.Context(), "directory")
			if err != nil {
				t.Fatal(err)
			}
			started := map[string]bool{}
			for _, r := range runs {
				if !r.Complete || started[r.Started] {
					t.Errorf("collection %+v", r)
				}
				started[r.Started] = true
			}
			if h.Status != "pending" || len(h.Intervals) == 0 || h.Intervals[len(h.Intervals)-1].Exceptions < 1 {
				t.Errorf("the control: %+v", h)
			}
			if strings.Contains(said.String(), "ERROR") {
				t.Errorf("the workers said: %s", said.String())
			}
		})
	}
}

// waitForTest waits until the control was tested.
func waitForTest(t *testing.T, a *App) ControlHistory {
	t.Helper()
	var all []ControlHistory
	for range 1200 {
		var err error
		if all, err = a.ControlHistories(t.Context(), "soc2"); err != nil {
			t.Fatal(err)
		}
		if all[0].Status == "pending" {
			return all[0]
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("the control was not tested: %+v", all)
	return ControlHistory{}
}

// lines is a log that several write.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

var _ io.Writer = (*lines)(nil)

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// The clock goes on and nothing complete comes: the connection is called silent,
// unless somebody let it rest.
func TestSilenceIsTold(t *testing.T) {
	a, file := watched(t, "")
	if _, err := a.Gather(t.Context(), "directory", audit.Period{}, nil); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Hour)
	a.Now = func() time.Time { return later }
	write(t, file, `{"id": 1, "lo`)
	g, err := a.Gather(t.Context(), "directory", audit.Period{}, nil)
	if err != nil || g.Collection.Complete {
		t.Fatalf("%+v, %v", g.Collection, err)
	}
	var posted lines
	address := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(&posted, r.Body) }))
	defer address.Close()
	w := worker{App: a, alert: address.URL, log: slog.New(slog.DiscardHandler), quiet: map[string]bool{}}
	if w.queue, err = a.queue(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer w.queue.Close()
	for range 2 { // it is told once
		if err := w.Beat(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(posted.String(), `"text":"Tickmark: directory gave nothing complete since`); n != 1 {
		t.Errorf("posted %d times: %s", n, posted.String())
	}
	quiet, err := a.Silent(t.Context())
	if err != nil || len(quiet) != 1 || quiet[0].Connection != "directory" || quiet[0].Since == "" {
		t.Errorf("%+v, %v", quiet, err)
	}
	if _, err := a.Switch(t.Context(), lead(), audit.Switch{Subject: audit.SwitchConnection, Code: "directory", Off: true, Reason: "it moves"}); err != nil {
		t.Fatal(err)
	}
	if quiet, err = a.Silent(t.Context()); err != nil || len(quiet) != 0 {
		t.Errorf("resting: %+v, %v", quiet, err)
	}
}

// What is filled in by hand goes through the queue in pieces.
func TestBackfillIsQueuedOnce(t *testing.T) {
	a, _ := watched(t, "")
	window := audit.Period{From: "2025-01-01", To: "2025-03-31"}
	for i, want := range []bool{true, false} {
		added, err := a.Enqueue(t.Context(), "directory", window, "month")
		if err != nil || added != want {
			t.Errorf("%d: %v, %v", i, added, err)
		}
	}
	if _, err := a.Enqueue(t.Context(), "directory", window, "year"); err == nil {
		t.Error("an unknown step was taken")
	}
	all, err := a.Schedules(t.Context())
	if err != nil || len(all) != 1 || len(all[0].Queue) != 1 || all[0].Queue[0].Window != window {
		t.Errorf("%+v, %v", all, err)
	}
}
