//go:build slow

package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store/storetest"
)

// TestNoForbiddenActSucceedsInTenThousandSequences is the test of the same name
// without a number, at length. TICKMARK_SEQUENCES asks for fewer, of which it is
// not asked that everything happened in them.
func TestNoForbiddenActSucceedsInTenThousandSequences(t *testing.T) {
	const parts, whole = 4, 10_000
	each := whole / parts
	if n, err := strconv.Atoi(os.Getenv("TICKMARK_SEQUENCES")); err == nil && n >= parts {
		each = n / parts
	}
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
	if parts*each >= whole {
		all.everyRowHappened(t)
	}
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
