package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/method/authority"
	"tickmark/internal/surface/web/page"
)

// job is long work of one person, which goes on when its page is left. It is
// known as long as the program runs; what it recorded stands in the records.
type job struct {
	id, title string
	person    audit.Person
	back      page.Link // where it was started
	began     time.Time

	mu    sync.Mutex
	step  step
	ended bool
	fault string
	to    string         // where its result is
	found []page.Section // or what it found
}

// step is how far a job is, as its page is told.
type step struct {
	What string `json:"what"`
	Done int64  `json:"done"`
	Of   int64  `json:"of"` // 0 when nobody knows
	End  bool   `json:"end,omitempty"`
}

// tell notes how far the job is.
func (j *job) tell(what string, done, of int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.step = step{What: what, Done: done, Of: of}
}

func (j *job) stands() step {
	j.mu.Lock()
	defer j.mu.Unlock()
	s := j.step
	s.End = j.ended
	return s
}

// mostJobs is how many jobs are remembered, and mostAtOnce how many go on.
const (
	mostJobs   = 100
	mostAtOnce = 4
)

// jobs are the long work that this server knows of, the newest last.
type jobs struct {
	mu  sync.Mutex
	all []*job
}

// start begins a job unless there are too many, and leads its caller to its page.
func (b *bench) start(c *call, j *job, work func(ctx context.Context, j *job) error) error {
	j.id, j.person, j.began, j.step = newToken()[:20], c.person, b.Now(), step{What: "begins"}
	b.jobs.mu.Lock()
	going := 0
	for _, x := range b.jobs.all {
		if !x.stands().End {
			going++
		}
	}
	if going >= mostAtOnce {
		b.jobs.mu.Unlock()
		return problem{http.StatusTooManyRequests, "Too much is going on", fmt.Sprintf("%d jobs are running. Wait until one of them has ended.", going)}
	}
	b.jobs.all = append(b.jobs.all, j)
	b.jobs.all = b.jobs.all[max(0, len(b.jobs.all)-mostJobs):]
	b.jobs.mu.Unlock()
	go b.carryOut(context.WithoutCancel(c.r.Context()), j, work)
	http.Redirect(c.w, c.r, path("jobs", j.id), http.StatusSeeOther)
	return nil
}

func (b *bench) carryOut(ctx context.Context, j *job, work func(ctx context.Context, j *job) error) {
	err := work(ctx, j)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ended = true
	if err == nil {
		return
	}
	j.fault = err.Error()
	if !errors.Is(err, authority.ErrRefused) {
		b.Log.Warn("job", "title", j.title, "person", j.person.Name, "error", err)
	}
}

// jobOf is the job of an address, if it is the person's own.
func (b *bench) jobOf(c *call) (*job, error) {
	b.jobs.mu.Lock()
	defer b.jobs.mu.Unlock()
	for _, j := range b.jobs.all {
		if j.id == c.r.PathValue("job") && j.person.Name == c.person.Name && j.person.Side == c.person.Side {
			return j, nil
		}
	}
	return nil, errNoPage
}

// job shows how far long work is, and leads on when it has ended.
func (b *bench) job(c *call) error {
	j, err := b.jobOf(c)
	if err != nil {
		return err
	}
	s := j.stands()
	if s.End && j.fault == "" && j.to != "" {
		http.Redirect(c.w, c.r, j.to, http.StatusSeeOther)
		return nil
	}
	p := page.Job{Began: instant(j.began), What: s.What, Done: s.Done, Of: s.Of, Ended: s.End, Events: path("jobs", j.id, "events"), Back: j.back}
	if s.End {
		p.Fault, p.Sections = j.fault, j.found
	}
	if p.Frame, err = b.frame(c, j.title, ""); err != nil {
		return err
	}
	return b.show(c, p.Write())
}

// Between two looks at a job, and the longest that a page is told without asking
// again: a browser asks by itself.
const (
	lookEvery  = 200 * time.Millisecond
	tellAtMost = 10 * time.Minute
)

// events tells a page how far a job is, as server-sent events, until it ends.
func (b *bench) jobEvents(c *call) error {
	j, err := b.jobOf(c)
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(c.w)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	var told step
	for first, until := true, time.Now().Add(tellAtMost); time.Now().Before(until); first = false {
		s := j.stands()
		if first || s != told {
			text, err := json.Marshal(s)
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(c.w, "data: %s\n\n", text); err != nil || out.Flush() != nil {
				return nil // the reader has gone
			}
			told = s
		}
		if s.End {
			return nil
		}
		select {
		case <-c.r.Context().Done():
			return nil
		case <-tick.C:
		}
	}
	return nil
}
