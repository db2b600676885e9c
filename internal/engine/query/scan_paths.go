package query

import (
	"bytes"
	"strings"
)

// wanted is the paths that are read ahead, as a tree of names.
type wanted struct {
	column int // -1 where no path ends
	inner  map[string]*wanted
	met    int64 // the record in which the name stood last: of two of a name, the first counts
	usual  []member
}

// member is a name that stood at its place in the record before: records of one
// source name their members in one order.
type member struct {
	name string
	next *wanted // nil where nobody wants it
}

// at is what is wanted under a name, the n-th of its object.
func (w *wanted) at(n int, name []byte) *wanted {
	if n < len(w.usual) && w.usual[n].name == string(name) {
		return w.usual[n].next
	}
	next := w.inner[string(name)]
	switch {
	case n < len(w.usual):
		w.usual[n] = member{string(name), next}
	case n == len(w.usual) && n < 256:
		w.usual = append(w.usual, member{string(name), next})
	}
	return next
}

func wantedOf(paths []string) *wanted {
	top := &wanted{column: -1, inner: map[string]*wanted{}}
	for i, p := range paths {
		at := top
		for name := range strings.SplitSeq(p, ".") {
			if at.inner[name] == nil {
				at.inner[name] = &wanted{column: -1, inner: map[string]*wanted{}}
			}
			at = at.inner[name]
		}
		at.column = i
	}
	return top
}

// values finds the values of paths in minified records that the scanner wrote.
type values struct {
	top   *wanted
	found [][]byte // text of each path's value as a field of a line; nil is absent
	n     int64
}

// of reads one record. False says that it must be read whole: a path ends in an
// object or an array, or a name is written with escapes.
func (v *values) of(record []byte) bool {
	clear(v.found)
	if v.n++; len(v.found) == 0 {
		return true
	}
	_, ok := v.object(record, 0, v.top)
	return ok
}

// object reads the object that begins at b[i] and returns where it ends.
func (v *values) object(b []byte, i int, w *wanted) (int, bool) {
	i++
	for n := 0; b[i] != '}'; n++ {
		if b[i] == ',' {
			i++
		}
		end := i + 1 + plainBytes(b[i+1:])
		if b[end] != '"' {
			return i, false
		}
		next := w.at(n, b[i+1:end])
		i = end + 2 // the quote and the colon
		if next == nil || next.met == v.n {
			i = skipped(b, i)
			continue
		}
		next.met = v.n
		var ok bool
		if i, ok = v.value(b, i, next); !ok {
			return i, false
		}
	}
	return i + 1, true
}

func (v *values) value(b []byte, i int, w *wanted) (int, bool) {
	switch {
	case b[i] == '{' && w.column < 0:
		return v.object(b, i, w)
	case (b[i] == '{' || b[i] == '[') && w.column >= 0:
		return i, false
	}
	end := skipped(b, i)
	if w.column < 0 || b[i] == 'n' {
		return end, true
	}
	if b[i] != '"' {
		v.found[w.column] = b[i:end]
		return end, true
	}
	inner := b[i+1 : end-1]
	if len(inner) > 0 && bytes.IndexByte(inner, '\\') < 0 {
		v.found[w.column] = inner
		return end, true
	}
	text, err := unquoted(b[i:end])
	if err != nil || strings.IndexByte(text, 0) >= 0 {
		return i, false
	}
	v.found[w.column] = fielded(text)
	return end, true
}

// fence stands around a field that would end elsewhere: no JSON holds it as it is.
const fence = "\x01"

func fielded(text string) []byte {
	if text != "" && !strings.ContainsAny(text, "\t\r\n"+fence) {
		return []byte(text)
	}
	return []byte(fence + strings.ReplaceAll(text, fence, fence+fence) + fence)
}

// skipped is where the value that begins at b[i] ends.
func skipped(b []byte, i int) int {
	depth := 0
	for ; ; i++ {
		switch b[i] {
		case '"':
			for i += 1 + plainBytes(b[i+1:]); b[i] != '"'; i += plainBytes(b[i:]) {
				i += 2 // a backslash and what it escapes
			}
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 { // behind true, false or null
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',':
			if depth == 0 {
				return i
			}
		}
	}
}
