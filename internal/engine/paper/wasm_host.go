package paper

import (
	"context"
	"fmt"
	"slices"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// handler is one function that the guest calls. Its arguments arrive in s and
// its result leaves in s[0], as WebAssembly numbers.
type handler func(ctx context.Context, i *instance, s []uint64)

// hostFunc is a row of the import table. A signature has one letter per value:
// i for i32, l for i64, f for f64. The names carry the build's hashes, so a
// different build of the compiler is refused when it is instantiated.
type hostFunc struct {
	name, in, out string
	do            handler
}

// instanceKey finds the instance that a host call belongs to.
type instanceKey struct{}

// defineHost gives the runtime every function the compiler imports.
func defineHost(ctx context.Context, rt wazero.Runtime) error {
	b := rt.NewHostModuleBuilder("wbg")
	table := slices.Concat(objectFuncs, arrayFuncs, promiseFuncs, stringFuncs, numberFuncs)
	for _, f := range table {
		b.NewFunctionBuilder().
			WithGoModuleFunction(f.adapt(), signature(f.in), signature(f.out)).
			Export(f.name)
	}
	if _, err := b.Instantiate(ctx); err != nil {
		return fmt.Errorf("offer host functions to the PDF compiler: %w", err)
	}
	return nil
}

func (f hostFunc) adapt() api.GoModuleFunc {
	return func(ctx context.Context, m api.Module, s []uint64) {
		i, ok := ctx.Value(instanceKey{}).(*instance)
		if !ok {
			trap(fmt.Errorf("%s: called outside of an instance", f.name))
		}
		if i.mod == nil {
			i.mod = m // the guest's start function runs before instantiation returns
		}
		f.do(ctx, i, s)
	}
}

func signature(letters string) []api.ValueType {
	var types []api.ValueType
	for _, c := range letters {
		types = append(types, map[rune]api.ValueType{
			'i': api.ValueTypeI32, 'l': api.ValueTypeI64, 'f': api.ValueTypeF64,
		}[c])
	}
	return types
}

// trap stops the guest. wazero turns a panic inside of a host function into the
// error of the call that entered the guest; there is no other way to unwind it.
func trap(err error) { panic(err) }

// value makes a handler of a function that returns a new value.
func value(f func(i *instance, s []uint64) any) handler {
	return func(_ context.Context, i *instance, s []uint64) { s[0] = uint64(i.heap.add(f(i, s))) }
}

// attempt is value for a function that may throw: the guest is told so.
func attempt(f func(i *instance, s []uint64) (any, error)) handler {
	return func(ctx context.Context, i *instance, s []uint64) {
		v, err := f(i, s)
		if err == nil {
			s[0] = uint64(i.heap.add(v))
			return
		}
		s[0] = 0
		thrown := uint64(i.heap.add(&jsError{err.Error()}))
		if _, err := i.call(ctx, "__wbindgen_export3", thrown); err != nil {
			trap(err)
		}
	}
}

// truth makes a handler of a question about a value.
func truth(f func(v any) bool) handler {
	return func(_ context.Context, i *instance, s []uint64) { s[0] = bit(f(i.heap.get(s[0]))) }
}

// is asks whether a value is of a kind.
func is[T any](v any) bool { _, ok := v.(T); return ok }

func never(any) bool { return false }

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
