package query

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// handed writes rows of texts, with their numbers before them, and reads them by
// DuckDB in the order in which it finds them.
func handed(t rapid.TB, d *duck, path string, columns int, rows [][]*string) [][]*string {
	t.Helper()
	var file bytes.Buffer
	w := handover{file: &file, columns: []*lineField{{name: "n", number: true}}}
	names := []string{"CAST(n AS VARCHAR)"}
	for i := range columns {
		w.columns = append(w.columns, &lineField{name: fmt.Sprint("c", i)})
		names = append(names, fmt.Sprint("c", i))
	}
	err := w.begin()
	for n, row := range rows {
		w.number(0, int64(n)-3)
		for i, v := range row {
			if v == nil {
				w.text(i+1, nil)
			} else {
				w.text(i+1, append([]byte{}, *v...))
			}
		}
		if err == nil {
			err = w.end()
		}
	}
	if err == nil {
		err = w.finish()
	}
	if err == nil {
		err = os.WriteFile(path, file.Bytes(), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	var got [][]*string
	err = d.texts(context.Background(), "SELECT "+strings.Join(names, ", ")+" FROM read_parquet("+quote(path)+")", nil, func(_ []string, values []*string) error {
		if want := fmt.Sprint(len(got) - 3); *values[0] != want {
			t.Errorf("row %s stands where %s should", *values[0], want)
		}
		got = append(got, values[1:])
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// Whatever is handed over comes out as it is: absent and empty texts, few and many
// different ones, long ones, none at all.
func TestWhatIsHandedOverComesOut(t *testing.T) {
	d, dir, n := parser(t), t.TempDir(), 0
	rapid.Check(t, func(r *rapid.T) {
		n++
		columns := rapid.IntRange(1, 3).Draw(r, "columns")
		text := rapid.Ptr(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "true", "\x00", "a\nb\t\"c\""})), true)
		rows := rapid.SliceOfN(rapid.SliceOfN(text, columns, columns), 0, 40).Draw(r, "rows")
		got := handed(r, d, filepath.Join(dir, fmt.Sprint(n)), columns, rows)
		if len(got) != len(rows) {
			r.Fatalf("%d rows of %d", len(got), len(rows))
		}
		for i := range rows {
			if diff := cmp.Diff(rows[i], got[i]); diff != "" {
				r.Fatal(i, diff)
			}
		}
	})
}

// The same over several groups: by their rows, by their bytes, and where a column
// has more different texts than are numbered from the second group on.
func TestManyRowsAreHandedOver(t *testing.T) {
	var rows [][]*string
	for i := range 2*lineRows + 7 {
		few, many, later, seldom := fmt.Sprint(i%256), fmt.Sprint("row ", i), fmt.Sprint(max(0, i-lineRows)), "x"
		row := []*string{&few, &many, &later, nil}
		if i%1000 == 999 {
			row[3] = &seldom
		}
		if i == 5 {
			long := strings.Repeat("long ", lineBytes/4)
			row[3] = &long
		}
		rows = append(rows, row)
	}
	got := handed(t, parser(t), filepath.Join(t.TempDir(), "rows"), 4, rows)
	if diff := cmp.Diff(rows, got); diff != "" {
		t.Error(diff[:min(len(diff), 2000)])
	}
}
