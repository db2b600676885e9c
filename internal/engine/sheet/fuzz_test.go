package sheet

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever stands in a file that is called a workbook: it is looked through or
// refused, and of one that was found to hold values only, every cell of the sheet
// that is read is one.
func FuzzWorkbook(f *testing.F) {
	const (
		book  = `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`
		rels  = `<Relationships><Relationship Id="r1" Target="worksheets/s.xml"/></Relationships>`
		sheet = `<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>`
	)
	f.Add(book, rels, sheet)
	f.Add(book, strings.Replace(rels, "worksheets/", "/xl/worksheets/", 1), strings.Replace(sheet, "<v>", "<f>1+1</f><v>", 1))
	f.Add(book, strings.Replace(rels, "worksheets/", "../../../", 1), strings.Replace(sheet, `r="A1"`, `t="e"`, 1))
	f.Add("<!DOCTYPE a>", "", "<")
	f.Fuzz(func(t *testing.T, book, rels, sheet string) {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, part := range [][2]string{{"xl/workbook.xml", book}, {"xl/_rels/workbook.xml.rels", rels}, {"xl/worksheets/s.xml", sheet}} {
			w, err := z.Create(part[0])
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write([]byte(part[1])); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "book.xlsx")
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if inspect(path) != nil || onlyValues(path, "S") != nil {
			return
		}
		r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatal(err)
		}
		if part, err := partOf(r, "S"); err != nil || part == "xl/worksheets/s.xml" && strings.Contains(sheet, "<f>1+1</f>") && !strings.Contains(sheet, "<!") && !strings.Contains(sheet, "<?") {
			t.Errorf("part %s, %v: %q holds values only", part, err, sheet)
		}
	})
}
