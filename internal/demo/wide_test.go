package demo

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Every shipped procedure runs on the wide sample, tests something, and flags
// exactly what was planted for it.
func TestTheWideSample(t *testing.T) { theWideSample(t, 1) }

func theWideSample(t *testing.T, seed int64) {
	t.Helper()
	c, d := shipped(t), newDuck(t)
	dir := filepath.Join(t.TempDir(), "meridian")
	if err := Write(context.Background(), Config{Seed: seed, People: 200, Dir: dir, Wide: true, Parquet: d.parquet}); err != nil {
		t.Fatal(err)
	}
	sets := map[string]bool{}
	for _, set := range datasets(t, dir) {
		d.load(dir, set, c.Populations[set.Population])
		d.agrees(set, c.Populations[set.Population])
		sets[set.Population] = true
	}
	want := map[string][]string{}
	for _, e := range planted(t, dir).Exceptions {
		want[e.Procedure] = append(want[e.Procedure], e.Item)
	}
	named, payroll := performed(t, c, dir), performed(t, c, standard(t))
	for _, id := range slices.Sorted(maps.Keys(c.Procedures)) {
		t.Run(id, func(t *testing.T) {
			p := c.Procedures[id]
			for _, name := range p.Populations {
				if !sets[name] {
					t.Fatalf("the wide sample has no population %s", name)
				}
			}
			if _, ok := named[id]; !ok {
				t.Errorf("no control names it")
			}
			r := duck{t, d.db}.perform(p, period, zone, nil)
			slices.Sort(want[id])
			if diff := cmp.Diff(want[id], r.exceptions, cmpopts.EquateEmpty()); diff != "" || r.items <= int64(len(want[id])) {
				t.Errorf("%d tested, %d planted; exceptions (-planted +flagged):\n%s", r.items, len(want[id]), diff)
			}
			if _, ok := payroll[id]; !ok && len(want[id]) == 0 {
				t.Error("nothing is planted for it")
			}
		})
	}
}
