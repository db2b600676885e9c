package bench

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tickmark/internal/engine/query"
)

// participant is one row of a table.
type participant struct {
	side, title string
	load        string // the side that loads its rows; "" for those that read the files
	server      bool
}

var participants = []participant{
	{side: "tickmark", title: "Tickmark"},
	{side: "duckdb", title: "DuckDB, rows"},
	{side: "duckdb-count", title: "DuckDB, count"},
	{side: "sqlite", title: "SQLite", load: "sqlite-load"},
	{side: "postgres", title: "PostgreSQL", load: "postgres-load", server: true},
}

// BenchmarkPeers performs T01, T05 and T17 on all sides, one after the other in
// every round, and prints a table of each. All sides must flag the same items.
// TICKMARK_BENCH_ROWS gives sizes, separated by commas, instead of ten million;
// TICKMARK_BENCH_LARGE=1 means a hundred million; TICKMARK_BENCH_CASES chooses
// among the tests; TICKMARK_BENCH_DIR is a disk to work on;
// TICKMARK_BENCH_MINUTES is the limit of one query of a database;
// TICKMARK_BENCH_SIDES leaves out sides that it does not name.
func BenchmarkPeers(b *testing.B) {
	for b.Loop() {
		dir, err := os.MkdirTemp(os.Getenv("TICKMARK_BENCH_DIR"), "tickmark-bench-")
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { os.RemoveAll(dir) })
		if err := os.Chmod(dir, 0o711); err != nil { // the server runs as somebody else
			b.Fatal(err)
		}
		fmt.Printf("\nMeasured %s; %s, SQLite (modernc, pure Go), limit of memory for Tickmark and DuckDB %d MB.\n", machine(), query.Version, memoryMB())
		for _, rows := range sizes(b) {
			for _, c := range chosen() {
				m := measurement{comparison: c, rows: rows, dir: filepath.Join(dir, c.name), found: map[string][]answer{}, loaded: map[string]answer{}}
				m.run(b)
			}
		}
	}
}

func sizes(b *testing.B) []int64 {
	text := "10000000"
	if os.Getenv("TICKMARK_BENCH_LARGE") == "1" {
		text = "100000000"
	}
	var list []int64
	for s := range strings.SplitSeq(cmp.Or(os.Getenv("TICKMARK_BENCH_ROWS"), text), ",") {
		var n int64
		if _, err := fmt.Sscan(s, &n); err != nil || n < 10*planted {
			b.Fatalf("TICKMARK_BENCH_ROWS: %q is no number of rows, or too small a one", s)
		}
		list = append(list, n)
	}
	return list
}

func chosen() []comparison {
	names := os.Getenv("TICKMARK_BENCH_CASES")
	if names == "" {
		return comparisons
	}
	return slices.DeleteFunc(slices.Clone(comparisons), func(c comparison) bool { return !slices.Contains(strings.Split(names, ","), c.name) })
}

// large is from how many rows on a side is measured once, and the databases one
// after the other, each deleted before the next.
const large = 30_000_000

// measurement is one table.
type measurement struct {
	comparison
	rows   int64
	dir    string
	tested int64
	server *server
	found  map[string][]answer
	loaded map[string]answer
	notes  []string
}

func (m *measurement) run(b *testing.B) {
	b.Helper()
	need := m.bytes * m.rows
	if !slices.ContainsFunc(asked(), func(p participant) bool { return p.load != "" }) {
		need /= 4 // what the databases load is most of it
	}
	if has, err := free(filepath.Dir(m.dir)); err != nil || has < need {
		b.Fatalf("%s over %s rows needs about %d GB of disk in %s, and %d GB are free (%v): free some, or give another disk in TICKMARK_BENCH_DIR",
			m.name, count(m.rows), need>>30, filepath.Dir(m.dir), has>>30, err)
	}
	if err := os.Mkdir(m.dir, 0o711); err != nil {
		b.Fatal(err)
	}
	defer os.RemoveAll(m.dir)
	made := m.call(b, "generate")
	said := fmt.Sprintf("%s, %s %s: made in %.0f s", m.name, count(m.rows), m.unit, made.Wall.Seconds())
	b.Log(said)
	for _, group := range m.groups() {
		m.group(b, group)
	}
	m.print()
}

// groups are the participants that take turns.
func (m *measurement) groups() [][]participant {
	all := asked()
	if m.rows < large {
		return [][]participant{all}
	}
	groups := [][]participant{{}}
	for _, p := range all {
		if p.load == "" {
			groups[0] = append(groups[0], p)
		} else {
			groups = append(groups, []participant{p})
		}
	}
	return groups
}

// asked are the sides that TICKMARK_BENCH_SIDES names, or all; Tickmark, whose
// answer the others must give, is always among them.
func asked() []participant {
	sides := strings.Split(os.Getenv("TICKMARK_BENCH_SIDES"), ",")
	return slices.DeleteFunc(slices.Clone(participants), func(p participant) bool {
		return sides[0] != "" && p.side != "tickmark" && !slices.Contains(sides, p.side)
	})
}

func (m *measurement) rounds() int {
	if m.rows < large {
		return 3
	}
	return 1
}

func (m *measurement) call(b *testing.B, side string) answer {
	b.Helper()
	o := order{Side: side, Case: m.name, Dir: m.dir, Rows: m.rows, Limit: time.Duration(number("TICKMARK_BENCH_MINUTES", 30)) * time.Minute, Columns: true}
	var s *server
	if strings.HasPrefix(side, "postgres") {
		o.Server, s = m.server.url, m.server
	}
	a, err := call(o, s)
	if err != nil {
		b.Fatal(err)
	}
	return a
}

// group loads its members, has them take turns, and deletes what they loaded.
func (m *measurement) group(b *testing.B, group []participant) {
	b.Helper()
	if slices.ContainsFunc(group, func(p participant) bool { return p.server }) {
		m.server = startServer(b, m.dir)
		defer func() { m.notes = append(m.notes, "PostgreSQL "+m.server.version()); m.server.stop(); m.server = nil }()
	}
	defer os.RemoveAll(filepath.Join(m.dir, "sqlite"))
	for _, p := range group {
		if p.load != "" {
			m.loaded[p.side] = m.call(b, p.load)
			b.Logf("%s, %s: loaded in %.0f s", m.name, p.title, m.loaded[p.side].Wall.Seconds())
		}
	}
	for round := range m.rounds() {
		for _, p := range group {
			if m.repeats(p) {
				m.round(b, p, round)
			}
		}
	}
}

// repeats says whether a side is measured (again): not when it could not be
// loaded in time, and not when a round takes longer than five minutes.
func (m *measurement) repeats(p participant) bool {
	if m.loaded[p.side].Slow {
		return false
	}
	return !slices.ContainsFunc(m.found[p.side], func(a answer) bool { return a.Slow || a.Wall > 5*time.Minute })
}

func (m *measurement) round(b *testing.B, p participant, round int) {
	b.Helper()
	a := m.call(b, p.side)
	m.found[p.side] = append(m.found[p.side], a)
	b.Logf("%s, %s, round %d: %.2f s", m.name, p.title, round+1, a.Wall.Seconds())
	if a.Slow {
		return
	}
	first := m.found["tickmark"][0]
	m.tested = first.Tested
	if a.Exceptions != planted || a.Tested != first.Tested {
		b.Fatalf("%s: %s tested %d items and flagged %d; Tickmark tested %d, and %d are wrong", m.name, p.title, a.Tested, a.Exceptions, first.Tested, planted)
	}
	if p.side != "duckdb-count" && a.Items != first.Items {
		b.Fatalf("%s: %s flagged other items than Tickmark", m.name, p.title)
	}
}

// print writes the table as docs/performance.md shows it.
func (m *measurement) print() {
	own := typical(m.found["tickmark"])
	fmt.Printf("\n### %s (`%s`), %s %s\n\n%s items tested, %d flagged, the same on all sides.\n\n", m.name, m.procedure, count(m.rows), m.unit, count(m.tested), planted)
	fmt.Println("| Side | Wall, median | All rounds | CPU | Most memory | Loading | On disk | Its time / Tickmark's |")
	fmt.Println("|---|---|---|---|---|---|---|---|")
	for _, p := range asked() {
		fmt.Println(m.line(p, own))
	}
	rows := typical(m.found["duckdb"])
	fmt.Printf("\nTickmark / DuckDB, rows: **%.2f** (goal: at most 1.2); Tickmark / DuckDB, count: **%.2f**. %s\n",
		ratio(own, rows), ratio(own, typical(m.found["duckdb-count"])), strings.Join(m.notes, "; "))
}

func (m *measurement) line(p participant, own answer) string {
	load, disk := "none", "the same files"
	if p.load != "" {
		load, disk = fmt.Sprintf("%.0f s", m.loaded[p.side].Wall.Seconds()), fmt.Sprintf("%.1f GB", float64(m.loaded[p.side].Disk)/1e9)
	}
	limit := number("TICKMARK_BENCH_MINUTES", 30) * 60
	if m.loaded[p.side].Slow {
		return fmt.Sprintf("| %s | not measured | | | | more than %d s | | |", p.title, 3*limit)
	}
	a := typical(m.found[p.side])
	if a.Slow {
		return fmt.Sprintf("| %s | more than %d s | stopped | | %d MB | %s | %s | more than %.0f |", p.title, limit, a.PeakKB>>10, load, disk, float64(limit)/own.Wall.Seconds())
	}
	var all []string
	var peak int64
	for _, x := range m.found[p.side] {
		all, peak = append(all, fmt.Sprintf("%.2f", x.Wall.Seconds())), max(peak, x.PeakKB)
	}
	return fmt.Sprintf("| %s | %.2f s | %s | %.2f s | %d MB | %s | %s | %.2f |", p.title, a.Wall.Seconds(), strings.Join(all, ", "), a.CPU.Seconds(), peak>>10, load, disk, ratio(a, own))
}

func ratio(a, b answer) float64 {
	if b.Wall == 0 {
		return 0
	}
	return a.Wall.Seconds() / b.Wall.Seconds()
}

// typical is the median of wall and of processor time, each by itself.
func typical(found []answer) answer {
	var a answer
	var wall, cpu []time.Duration
	for _, x := range found {
		a.Slow, a.PeakKB = a.Slow || x.Slow, max(a.PeakKB, x.PeakKB)
		wall, cpu = append(wall, x.Wall), append(cpu, x.CPU)
	}
	if len(found) > 0 {
		a.Wall, a.CPU = median(wall), median(cpu)
	}
	return a
}
