package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Book is a workbook to be written: sheets of text.
type Book struct {
	Title  string
	Sheets []Sheet
}

// Sheet is one table. Every cell is written as text, so that nothing in it is
// ever computed: a cell that begins with = is the two characters that it shows.
type Sheet struct {
	Name   string
	Header []string
	Widths []float64 // of the columns, in characters; the usual one when not given
	Rows   [][]string
}

// LongestCell is how many characters, as workbooks count them, a cell holds.
const LongestCell = excelize.TotalCellChars

// WriteFile writes a workbook to a file that is not there yet, whole or not at all.
func WriteFile(path string, b Book) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already: name another file, or remove it", path)
	}
	if err != nil {
		return err
	}
	if err := errors.Join(Write(f, b), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", filepath.Base(path), err), os.Remove(path))
	}
	return nil
}

// Write writes a workbook. The same book always gives the same bytes.
func Write(w io.Writer, b Book) error {
	f := excelize.NewFile()
	defer f.Close()
	text := excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}
	head := text
	head.Font = &excelize.Font{Bold: true}
	cell, err := f.NewStyle(&text)
	if err != nil {
		return err
	}
	header, err := f.NewStyle(&head)
	if err != nil {
		return err
	}
	for i, s := range b.Sheets {
		if i == 0 {
			err = f.SetSheetName("Sheet1", s.Name)
		} else {
			_, err = f.NewSheet(s.Name)
		}
		if err == nil {
			err = fill(f, s, header, cell)
		}
		if err != nil {
			return fmt.Errorf("sheet %q: %w", s.Name, err)
		}
	}
	if err := f.SetDocProps(&excelize.DocProperties{Title: b.Title, Creator: "Tickmark"}); err != nil {
		return err
	}
	var made bytes.Buffer
	if err := f.Write(&made); err != nil {
		return err
	}
	return repack(w, made.Bytes())
}

// repack writes the parts of a workbook in the order of their names: the library
// writes those that were streamed in any order.
func repack(w io.Writer, made []byte) error {
	from, err := zip.NewReader(bytes.NewReader(made), int64(len(made)))
	if err != nil {
		return err
	}
	slices.SortFunc(from.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	to := zip.NewWriter(w)
	for _, part := range from.File {
		if err := to.Copy(part); err != nil {
			return fmt.Errorf("%s: %w", part.Name, err)
		}
	}
	return to.Close()
}

// fill writes one sheet: a header that stays in sight and is repeated on paper,
// and its rows.
func fill(f *excelize.File, s Sheet, header, cell int) error {
	w, err := f.NewStreamWriter(s.Name)
	if err != nil {
		return err
	}
	for i, width := range s.Widths {
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := row(w, 1, s.Header, header); err != nil {
		return err
	}
	for i, cells := range s.Rows {
		if len(cells) > len(s.Header) {
			return fmt.Errorf("row %d has %d cells under %d columns", i+2, len(cells), len(s.Header))
		}
		if err := row(w, i+2, cells, cell); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + strings.ReplaceAll(s.Name, "'", "''") + "'!$1:$1", Scope: s.Name})
}

func row(w *excelize.StreamWriter, n int, cells []string, style int) error {
	values := make([]any, len(cells))
	for i, c := range cells {
		if err := writable(c); err != nil {
			return fmt.Errorf("row %d, column %d: %w", n, i+1, err)
		}
		if c != "" {
			values[i] = excelize.Cell{StyleID: style, Value: c}
		}
	}
	at, err := excelize.CoordinatesToCellName(1, n)
	if err != nil {
		return err
	}
	return w.SetRow(at, values)
}

// writable refuses what a workbook would cut or change.
func writable(text string) error {
	if n := len(utf16.Encode([]rune(text))); n > LongestCell {
		return fmt.Errorf("a text of %d characters: a cell holds %d", n, LongestCell)
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unprintable) {
		return fmt.Errorf("%.40q holds a character that a workbook cannot hold", text)
	}
	return nil
}

// unprintable are the control characters that XML has no way to write, and the
// return, which it reads as the end of a line.
func unprintable(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF
}
