package vault

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store/storetest"
)

// place is a vault to test, and how its objects are reached behind its back.
type place struct {
	*Vault
	object func(audit.Digest) string
}

// everywhere runs a test on a vault in a folder and on one in a bucket of a
// real S3-compatible server.
func everywhere(t *testing.T, test func(t *testing.T, v place)) {
	t.Run("folder", func(t *testing.T) {
		v, err := Open(filepath.Join(t.TempDir(), "vault"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { v.Close() })
		test(t, place{v, func(d audit.Digest) string { return filepath.Join(v.root, key(d)) }})
	})
	t.Run("s3", func(t *testing.T) {
		server := storetest.S3(t)
		server.Login(t)
		v, err := OpenBucket(t.Context(), server.Bucket(t, "evidence")+"&prefix=tickmark/", filepath.Join(t.TempDir(), "cache"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { v.Close() })
		test(t, place{v, func(d audit.Digest) string { return filepath.Join(server.Root, "evidence/tickmark", key(d)) }})
	})
}

func TestWhatGoesInComesOut(t *testing.T) { everywhere(t, whatGoesInComesOut) }

func whatGoesInComesOut(t *testing.T, v place) {
	ctx := t.Context()
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

func TestRefusesToOverwrite(t *testing.T) { everywhere(t, refusesToOverwrite) }

func refusesToOverwrite(t *testing.T, v place) {
	ctx := t.Context()
	d, err := v.Put(ctx, []byte("the evidence"))
	if err != nil {
		t.Fatal(err)
	}
	path := v.object(d)
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
	if _, err := v.Bytes(ctx, d); !errors.Is(err, ErrAltered) {
		t.Fatalf("altered bytes were given out: %v", err)
	}
}

func TestMissingAndMalformed(t *testing.T) { everywhere(t, missingAndMalformed) }

func missingAndMalformed(t *testing.T, v place) {
	ctx := t.Context()
	if _, err := v.Bytes(ctx, audit.DigestOf([]byte("never recorded"))); !errors.Is(err, ErrMissing) {
		t.Fatalf("got %v", err)
	}
	for _, d := range []audit.Digest{"", "zz", "../../etc/passwd", audit.Digest(bytes.Repeat([]byte("A"), 64))} {
		if _, err := v.Path(ctx, d); err == nil {
			t.Errorf("%q was taken for a digest", d)
		}
	}
}

func TestFileAndConcurrentWriters(t *testing.T) { everywhere(t, fileAndConcurrentWriters) }

func fileAndConcurrentWriters(t *testing.T, v place) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "people.csv")
	if err := os.WriteFile(path, bytes.Repeat([]byte("a,b\n"), 5_000_000), 0o600); err != nil {
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
	if err != nil || size != 20_000_000 {
		t.Fatalf("size %d, %v", size, err)
	}
	if err := v.Check(ctx, d); err != nil {
		t.Fatal(err)
	}
}

func TestPathIsALocalFile(t *testing.T) { everywhere(t, pathIsALocalFile) }

func pathIsALocalFile(t *testing.T, v place) {
	d, err := v.Put(t.Context(), []byte("the evidence"))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		path, err := v.Path(t.Context(), d)
		if err != nil || !filepath.IsAbs(path) {
			t.Fatalf("%q, %v", path, err)
		}
		if b, err := os.ReadFile(path); err != nil || string(b) != "the evidence" {
			t.Fatalf("%q, %v", b, err)
		}
	}
	if err := v.Sweep(time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := v.Check(t.Context(), d); err != nil {
		t.Fatalf("an object was swept away: %v", err)
	}
}

// Something that was not finished is not there.
func TestAWriterThatGivesUpLeavesNothing(t *testing.T) { everywhere(t, aWriterThatGivesUp) }

func aWriterThatGivesUp(t *testing.T, v place) {
	for _, size := range []int{10, 20_000_000} {
		whole := bytes.Repeat([]byte("x"), size)
		d := audit.DigestOf(whole)
		if err := v.write(t.Context(), d, bytes.NewReader(whole[:size-1])); err == nil {
			t.Errorf("%d bytes: a part was taken for the whole", size)
		}
		if ok, err := v.Has(t.Context(), d); err != nil || ok {
			t.Errorf("%d bytes: has %v, %v", size, ok, err)
		}
	}
}
