package connector

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"tickmark/internal/audit"
)

func fails(status int, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"message":"no"}`)
	}
}

// hangUp sends half of what it announced.
func hangUp(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, `{"items":[{"id":1},`)
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// hangUpChunked leaves out the end of an answer of no announced length.
func hangUpChunked(w http.ResponseWriter, _ *http.Request) {
	w.(http.Flusher).Flush()
	_, _ = io.WriteString(w, `{"items":[{"id":1}]}`)
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// slow answers past the limit.
func slow(_ http.ResponseWriter, r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-time.After(20 * time.Second):
	}
}

func zipped(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, text)
		_ = z.Close()
	}
}

func html(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, "<!DOCTYPE html>\n<title>Sign in</title>")
}

const (
	one = `{"items":[{"id":1}],"total":2,"next":"b"}`
	two = `{"items":[{"id":2}],"total":2,"next":""}`
)

// Each row is a way in which a source misbehaves, and what becomes of it: all
// the records, or a collection that says why it is incomplete. Never less
// records and nothing said.
func TestASourceMisbehaves(t *testing.T) {
	elsewhere := httptest.NewServer(say(`{"items":[{"id":"from elsewhere"}]}`))
	t.Cleanup(elsewhere.Close)
	for _, c := range []struct {
		name    string
		answers []http.HandlerFunc
		records int64
		pages   int
		why     string // "" for complete
	}{
		{"behaves", []http.HandlerFunc{say(one), say(two)}, 2, 2, ""},
		{"throttles with Retry-After 0", []http.HandlerFunc{fails(429, "Retry-After", "0"), say(one), say(two)}, 2, 2, ""},
		{"throttles with Retry-After 1", []http.HandlerFunc{say(one), fails(429, "Retry-After", "1"), say(two)}, 2, 2, ""},
		{"throttles with a date", []http.HandlerFunc{fails(503, "Retry-After", "Mon, 30 Jun 2025 12:00:30 GMT"), say(one), say(two)}, 2, 2, ""},
		{"throttles for ever", []http.HandlerFunc{say(one), fails(429, "Retry-After", "1")}, 1, 2, "throttled away: 429 Too Many Requests after 4 tries"},
		{"asks to wait for a day", []http.HandlerFunc{say(one), fails(429, "Retry-After", "86400")}, 1, 2, "throttled away: 429 Too Many Requests after 1 tries, and it asks to wait 24h0m"},
		{"fails three times", []http.HandlerFunc{fails(500), fails(502), fails(503), say(one), fails(504), say(two)}, 2, 2, ""},
		{"fails for ever", []http.HandlerFunc{say(one), fails(500)}, 1, 2, "answered 500 Internal Server Error, and so in 4 tries"},
		{"hangs up once", []http.HandlerFunc{say(one), hangUp, say(two)}, 2, 2, ""},
		{"hangs up for ever", []http.HandlerFunc{say(one), hangUp}, 1, 1, "gave no whole answer in 4 tries: the answer broke off after 19 bytes: unexpected EOF"},
		{"leaves out the last chunk for ever", []http.HandlerFunc{say(one), hangUpChunked}, 1, 1, "the answer broke off after 20 bytes"},
		{"hangs up at once", []http.HandlerFunc{func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, say(one), say(two)}, 2, 2, ""},
		{"ends in the middle of its JSON", []http.HandlerFunc{say(one), say(two[:20])}, 1, 2, "page 2: is not JSON: it ends too early"},
		{"goes on after the end of its JSON", []http.HandlerFunc{say(one + `{}`)}, 0, 1, "page 1: is not JSON: there is more after its end"},
		{"repeats a cursor", []http.HandlerFunc{say(one), say(`{"items":[{"id":2}],"next":"b"}`)}, 2, 2, `the chain broke after page 2: the next cursor "b" is that of page 2 again`},
		{"turns in a circle", []http.HandlerFunc{say(one), say(`{"items":[{"id":2}],"next":"c"}`), say(`{"items":[{"id":3}],"next":"b"}`)}, 3, 3, `the next cursor "b" is that of page 2 again`},
		{"sends a page twice", []http.HandlerFunc{say(one), say(one)}, 2, 2, "page 2 is the same as page 1, though another was asked for"},
		{"says more than it has", []http.HandlerFunc{say(`{"items":[{"id":1}],"total":5,"next":"b"}`), say(`{"items":[{"id":2}],"next":""}`)}, 2, 2, "the source says there are 5 records, and gave 2 records"},
		{"says less than it has", []http.HandlerFunc{say(`{"items":[{"id":1},{"id":2}],"total":1}`)}, 2, 1, "the source says there are 1 record, and gave 2 records"},
		{"has an empty page before the total", []http.HandlerFunc{say(one), say(`{"items":[],"total":2,"next":""}`)}, 1, 2, "the source says there are 2 records, and gave 1 record; page 2 was empty"},
		{"changes its total", []http.HandlerFunc{say(one), say(`{"items":[{"id":2}],"total":3,"next":""}`)}, 2, 2, "the source's total changed from 2 to 3 on page 2"},
		{"has a total that is no number", []http.HandlerFunc{say(`{"items":[{"id":1}],"total":"many"}`)}, 1, 1, `the source's total is "many", which is no number of records`},
		{"has a total with a fraction", []http.HandlerFunc{say(`{"items":[{"id":1}],"total":1.0}`)}, 1, 1, `the source's total is "1.0"`},
		{"answers a web page", []http.HandlerFunc{say(one), html}, 1, 2, `answered a web page: the page begins "<!DOCTYPE html> <title>Sign in</title>"`},
		{"answers a web page and calls it JSON", []http.HandlerFunc{say("<html>")}, 0, 1, "page 1: is not JSON"},
		{"answers nothing", []http.HandlerFunc{say("")}, 0, 1, "page 1: the page is empty"},
		{"answers null for the records", []http.HandlerFunc{say(one), say(`{"items":null,"next":""}`)}, 1, 2, `page 2: there are no records at "items"`},
		{"says that it is not ok with status 200", []http.HandlerFunc{say(`{"ok":false,"error":"missing_scope"}`)}, 0, 1, `there are no records at "items": the page begins "{\"ok\":false,\"error\":\"missing_scope\"}"`},
		{"changes a type between pages", []http.HandlerFunc{say(one), say(`{"items":{"id":2},"next":""}`)}, 1, 2, "page 2: there is an object where records are expected, and there was a list before"},
		{"changes a type mid-page", []http.HandlerFunc{say(one), say(`{"items":[{"id":2},"3"],"next":""}`)}, 1, 2, "page 2: record 2 is text and no object"},
		{"holds a text for the records", []http.HandlerFunc{say(`{"items":"none"}`)}, 0, 1, "page 1: there is text where records are expected"},
		{"names the records twice", []http.HandlerFunc{say(`{"items":[{"id":1}],"items":[]}`)}, 0, 1, `"items" stands there twice`},
		{"has an object for a cursor", []http.HandlerFunc{say(`{"items":[{"id":1}],"next":{}}`)}, 1, 1, `"next" is an object where a single value is expected`},
		{"refuses", []http.HandlerFunc{say(one), fails(403)}, 1, 2, `answered 403 Forbidden: the page begins "{\"message\":\"no\"}"`},
		{"redirects on the same host", []http.HandlerFunc{func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/moved", 302) }, say(one), say(two)}, 2, 2, ""},
		{"redirects to another host", []http.HandlerFunc{say(one), func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, 302) }}, 1, 1, "redirected to another host, " + elsewhere.URL},
		{"redirects for ever", []http.HandlerFunc{func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), 302) }}, 0, 0, "redirected more than 5 times"},
		{"packs its answer", []http.HandlerFunc{zipped(one), zipped(two)}, 2, 2, ""},
		{"breaks off a packed answer", []http.HandlerFunc{cut(zipped(one))}, 0, 0, "gave no whole answer in 4 tries: the answer broke off"},
		{"says it is packed and is not", []http.HandlerFunc{func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, one)
		}}, 0, 0, "is not the gzip it says it is"},
		{"packs as was not asked", []http.HandlerFunc{fails(200, "Content-Encoding", "br")}, 0, 0, `the answer is packed as "br", which was not asked for`},
		{"sends a bomb", []http.HandlerFunc{say(one), zipped(strings.Repeat(" ", 32<<20))}, 1, 1, "unpacks to more than 300 times its size"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(audit.Request{Name: "members", URL: "{settings.base_url}/m", Records: "items", Total: "total", Paging: &audit.Paging{Kind: "cursor", Param: "c", Next: "next"}})
			got := b.collect(t, inTurn(c.answers...))
			wants(t, got, c.why)
			if got.Requests[0].Records != c.records || len(got.Pages) != c.pages {
				t.Errorf("%d records on %d pages, want %d on %d", got.Requests[0].Records, len(got.Pages), c.records, c.pages)
			}
			for _, p := range got.Pages {
				if _, ok := b.drawer[p.Digest]; !ok {
					t.Errorf("page %d was not kept", p.Number)
				}
			}
		})
	}
}

// cut sends the first half of what a handler answers.
func cut(handler http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		handler(rec, r)
		w.Header().Set("Content-Encoding", rec.Header().Get("Content-Encoding"))
		_, _ = w.Write(rec.Body.Bytes()[:rec.Body.Len()/2])
	}
}

func TestASourceMisbehavesInOtherWaysOfPaging(t *testing.T) {
	for _, c := range []struct {
		name    string
		request audit.Request
		answers []http.HandlerFunc
		records int64
		why     string
	}{
		{"link to another host", ways()["link"], []http.HandlerFunc{linked(`[{"id":1}]`, `<https://evil.example/link?from=2>; rel="next"`)}, 1,
			"the chain broke after page 1: the next address is on another host, https://evil.example, and was not asked"},
		{"link to another port", ways()["link"], []http.HandlerFunc{linked(`[{"id":1}]`, `<http://127.0.0.1:1/>; rel="next"`)}, 1, "is on another host"},
		{"link with a user", ways()["link"], []http.HandlerFunc{func(w http.ResponseWriter, r *http.Request) {
			linked(`[{"id":1}]`, `<http://a:b@`+r.Host+`/>; rel="next"`)(w, r)
		}}, 1, "is on another host"},
		{"link to itself", ways()["link"], []http.HandlerFunc{linked(`[{"id":1}]`, `</link>; rel="next"`)}, 1, "is that of the first page again"},
		{"link that cannot be read", ways()["link"], []http.HandlerFunc{linked(`[{"id":1}]`, `/link; rel=next`)}, 1, "the Link header cannot be read"},
		{"no paging declared, but a link", audit.Request{URL: "/"}, []http.HandlerFunc{linked(`[{"id":1}]`, `</2>; rel="next"`)}, 1, "answered one of several pages (Link), and the source declares no paging"},
		{"address on another host", ways()["url"], []http.HandlerFunc{say(`{"value":[{"id":1}],"@odata.nextLink":"//evil.example/"}`)}, 1, "is on another host"},
		{"more without a cursor", ways()["cursor"], []http.HandlerFunc{say(`{"items":[{"id":1}],"meta":{"next":"","more":true}}`)}, 1, "the source says there is more, and not where"},
		{"more that is neither", ways()["cursor"], []http.HandlerFunc{say(`{"items":[{"id":1}],"meta":{"next":"x","more":"maybe"}}`)}, 1, `"meta.more" is "maybe", neither true nor false`},
		{"offset is ignored", ways()["offset"], []http.HandlerFunc{say(`{"items":[{"id":1},{"id":2}],"total":4}`)}, 4, "page 2 is the same as page 1"},
		{"page number is ignored", ways()["page"], []http.HandlerFunc{say(`[{"id":1}]`)}, 2, "page 2 is the same as page 1"},
		{"total says stop too early", ways()["offset"], []http.HandlerFunc{
			say(`{"items":[{"id":1},{"id":2}],"total":2}`), say(`{"items":[{"id":3}],"total":2}`), say(`{"items":[],"total":2}`)}, 3, "the source says there are 2 records, and gave 3 records; page 3 was empty"},
		{"GraphQL errors with status 200", graphqlAt("/"), []http.HandlerFunc{
			say(`{"data":{"members":{"nodes":[{"id":1}]}},"errors":[{"message":"rate limited"}]}`)}, 1, `the source answered with errors: [{"message":"rate limited"}]`},
		{"GraphQL says more, cursor stays", graphqlAt("/"), []http.HandlerFunc{
			say(`{"data":{"members":{"nodes":[{"id":1}],"pageInfo":{"hasNextPage":true,"endCursor":"x"}}}}`),
			say(`{"data":{"members":{"nodes":[{"id":2}],"pageInfo":{"hasNextPage":true,"endCursor":"x"}}}}`)}, 2, `the next cursor "x" is that of page 2 again`},
		{"XML that is a web page", ways()["xml cursor"], []http.HandlerFunc{say(`<html><body>Sign in</body></html>`)}, 0, "page 1: is a web page"},
		{"XML that ends too early", ways()["xml cursor"], []http.HandlerFunc{say(`<R><Users><member>`)}, 0, "is not XML"},
		{"XML with an entity", ways()["xml cursor"], []http.HandlerFunc{say(`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><R><Users><member>&e;</member></Users></R>`)}, 0, "declares a document type"},
		{"CSV that is a web page", audit.Request{URL: "/", Format: "csv"}, []http.HandlerFunc{say("<html>\n<body>,</body>\n")}, 0, "is not CSV"},
		{"CSV with an open quote", audit.Request{URL: "/", Format: "csv"}, []http.HandlerFunc{say("a,b\n1,\"2\n")}, 0, "is not CSV"},
		{"NDJSON with a broken line", audit.Request{URL: "/", Format: "ndjson"}, []http.HandlerFunc{say("{\"a\":1}\n{\"a\":\n")}, 0, "line 2: is not JSON"},
		{"NDJSON that changes its type", audit.Request{URL: "/", Format: "ndjson"}, []http.HandlerFunc{say("{\"a\":1}\n[1]\n")}, 0, "line 2: there is a list where records are expected, and there was an object before"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.request.Name, c.request.URL = "members", "{settings.base_url}"+c.request.URL
			got := newBench(c.request).collect(t, inTurn(c.answers...))
			wants(t, got, c.why)
			if got.Requests[0].Records != c.records {
				t.Errorf("%d records, want %d", got.Requests[0].Records, c.records)
			}
		})
	}
}

func graphqlAt(path string) audit.Request {
	q := graphql()
	q.URL, q.Total = path, ""
	return q
}

func linked(body, link string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", link)
		_, _ = io.WriteString(w, body)
	}
}

func TestAnAnswerPastTheTimeLimit(t *testing.T) {
	b := newBench(audit.Request{Name: "members", URL: "{settings.base_url}/m"}, audit.Request{Name: "teams", URL: "{settings.base_url}/t"})
	b.source.Limits.Seconds, b.source.Limits.Retries = 1, 1
	got := b.collect(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/m" {
			slow(w, r)
			return
		}
		_, _ = io.WriteString(w, `[{"id":1}]`)
	})
	wants(t, got, "gave no whole answer in 2 tries: there was no whole answer within 1s")
	if got.Requests[0].Retries != 1 || got.Requests[1].Records != 1 {
		t.Errorf("requests: %+v", got.Requests)
	}
}

func TestAPageOverTheLimit(t *testing.T) {
	b := newBench(audit.Request{Name: "members", URL: "{settings.base_url}/m"})
	item := []byte(`{"filler":"` + strings.Repeat("0123456789", 100_000) + `"},`)
	got := b.collect(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(append([]byte("["), bytes.Repeat(item, 70)...))
	})
	wants(t, got, "the answer is larger than 64 MB and was not kept: ask for smaller pages, or raise limits.page_mb of the source")
	if len(b.drawer) != 0 || len(got.Pages) != 0 {
		t.Errorf("%d pages kept", len(b.drawer))
	}
	b.source.Limits.PageMB = 1
	got = b.collect(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `"`+strings.Repeat("x", 1<<20-2)+`"`)
	})
	if len(b.drawer) != 1 {
		t.Errorf("a page of exactly the limit: %q", got.Why)
	}
}

func TestAServerThatIsNotThereIsLeftAlone(t *testing.T) {
	b := newBench(
		audit.Request{Name: "repos", URL: "{settings.base_url}/repos"},
		audit.Request{Name: "rules", URL: "{settings.base_url}/repos/{each.n}", Each: "repos"},
		audit.Request{Name: "teams", URL: "{settings.base_url}/teams"},
	)
	asked := map[string]int{}
	got := b.collect(t, func(w http.ResponseWriter, r *http.Request) {
		asked[r.URL.Path]++
		if r.URL.Path != "/repos" {
			fails(502)(w, r)
			return
		}
		var items []string
		for i := range 50 {
			items = append(items, fmt.Sprintf(`{"n":"%d"}`, i))
		}
		_, _ = io.WriteString(w, "["+strings.Join(items, ",")+"]")
	})
	wants(t, got, "answered 502 Bad Gateway, and so in 4 tries")
	wants(t, got, "and so for 2 records more; not asked: teams")
	if len(asked) != 4 || asked["/repos/2"] != 4 {
		t.Errorf("asked %v, want three records four times each", asked)
	}
}

func TestWaiting(t *testing.T) {
	reset := strconv.FormatInt(noon.Add(90*time.Second).Unix(), 10)
	for _, c := range []struct {
		name        string
		answer      http.HandlerFunc
		least, most time.Duration
	}{
		{"Retry-After in seconds", fails(429, "Retry-After", "30"), 30 * time.Second, 31 * time.Second},
		{"Retry-After as a date", fails(429, "Retry-After", "Mon, 30 Jun 2025 12:01:00 GMT"), time.Minute, 61 * time.Second},
		{"Retry-After of the past", fails(429, "Retry-After", "Mon, 30 Jun 2025 11:00:00 GMT"), time.Second / 2, time.Second},
		{"Retry-After that is nonsense", fails(429, "Retry-After", "soon"), time.Second / 2, time.Second},
		{"a reset at an instant", fails(429, "X-RateLimit-Reset", reset), 90 * time.Second, 91 * time.Second},
		{"another name of it", fails(429, "X-Rate-Limit-Reset", reset), 90 * time.Second, 91 * time.Second},
		{"a reset in seconds", fails(429, "RateLimit-Reset", "20"), 20 * time.Second, 21 * time.Second},
		{"the rate limit as a list", fails(429, "RateLimit", `"default";r=0;t=40`), 40 * time.Second, 41 * time.Second},
		{"forbidden, with nothing left", fails(403, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", reset), 90 * time.Second, 91 * time.Second},
		{"forbidden, for a while", fails(403, "Retry-After", "60"), time.Minute, 61 * time.Second},
		{"unavailable", fails(503), time.Second / 2, time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(audit.Request{Name: "members", URL: "{settings.base_url}/m"})
			got := b.collect(t, inTurn(c.answer, say(`[]`)))
			wants(t, got, "")
			if len(b.waits) != 1 || b.waits[0] < c.least || b.waits[0] > c.most || got.Pages[0].Tries != 2 {
				t.Errorf("waited %v, want once between %s and %s", b.waits, c.least, c.most)
			}
		})
	}
}

func TestBackoffDoubles(t *testing.T) {
	for try, most := range []time.Duration{1: time.Second, 2: 2 * time.Second, 3: 4 * time.Second, 7: time.Minute, 50: time.Minute} {
		if most == 0 {
			continue
		}
		for range 100 {
			if d := backoff(try); d < most/2 || d > most {
				t.Fatalf("backoff(%d) = %s, want between %s and %s", try, d, most/2, most)
			}
		}
	}
}

func TestTheRateLimit(t *testing.T) {
	b := newBench(audit.Request{Name: "members", URL: "{settings.base_url}/m", Paging: &audit.Paging{Kind: "page", Param: "p"}})
	b.source.Limits.PerMinute = 6
	got := b.collect(t, people(7).ServeHTTPAt("/page"))
	wants(t, got, "")
	if len(b.waits) != len(b.log)-1 || b.waits[0] < 9*time.Second {
		t.Errorf("asked %d times and waited %v, want about 10 s before each but the first", len(b.log), b.waits)
	}
}

// ServeHTTPAt answers as if another path was asked, whose page numbers begin at 0.
func (n people) ServeHTTPAt(path string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		r.URL.Path, r.URL.RawQuery = path, "page="+strconv.Itoa(number(q.Get("p"))+1)
		n.ServeHTTP(w, r)
	}
}

// An answer that repeats the secret would put it into the vault for ever.
func TestAnAnswerThatRepeatsTheSecret(t *testing.T) {
	b := newBench(audit.Request{Name: "members", URL: "{settings.base_url}/m"})
	b.source.Secrets = []audit.Setting{{Name: "token"}}
	b.source.Auth = &audit.Auth{Kind: "bearer", Secret: "token"}
	b.secrets = map[string]string{"token": "ghp_0123456789abcdef"}
	got := b.collect(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, `[{"authorization":%q}]`, r.Header.Get("Authorization"))
	})
	wants(t, got, "page 1 repeats a secret that was sent to the source, and was not kept")
	if len(b.drawer) != 0 {
		t.Error("the page was kept")
	}
}
