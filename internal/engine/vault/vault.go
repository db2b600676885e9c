// Package vault keeps bytes that never change, found by their SHA-256. It
// stands among the engines and hides where the bytes are: a folder, or a bucket
// such as one of S3. It does not know what they mean, and has no way to
// overwrite or delete them.
package vault

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/gcerrors"

	"tickmark/internal/audit"
)

// ErrMissing is returned for a digest that the vault does not hold.
var ErrMissing = errors.New("not in the vault")

// ErrAltered is returned when bytes in the vault no longer have their digest.
var ErrAltered = errors.New("evidence was altered after it was recorded")

// Vault is an open store of bytes by digest. It is safe for concurrent use.
type Vault struct {
	bucket *blob.Bucket
	root   string // of a folder
	cache  string // of a bucket: the folder of local copies
}

// Open opens the vault in dir, making the folder when it does not exist.
func Open(dir string) (*Vault, error) {
	bucket, err := fileblob.OpenBucket(dir, &fileblob.Options{
		CreateDir: true, NoTempDir: true, Metadata: fileblob.MetadataDontWrite,
	})
	if err != nil {
		return nil, fmt.Errorf("open vault %s: %w", dir, err)
	}
	return &Vault{bucket: bucket, root: dir}, nil
}

// Sweep removes what writers that were killed left half-written and nobody has
// written to since the given time, and local copies of a bucket's objects that
// nobody has asked for in the day before it. Whole objects are never touched.
func (v *Vault) Sweep(since time.Time) error {
	if v.root == "" {
		return v.sweepCache(since.Add(-24 * time.Hour))
	}
	half, err := filepath.Glob(filepath.Join(v.root, "sha256", "*", "*.tmp"))
	if err != nil {
		return fmt.Errorf("sweep the vault: %w", err)
	}
	for _, path := range half {
		if info, err := os.Stat(path); err == nil && info.ModTime().Before(since) {
			if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
				return fmt.Errorf("sweep the vault: %w", err)
			}
		}
	}
	return nil
}

// Close releases the vault.
func (v *Vault) Close() error { return v.bucket.Close() }

func key(d audit.Digest) string { return "sha256/" + string(d[:2]) + "/" + string(d) }

// Put records b and returns its digest. Bytes already there are left alone.
func (v *Vault) Put(ctx context.Context, b []byte) (audit.Digest, error) {
	d := audit.DigestOf(b)
	return d, v.write(ctx, d, bytes.NewReader(b))
}

// PutFile records the file at path: it is read once for its digest and once
// more, digested again, for its bytes, so that a file that changes in between
// is refused.
func (v *Vault) PutFile(ctx context.Context, path string) (audit.Digest, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, fmt.Errorf("record %s: %w", path, err)
	}
	defer f.Close()
	h := sha256.New()
	size, err := io.Copy(h, f)
	if err != nil {
		return "", 0, fmt.Errorf("record %s: %w", path, err)
	}
	d := audit.Digest(hex.EncodeToString(h.Sum(nil)))
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", 0, fmt.Errorf("record %s: %w", path, err)
	}
	if err := v.write(ctx, d, f); err != nil {
		return "", 0, fmt.Errorf("record %s: %w", path, err)
	}
	return d, size, nil
}

// write stores r under d unless it is there. Cancelling the writer's context
// before Close abandons a half-written object.
func (v *Vault) write(ctx context.Context, d audit.Digest, r io.Reader) error {
	if ok, err := v.Has(ctx, d); err != nil || ok {
		return err
	}
	writing, abandon := context.WithCancel(ctx)
	defer abandon()
	w, err := v.bucket.NewWriter(writing, key(d), &blob.WriterOptions{IfNotExist: true, ContentType: "application/octet-stream"})
	if err != nil {
		return fmt.Errorf("write to the vault: %w", err)
	}
	h := sha256.New()
	_, err = io.Copy(io.MultiWriter(w, h), r)
	if err == nil && audit.Digest(hex.EncodeToString(h.Sum(nil))) != d {
		err = errors.New("the bytes changed while they were being recorded")
	}
	if err != nil {
		abandon()
		w.Close()
		return fmt.Errorf("write to the vault: %w", err)
	}
	err = w.Close()
	if gcerrors.Code(err) == gcerrors.FailedPrecondition {
		return nil // somebody else recorded the same bytes meanwhile
	}
	if err != nil && v.root == "" {
		return v.refused(ctx, d, err)
	}
	return err
}

// Has reports whether the vault holds d.
func (v *Vault) Has(ctx context.Context, d audit.Digest) (bool, error) {
	if !d.Valid() {
		return false, fmt.Errorf("%q is not a SHA-256 digest", d)
	}
	ok, err := v.bucket.Exists(ctx, key(d))
	if err != nil {
		return false, fmt.Errorf("look into the vault for %s: %w", d.Short(), err)
	}
	return ok, nil
}

// Open returns the bytes of d. The last Read fails with ErrAltered when they
// no longer have that digest.
func (v *Vault) Open(ctx context.Context, d audit.Digest) (io.ReadCloser, error) {
	if ok, err := v.Has(ctx, d); err != nil {
		return nil, err
	} else if !ok {
		return nil, fmt.Errorf("%s: %w", d.Short(), ErrMissing)
	}
	r, err := v.bucket.NewReader(ctx, key(d), nil)
	if err != nil {
		return nil, fmt.Errorf("read %s from the vault: %w", d.Short(), err)
	}
	return &checked{r: r, hash: sha256.New(), want: d}, nil
}

// Bytes returns all bytes of d, checked.
func (v *Vault) Bytes(ctx context.Context, d audit.Digest) ([]byte, error) {
	r, err := v.Open(ctx, d)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// Check reads d to its end and says whether its bytes are still its own.
func (v *Vault) Check(ctx context.Context, d audit.Digest) error {
	r, err := v.Open(ctx, d)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(io.Discard, r)
	return err
}

// Path returns a local file that holds the bytes of d, for engines that read
// files. The file must not be written; a folder's bytes are not checked here,
// the local copy of a bucket's object is.
func (v *Vault) Path(ctx context.Context, d audit.Digest) (string, error) {
	if v.root == "" {
		return v.copied(ctx, d)
	}
	if ok, err := v.Has(ctx, d); err != nil {
		return "", err
	} else if !ok {
		return "", fmt.Errorf("%s: %w", d.Short(), ErrMissing)
	}
	return filepath.Abs(filepath.Join(v.root, filepath.FromSlash(key(d))))
}

// checked digests what is read and compares at the end.
type checked struct {
	r    io.ReadCloser
	hash hash.Hash
	want audit.Digest
}

func (c *checked) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.hash.Write(p[:n])
	if err == io.EOF && audit.Digest(hex.EncodeToString(c.hash.Sum(nil))) != c.want {
		return n, fmt.Errorf("%s: %w", c.want.Short(), ErrAltered)
	}
	return n, err
}

func (c *checked) Close() error { return c.r.Close() }
