package e2e_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"tickmark/internal/audit"
	"tickmark/internal/engine/bundle"
	"tickmark/internal/engine/trail"
	"tickmark/internal/stage/publish"
)

func split(text []byte) [][]byte { return slices.Collect(bytes.Lines(text)) }

func newKey(t *testing.T) (signer, verifier string) {
	t.Helper()
	signer, verifier, err := trail.GenerateKey("tickmark.local/forger", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return signer, verifier
}

// sealing says how far a forger goes.
type sealing struct {
	signer    string // with which the manifest is signed; "" for not at all
	verifier  string // put in place of the organization's public key, when not ""
	wholeTree bool   // the history is rebuilt and its checkpoint signed anew
}

// seal makes a bundle of the files with a manifest that agrees with them.
func seal(t *testing.T, files map[string][]byte, how sealing) string {
	t.Helper()
	files = maps.Clone(files)
	if how.verifier != "" {
		files[publish.KeyName] = []byte(how.verifier + "\n")
	}
	if how.wholeTree {
		rebuild(t, files, how.signer)
	}
	var m bundle.Manifest
	if err := json.Unmarshal(files[bundle.ManifestName], &m); err != nil {
		t.Fatal(err)
	}
	delete(files, bundle.ManifestName)
	delete(files, bundle.SignatureName)
	dir := t.TempDir()
	for name, b := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(t.TempDir(), "forged.zip")
	_, err := bundle.Seal(dir, out, m, func(text []byte) ([]byte, error) {
		if how.signer == "" {
			return publish.ManifestText(text), nil
		}
		return trail.SignText(publish.ManifestText(text), how.signer)
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// rebuild writes leaves that agree with the records, and a checkpoint over them.
func rebuild(t *testing.T, files map[string][]byte, signerKey string) {
	t.Helper()
	bodies := split(files[publish.RecordsName])
	var leaves [][]byte
	for i, leaf := range split(files[publish.LeavesName]) {
		var e audit.Event
		if err := json.Unmarshal(leaf, &e); err != nil {
			t.Fatal(err)
		}
		e.Digest = audit.DigestOf(bodies[i])
		text, err := audit.Canonical(e)
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, text)
	}
	root, err := trail.RootOf(trail.Each(leaves))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(signerKey)
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("%s\n%d\n%s\n", signer.Name(), len(leaves), root)
	if files[publish.CheckpointName], err = note.Sign(&note.Note{Text: text}, signer); err != nil {
		t.Fatal(err)
	}
	files[publish.LeavesName] = slices.Concat(leaves...)
}

// edit rewrites the records of one kind that change says are to be changed.
func edit[T any](t *testing.T, files map[string][]byte, kind string, change func(*T) bool) {
	t.Helper()
	leaves, bodies, done := split(files[publish.LeavesName]), split(files[publish.RecordsName]), 0
	for i, leaf := range leaves {
		var e audit.Event
		var record T
		if err := json.Unmarshal(leaf, &e); err != nil {
			t.Fatal(err)
		}
		if e.Kind != kind {
			continue
		}
		if err := json.Unmarshal(bodies[i], &record); err != nil {
			t.Fatal(err)
		}
		if !change(&record) {
			continue
		}
		done++
		var err error
		if bodies[i], err = audit.Canonical(record); err != nil {
			t.Fatal(err)
		}
	}
	if done == 0 {
		t.Fatalf("no record of kind %s was changed", kind)
	}
	files[publish.RecordsName] = slices.Concat(bodies...)
}
