package web_test

import (
	"html"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/surface/web/asset"
)

var (
	hrefs    = regexp.MustCompile(`(?:href|action|data-hx-get)="([^"#]+)`)
	inline   = regexp.MustCompile(`(?i)<style|<script(?:[^>]*[^"]>|>)|\sstyle=|\son[a-z]+\s*=\s*["']|javascript:`)
	headings = regexp.MustCompile(`<h1[ >]`)
	tables   = regexp.MustCompile(`(?s)<table.*?</table>`)
	headCell = regexp.MustCompile(`<th(?:\s[^>]*)?>`)
	ids      = regexp.MustCompile(`\sid="([^"]+)"`)
	fields   = regexp.MustCompile(`<(?:input|select|textarea|button)\b[^>]*>`)
)

// crawl visits every page that can be reached by links, at most some of one
// screen with other parameters, and hands each to look.
func crawl(t *testing.T, c caller, look func(path, body string, h http.Header)) int {
	t.Helper()
	queue, seen, screens, pages := []string{"/"}, map[string]bool{"/": true}, map[string]int{}, 0
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		status, body, h := c.get(t, at)
		if at == "/bundle" && status == http.StatusForbidden && strings.Contains(body, "tickmark firm key new") {
			continue // an auditor whose firm has no key is told what to do
		}
		if status != http.StatusOK {
			t.Errorf("%s: %d", at, status)
			continue
		}
		if !strings.HasPrefix(h.Get("Content-Type"), "text/html") {
			continue
		}
		pages++
		look(at, body, h)
		for _, m := range hrefs.FindAllStringSubmatch(body, -1) {
			next := html.UnescapeString(m[1])
			screen, _, _ := strings.Cut(next, "?")
			if seen[next] || !strings.HasPrefix(next, "/") || screens[screen] > 4 || onlyPosted(next) {
				continue
			}
			seen[next] = true
			screens[screen]++
			queue = append(queue, next)
		}
	}
	return pages
}

func onlyPosted(path string) bool {
	path, _, _ = strings.Cut(path, "?")
	for _, form := range []string{"/respond", "/say", "/comment", "/marks", "/run", "/advance", "/release", "/sign", "/rerun", "/notes", "/concur", "/record"} {
		if strings.HasPrefix(path, "/engagements/") && strings.HasSuffix(path, form) {
			return true
		}
	}
	for _, form := range []string{"/perform", "/draft", "/issue"} {
		if strings.HasSuffix(path, form) {
			return true
		}
	}
	return slices.Contains([]string{"/theme", "/signout", "/signin"}, path)
}

// Every page that can be reached answers, runs no text of its own, and can be
// read by whoever does not see it.
func TestEveryPage(t *testing.T) {
	s := openSample(t)
	for name, p := range map[string]audit.Person{"management": lead, "auditor": senior} {
		t.Run(name, func(t *testing.T) {
			n := crawl(t, s.as(t, p), func(path, body string, h http.Header) { wellFormed(t, path, body, h) })
			if n < 300 {
				t.Errorf("only %d pages were found", n)
			}
		})
	}
}

func wellFormed(t *testing.T, path, body string, h http.Header) {
	t.Helper()
	if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("%s: policy %q", path, csp)
	}
	if bad := inline.FindString(body); bad != "" {
		t.Errorf("%s holds %q, which the policy forbids", path, bad)
	}
	for _, x := range tables.FindAllString(body, -1) {
		if !strings.Contains(x, "<caption") {
			t.Errorf("%s: a table without a caption", path)
		}
		for _, th := range headCell.FindAllString(x, -1) {
			if !strings.Contains(th, "scope=") {
				t.Errorf("%s: %s without a scope", path, th)
			}
		}
	}
	for _, f := range fields.FindAllString(body, -1) {
		if strings.Contains(f, `type="checkbox"`) && !strings.Contains(f, "aria-label=") {
			t.Errorf("%s: %s without a name", path, f)
		}
	}
	if strings.Contains(path, "/found") || strings.Contains(path, "part=1") {
		return // a part of a page
	}
	if n := len(headings.FindAllString(body, -1)); n != 1 {
		t.Errorf("%s: %d headings of the first order", path, n)
	}
	seen := map[string]bool{}
	for _, m := range ids.FindAllStringSubmatch(body, -1) {
		if seen[m[1]] {
			t.Errorf("%s: two elements are called %q", path, m[1])
		}
		seen[m[1]] = true
	}
	for _, want := range []string{`<html lang="en"`, "<title>", `href="#main"`, `<main id="main"`, "As of "} {
		if !strings.Contains(body, want) {
			t.Errorf("%s lacks %s", path, want)
		}
	}
}

// The first page with all that it loads is light.
func TestFirstPageIsLight(t *testing.T) {
	files, err := asset.Load()
	if err != nil {
		t.Fatal(err)
	}
	_, body, h := openSample(t).as(t, lead).get(t, "/")
	if h.Get("Content-Encoding") != "gzip" {
		t.Error("the page is not compressed")
	}
	total := len(asset.Compress([]byte(body)))
	for _, name := range []string{"app.css", "app.js", "icons.svg", "inter-latin-wght-normal.woff2"} {
		if !strings.Contains(body, files.URL(name)) || files.Weight(name) == 0 {
			t.Errorf("the page does not load %s", name)
		}
		total += files.Weight(name)
	}
	if total > 150<<10 {
		t.Errorf("%d bytes", total)
	}
	t.Logf("%d bytes in all", total)
}

// Files are kept for good by their names, and compressed for whoever takes that.
func TestAssets(t *testing.T) {
	files, err := asset.Load()
	if err != nil {
		t.Fatal(err)
	}
	status, body, h := openSample(t).nobody().get(t, files.URL("app.css"))
	if status != http.StatusOK || !strings.Contains(h.Get("Cache-Control"), "immutable") || h.Get("Content-Encoding") != "gzip" || !strings.Contains(body, "prefers-color-scheme") {
		t.Errorf("%d %v", status, h)
	}
}

const hostile = `<img src=x onerror=alert(1)>"'&</script><b>`

// Whatever people describe is text, in every place where it is shown, and so is
// whatever stands in an address or a form.
func TestHostileText(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, "workspace")
	described := workspace.Folder{
		Organization: audit.Organization{Name: hostile, LegalName: hostile, Address: hostile, Industry: hostile},
		System:       audit.System{Name: hostile, Services: []string{hostile}, Components: []audit.Component{{Kind: "software", Name: hostile, Description: hostile}}, Description: hostile},
		Objectives:   []audit.Objective{{Code: "CO-1", Area: hostile, Text: hostile}},
		Controls: []audit.Control{{
			Code: "C-1", Title: hostile, Text: hostile, Kind: "preventive", Automation: "manual", Frequency: "daily", Owner: hostile, Objectives: []string{"CO-1"}, Criteria: []string{"CC6.1"},
			Procedures: []string{"account-orphan"},
		}},
		Engagements: []audit.Engagement{
			{Code: "soc1", Kind: audit.SOC1, Type: 2, Period: audit.Period{From: "2025-01-01", To: "2025-12-31"}, Timezone: "UTC", Auditor: hostile},
			{Code: "soc2", Kind: audit.SOC2, Type: 2, Period: audit.Period{From: "2025-01-01", To: "2025-12-31"}, Timezone: "UTC", Auditor: hostile, Categories: []audit.Category{audit.Security}},
		},
	}
	if err := workspace.Write(folder, described, nil); err != nil {
		t.Fatal(err)
	}
	a := applied(t, dir, folder)
	s := open(t, a)
	c := s.as(t, audit.Person{Name: hostile, Side: audit.Management})
	shown := 0
	look := func(path, body string, _ http.Header) {
		if strings.Contains(body, "<img") || strings.Contains(body, "</script><b>") {
			t.Errorf("%s lets described text be HTML", path)
		}
		shown += strings.Count(body, html.EscapeString(hostile))
	}
	crawl(t, c, look)
	for _, path := range []string{"/search?q=", "/search/found?q=", "/controls?q=", "/controls?status=", "/populations?q=", "/trail?kind=", "/collections?connection=", "/procedures?last=", "/controls?size=100&from=", "/signin?token="} {
		_, body, h := c.get(t, path+url.QueryEscape(hostile))
		look(path, body, h)
	}
	if shown < 20 {
		t.Errorf("the text was shown %d times only", shown)
	}
}

// applied is a Tickmark of an organization that a folder describes.
func applied(t *testing.T, dir, folder string) *app.App {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := app.Init(config(dir)); err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), config(dir))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	if _, err := a.Apply(t.Context(), lead, folder, false, false); err != nil {
		t.Fatal(err)
	}
	return a
}
