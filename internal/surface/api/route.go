package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tickmark/internal/audit"
	"tickmark/internal/engine/identity"
	"tickmark/internal/engine/store"
	"tickmark/internal/method/authority"
)

// route is one address: what its caller must hold, and what it does.
type route struct {
	method, path, id string
	tag              string
	says             string
	duty             authority.Duty
	scope            identity.Scope
	list             bool     // is handed out as CSV and NDJSON too
	asks             []string // what its query must have
	largest          int64    // body, in bytes
	register         func(*server, route)
}

// The sizes of a body.
const (
	largestBody   = 1 << 20
	largestAnswer = 24 << 20 // with a file
)

// call is one request of one caller.
type call struct {
	Caller
	r *http.Request
	s *server
}

type callKey struct{}

func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call) // every route stands behind the guard, which puts it there
	return c
}

// reader opens the records for the caller.
func (c *call) reader() (*store.Reader, error) { return c.s.Records.Reader(c.r.Context(), c.Person) }

func (c *call) ctx() context.Context { return c.r.Context() }

// OfEngagement and the like are what stands in an address.
type OfEngagement struct {
	Engagement string `path:"engagement" maxLength:"200" doc:"Code of the engagement"`
}

// OfProcedure is a procedure of an engagement.
type OfProcedure struct {
	OfEngagement
	Procedure string `path:"procedure" maxLength:"200" doc:"ID of the procedure"`
}

// OfRequest is a request of an engagement.
type OfRequest struct {
	OfEngagement
	Code string `path:"code" maxLength:"200" doc:"Code of the request"`
}

// OfNote is a review note of an engagement.
type OfNote struct {
	OfEngagement
	Note string `path:"note" maxLength:"200" doc:"Code of the note"`
}

// OfSample is a draw of an engagement.
type OfSample struct {
	OfEngagement
	Sample string `path:"sample" maxLength:"200" doc:"ID of the draw"`
}

// Keyed is a request that may carry a key of the caller's.
type Keyed struct {
	Key string `header:"Idempotency-Key" maxLength:"200" doc:"The same request under the same key is done once and answered alike, for a day."`
}

// answered is an answer with one body.
type answered[T any] struct {
	Body T
}

// one is a route that reads one thing.
func one[I, T any](r route, read func(*call, I) (T, error)) route {
	r.method, r.scope = http.MethodGet, identity.Read
	if r.duty == "" {
		r.duty = authority.DutyRead
	}
	r.register = func(s *server, r route) {
		huma.Register(s.api, r.operation(http.StatusOK), func(ctx context.Context, in *I) (*answered[T], error) {
			c := callOf(ctx)
			v, err := read(c, *in)
			if err != nil {
				return nil, c.refused(err, true)
			}
			return &answered[T]{v}, nil
		})
	}
	return r
}

// act is a route that does something.
func act[I, T any](r route, status int, do func(*call, I) (T, error)) route {
	r.method = http.MethodPost
	if r.scope == "" {
		r.scope = identity.Write
	}
	if r.largest == 0 {
		r.largest = largestBody
	}
	r.register = func(s *server, r route) {
		huma.Register(s.api, r.operation(status), func(ctx context.Context, in *I) (*answered[T], error) {
			c := callOf(ctx)
			v, err := do(c, *in)
			if err != nil {
				return nil, c.refused(err, false)
			}
			return &answered[T]{v}, nil
		})
	}
	return r
}

// operation is the route as the document has it.
func (r route) operation(status int) huma.Operation {
	op := huma.Operation{
		OperationID: r.id, Method: r.method, Path: r.path, Tags: []string{r.tag}, Summary: r.says, DefaultStatus: status,
		Description: "Needs the duty to " + string(r.duty) + " and a token of the scope `" + string(r.scope) + "`.",
		Security:    []map[string][]string{{"token": {}}}, MaxBodyBytes: r.largest,
		Errors: []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusTooManyRequests},
	}
	if r.method == http.MethodGet {
		op.Errors = append(op.Errors, http.StatusNotAcceptable)
	} else {
		op.Errors = append(op.Errors, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	slices.Sort(op.Errors)
	return op
}

// engagementIn looks for the engagement of an address among those that the
// caller sees.
func (c *call) engagementIn(code string) error {
	r, err := c.reader()
	if err != nil {
		return err
	}
	items, err := r.Scope(c.ctx(), audit.ScopeEngagement)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(items, func(i audit.ScopeItem) bool { return i.Code == code }) {
		return store.ErrNotFound
	}
	return nil
}

// inOne reports whether a route stands below one engagement.
func (r route) inOne() bool { return strings.HasPrefix(r.path, in) }
