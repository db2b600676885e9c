package workspace

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong in a folder, and where.
type Problem struct {
	File string // relative to the folder, with slashes
	Line int    // 0 when the problem is the file itself
	Path string // "controls[3].frequency", or "" for the whole file
	Text string
}

// Error gives the problem as "controls.yaml:41: controls[3].frequency: ...".
func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	if p.Path != "" {
		b.WriteString(": " + p.Path)
	}
	return b.String() + ": " + p.Text
}

// listed is how many problems of one file are spelled out; more are counted.
const listed = 200

// problems collects what is wrong, so that a person sees everything at once.
type problems struct {
	list []Problem
	seen map[string]int // per file
}

func (ps *problems) add(p Problem) {
	if ps.seen == nil {
		ps.seen = map[string]int{}
	}
	ps.seen[p.File]++
	if ps.seen[p.File] <= listed {
		ps.list = append(ps.list, p)
	}
}

// in reports whether the file has problems.
func (ps *problems) in(file string) bool { return ps.seen[file] > 0 }

// err joins the problems in the order of file and line, or is nil.
func (ps *problems) err() error {
	for file, n := range ps.seen {
		if n > listed {
			text := fmt.Sprintf("%d more problems are not listed; correct the ones above first", n-listed)
			ps.list = append(ps.list, Problem{File: file, Line: 1 << 30, Text: text})
		}
	}
	slices.SortStableFunc(ps.list, func(a, b Problem) int {
		if a.File != b.File {
			return strings.Compare(a.File, b.File)
		}
		return a.Line - b.Line
	})
	var errs []error
	for i, p := range ps.list {
		if p.Line == 1<<30 {
			p.Line = 0
		}
		if i == 0 || p != ps.list[i-1] {
			errs = append(errs, p)
		}
	}
	return errors.Join(errs...)
}
