package app

import (
	"net/http"
	"strings"
	"testing"

	"tickmark/catalog"
	"tickmark/internal/connector"
)

// checked checks the permissions of a source at the server of a case.
func checked(t *testing.T, k KnownSource, sc catalog.SourceCase, m *mischief) (connector.Permissions, error) {
	t.Helper()
	server, err := serveCase(t.Context(), k, sc, m.before)
	if err != nil {
		t.Fatal(err)
	}
	defer server.verdict() // that not all was asked is no fault here
	given := map[string]string{}
	for name := range bases(k.Source) {
		given[name] = server.url
	}
	for name, value := range sc.Settings {
		given[name] = server.here(value)
	}
	x := &trial{source: k, sc: sc, dir: t.TempDir()}
	if x.set, err = connector.Settings(k.Source, given); err != nil {
		t.Fatal(err)
	}
	return connector.Check(t.Context(), x.job())
}

// Where a provider tells no permissions, the requests of the shipped source are
// tried: all of them are answered, and the one that is refused is missing.
func TestShippedSourcesAreTriedWhereNothingIsTold(t *testing.T) {
	tried := 0
	c, all := knownSources(t, "nowhere")
	for _, k := range all {
		if k.Transport == "http" && k.Check == nil {
			tried++
		}
	}
	if tried < 10 || len(c.Sources) < tried {
		t.Fatalf("%d sources declare no check", tried)
	}
	eachCase(t, func(t *testing.T, _ *catalog.Catalog, k KnownSource, sc catalog.SourceCase) {
		if k.Check != nil {
			return
		}
		serve := func(w http.ResponseWriter, r *http.Request, _ int, serve http.Handler) { serve.ServeHTTP(w, r) }
		p, err := checked(t, k, sc, &mischief{does: serve})
		if err != nil || len(p.Missing) > 0 || len(p.Granted) == 0 {
			t.Errorf("%+v, %v", p, err)
		}
		for _, why := range p.Untold {
			if !strings.HasPrefix(why, "what more ") && !strings.HasSuffix(why, " holds no record to ask it for") {
				t.Errorf("not told: %s", why)
			}
		}
		forbid := func(w http.ResponseWriter, _ *http.Request, _ int, _ http.Handler) {
			w.WriteHeader(http.StatusForbidden)
		}
		p, err = checked(t, k, sc, &mischief{n: 1, does: forbid})
		if err != nil || len(p.Missing) == 0 || !strings.HasPrefix(p.Missing[0], "request "+k.Requests[0].Name+": ") {
			t.Errorf("the first request is refused: %+v, %v", p, err)
		}
	})
}
