//go:build slow

package e2e_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store/storetest"
)

// TestNoForbiddenActSucceedsInTenThousandSequences is the test of the same name
// without a number, at length.
func TestNoForbiddenActSucceedsInTenThousandSequences(t *testing.T) {
	const parts, each = 4, 2500
	tallies := make(chan tally, parts)
	t.Run("sequences", func(t *testing.T) {
		for n := range parts {
			t.Run(fmt.Sprint(n*each), func(t *testing.T) {
				t.Parallel()
				s := newTheatre(t, "sqlite://"+filepath.Join(memory(t), "tickmark.db"))
				s.play(n*each, each)
				tallies <- s.tally
			})
		}
	})
	close(tallies)
	all := newTally()
	for one := range tallies {
		all.add(one)
	}
	all.everyRowHappened(t)
}

func TestNoForbiddenActSucceedsInHundredsOfSequencesOnPostgreSQL(t *testing.T) {
	s := newTheatre(t, storetest.PostgreSQL(t))
	s.play(20000, 500)
	s.everyVerbSucceeded(t)
}

func (a tally) add(b tally) {
	for _, of := range []struct{ to, from map[string]map[audit.Role]int }{{a.done, b.done}, {a.shown, b.shown}, {a.staged, b.staged}} {
		for row, roles := range of.from {
			for r, n := range roles {
				for range n {
					count(of.to, row, r)
				}
			}
		}
	}
}
