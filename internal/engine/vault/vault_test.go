package vault

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"tickmark/internal/audit"
)

func open(t *testing.T) *Vault {
	t.Helper()
	v, err := Open(filepath.Join(t.TempDir(), "vault"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v
}

func TestWhatGoesInComesOut(t *testing.T) {
	v, ctx := open(t), context.Background()
	rapid.Check(t, func(rt *rapid.T) {
		b := rapid.SliceOf(rapid.Byte()).Draw(rt, "bytes")
		d, err := v.Put(ctx, b)
		if err != nil {
			rt.Fatal(err)
		}
		got, err := v.Bytes(ctx, d)
		if err != nil || !bytes.Equal(got, b) {
			rt.Fatalf("got %q, %v, want %q", got, err, b)
		}
	})
}

func TestRefusesToOverwrite(t *testing.T) {
	v, ctx := open(t), context.Background()
	d, err := v.Put(ctx, []byte("the evidence"))
	if err != nil {
		t.Fatal(err)
	}
	path, err := v.Path(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Put(ctx, []byte("the evidence")); err != nil {
		t.Fatal(err)
	}
	got, _ := os.ReadFile(path)
	if string(got) != "something else" {
		t.Fatalf("the object was written over: %q", got)
	}
	if err := v.Check(ctx, d); !errors.Is(err, ErrAltered) {
		t.Fatalf("an altered object must be named: %v", err)
	}
}

func TestMissingAndMalformed(t *testing.T) {
	v, ctx := open(t), context.Background()
	if _, err := v.Bytes(ctx, audit.DigestOf([]byte("never recorded"))); !errors.Is(err, ErrMissing) {
		t.Fatalf("got %v", err)
	}
	for _, d := range []audit.Digest{"", "zz", "../../etc/passwd", audit.Digest(bytes.Repeat([]byte("A"), 64))} {
		if _, err := v.Path(ctx, d); err == nil {
			t.Errorf("%q was taken for a digest", d)
		}
	}
}

func TestFileAndConcurrentWriters(t *testing.T) {
	v, ctx := open(t), context.Background()
	path := filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(path, bytes.Repeat([]byte("a,b\n"), 100_000), 0o600); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, _, err := v.PutFile(ctx, path); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	d, size, err := v.PutFile(ctx, path)
	if err != nil || size != 400_000 {
		t.Fatalf("size %d, %v", size, err)
	}
	if err := v.Check(ctx, d); err != nil {
		t.Fatal(err)
	}
}
