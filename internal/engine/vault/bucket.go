package vault

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/s3blob"

	"tickmark/internal/audit"
)

// OpenBucket opens the vault in a bucket, such as
//
//	s3://evidence?region=eu-central-1&prefix=tickmark/
//	s3://evidence?endpoint=https://minio.example&region=us-east-1&use_path_style=true
//
// and keeps local copies in the folder cache for whoever needs files. The
// credentials are the ones that the AWS libraries find: variables, profile or
// role of the machine. They need to list, read and write objects, and should
// not be allowed to delete any.
func OpenBucket(ctx context.Context, address, cache string) (*Vault, error) {
	bucket, err := open(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("open vault %s: %w", address, err)
	}
	ok, err := bucket.IsAccessible(ctx)
	if err == nil && !ok {
		err = errors.New("there is no such bucket; make it first, with versioning and a retention lock where they can be had")
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open vault %s: %w", address, err), bucket.Close())
	}
	if cache, err = filepath.Abs(cache); err != nil {
		return nil, errors.Join(err, bucket.Close())
	}
	return &Vault{bucket: bucket, cache: cache}, nil
}

// validation is the option by which the AWS libraries check checksums.
const validation = "response_checksum_validation"

// open accepts the schemes that are compiled in and no credentials in the
// address, which is written to logs.
func open(ctx context.Context, address string) (*blob.Bucket, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	if u.Scheme != s3blob.Scheme {
		return nil, fmt.Errorf("scheme %q: a bucket is s3://name?region=…, a folder needs no address", u.Scheme)
	}
	if u.User != nil {
		return nil, errors.New("credentials do not belong into the address: use AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile or a role")
	}
	q := u.Query()
	if !q.Has(validation) {
		q.Set(validation, "when_required") // the digest says more than the checksum, and of all servers
	}
	u.RawQuery = q.Encode()
	return blob.OpenBucket(ctx, u.String())
}

// refused sorts out why a bucket did not take d: writers of the same bytes at
// the same time are told of a conflict by some servers, and one of them wins.
func (v *Vault) refused(ctx context.Context, d audit.Digest, err error) error {
	const tries = 20
	for range tries {
		if ok, looking := v.Has(ctx, d); looking != nil {
			return errors.Join(err, looking)
		} else if ok {
			return nil
		}
		if !strings.Contains(err.Error(), "ConditionalRequestConflict") {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return fmt.Errorf("write to the vault: %w", err)
}

// copied returns the local copy of d, made when it is not there or no longer
// what it was.
func (v *Vault) copied(ctx context.Context, d audit.Digest) (string, error) {
	if !d.Valid() {
		return "", fmt.Errorf("%q is not a SHA-256 digest", d)
	}
	path := filepath.Join(v.cache, filepath.FromSlash(key(d)))
	if same(path, d) {
		now := time.Now()
		_ = os.Chtimes(path, now, now) // only Sweep looks at it: a copy removed early is made again
		return path, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", fmt.Errorf("make room for a copy of %s: %w", d.Short(), err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "*.tmp")
	if err != nil {
		return "", fmt.Errorf("make a copy of %s: %w", d.Short(), err)
	}
	defer os.Remove(f.Name())
	err = v.download(ctx, f, d)
	if err := errors.Join(err, f.Close()); err != nil {
		return "", fmt.Errorf("make a copy of %s: %w", d.Short(), err)
	}
	return path, os.Rename(f.Name(), path)
}

func (v *Vault) download(ctx context.Context, f *os.File, d audit.Digest) error {
	r, err := v.Open(ctx, d)
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(f, r)
	return err
}

// same reports whether the file at path holds the bytes of d.
func same(path string, d audit.Digest) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return err == nil && audit.Digest(hex.EncodeToString(h.Sum(nil))) == d
}

func (v *Vault) sweepCache(since time.Time) error {
	copies, err := filepath.Glob(filepath.Join(v.cache, "sha256", "*", "*"))
	if err != nil {
		return fmt.Errorf("sweep the copies of the vault: %w", err)
	}
	for _, path := range copies {
		if info, err := os.Stat(path); err == nil && info.ModTime().Before(since) {
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("sweep the copies of the vault: %w", err)
			}
		}
	}
	return nil
}
