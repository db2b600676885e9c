package paper

import (
	"context"
	"errors"
)

// stringFuncs handle text, errors and what the compiler wants to log.
var stringFuncs = []hostFunc{
	{"__wbindgen_cast_2241b6af4c4b2941", "ii", "i", value(textFromGuest)},
	{"__wbg___wbindgen_is_string_704ef9c8fc131030", "i", "i", truth(is[string])},
	{"__wbg___wbindgen_string_get_a2a31e16edf96e42", "ii", "", stringToGuest},
	{"__wbg___wbindgen_debug_string_adfb662ae34724b6", "ii", "", debugToGuest},
	{"__wbg_new_8a6f238a6ece86ea", "", "i", value(plainError)},
	{"__wbg_new_df1173567d5ff028", "ii", "i", value(errorFromGuest)},
	{"__wbg_Error_52673b7de5a0ca89", "ii", "i", value(errorFromGuest)},
	{"__wbg_stack_0ed75d68575b0f3c", "ii", "", emptyToGuest},
	{"__wbg_error_7534b8e9a36f1ab4", "ii", "", logText},
	{"__wbg_error_85faeb8919b11cc6", "iii", "", logValue},
	{"__wbg_info_ce6bcc489c22f6f0", "i", "", logValue},
	{"__wbg___wbindgen_throw_dd24417ed36fc46e", "ii", "", throw},
}

// text reads a string of the guest.
func (i *instance) text(at, size uint64) string {
	b, ok := i.mod.Memory().Read(uint32(at), uint32(size))
	if !ok {
		trap(errors.New("the PDF compiler named text outside of its memory"))
	}
	return string(b)
}

// answer hands a string to the guest: its address and length are written at.
func (i *instance) answer(ctx context.Context, at uint64, text string) {
	ptr, size, err := i.pass(ctx, []byte(text))
	if err != nil {
		trap(err)
	}
	i.mod.Memory().WriteUint32Le(uint32(at), uint32(ptr))
	i.mod.Memory().WriteUint32Le(uint32(at)+4, uint32(size))
}

func textFromGuest(i *instance, s []uint64) any  { return i.text(s[0], s[1]) }
func errorFromGuest(i *instance, s []uint64) any { return &jsError{i.text(s[0], s[1])} }
func plainError(*instance, []uint64) any         { return &jsError{"error"} }

func stringToGuest(ctx context.Context, i *instance, s []uint64) {
	if text, ok := i.heap.get(s[1]).(string); ok {
		i.answer(ctx, s[0], text)
		return
	}
	i.mod.Memory().WriteUint64Le(uint32(s[0]), 0)
}

func debugToGuest(ctx context.Context, i *instance, s []uint64) {
	i.answer(ctx, s[0], show(i.heap.get(s[1])))
}

func emptyToGuest(ctx context.Context, i *instance, s []uint64) { i.answer(ctx, s[0], "") }

func logText(_ context.Context, i *instance, s []uint64) {
	i.log = append(i.log, i.text(s[0], s[1]))
}

func logValue(_ context.Context, i *instance, s []uint64) {
	i.log = append(i.log, show(i.heap.get(s[0])))
}

func throw(_ context.Context, i *instance, s []uint64) { trap(errors.New(i.text(s[0], s[1]))) }
