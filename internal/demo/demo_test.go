package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

// made is a folder that all tests of the process share.
const made = "TICKMARK_TEST_FOLDER"

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "tickmark-demo-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Setenv(made, dir)
	status := m.Run()
	os.RemoveAll(dir)
	os.Exit(status)
}

// standard is an organization of seed 1 and 200 people, written once. No test
// changes it.
func standard(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(os.Getenv(made), "meridian")
	if _, err := os.Stat(dir); err == nil {
		return dir
	}
	if err := os.Rename(write(t, 1, 200), dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// write writes a sample organization and returns its folder.
func write(t *testing.T, seed int64, people int) string {
	t.Helper()
	d := newDuck(t)
	dir := filepath.Join(t.TempDir(), "meridian")
	err := Write(context.Background(), Config{Seed: seed, People: people, Dir: dir, Parquet: d.parquet})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// parquet converts with the exact types of the schema.
func (d duck) parquet(_ context.Context, csvPath, parquetPath string, s audit.Schema) error {
	d.exec("COPY (" + typed(s, "read_csv('"+csvPath+"', header=true, all_varchar=true)", nil) + ") TO '" + parquetPath + "' (FORMAT parquet)")
	return nil
}

func digests(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		sum := sha256.Sum256(text)
		name, _ := filepath.Rel(dir, path)
		all[filepath.ToSlash(name)] = hex.EncodeToString(sum[:])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func planted(t *testing.T, dir string) Plan {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "planted.json"))
	if err != nil {
		t.Fatal(err)
	}
	var p Plan
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSameSeedGivesSameBytes(t *testing.T) {
	first, again, other := digests(t, write(t, 7, 200)), digests(t, write(t, 7, 200)), digests(t, write(t, 8, 200))
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("the same seed gave other bytes:\n%s", diff)
	}
	for _, name := range []string{"planted.json", "workspace/data/people.xlsx", "workspace/data/payroll/2025-q1.parquet", "auditor/dispositions.yaml"} {
		if first[name] == "" || first[name] == other[name] {
			t.Errorf("%s is missing or does not depend on the seed", name)
		}
	}
}

func TestPlantedIsOrdered(t *testing.T) {
	p := planted(t, standard(t))
	if p.Seed != 1 || p.People != 200 || len(p.Exceptions) < 15 {
		t.Errorf("seed %d, people %d, %d exceptions", p.Seed, p.People, len(p.Exceptions))
	}
	if !slices.IsSortedFunc(p.Exceptions, func(a, b Planted) int {
		return strings.Compare(a.Procedure+"\x00"+a.Item, b.Procedure+"\x00"+b.Item)
	}) {
		t.Errorf("planted.json is not ordered by procedure and item: %v", p.Exceptions)
	}
	items := map[[2]string]bool{}
	for _, e := range p.Exceptions {
		items[[2]string{e.Procedure, e.Item}] = true
	}
	if len(items) != len(p.Exceptions) {
		t.Errorf("an item is planted twice: %v", p.Exceptions)
	}
}

func TestWriteRefuses(t *testing.T) {
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "notes.txt"), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	convert := func(context.Context, string, string, audit.Schema) error { return errors.New("no room") }
	for name, cfg := range map[string]Config{
		"too few":      {People: 99, Dir: t.TempDir(), Parquet: convert},
		"too many":     {People: 5_000_001, Dir: t.TempDir(), Parquet: convert},
		"not empty":    {People: 200, Dir: full, Parquet: convert},
		"no writer":    {People: 200, Dir: t.TempDir()},
		"writer fails": {People: 200, Dir: t.TempDir(), Parquet: convert},
	} {
		if err := Write(context.Background(), cfg); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestWriteStopsWhenTold(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	d := newDuck(t)
	if err := Write(ctx, Config{People: 200, Dir: t.TempDir(), Parquet: d.parquet}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
