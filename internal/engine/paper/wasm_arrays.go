package paper

import (
	"context"
	"errors"
	"slices"
)

// maxIndex bounds an array that the guest fills by index.
const maxIndex = 1 << 24

// arrayFuncs handle arrays, byte arrays and iterators.
var arrayFuncs = []hostFunc{
	{"__wbg_new_25f239778d6112b9", "", "i", value(emptyArray)},
	{"__wbg_get_6b7bd52aca3f9671", "ii", "i", value(getByIndex)},
	{"__wbg_set_7df433eea03a5c14", "iii", "", setByIndex},
	{"__wbg_push_7d9be8f38fc13975", "ii", "i", push},
	{"__wbg_length_d45040a40c570362", "i", "i", length},
	{"__wbg_length_22ac23eaec9d8053", "i", "i", length},
	{"__wbg_isArray_51fd9e6422c0a395", "i", "i", truth(is[*jsArray])},
	{"__wbg_instanceof_Uint8Array_da54ccc9d3e09434", "i", "i", truth(is[*jsBytes])},
	{"__wbg_new_6421f6084cc5bc5a", "i", "i", value(cloneRef)},
	{"__wbg_new_from_slice_f9c22b9153b26992", "ii", "i", value(copyFromGuest)},
	{"__wbg_new_from_slice_db0691b69e9d3891", "ii", "i", value(copyFromGuest)},
	{"__wbg_prototypesetcall_dfe9b766cdc1f1fd", "iii", "", copyToGuest},
	{"__wbg_iterator_27b7c8b35ab3e86b", "", "i", value(iteratorSymbol)},
	{"__wbg_next_138a17bbf04e926c", "i", "i", value(property("next"))},
	{"__wbg_next_3cfe5c0fe2a4cc53", "i", "i", attempt(nextItem)},
	{"__wbg_value_57b7b035e117f7ee", "i", "i", value(property("value"))},
	{"__wbg_done_62ea16af4ce34b24", "i", "i", truth(isDone)},
}

func emptyArray(*instance, []uint64) any     { return &jsArray{} }
func iteratorSymbol(*instance, []uint64) any { return "@@iterator" }

func getByIndex(i *instance, s []uint64) any {
	return field(i.heap.get(s[0]), float64(uint32(s[1])))
}

func setByIndex(_ context.Context, i *instance, s []uint64) {
	v, k := i.heap.take(s[2]), int(uint32(s[1]))
	a, ok := i.heap.get(s[0]).(*jsArray)
	if !ok || k > maxIndex {
		trap(errors.New("the PDF compiler wrote outside of an array"))
	}
	for len(a.items) <= k {
		a.items = append(a.items, undefined)
	}
	a.items[k] = v
}

func push(_ context.Context, i *instance, s []uint64) {
	a, ok := i.heap.get(s[0]).(*jsArray)
	if !ok {
		trap(errors.New("the PDF compiler pushed onto something that is no array"))
	}
	a.items = append(a.items, i.heap.get(s[1]))
	s[0] = uint64(len(a.items))
}

func length(_ context.Context, i *instance, s []uint64) {
	n := 0
	switch x := i.heap.get(s[0]).(type) {
	case *jsArray:
		n = len(x.items)
	case *jsBytes:
		n = len(x.data)
	case string:
		n = len(x)
	}
	s[0] = uint64(n)
}

func copyFromGuest(i *instance, s []uint64) any {
	b, ok := i.mod.Memory().Read(uint32(s[0]), uint32(s[1]))
	if !ok {
		trap(errors.New("the PDF compiler named bytes outside of its memory"))
	}
	return &jsBytes{slices.Clone(b)}
}

func copyToGuest(_ context.Context, i *instance, s []uint64) {
	b, ok := i.heap.get(s[2]).(*jsBytes)
	if !ok || !i.mod.Memory().Write(uint32(s[0]), b.data) {
		trap(errors.New("the PDF compiler asked for bytes it has no room for"))
	}
}

func property(name string) func(*instance, []uint64) any {
	return func(i *instance, s []uint64) any { return field(i.heap.get(s[0]), name) }
}

func nextItem(i *instance, s []uint64) (any, error) {
	return invoke(field(i.heap.get(s[0]), "next"))
}

func isDone(v any) bool {
	done, _ := field(v, "done").(bool)
	return done
}
