package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tickmark/internal/audit"
	"tickmark/internal/engine/oscal"
	"tickmark/internal/method/coverage"
)

// OSCALFile is one OSCAL document that was written, or why there is none.
type OSCALFile struct {
	Kind oscal.Kind `json:"kind"`
	File string     `json:"file,omitempty"`
	Size int        `json:"bytes,omitempty"`
	None string     `json:"none,omitempty"` // why there is nothing to write
}

// ExportOSCAL writes documents of an engagement, from what the person may see,
// into a folder, under the names by which they refer to each other. Of several
// kinds, one that has nothing to say is left out, and that is said.
func (a *App) ExportOSCAL(ctx context.Context, p audit.Person, engagement string, kinds []oscal.Kind, dir string) ([]OSCALFile, error) {
	f, err := a.oscalFacts(ctx, p, engagement)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	var out []OSCALFile
	for _, k := range kinds {
		text, err := f.JSON(k)
		if errors.Is(err, oscal.ErrNothing) && len(kinds) > 1 {
			out = append(out, OSCALFile{Kind: k, None: err.Error()})
			continue
		}
		if err != nil {
			return out, err
		}
		file := filepath.Join(dir, k.File())
		if err := whole(file, 0o644, text); err != nil {
			return out, err
		}
		out = append(out, OSCALFile{Kind: k, File: file, Size: len(text)})
	}
	return out, nil
}

// oscalFacts are what a person may see of an engagement, as it is recorded now.
func (a *App) oscalFacts(ctx context.Context, p audit.Person, engagement string) (oscal.Facts, error) {
	o, err := a.openFor(ctx, p, engagement)
	if err != nil {
		return oscal.Facts{}, err
	}
	t, code := o.tenant, o.engagement.Code
	history, err := t.ScopeHistory(ctx)
	if err != nil {
		return oscal.Facts{}, err
	}
	r := recorded{at: a.clock().UTC(), now: true, engagement: o.engagement}
	if err := errors.Join(r.described(history), r.found(ctx, t), r.collected(ctx, t)); err != nil {
		return oscal.Facts{}, err
	}
	known, err := a.facts(r)
	if err != nil {
		return oscal.Facts{}, err
	}
	f := oscal.Facts{
		Scope: known.Scope, Organization: r.folder.Organization, System: r.folder.System, CUECs: r.folder.CUECs, Subservices: r.folder.Subservices,
		Procedures: known.Procedures, Results: r.results, Conclusions: r.conclusions, Gaps: coverage.Analyze(known).Gaps,
	}
	if f.Dispositions, err = t.Dispositions(ctx, code); err != nil {
		return f, err
	}
	f.Deviations, err = t.Deviations(ctx, code)
	for _, item := range history {
		f.AsOf = later(f.AsOf, item.At)
	}
	f.AsOf = newest(f)
	return f, err
}

// newest is when the newest of what is written was recorded.
func newest(f oscal.Facts) time.Time {
	at := f.AsOf
	for _, x := range f.Results {
		at = later(at, x.At)
	}
	for _, x := range f.Conclusions {
		at = later(at, x.At)
	}
	for _, x := range f.Dispositions {
		at = later(at, x.At)
	}
	for _, x := range f.Deviations {
		at = later(at, x.At)
	}
	return at
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// OSCALCatalog is a catalog of others, and what of a framework of ours it holds.
type OSCALCatalog struct {
	oscal.ReadCatalog
	Framework string   `json:"framework,omitempty"`
	Mapped    int      `json:"mapped_requirements,omitempty"` // that our mapping names
	Missing   []string `json:"missing,omitempty"`             // of these, those that the catalog does not have
}

// largestOSCAL is the size of a document that is read, in bytes.
const largestOSCAL = 256 << 20

// ReadOSCALCatalog reads a catalog of others and, when a framework is named,
// says which of the requirements that criteria are mapped to stand in it.
// Nothing is recorded.
func (a *App) ReadOSCALCatalog(file, framework string) (OSCALCatalog, error) {
	var out OSCALCatalog
	text, err := readOSCAL(file)
	if err != nil {
		return out, err
	}
	if out.ReadCatalog, err = oscal.ReadCatalogText(text); err != nil {
		return out, fmt.Errorf("%s: %w", file, err)
	}
	if framework == "" {
		return out, nil
	}
	f, ok := a.Catalog.Framework(framework)
	if !ok {
		return out, fmt.Errorf("there is no framework %q: `tickmark gaps --framework all` shows those that there are", framework)
	}
	out.Framework, out.Mapped = f.ID, len(f.Requirements)
	out.Missing = slices.DeleteFunc(slices.Clone(f.Requirements), out.holds)
	return out, nil
}

// holds reports whether the catalog has a control of this label, or of this id.
func (c OSCALCatalog) holds(requirement string) bool {
	return slices.ContainsFunc(c.Controls, func(l oscal.Listed) bool {
		return strings.EqualFold(l.Label, requirement) || strings.EqualFold(l.ID, requirement)
	})
}

// ReadOSCALResults reads assessment results of others and counts what they say.
// Nothing is recorded.
func ReadOSCALResults(file string) (oscal.ReadResults, error) {
	text, err := readOSCAL(file)
	if err != nil {
		return oscal.ReadResults{}, err
	}
	r, err := oscal.ReadResultsText(text)
	if err != nil {
		return r, fmt.Errorf("%s: %w", file, err)
	}
	return r, nil
}

func readOSCAL(file string) ([]byte, error) {
	in, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, largestOSCAL+1))
	if err == nil && len(text) > largestOSCAL {
		err = fmt.Errorf("%s is larger than 256 MB", file)
	}
	return text, err
}
