package paper

import (
	"context"
	"errors"
	"fmt"
)

// promiseFuncs handle functions, promises and the queue of what runs next.
var promiseFuncs = []hostFunc{
	{"__wbg_queueMicrotask_fca69f5bfad613a5", "i", "", enqueue},
	{"__wbg_queueMicrotask_9b549dfce8865860", "i", "i", value(anyFunction)},
	{"__wbg_new_no_args_cb138f77cf6151ee", "ii", "i", value(functionOfBody(0))},
	{"__wbg_new_with_args_df9e7125ffe55248", "iiii", "i", value(functionOfBody(2))},
	{"__wbg_call_abb4ff46ce38be40", "ii", "i", attempt(callWith(1))},
	{"__wbg_call_3020136f7a2d6e44", "iii", "i", attempt(callWith(2))},
	{"__wbg_call_78f94eb02ec7f9b2", "iiiii", "i", attempt(callWith(4))},
	{"__wbg_new_ff12d2b041fb48f1", "ii", "i", newPromise},
	{"__wbg_resolve_fd5bfbaa4ce36e1e", "i", "i", value(resolved)},
	{"__wbg_then_4f95312d68691235", "ii", "i", value(then)},
	{"__wbg__wbg_cb_unref_87dfb5aaa0cbcea7", "i", "", nothing},
	{"__wbindgen_cast_3334ea73b4b28ba3", "ii", "i", closure},
}

// jsPromise is a value that may still be coming.
type jsPromise struct {
	done    bool
	val     any
	waiting []*jsFunc
}

func (p *jsPromise) resolve(i *instance, v any) {
	if p.done {
		return
	}
	if q, ok := v.(*jsPromise); ok {
		q.then(i, &jsFunc{func(args ...any) (any, error) {
			p.resolve(i, last(args))
			return undefined, nil
		}})
		return
	}
	p.done, p.val = true, v
	for _, f := range p.waiting {
		i.later(f, v)
	}
}

func (p *jsPromise) then(i *instance, f *jsFunc) {
	if p.done {
		i.later(f, p.val)
		return
	}
	p.waiting = append(p.waiting, f)
}

// later queues a call for after the guest has returned.
func (i *instance) later(f *jsFunc, v any) {
	i.queue = append(i.queue, func() error { _, err := f.call(v); return err })
}

// drain runs the queue until it is empty.
func (i *instance) drain() error {
	for len(i.queue) > 0 {
		next := i.queue[0]
		i.queue = i.queue[1:]
		if err := next(); err != nil {
			return err
		}
	}
	return nil
}

func nothing(context.Context, *instance, []uint64) {}
func anyFunction(*instance, []uint64) any {
	return &jsFunc{func(...any) (any, error) { return undefined, nil }}
}

func enqueue(_ context.Context, i *instance, s []uint64) {
	if f, ok := i.heap.get(s[0]).(*jsFunc); ok {
		i.later(f, undefined)
	}
}

// functionOfBody knows the three function bodies that the compiler defines by
// text; it evaluates no JavaScript. at is where the body's address stands.
func functionOfBody(at int) func(*instance, []uint64) any {
	return func(i *instance, s []uint64) any {
		body := i.text(s[at], s[at+1])
		return &jsFunc{func(args ...any) (any, error) {
			switch {
			case body == "return 0":
				return float64(0), nil
			case body == "return true":
				return true, nil
			case body == "return path" && len(args) > 1:
				return args[1], nil
			}
			return nil, fmt.Errorf("not available to the PDF compiler: %s", body)
		}}
	}
}

// callWith calls s[0] with the n values that follow it: this, then arguments.
func callWith(n int) func(*instance, []uint64) (any, error) {
	return func(i *instance, s []uint64) (any, error) {
		args := make([]any, n)
		for k := range args {
			args[k] = i.heap.get(s[k+1])
		}
		return invoke(i.heap.get(s[0]), args...)
	}
}

func invoke(f any, args ...any) (any, error) {
	if fn, ok := f.(*jsFunc); ok {
		return fn.call(args...)
	}
	return nil, errors.New("not a function")
}

func newPromise(ctx context.Context, i *instance, s []uint64) {
	p := &jsPromise{}
	resolve := &jsFunc{func(args ...any) (any, error) {
		p.resolve(i, last(args))
		return undefined, nil
	}}
	reject := &jsFunc{func(args ...any) (any, error) {
		i.failure = fmt.Errorf("the PDF compiler gave up: %s", show(last(args)))
		return undefined, nil
	}}
	_, err := i.call(ctx, "__wasm_bindgen_func_elem_37350", s[0], s[1],
		uint64(i.heap.add(resolve)), uint64(i.heap.add(reject)))
	if err != nil {
		trap(err)
	}
	s[0] = uint64(i.heap.add(p))
}

func resolved(i *instance, s []uint64) any {
	v := i.heap.get(s[0])
	if p, ok := v.(*jsPromise); ok {
		return p
	}
	p := &jsPromise{}
	p.resolve(i, v)
	return p
}

func then(i *instance, s []uint64) any {
	p, isPromise := i.heap.get(s[0]).(*jsPromise)
	f, isFunc := i.heap.get(s[1]).(*jsFunc)
	if isPromise && isFunc {
		p.then(i, f)
	}
	return &jsPromise{}
}

// closure wraps a function of the guest, so that the host can call it back.
func closure(ctx context.Context, i *instance, s []uint64) {
	first, second := s[0], s[1]
	s[0] = uint64(i.heap.add(&jsFunc{func(args ...any) (any, error) {
		_, err := i.call(ctx, "__wasm_bindgen_func_elem_944", first, second, uint64(i.heap.add(last(args))))
		return undefined, err
	}}))
}

func last(args []any) any {
	if len(args) == 0 {
		return undefined
	}
	return args[len(args)-1]
}
