package app

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/oscal"
	"tickmark/internal/engine/sheet"
	"tickmark/internal/program"
	"tickmark/internal/stage/scope"
)

// LoadFramework records a framework of the organization's own from a file: a CSV
// or a workbook of requirements and their ties to criteria, or an OSCAL catalog,
// which has requirements only. Of a workbook that holds ties to several
// frameworks, one is asked for with of.
func (a *App) LoadFramework(ctx context.Context, p audit.Person, x program.Framework, path, of string) (program.Framework, bool, error) {
	t, err := a.tenant(ctx, p)
	if err != nil {
		return x, false, err
	}
	src, err := readOSCAL(path)
	if err != nil {
		return x, false, err
	}
	f := scope.Frameworks{Records: t, Catalog: a.Catalog}
	x.File, x.Source = filepath.Base(path), audit.DigestOf(src)
	switch strings.ToLower(filepath.Ext(path)) {
	case ".json":
		read, err := oscal.ReadCatalogText(src)
		if err != nil {
			return x, false, fmt.Errorf("%s: %w", x.File, err)
		}
		for _, c := range read.Controls {
			x.Requirements = append(x.Requirements, program.Requirement{ID: c.Name(), Text: c.Says()})
		}
		return f.LoadList(ctx, x)
	case ".xlsx":
		rows, err := a.firstSheet(ctx, path)
		if err != nil {
			return x, false, err
		}
		return f.LoadTable(ctx, x, rows, of)
	}
	return f.LoadTable(ctx, x, src, of)
}

// mappingSheet is the sheet of a workbook that holds ties; of one without it, the
// first is read.
const mappingSheet = "Mapping"

// firstSheet reads a workbook's sheet of ties as CSV, in a confined child.
func (a *App) firstSheet(ctx context.Context, file string) ([]byte, error) {
	path, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	dir, done, err := confine.Scratch(a.state("scratch"))
	if err != nil {
		return nil, err
	}
	defer done()
	names, err := a.Sheet().Names(ctx, dir, path)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s has no sheet", file)
	}
	name := names[0]
	if slices.Contains(names, mappingSheet) {
		name = mappingSheet
	}
	out := filepath.Join(dir, "sheet.csv")
	if _, err := a.Sheet().CSV(ctx, sheet.Task{Dir: dir, XLSX: path, Sheet: name, Out: out}); err != nil {
		return nil, err
	}
	return os.ReadFile(out)
}

// ExportFramework writes a framework that the organization loaded into a file
// that is not there yet: with its ties as .csv or .xlsx, which are loaded again as
// they are, or without them as an OSCAL catalog. It says how many ties were left out.
func (a *App) ExportFramework(ctx context.Context, p audit.Person, code, file string) (program.Framework, int, error) {
	all, err := a.OwnFrameworks(ctx, p)
	if err != nil {
		return program.Framework{}, 0, err
	}
	i := slices.IndexFunc(all, func(x program.Framework) bool { return x.Code == code })
	if i < 0 {
		return program.Framework{}, 0, fmt.Errorf("the organization has loaded no framework %q: `tickmark framework list` shows those that there are", code)
	}
	x := all[i]
	switch strings.ToLower(filepath.Ext(file)) {
	case ".xlsx":
		return x, 0, sheet.WriteFile(file, sheet.Book{Title: x.Title, Sheets: []sheet.Sheet{{
			Name: mappingSheet, Header: scope.FrameworkHeader, Widths: []float64{14, 24, 60, 18, 60, 12}, Rows: scope.FrameworkRows(x),
		}}})
	case ".csv":
		var out bytes.Buffer
		w := csv.NewWriter(&out)
		err := errors.Join(w.Write(scope.FrameworkHeader), w.WriteAll(scope.FrameworkRows(x)))
		return x, 0, errors.Join(err, fresh(file, out.Bytes()))
	case ".json":
		text, err := a.frameworkCatalog(ctx, p, x)
		if err != nil {
			return x, 0, err
		}
		return x, len(x.Mappings), fresh(file, text)
	}
	return x, 0, fmt.Errorf("%s: a framework is written as .csv, .xlsx or .json", file)
}

func (a *App) frameworkCatalog(ctx context.Context, p audit.Person, x program.Framework) ([]byte, error) {
	t, err := a.tenant(ctx, p)
	if err != nil {
		return nil, err
	}
	org, err := t.Organization(ctx)
	if err != nil {
		return nil, err
	}
	out := oscal.Framework{Organization: org.Body.Name, Code: x.Code, Title: x.Title, License: x.License, AsOf: x.At}
	for _, r := range x.Requirements {
		out.Requirements = append(out.Requirements, oscal.Listed{Label: r.ID, Prose: r.Text})
	}
	return out.JSON()
}

// fresh writes a file that is not there yet.
func fresh(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("write %s, over no file: %w", path, err)
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Close())
}
