package scope

import (
	"strings"
	"testing"

	"tickmark/catalog"
	"tickmark/internal/program"
)

// Whatever stands in a file of references, reading it ends; what is read ties a
// requirement that was read to a criterion that there is.
func FuzzFramework(f *testing.F) {
	c, err := catalog.Load()
	if err != nil {
		f.Fatal(err)
	}
	const head = "Focal Document Element,Reference Document Element,Relationship,Rationale,Strength of Relationship\n"
	f.Add(head + "CC6.1,A.5.15,subset of,both,5\n,A.5.16,,,\nCC6.1,A.5.15,equal,,\n")
	f.Add("criterion,requirement,relation\n\"CC6.1\n")
	f.Add("\ufeff")
	f.Add(head + "X,,\n")
	f.Fuzz(func(t *testing.T, text string) {
		x := program.Framework{File: "f.csv"}
		if err := (Frameworks{Catalog: c}).lines(&x, text, ""); err != nil {
			if !strings.HasPrefix(err.Error(), "f.csv") {
				t.Errorf("a refusal does not name its file: %v", err)
			}
			return
		}
		known := map[string]bool{}
		for _, r := range x.Requirements {
			if known[r.ID] || r.ID == "" {
				t.Errorf("%q: the requirement %q stands there twice", text, r.ID)
			}
			known[r.ID] = true
		}
		for _, m := range x.Mappings {
			if _, ok := c.Criterion(m.From); !ok || !known[m.To] || m.Relation == "" || m.Rationale == "" {
				t.Errorf("%q: %+v", text, m)
			}
		}
	})
}
