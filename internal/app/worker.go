package app

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/queue"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/workspace"
	"tickmark/internal/pipeline"
	"tickmark/internal/stage/scope"
)

// beat is how often a worker looks at the schedules.
const beat = 20 * time.Second

// queueURL is where collections wait: the database of the records, or a file
// beside it, since whoever waits for work would hold up whoever writes.
func (c Config) queueURL() (string, error) {
	if c.Database != "" {
		return c.Database, nil
	}
	path, err := filepath.Abs(c.state("queue.db"))
	return "sqlite://" + path, err
}

func (a *App) queue(ctx context.Context) (*queue.Queue, error) {
	url, err := a.queueURL()
	if err != nil {
		return nil, err
	}
	return queue.Open(ctx, url)
}

// Enqueue puts a collection into the queue, by hand: what is due, or a window,
// in pieces when there is a step. It returns false if one of the connection is
// in the queue already.
func (a *App) Enqueue(ctx context.Context, code string, window audit.Period, step string) (bool, error) {
	if window != (audit.Period{}) {
		if _, err := pipeline.Pieces(window, step); err != nil {
			return false, err
		}
	}
	f, _, err := a.described(ctx)
	if err != nil {
		return false, err
	}
	if _, err := connectionOf(f, code); err != nil {
		return false, err
	}
	org, err := a.organization(ctx)
	if err != nil {
		return false, err
	}
	q, err := a.queue(ctx)
	if err != nil {
		return false, err
	}
	defer q.Close()
	return q.Add(ctx, queue.Job{Organization: org.ID, Connection: code, Window: window, Step: step}, time.Time{})
}

// Work keeps the schedules and makes collections, n at a time, until ctx ends.
// After each, the procedures that read what changed are performed. A source that
// falls silent is told in the log, and posted to the address alert, if there is one.
func (a *App) Work(ctx context.Context, n int, alert string, log *slog.Logger) error {
	q, err := a.queue(ctx)
	if err != nil {
		return err
	}
	defer q.Close()
	org, err := a.organization(ctx)
	if err != nil {
		return err
	}
	w := worker{App: a, queue: q, log: log, alert: alert, quiet: map[string]bool{}}
	ticking := make(chan struct{})
	go func() {
		defer close(ticking)
		w.tick(ctx)
	}()
	err = q.Work(ctx, org.ID, n, w.job)
	<-ticking
	return err
}

// worker is one process that works on the queue.
type worker struct {
	*App
	queue *queue.Queue
	log   *slog.Logger
	alert string
	quiet map[string]bool // connections whose silence was told
}

func (w *worker) tick(ctx context.Context) {
	for t := time.NewTicker(beat); ; {
		if err := w.Beat(ctx); err != nil && ctx.Err() == nil {
			w.log.Error("schedules could not be looked at", "error", err)
		}
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-t.C:
		}
	}
}

// Beat puts what is due into the queue and tells who fell silent.
func (w *worker) Beat(ctx context.Context) error {
	f, t, err := w.described(ctx)
	if err != nil {
		return err
	}
	org, err := w.organization(ctx)
	if err != nil {
		return err
	}
	entries, err := w.queue.List(ctx, org.ID)
	if err != nil {
		return err
	}
	resting, err := off(ctx, t, audit.SwitchConnection)
	if err != nil {
		return err
	}
	for _, c := range f.Connections {
		if c.Paused || resting[c.Code].Off {
			continue
		}
		if err := w.due(ctx, org.ID, c, entries); err != nil {
			return err
		}
	}
	return w.silence(ctx, f, t)
}

// due adds a collection when the schedule called for one that nobody added yet.
func (w *worker) due(ctx context.Context, org audit.ID, c audit.Connection, entries []queue.Entry) error {
	now := w.clock()
	slot, err := pipeline.Slot(c, now)
	if err != nil || slot.IsZero() {
		return err
	}
	text := slot.Format(time.RFC3339)
	known := func(e queue.Entry) bool { return e.Connection == c.Code && e.Slot >= text }
	if slices.ContainsFunc(entries, known) {
		return nil
	}
	jitter, err := pipeline.Jitter(org, c, now)
	if err != nil {
		return err
	}
	added, err := w.queue.Add(ctx, queue.Job{Organization: org, Connection: c.Code, Slot: text}, slot.Add(jitter))
	if added {
		w.log.Info("collection scheduled", "connection", c.Code, "slot", text, "begins", slot.Add(jitter))
	}
	return err
}

func (w *worker) silence(ctx context.Context, f workspace.Folder, t *store.Tenant) error {
	all, err := silent(ctx, f, t, w.clock())
	if err != nil {
		return err
	}
	now := map[string]bool{}
	for _, q := range all {
		now[q.Connection] = true
		if !w.quiet[q.Connection] {
			w.log.Warn("a source fell silent", "connection", q.Connection, "last_complete", q.Since, "allowed_hours", q.Hours)
			if err := w.post(ctx, q); err != nil {
				w.log.Error("the alert could not be posted", "connection", q.Connection, "error", err)
			}
		}
	}
	w.quiet = now
	return nil
}

// job makes the collections of one job, and performs what reads them.
func (w *worker) job(ctx context.Context, j queue.Job) error {
	var err error
	pieces := []audit.Period{j.Window}
	if j.Window != (audit.Period{}) {
		if pieces, err = pipeline.Pieces(j.Window, j.Step); err != nil {
			return err
		}
	}
	for _, window := range pieces {
		g, err := w.Gather(ctx, j.Connection, window, nil)
		if err != nil {
			return err
		}
		w.log.Info("collected", "connection", j.Connection, "from", g.Collection.Window.From, "to", g.Collection.Window.To, "complete", g.Collection.Complete, "why", g.Collection.Why)
	}
	_, err = w.Run(ctx, pipeline.Options{}, nil)
	return err
}

// Silent lists the connections that gave nothing complete for longer than they may.
func (a *App) Silent(ctx context.Context) ([]pipeline.Quiet, error) {
	f, t, err := a.described(ctx)
	if err != nil {
		return nil, err
	}
	return silent(ctx, f, t, a.clock())
}

func silent(ctx context.Context, f workspace.Folder, t *store.Tenant, now time.Time) ([]pipeline.Quiet, error) {
	runs, err := t.Collections(ctx, "")
	if err != nil {
		return nil, err
	}
	items, err := t.Scope(ctx, audit.ScopeConnection)
	if err != nil {
		return nil, err
	}
	resting, err := off(ctx, t, audit.SwitchConnection)
	if err != nil {
		return nil, err
	}
	var out []pipeline.Quiet
	for _, c := range f.Connections {
		if resting[c.Code].Off {
			continue
		}
		mine := slices.DeleteFunc(slices.Clone(runs), func(r audit.Collection) bool { return r.Connection != c.Code })
		i := slices.IndexFunc(items, func(it audit.ScopeItem) bool { return it.Code == c.Code })
		q, quiet, err := pipeline.Silent(c, mine, items[i].At, now)
		if err != nil {
			return nil, err
		}
		if quiet {
			out = append(out, q)
		}
	}
	return out, nil
}

// off is what is switched off, or was, by code.
func off(ctx context.Context, t *store.Tenant, subject audit.SwitchKind) (map[string]audit.Switch, error) {
	all, err := t.Switches(ctx)
	byCode := map[string]audit.Switch{}
	for _, s := range all {
		if s.Subject == subject {
			byCode[s.Code] = s
		}
	}
	return byCode, err
}

// Switch makes a connection's schedule or a procedure rest, or work again.
func (a *App) Switch(ctx context.Context, p audit.Person, s audit.Switch) (bool, error) {
	t, err := a.tenant(ctx, p)
	if err != nil {
		return false, err
	}
	return scope.Stage{Records: t, Files: a.vault, Catalog: a.Catalog}.Switch(ctx, s)
}

// Schedule is one connection, when it collects and how it stands.
type Schedule struct {
	Connection audit.Connection `json:"connection"`
	Next       string           `json:"next,omitempty"`
	Last       string           `json:"last,omitempty"`          // collection, begun
	Complete   string           `json:"last_complete,omitempty"` // collection, ended
	Rests      *audit.Switch    `json:"rests,omitempty"`
	Silent     bool             `json:"silent"`
	Queue      []queue.Entry    `json:"queue,omitempty"`
}

// Schedules says of every connection when it collects and how it stands.
func (a *App) Schedules(ctx context.Context) ([]Schedule, error) {
	f, t, err := a.described(ctx)
	if err != nil {
		return nil, err
	}
	runs, err := t.Collections(ctx, "")
	if err != nil {
		return nil, err
	}
	quiet, err := silent(ctx, f, t, a.clock())
	if err != nil {
		return nil, err
	}
	resting, err := off(ctx, t, audit.SwitchConnection)
	if err != nil {
		return nil, err
	}
	entries, err := a.entries(ctx)
	if err != nil {
		return nil, err
	}
	var out []Schedule
	for _, c := range f.Connections {
		s := Schedule{Connection: c, Silent: slices.ContainsFunc(quiet, func(q pipeline.Quiet) bool { return q.Connection == c.Code })}
		if r, ok := resting[c.Code]; ok && r.Off {
			s.Rests = &r
		}
		next, err := pipeline.Next(c, a.clock())
		if err != nil {
			return nil, err
		}
		if !next.IsZero() && s.Rests == nil && !c.Paused {
			s.Next = next.Format(time.RFC3339)
		}
		for _, r := range runs {
			if r.Connection == c.Code {
				s.Last = r.Started
				if r.Complete {
					s.Complete = r.Ended
				}
			}
		}
		s.Queue = slices.DeleteFunc(slices.Clone(entries), func(e queue.Entry) bool { return e.Connection != c.Code })
		out = append(out, s)
	}
	slices.SortFunc(out, func(x, y Schedule) int { return strings.Compare(x.Connection.Code, y.Connection.Code) })
	return out, nil
}

func (a *App) entries(ctx context.Context) ([]queue.Entry, error) {
	org, err := a.organization(ctx)
	if err != nil {
		return nil, err
	}
	q, err := a.queue(ctx)
	if err != nil {
		return nil, err
	}
	defer q.Close()
	return q.List(ctx, org.ID)
}
