package bundle

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Limits on what a bundle from a stranger may unpack to.
const (
	maxEntries = 100_000
	maxName    = 512
)

// Unpack writes the entries of a bundle of a size into the empty folder dir and
// returns every fault it finds in the archive and the manifest, all named. Only
// when the archive cannot be read at all is there nothing more to check.
func Unpack(in io.ReaderAt, size int64, dir string) (Manifest, []error) {
	var m Manifest
	if size == 0 {
		return m, []error{errors.New("the archive cannot be read: it is empty; get it again from whoever made it")}
	}
	z, err := zip.NewReader(in, size)
	if err != nil {
		return m, []error{fmt.Errorf("the archive cannot be read: %w", err)}
	}
	if faults := shape(z.File, uint64(size)); len(faults) > 0 {
		return m, faults
	}
	var faults []error
	for _, f := range z.File {
		if err := unpack(f, dir); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", f.Name, err))
		}
	}
	m, manifestFaults := manifest(dir)
	faults = append(faults, manifestFaults...)
	if err := canonical(io.NewSectionReader(in, 0, size), dir); err != nil {
		faults = append(faults, err)
	}
	return m, faults
}

// shape refuses entry names that could leave the folder or stand for two files,
// and entries that share their bytes: stored files cannot be larger together
// than the archive.
func shape(files []*zip.File, size uint64) []error {
	var faults []error
	var total uint64
	if len(files) > maxEntries {
		return []error{fmt.Errorf("the archive has %d entries; a bundle has at most %d", len(files), maxEntries)}
	}
	seen := map[string]bool{}
	for _, f := range files {
		total += f.UncompressedSize64
		switch {
		case total > size || f.UncompressedSize64 > size:
			return append(faults, fmt.Errorf("%s: the entries claim more bytes than the archive has", f.Name))
		case len(f.Name) > maxName || !filepath.IsLocal(f.Name) || strings.ContainsAny(f.Name, "\\\x00"):
			faults = append(faults, fmt.Errorf("entry %q: its name is not a plain path inside the bundle", f.Name))
		case f.Method != zip.Store || !f.Mode().IsRegular():
			faults = append(faults, fmt.Errorf("%s: it is not stored as a plain file", f.Name))
		case seen[f.Name]:
			faults = append(faults, fmt.Errorf("%s: it stands twice in the archive", f.Name))
		}
		seen[f.Name] = true
	}
	return faults
}

func unpack(f *zip.File, dir string) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	path := filepath.Join(dir, filepath.FromSlash(f.Name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	w, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer w.Close()
	_, err = io.Copy(w, r)
	if errors.Is(err, zip.ErrChecksum) {
		err = errors.New("its bytes were changed: the checksum does not match")
	}
	return errors.Join(err, w.Close())
}

// manifest compares the manifest with the files that are there.
func manifest(dir string) (Manifest, []error) {
	var m Manifest
	text, err := os.ReadFile(filepath.Join(dir, ManifestName))
	if err != nil {
		return m, []error{fmt.Errorf("%s is missing", ManifestName)}
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, []error{fmt.Errorf("%s cannot be read: %w", ManifestName, err)}
	}
	var faults []error
	if again, err := m.Bytes(); err != nil || !bytes.Equal(again, text) {
		faults = append(faults, fmt.Errorf("%s was changed: it is not in its canonical form", ManifestName))
	}
	if m.Format != Format {
		faults = append(faults, fmt.Errorf("%s: format %d is not known here; this program reads format %d", ManifestName, m.Format, Format))
	}
	have, err := list(dir)
	if err != nil {
		return m, append(faults, err)
	}
	return m, append(faults, compare(m.Entries, have)...)
}

func compare(want, have []Entry) []error {
	var faults []error
	there := map[string]Entry{}
	for _, h := range have {
		there[h.Name] = h
	}
	for _, w := range want {
		h, ok := there[w.Name]
		switch {
		case !ok:
			faults = append(faults, fmt.Errorf("%s is missing", w.Name))
		case h != w:
			faults = append(faults, fmt.Errorf("%s was changed: its SHA-256 is %s, the manifest says %s", w.Name, h.Digest.Short(), w.Digest.Short()))
		}
		delete(there, w.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(there)) {
		if name != ManifestName && name != SignatureName {
			faults = append(faults, fmt.Errorf("%s is not in the manifest: it was added", name))
		}
	}
	return faults
}

// canonical writes the archive again from its entries and compares it byte for
// byte with what came.
func canonical(came io.Reader, dir string) error {
	c := &comparer{want: bufio.NewReaderSize(came, 1<<20)}
	if err := archive(dir, c); err != nil {
		return err
	}
	if _, err := c.want.ReadByte(); err == nil {
		return fmt.Errorf("the archive has bytes after its end, from byte %d", c.at)
	}
	return nil
}

// comparer is a writer that fails at the first byte that differs.
type comparer struct {
	want *bufio.Reader
	at   int64
}

func (c *comparer) Write(p []byte) (int, error) {
	buf := make([]byte, len(p))
	n, err := io.ReadFull(c.want, buf)
	for i := range n {
		if buf[i] != p[i] {
			return 0, fmt.Errorf("the archive was changed at byte %d", c.at+int64(i))
		}
	}
	c.at += int64(n)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return 0, fmt.Errorf("the archive cannot be read at byte %d: %w", c.at, err)
	}
	if err != nil {
		return 0, fmt.Errorf("the archive ends too early, at byte %d", c.at)
	}
	return len(p), nil
}
