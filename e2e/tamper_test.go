package e2e_test

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2" // a forger has DuckDB, too

	"tickmark/catalog"
	"tickmark/internal/app"
	"tickmark/internal/audit"
	"tickmark/internal/stage/publish"
	"tickmark/internal/verify"
)

// entries reads a bundle as a map of its files.
func entries(t *testing.T, path string) map[string][]byte {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	files := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// archive writes files as a canonical bundle would be, whatever they hold.
func archive(t *testing.T, files map[string][]byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bundle.zip")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	z := zip.NewWriter(out)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(files[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// shipped is the catalog, read once.
var shipped = sync.OnceValues(catalog.Load)

// faults are what verify finds. With again false the procedures are not
// performed again: the bytes, the signatures and the history must suffice.
func faults(t *testing.T, path, key string, again bool) []string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	known, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	v := verify.Verifier{Query: app.Config{Self: self}.Query(), Schemas: known.Populations, Key: key, Scratch: t.TempDir()}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if !again {
		cancel()
	}
	found, err := v.Bundle(ctx, path)
	if err != nil && again {
		t.Fatal(err)
	}
	return found.Faults
}

// named fails unless one of the faults says each of the texts.
func named(t *testing.T, faults []string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !slices.ContainsFunc(faults, func(f string) bool { return strings.Contains(f, text) }) {
			t.Errorf("no fault says %q:\n%s", text, strings.Join(faults, "\n"))
		}
	}
}

func tampering(t *testing.T, path string) {
	if f := faults(t, path, "", true); len(f) > 0 {
		t.Fatalf("the untouched bundle has faults: %v", f)
	}
	whole := entries(t, path)
	t.Run("one flipped bit", func(t *testing.T) { everyFlip(t, path) })
	t.Run("entries", func(t *testing.T) { otherEntries(t, whole) })
	t.Run("lines", func(t *testing.T) { otherLines(t, whole) })
}

// everyFlip flips a bit at 60 places spread over the archive and one in the
// middle of every entry. A fault inside an entry names the entry.
func everyFlip(t *testing.T, path string) {
	b := read(t, path)
	var at []int64
	for i := range int64(60) {
		at = append(at, i*int64(len(b))/60)
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	within := map[int64]string{}
	for _, f := range z.File {
		from, err := f.DataOffset()
		if err != nil {
			t.Fatal(err)
		}
		size := int64(f.UncompressedSize64)
		at = append(at, from+size/2)
		for _, i := range at {
			if from <= i && i < from+size {
				within[i] = f.Name
			}
		}
	}
	changed := filepath.Join(t.TempDir(), "bundle.zip")
	for _, i := range at {
		c := bytes.Clone(b)
		c[i] ^= 1 << (i % 8)
		if err := os.WriteFile(changed, c, 0o600); err != nil {
			t.Fatal(err)
		}
		found := faults(t, changed, "", false)
		if len(found) == 0 {
			t.Errorf("bit %d of byte %d (%s) flipped, and nothing was found", i%8, i, within[i])
			continue
		}
		named(t, found, within[i])
	}
}

// otherEntries deletes an entry of each kind, and adds one.
func otherEntries(t *testing.T, whole map[string][]byte) {
	kinds := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(whole)) {
		kind := name
		if folder, _, ok := strings.Cut(name, "/"); ok && folder != "trail" {
			kind = folder
		}
		if kinds[kind] {
			continue
		}
		kinds[kind] = true
		files := maps.Clone(whole)
		delete(files, name)
		named(t, faults(t, archive(t, files), "", false), name+" is missing")
	}
	for _, kind := range []string{"README.txt", "manifest.json", "manifest.sig", "records.ndjson", "trail/leaves.ndjson", "trail/checkpoint", "trail/key", "procedures", "populations", "exceptions", "reports"} {
		if !kinds[kind] {
			t.Errorf("the bundle has no entry of kind %s", kind)
		}
	}
	files := maps.Clone(whole)
	files["populations/more.parquet"] = []byte("PAR1")
	named(t, faults(t, archive(t, files), "", false), "populations/more.parquet is not in the manifest: it was added")
}

// otherLines swaps, drops and repeats lines of the history, with a manifest
// that agrees: the signed checkpoint does not.
func otherLines(t *testing.T, whole map[string][]byte) {
	for _, name := range []string{publish.LeavesName, publish.RecordsName} {
		for what, edit := range map[string]func([][]byte) [][]byte{
			"swapped":  func(l [][]byte) [][]byte { l[3], l[4] = l[4], l[3]; return l },
			"dropped":  func(l [][]byte) [][]byte { return l[:len(l)-1] },
			"repeated": func(l [][]byte) [][]byte { return append(l, l[len(l)-1]) },
		} {
			files := maps.Clone(whole)
			files[name] = slices.Concat(edit(split(whole[name]))...)
			named(t, faults(t, archive(t, files), "", false), name+" was changed: its SHA-256")
			t.Run(what+" "+name, func(t *testing.T) {
				signer, _ := newKey(t)
				named(t, faults(t, seal(t, files, sealing{signer: signer}), "", false), name)
			})
		}
	}
}

// TestForgers: they change what is recorded and make the rest agree, one going
// further than the other.
func TestForgers(t *testing.T) {
	whole := entries(t, examined(t))
	honest := strings.TrimSpace(string(whole[publish.KeyName]))
	signer, verifier := newKey(t)
	fewer := maps.Clone(whole)
	edit(t, fewer, audit.KindResult, func(r *audit.Result) bool {
		if r.Procedure != "payments-duplicate" {
			return false
		}
		r.Exceptions--
		return true
	})
	t.Run("a changed count under a manifest that nobody signed", func(t *testing.T) {
		named(t, faults(t, seal(t, fewer, sealing{}), "", false), "manifest.sig", "records.ndjson: record")
	})
	t.Run("a changed count under a manifest signed with another key", func(t *testing.T) {
		forged := seal(t, fewer, sealing{signer: signer, verifier: verifier})
		named(t, faults(t, forged, "", false), "records.ndjson: record", "trail/checkpoint")
		named(t, faults(t, forged, honest, false), "trail/key is not the key that was given")
	})
	t.Run("a changed count in a history rebuilt with another key", func(t *testing.T) {
		forged := seal(t, fewer, sealing{signer: signer, verifier: verifier, wholeTree: true})
		// The history is sound in itself: performing the test again is what finds it.
		if f := faults(t, forged, "", false); len(f) > 0 {
			t.Errorf("the forger was not thorough: %v", f)
		}
		named(t, faults(t, forged, "", true), "payments-duplicate for soc1-2025: the recorded result is not what the procedure gives: recorded 5 tested, 0 exceptions (exceptions); performed again 5 tested, 1 exceptions (exceptions)")
		named(t, faults(t, forged, honest, false), "trail/key is not the key that was given")
	})
	t.Run("a population with a row fewer", func(t *testing.T) { aRowFewer(t, whole, signer, verifier, honest) })
	t.Run("more is claimed than the population supports", func(t *testing.T) { claims(t, whole, signer, verifier) })
	t.Run("exceptions hidden behind a failure", func(t *testing.T) {
		files := maps.Clone(whole)
		edit(t, files, audit.KindResult, func(r *audit.Result) bool {
			if r.Procedure != "payments-duplicate" {
				return false
			}
			r.Status, r.Why, r.Tested, r.Exceptions, r.Population, r.Entire, r.Detail = audit.Failed, "out of memory", 0, 0, 0, false, ""
			return true
		})
		forged := seal(t, files, sealing{signer: signer, verifier: verifier, wholeTree: true})
		named(t, faults(t, forged, "", true), "payments-duplicate for soc1-2025: it is recorded as impossible to perform (out of memory), but performed here it gives 5 tested, 1 exceptions")
	})
	t.Run("another examination altogether", func(t *testing.T) {
		// Sound in every way, but not this organization's: only its key tells.
		path := examined(t)
		if f := faults(t, path, "", true); len(f) > 0 {
			t.Errorf("another examination's bundle has faults: %v", f)
		}
		named(t, faults(t, path, honest, false), "trail/key is not the key that was given: the bundle was made with another one")
	})
}

// examined is the bundle of a small examination, with a key of its own.
func examined(t *testing.T) string {
	t.Helper()
	a, _ := tested(t)
	path := filepath.Join(t.TempDir(), "bundle.zip")
	if _, err := a.Bundle(t.Context(), lead, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// aRowFewer drops a payment and rebuilds everything with the forger's own key.
func aRowFewer(t *testing.T, whole map[string][]byte, signer, verifier, honest string) {
	files := maps.Clone(whole)
	var old, dropped audit.Digest
	edit(t, files, audit.KindPopulation, func(p *audit.Population) bool {
		if p.Name != "payments" {
			return false
		}
		old = p.File
		files[publish.PopulationName(old)] = whole[publish.PopulationName(old)]
		b := without(t, whole[publish.PopulationName(old)])
		dropped = audit.DigestOf(b)
		delete(files, publish.PopulationName(old))
		files[publish.PopulationName(dropped)] = b
		p.File, p.Rows, p.Received = dropped, p.Rows-1, p.Received-1
		return true
	})
	edit(t, files, audit.KindResult, func(r *audit.Result) bool {
		for i := range r.Inputs {
			if r.Inputs[i].File == old {
				r.Inputs[i].File, r.Inputs[i].Rows = dropped, r.Inputs[i].Rows-1
			}
		}
		return true
	})
	how := sealing{signer: signer, verifier: verifier, wholeTree: true}
	forged := seal(t, files, how)
	if f := faults(t, forged, "", false); len(f) > 0 {
		t.Errorf("the forger was not thorough: %v", f)
	}
	named(t, faults(t, forged, "", true), "payments-duplicate for soc1-2025: the recorded result is not what the procedure gives: recorded 5 tested, 1 exceptions (exceptions); performed again 4 tested")

	// One who also writes what comes out makes another examination, sound in
	// itself: then only the key, got by another way, tells.
	edit(t, files, audit.KindResult, func(r *audit.Result) bool {
		if r.Procedure != "payments-duplicate" {
			return false
		}
		r.Tested, r.Population = r.Tested-1, r.Population-1
		return true
	})
	named(t, faults(t, seal(t, files, how), honest, false), "trail/key is not the key that was given")
}

// without writes a Parquet file again without a payment that nothing flags.
func without(t *testing.T, parquet []byte) []byte {
	t.Helper()
	from, to := filepath.Join(t.TempDir(), "from.parquet"), filepath.Join(t.TempDir(), "to.parquet")
	if err := os.WriteFile(from, parquet, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.Exec(fmt.Sprintf("COPY (SELECT * FROM read_parquet('%s') ORDER BY payment_id OFFSET 1) TO '%s' (FORMAT parquet)", from, to))
	if err != nil {
		t.Fatal(err)
	}
	return read(t, to)
}

// claims: what a result says of its population, its period and its parameters
// is derived again from the records, too.
func claims(t *testing.T, whole map[string][]byte, signer, verifier string) {
	how := sealing{signer: signer, verifier: verifier, wholeTree: true}
	for name, forge := range map[string]func(files map[string][]byte){
		"failures only": func(files map[string][]byte) {
			edit(t, files, audit.KindPopulation, func(p *audit.Population) bool {
				p.Coverage = audit.FailuresOnly
				return p.Name == "payments"
			})
		},
		"rejected rows": func(files map[string][]byte) {
			edit(t, files, audit.KindPopulation, func(p *audit.Population) bool {
				p.Rejected = 7
				return p.Name == "payments"
			})
		},
		"other parameters": func(files map[string][]byte) {
			edit(t, files, audit.KindResult, func(r *audit.Result) bool {
				r.Parameters["period_from"] = "2025-02-01"
				return r.Procedure == "payments-duplicate"
			})
		},
		"more rows": func(files map[string][]byte) {
			edit(t, files, audit.KindResult, func(r *audit.Result) bool {
				r.Inputs[0].Rows += 1000
				return r.Procedure == "payments-duplicate"
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			files := maps.Clone(whole)
			forge(files)
			named(t, faults(t, seal(t, files, how), "", true), "payments-duplicate for soc1-2025: ")
		})
	}
}
