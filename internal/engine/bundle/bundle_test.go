package bundle

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sealed makes a small bundle and returns its path and bytes.
func sealed(t *testing.T) (string, []byte) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"records.ndjson": "{}\n{}\n", "populations/abc.parquet": "PAR1 rows PAR1", "README.txt": "hello\n"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(t.TempDir(), "bundle.zip")
	m, err := Seal(dir, out, Manifest{Organization: "org_1"}, func([]byte) ([]byte, error) { return []byte("signed\n"), nil }, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Entries) != 3 {
		t.Fatalf("%d entries", len(m.Entries))
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return out, b
}

func faults(t *testing.T, b []byte) []string {
	t.Helper()
	_, errs := Unpack(bytes.NewReader(b), int64(len(b)), t.TempDir())
	var out []string
	for _, e := range errs {
		out = append(out, e.Error())
	}
	return out
}

func TestSealedTwiceIsTheSame(t *testing.T) {
	_, a := sealed(t)
	_, b := sealed(t)
	if !bytes.Equal(a, b) {
		t.Fatal("the same folder gave two archives")
	}
	if got := faults(t, a); got != nil {
		t.Fatalf("an untouched bundle has faults: %v", got)
	}
}

// Every byte of the archive counts, even where readers do not look. The
// signature's own bytes are the verifier's to judge.
func TestEveryFlippedBitIsFound(t *testing.T) {
	_, b := sealed(t)
	signature := bytes.Index(b, []byte("signed\n"))
	for i := range b {
		if i >= signature && i < signature+len("signed\n") {
			continue
		}
		c := bytes.Clone(b)
		c[i] ^= 1 << (i % 8)
		if len(faults(t, c)) == 0 {
			t.Fatalf("bit %d of byte %d flipped, and nothing was found", i%8, i)
		}
	}
}

// rewrite makes an archive of the bundle's entries after edit changed them.
func rewrite(t *testing.T, path string, edit func(map[string]string)) []byte {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	entries := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(r)
		entries[f.Name] = string(text)
	}
	edit(entries)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range entries {
		e, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = e.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Many names for one stretch of bytes would unpack to more than was sent.
func TestEntriesThatShareTheirBytes(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "big0.bin"), bytes.Repeat([]byte("x"), 100_000), 0o600); err != nil {
		t.Fatal(err)
	}
	var whole bytes.Buffer
	if err := archive(dir, &whole); err != nil {
		t.Fatal(err)
	}
	b := whole.Bytes()
	end := bytes.LastIndex(b, []byte("PK\x05\x06"))
	start := int(binary.LittleEndian.Uint32(b[end+16:]))
	out, tail := bytes.Clone(b[:start]), bytes.Clone(b[end:])
	for i := range 9 {
		out = append(out, bytes.Replace(b[start:end], []byte("big0"), fmt.Appendf(nil, "big%d", i), 1)...)
	}
	binary.LittleEndian.PutUint16(tail[8:], 9)
	binary.LittleEndian.PutUint16(tail[10:], 9)
	binary.LittleEndian.PutUint32(tail[12:], uint32(9*(end-start)))
	got := strings.Join(faults(t, append(out, tail...)), "\n")
	if !strings.Contains(got, "claim more bytes than the archive has") {
		t.Fatalf("not refused: %s", got)
	}
}

func TestFaultsAreNamed(t *testing.T) {
	path, whole := sealed(t)
	for _, c := range []struct {
		name, want string
		edit       func(map[string]string)
	}{
		{"missing", "populations/abc.parquet is missing", func(e map[string]string) { delete(e, "populations/abc.parquet") }},
		{"extra", "extra.txt is not in the manifest: it was added", func(e map[string]string) { e["extra.txt"] = "x" }},
		{"changed", "records.ndjson was changed", func(e map[string]string) { e["records.ndjson"] = "{}\n" }},
		{"no manifest", "manifest.json is missing", func(e map[string]string) { delete(e, ManifestName) }},
		{"manifest not canonical", "not in its canonical form", func(e map[string]string) { e[ManifestName] += " " }},
		{"leaves the folder", "not a plain path inside the bundle", func(e map[string]string) { e["../evil"] = "x" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := strings.Join(faults(t, rewrite(t, path, c.edit)), "\n")
			if !strings.Contains(got, c.want) {
				t.Fatalf("want %q in\n%s", c.want, got)
			}
		})
	}
	if diff := cmp.Diff(1, len(faults(t, append(bytes.Clone(whole), 'x')))); diff != "" {
		t.Error("bytes after the end:", diff)
	}
}

// Whatever a stranger sends, reading it ends with faults and not with a crash,
// and writes nothing outside the folder.
func FuzzUnpack(f *testing.F) {
	dir := f.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "README.txt"), []byte("hello\n"), 0o600); err != nil {
		f.Fatal(err)
	}
	out := filepath.Join(f.TempDir(), "seed.zip")
	if _, err := Seal(dir, out, Manifest{}, func([]byte) ([]byte, error) { return []byte("signed\n"), nil }, nil); err != nil {
		f.Fatal(err)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, archive []byte) {
		outer := t.TempDir()
		inner := filepath.Join(outer, "inner")
		if err := os.Mkdir(inner, 0o700); err != nil {
			t.Fatal(err)
		}
		_, faults := Unpack(bytes.NewReader(archive), int64(len(archive)), inner)
		if !bytes.Equal(archive, b) && len(faults) == 0 && !canonicalBytes(t, inner, archive) {
			t.Fatal("another archive was called sound")
		}
		if entries, _ := os.ReadDir(outer); len(entries) != 1 {
			t.Fatalf("something was written outside the folder: %v", entries)
		}
	})
}

// canonicalBytes reports whether the archive is exactly what its entries give.
func canonicalBytes(t *testing.T, dir string, b []byte) bool {
	t.Helper()
	var again bytes.Buffer
	if err := archive(dir, &again); err != nil {
		t.Fatal(err)
	}
	return bytes.Equal(again.Bytes(), b)
}
