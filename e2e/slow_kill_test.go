//go:build slow

package e2e_test

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

// clock holds the clock still: two runs can be compared byte for byte.
const clock = "TICKMARK_CLOCK=2026-01-20T15:00:00Z"

// process is the program as a process of its own.
func process(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self, args...)
	c.Env = append(os.Environ(), asProgram+"=1", clock)
	return c
}

// finish runs the program to its end and returns what it printed.
func finish(t *testing.T, args ...string) string {
	t.Helper()
	var errs strings.Builder
	c := process(t, args...)
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		t.Fatalf("tickmark %s: %v\n%s%s", strings.Join(args, " "), err, out, errs.String())
	}
	return string(out)
}

// TestKilledAnywhere kills a run fifty times, each at another moment, and then
// lets it run to its end: nothing must tell that it was ever interrupted. Some
// run beside each other, and take longer than the whole one that is timed.
func TestKilledAnywhere(t *testing.T) {
	applied := appliedDemo(t)
	whole := copied(t, applied)
	begin := time.Now()
	finish(t, "--dir", whole, "run")
	takes := time.Since(begin)
	want := outcomeOf(t, whole)
	dice := rand.New(rand.NewPCG(20260120, 50))
	var early atomic.Int64
	t.Run("trials", func(t *testing.T) {
		for trial := range 50 {
			after := time.Duration(dice.Int64N(int64(takes) * 3 / 2))
			t.Run(fmt.Sprint(trial), func(t *testing.T) {
				t.Parallel()
				dir := copied(t, applied)
				if killed(t, dir, after) {
					early.Add(1)
				}
				finish(t, "--dir", dir, "run")
				if diff := cmp.Diff(want, outcomeOf(t, dir)); diff != "" {
					t.Errorf("killed after %v: uninterrupted (-), interrupted (+)\n%s", after, diff)
				}
			})
		}
	})
	t.Logf("%d of 50 runs were killed before their end; a whole one takes %v", early.Load(), takes)
	if early.Load() < 25 {
		t.Errorf("only %d of 50 runs were killed before their end", early.Load())
	}
}

// appliedDemo is the demo's workspace, applied and never run, with its key.
func appliedDemo(t *testing.T) string {
	t.Helper()
	sample := filepath.Join(t.TempDir(), "demo")
	finish(t, "demo", "--dir", sample, "--people", "1000")
	dir := filepath.Join(t.TempDir(), "applied")
	finish(t, "init", dir)
	finish(t, "--dir", dir, "--as", "Compliance lead", "apply", filepath.Join(sample, "workspace"))
	finish(t, "--dir", dir, "status")
	return dir
}

func copied(t *testing.T, dir string) string {
	t.Helper()
	to, err := os.MkdirTemp(t.TempDir(), "trial-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	// An empty folder is not copied by CopyFS unless it is walked; scratch must be there.
	if err := os.MkdirAll(filepath.Join(to, ".tickmark", "scratch"), 0o700); err != nil {
		t.Fatal(err)
	}
	return to
}

// killed starts a run, kills it the hard way and reports whether that was
// before its end. Its confined children must be gone with it.
func killed(t *testing.T, dir string, after time.Duration) bool {
	t.Helper()
	c := process(t, "--dir", dir, "run")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	_ = c.Process.Signal(syscall.SIGKILL) // it may have ended by itself
	_ = c.Wait()
	s, ok := c.ProcessState.Sys().(syscall.WaitStatus)
	return ok && s.Signaled()
}

// outcome is all that a run leaves behind.
type outcome struct {
	Root    string
	Records int64
	Results []audit.Result
	Reports []audit.Report
	Vault   []string
	Scratch []string
}

// outcomeOf drafts a report, so that its digest counts too, and looks at
// everything that is there.
func outcomeOf(t *testing.T, dir string) outcome {
	t.Helper()
	finish(t, "--dir", dir, "report", "soc2-2025")
	age(t, filepath.Join(dir, ".tickmark", "scratch"), "")
	age(t, filepath.Join(dir, ".tickmark", "vault"), ".tmp")
	s := statusOf(t, dir)
	o := outcome{Root: s.Root, Records: s.Records, Reports: s.Reports}
	for _, g := range s.Engagements {
		o.Results = append(o.Results, g.Results...)
	}
	o.Vault = names(t, filepath.Join(dir, ".tickmark", "vault"))
	o.Scratch = names(t, filepath.Join(dir, ".tickmark", "scratch"))
	return o
}

// age makes what a killed job left in a folder two hours old: it is swept once it
// is one hour old.
func age(t *testing.T, dir, suffix string) {
	t.Helper()
	old := time.Now().Add(-2 * time.Hour)
	for _, name := range names(t, dir) {
		if !strings.HasSuffix(name, suffix) {
			continue
		}
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
}

// names lists every file below a folder and every folder directly in it.
func names(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, e fs.DirEntry, err error) error {
		if err == nil && path != "." && (!e.IsDir() || !strings.Contains(path, "/")) {
			list = append(list, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}
