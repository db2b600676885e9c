package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"

	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/trail"
	"tickmark/internal/method/authority"
)

var trailRules = []rule{
	{"every write leaves one leaf: who did what to which record", func(t *testing.T, h house) {
		for _, duty := range []authority.Duty{
			authority.DutyDescribe, authority.DutyCollect, authority.DutyPerform, authority.DutyConclude, authority.DutyReport,
		} {
			if err := writes()[duty](t.Context(), h.management); err != nil {
				t.Fatal(err)
			}
		}
		if err := writes()[authority.DutyJudge](t.Context(), h.auditor); err != nil {
			t.Fatal(err)
		}
		var got []string
		for i, e := range events(t, h.auditor) {
			if e.Sequence != int64(i) || e.At.IsZero() || e.Subject == "" || !e.Digest.Valid() {
				t.Errorf("leaf %d: %+v", i, e)
			}
			got = append(got, fmt.Sprintf("%s %s %s", e.Actor.Side, e.Verb, e.Kind))
		}
		want := []string{
			"management created organization", "management applied scope", "management collected population",
			"management performed result", "management concluded conclusion", "management drafted report",
			"auditor dispositioned disposition",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		everyLeafIsARecord(t, h.auditor)
	}},
	{"a retirement is called one", func(t *testing.T, h house) {
		apply(t, h, control("A", "a"))
		apply(t, h, audit.ScopeItem{Kind: audit.ScopeControl, Code: "A", Retired: true})
		last := events(t, h.auditor)[2]
		if last.Verb != "retired" || last.Subject != "control/A@2" {
			t.Errorf("%+v", last)
		}
		everyLeafIsARecord(t, h.auditor)
	}},
	{"leaves are returned from the first asked for to before the last", func(t *testing.T, h house) {
		ctx := t.Context()
		apply(t, h, control("A", "a"), control("B", "b"), control("C", "c"), control("D", "d"))
		for _, span := range [][2]int64{{0, 0}, {0, 5}, {1, 3}, {2, 3}, {5, 5}} {
			got := must(h.auditor.TrailLeaves(ctx, span[0], span[1]))(t)
			if int64(len(got)) != span[1]-span[0] {
				t.Errorf("%v: %d leaves", span, len(got))
			}
			for i, leaf := range got {
				if e := event(t, leaf); e.Sequence != span[0]+int64(i) {
					t.Errorf("%v: leaf %d is number %d", span, i, e.Sequence)
				}
			}
		}
		for _, span := range [][2]int64{{0, 6}, {-1, 1}, {3, 2}, {9, 9 + 1}} {
			if _, err := h.auditor.TrailLeaves(ctx, span[0], span[1]); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%v: %v", span, err)
			}
		}
	}},
	{"hashes are returned in the order asked for, all or none", func(t *testing.T, h house) {
		ctx := t.Context()
		apply(t, h, control("A", "a"), control("B", "b"), control("C", "c"))
		leaves := must(h.auditor.TrailLeaves(ctx, 0, 4))(t)
		ask := []int64{tlog.StoredHashIndex(0, 3), tlog.StoredHashIndex(0, 0), tlog.StoredHashIndex(0, 3), tlog.StoredHashIndex(0, 1)}
		got := must(h.auditor.TrailHashes(ctx, ask))(t)
		want := []tlog.Hash{tlog.RecordHash(leaves[3]), tlog.RecordHash(leaves[0]), tlog.RecordHash(leaves[3]), tlog.RecordHash(leaves[1])}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if _, err := h.auditor.TrailHashes(ctx, []int64{0, tlog.StoredHashCount(4)}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("beyond the tree: %v", err)
		}
		if got := must(h.auditor.TrailHashes(ctx, nil))(t); len(got) != 0 {
			t.Errorf("asked for none: %v", got)
		}
	}},
	{"every state of the trail extends those before it", func(t *testing.T, h house) {
		ctx := t.Context()
		roots := []tlog.Hash{must(trail.Root(ctx, h.auditor, 0))(t), must(trail.Root(ctx, h.auditor, 1))(t)}
		for i := range 20 {
			apply(t, h, control("A", fmt.Sprint(i)))
			roots = append(roots, must(trail.Root(ctx, h.auditor, int64(i+2)))(t))
		}
		size := int64(len(roots) - 1)
		for old := range roots {
			p := must(trail.ProveConsistency(ctx, h.auditor, size, int64(old)))(t)
			if err := trail.CheckConsistency(p, size, roots[size], int64(old), roots[old]); err != nil {
				t.Error(err)
			}
		}
		allLeavesProve(t, h, 1)
	}},
	{"writers at the same time leave one consistent trail", func(t *testing.T, h house) {
		const writers, appends = 8, 20
		var all sync.WaitGroup
		failed := make(chan error, writers*appends)
		for w := range writers {
			all.Go(func() {
				for i := range appends {
					if err := appendSomething(t.Context(), h, w, i); err != nil {
						failed <- err
					}
				}
			})
		}
		all.Wait()
		close(failed)
		for err := range failed {
			t.Error(err)
		}
		if n := must(h.auditor.TrailSize(t.Context()))(t); n != 1+writers*appends {
			t.Errorf("%d leaves, want %d", n, 1+writers*appends)
		}
		allLeavesProve(t, h, 1)
		everyLeafIsARecord(t, h.auditor)
		if n := len(must(h.auditor.ScopeHistory(t.Context()))(t)); n != writers*appends/2 {
			t.Errorf("%d versions of the item that all wrote to", n)
		}
	}},
	{"records stop at the first error of who takes them", func(t *testing.T, h house) {
		apply(t, h, control("A", "a"), control("B", "b"))
		full := errors.New("disk full")
		n := 0
		err := h.auditor.Records(t.Context(), func(string, string, audit.Digest, []byte) error {
			if n++; n == 2 {
				return full
			}
			return nil
		})
		if !errors.Is(err, full) || n != 2 {
			t.Errorf("after %d records: %v", n, err)
		}
	}},
	{"a write that is given up leaves nothing", func(t *testing.T, h house) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if n := grew(t, h.auditor, func() {
			if _, err := h.management.ApplyScope(ctx, []audit.ScopeItem{control("A", "a")}); !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled: %v", err)
			}
		}); n != 0 {
			t.Errorf("the trail grew by %d", n)
		}
		if n := apply(t, h, control("A", "a")); n != 1 {
			t.Errorf("afterwards %d changed", n)
		}
	}},
}

// appendSomething adds a population of its own or a version of what everybody
// writes to, by turns; each is new.
func appendSomething(ctx context.Context, h house, writer, i int) error {
	if i%2 == 0 {
		_, err := h.management.ApplyScope(ctx, []audit.ScopeItem{control("shared", fmt.Sprintf("%d of %d", i, writer))})
		return err
	}
	_, _, err := h.automation.AddPopulation(ctx, population("people", fmt.Sprintf("set-%d", writer), fmt.Sprint(i)))
	return err
}

func events(t *testing.T, r *store.Tenant) []audit.Event {
	t.Helper()
	size := must(r.TrailSize(t.Context()))(t)
	var all []audit.Event
	for _, leaf := range must(r.TrailLeaves(t.Context(), 0, size))(t) {
		all = append(all, event(t, leaf))
	}
	return all
}

// event reads a leaf, which must be the canonical form of what it says.
func event(t *testing.T, leaf []byte) audit.Event {
	t.Helper()
	var e audit.Event
	if err := json.Unmarshal(leaf, &e); err != nil {
		t.Fatal(err)
	}
	if again := must(audit.Canonical(e))(t); string(again) != string(leaf) {
		t.Errorf("leaf %q is not canonical, which is %q", leaf, again)
	}
	return e
}

// everyLeafIsARecord compares leaves and records one by one.
func everyLeafIsARecord(t *testing.T, r *store.Tenant) {
	t.Helper()
	leaves := events(t, r)
	i := 0
	err := r.Records(t.Context(), func(kind, subject string, digest audit.Digest, body []byte) error {
		e := leaves[i]
		i++
		if e.Kind != kind || e.Subject != subject || e.Digest != digest || digest != audit.DigestOf(body) {
			return fmt.Errorf("leaf %+v is not of %s %s %s: %s", e, kind, subject, digest, body)
		}
		return nil
	})
	if err != nil || i != len(leaves) {
		t.Errorf("%d records, %d leaves: %v", i, len(leaves), err)
	}
}

// allLeavesProve recomputes the root from the leaves alone and checks the
// inclusion of every step-th leaf.
func allLeavesProve(t *testing.T, h house, step int64) {
	t.Helper()
	ctx := t.Context()
	size := must(h.auditor.TrailSize(ctx))(t)
	root := must(trail.Root(ctx, h.auditor, size))(t)
	var leaves [][]byte
	for leaf, err := range trail.Leaves(ctx, h.auditor, 0, size) {
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, slices.Clone(leaf))
	}
	if alone := must(trail.RootOf(trail.Each(leaves)))(t); alone != root {
		t.Errorf("stored hashes give root %s, the leaves alone %s", root, alone)
	}
	for i := int64(0); i < size; i += step {
		p := must(trail.ProveInclusion(ctx, h.auditor, size, i))(t)
		if err := trail.CheckInclusion(p, size, root, i, leaves[i]); err != nil {
			t.Error(err)
		}
	}
}
