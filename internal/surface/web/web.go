// Package web is what a browser or a probe sees. It stands among the surfaces:
// it reads from the store and writes through stages. So far it answers probes
// only, and knows no person.
package web

import (
	"context"
	"net/http"
)

// Handler serves HTTP.
type Handler struct {
	Health func(ctx context.Context) error // nil when records can be read
}

// ServeHTTP answers GET /healthz: 200 when records can be read, 503 when not.
func (h Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", h.healthz)
	mux.ServeHTTP(w, r)
}

func (h Handler) healthz(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if err := h.Health(r.Context()); err != nil {
		http.Error(w, "records cannot be read", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ok\n")) // the prober has gone if this fails
}
