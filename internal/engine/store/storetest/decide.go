package storetest

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
)

var decideRules = []rule{
	{"what was recorded while something was decided is looked at before it is", func(t *testing.T, h house) {
		runs := 0
		err := h.management.Decide(t.Context(), func(ctx context.Context) error {
			runs++
			n, err := switched(ctx, h.management)
			if err == nil && runs == 1 { // somebody else, meanwhile
				err = turn(t.Context(), h.management, 7)
			}
			if err != nil {
				return err
			}
			return turn(ctx, h.management, n+1)
		})
		if n, _ := switched(t.Context(), h.management); err != nil || runs != 2 || n != 8 {
			t.Errorf("%d runs, and 7 became %d, %v", runs, n, err)
		}
	}},
	{"a decision that somebody always comes between is given up, and nothing of it is recorded", func(t *testing.T, h house) {
		runs := 0
		err := h.management.Decide(t.Context(), func(ctx context.Context) error {
			runs++
			if err := turn(t.Context(), h.management, runs); err != nil {
				return err
			}
			return turn(ctx, h.management, -1)
		})
		if n, _ := switched(t.Context(), h.management); err == nil || runs < 2 || n != runs {
			t.Errorf("%d runs: %v; the newest is %d", runs, err, n)
		}
	}},
	{"what a decision records does not come between itself, nor does a decision within it", func(t *testing.T, h house) {
		runs := 0
		err := h.management.Decide(t.Context(), func(ctx context.Context) error {
			runs++
			return errors.Join(turn(ctx, h.management, 1), h.management.Decide(ctx, func(ctx context.Context) error {
				return errors.Join(turn(ctx, h.management, 2), turn(ctx, h.management, 3))
			}))
		})
		if n, _ := switched(t.Context(), h.management); err != nil || runs != 1 || n != 3 {
			t.Errorf("%d runs, %d, %v", runs, n, err)
		}
	}},
	{"of people who decide at once, each decides after the others", func(t *testing.T, h house) {
		const people, times = 4, 5 // who is come between 15 times goes on the 16th
		var all sync.WaitGroup
		failed := make(chan error, people*times)
		for range people {
			all.Go(func() {
				for range times {
					failed <- h.management.Decide(t.Context(), func(ctx context.Context) error {
						n, err := switched(ctx, h.management)
						return errors.Join(err, turn(ctx, h.management, n+1))
					})
				}
			})
		}
		all.Wait()
		close(failed)
		for err := range failed {
			if err != nil {
				t.Error(err)
			}
		}
		if n, err := switched(t.Context(), h.management); n != people*times {
			t.Errorf("%d counted, %v; want %d", n, err, people*times)
		}
	}},
}

// turn records a number, as the reason of a switch.
func turn(ctx context.Context, t *store.Tenant, n int) error {
	_, _, err := t.AddSwitch(ctx, audit.Switch{Subject: audit.SwitchProcedure, Code: "p", Reason: strconv.Itoa(n)})
	return err
}

// switched is the number that was recorded last.
func switched(ctx context.Context, t *store.Tenant) (int, error) {
	all, err := t.Switches(ctx)
	if err != nil || len(all) == 0 {
		return 0, err
	}
	return strconv.Atoi(all[0].Reason)
}
