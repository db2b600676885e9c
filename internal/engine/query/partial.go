package query

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"tickmark/internal/audit"
)

// A performance in parts that is interrupted leaves what it finished in a folder
// named by everything the parts depend on: the engine, the text, the inputs'
// bytes, the parameters and how they were cut. Nothing there is a record, and
// whatever is not whole there is performed again.

// kept is a finished part.
type kept struct {
	Performed
	Digest audit.Digest // of its exceptions
}

// waiting makes the folder of this performance; "" when none is to be kept.
func (p *parts) waiting() (string, error) {
	if p.Partial == "" {
		return "", nil
	}
	t := p.task
	t.Tables = nil
	for _, x := range p.task.Tables {
		if x.Digest == "" {
			return "", nil
		}
		t.Tables = append(t.Tables, Table{Name: x.Name, Digest: x.Digest, Rows: x.Rows, Observe: x.Observe, Within: x.Within})
	}
	name, err := json.Marshal(struct {
		Engine string
		Task   Task
		Slices []slice
	}{Version, t, p.slices})
	if err != nil {
		return "", err
	}
	dir := filepath.Join(p.Partial, string(audit.DigestOf(name)))
	return dir, os.MkdirAll(dir, 0o700)
}

func keptName(dir string, i int, ext string) string {
	return filepath.Join(dir, fmt.Sprintf("%d.%s", i, ext))
}

// remember keeps a finished part: its exceptions first, for what is there
// without its counts does not count.
func remember(ctx context.Context, dir string, i int, got Performed) (Performed, error) {
	if dir == "" {
		return got, nil
	}
	k := kept{Performed: got}
	if got.Detail != "" {
		var err error
		if k.Digest, err = digestFile(ctx, got.Detail); err != nil {
			return got, err
		}
		k.Detail = keptName(dir, i, "parquet")
		if err := os.Rename(got.Detail, k.Detail); err != nil {
			return got, fmt.Errorf("keep a finished part: %w", err)
		}
	}
	text, err := json.Marshal(k)
	if err != nil {
		return got, err
	}
	half := keptName(dir, i, "new")
	if err := os.WriteFile(half, text, 0o600); err != nil {
		return got, fmt.Errorf("keep a finished part: %w", err)
	}
	return k.Performed, os.Rename(half, keptName(dir, i, "json"))
}

// recall finds a finished part and makes sure that it is whole.
func recall(ctx context.Context, dir string, i int) (Performed, bool) {
	if dir == "" {
		return Performed{}, false
	}
	text, err := os.ReadFile(keptName(dir, i, "json"))
	var k kept
	if err != nil || json.Unmarshal(text, &k) != nil {
		return Performed{}, false
	}
	k.Detail, k.Waiting = "", ""
	if k.Exceptions > 0 {
		k.Detail = keptName(dir, i, "parquet")
		if d, err := digestFile(ctx, k.Detail); err != nil || d != k.Digest {
			return Performed{}, false
		}
	}
	return k.Performed, true
}

// Forget removes the finished parts of a performance whose result is recorded.
func (p Performed) Forget() error {
	if p.Waiting == "" {
		return nil
	}
	if err := os.RemoveAll(p.Waiting); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove the finished parts: %w", err)
	}
	return nil
}
