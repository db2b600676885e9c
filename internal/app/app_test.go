package app

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tickmark/internal/engine/trail"
)

// What a killed job left is swept an hour later; a job that may still run is
// left alone.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	for name, age := range map[string]time.Duration{"tickmark-job-old": 61 * time.Minute, "tickmark-job-young": 59 * time.Minute} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Join(path, "inside"), 0o700); err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(-age)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	if err := sweep(dir, time.Hour); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) != 1 || left[0].Name() != "tickmark-job-young" {
		t.Errorf("left: %v", left)
	}
}

// The half of an object that a killed writer left goes the same way; whole
// objects stay, however old.
func TestOpenSweepsTheVault(t *testing.T) {
	c := Config{Dir: t.TempDir()}
	if err := Init(c); err != nil {
		t.Fatal(err)
	}
	folder, old := c.state("vault", "sha256", "aa"), time.Now().Add(-2*time.Hour)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"aa01", "aa02.18ea3ec50522247f.tmp", "aa03.young.tmp"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(name, "young") {
			continue
		}
		if err := os.Chtimes(filepath.Join(folder, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	a, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	left, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(left) != 2 || filepath.Base(left[0]) != "aa01" || filepath.Base(left[1]) != "aa03.young.tmp" {
		t.Errorf("left: %v, %v", left, err)
	}
}

// Open never makes a Tickmark where there is none.
func TestOpenMakesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "nowhere")
	if _, err := Open(t.Context(), Config{Dir: dir}); !errors.Is(err, ErrNoState) || !strings.Contains(err.Error(), "tickmark init "+dir) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s was made", dir)
	}
}

// The key pair is made once; its private half stays in the state folder, where
// nobody else may read it.
func TestKeysAreMadeOnce(t *testing.T) {
	a := App{Config: Config{Dir: t.TempDir()}}
	if err := Init(a.Config); err != nil {
		t.Fatal(err)
	}
	signer, verifier, err := a.keys("org_1")
	if err != nil {
		t.Fatal(err)
	}
	again, public, err := a.keys("org_1")
	if err != nil || again != signer || public != verifier {
		t.Errorf("the second time: another pair, %v", err)
	}
	signed, err := trail.SignText([]byte("hello\n"), signer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := trail.OpenText(signed, verifier); err != nil {
		t.Error(err)
	}
	for path, want := range map[string]os.FileMode{a.state("keys"): 0o700, a.state("keys", "org_1.signer"): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, want %v", path, info.Mode().Perm(), want)
		}
	}
}

// whole leaves the earlier file when the new one cannot be written, and nothing
// beside it.
func TestWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.pdf")
	for _, text := range []string{"first", "second"} {
		if err := whole(path, 0o600, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != text {
			t.Errorf("%q, %v", got, err)
		}
	}
	if err := whole(filepath.Join(dir, "no", "report.pdf"), 0o600, nil); err == nil {
		t.Error("wrote into a folder that is not there")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("left: %v, %v", left, err)
	}
}
