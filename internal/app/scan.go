package app

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"tickmark/internal/audit"
	"tickmark/internal/stage/collect"
	"tickmark/internal/stage/scope"
)

// Scan is a file of what another scanner found.
type Scan struct {
	File       string
	Format     string           // id of an importer; told from the file when empty
	Connection audit.Connection // whose source, and code, are filled in when empty
	Window     audit.Period     // today when zero
}

// longestScan is the size of a scanner's file that is read at once, in bytes.
const longestScan = 1 << 30

// ImportScan records a file of another scanner as a collection, with the
// populations that its importer makes of it. A connection is described for it,
// so that later files of the same scanner stand beside this one.
func (a *App) ImportScan(ctx context.Context, p audit.Person, s Scan) (collect.Gathered, error) {
	body, err := scanned(s.File)
	if err != nil {
		return collect.Gathered{}, err
	}
	if s.Format == "" {
		if s.Format, err = a.detected(ctx, body); err != nil {
			return collect.Gathered{}, fmt.Errorf("%s: %w", s.File, err)
		}
	}
	s.Connection.Source = s.Format
	if s.Connection.Code == "" {
		s.Connection.Code = s.Format
	}
	t, err := a.tenant(ctx, p)
	if err != nil {
		return collect.Gathered{}, err
	}
	if err := (scope.Stage{Records: t, Files: a.vault, Catalog: a.Catalog}).Connect(ctx, s.Connection); err != nil {
		return collect.Gathered{}, err
	}
	f, automation, err := a.described(ctx)
	if err != nil {
		return collect.Gathered{}, err
	}
	o, err := a.order(ctx, f, automation, s.Connection.Code, s.Window)
	if err != nil {
		return collect.Gathered{}, err
	}
	o.Upload = map[string][]byte{filepath.Base(s.File): body}
	return a.collecting(automation).Connection(ctx, o)
}

func scanned(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if info.Size() > longestScan {
		return nil, fmt.Errorf("%s is larger than 1 GB: describe a connection whose setting path names its folder, and split the file", file)
	}
	return os.ReadFile(file)
}

func (a *App) detected(ctx context.Context, body []byte) (string, error) {
	f, _, err := a.described(ctx)
	if err != nil {
		return "", err
	}
	known, err := a.Catalog.WithSources(f.SourceTexts())
	if err != nil {
		return "", err
	}
	return collect.Detect(slices.Collect(maps.Values(known)), bytes.NewReader(body))
}
