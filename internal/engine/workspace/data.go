package workspace

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"tickmark/internal/audit"
)

// data fills in the digest and the size of every data file, and refuses files
// that the manifest does not name: evidence is not left out silently.
func (r reader) data(doc document, sets []audit.Dataset) {
	known := map[string]audit.File{}
	for i := range sets {
		first := map[string]bool{}
		for j := range sets[i].Files {
			f := &sets[i].Files[j]
			if f.Name == "" {
				continue // already said
			}
			if first[f.Name] {
				doc.at("names a file twice in one dataset: "+clip(f.Name), i, "files", j, "name")
			}
			first[f.Name] = true
			if err := r.measure(f, known); err != nil {
				doc.at(err.Error(), i, "files", j, "name")
			}
		}
	}
	if !r.log.in(manifest) {
		r.unnamed(known)
	}
}

// measure streams one file through SHA-256, once however often it is named.
func (r reader) measure(f *audit.File, known map[string]audit.File) error {
	if done, ok := known[f.Name]; ok {
		*f = done
		return nil
	}
	if err := dataName(f.Name); err != nil {
		return err
	}
	data, err := r.root.OpenRoot("data")
	if err != nil {
		return fmt.Errorf("cannot be read: %w", err)
	}
	defer data.Close()
	f.Digest, f.Size, err = digestOf(data, f.Name)
	known[f.Name] = *f
	return err
}

func digestOf(data *os.Root, name string) (audit.Digest, int64, error) {
	info, err := data.Stat(name)
	switch {
	case os.IsNotExist(err):
		return "", 0, fmt.Errorf("names %s, which is not there; put the file under data/", clip(name))
	case err != nil:
		return "", 0, fmt.Errorf("names %s, which cannot be read from within data/: %w", clip(name), err)
	case !info.Mode().IsRegular():
		return "", 0, fmt.Errorf("names %s, which is not a file", clip(name))
	}
	in, err := data.Open(name)
	if err != nil {
		return "", 0, fmt.Errorf("names %s, which cannot be read: %w", clip(name), err)
	}
	defer in.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, in)
	if err != nil {
		return "", 0, fmt.Errorf("names %s, which cannot be read to its end: %w", clip(name), err)
	}
	return audit.Digest(hex.EncodeToString(sum.Sum(nil))), size, nil
}

// dataName says why a name cannot be that of a file under data/, or nil.
func dataName(name string) error {
	switch {
	case strings.ContainsAny(name, "\\\x00"):
		return fmt.Errorf("names %s; separate folders with /", clip(name))
	case path.IsAbs(name) || filepath.IsAbs(name):
		return fmt.Errorf("names %s, an absolute path; name a file under data/", clip(name))
	case name != path.Clean(name) || !filepath.IsLocal(name) || name == ".":
		return fmt.Errorf("names %s; name a file under data/ plainly, without . or .. in its path", clip(name))
	case "data/"+name == manifest:
		return fmt.Errorf("names the manifest itself")
	}
	for part := range strings.SplitSeq(name, "/") {
		if hidden(part) {
			return fmt.Errorf("names %s; files and folders that begin with a dot are not read", clip(name))
		}
	}
	return nil
}

// unnamed refuses the files below data/ that no dataset names.
func (r reader) unnamed(known map[string]audit.File) {
	err := fs.WalkDir(r.root.FS(), "data", func(file string, e fs.DirEntry, err error) error {
		switch {
		case err != nil && file == "data" && !r.linked("data"):
			return nil // no data yet
		case err != nil:
			return err
		case hidden(e.Name()) && e.IsDir():
			return fs.SkipDir
		case hidden(e.Name()) || e.IsDir() || file == manifest || named(known, file):
			return nil
		}
		r.problem(file, "is not named by any dataset of %s; name it there or take it out", manifest)
		return nil
	})
	if err != nil {
		r.problem("data", "cannot be read: %v", err)
	}
}

// named reports whether a file, or through a linked folder one below it, is known.
func named(known map[string]audit.File, file string) bool {
	name := strings.TrimPrefix(file, "data/")
	if _, ok := known[name]; ok {
		return true
	}
	for k := range known {
		if strings.HasPrefix(k, name+"/") {
			return true
		}
	}
	return false
}
