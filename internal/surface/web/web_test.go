package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/surface/web"
	"tickmark/internal/surface/web/page"

	"pgregory.net/rapid"
)

func TestProbes(t *testing.T) {
	well := func(context.Context) error { return nil }
	ill := func(context.Context) error { return errors.New("dial tcp 10.0.0.7: secret detail") }
	for _, c := range []struct {
		name, method, path string
		health             func(context.Context) error
		status             int
		body               string
	}{
		{"records can be read", http.MethodGet, "/healthz", well, http.StatusOK, "ok\n"},
		{"for a probe that wants no body", http.MethodHead, "/healthz", well, http.StatusOK, "ok\n"},
		{"records cannot be read, and the reason stays inside", http.MethodGet, "/healthz", ill, http.StatusServiceUnavailable, "records cannot be read\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, err := web.New(web.Workbench{Health: c.health})
			if err != nil {
				t.Fatal(err)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(c.method, c.path, nil))
			if w.Code != c.status || w.Body.String() != c.body {
				t.Errorf("got %d %q, want %d %q", w.Code, w.Body.String(), c.status, c.body)
			}
			if w.Code == http.StatusOK && w.Header().Get("Cache-Control") != "no-store" {
				t.Error("a probe's answer may be cached")
			}
		})
	}
}

// counted counts how often records are opened anew.
type counted struct {
	web.Records
	opened int
}

func (c *counted) Reader(ctx context.Context, p audit.Person) (*store.Reader, error) {
	c.opened++
	return c.Records.Reader(ctx, p)
}

// A list is read once and shown many times: as long as nothing is recorded, a
// page asks only how long the history is.
func TestPagesShareWhatWasRead(t *testing.T) {
	a, err := sample()
	if err != nil {
		t.Fatal(err)
	}
	door := a.Door(false)
	records := &counted{Records: a}
	w := a.Workbench(door, nil)
	w.Records, w.Log = records, logger(t)
	h, err := web.New(w)
	if err != nil {
		t.Fatal(err)
	}
	s := site{httptest.NewServer(h), a, door}
	defer s.Close()
	c := s.as(t, lead)
	for range 3 {
		if status, body, _ := c.get(t, "/controls?size=1000"); status != http.StatusOK || !strings.Contains(body, "LA-03") {
			t.Fatal(status)
		}
	}
	if records.opened != 1 {
		t.Errorf("records were opened %d times for three pages", records.opened)
	}
}

// Pages of a list follow one another without a gap, and say of how many.
func TestPaging(t *testing.T) {
	c := openSample(t).as(t, lead)
	var codes []string
	said := ""
	for path := "/procedures?size=40"; path != ""; {
		_, body, _ := c.get(t, path)
		if _, rest, ok := strings.Cut(body, "1–40 of "); ok {
			said, _, _ = strings.Cut(rest, " ")
		}
		for _, row := range strings.Split(body, "<tr>")[1:] {
			if _, rest, ok := strings.Cut(row, `href="/procedures/`); ok {
				code, _, _ := strings.Cut(rest, `"`)
				codes = append(codes, code)
			}
		}
		path = next(body)
	}
	seen := map[string]bool{}
	for _, code := range codes {
		seen[code] = true
	}
	if audit.Count(int64(len(codes))) != said || len(seen) != len(codes) || len(codes) < 100 {
		t.Errorf("%d rows, %d different, of %q procedures", len(codes), len(seen), said)
	}
}

func next(body string) string {
	before, _, ok := strings.Cut(body, `" rel="next"`)
	if !ok {
		return ""
	}
	return strings.ReplaceAll(before[strings.LastIndex(before, `"`)+1:], "&amp;", "&")
}

// The pieces of a highlighted text are the text.
func TestHighlightLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`(select|'it''s'|"x"|-- no\n|/\* y \*/|\$p|1\.5|count\(|[ ,=<>]){0,20}`)).Draw(t, "sql")
		var joined strings.Builder
		for _, p := range page.Highlight(text) {
			joined.WriteString(p.Text)
		}
		if joined.String() != text {
			t.Fatalf("%q became %q", text, joined.String())
		}
	})
}
