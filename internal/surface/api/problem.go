package api

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tickmark/internal/engine/identity"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
)

const typeProblem = "application/problem+json"

// problem is an answer in the form of RFC 9457.
func problem(status int, detail string) *huma.ErrorModel {
	return &huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: detail}
}

// refused is what the caller may know of what went wrong, without anything that
// he sent. The rest goes into the log.
func (c *call) refused(err error, reading bool) error {
	var known *huma.ErrorModel
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, authority.ErrRefused):
		return problem(http.StatusForbidden, c.unechoed(err.Error()))
	case errors.Is(err, store.ErrNotFound), errors.Is(err, identity.ErrNotFound):
		return problem(http.StatusNotFound, "It is not here, or not for this caller to see.")
	case ours(err):
		c.s.Log.Error("api", "path", c.r.URL.Path, "error", err)
		return problem(http.StatusInternalServerError, "This could not be done here and now; the reason is in the log. The records are as they were.")
	case reading:
		c.s.Log.Warn("api", "path", c.r.URL.Path, "error", err)
		return problem(http.StatusNotFound, c.unechoed(err.Error()))
	}
	return problem(http.StatusUnprocessableEntity, c.unechoed(err.Error()))
}

// ours reports whether an error is of this machine and not of what was asked.
func ours(err error) bool {
	var path *fs.PathError
	var op *net.OpError
	var child *exec.ExitError
	var lite interface{ Code() int }      // of SQLite's driver
	var pg interface{ SQLState() string } // of PostgreSQL's
	return errors.As(err, &path) || errors.As(err, &op) || errors.As(err, &child) || errors.As(err, &lite) || errors.As(err, &pg) ||
		errors.Is(err, sql.ErrConnDone) || errors.Is(err, sql.ErrNoRows) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// shortest is the length from which a text that was sent is kept out of an answer.
const shortest = 3

// unechoed takes out of a text what the caller sent: what he sends may be
// meant for nobody's log or screen.
func (c *call) unechoed(text string) string {
	sent := c.sent()
	slices.SortFunc(sent, func(a, b string) int { return len(b) - len(a) })
	for _, s := range sent {
		if len(s) >= shortest {
			text = strings.ReplaceAll(text, s, "…")
		}
	}
	return text
}

// sent are all texts of the request: of its address, its query and its body.
func (c *call) sent() []string {
	var all []string
	for _, part := range strings.Split(strings.TrimPrefix(c.r.URL.Path, Prefix), "/") {
		if !c.s.fixed(part) {
			all = append(all, part)
		}
	}
	if q, err := url.ParseQuery(c.r.URL.RawQuery); err == nil {
		for _, v := range q {
			all = append(all, v...)
		}
	}
	if body, ok := c.r.Context().Value(bodyKey{}).([]byte); ok {
		var v any
		if json.Unmarshal(body, &v) == nil {
			all = texts(v, all)
		}
	}
	return all
}

// fixed reports whether a part of an address is one that the routes have.
func (s *server) fixed(part string) bool {
	for pattern := range s.routes {
		if slices.Contains(strings.Split(pattern, "/"), part) {
			return true
		}
	}
	return false
}

// texts are all texts within a JSON value.
func texts(v any, all []string) []string {
	switch v := v.(type) {
	case string:
		return append(all, v)
	case []any:
		for _, x := range v {
			all = texts(x, all)
		}
	case map[string]any:
		for _, x := range v { // a name that is not in the document is refused before
			all = texts(x, all)
		}
	}
	return all
}

// quiet keeps what was sent out of the faults that validation finds.
func quiet(_ huma.Context, _ string, v any) (any, error) {
	m, ok := v.(*huma.ErrorModel)
	if !ok || len(m.Errors) == 0 {
		return v, nil
	}
	said := *m
	said.Errors = nil
	for _, e := range m.Errors {
		x := &huma.ErrorDetail{Message: e.Message, Location: e.Location}
		switch {
		case e.Location == "body" || !slices.ContainsFunc(documented, func(begin string) bool { return strings.HasPrefix(e.Message, begin) }):
			x.Message = "is not as the OpenAPI document has it"
		case strings.HasPrefix(e.Message, "unexpected") || strings.HasPrefix(e.Message, "unknown"):
			x.Location, _, _ = strings.Cut(e.Location, ".") // its name was sent
		}
		said.Errors = append(said.Errors, x)
	}
	return &said, nil
}

// documented are the beginnings of what validation says in its own words.
var documented = []string{"expected ", "unexpected property", "unknown query parameter", "required ", "invalid integer", "invalid boolean"}

// fail writes a problem.
func fail(w http.ResponseWriter, p *huma.ErrorModel) {
	text, _ := json.Marshal(p) // texts and numbers can always be written
	w.Header().Set("Content-Type", typeProblem)
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(text, '\n')) // the caller has gone if this fails
}
