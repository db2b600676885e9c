// Package collect turns datasets, and the pages that connections record, into
// populations that prove themselves: typed exactly, counted, digested, with their
// window, their gaps and what was rejected. It is the second stage, and the only
// writer of collections and populations. It does not know what a population will
// be tested for.
package collect

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math/big"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/query"
	"tickmark/internal/engine/sheet"
)

// records is all that collect may see of the store.
type records interface {
	Populations(ctx context.Context) ([]audit.Population, error)
	AddPopulation(ctx context.Context, p audit.Population) (audit.Population, bool, error)
	AddCollection(ctx context.Context, c audit.Collection, made []audit.Population) (audit.Collection, []audit.Population, error)
}

// files is where raw bytes are read from and populations are kept.
type files interface {
	Path(ctx context.Context, d audit.Digest) (string, error)
	Check(ctx context.Context, d audit.Digest) error
	Open(ctx context.Context, d audit.Digest) (io.ReadCloser, error)
	Put(ctx context.Context, b []byte) (audit.Digest, error)
	PutFile(ctx context.Context, path string) (audit.Digest, int64, error)
}

// Stage collects.
type Stage struct {
	Records records
	Files   files
	Catalog *catalog.Catalog
	Query   query.Engine
	Sheet   sheet.Reader
	Scratch string // parent of the jobs' folders

	Now       func() time.Time // the clock of collections
	Collector string           // the program and its version, as collections name it
}

// Collected is what became of one dataset.
type Collected struct {
	Population audit.Population `json:"population"`
	New        bool             `json:"new"`               // false: these bytes had been collected before
	Ignored    []string         `json:"ignored,omitempty"` // columns that the population does not have
	Fence      string           `json:"fence,omitempty"`
}

// Dataset collects one dataset. The same bytes, described in the same way,
// under the same schema are collected once.
func (s Stage) Dataset(ctx context.Context, d audit.Dataset) (Collected, error) {
	c, err := s.Read(ctx, d)
	if err != nil {
		return c, err
	}
	return s.Record(ctx, c)
}

// Read reads a dataset into a population and records nothing of it yet.
func (s Stage) Read(ctx context.Context, d audit.Dataset) (Collected, error) {
	schema := s.Catalog.Populations[d.Population]
	version, err := query.SchemaDigest(schema)
	if err != nil {
		return Collected{}, err
	}
	described, err := audit.Canonical(d)
	if err != nil {
		return Collected{}, err
	}
	known, err := s.Records.Populations(ctx)
	if err != nil {
		return Collected{}, err
	}
	for _, p := range known {
		if p.Dataset == d.Code && p.Schema == version && p.Described == audit.DigestOf(described) {
			return Collected{Population: p}, nil
		}
	}
	c, err := s.ingest(ctx, d, schema)
	if err != nil {
		return c, fmt.Errorf("dataset %s (%s): %w", d.Code, d.Population, err)
	}
	c.Population.Schema, c.Population.Described = version, audit.DigestOf(described)
	return c, nil
}

// Record records a population that was read, unless it was recorded before.
func (s Stage) Record(ctx context.Context, c Collected) (Collected, error) {
	if c.Population.ID != "" {
		return c, nil
	}
	var err error
	c.Population, c.New, err = s.Records.AddPopulation(ctx, c.Population)
	return c, err
}

func (s Stage) ingest(ctx context.Context, d audit.Dataset, schema audit.Schema) (Collected, error) {
	dir, done, err := confine.Scratch(s.Scratch)
	if err != nil {
		return Collected{}, err
	}
	defer done()
	in, err := s.intake(ctx, dir, d, schema)
	if err != nil {
		return Collected{}, err
	}
	got, err := s.Query.Ingest(ctx, dir, in)
	if err != nil {
		return Collected{}, err
	}
	p := population(d, got)
	if p.File, _, err = s.Files.PutFile(ctx, got.Population); err != nil {
		return Collected{}, err
	}
	if got.Rejects != "" {
		if p.Rejects, _, err = s.Files.PutFile(ctx, got.Rejects); err != nil {
			return Collected{}, err
		}
	}
	return Collected{Population: p, Ignored: got.Ignored, Fence: got.Fence}, nil
}

// intake prepares the files: the recorded bytes are checked, and workbooks
// are written as text first.
func (s Stage) intake(ctx context.Context, dir string, d audit.Dataset, schema audit.Schema) (query.Intake, error) {
	in := query.Intake{Schema: schema, Format: d.Format, Columns: d.Columns, Encoding: d.Encoding, Window: d.Window, Timezone: d.Timezone}
	for i, f := range d.Files {
		if err := s.Files.Check(ctx, f.Digest); err != nil {
			return in, fmt.Errorf("%s: %w", f.Name, err)
		}
		path, err := s.Files.Path(ctx, f.Digest)
		if err != nil {
			return in, fmt.Errorf("%s: %w", f.Name, err)
		}
		if d.Format == "xlsx" {
			in.Format = "csv"
			if path, err = s.workbook(ctx, dir, i, path, d, schema); err != nil {
				return in, fmt.Errorf("%s: %w", f.Name, err)
			}
		}
		in.Files = append(in.Files, query.Source{Path: path, Name: f.Name})
	}
	return in, nil
}

func (s Stage) workbook(ctx context.Context, dir string, n int, path string, d audit.Dataset, schema audit.Schema) (string, error) {
	t := sheet.Task{Dir: dir, XLSX: path, Sheet: d.Sheet, Out: filepath.Join(dir, fmt.Sprintf("sheet-%d.csv", n))}
	for _, c := range schema.Columns {
		if c.Type != "date" {
			continue
		}
		name := c.Name
		if renamed, ok := d.Columns[c.Name]; ok {
			name = renamed
		}
		t.Dates = append(t.Dates, name)
	}
	_, err := s.Sheet.CSV(ctx, t)
	return t.Out, err
}

func population(d audit.Dataset, got query.Ingested) audit.Population {
	p := audit.Population{
		Name: d.Population, Dataset: d.Code, Source: d.Source, Query: d.Query, Window: d.Window, Coverage: d.Coverage, TakenAt: d.TakenAt,
		Raw: d.Files, Received: got.Received, Rows: got.Rows, Rejected: got.Rejected, Totals: got.Totals,
		First: got.First, Last: got.Last, OutOfTime: got.Outside, GapDays: got.GapDays, GapFrom: got.GapFrom,
	}
	p.Agrees = agrees(d.Expect, got)
	return p
}

// agrees compares with the source's own totals: the independent count that
// makes a list evidence of completeness.
func agrees(e *audit.Expect, got query.Ingested) string {
	if e == nil {
		return audit.NotStated
	}
	var differ []string
	if e.Rows != got.Received {
		differ = append(differ, fmt.Sprintf("the source counts %d rows, %d were received", e.Rows, got.Received))
	}
	for _, column := range slices.Sorted(maps.Keys(e.Totals)) {
		if have, ok := got.Totals[column]; !ok {
			differ = append(differ, fmt.Sprintf("%s has no control total here", column))
		} else if !equalDecimal(have, e.Totals[column]) {
			differ = append(differ, fmt.Sprintf("the source's total of %s is %s, the rows kept add up to %s", column, e.Totals[column], have))
		}
	}
	if len(differ) == 0 {
		return "yes"
	}
	return strings.Join(differ, "; ")
}

// equalDecimal compares exact decimals, so that 12.5 equals 12.50.
func equalDecimal(a, b string) bool {
	x, okX := new(big.Rat).SetString(a)
	y, okY := new(big.Rat).SetString(b)
	return okX && okY && x.Cmp(y) == 0
}
