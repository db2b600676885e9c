package paper

import (
	"fmt"
	"strings"
)

// The compiler was built for a browser: it speaks to its host through a table
// of JavaScript values. These are the few kinds of value it ever asks for.
type (
	jsUndefined struct{}
	jsError     struct{ text string }
	jsArray     struct{ items []any }
	jsBytes     struct{ data []byte }
	jsFunc      struct {
		call func(args ...any) (any, error)
	}
	jsObject struct {
		fields map[string]any
		keys   []string
		ptr    uint32
	}
)

var undefined = jsUndefined{}

// firstFree is the first slot that may be freed: wasm-bindgen keeps 128 unused
// slots and the four constants undefined, null, true and false before it.
const firstFree = 132

// heap is the table of JavaScript values; the guest holds indices into it.
type heap struct {
	slots []any
	free  []uint32
}

func newHeap() heap {
	h := heap{slots: make([]any, firstFree, 1024)}
	for k := range h.slots {
		h.slots[k] = undefined
	}
	copy(h.slots[128:], []any{undefined, nil, true, false})
	return h
}

func (h *heap) add(v any) uint32 {
	if n := len(h.free); n > 0 {
		slot := h.free[n-1]
		h.free = h.free[:n-1]
		h.slots[slot] = v
		return slot
	}
	h.slots = append(h.slots, v)
	return uint32(len(h.slots) - 1)
}

func (h *heap) get(slot uint64) any {
	if k := uint32(slot); int(k) < len(h.slots) {
		return h.slots[k]
	}
	return undefined
}

func (h *heap) take(slot uint64) any {
	v := h.get(slot)
	if k := uint32(slot); k >= firstFree && int(k) < len(h.slots) {
		h.slots[k] = undefined
		h.free = append(h.free, k)
	}
	return v
}

func newObject() *jsObject { return &jsObject{fields: map[string]any{}} }

// field reads a property of an object or an element of an array.
func field(of, key any) any {
	switch x := of.(type) {
	case *jsObject:
		if name, ok := key.(string); ok {
			if v, ok := x.fields[name]; ok {
				return v
			}
		}
	case *jsArray:
		if k, ok := key.(float64); ok && k >= 0 && int(k) < len(x.items) {
			return x.items[int(k)]
		}
	}
	return undefined
}

func setField(of any, key string, v any) {
	o, ok := of.(*jsObject)
	if !ok {
		return
	}
	if _, has := o.fields[key]; !has {
		o.keys = append(o.keys, key)
	}
	o.fields[key] = v
}

// show words a value for an error message, in a stable order.
func show(v any) string {
	switch x := v.(type) {
	case *jsError:
		return x.text
	case string:
		return x
	case *jsObject:
		var parts []string
		for _, k := range x.keys {
			parts = append(parts, k+"="+show(x.fields[k]))
		}
		return strings.Join(parts, " ")
	}
	return fmt.Sprintf("%T %v", v, v)
}
