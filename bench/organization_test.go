package bench

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/engine/store"
	"tickmark/internal/engine/vault"
	"tickmark/internal/method/authority"
	"tickmark/internal/stage/perform"
)

// performances is how many are made in all: every procedure once, and then again
// with other parameters.
const performances = 200

// dear is from when on a test is named with what it used.
const dear = 300 * time.Millisecond

// BenchmarkOrganization performs and records 200 tests over an organization of
// 10,000 people as a run does: planned, small ones together, the exceptions
// listed, every population digested, every result a leaf of the trail. It
// reports the processor time of this process and all children, and how it is
// when every test has a child of its own.
func BenchmarkOrganization(b *testing.B) {
	known := schemas(b)
	for b.Loop() {
		dir := b.TempDir()
		if _, err := call(order{Side: "organization", Dir: dir}, nil); err != nil {
			b.Fatal(err)
		}
		stage, have := settle(b, dir, known)
		list, other := assignments(known)
		fmt.Printf("\n### %d tests over an organization of %s people\n\nMeasured %s.\n\n", performances, count(staff), machine())
		fmt.Println("| | CPU of all processes | Wall | Tests | Could not be performed | Items | Exceptions |")
		fmt.Println("|---|---|---|---|---|---|---|")
		fmt.Println(year(b, "as `tickmark run` does: small tests share children", stage, have, list, other, true))
		stage, have = settle(b, b.TempDir(), known, dir)
		fmt.Println(year(b, "each test in a child of its own", stage, have, list, other, false))
		fmt.Printf("\nGoal: 20 CPU seconds.\n")
	}
}

// assignments are the procedures for the first engagement, and those for the
// second, whose parameters are others.
func assignments(known *catalog.Catalog) (list, other []audit.Procedure) {
	for _, id := range slices.Sorted(maps.Keys(known.Procedures)) {
		list = append(list, known.Procedures[id])
	}
	for _, p := range list {
		if slices.ContainsFunc(p.Parameters, varied) && len(list)+len(other) < performances {
			other = append(other, p)
		}
	}
	return list, other
}

func varied(q audit.Parameter) bool { return q.Type == "integer" }

// year makes all performances and says what they took.
func year(b *testing.B, title string, s perform.Stage, have []audit.Population, list, other []audit.Procedure, together bool) string {
	b.Helper()
	strict := engagement
	strict.Code, strict.Parameters = "bench-strict", map[string]string{}
	for _, p := range other {
		for _, q := range p.Parameters {
			if varied(q) {
				strict.Parameters[p.ID+"."+q.Name] = "2"
			}
		}
	}
	var tests, failed, items, exceptions int64
	begin, used := time.Now(), processor(b)
	for _, part := range []struct {
		e    audit.Engagement
		list []audit.Procedure
	}{{engagement, list}, {strict, other}} {
		for _, r := range examined(b, s, part.e, part.list, have, together) {
			tests, items, exceptions = tests+1, items+r.Tested, exceptions+r.Exceptions
			if r.Status == audit.Failed {
				failed++
				b.Logf("%s could not be performed: %s", r.Procedure, r.Why)
			}
		}
	}
	spent, wall := processor(b)-used, time.Since(begin)
	return fmt.Sprintf("| %s | **%.1f s** | %.1f s | %d | %d | %s | %s |", title, spent.Seconds(), wall.Seconds(), tests, failed, count(items), count(exceptions))
}

func examined(b *testing.B, s perform.Stage, e audit.Engagement, list []audit.Procedure, have []audit.Population, together bool) []audit.Result {
	b.Helper()
	ctx := context.Background()
	if together {
		ahead, err := s.Ahead(ctx, e, list, have, false)
		if err != nil {
			b.Fatal(err)
		}
		defer ahead.Done()
		s.Made = ahead
	}
	var out []audit.Result
	for _, p := range list {
		before := processor(b)
		got, err := s.Procedure(ctx, e, p, have, false)
		if err != nil {
			b.Fatalf("%s: %v", p.ID, err)
		}
		out = append(out, got.Result)
		if used := processor(b) - before; used > dear {
			fmt.Fprintf(os.Stderr, "%s: %.2f CPU s, %d items, %d exceptions\n", p.ID, used.Seconds(), got.Result.Tested, got.Result.Exceptions)
		}
	}
	return out
}

// settle gives the organization a vault and records, with its populations as a
// collection leaves them. They are made in dir, or stand in another folder.
func settle(b *testing.B, dir string, known *catalog.Catalog, made ...string) (perform.Stage, []audit.Population) {
	b.Helper()
	ctx := context.Background()
	v, err := vault.Open(filepath.Join(dir, "vault"))
	if err != nil {
		b.Fatal(err)
	}
	db, err := store.Open(ctx, store.Config{URL: "sqlite://" + filepath.Join(dir, "tickmark.db"), Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close(); v.Close() })
	org, err := db.CreateOrganization(ctx, audit.Person{Name: "Lead", Side: audit.Management}, audit.Organization{Name: "Bench", LegalName: "Bench, Inc."})
	if err != nil {
		b.Fatal(err)
	}
	g, err := authority.Admit(audit.Person{Name: "tickmark", Side: audit.Automation}, org.ID)
	if err != nil {
		b.Fatal(err)
	}
	from := dir
	if len(made) > 0 {
		from = made[0]
	}
	var have []audit.Population
	for _, name := range slices.Sorted(maps.Keys(known.Populations)) {
		d, _, err := v.PutFile(ctx, parquet(from, name))
		if err != nil {
			b.Fatal(err)
		}
		n := rowsOf(name)
		have = append(have, audit.Population{Name: name, Dataset: name, Window: engagement.Period, Coverage: audit.Full, Rows: n, Received: n, Agrees: audit.NotStated, File: d})
	}
	e := engine()
	e.Threads = runtime.NumCPU()
	return perform.Stage{Records: db.Tenant(g), Files: v, Catalog: known, Query: e, Scratch: dir}, have
}

// processor is what this process and its children that ended have used.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var all time.Duration
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err != nil {
			b.Fatal(err)
		}
		all += time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	return all
}
