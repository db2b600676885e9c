package web_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata" // as in the real program

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/cli"
	"tickmark/internal/surface/web"
)

// TestMain lets this test binary be its own confined children, and takes the
// sample organization away at the end.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "worker" {
		os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	}
	dir, err := os.MkdirTemp("", "workbench")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Setenv("TICKMARK_TEST_FOLDER", dir)
	status := m.Run()
	os.RemoveAll(dir)
	os.Exit(status)
}

// The people of the sample organization.
var (
	lead   = audit.Person{Name: "Compliance lead, Meridian Payroll", Side: audit.Management}
	senior = audit.Person{Name: "Senior, Hale & Brandt LLP", Side: audit.Auditor}
)

func config(dir string) app.Config {
	return app.Config{Dir: dir, Self: "/proc/self/exe", MemoryMB: 512, Threads: 2, Timeout: 2 * time.Minute, Now: app.DemoClock}
}

// sample is the whole job on the sample organization, done once.
var sample = sync.OnceValues(func() (*app.App, error) {
	dir := filepath.Join(os.Getenv("TICKMARK_TEST_FOLDER"), "demo")
	d := app.Demo{Config: config(dir), Seed: 1, People: 100}
	if _, err := d.Run(context.Background()); err != nil {
		return nil, err
	}
	return app.Open(context.Background(), config(dir))
})

// site is a running workbench.
type site struct {
	*httptest.Server
	app  *app.App
	door *web.Door
}

// open serves an organization's workbench.
func open(t *testing.T, a *app.App) site {
	t.Helper()
	return serve(t, a, a.Door(false))
}

func serve(t *testing.T, a *app.App, door *web.Door) site {
	t.Helper()
	h, err := web.New(a.Workbench(door, logger(t)))
	if err != nil {
		t.Fatal(err)
	}
	s := site{httptest.NewServer(h), a, door}
	t.Cleanup(s.Close)
	return s
}

func openSample(t *testing.T) site {
	t.Helper()
	a, err := sample()
	if err != nil {
		t.Fatal(err)
	}
	return open(t, a)
}

// caller is somebody with a browser.
type caller struct {
	*http.Client
	site site
}

// nobody has a browser and no session. He follows no redirect.
func (s site) nobody() caller {
	jar := jar{}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return caller{&http.Client{Jar: jar, CheckRedirect: stay}, s}
}

// as is a person who came in by a link.
func (s site) as(t *testing.T, p audit.Person) caller {
	t.Helper()
	c := s.nobody()
	status, _, _ := c.post(t, "/signin", url.Values{"token": {s.door.Invite(p)}})
	if status != http.StatusSeeOther {
		t.Fatalf("sign-in of %s: %d", p.Name, status)
	}
	return c
}

// jar keeps cookies of one server, whatever their marks.
type jar map[string]*http.Cookie

func (j jar) SetCookies(_ *url.URL, all []*http.Cookie) {
	for _, c := range all {
		j[c.Name] = c
	}
}

func (j jar) Cookies(*url.URL) []*http.Cookie {
	var out []*http.Cookie
	for _, c := range j {
		if c.MaxAge >= 0 {
			out = append(out, c)
		}
	}
	return out
}

func (c caller) get(t *testing.T, path string) (status int, body string, h http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.site.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c.do(t, r)
}

func (c caller) post(t *testing.T, path string, form url.Values, header ...string) (status int, body string, h http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.site.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return c.do(t, r)
}

func (c caller) do(t *testing.T, r *http.Request) (status int, body string, h http.Header) {
	t.Helper()
	r.Header.Set("Accept-Encoding", "gzip")
	answer, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var in io.Reader = answer.Body
	if answer.Header.Get("Content-Encoding") == "gzip" {
		if in, err = gzip.NewReader(in); err != nil {
			t.Fatal(err)
		}
	}
	text, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text), answer.Header
}

func logger(t *testing.T) *slog.Logger { return slog.New(slog.NewTextHandler(t.Output(), nil)) }
