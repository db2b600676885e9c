// Package bundle is the file in which an examination travels: an archive with
// one canonical byte form, a manifest of all that is in it, and a signature on
// the manifest. It stands among the engines. It does not know what its entries
// mean.
//
// The archive is a ZIP without compression, entries sorted by name, all times
// zero, nothing optional. So the bytes of the archive follow from its entries,
// and one changed bit anywhere, even where ZIP readers do not look, is found.
package bundle

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// The names of the entries that the manifest itself does not list.
const (
	ManifestName  = "manifest.json"
	SignatureName = "manifest.sig"
)

// Entry is one file of a bundle.
type Entry struct {
	Name   string       `json:"name"`
	Size   int64        `json:"size"`
	Digest audit.Digest `json:"sha256"`
}

// Manifest lists all entries but itself and its signature, sorted by name.
type Manifest struct {
	Format       int        `json:"format"`
	Organization string     `json:"organization"`
	Side         audit.Side `json:"side"` // whose bundle it is
	Engine       string     `json:"engine"`
	Counts       []Count    `json:"records"`
	Entries      []Entry    `json:"entries"`
}

// Count is how many records of a kind the history has, and how many of them are
// not in the bundle because its side does not see them.
type Count struct {
	Kind     string `json:"kind"`
	Records  int64  `json:"records"`
	Withheld int64  `json:"withheld,omitempty"`
}

// Format is the version of the bundle format. Version 2 says whose bundle it is
// and counts the records.
const Format = 2

// Bytes is the manifest's canonical text: what is signed.
func (m Manifest) Bytes() ([]byte, error) {
	b, err := json.MarshalIndent(m, "", " ")
	return append(b, '\n'), err
}

// Seal writes the folder dir as a bundle to out: the manifest is made, sign
// makes the signature over its bytes, and the archive appears whole or not at
// all. With a lock, nothing but what the lock makes of it is ever written to out
// or beside it.
func Seal(dir, out string, m Manifest, sign func(manifest []byte) ([]byte, error), lock Lock) (Manifest, error) {
	var err error
	if m.Entries, err = list(dir); err != nil {
		return m, err
	}
	m.Format = Format
	text, err := m.Bytes()
	if err != nil {
		return m, err
	}
	signature, err := sign(text)
	if err != nil {
		return m, fmt.Errorf("sign the manifest: %w", err)
	}
	err = errors.Join(
		os.WriteFile(filepath.Join(dir, ManifestName), text, 0o600),
		os.WriteFile(filepath.Join(dir, SignatureName), signature, 0o600),
	)
	if err != nil {
		return m, err
	}
	return m, writeWhole(dir, out, lock)
}

// Lock turns what is written into something that only the holder of a key reads.
// Nothing is whole before it is closed.
type Lock func(io.Writer) (io.WriteCloser, error)

func list(dir string) ([]Entry, error) {
	var entries []Entry
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		e := Entry{Name: filepath.ToSlash(name)}
		if e.Digest, e.Size, err = DigestFile(path); err != nil {
			return err
		}
		entries = append(entries, e)
		return nil
	})
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return entries, err
}

// DigestFile returns the SHA-256 and the size of a file.
func DigestFile(path string) (audit.Digest, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	return audit.Digest(hex.EncodeToString(h.Sum(nil))), n, err
}

func writeWhole(dir, out string, lock Lock) error {
	f, err := os.CreateTemp(filepath.Dir(out), ".bundle-*")
	if err != nil {
		return fmt.Errorf("write bundle: %w", err)
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := locked(dir, f, lock); err != nil {
		return fmt.Errorf("write bundle: %w", err)
	}
	if err := errors.Join(f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write bundle: %w", err)
	}
	return os.Rename(f.Name(), out)
}

func locked(dir string, out io.Writer, lock Lock) error {
	if lock == nil {
		return archive(dir, out)
	}
	w, err := lock(out)
	if err != nil {
		return err
	}
	if err := archive(dir, w); err != nil {
		return err // unclosed, it is not whole
	}
	return w.Close()
}

// archive writes the files of dir in the canonical form.
func archive(dir string, out io.Writer) error {
	entries, err := list(dir)
	if err != nil {
		return err
	}
	z := zip.NewWriter(out)
	for _, e := range entries {
		w, err := z.CreateHeader(&zip.FileHeader{Name: e.Name, Method: zip.Store})
		if err != nil {
			return err
		}
		if err := copyFile(w, filepath.Join(dir, filepath.FromSlash(e.Name))); err != nil {
			return err
		}
	}
	return z.Close()
}

func copyFile(w io.Writer, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}
