package trail

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// memory is a log kept in two slices.
type memory struct {
	leaves [][]byte
	nodes  []tlog.Hash
}

var _ Log = (*memory)(nil)

func (m *memory) TrailSize(context.Context) (int64, error) { return int64(len(m.leaves)), nil }

func (m *memory) TrailLeaves(_ context.Context, from, to int64) ([][]byte, error) {
	return m.leaves[from:to], nil
}

func (m *memory) TrailHashes(_ context.Context, indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x >= int64(len(m.nodes)) {
			return nil, fmt.Errorf("no hash %d", x)
		}
		out[i] = m.nodes[x]
	}
	return out, nil
}

func remember(t interface{ Fatal(...any) }, leaves ...[]byte) *memory {
	m := &memory{leaves: leaves}
	for i, leaf := range leaves {
		hs, err := tlog.StoredHashes(int64(i), leaf, hashes(context.Background(), m))
		if err != nil {
			t.Fatal(err)
		}
		m.nodes = append(m.nodes, hs...)
	}
	return m
}

// The inputs and roots with which implementations of RFC 6962 are commonly
// checked against one another.
var vectors = []struct{ leaf, root string }{
	{"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
	{"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
	{"10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
	{"2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
	{"3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
	{"40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
	{"5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
	{"606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
}

const emptyRoot = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func TestKnownRoots(t *testing.T) {
	ctx := t.Context()
	var leaves [][]byte
	for _, v := range vectors {
		b, err := hex.DecodeString(v.leaf)
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, b)
	}
	log := remember(t, leaves...)
	for size := range len(vectors) + 1 {
		want := emptyRoot
		if size > 0 {
			want = vectors[size-1].root
		}
		stored, err := Root(ctx, log, int64(size))
		if err != nil {
			t.Fatal(err)
		}
		alone, err := RootOf(Each(leaves[:size]))
		if err != nil {
			t.Fatal(err)
		}
		if hex.EncodeToString(stored[:]) != want || stored != alone {
			t.Errorf("size %d: stored %x, from leaves %x, want %s", size, stored, alone, want)
		}
	}
}

func TestRootOfReportsAReadError(t *testing.T) {
	broken := func(yield func([]byte, error) bool) {
		if yield([]byte("a"), nil) {
			yield(nil, fmt.Errorf("disk gone"))
		}
	}
	if _, err := RootOf(broken); err == nil {
		t.Error("a root was computed from part of the leaves")
	}
}

func TestSizesOutsideTheTrailAreRefused(t *testing.T) {
	ctx := t.Context()
	log := remember(t, []byte("a"), []byte("b"))
	for _, size := range []int64{-1, 3} {
		if _, err := Root(ctx, log, size); err == nil {
			t.Errorf("root of %d leaves of 2", size)
		}
		if _, err := ProveInclusion(ctx, log, size, 0); err == nil {
			t.Errorf("inclusion in %d leaves of 2", size)
		}
		if _, err := ProveConsistency(ctx, log, size, 1); err == nil {
			t.Errorf("consistency of %d leaves of 2", size)
		}
	}
	for _, index := range []int64{-1, 2} {
		if _, err := ProveInclusion(ctx, log, 2, index); err == nil {
			t.Errorf("inclusion of leaf %d of 2", index)
		}
		if err := CheckInclusion(nil, 2, tlog.Hash{}, index, nil); err == nil {
			t.Errorf("leaf %d of 2 checked", index)
		}
	}
	if _, err := ProveConsistency(ctx, log, 1, 2); err == nil {
		t.Error("1 leaf extends 2")
	}
}

func drawLeaves(t *rapid.T) [][]byte {
	return rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 20), 1, 70).Draw(t, "leaves")
}

func TestEveryLeafIsProvenAndNoOther(t *testing.T) {
	ctx := t.Context()
	rapid.Check(t, func(t *rapid.T) {
		log := remember(t, drawLeaves(t)...)
		size := rapid.Int64Range(1, int64(len(log.leaves))).Draw(t, "size")
		index := rapid.Int64Range(0, size-1).Draw(t, "index")
		root, err := Root(ctx, log, size)
		if err != nil {
			t.Fatal(err)
		}
		p, err := ProveInclusion(ctx, log, size, index)
		if err != nil {
			t.Fatal(err)
		}
		leaf := log.leaves[index]
		if err := CheckInclusion(p, size, root, index, leaf); err != nil {
			t.Fatal(err)
		}
		if CheckInclusion(p, size, root, index, append(bytes.Clone(leaf), 0)) == nil {
			t.Fatal("a longer leaf is proven")
		}
		if len(p) > 0 {
			at := rapid.IntRange(0, len(p)-1).Draw(t, "at")
			p[at][rapid.IntRange(0, 31).Draw(t, "byte")] ^= 1
			if CheckInclusion(p, size, root, index, leaf) == nil {
				t.Fatal("a changed proof is accepted")
			}
		}
	})
}

func TestAnExtensionIsProvenAndARewriteIsNot(t *testing.T) {
	ctx := t.Context()
	rapid.Check(t, func(t *rapid.T) {
		log := remember(t, drawLeaves(t)...)
		size := int64(len(log.leaves))
		old := rapid.Int64Range(0, size).Draw(t, "old")
		root, err := RootOf(Each(log.leaves))
		if err != nil {
			t.Fatal(err)
		}
		oldRoot, err := Root(ctx, log, old)
		if err != nil {
			t.Fatal(err)
		}
		p, err := ProveConsistency(ctx, log, size, old)
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckConsistency(p, size, root, old, oldRoot); err != nil {
			t.Fatal(err)
		}
		if old == 0 {
			return
		}
		rewritten := remember(t, append([][]byte{[]byte("rewritten, and long enough to differ")}, log.leaves[1:]...)...)
		other, err := Root(ctx, rewritten, size)
		if err != nil {
			t.Fatal(err)
		}
		q, err := ProveConsistency(ctx, rewritten, size, old)
		if err != nil {
			t.Fatal(err)
		}
		if CheckConsistency(q, size, other, old, oldRoot) == nil {
			t.Fatal("a rewritten trail extends the one that was signed")
		}
	})
}

func TestEveryTrailExtendsTheEmptyOne(t *testing.T) {
	empty, err := RootOf(Each(nil))
	if err != nil {
		t.Fatal(err)
	}
	some, err := RootOf(Each([][]byte{[]byte("a")}))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		proof   tlog.TreeProof
		size    int64
		root    tlog.Hash
		oldRoot tlog.Hash
		holds   bool
	}{
		"one leaf":             {nil, 1, some, empty, true},
		"still empty":          {nil, 0, empty, empty, true},
		"empty, other root":    {nil, 0, some, empty, false},
		"old root not empty's": {nil, 1, some, some, false},
		"needless proof":       {tlog.TreeProof{some}, 1, some, empty, false},
		"negative size":        {nil, -1, some, empty, false},
	} {
		if err := CheckConsistency(c.proof, c.size, c.root, 0, c.oldRoot); (err == nil) != c.holds {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLeavesWalksAllPages(t *testing.T) {
	var leaves [][]byte
	for i := range 2*page + 7 {
		leaves = append(leaves, fmt.Appendf(nil, "leaf %d", i))
	}
	log := remember(t, leaves...)
	walked, err := RootOf(Leaves(t.Context(), log, 0, int64(len(leaves))))
	if err != nil {
		t.Fatal(err)
	}
	stored, err := Root(t.Context(), log, int64(len(leaves)))
	if err != nil {
		t.Fatal(err)
	}
	if walked != stored {
		t.Error("walking the leaves gives another root than the stored hashes")
	}
	for leaf, err := range Leaves(t.Context(), log, 5, 9) {
		if err != nil || string(leaf) != "leaf 5" {
			t.Errorf("first leaf of [5,9) is %q, %v", leaf, err)
		}
		break
	}
}
