package queue

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store/storetest"
)

// each runs a test on both databases.
func each(t *testing.T, test func(t *testing.T, url string)) {
	t.Run("SQLite", func(t *testing.T) { test(t, "sqlite://"+filepath.Join(t.TempDir(), "queue.db")) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, storetest.PostgreSQL(t)) })
}

func open(t *testing.T, url string) *Queue {
	t.Helper()
	q, err := Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = q.Close() })
	return q
}

func add(t *testing.T, q *Queue, j Job) bool {
	t.Helper()
	added, err := q.Add(t.Context(), j, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return added
}

func TestOneUnfinishedJobOfAConnection(t *testing.T) {
	each(t, func(t *testing.T, url string) {
		q := open(t, url)
		if !add(t, q, Job{Organization: "org_a", Connection: "okta", Slot: "1"}) {
			t.Error("the first was not added")
		}
		if add(t, q, Job{Organization: "org_a", Connection: "okta", Slot: "2"}) {
			t.Error("a second of the same connection was added")
		}
		if !add(t, q, Job{Organization: "org_b", Connection: "okta"}) || !add(t, q, Job{Organization: "org_a", Connection: "github"}) {
			t.Error("another organization's, or another connection's, was taken for the same")
		}
		list, err := q.List(t.Context(), "org_a")
		if err != nil || len(list) != 2 || list[0].Connection != "github" {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

// Two processes work on one queue: each collection is made by one of them, and
// no connection by both at a time.
func TestTwoWorkersNeverMakeTheSameCollection(t *testing.T) {
	each(t, func(t *testing.T, url string) {
		const jobs = 30
		first, second := open(t, url), open(t, url)
		var mu sync.Mutex
		made, under := map[string]int{}, map[string]int{}
		do := func(_ context.Context, j Job) error {
			mu.Lock()
			made[j.Connection]++
			if under[j.Connection]++; under[j.Connection] > 1 {
				t.Errorf("%s is made twice at a time", j.Connection)
			}
			mu.Unlock()
			time.Sleep(5 * time.Millisecond)
			mu.Lock()
			under[j.Connection]--
			mu.Unlock()
			return nil
		}
		ctx, stop := context.WithCancel(t.Context())
		var working sync.WaitGroup
		for _, q := range []*Queue{first, second} {
			working.Go(func() {
				if err := q.Work(ctx, "org_a", 4, do); err != nil {
					t.Error(err)
				}
			})
		}
		for i := range jobs {
			q := []*Queue{first, second}[i%2]
			add(t, q, Job{Organization: "org_a", Connection: fmt.Sprint("c", i)})
		}
		waitFor(t, first, jobs, "completed")
		stop()
		working.Wait()
		for c, n := range made {
			if n != 1 {
				t.Errorf("%s was made %d times", c, n)
			}
		}
		if len(made) != jobs {
			t.Errorf("%d of %d were made", len(made), jobs)
		}
	})
}

func TestAnErrorIsToldAndTriedAgain(t *testing.T) {
	each(t, func(t *testing.T, url string) {
		q := open(t, url)
		ctx, stop := context.WithCancel(t.Context())
		var working sync.WaitGroup
		working.Go(func() {
			_ = q.Work(ctx, "org_a", 1, func(context.Context, Job) error { return errors.New("the vault is full") })
		})
		add(t, q, Job{Organization: "org_a", Connection: "okta"})
		e := waitFor(t, q, 1, "retryable", "available", "running")[0]
		stop()
		working.Wait()
		if e.Error != "the vault is full" || e.Attempts < 1 {
			t.Errorf("%+v", e)
		}
		if add(t, q, Job{Organization: "org_a", Connection: "okta"}) {
			t.Error("a job was added beside one that is to be tried again")
		}
	})
}

// waitFor polls until n jobs were tried and are in one of the states.
func waitFor(t *testing.T, q *Queue, n int, states ...string) []Entry {
	t.Helper()
	for range 600 {
		list, err := q.List(t.Context(), audit.ID("org_a"))
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, e := range list {
			for _, s := range states {
				if e.State == s && e.Attempts > 0 && (e.Error != "" || s == "completed") {
					found++
				}
			}
		}
		if found == n {
			return list
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("no %d jobs became %v", n, states)
	return nil
}
