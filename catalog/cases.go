package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"tickmark/internal/audit"
)

// caseText is an audit.Case as written: a value that is null in YAML is nil
// here and is left out of the row, so that absent and empty stay apart.
type caseText struct {
	Name       string                          `yaml:"name"`
	Shows      []string                        `yaml:"shows"`
	Period     audit.Period                    `yaml:"period"`
	Timezone   string                          `yaml:"timezone"`
	Parameters map[string]string               `yaml:"parameters"`
	Given      map[string][]map[string]*string `yaml:"given"`
	Tested     int64                           `yaml:"tested"`
	Exceptions []string                        `yaml:"exceptions"`
}

// caseKinds are what a case can show besides that an item is flagged or is not.
// That nothing is tested where there is nothing, and that a key on two rows is
// refused, is tried for every procedure without a case.
var caseKinds = []string{"boundary", "null", "timezone", "leap-day"}

// Lacking names the kinds of cases that a procedure neither has nor says why it
// cannot have.
func Lacking(p audit.Procedure) []string {
	var lacking []string
	passed, flagged := false, false
	shown := map[string]bool{}
	for _, c := range p.Cases {
		passed = passed || c.Tested > int64(len(c.Exceptions))
		flagged = flagged || len(c.Exceptions) > 0
		for _, kind := range c.Shows {
			shown[kind] = true
		}
	}
	if !passed {
		lacking = append(lacking, "an item that is not flagged")
	}
	if !flagged {
		lacking = append(lacking, "an item that is flagged")
	}
	for _, kind := range caseKinds {
		if !shown[kind] && p.Without[kind] == "" {
			lacking = append(lacking, kind)
		}
	}
	return lacking
}

// ParseCases reads the cases of a procedure, a YAML list of audit.Case. The
// values of rows are the exact text of the file: 1.50 stays "1.50". Name is
// the file's name; it stands in errors.
func ParseCases(name string, src []byte) ([]audit.Case, error) {
	entries, err := parseCases(name, src)
	if err != nil {
		return nil, err
	}
	var cases []audit.Case
	for _, e := range entries {
		cases = append(cases, e.Value.exact())
	}
	return cases, nil
}

func parseCases(file string, src []byte) ([]entry[caseText], error) {
	entries, err := readList[caseText](file, src)
	if err != nil {
		return nil, err
	}
	var faults []error
	names := map[string]bool{}
	for _, e := range entries {
		if names[e.Value.Name] {
			faults = append(faults, e.refuse(faultf("name", "case %q is already in this file; expected each name once", e.Value.Name)))
		}
		names[e.Value.Name] = true
		faults = append(faults, e.refuse(caseFaults(e.Value)...))
	}
	return entries, errors.Join(faults...)
}

func caseFaults(v caseText) []fault {
	faults := required("name", v.Name)
	if err := v.Period.Valid(); err != nil {
		faults = append(faults, faultf("period", "%s", err))
	}
	faults = append(faults, among("shows", v.Shows, caseKinds)...)
	if v.Tested < int64(len(v.Exceptions)) {
		faults = append(faults, faultf("tested", "tested %d with %d exceptions; expected at least as many tested items",
			v.Tested, len(v.Exceptions)))
	}
	return faults
}

func (v caseText) exact() audit.Case {
	rows := map[string][]audit.Values{}
	for population, all := range v.Given {
		rows[population] = []audit.Values{}
		for _, row := range all {
			values := audit.Values{}
			for column, text := range row {
				if text != nil {
					values[column] = *text
				}
			}
			rows[population] = append(rows[population], values)
		}
	}
	return audit.Case{
		Name: v.Name, Shows: v.Shows, Period: v.Period, Timezone: v.Timezone, Parameters: v.Parameters,
		Given: rows, Tested: v.Tested, Exceptions: v.Exceptions,
	}
}

// loadCases puts the cases beside their procedures.
func (c *Catalog) loadCases(fsys fs.FS) error {
	return each(fsys, "procedures/*.cases.yaml", func(file string, src []byte) error {
		id := base(file, ".cases.yaml")
		p, ok := c.Procedures[id]
		if !ok {
			return fmt.Errorf("%s:1: cases of %q; expected a file procedures/%s.sql beside them", file, id, id)
		}
		entries, err := parseCases(file, src)
		if err != nil {
			return err
		}
		var faults []error
		for _, e := range entries {
			faults = append(faults, e.refuse(c.caseReferences(p, e.Value)...))
			p.Cases = append(p.Cases, e.Value.exact())
		}
		c.Procedures[id] = p
		return errors.Join(faults...)
	})
}

// caseReferences checks the populations, columns and parameters of a case.
func (c *Catalog) caseReferences(p audit.Procedure, v caseText) []fault {
	var faults []fault
	for _, name := range slices.Sorted(maps.Keys(v.Parameters)) {
		if !slices.ContainsFunc(p.Parameters, func(o audit.Parameter) bool { return o.Name == name }) {
			faults = append(faults, faultf("parameters."+name, "parameter %q; expected one that procedure %s declares", name, p.ID))
		}
	}
	for _, population := range slices.Sorted(maps.Keys(v.Given)) {
		if !slices.Contains(p.Populations, population) {
			faults = append(faults, faultf("given."+population, "population %q; expected one that procedure %s reads", population, p.ID))
			continue
		}
		columns := c.Populations[population].Columns
		for i, row := range v.Given[population] {
			for _, name := range slices.Sorted(maps.Keys(row)) {
				if !slices.ContainsFunc(columns, func(o audit.Column) bool { return o.Name == name }) {
					faults = append(faults, faultf(fmt.Sprintf("given.%s.%d.%s", population, i, name),
						"column %q is not a column of %s", name, population))
				}
			}
		}
	}
	return faults
}
