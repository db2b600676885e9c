package web

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/method/authority"
	"tickmark/internal/register/oversight"
	"tickmark/internal/register/risk"
)

// view is what one person sees of the records at one length of the history.
// Records are never changed, only added, so that whatever was read once holds
// until the history is longer; a page costs one question, how long it is.
type view struct {
	Records
	person  audit.Person
	reader  *store.Reader
	catalog *catalog.Catalog
	size    int64
	used    time.Time

	duties       keyed[authority.Duty, bool]
	described    lazy[described]
	populations  lazy[[]audit.Population]
	collections  lazy[[]audit.Collection]
	results      lazy[[]audit.Result]
	lists        lazy[[]audit.Exceptions]
	dispositions lazy[[]audit.Disposition]
	assignments  lazy[[]audit.Assignment]
	switches     lazy[[]audit.Switch]
	drafts       lazy[[]audit.Report]
	newest       lazy[audit.Event]
	procedures   lazy[map[string]audit.Procedure]
	programmes   keyed[string, *programme]
	tallies      keyed[audit.ID, tally]
	tabs         keyed[string, []tab]
	hidden       lazy[map[string]bool]

	// What is worked out of the programme: what depends on the day is kept by it.
	rated    keyed[string, risk.State]
	planned  keyed[string, Planned]
	grown    keyed[string, Scoped]
	overseen keyed[string, oversight.State]
}

// described is what management describes.
type described struct {
	workspace.Folder
	items []audit.ScopeItem
}

// lazy is a value that is read when it is first asked for. A failure is not
// kept.
type lazy[T any] struct {
	mu    sync.Mutex
	done  bool
	value T
}

func (l *lazy[T]) get(read func() (T, error)) (T, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.done {
		return l.value, nil
	}
	v, err := read()
	if err == nil {
		l.value, l.done = v, true
	}
	return v, err
}

// keyed is lazy values by key.
type keyed[K comparable, T any] struct {
	mu  sync.Mutex
	all map[K]*lazy[T]
}

func (k *keyed[K, T]) get(key K, read func() (T, error)) (T, error) {
	k.mu.Lock()
	if k.all == nil {
		k.all = map[K]*lazy[T]{}
	}
	l := k.all[key]
	if l == nil {
		l = &lazy[T]{}
		k.all[key] = l
	}
	k.mu.Unlock()
	return l.get(read)
}

// mostViews is how many people's views are kept at a time.
const mostViews = 64

// look is the person's view as the records stand now.
func (b *bench) look(ctx context.Context, p audit.Person) (*view, error) {
	key := string(p.Side) + "\x00" + string(p.Role) + "\x00" + p.Name
	b.mu.Lock()
	old := b.views[key]
	b.mu.Unlock()
	if old != nil {
		size, err := old.reader.TrailSize(ctx)
		if err != nil || size == old.size {
			return old, err
		}
	}
	reader, err := b.Records.Reader(ctx, p)
	if err != nil {
		return nil, err
	}
	v := &view{Records: b.Records, person: p, reader: reader, catalog: b.Catalog, used: b.Now()}
	if v.size, err = reader.TrailSize(ctx); err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.views) >= mostViews && b.views[key] == nil {
		b.forget()
	}
	b.views[key] = v
	return v, nil
}

// forget drops the oldest view.
func (b *bench) forget() {
	oldest := ""
	for key, v := range b.views {
		if oldest == "" || v.used.Before(b.views[oldest].used) {
			oldest = key
		}
	}
	delete(b.views, oldest)
}

// may refuses whoever does not hold a duty.
func (v *view) may(ctx context.Context, d authority.Duty) error {
	_, err := v.duties.get(d, func() (bool, error) { return true, v.May(ctx, v.person, d) })
	return err
}

func (v *view) scope(ctx context.Context) (described, error) {
	return v.described.get(func() (described, error) {
		items, err := v.reader.Scope(ctx)
		if err != nil {
			return described{}, err
		}
		f, err := workspace.FromItems(items)
		return described{f, items}, err
	})
}

// evidence is the populations of what is described now.
func (v *view) evidence(ctx context.Context) ([]audit.Population, error) {
	f, err := v.scope(ctx)
	if err != nil {
		return nil, err
	}
	return v.populations.get(func() ([]audit.Population, error) {
		all, err := v.reader.Populations(ctx)
		return slices.DeleteFunc(all, func(p audit.Population) bool {
			if p.Connection != "" {
				return !slices.ContainsFunc(f.Connections, func(c audit.Connection) bool { return c.Code == p.Connection })
			}
			return !slices.ContainsFunc(f.Datasets, func(d audit.Dataset) bool { return d.Code == p.Dataset })
		}), err
	})
}

func (v *view) runs(ctx context.Context) ([]audit.Collection, error) {
	return v.collections.get(func() ([]audit.Collection, error) { return v.reader.Collections(ctx, "") })
}

func (v *view) tested(ctx context.Context) ([]audit.Result, error) {
	return v.results.get(func() ([]audit.Result, error) { return v.reader.Results(ctx, "") })
}

func (v *view) listed(ctx context.Context) ([]audit.Exceptions, error) {
	return v.lists.get(func() ([]audit.Exceptions, error) { return v.reader.Exceptions(ctx, "") })
}

func (v *view) judged(ctx context.Context) ([]audit.Disposition, error) {
	return v.dispositions.get(func() ([]audit.Disposition, error) { return v.reader.Dispositions(ctx, "") })
}

func (v *view) assigned(ctx context.Context) ([]audit.Assignment, error) {
	return v.assignments.get(func() ([]audit.Assignment, error) { return v.reader.Assignments(ctx, "") })
}

func (v *view) resting(ctx context.Context) ([]audit.Switch, error) {
	return v.switches.get(func() ([]audit.Switch, error) { return v.reader.Switches(ctx) })
}

func (v *view) reportDrafts(ctx context.Context) ([]audit.Report, error) {
	return v.drafts.get(func() ([]audit.Report, error) { return v.reader.Reports(ctx) })
}

// tests are the catalog's procedures and the organization's own.
func (v *view) tests(ctx context.Context) (map[string]audit.Procedure, error) {
	f, err := v.scope(ctx)
	if err != nil {
		return nil, err
	}
	return v.procedures.get(func() (map[string]audit.Procedure, error) { return v.catalog.With(f.Texts()) })
}

// last is the newest event of the history.
func (v *view) last(ctx context.Context) (audit.Event, error) {
	return v.newest.get(func() (audit.Event, error) {
		if v.size == 0 {
			return audit.Event{}, nil
		}
		events, err := v.events(ctx, v.size-1, v.size)
		if errors.Is(err, authority.ErrRefused) {
			return audit.Event{At: v.used}, nil // who does not see the history sees the records as of when they were read
		}
		if err != nil {
			return audit.Event{}, err
		}
		return events[0], nil
	})
}

// events are the leaves from (included) to to (excluded).
func (v *view) events(ctx context.Context, from, to int64) ([]audit.Event, error) {
	leaves, err := v.reader.TrailLeaves(ctx, from, to)
	if err != nil {
		return nil, err
	}
	out := make([]audit.Event, len(leaves))
	for i, l := range leaves {
		if err := json.Unmarshal(l, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}
