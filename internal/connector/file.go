package connector

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"tickmark/internal/audit"
)

// files reads the files of a folder, or the one file, that the setting path
// names. Each file is a page, in the order of their names; one whose name ends
// in .gz is unpacked first. A request's pattern is matched against names below
// the folder, part by part: users-*.json, or 2025/*/users.csv. Nothing outside
// the folder is read, whatever a link in it points to.
type files struct {
	run  *run
	root *os.Root
	dir  string
	only string // of a single file: its name
}

// listed is one file as it was when the folder was looked at.
type listed struct {
	name string
	info fs.FileInfo
}

var _ transport = (*files)(nil)

// openFile opens the folder, or what was uploaded in its place.
func openFile(_ context.Context, r *run) (transport, error) {
	if r.job.Upload != nil {
		return &upload{run: r, files: r.job.Upload}, nil
	}
	given := r.job.Settings["path"]
	if given == "" {
		return nil, errors.New("transport file needs the setting path: a folder or a file")
	}
	dir, err := filepath.EvalSymlinks(given)
	if err != nil {
		return nil, fmt.Errorf("look for %s: %w", given, err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("look for %s: %w", given, err)
	}
	f := &files{run: r, dir: dir}
	if !info.IsDir() {
		f.dir, f.only = filepath.Dir(dir), filepath.Base(dir)
	}
	if f.root, err = os.OpenRoot(f.dir); err != nil {
		return nil, fmt.Errorf("open the folder %s: %w", f.dir, err)
	}
	return f, nil
}

func (f *files) close() error { return f.root.Close() }

func (f *files) fetch(ctx context.Context, a *ask, keep keeper) error {
	pattern, err := patternOf(a)
	if err != nil {
		return err
	}
	found, err := f.list(pattern)
	if err != nil {
		return err
	}
	if len(found) == 0 && !a.request.Optional {
		return fmt.Errorf("no file in %s matches %s", f.dir, pattern)
	}
	for _, file := range found {
		body, err := f.read(file)
		if err != nil {
			return err
		}
		text := fmt.Sprintf("%s, %s, of %s", file.name, audit.Plural(file.info.Size(), "byte"), file.info.ModTime().UTC().Format(time.RFC3339Nano))
		if err := keepFile(ctx, f.run, file.name, text, body, keep); err != nil {
			return err
		}
	}
	return nil
}

// keepFile keeps one file as a page, unpacked when its name says it is packed.
func keepFile(ctx context.Context, r *run, name, text string, body []byte, keep keeper) error {
	if strings.HasSuffix(name, ".gz") {
		text += ", unpacked; packed its SHA-256 is " + string(audit.DigestOf(body))
		var err error
		if body, err = unpack(body, r.limit()); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if _, err := keep(ctx, page{text: text, body: body, tries: 1}); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func unpack(packed []byte, limit int64) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("is not packed by gzip: %w", err)
	}
	body, err := io.ReadAll(io.LimitReader(z, limit+1))
	if err != nil {
		return nil, fmt.Errorf("cannot be unpacked: %w", err)
	}
	return body, nil // one byte over the limit is refused where pages are kept
}

// patternOf is the pattern of a request. A setting may be a pattern; a value
// of a parent's record is a name, whatever stands in it.
func patternOf(a *ask) (string, error) {
	if a.request.Files == "" {
		return "*", nil
	}
	pattern, err := expand(a.request.Files, func(name string) (string, error) {
		value, err := a.values.get(name)
		if strings.HasPrefix(name, "each.") {
			if value == "" || strings.Contains(value, "/") {
				return "", fmt.Errorf("{%s} is %q, which is no name of a file", name, short(value))
			}
			value = literal(value)
		}
		return value, err
	})
	if err != nil {
		return "", err
	}
	if _, err := path.Match(pattern, ""); err != nil || !fs.ValidPath(strings.ReplaceAll(pattern, `\`, "")) {
		return "", fmt.Errorf("%q is no pattern of names below the folder, such as users-*.json", pattern)
	}
	return pattern, nil
}

// literal is the pattern that matches a name and nothing else.
func literal(name string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(name)
}

// list finds the files that match, in the order of their names. A folder that
// cannot be read is an error, and so is a link to a folder on the way, since it
// would not be followed.
func (f *files) list(pattern string) ([]listed, error) {
	if f.only != "" {
		if ok, _ := path.Match(path.Base(pattern), f.only); !ok { // the pattern is well formed
			return nil, nil
		}
		pattern = literal(f.only)
	}
	parts := strings.Split(pattern, "/")
	var found []listed
	err := fs.WalkDir(f.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("read the folder %s: %w", path.Join(f.dir, name), err)
		}
		if name == "." {
			return nil
		}
		depth := strings.Count(name, "/") + 1
		matches := false
		if depth <= len(parts) {
			matches, _ = path.Match(strings.Join(parts[:depth], "/"), name)
		}
		switch {
		case !matches && d.IsDir():
			return fs.SkipDir
		case !matches || d.IsDir():
			return nil
		}
		info, err := f.stat(name)
		if err != nil {
			return err
		}
		if depth == len(parts) {
			found = append(found, listed{name, info})
		} else if info.IsDir() {
			return fmt.Errorf("%s is a link to a folder, which is not followed", name)
		}
		return nil
	})
	return found, err
}

// stat looks at a file, through links that stay within the folder.
func (f *files) stat(name string) (fs.FileInfo, error) {
	info, err := f.root.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("%s is not there, or a link that leads out of the folder %s: %w", name, f.dir, err)
	}
	return info, nil
}

// read reads a file that was listed and makes sure that it is still the same.
func (f *files) read(file listed) ([]byte, error) {
	if !file.info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no file that can be read to its end", file.name)
	}
	opened, err := f.root.Open(file.name)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", file.name, err)
	}
	defer func() { _ = opened.Close() }() // nothing was written
	body, err := io.ReadAll(io.LimitReader(opened, f.run.limit()+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file.name, err)
	}
	now, err := f.stat(file.name)
	if err != nil {
		return nil, err
	}
	whole := int64(len(body)) == file.info.Size() || int64(len(body)) > f.run.limit()
	if !whole || !os.SameFile(now, file.info) || now.Size() != file.info.Size() || !now.ModTime().Equal(file.info.ModTime()) {
		return nil, fmt.Errorf("%s changed while it was being collected: collect again when nobody writes there", file.name)
	}
	return body, nil
}

// upload reads files that a person handed over.
type upload struct {
	run   *run
	files map[string][]byte
}

var _ transport = (*upload)(nil)

func (u *upload) close() error { return nil }

func (u *upload) fetch(ctx context.Context, a *ask, keep keeper) error {
	pattern, err := patternOf(a)
	if err != nil {
		return err
	}
	n := 0
	for _, name := range sortedKeys(u.files) {
		if ok, _ := path.Match(pattern, name); !ok { // the pattern is well formed
			continue
		}
		n++
		text := fmt.Sprintf("%s, %s, as handed over", name, audit.Plural(int64(len(u.files[name])), "byte"))
		if err := keepFile(ctx, u.run, name, text, u.files[name], keep); err != nil {
			return err
		}
	}
	if n == 0 && !a.request.Optional {
		return fmt.Errorf("none of the %s handed over matches %s", audit.Plural(int64(len(u.files)), "file"), pattern)
	}
	return nil
}
