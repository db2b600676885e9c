package connector

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

// noon is the clock of the tests.
var noon = time.Date(2025, 6, 30, 12, 0, 0, 0, time.UTC)

// drawer is a vault in memory.
type drawer map[audit.Digest]string

func (s drawer) keep(_ context.Context, page []byte) (audit.Digest, error) {
	d := audit.DigestOf(page)
	s[d] = string(page)
	return d, nil
}

func (s drawer) read(_ context.Context, d audit.Digest) ([]byte, error) {
	page, ok := s[d]
	if !ok {
		return nil, errors.New("not on the drawer")
	}
	return []byte(page), nil
}

// bench is a collection from a real server that answers as a test wants.
type bench struct {
	source  audit.Source
	secrets map[string]string
	drawer  drawer
	waits   []time.Duration // that the collection asked for
	log     []string        // what the server was asked
}

func newBench(requests ...audit.Request) *bench {
	return &bench{drawer: drawer{}, source: audit.Source{
		ID: "test", Transport: "http", Settings: []audit.Setting{{Name: "base_url"}, {Name: "organization"}},
		Limits: audit.Limits{PerMinute: 60_000, Retries: 3, Seconds: 20}, Requests: requests,
	}}
}

// job is the collection from a server at url, which waits for nothing.
func (b *bench) job(url string) Job {
	return Job{
		Source: b.source, Settings: map[string]string{"base_url": url, "organization": "acme"},
		Window: audit.Period{From: "2025-01-01", To: "2025-06-30"},
		Keep:   b.drawer.keep, Read: b.drawer.read, Now: func() time.Time { return noon },
		Sleep: func(ctx context.Context, d time.Duration) error {
			if d >= time.Second/2 { // shorter ones keep the rate limit
				b.waits = append(b.waits, d)
			}
			return ctx.Err()
		},
		Secret: func(name string) (string, error) {
			if s, ok := b.secrets[name]; ok {
				return s, nil
			}
			return "", errors.New("not set")
		},
		Reseal: func(name, old, value string) error {
			if b.secrets[name] != old {
				return errors.New("set anew")
			}
			b.secrets[name] = value
			return nil
		},
	}
}

func (b *bench) serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		b.log = append(b.log, strings.TrimSpace(r.Method+" "+r.URL.RequestURI()+" "+string(body)))
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	return server
}

func (b *bench) collect(t *testing.T, handler http.HandlerFunc) Collected {
	t.Helper()
	c, err := Collect(t.Context(), b.job(b.serve(t, handler).URL))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// say answers with a text.
func say(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, text)
	}
}

// inTurn answers the first request with the first handler, and every one after
// the last with the last.
func inTurn(handlers ...http.HandlerFunc) http.HandlerFunc {
	n := 0
	return func(w http.ResponseWriter, r *http.Request) {
		n++
		handlers[min(n, len(handlers))-1](w, r)
	}
}

// wants compares the reason for being incomplete: "" for complete, otherwise a
// part of it.
func wants(t *testing.T, c Collected, why string) {
	t.Helper()
	if (why == "") != (c.Why == "") || !strings.Contains(c.Why, why) {
		t.Errorf("incomplete because %q, want %q", c.Why, why)
	}
}

func TestEveryPageIsKeptWithItsProof(t *testing.T) {
	b := newBench(audit.Request{
		Name: "members", URL: "{settings.base_url}/orgs/{settings.organization}/members?since={window.start}", Records: "items", Total: "total",
		Paging: &audit.Paging{Kind: "cursor", Param: "after", Next: "next"},
	})
	server := b.serve(t, inTurn(say(`{"items":[{"id":1},{"id":2}],"total":3,"next":"p2"}`), say(`{"items":[{"id":3}],"total":3,"next":null}`)))
	heard := ""
	j := b.job(server.URL)
	j.Progress = func(request string, pages, records int64) { heard += fmt.Sprintf("%s %d %d;", request, pages, records) }
	got, err := Collect(t.Context(), j)
	if err != nil {
		t.Fatal(err)
	}
	first := `{"items":[{"id":1},{"id":2}],"total":3,"next":"p2"}`
	second := `{"items":[{"id":3}],"total":3,"next":null}`
	ask := server.URL + "/orgs/acme/members?since=2025-01-01T00%3A00%3A00Z"
	want := Collected{
		Requests: []audit.Asked{{
			Name: "members", Text: "GET " + server.URL + "/orgs/acme/members?since=2025-01-01T00:00:00Z",
			Pages: 2, Records: 3, Total: "3", Chain: "unbroken",
		}},
		Pages: []audit.PageProof{
			{Request: "members", Number: 1, Text: "GET " + ask, Status: 200, Digest: audit.DigestOf([]byte(first)), Size: int64(len(first)), Records: 2, Next: "p2", Tries: 1, At: "2025-06-30T12:00:00Z"},
			{Request: "members", Number: 2, Text: "GET " + ask + "&after=p2", Status: 200, Digest: audit.DigestOf([]byte(second)), Size: int64(len(second)), Records: 1, Tries: 1, At: "2025-06-30T12:00:00Z"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if b.drawer[got.Pages[1].Digest] != second {
		t.Error("the second page is not kept as it was received")
	}
	if heard != "members 1 2;members 2 3;" {
		t.Errorf("heard %q", heard)
	}
}

func TestARequestForEachRecordOfAnother(t *testing.T) {
	b := newBench(
		audit.Request{Name: "repos", URL: "{settings.base_url}/repos"},
		audit.Request{
			Name: "rules", URL: "{settings.base_url}/repos/{each.name}/rules?branch={each.default.branch}", Each: "repos",
			Where: map[string]string{"archived": "false", "id": "9007199254740993"}, Absent: []int{404},
		},
	)
	got := b.collect(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/repos":
			_, _ = io.WriteString(w, `[
				{"name":"a","archived":false,"id":9007199254740993,"default":{"branch":"main"}},
				{"name":"b","archived":true, "id":9007199254740993,"default":{"branch":"main"}},
				{"name":"c","archived":false,"id":9007199254740992,"default":{"branch":"main"}},
				{"name":"d/e","archived":false,"id":9007199254740993,"default":{"branch":"x&y=1"}}]`)
		case "/repos/a/rules":
			_, _ = io.WriteString(w, `[{"type":"pull_request"},{"type":"deletion"}]`)
		default:
			http.Error(w, `{"message":"Not Found"}`, http.StatusNotFound)
		}
	})
	wants(t, got, "")
	asked := []string{"GET /repos", "GET /repos/a/rules?branch=main", "GET /repos/d%2Fe/rules?branch=x%26y%3D1"}
	if diff := cmp.Diff(asked, b.log); diff != "" {
		t.Errorf("asked: -want +got\n%s", diff)
	}
	rules := got.Requests[1]
	if rules.Pages != 2 || rules.Records != 2 {
		t.Errorf("rules: %d pages with %d records, want 2 with 2", rules.Pages, rules.Records)
	}
	last := got.Pages[2]
	if last.Status != 404 || last.Records != 0 || last.Number != 2 || last.Each != `{"name":"d/e","archived":false,"id":9007199254740993,"default":{"branch":"x&y=1"}}` {
		t.Errorf("the answer that there is none: %+v", last)
	}
}

// One record for which the source refuses to answer does not hide the others,
// and is not forgotten.
func TestOneOfManyFails(t *testing.T) {
	b := newBench(
		audit.Request{Name: "repos", URL: "{settings.base_url}/repos"},
		audit.Request{Name: "rules", URL: "{settings.base_url}/repos/{each.name}", Each: "repos"},
		audit.Request{Name: "teams", URL: "{settings.base_url}/teams"},
	)
	got := b.collect(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/repos":
			_, _ = io.WriteString(w, `[{"name":"a"},{"name":"b"},{"name":"c"},{"name":"d"}]`)
		case "/repos/b", "/repos/c":
			http.Error(w, `{"message":"Must have admin rights"}`, http.StatusForbidden)
		default:
			_, _ = io.WriteString(w, `[{"x":"`+r.URL.Path+`"}]`)
		}
	})
	wants(t, got, `rules: page 2: GET `)
	wants(t, got, `/repos/b answered 403 Forbidden: the page begins "{\"message\":\"Must have admin rights\"}" (asked for the record {"name":"b"}); and so for 1 record more`)
	if got.Requests[1].Records != 2 || got.Requests[2].Records != 1 || got.Requests[2].Why != "" {
		t.Errorf("requests: %+v", got.Requests)
	}
}

func TestWhatAnEachRecordHoldsCannotLeadElsewhere(t *testing.T) {
	for _, c := range []struct{ name, asked, why string }{
		{"plain", "/repos/plain/x?n=plain", ""},
		{"a?admin=1", "/repos/a%3Fadmin=1/x?n=a%3Fadmin%3D1", ""},
		{"a#b", "/repos/a%23b/x?n=a%23b", ""},
		{"@evil.example", "/repos/@evil.example/x?n=%40evil.example", ""},
		{"//evil.example/", "/repos/%2F%2Fevil.example%2F/x?n=%2F%2Fevil.example%2F", ""},
		{"a&n=b", "/repos/a&n=b/x?n=a%26n%3Db", ""},
		{"100%", "/repos/100%25/x?n=100%25", ""},
		{"two words\r\nX: y", "/repos/two%20words%0D%0AX:%20y/x?n=two+words%0D%0AX%3A+y", ""},
		{"..", "", `{each.name} is "..", which would lead to another path`},
		{"../../admin", "", "which would lead to another path"},
		{`..\admin`, "", "which would lead to another path"},
		{"a/./b", "", "which would lead to another path"},
		{"", "", "{each.name} is empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(
				audit.Request{Name: "repos", URL: "{settings.base_url}/repos"},
				audit.Request{Name: "rules", URL: "{settings.base_url}/repos/{each.name}/x?n={each.name}", Each: "repos"},
			)
			got := b.collect(t, inTurn(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = fmt.Fprintf(w, `[{"name":%q}]`, c.name)
			}, say(`[]`)))
			wants(t, got, c.why)
			if asked := strings.TrimPrefix(strings.Join(b.log[1:], " "), "GET "); asked != c.asked {
				t.Errorf("asked %q, want %q", asked, c.asked)
			}
		})
	}
}

func TestSettings(t *testing.T) {
	s := audit.Source{ID: "aws", Settings: []audit.Setting{
		{Name: "region", Meaning: "where", Values: []string{"eu-west-1", "us-east-1"}},
		{Name: "ec2_url", Default: "https://ec2.{settings.region}.amazonaws.com"},
		{Name: "note", Optional: true},
	}}
	got, err := Settings(s, map[string]string{"region": "eu-west-1"})
	want := map[string]string{"region": "eu-west-1", "ec2_url": "https://ec2.eu-west-1.amazonaws.com", "note": ""}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v, -want +got\n%s", err, diff)
	}
	for _, c := range []struct {
		given map[string]string
		want  string
	}{
		{map[string]string{}, "setting region is missing (where)"},
		{map[string]string{"region": "mars"}, `setting region is "mars": give one of eu-west-1, us-east-1`},
		{map[string]string{"region": "us-east-1", "regoin": "x"}, "setting regoin is not known to source aws"},
	} {
		if _, err := Settings(s, c.given); err == nil || err.Error() != c.want {
			t.Errorf("Settings(%v): %v, want %q", c.given, err, c.want)
		}
	}
}

func TestWhatIsNoFaultOfTheSourceIsAnError(t *testing.T) {
	request := audit.Request{Name: "members", URL: "{settings.base_url}/members"}
	t.Run("a page that cannot be kept", func(t *testing.T) {
		b := newBench(request)
		j := b.job(b.serve(t, say(`[]`)).URL)
		full := errors.New("no space left")
		j.Keep = func(context.Context, []byte) (audit.Digest, error) { return "", full }
		if _, err := Collect(t.Context(), j); !errors.Is(err, full) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a context that is over", func(t *testing.T) {
		b := newBench(request)
		ctx, cancel := context.WithCancel(t.Context())
		j := b.job(b.serve(t, func(http.ResponseWriter, *http.Request) { cancel() }).URL)
		if _, err := Collect(ctx, j); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a source that cannot be used", func(t *testing.T) {
		b := newBench(audit.Request{Name: "members", URL: "https://example.com/"})
		if _, err := Collect(t.Context(), b.job("http://127.0.0.1")); err == nil || !strings.Contains(err.Error(), "must begin with a setting") {
			t.Errorf("got %v", err)
		}
	})
}

func TestTheLimitOfPages(t *testing.T) {
	b := newBench(
		audit.Request{Name: "members", URL: "{settings.base_url}/members", Paging: &audit.Paging{Kind: "page", Param: "page", First: 1}},
		audit.Request{Name: "teams", URL: "{settings.base_url}/teams"},
	)
	b.source.Limits.Pages = 3
	got := b.collect(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, `[{"n":"`+r.URL.RawQuery+`"}]`) })
	wants(t, got, "members: the limit of 3 pages was reached: raise limits.pages of the source when there is that much; not asked: teams")
	if len(got.Pages) != 3 || got.Requests[1].Why != "not asked" {
		t.Errorf("%d pages, then %+v", len(got.Pages), got.Requests[1])
	}
}
