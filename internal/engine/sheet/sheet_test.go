package sheet

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// TestMain lets this test binary be its own confined child.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "worker" {
		if err := Worker(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// workbook writes a small workbook; set changes it before it is saved.
func workbook(t *testing.T, set func(*excelize.File)) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for cell, v := range map[string]any{
		"A1": "Person", "B1": " Hired ", "C1": "Salary", "A2": "E1", "B2": time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC), "C2": "1234.50",
		"A4": "E2", "C4": 0.25,
	} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	if set != nil {
		set(f)
	}
	path := filepath.Join(t.TempDir(), "people.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path, sheet string) (string, Converted, error) {
	t.Helper()
	dir := t.TempDir()
	out := filepath.Join(dir, "sheet.csv")
	r := Reader{Exe: []string{"/proc/self/exe", "worker"}, Timeout: time.Minute}
	c, err := r.CSV(context.Background(), Task{Dir: dir, XLSX: path, Sheet: sheet, Dates: []string{"Hired"}, Out: out})
	b, _ := os.ReadFile(out)
	return string(b), c, err
}

func TestRowsKeepTheirPlaceAndText(t *testing.T) {
	got, c, err := read(t, workbook(t, nil), "")
	if err != nil {
		t.Fatal(err)
	}
	want := "__line,Person,Hired,Salary\n2,E1,2025-03-01,1234.50\n4,E2,,0.25\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if c.Rows != 2 || c.Sheet != "Sheet1" {
		t.Errorf("%+v", c)
	}
}

func TestRefusals(t *testing.T) {
	bomb := filepath.Join(t.TempDir(), "bomb.xlsx")
	writeBomb(t, bomb)
	text := filepath.Join(t.TempDir(), "text.xlsx")
	if err := os.WriteFile(text, []byte("a,b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, path, sheet, want string }{
		{"formula", workbook(t, func(f *excelize.File) { _ = f.SetCellFormula("Sheet1", "C5", "SUM(C2:C4)") }), "", "1 formulas and 0 error values, the first in cell C5"},
		{"no such sheet", workbook(t, nil), "Staff", `no sheet "Staff"; it has Sheet1`},
		{"archive bomb", bomb, "", "refused as an archive bomb"},
		{"not a workbook", text, "", "not a workbook"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, _, err := read(t, c.path, c.sheet); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
		})
	}
}

// writeBomb makes a workbook whose sheet unpacks to a thousand times its size.
func writeBomb(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	w, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	block := bytes.Repeat([]byte(" "), 1<<20)
	for range 100 {
		if _, err := w.Write(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
}
