package web

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"net/http"
	"strings"
	"sync"

	"github.com/a-h/templ"

	"tickmark/internal/audit"
	"tickmark/internal/engine/identity"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
	"tickmark/internal/surface/web/asset"
	"tickmark/internal/surface/web/page"
)

// policy lets a page load what this server serves and nothing else, run no text
// as a script or a style, and be shown in no frame.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// maxForm is the size of the largest form that is read.
const maxForm = 4 << 20

func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if r.TLS != nil {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		r.Body = http.MaxBytesReader(w, r.Body, largest(r))
		next.ServeHTTP(w, r)
	})
}

// bench answers requests.
type bench struct {
	Workbench
	files asset.Files
	mu    sync.Mutex
	views map[string]*view    // by person
	pages map[string]rowsPage // of populations, which never change
	cases lazy[map[string][]audit.Case]
	jobs  jobs
	drops drops
}

// call is one request of one person who may make it.
type call struct {
	w      http.ResponseWriter
	r      *http.Request
	person audit.Person
	*view
	status int    // of the answer; 200 when 0
	fault  string // why nothing was recorded
}

// guarded lets in whoever holds the route's duty, and shows what went wrong.
func (b *bench) guarded(x route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		p, err := b.Callers.Person(r)
		if err != nil {
			b.outside(w, r, err)
			return
		}
		v, err := b.look(r.Context(), p)
		if err == nil {
			err = v.may(r.Context(), x.duty)
		}
		c := &call{w: w, r: r, person: p, view: v}
		if err == nil {
			err = readForm(r)
		}
		if err == nil {
			err = x.handle(c)
		}
		if err != nil {
			b.fault(c, err)
		}
	}
}

// problem is an error that its reader can do something about.
type problem struct {
	status int
	title  string
	text   string
}

func (p problem) Error() string { return p.title + ": " + p.text }

var errNoPage = problem{http.StatusNotFound, "There is nothing here", "The address may be misspelt, or what it named is not described any more."}

// outside answers whoever is not let in: where there is a desk, a reader is led
// to it.
func (b *bench) outside(w http.ResponseWriter, r *http.Request, err error) {
	reads := r.Method == http.MethodGet && r.Header.Get("Authorization") == ""
	switch {
	case errors.Is(err, identity.ErrNobody) && b.Desk == nil:
		b.refuse(w, r)
	case errors.Is(err, identity.ErrNobody) && reads:
		http.Redirect(w, r, address("/sign-in", "next", r.URL.RequestURI()), http.StatusSeeOther)
	case errors.Is(err, identity.ErrSecondFactor) && reads:
		http.Redirect(w, r, address("/sign-in/next", "next", r.URL.RequestURI()), http.StatusSeeOther)
	case errors.Is(err, authority.ErrRefused):
		n := page.Notice{Status: http.StatusForbidden, Text: err.Error(), Next: page.Link{Text: "Your account", Href: "/account"}}
		n.Frame = b.bare(r, "You have no role here")
		b.write(w, r, n.Status, n.Write())
	default:
		b.sorry(w, r, err)
	}
}

// sorry says what a person may read of a refusal of the desk.
func (b *bench) sorry(w http.ResponseWriter, r *http.Request, err error) {
	status, text := b.answer(r, err)
	n := page.Notice{Status: status, Text: text, Next: page.Link{Text: "Sign in", Href: "/sign-in"}}
	n.Frame = b.bare(r, "This was refused")
	b.write(w, r, n.Status, n.Write())
}

// answer is identity's answer to a refusal, or that of the records. What is ours
// goes into the log.
func (b *bench) answer(r *http.Request, err error) (status int, text string) {
	if errors.Is(err, authority.ErrRefused) {
		return http.StatusForbidden, err.Error()
	}
	status, text = identity.Answer(err)
	if status >= http.StatusInternalServerError {
		b.Log.Error("sign-in", "path", r.URL.Path, "error", err)
	}
	return status, sentence(text)
}

// refuse answers somebody who is not signed in.
func (b *bench) refuse(w http.ResponseWriter, r *http.Request) {
	n := page.Notice{
		Status: http.StatusUnauthorized,
		Text:   "The workbench is open to people who came in by a sign-in link. The link works once; whoever runs the server has it printed when the server starts.",
		Detail: "tickmark --dir DIR serve --as NAME --side management",
	}
	n.Frame = b.bare(r, "You are not signed in")
	b.write(w, r, n.Status, n.Write())
}

// fault answers with what went wrong. What only we can do something about goes
// into the log, and not to the caller.
func (b *bench) fault(c *call, err error) {
	known := problem{http.StatusInternalServerError, "This page could not be made", "What went wrong is in the server's log. The records are as they were."}
	switch {
	case errors.As(err, &known):
	case errors.Is(err, authority.ErrRefused):
		known = problem{http.StatusForbidden, "You may not do this", err.Error()}
	case errors.Is(err, store.ErrNotFound):
		known = errNoPage
	case c.r.Context().Err() != nil: // the reader has gone on to another page
		b.Log.Info("page", "path", c.r.URL.Path, "left", err)
	default:
		b.Log.Error("page", "path", c.r.URL.Path, "error", err)
	}
	n := page.Notice{Status: known.status, Text: known.text, Next: page.Link{Text: "Home", Href: "/"}}
	n.Frame = b.bare(c.r, known.title)
	if c.view != nil {
		if f, err := b.frame(c, known.title, ""); err == nil {
			n.Frame = f
		}
	}
	b.write(c.w, c.r, n.Status, n.Write())
}

func (b *bench) show(c *call, p templ.Component) error {
	b.write(c.w, c.r, cmp.Or(c.status, http.StatusOK), p)
	return nil
}

// write writes a whole page, compressed for whoever takes that.
func (b *bench) write(w http.ResponseWriter, r *http.Request, status int, p templ.Component) {
	var text bytes.Buffer
	if err := p.Render(r.Context(), &text); err != nil {
		b.Log.Error("page", "path", r.URL.Path, "error", err)
		http.Error(w, "this page could not be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Add("Vary", "Accept-Encoding")
	if text.Len() < 1024 || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.WriteHeader(status)
		_, _ = w.Write(text.Bytes()) // the reader has gone if this fails
		return
	}
	w.Header().Set("Content-Encoding", "gzip")
	w.WriteHeader(status)
	z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed) // the level is a valid one
	_, _ = z.Write(text.Bytes())                   // the reader has gone if this fails
	_ = z.Close()
}

func favicon(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	_, _ = w.Write([]byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6" fill="#2340a8"/><path d="M6 12.5l4 4 8.5-10" fill="none" stroke="#fff" stroke-width="2.1" stroke-linecap="round" stroke-linejoin="round"/></svg>`))
}
