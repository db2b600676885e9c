package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"tickmark/internal/engine/identity"
	"tickmark/internal/method/authority"
)

// Paging is which part of a list is asked for.
type Paging struct {
	Cursor string `query:"cursor" maxLength:"4000" doc:"As a page before gave it under next; without one, the first page."`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many rows a page has. It does not hold for CSV and NDJSON, which have all rows."`
}

func (p Paging) asked() Paging { return p }

type pager interface{ asked() Paging }

// Page is a part of a list. Total is how many rows there are in all.
type Page[T any] struct {
	Items   []T    `json:"items" nullable:"false"`
	Total   int    `json:"total" doc:"How many rows there are in all, as far as the caller sees them."`
	Records int64  `json:"records" doc:"The length of the history when the list was read: as of when."`
	Next    string `json:"next,omitempty" doc:"The cursor of the next page; absent on the last."`
	each    func(visit func(any) error) error
}

// rows are all rows of the list, for the formats that have no pages.
func (p Page[T]) rows(visit func(any) error) error { return p.each(visit) }

// whole is a value that is handed out with all its rows.
type whole interface {
	rows(visit func(any) error) error
	sample() any
}

// sample is a row without anything in it: the columns follow from its type.
func (p Page[T]) sample() any {
	var none T
	return none
}

// listing is an answer with a page of a list.
type listing[T any] struct {
	Link string `header:"Link" doc:"The address of the next page."`
	Body Page[T]
}

// list is a route that reads a list. key orders its rows, and none has the key
// of another.
func list[I pager, T any](r route, key func(T) []string, read func(*call, I) ([]T, error)) route {
	return listed(r, func(c *call, in I) (*listing[T], error) {
		all, err := read(c, in)
		if err != nil {
			return nil, err
		}
		slices.SortStableFunc(all, func(a, b T) int { return slices.Compare(key(a), key(b)) })
		return paged(c, in.asked(), all, key)
	})
}

// listed is a route whose pages are made by itself.
func listed[I pager, T any](r route, read func(*call, I) (*listing[T], error)) route {
	r.method, r.scope, r.list = http.MethodGet, identity.Read, true
	if r.duty == "" {
		r.duty = authority.DutyRead
	}
	r.register = func(s *server, r route) {
		huma.Register(s.api, r.operation(http.StatusOK), func(ctx context.Context, in *I) (*listing[T], error) {
			c := callOf(ctx)
			v, err := read(c, *in)
			if err != nil {
				return nil, c.refused(err, true)
			}
			return v, nil
		})
		content := s.api.OpenAPI().Paths[r.path].Get.Responses["200"].Content
		content[typeCSV] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Description: "All rows, with a line of names first."}}
		content[typeNDJSON] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Description: "All rows, one JSON object a line."}}
	}
	return r
}

// paged is the asked part of a list that is in order.
func paged[T any](c *call, p Paging, all []T, key func(T) []string) (*listing[T], error) {
	from := 0
	if p.Cursor != "" {
		after, err := opened(p.Cursor)
		if err != nil {
			return nil, err
		}
		for from < len(all) && slices.Compare(key(all[from]), after) <= 0 {
			from++
		}
	}
	to := min(from+max(p.Limit, 1), len(all))
	out := &listing[T]{Body: Page[T]{Items: slices.Clone(all[from:to]), Total: len(all)}}
	if out.Body.Items == nil {
		out.Body.Items = []T{}
	}
	if to < len(all) {
		out.follow(c, sealed(key(all[to-1])))
	}
	out.Body.each = func(visit func(any) error) error {
		for _, x := range all {
			if err := visit(x); err != nil {
				return err
			}
		}
		return nil
	}
	return out, c.asOf(&out.Body.Records)
}

// follow says where the next page is.
func (l *listing[T]) follow(c *call, cursor string) {
	l.Body.Next = cursor
	next := *c.r.URL
	q := next.Query()
	q.Set("cursor", cursor)
	next.RawQuery = q.Encode()
	l.Link = "<" + next.RequestURI() + `>; rel="next"`
}

// asOf reads the length of the history.
func (c *call) asOf(size *int64) error {
	r, err := c.reader()
	if err == nil {
		*size, err = r.TrailSize(c.ctx())
	}
	return err
}

// sealed is the key of a page's last row as a cursor.
func sealed(key []string) string {
	text, _ := json.Marshal(key) // texts can always be written
	return base64.RawURLEncoding.EncodeToString(text)
}

var errCursor = problem(http.StatusBadRequest, "The cursor is none that a page gave: begin again without one.")

func opened(cursor string) (key []string, err error) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return nil, errCursor
	}
	if err := json.Unmarshal(text, &key); err != nil || len(key) == 0 {
		return nil, errCursor
	}
	return key, nil
}
