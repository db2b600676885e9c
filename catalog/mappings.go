package catalog

import (
	"io/fs"
	"slices"

	"tickmark/internal/audit"
)

// mappingFile is one file of edges from criteria to one framework.
type mappingFile struct {
	Framework string `yaml:"framework"`
	Author    string `yaml:"author"`
	Edges     []edge `yaml:"edges"`
}

// edge is a mapping without what its file says once for all.
type edge struct {
	From      string         `yaml:"from"`
	To        string         `yaml:"to"`
	Relation  audit.Relation `yaml:"relation"` // intersects when left out
	Weak      bool           `yaml:"weak"`
	Rationale string         `yaml:"rationale"`
}

var relations = []string{
	string(audit.Equal), string(audit.Subset), string(audit.Superset), string(audit.Intersects), string(audit.Unrelated),
}

func (c *Catalog) loadMappings(fsys fs.FS) error {
	return each(fsys, "frameworks/mappings/*.yaml", func(file string, src []byte) error {
		e, err := readOne[mappingFile](file, src)
		if err != nil {
			return err
		}
		m := e.Value
		framework, ok := c.Framework(m.Framework)
		if !ok {
			return e.refuse(faultf("framework", "framework %q is not in frameworks.yaml", m.Framework))
		}
		faults := required("author", m.Author)
		if want := base(file, ".yaml"); m.Framework != want {
			faults = append(faults, faultf("framework", "framework %q; expected %q, the name of the file", m.Framework, want))
		}
		seen := map[[2]string]bool{}
		for i, edge := range m.Edges {
			if edge.Relation == "" {
				edge.Relation = audit.Intersects
			}
			faults = append(faults, c.edgeFaults(at("edges", i), edge, framework, seen)...)
			c.Mappings = append(c.Mappings, audit.Mapping{
				From: edge.From, Framework: m.Framework, To: edge.To, Relation: edge.Relation,
				Weak: edge.Weak, Rationale: edge.Rationale, Author: m.Author,
			})
		}
		return e.refuse(faults...)
	})
}

func (c *Catalog) edgeFaults(path string, v edge, to Framework, seen map[[2]string]bool) []fault {
	var faults []fault
	if _, ok := c.Criterion(v.From); !ok {
		faults = append(faults, faultf(path+".from", "mapping from %q; expected one of the 61 trust services criteria", v.From))
	}
	if !slices.Contains(to.Requirements, v.To) {
		faults = append(faults, faultf(path+".to", "mapping to %q; expected a requirement that frameworks.yaml lists for %s", v.To, to.ID))
	}
	if !slices.Contains(relations, string(v.Relation)) {
		faults = append(faults, faultf(path+".relation", "relation %q is not known; expected one of %v", v.Relation, relations))
	}
	if key := [2]string{v.From, v.To}; seen[key] {
		faults = append(faults, faultf(path, "mapping from %s to %s is already in this file; expected each once", v.From, v.To))
	} else {
		seen[key] = true
	}
	for _, f := range required("rationale", v.Rationale) {
		faults = append(faults, fault{path + "." + f.path, f.text})
	}
	return faults
}
