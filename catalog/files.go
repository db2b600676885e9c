package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// patterns are the files a catalog is made of. A file that matches none would
// be ignored in silence, so it is refused.
var patterns = []string{
	"frameworks/criteria.yaml",
	"frameworks/description-criteria.yaml",
	"frameworks/objectives.yaml",
	"frameworks/standards.yaml",
	"frameworks/frameworks.yaml",
	"frameworks/mappings/*.yaml",
	"populations/*.yaml",
	"procedures/*.sql",
	"procedures/*.cases.yaml",
	"analytics/*.sql",
	"sources/*.yaml",
	"sources/*.cases.yaml",
	"sources/recorded/*/*",
}

// noStrangers refuses files that the loader would not read.
func noStrangers(fsys fs.FS) error {
	var faults []error
	for _, folder := range []string{"frameworks", "populations", "procedures", "sources", "analytics"} {
		err := fs.WalkDir(fsys, folder, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || known(name) {
				return err
			}
			faults = append(faults, fmt.Errorf("%s: no file of the catalog has this name; expected one of %s",
				name, strings.Join(patterns, ", ")))
			return nil
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("list catalog folder %s: %w", folder, err)
		}
	}
	return errors.Join(faults...)
}

func known(name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, _ := path.Match(p, name)
		return ok
	})
}

// each calls visit with every file that matches the pattern, in name order.
// It visits all files before it reports, so that one run names every fault.
func each(fsys fs.FS, pattern string, visit func(file string, src []byte) error) error {
	names, err := fs.Glob(fsys, pattern)
	if err != nil {
		return fmt.Errorf("list %s: %w", pattern, err)
	}
	slices.Sort(names)
	var faults []error
	for _, name := range names {
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		faults = append(faults, visit(name, src))
	}
	return errors.Join(faults...)
}

// base is the name that a file gives to what it holds.
func base(file, suffix string) string {
	return strings.TrimSuffix(path.Base(file), suffix)
}
