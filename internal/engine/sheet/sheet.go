// Package sheet reads a worksheet of a workbook into a table of text, in a
// confined child process. It stands among the engines and hides the XLSX
// format. It does not know what the columns mean, and refuses what has no
// evidence in it: a formula is the workbook's opinion, not the source's record.
package sheet

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"tickmark/internal/confine"
)

// LineColumn is the first column of what is written: the row of the sheet.
const LineColumn = "__line"

// limits against archives that unpack to more than they are worth.
const (
	maxUnpacked = 4 << 30 // bytes of all parts
	maxPart     = 2 << 30
	maxParts    = 10_000
	maxRatio    = 300 // of a part larger than ratioFrom
	ratioFrom   = 64 << 20
)

// Reader says how to start the confined process.
type Reader struct {
	Exe     []string // the command that calls Worker
	Timeout time.Duration
}

// Task names a sheet, where to write it and which columns hold calendar days,
// which workbooks keep as numbers.
type Task struct {
	Dir   string
	XLSX  string
	Sheet string // the first one when empty
	Dates []string
	Out   string // CSV, in Dir
	Names bool   // only say which sheets there are, and write nothing
}

// Converted is what was written.
type Converted struct {
	Sheet string
	Rows  int64
	Names []string // of all sheets, when only these were asked for
}

// CSV writes one sheet as CSV.
func (r Reader) CSV(ctx context.Context, t Task) (Converted, error) {
	timeout := r.Timeout
	if timeout == 0 {
		timeout = 20 * time.Minute
	}
	var c Converted
	child := confine.Child{Exe: r.Exe, Timeout: timeout, Env: []string{"TZ=UTC", "TMPDIR=" + t.Dir}}
	return c, child.Call(ctx, t, &c)
}

// Names lists the sheets of a workbook, in their order.
func (r Reader) Names(ctx context.Context, dir, xlsx string) ([]string, error) {
	c, err := r.CSV(ctx, Task{Dir: dir, XLSX: xlsx, Names: true})
	return c.Names, err
}

// Worker serves one task. The program calls it when it is started as "worker sheet".
func Worker(in io.Reader, out io.Writer) error {
	return confine.Serve(in, out, func(t Task) (any, error) {
		limits := confine.Limits{AddressMB: 12 << 10, ReadOnly: []string{t.XLSX}, ReadWrite: []string{t.Dir}}
		if _, err := limits.Apply(); err != nil {
			return nil, err
		}
		return convert(t)
	})
}

func convert(t Task) (Converted, error) {
	var c Converted
	if err := inspect(t.XLSX); err != nil {
		return c, err
	}
	book, err := excelize.OpenFile(t.XLSX, excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: 64 << 20, TmpDir: t.Dir,
	})
	if err != nil {
		return c, fmt.Errorf("it cannot be read as a workbook: %w", err)
	}
	defer book.Close()
	if t.Names {
		c.Names = book.GetSheetList()
		return c, nil
	}
	if c.Sheet, err = choose(book.GetSheetList(), t.Sheet); err != nil {
		return c, err
	}
	if err := onlyValues(t.XLSX, c.Sheet); err != nil {
		return c, err
	}
	out, err := os.Create(t.Out)
	if err != nil {
		return c, err
	}
	defer out.Close()
	w := table{csv: csv.NewWriter(out), dates: t.Dates, base: dayZero(book)}
	c.Rows, err = w.copy(book, c.Sheet)
	return c, errors.Join(err, out.Close())
}

func choose(sheets []string, want string) (string, error) {
	switch {
	case len(sheets) == 0:
		return "", errors.New("the workbook has no sheet")
	case want == "":
		return sheets[0], nil
	case slices.Contains(sheets, want):
		return want, nil
	}
	return "", fmt.Errorf("the workbook has no sheet %q; it has %s", want, strings.Join(sheets, ", "))
}

// dayZero is the day that the workbook's numbers count from.
func dayZero(book *excelize.File) time.Time {
	if p, err := book.GetWorkbookProps(); err == nil && p.Date1904 != nil && *p.Date1904 {
		return time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
}

// table copies rows; the first that is not empty is the header.
type table struct {
	csv    *csv.Writer
	dates  []string
	base   time.Time
	header []string
}

func (w *table) copy(book *excelize.File, sheet string) (int64, error) {
	rows, err := book.Rows(sheet)
	if err != nil {
		return 0, fmt.Errorf("sheet %q: %w", sheet, err)
	}
	defer rows.Close()
	line, n := int64(0), int64(0)
	for rows.Next() {
		line++
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return n, fmt.Errorf("sheet %q row %d: %w", sheet, line, err)
		}
		if blank(cells) {
			continue
		}
		if w.header == nil {
			w.header = trimmed(cells)
			err = w.csv.Write(append([]string{LineColumn}, w.header...))
		} else {
			n++
			err = w.csv.Write(w.record(line, cells))
		}
		if err != nil {
			return n, err
		}
	}
	if w.header == nil {
		return 0, fmt.Errorf("sheet %q is empty: even a population of no rows has a header", sheet)
	}
	w.csv.Flush()
	return n, errors.Join(rows.Error(), w.csv.Error())
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" })
}

func trimmed(cells []string) []string {
	var out []string
	for _, c := range cells {
		out = append(out, strings.TrimSpace(c))
	}
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return out
}

// record is a row under the header: short rows are filled, surplus cells stay
// so that the row is rejected and not cut.
func (w *table) record(line int64, cells []string) []string {
	record := []string{strconv.FormatInt(line, 10)}
	for i := range max(len(w.header), len(cells)) {
		switch {
		case i >= len(cells):
			record = append(record, "")
		case i >= len(w.header) && strings.TrimSpace(cells[i]) == "":
		case i < len(w.header) && slices.Contains(w.dates, w.header[i]):
			record = append(record, w.day(cells[i]))
		default:
			record = append(record, cells[i])
		}
	}
	return record
}

// day turns a workbook's number into a calendar day; other texts stay as they are.
func (w *table) day(cell string) string {
	n, err := strconv.Atoi(strings.TrimSpace(cell))
	if err != nil || n <= 0 || n > 2_958_465 {
		return cell
	}
	return w.base.AddDate(0, 0, n).Format(time.DateOnly)
}
