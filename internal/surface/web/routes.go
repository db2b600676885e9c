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
		{"POST /engagements/{engagement}/run", authority.DutyPerform, b.run},
		{"POST /engagements/{engagement}/advance", authority.DutyAdvance, b.advance},
		{"GET /engagements/{engagement}/controls", see, b.engagementControls},
		{"GET /engagements/{engagement}/requests", see, b.requests},
		{"POST /engagements/{engagement}/requests", authority.DutyRequest, b.ask},
		{"GET /engagements/{engagement}/requests/{code}", see, b.request},
		{"GET /engagements/{engagement}/requests/{code}/files/{number}", see, b.answerFile},
		{"POST /engagements/{engagement}/requests/{code}/respond", authority.DutyRespond, b.respond},
		{"POST /engagements/{engagement}/requests/{code}/say", authority.DutyRequest, b.say},
		{"POST /engagements/{engagement}/requests/{code}/comment", authority.DutyComment, b.comment},
		{"GET /engagements/{engagement}/intake", see, b.intakes},
		{"GET /engagements/{engagement}/intake/{id}", see, b.intake},
		{"POST /engagements/{engagement}/intake/{id}", authority.DutyAccept, b.decide},
		{"GET /engagements/{engagement}/samples", see, b.samples},
		{"POST /engagements/{engagement}/samples", authority.DutySample, b.draw},
		{"GET /engagements/{engagement}/samples/{id}", see, b.sample},
		{"POST /engagements/{engagement}/samples/{id}/release", authority.DutyRelease, b.release},
		{"GET /engagements/{engagement}/workpapers", see, b.workpapers},
		{"GET /engagements/{engagement}/workpapers/{code}", see, b.workpaper},
		{"POST /engagements/{engagement}/workpapers/{code}/marks", authority.DutyTest, b.mark},
		{"POST /engagements/{engagement}/workpapers/{code}/sign", authority.DutySignOff, b.signPaper},
		{"POST /engagements/{engagement}/workpapers/{code}/rerun", authority.DutyTest, b.rerun},
		{"POST /engagements/{engagement}/workpapers/{code}/notes", authority.DutyNote, b.notePaper},
		{"GET /engagements/{engagement}/deviations", see, b.deviations},
		{"GET /engagements/{engagement}/deviations/{code}", see, b.deviation},
		{"GET /engagements/{engagement}/conclusions", see, b.conclusions},
		{"POST /engagements/{engagement}/conclusions", authority.DutyOpine, b.conclude},
		{"GET /engagements/{engagement}/opinion", see, b.opinion},
		{"POST /engagements/{engagement}/opinion/sign", authority.DutySign, b.signOpinion},
		{"POST /engagements/{engagement}/opinion/concur", authority.DutyConcur, b.concur},
		{"POST /engagements/{engagement}/opinion/notes", authority.DutyNote, b.noteOpinion},
		{"GET /engagements/{engagement}/statements", see, b.statements},
		{"POST /engagements/{engagement}/statements", authority.DutyState, b.draft},
		{"GET /engagements/{engagement}/statements/{kind}", see, b.statement},
		{"POST /engagements/{engagement}/statements/{kind}/record", authority.DutyState, b.writeStatement},
		{"POST /engagements/{engagement}/statements/{kind}/sign", authority.DutyUndersign, b.signStatement},

		// Programme
		{"GET /programme", see, b.matrix},
		{"GET /criteria/{code}", see, b.criterion},
		{"GET /controls", see, b.controls},
		{"GET /controls/{code}", see, b.control},
		{"GET /scope", see, b.scopePage},
		{"GET /risks", see, b.risks},
		{"GET /plan", see, b.plan},
		{"GET /oversight", see, b.oversight},

		// Evidence
		{"GET /populations", see, b.populations},
		{"GET /populations/{id}", see, b.population},
		{"GET /populations/{id}/rows", see, b.rows},
		{"GET /populations/{id}/rejects", see, b.rejects},
		{"GET /import", authority.DutyCollect, b.bring},
		{"POST /import", authority.DutyCollect, b.receiveDrop},
		{"GET /import/{drop}", authority.DutyCollect, b.mapping},
		{"POST /import/{drop}", authority.DutyCollect, b.remap},
		{"POST /import/{drop}/keep", authority.DutyCollect, b.keepDrop},
		{"POST /import/{drop}/away", authority.DutyCollect, b.throwAway},
		{"GET /collections", see, b.collections},
		{"GET /connections", see, b.connections},

		// Testing
		{"GET /procedures", see, b.procedures},
		{"GET /procedures/{id}", see, b.procedure},
		{"POST /procedures/{id}/perform", authority.DutyPerform, b.perform},
		{"GET /jobs/{job}", see, b.job},
		{"GET /jobs/{job}/events", see, b.jobEvents},
		{"GET /exceptions", see, b.flaggedList},
		{"GET /exceptions/{engagement}/{procedure}", see, b.explorer},
		{"GET /exceptions/{engagement}/{procedure}/csv", see, b.exportExceptions},
		{"POST /exceptions/{engagement}/{procedure}", judge, b.dispose},

		// Hand over
		{"GET /reports", see, b.reports},
		{"GET /reports/{engagement}", see, b.reportPDF},
		{"GET /reports/{engagement}/check", see, b.checklist},
		{"POST /reports/{engagement}/draft", authority.DutyReport, b.draftReport},
		{"POST /reports/{engagement}/issue", authority.DutyReport, b.issue},
		{"GET /verify", see, b.verifying},
		{"POST /verify", see, b.verify},
		{"GET /trail", see, b.trail},
		{"GET /trail/{sequence}", see, b.leaf},
		{"GET /checkpoint", see, b.checkpoint},
		{"GET /bundle", see, b.bundle},

		// Settings
		{"GET /settings", see, b.settings},
		{"POST /settings/credentials", authority.DutyCollect, b.setCredential},
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
