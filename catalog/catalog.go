// Package catalog owns what Tickmark knows before it meets a client: criteria,
// control objectives, standards, mappings, canonical populations, tests of
// controls and sources of evidence, kept as files that people read and change.
// It stands on the first floor, above the vocabulary of package audit, and
// reads its files strictly: whatever it refuses, it names by file and line. It
// knows no organization, no engagement, no database and no SQL engine.
package catalog

import (
	"embed"
	"io/fs"
	"slices"

	"tickmark/internal/audit"
)

//go:embed frameworks populations procedures sources analytics
var shipped embed.FS

// Catalog is everything the files say, in the order of the files.
type Catalog struct {
	Criteria    []audit.Criterion
	Description []audit.DescriptionCriterion
	Objectives  []audit.ObjectiveTemplate
	Standards   []audit.Standard
	Frameworks  []Framework
	Mappings    []audit.Mapping
	Populations map[string]audit.Schema    // by name
	Procedures  map[string]audit.Procedure // by id
	Analytics   map[string]audit.Analytic  // by id
	Sources     map[string]audit.Source    // by id, importers included
	Recorded    fs.FS                      // recorded pages of the sources, in folders named by id

	cases map[string][]SourceCase // by id of the source
}

// Framework is another body of requirements that criteria are mapped to. It
// holds ids only: the texts belong to their publishers.
type Framework struct {
	ID           string   `json:"id" yaml:"id"`
	Title        string   `json:"title" yaml:"title"`
	Publisher    string   `json:"publisher" yaml:"publisher"`
	Version      string   `json:"version" yaml:"version"`
	Note         string   `json:"note,omitempty" yaml:"note,omitempty"`
	Requirements []string `json:"requirements" yaml:"requirements"`
}

// Load reads the catalog that is built into the program, without the cases of
// procedures and sources, which only those need who try them.
func Load() (*Catalog, error) {
	if text, err := compiled.ReadFile(compiledName); err == nil {
		if c, ok := readCompiled(text, shipped); ok {
			return c, nil
		}
	}
	c := &Catalog{}
	return c, c.load(shipped)
}

// LoadWithCases reads all of the catalog that is built into the program.
func LoadWithCases() (*Catalog, error) { return LoadFS(shipped) }

// LoadFS reads a catalog from the folders frameworks, populations, procedures
// and sources of fsys. It returns a whole catalog or an error, never a part.
func LoadFS(fsys fs.FS) (*Catalog, error) {
	c := &Catalog{}
	if err := c.load(fsys); err != nil {
		return nil, err
	}
	for _, step := range []func(fs.FS) error{noStrangers, c.loadCases, c.loadSourceCases} {
		if err := step(fsys); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *Catalog) load(fsys fs.FS) error {
	for _, step := range []func(fs.FS) error{c.loadFrameworks, c.loadMappings, c.loadPopulations, c.loadProcedures, c.loadAnalytics, c.loadSources} {
		if err := step(fsys); err != nil {
			return err
		}
	}
	return nil
}

// Criterion finds a trust services criterion by its id, such as "CC6.1".
func (c *Catalog) Criterion(id string) (audit.Criterion, bool) {
	return find(c.Criteria, func(v audit.Criterion) bool { return v.ID == id })
}

// Objective finds a control objective template by its id, such as "payroll-01".
func (c *Catalog) Objective(id string) (audit.ObjectiveTemplate, bool) {
	return find(c.Objectives, func(v audit.ObjectiveTemplate) bool { return v.ID == id })
}

// Framework finds a framework by its id, such as "iso27001-2022".
func (c *Catalog) Framework(id string) (Framework, bool) {
	return find(c.Frameworks, func(v Framework) bool { return v.ID == id })
}

// InCategory returns the criteria of the named categories in the catalog's
// order. The common criteria belong to every category and are always included.
func (c *Catalog) InCategory(cats ...audit.Category) []audit.Criterion {
	var in []audit.Criterion
	for _, v := range c.Criteria {
		if v.Category == audit.Security || slices.Contains(cats, v.Category) {
			in = append(in, v)
		}
	}
	return in
}

func find[T any](all []T, is func(T) bool) (T, bool) {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i], true
	}
	var none T
	return none, false
}
