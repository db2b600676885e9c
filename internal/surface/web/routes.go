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
		{"GET /engagements/{engagement}/controls", see, b.engagementControls},
		{"GET /engagements/{engagement}/requests", see, b.requests},
		{"GET /engagements/{engagement}/requests/{code}", see, b.request},
		{"GET /engagements/{engagement}/requests/{code}/files/{number}", see, b.answerFile},
		{"POST /engagements/{engagement}/requests/{code}/respond", authority.DutyRespond, b.respond},
		{"POST /engagements/{engagement}/requests/{code}/say", authority.DutyRequest, b.say},
		{"POST /engagements/{engagement}/requests/{code}/comment", authority.DutyComment, b.comment},
		{"GET /engagements/{engagement}/intake", see, b.intakes},
		{"GET /engagements/{engagement}/intake/{id}", see, b.intake},
		{"GET /engagements/{engagement}/samples", see, b.samples},
		{"GET /engagements/{engagement}/samples/{id}", see, b.sample},
		{"GET /engagements/{engagement}/workpapers", see, b.workpapers},
		{"GET /engagements/{engagement}/workpapers/{code}", see, b.workpaper},
		{"POST /engagements/{engagement}/workpapers/{code}/marks", authority.DutyTest, b.mark},
		{"GET /engagements/{engagement}/deviations", see, b.deviations},
		{"GET /engagements/{engagement}/deviations/{code}", see, b.deviation},
		{"GET /engagements/{engagement}/conclusions", see, b.conclusions},
		{"GET /engagements/{engagement}/opinion", see, b.opinion},
		{"GET /engagements/{engagement}/statements", see, b.statements},
		{"GET /engagements/{engagement}/statements/{kind}", see, b.statement},

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

// peopleRoutes are those of the people's page, which a desk has and a door has not.
func (b *bench) peopleRoutes() []route {
	return []route{
		{"GET /people", see, b.people},
		{"POST /people/invite", see, b.invite},
		{"POST /people/withdraw", see, b.withdraw},
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
	mux.Handle("/", b.inside())
	return headers(http.NewCrossOriginProtection().Handler(mux)), err
}

// inside is what is behind the desk or the door, with the ways in.
func (b *bench) inside() http.Handler {
	mux := http.NewServeMux()
	all := b.routes()
	if b.Door != nil {
		mux.HandleFunc("GET /signin", b.signin)
		mux.HandleFunc("POST /signin", b.enter)
		mux.HandleFunc("POST /signout", b.leave)
	}
	if b.Desk != nil {
		for pattern, handle := range b.desk() {
			mux.HandleFunc(pattern, b.visited(handle))
		}
		for pattern, handle := range b.own() {
			mux.HandleFunc(pattern, b.owned(handle))
		}
		all = append(all, b.peopleRoutes()...)
	}
	for _, x := range all {
		mux.HandleFunc(x.pattern, b.guarded(x))
	}
	mux.HandleFunc("/", b.guarded(route{duty: see, handle: func(*call) error { return errNoPage }}))
	if b.Desk == nil {
		return mux
	}
	return b.Desk.Load(mux)
}
