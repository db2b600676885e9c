package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/pipeline"
)

// progress tells whoever waits what is being done: one line that changes on a
// terminal, one line for each step elsewhere.
type progress struct {
	out   io.Writer
	live  bool
	json  bool // a line of JSON for each step, and for each second of a test
	since time.Time
	last  string
	test  string    // the test whose rows are told
	began time.Time // when it did
	told  time.Time // when its rows were told last
}

// told is a line of progress as JSON.
type told struct {
	Stage         string `json:"stage"`
	What          string `json:"what"`
	Done          int64  `json:"done"`
	Of            int64  `json:"of"`
	Rows          int64  `json:"rows,omitempty"`
	OfRows        int64  `json:"of_rows,omitempty"`
	RowsPerSecond int64  `json:"rows_per_second,omitempty"`
	SecondsLeft   int64  `json:"seconds_left,omitempty"`
}

// progress is one for a command that tells of tests.
func (e *env) progress() *progress {
	p := newProgress(e.errs)
	p.json = e.json
	return p
}

func newProgress(out io.Writer) *progress {
	p := &progress{out: out, since: time.Now()}
	if f, ok := out.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p.live = true
		}
	}
	return p
}

func (p *progress) step(stage, what string, done, of int64) {
	p.test = ""
	if p.json {
		p.line(told{Stage: stage, What: what, Done: done, Of: of})
		return
	}
	text := fmt.Sprintf("%-12s %s", stage, what)
	if p.live {
		part := ""
		if of > 1 {
			part = fmt.Sprintf("  %s of %s", audit.Count(done), audit.Count(of))
		}
		fmt.Fprintf(p.out, "\r\x1b[K%5.1fs  %s%s", time.Since(p.since).Seconds(), text, part)
		return
	}
	if text != p.last {
		fmt.Fprintf(p.out, "%5.1fs  %s\n", time.Since(p.since).Seconds(), text)
		p.last = text
	}
}

// pipeline tells a step of a run, or how far the test is that it performs.
func (p *progress) pipeline(x pipeline.Progress) {
	if x.Rows.Of == 0 {
		p.step(x.Stage, x.What, int64(x.Done), int64(x.Of))
		return
	}
	p.rows(told{Stage: x.Stage, What: x.What, Done: int64(x.Done), Of: int64(x.Of), Rows: x.Rows.Rows, OfRows: x.Rows.Of})
}

// rows tells how far one test is: rows a second so far, and how long it will
// take if it goes on like this. A terminal shows each; a file gets a line every
// ten seconds, and JSON one every second.
func (p *progress) rows(t told) {
	now := time.Now()
	if p.test != t.What {
		p.test, p.began, p.told = t.What, now, now
		return // how fast it is, the next one shows
	}
	took := now.Sub(p.began).Milliseconds()
	if took > 0 {
		t.RowsPerSecond = t.Rows * 1000 / took
	}
	if t.RowsPerSecond > 0 {
		t.SecondsLeft = (t.OfRows - t.Rows) / t.RowsPerSecond
	}
	wait := 10 * time.Second
	if p.json {
		wait = time.Second
	}
	if !p.live && now.Sub(p.told) < wait {
		return
	}
	p.told = now
	if p.json {
		p.line(t)
		return
	}
	text := fmt.Sprintf("%5.1fs  %-12s %s  %s of %s rows, %s a second, %d s left", now.Sub(p.since).Seconds(), t.Stage, t.What,
		audit.Count(t.Rows), audit.Count(t.OfRows), audit.Count(t.RowsPerSecond), t.SecondsLeft)
	if p.live {
		fmt.Fprintf(p.out, "\r\x1b[K%s", text)
		return
	}
	fmt.Fprintln(p.out, text)
}

func (p *progress) line(t told) {
	if text, err := json.Marshal(t); err == nil {
		fmt.Fprintf(p.out, "%s\n", text)
	}
}

func (p *progress) end() {
	if p.live && !p.json {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
