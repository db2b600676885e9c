package store

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
)

// AddCollection records one run of a connection and the populations that its
// mappings made, all in one transaction. It returns them as they now stand.
// A run is recorded once, by its connection and the instant at which it started.
func (t *Tenant) AddCollection(ctx context.Context, c audit.Collection, made []audit.Population) (audit.Collection, []audit.Population, error) {
	var out []audit.Population
	err := t.writing(ctx, authority.DutyCollect, func(ctx context.Context, tx bun.Tx) error {
		a, err := newAppender(ctx, tx, t.grant, t.db.clock())
		if err != nil {
			return err
		}
		run := []string{c.Connection, c.Started}
		if _, err := a.add(ctx, authority.DutyCollect, []entry{collectionEntry(c, run)}); err != nil {
			return err
		}
		if c, err = standing[audit.Collection](a, audit.KindCollection, run); err != nil {
			return err
		}
		if out, err = addMade(ctx, a, c, made); err != nil {
			return err
		}
		return a.flush(ctx)
	})
	if err != nil {
		return c, nil, fmt.Errorf("nothing was recorded: %w", err)
	}
	return c, out, nil
}

func collectionEntry(c audit.Collection, run []string) entry {
	c.ID, c.At = "", time.Time{}
	return entry{
		kind: audit.KindCollection, verb: "collected", part: c.Connection, series: run, says: c,
		where: here("", c.Connection),
		seal: func(s stamp) (string, any, error) {
			c.ID, c.At = s.id("col"), s.at
			return string(c.ID), c, nil
		},
	}
}

// addMade adds the populations of one collection.
func addMade(ctx context.Context, a *appender, c audit.Collection, made []audit.Population) ([]audit.Population, error) {
	var entries []entry
	for _, p := range made {
		p.Connection, p.Collection = c.Connection, c.ID
		entries = append(entries, populationEntry(p, []string{c.Connection, p.Name, c.Started}))
	}
	if _, err := a.add(ctx, authority.DutyCollect, entries); err != nil {
		return nil, err
	}
	var out []audit.Population
	for _, e := range entries {
		p, err := standing[audit.Population](a, e.kind, e.series)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// standing is the record that a transaction leaves as the newest of a series.
func standing[T any](a *appender, kind string, series []string) (T, error) {
	var none T
	name, err := seriesName(kind, series)
	if err != nil {
		return none, err
	}
	return decode[T](a.heads[name].Body)
}

// Collections returns the runs of a connection, or of all if it is "", by
// connection and start.
func (r *Reader) Collections(ctx context.Context, connection string) ([]audit.Collection, error) {
	all, err := current[audit.Collection](ctx, r, audit.KindCollection, only(connection)...)
	sortBy(all, func(c audit.Collection) []string { return []string{c.Connection, c.Started} })
	return all, err
}
