package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"net/http"
	"path"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/engine/identity"
	"tickmark/internal/method/authority"
)

// Where the document and the page for people are.
const (
	documentPath = "/api/openapi.json"
	manualPath   = "/api/docs"
)

// bodyKey is under which a request's context holds its body.
type bodyKey struct{}

// ServeHTTP answers those who may ask, as often as they may.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if r.TLS != nil {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if !s.pace.allow("address "+s.Callers.From(r).Address, s.Now(), byAddress) {
		s.tooFast(w)
		return
	}
	switch r.URL.Path {
	case documentPath:
		s.public(w, r, "application/json", s.document)
	case manualPath, "/api", "/api/":
		s.public(w, r, "text/html; charset=utf-8", s.manual)
	default:
		s.guarded(w, r)
	}
}

// public answers anybody with what describes the program.
func (s *server) public(w http.ResponseWriter, r *http.Request, kind string, text []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "public, max-age=300")
	s.marked(w, r, http.StatusOK, text)
}

// guarded lets in whoever has the token and the duty of a route.
func (s *server) guarded(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Add("Vary", "Authorization, Accept")
	x, ok := s.match(w, r)
	if !ok {
		return
	}
	if r.Header.Get("Authorization") == "" { // a browser's session opens nothing here
		s.sorry(w, r, identity.ErrNobody)
		return
	}
	caller, err := s.Callers.Bearer(r, x.scope)
	if err != nil {
		s.sorry(w, r, err)
		return
	}
	if !s.pace.allow("token "+caller.Token, s.Now(), byToken) {
		s.tooFast(w)
		return
	}
	c := &call{Caller: caller, r: r, s: s}
	if err := s.Records.May(r.Context(), caller.Person, x.duty); err != nil {
		s.sorry(w, r, err)
		return
	}
	s.answer(w, c, x)
}

// match is the route of a request. What is none is answered here.
func (s *server) match(w http.ResponseWriter, r *http.Request) (route, bool) {
	if path.Clean(r.URL.Path) != r.URL.Path {
		fail(w, problem(http.StatusNotFound, "There is nothing at this address."))
		return route{}, false
	}
	_, pattern := s.mux.Handler(r)
	x, ok := s.routes[pattern]
	if ok {
		return x, true
	}
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		other := r.Clone(r.Context())
		if other.Method = method; method != r.Method {
			if _, p := s.mux.Handler(other); p != "" {
				w.Header().Add("Allow", method)
			}
		}
	}
	if w.Header().Get("Allow") != "" {
		fail(w, problem(http.StatusMethodNotAllowed, "This address is not asked that way: see Allow."))
	} else {
		fail(w, problem(http.StatusNotFound, "There is nothing at this address; "+documentPath+" says what there is."))
	}
	return route{}, false
}

// sorry refuses a caller.
func (s *server) sorry(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, authority.ErrRefused) {
		c := &call{r: r, s: s}
		fail(w, problem(http.StatusForbidden, c.unechoed(err.Error())))
		return
	}
	status, text := identity.Answer(err)
	switch {
	case status == http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer realm="tickmark"`)
		text = "This needs a token in the header Authorization: Bearer tk_…, and none that is in force came."
	case status >= http.StatusInternalServerError:
		s.Log.Error("api", "path", r.URL.Path, "error", err)
	}
	fail(w, problem(status, text))
}

func (s *server) tooFast(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "1")
	fail(w, problem(http.StatusTooManyRequests, "These are too many requests; wait a second."))
}

// answer has the route answer, in a form that the caller takes.
func (s *server) answer(w http.ResponseWriter, c *call, x route) {
	r := c.r
	form := accepted(r.Header.Get("Accept"), x.list)
	if form == "" {
		fail(w, problem(http.StatusNotAcceptable, "This is handed out as "+forms(x.list)+"."))
		return
	}
	r.Header.Set("Accept", form)
	ctx := context.WithValue(r.Context(), callKey{}, c)
	if r.Method == http.MethodPost {
		body, ok := s.body(w, r, x)
		if !ok {
			return
		}
		ctx = context.WithValue(ctx, bodyKey{}, body)
	}
	c.r = r.WithContext(ctx)
	if x.inOne() {
		if err := c.engagementIn(engagementOf(r)); err != nil {
			s.hidden(w, c, err)
			return
		}
	}
	switch {
	case r.Method == http.MethodPost:
		s.once(w, c)
	case form != typeJSON:
		s.stream(w, c)
	default:
		kept := &held{header: w.Header()}
		s.mux.ServeHTTP(kept, c.r)
		s.marked(w, r, kept.status, kept.body.Bytes())
	}
}

// hidden answers for an engagement that is not there for the caller.
func (s *server) hidden(w http.ResponseWriter, c *call, err error) {
	if errors.Is(err, authority.ErrRefused) {
		s.sorry(w, c.r, err)
		return
	}
	status := c.refused(err, true)
	if p, ok := status.(interface{ GetStatus() int }); ok && p.GetStatus() >= http.StatusInternalServerError {
		fail(w, problem(p.GetStatus(), "This could not be read here and now; the reason is in the log."))
		return
	}
	fail(w, problem(http.StatusNotFound, "There is no such engagement for this caller."))
}

// engagementOf is the engagement of an address.
func engagementOf(r *http.Request) string {
	rest := strings.TrimPrefix(r.URL.Path, Prefix+"/engagements/")
	code, _, _ := strings.Cut(rest, "/")
	return code
}

// body reads what was sent, up to the size that the route takes.
func (s *server) body(w http.ResponseWriter, r *http.Request, x route) ([]byte, bool) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if r.ContentLength != 0 && (err != nil || kind != typeJSON) {
		fail(w, problem(http.StatusUnsupportedMediaType, "A body is "+typeJSON+"."))
		return nil, false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, x.largest))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		fail(w, problem(http.StatusRequestEntityTooLarge, "A body has at most "+audit.Plural(x.largest, "byte")+" here."))
		return nil, false
	case err != nil:
		fail(w, problem(http.StatusBadRequest, "The body ended before its end."))
		return nil, false
	}
	r.Header.Set("Content-Type", typeJSON)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, true
}

// held is an answer that is not sent yet.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header is that of the answer.
func (h *held) Header() http.Header { return h.header }

// WriteHeader keeps the first status.
func (h *held) WriteHeader(status int) {
	if h.status == 0 {
		h.status = status
	}
}

// Write keeps bytes.
func (h *held) Write(b []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	return h.body.Write(b)
}

// marked sends an answer with the digest of its bytes, or says that the caller
// has them.
func (s *server) marked(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	if status == http.StatusOK && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		sum := sha256.Sum256(body)
		tag := `"` + hex.EncodeToString(sum[:16]) + `"`
		w.Header().Set("ETag", tag)
		if has(r.Header.Get("If-None-Match"), tag) {
			w.Header().Del("Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the caller has gone if this fails
}

// has reports whether a list of tags holds one; a weak one says the same here.
func has(list, tag string) bool {
	for one := range strings.SplitSeq(list, ",") {
		one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
		if one == tag || one == "*" {
			return true
		}
	}
	return false
}
