package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// ParseProcedure reads a procedure: SQL whose first block comment is YAML with
// the fields of audit.Procedure. The procedure's SQL is the whole text, header
// included, because that is what is hashed. Name is the file's name; it stands
// in errors.
func ParseProcedure(name string, src []byte) (audit.Procedure, error) {
	e, err := parseProcedure(name, src)
	return e.Value, err
}

// CheckProcedure refuses a procedure that speaks of criteria, objective
// templates or populations that the catalog does not hold. It serves
// procedures that an organization brings along.
func (c *Catalog) CheckProcedure(p audit.Procedure) error {
	var all []error
	for _, f := range slices.Concat(procedureFaults(p), c.procedureReferences(p)) {
		all = append(all, fmt.Errorf("procedure %s: %s", p.ID, f.text))
	}
	return errors.Join(all...)
}

func (c *Catalog) loadProcedures(fsys fs.FS) error {
	c.Procedures = map[string]audit.Procedure{}
	return each(fsys, "procedures/*.sql", func(file string, src []byte) error {
		e, err := parseProcedure(file, src)
		if err != nil {
			return err
		}
		faults := c.procedureReferences(e.Value)
		if want := base(file, ".sql"); e.Value.ID != want {
			faults = append(faults, faultf("id", "id %q; expected %q, the name of the file", e.Value.ID, want))
		}
		c.Procedures[e.Value.ID] = e.Value
		return e.refuse(faults...)
	})
}

func parseProcedure(file string, src []byte) (entry[audit.Procedure], error) {
	var none entry[audit.Procedure]
	header, statement, err := splitHeader(file, src)
	if err != nil {
		return none, err
	}
	e, err := readOne[audit.Procedure](file, header)
	if err != nil {
		return none, err
	}
	faults := procedureFaults(e.Value)
	if len(bytes.TrimSpace(statement)) == 0 {
		faults = append(faults, faultf("", "no SQL after the header"))
	}
	if err := e.refuse(faults...); err != nil {
		return none, err
	}
	e.Value.SQL = string(src)
	return e, nil
}

// splitHeader takes the YAML out of the first comment and what follows it. The
// YAML keeps its line numbers: the lines before it stay, as empty ones.
func splitHeader(file string, src []byte) (header, statement []byte, err error) {
	before, rest, found := bytes.Cut(src, []byte("/*"))
	if !found || len(bytes.TrimSpace(before)) > 0 {
		return nil, nil, fmt.Errorf("%s:1: expected the file to begin with its header, a comment /* ... */ of YAML", file)
	}
	header, statement, found = bytes.Cut(rest, []byte("*/"))
	first := 1 + bytes.Count(before, []byte("\n"))
	if !found {
		return nil, nil, fmt.Errorf("%s:%d: the header is not closed; expected */", file, first)
	}
	// SQL nests block comments, so a second opening would move the end of the
	// comment away from the end that is found here.
	if inner, _, nested := bytes.Cut(header, []byte("/*")); nested {
		line := first + bytes.Count(inner, []byte("\n"))
		return nil, nil, fmt.Errorf("%s:%d: a comment begins within the header; expected YAML only", file, line)
	}
	return slices.Concat(bytes.Repeat([]byte("\n"), first-1), header), statement, nil
}

var natures = []string{
	string(audit.Inquiry), string(audit.Observation), string(audit.Inspection), string(audit.Reperformance),
}

// partings are by what a procedure may be performed in parts.
var partings = []string{"month", "year", "value"}

// procedureFaults checks a procedure by itself.
func procedureFaults(p audit.Procedure) []fault {
	faults := required("id", p.ID, "title", p.Title, "purpose", p.Purpose, "nature", string(p.Nature),
		"tests", p.Tests, "limits", p.Limits)
	if p.Version < 1 {
		faults = append(faults, faultf("version", "version is missing or less than 1; expected a whole number from 1"))
	}
	if p.Nature != "" {
		faults = append(faults, among("nature", []string{string(p.Nature)}, natures)...)
	}
	faults = append(faults, among("without", slices.Sorted(maps.Keys(p.Without)), caseKinds)...)
	if len(p.Populations) == 0 {
		faults = append(faults, faultf("populations", "populations is missing or empty; expected the populations that the SQL reads"))
	}
	if p.Tests != "" && !slices.Contains(p.Populations, p.Tests) {
		faults = append(faults, faultf("tests", "tests %q; expected one of the procedure's populations: %s",
			p.Tests, strings.Join(p.Populations, ", ")))
	}
	for i := range p.Parameters {
		faults = append(faults, parameterFaults(p.Parameters, i)...)
	}
	if p.Partition != nil && !slices.Contains(partings, p.Partition.By) {
		faults = append(faults, faultf("partition.by", "partition by %q; expected one of %s", p.Partition.By, strings.Join(partings, ", ")))
	}
	return slices.Concat(faults, repeated("criteria", p.Criteria), repeated("objectives", p.Objectives),
		repeated("populations", p.Populations))
}

// procedureReferences checks what a procedure names against the catalog.
func (c *Catalog) procedureReferences(p audit.Procedure) []fault {
	var faults []fault
	for i, id := range p.Criteria {
		if _, ok := c.Criterion(id); !ok {
			faults = append(faults, faultf(at("criteria", i), "criterion %q is none of the 61 trust services criteria", id))
		}
	}
	for i, id := range p.Objectives {
		if _, ok := c.Objective(id); !ok {
			faults = append(faults, faultf(at("objectives", i), "objective %q is not in frameworks/objectives.yaml", id))
		}
	}
	for i, name := range p.Populations {
		if _, ok := c.Populations[name]; !ok {
			faults = append(faults, faultf(at("populations", i), "population %q has no file populations/%s.yaml", name, name))
		}
	}
	return append(faults, c.partitionFaults(p)...)
}

// partitionFaults wants a column of the tested population that can be cut so.
func (c *Catalog) partitionFaults(p audit.Procedure) []fault {
	if p.Partition == nil {
		return nil
	}
	s := c.Populations[p.Tests]
	i := slices.IndexFunc(s.Columns, func(x audit.Column) bool { return x.Name == p.Partition.Column })
	if i < 0 {
		return []fault{faultf("partition.column", "partition column %q; expected a column of the tested population %s", p.Partition.Column, p.Tests)}
	}
	if kind := s.Columns[i].Type; p.Partition.By != "value" && kind != "date" && kind != "timestamp" {
		return []fault{faultf("partition.column", "partition column %s is %s; expected a date or a timestamp to part by %s", p.Partition.Column, kind, p.Partition.By)}
	}
	return nil
}
