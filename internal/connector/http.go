package connector

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"tickmark/internal/audit"
)

// agent is what we call ourselves.
const agent = "tickmark"

// web is the transport over HTTP.
type web struct {
	run     *run
	client  *http.Client
	hosts   hosts
	limiter *rate.Limiter
	auth    authorizer
	inVain  int // requests in a row that were given up
}

var _ transport = (*web)(nil)

func openHTTP(ctx context.Context, r *run) (transport, error) { return openWeb(ctx, r) }

func openWeb(ctx context.Context, r *run) (*web, error) {
	allowed, err := hostsOf(r.values.settings)
	if err != nil {
		return nil, err
	}
	w := &web{run: r, hosts: allowed, client: allowed.client(r.job.Client)}
	perSecond := float64(r.limits.PerMinute) / 60
	w.limiter = rate.NewLimiter(rate.Limit(perSecond), max(1, int(perSecond)))
	w.auth, err = newAuthorizer(ctx, w)
	return w, err
}

func (w *web) close() error {
	w.client.CloseIdleConnections()
	return nil
}

// call is one question over HTTP, without what proves who asks.
type call struct {
	method string
	url    *url.URL
	header http.Header
	body   []byte
}

// text is what is recorded of a call.
func (c call) text() string {
	const longest = 2000
	text := c.method + " " + c.url.String()
	switch {
	case len(c.body) > longest:
		return text + " body sha256:" + string(audit.DigestOf(c.body))
	case len(c.body) > 0:
		return text + " " + string(c.body)
	}
	return text
}

// call fills in the templates of a request.
func (w *web) call(q request, v values) (call, error) {
	u, err := v.fillURL(q.URL)
	if err != nil {
		return call{}, err
	}
	if err := w.hosts.allow(u); err != nil {
		return call{}, err
	}
	body, err := v.fillBody(q.Body)
	if err != nil {
		return call{}, err
	}
	c := call{method: methodOf(q.Method), url: u, header: http.Header{}, body: []byte(body)}
	for _, name := range sortedKeys(q.Headers) {
		value, err := v.fill(q.Headers[name])
		if err != nil {
			return call{}, err
		}
		if strings.ContainsAny(value, "\r\n") {
			return call{}, fmt.Errorf("header %s would have a line break in it", name)
		}
		c.header.Set(name, value)
	}
	if len(body) > 0 && c.header.Get("Content-Type") == "" {
		c.header.Set("Content-Type", "application/x-www-form-urlencoded")
		if isJSON(body) {
			c.header.Set("Content-Type", "application/json")
		}
	}
	return c, nil
}

// fetch asks for one page after the other.
func (w *web) fetch(ctx context.Context, a *ask, keep keeper) error {
	c, err := w.call(a.request, a.values)
	if err != nil {
		return err
	}
	pages := &pager{request: a.request}
	if c, err = pages.first(c); err != nil {
		return err
	}
	for {
		p, err := w.get(ctx, a, c)
		if err != nil {
			return err
		}
		proof, err := w.kept(ctx, c, p, keep)
		if err != nil {
			return err
		}
		next, err := pages.next(c, p, proof)
		if err != nil || next == nil {
			return err
		}
		c = *next
	}
}

// kept keeps an answer, whatever it is, and then says what is wrong with it.
func (w *web) kept(ctx context.Context, c call, a answer, keep keeper) (*audit.PageProof, error) {
	wrong := a.wrong(c)
	proof, err := keep(ctx, page{
		text: c.text(), status: a.status, header: a.header, body: a.body, tries: a.tries, none: a.none || wrong != nil,
	})
	if err == nil && wrong != nil {
		err = fmt.Errorf("page %d: %w", proof.Number, wrong)
		if a.last {
			err = stop{err}
		}
	}
	return proof, err
}

// get asks until there is an answer that will not change by asking again, at
// most as often as the limits allow.
func (w *web) get(ctx context.Context, a *ask, c call) (answer, error) {
	for try := 1; ; try++ {
		got, err := w.try(ctx, c)
		if ctx.Err() != nil {
			return answer{}, ctx.Err()
		}
		got.tries, got.none = try, slices.Contains(a.request.Absent, got.status)
		wait, again := w.again(got, err, try)
		if !again {
			return w.settled(got, err)
		}
		if got.throttled() {
			a.asked.Throttled++
		}
		if try > w.run.limits.Retries || wait > longestWait {
			return w.giveUp(c, got, err, try, wait)
		}
		a.asked.Retries++
		if err := w.run.job.Sleep(ctx, wait); err != nil {
			return answer{}, err
		}
	}
}

// settled is for an answer that is none the better for asking again.
func (w *web) settled(got answer, err error) (answer, error) {
	if err != nil {
		return answer{}, w.run.secrets.scrubbed(err)
	}
	w.inVain = 0
	got.last = got.status == http.StatusUnauthorized // asking on with a refused secret may lock its account
	return got, nil
}

// giveUp says in words how often was asked in vain. After three requests in a
// row the source is left alone.
func (w *web) giveUp(c call, got answer, err error, tries int, wait time.Duration) (answer, error) {
	const most = 3
	w.inVain++
	if err != nil {
		err = w.run.secrets.scrubbed(fmt.Errorf("%s gave no whole answer in %d tries: %w", c.text(), tries, err))
		if w.inVain >= most {
			err = stop{err}
		}
		return answer{}, err
	}
	got.last = got.throttled() || w.inVain >= most
	got.why = fmt.Sprintf("answered %s, and so in %d tries", status(got.status), tries)
	if got.throttled() {
		got.why = fmt.Sprintf("throttled away: %s after %d tries", status(got.status), tries)
		if wait > longestWait {
			got.why += fmt.Sprintf(", and it asks to wait %s", wait.Round(time.Second))
		}
	}
	return got, nil
}

// try asks once.
func (w *web) try(ctx context.Context, c call) (answer, error) {
	if err := w.polite(ctx); err != nil {
		return answer{}, err
	}
	limit := time.Duration(w.run.limits.Seconds) * time.Second
	within, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	req, err := http.NewRequestWithContext(within, c.method, c.url.String(), bytes.NewReader(c.body))
	if err != nil {
		return answer{}, errors.New("the address cannot be asked: " + c.text())
	}
	req.Header = c.header.Clone()
	req.Header.Set("User-Agent", agent)
	req.Header.Set("Accept-Encoding", "gzip")
	if err := w.auth.authorize(within, req, c.body); err != nil {
		return answer{}, timely(ctx, within, limit, err)
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return answer{}, timely(ctx, within, limit, plain(err))
	}
	defer resp.Body.Close()
	got := answer{status: resp.StatusCode, header: resp.Header}
	got.body, err = w.body(resp)
	return got, timely(ctx, within, limit, err)
}

// polite waits until the source's rate limit lets the next request through.
func (w *web) polite(ctx context.Context) error {
	now := time.Now()
	if wait := w.limiter.ReserveN(now, 1).DelayFrom(now); wait > 0 {
		return w.run.job.Sleep(ctx, wait)
	}
	return ctx.Err()
}

// timely says that time ran out, when that is why there is an error.
func timely(ctx, within context.Context, limit time.Duration, err error) error {
	if err != nil && ctx.Err() == nil && within.Err() != nil {
		return transient{fmt.Errorf("there was no whole answer within %s", limit)}
	}
	return err
}

// plain takes the method and address off an error of the client.
func plain(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	var refused refusal
	if errors.As(err, &refused) {
		return refused
	}
	return transient{err}
}
