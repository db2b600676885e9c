package e2e_test

import (
	"maps"
	"os"
	"slices"
	"testing"

	"tickmark/catalog"
	"tickmark/internal/app"
)

// TestEveryProcedureDoesWhatItsCasesSay performs every procedure of the catalog
// on the rows of its own cases, in the product's own engine.
func TestEveryProcedureDoesWhatItsCasesSay(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	known, err := catalog.LoadWithCases()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range slices.Sorted(maps.Keys(known.Procedures)) {
		t.Run(id, func(t *testing.T) {
			tried, err := app.Config{Self: self}.Try(t.Context(), known, known.Procedures[id])
			if err != nil {
				t.Fatal(err)
			}
			if len(tried) == 0 {
				t.Fatal("the procedure has no cases")
			}
			flags := false
			for _, c := range tried {
				flags = flags || len(c.Exceptions) > 0
				for _, f := range c.Faults {
					t.Errorf("case %q: %s", c.Case, f)
				}
			}
			if !flags {
				t.Error("none of its cases flags an item: nobody has seen it find anything")
			}
		})
	}
}
