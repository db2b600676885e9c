package collect

import (
	"testing"

	"tickmark/catalog"
	"tickmark/internal/audit"
)

// A request that names no format is asked for JSON, and its pages are read as
// that: most of the shipped sources over HTTP name none.
func TestPagesHaveTheFormatThatWasAskedFor(t *testing.T) {
	known, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	for id, source := range known.Sources {
		g := gathering{Stage: Stage{Catalog: known}, order: Order{Source: source}}
		for _, m := range source.Populations {
			in, err := g.intake(t.Context(), t.TempDir(), m)
			if err != nil {
				t.Fatal(id, err)
			}
			for i, table := range in.Mapping.Tables {
				want := source.Requests[i].Format
				if want == "" {
					want = "json"
				}
				if table.Format != want {
					t.Errorf("%s, request %s: pages are read as %q, want %q", id, table.Name, table.Format, want)
				}
			}
		}
	}
	g := gathering{Stage: Stage{Catalog: known}, order: Order{Source: audit.Source{}}}
	if _, err := g.intake(t.Context(), t.TempDir(), audit.SourcePopulation{Population: "nobody-knows-it"}); err == nil {
		t.Error("a population that no catalog has is mapped")
	}
}
