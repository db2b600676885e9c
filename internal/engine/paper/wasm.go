package paper

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

const pagesPerMB = 16 // a WebAssembly page is 64 KiB

// compiler is Typst as machine code, ready to be instantiated.
type compiler struct {
	rt     wazero.Runtime
	module wazero.CompiledModule
}

// loadCompiler translates the wasm to machine code, or finds it in the cache.
//
// The whole memory is reserved at once, because growing copies it. The context
// cannot stop the guest: watching for that makes it four times slower, so the
// guest runs in a process of its own, which is killed instead.
func loadCompiler(ctx context.Context, wasm []byte, cacheDir string, memoryMB int) (*compiler, error) {
	cache, err := wazero.NewCompilationCacheWithDir(cacheDir)
	if err != nil {
		return nil, fmt.Errorf("open the PDF compiler's cache %s: %w", cacheDir, err)
	}
	cfg := wazero.NewRuntimeConfigCompiler().
		WithMemoryLimitPages(uint32(memoryMB * pagesPerMB)).
		WithMemoryCapacityFromMax(true).
		WithCompilationCache(cache)
	c := &compiler{rt: wazero.NewRuntimeWithConfig(ctx, cfg)}
	if err := defineHost(ctx, c.rt); err != nil {
		return nil, errors.Join(err, c.close(ctx))
	}
	if c.module, err = c.rt.CompileModule(ctx, wasm); err != nil {
		return nil, errors.Join(fmt.Errorf("prepare the PDF compiler: %w", err), c.close(ctx))
	}
	return c, nil
}

func (c *compiler) close(ctx context.Context) error { return c.rt.Close(ctx) }

// instance is one run of the compiler: it writes one document and is dropped,
// because its memory keeps everything it ever laid out.
type instance struct {
	mod     api.Module
	heap    heap
	queue   []func() error
	log     []string
	failure error   // why a promise was rejected
	world   uint64  // the guest's compiler object
	millis  float64 // what the guest sees as the present
}

// start makes an instance that knows the fonts and believes it is millis.
func (c *compiler) start(ctx context.Context, fonts [][]byte, millis float64) (*instance, error) {
	i := &instance{heap: newHeap(), millis: millis}
	inside := context.WithValue(ctx, instanceKey{}, i)
	mod, err := c.rt.InstantiateModule(inside, c.module, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return nil, fmt.Errorf("start the PDF compiler: %w", err)
	}
	i.mod = mod
	return i, i.build(ctx, fonts)
}

func (i *instance) build(ctx context.Context, fonts [][]byte) error {
	builder, err := i.result(ctx, "typstcompilerbuilder_new")
	if err != nil {
		return err
	}
	for _, f := range fonts {
		font := uint64(i.heap.add(&jsBytes{f}))
		if _, err := i.call(ctx, "typstcompilerbuilder_add_raw_font", builder, font); err != nil {
			return err
		}
		if err := i.drain(); err != nil {
			return err
		}
	}
	slot, err := i.call(ctx, "typstcompilerbuilder_build", builder)
	if err != nil {
		return err
	}
	return i.await(i.heap.take(slot))
}

// await takes the built compiler out of its promise.
func (i *instance) await(promise any) error {
	if err := i.drain(); err != nil {
		return err
	}
	if i.failure != nil {
		return i.failure
	}
	p, ok := promise.(*jsPromise)
	if !ok {
		return fmt.Errorf("start the PDF compiler: got %s", show(promise))
	}
	built, ok := p.val.(*jsObject)
	if !ok {
		return fmt.Errorf("start the PDF compiler: got %s", show(p.val))
	}
	i.world = uint64(built.ptr)
	return nil
}

// addFile puts a file into the guest's own file system; it sees no other.
func (i *instance) addFile(ctx context.Context, path string, data []byte) error {
	name, nameLen, err := i.pass(ctx, []byte(path))
	if err != nil {
		return err
	}
	body, bodyLen, err := i.pass(ctx, data)
	if err != nil {
		return err
	}
	ok, err := i.call(ctx, "typstcompiler_map_shadow", i.world, name, nameLen, body, bodyLen)
	if err == nil && ok == 0 {
		err = fmt.Errorf("the PDF compiler refused the file %s", path)
	}
	return err
}

// pdf compiles the main file.
func (i *instance) pdf(ctx context.Context, main string) ([]byte, error) {
	name, nameLen, err := i.pass(ctx, []byte(main))
	if err != nil {
		return nil, err
	}
	format, formatLen, err := i.pass(ctx, []byte("pdf"))
	if err != nil {
		return nil, err
	}
	const noInputs, fullDiagnostics = 0, 3
	slot, err := i.result(ctx, "typstcompiler_compile",
		i.world, name, nameLen, noInputs, noInputs, format, formatLen, fullDiagnostics)
	if err != nil {
		return nil, err
	}
	answer := i.heap.take(slot)
	if out, ok := field(answer, "result").(*jsBytes); ok {
		return out.data, nil
	}
	return nil, diagnostics(answer)
}

// diagnostics words what the compiler had to say; lines count from 0.
func diagnostics(answer any) error {
	list, ok := field(answer, "diagnostics").(*jsArray)
	if !ok || len(list.items) == 0 {
		return fmt.Errorf("the PDF compiler returned neither a file nor a reason: %s", show(answer))
	}
	var lines []string
	for _, d := range list.items {
		lines = append(lines, fmt.Sprintf("%s:%s %s: %s", show(field(d, "path")),
			show(field(d, "range")), show(field(d, "severity")), show(field(d, "message"))))
	}
	return errors.New(strings.Join(lines, "\n"))
}

// call enters the guest.
func (i *instance) call(ctx context.Context, name string, args ...uint64) (uint64, error) {
	f := i.mod.ExportedFunction(name)
	if f == nil {
		return 0, fmt.Errorf("the PDF compiler has no function %s", name)
	}
	out, err := f.Call(context.WithValue(ctx, instanceKey{}, i), args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w %s", name, err, strings.Join(i.log, "; "))
	}
	if len(out) == 0 {
		return 0, nil
	}
	return out[0], nil
}

// result calls a function that returns a value or an error, through three words
// on the guest's stack: the value, the error and whether it is one.
func (i *instance) result(ctx context.Context, name string, args ...uint64) (uint64, error) {
	const move = "__wbindgen_add_to_stack_pointer"
	sp, err := i.call(ctx, move, api.EncodeI32(-16))
	if err != nil {
		return 0, err
	}
	if _, err := i.call(ctx, name, append([]uint64{sp}, args...)...); err != nil {
		return 0, err
	}
	var word [3]uint32
	for k := range word {
		word[k], _ = i.mod.Memory().ReadUint32Le(uint32(sp) + uint32(4*k))
	}
	if _, err := i.call(ctx, move, 16); err != nil {
		return 0, err
	}
	if word[2] != 0 {
		return 0, fmt.Errorf("%s: %s", name, show(i.heap.take(uint64(word[1]))))
	}
	return uint64(word[0]), nil
}

// pass copies bytes into memory that the guest then owns.
func (i *instance) pass(ctx context.Context, data []byte) (at, size uint64, err error) {
	const align = 1
	at, err = i.call(ctx, "__wbindgen_export", uint64(len(data)), align)
	if err != nil {
		return 0, 0, err
	}
	if !i.mod.Memory().Write(uint32(at), data) {
		return 0, 0, errors.New("the PDF compiler ran out of memory")
	}
	return at, uint64(len(data)), nil
}
