package connector

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"tickmark/internal/audit"
)

// checkTried tells what is missing where the provider tells no permissions: every
// request of the source is asked for its first page, and one that is asked for
// each record of another for the first such record. Nothing is kept of it.
func (r *run) checkTried(ctx context.Context) (Permissions, error) {
	w, err := openWeb(ctx, r)
	if err != nil {
		return Permissions{}, r.secrets.scrubbed(err)
	}
	defer func() { _ = w.close() }()
	p := Permissions{Untold: []string{"what more the secret may do than it needs: the provider does not say"}}
	requests, pages := r.job.Source.Requests, map[string][]byte{}
	if c := r.job.Source.Check; c != nil {
		requests = slices.Concat([]request{checking(*c)}, requests)
	}
	for _, q := range requests {
		if err := w.tried(ctx, q, pages, &p); err != nil {
			return Permissions{}, fmt.Errorf("check: %w", r.secrets.scrubbed(err))
		}
	}
	return p, nil
}

// tried asks one request and says what came of it. The error is for a secret that
// is refused altogether, and for a context that is over.
func (w *web) tried(ctx context.Context, q request, pages map[string][]byte, p *Permissions) error {
	name := "request " + q.Name
	v, why := w.firstParent(q, pages)
	if why != "" {
		p.Untold = append(p.Untold, name+": "+why)
		return nil
	}
	got, c, err := w.firstPage(ctx, q, v)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		err = got.wrong(c)
	}
	if got.status == http.StatusUnauthorized && err != nil {
		return err
	}
	if err == nil && !got.none {
		err = readable(q, got, c)
	}
	switch {
	case err == nil:
		pages[q.Name] = got.body
		p.Granted = append(p.Granted, name)
	case got.status == http.StatusForbidden:
		p.Missing = append(p.Missing, w.run.secrets.scrub(name+": "+err.Error()))
	default:
		p.Untold = append(p.Untold, w.run.secrets.scrub(name+": "+err.Error()))
	}
	return nil
}

// readable says when an answer under status 200 is no page of the request.
func readable(q request, got answer, c call) error {
	if err := graphErrors(c, got.body); err != nil {
		return err
	}
	_, err := count(q, got.body, &shape{})
	return err
}

// firstParent is what a request is asked with: of one that is asked for each record
// of another, the first of them; or why it cannot be asked.
func (w *web) firstParent(q request, pages map[string][]byte) (values, string) {
	if q.Each == "" {
		return w.run.values, ""
	}
	parent, _ := requestNamed(w.run.job.Source, q.Each)
	records, err := matching(parent, pages[q.Each], q.Where)
	if len(pages[q.Each]) == 0 || err != nil || len(records) == 0 {
		return values{}, "the first page of " + q.Each + " holds no record to ask it for"
	}
	return w.run.values.of(records[0]), ""
}

func (w *web) firstPage(ctx context.Context, q request, v values) (answer, call, error) {
	c, err := w.call(q, v)
	if err != nil {
		return answer{}, c, err
	}
	if c, err = (&pager{request: q}).first(c); err != nil {
		return answer{}, c, err
	}
	got, err := w.get(ctx, &ask{request: q, values: v, asked: &audit.Asked{}}, c)
	return got, c, err
}
