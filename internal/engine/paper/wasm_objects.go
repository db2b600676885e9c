package paper

import "context"

// objectFuncs make, copy, read and write objects, and ask what a value is.
var objectFuncs = []hostFunc{
	{"__wbindgen_object_clone_ref", "i", "i", value(cloneRef)},
	{"__wbindgen_object_drop_ref", "i", "", dropRef},
	{"__wbg_typstfontresolver_new", "i", "i", value(wrapPointer)},
	{"__wbg_typstcompiler_new", "i", "i", value(wrapPointer)},
	{"__wbg_proxycontext_new", "i", "i", value(wrapPointer)},
	{"__wbg_new_1ba21ce319a06297", "", "i", value(emptyObject)},
	{"__wbg_static_accessor_GLOBAL_THIS_60cf02db4de8e1c1", "", "i", value(emptyObject)},
	{"__wbg_static_accessor_SELF_08f5a74c69739274", "", "i", zero},
	{"__wbg_static_accessor_WINDOW_a8924b26aa92d024", "", "i", zero},
	{"__wbg_static_accessor_GLOBAL_769e6b65d6557335", "", "i", zero},
	{"__wbg_get_with_ref_key_1dc361bd10053bfe", "ii", "i", value(getByKey)},
	{"__wbg_get_af9dab7e9603ea93", "ii", "i", attempt(tryGetByKey)},
	{"__wbg_set_3f1d0b984ed272ed", "iii", "", takeAndSet},
	{"__wbg_set_781438a03c0c3c81", "iii", "i", reflectSet},
	{"__wbg_entries_83c79938054e065f", "i", "i", value(entries)},
	{"__wbg___wbindgen_in_0d3e1e8f0c669317", "ii", "i", hasKey},
	{"__wbg___wbindgen_jsval_eq_b6101cc9cef1fe36", "ii", "i", equal},
	{"__wbg___wbindgen_jsval_loose_eq_766057600fdd1b0d", "ii", "i", equal},
	{"__wbg___wbindgen_is_undefined_f6b95eab589e0269", "i", "i", truth(is[jsUndefined])},
	{"__wbg___wbindgen_is_object_ce774f3490692386", "i", "i", truth(isObject)},
	{"__wbg___wbindgen_is_function_8d400b8b1af978cd", "i", "i", truth(is[*jsFunc])},
	{"__wbg_instanceof_Map_084be8da74364158", "i", "i", truth(never)},
	{"__wbg_instanceof_ArrayBuffer_f3320d2419cd0355", "i", "i", truth(never)},
}

func zero(_ context.Context, _ *instance, s []uint64)    { s[0] = 0 }
func dropRef(_ context.Context, i *instance, s []uint64) { i.heap.take(s[0]) }
func cloneRef(i *instance, s []uint64) any               { return i.heap.get(s[0]) }
func emptyObject(*instance, []uint64) any                { return newObject() }
func getByKey(i *instance, s []uint64) any               { return field(i.heap.get(s[0]), i.heap.get(s[1])) }
func tryGetByKey(i *instance, s []uint64) (any, error)   { return getByKey(i, s), nil }
func wrapPointer(_ *instance, s []uint64) any {
	o := newObject()
	o.ptr = uint32(s[0])
	return o
}

func takeAndSet(_ context.Context, i *instance, s []uint64) {
	key, v := i.heap.take(s[1]), i.heap.take(s[2])
	setField(i.heap.get(s[0]), show(key), v)
}

func reflectSet(_ context.Context, i *instance, s []uint64) {
	setField(i.heap.get(s[0]), show(i.heap.get(s[1])), i.heap.get(s[2]))
	s[0] = 1
}

func entries(i *instance, s []uint64) any {
	list := &jsArray{}
	if o, ok := i.heap.get(s[0]).(*jsObject); ok {
		for _, k := range o.keys {
			list.items = append(list.items, &jsArray{[]any{k, o.fields[k]}})
		}
	}
	return list
}

func hasKey(_ context.Context, i *instance, s []uint64) {
	s[0] = bit(!is[jsUndefined](field(i.heap.get(s[1]), i.heap.get(s[0]))))
}

func equal(_ context.Context, i *instance, s []uint64) {
	s[0] = bit(i.heap.get(s[0]) == i.heap.get(s[1]))
}

func isObject(v any) bool {
	switch v.(type) {
	case *jsObject, *jsArray, *jsBytes, *jsPromise, *jsError:
		return true
	}
	return false
}
