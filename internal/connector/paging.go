package connector

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/audit"
)

// pager finds the next page of one request, and watches that the chain of
// pages neither turns in a circle nor breaks off.
type pager struct {
	request request
	asked   map[string]int64       // by cursor or address: the page that was asked with it
	bodies  map[audit.Digest]int64 // of pages with records
	records int64
	at      int64 // offset or number of the page that was asked
}

// first adds to a call what asks for the first page.
func (p *pager) first(c call) (call, error) {
	p.asked, p.bodies = map[string]int64{}, map[audit.Digest]int64{}
	how := p.request.Paging
	if how == nil {
		return c, nil
	}
	var err error
	if how.SizeParam != "" && how.Size > 0 {
		if c, err = p.with(c, how.SizeParam, strconv.Itoa(how.Size), true); err != nil {
			return c, err
		}
	}
	switch how.Kind {
	case "offset", "page":
		p.at = int64(how.First)
		return p.with(c, how.Param, strconv.FormatInt(p.at, 10), true)
	case "link", "url":
		p.asked[c.url.String()] = 0
	}
	return c, nil
}

// next is the call for the page after one that was kept, or nil at the end.
func (p *pager) next(c call, a answer, proof *audit.PageProof) (*call, error) {
	if a.none {
		return nil, nil
	}
	pg := page{header: a.header, body: a.body}
	if err := p.repeated(proof); err != nil {
		return nil, err
	}
	if err := graphErrors(c, a.body); err != nil {
		return nil, fmt.Errorf("page %d: %w", proof.Number, err)
	}
	p.records += proof.Records
	how := p.request.Paging
	if how == nil {
		return nil, p.undeclared(c, a)
	}
	more, err := p.more(pg)
	if err != nil {
		return nil, fmt.Errorf("page %d: %w", proof.Number, err)
	}
	if more == "false" {
		return nil, nil
	}
	var following *call
	switch how.Kind {
	case "offset", "page":
		following, err = p.counted(c, pg, proof, more)
	case "cursor", "graphql":
		following, err = p.cursor(c, pg, proof)
	default:
		following, err = p.address(c, pg, proof)
	}
	if err == nil && following == nil && more == "true" {
		err = errors.New("the source says there is more, and not where")
	}
	if err != nil {
		err = fmt.Errorf("the chain broke after page %d: %w", proof.Number, err)
	}
	return following, err
}

// repeated finds a page whose records were there before.
func (p *pager) repeated(proof *audit.PageProof) error {
	if proof.Records == 0 {
		return nil
	}
	if before, ok := p.bodies[proof.Digest]; ok {
		return fmt.Errorf("page %d is the same as page %d, though another was asked for", proof.Number, before)
	}
	p.bodies[proof.Digest] = proof.Number
	return nil
}

// undeclared finds a next page that the source's text does not know of.
func (p *pager) undeclared(c call, a answer) error {
	next, err := nextLink(a.header.Values("Link"))
	if err == nil && next == "" {
		return nil
	}
	return fmt.Errorf("%s answered one of several pages (Link), and the source declares no paging", c.text())
}

// more is what the source says of there being more: true, false or nothing.
func (p *pager) more(pg page) (string, error) {
	if p.request.Paging.More == "" {
		return "", nil
	}
	text, ok, err := look(p.request, pg, p.request.Paging.More)
	if err != nil || !ok {
		return "", err
	}
	text = strings.ToLower(text)
	if text != "true" && text != "false" {
		return "", fmt.Errorf("%q is %q, neither true nor false", p.request.Paging.More, short(text))
	}
	return text, nil
}

// counted goes on by counting. A page without records is the end; so is one
// with fewer than were asked for, when the source's own total agrees. Fewer
// alone is not: a source may give less than it is asked for.
func (p *pager) counted(c call, pg page, proof *audit.PageProof, more string) (*call, error) {
	how := p.request.Paging
	if proof.Records == 0 {
		return nil, nil
	}
	if how.Size > 0 && proof.Records < int64(how.Size) && more != "true" && p.request.Total != "" {
		total, ok, err := look(p.request, pg, p.request.Total)
		if err != nil {
			return nil, err
		}
		if ok && total == strconv.FormatInt(p.records, 10) {
			return nil, nil
		}
	}
	p.at++
	if how.Kind == "offset" {
		p.at = int64(how.First) + p.records
	}
	proof.Next = strconv.FormatInt(p.at, 10)
	following, err := p.with(c, how.Param, proof.Next, true)
	return &following, err
}

// cursor goes on by what the page says the next one is called.
func (p *pager) cursor(c call, pg page, proof *audit.PageProof) (*call, error) {
	how := p.request.Paging
	cursor, _, err := look(p.request, pg, how.Next)
	if err != nil || cursor == "" {
		return nil, err
	}
	if err := p.once(cursor, "cursor", proof); err != nil {
		return nil, err
	}
	following, err := p.with(c, how.Param, cursor, false)
	return &following, err
}

// address goes on at the address that a header or the page gives.
func (p *pager) address(c call, pg page, proof *audit.PageProof) (*call, error) {
	var next string
	var err error
	if p.request.Paging.Kind == "link" {
		next, err = nextLink(pg.header.Values("Link"))
	} else {
		next, _, err = look(p.request, pg, p.request.Paging.Next)
	}
	if err != nil || next == "" {
		return nil, err
	}
	u, err := c.url.Parse(next)
	if err != nil {
		return nil, fmt.Errorf("the next address is none: %q", short(next))
	}
	if err := same(c.url, u); err != nil {
		return nil, err
	}
	if err := p.once(u.String(), "address", proof); err != nil {
		return nil, err
	}
	c.url = u
	return &c, nil
}

// once notes a cursor or an address that is asked next, and finds one that was
// asked before.
func (p *pager) once(next, what string, proof *audit.PageProof) error {
	proof.Next = next
	if before, ok := p.asked[next]; ok {
		page := fmt.Sprintf("page %d", before)
		if before == 0 {
			page = "the first page"
		}
		return fmt.Errorf("the next %s %q is that of %s again", what, short(next), page)
	}
	p.asked[next] = proof.Number + 1
	return nil
}

// with sets a parameter of a call: in the query, or, of a POST, in its body.
func (p *pager) with(c call, name, value string, number bool) (call, error) {
	if p.request.Paging.Kind == "graphql" {
		name = "variables." + name
	}
	switch {
	case c.method == "GET" || len(c.body) == 0:
		u := *c.url
		u.RawQuery = setQuery(u.RawQuery, name, value)
		c.url = &u
	case isJSON(string(c.body)):
		body, err := setField(c.body, strings.Split(name, "."), value, number)
		if err != nil {
			return c, err
		}
		c.body = body
	default:
		c.body = []byte(setQuery(string(c.body), name, value))
	}
	return c, nil
}

// setQuery sets one parameter and leaves the others where they stand.
func setQuery(query, name, value string) string {
	pair := url.QueryEscape(name) + "=" + url.QueryEscape(value)
	var pairs []string
	if query != "" {
		pairs = strings.Split(query, "&")
	}
	is := func(p string) bool {
		key, _, _ := strings.Cut(p, "=")
		key, err := url.QueryUnescape(key)
		return err == nil && key == name
	}
	at := slices.IndexFunc(pairs, is)
	if at < 0 {
		return strings.Join(append(pairs, pair), "&")
	}
	pairs[at] = pair
	rest := slices.DeleteFunc(slices.Clone(pairs[at+1:]), is)
	return strings.Join(append(pairs[:at+1], rest...), "&")
}

// setField sets one field of a JSON body and keeps every number's text.
func setField(body []byte, path []string, value string, number bool) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var all map[string]any
	if err := dec.Decode(&all); err != nil {
		return nil, fmt.Errorf("the body of the request %w", notJSON(err))
	}
	object := all
	for _, name := range path[:len(path)-1] {
		inner, ok := object[name].(map[string]any)
		if !ok {
			inner = map[string]any{}
			object[name] = inner
		}
		object = inner
	}
	object[path[len(path)-1]] = value
	if number {
		object[path[len(path)-1]] = json.Number(value)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(all)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// graphErrors finds what a GraphQL server says went wrong under status 200.
func graphErrors(c call, body []byte) error {
	if !isJSON(string(c.body)) {
		return nil
	}
	query, _ := find(c.body, "query")
	if kindOf(query) != "text" {
		return nil
	}
	said, err := find(body, "errors")
	if err != nil || kindOf(said) == "null" || string(said) == "[]" {
		return nil //nolint:nilerr // that no errors are found is what is hoped for
	}
	return fmt.Errorf("the source answered with errors: %s", short(string(said)))
}
