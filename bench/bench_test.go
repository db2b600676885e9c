// Package bench measures Tickmark beside its peers in the same run: DuckDB as
// a person would use it, SQLite and PostgreSQL. It stands outside the house and
// may use any room of it. It asserts that all sides find the same, and no time:
// docs/performance.md keeps what was measured, and how.
package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tickmark/catalog"
	"tickmark/internal/engine/paper"
	"tickmark/internal/engine/query"
	"tickmark/internal/engine/sheet"
)

// TestMain lets this binary be its own confined child, and one side of a
// comparison in a process of its own.
func TestMain(m *testing.M) {
	switch {
	case len(os.Args) > 1 && os.Args[1] == "worker":
		serve := query.Worker
		if slices.Contains(os.Args[2:], "sheet") {
			serve = sheet.Worker
		}
		if slices.Contains(os.Args[2:], "paper") {
			serve = paper.Worker
		}
		if err := serve(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case len(os.Args) > 1 && os.Args[1] == "side":
		if err := serve(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	default:
		os.Exit(m.Run())
	}
}

// serve does what one order says, in a process that does nothing else.
func serve(in io.Reader, out io.Writer) error {
	var o order
	if err := json.NewDecoder(in).Decode(&o); err != nil {
		return err
	}
	side, ok := sides[o.Side]
	if !ok {
		return fmt.Errorf("there is no side %q", o.Side)
	}
	a, err := side(o)
	return errors.Join(err, json.NewEncoder(out).Encode(a))
}

// memoryMB is what Tickmark and DuckDB alike may use for their buffers; what a
// process holds beyond it is measured.
func memoryMB() int { return number("TICKMARK_BENCH_MEMORY", 3072) }

func number(variable string, otherwise int) int {
	n, err := strconv.Atoi(os.Getenv(variable))
	if err != nil {
		return otherwise
	}
	return n
}

func median[T int64 | time.Duration](d []T) T {
	s := slices.Sorted(slices.Values(d))
	return s[len(s)/2]
}

func engine() query.Engine {
	self, _ := os.Executable()
	return query.Engine{Exe: []string{self, "worker", "query"}, MemoryMB: 4096, Threads: runtime.NumCPU(), Timeout: 3 * time.Hour}
}

func schemas(b *testing.B) *catalog.Catalog {
	b.Helper()
	c, err := catalog.Load()
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// count is a number for people: 10,018,808.
func count(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// machine says where and when it was measured.
func machine() string {
	model, memory := "unknown processor", "unknown"
	for line := range strings.Lines(contents("/proc/cpuinfo")) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			model = strings.TrimSpace(value)
		}
	}
	for line := range strings.Lines(contents("/proc/meminfo")) {
		if rest, ok := strings.CutPrefix(line, "MemTotal:"); ok {
			kb, _ := strconv.Atoi(strings.Fields(rest)[0])
			memory = fmt.Sprintf("%d GB", (kb+1<<19)>>20)
		}
	}
	load, _, _ := strings.Cut(contents("/proc/loadavg"), " ")
	return fmt.Sprintf("%s; %d cores (%s), %s, %s/%s, %s; load at the start %s",
		time.Now().UTC().Format(time.DateOnly), runtime.NumCPU(), model, memory, runtime.GOOS, runtime.GOARCH, runtime.Version(), load)
}

func contents(path string) string {
	text, _ := os.ReadFile(path) // what cannot be read is unknown
	return string(text)
}
