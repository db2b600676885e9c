package analytics

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"tickmark/internal/audit"
)

// The forest's fixed measures.
const (
	trees        = 100
	subsample    = 256
	maxFeatures  = 16
	forestHolds  = 1_000_000
	forestLeast  = 100
	leadFeatures = 3
)

// Random is splitmix64: a generator of one word of state, written here so that
// the same seed draws the same numbers under every version of Go.
type Random struct{ state uint64 }

// Next draws 64 bits.
func (r *Random) Next() uint64 {
	r.state += 0x9E3779B97F4A7C15
	z := r.state
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// below draws a whole number below n, each as likely as another.
func (r *Random) below(n int) int {
	limit := math.MaxUint64 - math.MaxUint64%uint64(n)
	for {
		if x := r.Next(); x < limit {
			return int(x % uint64(n))
		}
	}
}

// share draws a number from 0 up to, not including, 1.
func (r *Random) share() float64 { return float64(r.Next()>>11) / (1 << 53) }

// AveragePath is c(n): the average length of an unsuccessful search in a binary
// tree of n items, by which path lengths are measured.
func AveragePath(n int) float64 {
	switch {
	case n < 2:
		return 0
	case n == 2:
		return 1
	}
	m := float64(n - 1)
	return 2*(math.Log(m)+0.5772156649015329) - 2*m/float64(n)
}

// node is a split, or a leaf when feature is below zero.
type node struct {
	feature     int
	at          float64
	left, right int32
	size        int32
}

// forest holds the measures of all rows, row by row in one slice.
type forest struct {
	names     []string
	items     []string
	values    []float64
	seed      uint64
	threshold float64
}

func newForest(s settings) (func(Row) error, func() Seen) {
	f := &forest{seed: uint64(s.whole("seed", 20260101)), threshold: s.fraction("threshold", 0.6)}
	return f.add, f.done
}

func (f *forest) add(r Row) error {
	if f.names == nil {
		f.names = slices.DeleteFunc(slices.Sorted(maps.Keys(r.Columns)), func(n string) bool { return !strings.HasPrefix(n, "x_") })
		if n := len(f.names); n == 0 || n > maxFeatures {
			return fmt.Errorf("%d measures; expected 1 to %d columns with names that begin with x_, none of them null", n, maxFeatures)
		}
	}
	if len(f.items) == forestHolds {
		return refuse("more than %s rows: an isolation forest must hold them all; narrow the rows in the SQL", audit.Count(forestHolds))
	}
	f.items = append(f.items, r.Item)
	for _, name := range f.names {
		s, err := r.need(name)
		if err != nil {
			return err
		}
		v, err := float(s)
		if err != nil {
			return err
		}
		f.values = append(f.values, v)
	}
	return nil
}

func (f *forest) of(row, feature int) float64 { return f.values[row*len(f.names)+feature] }

func (f *forest) done() Seen {
	n := len(f.items)
	if stop := atLeast("rows", int64(n), forestLeast); stop != nil {
		return Seen{Refused: stop.Reason}
	}
	if !f.varies() {
		return Seen{Refused: "no measure varies"}
	}
	size := min(n, subsample)
	grown := f.grow(size)
	var leads []audit.Lead
	highest := 0.0
	for i := range n {
		score := f.score(grown, i, size)
		highest = max(highest, score)
		if score > f.threshold {
			leads = append(leads, f.lead(grown, i, score))
		}
	}
	return Seen{Leads: leads, Statistics: map[string]string{
		"rows": count(int64(n)), "measures": strings.Join(f.names, " "), "trees": count(trees), "subsample": count(int64(size)),
		"seed": strconv.FormatUint(f.seed, 10), "threshold": text(f.threshold), "highest_score": text(highest), "average_path": text(AveragePath(size)),
	}}
}

func (f *forest) varies() bool {
	for i := range f.items {
		if !slices.Equal(f.values[:len(f.names)], f.values[i*len(f.names):(i+1)*len(f.names)]) {
			return true
		}
	}
	return false
}

// grow draws each tree's rows without replacement and splits them at random.
func (f *forest) grow(size int) [][]node {
	random := &Random{f.seed}
	all := make([]int, len(f.items))
	for i := range all {
		all[i] = i
	}
	deepest := int(math.Ceil(math.Log2(float64(size))))
	var grown [][]node
	for range trees {
		for i := range size {
			j := i + random.below(len(all)-i)
			all[i], all[j] = all[j], all[i]
		}
		t := tree{forest: f, random: random, deepest: deepest}
		t.split(slices.Clone(all[:size]), 0)
		grown = append(grown, t.nodes)
	}
	return grown
}

// tree is one tree while it grows.
type tree struct {
	*forest
	random  *Random
	deepest int
	nodes   []node
}

func (t *tree) split(rows []int, depth int) int32 {
	me := int32(len(t.nodes))
	t.nodes = append(t.nodes, node{feature: -1, size: int32(len(rows))})
	if depth == t.deepest || len(rows) < 2 {
		return me
	}
	var able []int
	for f := range t.names {
		if low, high := t.extent(rows, f); low < high {
			able = append(able, f)
		}
	}
	if len(able) == 0 {
		return me
	}
	feature := able[t.random.below(len(able))]
	low, high := t.extent(rows, feature)
	at := low + float64(t.random.share()*(high-low))
	var left, right []int
	for _, r := range rows {
		if t.of(r, feature) <= at {
			left = append(left, r)
		} else {
			right = append(right, r)
		}
	}
	t.nodes[me].feature, t.nodes[me].at = feature, at
	l := t.split(left, depth+1)
	r := t.split(right, depth+1)
	t.nodes[me].left, t.nodes[me].right = l, r
	return me
}

func (t *tree) extent(rows []int, feature int) (low, high float64) {
	low, high = t.of(rows[0], feature), t.of(rows[0], feature)
	for _, r := range rows {
		low, high = min(low, t.of(r, feature)), max(high, t.of(r, feature))
	}
	return low, high
}

// score is 2^(-E(h)/c(n)): near 1 for a row that few splits set apart.
func (f *forest) score(grown [][]node, row, size int) float64 {
	sum := 0.0
	for _, nodes := range grown {
		sum += f.path(nodes, row, nil)
	}
	return math.Exp2(-sum / trees / AveragePath(size))
}

// path is the number of splits to a row's leaf and, where the leaf holds
// several rows, the average path below it. credit, if given, gets for each
// feature how much its splits narrowed the rows down, in halvings.
func (f *forest) path(nodes []node, row int, credit []float64) float64 {
	at, depth := int32(0), 0.0
	for nodes[at].feature >= 0 {
		n := nodes[at]
		next := n.right
		if f.of(row, n.feature) <= n.at {
			next = n.left
		}
		if credit != nil && nodes[next].size > 0 {
			credit[n.feature] += math.Log2(float64(n.size) / float64(nodes[next].size))
		}
		at = next
		depth++
	}
	return depth + AveragePath(int(nodes[at].size))
}

// lead explains a row by the measures that set it apart most.
func (f *forest) lead(grown [][]node, row int, score float64) audit.Lead {
	credit := make([]float64, len(f.names))
	for _, nodes := range grown {
		f.path(nodes, row, credit)
	}
	sum := 0.0
	order := make([]int, len(credit))
	for i, c := range credit {
		sum += c
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case credit[a] > credit[b]:
			return -1
		case credit[a] < credit[b]:
			return 1
		}
		return 0
	})
	var parts []string
	columns := map[string]string{}
	for _, i := range order {
		value := strconv.FormatFloat(f.of(row, i), 'f', -1, 64)
		columns[f.names[i]] = value
		if len(parts) < leadFeatures && sum > 0 {
			parts = append(parts, fmt.Sprintf("%s %s (%s)", strings.TrimPrefix(f.names[i], "x_"), value, share(credit[i]/sum)))
		}
	}
	return audit.Lead{Item: f.items[row], Score: digits(score, 4), Columns: columns, Reason: "set apart from the others by " + strings.Join(parts, ", ")}
}
