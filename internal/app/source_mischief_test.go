package app

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"tickmark/catalog"
	"tickmark/internal/audit"
)

// deed answers a request that is asked for the time-th time, or has the case's
// own server do it.
type deed func(w http.ResponseWriter, r *http.Request, time int, serve http.Handler)

// mischief stands before the server of a case and misbehaves at the n-th
// request that is asked for the first time, or at all of them when n is 0.
type mischief struct {
	n    int
	does deed

	mu    sync.Mutex
	times map[string]int // how often each request was asked
	order map[string]int // at which place it was asked first
}

func (m *mischief) before(serve http.Handler) http.Handler {
	m.times, m.order = map[string]int{}, map[string]int{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if strings.Contains(string(body), "grant_type=") { // a token is asked for in more than one way
			serve.ServeHTTP(w, r)
			return
		}
		key := r.Method + r.URL.RequestURI() + string(body)
		m.mu.Lock()
		if m.times[key]++; m.times[key] == 1 {
			m.order[key] = len(m.order) + 1
		}
		time, place := m.times[key], m.order[key]
		m.mu.Unlock()
		if m.n == 0 || m.n == place {
			m.does(w, r, time, serve)
			return
		}
		serve.ServeHTTP(w, r)
	})
}

// throttleAndDrop refuses the first time, breaks the connection in the middle
// of the answer the second time, fails the third time, and then answers.
func throttleAndDrop(w http.ResponseWriter, r *http.Request, time int, serve http.Handler) {
	switch time {
	case 1:
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
	case 2:
		w.Header().Set("Content-Length", "100000")
		_, _ = io.WriteString(w, `[{"id": 1`)
		panic(http.ErrAbortHandler) // closes the connection
	case 3:
		w.WriteHeader(http.StatusBadGateway)
	default:
		serve.ServeHTTP(w, r)
	}
}

// html answers a page for people where data was asked for.
func html(w http.ResponseWriter, _ *http.Request, _ int, _ http.Handler) {
	w.Header().Set("Content-Type", "text/html")
	_, _ = io.WriteString(w, "<!DOCTYPE html><html><body>Sign in to continue</body></html>")
}

// otherType answers a text where records were asked for.
func otherType(w http.ResponseWriter, _ *http.Request, _ int, _ http.Handler) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `"maintenance"`)
}

// eachCase calls try with the first complete case of every shipped source over HTTP.
func eachCase(t *testing.T, try func(t *testing.T, c *catalog.Catalog, k KnownSource, sc catalog.SourceCase)) {
	t.Helper()
	c, all := knownSources(t, "nowhere")
	for _, id := range slices.Sorted(maps.Keys(all)) {
		k := all[id]
		i := slices.IndexFunc(k.Cases, func(sc catalog.SourceCase) bool { return sc.Complete && len(sc.Exchanges) > 0 })
		if i < 0 {
			continue
		}
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			try(t, c, k, k.Cases[i])
		})
	}
}

// However often a provider throttles and drops, the rows are the same.
func TestShippedSourcesEndureAThrottlingProvider(t *testing.T) {
	eachCase(t, func(t *testing.T, c *catalog.Catalog, k KnownSource, sc catalog.SourceCase) {
		m := &mischief{does: throttleAndDrop}
		x := &trial{config: smallConfig(), known: c, source: k, sc: sc, before: m.before}
		if err := x.run(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, f := range x.result.Faults {
			t.Error(f)
		}
		for key, times := range m.times {
			if times < 4 {
				t.Errorf("%s was asked %d times; it was to be thrown back three times", key, times)
			}
		}
	})
}

// A provider that answers something else at any one place makes the collection
// incomplete.
func TestShippedSourcesSayWhenAProviderAnswersSomethingElse(t *testing.T) {
	eachCase(t, func(t *testing.T, _ *catalog.Catalog, k KnownSource, sc catalog.SourceCase) {
		for name, does := range map[string]deed{"HTML with status 200": html, "another type": otherType} {
			for n, asked := 1, 1; n <= asked; n++ {
				m := &mischief{n: n, does: does}
				faults := gathered(t, k, sc, m)
				asked = max(asked, len(m.order))
				if !strings.Contains(faults, "the collection is incomplete: ") {
					t.Errorf("%s at request %d: %q; want it incomplete", name, n, faults)
				}
			}
		}
	})
}

func gathered(t *testing.T, k KnownSource, sc catalog.SourceCase, m *mischief) (faults string) {
	t.Helper()
	x := &trial{config: smallConfig(), source: k, sc: sc, before: m.before, dir: t.TempDir()}
	if err := x.gather(t.Context()); err != nil {
		t.Fatal(err)
	}
	return strings.Join(x.result.Faults, "\n")
}

// A provider that counts one record more than it gives makes the collection
// incomplete, where the source asks for its count.
func TestShippedSourcesHoldTotalsAgainstWhatCame(t *testing.T) {
	count := regexp.MustCompile(`("(?:total_count|total|totalCount|@odata\.count)": *)([0-9]+)`)
	eachCase(t, func(t *testing.T, _ *catalog.Catalog, k KnownSource, sc catalog.SourceCase) {
		lies := 0
		m := &mischief{does: func(w http.ResponseWriter, r *http.Request, _ int, serve http.Handler) {
			rec := httptest.NewRecorder()
			serve.ServeHTTP(rec, r)
			body := count.ReplaceAllStringFunc(rec.Body.String(), func(s string) string {
				lies++
				parts := count.FindStringSubmatch(s)
				n, _ := strconv.Atoi(parts[2])
				return parts[1] + strconv.Itoa(n+1)
			})
			maps.Copy(w.Header(), rec.Header())
			if n, err := strconv.Atoi(rec.Header().Get("X-Total")); err == nil {
				lies++
				w.Header().Set("X-Total", strconv.Itoa(n+1))
			}
			w.WriteHeader(rec.Code)
			_, _ = io.WriteString(w, body)
		}}
		faults := gathered(t, k, sc, m)
		counted := slices.ContainsFunc(k.Requests, func(r audit.Request) bool { return r.Total != "" })
		if counted && lies == 0 {
			t.Error("the source asks for a total, and no answer of the case states one")
		}
		if counted && !strings.Contains(faults, "the collection is incomplete: ") {
			t.Errorf("%q; want it incomplete", faults)
		}
	})
}

// A provider that gives the first page again where the next was asked for makes
// the collection incomplete.
func TestShippedSourcesNoticeAPageThatComesAgain(t *testing.T) {
	eachCase(t, func(t *testing.T, _ *catalog.Catalog, k KnownSource, sc catalog.SourceCase) {
		var given []*httptest.ResponseRecorder
		again := 0
		m := &mischief{does: func(w http.ResponseWriter, r *http.Request, _ int, serve http.Handler) {
			rec := httptest.NewRecorder()
			if i := slices.IndexFunc(given, func(g *httptest.ResponseRecorder) bool { return names(k, g, r) }); i >= 0 {
				again++
				rec = given[i]
			} else {
				serve.ServeHTTP(rec, r)
				given = append(given, rec)
			}
			maps.Copy(w.Header(), rec.Header())
			w.WriteHeader(rec.Code)
			_, _ = w.Write(rec.Body.Bytes())
		}}
		faults := gathered(t, k, sc, m)
		if chained := chains(t, k, sc); chained != (again > 0) {
			t.Errorf("pages came again %d times; that the case has chains of pages is %t", again, chained)
		}
		if again > 0 && !strings.Contains(faults, "the collection is incomplete: ") {
			t.Errorf("%q; want it incomplete", faults)
		}
	})
}

// chains reports whether the case has a page that names the next one.
func chains(t *testing.T, k KnownSource, sc catalog.SourceCase) bool {
	t.Helper()
	x := &trial{config: smallConfig(), source: k, sc: sc, dir: t.TempDir()}
	if err := x.gather(t.Context()); err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(x.pages, func(p audit.PageProof) bool {
		i := slices.IndexFunc(k.Requests, func(r audit.Request) bool { return r.Name == p.Request })
		how := k.Requests[i].Paging
		return p.Next != "" && how != nil && slices.Contains([]string{"link", "url", "cursor"}, how.Kind)
	})
}

// names reports whether an answer named this request as the next page: by its
// address, or by a cursor.
func names(k KnownSource, given *httptest.ResponseRecorder, r *http.Request) bool {
	said := given.Header().Get("Link") + given.Body.String()
	if strings.Contains(strings.ReplaceAll(said, "{server}", ""), r.URL.RequestURI()+">; rel=\"next") || strings.Contains(said, "http://"+r.Host+r.URL.RequestURI()+`"`) {
		return true
	}
	for _, q := range k.Requests {
		if q.Paging == nil || q.Paging.Kind != "cursor" {
			continue
		}
		if cursor := r.URL.Query().Get(q.Paging.Param); cursor != "" && strings.Contains(said, cursor) {
			return true
		}
	}
	return false
}
