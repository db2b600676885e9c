package catalog

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"tickmark/internal/audit"
)

// ParseSchema reads a canonical population from YAML. Name is the file's name;
// it stands in errors.
func ParseSchema(name string, src []byte) (audit.Schema, error) {
	e, err := parseSchema(name, src)
	return e.Value, err
}

func parseSchema(file string, src []byte) (entry[audit.Schema], error) {
	e, err := readOne[audit.Schema](file, src)
	if err != nil {
		return entry[audit.Schema]{}, err
	}
	if err := e.refuse(schemaFaults(e.Value)...); err != nil {
		return entry[audit.Schema]{}, err
	}
	return e, nil
}

func (c *Catalog) loadPopulations(fsys fs.FS) error {
	c.Populations = map[string]audit.Schema{}
	return each(fsys, "populations/*.yaml", func(file string, src []byte) error {
		e, err := parseSchema(file, src)
		if err != nil {
			return err
		}
		if want := base(file, ".yaml"); e.Value.Name != want {
			return e.refuse(faultf("name", "name %q; expected %q, the name of the file", e.Value.Name, want))
		}
		c.Populations[e.Value.Name] = e.Value
		return nil
	})
}

func schemaFaults(s audit.Schema) []fault {
	faults := required("name", s.Name, "title", s.Title, "grain", s.Grain, "full_coverage", s.Full)
	if s.Name != "" && !word(s.Name) {
		faults = append(faults, faultf("name", "name %q; expected lower-case letters, digits and underscores", s.Name))
	}
	if len(s.Columns) == 0 {
		faults = append(faults, faultf("columns", "columns is missing or empty; expected at least one"))
	}
	if len(s.Key) == 0 {
		faults = append(faults, faultf("key", "key is missing or empty; expected the columns that tell one row from another"))
	}
	for i := range s.Columns {
		faults = append(faults, columnFaults(s.Columns, i)...)
	}
	return append(faults, referenceFaults(s)...)
}

func columnFaults(all []audit.Column, i int) []fault {
	col, path := all[i], at("columns", i)
	var faults []fault
	if !word(col.Name) {
		faults = append(faults, faultf(path+".name", "column name %q; expected lower-case letters, digits and underscores", col.Name))
	}
	if slices.IndexFunc(all, func(o audit.Column) bool { return o.Name == col.Name }) < i {
		faults = append(faults, faultf(path+".name", "column %q is already there; expected each once", col.Name))
	}
	if !knownType(col.Type) {
		faults = append(faults, faultf(path+".type", "type %q of column %s; expected text, boolean, integer, date, timestamp or decimal(p,s)", col.Type, col.Name))
	}
	if len(col.Values) > 0 && col.Type != "text" {
		faults = append(faults, faultf(path+".values", "values of column %s, which is %s; expected them on text only", col.Name, col.Type))
	}
	return faults
}

// knownType accepts a decimal only as it is written elsewhere, so that one
// type has one text: no spaces, no leading zeros, at most 38 digits.
func knownType(t string) bool {
	if slices.Contains([]string{"text", "boolean", "integer", "date", "timestamp"}, t) {
		return true
	}
	var p, s int
	if _, err := fmt.Sscanf(t, "decimal(%d,%d)", &p, &s); err != nil {
		return false
	}
	return t == fmt.Sprintf("decimal(%d,%d)", p, s) && p >= 1 && p <= 38 && s >= 0 && s <= p
}

// referenceFaults checks the columns that the schema names elsewhere.
func referenceFaults(s audit.Schema) []fault {
	types := map[string]string{}
	for _, col := range s.Columns {
		types[col.Name] = col.Type
	}
	var faults []fault
	refer := func(path, field, column, want string, fits func(string) bool) {
		if t, ok := types[column]; !ok {
			faults = append(faults, faultf(path, "%s column %q is not a column of %s", field, column, s.Name))
		} else if knownType(t) && !fits(t) {
			faults = append(faults, faultf(path, "%s column %s is %s; expected %s", field, column, t, want))
		}
	}
	for i, k := range s.Key {
		refer(at("key", i), "key", k, "any type", func(string) bool { return true })
	}
	for i, t := range s.Totals {
		refer(at("totals", i), "totals", t, "integer or decimal", numeric)
	}
	if s.Time != "" {
		refer("time", "time", s.Time, "date or timestamp", temporal)
	}
	if s.Observed != "" {
		refer("observed", "observed", s.Observed, "date or timestamp", temporal)
	}
	return faults
}

func numeric(t string) bool  { return t == "integer" || strings.HasPrefix(t, "decimal(") }
func temporal(t string) bool { return t == "date" || t == "timestamp" }
