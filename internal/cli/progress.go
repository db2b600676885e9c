package cli

import (
	"fmt"
	"io"
	"os"
	"time"

	"tickmark/internal/audit"
)

// progress tells whoever waits what is being done: one line that changes on a
// terminal, one line for each step elsewhere.
type progress struct {
	out   io.Writer
	live  bool
	since time.Time
	last  string
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

func (p *progress) end() {
	if p.live {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
