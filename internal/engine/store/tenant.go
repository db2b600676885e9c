package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

// Tenant reads and adds to one organization's records.
type Tenant struct{ *Reader }

// writing runs do in a transaction that adds to the grant's organization. What
// the person may do is decided there; nobody is refused before.
func (t *Tenant) writing(ctx context.Context, d authority.Duty, do func(context.Context, bun.Tx) error) error {
	if t.grant.Org() == "" {
		return t.grant.Require(d)
	}
	return t.db.writing(ctx, do)
}

// add records what is new among entries of one kind, in one transaction.
func (t *Tenant) add(ctx context.Context, d authority.Duty, entries []entry) (map[string]record, int, error) {
	var heads map[string]record
	var changed int
	err := t.writing(ctx, d, func(ctx context.Context, tx bun.Tx) error {
		a, err := newAppender(ctx, tx, t.grant, t.db.clock())
		if err != nil {
			return err
		}
		if changed, err = a.add(ctx, d, entries); err != nil {
			return err
		}
		heads = a.heads
		return a.flush(ctx)
	})
	if err != nil {
		return nil, 0, fmt.Errorf("nothing was recorded: %w", err)
	}
	return heads, changed, nil
}

// addOne records e, if it is new, and returns the record as it now stands.
func addOne[T any](ctx context.Context, t *Tenant, d authority.Duty, e entry) (T, bool, error) {
	var none T
	series, err := seriesName(e.kind, e.series)
	if err != nil {
		return none, false, err
	}
	heads, changed, err := t.add(ctx, d, []entry{e})
	if err != nil {
		return none, false, err
	}
	v, err := decode[T](heads[series].Body)
	return v, changed > 0, err
}

// AddPopulation records a collected population. If the dataset's newest
// population is the same in everything but ID and At, that one is returned
// with false.
func (t *Tenant) AddPopulation(ctx context.Context, p audit.Population) (audit.Population, bool, error) {
	return addOne[audit.Population](ctx, t, authority.DutyCollect, populationEntry(p, []string{p.Dataset}))
}

func populationEntry(p audit.Population, series []string) entry {
	p.ID, p.At = "", time.Time{}
	return entry{
		kind: audit.KindPopulation, verb: "collected", series: series, says: p,
		where: here("", p.Dataset, p.Connection),
		seal: func(s stamp) (string, any, error) {
			p.ID, p.At = s.id("pop"), s.at
			return string(p.ID), p, nil
		},
	}
}

// AddReport records an assembled draft, or the report as issued, after which
// none of its kind follows. If the engagement's newest of the kind is the same
// in everything but ID and At, that one is returned with false.
func (t *Tenant) AddReport(ctx context.Context, r audit.Report) (audit.Report, bool, error) {
	r.ID, r.At = "", time.Time{}
	verb, where := "drafted", here(r.Engagement)
	if !r.Draft {
		verb, where.What = "issued", "issued"
	}
	return addOne[audit.Report](ctx, t, authority.DutyReport, entry{
		kind: audit.KindReport, verb: verb, part: r.Engagement,
		series: reportSeries(r), says: r, where: where,
		check: func(ctx context.Context, a *appender) error { return a.mayIssue(ctx, r) },
		seal: func(s stamp) (string, any, error) {
			last, err := before[audit.Report](s)
			if err == nil && last.ID != "" && !last.Draft {
				err = fmt.Errorf("report %s of %s was issued: it is never replaced", last.ID, r.Engagement)
			}
			if err != nil {
				return "", nil, err
			}
			r.ID, r.At = s.id("rep"), s.at
			return string(r.ID), r, nil
		},
	})
}

// reportSeries keeps the reports of one engagement apart by kind.
func reportSeries(r audit.Report) []string {
	if r.Kind == "" {
		return []string{r.Engagement}
	}
	return []string{r.Engagement, string(r.Kind)}
}

// AddDispositions records judgments of exceptions and counts those that differ
// from the newest judgment of the same item. Earlier ones are kept. By is
// whoever records them, and Judge whom he names in its place, if another. A
// disposition stands in the trail as engagement/procedure/item@version, with
// any slash inside a name written %2F and any percent sign %25.
func (t *Tenant) AddDispositions(ctx context.Context, ds []audit.Disposition) (int, error) {
	entries := make([]entry, len(ds))
	for i, d := range ds {
		d.Judge, d.At = "", time.Time{}
		entries[i] = entry{
			kind: audit.KindDisposition, verb: "dispositioned", part: d.Engagement,
			series: []string{d.Engagement, d.Procedure, d.Item}, says: d,
			where: here(d.Engagement),
			seal: func(s stamp) (string, any, error) {
				if d.Judge = d.By; authority.SameName(d.Judge, s.by) {
					d.Judge = ""
				}
				signed(&d.By, &d.At, s)
				return s.series + "@" + strconv.FormatInt(s.version, 10), d, nil
			},
		}
	}
	_, changed, err := t.add(ctx, authority.DutyJudge, entries)
	return changed, err
}

// AddConclusions records what the tests of controls amount to and counts those
// that differ, in anything but ID and At, from the newest conclusion on the
// same control. Earlier ones are kept.
func (t *Tenant) AddConclusions(ctx context.Context, cs []audit.Conclusion) (int, error) {
	entries := make([]entry, len(cs))
	for i, c := range cs {
		c.ID, c.At = "", time.Time{}
		entries[i] = entry{
			kind: audit.KindConclusion, verb: "concluded", part: c.Engagement,
			series: []string{c.Engagement, c.Control}, says: c,
			where: here(c.Engagement),
			seal: func(s stamp) (string, any, error) {
				c.ID, c.At = s.id("con"), s.at
				return string(c.ID), c, nil
			},
		}
	}
	_, changed, err := t.add(ctx, authority.DutyConclude, entries)
	return changed, err
}
