package paper

import (
	"context"
	"math"

	"github.com/tetratelabs/wazero/api"
)

// noBoolean is what the guest reads as "that was no boolean".
const noBoolean = 0xFFFFFF

// numberFuncs handle numbers, booleans and the clock. The clock stands still at
// the document's date: what is written depends on the document alone.
var numberFuncs = []hostFunc{
	{"__wbindgen_cast_d6cd19b81560fd6e", "f", "i", value(floatFromGuest)},
	{"__wbindgen_cast_9ae0607507abb057", "l", "i", value(intFromGuest)},
	{"__wbindgen_cast_4625c577ab2ec9ee", "l", "i", value(intFromGuest)},
	{"__wbg_Number_2d1dcfcf4ec51736", "i", "f", numberOf},
	{"__wbg___wbindgen_number_get_9619185a74197f95", "ii", "", numberToGuest},
	{"__wbg___wbindgen_bigint_get_as_i64_6e32f5e6aff02e1d", "ii", "", intToGuest},
	{"__wbg___wbindgen_boolean_get_dea25b33882b895b", "i", "i", booleanOf},
	{"__wbg___wbindgen_is_bigint_0e1a2e3f55cfae27", "i", "i", truth(is[int64])},
	{"__wbg_isSafeInteger_ae7d3f054d55fa16", "i", "i", truth(isSafeInteger)},
	{"__wbg_new_b2db8aa2650f793a", "i", "i", value(emptyObject)},
	{"__wbg_now_69d776cd24f5215b", "", "f", now},
	{"__wbg_getTimezoneOffset_45389e26d6f46823", "i", "f", zero},
}

func floatFromGuest(_ *instance, s []uint64) any { return api.DecodeF64(s[0]) }
func intFromGuest(_ *instance, s []uint64) any   { return int64(s[0]) }

func now(_ context.Context, i *instance, s []uint64) { s[0] = api.EncodeF64(i.millis) }

func numberOf(_ context.Context, i *instance, s []uint64) {
	f, _ := i.heap.get(s[0]).(float64)
	s[0] = api.EncodeF64(f)
}

func numberToGuest(_ context.Context, i *instance, s []uint64) {
	f, ok := i.heap.get(s[1]).(float64)
	i.mod.Memory().WriteFloat64Le(uint32(s[0])+8, f)
	i.mod.Memory().WriteUint32Le(uint32(s[0]), uint32(bit(ok)))
}

func intToGuest(_ context.Context, i *instance, s []uint64) {
	n, ok := i.heap.get(s[1]).(int64)
	i.mod.Memory().WriteUint64Le(uint32(s[0])+8, uint64(n))
	i.mod.Memory().WriteUint32Le(uint32(s[0]), uint32(bit(ok)))
}

func booleanOf(_ context.Context, i *instance, s []uint64) {
	b, ok := i.heap.get(s[0]).(bool)
	if !ok {
		s[0] = noBoolean
		return
	}
	s[0] = bit(b)
}

func isSafeInteger(v any) bool {
	f, ok := v.(float64)
	return ok && f == math.Trunc(f) && math.Abs(f) < 1<<53
}
