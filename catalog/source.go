package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

const caseSuffix = ".cases.yaml"

// ParseSource reads a source or importer from YAML and checks it by itself.
// Name is the file's name; it stands in errors.
func ParseSource(name string, src []byte) (audit.Source, error) {
	e, err := parseSource(name, src)
	return e.Value, err
}

func parseSource(file string, src []byte) (entry[audit.Source], error) {
	e, err := readOne[audit.Source](file, src)
	if err != nil {
		return entry[audit.Source]{}, err
	}
	if err := e.refuse(sourceFaults(e.Value)...); err != nil {
		return entry[audit.Source]{}, err
	}
	return e, nil
}

// WithSources returns the catalog's sources together with an organization's
// own, whose texts are given by file name. An own source cannot take the id of
// one of the catalog's.
func (c *Catalog) WithSources(texts map[string]string) (map[string]audit.Source, error) {
	all := maps.Clone(c.Sources)
	if all == nil {
		all = map[string]audit.Source{}
	}
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		e, err := c.checkedSource(name, []byte(texts[name]))
		if _, taken := all[e.Value.ID]; err == nil && taken {
			err = fmt.Errorf("%s: the id %q is taken: give the source another", name, e.Value.ID)
		}
		if err != nil {
			faults = append(faults, err)
			continue
		}
		all[e.Value.ID] = e.Value
	}
	return all, errors.Join(faults...)
}

// checkedSource reads a source and holds it against its file's name and the
// catalog's populations.
func (c *Catalog) checkedSource(file string, src []byte) (entry[audit.Source], error) {
	e, err := parseSource(file, src)
	if err != nil {
		return e, err
	}
	faults := c.sourceReferences(e.Value)
	if want := base(file, ".yaml"); e.Value.ID != want {
		faults = append(faults, faultf("id", "id %q; expected %q, the name of the file", e.Value.ID, want))
	}
	return e, e.refuse(faults...)
}

func (c *Catalog) loadSources(fsys fs.FS) error {
	c.Sources = map[string]audit.Source{}
	return each(fsys, "sources/*.yaml", func(file string, src []byte) error {
		if strings.HasSuffix(file, caseSuffix) {
			return nil
		}
		e, err := c.checkedSource(file, src)
		c.Sources[e.Value.ID] = e.Value
		return err
	})
}

// loadSourceCases puts the recorded cases beside their sources.
func (c *Catalog) loadSourceCases(fsys fs.FS) error {
	c.cases = map[string][]SourceCase{}
	recorded, err := fs.Sub(fsys, "sources/recorded")
	if err != nil {
		return fmt.Errorf("recorded pages: %w", err)
	}
	c.Recorded = recorded
	return each(fsys, "sources/*"+caseSuffix, func(file string, src []byte) error {
		id := base(file, caseSuffix)
		s, ok := c.Sources[id]
		if !ok {
			return fmt.Errorf("%s:1: cases of %q; expected a file sources/%s.yaml beside them", file, id, id)
		}
		cases, err := c.ReadSourceCases(file, src, s, recorded)
		c.cases[id] = cases
		return err
	})
}

// SourceCases are the recorded cases of one of the catalog's sources.
func (c *Catalog) SourceCases(id string) []SourceCase { return c.cases[id] }

// sourceReferences checks what a source names against the catalog.
func (c *Catalog) sourceReferences(s audit.Source) []fault {
	var faults []fault
	for i, p := range s.Populations {
		if _, ok := c.Populations[p.Population]; !ok {
			faults = append(faults, faultf(at("populations", i)+".population", "population %q has no file populations/%s.yaml", p.Population, p.Population))
		}
		if _, ok := c.Populations[p.Inventory]; p.Inventory != "" && !ok {
			faults = append(faults, faultf(at("populations", i)+".inventory", "inventory %q has no file populations/%s.yaml", p.Inventory, p.Inventory))
		}
	}
	return faults
}
