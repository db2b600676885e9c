package catalog

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// What is compiled says what the files say.
func TestTheCompiledCatalogIsTheCatalog(t *testing.T) {
	text, err := Compile()
	if err != nil {
		t.Fatal(err)
	}
	got, ok := readCompiled(text, shipped)
	if !ok {
		t.Fatal("the compiled catalog is refused")
	}
	want := &Catalog{}
	if err := want.load(shipped); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Catalog{})); diff != "" {
		t.Error(diff)
	}
	loaded, err := Load() // from the compiled one, when the program was made with it
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, loaded, cmp.AllowUnexported(Catalog{})); diff != "" {
		t.Error("make it again with `make assets`:", diff)
	}
}

// A compiled catalog of other files, or one that is broken, is not used.
func TestAnotherCompiledCatalogIsNotUsed(t *testing.T) {
	text, err := Compile()
	if err != nil {
		t.Fatal(err)
	}
	changed := fstest.MapFS{}
	err = fs.WalkDir(shipped, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := shipped.ReadFile(name)
		changed[name] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := readCompiled(text, changed); !ok {
		t.Error("a copy of the same files is refused")
	}
	const file = "populations/resources.yaml"
	changed[file].Data = []byte(strings.Replace(string(changed[file].Data), "title: Resources", "title: Resource", 1))
	if _, ok := readCompiled(text, changed); ok {
		t.Error("another catalog than that of the files is used")
	}
}

// A compiled catalog that is cut off, or goes on, is not used.
func TestABrokenCompiledCatalogIsNotUsed(t *testing.T) {
	text, err := Compile()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, len(text)-1).Draw(t, "bytes")
		if _, ok := readCompiled(text[:n], shipped); ok {
			t.Errorf("the first %d bytes of %d are used", n, len(text))
		}
	})
	if _, ok := readCompiled(append(text, 0), shipped); ok {
		t.Error("one that goes on is used")
	}
}
