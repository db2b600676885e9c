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

// ParseAnalytic reads an analytic: SQL whose first block comment is YAML with
// the fields of audit.Analytic. The analytic's SQL is the whole text, header
// included, because that is what is hashed. Name is the file's name; it stands
// in errors.
func ParseAnalytic(name string, src []byte) (audit.Analytic, error) {
	e, err := parseAnalytic(name, src)
	return e.Value, err
}

// WithAnalytics returns the catalog's analytics together with others, whose
// texts are given by file name. Another cannot take the id of one of the
// catalog's, nor that of a procedure: dispositions are told apart by it.
func (c *Catalog) WithAnalytics(texts map[string]string) (map[string]audit.Analytic, error) {
	all := maps.Clone(c.Analytics)
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		e, err := parseAnalytic(name, []byte(texts[name]))
		if err == nil {
			err = e.refuse(c.analyticReferences(e.Value)...)
		}
		if _, taken := all[e.Value.ID]; err == nil && taken {
			err = fmt.Errorf("%s: the id %q is taken: give the analytic another", name, e.Value.ID)
		}
		if err != nil {
			faults = append(faults, err)
			continue
		}
		all[e.Value.ID] = e.Value
	}
	return all, errors.Join(faults...)
}

func (c *Catalog) loadAnalytics(fsys fs.FS) error {
	c.Analytics = map[string]audit.Analytic{}
	return each(fsys, "analytics/*.sql", func(file string, src []byte) error {
		e, err := parseAnalytic(file, src)
		if err != nil {
			return err
		}
		faults := c.analyticReferences(e.Value)
		if want := base(file, ".sql"); e.Value.ID != want {
			faults = append(faults, faultf("id", "id %q; expected %q, the name of the file", e.Value.ID, want))
		}
		c.Analytics[e.Value.ID] = e.Value
		return e.refuse(faults...)
	})
}

func parseAnalytic(file string, src []byte) (entry[audit.Analytic], error) {
	var none entry[audit.Analytic]
	header, statement, err := splitHeader(file, src)
	if err != nil {
		return none, err
	}
	e, err := readOne[audit.Analytic](file, header)
	if err != nil {
		return none, err
	}
	faults := analyticFaults(e.Value)
	if len(bytes.TrimSpace(statement)) == 0 {
		faults = append(faults, faultf("", "no SQL after the header"))
	}
	if err := e.refuse(faults...); err != nil {
		return none, err
	}
	e.Value.SQL = string(src)
	return e, nil
}

// analyticFaults checks an analytic by itself.
func analyticFaults(a audit.Analytic) []fault {
	faults := required("id", a.ID, "title", a.Title, "purpose", a.Purpose, "method", string(a.Method), "tests", a.Tests, "limits", a.Limits)
	if a.Version < 1 {
		faults = append(faults, faultf("version", "version is missing or less than 1; expected a whole number from 1"))
	}
	if _, ok := audit.Techniques[a.Method]; a.Method != "" && !ok {
		faults = append(faults, faultf("method", "method %q is not known; expected one of %s", a.Method, strings.Join(techniques(), ", ")))
	}
	if len(a.Populations) == 0 {
		faults = append(faults, faultf("populations", "populations is missing or empty; expected the populations that the SQL reads"))
	}
	if a.Tests != "" && !slices.Contains(a.Populations, a.Tests) {
		faults = append(faults, faultf("tests", "tests %q; expected one of the analytic's populations: %s", a.Tests, strings.Join(a.Populations, ", ")))
	}
	for i := range a.Parameters {
		faults = append(faults, parameterFaults(a.Parameters, i)...)
	}
	return slices.Concat(faults, repeated("populations", a.Populations))
}

func techniques() []string {
	var names []string
	for _, t := range slices.Sorted(maps.Keys(audit.Techniques)) {
		names = append(names, string(t))
	}
	return names
}

// analyticReferences checks what an analytic names against the catalog.
func (c *Catalog) analyticReferences(a audit.Analytic) []fault {
	var faults []fault
	if _, taken := c.Procedures[a.ID]; taken {
		faults = append(faults, faultf("id", "id %q is that of a procedure; expected another", a.ID))
	}
	for i, name := range a.Populations {
		if _, ok := c.Populations[name]; !ok {
			faults = append(faults, faultf(at("populations", i), "population %q has no file populations/%s.yaml", name, name))
		}
	}
	return faults
}
