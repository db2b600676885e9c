package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tickmark/catalog"
	"tickmark/internal/audit"
)

// KnownSource is a source with its recorded cases and the pages they name.
type KnownSource struct {
	audit.Source
	Cases    []catalog.SourceCase
	Recorded fs.FS // holds a folder named for the source
}

// KnownSources are the catalog's sources and those in dir, an organization's
// own, by id. A folder that is not there holds none.
func KnownSources(c *catalog.Catalog, dir string) (map[string]KnownSource, error) {
	texts, err := sourceTexts(dir)
	if err != nil {
		return nil, err
	}
	all, err := c.WithSources(texts)
	if err != nil {
		return nil, err
	}
	known := map[string]KnownSource{}
	var faults []error
	for id, s := range all {
		k := KnownSource{Source: s, Cases: c.SourceCases(id), Recorded: c.Recorded}
		if _, shipped := c.Sources[id]; !shipped {
			k.Recorded = os.DirFS(filepath.Join(dir, "recorded"))
			k.Cases, err = ownSourceCases(c, dir, k)
			faults = append(faults, err)
		}
		known[id] = k
	}
	return known, errors.Join(faults...)
}

// sourceTexts reads the sources of a folder, without their cases.
func sourceTexts(dir string) (map[string]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, f := range files {
		if strings.HasSuffix(f, ".cases.yaml") {
			continue
		}
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		texts[f] = string(text)
	}
	return texts, nil
}

func ownSourceCases(c *catalog.Catalog, dir string, k KnownSource) ([]catalog.SourceCase, error) {
	name := filepath.Join(dir, k.ID+".cases.yaml")
	text, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cases of source %s: %w", k.ID, err)
	}
	return c.ReadSourceCases(name, text, k.Source, k.Recorded)
}
