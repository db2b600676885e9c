package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/surface/web"
)

// examples are one address for each route.
func examples(t *testing.T, s site) map[string]string {
	t.Helper()
	r, err := s.app.Reader(t.Context(), lead)
	if err != nil {
		t.Fatal(err)
	}
	all, err := r.Populations(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	population := "/populations/" + string(all[0].ID)
	return map[string]string{
		"GET /{$}": "/", "GET /search": "/search?q=access", "GET /search/found": "/search/found?q=access",
		"GET /engagements": "/engagements", "GET /engagements/{engagement}": "/engagements/soc1-2025",
		"GET /scope": "/scope", "GET /risks": "/risks", "GET /plan": "/plan", "GET /oversight": "/oversight",
		"GET /programme": "/programme", "GET /criteria/{code}": "/criteria/CC6.1", "GET /controls": "/controls", "GET /controls/{code}": "/controls/LA-03",
		"GET /populations": "/populations", "GET /populations/{id}": population, "GET /populations/{id}/rows": population + "/rows", "GET /populations/{id}/rejects": population + "/rejects",
		"GET /collections": "/collections", "GET /connections": "/connections",
		"GET /procedures": "/procedures", "GET /procedures/{id}": "/procedures/payments-duplicate",
		"GET /exceptions": "/exceptions", "GET /exceptions/{engagement}/{procedure}": "/exceptions/soc1-2025/access-mfa-missing",
		"GET /exceptions/{engagement}/{procedure}/csv": "/exceptions/soc1-2025/access-mfa-missing/csv",
		"POST /exceptions/{engagement}/{procedure}":    "/exceptions/soc1-2025/access-mfa-missing",
		"GET /verify": "/verify", "GET /settings": "/settings", "GET /reports/{engagement}/check": "/reports/soc1-2025/check",
		"GET /reports": "/reports", "GET /reports/{engagement}": "/reports/soc1-2025",
		"GET /trail": "/trail", "GET /trail/{sequence}": "/trail/3", "GET /checkpoint": "/checkpoint",
	}
}

// Each address answers those whose duty it is, and nobody else: not without a
// session, and not with a session of another organization's workbench.
func TestWhoMaySeeWhat(t *testing.T) {
	ours := openSample(t)
	theirs := open(t, ours.app)
	stranger := theirs.as(t, lead)
	stranger.site = ours
	callers := []struct {
		name  string
		c     caller
		see   int
		judge int
	}{
		{"management", ours.as(t, lead), http.StatusOK, http.StatusForbidden},
		{"the auditor", ours.as(t, senior), http.StatusOK, http.StatusUnprocessableEntity}, // nothing was chosen
		{"nobody", ours.nobody(), http.StatusUnauthorized, http.StatusUnauthorized},
		{"another organization's member", stranger, http.StatusUnauthorized, http.StatusUnauthorized},
		{"a user entity", ours.as(t, audit.Person{Name: "A client", Side: audit.Users}), http.StatusForbidden, http.StatusForbidden},
	}
	paths := examples(t, ours)
	for pattern := range web.Patterns() {
		if _, ok := verbs[pattern]; ok || strings.Contains(pattern, engagementPages) {
			continue // TestWallOnPages and TestWhoMayDoWhat have them
		}
		path, ok := paths[pattern]
		if !ok {
			t.Errorf("%s has no example here", pattern)
			continue
		}
		method, _, _ := strings.Cut(pattern, " ")
		for _, x := range callers {
			status, want := 0, x.see
			var body string
			if method == http.MethodPost {
				want = x.judge
				status, body, _ = x.c.post(t, path, url.Values{"judgment": {"deviation"}, "reason": {"why"}})
			} else {
				status, body, _ = x.c.get(t, path)
			}
			if status != want {
				t.Errorf("%s by %s: %d, want %d: %.300s", pattern, x.name, status, want, body)
			}
			if want == http.StatusUnauthorized && strings.Contains(body, "Meridian") {
				t.Errorf("%s tells %s whose workbench it is", pattern, x.name)
			}
		}
	}
}

// verb is an address with what it answers to each side when what is sent names
// nothing that is there, so that nothing is recorded.
type verb struct {
	path                string
	management, auditor int
}

var verbs = map[string]verb{
	"GET /bundle":                      {"/bundle", http.StatusOK, http.StatusForbidden}, // his firm has no recipient
	"GET /import":                      {"/import", http.StatusOK, http.StatusForbidden},
	"POST /import":                     {"/import", http.StatusBadRequest, http.StatusForbidden},
	"GET /import/{drop}":               {"/import/none", http.StatusNotFound, http.StatusForbidden},
	"POST /import/{drop}":              {"/import/none", http.StatusNotFound, http.StatusForbidden},
	"POST /import/{drop}/keep":         {"/import/none/keep", http.StatusNotFound, http.StatusForbidden},
	"POST /import/{drop}/away":         {"/import/none/away", http.StatusNotFound, http.StatusForbidden},
	"POST /procedures/{id}/perform":    {"/procedures/none/perform", http.StatusNotFound, http.StatusNotFound},
	"GET /jobs/{job}":                  {"/jobs/none", http.StatusNotFound, http.StatusNotFound},
	"GET /jobs/{job}/events":           {"/jobs/none/events", http.StatusNotFound, http.StatusNotFound},
	"POST /reports/{engagement}/draft": {"/reports/none/draft", http.StatusNotFound, http.StatusNotFound},
	"POST /reports/{engagement}/issue": {"/reports/none/issue", http.StatusNotFound, http.StatusNotFound},
	"POST /settings/credentials":       {"/settings/credentials", http.StatusUnprocessableEntity, http.StatusForbidden},
	"POST /verify":                     {"/verify", http.StatusBadRequest, http.StatusBadRequest},
}

func TestWhoMayDoWhat(t *testing.T) {
	s := openSample(t)
	elsewhere := open(t, s.app)
	stranger := elsewhere.as(t, lead)
	stranger.site = s
	for pattern, x := range verbs {
		if _, there := web.Patterns()[pattern]; !there {
			t.Errorf("%s is no route", pattern)
		}
		for _, by := range []struct {
			name string
			c    caller
			want int
		}{
			{"management", s.as(t, lead), x.management}, {"the auditor", s.as(t, senior), x.auditor}, {"nobody", s.nobody(), http.StatusUnauthorized},
			{"a member of another workbench", stranger, http.StatusUnauthorized}, {"a user entity", s.as(t, audit.Person{Name: "A client", Side: audit.Users}), http.StatusForbidden},
		} {
			var status int
			var body string
			if strings.HasPrefix(pattern, "POST") {
				status, body, _ = by.c.post(t, x.path, url.Values{})
			} else {
				status, body, _ = by.c.get(t, x.path)
			}
			if status != by.want {
				t.Errorf("%s by %s: %d, want %d: %.300s", pattern, by.name, status, by.want, body)
			}
		}
	}
}

// A refusal says how to get in, and that only.
func TestRefusedPageSaysHowToGetIn(t *testing.T) {
	status, body, h := openSample(t).nobody().get(t, "/controls")
	if status != http.StatusUnauthorized || !strings.Contains(body, "You are not signed in") || !strings.Contains(body, "serve --as NAME") {
		t.Errorf("%d %s", status, body)
	}
	if h.Get("Cache-Control") != "no-store" {
		t.Error("a refusal may be cached")
	}
}

// What is not there is not there, for a person and in his frame.
func TestNothingThere(t *testing.T) {
	c := openSample(t).as(t, lead)
	for _, path := range []string{
		"/nowhere", "/controls/NONE-1", "/criteria/CC99.9", "/populations/pop_none", "/procedures/none", "/engagements/none",
		"/exceptions/soc1-2025/none", "/exceptions/none/access-mfa-missing", "/reports/none", "/trail/999999", "/trail/-1", "/trail/x",
		"/controls?engagement=none", "/assets/none.css", "/assets/../web.go", "/assets/..%2f..%2fweb.go",
	} {
		if status, body, _ := c.get(t, path); status != http.StatusNotFound && status != http.StatusMovedPermanently && status != http.StatusTemporaryRedirect {
			t.Errorf("%s: %d %.200s", path, status, body)
		}
	}
}
