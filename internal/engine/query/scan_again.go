package query

import "bytes"

// Records of one source are alike: much of one stands in the next at the same
// place, byte for byte. What was read as JSON once need not be read again.
const (
	longestSame = 4 << 10 // bytes of a member that are remembered
	patience    = 4       // records in which a member may stand otherwise before that is no longer looked at
	retried     = 64      // each so many records it is looked at again
)

// again passes over members that stand in this text as they stood in the record
// before, notes their values, and says how long they are, with the commas behind
// them. When ended, the object ends there.
func (v *values) again(depth int, in []byte) (n int, ended bool) {
	w := v.at[depth]
	for v.count[depth] < len(w.usual) {
		m := &w.usual[v.count[depth]]
		end := n + len(m.same)
		if end == n || end >= len(in) || in[end] != ',' && in[end] != '}' || !bytes.Equal(in[n:end], m.same) {
			m.missed++
			return n, false
		}
		m.missed = 0
		if v.meet(depth, m.next); v.next != nil {
			v.scalar(bytes.TrimLeft(in[n+m.value:end], " \t\r\n"), false)
		}
		if in[end] == '}' {
			return end, true
		}
		n = end + 1
	}
	return n, false
}

// begun notes where a member of the object at this depth begins, and its value.
func (v *values) begun(depth, member, value int) {
	v.now[depth] = nil
	w, n := v.at[depth], v.count[depth]-1
	if n >= len(w.usual) {
		return
	}
	m := &w.usual[n]
	m.same = m.same[:0]
	if m.text != "" && (m.missed < patience || v.n%retried == 0) {
		v.now[depth], v.from[depth], m.value = m, member, value-member
	}
}

// ended meets a value that is no object and no array, and stands at start, at the
// end of in.
func (v *values) ended(depth int, in []byte, start int, escaped bool) {
	if v.next != nil {
		v.scalar(in[start:], escaped)
	}
	if depth > 0 && !escaped {
		v.keep(depth-1, in)
	}
}

// close meets the end of the object or array at this depth. It is remembered where
// nobody wants anything of it.
func (v *values) close(depth int, in []byte) {
	if depth > 0 && v.now[depth-1] != nil && v.now[depth-1].next == nil {
		v.keep(depth-1, in)
	}
}

// keep remembers the member that ends at the end of in.
func (v *values) keep(depth int, in []byte) {
	if m := v.now[depth]; m != nil && len(in)-v.from[depth] <= longestSame {
		m.same = append(m.same, in[v.from[depth]:]...)
	}
	v.now[depth] = nil
}
