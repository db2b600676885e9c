package workspace

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"

	"tickmark/internal/audit"
)

// Write writes the folder to dir, with the data files that open gives. A
// folder that already says the same is left as it is, comments and all; one
// that says something else is refused with ErrOther. What is written is read
// back and compared before it takes its place, so that nothing is half written.
func Write(dir string, f Folder, open func(audit.File) (io.ReadCloser, error)) error {
	empty, err := vacant(dir)
	if err != nil {
		return err
	}
	if !empty {
		if old, err := Read(dir); err == nil && same(old, f) == nil {
			return nil
		}
		return fmt.Errorf("%s: %w than what would be written; "+
			"write into a new folder, or replace this one explicitly", dir, ErrOther)
	}
	return build(dir, f, open)
}

// Replace is Write for a folder whose description is to be replaced. Files
// that Tickmark does not read, such as .git or a README, stay untouched.
func Replace(dir string, f Folder, open func(audit.File) (io.ReadCloser, error)) error {
	if old, err := Read(dir); err == nil && same(old, f) == nil {
		return nil
	}
	if err := replaceable(dir, f); err != nil {
		return err
	}
	return build(dir, f, open)
}

// replaceable refuses a folder that is not management's, and one whose data
// files would be lost: evidence is moved away by a person or not at all.
func replaceable(dir string, f Folder) error {
	root, err := os.OpenRoot(dir)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("workspace %s cannot be replaced: %w", dir, err)
	}
	defer root.Close()
	r := reader{root: root, log: &problems{}}
	r.management()
	kept := map[string]audit.File{}
	for _, set := range f.Datasets {
		for _, file := range set.Files {
			kept[file.Name] = file
		}
	}
	r.unnamed(kept)
	if err := r.log.err(); err != nil {
		return fmt.Errorf("workspace %s is not replaced, move these files away first:\n%w", dir, err)
	}
	return nil
}

// vacant reports whether dir is absent or holds only hidden files.
func vacant(dir string) (bool, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		return false, fmt.Errorf("workspace %s cannot be written: %w", dir, err)
	}
	return !slices.ContainsFunc(entries, func(e os.DirEntry) bool { return !hidden(e.Name()) }), nil
}

// same says how two folders differ in their items, or nil.
func same(a, b Folder) error {
	x, err := a.Items()
	if err != nil {
		return err
	}
	y, err := b.Items()
	if err != nil {
		return err
	}
	for i := range min(len(x), len(y)) {
		if byKindAndCode(x[i], y[i]) != 0 || x[i].Digest != y[i].Digest {
			return fmt.Errorf("%s %q differs", x[i].Kind, x[i].Code)
		}
	}
	if len(x) != len(y) {
		return fmt.Errorf("one holds %d items, the other %d", len(x), len(y))
	}
	return nil
}

// build fills a temporary folder, proves it by reading it back, and installs it.
func build(dir string, f Folder, open func(audit.File) (io.ReadCloser, error)) error {
	f = clean(reflect.ValueOf(f)).Interface().(Folder)
	return staged(dir, func(tmp string) error {
		if err := fill(tmp, f, open); err != nil {
			return err
		}
		written, err := Read(tmp)
		if err != nil {
			return fmt.Errorf("the description cannot be written as a workspace:\n%w", err)
		}
		if err := same(written, f); err != nil {
			return fmt.Errorf("what was written reads back differently: %w", err)
		}
		return nil
	})
}

// staged lets fill write a temporary folder and then puts it in dir's place:
// by one rename when dir is absent, else entry by entry within dir, undone as
// a whole when one of them fails.
func staged(dir string, fill func(tmp string) error) error {
	_, err := os.Stat(dir)
	absent := os.IsNotExist(err)
	parent := dir
	if absent {
		parent = filepath.Dir(filepath.Clean(dir))
	}
	tmp, err := os.MkdirTemp(parent, ".tickmark-")
	if err != nil {
		return fmt.Errorf("workspace %s cannot be written: %w", dir, err)
	}
	defer os.RemoveAll(tmp)
	if err := os.Chmod(tmp, 0o755); err != nil {
		return fmt.Errorf("workspace %s cannot be written: %w", dir, err)
	}
	if err := fill(tmp); err != nil {
		return fmt.Errorf("workspace %s is not written: %w", dir, err)
	}
	if absent {
		err = os.Rename(tmp, dir)
	} else {
		err = installAside(tmp, dir)
	}
	if err != nil {
		return fmt.Errorf("workspace %s is not written: %w", dir, err)
	}
	return nil
}

func installAside(tmp, dir string) error {
	old, err := os.MkdirTemp(dir, ".tickmark-old-")
	if err != nil {
		return err
	}
	return install(tmp, dir, old)
}

// install swaps the entries that Tickmark owns, keeping the former ones in old
// until all new ones stand.
func install(tmp, dir, old string) error {
	var undo []func() error
	for _, name := range ownedNames() {
		for _, move := range [][2]string{
			{filepath.Join(dir, name), filepath.Join(old, name)},
			{filepath.Join(tmp, name), filepath.Join(dir, name)},
		} {
			err := os.Rename(move[0], move[1])
			if os.IsNotExist(err) {
				continue
			}
			if err != nil {
				return errors.Join(err, undone(undo, old))
			}
			undo = append(undo, func() error { return os.Rename(move[1], move[0]) })
		}
	}
	return os.RemoveAll(old)
}

// undone takes the moves back, last first, and says where the old files are
// when that fails.
func undone(undo []func() error, old string) error {
	for _, back := range slices.Backward(undo) {
		if err := back(); err != nil {
			return fmt.Errorf("the former files are kept in %s: %w", old, err)
		}
	}
	return os.RemoveAll(old)
}

// fill writes all files of a folder below dir. Its root refuses every name
// that would lead out of it.
func fill(dir string, f Folder, open func(audit.File) (io.ReadCloser, error)) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, t := range f.texts() {
		if err := put(root, t.name, t.body); err != nil {
			return err
		}
	}
	done := map[string]audit.Digest{}
	for _, set := range f.Datasets {
		for _, file := range set.Files {
			if err := copyData(root, file, done, open); err != nil {
				return fmt.Errorf("dataset %s, file %s: %w", set.Code, file.Name, err)
			}
		}
	}
	return nil
}

// textFile is a file of the folder and its bytes.
type textFile struct {
	name string
	body []byte
}

// texts gives all files but the data files.
func (f Folder) texts() []textFile {
	c := complementary{CUECs: f.CUECs, Subservices: f.Subservices}
	list := []textFile{{systemText, []byte(f.System.Description)}}
	for _, p := range f.parts(&c) {
		if body := encodeTarget(p.target); len(body) > 1 {
			list = append(list, textFile{p.file, body})
		}
	}
	for _, p := range f.Procedures {
		list = append(list, textFile{"procedures/" + p.Name + ".sql", []byte(p.SQL)})
		if p.Cases != "" {
			list = append(list, textFile{"procedures/" + p.Name + casesSuffix, []byte(p.Cases)})
		}
	}
	for _, s := range f.Sources {
		list = append(list, textFile{"sources/" + s.Name + ".yaml", []byte(s.Text)})
		if s.Cases != "" {
			list = append(list, textFile{"sources/" + s.Name + casesSuffix, []byte(s.Cases)})
		}
	}
	return list
}

func put(root *os.Root, name string, body []byte) error {
	if !filepath.IsLocal(name) || name != path.Clean(name) {
		return fmt.Errorf("%s is no name for a file of a workspace", clip(name))
	}
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	return root.WriteFile(name, body, 0o644)
}

// copyData writes one data file and checks that it is the recorded one.
func copyData(root *os.Root, file audit.File, done map[string]audit.Digest,
	open func(audit.File) (io.ReadCloser, error)) error {
	if err := dataName(file.Name); err != nil {
		return err
	}
	if before, ok := done[file.Name]; ok {
		if before != file.Digest {
			return errors.New("another dataset has a different file of this name; rename one of them")
		}
		return nil
	}
	done[file.Name] = file.Digest
	in, err := open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	name := "data/" + file.Name
	if err := put(root, name, nil); err != nil {
		return err
	}
	return stream(root, name, in, file)
}

func stream(root *os.Root, name string, in io.Reader, file audit.File) error {
	out, err := root.Create(name)
	if err != nil {
		return err
	}
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(out, sum), in)
	if err := errors.Join(err, out.Close()); err != nil {
		return err
	}
	got := audit.Digest(hex.EncodeToString(sum.Sum(nil)))
	if got != file.Digest || size != file.Size {
		return fmt.Errorf("the bytes given (%d, SHA-256 %s) are not the recorded ones (%d, SHA-256 %s)",
			size, got.Short(), file.Size, file.Digest.Short())
	}
	return nil
}
