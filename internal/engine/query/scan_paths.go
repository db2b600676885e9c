package query

import "strings"

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
	text string  // as it stands there without blanks, with its quotes and colon; "" when it must be read
	next *wanted // nil where nobody wants it

	same   []byte // name and value as they stood in the record before; empty when they must be read
	value  int    // where in same the value begins
	missed int    // records in a row in which the member stood otherwise
}

// under is what is wanted under a name, the n-th of its object.
func (w *wanted) under(n int, name []byte) *wanted {
	if n < len(w.usual) && w.usual[n].name == string(name) {
		return w.usual[n].next
	}
	next := w.inner[string(name)]
	switch {
	case n < len(w.usual):
		w.usual[n] = memberOf(name, next)
	case n == len(w.usual) && n < 256:
		w.usual = append(w.usual, memberOf(name, next))
	}
	return next
}

func memberOf(name []byte, next *wanted) member {
	m := member{name: string(name), next: next}
	if plainBytes(name) == len(name) {
		m.text = `"` + m.name + `":`
	}
	return m
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

// values notes the values of paths while a scanner reads a record.
type values struct {
	top   *wanted
	found [][]byte // text of each path's value; nil is absent
	whole bool     // the record must be read whole: a path ends in an object or array, or a name on the way is written with escapes
	n     int64
	next  *wanted          // what is wanted of the value that stands next
	at    [deepest]*wanted // what is wanted of the open objects' members
	count [deepest]int     // of each, members so far
	now   [deepest]*member // of each, the member whose value is being read; nil when it need not be remembered
	from  [deepest]int     // where that member begins
}

// begin forgets the record before.
func (v *values) begin() {
	clear(v.found)
	v.n++
	v.next, v.whole = v.top, false
}

// name meets a member of the object at this depth.
func (v *values) name(depth int, name []byte, escaped bool) {
	v.whole = v.whole || escaped
	v.meet(depth, v.at[depth].under(v.count[depth], name))
}

// guess meets the member that stood at this place in the record before, when the
// text begins with it, and says how long its name is with what belongs to it.
func (v *values) guess(depth int, text []byte) int {
	w, n := v.at[depth], v.count[depth]
	if n >= len(w.usual) {
		return 0
	}
	m := &w.usual[n]
	if m.text == "" || len(text) < len(m.text) || string(text[:len(m.text)]) != m.text {
		return 0
	}
	v.meet(depth, m.next)
	return len(m.text)
}

func (v *values) meet(depth int, next *wanted) {
	v.count[depth]++
	if v.next = next; next != nil && next.met == v.n {
		v.next = nil
	} else if next != nil {
		next.met = v.n
	}
}

// open meets an object or an array.
func (v *values) open(c byte, depth int) {
	w := v.next
	v.next, v.at[depth], v.count[depth], v.now[depth] = nil, nil, 0, nil
	if w != nil && w.column >= 0 {
		v.whole = true
	} else if c == '{' {
		v.at[depth] = w
	}
}

// scalar meets any other value.
func (v *values) scalar(b []byte, escaped bool) {
	column := v.next.column
	v.next = nil
	switch {
	case column < 0 || b[0] == 'n':
	case b[0] != '"':
		v.found[column] = b
	case len(b) > 2 && !escaped:
		v.found[column] = b[1 : len(b)-1]
	default:
		text, err := unquoted(b)
		if err != nil || strings.IndexByte(text, 0) >= 0 {
			v.whole = true
			return
		}
		v.found[column] = []byte(text)
	}
}
