package catalog

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"tickmark/internal/audit"
)

// With returns the catalog's procedures together with an organization's own,
// whose texts are given by file name. An own procedure cannot take the id of
// one of the catalog's.
func (c *Catalog) With(texts map[string]string) (map[string]audit.Procedure, error) {
	all := maps.Clone(c.Procedures)
	if all == nil {
		all = map[string]audit.Procedure{}
	}
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		p, err := ParseProcedure(name, []byte(texts[name]))
		if err == nil {
			err = c.CheckProcedure(p)
		}
		if _, taken := all[p.ID]; err == nil && taken {
			err = fmt.Errorf("%s: the id %q is taken: give the procedure another", name, p.ID)
		}
		if err != nil {
			faults = append(faults, err)
			continue
		}
		all[p.ID] = p
	}
	return all, errors.Join(faults...)
}
