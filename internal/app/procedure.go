package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tickmark/catalog"
	"tickmark/internal/audit"
	"tickmark/internal/confine"
	"tickmark/internal/engine/query"
	"tickmark/internal/stage/perform"
)

// Tried is what became of one case of a procedure.
type Tried = perform.Tried

// OwnProcedures are the catalog's procedures and those in dir, with the cases
// beside them. A folder that is not there holds none.
func OwnProcedures(c *catalog.Catalog, dir string) (map[string]audit.Procedure, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.sql"))
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		texts[f] = string(text)
	}
	all, err := c.With(texts)
	if err != nil {
		return nil, err
	}
	return all, ownCases(all, files)
}

func ownCases(all map[string]audit.Procedure, files []string) error {
	var errs []error
	for _, f := range files {
		id := strings.TrimSuffix(filepath.Base(f), ".sql")
		p, ok := all[id]
		if !ok {
			errs = append(errs, fmt.Errorf("%s: its id is not %q, the name of the file", f, id))
			continue
		}
		name := strings.TrimSuffix(f, ".sql") + ".cases.yaml"
		text, err := os.ReadFile(name)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err == nil {
			p.Cases, err = catalog.ParseCases(name, text)
		}
		errs = append(errs, err)
		all[id] = p
	}
	return errors.Join(errs...)
}

// Try performs a procedure on its own cases. It needs no state folder.
func (c Config) Try(ctx context.Context, known *catalog.Catalog, p audit.Procedure) ([]Tried, error) {
	dir, done, err := confine.Scratch("")
	if err != nil {
		return nil, err
	}
	defer done()
	return perform.Cases(ctx, c.Query(), dir, p, known.Populations)
}

// OnTheSpot performs a procedure on the collected populations and shows the
// result with its exceptions, one at a time. It records nothing.
func (a *App) OnTheSpot(ctx context.Context, engagement string, p audit.Procedure, progress func(query.Progress),
	show func(r audit.Result, each func(visit func(audit.ExceptionRow) error) error) error,
) error {
	f, t, err := a.described(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(f.Engagements, func(e audit.Engagement) bool { return e.Code == engagement })
	if i < 0 {
		return fmt.Errorf("there is no engagement %q", engagement)
	}
	have, err := standing(ctx, t, f)
	if err != nil {
		return err
	}
	s := perform.Stage{Records: t, Files: a.vault, Catalog: a.Catalog, Query: a.Query(), Scratch: a.state("scratch")}
	s.Query.Tell = progress
	return s.OnTheSpot(ctx, f.Engagements[i], p, have, show)
}
