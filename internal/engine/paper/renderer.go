package paper

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"tickmark/internal/confine"
)

const (
	defaultTimeout  = 5 * time.Minute
	defaultMemoryMB = 1024
	overheadMB      = 320 // machine code, fonts and the document, beside the guest
)

// Renderer writes documents as PDF in child processes, one at a time.
type Renderer struct {
	Exe      []string      // command that runs Worker, such as {"/proc/self/exe", "worker", "paper"}
	Cache    string        // folder of the compiler's machine code; empty: DefaultCache
	Timeout  time.Duration // for one document; 0: five minutes
	MemoryMB int           // for the compiler; 0: 1024
}

// gate lets one child run at a time: each needs up to a gigabyte. It is a fact
// of the machine and not of a Renderer, so all Renderers of a process share it.
var gate = make(chan struct{}, 1)

// DefaultCache is $TICKMARK_CACHE/typst, or the user's cache folder if unset.
func DefaultCache() (string, error) {
	if dir := os.Getenv("TICKMARK_CACHE"); dir != "" {
		return filepath.Join(dir, "typst"), nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find a cache folder (set TICKMARK_CACHE to name one): %w", err)
	}
	return filepath.Join(dir, "tickmark", "typst"), nil
}

// PDF writes the document and counts its pages. The same document gives the
// same bytes, in any process.
func (r Renderer) PDF(ctx context.Context, d Document) (pdf []byte, pages int, err error) {
	if err := d.Check(); err != nil {
		return nil, 0, err
	}
	pdf, err = r.run(ctx, job{Document: &d})
	if err != nil {
		return nil, 0, fmt.Errorf("write %q as PDF: %w", d.Title, err)
	}
	if pages, err = countPages(pdf); err != nil {
		return nil, 0, fmt.Errorf("write %q as PDF: %w", d.Title, err)
	}
	return pdf, pages, nil
}

// Warm translates the compiler into the cache. That takes some twenty seconds
// once for a machine, which no request should wait for.
func (r Renderer) Warm(ctx context.Context) error {
	if _, err := r.run(ctx, job{}); err != nil {
		return fmt.Errorf("prepare the PDF compiler: %w", err)
	}
	return nil
}

func (r Renderer) run(ctx context.Context, j job) ([]byte, error) {
	if len(r.Exe) == 0 {
		return nil, errors.New("no worker command is configured")
	}
	j, err := r.fill(j)
	if err != nil {
		return nil, err
	}
	select {
	case gate <- struct{}{}:
		defer func() { <-gate }()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for another document: %w", ctx.Err())
	}
	var out rendered
	err = r.child(j.MemoryMB).Call(ctx, j, &out)
	return out.PDF, err
}

func (r Renderer) fill(j job) (job, error) {
	j.MemoryMB, j.Cache = r.MemoryMB, r.Cache
	if j.MemoryMB == 0 {
		j.MemoryMB = defaultMemoryMB
	}
	if j.MemoryMB < 128 || j.MemoryMB > 4096 {
		return j, fmt.Errorf("%d MB for the PDF compiler is not between 128 and 4096", j.MemoryMB)
	}
	if j.Cache == "" {
		dir, err := DefaultCache()
		if err != nil {
			return j, err
		}
		j.Cache = dir
	}
	if err := os.MkdirAll(j.Cache, 0o700); err != nil {
		return j, fmt.Errorf("make the PDF compiler's cache folder (TICKMARK_CACHE names another): %w", err)
	}
	return j, nil
}

// child is one worker. It gets no environment but its own memory limit.
func (r Renderer) child(memoryMB int) confine.Child {
	limit := r.Timeout
	if limit == 0 {
		limit = defaultTimeout
	}
	return confine.Child{Exe: r.Exe, Timeout: limit, Env: []string{fmt.Sprintf("GOMEMLIMIT=%dMiB", memoryMB+overheadMB)}}
}
