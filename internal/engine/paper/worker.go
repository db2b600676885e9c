package paper

import (
	"context"
	"embed"
	"errors"
	"io"
	"io/fs"
	"runtime/debug"

	"tickmark/internal/confine"
)

//go:embed all:assets
var assets embed.FS

//go:embed templates/document.typ
var template []byte

// job is what the parent writes to a worker. Without a document the worker only
// fills the cache.
type job struct {
	Document *Document `json:"document,omitempty"`
	Cache    string    `json:"cache"`
	MemoryMB int       `json:"memory_mb"`
}

// rendered is what the worker answers.
type rendered struct {
	PDF []byte
}

// Worker serves one job. The program calls it when it is started as "worker paper".
func Worker(in io.Reader, out io.Writer) error {
	return confine.Serve(in, out, func(j job) (any, error) {
		if _, err := (confine.Limits{ReadWrite: []string{j.Cache}}).Apply(); err != nil {
			return nil, err
		}
		return j.render(context.Background()) // the parent's clock stops this process, not a context
	})
}

func (j job) render(ctx context.Context) (out rendered, err error) {
	wasm, err := compilerFile(assets)
	if err != nil {
		return out, err
	}
	c, err := loadCompiler(ctx, wasm, j.Cache, j.MemoryMB)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, c.close(ctx)) }()
	debug.FreeOSMemory() // the file of the cache was read, and lies in memory twice
	if j.Document != nil {
		out.PDF, err = typeset(ctx, c, j.Document)
	}
	return out, err
}

// compilerFile is the embedded compiler. The file is fetched by the build and
// not kept with the source, so a build can lack it.
func compilerFile(files fs.FS) ([]byte, error) {
	wasm, err := fs.ReadFile(files, "assets/typst.wasm")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("this binary was built without its PDF compiler: run `make build`")
	}
	return wasm, err
}

// typeset lays one document out. The template is fixed; the document reaches it
// as JSON only and is never part of its source.
func typeset(ctx context.Context, c *compiler, d *Document) ([]byte, error) {
	day, err := d.day()
	if err != nil {
		return nil, err
	}
	var millis float64
	if !day.IsZero() {
		millis = float64(day.UnixMilli())
	}
	if err := resolve(d); err != nil {
		return nil, err
	}
	fit(d)
	data, err := d.Source()
	if err != nil {
		return nil, err
	}
	i, err := c.start(ctx, fontFiles(), millis)
	if err != nil {
		return nil, err
	}
	if err := i.addFile(ctx, "/document.typ", template); err != nil {
		return nil, err
	}
	if err := i.addFile(ctx, "/document.json", data); err != nil {
		return nil, err
	}
	return i.pdf(ctx, "/document.typ")
}
