package query

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tickmark/internal/audit"
)

// parquetOf writes a Parquet file by SQL of our own.
func parquetOf(t *testing.T, query string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list.parquet")
	d, err := job{Dir: t.TempDir(), MemoryMB: 512, Threads: 1}.open()
	if err != nil {
		t.Fatal(err)
	}
	defer d.db.Close()
	if err := d.exec("COPY (" + query + ") TO " + quote(path) + " (FORMAT parquet)"); err != nil {
		t.Fatal(err)
	}
	return path
}

// What is written comes back as it was: any text, what is absent apart from what
// is empty, a page at a time, in the order of the file.
func TestRowsComeBackAsTheyWere(t *testing.T) {
	list := parquetOf(t, `SELECT * FROM (VALUES ('P-1', 'a "quoted"' || chr(10) || 'line', 'Zoë', ''), ('P-2', '', NULL, '1.50'), ('P-3', NULL, chr(1), NULL)) AS v(item, reason, payee, amount)`)
	want := []audit.ExceptionRow{
		{Item: "P-1", Reason: "a \"quoted\"\nline", Columns: map[string]string{"payee": "Zoë", "amount": ""}},
		{Item: "P-2", Columns: map[string]string{"amount": "1.50"}},
		{Item: "P-3", Columns: map[string]string{"payee": "\x01"}},
	}
	if diff := cmp.Diff(want, rowsOf(t, list)); diff != "" {
		t.Error(diff)
	}
	for from := range int64(4) {
		page, err := engine().Rows(t.Context(), t.TempDir(), list, from, 2)
		if diff := cmp.Diff(want[from:min(from+2, 3)], page); err != nil || diff != "" && len(page) > 0 {
			t.Errorf("from %d: %v\n%s", from, err, diff)
		}
	}
	if _, err := engine().Rows(t.Context(), t.TempDir(), list, -1, 2); err == nil {
		t.Error("a page before the first row was read")
	}
}

// A list may be a stranger's. What is none is refused by number and reason, and
// nothing in it is a way to another file.
func TestStrangeListsAreRefused(t *testing.T) {
	good := parquetOf(t, "SELECT 'P-1' AS item, '' AS reason")
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	write := func(b []byte) string {
		path := filepath.Join(t.TempDir(), "list.parquet")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, c := range map[string]struct{ file, want string }{
		"no Parquet":      {write([]byte("item,reason\nP-1,x\n")), "No magic bytes found"},
		"cut short":       {write(whole[:len(whole)-9]), "No magic bytes found"},
		"a broken footer": {write(append(append([]byte{}, whole[:len(whole)-40]...), whole[len(whole)-8:]...)), "cannot be read"},
		"numbers":         {parquetOf(t, "SELECT 1 AS item, '' AS reason"), `column "item" is INTEGER, not text`},
		"other columns":   {parquetOf(t, "SELECT '' AS secret"), "its first columns are not item and reason"},
		"an absent item":  {parquetOf(t, "SELECT NULL::VARCHAR AS item, '' AS reason"), "an exception without an item"},
	} {
		t.Run(name, func(t *testing.T) {
			err := engine().EachRow(t.Context(), t.TempDir(), []string{good, c.file}, func(int, audit.ExceptionRow) error { return nil })
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			var bad NoList
			if errors.As(err, &bad) && bad.File != 1 {
				t.Errorf("file %d is blamed, want 1", bad.File)
			}
		})
	}
}

// A child that was taken over could leave a link or a pipe where its answer
// belongs. The parent follows none.
func TestTheParentFollowsNoLink(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(secret, []byte(`{"item":"the signing key"}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, plant := range map[string]func(path string) error{
		"link": func(path string) error { return os.Symlink(secret, path) },
		"pipe": func(path string) error { return syscall.Mkfifo(path, 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := errors.Join(plant(filepath.Join(dir, linesName(0))), plant(filepath.Join(dir, detailName))); err != nil {
				t.Fatal(err)
			}
			n, err := eachLine(dir, 0, func(x audit.ExceptionRow) error { return fmt.Errorf("read %v", x) })
			if err == nil || n > 0 || strings.Contains(err.Error(), "signing") {
				t.Errorf("%d rows, %v", n, err)
			}
			if _, err := ordinary(filepath.Join(dir, detailName)); err == nil {
				t.Error("the list of exceptions was taken from elsewhere")
			}
		})
	}
}
