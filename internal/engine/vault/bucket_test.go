package vault

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"tickmark/internal/engine/store/storetest"
)

func bucket(t *testing.T) (*Vault, storetest.S3Server) {
	t.Helper()
	server := storetest.S3(t)
	server.Login(t)
	v, err := OpenBucket(t.Context(), server.Bucket(t, "evidence"), filepath.Join(t.TempDir(), "cache"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v, server
}

// The server itself refuses a second object under a name, small or in parts.
func TestTheServerRefusesToOverwrite(t *testing.T) {
	v, _ := bucket(t)
	for _, b := range [][]byte{[]byte("small"), bytes.Repeat([]byte("large"), 4_000_000)} {
		d, err := v.Put(t.Context(), b)
		if err != nil {
			t.Fatal(err)
		}
		err = v.bucket.WriteAll(t.Context(), key(d), append(b, '!'), &blob.WriterOptions{IfNotExist: true})
		if gcerrors.Code(err) != gcerrors.FailedPrecondition {
			t.Errorf("%d bytes: %v", len(b), err)
		}
		if err := v.Check(t.Context(), d); err != nil {
			t.Error(err)
		}
	}
}

// A local copy that was tampered with is made again; a bucket's object that
// was is not given out.
func TestALocalCopyIsChecked(t *testing.T) {
	v, server := bucket(t)
	d, err := v.Put(t.Context(), []byte("the evidence"))
	if err != nil {
		t.Fatal(err)
	}
	path, err := v.Path(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	if path, err = v.Path(t.Context(), d); err != nil || !same(path, d) {
		t.Fatalf("%q, %v", path, err)
	}
	for _, altered := range []string{filepath.Join(server.Root, "evidence", key(d)), path} {
		if err := os.WriteFile(altered, []byte("something else"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := v.Path(t.Context(), d); !errors.Is(err, ErrAltered) {
		t.Fatalf("got %v", err)
	}
}

func TestSweepOfLocalCopies(t *testing.T) {
	v, _ := bucket(t)
	d, err := v.Put(t.Context(), []byte("the evidence"))
	if err != nil {
		t.Fatal(err)
	}
	path, err := v.Path(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Sweep(time.Now()); err != nil || !same(path, d) {
		t.Fatalf("a copy in use was swept away: %v", err)
	}
	if err := v.Sweep(time.Now().Add(25 * time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("got %v", err)
	}
	if _, err := v.Path(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

func TestBucketsThatCannotBeOpened(t *testing.T) {
	server := storetest.S3(t)
	server.Login(t)
	here := server.Bucket(t, "evidence")
	for _, c := range []struct{ name, address, want string }{
		{"no such bucket", strings.Replace(here, "evidence", "nothing", 1), "there is no such bucket"},
		{"another scheme", "gs://evidence", `scheme "gs"`},
		{"a folder", "/some/folder", `scheme ""`},
		{"credentials", strings.Replace(here, "//", "//key:secret@", 1), "do not belong into the address"},
		{"an unknown option", here + "&colour=red", "colour"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, err := OpenBucket(t.Context(), c.address, t.TempDir())
			if err == nil {
				v.Close()
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	t.Setenv("AWS_SECRET_ACCESS_KEY", "wrong")
	if _, err := OpenBucket(t.Context(), here, t.TempDir()); err == nil {
		t.Error("the wrong key opened it")
	}
}
