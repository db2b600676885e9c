package demo

import (
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tickmark/catalog"
	"tickmark/internal/audit"
)

// loaded is the catalog with its cases, read once.
var loaded = sync.OnceValues(catalog.LoadWithCases)

func shipped(t *testing.T) *catalog.Catalog {
	t.Helper()
	c, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func runCase(t *testing.T, c *catalog.Catalog, p audit.Procedure, given audit.Case) {
	d := newDuck(t)
	for _, name := range p.Populations {
		d.table(c.Populations[name], given.Given[name])
	}
	zone := given.Timezone
	if zone == "" {
		zone = "UTC"
	}
	got := d.perform(p, given.Period, zone, given.Parameters)
	if got.items != given.Tested {
		t.Errorf("tested %d items, the case says %d", got.items, given.Tested)
	}
	want := slices.Sorted(slices.Values(given.Exceptions)) // a case lists them in the order in which it tells them
	if diff := cmp.Diff(want, got.exceptions, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("exceptions (-case +procedure):\n%s\nreasons: %v", diff, got.reasons)
	}
}
