package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
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
		made, err := call(order{Side: "organization", Dir: dir}, nil)
		if err != nil {
			b.Fatal(err)
		}
		list, other := assignments(known)
		together := year(b, dir, known, list, other, true)
		fmt.Printf("\n### %d tests over an organization of %s people\n\nMeasured %s.\n\n", performances, count(made.Tables["people"]), machine())
		fmt.Println("| | CPU of all processes | Wall | Tests | Could not be performed | Nothing to test | Items | Exceptions | Of the median test |")
		fmt.Println("|---|---|---|---|---|---|---|---|---|")
		fmt.Println(together.line("as `tickmark run` does: small tests share children"))
		apart := year(b, dir, known, list, other, false)
		fmt.Println(apart.line("each test in a child of its own"))
		if together.digest() != apart.digest() {
			b.Fatal("tests that share children gave other results than tests that do not")
		}
		fmt.Printf("\nGoal: 20 CPU seconds.\n")
	}
}

// yearly is what all tests gave, and what they took.
type yearly struct {
	cpu, wall time.Duration
	results   []audit.Result
}

// digest is of all counts and lists of exceptions.
func (y yearly) digest() audit.Digest {
	var text string
	for _, r := range y.results {
		text += fmt.Sprintln(r.Procedure, r.Status, r.Tested, r.Exceptions, r.Detail)
	}
	return audit.DigestOf([]byte(text))
}

func (y yearly) line(title string) string {
	var failed, empty, items, exceptions int64
	var rates []float64
	for _, r := range y.results {
		items, exceptions = items+r.Tested, exceptions+r.Exceptions
		switch r.Status {
		case audit.Failed:
			failed++
		case audit.NothingTested:
			empty++
		default:
			rates = append(rates, float64(r.Exceptions)/float64(r.Tested)*100)
		}
	}
	slices.Sort(rates)
	return fmt.Sprintf("| %s | **%.1f s** | %.1f s | %d | %d | %d | %s | %s (%.2f %%) | %.2f %% |", title, y.cpu.Seconds(), y.wall.Seconds(), len(y.results), failed, empty,
		count(items), count(exceptions), float64(exceptions)/float64(max(items, 1))*100, rates[len(rates)/2])
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

// next is one more than a whole number.
func next(text string) string {
	n, _ := strconv.Atoi(text) // a default is of its type
	return strconv.Itoa(n + 1)
}

func varied(q audit.Parameter) bool { return q.Type == "integer" }

// year makes all performances, in a vault and records of their own.
func year(b *testing.B, dir string, known *catalog.Catalog, list, other []audit.Procedure, together bool) yearly {
	b.Helper()
	s, have := settle(b, b.TempDir(), known, dir)
	strict := engagement
	strict.Code, strict.Parameters = "bench-strict", map[string]string{}
	for _, p := range other {
		for _, q := range p.Parameters {
			if varied(q) {
				strict.Parameters[p.ID+"."+q.Name] = next(q.Default)
			}
		}
	}
	begin, used := time.Now(), processor(b)
	results := append(examined(b, s, engagement, list, have, together), examined(b, s, strict, other, have, together)...)
	return yearly{cpu: processor(b) - used, wall: time.Since(begin), results: results}
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
func settle(b *testing.B, dir string, known *catalog.Catalog, from string) (perform.Stage, []audit.Population) {
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
	g, err := authority.Admit(audit.Person{Name: "tickmark", Side: audit.Automation}, org.ID, authority.Standing{})
	if err != nil {
		b.Fatal(err)
	}
	var have []audit.Population
	if err := json.Unmarshal([]byte(contents(filepath.Join(from, "populations.json"))), &have); err != nil {
		b.Fatal(err)
	}
	for i, p := range have {
		if have[i].File, _, err = v.PutFile(ctx, parquet(from, p.Name)); err != nil {
			b.Fatal(err)
		}
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
