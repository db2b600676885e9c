package api_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"tickmark/internal/engine/identity"
	"tickmark/internal/surface/api"
)

// page is any page of a list.
type page struct {
	Items   []map[string]any `json:"items"`
	Total   int              `json:"total"`
	Records int64            `json:"records"`
	Next    string           `json:"next"`
}

// A list is followed by cursor to its end: every row once, and each page says
// how many there are in all.
func TestAListIsFollowedToItsEnd(t *testing.T) {
	s := onSQLite(t)
	token := s.token(t, admin, identity.Read)
	for _, path := range []string{"/api/v1/procedures", "/api/v1/trail", "/api/v1/engagements/soc2-2025/criteria", "/api/v1/search?q=access"} {
		and := "?"
		if strings.Contains(path, "?") {
			and = "&"
		}
		var whole page
		s.as(t, token, "GET", path+and+"limit=1000", "").into(t, &whole)
		var rows []string
		at := path + and + "limit=7"
		for at != "" {
			a := s.as(t, token, "GET", at, "")
			var p page
			a.into(t, &p)
			if p.Total != whole.Total || p.Records == 0 || len(p.Items) > 7 {
				t.Fatalf("%s: %d of %d rows, as of %d", at, len(p.Items), p.Total, p.Records)
			}
			for _, x := range p.Items {
				text, _ := json.Marshal(x)
				rows = append(rows, string(text))
			}
			at = ""
			if p.Next != "" {
				at = strings.Trim(strings.TrimSuffix(a.header.Get("Link"), `; rel="next"`), "<>")
			}
		}
		if n := len(rows); n != whole.Total || n < 8 {
			t.Errorf("%s: %d rows of %d", path, n, whole.Total)
		}
		slices.Sort(rows)
		if len(slices.Compact(rows)) != whole.Total {
			t.Errorf("%s: a row came twice", path)
		}
	}
}

// A search hands out all that it finds in every form, marks what was asked for,
// and refuses what cannot be asked.
func TestSearch(t *testing.T) {
	s := onSQLite(t)
	token := s.token(t, admin, identity.Read)
	path := "/api/v1/search?q=access"
	var p struct {
		Items []struct {
			Kind, Code string
			Excerpt    []struct {
				Text  string
				Match bool
			}
		}
		Total int
	}
	s.as(t, token, "GET", path+"&limit=3", "").into(t, &p)
	if len(p.Items) != 3 || !slices.ContainsFunc(p.Items[0].Excerpt, func(x struct {
		Text  string
		Match bool
	}) bool {
		return x.Match && strings.EqualFold(x.Text, "access")
	}) {
		t.Errorf("%+v", p.Items)
	}
	lines := s.as(t, token, "GET", path, "", "Accept", "application/x-ndjson")
	rows, err := csv.NewReader(strings.NewReader(s.as(t, token, "GET", path, "", "Accept", "text/csv").body)).ReadAll()
	if n := strings.Count(lines.body, "\n"); n != p.Total || len(rows) != p.Total+1 || err != nil {
		t.Errorf("%d lines and %d rows of %d: %v", n, len(rows), p.Total, err)
	}
	for query, want := range map[string]int{"": 422, "?q=": 422, "?q=x&cursor=WyJ4Il0": 400, "?q=x&cursor=WyItMSJd": 400, "?q=" + strings.Repeat("word+", 40): 400, "?q=" + strings.Repeat("x", 501): 422} {
		if a := s.as(t, token, "GET", "/api/v1/search"+query, ""); a.status != want {
			t.Errorf("%.40s: %d, want %d: %.200s", query, a.status, want, a.body)
		}
	}
}

// CSV and NDJSON have all rows at once, whatever the limit of a page.
func TestAllRowsAtOnce(t *testing.T) {
	s := onSQLite(t)
	token := s.token(t, admin, identity.Read)
	for _, path := range []string{"/api/v1/procedures", "/api/v1/trail", "/api/v1/populations", "/api/v1/engagements/" + e + "/results", "/api/v1/engagements/" + e + "/procedures/" + flagged + "/exceptions"} {
		var p page
		s.as(t, token, "GET", path+"?limit=1", "").into(t, &p)
		lines := s.as(t, token, "GET", path+"?limit=1", "", "Accept", "application/x-ndjson")
		if got := strings.Count(lines.body, "\n"); got != p.Total || lines.header.Get("Content-Type") != "application/x-ndjson" {
			t.Errorf("%s as NDJSON: %d lines of %d, %s", path, got, p.Total, lines.header.Get("Content-Type"))
		}
		rows, err := csv.NewReader(strings.NewReader(s.as(t, token, "GET", path, "", "Accept", "text/csv").body)).ReadAll()
		if err != nil || len(rows) != p.Total+1 {
			t.Errorf("%s as CSV: %d lines, want %d and a header: %v", path, len(rows), p.Total, err)
		}
	}
	if a := s.as(t, token, "GET", "/api/v1/organization", "", "Accept", "text/csv"); a.status != http.StatusNotAcceptable {
		t.Errorf("one thing as CSV: %d", a.status)
	}
	if a := s.as(t, token, "GET", "/api/v1/engagements/"+e+"/procedures/none/exceptions", "", "Accept", "text/csv"); a.status != http.StatusNotFound || a.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("a refusal as CSV: %d %s %s", a.status, a.header.Get("Content-Type"), a.body)
	}
}

// What the caller has is not sent again, until it says something else.
func TestETag(t *testing.T) {
	s := onSQLite(t)
	token := s.token(t, admin, identity.Read)
	first := s.as(t, token, "GET", "/api/v1/controls", "")
	tag := first.header.Get("ETag")
	again := s.as(t, token, "GET", "/api/v1/controls", "", "If-None-Match", `"other", W/`+tag)
	if first.status != http.StatusOK || again.status != http.StatusNotModified || again.body != "" || again.header.Get("ETag") != tag {
		t.Errorf("%d %s, then %d %q", first.status, tag, again.status, again.body)
	}
	if other := s.as(t, token, "GET", "/api/v1/controls?limit=1", "", "If-None-Match", tag); other.status != http.StatusOK {
		t.Errorf("another page: %d", other.status)
	}
}

const comments = "/api/v1/engagements/" + e + "/requests/R-1/comments"

// Under a key a request is done once and answered alike; another one under the
// same key is refused; a refusal uses up no key.
func TestOnceUnderAKey(t *testing.T) {
	s := onSQLite(t)
	token := s.token(t, admin, identity.Write, identity.Read)
	post := func(key, text string) said {
		return s.as(t, token, "POST", comments, `{"text":"`+text+`"}`, "Idempotency-Key", key)
	}
	first, again := post("k-1", "once"), post("k-1", "once")
	if first.status != http.StatusCreated || again.status != http.StatusCreated || first.body != again.body || again.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("%d %s, then %d %s", first.status, first.body, again.status, again.body)
	}
	if other := post("k-1", "twice"); other.status != http.StatusUnprocessableEntity {
		t.Errorf("another request under the key: %d %s", other.status, other.body)
	}
	if a := s.as(t, s.token(t, worker, identity.Write), "POST", comments, `{"text":"mine"}`, "Idempotency-Key", "k-1"); a.status != http.StatusCreated || a.body == first.body {
		t.Errorf("the key of another account: %d %s", a.status, a.body)
	}
	if a := post("k-2", ""); a.status != http.StatusUnprocessableEntity {
		t.Errorf("nothing said: %d", a.status)
	}
	if a := post("k-2", "now something"); a.status != http.StatusCreated {
		t.Errorf("after a refusal: %d %s", a.status, a.body)
	}
	var x struct {
		History []struct {
			Comment *struct {
				Text string `json:"text"`
			} `json:"comment"`
		} `json:"history"`
	}
	s.as(t, token, "GET", "/api/v1/engagements/"+e+"/requests/R-1", "").into(t, &x)
	n := 0
	for _, m := range x.History {
		if m.Comment != nil && m.Comment.Text == "once" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the comment was made %d times", n)
	}
}

// Whatever is wrong with a request, the refusal is a problem and repeats nothing
// that was sent.
func TestRefusalsRepeatNothing(t *testing.T) {
	s := onSQLite(t)
	admin, staff := s.token(t, admin, identity.Write, identity.Read), s.token(t, worker, identity.Write)
	const secret = "hunter2-swordfish"
	for name, x := range map[string]struct {
		method, path, body string
		status             int
		header             []string
	}{
		"an unknown field":       {"POST", comments, `{"text":"a","` + secret + `":"` + secret + `"}`, 422, nil},
		"a wrong type":           {"POST", comments, `{"text":{"password":"` + secret + `"}}`, 422, nil},
		"no JSON":                {"POST", comments, `{"text":"` + secret, 400, nil},
		"a word that is none":    {"POST", "/api/v1/engagements/" + e + "/requests/R-1/states", `{"state":"` + secret + `"}`, 422, nil},
		"an unknown request":     {"POST", "/api/v1/engagements/" + e + "/requests/" + secret + "/comments", `{"text":"abc"}`, 422, nil},
		"an unknown population":  {"POST", "/api/v1/engagements/" + e + "/requests/R-2/responses", `{"population":"` + secret + `"}`, 422, nil},
		"an unknown engagement":  {"GET", "/api/v1/engagements/" + secret + "/results", "", 404, nil},
		"an unknown procedure":   {"GET", "/api/v1/engagements/" + e + "/procedures/" + secret + "/exceptions", "", 404, nil},
		"an unknown query":       {"GET", "/api/v1/controls?" + secret + "=1", "", 422, nil},
		"a limit of no number":   {"GET", "/api/v1/controls?limit=" + secret, "", 422, nil},
		"a cursor of no page":    {"GET", "/api/v1/controls?cursor=" + secret, "", 400, nil},
		"a cursor made by hand":  {"GET", "/api/v1/trail?cursor=" + url.QueryEscape("WyI5OTk5OTk5OTk5OTk5OTk5OTk5OSJd"), "", 400, nil},
		"an address that is not": {"GET", "/api/v1/" + secret, "", 404, nil},
		"a path out of here":     {"GET", "/api/v1/engagements/../../../" + secret, "", 404, nil},
		"a path in disguise":     {"GET", "/api/v1/engagements/..%2f..%2f" + secret + "/results", "", 404, nil},
		"another method":         {"DELETE", "/api/v1/controls", "", 405, nil},
		"a form":                 {"POST", comments, "text=" + secret, 415, []string{"Content-Type", "application/x-www-form-urlencoded"}},
		"CSV":                    {"POST", comments, "text," + secret, 415, []string{"Content-Type", "text/csv"}},
		"a huge body":            {"POST", comments, `{"text":"` + strings.Repeat(secret, 1<<17) + `"}`, 413, nil},
		"a file with a path":     {"POST", "/api/v1/engagements/" + e + "/requests/R-1/responses", `{"file_name":"../../` + secret + `","file":"AAAA","source":"x"}`, 422, nil},
		"a key too long":         {"POST", comments, `{"text":"a"}`, 422, []string{"Idempotency-Key", strings.Repeat(secret, 20)}},
		"a form of no kind":      {"GET", "/api/v1/controls", "", 406, []string{"Accept", "image/" + secret}},
		"a token that is none":   {"GET", "/api/v1/controls", "", 401, []string{"Authorization", "Bearer tk_" + secret}},
		"a password as a token":  {"GET", "/api/v1/controls", "", 401, []string{"Authorization", "Basic " + secret}},
	} {
		token := admin
		if name == "a word that is none" {
			token = staff
		}
		a := s.as(t, token, x.method, x.path, x.body, x.header...)
		var p struct {
			Status int
			Title  string
		}
		a.into(t, &p)
		if a.status != x.status || p.Status != x.status || p.Title == "" || !strings.HasPrefix(a.header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s: %d %s %.300s", name, a.status, a.header.Get("Content-Type"), a.body)
		}
		if strings.Contains(a.body+a.header.Get("Link"), "hunter2") {
			t.Errorf("%s: what was sent comes back: %.300s", name, a.body)
		}
	}
}

// A browser's session and a request of another site open nothing: only a token
// does.
func TestOnlyATokenOpens(t *testing.T) {
	s := onSQLite(t)
	if a := s.as(t, "", "GET", "/api/v1/controls", "", "Cookie", "tickmark=anything"); a.status != http.StatusUnauthorized || a.header.Get("WWW-Authenticate") == "" {
		t.Errorf("%d %v", a.status, a.header)
	}
	read := s.token(t, admin, identity.Read)
	if a := s.as(t, read, "POST", comments, `{"text":"abc"}`); a.status != http.StatusForbidden || !strings.Contains(a.body, "scope write") {
		t.Errorf("a token that reads: %d %s", a.status, a.body)
	}
	write := s.token(t, admin, identity.Write)
	if a := s.as(t, write, "GET", "/api/v1/controls", ""); a.status != http.StatusForbidden {
		t.Errorf("a token that writes only: %d %s", a.status, a.body)
	}
}

// Somebody who asks without end is told to wait, and nobody else is.
func TestPace(t *testing.T) {
	for _, x := range []struct {
		requests int
		every    time.Duration
		answered int
	}{{200, 0, 200}, {1000, 0, 200}, {1000, 20 * time.Millisecond, 1000}, {1000, 10 * time.Millisecond, 699}} {
		if got := api.Paced(x.requests, x.every); got != x.answered {
			t.Errorf("%d of %d requests, one every %s, were answered; want %d", got, x.requests, x.every, x.answered)
		}
	}
	s := onSQLite(t)
	ask := func(from string) said {
		return s.as(t, "", "GET", "/api/docs", "", "X-Forwarded-For", from)
	}
	asked := 0
	for a := ask("192.0.2.1"); a.status != http.StatusTooManyRequests; a = ask("192.0.2.1") {
		if asked++; asked > 20_000 {
			t.Fatal("20,000 requests of one address were all answered")
		}
	}
	if a := ask("192.0.2.2"); a.status != http.StatusOK {
		t.Errorf("somebody else: %d", a.status)
	}
}
