package web

import (
	"errors"
	"net/http"

	"tickmark/internal/method/authority"
	"tickmark/internal/surface/web/asset"
)

// route is one address with the duty that its caller must hold, and the page.
type route struct {
	pattern string
	duty    authority.Duty
	handle  func(c *call) error
}

const (
	see   = authority.DutyRead
	judge = authority.DutyJudge
)

// routes are all addresses that a session opens, by screen. What nobody needs a
// session for is in New.
func (b *bench) routes() []route {
	return []route{
		// Home
		{"GET /{$}", see, b.home},
		{"GET /search", see, b.search},
		{"GET /search/found", see, b.found},

		// Engagements
		{"GET /engagements", see, b.engagements},
		{"GET /engagements/{engagement}", see, b.engagement},

		// Programme
		{"GET /programme", see, b.matrix},
		{"GET /criteria/{code}", see, b.criterion},
		{"GET /controls", see, b.controls},
		{"GET /controls/{code}", see, b.control},

		// Evidence
		{"GET /populations", see, b.populations},
		{"GET /populations/{id}", see, b.population},
		{"GET /populations/{id}/rows", see, b.rows},
		{"GET /populations/{id}/rejects", see, b.rejects},
		{"GET /collections", see, b.collections},
		{"GET /connections", see, b.connections},

		// Testing
		{"GET /procedures", see, b.procedures},
		{"GET /procedures/{id}", see, b.procedure},
		{"GET /exceptions", see, b.flaggedList},
		{"GET /exceptions/{engagement}/{procedure}", see, b.explorer},
		{"GET /exceptions/{engagement}/{procedure}/csv", see, b.exportExceptions},
		{"POST /exceptions/{engagement}/{procedure}", judge, b.dispose},

		// Hand over
		{"GET /reports", see, b.reports},
		{"GET /reports/{engagement}", see, b.reportPDF},
		{"GET /trail", see, b.trail},
		{"GET /trail/{sequence}", see, b.leaf},
		{"GET /checkpoint", see, b.checkpoint},
		{"GET /bundle", see, b.bundle},
	}
}

// New is the workbench as one handler. A binary without assets serves plain
// pages, and the error says so.
func New(w Workbench) (http.Handler, error) {
	b := &bench{Workbench: w, views: map[string]*view{}, pages: map[string]rowsPage{}}
	var err error
	if b.files, err = asset.Load(); err != nil && !errors.Is(err, asset.ErrNotBuilt) {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", b.healthz)
	mux.Handle("GET "+asset.Prefix, b.files)
	mux.HandleFunc("GET /favicon.svg", favicon)
	mux.HandleFunc("POST /theme", b.theme)
	if w.Door != nil {
		mux.HandleFunc("GET /signin", b.signin)
		mux.HandleFunc("POST /signin", b.enter)
		mux.HandleFunc("POST /signout", b.leave)
	}
	for _, x := range b.routes() {
		mux.HandleFunc(x.pattern, b.guarded(x))
	}
	mux.HandleFunc("/", b.guarded(route{duty: see, handle: func(*call) error { return errNoPage }}))
	return headers(http.NewCrossOriginProtection().Handler(mux)), err
}
