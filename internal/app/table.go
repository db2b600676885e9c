package app

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tickmark/catalog"
	"tickmark/internal/audit"
)

// ChooseTables returns the tables of a year for the jurisdictions, each once.
func ChooseTables(all []catalog.TaxTable, year int, jurisdictions []string) ([]catalog.TaxTable, error) {
	var chosen []catalog.TaxTable
	var missing []error
	for _, j := range slices.Compact(slices.Sorted(slices.Values(jurisdictions))) {
		t, ok := catalog.Find(all, j, year)
		if !ok {
			missing = append(missing, fmt.Errorf("there is no table of %s for %d; `tickmark table list` shows all", j, year))
			continue
		}
		chosen = append(chosen, t)
	}
	return chosen, errors.Join(missing...)
}

// ExportTables writes tables as a CSV file of the population tax_tables and
// returns the dataset that describes it, ready for a manifest. It writes over
// no file.
func ExportTables(tables []catalog.TaxTable, s audit.Schema, file string, at time.Time) (audit.Dataset, error) {
	if len(tables) == 0 {
		return audit.Dataset{}, errors.New("no tax tables were chosen")
	}
	text, rows, err := tablesAsCSV(tables, s)
	if err != nil {
		return audit.Dataset{}, err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return audit.Dataset{}, fmt.Errorf("%s is there already: name another file, or remove it", file)
	}
	if err != nil {
		return audit.Dataset{}, err
	}
	_, err = f.Write(text)
	return tableDataset(tables, s, filepath.Base(file), rows, at), errors.Join(err, f.Close())
}

func tablesAsCSV(tables []catalog.TaxTable, s audit.Schema) ([]byte, int64, error) {
	var header []string
	for _, c := range s.Columns {
		header = append(header, c.Name)
	}
	var b bytes.Buffer
	out, n := csv.NewWriter(&b), int64(0)
	err := out.Write(header)
	for _, t := range tables {
		for _, row := range t.Rows() {
			var line []string
			for _, name := range header {
				line = append(line, row[name])
			}
			err = errors.Join(err, out.Write(line))
			n++
		}
	}
	out.Flush()
	return b.Bytes(), n, errors.Join(err, out.Error())
}

func tableDataset(tables []catalog.TaxTable, s audit.Schema, file string, rows int64, at time.Time) audit.Dataset {
	which := ""
	for _, t := range tables {
		if which != "" {
			which += ", "
		}
		which += fmt.Sprintf("%s version %d", t.Jurisdiction, t.Version)
	}
	return audit.Dataset{
		Code: s.Name, Population: s.Name, Format: "csv", Files: []audit.File{{Name: file}},
		Source: "Tickmark's catalog of tax tables, each from the public document that its rows name",
		Query:  fmt.Sprintf("Every bracket of the tables of %d: %s", tables[0].Year, which),
		Window: tables[0].Effective, Coverage: audit.Full, TakenAt: at.UTC().Format(time.RFC3339), Expect: &audit.Expect{Rows: rows},
	}
}
