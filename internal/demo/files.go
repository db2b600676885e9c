package demo

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"tickmark/internal/audit"
)

// table is a CSV file that is written row by row. What is written holds no
// comma, quote or line break: every text comes from the lists of this package.
type table struct {
	path string
	file *os.File
	out  *bufio.Writer
	row  []byte
	rows int64

	columns int // of the header: those that a row does not reach are left empty
}

// create begins a CSV file below workspace/data.
func (w *world) create(name string, header []string) (*table, error) {
	p, err := w.path("workspace", "data", filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	f, err := os.Create(p)
	if err != nil {
		return nil, err
	}
	t := &table{path: p, file: f, out: bufio.NewWriterSize(f, 1<<18), columns: len(header)}
	_, err = t.out.WriteString(strings.Join(header, ",") + "\n")
	return t, err
}

func (t *table) text(s string) *table {
	t.row = append(append(t.row, s...), ',')
	return t
}

func (t *table) money(c cents) *table {
	t.row = append(c.append(t.row), ',')
	return t
}

func (t *table) exact(n tenThousandths) *table {
	t.row = append(n.append(t.row), ',')
	return t
}

// id writes a prefix and a number of at least the given digits.
func (t *table) id(prefix string, n int64, digits int) *table {
	t.row = append(appendID(t.row, prefix, n, digits), ',')
	return t
}

func appendID(b []byte, prefix string, n int64, digits int) []byte {
	b = append(b, prefix...)
	var d [20]byte
	text := strconv.AppendInt(d[:0], n, 10)
	for range digits - len(text) {
		b = append(b, '0')
	}
	return append(b, text...)
}

func id(prefix string, n int64, digits int) string { return string(appendID(nil, prefix, n, digits)) }

// end writes the row.
func (t *table) end() error {
	for range t.columns - bytes.Count(t.row, []byte{','}) {
		t.row = append(t.row, ',')
	}
	t.row[len(t.row)-1] = '\n'
	_, err := t.out.Write(t.row)
	t.row = t.row[:0]
	t.rows++
	return err
}

func (t *table) texts(values ...string) error {
	for _, v := range values {
		t.text(v)
	}
	return t.end()
}

func (t *table) close() error {
	return errors.Join(t.out.Flush(), t.file.Close())
}

// parquet closes the file and puts a Parquet file in its place.
func (w *world) parquet(ctx context.Context, t *table, population string) error {
	if err := t.close(); err != nil {
		return err
	}
	to := strings.TrimSuffix(t.path, ".csv") + ".parquet"
	if err := w.Parquet(ctx, t.path, to, w.schemas[population]); err != nil {
		return fmt.Errorf("convert %s: %w", filepath.Base(t.path), err)
	}
	return os.Remove(t.path)
}

// columns are the canonical column names of a population.
func (w *world) columns(population string) []string {
	var names []string
	for _, c := range w.schemas[population].Columns {
		names = append(names, c.Name)
	}
	return names
}

// writeCSV writes a small population under its canonical column names, or
// under the client's own where given.
func (w *world) writeCSV(name string, header []string, rows [][]string) error {
	t, err := w.create(name, header)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := t.texts(r...); err != nil {
			return errors.Join(err, t.close())
		}
	}
	return t.close()
}

// writeNDJSON writes one JSON object a line.
func writeNDJSON[T any](w *world, name string, rows []T) error {
	p, err := w.path("workspace", "data", filepath.FromSlash(name))
	if err != nil {
		return err
	}
	f, err := os.Create(p)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(f)
	enc := json.NewEncoder(out)
	for _, r := range rows {
		if err := enc.Encode(r); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return errors.Join(out.Flush(), f.Close())
}

// writeXLSX writes one sheet. The file's own dates are fixed, so that the same
// rows give the same bytes.
func (w *world) writeXLSX(name, sheet string, header []string, rows [][]string) error {
	book := excelize.NewFile()
	defer book.Close()
	const stamp = "2026-01-06T14:30:00Z"
	err := errors.Join(
		book.SetSheetName("Sheet1", sheet),
		book.SetDocProps(&excelize.DocProperties{Creator: "Meridian Payroll", Title: sheet, Created: stamp, Modified: stamp}),
	)
	if err != nil {
		return err
	}
	stream, err := book.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	for i, r := range append([][]string{header}, rows...) {
		cells := make([]any, len(r))
		for j, v := range r {
			cells[j] = v
		}
		if err := stream.SetRow("A"+strconv.Itoa(i+1), cells); err != nil {
			return err
		}
	}
	p, err := w.path("workspace", "data", filepath.FromSlash(name))
	return errors.Join(err, stream.Flush(), book.SaveAs(p))
}

// record names a dataset in the manifest. The window, the coverage and the day
// on which it was taken are the same for all.
func (w *world) record(d audit.Dataset, rows int64, totals map[string]string, files ...string) {
	for _, f := range files {
		d.Files = append(d.Files, audit.File{Name: f})
	}
	d.Code = d.Population
	d.Window, d.Coverage, d.TakenAt = period, audit.Full, takenAt
	d.Expect = &audit.Expect{Rows: rows, Totals: totals}
	w.datasets = append(w.datasets, d)
}
