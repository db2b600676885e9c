package sheet

import (
	"bytes"
	"encoding/csv"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

func written(t *testing.T, s Sheet) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list.xlsx")
	if err := WriteFile(path, Book{Title: "List", Sheets: []Sheet{s}}); err != nil {
		t.Fatal(err)
	}
	return path
}

// What somebody wrote never becomes a formula, a number or a day.
func TestCellsStayText(t *testing.T) {
	rows := [][]string{
		{`=HYPERLINK("http://example.org","x")`, "+1", "-1", "@SUM(A1)"}, {"007", "1e5", "2025-01-31", "TRUE"},
		{" a ", "two\nlines\ttab", "_x000D_", "<b>&amp;</b>"}, {"日本 🧾", `"quoted", comma`, "", "last"},
	}
	path := written(t, Sheet{Name: "It's all", Header: []string{"a", "b", "c", "d"}, Rows: rows, Widths: []float64{20}})
	text, c, err := read(t, path, "")
	if err != nil || c.Rows != 4 || c.Sheet != "It's all" {
		t.Fatal(c, err)
	}
	got, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		if diff := cmp.Diff(r, got[i+1][1:]); diff != "" {
			t.Error(diff)
		}
	}
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if formula, err := f.GetCellFormula("It's all", "A2"); err != nil || formula != "" {
		t.Errorf("A2 is the formula %q, %v", formula, err)
	}
}

func TestAnyTextComesBack(t *testing.T) {
	cell := rapid.Custom(func(t *rapid.T) string {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`[=+@_x0-9A-F \n"',;-]{0,12}`)).Draw(t, "cell")
		if writable(s) != nil || strings.TrimSpace(s) == "" {
			return "x"
		}
		return s
	})
	rapid.Check(t, func(rt *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 2, 2), 1, 5).Draw(rt, "rows")
		var b bytes.Buffer
		if err := Write(&b, Book{Sheets: []Sheet{{Name: "S", Header: []string{"a", "b"}, Rows: rows}}}); err != nil {
			rt.Fatal(err)
		}
		f, err := excelize.OpenReader(&b, excelize.Options{RawCellValue: true})
		if err != nil {
			rt.Fatal(err)
		}
		defer f.Close()
		got, err := f.GetRows("S", excelize.Options{RawCellValue: true})
		if diff := cmp.Diff(rows, got[1:]); diff != "" || err != nil {
			rt.Fatal(diff, err)
		}
	})
}

func TestTheSameBookGivesTheSameBytes(t *testing.T) {
	b := Book{Title: "T"}
	for _, name := range strings.Split("ABCDEFGHIJKL", "") {
		b.Sheets = append(b.Sheets, Sheet{Name: name, Header: []string{"a"}, Rows: [][]string{{name}}})
	}
	var first bytes.Buffer
	if err := Write(&first, b); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		var again bytes.Buffer
		if err := Write(&again, b); err != nil || !bytes.Equal(first.Bytes(), again.Bytes()) {
			t.Fatal("they differ", err)
		}
	}
}

func TestWhatAWorkbookCannotHoldIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		row  []string
		want string
	}{
		"too long":     {[]string{strings.Repeat("x", LongestCell+1)}, "row 2, column 1: a text of 32768 characters: a cell holds 32767"},
		"control":      {[]string{"a\x00b"}, "a character that a workbook cannot hold"},
		"return":       {[]string{"a\rb"}, "a character that a workbook cannot hold"},
		"no UTF-8":     {[]string{"a\xffb"}, "a character that a workbook cannot hold"},
		"surplus cell": {[]string{"a", "b"}, "row 2 has 2 cells under 1 columns"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.xlsx")
			err := WriteFile(path, Book{Sheets: []Sheet{{Name: "S", Header: []string{"a"}, Rows: [][]string{c.row}}}})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v, want %q", err, c.want)
			}
			if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(left) != 0 {
				t.Errorf("a refusal left %v", left)
			}
		})
	}
	path := written(t, Sheet{Name: "S", Header: []string{"a"}})
	if err := WriteFile(path, Book{}); err == nil || !strings.Contains(err.Error(), "is there already") {
		t.Error(err)
	}
}

func TestNamesListsTheSheets(t *testing.T) {
	path := filepath.Join(t.TempDir(), "two.xlsx")
	if err := WriteFile(path, Book{Sheets: []Sheet{{Name: "One", Header: []string{"a"}}, {Name: "Two & more", Header: []string{"a"}}}}); err != nil {
		t.Fatal(err)
	}
	r := Reader{Exe: []string{"/proc/self/exe", "worker"}}
	got, err := r.Names(t.Context(), t.TempDir(), path)
	if diff := cmp.Diff([]string{"One", "Two & more"}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}
