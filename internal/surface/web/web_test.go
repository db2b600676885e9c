package web

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestProbes(t *testing.T) {
	well := Handler{Health: func(context.Context) error { return nil }}
	ill := Handler{Health: func(context.Context) error { return errors.New("dial tcp 10.0.0.7: secret detail") }}
	for _, c := range []struct {
		name, method, path string
		h                  Handler
		status             int
		body               string
	}{
		{"records can be read", http.MethodGet, "/healthz", well, http.StatusOK, "ok\n"},
		{"for a probe that wants no body", http.MethodHead, "/healthz", well, http.StatusOK, "ok\n"},
		{"records cannot be read, and the reason stays inside", http.MethodGet, "/healthz", ill, http.StatusServiceUnavailable, "records cannot be read\n"},
		{"only GET", http.MethodPost, "/healthz", well, http.StatusMethodNotAllowed, "Method Not Allowed\n"},
		{"nothing else yet", http.MethodGet, "/", well, http.StatusNotFound, "404 page not found\n"},
		{"nothing below it", http.MethodGet, "/healthz/more", well, http.StatusNotFound, "404 page not found\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			c.h.ServeHTTP(w, httptest.NewRequest(c.method, c.path, nil))
			if w.Code != c.status || w.Body.String() != c.body {
				t.Errorf("got %d %q, want %d %q", w.Code, w.Body.String(), c.status, c.body)
			}
			if c.path == "/healthz" && c.method == http.MethodGet && w.Header().Get("Cache-Control") != "no-store" && c.status == http.StatusOK {
				t.Error("a probe's answer may be cached")
			}
		})
	}
}
