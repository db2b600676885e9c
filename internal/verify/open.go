package verify

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"tickmark/internal/engine/bundle"
	"tickmark/internal/engine/coffer"
)

// unpack writes the entries of a bundle into the folder dir, and opens it on
// the way when it is encrypted: no plain archive comes to be. A key that is
// missing or does not open it keeps the check from being made, and is the error.
func (v Verifier) unpack(path, dir string) (m bundle.Manifest, recipient string, faults []error, err error) {
	f, err := os.Open(path)
	if err != nil {
		return m, "", nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return m, "", nil, err
	}
	if !coffer.Locked(f) {
		m, faults = bundle.Unpack(f, info.Size(), dir)
		return m, "", faults, nil
	}
	if v.Coffer.Zero() {
		return m, "", nil, fmt.Errorf("%s is encrypted to a firm: check it where the firm's private key is, and give that with --key FILE", filepath.Base(path))
	}
	plain, size, err := v.Coffer.Open(f, info.Size())
	switch {
	case errors.Is(err, coffer.ErrKey):
		return m, "", nil, fmt.Errorf("%s: %w: it is encrypted to another recipient than %s, or was altered at its beginning; give the key that the firm had when it was written", filepath.Base(path), err, coffer.Mark(v.Coffer.Recipient))
	case err != nil:
		return m, v.Coffer.Recipient, []error{err}, nil
	}
	m, faults = bundle.Unpack(plain, size, dir)
	return m, v.Coffer.Recipient, faults, nil
}
