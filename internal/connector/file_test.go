package connector

import (
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"tickmark/internal/audit"
)

// folder writes files and returns a job that reads those that match.
func folder(t *testing.T, c *cabinet, pattern string, files map[string]string) (Job, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "evidence")
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return c.job(audit.Source{
		Transport: "file", Limits: audit.Limits{PageMB: 1},
		Requests: []audit.Request{{Name: "rows", Format: "csv", Files: pattern}},
	}, map[string]string{"path": dir}, nil), dir
}

func packed(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFilesThatMatch(t *testing.T) {
	files := map[string]string{
		"b.csv": "x\nb\n", "a.csv": "x\na\n", "notes.txt": "no", "2025/c.csv": "x\nc\n", "2025/deep/d.csv": "x\nd\n", "2024/c.csv": "x\n4\n",
		"z.csv.gz": packed(t, "x\nz\n"),
	}
	for _, c := range []struct{ pattern, want string }{
		{"*.csv", "x\na\nx\nb\n"}, {"a.csv", "x\na\n"}, {"*/c.csv", "x\n4\nx\nc\n"}, {"2025/*.csv", "x\nc\n"}, {"*.gz", "x\nz\n"}, {"[b-z].csv", "x\nb\n"},
	} {
		t.Run(c.pattern, func(t *testing.T) {
			shelf := &cabinet{}
			j, _ := folder(t, shelf, c.pattern, files)
			if got := shelf.text(collects(t, j), "rows"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestOneFile(t *testing.T) {
	shelf := &cabinet{}
	j, dir := folder(t, shelf, "", map[string]string{"a[1].csv": "x\na\n", "b.csv": "x\nb\n"})
	j.Settings["path"] = filepath.Join(dir, "a[1].csv")
	c := collects(t, j)
	if got := shelf.text(c, "rows"); got != "x\na\n" || !strings.HasPrefix(c.Pages[0].Text, "a[1].csv, 4 bytes, of 20") {
		t.Errorf("got %q, %q", got, c.Pages[0].Text)
	}
	j.Source.Requests[0].Files = "*.json"
	falls(t, j, "no file in")
}

func TestFilesForEachRecord(t *testing.T) {
	shelf := &cabinet{}
	j, _ := folder(t, shelf, "list.csv", map[string]string{"list.csv": "x\na*\n", "a*.csv": "x\nstar\n", "ab.csv": "x\nother\n"})
	j.Source.Requests = append(j.Source.Requests, audit.Request{Name: "own", Each: "rows", Format: "csv", Files: "{each.x}.csv"})
	if got := shelf.text(collects(t, j), "own"); got != "x\nstar\n" {
		t.Errorf("got %q", got)
	}
}

func TestFilesThatMisbehave(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.csv")
	if err := os.WriteFile(secret, []byte("x\nsecret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name, pattern string
		make          func(dir string)
		why           string
	}{
		{"nothing matches", "*.json", func(string) {}, "no file in"},
		{"a link out of the folder", "*.csv", func(dir string) { do(os.Symlink(secret, filepath.Join(dir, "b.csv"))) }, "leads out of the folder"},
		{"a relative link out", "*.csv", func(dir string) { do(os.Symlink("../../../../../../../../../etc/passwd", filepath.Join(dir, "b.csv"))) }, "leads out of the folder"},
		{"a link to nothing", "*.csv", func(dir string) { do(os.Symlink("nothing", filepath.Join(dir, "b.csv"))) }, "b.csv is not there"},
		{"a link to a folder", "*/*.csv", func(dir string) {
			do(os.Mkdir(filepath.Join(dir, "real"), 0o755))
			do(os.Symlink("real", filepath.Join(dir, "link")))
		}, "which is not followed"},
		{"a pattern that leads out", "../*.csv", func(string) {}, "is no pattern"},
		{"a whole path", "/etc/*", func(string) {}, "is no pattern"},
		{"a broken pattern", "[", func(string) {}, "is no pattern"},
		{"a pipe", "*.csv", func(dir string) { do(syscall.Mkfifo(filepath.Join(dir, "b.csv"), 0o600)) }, "b.csv is no file that can be read to its end"},
		{"a large file", "*.csv", func(dir string) { do(os.Truncate(filepath.Join(dir, "a.csv"), 1<<20+1)) }, "larger than 1 MB"},
		{"a small file that unpacks to a large one", "*.gz", func(dir string) {
			do(os.WriteFile(filepath.Join(dir, "a.gz"), []byte(packed(t, strings.Repeat("x\n", 1<<20))), 0o600))
		}, "larger than 1 MB"},
		{"not packed", "*.gz", func(dir string) { do(os.WriteFile(filepath.Join(dir, "a.gz"), []byte("x\n"), 0o600)) }, "not packed by gzip"},
		{"not CSV", "*.csv", func(dir string) { do(os.WriteFile(filepath.Join(dir, "a.csv"), []byte("<html>"), 0o600)) }, "a.csv: page 1: is not CSV"},
	} {
		t.Run(c.name, func(t *testing.T) {
			shelf := &cabinet{}
			j, dir := folder(t, shelf, c.pattern, map[string]string{"a.csv": "x\na\n"})
			c.make(dir)
			got := falls(t, j, c.why)
			if strings.Contains(shelf.text(got, "rows"), "secret") || strings.Contains(shelf.text(got, "rows"), "root:") {
				t.Error("what is outside was read")
			}
		})
	}
}

// A link that stays within the folder is a file like any other.
func TestALinkWithinTheFolder(t *testing.T) {
	shelf := &cabinet{}
	j, dir := folder(t, shelf, "latest.csv", map[string]string{"a.csv": "x\na\n"})
	if err := os.Symlink("a.csv", filepath.Join(dir, "latest.csv")); err != nil {
		t.Fatal(err)
	}
	if got := shelf.text(collects(t, j), "rows"); got != "x\na\n" {
		t.Errorf("got %q", got)
	}
}

func TestFilesThatChangeMeanwhile(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(path string) error
		why    string
	}{
		{"longer", func(path string) error { return os.WriteFile(path, []byte("x\nb\nc\n"), 0o600) }, "b.csv changed while"},
		{"replaced by as much", func(path string) error {
			return os.WriteFile(path+".new", []byte("x\nc\n"), 0o600)
		}, "b.csv changed while"},
		{"gone", os.Remove, "b.csv"},
	} {
		t.Run(c.name, func(t *testing.T) {
			shelf := &cabinet{}
			j, dir := folder(t, shelf, "?.csv", map[string]string{"a.csv": "x\na\n", "b.csv": "x\nb\n"})
			path := filepath.Join(dir, "b.csv")
			shelf.before = func(n int, _ []byte) {
				if n != 1 {
					return
				}
				if err := c.change(path); err != nil {
					t.Error(err)
				}
				if _, err := os.Stat(path + ".new"); err == nil {
					if err := os.Rename(path+".new", path); err != nil {
						t.Error(err)
					}
				}
			}
			falls(t, j, c.why)
		})
	}
}

func TestUploads(t *testing.T) {
	shelf := &cabinet{}
	j, _ := folder(t, shelf, "*.csv", nil)
	j.Settings["path"] = ""
	j.Upload = map[string][]byte{"b.csv": []byte("x\nb\n"), "a.csv": []byte("x\na\n"), "c.json": []byte("{}")}
	c := collects(t, j)
	if got := shelf.text(c, "rows"); got != "x\na\nx\nb\n" || c.Pages[1].Text != "b.csv, 4 bytes, as handed over" {
		t.Errorf("got %q, %q", got, c.Pages[1].Text)
	}
	j.Upload = map[string][]byte{"c.json": []byte("{}")}
	falls(t, j, "none of the 1 file handed over matches *.csv")
}

func TestAFolderThatIsNotThere(t *testing.T) {
	j, dir := folder(t, &cabinet{}, "*", nil)
	falls(t, j, dir)
	j.Settings["path"] = ""
	falls(t, j, "needs the setting path")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Collect(ctx, j); err == nil {
		t.Error("a collection that was stopped says nothing of it")
	}
}
