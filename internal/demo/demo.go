// Package demo owns Meridian Payroll: a complete service organization that does
// not exist, with its description, its controls and a year of evidence, written
// from a seed at any size, and the working files of the firm that examines it. It
// stands beside the pipeline and uses only the vocabulary of package audit, the
// catalog, and what is in scope of its own workspace. It does not know how
// procedures are performed; it knows which items they must flag.
package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"tickmark/catalog"
	"tickmark/internal/audit"
)

// Config says which Meridian is written, and where.
type Config struct {
	Seed   int64
	People int    // employees of Meridian's clients, 100 to 5,000,000
	Dir    string // absent or empty
	Wide   bool   // evidence of every subject that a shipped procedure tests, not of payroll alone

	// Parquet writes a CSV file of canonical columns as Parquet.
	Parquet func(ctx context.Context, csvPath, parquetPath string, schema audit.Schema) error
	// Progress, if not nil, is told what is being written and how far it is.
	Progress func(step string, done, total int64)
}

// The limits of Config.People.
const (
	fewest   = 100
	most     = 5_000_000
	mostWide = 20_000 // the wide sample is made in memory
)

// Write writes Dir/workspace (management's folder), Dir/auditor (the service
// auditor's folder), Dir/examination (what both sides record in the course of the
// examination) and Dir/planted.json (what the procedures must flag). The
// same seed and size give the same bytes. Memory stays small at any size.
func Write(ctx context.Context, cfg Config) error {
	if err := cfg.check(); err != nil {
		return err
	}
	known, err := catalog.Load()
	if err != nil {
		return fmt.Errorf("sample organization: %w", err)
	}
	w, err := newWorld(cfg, known.Populations)
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{
		w.writeDescription, w.writeStaff, w.writeEngineering, w.writeOperations,
		w.writeStanding, w.writePayroll, w.writeWide, w.writeManifest, w.writeJudgment, w.writeExamination,
	} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("write the sample organization: %w", err)
		}
	}
	return nil
}

func (c Config) check() error {
	switch {
	case c.People < fewest || c.People > most:
		return fmt.Errorf("the sample organization cannot have %d people; choose %d to %d", c.People, fewest, most)
	case c.Wide && c.People > mostWide:
		return fmt.Errorf("the wide sample organization cannot have %d people; choose %d to %d", c.People, fewest, mostWide)
	case c.Parquet == nil:
		return errors.New("the sample organization needs a writer of Parquet files")
	}
	entries, err := os.ReadDir(c.Dir)
	if err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("sample organization: %w", err)
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s is not empty; name a folder that does not exist yet", c.Dir)
	}
	return nil
}

// world is one Meridian while it is written.
type world struct {
	Config
	schemas  map[string]audit.Schema
	calendar calendar
	taxes    taxes
	staff    []worker
	plan     plan
	datasets []audit.Dataset
}

func newWorld(cfg Config, schemas map[string]audit.Schema) (*world, error) {
	c, err := newCalendar()
	if err != nil {
		return nil, err
	}
	w := &world{Config: cfg, schemas: schemas, calendar: c, taxes: newTaxes()}
	w.staff = w.hire()
	w.plan, err = w.plant()
	return w, err
}

func (w *world) progress(step string, done, total int64) {
	if w.Progress != nil {
		w.Progress(step, done, total)
	}
}

// path is that of a file below Dir; its folder is made.
func (w *world) path(parts ...string) (string, error) {
	p := filepath.Join(append([]string{w.Dir}, parts...)...)
	return p, os.MkdirAll(filepath.Dir(p), 0o755)
}

func (w *world) writeText(text []byte, parts ...string) error {
	p, err := w.path(parts...)
	if err != nil {
		return err
	}
	return os.WriteFile(p, text, 0o644)
}
