package connector

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
)

// Defaults of the limits that a source leaves out.
const (
	defaultPerMinute = 300
	defaultRetries   = 5
	defaultSeconds   = 60
	defaultPageMB    = 64
	defaultPages     = 100_000
)

// run is one collection under way.
type run struct {
	job     Job
	limits  audit.Limits // none of them zero
	values  values       // without a parent's record
	secrets secrets
	asked   []*audit.Asked
	pages   []*audit.PageProof
	why     []string
	tallies map[string]*tally // by request: what else is remembered of it
}

// tally is what one request had given so far, over all the records it was asked for.
type tally struct {
	shape  shape    // of its records
	total  *big.Int // of all totals that the source told
	told   int      // how many of them
	failed int      // how many times it was asked in vain
}

// kept says that a page could not be recorded, which no source is to blame for.
type kept struct{ error }

func (k kept) Unwrap() error { return k.error }

func newRun(j Job) (*run, error) {
	if j.Keep == nil || j.Now == nil {
		return nil, errors.New("a collection needs somewhere to keep pages and a clock")
	}
	if err := Sound(j.Source); err != nil {
		return nil, fmt.Errorf("source %s cannot be used: %w", j.Source.ID, err)
	}
	if j.Timezone == "" {
		j.Timezone = "UTC"
	}
	if j.Sleep == nil {
		j.Sleep = sleep
	}
	v, err := newValues(j)
	if err != nil {
		return nil, err
	}
	r := &run{job: j, limits: bounded(j.Source.Limits), values: v, secrets: secrets{get: j.Secret}, tallies: map[string]*tally{}}
	for _, q := range j.Source.Requests {
		r.asked = append(r.asked, &audit.Asked{Name: q.Name, Text: v.describe(q), Chain: "not asked", Why: "not asked"})
		r.tallies[q.Name] = &tally{total: new(big.Int)}
	}
	return r, nil
}

func bounded(l audit.Limits) audit.Limits {
	for _, limit := range []struct {
		value     *int
		otherwise int
	}{
		{&l.PerMinute, defaultPerMinute}, {&l.Retries, defaultRetries}, {&l.Seconds, defaultSeconds},
		{&l.PageMB, defaultPageMB}, {&l.Pages, defaultPages},
	} {
		if *limit.value <= 0 {
			*limit.value = limit.otherwise
		}
	}
	return l
}

// all asks every request in the order of the source.
func (r *run) all(ctx context.Context, t transport) error {
	for i, q := range r.job.Source.Requests {
		asked := r.asked[i]
		asked.Chain, asked.Why = "unbroken", ""
		if err := r.request(ctx, t, q, asked); err != nil {
			return r.fatal(ctx, err)
		}
		r.finish(asked)
	}
	return nil
}

// fatal sorts out an error that ended the collection: what the source did is
// written down, and only what it did not do is returned.
func (r *run) fatal(ctx context.Context, err error) error {
	var k kept
	if ctx.Err() != nil {
		return fmt.Errorf("collection stopped: %w", context.Cause(ctx))
	}
	if errors.As(err, &k) {
		return k
	}
	if s := (stop{}); !errors.As(err, &s) {
		r.why = append(r.why, r.secrets.scrub(err.Error()))
	}
	return nil
}

// request asks one request: once, or for each record of its parent.
func (r *run) request(ctx context.Context, t transport, q audit.Request, asked *audit.Asked) error {
	if q.Each == "" {
		return r.once(ctx, t, q, asked, "")
	}
	parents, err := r.parents(ctx, q)
	if err != nil {
		if s := (shapeless{}); errors.As(err, &s) {
			r.failed(asked, "", err)
			return nil
		}
		return err
	}
	for _, parent := range parents {
		if err := r.once(ctx, t, q, asked, parent); err != nil {
			return err
		}
	}
	return nil
}

// once asks a request for one parent's record. An error ends the collection.
func (r *run) once(ctx context.Context, t transport, q audit.Request, asked *audit.Asked, parent string) error {
	c := &chain{run: r, request: q, asked: asked, parent: parent}
	err := t.fetch(ctx, &ask{request: q, values: r.values.of(parent), asked: asked}, c.keep)
	if k := (kept{}); err != nil && (ctx.Err() != nil || errors.As(err, &k)) {
		return err
	}
	if err != nil && asked.Chain == "unbroken" {
		asked.Chain = "broken: " + r.secrets.scrub(err.Error())
	}
	if err == nil {
		err = c.complete()
	}
	if err != nil {
		r.failed(asked, parent, err)
	}
	if s := (stop{}); errors.As(err, &s) {
		r.finish(asked)
		return err
	}
	return nil
}

// failed writes down why a request is incomplete: the first reason in words,
// of the others how many there are.
func (r *run) failed(asked *audit.Asked, parent string, err error) {
	t := r.tallies[asked.Name]
	t.failed++
	if t.failed > 1 {
		return
	}
	asked.Why = r.secrets.scrub(err.Error())
	if parent != "" {
		asked.Why += " (asked for the record " + r.secrets.scrub(short(parent)) + ")"
	}
}

// finish closes the account of a request when all of it was asked.
func (r *run) finish(asked *audit.Asked) {
	t := r.tallies[asked.Name]
	if t.told > 0 {
		asked.Total = t.total.String()
	}
	if t.failed > 1 {
		asked.Why += fmt.Sprintf("; and so for %s more", audit.Plural(int64(t.failed-1), "record"))
	}
	if asked.Why != "" {
		r.why = append(r.why, asked.Name+": "+asked.Why)
	}
}

// parents reads the records for each of which q is asked back from the pages
// that were kept.
func (r *run) parents(ctx context.Context, q audit.Request) ([]string, error) {
	if r.job.Read == nil {
		return nil, kept{errors.New("a request for each record of another needs the kept pages to be readable")}
	}
	parent, _ := requestNamed(r.job.Source, q.Each)
	var all []string
	for _, proof := range r.pages {
		if proof.Request != q.Each || proof.Records == 0 {
			continue
		}
		body, err := r.job.Read(ctx, proof.Digest)
		if err != nil {
			return nil, kept{fmt.Errorf("read page %d of %s back: %w", proof.Number, q.Each, err)}
		}
		records, err := matching(parent, body, q.Where)
		if err != nil {
			return nil, shapeless{fmt.Errorf("page %d of %s: %w", proof.Number, q.Each, err)}
		}
		all = append(all, records...)
	}
	return all, nil
}

func (r *run) collected() Collected {
	c := Collected{Requests: []audit.Asked{}, Pages: []audit.PageProof{}}
	var left []string
	for _, a := range r.asked {
		if a.Chain == "not asked" {
			left = append(left, a.Name)
		}
		a.Text, a.Chain, a.Total = r.secrets.scrub(a.Text), r.secrets.scrub(a.Chain), r.secrets.scrub(a.Total)
		c.Requests = append(c.Requests, *a)
	}
	c.Why = strings.Join(r.why, "; ")
	if c.Why != "" && len(left) > 0 {
		c.Why += "; not asked: " + strings.Join(left, ", ")
	}
	for _, p := range r.pages {
		p.Text, p.Next = r.secrets.scrub(p.Text), r.secrets.scrub(p.Next)
		c.Pages = append(c.Pages, *p)
	}
	return c
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func short(s string) string {
	const most = 120
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func requestNamed(s audit.Source, name string) (audit.Request, bool) {
	for _, q := range s.Requests {
		if q.Name == name {
			return q, true
		}
	}
	return audit.Request{}, false
}
