package confine

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// What a parent accepts of its child, which may have been taken over by what it
// read: lines of progress that are short, and one answer that has an end.
const (
	maxProgress = 4 << 10
	maxAnswer   = 256 << 20
)

// answer is a child's standard output: lines of progress are handed over as
// they come and forgotten, the rest is kept.
type answer struct {
	progress func(json.RawMessage)
	buf      bytes.Buffer // from the beginning of the line that is being written
	last     bool         // the line in buf is not progress: it and all that follows is the answer
	over     error
}

func (a *answer) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 && !a.last {
		i := bytes.IndexByte(p, '\n') + 1
		if i == 0 {
			i = len(p)
		}
		a.buf.Write(p[:i])
		p = p[i:]
		a.line()
	}
	a.buf.Write(p)
	if a.buf.Len() > maxAnswer {
		a.over = fmt.Errorf("the confined process answered more than %d MB: the answer is refused", maxAnswer>>20)
		return 0, a.over
	}
	return n, nil
}

// line hands over the line in buf when it is one of progress and whole.
func (a *answer) line() {
	text := a.buf.Bytes()
	whole := bytes.HasSuffix(text, []byte("\n"))
	if !whole && a.buf.Len() <= maxProgress {
		return // more of it may follow
	}
	var r reply
	if a.buf.Len() > maxProgress || json.Unmarshal(text, &r) != nil || r.Progress == nil {
		a.last = true
		return
	}
	a.buf.Reset()
	if a.progress != nil {
		a.progress(r.Progress)
	}
}
